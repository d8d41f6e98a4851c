"""The precision-recall curve, the ROC curve and the gains curve."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.palette import Theme, colors
from f1tools.plots.canvas import axis, canvas, compact, digits, note
from f1tools.plots.marks import (
    Mark,
    VerticalLine,
    add_points,
    add_vertical_lines,
    thin,
)
from f1tools.plots.traces import line_trace

_MAX_POINTS = 200  # these figures are half as wide as the others


def plot_gains(curve: ThresholdCurve, *, cases: float, capacity: float, now: Mark, theme: Theme = "light") -> go.Figure:
    """Draw how many positives are caught by how many reviews, those with the highest scores first.

    Parameters
    ----------
    curve : ThresholdCurve
        A long one is thinned.
    cases : float
        Number of cases a day.
    capacity : float
        Number of reviews a day.
    now : Mark
        The current threshold.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    scale = cases / float(curve.positives + curve.negatives)
    thinned = thin(curve, [now], _MAX_POINTS)
    flagged, caught = scale * thinned.counts.flagged(), scale * thinned.counts.tp
    positives = scale * float(curve.positives)
    here = scale * float(now.point.counts.flagged()), scale * float(now.point.counts.tp)
    counts = now.point.counts
    texts = [
        formatting.of_cases(each, counts.total(), cases) for each in (counts.flagged(), counts.tp, counts.positives())
    ]
    at_now = f"{now.threshold_text}: {texts[0]} reviews a day catch {texts[1]} of {texts[2]} positives"
    figure = canvas(
        "Caught by reviews",
        f"Positives caught a day by reviews a day, the highest scores first. At the current threshold {at_now}.",
        palette,
        subtitle="Positives caught a day, the highest scores first",
        labels=2,
        margin={"l": 60},
        xaxis=axis(palette, "Reviews a day", (-0.005 * cases, 1.005 * cases)),
        yaxis=axis(palette, "", (0, 1.02 * positives)),
    )
    diagonal = {"color": palette["muted"], "width": 1.5, "dash": "dash"}
    figure.add_shape(type="line", x0=0, x1=cases, y0=0, y1=positives, line=diagonal)
    below = {"x": 0.62 * cases, "y": 0.6 * positives, "xanchor": "left", "yanchor": "top"}
    figure.add_annotation(note("reviewed at random", palette["muted"], **below))
    hover = f"{_threshold_hover(curve)}%{{x:,.4~r}} reviews a day<br>%{{y:,.4~r}} caught<extra></extra>"
    line, thresholds = {"color": palette["recall"], "width": 3}, _thresholds(thinned)
    figure.add_trace(line_trace(flagged, caught, "Caught", line, customdata=thresholds, hovertemplate=hover))
    add_points(figure, [(*here, now.color)], palette)
    lines = [VerticalLine(capacity, f"Capacity {formatting.count(capacity)}", "recall", "dash")]
    lines.append(VerticalLine(here[0], f"Current {now.threshold_text}: {texts[0]}", now.color))
    add_vertical_lines(figure, lines, palette)
    return figure


def _thresholds(curve: ThresholdCurve) -> NDArray[np.floating]:
    """Return the thresholds for the text on hover; the first, +inf, as nan."""
    return compact(np.append(np.nan, curve.thresholds[1:]))


def _threshold_hover(curve: ThresholdCurve) -> str:
    """Return the line of the text on hover that names the threshold of a point."""
    span = float(curve.thresholds[-1]), float(curve.thresholds[1])
    return f"score ≥ %{{customdata:.{digits(span)}~g}}<br>"
