"""Two thresholds, and what lies below, between and above them."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import plotly.graph_objects as go

from f1tools import formatting
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import axis, canvas, escaped, note
from f1tools.plots.fills import filling
from f1tools.what_if.triage import Triage, Zone

_GAP = 0.008  # between two zones, of the figure's width
_LONGEST_NAME = 18
_ONE_LINE = 17  # letters that fit above a third of a phone
_DRAWING = 120  # pixels
_MARGIN = {"l": 18, "r": 18, "t": 146, "b": 34}


def plot_triage(
    zones: Triage, *, labels: tuple[str, str] = ("positive", "negative"), theme: Theme = "light"
) -> go.Figure:
    """Draw all cases as one bar in three parts, each as wide as its share of the cases.

    Within a part the positives stand below the negatives, so areas are numbers of cases: what is positive among the
    sure no and negative among the sure yes is decided wrongly.

    Parameters
    ----------
    zones : Triage
    labels : tuple of str
        Names of the positive and of the negative class.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    names = [escaped(label, longest=_LONGEST_NAME) for label in labels]
    figure = canvas(
        "Triage",
        _alt(zones, labels),
        palette,
        subtitle=_subtitle(zones),
        height=_DRAWING + _MARGIN["t"] + _MARGIN["b"],
        margin=_MARGIN,
        hovermode="closest",
        barmode="stack",
        xaxis=axis(palette, "", (-0.003, 1.003), showgrid=False, showticklabels=False),
        yaxis=axis(palette, "", (0, 1), showgrid=False, showticklabels=False),
    )
    parts = _parts(zones)
    roles: tuple[Role, Role] = ("positive", "negative")
    for name, role in zip(names, roles, strict=True):
        figure.add_trace(_areas(parts, name, role, palette))
    _texts(figure, parts, palette)
    _legend(figure, names, palette)
    return figure


def _subtitle(zones: Triage) -> str:
    lost, alarms = zones.auto_negative.positives, zones.auto_positive.negatives
    if not (float(lost).is_integer() and float(alarms).is_integer()):
        return (
            f"{formatting.percent(zones.workload)} to review; "
            f"{formatting.percent(float(lost / zones.positives))} of real lost"
        )
    return (
        f"{formatting.percent(zones.workload)} to review; {formatting.count(lost)} real lost, "
        f"{formatting.count(alarms)} false alarm{'' if alarms == 1 else 's'}"
    )


class _Part(NamedTuple):
    """A zone with its name and its scores, and where it starts and how wide it is, as shares of all cases."""

    name: str
    scores: str
    zone: Zone
    start: float
    share: float


def _parts(zones: Triage) -> list[_Part]:
    named = (
        ("Sure no", _scores("below", zones.low, zones.auto_negative), zones.auto_negative),
        ("Review", "between", zones.review),
        ("Sure yes", _scores("from", zones.high, zones.auto_positive), zones.auto_positive),
    )
    everything = sum(float(zone.total) for _, _, zone in named)
    shares = [float(zone.total) / everything for _, _, zone in named]
    return [_Part(*one, start=sum(shares[:k]), share=shares[k]) for k, one in enumerate(named)]


def _scores(side: str, threshold: float, zone: Zone) -> str:
    if math.isfinite(threshold):
        return f"{side} {formatting.rounded_threshold(threshold)}"
    return "every score" if zone.total else "no score"


def _areas(parts: list[_Part], name: str, role: Role, palette: Colors) -> go.Bar:
    there = [part for part in parts if part.zone.total]
    cases = [part.zone.positives if role == "positive" else part.zone.negatives for part in there]
    return go.Bar(
        x=[part.start + part.share / 2 for part in there],
        y=[float(case) / float(part.zone.total) for case, part in zip(cases, there, strict=True)],
        width=[max(part.share - _GAP, _GAP / 2) for part in there],
        customdata=cases,
        name=name,
        marker=filling(role, palette),
        hovertemplate=f"%{{customdata:,}} {name} (%{{y:.1%}})<extra></extra>",
    )


def _texts(figure: go.Figure, parts: list[_Part], palette: Colors) -> None:
    """Say above the bar what each zone is, with a line to it: narrow zones have no room for words."""
    inside = [_real(part.zone) for part in parts]
    if max(map(len, inside)) > _ONE_LINE:
        inside = [text.replace(" of ", " real<br>of ").removesuffix(" real") for text in inside]
    for k, part in enumerate(parts):
        x = (k + 0.5) / len(parts)
        cases = inside[k] if part.zone.total else "no case"
        text = f"<b>{part.name} {formatting.percent(part.share)}</b><br>{part.scores}<br>{cases}"
        figure.add_annotation(note(text, palette["ink"], x=x, y=1, yref="paper", yanchor="bottom", yshift=14))
        if part.zone.total:
            inset = min(_GAP, part.share / 2)
            nearest = min(max(x, part.start + inset), part.start + part.share - inset)
            figure.add_shape(_leader(x, nearest, palette))


def _real(zone: Zone) -> str:
    """Say how many cases of a zone are real; as a share where they are not whole cases."""
    real, cases = float(zone.positives), float(zone.total)
    if real.is_integer() and cases.is_integer():
        return f"{formatting.count(real)} of {formatting.count(cases)} real"
    return f"{formatting.percent(real / cases)} real"


def _leader(x: float, nearest: float, palette: Colors) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": x,
        "x1": nearest,
        "yref": "paper",
        "y0": 1 + 14 / _DRAWING,
        "y1": 1 + 3 / _DRAWING,
        "line": {"color": palette["muted"], "width": 1},
    }


def _legend(figure: go.Figure, names: list[str], palette: Colors) -> None:
    where = {"yref": "paper", "y": 0, "yanchor": "top", "yshift": -8}
    figure.add_annotation(note(f"■ {names[0]}", palette["positive"], x=0, xanchor="left", **where))
    figure.add_annotation(note(f"▨ {names[1]}", palette["negative"], x=1, xanchor="right", **where))


def _alt(zones: Triage, labels: tuple[str, str]) -> str:
    parts = [
        f"{part.name}, {part.scores}: {formatting.percent(part.share)} of the cases, "
        f"{formatting.count(part.zone.positives)} of "
        f"{formatting.count(part.zone.total)} {labels[0]}."
        for part in _parts(zones)
    ]
    return " ".join(parts)
