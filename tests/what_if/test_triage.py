"""Tests of triage against assigning the rows one by one, and against all pairs of thresholds."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.bins import curve_from_bins
from f1tools.core.curve import ThresholdCurve
from f1tools.what_if import Triage, Zone, optimal_triage, triage
from f1tools.what_if.triage import may_need_less_review
from tests.exact import candidates, cells_at, share
from tests.strategies import Rows, binned, weighted_or_not
from tests.what_if.strategies import weights_of

LIMIT = st.integers(0, 16).map(lambda parts: parts / 16)
PAIR = ThresholdCurve.from_predictions([0, 1], [0.1, 0.9])


@given(weighted_or_not(both=False), st.data())
def test_every_row_is_in_the_zone_of_its_score(sample: Rows, data: st.DataObject) -> None:
    """Zones, workload, errors and yield equal those of assigning the rows one by one."""
    threshold = st.one_of(st.sampled_from([*candidates(sample), -math.inf]), st.floats(allow_nan=False))
    low, high = sorted([data.draw(threshold), data.draw(threshold)])
    zones = triage(sample.curve(), low, high)
    weight, score = weights_of(sample), sample.y_score.astype(np.float64)
    sums = [
        (float(weight[inside & sample.y_true].sum()), float(weight[inside & ~sample.y_true].sum()))
        for inside in (score >= high, (score >= low) & (score < high), score < low)
    ]
    assert zones == Triage(low, high, *(Zone(*each) for each in sums))
    above, between, below = sums
    wrong, automated = above[1] + below[0], sum(above) + sum(below)
    assert (zones.workload, zones.wrong) == (sum(between) / weight.sum(), wrong)
    assert zones.error == pytest.approx(wrong / automated if automated else math.nan, nan_ok=True)
    assert zones.review_yield == pytest.approx(between[0] / sum(between) if sum(between) else math.nan, nan_ok=True)


@given(weighted_or_not(both=False, most=12), LIMIT, LIMIT)
def test_optimal_triage_equals_brute_force(sample: Rows, max_false: float, max_missed: float) -> None:
    """Of all feasible pairs it has the least review, then the fewest errors, then the lowest thresholds."""
    by_threshold = {threshold: cells_at(sample, threshold) for threshold in candidates(sample)}
    feasible = []
    for high, low in combinations_with_replacement(by_threshold, 2):
        at_high, at_low = by_threshold[high], by_threshold[low]
        share_false = share(at_high.fp, at_high.fp + at_high.tp)
        if share_false <= max_false and share(at_low.fn, at_low.fn + at_low.tp) <= max_missed:
            reviewed = at_low.tp + at_low.fp - at_high.tp - at_high.fp
            feasible.append((reviewed, at_high.fp + at_low.fn, low, high))
    zones = optimal_triage(sample.curve(), max_false=max_false, max_missed=max_missed)
    assert (Fraction(zones.review.total), Fraction(zones.wrong), zones.low, zones.high) == min(feasible)


@given(weighted_or_not(both=True), st.lists(st.integers(0, 20), max_size=8), LIMIT, LIMIT)
def test_bins_that_may_save_reviews_are_named(
    sample: Rows, first: list[int], max_false: float, max_missed: float
) -> None:
    """If no threshold inside a bin of a table may need less review, the rows need as much as the table says."""
    exact = sample.curve()
    curve, limits = binned(exact, first), {"max_false": max_false, "max_missed": max_missed}
    if may_need_less_review(curve, **limits):
        assert not curve.is_exact
        return
    assert optimal_triage(curve, **limits).workload == pytest.approx(optimal_triage(exact, **limits).workload, abs=1e-9)


def test_a_bin_may_save_reviews() -> None:
    """All positives may be among the highest scores of their bin, which then needs no review of the others."""
    curve = curve_from_bins([0.1, 0.5], [0.4, 0.9], positives=[0, 2], negatives=[4, 2])
    assert optimal_triage(curve, max_false=0, max_missed=0).workload == 0.5
    assert may_need_less_review(curve, max_false=0, max_missed=0)
    rows = ThresholdCurve.from_predictions([1, 1, 0, 0, 0, 0, 0, 0], [0.9, 0.8, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1])
    assert optimal_triage(rows, max_false=0, max_missed=0).workload == 0


def test_precision_need_not_be_monotone() -> None:
    """A negative with the highest score does not end the upper zone: further down its share is small enough."""
    curve = ThresholdCurve.from_predictions([0, 1, 1, 1, 0, 1, 0, 0], [8, 7, 6, 5, 4, 3, 2, 1])
    zones = optimal_triage(curve, max_false=0.25, max_missed=0.0)
    assert zones == Triage(3, 5, Zone(3, 1), Zone(1, 1), Zone(0, 2))
    assert (zones.workload, zones.wrong, zones.error, zones.review_yield) == (0.25, 1, 1 / 6, 0.5)


def test_missed_limit_is_a_share_of_the_positives() -> None:
    """Of 20 positives in 2,000 rows one may be missed, though missing all would be an error rate of only 1%."""
    score = np.arange(2000)
    zones = optimal_triage(ThresholdCurve.from_predictions(score % 100 == 99, score), max_false=0.0, max_missed=0.05)
    assert (zones.low, zones.auto_negative) == (199, Zone(1, 198))


@pytest.mark.parametrize(
    ("y_true", "y_score", "limit", "low", "high", "workload"),
    [([1, 1, 0, 0], [4, 3, 2, 1], 0.5, 3, 3, 0.0), ([1, 0], [0.5, 0.5], 0.1, 0.5, math.inf, 1.0)],
    ids=["no review", "review everything"],
)
def test_extreme_workloads(
    y_true: list[int], y_score: list[float], limit: float, low: float, high: float, workload: float
) -> None:
    """Without review the single threshold with the fewest errors is used; uninformative scores need full review."""
    zones = optimal_triage(ThresholdCurve.from_predictions(y_true, y_score), max_false=limit, max_missed=limit)
    assert (zones.low, zones.high, zones.workload, zones.wrong) == (low, high, workload, 0)
    assert math.isnan(zones.error if workload else zones.review_yield)


@pytest.mark.parametrize(
    ("low", "high", "message"), [(0.6, 0.5, r"got 0\.6 and 0\.5"), (math.nan, 0.5, "must be a number")]
)
def test_invalid_thresholds_raise(low: float, high: float, message: str) -> None:
    """The lower threshold is not above the upper one, and both are numbers."""
    with pytest.raises(ValueError, match=message):
        triage(PAIR, low, high)


@pytest.mark.parametrize(("max_false", "max_missed"), [(-0.1, 0.5), (0.5, 1.1), (math.nan, 0.5)])
def test_limits_outside_0_to_1_raise(max_false: float, max_missed: float) -> None:
    """Both limits are shares."""
    with pytest.raises(ValueError, match="must be between 0 and 1"):
        optimal_triage(PAIR, max_false=max_false, max_missed=max_missed)
