"""Histograms of scores from the curve alone, against numpy's from the rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import score_histogram, score_span
from tests.strategies import Rows, weighted_or_not


@given(weighted_or_not(), st.integers(1, 200))
def test_bins_hold_what_numpy_counts(rows: Rows, bins: int) -> None:
    """Both classes, any scores, ties and weights: the counts are those of `numpy.histogram` with the same edges."""
    y_score = rows.y_score.astype(np.float64)
    curve = ThresholdCurve.from_predictions(rows.y_true, y_score, sample_weight=rows.sample_weight)
    histogram = score_histogram(curve, bins)
    # numpy takes only edges that rise; where doubles are too coarse for that, bins are empty by definition.
    edges, first = np.unique(histogram.edges, return_index=True)
    for wanted, counted in ((rows.y_true, histogram.positives), (~rows.y_true, histogram.negatives)):
        weights = None if rows.sample_weight is None else rows.sample_weight[wanted]
        expected = np.histogram(y_score[wanted], edges, weights=weights)[0]
        np.testing.assert_allclose(np.add.reduceat(counted, first[:-1]), expected, rtol=1e-9, atol=1e-9)
    assert histogram.positives.sum() == pytest.approx(histogram.all_positives)
    assert histogram.negatives.sum() == pytest.approx(histogram.all_negatives)


def test_shares_are_of_the_own_class() -> None:
    """However rare a class, its shares sum to 1."""
    curve = ThresholdCurve.from_predictions([1, 0, 0, 0, 1], [0.9, 0.1, 0.2, 0.3, 0.3])
    above, below = score_histogram(curve, 10).shares()
    assert above.sum() == pytest.approx(1)
    assert below.sum() == pytest.approx(1)
    assert above[9] == 0.5


def test_a_span_shows_a_part() -> None:
    """Rows outside of the span are in no bin, but in the totals; both edges of the span are inside."""
    curve = ThresholdCurve.from_predictions([1, 1, 1, 1, 0], [0.1, 0.2, 0.4, 0.5, 0.4])
    histogram = score_histogram(curve, 2, span=(0.2, 0.4))
    assert histogram.edges.tolist() == pytest.approx([0.2, 0.3, 0.4])
    assert histogram.positives.tolist() == [1, 1]
    assert histogram.negatives.tolist() == [0, 1]
    assert histogram.all_positives == 4


@pytest.mark.parametrize("bins", [0, -1, 201])
def test_the_number_of_bins_has_bounds(bins: int) -> None:
    """The message says which."""
    with pytest.raises(ValueError, match=f"from 1 to 200, got {bins}"):
        score_histogram(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]), bins)


@pytest.mark.parametrize("span", [(0.5, 0.5), (0.6, 0.5), (-np.inf, 1.0), (0.0, np.nan)])
def test_the_span_is_an_interval(span: tuple[float, float]) -> None:
    """Empty, reversed and endless spans are refused."""
    with pytest.raises(ValueError, match="finite interval"):
        score_histogram(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]), 4, span=span)


@pytest.mark.parametrize(
    ("scores", "span"),
    [
        ([0.9, 0.1], (0, 1)),
        ([1, 0], (0, 1)),
        ([0.5, 0.5], (0, 1)),
        ([3, -2], (-2, 3)),
        ([7, 7], (6.5, 7.5)),
        ([1.1, 0.5], (0.5, 1.1)),
        ([0.65, 0.4], (0, 1)),
        ([0.999, 0.99], (0.99, 0.999)),
        ([3e-9, 1e-10], (1e-10, 3e-9)),
    ],
)
def test_the_range_worth_drawing(scores: list[float], span: tuple[float, float]) -> None:
    """0 to 1 where scores fill it, their own range elsewhere and where they crowd, never an empty one."""
    assert score_span(ThresholdCurve.from_predictions([1, 0], scores)) == span


@pytest.mark.parametrize("score", [1e300, -1e300, 1.7976931348623157e308, -1.7976931348623157e308])
def test_a_single_huge_score_has_room_around_it(score: float) -> None:
    """Half a unit is nothing beside 1e300: the range is still neither empty nor endless."""
    low, high = score_span(ThresholdCurve.from_predictions([1, 0], [score, score]))
    assert low <= score <= high
    assert low < high
    assert np.isfinite([low, high]).all()
