"""Texts inside a drawing: each goes where it hides the least of what is drawn already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from f1tools.plots.canvas import note
from f1tools.plots.paper import Across, Paper, Spot, hidden_by

_DIAGONAL = (0.85, 0.75, 0.65, 0.55, 0.95, 0.4, 0.3)  # parts of the diagonal at which its name may stand
_LEVEL: tuple[tuple[float, Across, int], ...] = (
    (1, "right", -3),
    (0, "left", 3),
    (0.5, "center", 0),
    (0.75, "center", 0),
    (0.25, "center", 0),
)
_LATER = 0.5  # pixels of a line that are rather hidden than that the next spot is taken


def beside(x: float, y: float, away: float = 9, *, farther: Sequence[float] = ()) -> list[Spot]:
    """Give the spots around a point, the one to its right first, then others so many pixels up."""
    return [
        Spot(x, y, "left", "middle", away),
        Spot(x, y, "right", "middle", -away),
        Spot(x, y, "left", "top", away / 2, -away / 2),
        Spot(x, y, "left", "bottom", away / 2, away / 2),
        Spot(x, y, "right", "top", -away / 2, -away / 2),
        Spot(x, y, "right", "bottom", -away / 2, away / 2),
        Spot(x, y, "center", "bottom", 0, away),
        Spot(x, y, "center", "top", 0, -away),
        *(Spot(x, y, side, "middle", shift, up) for up in farther for side, shift in _sides(away)),
    ]


def _sides(away: float) -> tuple[tuple[Across, float], ...]:
    return ("left", away), ("right", -away)


def along(figure: go.Figure, y: float) -> list[Spot]:
    """Give the spots on both sides of a level line, at its ends and between them."""
    paper = Paper.of(figure)
    spots = []
    for part, xanchor, xshift in _LEVEL:
        x = paper.value(paper.left + part * (paper.right - paper.left))
        spots += [Spot(x, y, xanchor, "bottom", xshift, 1), Spot(x, y, xanchor, "top", xshift, -1)]
    return spots


def diagonally(figure: go.Figure) -> list[Spot]:
    """Give the spots on both sides of the diagonal of two axes that are alike."""
    places = [part * figure.layout.xaxis.range[1] for part in _DIAGONAL]
    below = [Spot(place, place, "left", "top", 4) for place in places]
    return below + [Spot(place, place, "right", "bottom", -4) for place in places]


def write(figure: go.Figure, text: str, color: str, spots: Sequence[Spot], *, bold: bool = False) -> None:
    """Put a text where it hides the least of the lines, marks and texts of the drawing; of equal spots, the first.

    Parameters
    ----------
    figure : Figure
        Its height, margins and axes are final.
    text : str
        One line of markup: escape names first.
    color : str
    spots : sequence of Spot
        Those on places that are not drawn don't count; where none is left, nothing is written.
    bold : bool
    """
    paper = Paper.of(figure)
    spots = [spot for spot in spots if paper.shows(spot)]
    if not spots:
        return
    hidden = hidden_by(figure, [(text, spot) for spot in spots]) + _LATER * np.arange(len(spots))
    put(figure, text, color, spots[int(np.argmin(hidden))], bold=bold)


def put(figure: go.Figure, text: str, color: str, spot: Spot, *, bold: bool = False) -> None:
    """Put a text at a spot."""
    where: dict[str, Any] = {"x": Paper.of(figure).place(spot.x), "y": spot.y}
    where |= {"xanchor": spot.xanchor, "yanchor": spot.yanchor}
    where |= {name: shift for name, shift in (("xshift", spot.xshift), ("yshift", spot.yshift)) if shift}
    figure.add_annotation(note(f"<b>{text}</b>" if bold else text, color, **where))
