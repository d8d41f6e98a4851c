"""Reliability diagram, Brier score and Brier skill score, computed from the threshold curve alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from f1tools.calibration.clustered import bin_design_effects
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.uncertainty.intervals import wilson_interval

_MAX_BINS = 200
_LARGEST_ERROR = 0.25  # of the sum of scores in bins, in standard deviations of the number of positives
Strategy = Literal["quantile", "uniform", "mixed"]


@dataclass(frozen=True, eq=False)
class Reliability:
    """Observed share of positives against the mean score, in bins of neighboring scores, lowest first.

    For calibrated scores the mean score of a bin lies within its interval, up to the confidence level.

    Parameters
    ----------
    mean_score : ndarray of shape (k,)
        Mean of the scores in each bin.
    observed : ndarray of shape (k,)
        Share of positives in each bin.
    positives, negatives : ndarray of shape (k,)
        Rows in each bin, or sums of their weights. No bin is empty.
    low, high : ndarray of shape (k,)
        Wilson's interval of the observed share.
    trials : ndarray of shape (k,)
        The number of rows behind the interval; for weighted rows their effective number, (sum of weights)² / (sum of
        squares); where rows are in clusters, divided by the design effect.
    lowest, highest : ndarray of shape (k,)
        The lowest and the highest score in each bin.
    """

    mean_score: FloatArray
    observed: FloatArray
    positives: FloatArray
    negatives: FloatArray
    low: FloatArray
    high: FloatArray
    trials: FloatArray
    lowest: FloatArray
    highest: FloatArray

    @property
    def missed(self) -> BoolArray:
        """Whether the interval does not contain the mean score; at 95%, 1 bin in 20 of calibrated scores misses."""
        return (self.mean_score < self.low) | (self.mean_score > self.high)


def reliability(
    curve: ThresholdCurve, n_bins: int = 10, *, strategy: Strategy = "quantile", confidence_level: float = 0.95
) -> Reliability:
    """Compute the reliability diagram from the curve, exactly.

    The counts at two thresholds differ by the rows between them, so no rows are needed. Rows with the same score are
    never split, and empty bins are left out, as are rows without a score.

    Parameters
    ----------
    curve : ThresholdCurve
        The full curve, not thinned, with scores in [0, 1].
    n_bins : int
        From 1 to 200; fewer bins are returned where there are fewer distinct scores.
    strategy : "quantile", "uniform" or "mixed"
        Bins with numbers of rows as equal as ties allow, bin i ending at the lowest score with at least the share
        i / n_bins of all rows at or below it; bins of equal width, closed at the upper edge as in scikit-learn; or
        quantiles of a mixture, one half of which are the rows and the other half the rows of the rarer class that the
        scores predict: where positives are rare, half of the bins are where they are expected. The labels do not
        influence the edges.
    confidence_level : float
        Of the intervals.

    Raises
    ------
    ValueError
        When scores lie outside [0, 1], for an unknown strategy, or a number of bins out of range.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([0, 0, 1, 1], [0.1, 0.2, 0.2, 0.9])
    >>> bins = reliability(curve, 2, strategy="uniform")
    >>> bins.mean_score.round(3).tolist(), bins.observed.round(3).tolist()
    ([0.167, 0.9], [0.333, 1.0])
    """
    _require_probabilities(curve)
    if not 1 <= n_bins <= _MAX_BINS:
        raise ValueError(f"n_bins must be from 1 to {_MAX_BINS}, got {n_bins}.")
    if strategy == "uniform":
        edges = np.linspace(0, 1, n_bins + 1)[-2:0:-1].tolist()
        positions = curve.positions(math.nextafter(edge, math.inf) for edge in edges).tolist()
    elif strategy == "quantile":
        flagged = np.add(curve.tp, curve.fp, dtype=np.float64 if curve.weighted else np.int64)
        limits = np.arange(1, n_bins) * flagged[-1]  # the lowest threshold that flags at most i / n_bins of all rows
        positions = (np.searchsorted(flagged * n_bins, limits, side="right") - 1).tolist()
    elif strategy == "mixed":
        positions = _mixed_positions(curve, n_bins)
    else:
        raise ValueError(f"strategy must be 'quantile', 'uniform' or 'mixed', got {strategy!r}.")
    return _bin(curve, [0, *positions, len(curve) - 1], confidence_level)


def brier_score(curve: ThresholdCurve) -> float:
    """Compute the Brier score, the mean squared difference between score and label: lower is better.

    Rows without a score have no probability and are left out. Rows that were counted in bins of several scores are
    taken to lie in the middle of their bin; see :func:`brier_bounds`.

    Raises
    ------
    ValueError
        When scores lie outside [0, 1].

    Examples
    --------
    >>> round(brier_score(ThresholdCurve.from_predictions([1, 0], [0.9, 0.2])), 6)
    0.025
    """
    _require_probabilities(curve)
    total = 0.0
    for _, score, positives, negatives in cells(curve):
        total += float((positives * (1 - score) ** 2 + negatives * score**2).sum())
    return total / float(curve.n_scored)


def brier_bounds(curve: ThresholdCurve) -> tuple[float, float]:
    """Return between which values the Brier score lies; equal, up to rounding, where every score is known.

    Raises
    ------
    ValueError
        When scores lie outside [0, 1].

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> low, high = brier_bounds(curve_from_bins([0.2, 0.8], [0.2, 0.9], positives=[0, 10], negatives=[10, 0]))
    >>> round(low, 6), round(high, 6)
    (0.025, 0.04)
    """
    _require_probabilities(curve)
    low = high = 0.0
    highest = curve.thresholds if curve.highest is None else curve.highest
    for first, _, positives, negatives in cells(curve):
        block = slice(first, first + positives.size)
        lowest_score, highest_score = curve.thresholds[block], highest[block]
        low += float((positives * (1 - highest_score) ** 2 + negatives * lowest_score**2).sum())
        high += float((positives * (1 - lowest_score) ** 2 + negatives * highest_score**2).sum())
    return low / float(curve.n_scored), high / float(curve.n_scored)


def scores_are_known(curve: ThresholdCurve) -> bool:
    """Return whether scores are known closely enough to judge whether they are probabilities.

    Of rows that were counted in bins only the lowest and the highest score of each bin are known. With every score in
    the middle of its bin, the sum of all scores is wrong by no more than half the width of each row's bin. That must be
    small beside the standard deviation of the number of positives if the scores are probabilities: a fourth of it.

    Raises
    ------
    ValueError
        When scores lie outside [0, 1].

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> counts = {"positives": [10, 40], "negatives": [40, 10]}
    >>> [scores_are_known(curve_from_bins([0.2, 0.8], [0.2 + width, 0.8], **counts)) for width in (0.01, 0.3)]
    [True, False]
    """
    _require_probabilities(curve)
    if curve.highest is None:
        return True
    error = variance = 0.0
    for first, score, positives, negatives in cells(curve):
        rows, block = positives + negatives, slice(first, first + score.size)
        error += float((rows * (curve.highest[block] - curve.thresholds[block])).sum()) / 2
        squares = rows
        if curve.tp_squares is not None and curve.fp_squares is not None:
            around = slice(first - 1, first + score.size)
            squares = np.diff(curve.tp_squares[around]) + np.diff(curve.fp_squares[around])
        variance += float((squares * score * (1 - score)).sum())
    return error <= _LARGEST_ERROR * math.sqrt(variance)


def brier_skill(curve: ThresholdCurve) -> float:
    """Compute the Brier skill score relative to predicting the prevalence for every row.

    1 is perfect, 0 is no better than the prevalence, and negative values are worse. nan when one class is missing. The
    prevalence is that of the rows with a score.

    Raises
    ------
    ValueError
        When scores lie outside [0, 1].

    Examples
    --------
    >>> round(brier_skill(ThresholdCurve.from_predictions([1, 0], [0.9, 0.2])), 6)
    0.9
    """
    score = brier_score(curve)
    total = float(curve.n_scored)
    reference = curve.tp[-1].item() / total * (curve.fp[-1].item() / total)
    return 1 - score / reference if reference else math.nan


def _require_probabilities(curve: ThresholdCurve) -> None:
    if not curve.is_probability:
        raise ValueError(
            f"Scores must be from 0 to 1 to be read as probabilities, got scores from {curve.thresholds[-1]} "
            f"to {curve.thresholds[1]}."
        )


def cells(curve: ThresholdCurve) -> Iterator[tuple[int, FloatArray, FloatArray, FloatArray]]:
    """Yield the rows at each score in blocks, highest first: first position, scores, positives and negatives.

    The score of rows that were counted in a bin is the middle of the bin.
    """
    for start, counts in curve.blocks(overlap=1):
        block = slice(start + 1, start + counts.tp.size)
        score = curve.thresholds[block]
        if curve.highest is not None:
            score = score / 2 + curve.highest[block] / 2
        if score.size:
            yield start + 1, score, np.diff(counts.tp).astype(np.float64), np.diff(counts.fp).astype(np.float64)


def _mixed_positions(curve: ThresholdCurve, n_bins: int) -> list[int]:
    """Return where bins end that share the rows and the expected rows of the rarer class equally, half each."""
    positives_are_rarer = curve.tp[-1] <= curve.fp[-1]
    total, predicted = float(curve.n_scored), 0.0
    for _, score, positives, negatives in cells(curve):
        predicted += float(((positives + negatives) * (score if positives_are_rarer else 1 - score)).sum())
    limits = np.arange(1, n_bins) / n_bins
    positions: list[int] = []
    flagged = 0.0
    for first, score, positives, negatives in cells(curve):
        share = np.full(score.size, 1.0)
        if predicted > 0:
            share = 0.5 + (score if positives_are_rarer else 1 - score) * (total / predicted / 2)
        at_or_above = flagged + np.cumsum((positives + negatives) / total * share)
        inside = limits[(limits >= flagged) & (limits < at_or_above[-1])]
        positions.extend((first - 1 + np.searchsorted(at_or_above, inside, side="right")).tolist())
        flagged = float(at_or_above[-1])
    return positions


def _bin(curve: ThresholdCurve, positions: Sequence[int], confidence_level: float) -> Reliability:
    """Aggregate the rows between neighboring positions, lowest scores first."""
    ends = np.unique(np.array(positions, dtype=np.intp))
    positives, negatives = _between(curve.tp, ends), _between(curve.fp, ends)
    sums = _score_sums(curve, ends)
    nonempty = positives + negatives > 0  # weights too small to change the cumulative sums count as no rows
    positives, negatives, sums = positives[nonempty], negatives[nonempty], sums[nonempty]
    highest = curve.thresholds if curve.highest is None else curve.highest
    edges = curve.thresholds[ends[1:]][::-1][nonempty], highest[ends[:-1] + 1][::-1][nonempty]
    rows = positives + negatives
    observed, trials = positives / rows, rows
    if curve.tp_squares is not None and curve.fp_squares is not None:
        squares = (_between(curve.tp_squares, ends) + _between(curve.fp_squares, ends))[nonempty]
        # Squares can be lost by rounding beside larger ones: such a bin counts as a single trial.
        trials = rows * np.divide(rows, squares, out=1 / rows, where=squares > 0)
    trials = trials / bin_design_effects(curve, edges[0])
    interval = wilson_interval(observed * trials, trials, confidence_level=confidence_level)
    low, high = np.asarray(interval.low, dtype=np.float64), np.asarray(interval.high, dtype=np.float64)
    return Reliability(sums / rows, observed, positives, negatives, low, high, trials, *edges)


def _between(sums: NDArray[np.generic], ends: NDArray[np.intp]) -> FloatArray:
    """Return the differences between neighboring positions, lowest scores first."""
    return np.diff(sums[ends].astype(np.float64))[::-1]


def _score_sums(curve: ThresholdCurve, ends: NDArray[np.intp]) -> FloatArray:
    """Sum the scores of the rows between neighboring positions, lowest scores first."""
    sums = np.zeros(ends.size + 1)
    for first, score, positives, negatives in cells(curve):
        part = np.searchsorted(ends, np.arange(first, first + score.size))
        sums += np.bincount(part, (positives + negatives) * score, minlength=sums.size)
    return sums[1:-1][::-1]
