"""What decisions cost, against the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import score_span
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import MAX_POINTS, axis, canvas, drawn
from f1tools.plots.dots import dots
from f1tools.plots.levels import draw_level
from f1tools.plots.marks import Mark, by_threshold
from f1tools.plots.paper import Spot
from f1tools.plots.room import along, write
from f1tools.plots.steps import step_line, threshold_axis
from f1tools.plots.uprights import draw_uprights, head, marked
from f1tools.what_if.costs import Costs

_DEAREST = 2.5  # times what deciding without the model costs, from the least: dearer thresholds leave the drawing
_THOUSANDS = 10_000


def plot_costs(
    curve: ThresholdCurve,
    costs: Costs,
    *,
    marks: Sequence[Mark] = (),
    per: float = 1000,
    cases: float | None = None,
    span: tuple[float, float] | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Draw what so many cases cost at every threshold, with what misses and false alarms have in it.

    Parameters
    ----------
    curve : ThresholdCurve
        Thinned here where it is long.
    costs : Costs
    marks : sequence of Mark
    per : float
        The cost is that of so many cases.
    cases : float, optional
        How many cases the curve has; left out, the sum of its counts. To be given where its counts are amounts.
    span : tuple of float, optional
        Thresholds to show; left out, all scores.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    scale = per / float(cases or curve.positives + curve.negatives)
    low, high = span or score_span(curve)
    thin = drawn(curve, marks, most=MAX_POINTS, span=span)
    parts = _parts(costs, thin.counts, scale)
    total = parts["total"]
    without = min((("all flagged", total[-1]), ("nothing flagged", total[0])), key=lambda one: one[1])
    least = min(0.0, float(total.min()))
    beaten = least + _DEAREST * (float(without[1]) - least)  # nothing is cut where no threshold beats that decision
    dear = [1.1 * scale * float(costs.total(mark.point.counts)) for mark in marks]
    figure = canvas(
        "Cost by threshold",
        _alt(costs, marks, scale, per, without),
        palette,
        subtitle=f"Per {formatting.count(per)} cases",
        margin={"l": 56, "r": 18, "t": head(len(marks)), "b": 46},
        hovermode="x unified",
        xaxis=threshold_axis(palette, (low, high)),
        yaxis=_cost_axis(palette, *_range(parts, max(beaten, *dear, 0.0) if beaten > least else np.inf)),
    )
    styles: dict[str, tuple[Role, dict[str, Any]]] = {
        "false": ("negative", {"width": 2, "dash": "dash"}),
        "missed": ("positive", {"width": 2}),
        "total": ("other_1", {"width": 3}),
    }
    names = _names(costs)
    for part, (role, line) in styles.items():
        hover = f"{names[part]} %{{y:,.4~r}}<extra></extra>"
        line = line | {"color": palette[role]}
        figure.add_trace(step_line(thin, parts[part], (low, high), line=line, name=names[part], hovertemplate=hover))
    _mark(figure, costs, marks, scale, palette)
    name, value = without
    draw_level(figure, value, palette)
    write(figure, f"{name}: {_amount(value)}", palette["muted"], along(figure, value))
    for part, (role, _) in list(styles.items())[::-1]:
        write(figure, names[part], palette[role], _spots(figure, thin, parts[part]), bold=part == "total")
    return figure


def _parts(costs: Costs, counts: ConfusionCounts, scale: float) -> dict[str, FloatArray]:
    """Split the cost by truth: what the positives cost, caught or not, and what the negatives cost."""
    nothing = 0 * counts.tp
    positives = ConfusionCounts(tn=nothing, fp=nothing, fn=counts.fn, tp=counts.tp)
    negatives = ConfusionCounts(tn=counts.tn, fp=counts.fp, fn=nothing, tp=nothing)
    every = {"missed": positives, "false": negatives, "total": counts}
    return {part: scale * np.asarray(costs.total(those), dtype=np.float64) for part, those in every.items()}


def _names(costs: Costs) -> dict[str, str]:
    """Name the parts; where being right has a cost too, a part is not one of errors alone."""
    return {
        "missed": "real cases" if costs.tp else "misses",
        "false": "other cases" if costs.tn else "false alarms",
        "total": "total",
    }


def _range(parts: dict[str, FloatArray], dearest: float) -> tuple[float, float]:
    """Give the range to draw: all but what is dearer than ``dearest``."""
    low = min(0.0, *(float(values.min()) for values in parts.values()))
    high = max(0.0, *(float(values.max()) for values in parts.values()))
    room = high - low
    return low - 0.05 * room * (low < 0), min(high + 0.1 * room, dearest)


def _cost_axis(palette: Colors, low: float, high: float) -> dict[str, Any]:
    """Describe the axis: thousands as "k" where they are many, and a line at 0 where there is something below."""
    thousands = {"tickformat": "~s"} if max(high, -low) >= _THOUSANDS else {}
    return axis(palette, "", (low, high), zerolinecolor=palette["muted"]) | thousands | {"zeroline": low < 0}


def _spots(figure: go.Figure, curve: ThresholdCurve, values: FloatArray) -> list[Spot]:
    """Give spots above and below a line, where it is in the drawing."""
    (left, right), (bottom, top) = figure.layout.xaxis.range, figure.layout.yaxis.range
    spots = []
    for threshold in np.linspace(left, right, 12)[1:-1].tolist():
        value = float(values[curve.positions([threshold])[0]])
        if bottom < value < top:
            spots += [Spot(threshold, value, "left", "bottom", 2, 4), Spot(threshold, value, "right", "bottom", -2, 4)]
            spots += [Spot(threshold, value, "left", "top", 2, -4), Spot(threshold, value, "right", "top", -2, -4)]
    return spots or [Spot(right, top, "right", "top")]


def _mark(figure: go.Figure, costs: Costs, marks: Sequence[Mark], scale: float, palette: Colors) -> None:
    """Draw a line at each marked threshold, named with what it costs, and a point where it meets the total."""
    places = by_threshold(marks, figure.layout.xaxis.range)
    values = [scale * float(costs.total(place.point.counts)) for place in places]
    points = [place.point.threshold for place in places], values
    figure.add_trace(dots(*points, [place.color for place in places], palette))
    lines = [marked(place, f"{place.label}: {_amount(value)}") for place, value in zip(places, values, strict=True)]
    draw_uprights(figure, lines[::-1], palette)


def _amount(value: float) -> str:
    """Write a cost, or what is earned."""
    return ("earns " if value < 0 else "") + formatting.count(abs(value))


def _alt(costs: Costs, marks: Sequence[Mark], scale: float, per: float, without: tuple[str, float]) -> str:
    parts = [f"Cost of {formatting.count(per)} cases against the threshold."]
    parts += [f"At {mark.said}: {_amount(scale * float(costs.total(mark.point.counts)))}." for mark in marks]
    everything = "everything" if without[0] == "all flagged" else "nothing"
    value = float(without[1])
    parts.append(f"Flagging {everything} {'' if value < 0 else 'costs '}{_amount(value)}.")
    return " ".join(parts)
