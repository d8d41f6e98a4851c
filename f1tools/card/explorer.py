"""Describe for the card what the page with all curves shows besides: shading, histograms, planes and a table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import ScoreHistogram, score_histogram, score_span
from f1tools.core.metrics import rounding_tolerance
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import Plateau
from f1tools.core.pr_geometry import iso_fbeta, iso_recalls, lowest_precision
from f1tools.formatting.bounds import known_value

_ISO_VALUES = (0.2, 0.4, 0.6, 0.8)
_PLANE_POINTS = 24  # enough for a smooth bend
_RECALL_STEPS = 20  # rows of the table
_ZOOM_POINTS = 200


def kept_thresholds(curve: ThresholdCurve, plateau: Plateau, zoom: tuple[float, float] | None) -> list[float]:
    """Return the thresholds that the stops of a card must contain for :func:`explorer_payload` to be exact."""
    zoomed = [] if zoom is None else np.linspace(*zoom, _ZOOM_POINTS).tolist()
    ends = [end for end in (plateau.low, plateau.high) if math.isfinite(end)]
    return [*ends, *recall_steps(curve), *zoomed]


def recall_steps(curve: ThresholdCurve) -> list[float]:
    """Return the highest thresholds that reach each twentieth of the positives, highest first.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> recall_steps(curve)
    [0.9, 0.4]
    """
    shares = np.arange(1, _RECALL_STEPS + 1) / _RECALL_STEPS
    caught = shares * curve.positives * (1 - rounding_tolerance(weighted=True))
    positions = np.unique(np.searchsorted(curve.tp, caught[caught <= curve.tp[-1]]))
    return [float(threshold) for threshold in curve.thresholds[positions]]


def explorer_payload(  # noqa: PLR0913 (keywords, each with a default)
    payload: Mapping[str, Any],
    curves: ModelCurves,
    plateau: Plateau,
    *,
    constraints: Sequence[Constraint] = (),
    zoom: tuple[float, float] | None = None,
    summary: str = "",
    about: str = "",
    file_name: str = "f1tools",
) -> dict[str, Any]:
    """Return the payload of a card with everything that its other panels show.

    Parameters
    ----------
    payload : mapping
        From :func:`f1tools.card.card_payload`, with the stops of :func:`kept_thresholds`.
    curves : ModelCurves
        The model's curves; the evaluation set is shown.
    plateau : Plateau
        Nearly best thresholds, which are shaded.
    constraints : sequence of Constraint
        Thresholds that violate one of them are shaded as well.
    zoom : tuple of float, optional
        The range of thresholds that the main chart shows; by default all.
    summary : str
        About the best threshold, below the main chart.
    about : str
        What the figures are about, for saved images.
    file_name : str
        The end of the names of saved images.
    """
    curve = curves.evaluation
    tp, fp = (np.asarray(payload[name], dtype=np.float64) for name in ("tp", "fp"))
    counts = ConfusionCounts(tn=curve.negatives - fp, fp=fp, fn=curve.positives - tp, tp=tp)
    thresholds = np.array([formatting.parse_threshold(text) for text in payload["stops"]])
    nearly_best = (thresholds > plateau.low) & (thresholds <= plateau.high)
    violated = np.zeros(thresholds.size, dtype=bool)
    for constraint in constraints:
        violated |= np.asarray(constraint.violation(counts) > rounding_tolerance(weighted=True))
    rows = np.unique(np.searchsorted(thresholds, recall_steps(curve), side="right") - 1)  # stops are at or below scores
    has_log = 0 < float(curve.thresholds[-1]) < float(curve.thresholds[1])
    return {
        **payload,
        "pos_label": formatting.single_line(curves.pos_label),
        "neg_label": formatting.single_line(curves.neg_label),
        "zoom": None if zoom is None else list(zoom),
        "shaded": [
            {"kind": "plateau", "ranges": _known_runs(nearly_best, is_exact=curve.is_exact)},
            {"kind": "violated", "ranges": _runs(violated)},
        ],
        "has_constraints": bool(constraints),
        "within": plateau.within,
        "average_precision": known_value(*curves.average_precision_bounds),
        "roc_auc": known_value(*curves.roc_auc_bounds),
        "has_unscored": curve.has_unscored,
        "iso": _iso_lines(payload["drawn"]["beta"] or 1.0),
        "lowest_precision": _lowest_precision(curve.positives / (curve.positives + curve.negatives)),
        "histogram": _histogram(curves.histogram),
        "log_histogram": _histogram(score_histogram(curve, log=True)) if has_log else None,
        "rows": rows.tolist(),
        "summary": summary,
        "about": formatting.single_line(about),
        "file_name": file_name,
        "span": list(score_span(curve)),
    }


def _runs(flags: Iterable[Any]) -> list[list[int]]:
    """Return the first and the last position of each run of true values.

    Examples
    --------
    >>> _runs([False, True, True, False, True])
    [[1, 2], [4, 4]]
    """
    runs = (list(group) for flag, group in groupby(enumerate(flags), key=lambda pair: bool(pair[1])) if flag)
    return [[run[0][0], run[-1][0]] for run in runs]


def _known_runs(flags: Iterable[Any], *, is_exact: bool) -> list[list[int]]:
    """Return the runs of true values as they are shaded: from the stop before a run to its last one.

    Between the stop before and the first one counts are not known where rows were counted in bins.

    Examples
    --------
    >>> flags = [False, True, True, False, True]
    >>> _known_runs(flags, is_exact=True), _known_runs(flags, is_exact=False)
    ([[1, 2], [4, 4]], [[2, 2]])
    """
    runs = _runs(flags)
    return runs if is_exact else [[first + 1, last] for first, last in runs if first < last]


def _iso_lines(beta: float) -> list[dict[str, Any]]:
    lines = []
    for value in _ISO_VALUES:
        recall = iso_recalls(value, _PLANE_POINTS, beta=beta)
        points = _points(recall, iso_fbeta(value, recall, beta=beta))
        lines.append({"label": f"F{beta:g} {value:g}", "points": points})
    return lines


def _lowest_precision(prevalence: float) -> list[list[float]]:
    recall = np.linspace(0, 1, _PLANE_POINTS)
    return _points(recall, lowest_precision(recall, prevalence))


def _points(x: FloatArray, y: FloatArray) -> list[list[float]]:
    return [[round(a, 4), round(b, 4)] for a, b in zip(x.tolist(), y.tolist(), strict=True)]


def _histogram(histogram: ScoreHistogram) -> dict[str, Any]:
    return {
        "edges": histogram.edges.tolist(),
        "positives": histogram.positives.tolist(),
        "negatives": histogram.negatives.tolist(),
    }
