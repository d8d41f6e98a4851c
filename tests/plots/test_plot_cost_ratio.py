"""The figure of the cheapest threshold against the ratio of costs, tested as data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from f1tools.plots import MAX_POINTS, alt, plot_cost_ratio
from f1tools.what_if import CostRanges, cost_ranges
from tests.plots.data import CASES, Rows, column, curve_of, texts, trace


def cheapest_by_trying(rows: Rows, ratios: list[float]) -> list[float]:
    """Try all thresholds for each ratio; of equally cheap ones give the lowest."""
    y_true, y_score = rows
    thresholds = np.append(np.unique(y_score), np.inf)
    cells = [confusion_matrix(y_true, y_score >= one).ravel() for one in thresholds]
    return [float(thresholds[np.argmin([fp + ratio * fn for _, fp, fn, _ in cells])]) for ratio in ratios]


def read_off(line: Any, ratio: float) -> float:
    """Read a line as Plotly draws "hv": across at the height of the last point before."""
    return float(line.y[np.searchsorted(line.x, ratio, side="right") - 1])


@pytest.mark.parametrize("name", ["vector A", "ties", "probabilities", "rare", "margins"])
def test_the_line_is_the_cheapest_threshold(name: str) -> None:
    """For any ratio on the axis, as trying them all finds it; flagging nothing is drawn at the top."""
    figure = plot_cost_ratio(cost_ranges(curve_of(name)))
    line = trace(figure, "cheapest")
    low, high = 10.0 ** np.array(figure.layout.xaxis.range)
    assert line.line.shape == "hv"
    assert (line.x[0], line.x[-1]) == pytest.approx((low, high))
    ratios = np.geomspace(1.001 * low, 0.999 * high, 25).tolist()
    for ratio, expected in zip(ratios, cheapest_by_trying(CASES[name], ratios), strict=True):
        top = max(column(line.y)) if np.isinf(expected) else expected
        assert read_off(line, ratio) == pytest.approx(top, abs=1e-3 * np.ptp(CASES[name][1]))


def test_the_ratio_in_force_is_marked_with_its_threshold() -> None:
    """Of vector A, where a miss is worth 5 false alarms, 0.4 is cheapest."""
    figure = plot_cost_ratio(cost_ranges(curve_of("vector A")), ratio=5)
    assert {"asked 5", "<b>0.4</b>"} <= set(texts(figure))
    assert (trace(figure, "marks").x, trace(figure, "marks").y) == ((5,), (0.4,))
    assert "for 5 it is 0.4." in alt(figure)
    nothing = plot_cost_ratio(cost_ranges(curve_of("vector A")), ratio=0.3)
    assert {"<b>above all scores</b>", "nothing flagged"} <= set(texts(nothing))
    assert "for 0.3 it is above all scores." in alt(nothing)


def test_any_ratio_is_written_readably() -> None:
    """No powers of ten; what the axis cannot hold is said, not drawn."""
    ranges = cost_ranges(curve_of("vector A"))
    assert "asked 12,350" in texts(plot_cost_ratio(ranges, ratio=12345.678))
    for ratio in (0.0, 1e9, float("inf")):
        figure = plot_cost_ratio(ranges, ratio=ratio)
        assert "marks" not in {one.name for one in figure.data}
        assert "it is" in alt(figure)


def test_probabilities_have_a_line_to_compare_with() -> None:
    """Calibrated scores are cheapest at 1 / (1 + ratio); other scores have no such line."""
    figure = plot_cost_ratio(cost_ranges(curve_of("probabilities")))
    line = trace(figure, "if calibrated")
    np.testing.assert_allclose(line.y, 1 / (1 + column(line.x)), rtol=1e-5)
    assert "if calibrated" in texts(figure)
    assert "if calibrated" not in texts(plot_cost_ratio(cost_ranges(curve_of("margins"))))


def test_scores_that_only_look_like_probabilities_have_no_such_line() -> None:
    """Somebody who knows better can leave it out."""
    figure = plot_cost_ratio(cost_ranges(curve_of("probabilities")), probabilities=False)
    assert "if calibrated" not in {one.name for one in figure.data} | set(texts(figure))


def test_where_rows_have_amounts_the_ratio_is_to_them() -> None:
    """At 1 a miss costs what its row says; that has nothing to do with calibrated scores."""
    figure = plot_cost_ratio(cost_ranges(curve_of("probabilities")), ratio=1, amounts=True)
    assert figure.layout.xaxis.title.text == "What a miss costs against its amount (1 = as in the rows)"
    assert "if calibrated" not in {one.name for one in figure.data} | set(texts(figure))
    assert "what a miss costs against the amount in its row" in alt(figure)
    assert "false alarms" not in alt(figure)


def test_very_many_thresholds_are_thinned() -> None:
    """What is left are thresholds that are cheapest at the ratios drawn."""
    borders = np.geomspace(0.01, 1000, 3000)
    ranges = CostRanges(np.linspace(1, 0, 3001), np.append(0, borders), np.append(borders, np.inf))
    line = trace(plot_cost_ratio(ranges), "cheapest")
    assert line.x.size <= MAX_POINTS
    for ratio, threshold in zip(line.x[:-1].tolist(), line.y.tolist(), strict=False):
        assert threshold == pytest.approx(ranges.at(ratio), abs=1e-4)
