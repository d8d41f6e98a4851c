"""Tests of misclassification costs against exact sums over rows, all thresholds, and the Bayes-optimal threshold."""

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
from f1tools.core.model_curves import ModelCurves
from f1tools.core.types import InvalidPredictions
from f1tools.what_if import Costs, amount_curve, cheapest
from f1tools.what_if.pricing import find_cheapest
from tests.exact import Cells, candidates, cells_at
from tests.strategies import Rows, rows, weighted_or_not
from tests.tables import binned
from tests.what_if.strategies import calibrated, weights_of

QUARTERS = st.integers(-40, 40).map(lambda quarters: quarters / 4)
AMOUNT = st.integers(0, 64).map(lambda eighths: eighths / 8)


@st.composite
def valid_costs(draw: st.DrawFn) -> Costs:
    """Draw the costs of the four outcomes, some of them gains."""
    tp, tn = draw(QUARTERS), draw(QUARTERS)
    extra = st.integers(0, 40).map(lambda quarters: quarters / 4)
    false_alarm, miss = draw(st.tuples(extra, extra).filter(any))
    return Costs(fp=tn + false_alarm, fn=tp + miss, tp=tp, tn=tn)


def exact_total(costs: Costs, cells: Cells) -> Fraction:
    """Sum the costs of the four outcomes."""
    of_cells = (costs.tn, costs.fp, costs.fn, costs.tp)
    return sum((Fraction(cost) * cell for cost, cell in zip(of_cells, cells, strict=True)), Fraction(0))


@given(weighted_or_not(both=False, most=15), valid_costs())
def test_cheapest_equals_brute_force(sample: Rows, costs: Costs) -> None:
    """The cost is the lowest of all thresholds in exact arithmetic; of equally cheap ones the lowest is returned."""
    totals = {threshold: exact_total(costs, cells_at(sample, threshold)) for threshold in candidates(sample)}
    lowest = min(totals.values())
    optimum = cheapest(sample.curve(), costs)
    n_rows = sum(cells_at(sample, 0.0), Fraction(0))
    assert costs.total(optimum.point.counts) == float(lowest)
    assert costs.per_case(optimum.point.counts) == pytest.approx(float(lowest / n_rows), rel=1e-14)
    assert optimum.value == -costs.per_case(optimum.point.counts)
    assert optimum.point.threshold == [t for t, cost in totals.items() if cost == lowest][-1]


@given(rows(most=12), valid_costs(), st.integers(0, 12))
def test_cheapest_under_a_capacity_equals_brute_force(sample: Rows, costs: Costs, capacity: int) -> None:
    """Under a limit on the flagged rows, the cheapest feasible threshold is found."""
    by_threshold = {threshold: cells_at(sample, threshold) for threshold in candidates(sample)}
    feasible = {threshold: cells for threshold, cells in by_threshold.items() if cells.tp + cells.fp <= capacity}
    optimum = cheapest(sample.curve(), costs, constraints=[Constraint.at_most("flagged", capacity)])
    assert costs.total(optimum.point.counts) == float(min(exact_total(costs, cells) for cells in feasible.values()))
    assert optimum.point.threshold in feasible


@given(weighted_or_not(most=15), valid_costs(), QUARTERS, QUARTERS)
def test_a_constant_cost_per_class_changes_nothing(sample: Rows, costs: Costs, positive: float, neg: float) -> None:
    """The same amount added for every positive, or every negative, leaves threshold and ratio unchanged."""
    shifted = Costs(fp=costs.fp + neg, tn=costs.tn + neg, fn=costs.fn + positive, tp=costs.tp + positive)
    assert cheapest(sample.curve(), shifted).point.threshold == cheapest(sample.curve(), costs).point.threshold
    assert (shifted.ratio, shifted.threshold) == (costs.ratio, costs.threshold)


@given(
    st.dictionaries(st.integers(0, 20).map(lambda k: Fraction(k, 20)), st.integers(1, 3), min_size=2, max_size=8),
    st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(any),
)
def test_bayes_optimal_threshold(multiples: dict[Fraction, int], errors: tuple[int, int]) -> None:
    """For calibrated scores the cheapest threshold is the lowest score of at least c_FP / (c_FP + c_FN)."""
    sample = calibrated(multiples)
    assume(sample.y_true.any() and not sample.y_true.all())
    costs, bayes = Costs(fp=errors[0], fn=errors[1]), Fraction(errors[0], sum(errors))
    assert costs.threshold == pytest.approx(float(bayes), rel=1e-15)
    expected = min((float(p) for p in multiples if p >= bayes), default=np.inf)
    assert cheapest(sample.curve(), costs).point.threshold == expected


@given(valid_costs(), st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any))
def test_metric_is_monotone(costs: Costs, cells: list[int]) -> None:
    """Turning an error into the correct decision never costs more."""
    tn, fp, fn, tp = cells
    evaluate = costs.metric().evaluate
    value = evaluate(ConfusionCounts(tn=tn, fp=fp, fn=fn, tp=tp))
    if fn:
        assert evaluate(ConfusionCounts(tn=tn, fp=fp, fn=fn - 1, tp=tp + 1)) >= value
    if fp:
        assert evaluate(ConfusionCounts(tn=tn + 1, fp=fp - 1, fn=fn, tp=tp)) >= value


def test_a_worked_example() -> None:
    """A mailing: a letter costs 2 and an order earns 50, so it pays from a probability of 4% on."""
    campaign = Costs(fp=2, fn=0, tp=-48, tn=0)
    assert (campaign.ratio, campaign.threshold) == pytest.approx((24, 0.04))
    counts = ConfusionCounts(tn=900, fp=90, fn=4, tp=6)
    assert campaign.total(counts) == 90 * 2 - 6 * 48
    assert campaign.per_case(counts) == pytest.approx(-0.108)
    assert campaign.metric().evaluate(counts) == pytest.approx(0.108)
    assert campaign.metric().name == "cost"


@pytest.mark.parametrize(
    ("costs", "ratio", "threshold"),
    [
        (Costs(fp=0, fn=3), math.inf, 0.0),
        (Costs(fp=3, fn=0), 0.0, 1.0),
        (Costs(fp=1, fn=9), 9.0, 0.1),
        (Costs(fp=5e-324, fn=1e308), math.inf, 0.0),
        (Costs(fp=1e308, fn=5e-324), 0.0, 1.0),
    ],
)
def test_ratio_and_threshold_of_extreme_costs(costs: Costs, ratio: float, threshold: float) -> None:
    """The threshold is 0 where false positives are free, and 1 where false negatives are."""
    assert (costs.ratio, costs.threshold) == (ratio, threshold)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"fp": math.nan}, "Costs must be finite numbers, got fp nan"),
        ({"fn": math.inf}, "Costs must be finite numbers"),
        ({"tp": -math.inf}, "Costs must be finite numbers"),
        ({"fp": 1.7e308, "tn": -1.7e308}, "Costs must be finite numbers"),
        ({"fp": -1.0}, "A false positive must not cost less"),
        ({"tn": 2.0}, "A false positive must not cost less"),
        ({"fn": -1.0}, "A false negative must not cost less"),
        ({"tp": 1.5}, "A false negative must not cost less"),
        ({"fp": 0.0, "fn": 0.0}, "An error must cost more"),
    ],
)
def test_invalid_costs_raise(values: dict[str, float], message: str) -> None:
    """No error may be cheaper than the correct decision, and at least one must be dearer."""
    with pytest.raises(ValueError, match=f"^{message}"):
        Costs(**values)


@given(weighted_or_not(most=15), st.data())
def test_amounts_are_summed_over_the_errors(sample: Rows, data: st.DataObject) -> None:
    """At every threshold the counts sum the amounts of the rows decided wrongly, and the lowest sum is found."""
    n = sample.y_true.size
    misses = np.array(data.draw(st.lists(AMOUNT, min_size=n, max_size=n)))
    false_alarm = data.draw(AMOUNT)
    weight = weights_of(sample)
    assume((misses * sample.y_true * weight).any() or false_alarm > 0)
    curve = amount_curve(
        sample.y_true, sample.y_score, miss=misses, false_alarm=false_alarm, sample_weight=sample.sample_weight
    )
    totals = []
    for threshold in candidates(sample):
        flagged = sample.y_score >= threshold
        missed, false_alarms = sample.y_true & ~flagged, ~sample.y_true & flagged
        totals.append((misses * weight)[missed].sum() + (false_alarm * weight)[false_alarms].sum())
        counts = curve.at(threshold).counts
        assert Costs().total(counts) == counts.fp + counts.fn == totals[-1]
    assert Costs().total(cheapest(curve, Costs()).point.counts) == min(totals)


def test_amounts_of_the_other_class_are_ignored() -> None:
    """The miss amount of a negative row and the false-alarm amount of a positive row may be invalid."""
    curve = amount_curve(np.array([True, False]), [0.8, 0.3], miss=[20.0, np.nan], false_alarm=np.array([-1.0, 3.0]))
    assert (curve.positives, curve.negatives) == (20.0, 3.0)


@pytest.mark.parametrize(
    ("miss", "false_alarm", "message"),
    [
        ([1.0, 1.0, -2.5], 1, r"miss must be finite and not negative, got -2\.5 in row 2"),
        (math.inf, 1, "miss must be finite and not negative, got inf in row 0"),
        (1, [0.0, math.nan, 0.0], "false_alarm must be finite and not negative, got nan in row 1"),
        ([1.0, 2.0], 1, "y_true has 3 rows and miss has 2"),
        (["a", "b", "c"], 1, "miss must hold numbers"),
        (0, 0, r"The amounts must have a finite sum above 0, got 0\.0"),
        (1.7e308, 1.7e308, "The amounts must have a finite sum above 0, got inf"),
        (np.ones((3, 2)), 1, r"miss must be one column of values, got an array of shape \(3, 2\)"),
    ],
)
def test_invalid_amounts_raise(miss: ArrayLike, false_alarm: ArrayLike, message: str) -> None:
    """The message names the column, the value and the row."""
    with pytest.raises(InvalidPredictions, match=f"^{message}"):
        amount_curve([1, 0, 1], [0.9, 0.5, 0.2], miss=miss, false_alarm=false_alarm)


@given(weighted_or_not(most=15), valid_costs(), st.integers(1, 4))
def test_no_threshold_costs_less_than_the_bound(sample: Rows, costs: Costs, n_bins: int) -> None:
    """Of rows that were counted in bins the lowest cost is a bound; of others it is that of the cheapest threshold."""
    exact = ModelCurves.from_curve(sample.curve(), n_rows=sample.y_true.size)
    coarse = ModelCurves.from_curve(binned(sample.curve(), n_bins, certain=False), n_rows=sample.y_true.size)
    known, bound = (find_cheapest(each, each, costs).lowest_cost for each in (exact, coarse))
    counts = exact.evaluation.counts
    total = float(exact.evaluation.positives + exact.evaluation.negatives)
    sums = costs.tn * counts.tn + costs.fp * counts.fp + costs.fn * counts.fn + costs.tp * counts.tp
    assert known == pytest.approx(float(sums.min()) / total, abs=1e-9)
    assert bound <= known + 1e-9 * (1 + abs(known))
