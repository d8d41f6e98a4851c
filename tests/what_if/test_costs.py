"""Costs: against sums over rows in exact arithmetic, over all thresholds, and Bayes' threshold."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.core.types import InvalidPredictions
from f1tools.what_if import Costs, amount_curve, cheapest
from tests.exact import Cells, candidates, cells_at
from tests.strategies import Rows, rows, weighted_or_not
from tests.what_if.strategies import calibrated

QUARTERS = st.integers(-40, 40).map(lambda quarters: quarters / 4)


@st.composite
def costs(draw: st.DrawFn) -> Costs:
    """Draw four outcomes, some of which earn."""
    tp, tn = draw(QUARTERS), draw(QUARTERS)
    more = st.integers(0, 40).map(lambda quarters: quarters / 4)
    alarm, miss = draw(st.tuples(more, more).filter(any))
    return Costs(fp=tn + alarm, fn=tp + miss, tp=tp, tn=tn)


def paid(asked: Costs, cells: Cells) -> Fraction:
    """Add up what the four outcomes cost."""
    return sum(
        (Fraction(cost) * cell for cost, cell in zip((asked.tn, asked.fp, asked.fn, asked.tp), cells, strict=True)),
        Fraction(0),
    )


@given(weighted_or_not(both=False, most=15), costs())
def test_no_threshold_is_cheaper(drawn: Rows, asked: Costs) -> None:
    """All thresholds are tried in exact arithmetic: the cheapest are the ties, and the lowest of them is taken."""
    by_threshold = {t: paid(asked, cells_at(drawn, t)) for t in candidates(drawn)}
    least = min(by_threshold.values())
    found = cheapest(drawn.curve(), asked)
    total = sum(cells_at(drawn, 0.0), Fraction(0))
    assert asked.total(found.point.counts) == float(least)
    assert asked.per_case(found.point.counts) == pytest.approx(float(least / total), rel=1e-14)
    assert found.value == -asked.per_case(found.point.counts)
    assert found.point.threshold == [t for t, cost in by_threshold.items() if cost == least][-1]


@given(rows(most=12), costs(), st.integers(0, 12))
def test_capacity_limits_the_choice(drawn: Rows, asked: Costs, room: int) -> None:
    """With room for so many flagged cases, the cheapest of the thresholds that flag no more is found."""
    kept = {t: cells_at(drawn, t) for t in candidates(drawn)}
    kept = {t: cells for t, cells in kept.items() if cells.tp + cells.fp <= room}
    found = cheapest(drawn.curve(), asked, constraints=[Constraint.at_most("flagged", room)])
    assert asked.total(found.point.counts) == float(min(paid(asked, cells) for cells in kept.values()))
    assert found.point.threshold in kept


@given(weighted_or_not(most=15), costs(), QUARTERS, QUARTERS)
def test_what_a_class_costs_in_any_case_decides_nothing(drawn: Rows, asked: Costs, yes: float, no: float) -> None:
    """The same amount more for every positive, or every negative, leaves the threshold, the ratio and Bayes' rule."""
    curve = drawn.curve()
    dearer = Costs(fp=asked.fp + no, tn=asked.tn + no, fn=asked.fn + yes, tp=asked.tp + yes)
    assert cheapest(curve, dearer).point.threshold == cheapest(curve, asked).point.threshold
    assert (dearer.ratio, dearer.threshold) == (asked.ratio, asked.threshold)


@given(
    st.dictionaries(st.integers(0, 20).map(lambda k: Fraction(k, 20)), st.integers(1, 3), min_size=2, max_size=8),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_the_threshold_of_bayes(cells: dict[Fraction, int], alarm: int, miss: int) -> None:
    """For true probabilities the cheapest threshold is the lowest score of at least c_FP / (c_FP + c_FN)."""
    assume(alarm + miss > 0)
    drawn = calibrated(cells)
    assume(drawn.y_true.any() and not drawn.y_true.all())
    asked = Costs(fp=alarm, fn=miss)
    bayes = Fraction(alarm, alarm + miss)
    assert asked.threshold == pytest.approx(float(bayes), rel=1e-15)
    assert cheapest(drawn.curve(), asked).point.threshold == min(
        (float(p) for p in cells if p >= bayes), default=np.inf
    )


@given(costs(), st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any))
def test_the_metric_rewards_catching(asked: Costs, cells: list[int]) -> None:
    """A miss that becomes a catch never costs more, nor does a false alarm that is left alone."""
    tn, fp, fn, tp = cells
    of = asked.metric().evaluate
    now = of(ConfusionCounts(tn=tn, fp=fp, fn=fn, tp=tp))
    if fn:
        assert of(ConfusionCounts(tn=tn, fp=fp, fn=fn - 1, tp=tp + 1)) >= now
    if fp:
        assert of(ConfusionCounts(tn=tn + 1, fp=fp - 1, fn=fn, tp=tp)) >= now


def test_four_outcomes_by_hand() -> None:
    """A campaign: a letter costs 2, an order earns 50. It pays to write to those who order at 4 % or more."""
    campaign = Costs(fp=2, fn=0, tp=-48, tn=0)
    assert campaign.ratio == 24
    assert campaign.threshold == pytest.approx(0.04)
    counts = ConfusionCounts(tn=900, fp=90, fn=4, tp=6)
    assert campaign.total(counts) == 90 * 2 - 6 * 48
    assert campaign.per_case(counts) == pytest.approx(-0.108)
    assert campaign.metric().evaluate(counts) == pytest.approx(0.108)
    assert (campaign.metric().name, campaign.metric().label) == ("cost", "Cost")


def test_equal_costs_are_accuracy() -> None:
    """Where both errors cost one, the cost of a case is the share of errors, and the best accuracy is cheapest."""
    rng = np.random.default_rng(1)
    curve = ThresholdCurve.from_predictions(rng.random(300) < 0.4, rng.integers(0, 40, 300))
    np.testing.assert_allclose(Costs().per_case(curve.counts), 1 - curve.counts.accuracy(), atol=1e-15)
    assert cheapest(curve, Costs()).point.threshold == best(curve, "accuracy").point.threshold


@pytest.mark.parametrize(
    ("asked", "ratio", "threshold"),
    [
        (Costs(fp=0, fn=3), math.inf, 0.0),
        (Costs(fp=3, fn=0), 0.0, 1.0),
        (Costs(fp=1, fn=9), 9.0, 0.1),
        (Costs(fp=5e-324, fn=1e308), math.inf, 0.0),
        (Costs(fp=1e308, fn=5e-324), 0.0, 1.0),
    ],
)
def test_ratio_and_threshold_at_the_ends(asked: Costs, ratio: float, threshold: float) -> None:
    """Free false alarms: flag everything. Free misses: flag what is certain."""
    assert (asked.ratio, asked.threshold) == (ratio, threshold)


def test_free_errors() -> None:
    """Where false alarms are free everything is flagged; where misses are, no false alarm is raised."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [4, 3, 2, 1])
    assert cheapest(curve, Costs(fp=0)).point.threshold == 1
    assert cheapest(curve, Costs(fn=0)).point.threshold == 4


@pytest.mark.parametrize(
    ("four", "sentence"),
    [
        ({"fp": math.nan}, "Costs must be finite numbers, got fp nan"),
        ({"fn": math.inf}, "Costs must be finite numbers"),
        ({"tp": -math.inf}, "Costs must be finite numbers"),
        ({"fp": 1.7e308, "tn": -1.7e308}, "Costs must be finite numbers"),
        ({"fp": -1.0}, "A false positive must not cost less"),
        ({"tn": 2.0}, "A false positive must not cost less"),
        ({"fn": -1.0}, "A false negative must not cost less than a true positive"),
        ({"tp": 1.5}, "A false negative must not cost less than a true positive"),
        ({"fp": 0.0, "fn": 0.0}, "An error must cost more than the correct decision"),
    ],
)
def test_costs_that_make_no_sense(four: dict[str, float], sentence: str) -> None:
    """Being wrong must not be cheaper than being right, and some error must cost something."""
    with pytest.raises(ValueError, match=rf"^{sentence}.*\.$"):
        Costs(**four)


AMOUNT = st.integers(0, 64).map(lambda eighths: eighths / 8)


@given(weighted_or_not(most=15), st.data())
def test_amounts_are_added_up_row_by_row(drawn: Rows, data: st.DataObject) -> None:
    """At every threshold the money in the counts is the sum over the rows decided wrongly, and the least is found."""
    n = drawn.y_true.size
    misses = np.array(data.draw(st.lists(AMOUNT, min_size=n, max_size=n)))
    alarm = data.draw(AMOUNT)
    weight = np.ones(n) if drawn.sample_weight is None else drawn.sample_weight
    assume((misses * drawn.y_true * weight).any() or alarm > 0)
    curve = amount_curve(drawn.y_true, drawn.y_score, miss=misses, false_alarm=alarm, sample_weight=drawn.sample_weight)
    sums = []
    for threshold in candidates(drawn):
        flagged = drawn.y_score >= threshold
        lost = (misses * weight)[drawn.y_true & ~flagged].sum() + (alarm * weight)[~drawn.y_true & flagged].sum()
        counts = curve.at(threshold).counts
        assert Costs().total(counts) == counts.fp + counts.fn == lost
        sums.append(lost)
    assert Costs().total(cheapest(curve, Costs()).point.counts) == min(sums)


def test_amounts_of_one_are_plain_costs() -> None:
    """The same amount for every row is what Costs does."""
    y_true, y_score = [1, 0, 1, 0, 0], [0.9, 0.7, 0.5, 0.4, 0.1]
    amounts = amount_curve(y_true, y_score, miss=3, false_alarm=1)
    plain = ThresholdCurve.from_predictions(y_true, y_score)
    for threshold in plain.thresholds.tolist():
        assert Costs().total(amounts.at(threshold).counts) == Costs(fn=3).total(plain.at(threshold).counts)


def test_only_the_amounts_that_can_be_lost_are_looked_at() -> None:
    """What missing a negative row would cost is never asked, so it may be missing."""
    curve = amount_curve(np.array([True, False]), [0.8, 0.3], miss=[20.0, np.nan], false_alarm=np.array([-1.0, 3.0]))
    assert (curve.positives, curve.negatives) == (20.0, 3.0)


@pytest.mark.parametrize(
    ("miss", "false_alarm", "sentence"),
    [
        ([1.0, 1.0, -2.5], 1, r"miss must be finite and not negative, got -2\.5 in row 2\. Correct or drop that row"),
        (math.inf, 1, "miss must be finite and not negative, got inf in row 0"),
        (1, [0.0, math.nan, 0.0], "false_alarm must be finite and not negative, got nan in row 1"),
        ([1.0, 2.0], 1, "y_true has 3 rows and miss has 2"),
        (["a", "b", "c"], 1, "miss must hold numbers"),
        (0, 0, r"The amounts must have a finite sum above 0, got 0\.0"),
        (1.7e308, 1.7e308, "The amounts must have a finite sum above 0, got inf"),
        (np.ones((3, 2)), 1, r"miss must be one column of values, got an array of shape \(3, 2\)"),
    ],
)
def test_amounts_that_cannot_be_used(miss: ArrayLike, false_alarm: ArrayLike, sentence: str) -> None:
    """One sentence says what was seen, where, and how to mend it."""
    with pytest.raises(InvalidPredictions, match=f"^{sentence}"):
        amount_curve([1, 0, 1], [0.9, 0.5, 0.2], miss=miss, false_alarm=false_alarm)
