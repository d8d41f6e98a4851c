"""The figure of a metric as measured and in a what-if, tested as data."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.palette import LIGHT
from f1tools.plots import MAX_POINTS, Mark, alt, plot_what_if
from f1tools.what_if import at_prevalence, with_class_weight
from tests.plots.data import CASES, column, curve_of, random_rows, texts, trace


def marks_of(original: ThresholdCurve, what_if: ThresholdCurve, objective: str = "f1") -> list[Mark]:
    """Give the best of both, and what the old threshold does in the what-if."""
    before, after = best(original, objective).point, best(what_if, objective).point
    return [Mark("best", before), Mark("best", after), Mark("now", what_if.at(before.threshold))]


@pytest.mark.parametrize("name", ["vector A", "ties", "margins"])
def test_both_lines_are_scikit_learns(name: str) -> None:
    """At each score: F1 as it is, and F1 with the positives weighted by the odds of the shares."""
    y_true, y_score = CASES[name]
    curve = curve_of(name)
    share, own = 0.1, float(y_true.mean())
    weight = np.where(y_true, share / own, (1 - share) / (1 - own))
    what_if = at_prevalence(curve, share)
    figure = plot_what_if(curve, what_if, marks=marks_of(curve, what_if))
    for line, sample_weight in ((trace(figure, "measured"), None), (trace(figure, "what if"), weight)):
        assert line.line.shape == "hv"
        thresholds = curve.thresholds[1:]
        expected = [f1_score(y_true, y_score >= one, sample_weight=sample_weight) for one in thresholds]
        np.testing.assert_allclose(line.y[1:-1], expected, atol=1e-6)
        np.testing.assert_allclose(line.x[1:-1], thresholds, atol=1e-4 * np.ptp(thresholds))
        assert line.y[0] == 0


def test_class_weights_move_the_line_and_keep_its_heights() -> None:
    """Training with weight 3 on the positives lifts a score of 0.4 to 3 * 0.4 / (3 * 0.4 + 0.6) = 2/3."""
    curve = curve_of("vector A")
    what_if = with_class_weight(curve, 3)
    figure = plot_what_if(curve, what_if, marks=marks_of(curve, what_if)[:2])
    measured, asked = trace(figure, "measured"), trace(figure, "what if")
    np.testing.assert_array_equal(measured.y, asked.y)
    assert asked.x[4] == pytest.approx(2 / 3)
    assert "what if 0.667 at 0.6667" in texts(figure)
    assert "measured 0.667 at 0.4" in texts(figure)


def test_the_original_is_quiet() -> None:
    """It is dotted and in the colour of what is not important; the what-if has the metric's."""
    curve = curve_of("ties")
    figure = plot_what_if(curve, at_prevalence(curve, 0.1), marks=marks_of(curve, curve))
    measured, asked = trace(figure, "measured").line, trace(figure, "what if").line
    assert (measured.color, measured.dash) == (LIGHT["muted"], "dot")
    assert (asked.color, asked.dash) == (LIGHT["fbeta"], None)
    assert measured.width < asked.width


def test_a_kept_threshold_is_marked_with_what_it_does_then() -> None:
    """Of vector A at 10 % positives the threshold 0.4 catches all, with 4 of 6 negatives: F1 0.2 / (0.2 + 0.6)."""
    curve = curve_of("vector A")
    what_if = at_prevalence(curve, 0.1)
    figure = plot_what_if(curve, what_if, marks=marks_of(curve, what_if))
    assert "<b>kept 0.250</b>" in texts(figure)
    assert trace(figure, "marks").y[2] == pytest.approx(0.25)
    assert "Kept at 0.4, it is 0.250." in alt(figure)
    other = [*marks_of(curve, what_if)[:2], Mark("now", what_if.at(0.3))]
    assert "<b>kept at 0.3: 0.250</b>" in texts(plot_what_if(curve, what_if, marks=other))


def test_a_kept_threshold_that_stays_the_best_is_not_written_twice() -> None:
    """One number in one place needs one label."""
    curve = curve_of("vector A")
    figure = plot_what_if(curve, curve, marks=marks_of(curve, curve))
    assert not any("kept" in text for text in texts(figure))


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9])
def test_flagging_everything_is_the_line_to_beat(share: float) -> None:
    """It gives 2π / (1 + π) at the share of positives that is asked about."""
    curve = curve_of("probabilities")
    what_if = at_prevalence(curve, share)
    figure = plot_what_if(curve, what_if, marks=marks_of(curve, what_if))
    (line,) = [shape for shape in figure.layout.shapes if shape.y0 == shape.y1]
    assert line.y0 == pytest.approx(2 * share / (1 + share))
    assert f"all flagged {2 * share / (1 + share):.3f}" in texts(figure)


def test_what_is_undefined_has_no_line_and_no_number() -> None:
    """Where all is flagged there are no negative predictions, so no predictive value of them."""
    curve = curve_of("vector A")
    figure = plot_what_if(curve, curve, "npv", marks=marks_of(curve, curve, "npv"))
    assert not any(shape.y0 == shape.y1 for shape in figure.layout.shapes)
    assert "Flagging everything gives n/a" in alt(figure)


def test_flagging_nothing_can_be_the_best() -> None:
    """It stands at the right end and is said in words."""
    curve = curve_of("vector A")
    what_if = at_prevalence(curve, 0.01)
    figure = plot_what_if(curve, what_if, "accuracy", marks=marks_of(curve, what_if, "accuracy")[:2])
    assert trace(figure, "marks").x[1] == figure.layout.xaxis.range[1]
    assert "what if 0.990 flagging nothing" in texts(figure)
    assert "0.990 flagging nothing" in alt(figure)


def test_flagging_everything_can_be_kept() -> None:
    """It stands at the left end and is said in words."""
    curve = curve_of("vector A")
    what_if = at_prevalence(curve, 0.1)
    figure = plot_what_if(curve, what_if, marks=[*marks_of(curve, what_if)[:2], Mark("now", what_if.at(-np.inf))])
    assert trace(figure, "marks").x[2] == figure.layout.xaxis.range[0]
    assert f"<b>kept flagging everything: {2 * 0.1 / 1.1:.3f}</b>" in texts(figure)
    assert "Kept flagging everything, it is 0.182." in alt(figure)


def test_the_axis_holds_both() -> None:
    """Also where the what-if's scores lie elsewhere; a span that is asked for is kept."""
    low = ThresholdCurve.from_predictions([1, 0, 1], [0.02, 0.01, 0.03])
    what_if = with_class_weight(low, 50)
    figure = plot_what_if(low, what_if, marks=marks_of(low, what_if))
    assert figure.layout.xaxis.range[0] <= 0.01
    assert figure.layout.xaxis.range[1] >= what_if.thresholds[1]
    zoomed = plot_what_if(low, what_if, marks=marks_of(low, what_if), span=(0.0, 0.1))
    assert tuple(zoomed.layout.xaxis.range) == (0.0, 0.1)


def test_long_curves_are_thinned_and_exact_at_the_marks() -> None:
    """What is written is what is drawn."""
    curve = ThresholdCurve.from_predictions(*random_rows(20_000, 0.1, "probabilities"))
    what_if = at_prevalence(curve, 0.02)
    marks = marks_of(curve, what_if)
    figure = plot_what_if(curve, what_if, marks=marks)
    for name, mark in (("measured", marks[0]), ("what if", marks[1]), ("what if", marks[2])):
        line = trace(figure, name)
        assert line.x.size <= MAX_POINTS + 1
        x = column(line.x)
        drawn = line.y[np.argmin(np.abs(x - mark.point.threshold))]
        assert drawn == pytest.approx(float(mark.point.counts.f1()), abs=1e-6)
