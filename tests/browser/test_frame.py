"""Navigation, security headers and deep links."""

from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from f1tools.ui.server import CONTENT_SECURITY_POLICY
from tests.browser.conftest import running_server
from tests.browser.helpers import Visit, card_slider


def test_a_deep_link_to_a_new_server(visit: Visit) -> None:
    """The first visitor of a server gets the navigation, also if a link opens another page than the first."""
    with running_server() as server:
        page = visit("/explore", at=server)
        expect(page.get_by_role("heading", level=1)).to_have_text("Explore")
        expect(page).to_have_title("Explore · f1tools")
        for other in ("Decide", "Data", "Methods"):
            expect(page.get_by_role("link", name=other, exact=True).first).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/explore", "/no-such-page", "/_stcore/health"])
def test_every_response_has_the_security_headers(server: str, path: str) -> None:
    """Pages, unknown paths and the health check all have the policy."""
    with urlopen(server + path) as answer:  # noqa: S310 - it is our own server
        headers = answer.headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_focus_is_visible_on_links(visit: Visit) -> None:
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


def test_the_slider_is_above_the_fold(visit: Visit) -> None:
    """Slider and buttons of the first page are visible at 1440 by 900 pixels."""
    page = visit("/", viewport={"width": 1440, "height": 900})
    expect(card_slider(page)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Best F1")).to_be_in_viewport(ratio=1)
