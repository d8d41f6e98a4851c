"""Two thresholds, and the cases below, between and above them."""

from __future__ import annotations

import math
from typing import NamedTuple

import plotly.graph_objects as go

from f1tools import formatting
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import axis, canvas, escape, note
from f1tools.plots.traces import fill
from f1tools.what_if.triage import Triage, Zone

_GAP = 0.008  # between two zones, as part of the width
_MAX_NAME = 18
_MAX_LINE = 17  # letters of a line that fit in a third of a phone
_HEIGHT = 120  # of the plot area, in pixels
_MARGIN = {"l": 18, "r": 18, "t": 146, "b": 34}


class _Part(NamedTuple):
    """A zone with its name, its scores, and its place: start and width as shares of all cases."""

    name: str
    scores: str
    zone: Zone
    start: float
    share: float


def plot_triage(
    zones: Triage, *, labels: tuple[str, str] = ("positive", "negative"), theme: Theme = "light"
) -> go.Figure:
    """Draw all cases as one bar in three parts, each as wide as its share of the cases.

    Within a part the positives stand below the negatives, so areas are numbers of cases: positives among the ignored
    and negatives among the flagged are errors.

    Parameters
    ----------
    zones : Triage
    labels : tuple of str
        Names of the positive and of the negative class.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    names = [escape(label, _MAX_NAME) for label in labels]
    parts = _parts(zones)
    figure = canvas(
        "Triage",
        _alt(parts, labels[0]),
        palette,
        subtitle=_subtitle(zones),
        height=_HEIGHT + _MARGIN["t"] + _MARGIN["b"],
        margin=_MARGIN,
        hovermode="closest",
        barmode="stack",
        xaxis=axis(palette, "", (-0.003, 1.003), showgrid=False, showticklabels=False),
        yaxis=axis(palette, "", (0, 1), showgrid=False, showticklabels=False),
    )
    figure.add_trace(_bar(parts, names[0], "positive", palette))
    figure.add_trace(_bar(parts, names[1], "negative", palette))
    _add_texts(figure, parts, palette)
    below = {"yref": "paper", "y": 0, "yanchor": "top", "yshift": -8}
    figure.add_annotation(note(f"■ {names[0]}", palette["positive"], x=0, xanchor="left", **below))
    figure.add_annotation(note(f"▨ {names[1]}", palette["negative"], x=1, xanchor="right", **below))
    return figure


def _parts(zones: Triage) -> list[_Part]:
    named = (
        ("Ignored", _scores_text("below", zones.low), zones.auto_negative),
        ("Review", "between", zones.review),
        ("Flagged", _scores_text("from", zones.high), zones.auto_positive),
    )
    total = sum(float(zone.total) for _, _, zone in named)
    shares = [float(zone.total) / total for _, _, zone in named]
    return [_Part(*each, start=sum(shares[:k]), share=shares[k]) for k, each in enumerate(named)]


def _scores_text(side: str, threshold: float) -> str:
    if math.isfinite(threshold):
        return f"{side} {formatting.displayed_threshold(formatting.exact_threshold(threshold))}"
    return "every score" if (threshold > 0) == (side == "below") else "no score"


def _bar(parts: list[_Part], name: str, role: Role, palette: Colors) -> go.Bar:
    """Return the cases of one class, in all zones that are not empty."""
    parts = [part for part in parts if part.zone.total]
    cases = [part.zone.positives if role == "positive" else part.zone.negatives for part in parts]
    return go.Bar(
        x=[part.start + part.share / 2 for part in parts],
        y=[float(number) / float(part.zone.total) for number, part in zip(cases, parts, strict=True)],
        width=[max(part.share - _GAP, _GAP / 2) for part in parts],
        customdata=cases,
        name=name,
        marker=fill(role, palette),
        hovertemplate=f"%{{customdata:,}} {name} (%{{y:.1%}})<extra></extra>",
    )


def _add_texts(figure: go.Figure, parts: list[_Part], palette: Colors) -> None:
    """Describe each zone above its third of the bar, with a line to the zone, which can be too narrow for text."""
    texts = [_positives_text(part.zone) for part in parts]
    if max(map(len, texts)) > _MAX_LINE:
        texts = [text.replace(" of ", " positive<br>of ").removesuffix(" positive") for text in texts]
    for k, part in enumerate(parts):
        x = (k + 0.5) / len(parts)
        text = f"<b>{part.name} {formatting.percent(part.share)}</b><br>{part.scores}<br>{texts[k]}"
        figure.add_annotation(note(text, palette["ink"], x=x, y=1, yref="paper", yanchor="bottom", yshift=14))
        if part.zone.total:
            inset = min(_GAP, part.share / 2)
            nearest = min(max(x, part.start + inset), part.start + part.share - inset)
            heights = {"yref": "paper", "y0": 1 + 14 / _HEIGHT, "y1": 1 + 3 / _HEIGHT}
            figure.add_shape(type="line", x0=x, x1=nearest, line={"color": palette["muted"], "width": 1}, **heights)


def _positives_text(zone: Zone) -> str:
    """Return the number of positives in a zone, or their share where cases are not whole numbers."""
    positives, cases = float(zone.positives), float(zone.total)
    if not cases:
        return "no case"
    if positives.is_integer() and cases.is_integer():
        return f"{formatting.count(positives)} of {formatting.count(cases)} positive"
    return f"{formatting.percent(positives / cases)} positive"


def _subtitle(zones: Triage) -> str:
    missed, alarms = zones.auto_negative.positives, zones.auto_positive.negatives
    review = f"{formatting.percent(zones.workload)} to review"
    if float(missed).is_integer() and float(alarms).is_integer():
        plural = "" if alarms == 1 else "s"
        return f"{review}; {formatting.count(missed)} missed, {formatting.count(alarms)} false alarm{plural}"
    return f"{review}; {formatting.percent(float(missed / zones.positives))} of positives missed"


def _alt(parts: list[_Part], positive: str) -> str:
    return " ".join(
        f"{part.name}, {part.scores}: {formatting.percent(part.share)} of the cases, "
        f"{formatting.count(part.zone.positives)} of {formatting.count(part.zone.total)} {positive}."
        for part in parts
    )
