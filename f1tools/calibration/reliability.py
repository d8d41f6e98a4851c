"""Whether scores can be taken as chances: the reliability diagram and the Brier score, from the curve alone."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray, Value
from f1tools.core.curve import ThresholdCurve, is_probability
from f1tools.uncertainty.intervals import wilson_interval

_MOST_BINS = 200
Strategy = Literal["quantile", "uniform"]


@dataclass(frozen=True, eq=False)
class Reliability:
    """What share of the rows is positive where the scores say so much, in bins of neighbouring scores, lowest first.

    Where scores are chances, the two agree but for chance: the mean score lies in the interval.

    Parameters
    ----------
    mean_score : ndarray of shape (k,)
        Mean of the scores in each bin.
    observed : ndarray of shape (k,)
        Share of the bin's rows that is positive.
    positives, negatives : ndarray of shape (k,)
        Rows in each bin, or sums of their weights. No bin is empty.
    low, high : ndarray of shape (k,)
        Wilson's interval around the share observed. Where rows are weighted, a bin is worth as many trials as its
        effective number of rows, the squared sum of the weights over the sum of their squares.
    """

    mean_score: FloatArray
    observed: FloatArray
    positives: FloatArray
    negatives: FloatArray
    low: FloatArray
    high: FloatArray


def reliability(
    curve: ThresholdCurve, n_bins: int = 10, *, strategy: Strategy = "quantile", confidence_level: float = 0.95
) -> Reliability:
    """Compare scores with the shares of positives, bin by bin, exactly.

    The counts at two thresholds differ by the rows between them, so the curve suffices and no rows are needed. Rows
    with the same score are never parted, and bins that hold no row are left out.

    Parameters
    ----------
    curve : ThresholdCurve
        Not thinned, its scores from 0 to 1.
    n_bins : int
        From 1 to 200; fewer come back where there are fewer scores.
    strategy : "quantile" or "uniform"
        Bins of as equal numbers of rows as ties allow, bin i ending with the lowest score that has at least the share
        i / n_bins of all rows at or below it; or bins of one width, each holding its upper edge but not its lower
        one, as in scikit-learn.
    confidence_level : float
        Of the intervals.

    Raises
    ------
    ValueError
        When scores lie outside of 0 to 1, for an unknown strategy or a number of bins out of range.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([0, 0, 1, 1], [0.1, 0.2, 0.2, 0.9])
    >>> bins = reliability(curve, 2, strategy="uniform")
    >>> bins.mean_score.round(3).tolist(), bins.observed.round(3).tolist()
    ([0.167, 0.9], [0.333, 1.0])
    """
    _need_probabilities(curve)
    if not 1 <= n_bins <= _MOST_BINS:
        raise ValueError(f"n_bins must be from 1 to {_MOST_BINS}, got {n_bins}.")
    if strategy == "uniform":
        edges = np.linspace(0, 1, n_bins + 1)[-2:0:-1].tolist()
        cuts = curve.positions(math.nextafter(edge, math.inf) for edge in edges).tolist()
    elif strategy == "quantile":
        cuts = [_position_of_share(curve, above, n_bins) for above in range(1, n_bins)]
    else:
        raise ValueError(f"strategy must be 'quantile' or 'uniform', got {strategy!r}.")
    return _binned(curve, [0, *cuts, len(curve) - 1], confidence_level)


def reliability_between(
    curve: ThresholdCurve, low: float, high: float, *, confidence_level: float = 0.95
) -> Reliability:
    """Compare scores with the share of positives among the rows with low <= score < high: one bin, or none.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([0, 0, 1, 1], [0.1, 0.2, 0.2, 0.9])
    >>> reliability_between(curve, 0.2, 0.9).observed.tolist(), reliability_between(curve, 0.3, 0.9).observed.tolist()
    ([0.5], [])
    """
    _need_probabilities(curve)
    return _binned(curve, curve.positions([high, low]).tolist(), confidence_level)


def brier_score(curve: ThresholdCurve) -> float:
    """Mean squared distance of the score from the truth, 1 or 0: the lower the better.

    Raises
    ------
    ValueError
        When scores lie outside of 0 to 1.

    Examples
    --------
    >>> round(brier_score(ThresholdCurve.from_predictions([1, 0], [0.9, 0.2])), 6)
    0.025
    """
    _need_probabilities(curve)
    total = 0.0
    for start, counts in curve.blocks(overlap=1):
        score = curve.thresholds[start + 1 : start + counts.tp.size]
        total += float((np.diff(counts.tp) * (1 - score) ** 2 + np.diff(counts.fp) * score**2).sum())
    return total / float(curve.positives + curve.negatives)


def brier_skill(curve: ThresholdCurve) -> float:
    """Share of the Brier score of always saying the prevalence that the scores save.

    1 is perfect, 0 is no better than saying the share of positives each time, less than 0 is worse. nan when one class
    is missing, because that is always right then.

    Raises
    ------
    ValueError
        When scores lie outside of 0 to 1.

    Examples
    --------
    >>> round(brier_skill(ThresholdCurve.from_predictions([1, 0], [0.9, 0.2])), 6)
    0.9
    """
    reached = brier_score(curve)
    total = float(curve.positives + curve.negatives)
    of_prevalence = float(curve.positives) / total * (float(curve.negatives) / total)
    return 1 - reached / of_prevalence if of_prevalence else math.nan


def _need_probabilities(curve: ThresholdCurve) -> None:
    if not is_probability(curve):
        raise ValueError(
            f"Scores must lie from 0 to 1 to be taken as chances, got scores from {curve.thresholds[-1]} "
            f"to {curve.thresholds[1]}."
        )


def _position_of_share(curve: ThresholdCurve, above: int, n_bins: int) -> int:
    """Find the lowest threshold at or above which there are at most ``above`` of ``n_bins`` equal parts of the rows."""

    def parts(position: int) -> Value:
        return (curve.tp[position].item() + curve.fp[position].item()) * n_bins

    total = curve.positives + curve.negatives
    return bisect_right(range(len(curve)), above * total, key=parts) - 1


def _binned(curve: ThresholdCurve, cuts: Sequence[int], confidence_level: float) -> Reliability:
    """Sum up the rows between neighbouring positions, each but the first included, lowest scores first."""
    ends = np.unique(np.array(cuts, dtype=np.intp))
    positives, negatives = _between(curve.tp, ends), _between(curve.fp, ends)
    sums = _score_sums(curve, ends)
    seen = positives + negatives > 0  # weights too small beside the others to change a sum are no rows
    positives, negatives, sums = positives[seen], negatives[seen], sums[seen]
    rows = positives + negatives
    observed, trials = positives / rows, rows
    if curve.tp_squares is not None and curve.fp_squares is not None:
        squares = (_between(curve.tp_squares, ends) + _between(curve.fp_squares, ends))[seen]
        # Squares that are lost beside larger ones say nothing: such a bin counts as a single trial.
        trials = rows * np.divide(rows, squares, out=1 / rows, where=squares > 0)
    interval = wilson_interval(observed * trials, trials, confidence_level=confidence_level)
    low, high = np.asarray(interval.low, dtype=np.float64), np.asarray(interval.high, dtype=np.float64)
    return Reliability(sums / rows, observed, positives, negatives, low, high)


def _between(sums: NDArray[np.generic], ends: NDArray[np.intp]) -> FloatArray:
    """Give what lies between neighbouring positions, the lowest scores first."""
    return np.diff(sums[ends].astype(np.float64))[::-1]


def _score_sums(curve: ThresholdCurve, ends: NDArray[np.intp]) -> FloatArray:
    """Add up the scores of the rows between neighbouring positions, the lowest first."""
    sums = np.zeros(ends.size + 1)
    for start, counts in curve.blocks(overlap=1):
        positions = np.arange(start + 1, start + counts.tp.size)
        rows = np.diff(counts.tp) + np.diff(counts.fp)
        part = np.searchsorted(ends, positions)
        sums += np.bincount(part, rows * curve.thresholds[positions], minlength=sums.size)
    return sums[1:-1][::-1]
