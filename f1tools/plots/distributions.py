"""Histograms: the scores of the two classes, and the best threshold over resamples."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.palette import Theme, colors
from f1tools.plots.canvas import axis, canvas
from f1tools.plots.marks import Mark, add_mark_lines, merge_by_threshold
from f1tools.plots.traces import bars, fill, shaded_range, threshold_range
from f1tools.uncertainty.intervals import Interval

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
        "How much the best threshold varies",
        _spread_alt(thresholds, f"{level} lie in the range {ends}", best),
        palette,
        subtitle=f"{level} of {thresholds.size:,} resamples: {ends} (shaded)",
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
