"""Metrics against the threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import score_span
from f1tools.core.metrics import Metric, metric
from f1tools.core.plateau import Plateau
from f1tools.palette import Colors, Theme, colors
from f1tools.plots.canvas import MAX_POINTS, axis, canvas, drawn, said
from f1tools.plots.columns import Value, write_column
from f1tools.plots.dots import dots
from f1tools.plots.fills import shade
from f1tools.plots.levels import draw_level
from f1tools.plots.marks import Mark, Place, by_threshold
from f1tools.plots.metric_lines import all_flagged, drawn_values, line_styles, metric_roles
from f1tools.plots.room import along, write
from f1tools.plots.steps import step_line, threshold_axis, value_range
from f1tools.plots.uprights import draw_uprights, head, marked


def plot_metrics(
    curve: ThresholdCurve,
    metrics: Sequence[str | Metric] = ("precision", "recall", "f1"),
    *,
    marks: Sequence[Mark] = (),
    plateau: Plateau | None = None,
    span: tuple[float, float] | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Draw metrics as the step functions of the threshold that they are.

    A row is called positive when its score is at least the threshold, so the value at a score holds down to the next
    lower score, without it. Where nothing is called positive, precision is a gap.

    Parameters
    ----------
    curve : ThresholdCurve
        Thinned here where it is long, less so within the span.
    metrics : sequence of str or Metric
    marks : sequence of Mark
        Their values are written beside the lines at the first of "now", "best", 0.5 that is there.
    plateau : Plateau, optional
        Nearly best thresholds, as a band.
    span : tuple of float, optional
        Thresholds to show; left out, all scores.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    chosen = [metric(one) for one in metrics]
    low, high = span or score_span(curve)
    thin = drawn(curve, marks, most=MAX_POINTS, span=span)
    values = [drawn_values(one, thin.counts) for one in chosen]
    figure = canvas(
        "Metrics by threshold",
        _alt(chosen, marks, plateau),
        palette,
        margin={"l": 44, "r": 18, "t": head(len(marks), subtitle=False), "b": 46},
        hovermode="x unified",
        xaxis=threshold_axis(palette, (low, high)),
        yaxis=axis(palette, "", value_range(*values)),
    )
    if plateau is not None:
        figure.add_shape(shade((plateau.low, plateau.high), (low, high), palette))
    for one, heights, line in zip(chosen, values, line_styles(chosen, palette), strict=True):
        figure.add_trace(_line(thin, one, heights, line, (low, high)))
    places = by_threshold(marks, (low, high))
    draw_uprights(figure, [marked(place, place.label) for place in reversed(places)], palette)
    _everything_flagged(figure, curve, chosen, palette)
    if places:
        _values_at(figure, places[-1], chosen, palette)
    return figure


def _line(
    curve: ThresholdCurve, one: Metric, values: FloatArray, line: dict[str, Any], span: tuple[float, float]
) -> go.Scatter:
    """Draw a metric; with precision, hovering tells the counts."""
    counted = one.name == "precision"
    counts = " (%{customdata[0]:,} of %{customdata[1]:,})" if counted else ""
    return step_line(
        curve,
        values,
        span,
        line=line,
        name=one.label,
        customdata=_flagged(curve) if counted else None,
        hovertemplate=f"{one.label} %{{y:.3f}}{counts}<extra></extra>",
    )


def _everything_flagged(figure: go.Figure, curve: ThresholdCurve, chosen: Sequence[Metric], palette: Colors) -> None:
    """Draw what the first F reaches without any model, by flagging everything, (1 + b²) π / (b² π + 1)."""
    one = next((one for one in chosen if one.name in ("f1", "fbeta")), None)
    if one is None:
        return
    value = all_flagged(one, curve)
    draw_level(figure, value, palette)
    write(figure, f"all flagged: {one.label} {formatting.metric_value(value)}", palette["muted"], along(figure, value))


def _flagged(curve: ThresholdCurve) -> Any:
    counts = curve.counts
    pairs = np.stack([counts.tp, counts.flagged()], axis=1)
    return pairs.astype(np.float32 if curve.weighted else np.int32)


def _values_at(figure: go.Figure, place: Place, chosen: Sequence[Metric], palette: Colors) -> None:
    """Mark the lines where they meet a threshold, and write their values there."""
    values = [float(drawn_values(one, place.point.counts)) for one in chosen]
    shown = [k for k, value in enumerate(values) if not math.isnan(value)]
    roles = metric_roles(chosen)
    x = place.point.threshold
    figure.add_trace(dots([x] * len(shown), [values[k] for k in shown], [roles[k] for k in shown], palette))
    texts = [f"{one.label} {formatting.metric_value(value)}" for one, value in zip(chosen, values, strict=True)]
    write_column(figure, x, [Value(values[k], texts[k], palette[roles[k]]) for k in shown])


def _alt(chosen: Sequence[Metric], marks: Sequence[Mark], plateau: Plateau | None) -> str:
    parts = [f"{', '.join(one.label for one in chosen)} against the threshold."]
    parts += [said(mark) for mark in marks]
    if plateau is not None:
        ends = [f"above {formatting.rounded_threshold(plateau.low)}"] if math.isfinite(plateau.low) else []
        ends += [f"up to {formatting.rounded_threshold(plateau.high)}"] if math.isfinite(plateau.high) else []
        parts.append(f"Thresholds {' and '.join(ends) or 'of any size'} are within {plateau.within:g} of the best.")
    return " ".join(parts)
