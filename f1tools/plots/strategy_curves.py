"""The curves of several strategies: all quiet, two of them strong."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import axis, canvas, compact, escaped
from f1tools.plots.paper import Spot
from f1tools.plots.room import write
from f1tools.plots.steps import value_range
from f1tools.repeats.curves import By, MeanCurve

_KEY = "● tuned, ○ at 0.5: means, each split at its own threshold"
_NOWHERE = (math.nan, math.nan)
_LONGEST = 20  # letters of a name
_WRITTEN = 16  # of them beside a line
_LINE = 16  # pixels of another line below the title
_PLACES = 12  # along a line at which its name may stand
_STEP = 0.05  # of the axis of shares
_QUIET = 0.45  # opacity of the lines in the background


def plot_strategy_curves(
    curves: Sequence[MeanCurve],
    *,
    highlighted: str,
    reference: str,
    by: By = "threshold",
    label: str = "F1",
    name_of: Callable[[str], str] = str,
    theme: Theme = "light",
) -> go.Figure:
    """Draw the objective of each strategy, as a mean over the repeats.

    Parameters
    ----------
    curves : sequence of MeanCurve
    highlighted, reference : str
        The models whose curves are strong and named. One that has no curve by the threshold, since its scores are no
        probabilities, is named below the title instead.
    by : {"threshold", "flagged"}
        What the horizontal axis is. Shares end where the curves do, and the axis says so.
    label : str
        What the metric is called.
    name_of : callable
        How the name of a model is shown.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    roles: dict[str, Role] = {reference: "ink", highlighted: "fbeta"}
    until = 1.0 if by == "threshold" else _last(curves)
    shown = [_without_dots(one, until) for one in curves]
    ordered = sorted(shown, key=lambda one: list(roles).index(one.model) if one.model in roles else -1)
    missing = [escaped(name_of(model), _LONGEST) for model in _without(curves, roles, by)]
    key = "<br>".join([_KEY, *(f"{name}: no probabilities, see Share flagged" for name in missing)])
    figure = canvas(
        "Curve of each strategy",
        _alt(curves, highlighted, reference, by, label, name_of),
        palette,
        subtitle=key,
        height=400 + _LINE * len(missing),
        margin={"l": 60, "r": 18, "t": 66 + _LINE * len(missing), "b": 46},
        hovermode="closest",
        xaxis=_axis(palette, by, until),
        yaxis=axis(palette, escaped(label), value_range(*[one.value for one in shown], *_points(shown))),
    )
    for one in ordered:
        figure.add_trace(_line(one, escaped(name_of(one.model), _LONGEST), roles.get(one.model), label, by, palette))
    _mark(figure, ordered, roles, palette)
    for one in ordered[::-1]:
        if one.model in roles:
            color = palette[roles[one.model]]
            write(figure, escaped(name_of(one.model), _WRITTEN), color, _spots(one), bold=True)
    return figure


def _axis(palette: Colors, by: By, until: float) -> dict[str, object]:
    if by == "threshold":
        return axis(palette, "Threshold (score ≥)", (-0.01, 1.01))
    title = "Share of the rows flagged" + (f", up to {until:.0%}" if until < 1 else "")
    return axis(palette, title, (-0.01 * until, 1.01 * until), tickformat=".0%")


def _last(curves: Sequence[MeanCurve]) -> float:
    """Give the share, in whole steps of the axis, that holds all curves."""
    last = max((float(one.x[-1]) for one in curves), default=1.0)
    return min(1.0, math.ceil(round(last / _STEP, 6)) * _STEP)


def _without(curves: Sequence[MeanCurve], models: Iterable[str], by: By) -> list[str]:
    """Give the models that have no curve since their scores are no probabilities."""
    return [] if by == "flagged" else [model for model in models if all(one.model != model for one in curves)]


def _without_dots(one: MeanCurve, until: float) -> MeanCurve:
    """Leave out dots that lie beyond the axis."""
    tuned = one.tuned if one.tuned[0] <= until else _NOWHERE
    return replace(one, tuned=tuned, half=one.half if one.half is not None and one.half[0] <= until else None)


def _points(curves: Sequence[MeanCurve]) -> list[FloatArray]:
    return [np.array([point[1] for point in (one.tuned, one.half) if point is not None]) for one in curves]


def _line(one: MeanCurve, name: str, role: Role | None, label: str, by: By, palette: Colors) -> go.Scatter:
    place = "at %{x:.3f}" if by == "threshold" else "with %{x:.1%} flagged"
    return go.Scatter(
        x=compact(one.x, (0.0, 1.0)),
        y=one.value.astype(np.float32),
        mode="lines",
        line={"color": palette[role or "muted"], "width": 3 if role == "fbeta" else 2.5 if role else 1},
        opacity=1 if role else _QUIET,
        name=name,
        hovertemplate=f"{name}<br>{escaped(label)} %{{y:.3f}} {place}<extra></extra>",
    )


def _mark(figure: go.Figure, curves: Sequence[MeanCurve], roles: dict[str, Role], palette: Colors) -> None:
    """Put a filled dot at each tuned point, and for the strong ones a hollow one at 0.5."""
    line = {"color": palette["background"], "width": 1.5}
    for group, size, opacity in (
        ([one for one in curves if one.model not in roles], 6, 0.7),
        ([one for one in curves if one.model in roles], 11, 1),
    ):
        shown = [palette[roles.get(one.model, "muted")] for one in group]
        marker = {"color": shown, "size": size, "line": line, "opacity": opacity}
        figure.add_trace(_dots([one.tuned for one in group], marker, "tuned"))
    halves = [one for one in curves if one.model in roles and one.half is not None]
    edges = [palette[roles[one.model]] for one in halves]
    hollow = {"color": palette["background"], "size": 9, "line": {"color": edges, "width": 2}}
    figure.add_trace(_dots([one.half for one in halves if one.half is not None], hollow, "at 0.5"))


def _dots(points: Sequence[tuple[float, float]], marker: dict[str, object], name: str) -> go.Scatter:
    x, y = [point[0] for point in points], [point[1] for point in points]
    return go.Scatter(x=x, y=y, mode="markers", marker=marker, name=name, hoverinfo="skip", cliponaxis=False)


def _spots(one: MeanCurve) -> list[Spot]:
    """Give spots above and below a line, along it."""
    spots = []
    for place in np.linspace(0, one.x.size - 1, _PLACES).astype(int)[1:-1].tolist():
        x, y = float(one.x[place]), float(one.value[place])
        spots += [Spot(x, y, "left", "bottom", 2, 4), Spot(x, y, "right", "bottom", -2, 4)]
        spots += [Spot(x, y, "left", "top", 2, -4), Spot(x, y, "right", "top", -2, -4)]
    return spots


def _alt(
    curves: Sequence[MeanCurve], highlighted: str, reference: str, by: By, label: str, name_of: Callable[[str], str]
) -> str:
    what = "the threshold" if by == "threshold" else "the share of the rows flagged"
    parts = [f"{formatting.single_line(label)} of {len(curves)} strategies against {what}."]
    for one in curves:
        if one.model in (highlighted, reference):
            x, value = one.tuned
            at = formatting.rounded_threshold(x) if by == "threshold" else formatting.percent(x)
            half = "" if one.half is None else f", and {formatting.metric_value(one.half[1])} at 0.5"
            parts.append(
                f"{formatting.truncate(name_of(one.model))} reaches {formatting.metric_value(value)} "
                f"tuned, at {at}{half}."
            )
    return " ".join(parts)
