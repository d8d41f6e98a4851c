"""A drawing measured in pixels: what is on it, and how much of that a text would hide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from f1tools.core.counts import FloatArray

Across: TypeAlias = Literal["left", "center", "right"]
Up: TypeAlias = Literal["top", "middle", "bottom"]
Box: TypeAlias = tuple[float, float, float, float]

PHONE = 350
"""Pixels. What does not meet on a figure this wide does not meet on a wider one: texts keep their size."""
_DESK = 700  # pixels
LETTER = 5.7
"""Pixels that a letter of 12 px takes on average, with some to spare."""
HIGH = 15
"""Pixels of a line of text."""
_TO_THE_LEFT = {"left": 0.0, "center": 0.5, "right": 1.0}  # part of the text that stands left of its place
_BELOW = {"bottom": 0.0, "middle": 0.5, "top": 1.0}
_CUT = 1000  # pixels of a line that are rather hidden than a pixel of an axis, a name above or the figure's edge
_BEYOND = 3  # pixels of a line that are rather hidden than a pixel of the margin at the right
_TEXT = 100  # times worse to hide a text than to hide a line
_WIDE = 3  # pixels of a line
_MARK = 6  # pixels from the middle of a mark to its edge
_FINE = 300  # pieces of a slope
_TOGETHER = 50  # boxes that are compared at once with what is near them


@dataclass(frozen=True)
class Spot:
    """Where a text could stand.

    Parameters
    ----------
    x, y : float
        In the units of the axes.
    xanchor, yanchor : str
        Which part of the text is there.
    xshift, yshift : float
        Pixels to the right and up.
    """

    x: float
    y: float
    xanchor: Across = "left"
    yanchor: Up = "middle"
    xshift: float = 0
    yshift: float = 0


class Paper(NamedTuple):
    """A drawing: its axes, its size in pixels, and the pixels that are free at its right."""

    left: float
    right: float
    bottom: float
    top: float
    wide: float
    high: float
    free: float
    log: bool

    @classmethod
    def of(cls, figure: go.Figure, width: float = PHONE) -> Paper:
        """Measure a figure that is so many pixels wide."""
        layout, margin = figure.layout, figure.layout.margin
        low, high = layout.yaxis.domain or (0, 1)
        wide, drawing = width - margin.l - margin.r, layout.height - margin.t - margin.b
        size = wide, drawing * (high - low)
        (left, right), (bottom, top) = layout.xaxis.range, layout.yaxis.range
        return cls(left, right, bottom, top, *size, free=margin.r, log=layout.xaxis.type == "log")

    def place(self, x: Any) -> Any:
        """Give what Plotly wants for texts and ranges: the logarithm on an axis of powers."""
        return np.log10(x) if self.log else x

    def value(self, place: float) -> float:
        """Turn :meth:`place` around."""
        return float(10**place) if self.log else place

    def pixels(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Measure places from the lower left corner."""
        across = (self.place(x) - self.left) / (self.right - self.left)
        return across * self.wide, (y - self.bottom) / (self.top - self.bottom) * self.high

    def shows(self, spot: Spot) -> bool:
        """Tell whether a place is drawn; one that is nan is not."""
        x, y = self.pixels(spot.x, spot.y)
        return bool(-1 <= x <= self.wide + 1 and -1 <= y <= self.high + 1)


def hidden_by(figure: go.Figure, texts: Sequence[tuple[str, Spot]]) -> FloatArray:
    """Measure what each text would hide at its spot, and how far it would leave the drawing, in pixels.

    A wide figure has other lines near a place than a narrow one: what counts is the mean of both.
    """
    things = _things(figure)
    found = []
    for width in (PHONE, _DESK):
        paper = Paper.of(figure, width)
        drawn = np.concatenate([np.empty((0, 5)), *(thing(paper) for thing in things)])
        boxes = np.array([_box(paper, text, spot) for text, spot in texts])
        parts = np.array_split(boxes, 1 + len(boxes) // _TOGETHER)
        found.append(np.concatenate([_hidden(paper, part, drawn) for part in parts]))
    return np.asarray(np.mean(found, axis=0))


def _hidden(paper: Paper, boxes: FloatArray, drawn: FloatArray) -> FloatArray:
    near = (drawn[:, 2:4] > boxes[:, :2].min(axis=0)) & (drawn[:, :2] < boxes[:, 2:].max(axis=0))
    drawn = drawn[near.all(axis=1)]
    left, low, right, high = boxes.T
    across = np.minimum(right[:, None], drawn[:, 2]) - np.maximum(left[:, None], drawn[:, 0])
    up = np.minimum(high[:, None], drawn[:, 3]) - np.maximum(low[:, None], drawn[:, 1])
    hidden = np.where((across > 0) & (up > 0), np.maximum(across, up), 0) @ drawn[:, 4]
    outside = np.maximum(-left, 0) + np.maximum(-low, 0) + np.maximum(high - paper.high, 0)
    beyond = np.maximum(right - paper.wide, 0)  # only to the right there is no other text
    return np.asarray(hidden + _BEYOND * beyond + _CUT * (outside + np.maximum(beyond - paper.free, 0)))


def _box(paper: Paper, text: str, spot: Spot) -> Box:
    """Give the left, lower, right and upper edge of a text."""
    x, y = paper.pixels(spot.x, spot.y)
    wide = LETTER * len(text)
    left = float(x) + spot.xshift - _TO_THE_LEFT[spot.xanchor] * wide
    low = float(y) + spot.yshift - _BELOW[spot.yanchor] * HIGH
    return left, low, left + wide, low + HIGH


def _things(figure: go.Figure) -> list[Callable[[Paper], FloatArray]]:
    """Give for each line, mark and text of a figure how to get the boxes of its pieces, a row each, with its weight."""
    things: list[Callable[[Paper], FloatArray]] = []
    for trace in figure.data:
        if trace.type == "scatter" and trace.yaxis in (None, "y"):
            x, y = (np.asarray(values, dtype=np.float64) for values in (trace.x, trace.y))
            is_line = trace.mode == "lines"
            things.append(partial(_line, x, y, trace.line.shape) if is_line else partial(_marks, x, y, trace.error_y))
    for shape in figure.layout.shapes:
        if shape.type == "line" and shape.xref is None and shape.x0 == shape.x1:
            things.append(partial(_upright, shape.x0))
        elif shape.type == "line" and shape.xref == "paper" and shape.y0 == shape.y1:
            things.append(partial(_level, shape.y0))
    things += [partial(_text, text) for text in figure.layout.annotations if text.xref is None and text.yref is None]
    return things


def _upright(x: float, paper: Paper) -> FloatArray:
    middle, _ = paper.pixels(x, 0)
    return _weighing(1, [[middle - _WIDE / 2, 0, middle + _WIDE / 2, paper.high]])


def _level(y: float, paper: Paper) -> FloatArray:
    _, middle = paper.pixels(1, y)
    return _weighing(1, [[0, middle - _WIDE / 2, paper.wide, middle + _WIDE / 2]])


def _text(text: Any, paper: Paper) -> FloatArray:
    across: Across = text.xanchor or "center"
    up: Up = text.yanchor or "middle"
    spot = Spot(paper.value(text.x), text.y, across, up, text.xshift or 0, text.yshift or 0)
    return _weighing(_TEXT, [_box(paper, text.text.removeprefix("<b>").removesuffix("</b>"), spot)])


def _weighing(weight: float | FloatArray, boxes: ArrayLike) -> FloatArray:
    """Put what they weigh behind boxes."""
    boxes = np.asarray(boxes, dtype=np.float64)
    return np.hstack([boxes, np.broadcast_to(weight, len(boxes))[:, None]])


def _marks(x: FloatArray, y: FloatArray, bars: Any, paper: Paper) -> FloatArray:
    """Give the boxes of marks with their bars."""
    places = np.stack(paper.pixels(x, y), axis=1)
    boxes = np.hstack([places - _MARK, places + _MARK])
    if bars.array is not None:
        boxes[:, 1] = np.minimum(boxes[:, 1], paper.pixels(x, y - bars.arrayminus)[1])
        boxes[:, 3] = np.maximum(boxes[:, 3], paper.pixels(x, y + bars.array)[1])
    return _weighing(1, boxes)


def _line(x: FloatArray, y: FloatArray, shape: str | None, paper: Paper) -> FloatArray:
    """Cut a line into boxes; steps run across first ("hv") or up first ("vh"), slopes are cut finely."""
    path = np.stack(paper.pixels(x, y), axis=1)
    if shape in ("hv", "vh"):
        path = np.repeat(path, 2, axis=0)
        across, up = (path[1:, 0], path[:-1, 1]) if shape == "hv" else (path[:-1, 0], path[1:, 1])
        path = np.stack([across, up], axis=1)
    else:
        at = np.linspace(0, len(path) - 1, max(len(path), _FINE))
        path = np.stack([np.interp(at, np.arange(len(path)), values) for values in path.T], axis=1)
    there = np.isfinite(path[:-1]).all(axis=1) & np.isfinite(path[1:]).all(axis=1)
    starts, ends = path[:-1][there], path[1:][there]
    boxes = np.hstack([np.minimum(starts, ends) - _WIDE / 2, np.maximum(starts, ends) + _WIDE / 2])
    length = np.abs(ends - starts).max(axis=1)
    return _weighing(length / (length + _WIDE), boxes)  # many short pieces are no more of a line than a long one
