"""axe-core finds no violation on any page: WCAG 2.2 AA and best practices, in light and dark."""

import re
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.helpers import MINE, PHONE, Visit, at_rest, card_slider, choose, csv, enter, open_page, upload

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BACKGROUNDS: list[tuple[Literal["light", "dark"], str]] = [("light", "rgb(255, 255, 255)"), ("dark", "rgb(15, 20, 27)")]
# Streamlit's uploader is a section with role "presentation" and a label of its own. No criterion of WCAG is broken.
DISABLED_RULES = {"presentation-role-conflict": {"enabled": False}}


def assert_accessible(page: Page) -> None:
    """Check the page in light, and in dark what a theme can change: the contrast."""
    page.evaluate(Axe().axe_script)
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; }")
    at_rest(page)  # parts that are drawn again are faint, and so is Streamlit's "Stop" meanwhile
    for scheme, background in BACKGROUNDS:
        page.emulate_media(color_scheme=scheme)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", background)
        for card in page.locator(".f1card").all():  # its script follows a change of the theme with a delay
            expect(card).to_have_attribute("data-theme", scheme)
        only = {"type": "tag", "values": TAGS} if scheme == "light" else {"type": "rule", "values": ["color-contrast"]}
        options = {"resultTypes": ["violations"], "runOnly": only, "rules": DISABLED_RULES}
        found = page.evaluate("options => axe.run(options).then(result => result.violations)", options)
        assert found == [], f"{page.url} in {scheme}: {found}"


def assert_fits_a_phone(page: Page) -> None:
    """Check that nothing is wider than 390 pixels, and leave the page as wide as it was."""
    before = page.viewport_size
    page.set_viewport_size(PHONE["viewport"])
    for width in ("clientWidth", "scrollWidth"):  # figures follow with a delay
        expect(page.get_by_test_id("stMain")).to_have_js_property(width, 390)
    assert before
    page.set_viewport_size(before)


def assert_fine(page: Page, last: str) -> None:
    """Check a page once its last part is there."""
    expect(page.locator(last).last).to_be_visible()
    assert_accessible(page)
    assert_fits_a_phone(page)


@pytest.mark.parametrize(
    ("path", "last"),
    [
        ("/explore?min_recall=0.8", ".points table"),
        ("/how_sure?t=0.5", "table"),
        ("/share?data=digits_overlaid", "[role=tab]"),
    ],
)
def test_links(visit: Visit, path: str, last: str) -> None:
    """Pages with what a link sets are accessible, and nothing is wider than the screen of a phone."""
    assert_fine(visit(path), last)


def test_pages(visit: Visit) -> None:
    """So are all pages of a first visit, one after another: to load each anew costs more than to check it."""
    page = visit("/")
    assert_fine(page, ".f1card svg")
    open_page(page, "Compare")
    assert_fine(page, ".comparison svg")
    choices = page.get_by_test_id("stButtonGroup")
    choices.get_by_text("Groups", exact=True).click()
    expect(page).to_have_url(re.compile(r"/compare\?tab=groups$"))
    assert_fine(page, ".js-plotly-plot")
    choices.get_by_text("Models", exact=True).click()
    expect(page).to_have_url(re.compile(r"/compare$"))
    for entry, title, last in (
        ("Trust", "Calibration", "table"),
        ("Share", "Share", "[role=tab]"),
        ("Learn", "Learn", "canvas:visible"),  # some are in closed expanders
        ("Learn", "Methods", "table"),
    ):
        open_page(page, entry)
        if title != entry:
            open_page(page, title)
        assert_fine(page, last)


def test_questions(visit: Visit) -> None:
    """So is every question of What if. The weights of the link apply to their own question only."""
    page = visit("/what_if?what=weights&class_weight=3.0&positive_weight=2.0")
    questions = page.get_by_test_id("stButtonGroup")
    assert_fine(page, ".js-plotly-plot")
    for name, what, last in (
        ("Costs", "costs", ".js-plotly-plot"),
        ("Reviews a day", "reviews", "table"),
        ("Two thresholds", "triage", ".js-plotly-plot"),
    ):
        questions.get_by_text(name, exact=True).click()
        expect(page).to_have_url(re.compile(f"what={what}"))
        assert_fine(page, last)
    questions.get_by_text("Share of positives", exact=True).click()
    enter(page, "Enter a value (%)", "5")
    expect(page).to_have_url(re.compile("prevalence=0.05"))
    assert_fine(page, ".js-plotly-plot")


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
