"""What if, How sure and Calibration in a real browser."""

import random
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_journeys import MINE, csv, upload

Visit = Callable[..., Page]


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
    slider.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"/what_if\?prevalence=0\.3$"))
    expect(page.get_by_text("With 30.0% positives instead of 30.1%")).to_be_visible()
    page.reload()
    expect(page.get_by_text("With 30.0% positives instead of 30.1%")).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    expect(page).to_have_url(re.compile(r"/what_if$"))


def test_switching_scenarios(visit: Visit) -> None:
    """Each scenario states its assumption; the share of positives stays assumed."""
    page = visit("/what_if?prevalence=0.05")
    assumptions = {
        "Costs": "each outcome costs the same",
        "Class weights": "multiplies the odds of every case",
        "Reviews a day": "only this many cases a day",
        "Two thresholds": "decide the rest correctly",
        "Share of positives": "only their mix changes",
    }
    for scenario, assumption in assumptions.items():
        page.get_by_role("radio", name=scenario).click()
        expect(page.get_by_text(assumption)).to_be_visible()
        expect(page.get_by_text("5.0% positives").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/what_if\?prevalence=0\.05$"))


def test_costs_lead_to_the_cheapest_threshold(visit: Visit) -> None:
    """A higher cost of a missed case changes the ratio; the URL contains the costs."""
    page = visit("/what_if?what=costs&fp=2.0")
    field = page.get_by_role("spinbutton", name="A missed case costs")
    expect(page.get_by_text("A missed case is worth 2.5 false alarms.")).to_be_visible()
    field.fill("40")
    field.press("Enter")
    expect(page.get_by_text("A missed case is worth 20 false alarms.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"what=costs&fp=2\.0&fn=40\.0$"))


def test_adjusted_scores_can_be_downloaded(visit: Visit) -> None:
    """One row per case, with its class, its score, and the score adjusted for the share of positives (Saerens 2002)."""
    page = visit("/what_if?prevalence=0.05")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download scores adjusted for 5.0% positives").click()
    header, first, *rest = download.value.path().read_text().splitlines()
    assert header.endswith("y_true,prob_forest,prior_shifted")
    assert len(rest) == 441
    before, after = map(float, first.split(",")[-2:])
    factor = (0.05 / 0.95) / (133 / 309)  # of the odds
    assert abs(after - factor * before / (factor * before + 1 - before)) < 1e-12


def test_the_page_does_not_wait_for_resampling(visit: Visit) -> None:
    """With many rows the page can be used at once; the estimate appears by itself."""
    page = visit("/data")
    upload(page, csv("y_true,p_model", *many_rows(150_000), name="large.csv"))
    page.get_by_role("link", name="How sure", exact=True).first.click()
    expect(page.get_by_role("table")).to_be_visible()
    page.get_by_text("Repeat with another seed").click()
    seed = page.get_by_role("spinbutton", name="Seed")
    seed.fill("5")
    seed.press("Enter")
    expect(page).to_have_url(re.compile("seed=5$"))
    expect(page.get_by_text("2,000 times (the .632 bootstrap, seed 5)")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Expect on new rows")).to_be_visible()


def test_recalibrating(visit: Visit) -> None:
    """Another method is in the URL."""
    page = visit("/data")
    upload(page, MINE)
    page.get_by_role("link", name="Calibration", exact=True).first.click()
    expect(page.get_by_role("heading", name="What it would change")).to_be_visible()
    page.get_by_role("radio", name="Isotonic").click()
    expect(page.get_by_text("the increasing step function")).to_be_visible()
    expect(page.get_by_role("heading", name="What it would change")).to_be_visible()
    expect(page).to_have_url(re.compile("recalibration=isotonic$"))
