"""A metric at every threshold, with how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.core.curve import OperatingPoint, ThresholdCurve
from f1tools.core.distribution import score_span
from f1tools.core.metrics import Metric, metric
from f1tools.palette import Colors, Theme, colors
from f1tools.plots.canvas import MAX_POINTS, axis, canvas, digits, drawn
from f1tools.plots.dots import dots
from f1tools.plots.marks import Mark, Place, by_threshold
from f1tools.plots.metric_lines import drawn_values, metric_roles
from f1tools.plots.room import beside, write
from f1tools.plots.steps import step_line, threshold_axis, value_range
from f1tools.plots.uprights import draw_uprights, head, marked
from f1tools.uncertainty.intervals import Interval, metric_interval

_FARTHER = (24, -24, 40, -40)  # pixels up from the point, where there is no room right beside it
_NONE = "There is no interval for this metric."


def plot_band(
    curve: ThresholdCurve,
    objective: str | Metric = "f1",
    *,
    marks: Sequence[Mark] = (),
    confidence_level: float = 0.95,
    span: tuple[float, float] | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Draw a metric with its interval at every threshold, as if that one had been chosen on other rows.

    A metric that has no interval is drawn alone, and the figure says so.

    Parameters
    ----------
    curve : ThresholdCurve
        Thinned here where it is long.
    objective : str or Metric
    marks : sequence of Mark
        The interval is written at the first of "now", "best", 0.5 that is there.
    confidence_level : float
    span : tuple of float, optional
        Thresholds to show; left out, all scores.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    one = metric(objective)
    (role,) = metric_roles([one])
    low, high = span or score_span(curve)
    thin = drawn(curve, marks, most=MAX_POINTS, span=span)
    values = drawn_values(one, thin.counts)
    band = metric_interval(one, thin.counts, squares=thin.squares, confidence_level=confidence_level)
    ends = [] if band is None else [np.where(np.isnan(values), np.nan, end) for end in (band.low, band.high)]
    places = by_threshold(marks, (low, high))
    figure = canvas(
        "How sure, by threshold",
        _alt(one, marks, confidence_level, known=bool(ends)),
        palette,
        subtitle=f"{100 * confidence_level:g}% intervals for thresholds chosen on other rows" if ends else _NONE,
        margin={"l": 66, "r": 18, "t": head(len(marks)), "b": 46},
        hovermode="x unified",
        xaxis=threshold_axis(palette, (low, high)),
        yaxis=axis(palette, one.label, value_range(values, *ends)),
    )
    figure.layout.yaxis.title.standoff = 14  # Streamlit moves the ticks' texts away from the axis
    if ends:
        figure.add_shape(_band(thin, ends, (low, high), palette[role]))
    figure.add_trace(_line(thin, values, ends, (low, high), {"color": palette[role], "width": 3}, one.label))
    draw_uprights(figure, [marked(place, place.label) for place in reversed(places)], palette)
    if places:
        _interval_at(figure, one, places[-1], confidence_level, palette)
    return figure


def _line(
    curve: ThresholdCurve,
    values: FloatArray,
    ends: Sequence[FloatArray],
    span: tuple[float, float],
    line: dict[str, Any],
    label: str,
) -> go.Scatter:
    """Draw the metric; its interval is told on hovering."""
    hover = " (%{customdata[0]:.3f} to %{customdata[1]:.3f})" if ends else ""
    return step_line(
        curve,
        values,
        span,
        line=line,
        name=label,
        customdata=np.stack(ends, axis=1).astype(np.float32) if ends else None,
        hovertemplate=f"{label} %{{y:.3f}}{hover}<extra></extra>",
    )


def _band(curve: ThresholdCurve, ends: Sequence[FloatArray], span: tuple[float, float], color: str) -> dict[str, Any]:
    """Describe the intervals as one shape: the filling between two lines cannot be made translucent by role."""
    right, left = max(span[1], float(curve.thresholds[1])), min(span[0], float(curve.thresholds[-1]))
    edges = np.append(curve.thresholds, left)
    edges[0] = right
    there = np.flatnonzero(np.isfinite(ends[0]) & np.isfinite(ends[1]))
    first, last = (int(there[0]), int(there[-1])) if there.size else (0, 0)
    low, high = (np.nan_to_num(end[first : last + 1]) for end in ends)
    corners = [f"{edge:.{digits(span, 4)}g}" for edge in edges[first : last + 2].tolist()]
    path = f"M{corners[0]},{low[0]:.3f}{_along(high, corners[1:])}{_along(low[::-1], corners[-2::-1])}Z"
    return {
        "type": "path",
        "path": path,
        "fillcolor": color,
        "opacity": 0.2,
        "line": {"width": 0, "color": color},
        "layer": "below",
    }


def _along(heights: FloatArray, corners: Sequence[str]) -> str:
    """Go from step to step: to the height, then on to the corner; steps that nobody could see are one."""
    rounded = [f"{height:.3f}" for height in heights.tolist()]
    following = [*rounded[1:], ""]
    return "".join(
        f"V{height}H{corner}"
        for height, after, corner in zip(rounded, following, corners, strict=True)
        if height != after
    )


def _interval_at(figure: go.Figure, one: Metric, place: Place, confidence_level: float, palette: Colors) -> None:
    """Draw the interval at a marked threshold and say it."""
    value = float(drawn_values(one, place.point.counts))
    if np.isnan(value):
        return
    found = _interval(one, place.point, confidence_level)
    bars: dict[str, Any] = {"color": palette["ink"], "thickness": 2, "width": 5}
    if found is not None:
        bars |= {"array": [found.high - value], "arrayminus": [value - found.low]}
    figure.add_trace(dots([place.point.threshold], [value], ["ink"], palette, error_y=bars))
    spots = beside(place.point.threshold, value, farther=_FARTHER)
    write(figure, _said(value, found), palette["ink"], spots, bold=True)


def _interval(one: Metric, point: OperatingPoint, confidence_level: float) -> Interval | None:
    return metric_interval(one, point.counts, squares=point.squares, confidence_level=confidence_level)


def _said(value: float, found: Interval | None) -> str:
    if found is None or np.isnan(value):
        return formatting.metric_value(value)
    return (
        f"{formatting.metric_value(value)} ({formatting.metric_value(found.low)} to "
        f"{formatting.metric_value(found.high)})"
    )


def _alt(one: Metric, marks: Sequence[Mark], confidence_level: float, *, known: bool) -> str:
    interval = f", with its {100 * confidence_level:g}% interval at each" if known else ""
    parts = [f"{one.label} against the threshold{interval}."]
    for mark in marks:
        value = float(drawn_values(one, mark.point.counts))
        parts.append(f"At {mark.said}: {_said(value, _interval(one, mark.point, confidence_level))}.")
    return " ".join(parts)
