"""Rows that are equal, feature for feature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray


def numbered(features: FloatArray) -> NDArray[np.intp]:
    """Give numbers to the different rows of a table in the order in which they first occur, to the last bit.

    Examples
    --------
    >>> numbered(np.array([[2.0, 1.0], [0.0, 1.0], [2.0, 1.0]]))
    array([0, 1, 0])
    """
    rows = np.ascontiguousarray(features)
    whole = rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel()
    _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
