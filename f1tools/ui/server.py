"""What the web server adds to Streamlit: known hosts and origins, security headers, a cookie, uploads in memory."""

import os
import re
import secrets
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from click import ClickException
from starlette.datastructures import Headers, MutableHeaders
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, net_util
from streamlit.runtime.pages_manager import PagesManager

_POLICY = (
    "default-src 'self'",
    "script-src 'self' blob:",  # blob: scripts of inline components
    "style-src 'self' 'unsafe-inline'",  # Streamlit sets styles at run time
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_EMBEDDING = "F1TOOLS_EMBED_ORIGINS"
_KEEP = "F1TOOLS_KEEP_MINUTES"
VISITOR_COOKIE = "f1tools_visitor"
_TOKEN = re.compile("[A-Za-z0-9_-]{43}")  # 256 random bits
_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
# The policy's grammar has no IPv6 addresses and no underscores: browsers would ignore such an origin.
_EMBEDDING_ORIGIN = re.compile(rf"https?://(\*\.)?{_LABEL}(\.{_LABEL})*(:[0-9]+)?", re.IGNORECASE)
_HOST_NAME = r"(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?"
_ALLOWED_HOST = re.compile(rf"\*|{_HOST_NAME}|[0-9a-f.]*:[0-9a-f.:]*", re.IGNORECASE)  # the last one is IPv6
_USUAL_PORTS = (None, 80, 443)

_UNKNOWN_HOST = """\
This server does not answer to this host name. Start it with the name among STREAMLIT_SERVER_ALLOWED_HOSTS \
(option server.allowedHosts), names separated by spaces."""
_FOREIGN_ORIGIN = """\
This server only answers requests from its own pages. A proxy in front of it must keep the Host header with its port."""


def middleware() -> list[Middleware]:
    """Return the middleware for the current settings.

    Where other sites may embed the dashboard, Streamlit's XSRF cookie is turned off: browsers keep it from a page in a
    frame of another site, and uploads would fail. Without it other sites can't send requests either, see
    `KnownHostsAndOrigins`.

    Raises
    ------
    click.ClickException
        When a setting can't be used; the message says why. Streamlit's command line prints it.
    """
    for host in config.get_option("server.allowedHosts"):
        if not _ALLOWED_HOST.fullmatch(host):
            raise ClickException(
                "server.allowedHosts must be host names without a port, such as f1.example or *.f1.example (separated "
                f"by spaces in STREAMLIT_SERVER_ALLOWED_HOSTS), but one of them is {host!r}."
            )
    if (limit := config.get_option("server.maxUploadSize")) < 1:
        raise ClickException(f"server.maxUploadSize must be 1 or more, in MB, but it is {limit}.")
    keep_minutes()
    origins = _embedding_origins()
    if origins:
        config.set_option("server.enableXsrfProtection", False)
    return [
        Middleware(SecurityHeaders, embedding_origins=origins),
        Middleware(KnownHostsAndOrigins),
        Middleware(VisitorCookie),
    ]


def keep_minutes() -> float:
    """Return how many minutes after its last use an upload is kept for its visitor.

    Raises
    ------
    click.ClickException
        When the setting is not such a number.
    """
    text = os.environ.get(_KEEP, "").strip() or "30"
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]+)?", text):
        raise ClickException(f"{_KEEP} must be a number of minutes, 0 to keep no uploads, but it is {text!r}.")
    return float(text)


def _embedding_origins() -> list[str]:
    """Return the origins of the sites that may show the dashboard in a frame."""
    origins = [origin.removesuffix("/") for origin in os.environ.get(_EMBEDDING, "").split()]
    for origin in origins:
        if not _EMBEDDING_ORIGIN.fullmatch(origin) or _host_and_port(origin) is None:
            raise ClickException(
                f"{_EMBEDDING} must be origins separated by spaces, such as https://intranet.example or "
                f"https://*.intranet.example, but one of them is {origin!r}."
            )
    return origins


class SecurityHeaders:
    """Middleware that adds security headers to every HTTP response.

    Parameters
    ----------
    embedding_origins : sequence of str, default=()
        Origins of the sites that may show the dashboard in a frame, as in the directive ``frame-ancestors``.
    """

    def __init__(self, app: ASGIApp, *, embedding_origins: Sequence[str] = ()) -> None:
        self.app = app
        ancestors = " ".join(embedding_origins) or "'none'"
        policy = "; ".join([*_POLICY, f"frame-ancestors {ancestors}"])
        self.headers = (
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its response."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self.headers]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class KnownHostsAndOrigins:
    """Middleware that rejects requests for unknown hosts and from other sites before Streamlit sees them.

    A request whose Origin has another host or port than the one that it is sent to comes from a page of another site,
    or of another server on the same machine, and is rejected, except for the sites of server.corsAllowedOrigins. The
    scheme is not compared, because a proxy may end TLS: for the same reason 80, 443 and no port are the same port. A
    dashboard in a frame of another site sends its own origin.

    The known hosts are server.allowedHosts, which Streamlit itself checks for websockets only; health checks, which
    often use the address of a container, may name any host. By default a server that listens on this machine only is
    called by a name of this machine, or by browser.serverAddress, its name behind a proxy: any other name was made to
    point here (DNS rebinding).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        reason = _rejection(scope) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: answered with 403
        else:
            await PlainTextResponse(reason, 403)(scope, receive, send)


class VisitorCookie:
    """Middleware that gives each browser a random cookie, by which uploads are found again after a reload.

    Only the server can read it, it ends with the browser, and browsers send it neither from other sites nor in their
    frames. The page that sets it must not be kept by shared caches: two visitors would get the same cookie.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; set the cookie with the page where the browser sent none."""
        is_page = scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
        if not is_page or _TOKEN.fullmatch(Request(scope).cookies.get(VISITOR_COOKIE, "")):
            await self.app(scope, receive, send)
            return
        path = "/" + config.get_option("server.baseUrlPath").strip("/")
        secure = "; Secure" if Request(scope).url.scheme == "https" else ""
        cookie = f"{VISITOR_COOKIE}={secrets.token_urlsafe(32)}; Path={path}; HttpOnly; SameSite=Lax{secure}"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=[*message["headers"]])
                headers.append("set-cookie", cookie)
                headers["cache-control"] = "private, no-cache"
                message["headers"] = headers.raw
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _rejection(scope: Scope) -> str | None:
    """Return why a request is rejected; None if it is not."""
    headers = Headers(scope=scope)
    target, origin = _host_and_port(f"//{headers.get('host', '')}"), headers.get("origin")
    host = target[0] if target is not None else ""
    if not any(_matches(host, known) for known in _known_hosts(scope["path"])):
        return _UNKNOWN_HOST
    if origin is None or origin in config.get_option("server.corsAllowedOrigins"):
        return None
    if target is not None and target == _host_and_port(origin):
        return None
    return _FOREIGN_ORIGIN


def _known_hosts(path: str) -> Sequence[str]:
    """Return the patterns of the hosts that a request for a path may be sent to."""
    if hosts := config.get_option("server.allowedHosts"):
        return ("*",) if path.endswith("/_stcore/health") else hosts
    if config.get_option("server.address") in _LOOPBACK:
        return (*_LOOPBACK, config.get_option("browser.serverAddress"))
    return ("*",)


def _matches(host: str, pattern: str) -> bool:
    """Return whether a host is the one of a pattern: a name, ``*.`` and a domain, or ``*``."""
    host, pattern = host.rstrip("."), pattern.lower().rstrip(".")
    return pattern in ("*", host) or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def _host_and_port(url: str) -> tuple[str, int | None] | None:
    """Return host and port of a URL, the usual ports of HTTP and HTTPS as None; None if it has no host or no such port.

    Examples
    --------
    >>> _host_and_port("https://f1.example"), _host_and_port("//F1.example:80"), _host_and_port("http://[::1]:8501")
    (('f1.example', None), ('f1.example', None), ('::1', 8501))
    >>> _host_and_port("null"), _host_and_port("http://f1.example:99999")
    (None, None)
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return (host, None if port in _USUAL_PORTS else port) if host else None


def override_defaults() -> None:
    """Change what Streamlit and Starlette do by default and have no option for.

    - A folder `pages/` turns on Streamlit's older multipage mode until `st.navigation` has run once in the process: the
      first visitor of a new server would get the bare page of a deep link, without navigation.
    - To find out whether the origin of a page on another port, or among server.corsAllowedOrigins, is this machine,
      Streamlit asks an external service for the public address.
    - Starlette writes uploads of more than 1 MB into a temporary file; Streamlit then loads the whole file into memory.
    """
    PagesManager.uses_pages_directory = False
    net_util.get_external_ip = lambda: None
    MultiPartParser.spool_max_size = sys.maxsize
