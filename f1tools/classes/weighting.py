"""How offsets of classes decide, in the same arithmetic wherever a decision is computed: here, in records, in code."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import FloatArray

SMALLEST = 1e-300
"""Added to probabilities: too small to change one that is not 0, and so that weights decide where all are 0."""
_DIGITS = 12  # of a weight


def additive(score: FloatArray, *, logarithmic: bool) -> FloatArray:
    """Return scores to which offsets are added. A probability of 0 stays below all others, whatever the offsets."""
    return np.log(np.maximum(score, SMALLEST)) if logarithmic else score


def weights_of(offsets: ArrayLike) -> FloatArray:
    """Return the weights of probabilities whose logarithms are these offsets.

    They have up to twelve digits, so that a weight that was chosen with fewer is found again exactly.

    Examples
    --------
    >>> weights_of(np.log([1.3, 0.07, 12])).tolist()
    [1.3, 0.07, 12.0]
    """
    return np.array([float(f"{weight:.{_DIGITS}g}") for weight in np.exp(np.asarray(offsets, np.float64)).tolist()])


def highest_class(y_score: ArrayLike, offsets: FloatArray, *, logarithmic: bool) -> NDArray[np.intp]:
    """Return the position of the class of each row, the first of several that are equally high.

    Probabilities are multiplied by weights, and not logarithms added: products are rounded alike by Python and all
    databases, so that equally high ones are so everywhere.

    Parameters
    ----------
    y_score : array-like of shape (n, k)
    offsets : ndarray of shape (k,)
    logarithmic : bool
        Whether scores are probabilities, and offsets the logarithms of their weights.

    Examples
    --------
    >>> highest_class([[0.1, 0.6], [0.2, 0.6], [0, 0]], np.log([4, 1]), logarithmic=True).tolist()
    [1, 0, 0]
    """
    score = np.asarray(y_score, np.float64)
    decided = (score + SMALLEST) * weights_of(offsets) if logarithmic else score + offsets
    return np.asarray(np.argmax(decided, axis=1))
