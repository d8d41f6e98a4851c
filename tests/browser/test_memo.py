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
from f1tools.comparison import model_differences
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.decision import compare, decide
from f1tools.formatting.positives import name_positives
from f1tools.formatting.sentence import sentence
from f1tools.groups import by_group
from f1tools.memo import ClassSnapshot, Snapshot, class_memo_html, memo_html
from f1tools.uncertainty import tuned_estimate
from f1tools.what_if.scenario_table import Column, ScenarioResult
from tests.browser.conftest import TIMEOUT
from tests.browser.test_accessible import TAGS
from tests.memo.class_memos import decided, estimates, memo_of
from tests.memo.helpers import hostile_snapshot, predictions, snapshot_of

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ROWS = predictions(600, models=("forest", "linear"), group=np.array(["north", "south"])[np.arange(600) % 3 // 2])
OpenMemo = Callable[..., Page]


@cache
def typical(threshold: float | None = None) -> Snapshot:
    """Return a snapshot with everything that a memo usually has."""
    decision = decide(ROWS.curves(), threshold=threshold)
    counts = decision.point.counts
    columns = (Column("Now", "0.5", counts),) * 3
    what_if = ScenarioResult("another mix", ("Then it falls.",), "Assumes much.", columns)
    estimate = tuned_estimate(decision.curves.tuning, n_resamples=20)
    comparison = compare(ROWS)
    more = {"comparison": comparison, "differences": model_differences(ROWS, comparison.decisions, n_resamples=20)}
    groups = by_group(ROWS, decision, n_resamples=20)
    return snapshot_of(decision, ROWS, **more, groups=groups, estimate=estimate, scenarios=[what_if])


@pytest.fixture
def open_memo(browser: Browser, tmp_path: Path) -> Iterator[OpenMemo]:
    """Open a memo as a file; a script error, a policy violation, a dialog or any request fails the test."""
    problems: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(snapshot: Snapshot | ClassSnapshot, **options: Any) -> Page:
        file = tmp_path / "memo.html"
        text = memo_html(snapshot) if isinstance(snapshot, Snapshot) else class_memo_html(snapshot)
        file.write_text(text, encoding="utf-8")
        context = browser.new_context(offline=True, **({"viewport": DESKTOP} | options))
        context.set_default_timeout(TIMEOUT)
        context.on("weberror", lambda error: problems.append(f"script error: {error.error}"))
        context.on("console", lambda message: problems.append(f"console: {message.text}"))
        context.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
        context.on("request", lambda request: problems.append(request.url))
        contexts.append(context)
        page = context.new_page()
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [problem for problem in problems if problem != (tmp_path / "memo.html").as_uri()] == []


def assert_numbers(page: Page) -> None:
    """Compare the card with what scikit-learn computes at the threshold it displays."""
    page.evaluate("new Promise(requestAnimationFrame)")
    at = page.locator(".reading output").inner_text()
    y_true, flagged = ROWS.y_true, ROWS.scores["forest"] >= float(at)
    tn, fp, fn, tp = (int(n) for n in confusion_matrix(y_true, flagged).ravel())
    expect(page.locator(".cases tbody td:last-child")).to_have_text([formatting.count(n) for n in (fn, tp, fp, tn)])
    metrics = [formatting.metric_value(of(y_true, flagged)) for of in (precision_score, recall_score, f1_score)]
    expect(page.locator(".figure .value")).to_have_text([*metrics, formatting.percent(flagged.mean())])
    counts = ConfusionCounts(tn=tn, fp=fp, fn=fn, tp=tp)
    expect(page.locator(".f1card .sentence")).to_have_text(sentence(counts, at, name_positives("1"), 10))


def test_keyboard(open_memo: OpenMemo) -> None:
    """Tab leads to the slider, keys move it, and all numbers follow; at the decision the card does not repeat it."""
    page = open_memo(typical())
    expect(page.locator(".meaning .sentence")).to_have_text(typical().headline)
    expect(page.locator(".f1card .sentence")).to_contain_text("This is the decision.")
    expect(page.locator(".static-card")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the decision")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.get_by_role("slider", name="Threshold")).to_be_focused()
    for key in ("PageUp", "ArrowLeft", "Home"):
        page.keyboard.press(key)
        assert_numbers(page)


def test_dragging(open_memo: OpenMemo) -> None:
    """The line in the chart and the thumb can be dragged; the decision above does not change."""
    page = open_memo(typical())
    for handle, share in (("svg.chart", 0.3), ("input", 0.8)):
        page.locator(handle).scroll_into_view_if_needed()
        box = page.locator(handle).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2, steps=4)
        page.mouse.up()
        assert_numbers(page)
    expect(page.locator(".meaning .sentence")).to_have_text(typical().headline)


def test_back_to_the_decision(open_memo: OpenMemo) -> None:
    """After moving away, a button leads back to a threshold by hand."""
    page = open_memo(typical(threshold=0.9))
    page.get_by_role("slider").press("Home")
    page.get_by_role("button", name="The decision").click()
    expect(page.locator(".reading output")).to_have_text("0.9")
    expect(page.locator(".f1card .sentence")).to_contain_text("This is the decision.")


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "\u202eeman"])
def test_hostile_names_are_harmless(open_memo: OpenMemo, name: str) -> None:
    """Any name is displayed as text, and the memo works."""
    page = open_memo(hostile_snapshot(name))
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    expect(page.locator("h1")).to_have_text(name.removeprefix("\u202e"))
    links = [link.get_attribute("href") for link in page.get_by_role("link").all()]
    assert links == ["#decision", "#warnings"]  # the rows trained the model
    page.get_by_role("slider").press("Home")
    expect(page.locator(".f1card .sentence")).to_contain_text("If we flag every case")


@pytest.mark.parametrize(
    ("scheme", "viewport"),
    [("light", DESKTOP), ("dark", DESKTOP), ("dark", PHONE)],
    ids=["light", "dark", "dark phone"],
)
def test_accessible(open_memo: OpenMemo, scheme: Any, viewport: Any) -> None:
    """No violation of WCAG 2.2 AA is found by axe, and the page does not scroll sideways, wide or narrow."""
    page = open_memo(typical(), color_scheme=scheme, viewport=viewport)
    expect(page.locator(".f1card")).to_have_attribute("data-theme", scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    report = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert report.response["violations"] == [], report.generate_report()


@pytest.mark.parametrize(
    ("kind", "scheme", "viewport"),
    [
        ("classes", "light", DESKTOP),
        ("labels", "dark", DESKTOP),
        ("classes", "dark", PHONE),
        ("labels", "light", PHONE),
    ],
)
def test_classes_are_accessible(open_memo: OpenMemo, kind: str, scheme: Any, viewport: Any) -> None:
    """The same of a memo about several classes, whose bars and colors are drawn under its content security policy."""
    memo = memo_of(decided(kind), estimates=estimates(kind))
    page = open_memo(memo, color_scheme=scheme, viewport=viewport)
    width = page.locator(".bar .value").first.evaluate("bar => bar.getBoundingClientRect().width")
    assert (0 < width < 120) == (viewport["width"] >= 1024)
    table = page.locator(".classes-table")
    assert table.evaluate("each => each.scrollWidth") == table.evaluate("each => each.clientWidth")
    expect(table.get_by_role("columnheader", name="F1 on new cases")).to_be_visible()
    expect(table.get_by_role("columnheader", name="Recall")).to_be_visible(visible=viewport["width"] >= 900)
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    report = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert report.response["violations"] == [], report.generate_report()


@pytest.mark.parametrize("width", [768, 900, 1024])
def test_fits_a_tablet(open_memo: OpenMemo, width: int) -> None:
    """With several models and long names the page does not scroll sideways."""
    rows = predictions(models=("a_model_with_a_long_name", "another one", "linear"))
    decision = decide(rows.curves(), objective="mcc")
    memo = snapshot_of(decision, rows, comparison=compare(rows, objective="mcc"))
    page = open_memo(memo, viewport={"width": width, "height": 1024})
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [390, 320])
def test_buttons_on_a_phone(open_memo: OpenMemo, width: int) -> None:
    """Three buttons with long names wrap, each on one line and within the page."""
    limits = [Constraint.at_least("recall", 0.5)]
    page = open_memo(
        snapshot_of(decide(ROWS.curves(), constraints=limits, threshold=0.3), ROWS),
        viewport={"width": width, "height": 700},
    )
    buttons = page.get_by_role("button")
    expect(buttons).to_have_text(["Highest F1 under constraints", "0.5", "The decision"])
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


def test_the_line_of_warnings_is_a_link(open_memo: OpenMemo) -> None:
    """The line under the decision leads to the warnings, also without scripts."""
    limits = [Constraint.at_least("recall", 0.9)]
    page = open_memo(
        snapshot_of(decide(ROWS.curves(), constraints=limits, threshold=0.9), ROWS), java_script_enabled=False
    )
    page.locator(".caution a").click()
    expect(page.get_by_role("heading", name="Read with care")).to_be_in_viewport()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_without_its_script(open_memo: OpenMemo, viewport: Any) -> None:
    """Without scripts, decision, figures and other thresholds are readable, and the page does not scroll sideways."""
    page = open_memo(typical(), java_script_enabled=False, viewport=viewport)
    flagged = ROWS.scores["forest"] >= float(typical().threshold)
    expect(page.get_by_text("Scripts don’t run here")).to_be_visible()
    expect(page.locator(".static-card .value").first).to_have_text(
        formatting.metric_value(precision_score(ROWS.y_true, flagged))
    )
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_prints_to_two_pages(open_memo: OpenMemo, paper: str) -> None:
    """A typical memo is two pages long: the decision with its card, and the sections; what-ifs may need another one."""
    assumes_nothing = tuple(each for each in typical().sections if each.kind != "scenario")
    page = open_memo(replace(typical(), sections=assumes_nothing), color_scheme="dark")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper))) == 2
    assert page.evaluate("document.getElementById('card').style.width") == ""  # as on the screen again


def test_suppressed_stops(open_memo: OpenMemo) -> None:
    """With suppression the slider stops only where no counts differ by a small number."""
    page = open_memo(snapshot_of(decide(ROWS.curves()), ROWS, suppress_below=25))
    slider, displayed = page.get_by_role("slider"), set()
    slider.press("Home")
    for _ in range(30):
        page.evaluate("new Promise(requestAnimationFrame)")
        cells = page.locator(".cases tbody td:last-child").all_inner_texts()
        displayed.add(tuple(int(cell.replace(",", "")) for cell in cells))
        slider.press("ArrowRight")
    counts = np.array(sorted(displayed))
    assert len(counts) >= 3
    steps = np.abs(counts[:, None, :] - counts[None, :, :])
    assert not ((steps > 0) & (steps < 25)).any()


def test_a_memo_without_a_card(open_memo: OpenMemo) -> None:
    """A memo whose card is suppressed says so and needs no script."""
    page = open_memo(replace(typical(), card=None, suppress_below=10))
    expect(page.get_by_text("The results at other thresholds are withheld")).to_be_visible()
    assert page.locator("script").count() == 0
