"""Precision against recall."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.core.pr_geometry import iso_fbeta, iso_recalls, lowest_precision
from f1tools.palette import Colors, Theme, colors
from f1tools.plots.canvas import PLANE_POINTS, TOP, axis, canvas, drawn, hovered, note, said, written
from f1tools.plots.levels import draw_level
from f1tools.plots.marks import Mark
from f1tools.plots.points import mark_points
from f1tools.plots.room import along, write

_ISO_VALUES = (0.2, 0.4, 0.6, 0.8)
_ISO_POINTS = 32  # enough for a smooth bend
_ROOM_FOR_WORDS = 0.2  # prevalence from which the unachievable region is tall enough for its name


def plot_precision_recall(
    curve: ThresholdCurve,
    *,
    marks: Sequence[Mark] = (),
    beta: float = 1.0,
    average_precision: float | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Draw the precision-recall curve, with lines of constant F-beta behind it.

    Every point is a threshold that can be chosen. The point (recall 0, precision 1), which scikit-learn appends and
    which no threshold gives, is not there. Between points the line takes the steps that average precision sums.

    Parameters
    ----------
    curve : ThresholdCurve
        Thinned here where it is long.
    marks : sequence of Mark
    beta : float
        Of the lines of constant F-beta.
    average_precision : float, optional
        To be written into the figure; not computed here, as a thinned curve would give another one.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    prevalence = curve.positives / (curve.positives + curve.negatives)
    area = "" if average_precision is None else f"Average precision {formatting.metric_value(average_precision)}"
    figure = canvas(
        "Precision and recall",
        _alt(marks, prevalence, area),
        palette,
        subtitle=area,
        margin={"l": 60, "r": 52, "t": TOP, "b": 46},
        hovermode="closest",
        xaxis=axis(palette, "Recall", (0, 1.005)),
        yaxis=axis(palette, "Precision", (0, 1.02)),
    )
    _unachievable(figure, prevalence, palette)
    _iso_lines(figure, beta, palette)
    draw_level(figure, prevalence, palette, "negative", width=1.5, dash="dash")
    figure.add_trace(_line(drawn(curve, marks, most=PLANE_POINTS), palette))
    mark_points(figure, marks, lambda counts: (float(counts.recall()), float(counts.precision())), palette)
    name = f"all flagged: precision {formatting.metric_value(prevalence)}"
    write(figure, name, palette["negative"], along(figure, prevalence))
    return figure


def _line(curve: ThresholdCurve, palette: Colors) -> go.Scatter:
    counts = curve.counts
    flagged = counts.flagged() > 0
    return go.Scatter(
        x=counts.recall()[flagged].astype(np.float32),
        y=counts.precision()[flagged].astype(np.float32),
        customdata=written(curve)[flagged],
        mode="lines",
        name="Precision-recall curve",
        showlegend=False,
        line={"color": palette["precision"], "width": 3, "shape": "vh"},
        hovertemplate=hovered(curve) + "precision %{y:.3f}<br>recall %{x:.3f}<extra></extra>",
    )


def _unachievable(figure: go.Figure, prevalence: float, palette: Colors) -> None:
    recall = np.linspace(0, 1, _ISO_POINTS)
    figure.add_trace(
        go.Scatter(
            x=recall.astype(np.float32),
            y=lowest_precision(recall, prevalence).astype(np.float32),
            mode="lines",
            name="Unachievable",
            showlegend=False,
            line={"color": palette["muted"], "width": 0},
            fill="tozeroy",
            fillcolor=palette["grid"],
            hoverinfo="skip",
        )
    )
    if prevalence >= _ROOM_FOR_WORDS:
        figure.add_annotation(note("out of reach", palette["muted"], x=0.98, xanchor="right", y=0.02, yanchor="bottom"))


def _iso_lines(figure: go.Figure, beta: float, palette: Colors) -> None:
    for value in _ISO_VALUES:
        recall = iso_recalls(value, _ISO_POINTS, beta=beta)
        precision = iso_fbeta(value, recall, beta=beta)
        figure.add_trace(
            go.Scatter(
                x=recall.astype(np.float32),
                y=precision.astype(np.float32),
                mode="lines",
                name=f"F{beta:g} = {value:g}",
                showlegend=False,
                line={"color": palette["muted"], "width": 1, "dash": "dot"},
                opacity=0.7,
                hoverinfo="skip",
            )
        )
        figure.add_annotation(
            note(f"F{beta:g} {value:g}", palette["muted"], x=1, xanchor="left", xshift=6, y=float(precision[-1]))
        )


def _alt(marks: Sequence[Mark], prevalence: float, area: str) -> str:
    parts = [f"Precision against recall. Flagging everything has precision {formatting.metric_value(prevalence)}."]
    if area:
        parts.append(f"{area}.")
    return " ".join(parts + [said(mark) for mark in marks])
