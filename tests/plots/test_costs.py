"""The cost figures, tested as data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from f1tools.core.curve import ThresholdCurve
from f1tools.plots import MAX_POINTS, Mark, alt_text, plot_cost_ratio, plot_costs
from f1tools.what_if import CostRanges, Costs, amount_curve, cheapest, cost_ranges
from tests.plots.data import CASES, Rows, column, curve_of, horizontal_lines, texts, trace, trace_names


@pytest.mark.parametrize("name", ["vector A", "ties", "margins"])
def test_every_point_is_the_cost_of_the_confusion_matrix(name: str) -> None:
    """The cost of 1,000 cases is a step function; the costs of the two classes add up to the total."""
    y_true, y_score = CASES[name]
    curve = curve_of(name)
    figure = plot_costs(curve, Costs(fp=5, fn=100, tp=-20, tn=-1))
    total, positives, negatives = (column(trace(figure, part).y) for part in ("total", "positives", "negatives"))
    assert trace(figure, "total").line.shape == "hv"
    for k, threshold in enumerate(curve.thresholds):
        (tn, fp), (fn, tp) = confusion_matrix(y_true, y_score >= threshold)
        scale = 1000 / y_true.size
        assert total[k] == pytest.approx(scale * (5 * fp + 100 * fn - 20 * tp - tn), rel=1e-6)
        assert positives[k] == pytest.approx(scale * (100 * fn - 20 * tp), rel=1e-6)
        assert negatives[k] == pytest.approx(scale * (5 * fp - tn), rel=1e-6)


def test_parts_are_named_after_what_they_count() -> None:
    """Where correct decisions are free, the classes cost by their errors alone."""
    curve = curve_of("ties")
    assert {"misses", "false alarms", "total"} <= trace_names(plot_costs(curve, Costs(fp=1, fn=5)))
    assert {"positives", "false alarms"} <= trace_names(plot_costs(curve, Costs(tp=0.5, fn=2)))


def test_marks_are_labeled_with_their_costs() -> None:
    """Of vector A at 0.8: 1 false alarm and 2 misses at 3 each are 7 for 10 cases; at 0.4 there are 4 and none."""
    curve, costs = curve_of("vector A"), Costs(fn=3)
    marks = [Mark("now", curve.at(0.8), "0.80"), Mark("best", cheapest(curve, costs).point)]
    figure = plot_costs(curve, costs, marks=marks)
    assert {"Current 0.80: 700", "Best 0.4: 400"} <= set(texts(figure))
    points = trace(figure, "marks")
    assert sorted(zip(points.x, points.y, strict=True)) == [(0.4, pytest.approx(400)), (0.8, pytest.approx(700))]
    for part in ("0.80: 700.", "0.4: 400."):
        assert part in alt_text(figure)
    assert "1,000 cases" in figure.layout.title.subtitle.text
    nothing = plot_costs(curve, Costs(), marks=[Mark("best", curve.at(np.inf))])
    assert trace(nothing, "marks").x == ()
    assert "above all scores: 400" in alt_text(nothing)


@pytest.mark.parametrize(
    ("costs", "name", "cost"), [(Costs(), "nothing flagged", 400), (Costs(fn=3), "all flagged", 600)]
)
def test_the_baseline_is_the_cheaper_decision_without_a_model(costs: Costs, name: str, cost: float) -> None:
    """Four misses in ten cases, or six false alarms."""
    figure = plot_costs(curve_of("vector A"), costs)
    (line,) = horizontal_lines(figure)
    assert line.y0 == pytest.approx(cost)
    assert f"{name}: {cost}" in texts(figure)
    assert f"costs {cost}." in alt_text(figure)


def test_the_axis_ends_above_the_baseline_and_the_marks() -> None:
    """For a rare class flagging everything is so expensive that it is cut off, unless it is marked."""
    rows = np.arange(1000)
    curve = ThresholdCurve.from_predictions(rows >= 990, rows / 1000)
    costs = Costs(fn=20)
    assert plot_costs(curve, costs).layout.yaxis.range == pytest.approx((0, 2.5 * 200))
    marked = plot_costs(curve, costs, marks=[Mark("now", curve.at(0.1))])
    assert marked.layout.yaxis.range[1] > 1000 * 0.89
    assert plot_costs(curve_of("vector A"), Costs()).layout.yaxis.range[1] == pytest.approx(1.1 * 600)


def test_a_rare_class_has_room_for_its_thresholds() -> None:
    """The label of the baseline stands where the total does not cross it; small thresholds get a logarithmic axis."""
    y_true, low = np.arange(2000) % 100 == 0, np.arange(2000) / 200_000
    curve = ThresholdCurve.from_predictions(
        y_true, np.where(y_true, 0.008 + low, low) * np.where(low == low[-1], 60, 1)
    )
    label = next(
        each for each in plot_costs(curve, Costs(fn=5), per=10_000).layout.annotations if "nothing" in each.text
    )
    assert (label.x, label.xanchor) == (1, "right")
    assert label.text == "nothing flagged: 500"
    figure = plot_cost_ratio(cost_ranges(curve), ratio=20)
    assert figure.layout.yaxis.type == "log"
    height = 10 ** figure.layout.yaxis.range[1]
    assert 0 < trace(figure, "marks").y[0] == cost_ranges(curve).at(20) < height
    assert plot_cost_ratio(cost_ranges(curve_of("vector A")), ratio=5).layout.yaxis.type is None


@pytest.mark.parametrize("costs", [Costs(fp=0), Costs(fp=2, fn=3, tp=-4, tn=0.5), Costs(fp=1, fn=1, tp=-50)])
def test_the_total_is_visible_from_its_minimum_to_the_baseline(costs: Costs) -> None:
    """All of vector A's total is visible up to 2.5 times the distance from the minimum to the baseline."""
    figure = plot_costs(curve_of("vector A"), costs)
    low, high = figure.layout.yaxis.range
    total = column(trace(figure, "total").y)
    baseline, lowest = min(total[0], total[-1]), min(total.min(), 0)
    assert low <= total.min()
    assert high >= min(total.max(), lowest + 2.5 * (baseline - lowest) if baseline > lowest else np.inf)


def test_axis_of_large_and_of_negative_costs() -> None:
    """Thousands have a unit instead of zeros; below 0, where costs are earnings, there is a line at 0."""
    curve = curve_of("vector A")
    earning = plot_costs(curve, Costs(fp=0, fn=0, tp=-5, tn=-1), marks=[Mark("now", curve.at(0.4))])
    assert earning.layout.yaxis.range[0] < min(trace(earning, "total").y)
    assert "Current 0.4: earns 2,200" in texts(earning)
    usual, large = plot_costs(curve, Costs()), plot_costs(curve_of("ties"), Costs(fp=250, fn=9_000))
    assert [each.layout.yaxis.zeroline for each in (earning, usual)] == [True, False]
    assert [each.layout.yaxis.tickformat for each in (large, usual)] == ["~s", None]


def test_amounts_of_rows_are_shown_per_case() -> None:
    """A curve that counts money does not know its number of cases."""
    curve = amount_curve([1, 0, 1, 0], [0.9, 0.8, 0.3, 0.1], miss=[50.0, 0, 10, 0], false_alarm=4.0)
    figure = plot_costs(curve, Costs(), cases=4, marks=[Mark("now", curve.at(0.5))])
    assert trace(figure, "marks").y[0] == pytest.approx(1000 / 4 * (4 + 10))


def brute_force(rows: Rows, ratios: list[float]) -> list[float]:
    """Return the cheapest of all thresholds for each ratio; of equally cheap ones the lowest."""
    y_true, y_score = rows
    thresholds = np.append(np.unique(y_score), np.inf)
    cells = [confusion_matrix(y_true, y_score >= each).ravel() for each in thresholds]
    return [float(thresholds[np.argmin([fp + ratio * fn for _, fp, fn, _ in cells])]) for ratio in ratios]


def read_off(line: Any, ratio: float) -> float:
    """Read a line as Plotly draws "hv": across at the height of the last point before."""
    return float(line.y[np.searchsorted(line.x, ratio, side="right") - 1])


@pytest.mark.parametrize("name", ["vector A", "ties", "probabilities", "rare", "margins"])
def test_the_line_is_the_cheapest_threshold(name: str) -> None:
    """For any ratio on the axis, as brute force finds it; flagging nothing is drawn at the top."""
    figure = plot_cost_ratio(cost_ranges(curve_of(name)), ratio=1)
    line = trace(figure, "cheapest")
    low, high = 10.0 ** np.array(figure.layout.xaxis.range)
    assert line.line.shape == "hv"
    assert (line.x[0], line.x[-1]) == pytest.approx((low, high))
    ratios = np.geomspace(1.001 * low, 0.999 * high, 25).tolist()
    for ratio, expected in zip(ratios, brute_force(CASES[name], ratios), strict=True):
        top = max(column(line.y)) if np.isinf(expected) else expected
        assert read_off(line, ratio) == pytest.approx(top, abs=1e-3 * np.ptp(CASES[name][1]))


def test_the_current_ratio_is_marked_with_its_threshold() -> None:
    """Of vector A, where a miss costs as much as 5 false alarms, 0.4 is cheapest."""
    ranges = cost_ranges(curve_of("vector A"))
    figure = plot_cost_ratio(ranges, ratio=5)
    assert "ratio 5: <b>0.4</b>" in texts(figure)
    assert (trace(figure, "marks").x, trace(figure, "marks").y) == ((5,), (0.4,))
    assert "at 5 it is 0.4." in alt_text(figure)
    nothing = plot_cost_ratio(ranges, ratio=0.3)
    assert {"ratio 0.3: <b>above all scores</b>", "nothing flagged"} <= set(texts(nothing))
    assert "at 0.3 it is above all scores." in alt_text(nothing)
    label = next(each for each in nothing.layout.annotations if each.text == "nothing flagged")
    assert label.yanchor == "bottom"  # above every line
    assert label.y == pytest.approx(max(max(column(line.y)) for line in nothing.data))
    assert label.y < nothing.layout.yaxis.range[1]
    as_written = plot_cost_ratio(ranges, ratio=5, threshold_text="0.35")
    assert "ratio 5: <b>0.35</b>" in texts(as_written)
    assert "at 5 it is 0.35." in alt_text(as_written)
    assert any(text.startswith("ratio 12,350:") for text in texts(plot_cost_ratio(ranges, ratio=12345.678)))


@pytest.mark.parametrize("ratio", [0.0, 1e9, float("inf")])
def test_a_ratio_beyond_the_axis_is_in_the_alternative_text_only(ratio: float) -> None:
    """It is not drawn."""
    figure = plot_cost_ratio(cost_ranges(curve_of("vector A")), ratio=ratio)
    assert "marks" not in trace_names(figure)
    assert "it is" in alt_text(figure)


def test_calibrated_scores_have_a_line_to_compare_with() -> None:
    """They are cheapest at 1 / (1 + ratio); the caller, amounts and scores outside 0 and 1 rule it out."""
    ranges = cost_ranges(curve_of("probabilities"))
    line = trace(plot_cost_ratio(ranges, ratio=1), "if calibrated")
    np.testing.assert_allclose(line.y, 1 / (1 + column(line.x)), rtol=1e-5)
    amounts = plot_cost_ratio(ranges, ratio=1, amounts=True)
    others = plot_cost_ratio(cost_ranges(curve_of("margins")), ratio=1)
    for figure in (amounts, others, plot_cost_ratio(ranges, ratio=1, probabilities=False)):
        assert "if calibrated" not in trace_names(figure)
    assert "amount" in amounts.layout.xaxis.title.text
    assert "its amount" in alt_text(amounts)
    assert "false alarm" not in alt_text(amounts)


def test_very_many_thresholds_are_thinned() -> None:
    """The remaining ones are cheapest at the ratios drawn."""
    changes = np.geomspace(0.01, 1000, 3000)
    ranges = CostRanges(np.linspace(1, 0, 3001), np.append(0, changes), np.append(changes, np.inf))
    line = trace(plot_cost_ratio(ranges, ratio=1), "cheapest")
    assert line.x.size <= MAX_POINTS
    for ratio, threshold in zip(line.x[:-1].tolist(), line.y.tolist(), strict=False):
        assert threshold == pytest.approx(ranges.at(ratio), abs=1e-4)
