"""The confusion matrix at one threshold."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.palette import Colors, Theme, colors
from f1tools.plots.canvas import axis, canvas, escape, note

_STRONGEST_TINT = 0.4  # a stronger one would take the contrast from the text in the cell
_MAX_NAME = 10
_CELLS = (("tn", "correctly not flagged"), ("fp", "false alarm"), ("fn", "missed"), ("tp", "caught"))


def plot_confusion_matrix(
    counts: ConfusionCounts, *, labels: tuple[str, str] = ("positive", "negative"), theme: Theme = "light"
) -> go.Figure:
    """Draw the four counts in scikit-learn's order: a row for each class, a column for each decision.

    Each cell has its count and its share of the row; the tint follows the share.

    Parameters
    ----------
    counts : ConfusionCounts
        Numbers, not arrays.
    labels : tuple of str
        Names of the positive and of the negative class.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    names = [escape(name) for name in _shorten(labels[::-1])]
    cells = np.array([[counts.tn, counts.fp], [counts.fn, counts.tp]])
    class_sizes = cells.sum(axis=1, keepdims=True)
    shares = np.divide(cells, class_sizes, out=np.zeros((2, 2)), where=class_sizes > 0)
    tick_labels = {"showgrid": False, "tickvals": [0, 1], "tickfont": {"size": 13, "color": palette["ink"]}}
    figure = canvas(
        "Confusion matrix",
        _alt(counts, labels),
        palette,
        height=340,
        margin={"l": 100, "r": 18, "t": 70, "b": 18},
        xaxis=axis(palette, "", (-0.5, 1.5), side="top", ticktext=["not flagged", "flagged"], **tick_labels),
        yaxis=axis(palette, "", (1.5, -0.5), ticktext=[f"{name} " for name in names], **tick_labels),
    )
    figure.add_trace(
        go.Heatmap(
            z=shares * [[-1], [1]],  # the sign chooses the color of the class
            zmin=-1 / _STRONGEST_TINT,
            zmax=1 / _STRONGEST_TINT,
            colorscale=[[0, palette["negative"]], [0.5, palette["background"]], [1, palette["positive"]]],
            showscale=False,
            xgap=4,
            ygap=4,
            hoverinfo="skip",
        )
    )
    figure.update_layout(annotations=_cell_texts(counts, shares, names, palette))
    return figure


def _cell_texts(counts: ConfusionCounts, shares: FloatArray, names: list[str], palette: Colors) -> list[dict[str, Any]]:
    """Return the text of each cell: its count, what it means, and its share of the class."""
    texts = []
    for place, (cell, meaning) in enumerate(_CELLS):
        row, column = divmod(place, 2)
        plural = "s" if cell == "fp" and counts.fp != 1 else ""
        text = (
            f'<span style="font-size:24px"><b>{formatting.count(getattr(counts, cell))}</b></span><br>'
            f"{meaning}{plural}<br>{formatting.percent(float(shares[row, column]))} of {_class_phrase(names[row])}"
        )
        font = {"color": palette["ink"], "shadow": "none"}  # a halo would be a stain on the tint
        texts.append(note(text, palette["ink"], x=column, y=row, font=font))
    return texts


def _shorten(labels: tuple[str, str]) -> list[str]:
    """Cut the middle out of long names, which often differ at one end; number the ones that become equal."""
    short = [_cut_middle(" ".join(label.split())) for label in labels]
    if short[0] == short[1] and labels[0] != labels[1]:
        return [f"{name[:-2]}…{place}" for place, name in enumerate(short)]
    return short


def _cut_middle(name: str) -> str:
    """Return the first and the last letters of a long name.

    Examples
    --------
    >>> _cut_middle("customer_churned"), _cut_middle("malignant")
    ('cust…urned', 'malignant')
    """
    return name if len(name) <= _MAX_NAME else f"{name[: _MAX_NAME // 2 - 1]}…{name[-_MAX_NAME // 2 :]}"


def _class_phrase(name: str) -> str:
    """Return "class 0" for the name "0", since "of 0" reads like a number of cases."""
    return f"class {name}" if re.fullmatch(r"[-+]?[0-9.]+", name) else name


def _alt(counts: ConfusionCounts, labels: tuple[str, str]) -> str:
    numbers = (counts.tp, counts.fn, counts.fp, counts.tn, counts.positives(), counts.negatives())
    tp, fn, fp, tn, positives, negatives = map(formatting.count, numbers)
    return (
        f"{labels[0]}: {tp} of {positives} flagged, {fn} missed. "
        f"{labels[1]}: {fp} of {negatives} flagged, {tn} correctly not flagged."
    )
