"""Metrics by threshold: several metrics together, or one metric with its confidence interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import score_span
from f1tools.core.metrics import Metric, defined_values, metric
from f1tools.core.operating_point import OperatingPoint
from f1tools.palette import Colors, Theme, colors
from f1tools.plots.canvas import MAX_POINTS, axis, canvas, digits, threshold_axis, value_range
from f1tools.plots.marks import (
    LabeledMark,
    Mark,
    add_mark_lines,
    add_points,
    describe,
    merge_by_threshold,
    thin,
)
from f1tools.plots.traces import (
    add_horizontal_line,
    metric_colors,
    metric_lines,
    shading,
    step_line,
    value_at_flag_all,
)
from f1tools.uncertainty.intervals import Interval, metric_interval


def plot_metrics(
    curve: ThresholdCurve,
    metrics: Sequence[str | Metric] = ("precision", "recall", "f1"),
    *,
    marks: Sequence[Mark] = (),
    theme: Theme = "light",
) -> go.Figure:
    """Draw metrics as step functions of the threshold.

    A row is predicted positive when its score is at least the threshold, so the value at a score holds down to the
    next lower score, exclusive. Where nothing is predicted positive, precision is a gap.

    Parameters
    ----------
    curve : ThresholdCurve
        A long one is thinned.
    metrics : sequence of str or Metric
    marks : sequence of Mark
        The legend shows the values at the current threshold, or at the best one where that is above all scores.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    chosen = [metric(each) for each in metrics]
    span = score_span(curve)
    thinned = thin(curve, marks, MAX_POINTS)
    values = [defined_values(each, thinned.counts) for each in chosen]
    labeled = merge_by_threshold(marks, span)
    f_measure = next((each for each in chosen if each.name in ("f1", "fbeta")), None)
    flag_all = math.nan if f_measure is None else value_at_flag_all(f_measure, curve)
    baseline = "" if f_measure is None else f"{f_measure.label} {formatting.metric_value(flag_all)}"
    figure = canvas(
        "Metrics by threshold",
        _metrics_alt(chosen, marks),
        palette,
        subtitle=baseline and f"Dotted: {baseline}, {formatting.all_flagged(has_unscored=curve.has_unscored)}",
        legend="normal",
        labels=len(marks),
        hovermode="x unified",
        xaxis=threshold_axis(palette, span),
        yaxis=axis(palette, "", value_range(*values)),
    )
    for each, heights, line in zip(chosen, values, metric_lines(chosen, palette), strict=True):
        figure.add_trace(_metric_line(thinned, each, heights, span, line))
    add_mark_lines(figure, labeled, palette)
    add_horizontal_line(figure, flag_all, palette)
    if labeled:
        _add_values(figure, labeled[0][0], chosen, palette)
    return figure


def _add_values(figure: go.Figure, mark: Mark, metrics: Sequence[Metric], palette: Colors) -> None:
    """Show the metrics at a mark as points on their lines, and as numbers in the legend."""
    values = [float(defined_values(each, mark.point.counts)) for each in metrics]
    for line, value in zip(figure.data, values, strict=True):
        line.name = f"{line.name} {formatting.metric_value(value)}"
    colored = zip(values, metric_colors(metrics), strict=True)
    points = [(mark.point.threshold, value, color) for value, color in colored if not math.isnan(value)]
    add_points(figure, points, palette)


def _metric_line(
    curve: ThresholdCurve, metric: Metric, values: FloatArray, span: tuple[float, float], line: dict[str, Any]
) -> go.Scatter:
    """Return the line of a metric; the text on hover adds the counts to precision."""
    with_counts = metric.name == "precision"
    counts = " (%{customdata[0]:,} of %{customdata[1]:,})" if with_counts else ""
    hover = f"{metric.label} %{{y:.3f}}{counts}<extra></extra>"
    customdata = _true_and_flagged(curve) if with_counts else None
    return step_line(curve, values, span, metric.label, line, customdata=customdata, hovertemplate=hover)


def _true_and_flagged(curve: ThresholdCurve) -> NDArray[Any]:
    """Return true positives and flagged rows at each threshold, of shape (k, 2)."""
    pairs = np.stack([curve.counts.tp, curve.counts.flagged()], axis=1)
    return pairs.astype(np.float32 if curve.weighted else np.int32)


def _metrics_alt(metrics: Sequence[Metric], marks: Sequence[Mark]) -> str:
    return " ".join([f"{', '.join(each.label for each in metrics)} by threshold.", *map(describe, marks)])


def plot_band(
    curve: ThresholdCurve, objective: str | Metric = "f1", *, marks: Sequence[Mark] = (), theme: Theme = "light"
) -> go.Figure:
    """Draw a metric with its 95% confidence interval at every threshold, valid for thresholds chosen on other rows.

    A metric without an interval is drawn alone, and the subtitle says so.

    Parameters
    ----------
    curve : ThresholdCurve
        A long one is thinned.
    objective : str or Metric
    marks : sequence of Mark
        The interval is drawn and written at the current threshold, or at the best one where that is above all scores.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    objective = metric(objective)
    (color,) = metric_colors([objective])
    span = score_span(curve)
    thinned = thin(curve, marks, MAX_POINTS)
    values = defined_values(objective, thinned.counts)
    interval = metric_interval(objective, thinned)
    limits = [] if interval is None else [np.where(np.isnan(values), np.nan, x) for x in (interval.low, interval.high)]
    level = "" if interval is None else interval.level_text
    figure = canvas(
        "Uncertainty by threshold",
        _band_alt(objective, marks, level),
        palette,
        subtitle=f"{level} intervals for thresholds chosen on other rows" if level else "No confidence interval",
        labels=len(marks),
        margin={"l": 66},
        hovermode="x unified",
        xaxis=threshold_axis(palette, span),
        yaxis=axis(palette, objective.label, value_range(values, *limits)),
    )
    figure.layout.yaxis.title.standoff = 14  # Streamlit moves the tick labels away from the axis
    if limits:
        figure.add_shape(_band_shape(thinned, limits, span, palette[color]))
    hover = " (%{customdata[0]:.3f} to %{customdata[1]:.3f})" if limits else ""
    figure.add_trace(
        step_line(
            thinned,
            values,
            span,
            objective.label,
            {"color": palette[color], "width": 3},
            customdata=np.stack(limits, axis=1).astype(np.float32) if limits else None,
            hovertemplate=f"{objective.label} %{{y:.3f}}{hover}<extra></extra>",
        )
    )
    _add_interval_marks(figure, objective, merge_by_threshold(marks, span), palette)
    return figure


def _band_shape(
    curve: ThresholdCurve, limits: Sequence[FloatArray], span: tuple[float, float], color: str
) -> dict[str, Any]:
    """Return the area between two step lines. It is a shape, since the fill of a trace has no opacity of its own."""
    edges = np.append(curve.thresholds, min(span[0], float(curve.thresholds[-1])))
    edges[0] = max(span[1], float(curve.thresholds[1]))
    defined = np.flatnonzero(np.isfinite(limits[0]))
    first, last = (int(defined[0]), int(defined[-1])) if defined.size else (0, 0)
    low, high = (np.nan_to_num(each[first : last + 1]).tolist() for each in limits)
    x = [f"{edge:.{digits(span, 4)}g}" for edge in edges[first : last + 2].tolist()]
    upper = "".join(f"V{y:.3f}H{corner}" for y, corner in zip(high, x[1:], strict=True))
    lower = "".join(f"V{y:.3f}H{corner}" for y, corner in zip(low[::-1], x[-2::-1], strict=True))
    return {"type": "path", "path": f"M{x[0]},{low[0]:.3f}{upper}{lower}Z"} | shading(color, 0.2)


def _add_interval_marks(figure: go.Figure, objective: Metric, labeled: Sequence[LabeledMark], palette: Colors) -> None:
    """Draw a line at each marked threshold, and the interval at the most important one."""
    if labeled:
        (mark, label), *others = labeled
        value, interval = _value_and_interval(objective, mark.point)
        bar: dict[str, Any] = {"color": palette["ink"], "thickness": 2, "width": 5}
        if interval is not None:
            bar |= {"array": [interval.high - value], "arrayminus": [value - interval.low]}
        if not math.isnan(value):
            add_points(figure, [(mark.point.threshold, value, "ink")], palette, error_y=bar)
            labeled = [(mark, f"{label}: <b>{_value_text(value, interval)}</b>"), *others]
    add_mark_lines(figure, labeled, palette)


def _value_and_interval(objective: Metric, point: OperatingPoint) -> tuple[float, Interval | None]:
    value = float(defined_values(objective, point.counts))
    return value, metric_interval(objective, point)


def _value_text(value: float, interval: Interval | None) -> str:
    text = formatting.metric_value(value)
    return text if interval is None or math.isnan(value) else f"{text} ({interval.text})"


def _band_alt(objective: Metric, marks: Sequence[Mark], level: str) -> str:
    """Describe the figure; without a level there is no interval."""
    sentences = [f"{objective.label} by threshold{f', with its {level} confidence interval' if level else ''}."]
    for mark in marks:
        sentences.append(f"At {mark.phrase}: {_value_text(*_value_and_interval(objective, mark.point))}.")
    return " ".join(sentences)
