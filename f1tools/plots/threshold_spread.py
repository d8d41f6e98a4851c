"""How far the best threshold moves when the rows are drawn again."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.palette import Theme, colors
from f1tools.plots.bars import bars
from f1tools.plots.canvas import axis, canvas
from f1tools.plots.fills import filling, shade
from f1tools.plots.marks import Mark, by_threshold
from f1tools.plots.uprights import draw_uprights, head, marked
from f1tools.uncertainty.intervals import Interval

_BINS = 60
_HEADROOM = 1.08


def plot_threshold_spread(
    thresholds: FloatArray,
    *,
    interval: Interval,
    best: Mark,
    span: tuple[float, float] | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Draw how often the best threshold lies where, over many resamples of the rows.

    Parameters
    ----------
    thresholds : ndarray of shape (n,)
        The best of each resample; +inf, where flagging nothing was best, is told and not drawn.
    interval : Interval
        Of the best threshold.
    best : Mark
        The best threshold on all rows.
    span : tuple of float, optional
        Thresholds to show; left out, 0 to 1 where they fill a part of it, else those that occur.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    finite = thresholds[np.isfinite(thresholds)]
    low, high = span or _span(np.append(finite, best.point.threshold))
    number, edges = np.histogram(finite, _edges(low, high, best.point.threshold))
    shares = number / thresholds.size
    top = float(shares.max()) * _HEADROOM or 1.0
    figure = canvas(
        "Spread of the best",
        _alt(thresholds, interval, best),
        palette,
        subtitle=f"{_level(interval)} of {thresholds.size:,} resamples: {_ends(interval)} (shaded)",
        height=300,
        margin={"l": 44, "r": 18, "t": head(1), "b": 46},
        hovermode="closest",
        xaxis=axis(palette, "Best threshold (score ≥)", (low, high)),
        yaxis=axis(palette, "", (0, top), tickformat=".0%" if top > 0.04 else ".1%", nticks=5),
    )
    figure.add_shape(shade((interval.low, interval.high), (low, high), palette))
    marker = filling("muted", palette)
    figure.add_trace(bars(edges, shares, "%{y:.1%} of resamples", name="resamples", marker=marker))
    (place,) = by_threshold([best], (-np.inf, np.inf))
    draw_uprights(figure, [marked(place, place.label)], palette)
    return figure


def _span(thresholds: FloatArray) -> tuple[float, float]:
    """Give what is worth showing: 0 to 1 where the thresholds fill a fifth of it, else their own range, with room."""
    finite = thresholds[np.isfinite(thresholds)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low >= 0 and high <= 1 and high - low > 0.2:
        return 0.0, 1.0
    room = 0.2 * (high - low) or max(0.05, abs(low) / 100)
    return low - room, high + room


def _edges(low: float, high: float, best: float) -> FloatArray:
    """Cut the span into bins of one width, so that the best threshold is in the middle of its own."""
    width = high / _BINS - low / _BINS
    start = low + (best - low - width / 2) % width - width if low <= best <= high else low
    return np.asarray(start + width * np.arange(_BINS + 3), dtype=np.float64)


def _level(interval: Interval) -> str:
    return f"{100 * interval.confidence_level:g}%"


def _ends(interval: Interval) -> str:
    return (
        f"{formatting.rounded_threshold(float(interval.low))} to {formatting.rounded_threshold(float(interval.high))}"
    )


def _alt(thresholds: FloatArray, interval: Interval, best: Mark) -> str:
    nothing = int(np.count_nonzero(np.isinf(thresholds)))
    text = (
        f"The best threshold in {thresholds.size:,} resamples of the rows. {_level(interval)} lie from "
        f"{_ends(interval)}; on all rows it is {best.written}."
    )
    return f"{text} In {nothing:,} of them flagging nothing is best." if nothing else text
