"""The precision-recall curve, the ROC curve and the gains curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.core.pr_geometry import iso_fbeta, iso_recalls, lowest_precision
from f1tools.palette import Colors, Theme, colors
from f1tools.plots.canvas import axis, canvas, compact, digits, note
from f1tools.plots.marks import (
    Mark,
    VerticalLine,
    add_mark_points,
    add_points,
    add_vertical_lines,
    describe,
    thin,
)
from f1tools.plots.traces import add_horizontal_line, line_trace

_MAX_POINTS = 200  # these figures are half as wide as the others
_ISO_VALUES = (0.2, 0.4, 0.6, 0.8)
_ISO_POINTS = 32  # enough for a smooth bend
_UNACHIEVABLE_LABEL = 0.2  # prevalence from which the unachievable region is high enough for its label


def plot_precision_recall(
    curve: ThresholdCurve,
    *,
    marks: Sequence[Mark] = (),
    beta: float = 1.0,
    average_precision: float,
    theme: Theme = "light",
) -> go.Figure:
    """Draw the precision-recall curve over lines of constant F-beta.

    Every point belongs to a threshold: the point (recall 0, precision 1), which scikit-learn appends, is not drawn.
    Between the points the line takes the steps that average precision sums.

    Parameters
    ----------
    curve : ThresholdCurve
        A long one is thinned.
    marks : sequence of Mark
    beta : float
        Of the lines of constant F-beta.
    average_precision : float
        Shown as the subtitle. It is not computed here, since a thinned curve has another one.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    prevalence = curve.positives / (curve.positives + curve.negatives)
    flag_all = float(curve.at(-np.inf).counts.precision())
    area = f"Average precision {formatting.metric_value(average_precision)}"
    base = formatting.metric_value(flag_all)
    everything = formatting.every_case(has_unscored=curve.has_unscored)
    figure = canvas(
        "Precision and recall",
        _alt(f"Precision by recall. Flagging {everything} has precision {base}.", area, marks),
        palette,
        subtitle=area,
        legend="reversed" if marks else "",
        margin={"l": 60, "r": 52},
        xaxis=axis(palette, "Recall", (0, 1.005)),
        yaxis=axis(palette, "Precision", (0, 1.02)),
    )
    _add_unachievable_region(figure, prevalence, palette)
    _add_iso_lines(figure, beta, palette)
    label = f"{formatting.all_flagged(has_unscored=curve.has_unscored)}: precision {base}"
    add_horizontal_line(figure, flag_all, palette, label=label, color="negative", side="left", width=1.5, dash="dash")
    thinned = thin(curve, marks, _MAX_POINTS)
    flagged = thinned.counts.flagged() > 0
    figure.add_trace(
        line_trace(
            thinned.counts.recall()[flagged],
            thinned.counts.precision()[flagged],
            "Precision-recall curve",
            {"color": palette["precision"], "width": 3, "shape": "vh"},
            customdata=_thresholds(thinned)[flagged],
            showlegend=False,
            hovertemplate=_threshold_hover(curve) + "precision %{y:.3f}<br>recall %{x:.3f}<extra></extra>",
        )
    )
    add_mark_points(figure, marks, "recall", "precision", palette)
    return figure


def _add_unachievable_region(figure: go.Figure, prevalence: float, palette: Colors) -> None:
    recall = np.linspace(0, 1, _ISO_POINTS)
    fill = {"fill": "tozeroy", "fillcolor": palette["grid"], "showlegend": False}
    edge = {"color": palette["muted"], "width": 0}
    figure.add_trace(line_trace(recall, lowest_precision(recall, prevalence), "Unachievable", edge, **fill))
    if prevalence >= _UNACHIEVABLE_LABEL:
        corner = {"x": 0.98, "xanchor": "right", "y": 0.02, "yanchor": "bottom"}
        figure.add_annotation(note("unachievable", palette["muted"], **corner))


def _add_iso_lines(figure: go.Figure, beta: float, palette: Colors) -> None:
    """Draw lines of constant F-beta, labeled at their right ends, beyond the plot area."""
    for value in _ISO_VALUES:
        recall = iso_recalls(value, _ISO_POINTS, beta=beta)
        precision = iso_fbeta(value, recall, beta=beta)
        name, line = f"F{beta:g} = {value:g}", {"color": palette["muted"], "width": 1, "dash": "dot"}
        figure.add_trace(line_trace(recall, precision, name, line, opacity=0.7, showlegend=False))
        end = {"x": 1, "xanchor": "left", "xshift": 6, "y": float(precision[-1])}
        figure.add_annotation(note(f"F{beta:g} {value:g}", palette["muted"], **end))


def plot_roc(curve: ThresholdCurve, *, marks: Sequence[Mark] = (), roc_auc: float, theme: Theme = "light") -> go.Figure:
    """Draw the ROC curve: recall by the share of negatives that are flagged.

    Points are joined by straight lines, because the area under the curve counts ties half. Where rows have no score,
    a dotted line joins the last point with the corner.

    Parameters
    ----------
    curve : ThresholdCurve
        A long one is thinned.
    marks : sequence of Mark
    roc_auc : float
        Shown as the subtitle. It is not computed here, since a thinned curve has another one.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    area = f"Area under the curve {formatting.metric_value(roc_auc)}"
    figure = canvas(
        "ROC curve",
        _alt("Recall by the share of negatives flagged.", f"{area}; random guessing has 0.500", marks),
        palette,
        subtitle=area,
        legend="reversed" if marks else "",
        margin={"l": 60},
        xaxis=axis(palette, "Share of negatives flagged", (-0.005, 1.005)),
        yaxis=axis(palette, "Recall", (0, 1.02)),
    )
    diagonal = {"color": palette["muted"], "width": 1.5, "dash": "dash"}
    figure.add_shape(type="line", x0=0, x1=1, y0=0, y1=1, line=diagonal)
    below = {"x": 0.62, "y": 0.6, "xanchor": "left", "yanchor": "top"}
    figure.add_annotation(note("random guessing", palette["muted"], **below))
    thinned = thin(curve, marks, _MAX_POINTS)
    figure.add_trace(
        line_trace(
            thinned.counts.false_positive_rate(),
            thinned.counts.recall(),
            "ROC curve",
            {"color": palette["recall"], "width": 3},
            customdata=_thresholds(thinned),
            showlegend=False,
            hovertemplate=_threshold_hover(curve) + "recall %{y:.3f}<br>of negatives flagged %{x:.3f}<extra></extra>",
        )
    )
    if curve.has_unscored:  # tied below all scores: no threshold lies on this part, which belongs to the area
        corner = float(thinned.counts.false_positive_rate()[-1]), float(thinned.counts.recall()[-1])
        style = {"color": palette["recall"], "width": 1.5, "dash": "dot"}
        figure.add_shape(type="line", x0=corner[0], x1=1, y0=corner[1], y1=1, line=style)
    add_mark_points(figure, marks, "false_positive_rate", "recall", palette)
    return figure


def plot_gains(curve: ThresholdCurve, *, cases: float, capacity: float, now: Mark, theme: Theme = "light") -> go.Figure:
    """Draw how many positives are caught by how many reviews, those with the highest scores first.

    Parameters
    ----------
    curve : ThresholdCurve
        A long one is thinned.
    cases : float
        Number of cases a day.
    capacity : float
        Number of reviews a day.
    now : Mark
        The current threshold.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    scale = cases / float(curve.positives + curve.negatives)
    thinned = thin(curve, [now], _MAX_POINTS)
    flagged, caught = scale * thinned.counts.flagged(), scale * thinned.counts.tp
    positives = scale * float(curve.positives)
    here = scale * float(now.point.counts.flagged()), scale * float(now.point.counts.tp)
    texts = [formatting.amount(number, 3) for number in (*here, positives)]
    at_now = f"{now.threshold_text}: {texts[0]} reviews a day catch {texts[1]} of {texts[2]} positives"
    figure = canvas(
        "Caught by reviews",
        f"Positives caught a day by reviews a day, the highest scores first. At the current threshold {at_now}.",
        palette,
        subtitle="Positives caught a day, the highest scores first",
        labels=2,
        margin={"l": 60},
        xaxis=axis(palette, "Reviews a day", (-0.005 * cases, 1.005 * cases)),
        yaxis=axis(palette, "", (0, 1.02 * positives)),
    )
    diagonal = {"color": palette["muted"], "width": 1.5, "dash": "dash"}
    figure.add_shape(type="line", x0=0, x1=cases, y0=0, y1=positives, line=diagonal)
    below = {"x": 0.62 * cases, "y": 0.6 * positives, "xanchor": "left", "yanchor": "top"}
    figure.add_annotation(note("reviewed at random", palette["muted"], **below))
    hover = f"{_threshold_hover(curve)}%{{x:,.4~r}} reviews a day<br>%{{y:,.4~r}} caught<extra></extra>"
    line, thresholds = {"color": palette["recall"], "width": 3}, _thresholds(thinned)
    figure.add_trace(line_trace(flagged, caught, "Caught", line, customdata=thresholds, hovertemplate=hover))
    add_points(figure, [(*here, now.color)], palette)
    lines = [VerticalLine(capacity, f"capacity {formatting.count(capacity)}", "recall", "dash")]
    lines.append(VerticalLine(here[0], f"now {now.threshold_text}: {texts[0]}", now.color))
    add_vertical_lines(figure, lines, palette)
    return figure


def _thresholds(curve: ThresholdCurve) -> NDArray[np.floating]:
    """Return the thresholds for the text on hover; the first, +inf, as nan."""
    return compact(np.append(np.nan, curve.thresholds[1:]))


def _threshold_hover(curve: ThresholdCurve) -> str:
    """Return the line of the text on hover that names the threshold of a point."""
    span = float(curve.thresholds[-1]), float(curve.thresholds[1])
    return f"score ≥ %{{customdata:.{digits(span)}~g}}<br>"


def _alt(axes: str, area: str, marks: Sequence[Mark]) -> str:
    return " ".join([axes, f"{area}.", *map(describe, marks)])
