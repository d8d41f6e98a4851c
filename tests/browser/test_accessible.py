"""axe-core finds no violation on any page: WCAG 2.2 AA and best practices, in light and dark."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.helpers import MINE, PHONE, Visit, at_rest, card_slider, choose, csv, open_page, upload

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BACKGROUNDS: list[tuple[Literal["light", "dark"], str]] = [("light", "rgb(255, 255, 255)"), ("dark", "rgb(15, 20, 27)")]
# Streamlit's uploader is a section with role "presentation" and a label of its own. No criterion of WCAG is broken.
DISABLED_RULES = {"presentation-role-conflict": {"enabled": False}}


def assert_accessible(page: Page) -> None:
    """Check the page in light, and in dark what a theme can change: the contrast."""
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; }")
    at_rest(page)  # parts that are drawn again are faint, and so is Streamlit's "Stop" meanwhile
    for scheme, background in BACKGROUNDS:
        page.emulate_media(color_scheme=scheme)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", background)
        for card in page.locator(".f1card").all():  # its script follows a change of the theme with a delay
            expect(card).to_have_attribute("data-theme", scheme)
        only = {"type": "tag", "values": TAGS} if scheme == "light" else {"type": "rule", "values": ["color-contrast"]}
        result = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": only, "rules": DISABLED_RULES})
        assert result.response["violations"] == [], f"{scheme}: {result.response['violations']}"


def assert_fits_a_phone(page: Page) -> None:
    """Check that nothing is wider than 390 pixels."""
    page.set_viewport_size(PHONE["viewport"])
    for width in ("clientWidth", "scrollWidth"):  # figures follow with a delay
        expect(page.get_by_test_id("stMain")).to_have_js_property(width, 390)


@pytest.mark.parametrize(
    ("path", "last"),
    [
        ("/", ".f1card svg"),
        ("/classes?data=digits_overlaid", ".js-plotly-plot"),
        ("/explore?min_recall=0.8", ".points table"),
        ("/compare", ".comparison svg"),
        ("/compare?tab=groups", ".js-plotly-plot"),
        ("/what_if?prevalence=0.05", ".js-plotly-plot"),
        ("/what_if?what=costs", ".js-plotly-plot"),
        ("/what_if?what=weights&class_weight=3.0&positive_weight=2.0", ".js-plotly-plot"),
        ("/what_if?what=reviews", "table"),
        ("/what_if?what=triage", ".js-plotly-plot"),
        ("/how_sure?t=0.5", "table"),
        ("/calibration", "table"),
        ("/strategies", "table"),
        ("/share", "[role=tab]"),
        ("/share?data=digits_overlaid", "[role=tab]"),
        ("/methods", "table"),
    ],
)
def test_pages(visit: Visit, path: str, last: str) -> None:
    """Every page is accessible, and nothing is wider than the screen of a phone."""
    page = visit(path)
    expect(page.locator(last).last).to_be_visible()
    assert_accessible(page)
    assert_fits_a_phone(page)


def test_data_with_a_file(visit: Visit) -> None:
    """The form for the column mapping is accessible."""
    page = visit("/data")
    upload(page, MINE)
    open_page(page, "Data")
    page.get_by_text("Change how the file is read").click()
    expect(page.get_by_role("combobox", name="Positive class")).to_be_visible()
    assert_accessible(page)
    assert_fits_a_phone(page)


def test_candidates_and_errors(visit: Visit) -> None:
    """A question about a file and error messages are accessible; the keyboard answers, which leads to Decide."""
    page = visit("/data")
    classes = [f"{'abc'[i % 3]},{i * 37 % 101 / 100}" for i in range(100)]
    choose(page, csv("kind,score", *classes))
    expect(page.get_by_role("heading", name="How should mine.csv be read?")).to_be_visible()
    expect(page.get_by_role("region", name="First rows of the file")).to_be_visible()
    assert_accessible(page)
    assert_fits_a_phone(page)
    options = page.get_by_role("radiogroup", name="How the file is read").get_by_role("radio")
    expect(options.first).to_be_checked()
    options.first.press("ArrowDown")
    expect(options.nth(1)).to_be_checked()
    at_rest(page)
    page.get_by_role("button", name="Apply").first.press("Enter")
    expect(page).to_have_title("Decide · f1tools")
    expect(card_slider(page)).to_be_visible()
    choose(page, csv("%PDF-1.7", name="paper.csv"))
    expect(page.get_by_role("alert").get_by_text("PDF")).to_be_visible()
    assert_accessible(page)


def test_constraints(visit: Visit) -> None:
    """The form for the constraints is accessible."""
    page = visit("/explore?min_recall=1&min_precision=1")
    page.get_by_role("button", name="Constraints (2)").click()
    expect(page.get_by_role("spinbutton", name="Recall at least (0 to 1)")).to_be_visible()
    assert_accessible(page)
