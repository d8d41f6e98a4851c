"""Rank statistics of a sample, good enough to tell columns apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from f1tools.readers.formats.parsing import FloatArray


def roc_auc(positive: NDArray[np.bool_], score: FloatArray) -> float:
    """Return the chance that a positive row scores above a negative one; ties count half; 0.5 without both classes."""
    high, low = np.sort(score[positive]), np.sort(score[~positive])
    if not high.size or not low.size:
        return 0.5
    below = np.searchsorted(low, high, "left").sum() + np.searchsorted(low, high, "right").sum()
    return float(below) / (2.0 * high.size * low.size)


def splits(positive: NDArray[np.bool_], score: FloatArray) -> bool:
    """Say whether one threshold separates the classes without a single error, either way round."""
    high, low = score[positive], score[~positive]
    if not high.size or not low.size:
        return False
    return bool(high.min() > low.max() or high.max() < low.min())


def complements(one: FloatArray, other: FloatArray) -> bool:
    """Say whether two columns sum to 1 in every row, up to the rounding of printed numbers."""
    both = one + other
    both = both[~np.isnan(both)]
    if both.size == 0 or one.size == 0:
        return False
    return bool(np.all(np.abs(both - 1) < 0.0151)) and bool(np.mean(np.abs(both - 1) < 0.0011) > 0.5)
