"""The distribution of the scores in each class, from the threshold curve alone."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve

_NARROW = 0.5  # probabilities in a range that is not wider are drawn in their own range
_CLOSE_TO_0 = 1 / 20  # of the range of the scores, which then begins at 0


@dataclass(frozen=True, eq=False)
class ScoreHistogram:
    """The number of scores of each class in each bin.

    Parameters
    ----------
    edges : ndarray of shape (k + 1,)
        Ascending. Bin i holds the scores s with ``edges[i] <= s < edges[i + 1]``; the last bin includes its upper
        edge, as in ``numpy.histogram``.
    positives, negatives : ndarray of shape (k,)
        Rows, or sums of their weights, in each bin.
    shares : tuple of two ndarrays of shape (k,)
        For positives and negatives, the share of the class in each bin.
    """

    edges: FloatArray
    positives: NDArray[Any]
    negatives: NDArray[Any]
    shares: tuple[FloatArray, FloatArray]


def score_histogram(curve: ThresholdCurve, bins: int = 40, *, log: bool = False) -> ScoreHistogram:
    """Count the scores of each class in bins of equal width over :func:`score_span`, exactly.

    The counts at two thresholds differ by the rows between them, so the curve suffices and no rows are needed. Of rows
    that were counted in bins of several scores, those of a bin are spread evenly over its scores.

    Parameters
    ----------
    curve : ThresholdCurve
        Not thinned: rows at scores that were left out would be counted in a lower bin.
    bins : int
        At least 1.
    log : bool
        Whether the logarithms of the scores are binned, from the lowest to the highest, which must be above 0.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> score_histogram(curve, bins=2).positives.tolist(), score_histogram(curve, bins=2).negatives.tolist()
    ([1, 1], [2, 0])
    """
    low, high = (float(curve.thresholds[-1]), _highest_score(curve)) if log else score_span(curve)
    fractions = np.arange(bins + 1) / bins
    edges = np.geomspace(low, high, bins + 1) if log else low * (1 - fractions) + high * fractions
    # Scores equal to the last edge are inside, all above it are outside.
    tp, fp = _at_or_above(curve, np.append(edges[:-1], math.nextafter(high, math.inf)))
    positives, negatives = -np.diff(tp), -np.diff(fp)
    return ScoreHistogram(edges, positives, negatives, (positives / curve.positives, negatives / curve.negatives))


def _at_or_above(curve: ThresholdCurve, scores: FloatArray) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return how many positives and negatives score at or above each of some scores, interpolated inside of bins."""
    positions = curve.positions(scores.tolist())
    counts = curve.counts_of(positions)
    if curve.highest is None:
        return counts.tp, counts.fp
    lowest, highest = curve.thresholds[positions], curve.highest[positions]
    before = curve.counts_of(np.maximum(positions - 1, 0))
    inside, below = lowest < scores, np.zeros(scores.size)
    half = np.where(np.maximum(np.abs(lowest), np.abs(highest)) > 1, 0.5, 1.0)[
        inside
    ]  # the difference of two large scores may be infinite
    at, low, high = (half * each[inside] for each in (scores, lowest, highest))
    below[inside] = (at - low) / (high - low)
    return counts.tp - below * (counts.tp - before.tp), counts.fp - below * (counts.fp - before.fp)


def _highest_score(curve: ThresholdCurve) -> float:
    return float((curve.thresholds if curve.highest is None else curve.highest)[1])


def score_span(curve: ThresholdCurve) -> tuple[float, float]:
    """Return the range of scores to draw: 0 to 1 for probabilities, else from the lowest to the highest score.

    Probabilities that fill no more than half of 0 to 1 are drawn in their own range. One that begins close to 0 begins
    there. The card does the same (wholeAxis in scale.js), so all axes of a page agree. A single score outside 0 to 1
    gets a margin of 0.5 on both sides, or a thousandth of its magnitude.

    Examples
    --------
    >>> score_span(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]))
    (0.0, 1.0)
    >>> score_span(ThresholdCurve.from_predictions([1, 0], [3.5, -2.0]))
    (-2.0, 3.5)
    >>> score_span(ThresholdCurve.from_predictions([1, 0], [0.999, 0.99]))
    (0.99, 0.999)
    >>> score_span(ThresholdCurve.from_predictions([1, 0], [0.3, 0.01]))
    (0.0, 0.3)
    """
    low, high = float(curve.thresholds[-1]), _highest_score(curve)
    if curve.is_probability and (low == high or high - low > _NARROW):
        return 0.0, 1.0
    if low < high:
        return (0.0 if 0 < low < _CLOSE_TO_0 * high - _CLOSE_TO_0 * low else low), high
    margin = max(0.5, abs(low) / 1000)
    return max(low - margin, -sys.float_info.max), min(high + margin, sys.float_info.max)


def is_inverted(roc_auc: float, positives: float, negatives: float) -> bool:
    """Return whether low scores clearly go with the positive class: below 0.4, or by two standard errors below 0.5.

    Parameters
    ----------
    roc_auc : float
    positives, negatives : float
        Numbers of rows, of which the standard error of scores that guess follows (Mann and Whitney, 1947).

    Examples
    --------
    >>> is_inverted(0.49, 100, 400), is_inverted(0.49, 30_000, 70_000), is_inverted(0.39, 5, 5)
    (False, True, True)
    """
    standard_error = math.sqrt((positives + negatives + 1) / (12 * positives * negatives))
    return roc_auc < 0.5 - min(0.1, 2 * standard_error)
