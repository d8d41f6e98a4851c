"""A real Chromium against a running server: what the browser tests share."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.browser.chromium import find_chromium

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]

# Chromium phones home by default; none of that belongs into a test.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# One line of Streamlit's index.html, of use to search engines only. The policy blocks it, rightly.
KNOWN_INLINE_SCRIPT = "sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA="

PATIENCE = 20_000  # ms; a busy machine is slow, not wrong

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test below this folder drives a browser."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@contextmanager
def running_server(**settings: str) -> Iterator[str]:
    """Run the dashboard in a process of its own; yields its address once it is healthy.

    `settings` are Streamlit options as environment variables, without their prefix.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    environment = os.environ | {f"STREAMLIT_{name}": value for name, value in settings.items()}
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server stopped while it was starting"
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health") as answer:  # noqa: S310 - it is our own server
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not become healthy within 30 s")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of one server for the whole test session."""
    with running_server() as url:
        yield url


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """Address of a server that nobody has visited."""
    with running_server() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole test session."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
        yield chromium
        chromium.close()


class Watch:
    """Notes what must not happen in a page: script errors, requests to elsewhere, breaches of the policy."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Start watching every page of a context."""
        context.on("weberror", lambda error: self.complaints.append(f"script error: {error.error}"))
        context.on("request", self._request)
        context.on("console", self._console)

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.complaints.append(f"request to elsewhere: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text and KNOWN_INLINE_SCRIPT not in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Open a path in a browser context of its own; options go to `Browser.new_context`.

    The test fails at its end if a script failed, a request left the machine or the policy was broken.
    """
    watch = Watch()
    contexts: list[BrowserContext] = []

    def open_path(path: str = "/", *, at: str | None = None, **options: Any) -> Page:
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watch.over(context)
        page = context.new_page()
        page.goto(f"{at or request.getfixturevalue('server')}{path}")
        return page

    yield open_path
    for context in contexts:
        context.close()
    assert watch.complaints == []
