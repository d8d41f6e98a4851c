"""The figure of metrics against the threshold, tested as data."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_curve, recall_score

from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, metric
from f1tools.core.optimum import best
from f1tools.core.plateau import Plateau, plateau
from f1tools.palette import LIGHT
from f1tools.plots import MAX_POINTS, Mark, alt, plot_metrics
from tests.plots.data import CASES, FloatArray, column, curve_of, random_rows, text_boxes, texts, three_marks, trace


def read_off(x: FloatArray, y: FloatArray, threshold: float) -> float:
    """Read a line as Plotly draws "hv": from each point across at its height, then up or down at the next one's x."""
    place = max(k for k in range(x.size) if x[k] >= threshold)
    return float(y[place])


@pytest.mark.parametrize("name", CASES)
def test_every_point_is_scikit_learns(name: str) -> None:
    """At each score the drawn height is the metric of `y_score >= threshold`, at its x, in falling order."""
    y_true, y_score = CASES[name]
    precision, recall, thresholds = precision_recall_curve(y_true, y_score)
    falling = slice(-2, None, -1)  # without the point that has no threshold
    fbeta = 5 * precision * recall / np.maximum(4 * precision + recall, 1e-300)
    figure = plot_metrics(curve_of(name), ("precision", "recall", metric("fbeta", 2.0)))
    low, high = figure.layout.xaxis.range
    for label, expected in {"Precision": precision, "Recall": recall, "F2": fbeta}.items():
        line = trace(figure, label)
        assert line.line.shape == "hv"
        assert (np.diff(column(line.x)) <= 0).all()
        np.testing.assert_allclose(column(line.x)[1:-1], thresholds[::-1], rtol=0, atol=1e-4 * (high - low))
        np.testing.assert_allclose(column(line.y)[1:-1], expected[falling], rtol=0, atol=1e-6)
        assert line.y[-1] == line.y[-2]


@pytest.mark.parametrize("name", ["vector A", "squashed", "margins"])
def test_every_step_is_on_the_right_side(name: str) -> None:
    """Just above a score the metric is that of the next higher score, at the score it is its own."""
    y_true, y_score = CASES[name]
    line = trace(plot_metrics(curve_of(name), span=(float(y_score.min()), float(y_score.max()) + 1e-9)), "Recall")
    x, y = column(line.x), column(line.y)
    scores = y_score.astype(line.x.dtype).astype(np.float64)
    for threshold in np.unique(scores)[::9]:
        for asked in (threshold, np.nextafter(threshold, np.inf), np.nextafter(threshold, -np.inf)):
            caught = np.count_nonzero(y_true & (scores >= asked)) / np.count_nonzero(y_true)
            assert read_off(x, y, asked) == pytest.approx(caught, abs=1e-6)


def test_the_step_by_hand() -> None:
    """The value at a score holds down to the next lower score, without it: that at 0.9 belongs to (0.8, 0.9]."""
    line = trace(plot_metrics(curve_of("vector A")), "Recall")
    x, y = column(line.x), column(line.y)
    heights = {0.95: 0.0, 0.89: 0.25, 0.85: 0.25, 0.81: 0.25, 0.79: 0.5, 0.61: 0.5, 0.59: 0.75, 0.39: 1.0, 0.05: 1.0}
    assert {threshold: read_off(x, y, threshold) for threshold in heights} == heights


def test_undefined_precision_is_a_gap() -> None:
    """Above the highest score nothing is flagged: precision is neither 0 nor 1 there, and recall is 0."""
    figure = plot_metrics(curve_of("vector A"), ("precision", "recall", "lift", "npv", "f1"))
    assert np.isnan(trace(figure, "Precision").y[0])
    assert np.isnan(trace(figure, "Lift").y[0])
    assert not np.isnan(column(trace(figure, "Precision").y)[1:]).any()
    assert np.isnan(column(trace(figure, "Negative predictive value").y)[-2:]).all()
    assert trace(figure, "Recall").y[0] == trace(figure, "F1").y[0] == 0
    assert not any(line.connectgaps for line in figure.data)


def test_the_lines_fill_the_axis() -> None:
    """Left of the lowest score everything stays flagged, right of the highest nothing is."""
    line = trace(plot_metrics(curve_of("vector A")), "Recall")
    assert (line.x[0], line.y[0]) == (1, 0)
    assert (line.x[-1], line.y[-1]) == (0, 1)
    wide = trace(plot_metrics(curve_of("vector A"), span=(-2, 3)), "Recall")
    assert (wide.x[0], wide.x[-1]) == (3, -2)


def test_hovering_tells_hits_and_flagged_rows() -> None:
    """The counts beside precision are exact."""
    y_true, y_score = CASES["ties"]
    curve = curve_of("ties")
    line = trace(plot_metrics(curve), "Precision")
    assert line.customdata.dtype == np.int32
    for threshold, (hits, flagged) in zip(curve.thresholds[1:], line.customdata[1:], strict=False):
        (_, fp), (_, tp) = confusion_matrix(y_true, y_score >= threshold)
        assert (hits, flagged) == (tp, tp + fp)


def test_weighted_counts_are_not_cut_to_whole_numbers() -> None:
    """Sums of weights stay fractions."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.7, 0.2], sample_weight=[0.25, 0.5])
    assert trace(plot_metrics(curve), "Precision").customdata.tolist() == [
        [0, 0],
        [0.25, 0.25],
        [0.25, 0.75],
        [0.25, 0.75],
    ]


def upright(figure: Any) -> list[Any]:
    """Give the lines of the marks."""
    return [shape for shape in figure.layout.shapes if shape.x0 == shape.x1]


@pytest.mark.parametrize(("beta", "label"), [(0.5, "F0.5"), (1.0, "F1"), (2.0, "F2")])
def test_what_flagging_everything_gives_is_a_quiet_line(beta: float, label: str) -> None:
    """It lies at (1 + b²) π / (b² π + 1), in every zoom; figures without an F have none."""
    y_true, _ = CASES["rare"]
    prevalence = float(y_true.mean())
    expected = (1 + beta**2) * prevalence / (beta**2 * prevalence + 1)
    for span in (None, (0.7, 0.9)):
        figure = plot_metrics(curve_of("rare"), ("precision", metric("fbeta", beta)), span=span)
        (line,) = figure.layout.shapes
        assert line.y0 == line.y1 == pytest.approx(expected, rel=1e-12)
        assert texts(figure) == [f"all flagged: {label} {expected:.3f}"]
    assert not plot_metrics(curve_of("rare"), ("precision", "recall")).layout.shapes


def test_marks_are_lines_with_names_and_the_values_at_the_current_threshold() -> None:
    """Each mark has a line at its threshold; the values beside the lines are those at the current one."""
    curve = curve_of("vector A")
    marks = [Mark("now", curve.at(0.8), "0.80"), Mark("best", best(curve).point), Mark("half", curve.at(0.5))]
    figure = plot_metrics(curve, marks=marks)
    assert sorted(shape.x0 for shape in upright(figure)) == [0.4, 0.5, 0.8]
    assert all(shape.x0 == shape.x1 for shape in upright(figure))
    assert {"now 0.80", "best 0.4", "0.5"} < set(texts(figure))
    assert {"<b>Precision 0.667</b>", "<b>Recall 0.500</b>", "<b>F1 0.571</b>"} < set(texts(figure))
    dots = figure.data[-1]
    assert dots.mode == "markers"
    assert dots.x == (0.8, 0.8, 0.8)
    assert dots.y == pytest.approx((2 / 3, 0.5, 4 / 7))


def test_marks_at_one_threshold_are_one_line() -> None:
    """Where the current threshold is the best one, the line says both."""
    curve = curve_of("vector A")
    figure = plot_metrics(curve, marks=[Mark("best", curve.at(0.4)), Mark("now", curve.at(0.4), "0.4")])
    assert len(upright(figure)) == 1
    assert "now = best 0.4" in texts(figure)


def test_marks_outside_of_the_span_are_left_out() -> None:
    """A zoomed figure shows what is in it; values stand at the first mark that is."""
    curve = curve_of("vector A")
    marks = [Mark("now", curve.at(np.inf)), Mark("half", curve.at(0.5))]
    figure = plot_metrics(curve, marks=marks, span=(0.3, 0.7))
    assert [shape.x0 for shape in upright(figure)] == [0.5]
    assert "<b>Recall 0.750</b>" in texts(figure)
    assert "above all scores" in alt(figure)
    assert "At the current threshold below all scores" in alt(
        plot_metrics(curve, marks=[Mark("now", curve.at(-np.inf))])
    )
    assert len(texts(plot_metrics(curve, marks=marks, span=(0.6, 0.7)))) == 1  # what flagging everything gives


def test_labels_near_each_other_stand_in_rows_of_their_own() -> None:
    """Three close thresholds need three rows; far ones share the first."""
    curve = curve_of("probabilities")
    close = plot_metrics(
        curve, marks=[Mark("now", curve.at(0.5)), Mark("best", curve.at(0.51)), Mark("half", curve.at(0.52))]
    )
    far = plot_metrics(
        curve, marks=[Mark("now", curve.at(0.05)), Mark("best", curve.at(0.5)), Mark("half", curve.at(0.95))]
    )
    assert len({shape.y1 for shape in upright(close)}) == 3
    assert {shape.y1 for shape in upright(far)} == {1}


@pytest.mark.parametrize("at", [0.0, 0.02, 0.3, 0.5, 0.7, 0.99])
@pytest.mark.parametrize("shown", [METRICS[:3], METRICS[:9]])
@pytest.mark.parametrize("width", [350, 700])
def test_values_never_overlap_and_stay_inside(at: float, shown: tuple[str, ...], width: float) -> None:
    """Labels stand in the order of the values, none covers another, and all are on a phone's screen."""
    curve = curve_of("probabilities")
    figure = plot_metrics(curve, shown, marks=[Mark("now", curve.at(at))])
    drawing = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    labels = [box for box in text_boxes(figure, width) if not box.text.startswith("all flagged")]
    assert len(labels) == len(shown) - (at == 0.99) * ("precision" in shown) - (at < 0.03) * ("npv" in shown)
    rising = sorted(labels, key=lambda box: box.low)
    values = [float(box.text.rpartition(" ")[2].replace("−", "-")) for box in rising]
    assert values == sorted(values)
    assert all(above.low - below.high > -0.01 for below, above in itertools.pairwise(rising))
    assert all(-0.01 < box.low < box.high < drawing + 0.01 for box in labels)
    assert all(-44 < box.left < box.right < width - 44 for box in labels)


@pytest.mark.parametrize("name", ["vector A", "ties", "probabilities", "margins", "rare"])
def test_no_text_covers_another(name: str) -> None:
    """Wherever the threshold is, neither on a phone nor on a wide screen: also what flagging everything gives."""
    curve = curve_of(name)
    for threshold in np.linspace(curve.thresholds[-1], curve.thresholds[1], 9).tolist():
        figure = plot_metrics(curve, marks=[Mark("now", curve.at(threshold)), Mark("best", best(curve).point)])
        for width in (350, 700):
            boxes = text_boxes(figure, width)
            assert len(boxes) == 4 or np.isnan(float(curve.at(threshold).counts.precision(zero_division=np.nan)))
            assert not any(one.meets(other) for one, other in itertools.combinations(boxes, 2))


def test_values_are_near_their_points() -> None:
    """Where there is room right beside them they stand there; never farther away than the others can push them."""
    curve = curve_of("vector A")
    for threshold in (0.3, 0.5, 0.85):
        figure = plot_metrics(curve, marks=[Mark("now", curve.at(threshold))])
        shifts = [note.yshift or 0 for note in figure.layout.annotations if note.text.startswith("<b>")]
        assert len(shifts) == 3
        assert max(map(abs, shifts)) <= 60
        assert min(map(abs, shifts)) < 15


def test_undefined_values_have_no_label() -> None:
    """At a threshold above all scores there is no precision to label, but recall is 0."""
    curve = curve_of("vector A")
    found = texts(plot_metrics(curve, marks=[Mark("now", curve.at(0.95))]))
    assert "<b>Recall 0.000</b>" in found
    assert not any("Precision" in text for text in found)


def test_the_plateau_is_a_band() -> None:
    """Nearly best thresholds are a band within the axis, said in words too."""
    curve = curve_of("probabilities")
    found = plateau(curve, best(curve))
    figure = plot_metrics(curve, plateau=found)
    band = figure.layout.shapes[0]
    assert (band.x0, band.x1) == (found.low, found.high)
    assert "within 0.01 of the best" in alt(figure)
    endless = plot_metrics(curve, plateau=Plateau(-np.inf, 0.3, 0.01, 0.3, 0.0))
    assert (endless.layout.shapes[0].x0, endless.layout.shapes[0].x1) == (0, 0.3)
    assert "Thresholds up to 0.3 are" in alt(endless)
    high = plot_metrics(curve, plateau=Plateau(0.3, np.inf, 0.01, 0.3, 0.0))
    assert "Thresholds above 0.3 are" in alt(high)
    assert "Thresholds of any size" in alt(plot_metrics(curve, plateau=Plateau(-np.inf, np.inf, 1.0, 0.0, 0.0)))


def test_every_metric_can_be_drawn_and_told_apart() -> None:
    """All metrics at once: each has its own pair of colour and dash, precision and recall their roles."""
    curve = curve_of("probabilities")
    figure = plot_metrics(curve, METRICS)
    assert len({(line.line.color, line.line.dash) for line in figure.data}) == len(METRICS)
    assert trace(figure, "Precision").line.color == LIGHT["precision"]
    assert trace(figure, "Recall").line.color == LIGHT["recall"]
    assert trace(figure, "F1").line.color == LIGHT["fbeta"]
    low, high = figure.layout.yaxis.range
    assert low < 0 or np.nanmin([np.nanmin(line.y) for line in figure.data]) >= 0
    assert high >= np.nanmax([np.nanmax(line.y) for line in figure.data])


def test_one_class_alone_is_drawn() -> None:
    """A metric that is undefined throughout is a line of gaps, not an error."""
    curve = ThresholdCurve.from_predictions([1, 1], [0.4, 0.4])
    line = trace(plot_metrics(curve, ["kappa"]), "Cohen's kappa")
    assert np.isnan(line.y[1:]).all()


def test_long_curves_are_thinned_with_detail_in_the_span() -> None:
    """No trace is longer than a screen shows; a narrow span keeps its detail, and values at marks stay exact."""
    rows = random_rows(20_000, 0.1, "probabilities")
    curve = ThresholdCurve.from_predictions(*rows)
    now = Mark("now", curve.at(0.4321))
    whole, zoomed = plot_metrics(curve, marks=[now]), plot_metrics(curve, marks=[now], span=(0.42, 0.44))
    inside = [((line.x > 0.42) & (line.x < 0.44)).sum() for line in (whole.data[0], zoomed.data[0])]
    assert max(line.x.size for line in (*whole.data[:3], *zoomed.data[:3])) <= MAX_POINTS + 1
    assert inside[1] > 5 * inside[0]
    for figure in (whole, zoomed):
        line = figure.data[1]
        expected = recall_score(rows[0], rows[1] >= 0.4321)
        assert read_off(column(line.x), column(line.y), 0.4321) == pytest.approx(expected, abs=1e-6)


def test_marks_need_a_known_role() -> None:
    """A mark says what it is."""
    assert {mark.role for mark in three_marks(curve_of("vector A"))} == {"now", "best", "half"}
