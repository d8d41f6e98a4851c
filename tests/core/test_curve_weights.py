"""The threshold curve of weighted rows: sums of squared weights, and classes that are reweighted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from tests.strategies import EXACT_WEIGHT, Rows, rows, weighted_or_not


@given(rows(weight=EXACT_WEIGHT))
def test_squares_of_weights_are_summed_like_weights(drawn: Rows) -> None:
    """The cells of ``squares`` are the counts that the squared weights would give, at every threshold and at any."""
    assert drawn.sample_weight is not None
    curve, squared = drawn.curve(), drawn._replace(sample_weight=drawn.sample_weight**2).curve()
    assert curve.squares is not None
    for cell in ("tn", "fp", "fn", "tp"):
        np.testing.assert_array_equal(getattr(curve.squares, cell), getattr(squared.counts, cell))
        for threshold in (float(curve.thresholds[-1]), float(curve.thresholds[1]), np.inf):
            point = curve.at(threshold)
            assert getattr(point.squares, cell) == getattr(squared.at(threshold).counts, cell)


@given(rows())
def test_unweighted_rows_have_no_squares(drawn: Rows) -> None:
    """A count is its own sum of squares, so there is nothing to keep."""
    curve = drawn.curve()
    assert curve.squares is None
    assert curve.at(0.5).squares is None


@given(weighted_or_not(), st.integers(1, 64), st.integers(1, 64))
def test_reweighting_the_classes_is_weighting_their_rows(drawn: Rows, positive: int, negative: int) -> None:
    """Counts and squares are those of rows with these weights; thresholds stay."""
    weight = np.ones(drawn.y_true.size) if drawn.sample_weight is None else drawn.sample_weight
    factors = np.where(drawn.y_true, positive / 8, negative / 8)
    found, wanted = drawn.curve().reweighted(positive / 8, negative / 8), drawn._replace(sample_weight=weight * factors)
    for name in ("thresholds", "tp", "fp", "tp_squares", "fp_squares"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted.curve(), name))


@pytest.mark.parametrize(
    ("positive", "negative"), [(0.0, 1.0), (1.0, -1.0), (np.inf, 1.0), (1.0, np.nan), (1e200, 1.0)]
)
def test_a_class_cannot_lose_its_weight(positive: float, negative: float) -> None:
    """A class that does not count, or counts without end, leaves nothing to choose."""
    with pytest.raises(ValueError, match="must be finite and above 0"):
        ThresholdCurve.from_predictions([0, 1], [0.1, 0.9]).reweighted(positive, negative)


@given(rows(weight=EXACT_WEIGHT), st.integers(8, 12))
def test_a_thinned_curve_keeps_its_squares(drawn: Rows, most: int) -> None:
    """What remains has the squares that it had."""
    curve = drawn.curve()
    thin = curve.thinned(most)
    assert curve.squares is not None
    assert thin.squares is not None
    where = np.isin(curve.thresholds, thin.thresholds)
    np.testing.assert_array_equal(thin.squares.tp, curve.squares.tp[where])
    np.testing.assert_array_equal(thin.squares.tn, curve.squares.tn[where])
