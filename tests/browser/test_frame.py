"""The frame around every page: navigation, headers, deep links."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from f1tools.ui.server import CONTENT_SECURITY_POLICY

PAGES = {"/": "Decide", "/explore": "Explore", "/data": "Data", "/methods": "Methods"}


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_cold_deep_link_shows_the_frame(fresh_server: str, visit: Callable[..., Page], path: str, title: str) -> None:
    """The very first visitor of a server gets the navigation too, whatever page the link points to."""
    page = visit(path, at=fresh_server)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    for other in PAGES.values():
        expect(page.get_by_role("link", name=other, exact=True).first).to_be_visible()


@pytest.mark.parametrize("path", [*PAGES, "/no-such-page", "/_stcore/health"])
def test_every_response_carries_the_strict_headers(visit: Callable[..., Page], path: str) -> None:
    """Pages, unknown paths and the health check all come with the policy."""
    page = visit("/methods")
    headers = page.request.get(page.url.replace("/methods", path)).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
