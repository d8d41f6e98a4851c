"""Compare in a browser: what is chosen in the table goes into the link, and the flipped rows into a file."""

import csv
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.helpers import PHONE, Visit, at_rest, open_page, save

# Names in a chart that lie on the line of another model.
CROSSED = """
(chart) => [...chart.querySelectorAll("text.name:not(.hover)")].filter((name) => {
  const { x, y, width, height } = name.getBBox();
  const others = [...chart.querySelectorAll("path.line")].filter((line) => !line.classList.contains(name.classList[1]));
  return others.some((line) => [...Array(2001).keys()].some((n) => {
    const point = line.getPointAtLength((n / 2000) * line.getTotalLength());
    return point.x > x && point.x < x + width && point.y > y + 3 && point.y < y + height - 3;
  }));
}).map((name) => name.textContent)
"""


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


def test_no_name_lies_on_the_line_of_another_model(visit: Visit) -> None:
    """Where there is space beside its line, a name leaves the other lines free, on narrow screens as well."""
    page = visit("/compare?data=digits_faded", **PHONE)
    charts = page.locator(".f1card.comparison svg.chart")
    for width in (PHONE["viewport"]["width"], 1024):
        page.set_viewport_size({"width": width, "height": 768})
        expect(charts.first).to_have_attribute("viewBox", re.compile(r"^0 0 3\d\d " if width < 500 else r"^0 0 4\d\d "))
        for chart in charts.all():
            expect(chart.locator("text.name:not(.hover)")).to_have_count(2)
            assert chart.evaluate(CROSSED) == []
