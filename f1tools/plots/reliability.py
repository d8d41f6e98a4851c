"""The reliability diagram."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from f1tools.calibration.reliability import Reliability
from f1tools.core.counts import FloatArray
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import axis, canvas, escape
from f1tools.plots.traces import fill, line_trace

_CASES_HEIGHT = 0.17  # part of the plot area for the bars with the numbers of cases
_GAP = 0.05
_FULL_RANGE = 0.6  # where nothing lies above, the axes end before 1
_MAX_NAME = 20
_STYLES: tuple[tuple[Role, str], ...] = (("other_1", "circle"), ("other_2", "diamond"))


def plot_reliability(
    bins: Reliability,
    *,
    other: Reliability | None = None,
    names: tuple[str, str] = ("original scores", "recalibrated"),
    theme: Theme = "light",
) -> go.Figure:
    """Draw the share of positives by score, in bins with 95% intervals, above the number of cases of each bin.

    Calibrated scores lie on the diagonal: of the cases with score 0.3 three in ten are positive.

    Parameters
    ----------
    bins : Reliability
    other : Reliability, optional
        Of other scores of the same cases.
    names : tuple of str
        Names of the two.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    both = [bins] if other is None else [bins, other]
    top, most = _axis_end(both), 1.1 * float(_cases(bins).max())
    figure = canvas(
        "Reliability",
        _alt(both, names),
        palette,
        subtitle="Share of positives in bins of cases, with 95% intervals",
        height=440,
        legend="reversed",
        margin={"l": 66},
        xaxis=axis(palette, "Mean score of the bin", (-0.015 * top, top), anchor="y2"),
        yaxis=axis(palette, "Share of positives", (-0.015 * top, top), domain=[_CASES_HEIGHT + _GAP, 1]),
        yaxis2=axis(palette, "Cases", (0, most), domain=[0, _CASES_HEIGHT], nticks=3, tickformat="~s"),
    )
    for each in (figure.layout.yaxis, figure.layout.yaxis2):
        each.title.standoff = 14  # Streamlit moves the tick labels away from the axis
    diagonal, style = np.array([0, top]), {"color": palette["muted"], "width": 1.5, "dash": "dash"}
    figure.add_trace(line_trace(diagonal, diagonal, "if calibrated", style))
    for each, name, (role, symbol) in zip(both, names, _STYLES, strict=False):
        figure.add_trace(_points(each, escape(name, _MAX_NAME), palette[role], symbol, palette))
    figure.add_trace(_case_bars(bins, 0.012 * top, palette))
    return figure


def _axis_end(both: list[Reliability]) -> float:
    """Return where both axes end: at 1, or before if all is far below."""
    highest = max(float(max(each.mean_score.max(), each.high.max())) for each in both)
    return 1.015 if highest > _FULL_RANGE else 1.08 * highest


def _cases(bins: Reliability) -> FloatArray:
    return np.asarray(bins.positives + bins.negatives, dtype=np.float64)


def _points(bins: Reliability, name: str, color: str, symbol: str, palette: Colors) -> go.Scatter:
    whiskers = {
        "array": (bins.high - bins.observed).astype(np.float32),
        "arrayminus": (bins.observed - bins.low).astype(np.float32),
        "color": color,
        "thickness": 1.5,
        "width": 0,
    }
    return go.Scatter(
        x=bins.mean_score.astype(np.float32),
        y=bins.observed.astype(np.float32),
        error_y=whiskers,
        customdata=np.stack([bins.positives, _cases(bins)], axis=1).astype(np.float32),
        mode="markers",
        cliponaxis=False,
        name=name,
        marker={"color": color, "symbol": symbol, "size": 10, "line": {"color": palette["background"], "width": 1.5}},
        hovertemplate="mean score %{x:.3f}<br>positive %{y:.3f} (%{customdata[0]:,} of %{customdata[1]:,})"
        "<extra></extra>",
    )


def _case_bars(bins: Reliability, width: float, palette: Colors) -> go.Bar:
    """Return the number of cases of each bin as a thin bar at its mean score: bins can be close together."""
    return go.Bar(
        x=bins.mean_score.astype(np.float32),
        y=_cases(bins).astype(np.float32),
        width=width,
        name="cases",
        yaxis="y2",
        marker=fill("muted", palette),
        showlegend=False,
        hovertemplate="%{y:,} cases<extra></extra>",
    )


def _alt(both: list[Reliability], names: tuple[str, str]) -> str:
    sentences = ["Share of positives by mean score, in bins."]
    for bins, name in zip(both, names, strict=False):
        start = f"{name}: in" if len(both) > 1 else "In"
        inside = int(np.count_nonzero((bins.low <= bins.mean_score) & (bins.mean_score <= bins.high)))
        sentences.append(f"{start} {inside} of {bins.mean_score.size} bins the interval contains the mean score.")
    return " ".join(sentences)
