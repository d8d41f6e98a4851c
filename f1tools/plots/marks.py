"""Marked thresholds: the current one and the best one, as lines, points and text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.core.operating_point import OperatingPoint
from f1tools.palette import Colors, Role
from f1tools.plots.canvas import LABEL_HEIGHT, note
from f1tools.plots.traces import dots

MarkRole: TypeAlias = Literal["now", "best"]

_CENTERED = (0.2, 0.6)  # parts of the width between which a label is centered; the left margin is the wider one


class _Style(NamedTuple):
    """How the marks of a role look, and what they are called in a sentence."""

    name: str
    color: Role
    dash: str


# In order of importance.
_STYLES: dict[MarkRole, _Style] = {
    "now": _Style("current", "ink", "solid"),
    "best": _Style("best", "fbeta", "dash"),
}


@dataclass(frozen=True, eq=False)
class Mark:
    """An operating point to show in a figure.

    Parameters
    ----------
    role : {"now", "best"}
        The current threshold or the best one.
    point : OperatingPoint
    text : str
        The threshold as the page shows it; by default rounded to four significant digits.
    """

    role: MarkRole
    point: OperatingPoint
    text: str = ""

    @property
    def threshold_text(self) -> str:
        """The threshold as people read it."""
        text = formatting.displayed_threshold(self.text)
        return text or formatting.rounded_threshold(self.point.threshold)

    @property
    def phrase(self) -> str:
        """The mark in a sentence."""
        return f"the {_STYLES[self.role].name} threshold {self.threshold_text}"

    @property
    def color(self) -> Role:
        """The color role of the mark."""
        return _STYLES[self.role].color


LabeledMark: TypeAlias = tuple[Mark, str]
"""The most important of the marks that coincide, with the label of all: "Current = best 0.381"."""


def merge_by_threshold(marks: Sequence[Mark], span: tuple[float, float] = (-math.inf, math.inf)) -> list[LabeledMark]:
    """Merge the marks at one threshold within a span, the most important first; the label has the text of the first."""
    groups: dict[float, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: list(_STYLES).index(mark.role)):
        if span[0] <= mark.point.threshold <= span[1]:
            groups.setdefault(mark.point.threshold, []).append(mark)
    names = (" = ".join(_STYLES[mark.role].name for mark in group).capitalize() for group in groups.values())
    return [(group[0], f"{name} {group[0].threshold_text}") for group, name in zip(groups.values(), names, strict=True)]


class VerticalLine(NamedTuple):
    """A vertical line with a label above the plot area. The label is markup: escape names first."""

    x: float
    label: str
    color: Role
    dash: str = "solid"


def add_mark_lines(figure: go.Figure, labeled: Sequence[LabeledMark], palette: Colors) -> None:
    """Draw a vertical line at each mark: solid at the current threshold, dashed at the best one."""
    lines = [VerticalLine(mark.point.threshold, label, mark.color, _STYLES[mark.role].dash) for mark, label in labeled]
    add_vertical_lines(figure, lines, palette)


def add_vertical_lines(
    figure: go.Figure,
    lines: Sequence[VerticalLine],
    palette: Colors,
    *,
    layer: Literal["between", "above"] = "between",
) -> None:
    """Draw vertical lines, each with its label in a row of its own, so that no label covers another.

    Parameters
    ----------
    figure : Figure
        With its final horizontal axis.
    lines : sequence of VerticalLine
        The most important first; lines outside the axis are omitted.
    palette : mapping
    layer : {"between", "above"}
        Between the grid and the data, or above data that would hide the lines.
    """
    x_axis = figure.layout.xaxis
    low, high = x_axis.range
    position = math.log10 if x_axis.type == "log" else float  # Plotly wants logarithms for annotations, not for shapes
    row = 0
    for line in lines:
        x = position(line.x)
        if low <= x <= high:
            part = (x - low) / (high - low)
            style = {"color": palette[line.color], "width": 2 if line.dash == "solid" else 1.5, "dash": line.dash}
            figure.add_shape(type="line", x0=line.x, x1=line.x, y0=0, y1=1, yref="paper", line=style, layer=layer)
            anchor = "left" if part < _CENTERED[0] else "right" if part > _CENTERED[1] else "center"
            above = {"y": 1, "yref": "paper", "yanchor": "bottom", "yshift": LABEL_HEIGHT * row}
            figure.add_annotation(note(line.label, palette[line.color], x=x, xanchor=anchor, **above))
            row += 1


def add_points(figure: go.Figure, points: Sequence[tuple[float, float, Role]], palette: Colors, **trace: Any) -> None:
    """Draw points on lines, each an x, a y and a color role, with a rim in the color of the page."""
    rim = {"color": palette["background"], "width": 2}
    marker = {"color": [palette[role] for *_, role in points], "size": 9, "line": rim}
    figure.add_trace(dots("marks", [(x, y) for x, y, _ in points], marker, **trace))


def thin(curve: ThresholdCurve, marks: Sequence[Mark], max_points: int) -> ThresholdCurve:
    """Return a curve with at most ``max_points`` thresholds, among them all marked ones."""
    return curve.thinned(max_points, keep=[mark.point.threshold for mark in marks])


def describe(mark: Mark) -> str:
    """Return precision, recall and F1 at a mark as a sentence for the alternative text."""
    counts = mark.point.counts
    precision, recall, f1 = (
        formatting.metric_value(float(value))
        for value in (counts.precision(zero_division=math.nan), counts.recall(), counts.f1())
    )
    return f"At {mark.phrase}: precision {precision}, recall {recall}, F1 {f1}."
