"""No page has a defect that axe-core finds: WCAG 2.2 AA and good practice, in light and dark."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_journeys import MINE, csv, upload

Visit = Callable[..., Page]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Streamlit's uploader is a section with role "presentation" and a label of its own. No criterion of WCAG is broken.
STREAMLITS_OWN = {"presentation-role-conflict": {"enabled": False}}


def assert_accessible(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}, "rules": STREAMLITS_OWN})
    assert found.response["violations"] == [], found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "last"),
    [
        ("/", ".f1card svg"),
        ("/explore", ".js-plotly-plot"),
        ("/what_if?prevalence=0.05", ".js-plotly-plot"),
        ("/what_if?what=costs", ".js-plotly-plot"),
        ("/what_if?what=weights&class_weight=3.0&positive_weight=2.0", ".js-plotly-plot"),
        ("/what_if?what=reviews", "table"),
        ("/what_if?what=triage", ".js-plotly-plot"),
        ("/how_sure?t=0.5", "table"),
        ("/calibration", "table"),
        ("/share", "[role=tab]"),
        ("/methods", "table"),
    ],
)
def test_pages(visit: Visit, path: str, last: str, scheme: str) -> None:
    """What reads, shows and asks can be used by everybody."""
    page = visit(path, color_scheme=scheme)
    expect(page.locator(last).last).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_data_with_a_file(visit: Visit, scheme: str) -> None:
    """The questions about a file can be answered by everybody."""
    page = visit("/data", color_scheme=scheme)
    upload(page, MINE)
    page.get_by_text("Change what was recognised").click()
    expect(page.get_by_role("combobox", name="Positive class")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_question_and_a_refusal(visit: Visit, scheme: str) -> None:
    """What is asked or refused can be read by everybody."""
    page = visit("/data", color_scheme=scheme)
    decisions = [f"{int(i >= 50)},{i / 100}" for i in range(100)]
    page.locator("input[type=file]").set_input_files([csv("y_pred,y_pred_proba", *decisions)])
    expect(page.get_by_role("button", name="Read it this way").first).to_be_visible()
    assert_accessible(page)
    page.locator("input[type=file]").set_input_files([csv("%PDF-1.7", name="paper.csv")])
    expect(page.get_by_role("alert").get_by_text("PDF")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_limits(visit: Visit, scheme: str) -> None:
    """The limits on the best threshold can be set by everybody."""
    page = visit("/explore?min_recall=1&min_precision=1", color_scheme=scheme)
    page.get_by_role("button", name="Limits (2)").click()
    expect(page.get_by_role("spinbutton", name="Recall at least (0 to 1)")).to_be_visible()
    assert_accessible(page)
