"""The gains curve, tested as data."""

from __future__ import annotations

import numpy as np
import pytest

from f1tools.plots import Mark, plot_gains
from tests.plots.data import CASES, SCORED, curve_of, trace


@pytest.mark.parametrize("name", SCORED)
def test_the_gains_curve_counts_a_day(name: str) -> None:
    """Each point is a threshold: how many of 900 cases are flagged, and how many of these are positive."""
    y_true, y_score = CASES[name]
    curve = curve_of(name)
    now = Mark("now", curve.at(float(np.median(y_score))), "the median")
    figure = plot_gains(curve, cases=900, capacity=90, now=now)
    line = trace(figure, "Caught")
    flagged = [y_score >= threshold for threshold in [np.inf, *np.unique(y_score)[::-1]]]
    scale = 900 / y_true.size
    np.testing.assert_allclose(line.x, [scale * each.sum() for each in flagged], rtol=1e-5)
    np.testing.assert_allclose(line.y, [scale * (each & y_true).sum() for each in flagged], rtol=1e-5)
    (point,) = (each for each in figure.data if each.mode == "markers")
    here = y_score >= np.median(y_score)
    assert (point.x[0], point.y[0]) == pytest.approx((scale * here.sum(), scale * (here & y_true).sum()))
    assert sorted(shape.x0 for shape in figure.layout.shapes) == pytest.approx(sorted([0, 90, point.x[0]]))
