"""Recall against the false positive rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.palette import Colors, Theme, colors
from f1tools.plots.canvas import PLANE_POINTS, TOP, axis, canvas, drawn, hovered, said, written
from f1tools.plots.marks import Mark
from f1tools.plots.points import mark_points
from f1tools.plots.room import diagonally, write


def plot_roc(
    curve: ThresholdCurve,
    *,
    marks: Sequence[Mark] = (),
    roc_auc: float | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Draw the ROC curve: recall against the share of negatives that are flagged.

    Points are joined by straight lines, as the area under the curve counts tied scores half.

    Parameters
    ----------
    curve : ThresholdCurve
        Thinned here where it is long.
    marks : sequence of Mark
    roc_auc : float, optional
        To be written into the figure; not computed here, as a thinned curve would give another one.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    area = "" if roc_auc is None else f"Area under the curve {formatting.metric_value(roc_auc)}"
    figure = canvas(
        "ROC curve",
        _alt(marks, area),
        palette,
        subtitle=area,
        margin={"l": 60, "r": 18, "t": TOP, "b": 46},
        hovermode="closest",
        xaxis=axis(palette, "Share of negatives flagged", (-0.005, 1.005)),
        yaxis=axis(palette, "Recall", (0, 1.02)),
    )
    figure.add_shape(
        type="line", x0=0, x1=1, y0=0, y1=1, line={"color": palette["muted"], "width": 1.5, "dash": "dash"}
    )
    figure.add_trace(_line(drawn(curve, marks, most=PLANE_POINTS), palette))
    mark_points(figure, marks, lambda counts: (float(counts.false_positive_rate()), float(counts.recall())), palette)
    write(figure, "guessing", palette["muted"], diagonally(figure))
    return figure


def _line(curve: ThresholdCurve, palette: Colors) -> go.Scatter:
    return go.Scatter(
        x=curve.counts.false_positive_rate().astype(np.float32),
        y=curve.counts.recall().astype(np.float32),
        customdata=written(curve),
        mode="lines",
        name="ROC curve",
        showlegend=False,
        line={"color": palette["recall"], "width": 3},
        hovertemplate=hovered(curve) + "recall %{y:.3f}<br>of negatives flagged %{x:.3f}<extra></extra>",
    )


def _alt(marks: Sequence[Mark], area: str) -> str:
    parts = ["Recall against the share of negatives flagged."]
    if area:
        parts.append(f"{area}; guessing has 0.500.")
    return " ".join(parts + [said(mark) for mark in marks])
