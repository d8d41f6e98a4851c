"""Upright lines with a name above the drawing, placed so that no text meets another text or another line."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import plotly.graph_objects as go

from f1tools.palette import Colors, Role
from f1tools.plots.canvas import note
from f1tools.plots.marks import MarkRole, Place
from f1tools.plots.paper import LETTER, PHONE, Across

_ROW = 17  # pixels that a row of names is high
_TITLE = 48  # pixels above the rows
_SUBTITLE = 12  # pixels more
_GAP = 8  # pixels between two names, or between a name and the figure's edge
_DASHES: dict[MarkRole, str] = {"now": "solid", "best": "dash", "half": "dot"}


@dataclass(frozen=True)
class Upright:
    """A place of the horizontal axis to mark.

    Parameters
    ----------
    at : float
        In the unit of the axis.
    name : str
        Markup: escape names first.
    role : str
        Of the colour.
    dash : str
    """

    at: float
    name: str
    role: Role
    dash: str = "solid"


def marked(place: Place, name: str) -> Upright:
    """Mark a threshold: what is in force with a solid line, what could be with a dashed or a dotted one."""
    return Upright(place.point.threshold, name, place.color, _DASHES[place.role])


class _Text(NamedTuple):
    """Where a name would stand, in pixels and rows."""

    row: int
    side: Across
    line: float
    start: float
    end: float


def head(rows: int, *, subtitle: bool = True) -> int:
    """Give the pixels above a drawing that has so many uprights.

    Examples
    --------
    >>> head(2), head(2, subtitle=False)
    (94, 82)
    """
    return _TITLE + _SUBTITLE * subtitle + _ROW * rows


def draw_uprights(
    figure: go.Figure, lines: Sequence[Upright], palette: Colors, *, layer: Literal["between", "above"] = "between"
) -> None:
    """Draw lines from the bottom up to their names.

    Parameters
    ----------
    figure : Figure
        Its height, margins and horizontal axis are final.
    lines : sequence of Upright
        The most important first; those outside of the axis are left out.
    palette : mapping
    layer : {"between", "above"}
        Between the grid and the data, or above the data, where these are bars that would hide a line.
    """
    axis, margin = figure.layout.xaxis, figure.layout.margin
    log = axis.type == "log"
    low, high = axis.range
    shown = [one for one in lines if low <= _on_axis(one.at, log=log) <= high]
    parts = [(_on_axis(one.at, log=log) - low) / (high - low) for one in shown]
    texts = placed([one.name for one in shown], parts, (margin.l, margin.r))
    drawing = figure.layout.height - margin.t - margin.b
    for one, text in zip(shown, texts, strict=True):
        top = 1 + text.row * _ROW / drawing
        figure.add_shape(_line(one, top, palette) | {"layer": layer})
        where = {"x": _on_axis(one.at, log=log), "xanchor": text.side, "y": top, "yref": "paper", "yanchor": "bottom"}
        figure.add_annotation(note(one.name, palette[one.role], **where))


def _on_axis(value: float, *, log: bool) -> float:
    """Give what Plotly wants for texts and ranges: the logarithm on an axis of powers, but not for shapes."""
    return math.log10(value) if log else value


def _line(one: Upright, top: float, palette: Colors) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": one.at,
        "x1": one.at,
        "y0": 0,
        "y1": top,
        "yref": "paper",
        "line": {"color": palette[one.role], "width": 2 if one.dash == "solid" else 1.5, "dash": one.dash},
    }


def placed(names: Sequence[str], parts: Sequence[float], margins: tuple[float, float]) -> list[_Text]:
    """Find for each name the row and the side of its line where nothing meets, as low and as central as can be.

    Parameters
    ----------
    names : sequence of str
        Three at most: all ways are tried.
    parts : sequence of float
        Where the lines are, from 0 at the left of the drawing to 1 at its right.
    margins : tuple of float
        Pixels left and right of the drawing.

    Examples
    --------
    >>> [(text.row, text.side) for text in placed(["now 0.31", "best 0.38"], [0.31, 0.38], (44, 18))]
    [(0, 'right'), (0, 'left')]
    """
    wide = PHONE - sum(margins)
    edges = -margins[0] + _GAP / 2, wide + margins[1] - _GAP / 2
    sides: tuple[Across, ...] = ("center", "left", "right")
    choices = [
        [_text(name, part * wide, row, side) for row in range(len(names)) for side in sides]
        for name, part in zip(names, parts, strict=True)
    ]
    return list(min(itertools.product(*choices), key=lambda texts: _trouble(list(texts), edges)))


def _text(name: str, line: float, row: int, side: Across) -> _Text:
    letters = LETTER * len(name)
    start = {"center": line - letters / 2, "left": line, "right": line - letters}[side]
    return _Text(row, side, line, start, start + letters)


def _trouble(texts: Sequence[_Text], edges: tuple[float, float]) -> float:
    """Count what is wrong: texts that leave the figure or meet, lines through texts; then rows and sides."""
    found = sum(text.row + 0.3 * (text.side != "center") for text in texts)
    found += sum(20 * (text.start < edges[0]) + 20 * (text.end > edges[1]) for text in texts)
    for one, other in itertools.permutations(texts, 2):
        found += 10 * (one.row == other.row and one.start < other.end + _GAP and other.start < one.end + _GAP)
        found += 10 * (one.row > other.row and other.start < one.line < other.end)  # a name may begin at a line
    return found
