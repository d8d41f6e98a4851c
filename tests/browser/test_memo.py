"""A memo opened from disk, without a network and without a server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sklearn.metrics import confusion_matrix, f1_score, precision_score, recall_score

from f1tools import formatting
from f1tools.comparison import compare
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.decision import decide
from f1tools.formatting.sentence import sentence
from f1tools.memo import Snapshot, memo_html
from f1tools.uncertainty import tuned_estimate
from f1tools.what_if.scenario_table import Column, ScenarioResult
from tests.browser.test_accessible import TAGS
from tests.memo.making import hostile, predictions, snapshot_of

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ROWS = predictions(600, models=("forest", "linear"))
OpenMemo = Callable[..., Page]


@cache
def typical(threshold: float | None = None) -> Snapshot:
    """Take a snapshot with all that a memo usually has."""
    decision = decide(ROWS, threshold=threshold)
    counts = decision.point.counts
    asked = ScenarioResult("another mix", ("Then it falls.",), "Assumes much.", (Column("Now", "0.5", counts),) * 3)
    estimate = tuned_estimate(decision.tuning, n_resamples=20)
    return snapshot_of(decision, ROWS, comparison=compare(ROWS), estimate=estimate, supposed=[asked])


@pytest.fixture
def open_memo(browser: Browser, tmp_path: Path) -> Iterator[OpenMemo]:
    """Open a memo as a file; a script error, a complaint of the policy, a dialog or any request fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(taken: Snapshot, **options: Any) -> Page:
        file = tmp_path / "memo.html"
        file.write_text(memo_html(taken), encoding="utf-8")
        context = browser.new_context(offline=True, **({"viewport": DESKTOP} | options))
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: complaints.append(f"script error: {error.error}"))
        context.on("console", lambda message: complaints.append(f"console: {message.text}"))
        context.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        context.on("request", lambda request: complaints.append(request.url))
        contexts.append(context)
        page = context.new_page()
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [one for one in complaints if one != (tmp_path / "memo.html").as_uri()] == []


def assert_shows(page: Page) -> None:
    """Compare the card, where it stands, with what scikit-learn finds at the threshold that is printed."""
    page.evaluate("new Promise(requestAnimationFrame)")
    at = page.locator(".reading output").inner_text()
    y_true, flagged = ROWS.y_true, ROWS.scores["forest"] >= float(at)
    tn, fp, fn, tp = (int(n) for n in confusion_matrix(y_true, flagged).ravel())
    expect(page.locator(".cases tbody td:last-child")).to_have_text([formatting.count(n) for n in (fn, tp, fp, tn)])
    metrics = [formatting.metric_value(of(y_true, flagged)) for of in (precision_score, recall_score, f1_score)]
    expect(page.locator(".figure .value")).to_have_text([*metrics, formatting.percent(flagged.mean())])
    expect(page.locator(".f1card .sentence")).to_have_text(sentence(ConfusionCounts(tn=tn, fp=fp, fn=fn, tp=tp), at))


def test_moved_by_keyboard_it_agrees_with_scikit_learn(open_memo: OpenMemo) -> None:
    """Tab leads to the slider, keys move it, and all numbers follow; at rest the card leaves the word to the memo."""
    page = open_memo(typical())
    expect(page.locator(".said .sentence")).to_have_text(typical().headline)
    expect(page.locator(".f1card .sentence")).to_contain_text("This is the decision.")
    expect(page.locator(".still")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the decision")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.get_by_role("slider", name="Threshold")).to_be_focused()
    for key in ("PageUp", "ArrowLeft", "Home"):
        page.keyboard.press(key)
        assert_shows(page)


def test_dragged(open_memo: OpenMemo) -> None:
    """The line in the chart and the thumb can be dragged; the decision above stays what it is."""
    page = open_memo(typical())
    for handle, share in (("svg.chart", 0.3), ("input", 0.8)):
        page.locator(handle).scroll_into_view_if_needed()
        box = page.locator(handle).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2, steps=4)
        page.mouse.up()
        assert_shows(page)
    expect(page.locator(".said .sentence")).to_have_text(typical().headline)


def test_a_decision_by_hand_can_be_found_again(open_memo: OpenMemo) -> None:
    """After moving away, a button leads back to it."""
    page = open_memo(typical(threshold=0.9))
    page.get_by_role("slider").press("Home")
    page.get_by_role("button", name="The decision").click()
    expect(page.locator(".reading output")).to_have_text("0.9")
    expect(page.locator(".f1card .sentence")).to_contain_text("This is the decision.")


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "\u202eeman"])
def test_hostile_names_are_harmless(open_memo: OpenMemo, name: str) -> None:
    """Whatever a name holds, it is text, and the memo works."""
    page = open_memo(hostile(name))
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    expect(page.locator("h1")).to_have_text(name.removeprefix("\u202e"))
    links = [link.get_attribute("href") for link in page.get_by_role("link").all()]
    assert links == ["#decision", "#careful"]  # to what to be careful with: rows that trained the model
    page.get_by_role("slider").press("Home")
    expect(page.locator(".f1card .sentence")).to_contain_text("If we act on every case")


@pytest.mark.parametrize(
    ("scheme", "viewport"),
    [("light", DESKTOP), ("dark", DESKTOP), ("dark", PHONE)],
    ids=["light", "dark", "dark phone"],
)
def test_accessible(open_memo: OpenMemo, scheme: Any, viewport: Any) -> None:
    """No violation of WCAG 2.2 AA is found by axe, and nothing sticks out at the side, wide and narrow."""
    page = open_memo(typical(), color_scheme=scheme, viewport=viewport)
    expect(page.locator(".f1card")).to_have_attribute("data-theme", scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert found.response["violations"] == [], found.generate_report()


@pytest.mark.parametrize("width", [768, 900, 1024])
def test_fits_a_tablet(open_memo: OpenMemo, width: int) -> None:
    """With several models, and names and a metric that take their room, nothing sticks out at the side."""
    rows = predictions(models=("a_model_with_a_long_name", "another one", "linear"))
    decision = decide(rows, objective="mcc")
    taken = snapshot_of(decision, rows, comparison=compare(rows, objective="mcc"))
    page = open_memo(taken, viewport={"width": width, "height": 1024})
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [390, 320])
def test_buttons_on_a_phone(open_memo: OpenMemo, width: int) -> None:
    """Three buttons with long names wrap as wholes: each on one line and within the page."""
    limits = [Constraint.at_least("recall", 0.5)]
    page = open_memo(
        snapshot_of(decide(ROWS, constraints=limits, threshold=0.3), ROWS), viewport={"width": width, "height": 700}
    )
    buttons = page.get_by_role("button")
    expect(buttons).to_have_text(["Best F1 within limits", "0.5", "The decision"])
    for button in buttons.all():
        box = button.bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
        assert (
            button.evaluate(
                "(it) => { const r = document.createRange(); r.selectNodeContents(it);"
                "return r.getClientRects().length; }"
            )
            == 1
        )
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_warnings_lead_to_their_part(open_memo: OpenMemo) -> None:
    """The line under the decision leads there, also where no script runs."""
    limits = [Constraint.at_least("recall", 0.9)]
    page = open_memo(snapshot_of(decide(ROWS, constraints=limits, threshold=0.9), ROWS), java_script_enabled=False)
    page.locator(".care a").click()
    expect(page.get_by_role("heading", name="What to be careful with")).to_be_in_viewport()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_without_its_script(open_memo: OpenMemo, viewport: Any) -> None:
    """Where scripts don't run, decision, figures and other thresholds are there to be read, and nothing sticks out."""
    page = open_memo(typical(), java_script_enabled=False, viewport=viewport)
    flagged = ROWS.scores["forest"] >= float(typical().written)
    expect(page.get_by_text("Scripts don’t run here")).to_be_visible()
    expect(page.locator(".still .value").first).to_have_text(
        formatting.metric_value(precision_score(ROWS.y_true, flagged))
    )
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_prints_to_two_pages(open_memo: OpenMemo, paper: str) -> None:
    """A usual memo is two pages long: the decision with its card, and what it rests on."""
    page = open_memo(typical(), color_scheme="dark")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper))) == 2
    assert page.evaluate("document.getElementById('card').style.width") == ""  # as on the screen again


def test_small_counts_stay_out(open_memo: OpenMemo) -> None:
    """With small counts kept out the slider stops only where nothing small can be told, and says no more."""
    page = open_memo(snapshot_of(decide(ROWS), ROWS, suppress_below=40))
    slider, seen = page.get_by_role("slider"), set()
    slider.press("Home")
    for _ in range(30):
        page.evaluate("new Promise(requestAnimationFrame)")
        seen.add(tuple(int(n.replace(",", "")) for n in page.locator(".cases tbody td:last-child").all_inner_texts()))
        slider.press("ArrowRight")
    counts = np.array(sorted(seen))
    assert len(counts) >= 3
    steps = np.abs(counts[:, None, :] - counts[None, :, :])
    assert not ((steps > 0) & (steps < 40)).any()


def test_a_memo_without_a_card(open_memo: OpenMemo) -> None:
    """Where no card may be shown the memo says so and needs no script."""
    page = open_memo(replace(typical(), card=None, suppress_below=10))
    expect(page.get_by_text("What other thresholds do is withheld")).to_be_visible()
    assert page.locator("script").count() == 0
