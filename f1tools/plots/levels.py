"""Level lines across a drawing: what decisions without a model come to."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from f1tools.palette import Colors, Role


def draw_level(figure: go.Figure, value: float, palette: Colors, role: Role = "muted", **line: Any) -> None:
    """Draw a quiet line at a height; its name is written with :func:`f1tools.plots.room.along` when all is drawn.

    Parameters
    ----------
    figure : Figure
    value : float
        In the unit of the axis; nan has no line.
    palette : mapping
    role : str
        Of the colour.
    **line
        How the line differs from a fine dotted one.
    """
    if math.isnan(value):
        return
    style = {"color": palette[role], "width": 1, "dash": "dot"} | line
    figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=value, y1=value, line=style, layer="below")
