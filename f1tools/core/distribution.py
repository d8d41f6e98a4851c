"""How the scores of the two classes are spread, from the threshold curve alone."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve

# No more bins than this: a wider one shows more than the eye can compare, and costs payload.
_MOST_BINS = 200
_CROWDED = 0.2


@dataclass(frozen=True, eq=False)
class ScoreHistogram:
    """How many scores of each class fall into each bin.

    Parameters
    ----------
    edges : ndarray of shape (k + 1,)
        Ascending. Bin i holds the scores s with ``edges[i] <= s < edges[i + 1]``; the last bin holds its upper edge
        too, as in ``numpy.histogram``.
    positives, negatives : ndarray of shape (k,)
        Rows, or sums of their weights, in each bin.
    all_positives, all_negatives : float
        Rows of each class, in a bin or not.
    """

    edges: FloatArray
    positives: NDArray[Any]
    negatives: NDArray[Any]
    all_positives: float
    all_negatives: float

    def shares(self) -> tuple[FloatArray, FloatArray]:
        """Give, for positives and negatives, the share of the class that falls into each bin."""
        return (
            np.asarray(self.positives / self.all_positives, dtype=np.float64),
            np.asarray(self.negatives / self.all_negatives, dtype=np.float64),
        )


def score_histogram(
    curve: ThresholdCurve, bins: int = 40, *, span: tuple[float, float] | None = None
) -> ScoreHistogram:
    """Count the scores of either class in bins of one width, exactly.

    The counts at two thresholds differ by the rows between them, so the curve suffices and no rows are needed.

    Parameters
    ----------
    curve : ThresholdCurve
        Not thinned: what was left out of a thinned one would be counted in a lower bin.
    bins : int
        From 1 to 200.
    span : tuple of float, optional
        Lowest and highest edge. Left out, they are those of :func:`score_span`.

    Raises
    ------
    ValueError
        When the number of bins is out of range, or the span is not a finite interval.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> score_histogram(curve, bins=2).positives.tolist(), score_histogram(curve, bins=2).negatives.tolist()
    ([1, 1], [2, 0])
    """
    if not 1 <= bins <= _MOST_BINS:
        raise ValueError(f"bins must be from 1 to {_MOST_BINS}, got {bins}.")
    low, high = score_span(curve) if span is None else span
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"span must be a finite interval, got from {low} to {high}.")
    parts = np.arange(bins + 1) / bins
    edges = low * (1 - parts) + high * parts
    # What lies above the last edge itself is outside; its own rows are inside.
    counts = curve.at_each([*edges[:-1].tolist(), math.nextafter(high, math.inf)])
    return ScoreHistogram(
        edges, -np.diff(counts.tp), -np.diff(counts.fp), float(curve.positives), float(curve.negatives)
    )


def score_span(curve: ThresholdCurve) -> tuple[float, float]:
    """Give the range of scores worth drawing: 0 to 1 where all scores lie in there, else from lowest to highest.

    Scores that fill less than a fifth of 0 to 1 have their own range too: else every figure is a cliff. One single
    score outside of 0 to 1 gets half a unit of room on both sides, or a thousandth of itself.

    Examples
    --------
    >>> score_span(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]))
    (0.0, 1.0)
    >>> score_span(ThresholdCurve.from_predictions([1, 0], [3.5, -2.0]))
    (-2.0, 3.5)
    >>> score_span(ThresholdCurve.from_predictions([1, 0], [0.999, 0.99]))
    (0.99, 0.999)
    """
    low, high = float(curve.thresholds[-1]), float(curve.thresholds[1])
    if low >= 0 and high <= 1 and not 0 < high - low < _CROWDED:
        return 0.0, 1.0
    if low < high:
        return low, high
    room = max(0.5, abs(low) / 1000)
    return max(low - room, -sys.float_info.max), min(high + room, sys.float_info.max)
