"""The figures of metrics by threshold, tested as data."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix, precision_recall_curve, recall_score

from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, metric
from f1tools.core.optimum import best
from f1tools.palette import LIGHT
from f1tools.plots import MAX_POINTS, Mark, alt_text, plot_band, plot_metrics
from tests.plots.data import (
    CASES,
    SCORED,
    FloatArray,
    column,
    curve_of,
    horizontal_lines,
    long_curve,
    random_rows,
    texts,
    trace,
    trace_names,
    vertical_lines,
)


def read_off(x: FloatArray, y: FloatArray, threshold: float) -> float:
    """Read a line as Plotly draws "hv": across at the height of a point, then up or down at the x of the next."""
    place = max(k for k in range(x.size) if x[k] >= threshold)
    return float(y[place])


@pytest.mark.parametrize("name", SCORED)
def test_every_point_is_scikit_learns(name: str) -> None:
    """At each score the line is at the metric of `y_score >= threshold`, in decreasing order of the scores."""
    y_true, y_score = CASES[name]
    precision, recall, thresholds = precision_recall_curve(y_true, y_score)
    decreasing = slice(-2, None, -1)  # without the point that has no threshold
    fbeta = 5 * precision * recall / np.maximum(4 * precision + recall, 1e-300)
    figure = plot_metrics(curve_of(name), ("precision", "recall", metric("fbeta", 2.0)))
    low, high = figure.layout.xaxis.range
    for label, expected in {"Precision": precision, "Recall": recall, "F2": fbeta}.items():
        line = trace(figure, label)
        assert line.line.shape == "hv"
        assert (np.diff(column(line.x)) <= 0).all()
        np.testing.assert_allclose(column(line.x)[1:-1], thresholds[::-1], rtol=0, atol=1e-4 * (high - low))
        np.testing.assert_allclose(column(line.y)[1:-1], expected[decreasing], rtol=0, atol=1e-6)
        assert line.y[-1] == line.y[-2]


@pytest.mark.parametrize("name", ["vector A", "squashed", "margins"])
def test_every_step_is_on_the_right_side(name: str) -> None:
    """Just above a score the metric is that of the next higher score, at the score it is its own."""
    y_true, y_score = CASES[name]
    line = trace(plot_metrics(curve_of(name)), "Recall")
    x, y = column(line.x), column(line.y)
    scores = y_score.astype(line.x.dtype).astype(np.float64)
    for score in np.unique(scores)[::9]:
        around = score, np.nextafter(score, np.inf), np.nextafter(score, -np.inf)
        for threshold in (each for each in around if each <= x[0]):  # the axis may end at the highest score
            recall = np.count_nonzero(y_true & (scores >= threshold)) / np.count_nonzero(y_true)
            assert read_off(x, y, threshold) == pytest.approx(recall, abs=1e-6)


def test_undefined_precision_is_a_gap() -> None:
    """Above the highest score nothing is flagged: precision is neither 0 nor 1, and recall is 0."""
    figure = plot_metrics(curve_of("vector A"), ("precision", "recall", "lift", "npv", "f1"))
    assert np.isnan(trace(figure, "Precision").y[0])
    assert np.isnan(trace(figure, "Lift").y[0])
    assert not np.isnan(column(trace(figure, "Precision").y)[1:]).any()
    assert np.isnan(column(trace(figure, "Negative predictive value").y)[-2:]).all()
    assert trace(figure, "Recall").y[0] == trace(figure, "F1").y[0] == 0
    assert not any(line.connectgaps for line in figure.data)
    one_class = ThresholdCurve.from_predictions([1, 1], [0.4, 0.4])
    assert np.isnan(trace(plot_metrics(one_class, ["kappa"]), "Cohen's kappa").y[1:]).all()


def test_the_lines_fill_the_axis() -> None:
    """Left of the lowest score everything stays flagged, right of the highest nothing is."""
    line = trace(plot_metrics(curve_of("vector A")), "Recall")
    assert (line.x[0], line.x[-1]) == (1, 0)
    assert (line.y[0], line.y[-1]) == (0, 1)


def test_counts_on_hover_are_exact() -> None:
    """True positives and flagged rows beside precision are whole numbers, and fractions for weighted rows."""
    y_true, y_score = CASES["ties"]
    curve = curve_of("ties")
    line = trace(plot_metrics(curve), "Precision")
    assert line.customdata.dtype == np.int32
    for threshold, pair in zip(curve.thresholds[1:], line.customdata[1:], strict=False):
        (_, fp), (_, tp) = confusion_matrix(y_true, y_score >= threshold)
        assert tuple(pair) == (tp, tp + fp)
    weighted = ThresholdCurve.from_predictions([1, 0], [0.7, 0.2], sample_weight=[0.25, 0.5])
    expected = [[0, 0], [0.25, 0.25], [0.25, 0.75], [0.25, 0.75]]
    assert trace(plot_metrics(weighted), "Precision").customdata.tolist() == expected


@pytest.mark.parametrize(("beta", "label"), [(0.5, "F0.5"), (1.0, "F1"), (2.0, "F2")])
def test_flagging_everything_is_a_horizontal_line(beta: float, label: str) -> None:
    """It lies at (1 + b²) π / (b² π + 1); figures without an F-measure have none."""
    prevalence = float(CASES["rare"][0].mean())
    expected = (1 + beta**2) * prevalence / (beta**2 * prevalence + 1)
    figure = plot_metrics(curve_of("rare"), ("precision", metric("fbeta", beta)))
    (line,) = figure.layout.shapes
    assert line.y0 == line.y1 == pytest.approx(expected, rel=1e-12)
    assert f"{label} {expected:.3f}" in figure.layout.title.subtitle.text
    bare = plot_metrics(curve_of("rare"), ("precision", "recall")).layout
    assert not bare.shapes
    assert not bare.title.subtitle.text


def test_each_mark_has_a_line_and_the_legend_has_the_values_at_the_current_threshold() -> None:
    """Points mark these values on the lines; marks at one threshold share a line."""
    curve = curve_of("vector A")
    figure = plot_metrics(curve, marks=[Mark("best", best(curve).point), Mark("now", curve.at(0.8), "0.80")])
    assert sorted(shape.x0 for shape in vertical_lines(figure)) == [0.4, 0.8]
    assert set(texts(figure)) == {"Current 0.80", "Best 0.4"}
    assert trace_names(figure) == {"Precision 0.667", "Recall 0.500", "F1 0.571", "marks"}
    assert figure.layout.showlegend
    points = trace(figure, "marks")
    assert points.showlegend is False
    assert points.x == (0.8, 0.8, 0.8)
    assert points.y == pytest.approx((2 / 3, 0.5, 4 / 7))
    assert trace_names(plot_metrics(curve)) == {"Precision", "Recall", "F1"}
    same = plot_metrics(curve, marks=[Mark("best", curve.at(0.4)), Mark("now", curve.at(0.4), "0.4")])
    assert (len(vertical_lines(same)), texts(same)) == (1, ["Current = best 0.4"])


def test_marks_outside_the_axis_are_omitted() -> None:
    """The values are those at the first mark on the axis; the alternative text has all marks."""
    curve = curve_of("vector A")
    marks = [Mark("now", curve.at(np.inf)), Mark("best", curve.at(0.5))]
    figure = plot_metrics(curve, marks=marks)
    assert [shape.x0 for shape in vertical_lines(figure)] == [0.5]
    assert "Recall 0.750" in trace_names(figure)
    assert "above all scores" in alt_text(figure)
    assert "below all scores" in alt_text(plot_metrics(curve, marks=[Mark("now", curve.at(-np.inf))]))
    assert texts(plot_metrics(curve, marks=marks[:1])) == []


def test_all_metrics_can_be_distinguished() -> None:
    """Each has its own pair of color and dash, precision and recall have their roles."""
    figure = plot_metrics(curve_of("probabilities"), METRICS)
    assert len({(line.line.color, line.line.dash) for line in figure.data}) == len(METRICS)
    assert trace(figure, "Precision").line.color == LIGHT["precision"]
    assert trace(figure, "Recall").line.color == LIGHT["recall"]
    assert trace(figure, "F1").line.color == LIGHT["fbeta"]
    low, high = figure.layout.yaxis.range
    assert low < 0 or np.nanmin([np.nanmin(line.y) for line in figure.data]) >= 0
    assert high >= np.nanmax([np.nanmax(line.y) for line in figure.data])


def test_long_curves_are_thinned() -> None:
    """No trace is longer than a screen shows, and values at marks stay exact."""
    rows = random_rows(20_000, 0.1, "probabilities")
    curve = ThresholdCurve.from_predictions(*rows)
    figure = plot_metrics(curve, marks=[Mark("now", curve.at(0.4321))])
    assert max(line.x.size for line in figure.data[:3]) <= MAX_POINTS + 1
    line = trace(figure, "Recall")
    expected = recall_score(rows[0], rows[1] >= 0.4321)
    assert read_off(column(line.x), column(line.y), 0.4321) == pytest.approx(expected, abs=1e-6)


def corners(path: str) -> list[tuple[float, float]]:
    """Return the corners of a path of horizontal and vertical lines."""
    start, *moves = re.findall(r"[MHV][^MHVZ]*", path)
    x, y = (float(part) for part in start[1:].split(","))
    points = [(x, y)]
    for move in moves:
        x, y = (float(move[1:]), y) if move[0] == "H" else (x, float(move[1:]))
        points.append((x, y))
    return points


def crossings(path: str, x: float) -> list[float]:
    """Return the heights at which a path crosses a vertical line, the lowest first."""
    points = corners(path)
    closed = zip(points, [*points[1:], points[0]], strict=True)
    return sorted(a[1] for a, b in closed if min(a[0], b[0]) < x < max(a[0], b[0]))


def bands(figure: Any) -> list[str]:
    """Return the outlines of the bands in a figure."""
    return [shape.path for shape in figure.layout.shapes if shape.type == "path"]


@pytest.mark.parametrize("name", ["vector A", "ties", "probabilities", "margins"])
def test_the_band_is_wilsons_interval_at_every_threshold(name: str) -> None:
    """Of recall: true positives out of positives. The band contains the line and takes the same steps."""
    y_true, y_score = CASES[name]
    figure = plot_band(curve_of(name), "recall")
    (band,) = bands(figure)
    scores = np.unique(y_score)
    for between in ((scores[1:] + scores[:-1]) / 2)[:: max(1, scores.size // 20)]:
        hits, positives = np.count_nonzero(y_true & (y_score >= between)), np.count_nonzero(y_true)
        wilson = binomtest(hits, positives).proportion_ci(method="wilson")
        assert crossings(band, between) == pytest.approx([wilson.low, wilson.high], abs=6e-4)
    line = trace(figure, "Recall")
    assert line.line.shape == "hv"
    assert ((line.customdata[:, 0] <= line.y + 1e-6) & (line.y <= line.customdata[:, 1] + 1e-6)).all()


def test_the_interval_at_the_mark_is_drawn_and_written() -> None:
    """F1 with 30 true positives, 20 false positives and 10 false negatives: 0.667, from 0.548 to 0.767."""
    curve = ThresholdCurve.from_predictions([1] * 30 + [0] * 20 + [1] * 10 + [0] * 40, [0.8] * 50 + [0.2] * 50)
    figure = plot_band(curve, marks=[Mark("now", curve.at(0.8)), Mark("best", best(curve).point)])
    assert texts(figure) == ["Current = best 0.8: <b>0.667 (0.548 to 0.767)</b>"]
    point = trace(figure, "marks")
    assert point.y[0] + point.error_y.array[0] == pytest.approx(0.767448, abs=1e-6)
    assert point.y[0] - point.error_y.arrayminus[0] == pytest.approx(0.547937, abs=1e-6)
    assert "At the current threshold 0.8: 0.667 (0.548 to 0.767)." in alt_text(figure)
    assert "95%" in figure.layout.title.subtitle.text


def test_weights_do_not_make_the_band_narrower() -> None:
    """Rows that count ten times are no more rows than before: the interval stays."""
    y_true, y_score = CASES["ties"]
    weight = np.full(y_true.size, 10.0)
    plain = plot_band(ThresholdCurve.from_predictions(y_true, y_score), "recall")
    tenfold = plot_band(ThresholdCurve.from_predictions(y_true, y_score, sample_weight=weight), "recall")
    np.testing.assert_allclose(trace(plain, "Recall").customdata, trace(tenfold, "Recall").customdata, atol=1e-6)


def test_undefined_precision_has_no_band() -> None:
    """Above the highest score nothing is flagged: the line has a gap there, and the band ends before."""
    figure = plot_band(curve_of("vector A"), "precision", marks=[Mark("now", curve_of("vector A").at(0.95))])
    (band,) = bands(figure)
    assert max(x for x, _ in corners(band)) == 0.9
    assert np.isnan(trace(figure, "Precision").y[0])
    assert "marks" not in trace_names(figure)
    assert "n/a" in alt_text(figure)


def test_a_metric_without_an_interval_is_drawn_alone() -> None:
    """The figure says so and invents none."""
    curve = curve_of("ties")
    figure = plot_band(curve, "mcc", marks=[Mark("now", curve.at(0.5))])
    assert not bands(figure)
    assert "No confidence interval" in figure.layout.title.subtitle.text
    value = float(curve.at(0.5).counts.matthews_corrcoef())
    assert texts(figure) == [f"Current 0.5: <b>{value:.3f}</b>"]
    assert "(" not in alt_text(figure).partition("At ")[2]
    assert not horizontal_lines(figure)


def test_long_curves_have_small_bands() -> None:
    """The band has no more steps than the line."""
    curve = long_curve(0.1)
    figure = plot_band(curve, marks=[Mark("now", curve.at(0.4321))])
    assert trace(figure, "F1").x.size <= MAX_POINTS + 1
    (band,) = bands(figure)
    assert len(corners(band)) <= 4 * MAX_POINTS + 4
    assert len(figure.to_json()) < 20_000
