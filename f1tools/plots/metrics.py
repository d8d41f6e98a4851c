"""Metrics against the threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from f1tools import words
from f1tools.curve import ThresholdCurve
from f1tools.distribution import score_span
from f1tools.metrics import Metric, metric
from f1tools.palette import Colors, Theme, colors
from f1tools.plateau import Plateau
from f1tools.plots.canvas import MAX_POINTS, axis, canvas, compact, digits, drawn, note, said
from f1tools.plots.marks import Mark, by_threshold, threshold_text
from f1tools.plots.metric_lines import drawn_values, line_styles
from f1tools.plots.threshold_lines import ROW_HEIGHT, threshold_lines, values_at

_HEIGHT = 400
_MARGIN = {"l": 44, "r": 18, "b": 46}
_TITLE = 48  # pixels above the rows of names


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
    top = _TITLE + ROW_HEIGHT * len(marks)
    hover = {"text": f"score ≥ %{{x:.{digits((low, high))}~g}}"}
    figure = canvas(
        "Metrics by threshold",
        _alt(chosen, marks, plateau),
        palette,
        height=_HEIGHT,
        margin=_MARGIN | {"t": top},
        hovermode="x unified",
        xaxis=axis(palette, "Threshold (score ≥)", (low, high), unifiedhovertitle=hover),
        yaxis=axis(palette, "", _value_range(chosen, thin)),
    )
    if plateau is not None:
        _band(figure, plateau, (low, high), palette)
    places = [place for place in by_threshold(marks) if low <= place.point.threshold <= high]
    drawing_height = _HEIGHT - top - _MARGIN["b"]
    threshold_lines(figure, places, (low, high), palette, drawing_height=drawing_height)
    _everything_flagged(figure, curve, chosen, palette)
    for one, line in zip(chosen, line_styles(chosen, palette), strict=True):
        figure.add_trace(_steps(thin, one, line, (low, high)))
    if places:
        values_at(figure, places[-1], chosen, (low, high), palette)
    return figure


def _value_range(chosen: Sequence[Metric], curve: ThresholdCurve) -> tuple[float, float]:
    values = np.array([drawn_values(one, curve.counts) for one in chosen])
    values = values[np.isfinite(values)]
    return float(values.min(initial=0.0)), float(values.max(initial=1.0)) * 1.02


def _steps(curve: ThresholdCurve, one: Metric, line: dict[str, Any], span: tuple[float, float]) -> go.Scatter:
    """Draw from the highest threshold down: across at the value, then up or down at the next score ("hv")."""
    thresholds, values = curve.thresholds.copy(), drawn_values(one, curve.counts)
    right = max(span[1], float(thresholds[1]))
    left = min(span[0], float(thresholds[-1]))
    thresholds[0] = right  # +inf has no place on paper
    counted = one.name == "precision"
    return go.Scatter(
        x=compact(np.append(thresholds, left), span),
        y=np.append(values, values[-1]).astype(np.float32),
        customdata=_flagged(curve) if counted else None,
        mode="lines",
        name=one.label,
        line=line | {"shape": "hv"},
        connectgaps=False,
        hovertemplate=f"{one.label} %{{y:.3f}}"
        + (" (%{customdata[0]:,} of %{customdata[1]:,})" if counted else "")
        + "<extra></extra>",
    )


def _everything_flagged(figure: go.Figure, curve: ThresholdCurve, chosen: Sequence[Metric], palette: Colors) -> None:
    """Draw what the first F reaches without any model, by flagging everything, (1 + b²) π / (b² π + 1)."""
    one = next((one for one in chosen if one.name in ("f1", "fbeta")), None)
    if one is None:
        return
    value = float(np.asarray(one.of(curve.counts))[-1])
    line = {"color": palette["muted"], "width": 1, "dash": "dot"}
    figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=value, y1=value, line=line, layer="below")
    name = f"all flagged: {one.label} {words.figure(value)}"
    where = {"x": 1, "xref": "paper", "xanchor": "right", "y": value, "yanchor": "bottom"}
    figure.add_annotation(note(name, palette["muted"], **where))


def _flagged(curve: ThresholdCurve) -> Any:
    counts = curve.counts
    pairs = np.stack([counts.tp, counts.flagged()], axis=1)
    pairs = np.concatenate([pairs, pairs[-1:]])
    return pairs.astype(np.float32 if curve.weighted else np.int32)


def _band(figure: go.Figure, plateau: Plateau, span: tuple[float, float], palette: Colors) -> None:
    low, high = np.clip([plateau.low, plateau.high], *span).tolist()
    figure.add_shape(
        type="rect",
        x0=low,
        x1=high,
        y0=0,
        y1=1,
        yref="paper",
        fillcolor=palette["fbeta"],
        opacity=0.14,
        line={"width": 0, "color": palette["fbeta"]},
        layer="below",
    )


def _alt(chosen: Sequence[Metric], marks: Sequence[Mark], plateau: Plateau | None) -> str:
    parts = [f"{', '.join(one.label for one in chosen)} against the threshold."]
    parts += [said(mark) for mark in marks]
    if plateau is not None:
        ends = [f"above {threshold_text(plateau.low)}"] if math.isfinite(plateau.low) else []
        ends += [f"up to {threshold_text(plateau.high)}"] if math.isfinite(plateau.high) else []
        parts.append(f"Thresholds {' and '.join(ends) or 'of any size'} are within {plateau.within:g} of the best.")
    return " ".join(parts)
