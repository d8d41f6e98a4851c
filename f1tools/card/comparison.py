"""Describe a comparison of models for the browser: a table of all, and the curves of all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from f1tools import formatting
from f1tools.card.payload import drawing_digits
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, metric
from f1tools.core.operating_point import OperatingPoint

MAX_HIGHLIGHTED = 4
"""Models besides the reference that have a color of their own."""
_NOT_DRAWN = "predicted_positive_rate", "lift"  # metrics that the script does not know


class Cell(NamedTuple):
    """A cell of the table: its text, and the value that rows are sorted by; nan where there is none."""

    text: str
    value: float = math.nan


@dataclass(frozen=True, eq=False)
class ComparedModel:
    """One row of the table, and one line of each chart.

    Parameters
    ----------
    name : str
    cells : sequence of Cell
        One a column.
    curve : ThresholdCurve
        As thin as a chart shows it.
    point : OperatingPoint or None
        The threshold of the row, which the charts mark.
    """

    name: str
    cells: Sequence[Cell]
    curve: ThresholdCurve
    point: OperatingPoint | None


def comparison_payload(  # noqa: PLR0913 (keywords, each a choice of the visitor)
    models: Sequence[ComparedModel],
    columns: Sequence[str],
    objective: Metric,
    *,
    reference: str,
    highlighted: Sequence[str],
    sort_by: str,
    axis: Literal["threshold", "flagged"] = "threshold",
    about: str = "",
) -> dict[str, Any]:
    """Return what the table and the charts show.

    Parameters
    ----------
    models : sequence of ComparedModel
        Over the same rows, or each over its own.
    columns : sequence of str
        Headings of the cells.
    objective : Metric
        Drawn against the axis, or F1 where it cannot be drawn.
    reference : str
        Name of the model that the others are compared with.
    highlighted : sequence of str
        Names of the other models to draw in color, at most :data:`MAX_HIGHLIGHTED`, the one chosen first first.
    sort_by : str
        The heading of the column whose highest value stands first.
    axis : {"threshold", "flagged"}
        What the metric is drawn against.
    about : str
        What the figures are about, for saved images.

    Returns
    -------
    dict
        Ready for ``json.dumps(payload, allow_nan=False)``. ``thresholds`` are ascending, with the counts ``tp`` and
        ``fp`` at each; the last one, None, flags nothing. A model has the ``positives`` and ``negatives`` of its
        rows.
    """
    drawn = metric("f1") if objective.name in _NOT_DRAWN else objective
    names = [each.name for each in models]
    return {
        "models": [_model(each) for each in models],
        "columns": list(columns),
        "sort_by": list(columns).index(sort_by),
        "reference": names.index(reference),
        "highlighted": [names.index(each) for each in highlighted],
        "drawn": {"name": drawn.name, "label": drawn.label, "beta": drawn.beta},
        "axis": axis,
        "is_probability": all(each.curve.is_probability for each in models),
        "about": formatting.single_line(about),
        "file_name": "models",
    }


def _model(each: ComparedModel) -> dict[str, Any]:
    order = slice(None, None, -1)  # a curve starts with the highest threshold, which flags nothing
    digits = drawing_digits(float(each.curve.thresholds[1]), float(each.curve.thresholds[-1]))
    scores = each.curve.thresholds[order].tolist()
    thresholds = [None if math.isinf(score) else _rounded(score, digits) for score in scores]
    return {
        "name": formatting.single_line(each.name),
        "label": formatting.truncate(each.name),
        "texts": [cell.text for cell in each.cells],
        "values": [None if math.isnan(cell.value) else cell.value for cell in each.cells],
        "thresholds": thresholds,
        "tp": _numbers(each.curve.tp[order]),
        "fp": _numbers(each.curve.fp[order]),
        "positives": each.curve.positives,
        "negatives": each.curve.negatives,
        "mark": None if each.point is None else _mark(each.point),
    }


def _rounded(value: float, digits: int) -> float:
    """Return a number with some significant digits; the largest ones would become infinite."""
    rounded = float(f"{value:.{digits}g}")
    return value if math.isinf(rounded) else rounded


def _mark(point: OperatingPoint) -> dict[str, Any]:
    threshold = None if math.isinf(point.threshold) else point.threshold
    return {"threshold": threshold, "tp": float(point.counts.tp), "fp": float(point.counts.fp)}


def _numbers(counts: np.ndarray[Any, Any]) -> list[float]:
    """Return counts, or sums of weights with digits enough for a drawing."""
    return [each if isinstance(each, int) else _rounded(each, 7) for each in counts.tolist()]
