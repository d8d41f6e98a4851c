"""A threshold table in a real browser: from the file to the answer, a scenario, the record, and back."""

import io
import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from playwright.sync_api import FilePayload, expect

from f1tools.predictions import Predictions
from tests.browser.helpers import Visit, card_slider, choose, enter, open_page, save, upload
from tests.browser.test_accessible import assert_accessible, assert_fits_a_phone
from tests.tables import table_of


def coarse_table() -> FilePayload:
    """Return the file of a table with bins of several scores."""
    rng = np.random.default_rng(5)
    y_true = rng.random(2000) < 0.3
    score = np.round(1 / (1 + np.exp(-(rng.normal(size=2000) + 2 * y_true - 1))), 3)
    table = table_of(Predictions.from_arrays(y_true, {"model": score}), 30, certain=False)
    buffer = io.BytesIO()
    pq.write_table(table.to_arrow(), buffer)
    return {"name": "table.parquet", "mimeType": "application/vnd.apache.parquet", "buffer": buffer.getvalue()}


def test_from_a_table_to_its_record_and_back(visit: Visit, tmp_path: Path) -> None:
    """The answer, a scenario, a threshold by hand, the record of the decision, and its verification."""
    table, page = coarse_table(), visit("/explore")
    upload(page, table)
    expect(page.get_by_text("threshold table of 2,000 rows")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Between the table's thresholds F1 could reach 0\.\d{3}\."))).to_be_visible()
    slider = card_slider(page)
    before = slider.get_attribute("aria-valuetext") or ""
    slider.press("ArrowRight")
    expect(slider).not_to_have_attribute("aria-valuetext", before)
    expect(page).to_have_url(re.compile(r"[?&]t=0\.\d+"))
    assert_accessible(page)
    assert_fits_a_phone(page)
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, "What if")
    enter(page, "Enter a value (%)", "5")
    expect(page.get_by_text("With 5.0% positives instead of")).to_be_visible()
    open_page(page, "Share")
    record = save(page, "Download the record", tmp_path)
    other = visit("/data")
    choose(other, {"name": record.name, "mimeType": "application/json", "buffer": record.read_bytes()})
    expect(other.get_by_role("heading", name="Load table.parquet to see this")).to_be_visible()
    choose(other, table)
    expect(other.get_by_text("agrees with the record to the last count")).to_be_visible()
    assert_accessible(other)
    assert_fits_a_phone(other)
