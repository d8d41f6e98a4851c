"""Histograms of scores from the curve, compared with numpy's from the rows."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import is_inverted, score_histogram, score_span
from tests.strategies import Rows, weighted_or_not
from tests.tables import binned

LARGEST = sys.float_info.max


@given(weighted_or_not(), st.integers(1, 200))
def test_bins_equal_numpy(rows: Rows, bins: int) -> None:
    """Both classes, any scores, ties and weights: the counts are those of `numpy.histogram` with the same edges."""
    y_score = rows.y_score.astype(np.float64)
    curve = ThresholdCurve.from_predictions(rows.y_true, y_score, sample_weight=rows.sample_weight)
    histogram = score_histogram(curve, bins)
    # numpy needs increasing edges; bins between equal edges are empty by definition.
    edges, first = np.unique(histogram.edges, return_index=True)
    for members, counts in ((rows.y_true, histogram.positives), (~rows.y_true, histogram.negatives)):
        weights = None if rows.sample_weight is None else rows.sample_weight[members]
        expected = np.histogram(y_score[members], edges, weights=weights)[0]
        np.testing.assert_allclose(np.add.reduceat(counts, first[:-1]), expected, rtol=1e-9, atol=1e-9)
    for counts, shares in zip((histogram.positives, histogram.negatives), histogram.shares, strict=True):
        np.testing.assert_allclose(shares, counts / counts.sum(), atol=1e-12)


@pytest.mark.parametrize(
    ("scores", "span"),
    [
        ([0.9, 0.1], (0, 1)),
        ([1, 0], (0, 1)),
        ([0.5, 0.5], (0, 1)),
        ([3, -2], (-2, 3)),
        ([7, 7], (6.5, 7.5)),
        ([1.1, 0.5], (0.5, 1.1)),
        ([0.65, 0.4], (0.4, 0.65)),
        ([0.3, 0.01], (0, 0.3)),
        ([0.999, 0.99], (0.99, 0.999)),
        ([3e-9, 2e-10], (2e-10, 3e-9)),
        ([1e300, 1e300], (0.999e300, 1.001e300)),
        ([-1e300, -1e300], (-1.001e300, -0.999e300)),
        ([LARGEST, LARGEST], (LARGEST - LARGEST / 1000, LARGEST)),
        ([-LARGEST, -LARGEST], (-LARGEST, -LARGEST + LARGEST / 1000)),
    ],
)
def test_the_range_to_draw(scores: list[float], span: tuple[float, float]) -> None:
    """0 to 1 where probabilities fill it, else the range of the scores, neither empty nor infinite."""
    assert score_span(ThresholdCurve.from_predictions([1, 0], scores)) == pytest.approx(span, rel=1e-12)


@pytest.mark.parametrize(("auc", "n_pos", "n_neg"), [(0.5, 9, 9), (0.41, 6, 6), (0.49, 100, 400), (0.399, 3, 3)])
def test_inverted_scores(auc: float, n_pos: int, n_neg: int) -> None:
    """Scores are inverted below 0.4, or where the Mann-Whitney statistic is two standard deviations below its mean."""
    mean, variance = n_pos * n_neg / 2, n_pos * n_neg * (n_pos + n_neg + 1) / 12
    is_significant = (auc * n_pos * n_neg - mean) / math.sqrt(variance) < -2
    assert is_inverted(auc, n_pos, n_neg) == (is_significant or auc < 0.4)
    assert is_inverted(auc - 0.02, 10**5, 10**5)


@given(weighted_or_not(), st.integers(1, 8))
def test_rows_in_bins_are_spread(rows: Rows, n_bins: int) -> None:
    """No row is lost, and what lies between two bins is counted exactly."""
    exact = ThresholdCurve.from_predictions(
        rows.y_true, rows.y_score.astype(np.float64), sample_weight=rows.sample_weight
    )
    curve = binned(exact, n_bins, certain=False)
    histogram = score_histogram(curve, 7)
    counts = zip((histogram.positives, histogram.negatives), (exact.tp, exact.fp), strict=True)
    for found, cumulative in counts:
        total = float(cumulative[-1])
        assert found.min() >= -1e-9 * total
        assert found.sum() == pytest.approx(total)
        for place, edge in enumerate(histogram.edges[:-1].tolist()):
            if not curve.is_inside_bin(edge):
                below = total - float(cumulative[exact.positions([edge])[0]])
                assert found[:place].sum() == pytest.approx(below, abs=1e-9 * total)
