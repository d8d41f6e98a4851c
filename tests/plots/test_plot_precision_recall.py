"""The figure of precision against recall, tested as data."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve

from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.palette import LIGHT
from f1tools.plots import MAX_POINTS, Mark, alt, plot_precision_recall
from tests.plots.data import CASES, column, curve_of, random_rows, texts, trace


@pytest.mark.parametrize("name", CASES)
def test_every_point_is_scikit_learns_but_the_one_without_a_threshold(name: str) -> None:
    """All its points are drawn, with their thresholds; recall 0 with precision 1 only if a threshold gives it."""
    y_true, y_score = CASES[name]
    precision, recall, thresholds = precision_recall_curve(y_true, y_score)
    line = trace(plot_precision_recall(curve_of(name)), "Precision-recall curve")
    assert line.x.size == thresholds.size
    np.testing.assert_allclose(line.x, recall[-2::-1], rtol=0, atol=1e-6)
    np.testing.assert_allclose(line.y, precision[-2::-1], rtol=0, atol=1e-6)
    np.testing.assert_allclose(column(line.customdata), thresholds[::-1], rtol=1e-4)


def test_the_best_score_being_negative_starts_the_curve_at_0() -> None:
    """Then a threshold does give recall 0, with precision 0."""
    line = trace(plot_precision_recall(ThresholdCurve.from_predictions([0, 1], [0.9, 0.1])), "Precision-recall curve")
    assert (line.x[0], line.y[0]) == (0, 0)


@pytest.mark.parametrize("name", ["vector A", "ties", "rare"])
def test_the_area_under_the_steps_is_average_precision(name: str) -> None:
    """The line goes up first, then across ("vh"): each recall gained counts with the precision it was gained at."""
    y_true, y_score = CASES[name]
    line = trace(plot_precision_recall(curve_of(name)), "Precision-recall curve")
    assert line.line.shape == "vh"
    area = float(np.dot(np.diff(column(line.x), prepend=0.0), column(line.y)))
    assert area == pytest.approx(average_precision_score(y_true, y_score), abs=1e-5)


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
def test_iso_lines_have_their_fbeta_and_their_name(beta: float) -> None:
    """Every point of a line gives the F-beta that its label says."""
    figure = plot_precision_recall(curve_of("vector A"), beta=beta)
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
    y_true, _ = CASES[name]
    prevalence = float(y_true.mean())
    figure = plot_precision_recall(curve_of(name))
    baseline = figure.layout.shapes[0]
    assert baseline.y0 == baseline.y1 == pytest.approx(prevalence)
    assert f"all flagged: precision {prevalence:.3f}" in texts(figure)
    region = trace(figure, "Unachievable")
    recall = column(region.x)
    np.testing.assert_allclose(region.y, prevalence * recall / (1 - prevalence + prevalence * recall), atol=1e-6)
    assert region.fill == "tozeroy"
    line = trace(figure, "Precision-recall curve")
    assert (column(line.y) >= np.interp(line.x, recall, region.y) - 1e-3).all()
    assert ("out of reach" in texts(figure)) == (prevalence >= 0.2)


def test_marks_lie_on_the_curve_and_are_explained() -> None:
    """Each mark has its own symbol at its recall and precision, and a name in the legend."""
    curve = curve_of("vector A")
    marks = [Mark("now", curve.at(0.8)), Mark("best", best(curve).point), Mark("half", curve.at(0.5))]
    figure = plot_precision_recall(curve, marks=marks)
    places = {one.name: (one.x[0], one.y[0]) for one in figure.data if one.mode == "markers"}
    assert places == {
        "now 0.8": pytest.approx((0.5, 2 / 3)),
        "best 0.4": pytest.approx((1, 0.5)),
        "0.5": pytest.approx((0.75, 0.5)),
    }
    assert len({one.marker.symbol for one in figure.data if one.mode == "markers"}) == 3
    assert figure.layout.showlegend
    assert all(one.showlegend is False for one in figure.data if one.mode == "lines")


def test_marks_that_decide_alike_are_one_point() -> None:
    """0.45 and 0.5 flag the same rows: one point, both names."""
    curve = curve_of("vector A")
    figure = plot_precision_recall(curve, marks=[Mark("best", curve.at(0.45)), Mark("now", curve.at(0.5), "0.50")])
    assert [one.name for one in figure.data if one.mode == "markers"] == ["now = best 0.50"]


def test_a_threshold_that_flags_nothing_has_no_point() -> None:
    """Its precision is undefined."""
    curve = curve_of("vector A")
    figure = plot_precision_recall(curve, marks=[Mark("now", curve.at(0.95))])
    assert not [one for one in figure.data if one.mode == "markers"]
    assert "precision n/a" in alt(figure)


def test_average_precision_is_written_as_given() -> None:
    """It is that of the whole curve, so it comes from outside."""
    figure = plot_precision_recall(curve_of("vector A"), average_precision=0.5416667)
    assert figure.layout.title.subtitle.text == "Average precision 0.542"
    assert "Average precision 0.542." in alt(figure)
    assert figure.layout.showlegend is False
    assert "Average" not in alt(plot_precision_recall(curve_of("vector A")))


def test_long_curves_are_thinned_but_not_at_marks() -> None:
    """No more points than a screen shows, and the marked one among them."""
    curve = ThresholdCurve.from_predictions(*random_rows(20_000, 0.2, "probabilities"))
    point = curve.at(float(curve.thresholds[7_777]))
    line = trace(plot_precision_recall(curve, marks=[Mark("now", point)]), "Precision-recall curve")
    assert line.x.size <= MAX_POINTS
    gaps = np.hypot(line.x - float(point.counts.recall()), line.y - float(point.counts.precision()))
    assert gaps.min() < 1e-6
    assert line.line.color == LIGHT["precision"]
