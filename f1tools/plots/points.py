"""Marked operating points in the planes of precision and recall, and of the ROC."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

from f1tools.core.counts import ConfusionCounts
from f1tools.palette import Colors
from f1tools.plots.canvas import TRANSPARENT
from f1tools.plots.marks import Mark, MarkRole, by_counts

_SYMBOLS: dict[MarkRole, str] = {"now": "circle", "best": "star", "half": "diamond"}
_SIZES: dict[MarkRole, int] = {"now": 13, "best": 15, "half": 11}


def mark_points(
    figure: go.Figure,
    marks: Sequence[Mark],
    place_of: Callable[[ConfusionCounts], tuple[float, float]],
    palette: Colors,
) -> None:
    """Put a symbol at the place of each mark and explain it in a legend: labels would hide the curve."""
    for place in by_counts(marks):
        if not place.point.counts.flagged():
            continue  # precision is undefined there
        x, y = place_of(place.point.counts)
        figure.add_trace(
            go.Scatter(
                x=[x],
                y=[y],
                mode="markers",
                name=place.label,
                marker={
                    "color": palette[place.color],
                    "symbol": _SYMBOLS[place.role],
                    "size": _SIZES[place.role],
                    "line": {"color": palette["background"], "width": 2},
                },
                hoverinfo="skip",
            )
        )
    figure.update_layout(showlegend=bool(marks), legend=_legend(palette))


def _legend(palette: Colors) -> dict[str, Any]:
    """Describe a row above the drawing; nothing in it can be switched off by accident."""
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
        "traceorder": "reversed",
        "font": {"size": 12, "color": palette["ink"]},
        "bgcolor": TRANSPARENT,
        "itemclick": False,
        "itemdoubleclick": False,
    }
