"""Which threshold is cheapest for which ratio of costs: against all thresholds, in exact arithmetic."""

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

RATIO = st.one_of(
    st.integers(0, 64).map(lambda eighths: eighths / 8), st.floats(1e-6, 1e6), st.sampled_from([1e-300, 1e300])
)


def cheapest_by_hand(drawn: Rows, ratio: Fraction | None) -> list[float]:
    """Give all thresholds that cost least where a miss is worth so many false alarms, None for any number."""

    def cost(threshold: float) -> Fraction:
        cells = cells_at(drawn, threshold)
        return cells.fn if ratio is None else cells.fp + ratio * cells.fn

    costs = {threshold: cost(threshold) for threshold in candidates(drawn)}
    return [threshold for threshold, one in costs.items() if one == min(costs.values())]


@given(weighted_or_not(both=False, most=15), st.lists(RATIO, min_size=1, max_size=8))
def test_no_threshold_is_cheaper(drawn: Rows, ratios: list[float]) -> None:
    """For any ratio the threshold of its range is the lowest of the cheapest of all."""
    ranges = cost_ranges(drawn.curve())
    for ratio in ratios:
        assert ranges.at(ratio) == cheapest_by_hand(drawn, Fraction(ratio))[-1]
    assert ranges.at(math.inf) == cheapest_by_hand(drawn, None)[-1]


@given(weighted_or_not(both=False, most=15))
def test_where_two_ranges_meet_both_are_cheapest(drawn: Rows) -> None:
    """At the border both thresholds cost the same and nothing costs less; just outside one of them is dearer."""
    ranges, curve = cost_ranges(drawn.curve()), drawn.curve()
    for upper, lower in pairwise(ranges.thresholds.tolist()):
        above, below = curve.at(upper).counts, curve.at(lower).counts
        alarms, catches = Fraction(below.fp) - Fraction(above.fp), Fraction(below.tp) - Fraction(above.tp)
        border = alarms / catches if catches else None
        least = cheapest_by_hand(drawn, border)
        assert upper in least
        assert lower in least
        place = ranges.thresholds.tolist().index(lower)
        assert ranges.low[place] == pytest.approx(math.inf if border is None else float(border), rel=1e-15)


@given(weighted_or_not(both=False, most=15))
def test_the_ranges_cover_everything_once(drawn: Rows) -> None:
    """They follow each other from 0 to inf, thresholds falling, from "nothing flagged" to "everything"."""
    ranges, curve = cost_ranges(drawn.curve()), drawn.curve()
    assert ranges.low[0] == 0
    assert ranges.high[-1] == math.inf
    assert ranges.high[:-1].tolist() == ranges.low[1:].tolist()
    assert (ranges.low <= ranges.high).all()
    assert (ranges.thresholds[1:] < ranges.thresholds[:-1]).all()
    assert (ranges.thresholds[0], ranges.thresholds[-1]) == (math.inf, curve.thresholds[-1])


@given(weighted_or_not(most=15), st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(any))
def test_they_agree_with_the_cheapest_threshold(drawn: Rows, errors: tuple[int, int]) -> None:
    """For any costs the range of their ratio names the threshold that :func:`cheapest` finds."""
    asked = Costs(fp=errors[0], fn=errors[1])
    if asked.ratio.is_integer() or asked.ratio == math.inf:  # others are rounded, and may miss a border they are on
        assert cost_ranges(drawn.curve()).at(asked.ratio) == cheapest(drawn.curve(), asked).point.threshold


def test_a_perfect_ranking_has_one_answer() -> None:
    """Whatever errors cost, the threshold that makes none is cheapest, unless one kind is free."""
    ranges = cost_ranges(ThresholdCurve.from_predictions([1, 1, 0, 0], [4, 3, 2, 1]))
    assert ranges.thresholds.tolist() == [math.inf, 3, 1]
    assert ranges.low.tolist() == [0, 0, math.inf]
    assert ranges.high.tolist() == [0, math.inf, math.inf]
    assert ranges.at(1e-9) == ranges.at(1e9) == 3


def test_constant_scores_leave_two_answers() -> None:
    """Flag nothing, or, once a miss is worth as many false alarms as there are negatives to a positive, everything."""
    ranges = cost_ranges(ThresholdCurve.from_predictions([1, 0, 0, 0], [0.5] * 4))
    assert (ranges.thresholds.tolist(), ranges.low.tolist()) == ([math.inf, 0.5], [0.0, 3.0])
    assert (ranges.at(2.99), ranges.at(3)) == (math.inf, 0.5)


def test_many_thresholds_and_ratios() -> None:
    """On thousands of scores, weighted oddly, no threshold is cheaper but for the last digits."""
    rng = np.random.default_rng(3)
    score = rng.random(5_000)
    curve = ThresholdCurve.from_predictions(rng.random(5_000) < score**2, score, sample_weight=rng.random(5_000))
    ranges = cost_ranges(curve)
    assert (np.diff(ranges.low) >= 0).all()
    for ratio in np.geomspace(1e-3, 1e3, 100).tolist():
        least = (curve.counts.fp + ratio * curve.counts.fn).min()
        counts = curve.at(ranges.at(ratio)).counts
        assert counts.fp + ratio * counts.fn == pytest.approx(least, rel=1e-12)


@pytest.mark.parametrize("ratio", [-0.1, math.nan, -math.inf])
def test_ratios_are_not_negative(ratio: float) -> None:
    """A miss that is worth less than nothing is no miss."""
    with pytest.raises(ValueError, match="ratio must be 0 or more"):
        cost_ranges(ThresholdCurve.from_predictions([0, 1], [0.1, 0.9])).at(ratio)
