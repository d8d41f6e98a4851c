"""Tests of the cheapest threshold for each cost ratio against all thresholds, in exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.what_if import Costs, cheapest, cost_ranges
from tests.exact import candidates, cells_at
from tests.strategies import Rows, weighted_or_not

EIGHTHS = st.integers(0, 64).map(lambda eighths: eighths / 8)
RATIO = st.one_of(EIGHTHS, st.floats(1e-6, 1e6), st.sampled_from([1e-300, 1e300]))


def cheapest_by_brute_force(sample: Rows, ratio: Fraction | None) -> list[float]:
    """Return all thresholds of the lowest cost for a cost ratio FN : FP; None means that false positives are free."""

    def cost(threshold: float) -> Fraction:
        cells = cells_at(sample, threshold)
        return cells.fn if ratio is None else cells.fp + ratio * cells.fn

    costs = {threshold: cost(threshold) for threshold in candidates(sample)}
    return [threshold for threshold, value in costs.items() if value == min(costs.values())]


@given(weighted_or_not(both=False, most=15), st.lists(RATIO, min_size=1, max_size=8))
def test_cheapest_threshold_equals_brute_force(sample: Rows, ratios: list[float]) -> None:
    """For any ratio, ``at`` returns the lowest of the cheapest thresholds."""
    ranges = cost_ranges(sample.curve())
    for ratio in ratios:
        assert ranges.at(ratio) == cheapest_by_brute_force(sample, Fraction(ratio))[-1]
    assert ranges.at(math.inf) == cheapest_by_brute_force(sample, None)[-1]


@given(weighted_or_not(both=False, most=15))
def test_ranges_partition_the_ratios(sample: Rows) -> None:
    """Ranges are adjacent from 0 to inf, thresholds descend, and at a common end both thresholds are cheapest."""
    ranges, curve = cost_ranges(sample.curve()), sample.curve()
    assert (ranges.low[0], ranges.high[-1]) == (0, math.inf)
    assert ranges.high[:-1].tolist() == ranges.low[1:].tolist()
    assert (ranges.low <= ranges.high).all()
    assert (ranges.thresholds[1:] < ranges.thresholds[:-1]).all()
    assert (ranges.thresholds[0], ranges.thresholds[-1]) == (math.inf, curve.thresholds[-1])
    for (upper, lower), bound in zip(pairwise(ranges.thresholds.tolist()), ranges.low[1:].tolist(), strict=True):
        above, below = curve.at(upper).counts, curve.at(lower).counts
        false_positives, catches = Fraction(below.fp) - Fraction(above.fp), Fraction(below.tp) - Fraction(above.tp)
        ratio = false_positives / catches if catches else None
        assert {upper, lower} <= set(cheapest_by_brute_force(sample, ratio))
        assert bound == pytest.approx(math.inf if ratio is None else float(ratio), rel=1e-15)


@given(weighted_or_not(most=15), st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(any))
def test_ranges_agree_with_cheapest(sample: Rows, errors: tuple[int, int]) -> None:
    """For any costs, the range of their ratio has the threshold that :func:`cheapest` finds."""
    costs = Costs(fp=errors[0], fn=errors[1])
    if costs.ratio.is_integer() or costs.ratio == math.inf:  # rounded ratios may lie beside the end of a range
        assert cost_ranges(sample.curve()).at(costs.ratio) == cheapest(sample.curve(), costs).point.threshold


def test_a_perfect_ranking_has_one_cheapest_threshold() -> None:
    """The threshold without errors is cheapest for every ratio, unless one kind of error is free."""
    ranges = cost_ranges(ThresholdCurve.from_predictions([1, 1, 0, 0], [4, 3, 2, 1]))
    assert ranges.thresholds.tolist() == [math.inf, 3, 1]
    assert (ranges.low.tolist(), ranges.high.tolist()) == ([0, 0, math.inf], [0, math.inf, math.inf])
    assert ranges.at(1e-9) == ranges.at(1e9) == 3


def test_many_weighted_thresholds() -> None:
    """On thousands of weighted scores no threshold is cheaper, but for rounding."""
    rng = np.random.default_rng(3)
    score = rng.random(5_000)
    curve = ThresholdCurve.from_predictions(rng.random(5_000) < score**2, score, sample_weight=rng.random(5_000))
    ranges = cost_ranges(curve)
    assert (np.diff(ranges.low) >= 0).all()
    for ratio in np.geomspace(1e-3, 1e3, 100).tolist():
        counts = curve.at(ranges.at(ratio)).counts
        lowest = (curve.counts.fp + ratio * curve.counts.fn).min()
        assert counts.fp + ratio * counts.fn == pytest.approx(lowest, rel=1e-12)


@pytest.mark.parametrize("ratio", [-0.1, math.nan, -math.inf])
def test_negative_ratio_raises(ratio: float) -> None:
    """A cost ratio is 0 or more."""
    with pytest.raises(ValueError, match="ratio must be 0 or more"):
        cost_ranges(ThresholdCurve.from_predictions([0, 1], [0.1, 0.9])).at(ratio)
