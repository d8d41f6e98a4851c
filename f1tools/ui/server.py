"""What the web server adds around the pages: strict response headers, and one way of routing."""

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.pages_manager import PagesManager

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' blob:",  # blob: components keep their inline script in one
        "style-src 'self' 'unsafe-inline'",  # Streamlit styles its elements at run time
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-ancestors 'none'",
    ]
)

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


MIDDLEWARE = (Middleware(SecurityHeaders),)


def route_by_navigation_only() -> None:
    """Keep Streamlit from serving the folder `pages/` by itself.

    A folder of that name wakes its older multipage mode until `st.navigation` has run once in the process:
    the first visitor of a fresh server would get the bare page of a deep link, without the frame of app.py.
    """
    PagesManager.uses_pages_directory = False
