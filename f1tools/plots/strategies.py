"""Comparison of training strategies: each at 0.5 and at its tuned threshold, and their curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import plotly.graph_objects as go

from f1tools import formatting
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import axis, canvas, escape, note, padded_range, value_range
from f1tools.plots.marks import VerticalLine, add_vertical_lines
from f1tools.plots.traces import dots, line_trace
from f1tools.repeats.corrected import CorrectedInterval
from f1tools.repeats.curves import By, MeanCurve

_ROW = 32  # pixels
_MAX_NAME = 18
_VALUES = 46  # pixels for the values at the right
_FAR = 0.25  # of the width: the most that the line of flagging all may add


@dataclass(frozen=True)
class DumbbellRow:
    """One strategy.

    Parameters
    ----------
    name : str
    half : float or None
        F1 at 0.5; None where 0.5 is meaningless.
    tuned : CorrectedInterval
        F1 at the tuned threshold.
    """

    name: str
    half: float | None
    tuned: CorrectedInterval


def plot_dumbbell(rows: Sequence[DumbbellRow], *, flag_all: float, theme: Theme = "light") -> go.Figure:
    """Draw each strategy as a row: a hollow dot at 0.5, a filled dot with its interval at the tuned threshold.

    Parameters
    ----------
    rows : sequence of DumbbellRow
        From top to bottom. The first is the reference: a dotted line marks its value at its tuned threshold.
    flag_all : float
        F1 when every row is flagged, as another dotted line. A value so far from all else that it would take more than
        a quarter of the width is written in the subtitle instead.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    names = [escape(row.name, _MAX_NAME) for row in rows]
    low, high = _drawn_range(rows)
    beyond = max(low - flag_all, flag_all - high)
    is_far = beyond > _FAR * (high - low + beyond)
    lines = _dotted_line(rows[0].tuned.mean, f"{names[0]} tuned", "fbeta")
    lines += [] if is_far else _dotted_line(flag_all, "all flagged", "muted")
    drawn = [low, high, *(line.x for line in lines)]
    rows_axis = {
        "tickvals": [-place for place in range(len(rows))],
        "ticktext": [f"<b>{names[0]}</b>", *names[1:]],
        "tickfont": {"size": 12, "color": palette["ink"]},
    }
    figure = canvas(
        "0.5 vs. tuned threshold",
        _dumbbell_alt(rows, flag_all),
        palette,
        subtitle=_dumbbell_key(rows, flag_all if is_far else math.nan),
        labels=max(len(lines), 1),
        margin={"l": 16, "r": _VALUES},
        xaxis=axis(palette, "F1", padded_range(min(drawn), max(drawn)), nticks=5),
        yaxis=axis(palette, "", (0.5 - len(rows), 0.5), showgrid=False, automargin=True) | rows_axis,
    )
    figure.layout.height = figure.layout.margin.t + figure.layout.margin.b + _ROW * len(rows)
    add_vertical_lines(figure, lines, palette)
    _add_dumbbells(figure, rows, palette)
    for place, row in enumerate(rows):
        right = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": -place}
        figure.add_annotation(note(formatting.metric_value(row.tuned.mean), palette["fbeta"], **right))
    return figure


def _dotted_line(value: float, name: str, color: Role) -> list[VerticalLine]:
    """Return a line with its value in the label; none where the value is nan."""
    label = f"{name} {formatting.metric_value(value)}"
    return [] if math.isnan(value) else [VerticalLine(value, label, color, "dot")]


def _drawn_range(rows: Sequence[DumbbellRow]) -> tuple[float, float]:
    """Return the lowest and the highest value of all dots and intervals."""
    values = [value for row in rows for value in (row.tuned.mean, row.tuned.low, row.tuned.high, row.half)]
    defined = [value for value in values if value is not None and not math.isnan(value)]
    return min(defined, default=0.0), max(defined, default=1.0)


def _dumbbell_key(rows: Sequence[DumbbellRow], flag_all: float) -> str:
    """Explain the dots, and add the value of flagging all unless it is nan."""
    has_interval = any(row.tuned.defined for row in rows)
    key = f"○ at 0.5   ● tuned{', with its interval' if has_interval else ''}"
    return key if math.isnan(flag_all) else f"{key}   all flagged: {formatting.metric_value(flag_all)}"


def _add_dumbbells(figure: go.Figure, rows: Sequence[DumbbellRow], palette: Colors) -> None:
    """Draw lines, then rings, then the smaller filled dots, so that none hides another where they meet."""
    defined = [(-place, row) for place, row in enumerate(rows) if not math.isnan(row.tuned.mean)]
    pairs = [(y, row.half, row.tuned.mean) for y, row in defined if row.half is not None and not math.isnan(row.half)]
    x = [x for _, half, tuned in pairs for x in (half, tuned, None)]
    y = [end for y, _, _ in pairs for end in (y, y, None)]
    line = {"color": palette["muted"], "width": 2}
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=line, name="0.5 to tuned", hoverinfo="skip"))
    ring = {"color": palette["background"], "size": 13, "line": line}
    hover = {"hovertemplate": "F1 %{x:.3f} at 0.5<extra></extra>"}
    figure.add_trace(dots("at 0.5", [(half, y) for y, half, _ in pairs], ring, cliponaxis=False, **hover))
    intervals = [row.tuned if row.tuned.defined else None for _, row in defined]
    whiskers = {
        "array": [each.high - each.mean if each else 0 for each in intervals],
        "arrayminus": [each.mean - each.low if each else 0 for each in intervals],
        "color": palette["fbeta"],
        "thickness": 1,
        "width": 0,
    }
    tuned = dots(
        "tuned",
        [(row.tuned.mean, y) for y, row in defined],
        {"color": palette["fbeta"], "size": 9},
        cliponaxis=False,
        error_x=whiskers,
        customdata=[f"<br>{each.text}" if each else "" for each in intervals],
        hovertemplate="F1 %{x:.3f} tuned%{customdata}<extra></extra>",
    )
    figure.add_trace(tuned)


def _dumbbell_alt(rows: Sequence[DumbbellRow], flag_all: float) -> str:
    sentences = [f"F1 of {len(rows)} strategies at 0.5 and at their tuned thresholds."]
    for row in rows:
        half = "" if row.half is None else f"{formatting.metric_value(row.half)} at 0.5, "
        interval = f" ({row.tuned.text})" if row.tuned.defined else ""
        tuned = formatting.metric_value(row.tuned.mean)
        sentences.append(f"{formatting.truncate(row.name)}: {half}{tuned} tuned{interval}.")
    return " ".join([*sentences, f"Flagging every row: {formatting.metric_value(flag_all)}."])


_NOWHERE = (math.nan, math.nan)
_MAX_CURVE_NAME = 20
_SHARE_STEP = 0.05  # in which the axis of shares grows
_BACKGROUND_OPACITY = 0.45


def plot_strategy_curves(
    curves: Sequence[MeanCurve],
    *,
    highlighted: str,
    reference: str,
    by: By = "threshold",
    name_of: Callable[[str], str] = str,
    theme: Theme = "light",
) -> go.Figure:
    """Draw F1 of each strategy as a mean over the repeats; two are highlighted and named in the legend.

    Parameters
    ----------
    curves : sequence of MeanCurve
    highlighted, reference : str
        Models to highlight. One without a curve by threshold, because its scores are not probabilities, is named in
        the subtitle instead.
    by : {"threshold", "flagged"}
        Meaning of the horizontal axis. Shares end with the curves, and the axis says so.
    name_of : callable
        Returns the name of a model.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    roles: dict[str, Role] = {reference: "ink", highlighted: "fbeta"}
    end = 1.0 if by == "threshold" else _share_end(curves)
    drawn = [_clip_dots(curve, end) for curve in curves]
    drawn.sort(key=lambda curve: list(roles).index(curve.model) if curve.model in roles else -1)
    missing = [] if by == "flagged" else [model for model in roles if all(each.model != model for each in curves)]
    subtitle = ["● tuned, ○ at 0.5: means, each split at its own threshold"]
    subtitle += [f"{escape(name_of(each), _MAX_CURVE_NAME)}: no probabilities, see Share flagged" for each in missing]
    heights = [[point[1] for point in (each.tuned, each.half) if point is not None] for each in drawn]
    figure = canvas(
        "Strategy curves",
        _curves_alt(curves, [highlighted, reference], by, name_of),
        palette,
        subtitle="<br>".join(subtitle),
        legend="reversed",
        margin={"l": 60},
        xaxis=_curve_axis(palette, by, end),
        yaxis=axis(palette, "F1", value_range(*[each.value for each in drawn], *heights)),
    )
    for each in drawn:
        name = escape(name_of(each.model), _MAX_CURVE_NAME)
        figure.add_trace(_curve_line(each, name, roles.get(each.model), by, palette))
    _add_curve_dots(figure, drawn, roles, palette)
    return figure


def _curve_axis(palette: Colors, by: By, end: float) -> dict[str, object]:
    if by == "threshold":
        return axis(palette, "Threshold (score ≥)", (-0.01, 1.01))
    title = "Share of the rows flagged" + (f", up to {end:.0%}" if end < 1 else "")
    return axis(palette, title, (-0.01 * end, 1.01 * end), tickformat=".0%")


def _share_end(curves: Sequence[MeanCurve]) -> float:
    """Return the end of the axis of shares: the end of the curves, rounded up to a whole step."""
    last = max((float(curve.x[-1]) for curve in curves), default=1.0)
    return min(1.0, math.ceil(round(last / _SHARE_STEP, 6)) * _SHARE_STEP)


def _clip_dots(curve: MeanCurve, end: float) -> MeanCurve:
    """Remove the points beyond the end of the axis."""
    half = curve.half if curve.half is not None and curve.half[0] <= end else None
    return replace(curve, tuned=curve.tuned if curve.tuned[0] <= end else _NOWHERE, half=half)


def _curve_line(curve: MeanCurve, name: str, role: Role | None, by: By, palette: Colors) -> go.Scatter:
    where = "at %{x:.3f}" if by == "threshold" else "with %{x:.1%} flagged"
    return line_trace(
        curve.x,
        curve.value,
        name,
        {"color": palette[role or "muted"], "width": 3 if role == "fbeta" else 2.5 if role else 1},
        opacity=1 if role else _BACKGROUND_OPACITY,
        showlegend=role is not None,
        hovertemplate=f"{name}<br>F1 %{{y:.3f}} {where}<extra></extra>",
    )


def _add_curve_dots(figure: go.Figure, curves: Sequence[MeanCurve], roles: dict[str, Role], palette: Colors) -> None:
    """Draw a filled dot at each tuned point, and a hollow one at 0.5 for the highlighted curves."""
    rim = {"color": palette["background"], "width": 1.5}
    background = [curve for curve in curves if curve.model not in roles]
    strong = [curve for curve in curves if curve.model in roles]
    for group, size, opacity in ((background, 6, 0.7), (strong, 11, 1)):
        fill = [palette[roles.get(curve.model, "muted")] for curve in group]
        marker = {"color": fill, "size": size, "line": rim, "opacity": opacity}
        figure.add_trace(dots("tuned", [curve.tuned for curve in group], marker, cliponaxis=False))
    halves = [(curve.half, palette[roles[curve.model]]) for curve in strong if curve.half is not None]
    hollow = {"color": palette["background"], "size": 9, "line": {"color": [edge for _, edge in halves], "width": 2}}
    figure.add_trace(dots("at 0.5", [point for point, _ in halves], hollow, cliponaxis=False))


def _curves_alt(curves: Sequence[MeanCurve], models: Sequence[str], by: By, name_of: Callable[[str], str]) -> str:
    x_name = "threshold" if by == "threshold" else "share of the rows flagged"
    sentences = [f"F1 of {len(curves)} strategies by {x_name}."]
    for curve in curves:
        if curve.model in models:
            x, value = curve.tuned
            where = formatting.rounded_threshold(x) if by == "threshold" else formatting.percent(x)
            half = "" if curve.half is None else f", and {formatting.metric_value(curve.half[1])} at 0.5"
            name, value_text = formatting.truncate(name_of(curve.model)), formatting.metric_value(value)
            sentences.append(f"{name} reaches {value_text} tuned, at {where}{half}.")
    return " ".join(sentences)
