"""Compare in a browser: what is chosen in the table goes into the link, and the flipped rows into a file."""

import csv
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.helpers import PHONE, Visit, at_rest, open_page, save


def test_choices_of_the_table_stay(visit: Visit, tmp_path: Path) -> None:
    """By keyboard: a model loses its color, also after a reload; a heading sorts; the file has the counted rows."""
    page = visit("/compare")
    table = page.get_by_role("region", name="Models")
    other = table.get_by_role("button", name="prob_logistic", exact=True)
    expect(other).to_have_attribute("aria-pressed", "true")
    other.press("Enter")
    expect(page).to_have_url(re.compile("show=prob_logistic_balanced$"))
    expect(other).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(other).to_have_attribute("aria-pressed", "false")
    table.get_by_role("button", name="Threshold").press("Enter")
    expect(table.get_by_role("columnheader", name="Threshold")).to_have_attribute("aria-sort", "descending")
    expect(table.get_by_role("rowheader").first).to_contain_text("prob_logistic_balanced")
    rows = int(re.findall(r"of (\d+) flipped rows", page.get_by_test_id("stMain").inner_text())[0])
    file = save(page, f"Download {rows} flipped rows as CSV", tmp_path)
    with file.open(encoding="utf-8", newline="") as lines:
        assert len(list(csv.reader(lines))) == rows + 1
    page.set_viewport_size(PHONE["viewport"])
    at_rest(page)
    flipped = page.get_by_test_id("stDataFrame").bounding_box()
    download = page.get_by_role("button", name=f"Download {rows} flipped rows as CSV").bounding_box()
    assert flipped
    assert download
    assert flipped["y"] + flipped["height"] <= download["y"]  # the button does not cover the last row
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, "Explore")
    open_page(page, "Compare")
    expect(other).to_have_attribute("aria-pressed", "false")
