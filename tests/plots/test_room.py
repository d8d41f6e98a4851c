"""Where texts stand in figures: above the drawing with their lines, and within it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from f1tools.plots.log_axis import round_numbers
from f1tools.plots.paper import Spot
from f1tools.plots.room import beside, write
from f1tools.plots.uprights import placed

NAMES = (["what if 0.618 at 0.08727", "measured 0.384 at 0.1089"], ["now 0.5", "best 0.3438", "0.5"])
PLACES = np.linspace(0, 1, 8).tolist()


@pytest.mark.parametrize("names", NAMES)
def test_names_above_never_meet(names: list[str]) -> None:
    """Wherever the lines are: no two names overlap, no line goes through a name, and all are on a phone's screen."""
    for parts in itertools.product(PLACES, repeat=len(names)):
        texts = placed(names, list(parts), (44, 18))
        for text in texts:
            assert -44 < text.start < text.end < 350 - 44
        for one, other in itertools.permutations(texts, 2):
            if one.row == other.row:
                assert one.end < other.start or other.end < one.start
            if one.row > other.row:
                assert not other.start < one.line < other.end


def test_names_far_apart_share_the_lowest_row() -> None:
    """In the middle over their lines."""
    assert [(text.row, text.side) for text in placed(["now 0.2", "best 0.8"], [0.2, 0.8], (44, 18))] == [
        (0, "center"),
        (0, "center"),
    ]


def empty() -> go.Figure:
    """Give a drawing of 288 by 300 pixels on a phone, for values from 0 to 1."""
    layout = {"height": 400, "margin": {"l": 44, "r": 18, "t": 60, "b": 40}}
    return go.Figure(layout=layout | {"xaxis": {"range": [0, 1]}, "yaxis": {"range": [0, 1]}})


def test_a_text_goes_where_nothing_is_drawn() -> None:
    """Right of the point where that is free, else left, above or below."""
    free = empty()
    write(free, "0.500", "#000000", beside(0.5, 0.5))
    assert (free.layout.annotations[0].xanchor, free.layout.annotations[0].yanchor) == ("left", "middle")
    right = empty()
    right.add_trace(go.Scatter(x=[0.5, 1], y=[0.5, 0.5], mode="lines"))
    write(right, "0.500", "#000000", beside(0.5, 0.5))
    assert (right.layout.annotations[0].xanchor, right.layout.annotations[0].yanchor) == ("right", "middle")
    across = empty()
    across.add_trace(go.Scatter(x=[0, 1], y=[0.5, 0.5], mode="lines"))
    write(across, "0.500", "#000000", beside(0.5, 0.5))
    assert across.layout.annotations[0].yanchor == "top"


def test_steps_slopes_marks_lines_and_texts_are_all_in_the_way() -> None:
    """Each of them drives a text from its first spot to the second, far from it."""
    first, second = Spot(0.3, 0.25, "center"), Spot(0.7, 0.75, "center")
    inhabitants: dict[str, Callable[[Any], object]] = {
        "hv": lambda figure: figure.add_scatter(x=[0.9, 0.1], y=[0.25, 0], mode="lines", line={"shape": "hv"}),
        "vh": lambda figure: figure.add_scatter(x=[0.1, 0.9], y=[0, 0.25], mode="lines", line={"shape": "vh"}),
        "slope": lambda figure: figure.add_scatter(x=[0.2, 0.4], y=[0.15, 0.35], mode="lines"),
        "mark": lambda figure: figure.add_scatter(x=[0.3], y=[0.25], mode="markers"),
        "bar": lambda figure: figure.add_scatter(
            x=[0.3], y=[0.4], mode="markers", error_y={"array": [0.1], "arrayminus": [0.2]}
        ),
        "upright": lambda figure: figure.add_shape(type="line", x0=0.3, x1=0.3, y0=0, y1=1, yref="paper"),
        "level": lambda figure: figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=0.25, y1=0.25),
        "text": lambda figure: write(figure, "a text", "#000000", [first]),
    }
    for inhabit in inhabitants.values():
        figure = empty()
        inhabit(figure)
        write(figure, "a number", "#000000", [first, second])
        assert figure.layout.annotations[-1].x == 0.7
    write(empty(), "a number", "#000000", [first, second])


def test_a_slope_is_not_its_bounding_box() -> None:
    """Beside a diagonal there is room."""
    figure = empty()
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines")
    write(figure, "here", "#000000", [Spot(0.2, 0.8, "center"), Spot(0.5, 0.5, "center")])
    assert figure.layout.annotations[0].x == 0.2


def test_many_short_steps_hide_no_more_than_one_line() -> None:
    """A jagged line across a text counts as one line: two smooth ones are worse."""
    figure = empty()
    figure.add_scatter(x=np.linspace(0.4, 0, 200), y=np.full(200, 0.25), mode="lines", line={"shape": "hv"})
    for height in (0.74, 0.76):
        figure.add_scatter(x=[1, 0.6], y=[height, height], mode="lines", line={"shape": "hv"})
    write(figure, "a number", "#000000", [Spot(0.7, 0.75, "center"), Spot(0.2, 0.25, "center")])
    assert figure.layout.annotations[0].x == 0.2


def test_lines_of_wide_figures_are_in_the_way_too() -> None:
    """On a phone this line is between the point and its text, on a wide screen it goes through the text."""
    figure = empty()
    figure.add_shape(type="line", x0=0.475, x1=0.475, y0=0, y1=1, yref="paper")  # 7 pixels left of it, or 16
    write(figure, "number", "#000000", beside(0.5, 0.5)[1::-1])
    assert figure.layout.annotations[0].xanchor == "left"


def test_a_text_does_not_leave_the_drawing_for_the_numbers_of_an_axis() -> None:
    """It rather crosses a line; where its point is not shown it is left out."""
    figure = empty()
    figure.add_scatter(x=[0, 1], y=[0.01, 0.01], mode="lines")
    write(figure, "0.010", "#000000", [Spot(0.5, 0.01, "left", "top"), Spot(0.5, 0.01, "left", "middle", 0, 6)])
    assert figure.layout.annotations[0].yanchor == "middle"
    for x, y in ((1.5, 0.5), (0.5, 1.5), (0.5, np.nan)):
        write(figure, "elsewhere", "#000000", beside(x, y))
    assert len(figure.layout.annotations) == 1


@pytest.mark.parametrize(
    ("low", "high"), [(0.001, 0.9), (0.02, 0.6), (0.2, 100), (1e-3, 1e5), (0.4, 0.6), (1e-6, 0.5), (1e-40, 1e40)]
)
def test_ticks_of_an_axis_of_powers_are_few_and_round(low: float, high: float) -> None:
    """One digit each, one to six of them, within the axis."""
    ticks = round_numbers(low, high)
    assert 1 <= len(ticks) <= 6
    assert all(low <= tick <= high and f"{tick:e}"[1:8] == ".000000" for tick in ticks)
