"""The reliability diagram."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from f1tools.calibration.reliability import Reliability
from f1tools.core.counts import FloatArray
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import axis, canvas, escape, log_axis
from f1tools.plots.traces import fill, line_trace

_CASES_HEIGHT = 0.17  # part of the plot area for the bars with the numbers of cases
_GAP = 0.05
_FULL_RANGE = 0.6  # where nothing lies above, the axes end before 1
_SQUASHED = 0.1  # of the end of the axes; where most bins lie below, the axes are logarithmic
_MAX_DECADES = 5
_MAX_NAME = 20
_CLOSE_TICKS = 1.5  # times the start of a logarithmic axis
_STYLES: tuple[tuple[Role, str], ...] = (("other_1", "circle"), ("other_2", "diamond"))


def plot_reliability(
    bins: Reliability,
    *,
    other: Reliability | None = None,
    names: tuple[str, str] = ("original scores", "recalibrated"),
    theme: Theme = "light",
) -> go.Figure:
    """Draw the share of positives by score, in bins with 95% intervals, above the number of cases of each bin.

    Calibrated scores lie on the diagonal: of the cases with score 0.3 three in ten are positive. Where most bins lie
    near 0 the axes are logarithmic, and bins without positives are open markers at their start, labeled 0.

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
    start = _log_start(bins, top)
    titles, plane = ("Mean score of the bin", "Share of positives"), {"domain": [_CASES_HEIGHT + _GAP, 1]}
    if start > 0:
        span = 0.9 * start, top  # Plotly hides markers below the range
        x_axis = log_axis(palette, titles[0], span, _tick_text, anchor="y2")
        y_axis = log_axis(palette, titles[1], span, _tick_text, **plane)
        if not all(each.observed.all() for each in both):
            ticks = {tick: _tick_text(tick) for tick in y_axis["tickvals"] if tick > _CLOSE_TICKS * start}
            y_axis |= {"tickvals": [start, *ticks], "ticktext": ["0", *ticks.values()]}
    else:
        x_axis = axis(palette, titles[0], (-0.015 * top, top), anchor="y2")
        y_axis = axis(palette, titles[1], (-0.015 * top, top), **plane)
    figure = canvas(
        "Reliability",
        _alt(both, names),
        palette,
        subtitle="Share of positives in bins of cases, with 95% intervals",
        height=440,
        legend="reversed",
        margin={"l": 66},
        xaxis=x_axis,
        yaxis=y_axis,
        yaxis2=axis(palette, "Cases", (0, most), domain=[0, _CASES_HEIGHT], nticks=3, tickformat="~s"),
    )
    for each in (figure.layout.yaxis, figure.layout.yaxis2):
        each.title.standoff = 14  # Streamlit moves the tick labels away from the axis
    diagonal, style = np.array([start, top]), {"color": palette["muted"], "width": 1.5, "dash": "dash"}
    figure.add_trace(line_trace(diagonal, diagonal, "if calibrated", style))
    for each, name, (role, symbol) in zip(both, names, _STYLES, strict=False):
        figure.add_trace(_points(each, escape(name, _MAX_NAME), palette[role], symbol, palette, start))
    figure.add_trace(_case_bars(bins, start, top, palette))
    return figure


def _axis_end(both: list[Reliability]) -> float:
    """Return where both axes end: at 1, or before if all is far below."""
    highest = max(float(max(each.mean_score.max(), each.high.max())) for each in both)
    return 1.015 if highest > _FULL_RANGE else 1.08 * highest


def _log_start(bins: Reliability, top: float) -> float:
    """Return where logarithmic axes start, a little below all positive values; 0 for linear axes."""
    if bins.mean_score.size < 3 or np.median(bins.mean_score) > _SQUASHED * top:
        return 0.0
    values = np.concatenate([bins.mean_score, bins.observed])
    return max(0.7 * float(values[values > 0].min(initial=top)), top * 10.0**-_MAX_DECADES)


def _tick_text(value: float) -> str:
    return f"{value:g}" if value >= 1e-4 else f"{value:.0e}".replace("e-0", "e-")


def _cases(bins: Reliability) -> FloatArray:
    return np.asarray(bins.positives + bins.negatives, dtype=np.float64)


def _points(bins: Reliability, name: str, color: str, symbol: str, palette: Colors, start: float) -> go.Scatter:
    observed, low = np.maximum(bins.observed, start), np.maximum(bins.low, start)
    off_scale = start > 0 and not bins.observed.all()
    symbols = np.where(bins.observed > 0, symbol, f"{symbol}-open").tolist() if off_scale else symbol
    whiskers = {
        "array": np.maximum(bins.high - observed, 0).astype(np.float32),
        "arrayminus": (observed - low).astype(np.float32),
        "color": color,
        "thickness": 1.5,
        "width": 0,
    }
    return go.Scatter(
        x=np.maximum(bins.mean_score, start).astype(np.float32),
        y=observed.astype(np.float32),
        error_y=whiskers,
        customdata=np.stack([bins.positives, _cases(bins), bins.mean_score, bins.observed], axis=1).astype(np.float32),
        mode="markers",
        cliponaxis=False,
        name=name,
        marker={"color": color, "symbol": symbols, "size": 10, "line": {"color": palette["background"], "width": 1.5}},
        hovertemplate="mean score %{customdata[2]:.3~g}<br>positive %{customdata[3]:.3~g} "
        "(%{customdata[0]:,} of %{customdata[1]:,})<extra></extra>",
    )


def _case_bars(bins: Reliability, start: float, top: float, palette: Colors) -> go.Bar:
    """Return the number of cases of each bin as a thin bar at its mean score: bins can be close together."""
    place = np.maximum(bins.mean_score, start)
    return go.Bar(
        x=place.astype(np.float32),
        y=_cases(bins).astype(np.float32),
        width=0.06 * place if start > 0 else 0.012 * top,
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
        inside = int(np.count_nonzero(~bins.missed))
        sentences.append(f"{start} {inside} of {bins.mean_score.size} bins the interval contains the mean score.")
    return " ".join(sentences)
