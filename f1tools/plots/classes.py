"""Several classes: averages at a common threshold, what becomes of each label, and which classes are confused."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.classes import Average
from f1tools.core.counts import FloatArray
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import axis, canvas, escape, threshold_axis, value_range
from f1tools.plots.marks import VerticalLine, add_vertical_lines
from f1tools.plots.traces import fill, line_trace, threshold_range

_AVERAGES: dict[Average, tuple[Role, str]] = {
    "macro": ("fbeta", "solid"), "micro": ("other_1", "dash"), "weighted": ("other_2", "dot"),
}  # fmt: skip
_OUTCOMES: dict[str, tuple[str, Role]] = {
    "tp": ("caught", "fbeta"), "fn": ("missed", "recall"), "fp": ("false alarms", "negative"),
}  # fmt: skip
_BAR, _CELL = 26, 34  # pixels
_MAX_NAME, _MAX_CLASS_NAME = 14, 10
_MOST_DESCRIBED = 12  # in the alternative text
_TINT = 0.5  # of the color of a cell that has all rows, so that numbers stay readable


def plot_averages(
    thresholds: FloatArray,
    values: Mapping[Average, FloatArray],
    label: str,
    *,
    average: Average = "macro",
    lines: Sequence[tuple[float, str]] = (),
    theme: Theme = "light",
) -> go.Figure:
    """Draw averages over all labels as step functions of a common threshold.

    Parameters
    ----------
    thresholds : ndarray of shape (m,)
        Finite, ascending.
    values : mapping of str to ndarray of shape (m,)
        By average: "macro", "micro", "weighted".
    label : str
        What is averaged, such as "F1".
    average : str
        The one that thresholds are tuned for; its line is the widest.
    lines : sequence of (float, str)
        Thresholds to mark, each with its name.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    span = threshold_range(thresholds)
    at = " ".join(
        f"At the {name} threshold {formatting.rounded_threshold(x)}: {_values_text(thresholds, values, label, x)}."
        for x, name in lines
        if math.isfinite(x)
    )
    figure = canvas(
        "One threshold for all labels",
        f"{', '.join(values)} {label} of all labels by a common threshold. {at}".strip(),
        palette,
        subtitle=f"{label} of all labels where every label has the same threshold",
        legend="normal",
        labels=len(lines),
        hovermode="x unified",
        xaxis=threshold_axis(palette, span),
        yaxis=axis(palette, "", value_range(*values.values())),
    )
    for name, heights in values.items():
        color, dash = _AVERAGES[name]
        line = {"color": palette[color], "width": 3 if name == average else 2, "dash": dash, "shape": "vh"}
        hover = f"{name} {label} %{{y:.3f}}<extra></extra>"
        figure.add_trace(line_trace(thresholds, heights, f"{name} {label}", line, hovertemplate=hover))
    marks = [
        VerticalLine(x, f"{name} {formatting.rounded_threshold(x)}", "ink" if place else "fbeta", "dash")
        for place, (x, name) in enumerate(lines)
    ]
    add_vertical_lines(figure, marks, palette)
    return figure


def _values_text(thresholds: FloatArray, values: Mapping[Average, FloatArray], label: str, x: float) -> str:
    place = min(int(np.searchsorted(thresholds, x)), thresholds.size - 1)
    return ", ".join(f"{name} {label} {formatting.metric_value(float(each[place]))}" for name, each in values.items())


def plot_outcomes(
    names: Sequence[str],
    shares: Mapping[str, FloatArray],
    counts: Mapping[str, NDArray[Any]],
    *,
    theme: Theme = "light",
) -> go.Figure:
    """Draw a bar for each label: how the rows that have it or get it divide into caught, missed and false alarms.

    Parameters
    ----------
    names : sequence of str
        From top to bottom.
    shares : mapping of str to ndarray of shape (k,)
        By "tp", "fn" and "fp"; they add up to 1.
    counts : mapping of str to ndarray of shape (k,)
        By "tp", "fn", "fp" and "tn", for the text on hover.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    places = [-place for place in range(len(names))]
    ticks = {"tickvals": places, "ticktext": [escape(name, _MAX_NAME) for name in names]}
    figure = canvas(
        "What becomes of each label",
        _outcomes_alt(names, counts),
        palette,
        subtitle="Of the rows that have the label, or get it",
        legend="normal",
        barmode="stack",
        bargap=0.25,
        margin={"l": 16},
        xaxis=axis(palette, "", (0.0, 1.0), tickformat=".0%", nticks=5),
        yaxis=axis(palette, "", (0.5 - len(names), 0.5), showgrid=False, automargin=True)
        | ticks
        | {"tickfont": {"size": 12, "color": palette["ink"]}},
    )
    figure.layout.legend.indentation = -10  # else a legend with long names below has a line for each entry on a phone
    figure.layout.height = figure.layout.margin.t + figure.layout.margin.b + _BAR * len(names)
    rest = [formatting.count(each) for each in counts["tn"].tolist()]
    for cell, (name, color) in _OUTCOMES.items():
        texts = [formatting.count(each) for each in counts[cell].tolist()]
        hover = f"{name}: %{{customdata[0]}} (%{{x:.1%}})<br>neither had nor got it: %{{customdata[1]}}<extra></extra>"
        data = list(zip(texts, rest, strict=True))
        figure.add_trace(
            go.Bar(
                x=shares[cell], y=places, orientation="h", name=name, marker=fill(color, palette), customdata=data,
                hovertemplate=hover,
            )
        )  # fmt: skip
    return figure


def _outcomes_alt(names: Sequence[str], counts: Mapping[str, NDArray[Any]]) -> str:
    sentences = [f"Caught, missed and false alarms of {len(names)} labels."]
    for place, name in enumerate(names[:_MOST_DESCRIBED]):
        parts = (f"{formatting.count(counts[cell][place].item())} {what}" for cell, (what, _) in _OUTCOMES.items())
        sentences.append(f"{formatting.truncate(name)}: {', '.join(parts)}.")
    if len(names) > _MOST_DESCRIBED:
        sentences.append(f"And {len(names) - _MOST_DESCRIBED} more.")
    return " ".join(sentences)


def plot_confusion(matrix: NDArray[Any], names: Sequence[str], title: str, *, theme: Theme = "light") -> go.Figure:
    """Draw a confusion matrix: counts, on cells as dark as their share of the rows of the true class.

    Parameters
    ----------
    matrix : ndarray of shape (k, k)
        A row of it for each true class.
    names : sequence of str
    title : str
        How rows are decided.
    theme : {"light", "dark", "streamlit"}
    """
    palette, k = colors(theme), len(names)
    total = matrix.sum(axis=1, keepdims=True)
    shares = np.divide(matrix, total, out=np.zeros(matrix.shape), where=total > 0)
    texts = [escape(name, _MAX_CLASS_NAME) for name in names]
    places = list(range(k))
    shown = {"tickvals": places, "ticktext": texts, "showgrid": False}
    turned = {"autotickangles": [0, -90]} if k <= 12 else {"tickangle": -90}  # where they would touch
    figure = canvas(
        title,
        _confusion_alt(matrix, names, title),
        palette,
        subtitle="Down: true class; across: decided class",
        margin={"l": 16, "r": 4, "b": 16},
        xaxis=axis(palette, "", (-0.5, k - 0.5), side="bottom", automargin=True) | shown | turned,
        yaxis=axis(palette, "", (k - 0.5, -0.5), automargin=True) | shown | {"tickangle": 0},
    )
    figure.layout.height = figure.layout.margin.t + figure.layout.margin.b + _CELL * k + 20
    right = np.eye(k, dtype=np.bool_)
    figure.add_trace(_cells("correct", right, matrix, shares, texts, palette, "fbeta"))
    figure.add_trace(_cells("confused", ~right, matrix, shares, texts, palette, "recall"))
    return figure


def _cells(
    name: str,
    cells: NDArray[np.bool_],
    matrix: NDArray[Any],
    shares: FloatArray,
    names: Sequence[str],
    palette: Colors,
    color: Role,
) -> go.Heatmap:
    """Return some cells of a matrix in one color; empty ones have no number."""
    counts = matrix.tolist()
    text = [
        [formatting.count(counts[i][j]) if cells[i, j] and counts[i][j] else "" for j in range(len(names))]
        for i in range(len(names))
    ]
    return go.Heatmap(
        z=[[round(shares[i, j], 4) if cells[i, j] else None for j in range(len(names))] for i in range(len(names))],
        zmin=0,
        zmax=1 if name == "correct" else max(float(shares[cells].max(initial=0)), 0.05),
        text=text,
        texttemplate="%{text}",
        textfont={"size": 11, "color": palette["ink"]},
        customdata=[
            [
                f"{true} decided as {given}: {formatting.count(counts[i][j])} ({formatting.percent(shares[i, j])})"
                for j, given in enumerate(names)
            ]
            for i, true in enumerate(names)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        colorscale=[[0, palette["background"]], [1, palette[color]]],
        opacity=_TINT,
        showscale=False,
        hoverongaps=False,
        xgap=1,
        ygap=1,
        name=name,
    )


def _confusion_alt(matrix: NDArray[Any], names: Sequence[str], title: str) -> str:
    n_right, n = matrix.trace().item(), matrix.sum().item()
    sentences = [f"{title}: {formatting.count(n_right)} of {formatting.count(n)} rows get their class."]
    wrong = matrix * (1 - np.eye(len(names)))
    for place in np.argsort(-wrong, axis=None, kind="stable")[:3].tolist():
        i, j = divmod(place, len(names))
        if wrong[i, j] > 0:
            sentences.append(
                f"{formatting.count(matrix[i, j].item())} of {formatting.truncate(names[i])} are decided as "
                f"{formatting.truncate(names[j])}."
            )
    return " ".join(sentences)
