"""Fixtures of the browser tests: a running server and Chromium."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebError,
    expect,
    sync_playwright,
)

from tests.browser.chromium import find_chromium
from tests.browser.helpers import Visit

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]

# Chromium contacts other servers by default. Pages live for seconds, so code that is optimized and young objects that
# are copied cost more than they save: without both, a page takes a tenth less of the processor.
QUIET = [
    "--js-flags=--no-opt --min-semi-space-size=32 --max-semi-space-size=64",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",
]

TIMEOUT = 60_000  # ms; the machine may be busy, and a test that passes waits no longer than it must


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests in this folder as browser tests."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@contextmanager
def running_server(*command: str, folder: Path = PROJECT, **settings: str) -> Iterator[str]:
    """Run the dashboard in another process and yield its address once it is healthy.

    `command` starts it in `folder`, by default from the checkout. `settings` are Streamlit options as environment
    variables, without their prefix.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = command or (sys.executable, "-m", "streamlit", "run", "app.py")
    settings["SERVER_PORT"] = str(port)
    environment = os.environ | {f"STREAMLIT_{name}": value for name, value in settings.items()}
    process = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/{settings.get('SERVER_BASE_URL_PATH', '')}".rstrip("/")
        _wait_until_healthy(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server stopped while it was starting"
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health") as answer:  # noqa: S310 - it is our own server
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not become healthy within a minute")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Yield the address of one server for the whole test session."""
    with running_server() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield one Chromium for the whole test session."""
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
        yield chromium
        chromium.close()


class Watch:
    """Collects script errors, requests to other hosts and violations of the policy."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Watch all pages of a context."""
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("console", self._console)

    def leave(self, context: BrowserContext) -> None:
        """Watch a context no longer."""
        context.remove_listener("weberror", self._error)
        context.remove_listener("request", self._request)
        context.remove_listener("console", self._console)

    def _error(self, error: WebError) -> None:
        self.problems.append(f"script error: {error.error}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:")):
            self.problems.append(f"request to another host: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.problems.append(message.text)


class Contexts:
    """Contexts that are used again: their caches, and the scripts that a page holds ready, halve the next page load.

    What a page stores in the browser is deleted before another test gets its context.
    """

    def __init__(self, browser: Browser, server: str) -> None:
        self._browser, self._server = browser, server
        self._free: dict[str, list[BrowserContext]] = {}

    def take(self, options: dict[str, Any]) -> BrowserContext:
        """Return a context with these options that nobody uses."""
        free = self._free.get(repr(options))
        if free:
            return free.pop()
        # Skeletons that pulse until a script has loaded cost more than what they stand for.
        context = self._browser.new_context(**({"reduced_motion": "reduce"} | options))
        context.set_default_timeout(TIMEOUT)
        # While a page of the site is open, its process lives on, with all scripts that it has compiled.
        context.new_page().goto(f"{self._server}/_stcore/health")
        return context

    def give_back(self, context: BrowserContext, options: dict[str, Any]) -> None:
        """Close the pages of a context and clear what they stored."""
        first, *pages = context.pages
        for page in pages:
            page.close()
        context.clear_cookies()
        first.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self._free.setdefault(repr(options), []).append(context)


@pytest.fixture(scope="session")
def contexts(browser: Browser, server: str) -> Contexts:
    """Return the contexts of the test session."""
    return Contexts(browser, server)


@pytest.fixture
def visit(contexts: Contexts, server: str) -> Iterator[Visit]:
    """Return a function that opens a path as another visitor; options go to `Browser.new_context`.

    The test fails at its end if a script failed, a request went to another host or the policy was violated.
    """
    watch = Watch()
    used: list[tuple[BrowserContext, dict[str, Any]]] = []

    def open_path(path: str = "/", *, at: str | None = None, **options: Any) -> Page:
        context = contexts.take(options)
        used.append((context, options))
        watch.over(context)
        page = context.new_page()
        page.goto(f"{at or server}{path}")
        return page

    yield open_path
    for context, options in used:
        watch.leave(context)
        contexts.give_back(context, options)
    assert watch.problems == []
