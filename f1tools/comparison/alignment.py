"""Thresholds of several models that make them comparable: where they flag, catch or hit as much as a reference does."""

from __future__ import annotations

import math
from typing import Literal, get_args

import numpy as np

from f1tools import formatting
from f1tools.core.bins import metric_bounds, several_scores
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, attains, metric, rounding_tolerance
from f1tools.core.operating_point import OperatingPoint

AlignBy = Literal["recall", "precision", "flagged", "threshold"]
"""What two models have in common at aligned thresholds."""

ALIGN_BY: tuple[AlignBy, ...] = get_args(AlignBy)


_COMPARED = {"recall": metric("precision"), "precision": metric("recall"), "flagged": metric("recall")}


def compared_metric(by: AlignBy, objective: Metric) -> Metric:
    """Return the metric by which models with something in common are compared.

    Examples
    --------
    >>> [compared_metric(by, metric("f1")).name for by in ALIGN_BY]
    ['precision', 'recall', 'recall', 'f1']
    """
    return _COMPARED.get(by, objective)


def aligned_threshold(curve: ThresholdCurve, reference: OperatingPoint, by: AlignBy) -> float | None:
    """Return the threshold of a curve at which it is comparable to an operating point of another model.

    Parameters
    ----------
    curve : ThresholdCurve
        Of the model to align, over the same rows as the reference.
    reference : OperatingPoint
        Of the reference.
    by : {"recall", "precision", "flagged", "threshold"}
        ``"recall"``: the highest threshold with at least the reference's recall. ``"precision"``: the lowest threshold
        with at least its precision. ``"flagged"``: the lowest threshold that flags no more rows, or weight, than the
        reference. ``"threshold"``: the same number.

    Returns
    -------
    float or None
        inf flags nothing. None where no threshold reaches the reference's recall or precision.

    Examples
    --------
    >>> forest = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> linear = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.8, 0.3, 0.6, 0.7])
    >>> [aligned_threshold(linear, forest.at(0.9), by) for by in ("recall", "precision", "flagged")]
    [0.8, 0.8, 0.8]
    """
    if by == "threshold":
        return reference.threshold
    counts = reference.counts
    if not float(counts.flagged()):
        return math.inf
    position = {"recall": _same_recall, "precision": _same_precision, "flagged": _same_flagged}[by](curve, counts)
    return None if position is None else float(curve.thresholds[position])


def aligned_point(curve: ThresholdCurve, reference: OperatingPoint, by: AlignBy) -> tuple[OperatingPoint, str] | None:
    """Return the operating point of :func:`aligned_threshold`, at a threshold of few digits, and the threshold as text.

    Examples
    --------
    >>> forest = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> linear = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.8123, 0.3, 0.6, 0.7])
    >>> point, text = aligned_point(linear, forest.at(0.9), "recall")
    >>> text, point.counts.tp
    ('0.8', 1)
    """
    threshold = aligned_threshold(curve, reference, by)
    if threshold is None:
        return None
    if by == "threshold":
        text = formatting.exact_threshold(threshold)
    else:
        floor, _ = formatting.slider_bounds(curve)
        text = formatting.threshold_text(max(curve.next_below(threshold), floor), threshold)
    return curve.at(formatting.parse_threshold(text)), text


def may_fit_better(curve: ThresholdCurve, reference: OperatingPoint, by: AlignBy) -> bool:
    """Return whether a threshold inside a bin of several scores may be the aligned one if all scores were known.

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> curve = curve_from_bins([0.1, 0.6], [0.1, 0.9], positives=[1, 2], negatives=[3, 1])
    >>> forest = ThresholdCurve.from_predictions([1, 0, 1, 0, 1], [0.9, 0.4, 0.4, 0.1, 0.05])
    >>> [may_fit_better(curve, forest.at(threshold), "recall") for threshold in (0.9, 0.05)]
    [True, False]
    """
    if curve.is_exact or by == "threshold" or not float(reference.counts.flagged()):
        return False
    inside, counts = several_scores(curve), reference.counts
    if by == "recall":
        position = _same_recall(curve, counts)
        return position is not None and bool(inside[position])
    if by == "flagged":
        position = _same_flagged(curve, counts)
        limit = float(counts.flagged()) * (1 - rounding_tolerance(weighted=True))
        return bool(curve.tp[position] + 1.0 * curve.fp[position] < limit and inside[position + 1 : position + 2].any())
    lower = slice((_same_precision(curve, counts) or 0) + 1, None)
    highest = metric_bounds(curve, metric("precision"))[1][lower]
    return bool((inside[lower] & attains(highest, float(counts.precision()), weighted=True)).any())


def _same_recall(curve: ThresholdCurve, counts: ConfusionCounts) -> int | None:
    needed = float(counts.tp) * (1 - rounding_tolerance(weighted=True))
    position = int(np.searchsorted(curve.tp, needed))
    return position if position < len(curve) else None


def _same_precision(curve: ThresholdCurve, counts: ConfusionCounts) -> int | None:
    needed = float(counts.precision()) * (1 - rounding_tolerance(weighted=True))
    reaching = np.flatnonzero(curve.tp >= needed * (curve.tp + 1.0 * curve.fp))
    position = int(reaching[-1])  # the first threshold flags nothing and is among them
    return position or None


def _same_flagged(curve: ThresholdCurve, counts: ConfusionCounts) -> int:
    limit = float(counts.flagged()) * (1 + rounding_tolerance(weighted=True))
    return int(np.searchsorted(curve.tp + 1.0 * curve.fp, limit, side="right")) - 1
