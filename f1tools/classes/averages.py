"""How the F-beta of several labels or classes becomes one number."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray

Average: TypeAlias = Literal["macro", "weighted", "micro"]
"""How the values of several labels become one, as in scikit-learn: their mean, their mean weighted by the number of
positive rows, or the value of all their counts together."""

CELLS = ("tn", "fp", "fn", "tp")


def averaged(counts: ConfusionCounts, average: Average, beta: float = 1.0) -> FloatArray:
    """Return F-beta over several labels from their counts, along the last axis.

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
    if average == "macro":
        return np.asarray(each.mean(axis=-1))
    support = np.asarray(counts.positives(), dtype=np.float64)
    return np.asarray((each * support).sum(axis=-1) / support.sum(axis=-1))
