"""What several figures draw: step lines, histogram bars, shaded ranges, horizontal lines, and the lines of metrics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, defined_values
from f1tools.palette import Colors, Role
from f1tools.plots.canvas import compact, digits, note

_METRIC_COLORS: dict[str, Role] = {"precision": "precision", "recall": "recall", "f1": "fbeta", "fbeta": "fbeta"}
_OTHER_COLORS: tuple[Role, ...] = ("other_1", "other_2", "other_3", "other_4", "muted", "positive", "negative")
_DASHES = ("solid", "dash", "dot")  # distinguish lines of one color


def line_trace(x: FloatArray, y: FloatArray, name: str, line: dict[str, Any], **trace: Any) -> go.Scatter:
    """Return a line through points; hovering shows nothing unless the trace has a ``hovertemplate``."""
    hover = {} if "hovertemplate" in trace else {"hoverinfo": "skip"}
    return go.Scatter(x=compact(x), y=compact(y), mode="lines", name=name, line=line, **hover, **trace)


def dots(name: str, points: Sequence[tuple[float, float]], marker: dict[str, Any], **trace: Any) -> go.Scatter:
    """Return dots outside the legend; hovering shows nothing unless the trace has a ``hovertemplate``."""
    options = {"showlegend": False} | ({} if "hovertemplate" in trace else {"hoverinfo": "skip"}) | trace
    x, y = [x for x, _ in points], [y for _, y in points]
    return go.Scatter(x=x, y=y, mode="markers", name=name, marker=marker, **options)


def step_line(
    curve: ThresholdCurve, values: FloatArray, span: tuple[float, float], name: str, line: dict[str, Any], **trace: Any
) -> go.Scatter:
    """Return a value at every threshold as a step function, which it is ("hv", from the highest threshold down).

    Parameters
    ----------
    curve : ThresholdCurve
        Thinned.
    values : ndarray of shape (k,)
        At each threshold of the curve; nan is a gap.
    span : tuple of float
        Of the horizontal axis, which the line fills.
    name : str
    line : dict
        Color, width and dash.
    **trace
        Further properties of the trace; a ``customdata`` has one row for each threshold.
    """
    thresholds = curve.thresholds.copy()
    thresholds[0] = max(span[1], float(thresholds[1]))  # +inf cannot be drawn
    customdata = trace.pop("customdata", None)
    return line_trace(
        np.append(thresholds, min(span[0], float(thresholds[-1]))),
        np.append(values, values[-1]),
        name,
        line | {"shape": "hv"},
        customdata=None if customdata is None else np.concatenate([customdata, customdata[-1:]]),
        connectgaps=False,
        **trace,
    )


def threshold_range(thresholds: FloatArray, min_width: float = 0.0) -> tuple[float, float]:
    """Return 0 to 1 if the finite thresholds lie within and fill enough of it, else their own range with a margin."""
    finite = thresholds[np.isfinite(thresholds)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low >= 0 and high <= 1 and high - low >= min_width:
        return 0.0, 1.0
    margin = 0.1 * (high - low) or max(0.05, abs(low) / 100)
    return low - margin, high + margin


def bars(edges: FloatArray, heights: FloatArray, hover: str, **trace: Any) -> go.Bar:
    """Return the bars of a histogram with a fine gap between neighbors.

    Parameters
    ----------
    edges : ndarray of shape (k + 1,)
        Edges of bins of equal width.
    heights : ndarray of shape (k,)
    hover : str
        Second line of the text on hover, below the range of the bin.
    **trace
        Further properties of the trace.
    """
    span = float(edges[0]), float(edges[-1])
    width = (span[1] - span[0]) / heights.size
    return go.Bar(
        x=compact(edges[:-1]),
        y=heights.astype(np.float32),
        offset=width * 0.04,
        width=width * 0.92,
        hovertemplate=f"score from %{{x:.{digits(span, 4)}~g}}, {width:.3g} wide<br>{hover}<extra></extra>",
        **trace,
    )


def fill(color: Role, palette: Colors) -> dict[str, Any]:
    """Return the fill of bars: hatched for negatives, solid for all else, so that classes differ without color."""
    line = {"color": palette[color], "width": 1 if color in ("positive", "negative") else 0}
    if color != "negative":
        return {"color": palette[color], "line": line}
    hatching = {"shape": "/", "size": 6, "solidity": 0.35, "fillmode": "replace"}
    inks = {"bgcolor": palette["background"], "fgcolor": palette[color]}
    return {"color": palette[color], "line": line, "pattern": hatching | inks}


def shaded_range(ends: tuple[float, float], span: tuple[float, float], palette: Colors) -> dict[str, Any]:
    """Return a shape that shades a range of thresholds, clipped to the span of the axis."""
    low, high = np.clip(np.nan_to_num(ends, nan=span[0]), *span).tolist()
    place = {"type": "rect", "x0": low, "x1": high, "y0": 0, "y1": 1, "yref": "paper"}
    return place | shading(palette["fbeta"], 0.14)


def shading(color: str, opacity: float) -> dict[str, Any]:
    """Return the look of a shape that shades a part of the plot area below the data."""
    return {"fillcolor": color, "opacity": opacity, "line": {"width": 0, "color": color}, "layer": "below"}


def add_horizontal_line(
    figure: go.Figure,
    value: float,
    palette: Colors,
    *,
    label: str = "",
    color: Role = "muted",
    side: Literal["left", "right"] = "right",
    **line: Any,
) -> None:
    """Draw a fine dotted line at a height, and its label at one end: above the line, but below it near the top.

    Parameters
    ----------
    figure : Figure
        With its final vertical axis.
    value : float
        In the unit of the axis; nan draws nothing.
    palette : mapping
    label : str
    color : str
    side : {"left", "right"}
        End of the line with the label.
    **line
        Width or dash, to change the style.
    """
    if math.isnan(value):
        return
    style = {"color": palette[color], "width": 1, "dash": "dot"} | line
    figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=value, y1=value, line=style, layer="below")
    if not label:
        return
    low, high = figure.layout.yaxis.range
    anchor = "bottom" if value < low + 0.9 * (high - low) else "top"
    x = {"x": float(side == "right"), "xref": "paper", "xanchor": side}
    figure.add_annotation(note(label, palette[color], y=value, yanchor=anchor, **x))


def value_at_flag_all(metric: Metric, curve: ThresholdCurve) -> float:
    """Return a metric where every row with a score is flagged: its value without a threshold; nan where undefined."""
    return float(defined_values(metric, curve.at(-np.inf).counts))


def metric_colors(metrics: Sequence[Metric]) -> list[Role]:
    """Return a color for each metric: precision, recall and the first F have their own, the others share the rest."""
    colors: list[Role] = []
    for metric in metrics:
        own = _METRIC_COLORS.get(metric.name)
        colors.append(own if own and own not in colors else min(_OTHER_COLORS, key=colors.count))
    return colors


def metric_lines(metrics: Sequence[Metric], palette: Colors) -> list[dict[str, Any]]:
    """Return a line style for each metric; F-beta is the widest. Lines of one color differ by their dash."""
    colors = metric_colors(metrics)
    return [
        {
            "color": palette[color],
            "width": 3 if color == "fbeta" else 2,
            "dash": _DASHES[colors[:place].count(color) % len(_DASHES)],
        }
        for place, color in enumerate(colors)
    ]
