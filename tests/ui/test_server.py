"""Which requests the web server answers."""

import asyncio
import re
from collections.abc import Coroutine, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any

import pytest
from click import ClickException
from starlette.datastructures import Headers, UploadFile
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send
from streamlit import config, net_util
from streamlit.web.server.server_util import is_url_from_allowed_origins, is_xsrf_enabled

from f1tools.ui import server

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens there in these tests
REJECTED = {"http": "http.response.start", "websocket": "websocket.close"}
OPTIONS = (
    "server.address",
    "server.allowedHosts",
    "server.corsAllowedOrigins",
    "server.enableXsrfProtection",
    "server.maxUploadSize",
    "browser.serverAddress",
)


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


def is_answered(kind: str, address: str, *, path: str = "/", **headers: str) -> bool:
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
    run(server.KnownHostsAndOrigins(app)({"type": kind, "path": path, "headers": pairs}, receive, send))
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
        ("127.0.0.1", "127.0.0.1:8501", "http://127.0.0.1:9", False),
        ("127.0.0.1", "127.0.0.1:8501", "http://127.0.0.1", False),
        ("127.0.0.1", "[::1]:8501", "http://[::1]:8502", False),
        ("127.0.0.1", "localhost:8501", "http://127.0.0.1:8501", False),
        ("127.0.0.1", "localhost:8501", "http://localhost:85010", False),
        ("127.0.0.1", "localhost:8501", "http://localhost:99999", False),
        ("127.0.0.1", "localhost:8501", "http://localhost:port", False),
        ("127.0.0.1", "localhost:8501", "https://evil.example", False),
        ("127.0.0.1", "localhost:8501", "null", False),
        ("127.0.0.1", "localhost:8501", "http://[", False),
        ("127.0.0.1", "evil.example:8501", "http://evil.example:8501", False),
        ("127.0.0.1", "evil.example", None, False),
        (EVERYWHERE, "", "null", False),
        (EVERYWHERE, "f1.example", "https://f1.example", True),
        (EVERYWHERE, "f1.example", "http://f1.example", True),
        (EVERYWHERE, "f1.example:443", "https://f1.example", True),
        (EVERYWHERE, "f1.example:80", "https://f1.example", True),
        (EVERYWHERE, "f1.example:8443", "https://f1.example:8443", True),
        (EVERYWHERE, "box:9000", "http://box:9000", True),
        (EVERYWHERE, "f1.example", "https://f1.example:8443", False),
        (EVERYWHERE, "f1.example:8443", "https://f1.example", False),
        (EVERYWHERE, "f1.example:80", "https://evil.example", False),
    ],
)
def test_other_sites_are_rejected(kind: str, address: str, host: str, origin: str | None, answered: bool) -> None:
    """Foreign origins are always rejected, foreign names where the server is for this machine only.

    A page of another port on the same host is foreign. Behind a proxy that ends TLS, scheme and usual port may differ;
    a container is called by the port that its own is mapped to.
    """
    headers = {"host": host} | ({} if origin is None else {"origin": origin})
    assert is_answered(kind, address, **headers) is answered


@pytest.mark.parametrize(
    ("address", "option", "value", "host", "origin"),
    [
        (EVERYWHERE, "server.corsAllowedOrigins", ["https://portal.example"], "f1.example", "https://portal.example"),
        (EVERYWHERE, "server.corsAllowedOrigins", ["https://f1.example:8443"], "f1.example", "https://f1.example:8443"),
        ("127.0.0.1", "browser.serverAddress", "f1.example", "f1.example", "https://f1.example"),
    ],
)
def test_settings_allow_more(address: str, option: str, value: Any, host: str, origin: str) -> None:
    """Streamlit's settings name the sites that may call the dashboard, and its name behind a proxy."""
    assert not is_answered("websocket", address, host=host, origin=origin)
    config.set_option(option, value)
    assert is_answered("websocket", address, host=host, origin=origin)


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("address", ["127.0.0.1", EVERYWHERE])
@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("f1.example", True),
        ("F1.Example.:8501", True),
        ("a.team.example", True),
        ("a.b.team.example:443", True),
        ("team.example", False),
        ("ateam.example", False),
        ("localhost:8501", False),
        ("f1.example.evil.example", False),
        ("f1.example@evil.example", False),
        ("[", False),
    ],
)
def test_allowed_hosts(kind: str, address: str, host: str, answered: bool) -> None:
    """Where hosts are named, only they are answered; Streamlit itself checks websockets alone."""
    config.set_option("server.allowedHosts", ("f1.example", "*.Team.example"))
    assert is_answered(kind, address, host=host) is answered
    assert not is_answered(kind, address, host=host, origin="https://evil.example")


def test_any_host_may_check_the_health() -> None:
    """Who checks it may only know the address of the container; nothing else is answered there."""
    config.set_option("server.allowedHosts", ("f1.example",))
    for path, answered in (("/_stcore/health", True), ("/base/_stcore/health", True), ("/_stcore/host-config", False)):
        assert is_answered("http", EVERYWHERE, path=path, host="10.0.0.7:8501") is answered


@pytest.mark.parametrize("host", ["a,b", "f1.example:8501", "https://f1.example", "f1.*", "[::1]", "", "f1.example/x"])
def test_hosts_that_match_nothing_are_refused(host: str) -> None:
    """A server that would reject every request does not start, and says which setting to mend."""
    config.set_option("server.allowedHosts", ("f1.example", host))
    with pytest.raises(ClickException, match=r"server\.allowedHosts .* STREAMLIT_SERVER_ALLOWED_HOSTS") as refused:
        server.middleware()
    assert repr(host) in refused.value.message


@pytest.mark.parametrize("limit", [-5, 0])
def test_a_limit_that_refuses_every_upload_is_refused(limit: int) -> None:
    config.set_option("server.maxUploadSize", limit)
    with pytest.raises(ClickException, match=rf"server\.maxUploadSize .* {limit}\."):
        server.middleware()


def headers_of_an_answer() -> dict[str, str]:
    """Return the headers of a response with the current settings."""
    sent: list[MutableMapping[str, Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"server", b"x")]})

    async def send(message: Message) -> None:
        sent.append(message)

    added, *_ = server.middleware()
    run(added.cls(app, *added.args, **added.kwargs)({"type": "http"}, None, send))  # type: ignore[arg-type]
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize(
    ("value", "ancestors"),
    [
        (None, "'none'"),
        ("", "'none'"),
        (" \n", "'none'"),
        ("https://intranet.example", "https://intranet.example"),
        ("https://*.hf.space/  http://localhost:3000", "https://*.hf.space http://localhost:3000"),
        ("http://a--b.example:65535/", "http://a--b.example:65535"),
        ("https://a.example\r\nhttps://b.example", "https://a.example https://b.example"),
    ],
)
def test_sites_that_may_embed_the_dashboard(monkeypatch: pytest.MonkeyPatch, value: str | None, ancestors: str) -> None:
    """No site may show it in a frame, unless it is named; uploads from a frame need no cookie."""
    monkeypatch.delenv("F1TOOLS_EMBED_ORIGINS", raising=False)
    without = headers_of_an_answer()
    if value is not None:
        monkeypatch.setenv("F1TOOLS_EMBED_ORIGINS", value)
    headers = headers_of_an_answer()
    policy = headers["content-security-policy"]
    assert policy.rpartition("; ")[2] == f"frame-ancestors {ancestors}"
    assert policy.count("frame-ancestors") == 1
    assert headers | {"content-security-policy": policy.replace(ancestors, "'none'")} == without
    assert is_xsrf_enabled() is (ancestors == "'none'")


@pytest.mark.parametrize(
    "value",
    [
        "*",
        "https://*",
        "intranet.example",
        "https://a.example; script-src *",
        "https://a.example, https://b.example",
        "https://a.example/path",
        "https://user@a.example",
        "'self'",
        "data:",
        "file://a.example",
        "https://a.*.example",
        "https://bücher.example",
        "https://a.example:port",
        "https://a.example:99999",
        "https://-a.example",
        "https://a-.example",
        "https://a_b.example",
        "http://[::1]",
    ],
)
def test_origins_that_cannot_embed_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Whatever is no origin, or would add to the policy, is refused before the server starts."""
    monkeypatch.setenv("F1TOOLS_EMBED_ORIGINS", value)
    with pytest.raises(ClickException, match=r"F1TOOLS_EMBED_ORIGINS .* https://"):
        server.middleware()


def test_no_service_is_asked_about_an_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit would ask one for the public address, before it looks at the sites that are allowed."""
    config.set_option("server.corsAllowedOrigins", ["https://portal.example"])
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda *_, **__: pytest.fail("a request would leave"))
    server.override_defaults()
    assert is_url_from_allowed_origins("https://portal.example")
    assert not is_url_from_allowed_origins("http://box.example:9000")


def test_uploads_are_not_written_to_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starlette would write this one into a temporary file."""
    content = bytes(3_000_000)
    body = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.csv"\r\n\r\n' + content + b"\r\n--x--\r\n"
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    received: list[bytes] = []

    async def upload() -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": body}

        async with Request({"type": "http", "method": "PUT", "headers": headers}, receive).form() as form:
            file = form["a"]
            assert isinstance(file, UploadFile)
            received.append(await file.read())

    monkeypatch.setattr(SpooledTemporaryFile, "rollover", lambda _: pytest.fail("the upload is written to disk"))
    server.override_defaults()
    run(upload())
    assert received == [content]


def test_lifespan_events_pass() -> None:
    """The start and the end of the server have no origin."""
    passed: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope["type"])

    run(server.KnownHostsAndOrigins(app)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert passed == ["lifespan"]


def response_headers(*, accept: str, cookie: str = "", scheme: str = "http") -> Headers:
    """Return the headers of the answer to a request through the middleware that sets the cookie."""
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"no-cache")]})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"f1.example"), (b"accept", accept.encode()), (b"cookie", cookie.encode())]
    scope = {"type": "http", "scheme": scheme, "path": "/", "query_string": b"", "headers": headers}
    run(server.VisitorCookie(app)(scope, receive, send))
    return Headers(raw=sent[0]["headers"])


def test_each_browser_gets_a_random_cookie() -> None:
    """It comes with a page, only the server can read it, and no cache may give it to a second visitor."""
    tokens = set()
    for scheme in ("http", "https"):
        for sent in ("", f"{server.VISITOR_COOKIE}=guessed", "other=1"):
            headers = response_headers(accept="text/html,*/*", cookie=sent, scheme=scheme)
            token, *attributes = re.split("; |=", headers["set-cookie"].removeprefix(f"{server.VISITOR_COOKIE}="))
            tokens.add(token)
            assert {"HttpOnly", "SameSite", "Lax"} <= {*attributes}
            assert ("Secure" in attributes) == (scheme == "https")
            assert headers.getlist("cache-control") == ["private, no-cache"]
    assert len(tokens) == 6
    known = f"{server.VISITOR_COOKIE}={tokens.pop()}"
    for accept, cookie in (("text/html", known), ("*/*", ""), ("text/css,*/*;q=0.1", "")):
        headers = response_headers(accept=accept, cookie=cookie)
        assert "set-cookie" not in headers
        assert headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(("text", "minutes"), [("", 30), (" 5 ", 5), ("0", 0), ("1.5", 1.5), ("-1", None), ("x", None)])
def test_how_long_uploads_are_kept(monkeypatch: pytest.MonkeyPatch, text: str, minutes: float | None) -> None:
    """The setting is a number of minutes; the server does not start with another one."""
    monkeypatch.setenv("F1TOOLS_KEEP_MINUTES", text)
    if minutes is None:
        with pytest.raises(ClickException, match="number of minutes"):
            server.middleware()
    else:
        assert server.keep_minutes() == minutes
