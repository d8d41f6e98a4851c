"""The thinned curve: short, and exact where it matters."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from tests.core.test_curve import Y_SCORE, Y_TRUE, any_threshold, four
from tests.strategies import Rows, weighted_or_not


def many(n: int, *, squashed: bool = False, weighted: bool = False) -> ThresholdCurve:
    """Give the curve of n rows with distinct scores, one in a hundred of them positive."""
    random = np.random.default_rng(3)
    y_score = random.random(n) ** (20 if squashed else 1)
    y_true = random.random(n) < 0.02 * y_score + 0.002
    return ThresholdCurve.from_predictions(y_true, y_score, sample_weight=np.full(n, 0.5) if weighted else None)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("squashed", [False, True])
@pytest.mark.parametrize("max_points", [50, 1000])
def test_a_thinned_curve_is_short_and_exact(max_points: int, squashed: bool, weighted: bool) -> None:
    """What is left after thinning are real scores with their real counts, both ends among them."""
    curve = many(20_000, squashed=squashed, weighted=weighted)
    thin = curve.thinned(max_points)
    assert max_points / 3 <= len(thin) <= max_points
    assert (thin.thresholds[0], thin.thresholds[1], thin.thresholds[-1]) == (
        math.inf,
        curve.thresholds[1],
        curve.thresholds[-1],
    )
    assert (thin.positives, thin.negatives, thin.weighted) == (curve.positives, curve.negatives, weighted)
    for ours, exact in zip(four(thin.counts), four(curve.at_each(thin.thresholds.tolist())), strict=True):
        np.testing.assert_array_equal(ours, exact)


@given(
    drawn=weighted_or_not(both=False),
    keep=st.lists(any_threshold, max_size=3),
    max_points=st.integers(12, 20),
)
@settings(deadline=None, max_examples=80)
def test_what_is_to_be_kept_is_kept(drawn: Rows, keep: list[float], max_points: int) -> None:
    """At the thresholds to be kept the counts stay, and so do the intervals in which they decide."""
    curve = drawn.curve()
    thin = curve.thinned(max_points, keep=keep)
    assert len(thin) <= max_points
    for threshold in keep:
        assert four(thin.at(threshold).counts) == four(curve.at(threshold).counts)
        assert thin.next_below(threshold) == curve.next_below(threshold)


def test_a_thinned_curve_follows_range_rank_and_both_classes() -> None:
    """No stretch of the range, of the scores or of the rows of a class is left without a point."""
    curve = many(20_000, squashed=True)
    thin = curve.thinned(400)
    assert np.diff(thin.thresholds[1:]).min() >= -0.02  # of a range of 1
    assert np.diff(thin.tp / curve.positives).max() <= 0.02
    assert np.diff(thin.fp / curve.negatives).max() <= 0.02
    assert np.diff(np.searchsorted(-curve.thresholds, -thin.thresholds)).max() <= 0.02 * len(curve)


def test_a_short_curve_is_not_thinned() -> None:
    """There is nothing to leave out of a curve with few thresholds."""
    curve = ThresholdCurve.from_predictions(Y_TRUE, Y_SCORE)
    assert curve.thinned(7) is curve
    assert len(curve.thinned(6)) <= 6
