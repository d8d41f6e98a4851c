"""The confusion matrix at one threshold."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.palette import Colors, Theme, colors
from f1tools.plots.canvas import axis, canvas, escaped, note

# A full cell has this much of its colour: more, and the text in it loses its contrast.
_STRONGEST = 0.4
_LONGEST_NAME = 10  # characters beside the cells
_CELLS = (
    ("tn", "left alone"),
    ("fp", "false alarm"),
    ("fn", "missed"),
    ("tp", "caught"),
)


def plot_confusion_matrix(
    counts: ConfusionCounts,
    *,
    labels: tuple[str, str] = ("positive", "negative"),
    theme: Theme = "light",
) -> go.Figure:
    """Draw the four counts as scikit-learn arranges them: a row for each class, a column for each decision.

    Each cell has its count and its share of the row; the tint follows the share.

    Parameters
    ----------
    counts : ConfusionCounts
        Of numbers, not arrays.
    labels : tuple of str
        Names of the positive and of the negative class.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    names = [escaped(label) for label in _shortened(labels[::-1])]
    cells = np.array([[counts.tn, counts.fp], [counts.fn, counts.tp]])
    in_class = cells.sum(axis=1, keepdims=True)
    shares = np.divide(cells, in_class, out=np.zeros((2, 2)), where=in_class > 0)
    figure = canvas(
        "Confusion matrix",
        _alt(counts, labels),
        palette,
        height=340,
        margin={"l": 100, "r": 18, "t": 70, "b": 18},
        xaxis=axis(palette, "", (-0.5, 1.5), showgrid=False, side="top", tickvals=[0, 1])
        | {"ticktext": ["not flagged", "flagged"], "tickfont": {"size": 13, "color": palette["ink"]}},
        yaxis=axis(palette, "", (1.5, -0.5), showgrid=False, tickvals=[0, 1])
        | {"ticktext": [f"{name} " for name in names], "tickfont": {"size": 13, "color": palette["ink"]}},
    )
    figure.add_trace(_tints(shares, palette))
    figure.update_layout(annotations=_texts(counts, shares, names, palette))
    return figure


def _tints(shares: FloatArray, palette: Colors) -> go.Heatmap:
    """Tint each row in the colour of its class, by the share of the row."""
    return go.Heatmap(
        z=shares * [[-1], [1]],
        zmin=-1 / _STRONGEST,
        zmax=1 / _STRONGEST,
        colorscale=[[0, palette["negative"]], [0.5, palette["background"]], [1, palette["positive"]]],
        showscale=False,
        xgap=4,
        ygap=4,
        hoverinfo="skip",
    )


def _texts(counts: ConfusionCounts, shares: FloatArray, names: list[str], palette: Colors) -> list[dict[str, Any]]:
    """Say in each cell how many rows it has, what they are, and their share of the class."""
    texts = []
    for place, (cell, meaning) in enumerate(_CELLS):
        row, column = divmod(place, 2)
        plural = "s" if cell == "fp" and counts.fp != 1 else ""
        texts.append(
            note(
                f'<span style="font-size:24px"><b>{formatting.count(getattr(counts, cell))}</b></span><br>'
                f"{meaning}{plural}<br>{formatting.percent(float(shares[row, column]))} of {_the(names[row])}",
                palette["ink"],
                x=column,
                y=row,
                font={"color": palette["ink"], "shadow": "none"},  # the page's colour would be a stain on the tint
            )
        )
    return texts


def _shortened(labels: tuple[str, str]) -> list[str]:
    """Make long names short, in the middle, so that names which differ at one of their ends still do."""
    short = [_without_middle(" ".join(label.split())) for label in labels]
    if short[0] == short[1] and labels[0] != labels[1]:
        return [f"{name[:-2]}…{place}" for place, name in enumerate(short)]
    return short


def _without_middle(name: str) -> str:
    """Leave the first letters and the last ones.

    Examples
    --------
    >>> _without_middle("customer_churned"), _without_middle("malignant")
    ('cust…urned', 'malignant')
    """
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME // 2 - 1]}…{name[-_LONGEST_NAME // 2 :]}"


def _the(name: str) -> str:
    """Say "class 0", as "of 0" reads like a number of cases."""
    return f"class {name}" if re.fullmatch(r"[-+]?[0-9.]+", name) else name


def _alt(counts: ConfusionCounts, labels: tuple[str, str]) -> str:
    return (
        f"{labels[0]}: {formatting.count(counts.tp)} of {formatting.count(counts.positives())} flagged, "
        f"{formatting.count(counts.fn)} missed. "
        f"{labels[1]}: {formatting.count(counts.fp)} of {formatting.count(counts.negatives())} flagged, "
        f"{formatting.count(counts.tn)} left alone."
    )
