"""How the F-beta of several labels or classes becomes one number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray, ratio

Average: TypeAlias = Literal["macro", "weighted", "micro"]
"""How the values of several labels become one, as in scikit-learn: their mean, their mean weighted by the number of
positive rows, or the value of all their counts together."""

CELLS = ("tn", "fp", "fn", "tp")


def stacked_counts(each: Iterable[ConfusionCounts]) -> ConfusionCounts:
    """Return the counts of several classes, or resamples, as arrays whose first axis they are."""
    found = list(each)
    return ConfusionCounts(*(np.stack([getattr(counts, cell) for counts in found]) for cell in CELLS))


def averaged(counts: ConfusionCounts, average: Average, beta: float = 1.0) -> FloatArray:
    """Return F-beta over several labels from their counts, along the last axis.

    A class without positive rows has no F-beta: macro and weighted leave it out, like ``f1_score`` of scikit-learn with
    the labels of the true classes as ``labels``. Rows that are decided to be of it are errors of their own classes, and
    count in micro. Where counts have more than one axis, a class is left out if it has no positive rows anywhere.

    Examples
    --------
    >>> counts = ConfusionCounts(tn=np.array([5, 8]), fp=np.array([1, 0]), fn=np.array([1, 1]), tp=np.array([3, 1]))
    >>> [round(float(averaged(counts, average)), 4) for average in ("macro", "weighted", "micro")]
    [0.7083, 0.7222, 0.7273]
    """
    if average == "micro":
        together = ConfusionCounts(*(getattr(counts, cell).sum(axis=-1) for cell in CELLS))
        return np.asarray(together.fbeta(beta), dtype=np.float64)
    each = np.asarray(counts.fbeta(beta), dtype=np.float64)
    support = np.asarray(counts.positives(), dtype=np.float64)
    if average == "macro":
        has_rows = (support > 0).any(axis=tuple(range(support.ndim - 1)))
        return np.asarray(ratio((each * has_rows).sum(axis=-1), np.count_nonzero(has_rows)))
    return np.asarray(ratio((each * support).sum(axis=-1), support.sum(axis=-1)))


def defined_fbeta(counts: ConfusionCounts, beta: float = 1.0) -> FloatArray:
    """Return F-beta of each class; nan where no row is of it.

    Examples
    --------
    >>> counts = ConfusionCounts(tn=np.array([5, 8]), fp=np.array([1, 2]), fn=np.array([1, 0]), tp=np.array([3, 0]))
    >>> defined_fbeta(counts)
    array([0.75,  nan])
    """
    return np.where(np.asarray(counts.positives()) > 0, counts.fbeta(beta), np.nan)
