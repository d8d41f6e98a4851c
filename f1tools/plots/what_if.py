"""What-if figures: a metric by threshold under a scenario, and the best metric by prevalence."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import score_span
from f1tools.core.metrics import Metric, defined_values, metric
from f1tools.palette import Role, Theme, colors
from f1tools.plots.canvas import MAX_POINTS, axis, canvas, log_axis, threshold_axis, value_range
from f1tools.plots.marks import Mark, VerticalLine, add_points, add_vertical_lines, thin
from f1tools.plots.traces import (
    add_horizontal_line,
    line_trace,
    metric_colors,
    shading,
    step_line,
    value_at_flag_all,
)
from f1tools.what_if.prevalence import PrevalenceSweep


def plot_what_if(
    original: ThresholdCurve,
    what_if: ThresholdCurve,
    objective: str | Metric = "f1",
    *,
    best_original: Mark,
    best_what_if: Mark,
    theme: Theme = "light",
) -> go.Figure:
    """Draw a metric by threshold, as measured (dotted) and under a what-if scenario.

    Parameters
    ----------
    original, what_if : ThresholdCurve
        Long ones are thinned.
    objective : str or Metric
    best_original, best_what_if : Mark
        The best threshold of each curve.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    objective = metric(objective)
    (color,) = metric_colors([objective])
    spans = score_span(original), score_span(what_if)
    span = min(low for low, _ in spans), max(high for _, high in spans)
    curves = thin(original, [best_original], MAX_POINTS), thin(what_if, [best_what_if], MAX_POINTS)
    values = [defined_values(objective, curve.counts) for curve in curves]
    figure = canvas(
        "What if, by threshold",
        _what_if_alt(objective, what_if, best_original, best_what_if),
        palette,
        subtitle=f"{objective.label} on this data, measured (dotted) and what if",
        labels=2,
        hovermode="x unified",
        xaxis=threshold_axis(palette, span),
        yaxis=axis(palette, "", value_range(*values)),
    )
    flag_all = value_at_flag_all(objective, what_if)
    all_flagged = formatting.all_flagged(has_unscored=what_if.has_unscored)
    add_horizontal_line(figure, flag_all, palette, label=f"{all_flagged} {formatting.metric_value(flag_all)}")
    styles = {"color": palette["muted"], "width": 2, "dash": "dot"}, {"color": palette[color], "width": 3}
    names = "measured", "what if"
    for curve, heights, name, style in zip(curves, values, names, styles, strict=True):
        figure.add_trace(
            step_line(curve, heights, span, name, style, hovertemplate=f"{name} %{{y:.3f}}<extra></extra>")
        )
    roles: tuple[Role, Role] = ("muted", color)
    points, lines = [], []
    for mark, name, role in zip((best_original, best_what_if), names, roles, strict=True):
        x = float(np.clip(mark.point.threshold, *span))
        points.append((x, _value(objective, mark), role))
        lines.append(VerticalLine(x, f"{name} {_value_and_threshold(objective, mark)}", role, "dash"))
    add_points(figure, points, palette)
    add_vertical_lines(figure, lines[::-1], palette)
    return figure


def _value(objective: Metric, mark: Mark) -> float:
    return float(defined_values(objective, mark.point.counts))


def _value_and_threshold(objective: Metric, mark: Mark) -> str:
    """Return a phrase like "0.667 at 0.4" or "0.99 flagging nothing"."""
    value, threshold = formatting.metric_value(_value(objective, mark)), mark.point.threshold
    if math.isinf(threshold):
        return f"{value} flagging {'nothing' if threshold > 0 else 'everything'}"
    return f"{value} at {mark.threshold_text}"


def _what_if_alt(objective: Metric, what_if: ThresholdCurve, best_original: Mark, best_what_if: Mark) -> str:
    before, after = (_value_and_threshold(objective, mark) for mark in (best_original, best_what_if))
    flag_all = formatting.metric_value(value_at_flag_all(objective, what_if))
    return (
        f"{objective.label} by threshold. The best measured value is {before}; in the what-if it is {after}. "
        f"There, flagging {formatting.every_case(has_unscored=what_if.has_unscored)} gives {flag_all}."
    )


def plot_prevalence(
    sweep: PrevalenceSweep, *, observed: float, assumed: float | None = None, values: str = "", theme: Theme = "light"
) -> go.Figure:
    """Draw the best value of a metric by prevalence, and its value when the current threshold is kept.

    The best value has a band, its interval, where the sweep has one; it is dotted where the rows hardly determine it.

    Parameters
    ----------
    sweep : PrevalenceSweep
        At increasing prevalences, among them ``observed`` and ``assumed``.
    observed : float
        Prevalence in the data.
    assumed : float, optional
        Prevalence of the what-if; the legend shows the values there.
    values : str
        What the values are, such as "on new data", for the subtitle.
    theme : {"light", "dark", "streamlit"}

    Raises
    ------
    ValueError
        If the sweep lacks one of the two prevalences.
    """
    palette = colors(theme)
    series = _series(sweep)
    span = float(sweep.prevalence[0]), float(sweep.prevalence[-1])
    limits = [] if sweep.low is None or sweep.high is None else [sweep.low, sweep.high]
    figure = canvas(
        "By share of positives",
        _prevalence_alt(sweep, observed, assumed),
        palette,
        subtitle=_prevalence_subtitle(sweep, values),
        legend="reversed",
        labels=2,
        hovermode="x unified",
        xaxis=log_axis(palette, "Share of positives", span, lambda share: f"{100 * share:g}%", hoverformat=".2~%"),
        yaxis=axis(palette, "", value_range(*(each.values for each in series), *limits)),
    )
    if limits:
        figure.add_shape(_band(sweep.prevalence, limits[0], limits[1], palette[series[0].color]))
    place = None if assumed is None else _position(sweep, assumed)
    for each in series[::-1]:  # the most important line is drawn last
        name = each.name if place is None else f"{each.short} {formatting.metric_value(each.values[place])}"
        style = {"color": palette[each.color]} | each.style
        hover = {"customdata": each.thresholds, "hovertemplate": each.hover}
        if not (each.values is sweep.value and sweep.vague.any()):
            figure.add_trace(line_trace(sweep.prevalence, each.values, name, style, **hover))
            continue
        dots = style | {"dash": "dot"}
        figure.add_trace(line_trace(sweep.prevalence, each.values, name, dots, showlegend=False, **hover))
        solid = np.where(sweep.vague, np.nan, each.values)  # over the dots, which remain visible in its gaps
        figure.add_trace(line_trace(sweep.prevalence, solid, name, style, connectgaps=False))
    lines = [VerticalLine(observed, f"data {formatting.percent(observed)}", "muted", "dash")]
    if assumed is not None:
        lines.insert(0, VerticalLine(assumed, f"what if {formatting.percent(assumed)}", "ink"))
        add_points(figure, [(assumed, float(each.values[place]), each.color) for each in series], palette)
    add_vertical_lines(figure, lines, palette)
    return figure


class _Series(NamedTuple):
    """One line of the prevalence figure, with the thresholds to show on hover."""

    name: str
    short: str
    values: FloatArray
    color: Role
    style: dict[str, Any]
    thresholds: FloatArray | None = None

    @property
    def hover(self) -> str:
        """The text on hover."""
        threshold = "" if self.thresholds is None else " (score ≥ %{customdata:.4~g})"
        return f"{self.name} %{{y:.3f}}{threshold}<extra></extra>"


def _series(sweep: PrevalenceSweep) -> list[_Series]:
    """Return the lines, the most important first."""
    (color,) = metric_colors([sweep.metric])
    thresholds = np.where(np.isfinite(sweep.threshold), sweep.threshold, np.nan)
    all_flagged = formatting.all_flagged(has_unscored=sweep.has_unscored)
    return [
        _Series("best threshold", "best", sweep.value, color, {"width": 3}, thresholds),
        _Series("current threshold", "kept", sweep.unchanged, "ink", {"width": 2, "dash": "dash"}),
        _Series(all_flagged, all_flagged, sweep.flag_everything, "muted", {"width": 2, "dash": "dot"}),
    ]


def _prevalence_subtitle(sweep: PrevalenceSweep, values: str) -> str:
    intervals = sweep.low is not None and bool(np.isfinite(sweep.low).any())
    return f"{sweep.metric.label}{f' {values}' if values else ''}{', with 95% intervals' if intervals else ''}"


def _band(x: FloatArray, low: FloatArray, high: FloatArray, color: str) -> dict[str, Any]:
    """Return the area between two lines, as a shape: the fill of a trace has no opacity of its own."""
    defined = np.isfinite(low) & np.isfinite(high)
    corners = [*zip(x[defined], high[defined], strict=True), *zip(x[defined][::-1], low[defined][::-1], strict=True)]
    path = "L".join(f"{share:.5g},{value:.4f}" for share, value in corners)
    return {"type": "path", "path": f"M{path}Z" if corners else "M0,0Z"} | shading(color, 0.2)


def _position(sweep: PrevalenceSweep, prevalence: float) -> int:
    """Return the position of a prevalence in the sweep."""
    positions = np.flatnonzero(np.isclose(sweep.prevalence, prevalence, rtol=1e-9, atol=0))
    if not positions.size:
        raise ValueError(f"The sweep lacks the share of positives {prevalence}. Add it to the shares of the sweep.")
    return int(positions[0])


def _prevalence_alt(sweep: PrevalenceSweep, observed: float, assumed: float | None) -> str:
    best = formatting.metric_value(sweep.value[_position(sweep, observed)])
    text = (
        f"{sweep.metric.label} by share of positives. At {formatting.percent(observed)}, as in the data, the best "
        f"threshold gives {best}."
    )
    if sweep.vague.any():
        text += " It is dotted where its 95% interval spans more than a factor of 2."
    if assumed is None:
        return text
    place = _position(sweep, assumed)
    best, kept, flag_all = (
        formatting.metric_value(values[place]) for values in (sweep.value, sweep.unchanged, sweep.flag_everything)
    )
    return (
        f"{text} At {formatting.percent(assumed)} the best threshold would give {best}, the current threshold {kept} "
        f"and flagging {formatting.every_case(has_unscored=sweep.has_unscored)} {flag_all}."
    )
