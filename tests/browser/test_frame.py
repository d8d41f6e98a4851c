"""Navigation, security headers and deep links."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from f1tools.ui.server import CONTENT_SECURITY_POLICY

PAGES = {"/": "Decide", "/explore": "Explore", "/data": "Data", "/methods": "Methods"}
HEADINGS = PAGES | {"/": "Where to draw the line?"}


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_a_deep_link_to_a_new_server(fresh_server: str, visit: Callable[..., Page], path: str, title: str) -> None:
    """The first visitor of a server gets the navigation, whatever page the link opens."""
    page = visit(path, at=fresh_server)
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADINGS[path])
    expect(page).to_have_title(f"{title} · f1tools")
    for other in PAGES.values():
        expect(page.get_by_role("link", name=other, exact=True).first).to_be_visible()


@pytest.mark.parametrize("path", [*PAGES, "/no-such-page", "/_stcore/health"])
def test_every_response_has_the_security_headers(visit: Callable[..., Page], path: str) -> None:
    """Pages, unknown paths and the health check all have the policy."""
    page = visit("/methods")
    headers = page.request.get(page.url.replace("/methods", path)).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_focus_is_visible_on_links(visit: Callable[..., Page]) -> None:
    """Keyboard users see which link of the navigation or of the page has the focus."""
    page = visit("/")
    link = page.get_by_test_id("stPageLink-NavLink").first
    expect(link).to_be_visible()
    page.get_by_test_id("stSkipToContent").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("stTopNavLink").first).to_be_focused()
    expect(page.get_by_test_id("stTopNavLink").first).to_have_css("outline-style", "solid")
    link.focus()
    expect(link).to_have_css("outline-style", "solid")


def test_the_slider_is_above_the_fold(visit: Callable[..., Page]) -> None:
    """Slider and buttons of the first page are visible at 1440 by 900 pixels."""
    page = visit("/", viewport={"width": 1440, "height": 900})
    expect(page.get_by_role("slider", name="Threshold")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Best F1")).to_be_in_viewport(ratio=1)
