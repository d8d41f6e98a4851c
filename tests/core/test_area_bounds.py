"""Bounds of areas of rows in bins, against all orders that the rows could have."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools import ThresholdCurve
from f1tools.core.area_bounds import average_precision_bounds, roc_auc_bounds
from f1tools.core.bins import curve_from_bins
from f1tools.core.tally import Unscored
from tests.strategies import Rows, weighted_or_not

BEFORE = [(1, 0), (0, 1), (2, 3), (0, 0)]
INSIDE = [(1, 1), (2, 2), (1, 3), (3, 1), (2, 0), (0, 2)]


def orders(before: tuple[int, int], inside: tuple[int, int]) -> list[ThresholdCurve]:
    """Return the curves of rows with one score, of a bin below it in every order, with ties, and of two rows below."""
    fixed = [(1, 9.0)] * before[0] + [(0, 9.0)] * before[1] + [(1, 0.0), (0, 0.0)]
    labels = [1] * inside[0] + [0] * inside[1]
    curves = []
    for ranks in product(range(1, len(labels) + 1), repeat=len(labels)):
        if len(set(ranks)) > 1:  # a bin of several scores
            y_true, y_score = zip(*fixed, *zip(labels, map(float, ranks), strict=True), strict=True)
            curves.append(ThresholdCurve.from_predictions(y_true, y_score))
    return curves


@pytest.mark.parametrize("before", BEFORE, ids=str)
@pytest.mark.parametrize("inside", INSIDE, ids=str)
def test_bounds_hold_for_every_order_and_are_attained(before: tuple[int, int], inside: tuple[int, int]) -> None:
    """No order is outside; where a bin holds both classes some order attains each bound, for AP the low one nearly."""
    cells = [(9.0, 9.0, *before), (1.0, 2.0, *inside), (0.0, 0.0, 1, 1)]
    lowest, highest, positives, negatives = zip(*[cell for cell in cells if sum(cell[2:])], strict=True)
    curve = curve_from_bins(lowest, highest, positives=positives, negatives=negatives)
    areas = np.array([(each.roc_auc(), each.average_precision()) for each in orders(before, inside)])
    (auc_low, auc_high), (ap_low, ap_high) = roc_auc_bounds(curve), average_precision_bounds(curve)
    np.testing.assert_allclose([auc_low, auc_high], [areas[:, 0].min(), areas[:, 0].max()], rtol=1e-12)
    assert ap_low <= areas[:, 1].min() + 1e-12
    assert ap_high >= areas[:, 1].max() - 1e-12
    if all(inside):
        assert ap_high == pytest.approx(areas[:, 1].max(), rel=1e-12)
        assert ap_low == pytest.approx(areas[:, 1].min(), rel=0.02)


@settings(max_examples=50)
@given(weighted_or_not(), st.integers(1, 6))
def test_bounds_hold_for_any_rows_in_any_bins(p: Rows, size: int) -> None:
    """Weights and rows without a score included: bins of neighbouring scores hold the areas of the rows."""
    exact = p.curve()
    last = len(exact) - 1
    kept = np.unique(np.append(np.arange(0, last, size), last))
    coarse = exact.take(kept)
    highest = exact.thresholds[np.append(0, kept[:-1] + 1)]
    bins = ThresholdCurve(
        coarse.thresholds, coarse.tp, coarse.fp, coarse.tp_squares, coarse.fp_squares, Unscored(1, 2, 1, 2),
        highest=highest,
    )  # fmt: skip
    rows = ThresholdCurve(
        exact.thresholds, exact.tp, exact.fp, exact.tp_squares, exact.fp_squares, Unscored(1, 2, 1, 2)
    )
    for bounds, area in (
        (roc_auc_bounds(bins), rows.roc_auc()),
        (average_precision_bounds(bins), rows.average_precision()),
    ):
        assert bounds[0] - 1e-12 <= area <= bounds[1] + 1e-12


def test_bounds_of_exact_curves_are_the_areas() -> None:
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    assert roc_auc_bounds(curve) == (curve.roc_auc(),) * 2
    assert average_precision_bounds(curve) == (curve.average_precision(),) * 2


def test_one_class_has_no_area() -> None:
    """As without bins: nan, and 0 without positives."""
    curve = curve_from_bins([0.1], [0.4], positives=[0], negatives=[3])
    assert np.isnan(roc_auc_bounds(curve)).all()
    assert average_precision_bounds(curve) == (0.0, 0.0)
