"""The geometry of the precision-recall plane: where F-beta is constant, and what nobody can reach."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.counts import FloatArray


def iso_fbeta(value: float, recall: ArrayLike, *, beta: float = 1.0) -> FloatArray:
    """Precision that gives F-beta a value at each recall: F R / ((1 + b²) R - b² F).

    Parameters
    ----------
    value : float
        F-beta, in (0, 1].
    recall : array-like of shape (n,)
        In [0, 1].
    beta : float
        How many times more recall counts than precision.

    Returns
    -------
    ndarray of shape (n,)
        nan where no precision up to 1 reaches the value.

    Examples
    --------
    >>> iso_fbeta(0.5, [0.25, 0.5, 1.0]).round(6).tolist()
    [nan, 0.5, 0.333333]
    """
    caught = np.asarray(recall, dtype=np.float64)
    weight = beta**2
    below = (1 + weight) * caught - weight * value
    reachable = below >= value * caught * (1 - 1e-12)  # precision would be at most 1
    precision = np.full(caught.shape, np.nan)
    np.divide(value * caught, below, out=precision, where=reachable & (below > 0))
    return precision


def iso_recalls(value: float, n: int, *, beta: float = 1.0) -> FloatArray:
    """Spread recalls over the line of one F-beta, from the end where precision is 1 to the end where recall is 1.

    The steps grow geometrically, as the line bends most where recall is least.

    Parameters
    ----------
    value : float
        F-beta, in (0, 1].
    n : int
        How many.
    beta : float

    Examples
    --------
    >>> iso_recalls(0.5, 3).round(6).tolist()
    [0.333333, 0.57735, 1.0]
    """
    weight = beta**2
    least = weight * value / (1 + weight - value)
    return np.geomspace(least, 1.0, n)


def lowest_precision(recall: ArrayLike, prevalence: float) -> FloatArray:
    """Precision of the worst possible ranking, P(R) = pi R / (1 - pi + pi R).

    All negatives are then flagged before the first positive, so no classifier can get below. From Boyd, Santos
    Costa, Davis and Page, "Unachievable region in precision-recall space" (ICML 2012), theorem 2.

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
    caught = prevalence * np.asarray(recall, dtype=np.float64)
    return caught / (1 - prevalence + caught)
