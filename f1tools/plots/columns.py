"""Values beside an upright line: in the order of their points, each as near to its own as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from f1tools.core.counts import FloatArray
from f1tools.plots.paper import HIGH, Across, Paper, Spot, hidden_by
from f1tools.plots.room import put

_STEP = 3  # pixels between two heights that are tried
_SIDES: tuple[tuple[Across, float], ...] = (("left", 9), ("right", -9), ("center", 0))
_ASIDE = 20  # pixels of a line that are rather hidden than that a text stands apart from the others
_AWAY = 2  # pixels of a line that are rather hidden than that a text is a pixel farther from its point


@dataclass(frozen=True)
class Value:
    """A point on an upright line, and what is written beside it.

    Parameters
    ----------
    y : float
        In the unit of the axis.
    text : str
        One line of markup: escape names first.
    color : str
    """

    y: float
    text: str
    color: str


def write_column(figure: go.Figure, x: float, values: Sequence[Value]) -> None:
    """Write values beside an upright line, in the order of their points, where they hide the least of the drawing.

    Parameters
    ----------
    figure : Figure
        Its height, margins and axes are final.
    x : float
        Where the line is.
    values : sequence of Value
        As many as there is room for, one above the other.
    """
    if not values:
        return
    rising = sorted(values, key=lambda value: value.y)
    paper = Paper.of(figure)
    heights = np.arange(HIGH / 2, paper.high - HIGH / 2 + 1, _STEP)
    away = np.array([heights - paper.pixels(x, value.y)[1] for value in rising])
    spots = _spots(x, rising, away)
    costs = np.full((*away.shape, len(_SIDES)), np.inf)
    costs[tuple(np.transpose(list(spots)))] = hidden_by(figure, [(rising[key[0]].text, spots[key]) for key in spots])
    costs += _AWAY * np.abs(away)[:, :, None]
    columns = [costs + _ASIDE * (np.arange(len(_SIDES)) != side) for side in range(2)]
    levels = [_apart(column.min(axis=2), HIGH // _STEP) for column in columns]
    (_, places), column = min(zip(levels, columns, strict=True), key=lambda found: found[0])
    for k, (value, level) in enumerate(zip(rising, places, strict=True)):
        put(figure, value.text, value.color, spots[k, level, int(column[k, level].argmin())], bold=True)


def _spots(x: float, rising: Sequence[Value], away: FloatArray) -> dict[tuple[int, int, int], Spot]:
    """Give for each value, each height and each side a spot, as far from its point as the others can push it."""
    near = np.argwhere(np.abs(away) <= HIGH * (len(rising) + 1)).tolist()
    return {
        (k, level, side): Spot(x, rising[k].y, xanchor, "middle", xshift, float(away[k, level]))
        for k, level in near
        for side, (xanchor, xshift) in enumerate(_SIDES)
    }


def _apart(costs: FloatArray, gap: int) -> tuple[float, list[int]]:
    """Choose a level for each text, at least so many levels above the one before, so that the sum is the least.

    Examples
    --------
    >>> _apart(np.array([[9.0, 0.0, 9.0, 9.0], [9.0, 0.0, 1.0, 2.0]]), 2)
    (2.0, [1, 3])
    """
    sums = costs[:1]
    for cost in costs[1:]:
        lowest = np.minimum.accumulate(sums[-1])
        shifted = np.concatenate([np.full(gap, np.inf), lowest])[: cost.size]
        sums = np.vstack([sums, cost + shifted])
    levels = [int(sums[-1].argmin())]
    for row in sums[-2::-1]:
        levels.append(int(row[: levels[-1] - gap + 1].argmin()))
    return float(sums[-1].min()), levels[::-1]
