"""The scores of the two classes, one above the other."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.distribution import ScoreHistogram
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.bars import bars
from f1tools.plots.canvas import axis, canvas, escaped, note
from f1tools.plots.fills import filling
from f1tools.plots.marks import Mark
from f1tools.plots.uprights import Upright, draw_uprights, head

_HEADROOM = 1.25  # of the highest bar, for the texts in the corners


def plot_score_distributions(
    histogram: ScoreHistogram,
    *,
    mark: Mark | None = None,
    heights: Literal["share", "count"] = "share",
    labels: tuple[str, str] = ("positive", "negative"),
    theme: Theme = "light",
) -> go.Figure:
    """Draw the scores of the positives upwards and those of the negatives downwards, in the same bins.

    The two halves, cut by the threshold, are the four cells of the confusion matrix. Shares are of the own class and
    have one scale; counts have a scale for each class. Either way a rare class stays visible.

    Parameters
    ----------
    histogram : ScoreHistogram
    mark : Mark, optional
        The threshold; its exact counts are written into the four corners.
    heights : {"share", "count"}
    labels : tuple of str
        Names of the positive and of the negative class.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    above, below = histogram.shares()
    if heights == "count":
        above, below = np.asarray(histogram.positives), np.asarray(histogram.negatives)
    tops = [float(above.max()) or 1.0, float(below.max()) or 1.0]
    if heights == "share":
        tops = [max(tops)] * 2
    names = [escaped(label, longest=18) for label in labels]
    low, high = float(histogram.edges[0]), float(histogram.edges[-1])
    figure = canvas(
        "Scores by class",
        _alt(labels, mark),
        palette,
        margin={"l": 74, "r": 18, "t": head(1, subtitle=False), "b": 46},
        hovermode="closest",
        xaxis=axis(palette, "Score", (low, high), anchor="y2", showgrid=False),
        yaxis=_half(palette, names[0], "positive", (0, tops[0] * _HEADROOM), heights) | {"domain": [0.5, 1]},
        yaxis2=_half(palette, names[1], "negative", (tops[1] * _HEADROOM, 0), heights) | {"domain": [0, 0.5]},
    )
    figure.add_trace(_bars(histogram, above, heights, (names[0], "positive", "y"), palette))
    figure.add_trace(_bars(histogram, below, heights, (names[1], "negative", "y2"), palette))
    _zero_line(figure, palette)
    if mark is not None:
        line = Upright(mark.point.threshold, f"flagged from {mark.written}", "ink")
        draw_uprights(figure, [line], palette, layer="above")
        _corners(figure, mark.point.counts, palette)
    return figure


def _zero_line(figure: go.Figure, palette: Colors) -> None:
    figure.add_shape(
        type="line",
        x0=0,
        x1=1,
        xref="paper",
        y0=0.5,
        y1=0.5,
        yref="paper",
        line={"color": palette["muted"], "width": 1},
    )


def _half(palette: Colors, name: str, role: Role, span: tuple[float, float], heights: str) -> dict[str, Any]:
    """Describe the axis of one class: its name, and few ticks, with the zero on the upper one only."""
    values = _ticks(max(span) / _HEADROOM, whole=heights == "count")  # none beside the texts in the corners
    texts = [f"{100 * value:g}%" if heights == "share" else formatting.count(value) for value in values]
    return axis(palette, name, span, tickvals=values, ticktext=texts) | {
        "title": {"text": name, "font": {"size": 13, "color": palette[role]}, "standoff": 4}
    }


def _ticks(top: float, *, whole: bool) -> list[float]:
    """Choose a few round numbers above 0 and up to ``top``."""
    power = 10.0 ** math.floor(math.log10(top))
    step = next(step * power for step in (0.5, 1.0, 2.0, 5.0) if top < 5 * step * power)
    step = max(step, 1.0) if whole else step
    return [step * k for k in range(1, int(top / step) + 1)]


def _bars(
    histogram: ScoreHistogram, values: FloatArray, heights: str, which: tuple[str, Role, str], palette: Colors
) -> go.Bar:
    name, role, yaxis = which
    number = histogram.positives if role == "positive" else histogram.negatives
    return bars(
        histogram.edges,
        values,
        f"%{{customdata:,}} {name}" + (" (%{y:.1%})" if heights == "share" else ""),
        customdata=number.astype(np.int32) if number.dtype.kind in "iu" else number,
        name=name,
        yaxis=yaxis,
        marker=filling(role, palette),
    )


def _corners(figure: go.Figure, counts: ConfusionCounts, palette: Colors) -> None:
    """Say in each corner how many rows lie on that side of the threshold."""
    corners: tuple[tuple[str, Role, float, float], ...] = (
        (f"{formatting.count(counts.fn)} missed", "positive", 0, 1),
        (f"{formatting.count(counts.tp)} caught", "positive", 1, 1),
        (f"{formatting.count(counts.tn)} left alone", "negative", 0, 0),
        (f"{formatting.count(counts.fp)} false alarm{'' if counts.fp == 1 else 's'}", "negative", 1, 0),
    )
    for text, role, x, y in corners:
        where = {"x": x, "xref": "paper", "xanchor": "right" if x else "left", "xshift": -4 if x else 4}
        where |= {"y": y, "yref": "paper", "yanchor": "top" if y else "bottom"}
        figure.add_annotation(note(text, palette[role], **where))


def _alt(labels: tuple[str, str], mark: Mark | None) -> str:
    text = f"Scores of {labels[0]} cases above those of {labels[1]} cases, in the same bins."
    if mark is None:
        return text
    counts = mark.point.counts
    return (
        f"{text} From {mark.said} up, {formatting.count(counts.tp)} of "
        f"{formatting.count(counts.positives())} positives and "
        f"{formatting.count(counts.fp)} of {formatting.count(counts.negatives())} negatives are flagged."
    )
