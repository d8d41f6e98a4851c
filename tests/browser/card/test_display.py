"""What a card displays, opened from disk without a network."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from f1tools import palette
from f1tools.card import card_payload
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.formatting.positives import name_positives
from tests.browser.card.helpers import (
    DESKTOP,
    PHONE,
    VECTOR_A,
    OpenCard,
    current_threshold,
    many_stops,
    payload_of,
)
from tests.browser.test_accessible import TAGS

# How many symbols of each kind are drawn, in the order of the table.
SYMBOLS = """(dots) => ["fn", "tp", "fp", "tn"].map((kind) => (
  dots.querySelector(`.${kind}`).getAttribute("d").split("M").length - 1))"""
ABOVE = '.tick[y="14.0"]'  # the label of the line at 0.5, next to that of the best threshold


def symbols(page: Page) -> list[int]:
    counts: list[int] = page.locator(".dots").evaluate(SYMBOLS)
    return counts


def test_the_best_threshold(open_card: OpenCard) -> None:
    """The card starts at the best threshold, with its sentence, figures and exact counts."""
    page = open_card(payload_of(*VECTOR_A, positives=name_positives("1", "fraud")))
    expect(page.locator(".sentence")).to_have_text(
        "If we flag scores of 0.4 or more, 4 of the 8 flagged cases are fraud, and we catch all 4 cases of fraud."
    )
    expect(page.locator(".figure .value")).to_have_text(["0.500", "1.000", "0.667", "80.0%"])
    expect(page.locator(".figure .detail")).to_have_text(
        ["4 of 8 flagged", "4 of 4 positives", "all flagged: 0.571", "8 of 10 cases"]
    )
    expect(page.locator(".cases h2")).to_have_text("All 10 cases")  # so few are drawn as they are
    expect(page.locator(".cases tbody td:visible")).to_have_text(["0", "4", "4", "2"])
    assert symbols(page) == [0, 4, 4, 2]


@pytest.mark.parametrize(
    ("n", "n_positive", "title", "base"),
    [
        (900, 300, "100 typical cases", 100),
        (600, 20, "All 600 cases", 600),
        (20_000, 600, "1,000 typical cases", 1000),
        (20_000, 160, "All 20,000 cases", 20_000),
        (200_000, 400, "10,000 typical cases", 10_000),
    ],
)
def test_the_picture_has_the_base_of_the_table(
    open_card: OpenCard, n: int, n_positive: int, title: str, base: int
) -> None:
    """Every symbol is a case that the table counts; of a rare class only what is positive or flagged is drawn."""
    rng = np.random.default_rng(0)
    y_true = np.arange(n) < n_positive
    page = open_card(payload_of(y_true, rng.normal(size=n) + 4 * y_true))
    expect(page.locator(".cases h2")).to_have_text(title)
    column = page.locator("tbody td:nth-child(2)")
    *rows, ignored = (int(text.replace(",", "").replace("<1", "0")) for text in column.all_inner_texts())
    assert symbols(page) == [*rows, ignored if base <= 1000 else 0]
    assert sum(rows) + ignored == base
    assert sum(rows[:2]) == pytest.approx(n_positive / n * base, abs=1)


def test_a_group_that_is_not_empty_is_never_0(open_card: OpenCard) -> None:
    """One false alarm among 1,000 cases is fewer than 1 of 100."""
    y_true = np.arange(1000) >= 600
    page = open_card(payload_of(y_true, np.where(y_true, 0.9, 0.1) + (np.arange(1000) == 0) * 0.8))
    expect(page.locator("tbody .fp td")).to_have_text(["<1", "1"])


def test_nothing_flagged(open_card: OpenCard) -> None:
    """Above all scores precision is undefined: "n/a" and a gap in its line."""
    page = open_card(payload_of(*VECTOR_A))
    page.get_by_role("slider").press("End")
    expect(page.locator(".figure .value")).to_have_text(["n/a", "0.000", "0.000", "0%"])
    expect(page.locator(".sentence")).to_have_text(
        "If we flag no case at all, precision is undefined, and we catch none of the 4 positive cases."
    )
    assert current_threshold(page) == "above all scores"
    expect(page.locator("circle.precision")).to_be_hidden()
    ends = page.evaluate(
        "['precision', 'recall'].map((line) => document.querySelector(`path.${line}`).getBBox())"
        ".map((box) => box.x + box.width)"
    )
    assert ends[0] < ends[1] - 10


def test_flagging_nothing_is_best(open_card: OpenCard) -> None:
    """The best threshold is above all scores, and the chart says what that means."""
    curve = ThresholdCurve.from_predictions([0, 1, 0, 0], [0.1, 0.3, 0.4, 0.8])
    page = open_card(card_payload(curve, best(curve, "accuracy"), positives=name_positives("1")))
    assert current_threshold(page) == "above all scores"
    expect(page.locator(".best-name")).to_have_text("Highest accuracy: flag nothing")
    expect(page.get_by_role("slider")).to_have_attribute(
        "aria-valuetext", re.compile("^above all scores: precision n/a")
    )


def test_no_button_for_half_unless_scores_are_probabilities(open_card: OpenCard) -> None:
    """For log-odds 0.5 has no meaning and no button."""
    page = open_card(payload_of([0, 1, 0, 1], [-2.0, 0.5, 0.7, 3.0]))
    expect(page.get_by_role("button")).to_have_text(["Highest F1"])


@pytest.mark.parametrize(("by", "figure"), [("f1", "drawn"), ("precision", "precision"), ("lift", None)])
def test_only_the_maximized_figure_is_called_the_best(open_card: OpenCard, by: str, figure: str | None) -> None:
    """With another objective F1 is drawn, but neither called the highest nor compared with the best threshold."""
    curve = ThresholdCurve.from_predictions(*VECTOR_A)
    page = open_card(card_payload(curve, best(curve, by), positives=name_positives("1")))
    expect(page.locator(".figure").get_by_text("Highest")).to_have_count(1 if figure else 0)
    if figure:
        expect(page.locator(f".figure.{figure} .delta")).to_have_text(f"Highest {'F1' if by == 'f1' else by}")
    page.get_by_role("slider").press("Home")
    expect(page.locator(".figure.recall .delta")).to_contain_text("vs. best")
    expect(page.locator(".figure.drawn .delta")).to_have_text("0.096 below the best" if by == "f1" else "\u00a0")


def test_the_best_within_limits(open_card: OpenCard) -> None:
    """With constraints, button, mark and figure say so."""
    curve = ThresholdCurve.from_predictions(*VECTOR_A)
    limited = best(curve, constraints=[Constraint.at_most("flagged", 3)])
    page = open_card(card_payload(curve, limited, positives=name_positives("1")))
    expect(page.get_by_role("button", name="Highest F1 under constraints")).to_be_visible()
    expect(page.locator(".best-name")).to_have_text("Highest F1 under constraints at 0.8")
    expect(page.locator(".figure.drawn .delta")).to_have_text("Highest F1 under constraints")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
@pytest.mark.parametrize("far", [-2.21e11, -3.2e5, 4e-12, 1.7e308])
def test_ticks_of_any_size(open_card: OpenCard, viewport: dict[str, int], far: float) -> None:
    """For scores of any size the labels of the axis stay inside the chart and apart; minus signs are no hyphens."""
    y_score = [far * share for share in (0.1, 0.3, 0.35, 0.6, 0.8, 1.0)]
    page = open_card(payload_of([0, 1, 0, 1, 1, 0], y_score), viewport=viewport)
    chart = page.locator("svg.chart").bounding_box()
    boxes = [tick.bounding_box() for tick in page.locator(f".chart .tick[text-anchor=middle]:not({ABOVE})").all()]
    spans = sorted((box["x"], box["x"] + box["width"]) for box in boxes if box is not None)
    assert chart is not None
    assert len(spans) >= 3
    assert spans[0][0] >= chart["x"] - 1
    assert spans[-1][1] <= chart["x"] + chart["width"] + 1
    assert all(end < start for (_, end), (start, _) in pairwise(spans))
    text = page.locator(".chart").text_content() or ""
    assert "-" not in text + page.locator(".sentence").inner_text() + page.locator(".reading").inner_text()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
@pytest.mark.parametrize("cut", [0.5, 0.47, 0.53, 0.2, 0.999])
def test_no_line_without_a_label(open_card: OpenCard, viewport: dict[str, int], cut: float) -> None:
    """The line at 0.5 and the baseline of flagging everything have labels that nothing covers."""
    rng = np.random.default_rng(4)
    y_true = rng.random(500) < 0.4
    y_score = np.where(y_true, cut + (1 - cut) * rng.random(500), 0.99 * cut * rng.random(500))
    page = open_card(payload_of(y_true, y_score), viewport=viewport)
    halves = page.locator(".chart").locator(ABOVE)
    named = [box for box in (one.bounding_box() for one in halves.all()) if box is not None]
    name, chart = page.locator(".best-name").bounding_box(), page.locator("svg.chart").bounding_box()
    assert name is not None
    assert chart is not None
    assert len(named) == page.locator("path.half").count()
    assert all(box["x"] > name["x"] + name["width"] or box["x"] + box["width"] < name["x"] for box in named)
    assert chart["x"] - 1 <= name["x"] <= chart["x"] + chart["width"] - name["width"] + 1
    assert page.locator(".note").count() == page.locator(".baseline").count()


# How many points of the curves lie behind their names and the label of the baseline.
CROSSINGS = """() => [...document.querySelectorAll("svg.chart :is(.note, .name)")].map((note) => {
  const { x, y, width, height } = note.getBBox();
  return [...document.querySelectorAll("svg.chart path.line")].map((line) => {
    const points = [...Array(4001).keys()].map((n) => line.getPointAtLength((n / 4000) * line.getTotalLength()));
    return points.filter((p) => p.x > x && p.x < x + width && p.y > y + 3 && p.y < y + height - 3).length;
  });
})"""


@pytest.mark.parametrize(("by", "seed"), [("f1", 0), ("f1", 1), ("accuracy", 2), ("accuracy", 3)])
def test_no_curve_crosses_a_label(open_card: OpenCard, by: str, seed: int) -> None:
    """On a phone the names of curves and the label of flagging everything stand where no curve is, or not at all."""
    rng = np.random.default_rng(seed)
    y_true = rng.random(60) < 0.3
    curve = ThresholdCurve.from_predictions(y_true, (rng.random(60) + rng.random(60) * y_true).round(2) / 2)
    page = open_card(card_payload(curve, best(curve, by), positives=name_positives("1")), viewport=PHONE)
    assert not np.any(page.evaluate(CROSSINGS))
    assert page.locator(".note").count() == page.locator(".baseline").count()


def test_names_are_text(open_card: OpenCard) -> None:
    """Markup in names is displayed as text."""
    hostile = "</script><img src=x onerror=alert(1)><!--<script>"
    page = open_card(payload_of(*VECTOR_A, positives=name_positives("1", hostile), chosen_on=hostile))
    expect(page.locator(".sentence")).to_contain_text(f"are “{hostile[:20]}")
    expect(page.get_by_role("button", name=hostile[:8])).to_be_visible()
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_accessible(open_card: OpenCard, scheme: str, viewport: dict[str, int]) -> None:
    """No violation of WCAG 2.2 AA is found by axe, wide and narrow, light and dark."""
    page = open_card(many_stops(), color_scheme=scheme, viewport=viewport)
    expect(page.locator(".f1card")).to_have_attribute("data-theme", scheme)
    rules = {"page-has-heading-one": {"enabled": False}}  # a card is a part of a page
    report = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}, "rules": rules})
    assert report.response["violations"] == [], report.generate_report()


def test_the_theme_changes_after_a_card_was_taken_away(open_card: OpenCard) -> None:
    """Its listener may still be there when a visitor has left the page; the fixture fails for a script error."""
    page = open_card(many_stops(), color_scheme="light")
    expect(page.locator(".f1card")).to_have_attribute("data-theme", "light")
    query = "matchMedia('(prefers-color-scheme: dark)')"
    page.evaluate(f"() => {{ window.told = new Promise((done) => {query}.addEventListener('change', done)); }}")
    page.locator(".f1card").evaluate("card => card.remove()")
    page.emulate_media(color_scheme="dark")
    page.evaluate("window.told.then(() => true)")


def test_phone(open_card: OpenCard) -> None:
    """On a phone nothing scrolls sideways, targets are at least 44 px, slider and sentence are on one screen."""
    page = open_card(many_stops(), viewport=PHONE, is_mobile=True, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for target in [page.get_by_role("slider"), *page.get_by_role("button").all()]:
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44
    expect(page.get_by_role("slider")).to_be_in_viewport(ratio=1)
    expect(page.locator(".sentence")).to_be_in_viewport(ratio=1)


def test_a_stable_layout(open_card: OpenCard) -> None:
    """The slider does not move while the sentence changes."""
    for viewport in (DESKTOP, PHONE):
        page = open_card(many_stops(), viewport=viewport)
        slider = page.get_by_role("slider")
        slider.press("Home")
        heights = set()
        for _ in range(11):
            page.wait_for_timeout(30)
            heights.add(page.evaluate("document.querySelector('input').getBoundingClientRect().top"))
            slider.press("PageUp")
        assert len(heights) == 1


def test_print_is_light(open_card: OpenCard) -> None:
    """Printed from a dark screen the card is dark on light, without its controls."""
    page = open_card(payload_of(*VECTOR_A), color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("slider")).to_be_hidden()
    red, green, blue = (int(palette.LIGHT["ink"][at : at + 2], 16) for at in (1, 3, 5))
    expect(page.locator(".f1card")).to_have_css("color", f"rgb({red}, {green}, {blue})")


def test_outliers(open_card: OpenCard) -> None:
    """Outliers do not squeeze the other scores: stops are spaced evenly, and the card says so."""
    rng = np.random.default_rng(1)
    y_true = rng.random(2000) < 0.4
    y_score = np.append(rng.normal(size=1999) + y_true[1:], -3.2e5)
    page = open_card(payload_of(np.append(y_true[1:], 0), y_score))
    expect(page.get_by_text("Not to scale")).to_be_visible()
    assert 0.2 < float(page.get_by_role("slider").input_value()) < 0.8


def test_thumb_and_line_align(open_card: OpenCard) -> None:
    """The middle of the thumb is under the line in the chart, at the ends and between, wide and narrow."""
    for viewport in (DESKTOP, PHONE):
        page = open_card(payload_of(*VECTOR_A), viewport=viewport)
        for key in ("Home", "ArrowRight", "End"):
            page.get_by_role("slider").press(key)
            page.wait_for_timeout(50)
            box, line = page.get_by_role("slider").bounding_box(), page.locator(".rule").bounding_box()
            assert box is not None
            assert line is not None
            share = float(page.get_by_role("slider").input_value())
            assert line["x"] + line["width"] / 2 == pytest.approx(box["x"] + 14 + (box["width"] - 28) * share, abs=1.5)


def test_the_sentence_of_the_page(open_card: OpenCard) -> None:
    """At the current threshold the card displays the page's own sentence, and a button leads back there."""
    page = open_card(payload_of(*VECTOR_A, threshold=0.2) | {"at_rest": "This is the decision."})
    back, sentence = page.get_by_role("button", name="The decision"), page.locator(".sentence")
    expect(sentence).to_have_text("This is the decision.")
    expect(back).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Highest F1").click()
    expect(sentence).to_contain_text("If we flag scores of 0.4 or more")
    back.click()
    expect(sentence).to_have_text("This is the decision.")
    assert current_threshold(page) == "0.2"
    decided_on_best = open_card(payload_of(*VECTOR_A) | {"at_rest": "This is the decision."})
    expect(decided_on_best.get_by_role("button", name="The decision")).to_have_count(0)


def test_labels_make_way_for_the_threshold(open_card: OpenCard) -> None:
    """At no threshold its line runs through the name of a curve."""
    rng = np.random.default_rng(2)
    y_true = rng.random(200) < 0.4
    page = open_card(payload_of(y_true, (rng.random(200) + y_true) / 2), viewport=PHONE)
    page.get_by_role("slider").press("Home")
    crossed, names = page.evaluate(
        """async () => {
          const [slider, rule] = ["input[type=range]", ".rule"].map(each => document.querySelector(each));
          const names = [...document.querySelectorAll(".chart :is(.name, .note)")];
          let crossed = 0;
          for (let frame = 0; frame < 50; frame++) {
            for (let n = 0; n < 4; n++) slider.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
            await new Promise(requestAnimationFrame);
            const line = rule.getBoundingClientRect(), x = line.left + line.width / 2;
            const boxes = names.map(each => each.getBoundingClientRect());
            crossed += boxes.filter(box => box.left < x && x < box.right).length;
          }
          return [crossed, names.length];
        }"""
    )
    assert names >= 2
    assert crossed == 0
