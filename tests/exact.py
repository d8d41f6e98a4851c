"""Metrics in exact arithmetic, as an oracle without rounding.

Each is computed as the literature defines it, from precision, recall and agreement, and not as the package computes it.
The Matthews correlation and the geometric mean contain roots: they are returned as signed squares, which have the same
order.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from f1tools.core.metrics import METRICS
from tests.strategies import Rows

SQUARED = ("mcc", "g_mean")
NAMES = tuple(name for name in METRICS if name != "fbeta")


class Cells(NamedTuple):
    """One confusion matrix."""

    tn: Fraction
    fp: Fraction
    fn: Fraction
    tp: Fraction


def share(part: Fraction, whole: Fraction) -> Fraction:
    """Divide; return 0 where the denominator is 0."""
    return part / whole if whole else Fraction(0)


def exact(name: str, cells: Cells, beta: float = 2.0) -> Fraction | None:
    """Return the metric as a fraction, None where it is undefined; MCC and G-mean as signed squares."""
    tn, fp, fn, tp = cells
    total = sum(cells, Fraction(0))
    precision, recall, specificity = share(tp, tp + fp), share(tp, tp + fn), share(tn, tn + fp)
    match name:
        case "f1":
            return _f_measure(precision, recall, Fraction(1))
        case "fbeta":
            return _f_measure(precision, recall, Fraction(beta) ** 2)
        case "mcc":
            covariance = tp * tn - fp * fn
            return share(covariance * abs(covariance), (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
        case "kappa":
            observed = (tp + tn) / total
            expected = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / total**2
            return (observed - expected) / (1 - expected) if expected != 1 else None
    both = (tp + fn) * (tn + fp) > 0
    return {
        "precision": precision,
        "recall": recall,
        "specificity": specificity,
        "npv": share(tn, tn + fn),
        "accuracy": (tp + tn) / total,
        "balanced_accuracy": (recall + specificity) / 2 if both else Fraction(0),
        "youden_j": recall + specificity - 1 if both else Fraction(0),
        "g_mean": recall * specificity,
        "jaccard": share(tp, tp + fp + fn),
        "predicted_positive_rate": (tp + fp) / total,
        "lift": share(precision, (tp + fn) / total),
        "flagged": tp + fp,
    }[name]


def _f_measure(precision: Fraction, recall: Fraction, weight: Fraction) -> Fraction:
    return share((1 + weight) * precision * recall, weight * precision + recall)


def plain(name: str, value: Fraction) -> float:
    """Return the metric as a float: the root where it is a signed square."""
    if name not in SQUARED:
        return float(value)
    return float(np.sqrt(float(abs(value)))) * (1 if value >= 0 else -1)


def cells_at(rows: Rows, threshold: float) -> Cells:
    """Count the rows, or add up their weights, one by one in exact arithmetic."""
    weights = np.ones(rows.y_true.size) if rows.sample_weight is None else rows.sample_weight
    sums = dict.fromkeys(((t, p) for t in (False, True) for p in (False, True)), Fraction(0))
    for positive, score, weight in zip(rows.y_true.tolist(), rows.y_score.tolist(), weights.tolist(), strict=True):
        sums[positive, score >= threshold] += Fraction(weight)
    return Cells(sums[False, False], sums[False, True], sums[True, False], sums[True, True])


def candidates(rows: Rows) -> list[float]:
    """Return all thresholds with different decisions, descending: +inf and every score of a row with weight."""
    weights = np.ones(rows.y_true.size) if rows.sample_weight is None else rows.sample_weight
    scores = rows.y_score.astype(np.float64)[weights > 0].tolist()
    return [float("inf"), *sorted({score + 0.0 for score in scores}, reverse=True)]


def maximizers(values: Iterable[tuple[float, Fraction | None]]) -> tuple[Fraction, list[float]]:
    """Return the greatest value and all thresholds that attain it, in their order."""
    known = [(threshold, value) for threshold, value in values if value is not None]
    highest = max(value for _, value in known)
    return highest, [threshold for threshold, value in known if value == highest]
