"""Navigation, security headers, deep links, and the dashboard in a frame of another site."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect

from f1tools.ui.document import ASSETS
from tests.browser.conftest import running_server
from tests.browser.helpers import MINE, PHONE, Visit, at_rest, card_slider, choose, open_page

NAVIGATION = ["Data", "Decide", "Explore", "Compare", "What if", "Trust", "Share", "Learn"]
POLICY = (
    "default-src 'self'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def test_a_deep_link_to_a_new_server(visit: Visit) -> None:
    """The first visitor of a server gets the navigation, also if a link opens another page than the first."""
    with running_server() as server:
        page = visit("/explore", at=server)
        expect(page.get_by_role("heading", level=1)).to_have_text("Explore")
        expect(page).to_have_title("Explore · f1tools")
        expect(page.get_by_test_id("stTopNavLink")).to_have_text(NAVIGATION)


def test_pages_that_share_an_entry(visit: Visit) -> None:
    """Calibration and Methods stand beside Trust and Strategies, and the bar marks the entry that they share."""
    page = visit("/")
    for entry, first, second, heading in (
        ("Trust", "Trust", "Calibration", "Are the scores probabilities?"),
        ("Learn", "Strategies", "Methods", "Methods"),
    ):
        open_page(page, entry)
        in_bar = page.get_by_test_id("stTopNav").get_by_role("link", name=entry)
        expect(in_bar).to_have_attribute("aria-current", "page")
        open_page(page, second)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(page.get_by_role("link", name=second, exact=True).first).to_have_attribute("aria-current", "page")
        expect(page.get_by_test_id("stTopNav").locator("[aria-current=true], [aria-current=page]")).to_have_text(entry)
        expect(in_bar.locator("p")).to_have_css("font-weight", "600")
        page.locator(".st-key-section").get_by_role("link", name=first, exact=True).click()
        expect(page).to_have_title(f"{entry} · f1tools")
    open_page(page, "Decide")
    current = page.get_by_test_id("stTopNav").locator("[aria-current]")
    expect(current).to_have_count(1)  # a script marks the shared entry, and unmarks it a little later
    expect(current).to_have_text("Decide")


def test_name_purpose_and_menu_on_a_phone(server: str, visit: Visit) -> None:
    """Every page shows what it belongs to and what that is for, and the menu button says what it is."""
    page = visit("/calibration", **PHONE)
    expect(page.get_by_role("img", name="f1tools").and_(page.get_by_test_id("stHeaderLogo"))).to_be_visible()
    expect(page.get_by_text("Choose the threshold of a classifier")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Menu", exact=True).click()
    menu = page.get_by_test_id("stSidebarNavLink")
    expect(menu).to_have_text(NAVIGATION)
    expect(page.get_by_test_id("stSidebarNav").locator("[aria-current]")).to_have_text("Trust")
    expect(page.get_by_role("button", name="Close the menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.first).not_to_be_in_viewport()
    expect(page.get_by_role("button", name="Menu", exact=True)).to_be_focused()
    page.get_by_role("button", name="Menu", exact=True).click()
    menu.get_by_text("Share").tap()
    expect(page).to_have_title("Share · f1tools")
    expect(menu.first).not_to_be_in_viewport()
    with urlopen(f"{server}/favicon.png") as answer:  # noqa: S310 - it is our own server
        assert answer.read() == (ASSETS / "icon.png").read_bytes()


def test_an_unknown_page_does_not_catch_the_step_back(server: str, visit: Visit) -> None:
    """It is said to be unknown, the first page is shown, and Back leads to where the link was."""
    page = visit("/_stcore/health")
    page.goto(f"{server}/no-such-page?t=0.3")
    expect(page.get_by_role("dialog")).to_contain_text("Page not found")
    expect(page).to_have_url(f"{server}/?t=0.3")
    page.go_back()
    expect(page.get_by_text("ok", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/explore", "/no-such-page", "/_stcore/health"])
def test_every_response_has_the_security_headers(server: str, path: str) -> None:
    """Pages, unknown paths and the health check all have the policy."""
    with urlopen(server + path) as answer:  # noqa: S310 - it is our own server
        headers = answer.headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line in the log for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Write nothing."""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[str]:
    """Yield the origin of another site: browsers share no cookies between localhost and 127.0.0.1."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://localhost:{site.server_port}"
        site.shutdown()


def test_a_site_that_may_embed_the_dashboard(
    monkeypatch: pytest.MonkeyPatch, portal: str, tmp_path: Path, visit: Visit
) -> None:
    """The dashboard works in a frame of a site that is named, uploads included."""
    monkeypatch.setenv("F1TOOLS_EMBED_ORIGINS", portal)
    with running_server() as server:
        (tmp_path / "index.html").write_text(f'<iframe src="{server}/data" width="1200" height="800"></iframe>')
        inside = visit("/", at=portal).frame_locator("iframe")
        choose(inside, MINE)
        expect(inside.get_by_text("Read as: truth y_true")).to_be_visible()


def test_other_sites_cannot_embed_the_dashboard(server: str, browser: Browser, portal: str, tmp_path: Path) -> None:
    """By default a frame of any other site stays empty."""
    (tmp_path / "index.html").write_text(f'<iframe src="{server}"></iframe>')
    with browser.new_context() as context:
        page = context.new_page()
        with page.expect_console_message(lambda message: "frame-ancestors 'none'" in message.text):
            page.goto(portal)
        expect(page.frame_locator("iframe").get_by_test_id("stApp")).to_have_count(0)


def test_focus_is_visible_on_links(visit: Visit) -> None:
    """Keyboard users see which link of the navigation or of the page has the focus."""
    page = visit("/")
    link = page.get_by_test_id("stPageLink-NavLink").first
    expect(link).to_be_visible()
    at_rest(page)
    page.get_by_test_id("stSkipToContent").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("stTopNavLink").first).to_be_focused()
    expect(page.get_by_test_id("stTopNavLink").first).to_have_css("outline-style", "solid")
    link.focus()
    expect(link).to_have_css("outline-style", "solid")


def test_the_slider_is_above_the_fold(visit: Visit) -> None:
    """Slider and buttons of the first page are visible at 1440 by 900 pixels."""
    page = visit("/", viewport={"width": 1440, "height": 900})
    at_rest(page)
    expect(card_slider(page)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Highest F1")).to_be_in_viewport(ratio=1)


def test_no_table_is_cut_without_a_sign(visit: Visit) -> None:
    """On a phone a comparison fits, and a table that scrolls fades out at the right until its end is reached."""
    page = visit("/what_if?prevalence=0.05", **PHONE)
    at_rest(page)
    assert page.get_by_role("region", name="Comparison").evaluate("each => each.scrollWidth <= each.clientWidth")
    page = visit("/explore", **PHONE)
    at_rest(page)
    points = page.get_by_role("region", name="Operating points")
    assert points.evaluate("each => each.scrollWidth > each.clientWidth")
    expect(points).to_have_css("mask-image", re.compile("^linear-gradient"))
    points.evaluate("each => each.scrollTo(each.scrollWidth, 0)")
    expect(points).to_have_css("mask-image", "none")
