"""The reliability diagram, tested as data."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from f1tools.calibration.reliability import Reliability, reliability
from f1tools.plots import alt_text, plot_reliability
from tests.plots.data import CASES, column, curve_of, trace, trace_names


def bins(scores: list[float], shares: list[float], cases: float = 10) -> Reliability:
    """Return bins with intervals that reach 0.1 to both sides."""
    score, share = np.array(scores), np.array(shares)
    low, high = np.maximum(share - 0.1, 0), np.minimum(share + 0.1, 1)
    trials = np.full(score.size, cases)
    return Reliability(score, share, cases * share, cases * (1 - share), low, high, trials, score, score)


@pytest.mark.parametrize("name", ["vector A", "ties", "probabilities", "rare"])
def test_points_are_scikit_learns(name: str) -> None:
    """Mean score and share of positives in bins of one width."""
    share, score = calibration_curve(*CASES[name], n_bins=8, strategy="uniform")
    figure = plot_reliability(reliability(curve_of(name), 8, strategy="uniform"))
    points = trace(figure, "original scores")
    np.testing.assert_allclose(points.x, score, rtol=1e-5)
    np.testing.assert_allclose(points.y, share, atol=1e-6)


def test_bars_reach_to_the_ends_of_the_intervals() -> None:
    """Up and down from the point; the cases are bars below, on an axis of their own."""
    figure = plot_reliability(bins([0.2, 0.9], [0.05, 0.7], cases=40))
    points, cases = trace(figure, "original scores"), trace(figure, "cases")
    np.testing.assert_allclose(points.y + column(points.error_y.array), [0.15, 0.8], rtol=1e-6)
    np.testing.assert_allclose(points.y - column(points.error_y.arrayminus), [0, 0.6], atol=1e-6)
    np.testing.assert_allclose(points.customdata, [[2, 40, 0.2, 0.05], [28, 40, 0.9, 0.7]], rtol=1e-6)
    assert (cases.yaxis, cases.y.tolist()) == ("y2", [40, 40])
    np.testing.assert_array_equal(cases.x, points.x)
    assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0]
    assert figure.layout.xaxis.anchor == "y2"


def test_calibrated_scores_lie_on_the_diagonal() -> None:
    """The diagonal goes from corner to corner, and both axes have one range."""
    figure = plot_reliability(bins([0.2, 0.9], [0.2, 0.9]))
    line = trace(figure, "if calibrated")
    assert column(line.x) == pytest.approx([0, figure.layout.xaxis.range[1]])
    np.testing.assert_array_equal(line.x, line.y)
    assert figure.layout.xaxis.range == figure.layout.yaxis.range


def test_small_scores_fill_the_plot_area() -> None:
    """For a rare class nothing is near 1, and the axes end earlier; else they end at 1."""
    rare = plot_reliability(bins([0.01, 0.04], [0.02, 0.05])).layout
    assert 0.15 < rare.xaxis.range[1] < 0.17
    assert plot_reliability(bins([0.01, 0.7], [0.02, 0.5])).layout.xaxis.range[1] == pytest.approx(1.015)


def test_scores_near_0_have_logarithmic_axes() -> None:
    """Where most bins lie near 0; a share of 0 is an open marker at the start of the axis, where the tick says 0."""
    figure = plot_reliability(bins([0.0005, 0.004, 0.02, 0.7], [0.0, 0.003, 0.03, 0.6], cases=1000))
    points, line = trace(figure, "original scores"), trace(figure, "if calibrated")
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")
    start = float(points.y[0])
    assert 0 < 10 ** figure.layout.yaxis.range[0] < start < 0.0005
    assert points.y[0] + points.error_y.array[0] == pytest.approx(0.1)
    ticks, texts = figure.layout.yaxis.tickvals, figure.layout.yaxis.ticktext
    assert (ticks[0], texts[0]) == (pytest.approx(start), "0")
    assert [float(text) for text in texts[1:]] == pytest.approx(ticks[1:])
    assert list(points.marker.symbol) == ["circle-open", "circle", "circle", "circle"]
    assert points.customdata[0].tolist() == pytest.approx([0, 1000, 0.0005, 0])
    assert column(line.x) == pytest.approx([start, 10 ** figure.layout.xaxis.range[1]])
    assert plot_reliability(bins([0.2, 0.4, 0.7], [0.2, 0.4, 0.7])).layout.xaxis.type is None


def test_two_sets_of_scores_differ_by_symbol_and_are_named() -> None:
    """The legend has both names; the numbers of cases are those of the first."""
    first, second = bins([0.2, 0.9], [0.1, 0.5], cases=20), bins([0.1, 0.5], [0.1, 0.5], cases=10)
    figure = plot_reliability(first, other=second, names=("forest", "isotonic"))
    points = [trace(figure, name) for name in ("forest", "isotonic")]
    assert [one.marker.symbol for one in points] == ["circle", "diamond"]
    assert points[0].marker.color != points[1].marker.color
    assert trace(figure, "cases").y.tolist() == [20, 20]
    assert trace_names(figure) == {"forest", "isotonic", "if calibrated", "cases"}
    assert figure.layout.showlegend
    assert "forest: in 1 of 2 bins" in alt_text(figure)
    assert "isotonic: in 2 of 2 bins" in alt_text(figure)
    assert "In 1 of 2 bins" in alt_text(plot_reliability(first))
