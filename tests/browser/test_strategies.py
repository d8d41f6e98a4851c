"""The Strategies page: choose data and strategy, download the table, upload a file."""

import csv
import gzip
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from f1tools.readers import read_repeated
from f1tools.repeats import mean_objective, outcomes
from f1tools.ui.session.data import all_samples
from tests.app.test_strategies import lab_file
from tests.browser.helpers import Visit, at_rest, listening, open_page, save, upload
from tests.browser.test_speed import MAX_RERUN

FIRST, SECOND = [sample for sample in all_samples().values() if sample.lab][:2]


def choose(page: Page, name: str) -> None:
    """Choose a strategy. Scrolling closes an open list, so the page is scrolled first."""
    at_rest(page)
    field = page.get_by_role("combobox", name="Strategy")
    field.evaluate("field => field.scrollIntoView({ block: 'center' })")
    field.click()
    page.get_by_role("option", name=name).click()


def test_another_data_set_and_another_strategy(visit: Visit, tmp_path: Path) -> None:
    """Both are in the URL; the downloaded table has the numbers that are shown."""
    page = visit("/strategies")
    page.get_by_role("radio", name=SECOND.title).click()
    expect(page).to_have_url(re.compile(rf"lab={SECOND.id}"))
    expect(page.get_by_role("heading", name=f"All metrics: {SECOND.title}")).to_be_visible()
    choose(page, "SMOTE")
    expect(page).to_have_url(re.compile("strategy=score_smote"))
    expect(page.locator(".js-plotly-plot").last.get_by_text("SMOTE").first).to_be_visible()
    file = save(page, "Download as CSV", tmp_path)
    rows = {row["model"]: row for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())}
    repeated = read_repeated(SECOND.path)
    assert repeated is not None
    tuned = mean_objective(outcomes(repeated), "score_smote")
    assert float(rows["score_smote"]["f1_tuned"]) == tuned.mean
    assert f"{tuned.mean:.3f}" in page.get_by_role("row", name="SMOTE").first.inner_text()


def test_an_uploaded_lab_file(visit: Visit) -> None:
    """It is uploaded like any other file, and the page shows it."""
    page = visit("/data")
    upload(page, {"name": "mine.csv.gz", "mimeType": "application/gzip", "buffer": gzip.compress(lab_file())})
    open_page(page, "Data")
    expect(page.get_by_text("Strategies page compares the scores over all 6")).to_be_visible()
    open_page(page, "Learn")
    expect(page.get_by_role("radio", name="mine.csv.gz")).to_be_checked()
    expect(page.get_by_role("heading", name="All metrics: mine.csv.gz")).to_be_visible()


def test_a_rerun_stays_small(visit: Visit) -> None:
    """Another strategy sends less than 60 KB to the browser."""
    page = visit("/methods")
    received = listening(page)
    open_page(page, "Learn")
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    at_rest(page)
    received.clear()
    choose(page, "MetaCost")
    expect(page).to_have_url(re.compile("strategy=score_metacost"))
    at_rest(page)
    assert 10_000 < sum(received) < MAX_RERUN
