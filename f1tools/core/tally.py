"""Count, for every distinct score, the positives and negatives at or above it.

:func:`tally` has two implementations: the general one here sorts an index; :mod:`f1tools.core.packed_sort` sorts the
rows themselves and handles everything but weighted rows and the most extreme ranges of scores.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.packed_sort import tally_packed
from f1tools.core.validation import require_finite


class Tally(NamedTuple):
    """Distinct scores, highest first after +inf, with the positives and negatives at or above each.

    The counts are unsigned 32-bit integers where nothing is weighted (half the memory; 4 billion rows), doubles
    where they are sums of weights. Then there are the sums of the squared weights too: they tell how sure a sum is.
    """

    thresholds: FloatArray
    tp: NDArray[Any]
    fp: NDArray[Any]
    tp_squares: FloatArray | None = None
    fp_squares: FloatArray | None = None


def tally(positive: BoolArray, y_score: NDArray[Any], sample_weight: FloatArray | None = None) -> Tally:
    """Count positives and negatives at or above every distinct score.

    Parameters
    ----------
    positive : ndarray of bool of shape (n,)
    y_score : ndarray of shape (n,)
        Numbers of any kind that a double holds.
    sample_weight : ndarray of shape (n,), optional
        Finite, not negative. Rows of weight 0 are left out, thresholds included.

    Raises
    ------
    InvalidPredictions
        When a score is not finite.
    """
    if sample_weight is not None:
        score, seen = require_finite(y_score), sample_weight != 0
        return _tally_by_index(positive[seen], score[seen], sample_weight[seen])
    packed = tally_packed(positive, y_score)
    return _tally_by_index(positive, require_finite(y_score), None) if packed is None else Tally(*packed)


def _tally_by_index(positive: BoolArray, score: FloatArray, sample_weight: FloatArray | None) -> Tally:
    order = np.argsort(-score, kind="stable")
    score = score[order] + 0.0  # -0.0 becomes 0.0: they are one threshold
    last = np.append(np.flatnonzero(score[1:] != score[:-1]), score.size - 1)
    thresholds = np.append(np.inf, score[last])
    hit = positive[order]
    zero = np.zeros(1, np.uint32 if sample_weight is None else np.float64)
    if sample_weight is None:
        tp = np.cumsum(hit, dtype=np.uint32)[last]
        fp = (last + 1).astype(np.uint32) - tp
        return Tally(thresholds, np.append(zero, tp), np.append(zero, fp))

    def above(weight: FloatArray) -> FloatArray:
        return np.append(zero, np.cumsum(weight)[last])

    weight = sample_weight[order]
    of_positives, of_negatives = np.where(hit, weight, 0.0), np.where(hit, 0.0, weight)
    sums = above(of_positives), above(of_negatives)
    with np.errstate(over="ignore", under="ignore"):
        return Tally(thresholds, *sums, above(of_positives**2), above(of_negatives**2))
