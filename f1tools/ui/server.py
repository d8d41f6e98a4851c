"""What the web server adds to Streamlit: security headers, a check of the origin, and routing by navigation only."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' blob:",  # blob: scripts of inline components
        "style-src 'self' 'unsafe-inline'",  # Streamlit sets styles at run time
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

_LOOPBACK = ("127.0.0.1", "localhost", "::1")

HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class SecurityHeaders:
    """Middleware that adds `HEADERS` to every HTTP response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its response."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class SameOriginOnly:
    """Middleware that rejects requests from other sites before Streamlit sees them.

    A request whose Origin is not the host that it is sent to comes from a page of another site; Streamlit would ask an
    external service for its public address to find that out. A server that listens on this machine only is called by a
    name of this machine: any other name was made to point here (DNS rebinding). Streamlit's own settings allow more:
    browser.serverAddress is the name behind a proxy that keeps the Host header, server.corsAllowedOrigins are sites
    that may embed the dashboard.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] not in ("http", "websocket") or _is_allowed(Headers(scope=scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: answered with 403
        else:
            await PlainTextResponse("This server only answers requests from its own pages.", 403)(scope, receive, send)


def _is_allowed(headers: Headers) -> bool:
    host, origin = headers.get("host", ""), headers.get("origin")
    address = config.get_option("server.address") or ""
    allowed_names = (*_LOOPBACK, config.get_option("browser.serverAddress"))
    if address in _LOOPBACK and _name(f"//{host}") not in allowed_names:
        return False
    if origin is None or origin in config.get_option("server.corsAllowedOrigins"):
        return True
    return _name(origin) == _name(f"//{host}")


def _name(url: str) -> str | None:
    """Return the host of a URL; None if it has none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


MIDDLEWARE = (Middleware(SecurityHeaders), Middleware(SameOriginOnly))


def route_by_navigation_only() -> None:
    """Keep Streamlit from serving the folder `pages/` by itself.

    A folder of that name turns on its older multipage mode until `st.navigation` has run once in the process: the first
    visitor of a new server would get the bare page of a deep link, without navigation.
    """
    PagesManager.uses_pages_directory = False
