"""What the web server adds around the pages: strict response headers, and one way of routing."""

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
        "script-src 'self' blob:",  # blob: components keep their inline script in one
        "style-src 'self' 'unsafe-inline'",  # Streamlit styles its elements at run time
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
    """Sends `HEADERS` with every HTTP response, whatever produced it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the headers where its response starts."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class OwnPagesOnly:
    """Turns away what other sites send, before Streamlit sees it.

    A request whose Origin is another host than the one it is sent to comes from a page of somebody else; Streamlit
    would ask an outside service for its public address to find that out. And where the server listens on this machine
    only, it is called by a name of this machine: any other name is one that somebody has made to point here (DNS
    rebinding). Streamlit's own settings open the door: browser.serverAddress is the name behind a proxy that keeps
    the Host header, server.corsAllowedOrigins are sites that may embed the dashboard.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] not in ("http", "websocket") or _is_welcome(Headers(scope=scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the answer is 403
        else:
            await PlainTextResponse("This server answers its own pages only.", 403)(scope, receive, send)


def _is_welcome(headers: Headers) -> bool:
    host, origin = headers.get("host", ""), headers.get("origin")
    address = config.get_option("server.address") or ""
    known = (*_LOOPBACK, config.get_option("browser.serverAddress"))
    if address in _LOOPBACK and _name(f"//{host}") not in known:
        return False
    if origin is None or origin in config.get_option("server.corsAllowedOrigins"):
        return True
    return _name(origin) == _name(f"//{host}")


def _name(url: str) -> str | None:
    """Give the host that a URL names; None where it names none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


MIDDLEWARE = (Middleware(SecurityHeaders), Middleware(OwnPagesOnly))


def route_by_navigation_only() -> None:
    """Keep Streamlit from serving the folder `pages/` by itself.

    A folder of that name wakes its older multipage mode until `st.navigation` has run once in the process:
    the first visitor of a fresh server would get the bare page of a deep link, without the frame of app.py.
    """
    PagesManager.uses_pages_directory = False
