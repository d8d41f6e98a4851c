"""The what-if figures, tested as data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score

from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import metric
from f1tools.core.optimum import best
from f1tools.palette import LIGHT
from f1tools.plots import MAX_POINTS, Mark, alt_text, plot_prevalence, plot_what_if
from f1tools.what_if import PrevalenceSweep, at_prevalence, sweep_prevalence, with_class_weight
from tests.plots.data import CASES, column, curve_of, horizontal_lines, long_curve, texts, trace, trace_names


def drawn(original: ThresholdCurve, what_if: ThresholdCurve, objective: str = "f1") -> Any:
    """Draw both curves with their best thresholds."""
    before, after = (Mark("best", best(curve, objective).point) for curve in (original, what_if))
    return plot_what_if(original, what_if, objective, best_original=before, best_what_if=after)


@pytest.mark.parametrize("name", ["vector A", "ties", "margins"])
def test_both_lines_are_scikit_learns(name: str) -> None:
    """At each score: F1 as it is, and F1 with the rows weighted by the shares of their classes."""
    y_true, y_score = CASES[name]
    curve = curve_of(name)
    share, observed = 0.1, float(y_true.mean())
    weight = np.where(y_true, share / observed, (1 - share) / (1 - observed))
    figure = drawn(curve, at_prevalence(curve, share))
    for line, sample_weight in ((trace(figure, "measured"), None), (trace(figure, "what if"), weight)):
        assert line.line.shape == "hv"
        thresholds = curve.thresholds[1:]
        expected = [f1_score(y_true, y_score >= each, sample_weight=sample_weight) for each in thresholds]
        np.testing.assert_allclose(line.y[1:-1], expected, atol=1e-6)
        np.testing.assert_allclose(line.x[1:-1], thresholds, atol=1e-4 * np.ptp(thresholds))
        assert line.y[0] == 0


def test_class_weights_move_the_line_sideways() -> None:
    """Training with weight 3 on the positives lifts a score of 0.4 to 3 * 0.4 / (3 * 0.4 + 0.6) = 2/3."""
    curve = curve_of("vector A")
    figure = drawn(curve, with_class_weight(curve, 3))
    measured, what_if = trace(figure, "measured"), trace(figure, "what if")
    np.testing.assert_array_equal(measured.y, what_if.y)
    assert what_if.x[4] == pytest.approx(2 / 3)
    assert {"what if 0.667 at 0.6667", "measured 0.667 at 0.4"} <= set(texts(figure))
    assert (measured.line.color, measured.line.dash) == (LIGHT["muted"], "dot")
    assert (what_if.line.color, what_if.line.dash) == (LIGHT["fbeta"], None)
    assert measured.line.width < what_if.line.width


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9])
def test_flagging_everything_is_the_baseline(share: float) -> None:
    """It gives 2π / (1 + π) at the assumed share of positives."""
    curve = curve_of("probabilities")
    figure = drawn(curve, at_prevalence(curve, share))
    (line,) = horizontal_lines(figure)
    assert line.y0 == pytest.approx(2 * share / (1 + share))
    assert f"all flagged {2 * share / (1 + share):.3f}" in texts(figure)
    undefined = drawn(curve, curve, "npv")  # nothing is predicted negative where all is flagged
    assert not horizontal_lines(undefined)
    assert "flagging every case gives n/a" in alt_text(undefined)


@pytest.mark.parametrize(
    ("threshold", "end", "expected"),
    [(np.inf, 1, "what if 0.000 flagging nothing"), (-np.inf, 0, "what if 0.182 flagging everything")],
)
def test_the_best_can_be_to_flag_nothing_or_everything(threshold: float, end: int, expected: str) -> None:
    """Its line is at the end of the axis, and its label has no number of the threshold."""
    curve = curve_of("vector A")
    what_if = at_prevalence(curve, 0.1)
    before, after = Mark("best", curve.at(0.4)), Mark("best", what_if.at(threshold))
    figure = plot_what_if(curve, what_if, best_original=before, best_what_if=after)
    assert trace(figure, "marks").x[1] == figure.layout.xaxis.range[end]
    assert expected in texts(figure)
    assert expected.removeprefix("what if ") in alt_text(figure)


def test_the_axis_contains_both_curves() -> None:
    """The scores of the what-if can lie elsewhere."""
    low = ThresholdCurve.from_predictions([1, 0, 1], [0.02, 0.01, 0.03])
    start, end = drawn(low, with_class_weight(low, 50)).layout.xaxis.range
    assert start <= 0.01
    assert end >= 50 * 0.03 / (50 * 0.03 + 0.97)


def test_long_curves_are_thinned_and_exact_at_the_marks() -> None:
    """The line has the value of the label."""
    curve = long_curve(0.1)
    what_if = at_prevalence(curve, 0.02)
    figure = drawn(curve, what_if)
    for name, each in (("measured", curve), ("what if", what_if)):
        line, point = trace(figure, name), best(each).point
        assert line.x.size <= MAX_POINTS + 1
        value = line.y[np.argmin(np.abs(column(line.x) - point.threshold))]
        assert value == pytest.approx(float(point.counts.f1()), abs=1e-6)


SHARES = np.array([0.01, 0.1, 0.3, 0.5])
# F1 at recall .75 and false positive rate .2, and where everything is flagged: 2π TPR / (π (1 + TPR) + (1 - π) FPR).
KEPT = np.array([0.069606, 0.422535, 0.676692, 0.769231])
FLAG_ALL = 2 * SHARES / (1 + SHARES)
BEST = np.array([0.2, 0.5, 0.676692, 0.8])


def sweep() -> PrevalenceSweep:
    return PrevalenceSweep(metric("f1"), SHARES, BEST, np.array([np.inf, 0.7, 0.4, 0.35]), KEPT, FLAG_ALL)


def test_the_lines_are_the_sweep() -> None:
    """Best, kept and all flagged; the best threshold is shown on hover unless it is infinite."""
    figure = plot_prevalence(sweep(), observed=0.3, assumed=0.1)
    for name, values in {"best": BEST, "kept": KEPT, "all flagged": FLAG_ALL}.items():
        np.testing.assert_allclose(trace(figure, name).x, SHARES, rtol=1e-6)
        np.testing.assert_allclose(trace(figure, name).y, values, rtol=1e-6)
    np.testing.assert_array_equal(trace(figure, "best").customdata, [np.nan, 0.7, 0.4, 0.35])


def test_the_legend_has_the_values_at_the_assumed_share() -> None:
    """Three points on one vertical line, with their numbers in the legend and in the alternative text."""
    figure = plot_prevalence(sweep(), observed=0.3, assumed=0.1)
    points = trace(figure, "marks")
    assert points.x == (0.1, 0.1, 0.1)
    assert points.y == pytest.approx((0.5, 0.422535, 2 / 11))
    assert {"best 0.500", "kept 0.423", "all flagged 0.182"} <= trace_names(figure)
    assert set(texts(figure)) == {"what if 10.0%", "data 30.0%"}
    assert figure.layout.showlegend
    for number in ("At 30.0%", "0.677", "At 10.0%", "0.500", "0.423", "0.182"):
        assert number in alt_text(figure)
    bare = plot_prevalence(sweep(), observed=0.3)
    assert trace_names(bare) == {"best threshold", "current threshold", "all flagged"}
    assert texts(bare) == ["data 30.0%"]


def test_shares_are_on_a_logarithmic_axis_with_percentages() -> None:
    """From 1 in 1,000 to a half there are a few round ticks; labels stand at the logarithm, lines at the value."""
    shares = np.sort(np.append(np.geomspace(0.001, 0.5, 20), 0.05))
    figure = plot_prevalence(sweep_prevalence(curve_of("ties"), shares), observed=0.5, assumed=0.05)
    axis = figure.layout.xaxis
    assert axis.type == "log"
    assert axis.range == pytest.approx((-3, np.log10(0.5)))
    assert 3 <= len(axis.ticktext) <= 6
    assert axis.ticktext == tuple(f"{100 * value:g}%" for value in axis.tickvals)
    (label,) = [note for note in figure.layout.annotations if note.text == "what if 5.0%"]
    assert label.x == pytest.approx(np.log10(0.05))
    assert 0.05 in [shape.x0 for shape in figure.layout.shapes]


def test_both_shares_must_be_in_the_sweep() -> None:
    """Numbers in figures are computed, never read off between two points."""
    with pytest.raises(ValueError, match=r"share of positives 0\.2"):
        plot_prevalence(sweep(), observed=0.3, assumed=0.2)
    with pytest.raises(ValueError, match=r"share of positives 0\.4"):
        plot_prevalence(sweep(), observed=0.4)


def test_the_band_is_the_interval_and_dots_mark_what_the_rows_cannot_tell() -> None:
    """The band lies between the bounds and leaves out shares without one; the solid line ends where high > 2 low."""
    low, high = np.array([0.05, 0.3, np.nan, 0.7]), np.array([0.4, 0.58, np.nan, 0.9])
    banded = replace(sweep(), low=low, high=high)
    figure = plot_prevalence(banded, observed=0.3, assumed=0.1)
    (band,) = [shape for shape in figure.layout.shapes if shape.type == "path"]
    corners = [tuple(map(float, corner.split(","))) for corner in band.path[1:-1].split("L")]
    bounds = [(0.01, 0.4), (0.1, 0.58), (0.5, 0.9), (0.5, 0.7), (0.1, 0.3), (0.01, 0.05)]
    np.testing.assert_allclose(corners, bounds)
    dotted, solid = [line for line in figure.data if line.name == "best 0.500"]
    np.testing.assert_allclose(dotted.y, BEST, rtol=1e-6)
    np.testing.assert_allclose(solid.y, [np.nan, *BEST[1:]], rtol=1e-6)
    assert (dotted.line.dash, solid.line.dash) == ("dot", None)
    assert "95% intervals" in figure.layout.title.subtitle.text
    certain = plot_prevalence(replace(banded, low=high), observed=0.3)
    assert len(certain.data) == len(plot_prevalence(sweep(), observed=0.3).data)


def test_the_axis_ends_with_the_metric() -> None:
    """A rare class whose best F1 is 0.3 fills the plot area; a metric near 1 ends at 1."""
    low = PrevalenceSweep(metric("f1"), SHARES, 0.3 * BEST, BEST, 0.2 * BEST, 0.1 * BEST)
    assert 0.24 < plot_prevalence(low, observed=0.3).layout.yaxis.range[1] < 0.3
    high = PrevalenceSweep(metric("f1"), SHARES, BEST + 0.1, BEST, KEPT, FLAG_ALL)
    assert plot_prevalence(high, observed=0.3).layout.yaxis.range[1] == 1.02
