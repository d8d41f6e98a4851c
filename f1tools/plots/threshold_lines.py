"""Marked thresholds in the figure of metrics: their lines, their names, and the metrics' values there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from f1tools import words
from f1tools.metrics import Metric
from f1tools.palette import Colors
from f1tools.plots.canvas import note
from f1tools.plots.marks import Place
from f1tools.plots.metric_lines import drawn_values, metric_roles

LABEL_ROWS = 3
ROW_HEIGHT = 17  # pixels
_LABEL_WIDTH = 0.3  # of the figure's width, that a threshold's name takes on a phone
_LABEL_GAP = 0.08  # of the figure's height, between the middles of two values


def threshold_lines(
    figure: go.Figure,
    places: Sequence[Place],
    span: tuple[float, float],
    palette: Colors,
    *,
    drawing_height: int,
) -> None:
    """Draw a line at each marked threshold up to its name, which stands in the lowest row where there is room.

    Parameters
    ----------
    figure : Figure
    places : sequence of Place
        Within the span, the most important last.
    span : tuple of float
        Of the threshold axis.
    palette : mapping
    drawing_height : int
        Pixels between the axes.
    """
    taken: list[tuple[int, float]] = []
    for place in reversed(places):
        threshold = place.point.threshold
        part = (threshold - span[0]) / (span[1] - span[0])
        row = min(set(range(LABEL_ROWS)) - {row for row, other in taken if abs(other - part) < _LABEL_WIDTH})
        taken.append((row, part))
        _line_with_name(figure, place, 1 + row * ROW_HEIGHT / drawing_height, part, palette)


def _line_with_name(figure: go.Figure, place: Place, top: float, part: float, palette: Colors) -> None:
    color = {"now": palette["ink"], "best": palette["fbeta"], "half": palette["muted"]}[place.role]
    dash = {"now": "solid", "best": "dash", "half": "dot"}[place.role]
    figure.add_shape(
        type="line",
        x0=place.point.threshold,
        x1=place.point.threshold,
        y0=0,
        y1=top,
        yref="paper",
        line={"color": color, "width": 2 if place.role == "now" else 1.5, "dash": dash},
        layer="below",
    )
    anchor = "left" if part < 0.12 else "right" if part > 0.88 else "center"
    name = note(place.label, color, x=place.point.threshold, xanchor=anchor, y=top, yref="paper", yanchor="bottom")
    figure.add_annotation(name)


def values_at(
    figure: go.Figure, place: Place, chosen: Sequence[Metric], span: tuple[float, float], palette: Colors
) -> None:
    """Label the lines where they meet the threshold, with their values there, one above the other."""
    threshold = place.point.threshold
    bottom, top = figure.layout.yaxis.range
    values = [float(drawn_values(one, place.point.counts)) for one in chosen]
    shown = [k for k, value in enumerate(values) if not np.isnan(value)]
    heights = _apart([(values[k] - bottom) / (top - bottom) for k in shown])
    roles = metric_roles(chosen)
    to_the_left = (threshold - span[0]) / (span[1] - span[0]) > 0.6
    for k, height in zip(shown, heights, strict=True):
        color = palette[roles[k]]
        figure.add_annotation(
            note(
                f"<b>{chosen[k].label} {words.figure(values[k])}</b>",
                color,
                x=threshold,
                xanchor="right" if to_the_left else "left",
                xshift=-9 if to_the_left else 9,
                y=bottom + height * (top - bottom),
                bgcolor=palette["background"],  # else the lines strike the numbers through
                borderpad=1,
            )
        )
    figure.add_trace(
        go.Scatter(
            x=[threshold] * len(shown),
            y=[values[k] for k in shown],
            mode="markers",
            marker={
                "color": [palette[roles[k]] for k in shown],
                "size": 9,
                "line": {"color": palette["background"], "width": 2},
            },
            hoverinfo="skip",
        )
    )


def _apart(heights: Sequence[float]) -> list[float]:
    """Move labels apart, as little as need be, within 0 to 1."""
    order = sorted(range(len(heights)), key=lambda k: heights[k])
    moved = [0.0] * len(heights)
    floor = _LABEL_GAP / 2
    for k in order:
        moved[k] = floor = max(heights[k], floor)
        floor += _LABEL_GAP
    ceiling = 1 - _LABEL_GAP / 2
    for k in reversed(order):
        moved[k] = ceiling = min(moved[k], ceiling)
        ceiling -= _LABEL_GAP
    return moved
