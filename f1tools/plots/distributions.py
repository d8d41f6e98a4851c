"""Histograms: the scores of the two classes, and the best threshold over resamples."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.distribution import ScoreHistogram
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import axis, canvas, escape, note
from f1tools.plots.marks import Mark, VerticalLine, add_mark_lines, add_vertical_lines, merge_by_threshold
from f1tools.plots.traces import bars, fill, shaded_range, threshold_range
from f1tools.uncertainty.intervals import Interval

_HEADROOM = 1.25  # of the highest bar, for the text in the corners
_MAX_NAME = 18


def plot_score_distributions(
    histogram: ScoreHistogram,
    *,
    mark: Mark,
    labels: tuple[str, str] = ("positive", "negative"),
    theme: Theme = "light",
) -> go.Figure:
    """Draw the scores of the positives upward and those of the negatives downward, in the same bins.

    The threshold cuts the two halves into the four cells of the confusion matrix. Bars are shares of their own class,
    so that a rare class stays visible; the counts are shown on hover.

    Parameters
    ----------
    histogram : ScoreHistogram
    mark : Mark
        The threshold; its exact counts are written in the four corners.
    labels : tuple of str
        Names of the positive and of the negative class.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    top = max(float(each.max()) for each in histogram.shares)
    names = [escape(label, _MAX_NAME) for label in labels]
    span = float(histogram.edges[0]), float(histogram.edges[-1])
    figure = canvas(
        "Scores by class",
        _scores_alt(labels, mark),
        palette,
        labels=1,
        margin={"l": 74},
        xaxis=axis(palette, "Score", span, anchor="y2", showgrid=False),
        yaxis=_class_axis(palette, names[0], "positive", (0, _HEADROOM * top)) | {"domain": [0.5, 1]},
        yaxis2=_class_axis(palette, names[1], "negative", (_HEADROOM * top, 0)) | {"domain": [0, 0.5]},
    )
    roles: tuple[Role, Role] = ("positive", "negative")
    classes = zip(names, roles, histogram.shares, (histogram.positives, histogram.negatives), ("y", "y2"), strict=True)
    for name, role, heights, counts, y_axis in classes:
        counts = counts.astype(np.int32) if counts.dtype.kind in "iu" else counts
        options = {"customdata": counts, "name": name, "yaxis": y_axis, "marker": fill(role, palette)}
        figure.add_trace(bars(histogram.edges, heights, f"%{{customdata:,}} {name} (%{{y:.1%}})", **options))
    zero_line = {"color": palette["muted"], "width": 1}
    figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=0.5, y1=0.5, yref="paper", line=zero_line)
    line = VerticalLine(mark.point.threshold, f"flagged from {mark.threshold_text}", "ink")
    add_vertical_lines(figure, [line], palette, layer="above")
    _add_corners(figure, mark.point.counts, palette)
    return figure


def _class_axis(palette: Colors, name: str, role: Role, span: tuple[float, float]) -> dict[str, Any]:
    """Return the axis of one class, with its name and a few ticks above 0, none of them beside the corner texts."""
    top = max(span) / _HEADROOM
    power = 10.0 ** math.floor(math.log10(top))
    step = next(step * power for step in (0.5, 1.0, 2.0, 5.0) if top < 5 * step * power)
    ticks = [step * k for k in range(1, int(top / step) + 1)]
    title = {"text": name, "font": {"size": 13, "color": palette[role]}, "standoff": 4}
    texts = [f"{100 * tick:g}%" for tick in ticks]
    return axis(palette, name, span, tickvals=ticks, ticktext=texts) | {"title": title}


def _add_corners(figure: go.Figure, counts: ConfusionCounts, palette: Colors) -> None:
    """Write into each corner how many rows lie on that side of the threshold."""
    corners: tuple[tuple[str, Role, float, float], ...] = (
        (f"{formatting.count(counts.fn)} missed", "positive", 0, 1),
        (f"{formatting.count(counts.tp)} caught", "positive", 1, 1),
        (f"{formatting.count(counts.tn)} correctly not flagged", "negative", 0, 0),
        (f"{formatting.count(counts.fp)} false alarm{'' if counts.fp == 1 else 's'}", "negative", 1, 0),
    )
    for text, role, x, y in corners:
        where = {"x": x, "xref": "paper", "xanchor": "right" if x else "left", "xshift": -4 if x else 4}
        where |= {"y": y, "yref": "paper", "yanchor": "top" if y else "bottom"}
        figure.add_annotation(note(text, palette[role], **where))


def _scores_alt(labels: tuple[str, str], mark: Mark) -> str:
    counts = mark.point.counts
    numbers = (counts.tp, counts.positives(), counts.fp, counts.negatives())
    tp, positives, fp, negatives = map(formatting.count, numbers)
    return (
        f"Scores of {labels[0]} cases above those of {labels[1]} cases, in the same bins. At {mark.phrase}, {tp} of "
        f"{positives} positives and {fp} of {negatives} negatives are flagged."
    )


_BINS = 60
_MIN_WIDTH = 0.2  # of a spread that is shown on an axis from 0 to 1
_SPREAD_HEADROOM = 1.08


def plot_threshold_spread(
    thresholds: FloatArray, *, interval: Interval, best: Mark, theme: Theme = "light"
) -> go.Figure:
    """Draw the distribution of the best threshold over resamples of the rows.

    Parameters
    ----------
    thresholds : ndarray of shape (n,)
        The best threshold of each resample; +inf, where flagging nothing is best, is not drawn.
    interval : Interval
        Of the best threshold.
    best : Mark
        The best threshold on all rows.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    finite = thresholds[np.isfinite(thresholds)]
    span = threshold_range(np.append(finite, best.point.threshold), _MIN_WIDTH)
    counts, edges = np.histogram(finite, _edges(span, best.point.threshold))
    shares = counts / thresholds.size
    top = float(shares.max()) * _SPREAD_HEADROOM or 1.0
    level = interval.level_text
    ends = " to ".join(formatting.rounded_threshold(float(end)) for end in (interval.low, interval.high))
    figure = canvas(
        "Threshold spread",
        _spread_alt(thresholds, f"{level} lie in the range {ends}", best),
        palette,
        subtitle=f"{level} of {thresholds.size:,} resamples: {ends} (shaded)",
        height=300,
        labels=1,
        xaxis=axis(palette, "Best threshold (score ≥)", span),
        yaxis=axis(palette, "", (0, top), tickformat=".0%" if top > 0.04 else ".1%", nticks=5),
    )
    figure.add_shape(shaded_range((interval.low, interval.high), span, palette))
    marker = fill("muted", palette)
    figure.add_trace(bars(edges, shares, "%{y:.1%} of resamples", name="resamples", marker=marker))
    add_mark_lines(figure, merge_by_threshold([best]), palette)
    return figure


def _edges(span: tuple[float, float], best: float) -> FloatArray:
    """Return edges of bins of equal width, with the best threshold in the middle of its bin."""
    low, high = span
    width = high / _BINS - low / _BINS
    start = low + (best - low - width / 2) % width - width if low <= best <= high else low
    return np.asarray(start + width * np.arange(_BINS + 3), dtype=np.float64)


def _spread_alt(thresholds: FloatArray, interval: str, best: Mark) -> str:
    nothing = int(np.count_nonzero(np.isinf(thresholds)))
    text = (
        f"The best threshold in {thresholds.size:,} resamples of the rows. {interval}; on all rows it is "
        f"{best.threshold_text}."
    )
    return f"{text} In {nothing:,} of them flagging nothing is best." if nothing else text
