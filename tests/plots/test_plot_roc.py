"""The ROC figure, tested as data."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from f1tools.plots import Mark, alt, plot_roc
from tests.plots.data import CASES, column, curve_of, trace


@pytest.mark.parametrize("name", CASES)
def test_every_point_is_scikit_learns(name: str) -> None:
    """From nothing flagged to everything flagged, with the thresholds beside."""
    y_true, y_score = CASES[name]
    fpr, tpr, thresholds = roc_curve(y_true, y_score, drop_intermediate=False)
    line = trace(plot_roc(curve_of(name)), "ROC curve")
    np.testing.assert_allclose(line.x, fpr, rtol=0, atol=1e-6)
    np.testing.assert_allclose(line.y, tpr, rtol=0, atol=1e-6)
    np.testing.assert_allclose(column(line.customdata)[1:], thresholds[1:], rtol=1e-4)
    assert np.isnan(line.customdata[0])


@pytest.mark.parametrize("name", ["vector A", "ties", "constant"])
def test_the_area_under_the_line_is_the_auc(name: str) -> None:
    """Straight lines between the points, because ties count half."""
    line = trace(plot_roc(curve_of(name)), "ROC curve")
    assert line.line.shape in (None, "linear")
    area = float(np.trapezoid(column(line.y), column(line.x)))
    assert area == pytest.approx(roc_auc_score(*CASES[name]), abs=1e-6)


def test_marks_lie_on_the_curve() -> None:
    """At the share of negatives flagged and recall of their thresholds."""
    curve = curve_of("vector A")
    figure = plot_roc(curve, marks=[Mark("now", curve.at(0.8))])
    mark = trace(figure, "now 0.8")
    assert (mark.x[0], mark.y[0]) == pytest.approx((1 / 6, 1 / 2))
    assert "recall 0.500" in alt(figure)


def test_the_area_is_written_as_given() -> None:
    """It is that of the whole curve, so it comes from outside; guessing is drawn and said for comparison."""
    figure = plot_roc(curve_of("vector A"), roc_auc=0.70833)
    assert figure.layout.title.subtitle.text == "Area under the curve 0.708"
    assert "0.708; guessing has 0.500" in alt(figure)
    guessing = figure.layout.shapes[0]
    assert (guessing.x0, guessing.y0, guessing.x1, guessing.y1) == (0, 0, 1, 1)
    assert "Area" not in alt(plot_roc(curve_of("vector A")))
