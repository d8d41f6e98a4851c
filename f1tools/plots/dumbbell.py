"""What each strategy reaches at 0.5 and at its tuned threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from f1tools import formatting
from f1tools.palette import Colors, Theme, colors
from f1tools.plots.canvas import axis, canvas, escaped, note
from f1tools.plots.paper import LETTER
from f1tools.plots.uprights import Upright, draw_uprights, head
from f1tools.repeats.corrected import CorrectedInterval

_ROW = 32  # pixels a row
_LONGEST = 18  # letters of a name
_VALUE = 46  # pixels for the values at the right
_ROOM = 0.04  # of the span, left and right of all that is drawn
_FAR = 0.25  # of the width, that flagging all may take for itself
_BOTTOM = 46


@dataclass(frozen=True)
class DumbbellRow:
    """One strategy.

    Parameters
    ----------
    name : str
        As it is shown; a long one is cut.
    half : float or None
        What it reaches at 0.5; None where that means nothing.
    tuned : CorrectedInterval
        What it reaches at its tuned threshold.
    """

    name: str
    half: float | None
    tuned: CorrectedInterval


def plot_dumbbell(
    rows: Sequence[DumbbellRow],
    *,
    label: str = "F1",
    reference: int | None = None,
    flag_all: float = math.nan,
    theme: Theme = "light",
) -> go.Figure:
    """Draw a row a strategy: a hollow dot at 0.5, a filled one at its tuned threshold with its interval.

    Parameters
    ----------
    rows : sequence of DumbbellRow
        From the top, in the order in which they are to be read.
    label : str
        What the metric is called.
    reference : int, optional
        The row that the others are compared with: a dotted line shows what it reaches at its tuned threshold.
    flag_all : float
        What flagging every row reaches, as another dotted line; nan draws none. Where it is so far from all else that
        it would take more than a quarter of the width, it is written beside the key instead.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    names = [escaped(row.name, _LONGEST) for row in rows]
    far = _is_far(flag_all, rows)
    lines = _lines(rows, names, reference, math.nan if far else flag_all)
    margin = {"l": _left(rows), "r": _VALUE, "t": head(max(len(lines), 1)), "b": _BOTTOM}
    figure = canvas(
        "0.5 against tuned",
        _alt(rows, label, flag_all),
        palette,
        subtitle=_key(rows, flag_all if far else math.nan),
        height=margin["t"] + margin["b"] + _ROW * len(rows),
        margin=margin,
        hovermode="closest",
        xaxis=axis(palette, escaped(label), _span(rows, lines), nticks=5),
        yaxis=axis(palette, "", (0.5 - len(rows), 0.5), tickmode="array", showgrid=False)
        | {
            "tickvals": [-place for place in range(len(rows))],
            "ticktext": [f"<b>{name}</b>" if place == reference else name for place, name in enumerate(names)],
            "tickfont": {"size": 12, "color": palette["ink"]},
        },
    )
    draw_uprights(figure, lines, palette)
    _draw(figure, rows, label, palette)
    for place, row in enumerate(rows):
        where = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": -place, "yref": "y"}
        figure.add_annotation(note(formatting.metric_value(row.tuned.mean), palette["fbeta"], **where))
    return figure


def _left(rows: Sequence[DumbbellRow]) -> int:
    """Give the pixels that the names take; bold ones and capitals are wider than most."""
    longest = max((len(formatting.truncate(row.name, _LONGEST)) for row in rows), default=0)
    return 16 + math.ceil(1.1 * LETTER * longest)


def _lines(rows: Sequence[DumbbellRow], names: Sequence[str], reference: int | None, flag_all: float) -> list[Upright]:
    lines = []
    if reference is not None and not math.isnan(rows[reference].tuned.mean):
        value = rows[reference].tuned.mean
        lines.append(Upright(value, f"{names[reference]} tuned {formatting.metric_value(value)}", "fbeta", "dot"))
    if not math.isnan(flag_all):
        lines.append(Upright(flag_all, f"flag all {formatting.metric_value(flag_all)}", "muted", "dot"))
    return lines


def _key(rows: Sequence[DumbbellRow], flag_all: float) -> str:
    """Say what the dots are, and what flagging all reaches where it has no line."""
    sure = any(not math.isnan(row.tuned.low) for row in rows)
    key = f"○ at 0.5   ● tuned{', with its interval' if sure else ''}"
    return key if math.isnan(flag_all) else f"{key}   flag all: {formatting.metric_value(flag_all)}"


def _is_far(value: float, rows: Sequence[DumbbellRow]) -> bool:
    """Tell whether a value would take too much of the width for itself."""
    low, high = _ends(rows)
    beyond = max(low - value, value - high)
    return not math.isnan(value) and beyond > _FAR * (high - low + beyond)


def _ends(rows: Sequence[DumbbellRow], lines: Sequence[Upright] = ()) -> tuple[float, float]:
    drawn = [line.at for line in lines]
    for row in rows:
        drawn += [row.tuned.mean, row.tuned.low, row.tuned.high, math.nan if row.half is None else row.half]
    known = [value for value in drawn if not math.isnan(value)]
    return min(known, default=0.0), max(known, default=1.0)


def _span(rows: Sequence[DumbbellRow], lines: Sequence[Upright]) -> tuple[float, float]:
    """Give the range of all that is drawn with some room, but not beyond 0 and 1 where all is between them."""
    low, high = _ends(rows, lines)
    room = _ROOM * (high - low) or 0.05
    within = (0.0, 1.0) if low >= 0 and high <= 1 else (-math.inf, math.inf)
    return max(low - room, within[0]), min(high + room, within[1])


def _draw(figure: go.Figure, rows: Sequence[DumbbellRow], label: str, palette: Colors) -> None:
    """Draw lines, then rings, then the smaller filled dots, so that neither hides the other where they meet."""
    known = [(-place, row) for place, row in enumerate(rows) if not math.isnan(row.tuned.mean)]
    pairs = [(y, row.half, row.tuned.mean) for y, row in known if row.half is not None and not math.isnan(row.half)]
    figure.add_trace(
        go.Scatter(
            x=[x for _, half, tuned in pairs for x in (half, tuned, None)],
            y=[end for y, _, _ in pairs for end in (y, y, None)],
            mode="lines",
            line={"color": palette["muted"], "width": 2},
            name="0.5 to tuned",
            hoverinfo="skip",
        )
    )
    ring = {"color": palette["background"], "size": 13, "line": {"color": palette["muted"], "width": 2}}
    figure.add_trace(
        go.Scatter(
            x=[half for _, half, _ in pairs],
            y=[y for y, _, _ in pairs],
            mode="markers",
            marker=ring,
            name="at 0.5",
            cliponaxis=False,
            hovertemplate=f"{escaped(label)} %{{x:.3f}} at 0.5<extra></extra>",
        )
    )
    figure.add_trace(_tuned(known, escaped(label), palette))


def _tuned(known: Sequence[tuple[int, DumbbellRow]], label: str, palette: Colors) -> go.Scatter:
    """Draw the filled dots; an interval that is unknown has no whisker."""
    ends = [(row.tuned.low, row.tuned.high) for _, row in known]
    told = [
        "" if math.isnan(low) else f"<br>{formatting.metric_value(low)} to {formatting.metric_value(high)}"
        for low, high in ends
    ]
    return go.Scatter(
        x=[row.tuned.mean for _, row in known],
        y=[y for y, _ in known],
        error_x={
            "array": [0 if math.isnan(row.tuned.high) else row.tuned.high - row.tuned.mean for _, row in known],
            "arrayminus": [0 if math.isnan(row.tuned.low) else row.tuned.mean - row.tuned.low for _, row in known],
            "color": palette["fbeta"],
            "thickness": 1,
            "width": 0,
        },
        customdata=told,
        mode="markers",
        marker={"color": palette["fbeta"], "size": 9},
        name="tuned",
        cliponaxis=False,  # a dot at 0 or 1 lies on the edge
        hovertemplate=f"{label} %{{x:.3f}} tuned%{{customdata}}<extra></extra>",
    )


def _alt(rows: Sequence[DumbbellRow], label: str, flag_all: float) -> str:
    parts = [f"{formatting.single_line(label)} of {len(rows)} strategies at 0.5 and at their tuned thresholds."]
    for row in rows:
        half = "" if row.half is None else f"{formatting.metric_value(row.half)} at 0.5, "
        interval = (
            ""
            if math.isnan(row.tuned.low)
            else f" ({formatting.metric_value(row.tuned.low)} to {formatting.metric_value(row.tuned.high)})"
        )
        parts.append(
            f"{formatting.truncate(row.name)}: {half}{formatting.metric_value(row.tuned.mean)} tuned{interval}."
        )
    if not math.isnan(flag_all):
        parts.append(f"Flagging every row: {formatting.metric_value(flag_all)}.")
    return " ".join(parts)
