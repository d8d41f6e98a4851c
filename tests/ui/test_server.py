"""Who the web server answers."""

import asyncio
from collections.abc import Coroutine, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit import config

from f1tools.ui.server import OwnPagesOnly

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens there in these tests
REFUSED = {"http": "http.response.start", "websocket": "websocket.close"}


@pytest.fixture(autouse=True)
def restored_options() -> Iterator[None]:
    before = {
        name: config.get_option(name)
        for name in ("server.address", "server.corsAllowedOrigins", "browser.serverAddress")
    }
    yield
    for name, value in before.items():
        config.set_option(name, value)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread of its own: in this one the browser tests may have left an event loop running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def is_answered(kind: str, address: str, **headers: str) -> bool:
    """Send one request; whether it gets through. What is turned away must be told so."""
    config.set_option("server.address", address)
    arrived: list[Scope] = []
    sent: list[MutableMapping[str, Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        arrived.append(scope)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    run(OwnPagesOnly(app)({"type": kind, "headers": pairs}, receive, send))
    if not arrived:
        assert sent[0]["type"] == REFUSED[kind]
        assert sent[0].get("status", 403) == 403
    return bool(arrived)


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("address", "host", "origin", "answered"),
    [
        ("127.0.0.1", "127.0.0.1:8501", None, True),
        ("127.0.0.1", "localhost:8501", "http://localhost:8501", True),
        ("127.0.0.1", "[::1]:8501", "http://[::1]:8501", True),
        ("127.0.0.1", "localhost:8501", "https://evil.example", False),
        ("127.0.0.1", "localhost:8501", "null", False),
        ("127.0.0.1", "localhost:8501", "http://[", False),
        ("127.0.0.1", "evil.example:8501", "http://evil.example:8501", False),
        ("127.0.0.1", "evil.example", None, False),
        (EVERYWHERE, "f1.example", "https://f1.example", True),
        (EVERYWHERE, "f1.example:80", "https://evil.example", False),
    ],
)
def test_other_sites_are_turned_away(kind: str, address: str, host: str, origin: str | None, answered: bool) -> None:
    """Foreign origins never get through, and foreign names don't where the server is for this machine alone."""
    headers = {"host": host} | ({} if origin is None else {"origin": origin})
    assert is_answered(kind, address, **headers) is answered


def test_origins_in_the_settings_are_welcome() -> None:
    """Who embeds the dashboard on purpose says so with Streamlit's own setting."""
    config.set_option("server.corsAllowedOrigins", ["https://portal.example"])
    assert is_answered("websocket", EVERYWHERE, host="f1.example", origin="https://portal.example")


def test_the_name_behind_a_proxy_is_known() -> None:
    """A proxy on the same machine may pass on the public name, if the settings say which that is."""
    asked = {"host": "f1.example", "origin": "https://f1.example"}
    assert not is_answered("http", "127.0.0.1", **asked)
    config.set_option("browser.serverAddress", "f1.example")
    assert is_answered("http", "127.0.0.1", **asked)


def test_what_is_no_request_passes() -> None:
    """The server's start and end are not asked where they come from."""
    passed: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope["type"])

    run(OwnPagesOnly(app)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert passed == ["lifespan"]
