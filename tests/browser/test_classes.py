"""The table of all classes in a browser, and the way from it to one class and back."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.helpers import Visit, at_rest, card_slider, choose, csv, open_page
from tests.browser.test_accessible import assert_accessible, assert_fits_a_phone
from tests.cli.class_files import of_classes, of_labels

THRESHOLD = re.compile(r"[?&]t=")


def row(page: Page, name: str) -> Locator:
    """Return the row of a class."""
    return page.locator(".classes tbody tr").filter(has=page.get_by_role("button", name=name, exact=True))


def names(page: Page) -> list[str]:
    """Return the classes from top to bottom."""
    return page.locator(".classes tbody th > button:first-child").all_inner_texts()


def test_from_all_labels_to_one_and_back(visit: Visit) -> None:
    """A heading sorts; a name opens its label on Decide; a threshold that is set there is on Classes, until reset."""
    page = visit("/data")
    choose(page, csv(*of_labels().to_csv(index=False).splitlines()))
    open_page(page, "Classes")
    expect(page.locator(".classes table")).to_be_visible()
    at_rest(page)
    assert names(page) == ["cat", "dog", "owl"]
    page.get_by_role("button", name="Positives").click()
    page.get_by_role("button", name="Positives").click()
    expect(page.locator(".classes [aria-sort=ascending]")).to_have_text("Positives")
    assert names(page) == ["owl", "dog", "cat"]
    row(page, "dog").get_by_role("button", name="dog").press("Enter")
    expect(page).to_have_title("Decide · f1tools")
    expect(page.get_by_text("label dog")).to_be_visible()
    at_rest(page)
    card_slider(page).press("ArrowRight")
    expect(page).to_have_url(THRESHOLD)
    chosen = card_slider(page).get_attribute("aria-valuetext") or ""
    open_page(page, "Classes")
    expect(row(page, "dog").get_by_text("by hand")).to_be_visible()
    assert row(page, "dog").locator("td").nth(2).inner_text() in chosen
    at_rest(page)
    row(page, "dog").get_by_role("button", name="Reset the threshold of dog").click()
    expect(row(page, "dog").get_by_text("by hand")).to_be_hidden()
    expect(page).not_to_have_url(THRESHOLD)


def test_one_class_a_row_is_accessible(visit: Visit) -> None:
    """Weights, confusion matrices and the table fit a phone, in light and dark; so does the form on Data."""
    page = visit("/data")
    choose(page, csv(*of_classes(120).to_csv(index=False).splitlines()))
    open_page(page, "Classes")
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    assert_accessible(page)
    assert_fits_a_phone(page)
    open_page(page, "Data")
    page.get_by_text("Change how the file is read").click()
    expect(page.get_by_text("Scores, a column for each, in the same order")).to_be_visible()
    assert_accessible(page)
    assert_fits_a_phone(page)
