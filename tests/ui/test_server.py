"""Which requests the web server answers."""

import asyncio
from collections.abc import Coroutine, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit import config

from f1tools.ui.server import SameOriginOnly

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens there in these tests
REJECTED = {"http": "http.response.start", "websocket": "websocket.close"}
OPTIONS = ("server.address", "server.corsAllowedOrigins", "browser.serverAddress")


@pytest.fixture(autouse=True)
def restored_options() -> Iterator[None]:
    before = {name: config.get_option(name) for name in OPTIONS}
    yield
    for name, value in before.items():
        config.set_option(name, value)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in a new thread: in this one the browser tests may have left an event loop running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def is_answered(kind: str, address: str, **headers: str) -> bool:
    """Send one request and return whether the app received it; a rejected one must get the answer 403."""
    config.set_option("server.address", address)
    received: list[Scope] = []
    sent: list[MutableMapping[str, Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        received.append(scope)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    run(SameOriginOnly(app)({"type": kind, "headers": pairs}, receive, send))
    if not received:
        assert sent[0]["type"] == REJECTED[kind]
        assert sent[0].get("status", 403) == 403
    return bool(received)


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
def test_other_sites_are_rejected(kind: str, address: str, host: str, origin: str | None, answered: bool) -> None:
    """Foreign origins are always rejected, foreign names where the server is for this machine only."""
    headers = {"host": host} | ({} if origin is None else {"origin": origin})
    assert is_answered(kind, address, **headers) is answered


@pytest.mark.parametrize(
    ("address", "option", "value", "host", "origin"),
    [
        (EVERYWHERE, "server.corsAllowedOrigins", ["https://portal.example"], "f1.example", "https://portal.example"),
        ("127.0.0.1", "browser.serverAddress", "f1.example", "f1.example", "https://f1.example"),
    ],
)
def test_settings_allow_more(address: str, option: str, value: Any, host: str, origin: str) -> None:
    """Streamlit's settings name the sites that embed the dashboard, and its name behind a proxy."""
    assert not is_answered("websocket", address, host=host, origin=origin)
    config.set_option(option, value)
    assert is_answered("websocket", address, host=host, origin=origin)


def test_lifespan_events_pass() -> None:
    """The start and the end of the server have no origin."""
    passed: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope["type"])

    run(SameOriginOnly(app)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert passed == ["lifespan"]
