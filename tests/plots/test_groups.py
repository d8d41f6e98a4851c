"""The figures of groups, tested as data."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from f1tools.core.metrics import metric
from f1tools.core.optimum import best
from f1tools.palette import colors
from f1tools.plots import GroupCurve, GroupValue, alt_text, plot_group_curves, plot_group_values
from f1tools.uncertainty import Interval
from tests.plots.data import column, curve_of, texts, trace, vertical_lines

GROUPS = [
    GroupValue("north", 0.6, Interval(0.5, 0.7, 0.95), 0.8, has_few_rows=False),
    GroupValue("south", 0.8, Interval(0.75, 0.84, 0.95), 0.6, has_few_rows=False),
    GroupValue("tiny", 0.1, Interval(0.01, 0.6, 0.95), 0.7, has_few_rows=True),
    GroupValue("none", math.nan, Interval(math.nan, math.nan, 0.95), 0.7, has_few_rows=True),
]


def test_each_group_is_a_dot_with_an_interval_and_a_ring() -> None:
    """From the top in the order given; groups with few rows are gray, and undefined values have no dot."""
    figure = plot_group_values(GROUPS, "Recall", overall=0.7, of=metric("recall"))
    dots, few, rings = (trace(figure, name) for name in ("group", "few rows", "all others"))
    assert (dots.x, dots.y, few.x, few.y) == ((0.6, 0.8), (0, -1), (0.1,), (-2,))
    assert column(dots.x) + column(dots.error_x.array) == pytest.approx([0.7, 0.84])
    assert column(dots.x) - column(dots.error_x.arrayminus) == pytest.approx([0.5, 0.75])
    assert (rings.x, rings.y) == ((0.8, 0.6, 0.7, 0.7), (0, -1, -2, -3))
    assert dots.marker.color == colors("light")["recall"] != few.marker.color == colors("light")["muted"]
    assert figure.layout.yaxis.ticktext == ("north", "south", "tiny", "none")
    values = [(note.text, note.y) for note in figure.layout.annotations if note.xref == "paper"]
    assert values == [("0.600", 0), ("0.800", -1), ("0.100", -2), ("n/a", -3)]
    assert [(line.x0, line.line.dash) for line in vertical_lines(figure)] == [(0.7, "dot")]
    assert "all rows 0.700" in texts(figure)
    assert "north: 0.600 (0.500 to 0.700), all others 0.800." in alt_text(figure)


def test_a_hundred_groups() -> None:
    """Rows are narrower, and the alternative text names a dozen."""
    few, many = (plot_group_values(GROUPS[:2] * n, "Recall", overall=math.nan) for n in (5, 50))
    assert (many.layout.height - few.layout.height) / 90 < 20
    assert alt_text(many).endswith("And 88 more.")
    assert not vertical_lines(many)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 12])
def test_panels_do_not_overlap(n: int) -> None:
    """They stand in rows of at most three, four as two by two, with the same axes; the lowest ones have numbers."""
    curve = curve_of("probabilities")
    figure = plot_group_curves([GroupCurve(f"g{k}", curve, None) for k in range(n)], threshold=0.4)
    axes = [tuple(figure.layout[f"{axis}axis{k + 1 if k else ''}"] for axis in "xy") for k in range(n)]
    assert len({tuple(axis.range) for pair in axes for axis in pair[:1]}) == 1
    assert len({tuple(axis.range) for pair in axes for axis in pair[1:]}) == 1
    columns = sorted({tuple(x.domain) for x, _ in axes})
    rows = sorted({tuple(y.domain) for _, y in axes})
    in_a_row = 2 if n == 4 else min(n, 3)
    assert (len(columns), len(rows)) == (in_a_row, math.ceil(n / in_a_row))
    for domains in (columns, rows):
        assert all(left[1] < right[0] for left, right in pairwise(domains))
    assert sum(x.showticklabels for x, _ in axes) == len(columns)
    assert sum(y.showticklabels for _, y in axes) == len(rows)


def test_a_panel_shows_the_curve_the_common_threshold_and_the_best_one() -> None:
    """The line has the values of the metric; a threshold beyond the scores has no mark."""
    curve = curve_of("probabilities")
    optimum = best(curve)
    groups = [GroupCurve("a", curve, (optimum.point.threshold, optimum.value)), GroupCurve("b", curve, (math.inf, 0.0))]
    figure = plot_group_curves(groups, threshold=0.4)
    line, mark = trace(figure, "b"), trace(figure, "own best")
    assert (line.xaxis, line.yaxis, mark.xaxis, mark.yaxis) == ("x2", "y2", "x", "y")
    assert (mark.x, mark.y) == ((optimum.point.threshold,), (optimum.value,))
    for x, y in zip(column(line.x)[1:-1:7], column(line.y)[1:-1:7], strict=True):
        at = curve.thresholds[np.argmin(np.abs(curve.thresholds - x))]
        assert y == pytest.approx(float(curve.at(at).counts.f1()), abs=1e-6)
    assert [(shape.x0, shape.xref) for shape in vertical_lines(figure)] == [(0.4, "x"), (0.4, "x2")]
    assert len([each for each in figure.data if each.name == "own best"]) == 1
    assert not vertical_lines(plot_group_curves(groups, threshold=math.inf))
    assert f"a: best {optimum.value:.3f} at" in alt_text(figure)
