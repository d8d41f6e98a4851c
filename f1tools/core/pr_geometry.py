"""The geometry of the precision-recall plane: lines of constant F-beta, and the unachievable region."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.counts import FloatArray


def iso_fbeta(value: float, recall: ArrayLike, *, beta: float = 1.0) -> FloatArray:
    """Return the precision at which F-beta has a given value, for each recall: F R / ((1 + b²) R - b² F).

    Parameters
    ----------
    value : float
        F-beta, in (0, 1].
    recall : array-like of shape (n,)
        In [0, 1].
    beta : float
        How many times as much recall counts as precision.

    Returns
    -------
    ndarray of shape (n,)
        nan where no precision up to 1 reaches the value.

    Examples
    --------
    >>> iso_fbeta(0.5, [0.25, 0.5, 1.0]).round(6).tolist()
    [nan, 0.5, 0.333333]
    """
    recall = np.asarray(recall, dtype=np.float64)
    weight = beta**2
    denominator = (1 + weight) * recall - weight * value
    achievable = denominator >= value * recall * (1 - 1e-12)  # precision is at most 1
    precision = np.full(recall.shape, np.nan)
    np.divide(value * recall, denominator, out=precision, where=achievable & (denominator > 0))
    return precision


def iso_recalls(value: float, n: int, *, beta: float = 1.0) -> FloatArray:
    """Return recalls along the line of constant F-beta, from the point with precision 1 to the point with recall 1.

    They are spaced geometrically, as the line bends most at low recall.

    Parameters
    ----------
    value : float
        F-beta, in (0, 1].
    n : int
        The number of recalls.
    beta : float

    Examples
    --------
    >>> iso_recalls(0.5, 3).round(6).tolist()
    [0.333333, 0.57735, 1.0]
    """
    weight = beta**2
    lowest = weight * value / (1 + weight - value)
    return np.geomspace(lowest, 1.0, n)


def lowest_precision(recall: ArrayLike, prevalence: float) -> FloatArray:
    """Return the precision of the worst possible ranking, P(R) = pi R / (1 - pi + pi R).

    It ranks all negatives above all positives, so no classifier is below. From Boyd, Santos Costa, Davis and Page,
    "Unachievable region in precision-recall space" (ICML 2012), theorem 2.

    Parameters
    ----------
    recall : array-like of shape (n,)
        In [0, 1].
    prevalence : float
        Share of positives, in (0, 1).

    Examples
    --------
    >>> lowest_precision([0.0, 0.5, 1.0], 0.5).round(6).tolist()
    [0.0, 0.333333, 0.5]
    """
    tp = prevalence * np.asarray(recall, dtype=np.float64)  # as a share of all rows
    return tp / (1 - prevalence + tp)
