"""Groups of rows: a value of each with its interval, and their curves side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import score_span
from f1tools.core.metrics import Metric, defined_values, metric
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import axis, canvas, digits, escape, note, padded_range, value_range
from f1tools.plots.marks import VerticalLine, add_vertical_lines
from f1tools.plots.traces import dots, metric_colors, step_line
from f1tools.uncertainty import Interval

_ROW, _NARROW_ROW = 32, 20  # pixels
_MANY = 20  # more rows are narrow
_MAX_NAME, _MAX_PANEL_NAME = 18, 14
_VALUES = 46  # pixels for the values at the right
_MOST_DESCRIBED = 12  # in the alternative text

_MOST_COLUMNS = 3  # as many as fit a phone
_PANEL, _GAP = 130, 34  # pixels: the height of a panel, and the space between two, which has the name of the lower one
_BETWEEN = 0.05  # of the width, between two panels
_PANEL_POINTS = 60


@dataclass(frozen=True)
class GroupValue:
    """The value of a group.

    Parameters
    ----------
    name : str
    value : float
        nan where it is undefined.
    interval : Interval or None
    others : float
        The value of all other rows.
    has_few_rows : bool
        Such a value is drawn in gray.
    """

    name: str
    value: float
    interval: Interval | None
    others: float
    has_few_rows: bool

    @property
    def text(self) -> str:
        """The value with its interval."""
        value = formatting.metric_value(self.value)
        return value if self.interval is None else f"{value} ({self.interval.text})"


def plot_group_values(
    groups: Sequence[GroupValue], label: str, *, overall: float, of: Metric | None = None, theme: Theme = "light"
) -> go.Figure:
    """Draw a row for each group: a dot with the interval of its value, and a ring at the value of all others.

    Parameters
    ----------
    groups : sequence of GroupValue
        From top to bottom.
    label : str
        What the values are.
    overall : float
        The value of all rows together, as a dotted line; nan draws none.
    of : Metric, optional
        The metric that they are of, which has a color.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    color: Role = "other_1" if of is None else metric_colors([of])[0]
    low, high = _drawn_range(groups, overall)
    ticks = {
        "tickvals": [-place for place in range(len(groups))],
        "ticktext": [escape(each.name, _MAX_NAME) for each in groups],
        "tickfont": {"size": 12, "color": palette["ink"]},
    }
    figure = canvas(
        f"{label} by group",
        _values_alt(groups, label, overall),
        palette,
        subtitle=_key(groups),
        labels=1,
        margin={"l": 16, "r": _VALUES},
        xaxis=axis(palette, label, padded_range(low, high), nticks=5),
        yaxis=axis(palette, "", (0.5 - len(groups), 0.5), showgrid=False, automargin=True) | ticks,
        annotations=_numbers(groups, color, palette),
    )
    row = _ROW if len(groups) <= _MANY else _NARROW_ROW
    figure.layout.height = figure.layout.margin.t + figure.layout.margin.b + row * len(groups)
    if not math.isnan(overall):
        text = f"all rows {formatting.metric_value(overall)}"
        add_vertical_lines(figure, [VerticalLine(overall, text, "muted", "dot")], palette)
    _add_dots(figure, groups, color, palette, label)
    return figure


def _numbers(groups: Sequence[GroupValue], color: Role, palette: Colors) -> list[dict[str, Any]]:
    """Return the values at the right; added to a figure one by one they would take a second."""
    right = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6}
    inks = [palette["muted" if each.has_few_rows else color] for each in groups]
    values = [formatting.metric_value(each.value) for each in groups]
    return [note(text, ink, y=-place, **right) for place, (text, ink) in enumerate(zip(values, inks, strict=True))]


def _drawn_range(groups: Sequence[GroupValue], overall: float) -> tuple[float, float]:
    bounds = [bound for each in groups if each.interval for bound in (each.interval.low, each.interval.high)]
    values = [overall, *bounds, *(value for each in groups for value in (each.value, each.others))]
    defined = [float(value) for value in values if not math.isnan(value)]
    return min(defined, default=0.0), max(defined, default=1.0)


def _key(groups: Sequence[GroupValue]) -> str:
    """Explain the dots."""
    level = next((each.interval.level_text for each in groups if each.interval), "")
    parts = [f"● group{f', with its {level} interval' if level else ''}", "○ all others"]
    if any(each.has_few_rows for each in groups):
        parts.append("gray: few rows")
    return "   ".join(parts)


def _add_dots(figure: go.Figure, groups: Sequence[GroupValue], color: Role, palette: Colors, label: str) -> None:
    """Draw rings, then the smaller dots with their intervals, so that neither hides the other where they meet."""
    rows = [(-place, each) for place, each in enumerate(groups)]
    ring = {"color": palette["background"], "size": 11, "line": {"color": palette["muted"], "width": 1.5}}
    hover = f"{label} %{{x:.3f}} of all others<extra></extra>"
    others = [(each.others, y) for y, each in rows if not math.isnan(each.others)]
    figure.add_trace(dots("all others", others, ring, cliponaxis=False, hovertemplate=hover))
    for name, ink, few in (("group", palette[color], False), ("few rows", palette["muted"], True)):
        shown = [(y, each) for y, each in rows if each.has_few_rows == few and not math.isnan(each.value)]
        whiskers = {
            "array": [each.interval.high - each.value if each.interval else 0 for _, each in shown],
            "arrayminus": [each.value - each.interval.low if each.interval else 0 for _, each in shown],
            "color": ink,
            "thickness": 1.5,
            "width": 0,
        }
        trace = dots(
            name,
            [(each.value, y) for y, each in shown],
            {"color": ink, "size": 8},
            cliponaxis=False,
            error_x=whiskers,
            customdata=[f"<br>{each.interval.text}" if each.interval else "" for _, each in shown],
            hovertemplate=f"{label} %{{x:.3f}}%{{customdata}}<extra></extra>",
        )
        figure.add_trace(trace)


def _values_alt(groups: Sequence[GroupValue], label: str, overall: float) -> str:
    sentences = [f"{label} of {len(groups)} groups; of all rows {formatting.metric_value(overall)}."]
    for each in groups[:_MOST_DESCRIBED]:
        few = ", few rows" if each.has_few_rows else ""
        others = formatting.metric_value(each.others)
        sentences.append(f"{formatting.truncate(each.name)}: {each.text}, all others {others}{few}.")
    if len(groups) > _MOST_DESCRIBED:
        sentences.append(f"And {len(groups) - _MOST_DESCRIBED} more.")
    return " ".join(sentences)


@dataclass(frozen=True, eq=False)
class GroupCurve:
    """The threshold curve of a group.

    Parameters
    ----------
    name : str
    curve : ThresholdCurve
    own : (float, float) or None
        The group's best threshold, and its value there; None where it has too few rows.
    """

    name: str
    curve: ThresholdCurve
    own: tuple[float, float] | None


def plot_group_curves(
    groups: Sequence[GroupCurve], objective: str | Metric = "f1", *, threshold: float, theme: Theme = "light"
) -> go.Figure:
    """Draw a metric at every threshold for each group, in panels side by side with the same axes.

    Parameters
    ----------
    groups : sequence of GroupCurve
        One or more. Long curves are thinned.
    objective : str or Metric
    threshold : float
        The common threshold, as a line in every panel; it is left out where it is beyond all scores.
    theme : {"light", "dark", "streamlit"}
    """
    palette, objective = colors(theme), metric(objective)
    (color,) = metric_colors([objective])
    spans = [score_span(each.curve) for each in groups]
    span = min(low for low, _ in spans), max(high for _, high in spans)
    curves = [each.curve.thinned(_PANEL_POINTS, keep=[each.own[0]] if each.own else []) for each in groups]
    values = [defined_values(objective, curve.counts) for curve in curves]
    panels = _panels(len(groups))
    n_rows = -(-len(groups) // _columns(len(groups)))
    figure = canvas(
        "Curves of the groups",
        _curves_alt(groups, objective, threshold),
        palette,
        subtitle=f"{objective.label} by threshold   ┊ common threshold   ● own best",
        labels=1,
    )
    margins = figure.layout.margin
    figure.layout.height = margins.t + margins.b + n_rows * _PANEL + (n_rows - 1) * _GAP
    line = {"color": palette[color], "width": 2}
    for place, (each, curve, heights, panel) in enumerate(zip(groups, curves, values, panels, strict=True)):
        number = str(place + 1) if place else ""
        figure.layout[f"xaxis{number}"], figure.layout[f"yaxis{number}"] = _axes(
            place, len(groups), panel, span, value_range(*values), palette
        )
        axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        name = escape(each.name, _MAX_PANEL_NAME)
        hover = f"{name}<br>{objective.label} %{{y:.3f}} at %{{x:.{digits(span)}~g}}<extra></extra>"
        figure.add_trace(step_line(curve, heights, span, name, line, hovertemplate=hover, **axes))
        _mark(figure, each, threshold, span, panel, axes, palette)
        top = {"x": panel[0][0], "xref": "paper", "xanchor": "left", "y": panel[1][1], "yref": "paper"}
        figure.add_annotation(note(name, palette["ink"], yanchor="bottom", **top))
    return figure


Panel = tuple[tuple[float, float], tuple[float, float]]
"""The horizontal and the vertical domain of a panel."""


def _columns(n: int) -> int:
    """Return the number of panels side by side: four stand two by two."""
    return 2 if n == 4 else min(n, _MOST_COLUMNS)


def _panels(n: int) -> list[Panel]:
    """Return the place of each panel, row by row from the top."""
    n_columns = _columns(n)
    n_rows = -(-n // n_columns)
    width = (1 - (n_columns - 1) * _BETWEEN) / n_columns
    height = n_rows * _PANEL + (n_rows - 1) * _GAP
    panels = []
    for place in range(n):
        left, top = place % n_columns * (width + _BETWEEN), 1 - place // n_columns * (_PANEL + _GAP) / height
        panels.append(((left, min(left + width, 1.0)), (max(top - _PANEL / height, 0.0), top)))
    return panels


def _axes(
    place: int, n: int, panel: Panel, span: tuple[float, float], values: tuple[float, float], palette: Colors
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the axes of a panel: numbers at the left and at the lower edge of all panels only."""
    number = str(place + 1) if place else ""
    is_lowest, is_first = place + _columns(n) >= n, place % _columns(n) == 0
    x = axis(palette, "", span, domain=list(panel[0]), anchor=f"y{number}", showticklabels=is_lowest, nticks=4)
    y = axis(palette, "", values, domain=list(panel[1]), anchor=f"x{number}", showticklabels=is_first, nticks=4)
    return x, y


def _mark(
    figure: go.Figure,
    group: GroupCurve,
    threshold: float,
    span: tuple[float, float],
    panel: Panel,
    axes: dict[str, str],
    palette: Colors,
) -> None:
    """Draw the common threshold as a line, and the group's best one as a dot."""
    if span[0] <= threshold <= span[1]:
        style = {"color": palette["ink"], "width": 1.5, "dash": "dot"}
        place = {"x0": threshold, "x1": threshold, "xref": axes["xaxis"], "y0": panel[1][0], "y1": panel[1][1]}
        figure.add_shape(type="line", yref="paper", line=style, layer="between", **place)
    if group.own is not None and span[0] <= group.own[0] <= span[1]:
        marker = {"color": palette["ink"], "size": 8, "line": {"color": palette["background"], "width": 1.5}}
        hover = f"own best: %{{y:.3f}} at %{{x:.{digits(span)}~g}}<extra></extra>"
        figure.add_trace(dots("own best", [group.own], marker, hovertemplate=hover, cliponaxis=False, **axes))


def _curves_alt(groups: Sequence[GroupCurve], objective: Metric, threshold: float) -> str:
    where = formatting.rounded_threshold(threshold)
    sentences = [f"{objective.label} by threshold for {len(groups)} groups, with the common threshold {where}."]
    for each in groups:
        if each.own is not None:
            at, value = formatting.rounded_threshold(each.own[0]), formatting.metric_value(each.own[1])
            sentences.append(f"{formatting.truncate(each.name)}: best {value} at {at}.")
    return " ".join(sentences)
