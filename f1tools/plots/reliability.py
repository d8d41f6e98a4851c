"""What scores say against what comes true."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from f1tools.calibration.reliability import Reliability
from f1tools.core.counts import FloatArray
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import axis, canvas, escaped, note
from f1tools.plots.fills import filling
from f1tools.plots.room import diagonally, write

_STRIP = 0.17  # of the drawing's height, for the numbers of cases
_GAP = 0.05
_FULL = 0.6  # where nothing lies above this, the axes end earlier than at 1
_LONGEST_NAME = 20
_STYLES: tuple[tuple[Role, str], ...] = (("other_1", "circle"), ("other_2", "diamond"))


def plot_reliability(
    bins: Reliability,
    *,
    other: Reliability | None = None,
    names: tuple[str, str] = ("scores as they are", "recalibrated"),
    theme: Theme = "light",
) -> go.Figure:
    """Draw for bins of scores which share is positive, with its interval, and below how many cases they have.

    On the diagonal a score is a chance: of the cases scored 0.3 three in ten are positive.

    Parameters
    ----------
    bins : Reliability
    other : Reliability, optional
        The same for other scores of the same cases.
    names : tuple of str
        What the two are called, where there are two.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    both = [bins] if other is None else [bins, other]
    shown = [escaped(name, longest=_LONGEST_NAME) for name in names]
    top = _top(both)
    figure = canvas(
        "Reliability",
        _alt(bins, other, names),
        palette,
        subtitle="Share of positives in bins of cases, with 95% intervals",
        height=420,
        margin={"l": 66, "r": 18, "t": 86, "b": 46},
        hovermode="closest",
        xaxis=axis(palette, "Mean score of the bin", (-0.015 * top, top), anchor="y2"),
        yaxis=axis(palette, "Share of positives", (-0.015 * top, top), domain=[_STRIP + _GAP, 1]),
        yaxis2=axis(palette, "Cases", (0, _most(bins) * 1.1), domain=[0, _STRIP], nticks=3, tickformat="~s"),
    )
    for each in (figure.layout.yaxis, figure.layout.yaxis2):
        each.title.standoff = 14  # Streamlit moves the ticks' texts away from the axis
    _diagonal(figure, top, palette)
    for place, one in enumerate(both):
        figure.add_trace(_points(one, place, shown[place], palette))
    figure.add_trace(_numbers(bins, top, palette))
    _names(figure, shown if other is not None else [], palette)
    write(figure, "if calibrated", palette["muted"], diagonally(figure))
    return figure


def _top(both: list[Reliability]) -> float:
    """Give where the axes end: at 1, or above the highest of all that is drawn."""
    highest = max(float(max(one.mean_score.max(), one.high.max())) for one in both)
    return 1.015 if highest > _FULL else 1.08 * highest


def _most(bins: Reliability) -> float:
    return float(_cases(bins).max())


def _cases(bins: Reliability) -> FloatArray:
    return np.asarray(bins.positives + bins.negatives, dtype=np.float64)


def _diagonal(figure: go.Figure, top: float, palette: Colors) -> None:
    figure.add_trace(
        go.Scatter(
            x=[0, top],
            y=[0, top],
            mode="lines",
            name="diagonal",
            line={"color": palette["muted"], "width": 1.5, "dash": "dash"},
            hoverinfo="skip",
        )
    )


def _points(bins: Reliability, place: int, name: str, palette: Colors) -> go.Scatter:
    role, symbol = _STYLES[place]
    return go.Scatter(
        x=bins.mean_score.astype(np.float32),
        y=bins.observed.astype(np.float32),
        error_y={
            "array": (bins.high - bins.observed).astype(np.float32),
            "arrayminus": (bins.observed - bins.low).astype(np.float32),
            "color": palette[role],
            "thickness": 1.5,
            "width": 0,
        },
        customdata=np.stack([bins.positives, _cases(bins)], axis=1).astype(np.float32),
        mode="markers",
        cliponaxis=False,
        name=name,
        marker={
            "color": palette[role],
            "symbol": symbol,
            "size": 10,
            "line": {"color": palette["background"], "width": 1.5},
        },
        hovertemplate="mean score %{x:.3f}<br>positive %{y:.3f} (%{customdata[0]:,} of %{customdata[1]:,})"
        "<extra></extra>",
    )


def _numbers(bins: Reliability, top: float, palette: Colors) -> go.Bar:
    """Draw the cases of each bin as a bar at its mean score; thin, as many bins may be close together."""
    return go.Bar(
        x=bins.mean_score.astype(np.float32),
        y=_cases(bins).astype(np.float32),
        width=0.012 * top,
        name="cases",
        yaxis="y2",
        marker=filling("muted", palette),
        hovertemplate="%{y:,} cases<extra></extra>",
    )


def _names(figure: go.Figure, names: list[str], palette: Colors) -> None:
    """Name the two sets of points above the drawing, each in its colour."""
    for place, name in enumerate(names):
        role, _ = _STYLES[place]
        where = {"x": place, "xref": "paper", "xanchor": "right" if place else "left", "y": 1, "yref": "paper"}
        figure.add_annotation(note(f"{'◆' if place else '●'} {name}", palette[role], yanchor="bottom", **where))


def _alt(bins: Reliability, other: Reliability | None, names: tuple[str, str]) -> str:
    parts = ["Share of positives against the mean score, in bins."]
    for one, name in zip([bins] if other is None else [bins, other], names, strict=False):
        inside = int(np.count_nonzero((one.low <= one.mean_score) & (one.mean_score <= one.high)))
        who = f"{name}: in" if other is not None else "In"
        parts.append(f"{who} {inside} of {one.mean_score.size} bins the mean score lies in the interval.")
    return " ".join(parts)
