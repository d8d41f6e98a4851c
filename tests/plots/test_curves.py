"""The precision-recall and ROC figures, tested as data."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.palette import LIGHT
from f1tools.plots import MAX_POINTS, Mark, alt_text, plot_gains, plot_precision_recall, plot_roc
from tests.plots.data import CASES, SCORED, column, curve_of, horizontal_lines, long_curve, texts, trace


def precision_recall(curve: ThresholdCurve, **options: Any) -> Any:
    return plot_precision_recall(curve, average_precision=0.5, **options)


def symbols(figure: Any) -> list[Any]:
    return [each for each in figure.data if each.mode == "markers"]


@pytest.mark.parametrize("name", SCORED)
def test_precision_and_recall_are_scikit_learns(name: str) -> None:
    """All points with a threshold, joined by steps ("vh") whose area is average precision."""
    y_true, y_score = CASES[name]
    precision, recall, thresholds = precision_recall_curve(y_true, y_score)
    line = trace(precision_recall(curve_of(name)), "Precision-recall curve")
    assert line.x.size == thresholds.size
    np.testing.assert_allclose(line.x, recall[-2::-1], rtol=0, atol=1e-6)
    np.testing.assert_allclose(line.y, precision[-2::-1], rtol=0, atol=1e-6)
    np.testing.assert_allclose(column(line.customdata), thresholds[::-1], rtol=1e-4)
    assert line.line.shape == "vh"
    area = float(np.dot(np.diff(column(line.x), prepend=0.0), column(line.y)))
    assert area == pytest.approx(average_precision_score(y_true, y_score), abs=1e-5)


def test_a_negative_with_the_highest_score_starts_the_curve_at_0() -> None:
    """Then a threshold does give recall 0, with precision 0."""
    line = trace(precision_recall(ThresholdCurve.from_predictions([0, 1], [0.9, 0.1])), "Precision-recall curve")
    assert (line.x[0], line.y[0]) == (0, 0)


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
def test_iso_lines_have_their_fbeta_and_their_label(beta: float) -> None:
    """Every point of a line has the F-beta of the label at its end."""
    figure = precision_recall(curve_of("vector A"), beta=beta)
    for value in (0.2, 0.4, 0.6, 0.8):
        line = trace(figure, f"F{beta:g} = {value:g}")
        precision, recall = column(line.y), column(line.x)
        fbeta = (1 + beta**2) * precision * recall / (beta**2 * precision + recall)
        np.testing.assert_allclose(fbeta, value, atol=1e-5)
        assert (precision <= 1 + 1e-6).all()
        label = next(note for note in figure.layout.annotations if note.text == f"F{beta:g} {value:g}")
        assert (label.x, label.y) == pytest.approx((1, precision[-1]), abs=1e-6)


@pytest.mark.parametrize("name", ["vector A", "rare", "margins"])
def test_baseline_and_unachievable_region_follow_from_the_prevalence(name: str) -> None:
    """Flagging everything has precision = prevalence; the worst ranking ends there, and no point is below it."""
    prevalence = float(CASES[name][0].mean())
    figure = precision_recall(curve_of(name))
    (baseline,) = horizontal_lines(figure)
    assert baseline.y0 == pytest.approx(prevalence)
    assert f"all flagged: precision {prevalence:.3f}" in texts(figure)
    region = trace(figure, "Unachievable")
    recall = column(region.x)
    np.testing.assert_allclose(region.y, prevalence * recall / (1 - prevalence + prevalence * recall), atol=1e-6)
    assert region.fill == "tozeroy"
    line = trace(figure, "Precision-recall curve")
    assert (column(line.y) >= np.interp(line.x, recall, region.y) - 1e-3).all()
    assert ("unachievable" in texts(figure)) == (prevalence >= 0.2)


@pytest.mark.parametrize(
    ("plot", "points"),
    [
        (partial(plot_precision_recall, average_precision=0.5), [(0.5, 2 / 3), (1, 0.5)]),
        (partial(plot_roc, roc_auc=0.7), [(1 / 6, 0.5), (4 / 6, 1)]),
    ],
    ids=["precision and recall", "ROC"],
)
def test_marks_lie_on_the_curves_and_are_in_the_legend(plot: Any, points: list[tuple[float, float]]) -> None:
    """Each mark has its own symbol at its coordinates, and a name in the legend; one for two with equal counts."""
    curve = curve_of("vector A")
    figure = plot(curve, marks=[Mark("now", curve.at(0.8)), Mark("best", best(curve).point)])
    marks = {each.name: each for each in symbols(figure)}
    assert {name: (each.x[0], each.y[0]) for name, each in marks.items()} == {
        name: pytest.approx(point) for name, point in zip(("now 0.8", "best 0.4"), points, strict=True)
    }
    assert len({each.marker.symbol for each in marks.values()}) == 2
    assert figure.layout.showlegend
    assert all(each.showlegend is False for each in figure.data if each.mode == "lines")
    equal = plot(curve, marks=[Mark("best", curve.at(0.45)), Mark("now", curve.at(0.5), "0.50")])
    assert [each.name for each in symbols(equal)] == ["now = best 0.50"]
    nothing = plot(curve, marks=[Mark("now", curve.at(0.95))])
    assert not symbols(nothing)
    assert "precision n/a" in alt_text(nothing)


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
    (point,) = symbols(figure)
    here = y_score >= np.median(y_score)
    assert (point.x[0], point.y[0]) == pytest.approx((scale * here.sum(), scale * (here & y_true).sum()))
    assert sorted(shape.x0 for shape in figure.layout.shapes) == pytest.approx(sorted([0, 90, point.x[0]]))


def test_areas_are_shown_as_given() -> None:
    """They belong to the whole curve, so they come from the caller."""
    curve = curve_of("vector A")
    roc = plot_roc(curve, roc_auc=0.70833)
    for figure, number in ((plot_precision_recall(curve, average_precision=0.5416667), "0.542"), (roc, "0.708")):
        assert number in figure.layout.title.subtitle.text
        assert number in alt_text(figure)
        assert figure.layout.showlegend is False
    diagonal = roc.layout.shapes[0]
    assert (diagonal.x0, diagonal.y0, diagonal.x1, diagonal.y1) == (0, 0, 1, 1)


def test_long_curves_are_thinned_but_not_at_marks() -> None:
    """No more points than a screen shows, and the marked one among them."""
    curve = long_curve()
    point = curve.at(float(curve.thresholds[7_777]))
    line = trace(precision_recall(curve, marks=[Mark("now", point)]), "Precision-recall curve")
    assert line.x.size <= MAX_POINTS
    gaps = np.hypot(line.x - float(point.counts.recall()), line.y - float(point.counts.precision()))
    assert gaps.min() < 1e-6
    assert line.line.color == LIGHT["precision"]


@pytest.mark.parametrize("name", SCORED)
def test_the_roc_curve_is_scikit_learns(name: str) -> None:
    """All points with their thresholds, joined by straight lines, because the area under the curve counts ties half."""
    fpr, tpr, thresholds = roc_curve(*CASES[name], drop_intermediate=False)
    line = trace(plot_roc(curve_of(name), roc_auc=0.7), "ROC curve")
    np.testing.assert_allclose(line.x, fpr, rtol=0, atol=1e-6)
    np.testing.assert_allclose(line.y, tpr, rtol=0, atol=1e-6)
    np.testing.assert_allclose(column(line.customdata)[1:], thresholds[1:], rtol=1e-4)
    assert np.isnan(line.customdata[0])
    assert line.line.shape in (None, "linear")
    area = float(np.trapezoid(column(line.y), column(line.x)))
    assert area == pytest.approx(roc_auc_score(*CASES[name]), abs=1e-6)


def test_rows_without_a_score_join_the_roc_curve_with_the_corner() -> None:
    """They are tied below all scores: with a dotted line to (1, 1) the area is scikit-learn's for the lowest score."""
    y_true, y_score = CASES["gaps"]
    figure = plot_roc(curve_of("gaps"), roc_auc=0.7)
    line = trace(figure, "ROC curve")
    (segment,) = [each for each in figure.layout.shapes if each.line.dash == "dot"]
    assert (segment.x0, segment.y0) == pytest.approx((line.x[-1], line.y[-1]), abs=1e-6)
    assert (segment.x1, segment.y1) == (1, 1)
    area = float(np.trapezoid([*column(line.y), 1], [*column(line.x), 1]))
    assert area == pytest.approx(roc_auc_score(y_true, np.maximum(y_score, -1)), abs=1e-6)


def test_the_baseline_flags_rows_with_a_score_only() -> None:
    """Its precision is the share of positives among them, and its label says so."""
    y_true, y_score = CASES["gaps"]
    share = float(y_true[y_score > -np.inf].mean())
    figure = precision_recall(curve_of("gaps"))
    (baseline,) = horizontal_lines(figure)
    assert baseline.y0 == pytest.approx(share)
    assert f"all with a score flagged: precision {share:.3f}" in texts(figure)
