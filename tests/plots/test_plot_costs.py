"""The figure of costs against the threshold, tested as data."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from f1tools.core.curve import ThresholdCurve
from f1tools.plots import Mark, alt, plot_costs
from f1tools.what_if import Costs, amount_curve, cheapest
from tests.plots.data import CASES, column, curve_of, texts, trace

FOUR = Costs(fp=5, fn=100, tp=-20, tn=-1)


@pytest.mark.parametrize("name", ["vector A", "ties", "margins"])
def test_every_point_is_the_cost_of_the_confusion_matrix(name: str) -> None:
    """Per 1,000 cases, in steps; what the two classes cost adds up to the total."""
    y_true, y_score = CASES[name]
    curve = curve_of(name)
    figure = plot_costs(curve, FOUR)
    total, real, others = (column(trace(figure, part).y) for part in ("total", "real cases", "other cases"))
    assert trace(figure, "total").line.shape == "hv"
    for k, threshold in enumerate(curve.thresholds):
        (tn, fp), (fn, tp) = confusion_matrix(y_true, y_score >= threshold)
        scale = 1000 / y_true.size
        assert total[k] == pytest.approx(scale * (5 * fp + 100 * fn - 20 * tp - tn), rel=1e-6)
        assert real[k] == pytest.approx(scale * (100 * fn - 20 * tp), rel=1e-6)
        assert others[k] == pytest.approx(scale * (5 * fp - tn), rel=1e-6)


def test_parts_are_named_by_what_they_are() -> None:
    """Where being right is free, the classes cost by their errors alone."""
    curve = curve_of("ties")
    named = {one.name for one in plot_costs(curve, Costs(fp=1, fn=5)).data}
    assert {"misses", "false alarms", "total"} <= named
    assert {"real cases", "false alarms"} <= {one.name for one in plot_costs(curve, Costs(tp=0.5, fn=2)).data}
    assert {"misses", "false alarms", "<b>total</b>"} <= set(texts(plot_costs(curve, Costs(fp=1, fn=5))))


def test_marks_say_what_their_thresholds_cost() -> None:
    """Of vector A at 0.8: 1 false alarm and 2 misses at 3 each are 7 in 10 cases; at 0.4 there are 4 and none."""
    curve, costs = curve_of("vector A"), Costs(fn=3)
    marks = [Mark("now", curve.at(0.8), "0.80"), Mark("best", cheapest(curve, costs).point)]
    figure = plot_costs(curve, costs, marks=marks)
    assert {"now 0.80: 700", "best 0.4: 400"} <= set(texts(figure))
    dots = trace(figure, "marks")
    assert sorted(zip(dots.x, dots.y, strict=True)) == [(0.4, pytest.approx(400)), (0.8, pytest.approx(700))]
    assert "At the current threshold 0.80: 700. At the best threshold 0.4: 400." in alt(figure)
    assert "per 50" in plot_costs(curve, costs, per=50).layout.title.subtitle.text.lower()
    assert "best 0.4: 20" in texts(plot_costs(curve, costs, marks=marks, per=50))


@pytest.mark.parametrize(
    ("costs", "name", "cost"), [(Costs(), "nothing flagged", 400), (Costs(fn=3), "all flagged", 600)]
)
def test_what_to_beat_is_the_cheaper_decision_without_a_model(costs: Costs, name: str, cost: float) -> None:
    """Four misses in ten, or six false alarms."""
    figure = plot_costs(curve_of("vector A"), costs)
    (line,) = [shape for shape in figure.layout.shapes if shape.y0 == shape.y1]
    assert line.y0 == pytest.approx(cost)
    assert f"{name}: {cost}" in texts(figure)
    assert f"Flagging {'everything' if name.startswith('all') else 'nothing'} costs {cost}." in alt(figure)


def test_the_valley_fills_the_drawing_and_marks_stay_in_it() -> None:
    """Of a rare class flagging everything is so dear that nothing else could be seen; a mark there is shown still."""
    rows = np.arange(1000)
    curve = ThresholdCurve.from_predictions(rows >= 990, rows / 1000)
    costs = Costs(fn=20)
    assert plot_costs(curve, costs).layout.yaxis.range == pytest.approx((0, 2.5 * 200))
    dear = plot_costs(curve, costs, marks=[Mark("now", curve.at(0.1))])
    assert dear.layout.yaxis.range[1] > 1000 * 0.89
    assert plot_costs(curve_of("vector A"), Costs()).layout.yaxis.range[1] == pytest.approx(1.1 * 600)


def test_what_earns_lies_below_zero() -> None:
    """There the axis has a line at 0, and amounts are called earnings."""
    curve = curve_of("vector A")
    figure = plot_costs(curve, Costs(fp=0, fn=0, tp=-5, tn=-1), marks=[Mark("now", curve.at(0.4))])
    assert figure.layout.yaxis.range[0] < min(trace(figure, "total").y)
    assert figure.layout.yaxis.zeroline
    assert "now 0.4: earns 2,200" in texts(figure)
    assert not plot_costs(curve, Costs()).layout.yaxis.zeroline


@pytest.mark.parametrize("costs", [Costs(fp=0), Costs(fp=2, fn=3, tp=-4, tn=0.5), Costs(fp=1, fn=1, tp=-50)])
def test_payoffs_leave_the_total_in_the_drawing(costs: Costs) -> None:
    """All of vector A's total can be seen from the least on to what deciding without the model comes to, with room."""
    figure = plot_costs(curve_of("vector A"), costs)
    low, high = figure.layout.yaxis.range
    total = column(trace(figure, "total").y)
    without, least = min(total[0], total[-1]), min(total.min(), 0)
    assert low <= total.min()
    assert high >= min(total.max(), least + 2.5 * (without - least) if without > least else np.inf)


def test_large_amounts_are_written_short_on_the_axis() -> None:
    """In thousands and millions there is no room for zeros."""
    assert plot_costs(curve_of("ties"), Costs(fp=250, fn=9_000)).layout.yaxis.tickformat == "~s"
    assert plot_costs(curve_of("ties"), Costs()).layout.yaxis.tickformat is None


def test_amounts_of_rows_are_told_per_case() -> None:
    """A curve that counts money does not know how many cases it has."""
    curve = amount_curve([1, 0, 1, 0], [0.9, 0.8, 0.3, 0.1], miss=[50.0, 0, 10, 0], false_alarm=4.0)
    figure = plot_costs(curve, Costs(), per=100, cases=4, marks=[Mark("now", curve.at(0.5))])
    assert trace(figure, "marks").y[0] == pytest.approx(100 / 4 * (4 + 10))


def test_flagging_nothing_has_no_place_for_a_mark() -> None:
    """It is said all the same."""
    curve = curve_of("vector A")
    figure = plot_costs(curve, Costs(), marks=[Mark("best", curve.at(np.inf))])
    assert trace(figure, "marks").x == ()
    assert "above all scores: 400" in alt(figure)
