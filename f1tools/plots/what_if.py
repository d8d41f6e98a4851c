"""A metric at every threshold, as measured and in a what-if."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import score_span
from f1tools.core.metrics import Metric, metric
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import MAX_POINTS, axis, canvas, drawn
from f1tools.plots.dots import dots
from f1tools.plots.levels import draw_level
from f1tools.plots.marks import Mark
from f1tools.plots.metric_lines import all_flagged, drawn_values, metric_roles
from f1tools.plots.room import along, beside, write
from f1tools.plots.steps import step_line, threshold_axis, value_range
from f1tools.plots.uprights import Upright, draw_uprights, head


def plot_what_if(
    original: ThresholdCurve,
    what_if: ThresholdCurve,
    objective: str | Metric = "f1",
    *,
    marks: Sequence[Mark],
    span: tuple[float, float] | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Draw what a metric was at every threshold, quietly, and what it would be.

    Parameters
    ----------
    original, what_if : ThresholdCurve
        Thinned here where they are long.
    objective : str or Metric
    marks : sequence of Mark
        The best of the original, the best of the what-if and, where it shall be shown, what a threshold that is kept
        does in the what-if. The first one's point is on the original curve, the others' on the what-if's.
    span : tuple of float, optional
        Thresholds to show; left out, all scores of both.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    one = metric(objective)
    (role,) = metric_roles([one])
    low, high = span or _common_span(original, what_if)
    thin = drawn(original, marks[:1], most=MAX_POINTS, span=span), drawn(what_if, marks[1:], most=MAX_POINTS, span=span)
    before, after = (drawn_values(one, curve.counts) for curve in thin)
    figure = canvas(
        "What if, by threshold",
        _alt(one, what_if, marks),
        palette,
        subtitle=f"{one.label}, measured (dotted) and what if",
        margin={"l": 44, "r": 18, "t": head(2), "b": 46},
        hovermode="x unified",
        xaxis=threshold_axis(palette, (low, high)),
        yaxis=axis(palette, "", value_range(before, after)),
    )
    for curve, values, name, line in (
        (thin[0], before, "measured", {"color": palette["muted"], "width": 2, "dash": "dot"}),
        (thin[1], after, "what if", {"color": palette[role], "width": 3}),
    ):
        hover = f"{name} %{{y:.3f}}<extra></extra>"
        figure.add_trace(step_line(curve, values, (low, high), line=line, name=name, hovertemplate=hover))
    without = all_flagged(one, what_if)
    draw_level(figure, without, palette)
    _mark(figure, one, marks, role, palette)
    write(figure, f"all flagged {formatting.metric_value(without)}", palette["muted"], along(figure, without))
    return figure


def _common_span(original: ThresholdCurve, what_if: ThresholdCurve) -> tuple[float, float]:
    spans = np.array([score_span(original), score_span(what_if)])
    return float(spans.min()), float(spans.max())


def _value(one: Metric, mark: Mark) -> float:
    return float(drawn_values(one, mark.point.counts))


def _place(figure: go.Figure, mark: Mark) -> float:
    """Give the place of a threshold on the axis; flagging nothing is at its right end, everything at its left."""
    threshold = mark.point.threshold
    low, high = figure.layout.xaxis.range
    return threshold if math.isfinite(threshold) else float(high if threshold > 0 else low)


def _mark(figure: go.Figure, one: Metric, marks: Sequence[Mark], role: Role, palette: Colors) -> None:
    """Mark the best of both with a line and its value, and what a kept threshold does with a point and its value."""
    roles: list[Role] = ["muted", role, "ink"]
    places, values = [_place(figure, mark) for mark in marks], [_value(one, mark) for mark in marks]
    figure.add_trace(dots(places, values, roles[: len(marks)], palette))
    lines = [
        Upright(place, f"{name} {formatting.metric_value(value)} {_at(mark)}", each, "dash")
        for place, value, mark, name, each in zip(places, values, marks, ("measured", "what if"), roles, strict=False)
    ]
    draw_uprights(figure, lines[::-1], palette)
    (measured, best), kept = marks[:2], marks[2:]
    for mark in kept:
        if mark.point.threshold != best.point.threshold:
            where = "" if mark.point.threshold == measured.point.threshold else f"{_at(mark)}: "
            text = f"kept {where}{formatting.metric_value(_value(one, mark))}"
            write(figure, text, palette["ink"], beside(_place(figure, mark), _value(one, mark)), bold=True)


def _at(mark: Mark) -> str:
    threshold = mark.point.threshold
    if math.isinf(threshold):
        return f"flagging {'nothing' if threshold > 0 else 'everything'}"
    return f"at {mark.written}"


def _alt(one: Metric, what_if: ThresholdCurve, marks: Sequence[Mark]) -> str:
    measured, best, *kept = marks
    parts = [
        f"{one.label} against the threshold. Measured, the best is {formatting.metric_value(_value(one, measured))} "
        f"{_at(measured)}; in the what-if it is {formatting.metric_value(_value(one, best))} {_at(best)}."
    ]
    parts += [f"Kept {_at(mark)}, it is {formatting.metric_value(_value(one, mark))}." for mark in kept]
    parts.append(f"Flagging everything gives {formatting.metric_value(all_flagged(one, what_if))} there.")
    return " ".join(parts)
