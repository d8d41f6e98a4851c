"""The best that a metric can be, against the share of positives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import axis, canvas
from f1tools.plots.dots import dots
from f1tools.plots.log_axis import log_axis
from f1tools.plots.metric_lines import metric_roles
from f1tools.plots.paper import Spot
from f1tools.plots.room import beside, write
from f1tools.plots.steps import value_range
from f1tools.plots.uprights import Upright, draw_uprights, head
from f1tools.what_if.prevalence import PrevalenceSweep

_SHORT = {"best threshold": "best", "threshold kept": "kept", "all flagged": "all flagged"}
_PLACES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.2, 0.8)  # parts of the axis at which a line's name may stand


def plot_prevalence(
    sweep: PrevalenceSweep, *, now: float, asked: float | None = None, theme: Theme = "light"
) -> go.Figure:
    """Draw what the best threshold reaches at every share of positives, and what it costs to keep the threshold.

    Parameters
    ----------
    sweep : PrevalenceSweep
        At rising shares; ``now`` and ``asked`` are among them.
    now : float
        Share of positives in the data.
    asked : float, optional
        Share of positives that is asked about.
    theme : {"light", "dark", "streamlit"}

    Raises
    ------
    ValueError
        When the sweep lacks one of the two shares.
    """
    palette = colors(theme)
    (role,) = metric_roles([sweep.metric])
    lines: tuple[tuple[str, FloatArray, Role, dict[str, Any]], ...] = (
        ("best threshold", sweep.value, role, {"width": 3}),
        ("threshold kept", sweep.unchanged, "ink", {"width": 2, "dash": "dash"}),
        ("all flagged", sweep.flag_everything, "muted", {"width": 2, "dash": "dot"}),
    )
    span = float(sweep.prevalence[0]), float(sweep.prevalence[-1])
    figure = canvas(
        "By share of positives",
        _alt(sweep, now, asked),
        palette,
        subtitle=f"{sweep.metric.label} if another share of the cases were positive",
        margin={"l": 44, "r": 18, "t": head(2), "b": 46},
        hovermode="x unified",
        xaxis=log_axis(
            palette, "Share of positives", span, written=lambda share: f"{100 * share:g}%", hoverformat=".2~%"
        ),
        yaxis=axis(palette, "", value_range(*(values for _, values, _, _ in lines))),
    )
    for name, values, its_role, line in lines[::-1]:
        figure.add_trace(_line(sweep, name, values, line | {"color": palette[its_role]}))
    _mark_shares(figure, now, asked, palette)
    place = None if asked is None else _place(sweep, asked)
    if place is not None:
        points = [sweep.prevalence[place]] * 3, [values[place] for _, values, _, _ in lines]
        figure.add_trace(dots(*points, [its_role for _, _, its_role, _ in lines], palette))
    for name, values, its_role, _ in lines:
        if place is not None and name == "threshold kept" and _alike(sweep, place):
            continue
        text = name if place is None else f"{_short(sweep, name, place)} {formatting.metric_value(values[place])}"
        spots = _along(sweep, values) if place is None else beside(sweep.prevalence[place], values[place])
        write(figure, text, palette[its_role], list(spots), bold=its_role == role)
    return figure


def _alike(sweep: PrevalenceSweep, place: int) -> bool:
    """Tell whether the threshold that is kept is written with the value of the best."""
    return formatting.metric_value(sweep.value[place]) == formatting.metric_value(sweep.unchanged[place])


def _short(sweep: PrevalenceSweep, name: str, place: int) -> str:
    together = name == "best threshold" and _alike(sweep, place)
    return "best = kept" if together else _SHORT[name]


def _place(sweep: PrevalenceSweep, share: float) -> int:
    """Find a share among those of the sweep."""
    found = np.flatnonzero(np.isclose(sweep.prevalence, share, rtol=1e-9, atol=0))
    if not found.size:
        raise ValueError(f"The sweep must have the share of positives {share}: add it to the shares swept.")
    return int(found[0])


def _line(sweep: PrevalenceSweep, name: str, values: FloatArray, line: dict[str, Any]) -> go.Scatter:
    best = name == "best threshold"
    finite = np.where(np.isfinite(sweep.threshold), sweep.threshold, np.nan)
    return go.Scatter(
        x=sweep.prevalence.astype(np.float32),
        y=values.astype(np.float32),
        customdata=finite if best else None,
        mode="lines",
        name=name,
        line=line,
        hovertemplate=f"{name} %{{y:.3f}}" + (" (score ≥ %{customdata:.4~g})" if best else "") + "<extra></extra>",
    )


def _mark_shares(figure: go.Figure, now: float, asked: float | None, palette: Colors) -> None:
    lines = [] if asked is None else [Upright(asked, f"asked {formatting.percent(asked)}", "ink")]
    lines.append(Upright(now, f"data {formatting.percent(now)}", "muted", "dash"))
    draw_uprights(figure, lines, palette)


def _along(sweep: PrevalenceSweep, values: FloatArray) -> Iterator[Spot]:
    """Give the spots above and below a line."""
    for part in _PLACES:
        k = round(part * (values.size - 1))
        share, value = float(sweep.prevalence[k]), float(values[k])
        yield Spot(share, value, "right", "bottom", 0, 3)
        yield Spot(share, value, "left", "top", 0, -3)


def _alt(sweep: PrevalenceSweep, now: float, asked: float | None) -> str:
    label, here = sweep.metric.label, _place(sweep, now)
    text = (
        f"{label} against the share of positives. At the data's {formatting.percent(now)} the best threshold reaches "
        f"{formatting.metric_value(sweep.value[here])}."
    )
    if asked is None:
        return text
    k = _place(sweep, asked)
    return (
        f"{text} At {formatting.percent(asked)} the best threshold would reach "
        f"{formatting.metric_value(sweep.value[k])}, "
        f"the threshold kept {formatting.metric_value(sweep.unchanged[k])}, "
        f"and flagging everything {formatting.metric_value(sweep.flag_everything[k])}."
    )
