"""The start of the server: its address, the browser, and no request to find out more."""

import asyncio
import gc
import sys
import tomllib
import webbrowser
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import streamlit as st
from streamlit import config, net_util
from streamlit.web import bootstrap

from f1tools.ui import launch

DEFAULTS = {"server.port": 8501, "server.baseUrlPath": "", "server.headless": False}


class WithoutThread:
    """A thread that is done once it has started."""

    def __init__(self, *, target: Callable[..., object], args: tuple[object, ...], daemon: bool) -> None:
        self.start = partial(target, *args)


def printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **options: Any
) -> tuple[str, list[str]]:
    """Start and stop; return what is printed and which pages are opened. `options` have _ instead of a dot."""
    values = DEFAULTS | {name.replace("_", ".", 1): value for name, value in options.items()}
    opened: list[str] = []
    monkeypatch.setattr(st, "get_option", values.get)
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(launch, "Thread", WithoutThread)

    async def start_and_stop() -> None:
        async with launch.lifespan(st.App(launch.app_folder() / "app.py")):
            pass

    with ThreadPoolExecutor(1) as pool:  # in this thread the browser tests may have left an event loop running
        pool.submit(asyncio.run, start_and_stop()).result()
    return capsys.readouterr().out, opened


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({"server_address": "127.0.0.1"}, "http://127.0.0.1:8501/"),
        ({"server_address": None}, "http://localhost:8501/"),
        ({"server_address": "0.0.0.0", "server_port": 8600}, "http://localhost:8600/"),  # noqa: S104
        ({"server_address": "::1"}, "http://[::1]:8501/"),
        ({"server_address": "box", "server_baseUrlPath": "/f1/", "server_sslCertFile": "c.pem"}, "https://box:8501/f1"),
    ],
)
@pytest.mark.parametrize("headless", [True, False])
def test_the_address_is_printed_and_opened(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: dict[str, Any],
    url: str,
    headless: bool,
) -> None:
    """The printed address can be opened on this machine; a headless server opens no browser."""
    monkeypatch.setattr(sys, "argv", [str(launch.app_folder() / "app.py")])
    text, opened = printed(monkeypatch, capsys, **options, server_headless=headless)
    assert f" {url}\n" in text
    assert opened == ([] if headless else [url])


def test_what_a_page_imports_is_not_looked_through_after_each_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What exists when the server is ready is out of reach of every later collection of garbage."""
    modules = [object()]
    assert any(each is modules for each in gc.get_objects())
    printed(monkeypatch, capsys)
    assert not any(each is modules for each in gc.get_objects())


def test_other_servers_have_their_own_address(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under uvicorn and the like Streamlit's options say nothing about the address."""
    monkeypatch.setattr(sys, "argv", ["uvicorn", "app:app"])
    assert printed(monkeypatch, capsys) == ("", [])


def test_no_service_is_asked_for_the_public_address(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Streamlit would ask one before it prints its own message, where the server listens on all addresses."""
    settings = tomllib.loads((launch.app_folder() / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    options = {"server.address": "0.0.0.0", "server.headless": True}  # noqa: S104
    options |= {f"logger.{name}": value for name, value in settings["logger"].items()}
    monkeypatch.setattr(config, "get_option", options.get)
    for name in ("get_external_ip", "get_internal_ip"):
        monkeypatch.setattr(net_util, name, lambda: pytest.fail("a request would leave this machine"))
    bootstrap._print_url(is_running_hello=False)
    assert capsys.readouterr().out == ""


def test_in_a_checkout_the_app_is_at_its_top() -> None:
    assert launch.is_checkout()
    assert (launch.app_folder() / "pyproject.toml").is_file()
