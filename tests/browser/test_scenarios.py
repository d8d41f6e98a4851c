"""What if, Trust and Calibration in a real browser."""

import random
import re
from pathlib import Path

from playwright.sync_api import expect
from sklearn.metrics import f1_score, precision_score, recall_score

from tests.app.helpers import sample_rows
from tests.browser.helpers import Visit, at_rest, csv, enter, open_page, save, upload


def many_rows(n: int) -> list[str]:
    """Return rows with different, calibrated scores."""
    draw = random.Random(0)  # noqa: S311 (not a secret)
    scores = [draw.random() for _ in range(n)]
    return [f"{int(draw.random() < score**3)},{score:.6f}" for score in scores]


def test_another_share_of_positives_by_keyboard(visit: Visit) -> None:
    """The arrow key changes the share; sentence and URL follow, also after a reload."""
    page = visit("/what_if")
    slider = page.get_by_role("slider", name="Share of positives where you use it")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("30.1% as here"))
    at_rest(page)
    slider.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"/what_if\?prevalence=0\.3$"))
    expect(page.get_by_text("With 30.0% positives instead of 30.1%")).to_be_visible()
    at_rest(page)
    page.reload()
    expect(page.get_by_text("With 30.0% positives instead of 30.1%")).to_be_visible()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page).to_have_url(re.compile(r"/what_if$"))


def test_a_suggested_threshold_is_used(visit: Visit, tmp_path: Path) -> None:
    """One click: Decide and the memo show exactly it, with the numbers as measured, and the memo says why.

    tests/app/ does this for every scenario.
    """
    page = visit("/what_if?prevalence=0.05")
    expect(page.get_by_text("In use: 0.3438")).to_be_visible()
    at_rest(page)
    button = page.get_by_role("button", name="Use this threshold").last
    text = button.inner_text().rpartition(" ")[2]
    button.click()
    expect(page.get_by_text(re.compile(f"In use: {re.escape(text)}, as suggested (for|to|as) "))).to_be_visible()
    page.get_by_role("link", name="See it on Decide").click()
    y_true, y_score = sample_rows()
    flagged = y_score >= float(text)
    metrics = [f"{metric(y_true, flagged):.3f}" for metric in (precision_score, recall_score, f1_score)]
    expect(page.locator(".f1card .sentence")).to_contain_text(text)
    expect(page.locator(".f1card .figure .value")).to_have_text([*metrics, re.compile("%")])
    open_page(page, "Share")
    purpose = re.compile("was set as suggested (for|to|as) ")
    expect(page.get_by_text(purpose)).to_be_visible()
    memo = save(page, "Download the memo", tmp_path).read_text()
    assert purpose.search(memo)
    for name, value in zip(("Precision", "Recall", "F1"), metrics, strict=True):
        assert re.search(rf'<th scope="row">{name}</th><td[^>]*>{value}</td>', memo)


def test_adjusted_scores_can_be_downloaded(visit: Visit, tmp_path: Path) -> None:
    """One row per case, with its class, its score, and the score adjusted for the share of positives (Saerens 2002)."""
    page = visit("/what_if?prevalence=0.05")
    file = save(page, "Download scores adjusted for 5.0% positives", tmp_path)
    header, first, *rest = file.read_text().splitlines()
    assert header.endswith("y_true,prob_forest,prior_shifted")
    assert len(rest) == 441
    before, after = map(float, first.split(",")[-2:])
    factor = (0.05 / 0.95) / (133 / 309)  # of the odds
    assert abs(after - factor * before / (factor * before + 1 - before)) < 1e-12


def test_the_page_does_not_wait_for_resampling(visit: Visit) -> None:
    """With many rows the page can be used at once; the estimate appears by itself."""
    page = visit("/data")
    upload(page, csv("y_true,p_model", *many_rows(150_000), name="large.csv"))
    open_page(page, "Trust")
    expect(page.get_by_role("table")).to_be_visible()
    page.get_by_text("Repeat with another seed").click()
    enter(page, "Seed", "5")
    expect(page).to_have_url(re.compile("seed=5$"))
    expect(page.get_by_text("2,000 times (the .632 bootstrap, seed 5)")).to_be_visible()
    expect(page.get_by_text("Expect on new data")).to_be_visible()
