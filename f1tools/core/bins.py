"""What is certain about thresholds inside a bin of several scores, where only the counts at its two ends are known.

Whatever the order of the rows in a bin, a monotone metric is at most its value if all positives of the bin came first,
and at least its value if all negatives did. Bins whose upper bound is below the best value at a known threshold cannot
hold the optimum.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.constraints import Constraint
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray, Value
from f1tools.core.cumulative import cumulative_bins
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, attains, metric, rounding_tolerance
from f1tools.core.tally import ALL_SCORED, Unscored


def curve_from_bins(
    lowest: ArrayLike,
    highest: ArrayLike,
    positives: ArrayLike,
    negatives: ArrayLike,
    *,
    positive_squares: ArrayLike | None = None,
    negative_squares: ArrayLike | None = None,
    unscored: Unscored = ALL_SCORED,
) -> ThresholdCurve:
    """Build the curve of rows that were counted in bins of the score, such as an engine counts them.

    The counts are exact at the lowest score of each bin, and between two bins. Inside a bin they are only known to
    lie between those of its two ends, see :func:`bracket`.

    Parameters
    ----------
    lowest, highest : array-like of shape (k,)
        The lowest and the highest score that occur in each bin, in any order. Equal where the bin holds one score.
    positives, negatives : array-like of shape (k,)
        Rows of each class in each bin, or the sums of their weights.
    positive_squares, negative_squares : array-like of shape (k,), optional
        The sums of their squared weights; required if counts are not whole numbers.
    unscored : Unscored
        The rows without a score.

    Raises
    ------
    InvalidPredictions
        When the columns differ in length or hold invalid values, or two bins overlap.

    Examples
    --------
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.9], positives=[1, 2], negatives=[3, 1])
    >>> curve.thresholds.tolist(), curve.tp.tolist(), curve.is_exact
    ([inf, 0.6, 0.1], [0, 2, 3], False)
    """
    counts = {
        "positives": positives, "negatives": negatives,
        "positive_squares": positive_squares, "negative_squares": negative_squares,
    }  # fmt: skip
    tally, upper = cumulative_bins(lowest, highest, counts)
    return ThresholdCurve(*tally._replace(unscored=unscored), highest=upper)


def bracket(curve: ThresholdCurve, threshold: float) -> tuple[ConfusionCounts, ConfusionCounts]:
    """Return the counts between which those at a threshold lie: the same ones twice where they are known.

    Returns
    -------
    fewer, more : ConfusionCounts
        Both counts of flagged rows, ``tp`` and ``fp``, are at least those of `fewer` and at most those of `more`.

    Examples
    --------
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.9], positives=[1, 2], negatives=[3, 1])
    >>> [counts.tp for counts in bracket(curve, 0.3)], [counts.tp for counts in bracket(curve, 0.5)]
    ([2, 3], [2, 2])
    """
    position = int(curve.positions([threshold])[0])
    before = position - 1 if curve.is_inside_bin(threshold) else position
    fewer, more = (curve.counts_of(np.array([each])).item() for each in (before, position))
    return fewer, more


def several_scores(curve: ThresholdCurve) -> BoolArray:
    """Return at which thresholds a bin of several scores begins; shape (k,), never at +inf.

    Examples
    --------
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.6], positives=[1, 2], negatives=[3, 1])
    >>> several_scores(curve).tolist()
    [False, False, True]
    """
    if curve.highest is None:
        return np.zeros(len(curve), np.bool_)
    return curve.highest > curve.thresholds


def metric_bounds(curve: ThresholdCurve, objective: Metric) -> tuple[FloatArray, FloatArray]:
    """Return between which values a metric lies at all thresholds of each bin, as arrays of shape (k,).

    Where a bin holds one score both are the value there. The bounds of a metric that is not monotone are -inf and inf.

    Examples
    --------
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.6], positives=[1, 2], negatives=[3, 1])
    >>> low, high = metric_bounds(curve, metric("f1"))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.667, 0.444], [0.0, 0.667, 0.857])
    """
    value: FloatArray = np.asarray(objective.evaluate(curve.counts), dtype=np.float64)
    if curve.is_exact:
        return value, value
    inside = several_scores(curve)
    if not objective.monotone:
        return np.where(inside, -np.inf, value), np.where(inside, np.inf, value)
    worst, best = _extreme_counts(curve)
    low = np.where(inside, np.nan_to_num(objective.evaluate(worst), nan=-np.inf), value)
    high = np.where(inside, np.nan_to_num(objective.evaluate(best), nan=np.inf), value)
    return low, high


def may_satisfy(curve: ThresholdCurve, constraints: Sequence[Constraint]) -> BoolArray:
    """Return which bins may hold a threshold that satisfies each of the constraints; shape (k,)."""
    if curve.is_exact:
        worst = best = curve.counts
    else:
        worst, best = _extreme_counts(curve)
    possible = np.ones(len(curve), np.bool_)
    for each in constraints:
        if each.counts_rows or each.name == "predicted_positive_rate":
            counts = _fewer_flagged(curve) if each.sense == "at most" else curve.counts
        elif metric(each.name).monotone:
            counts = best if each.sense == "at least" else worst
        else:
            continue  # nothing is known about it inside a bin
        violation = each.violation(counts)
        possible &= (violation <= rounding_tolerance(weighted=curve.weighted)) | np.isnan(violation)
    return possible


def may_hold_best(
    curve: ThresholdCurve, objective: Metric, best_value: Value, constraints: Sequence[Constraint] = ()
) -> tuple[BoolArray, float]:
    """Return which bins of several scores may hold a threshold as good as the best known one, and how good at most.

    Parameters
    ----------
    curve : ThresholdCurve
    objective : Metric
    best_value : float
        The best value at a known threshold; -inf where none satisfies the constraints.
    constraints : sequence of Constraint

    Returns
    -------
    bins : ndarray of bool of shape (k,)
        Where no element is true, the best known threshold is the best of all.
    bound : float
        No threshold has a higher value; inf for a metric that is not monotone.

    Examples
    --------
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.6], positives=[1, 2], negatives=[3, 1])
    >>> bins, bound = may_hold_best(curve, metric("f1"), 2 / 3)
    >>> bins.tolist(), round(bound, 3)
    ([False, False, True], 0.857)
    """
    inside = several_scores(curve)
    if not inside.any():
        return inside, float(best_value)
    high = metric_bounds(curve, objective)[1]
    bins = inside & may_satisfy(curve, constraints) & attains(high, best_value, weighted=curve.weighted)
    if best_value >= objective.highest:
        return bins, float(best_value)
    return bins, max(float(high[bins].max(initial=-np.inf)), float(best_value))


def _before(curve: ThresholdCurve) -> ConfusionCounts:
    """Return the counts above each bin: those at the threshold before."""
    return curve.counts_of(np.maximum(np.arange(len(curve)) - 1, 0))


def _extreme_counts(curve: ThresholdCurve) -> tuple[ConfusionCounts, ConfusionCounts]:
    """Return the counts at the end of each bin if none of its positives were flagged, and if none of its negatives."""
    here, before = curve.counts, _before(curve)
    worst = ConfusionCounts(tn=here.tn, fp=here.fp, fn=before.fn, tp=before.tp)
    best = ConfusionCounts(tn=before.tn, fp=before.fp, fn=here.fn, tp=here.tp)
    return worst, best


def _fewer_flagged(curve: ThresholdCurve) -> ConfusionCounts:
    """Return the counts with the fewest flagged rows in each bin of several scores: no more than before it."""
    if curve.is_exact:
        return curve.counts
    inside, here, before = several_scores(curve), curve.counts, _before(curve)
    return ConfusionCounts(
        **{cell: np.where(inside, getattr(before, cell), getattr(here, cell)) for cell in vars(here)}
    )
