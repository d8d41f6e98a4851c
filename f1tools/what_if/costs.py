"""Misclassification costs: the total, the cheapest threshold, and the cost ratios each threshold is best for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.constraints import Constraint
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray, Value, ratio
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric
from f1tools.core.optimum import Optimum, best
from f1tools.core.roc_hull import hull_positions
from f1tools.core.tally import tally
from f1tools.core.types import InvalidPredictions
from f1tools.core.validation import as_amounts, as_scores, as_weights, binarize_labels


@dataclass(frozen=True)
class Costs:
    """The cost of each of the four outcomes; a negative cost is a gain.

    Parameters
    ----------
    fp, fn : float
        Cost of a false positive and of a false negative.
    tp, tn : float
        Cost of a true positive and of a true negative.

    Raises
    ------
    ValueError
        When a cost is not finite, when an error would be cheaper than the correct decision, or when errors cost
        nothing extra, so that every threshold is equally good.

    Examples
    --------
    >>> costs = Costs(fp=5, fn=100, tp=5)
    >>> costs.total(ConfusionCounts(tn=80, fp=8, fn=2, tp=10))
    290.0
    >>> costs.ratio, costs.threshold
    (19.0, 0.05)
    """

    fp: float = 1.0
    fn: float = 1.0
    tp: float = 0.0
    tn: float = 0.0

    def __post_init__(self) -> None:
        received = f"got fp {self.fp}, fn {self.fn}, tp {self.tp}, tn {self.tn}."
        if not all(
            math.isfinite(x) for x in (self.fp - self.tn, self.fn - self.tp, self.fp, self.fn, self.tp, self.tn)
        ):
            raise ValueError(f"Costs must be finite numbers, {received}")
        if self.fp < self.tn:
            raise ValueError(f"A false positive must not cost less than a true negative (fp < tn), {received}")
        if self.fn < self.tp:
            raise ValueError(f"A false negative must not cost less than a true positive (fn < tp), {received}")
        if self.fp == self.tn and self.fn == self.tp:
            raise ValueError(f"An error must cost more than the correct decision, {received}")

    def total(self, counts: ConfusionCounts) -> Value:
        """Return the total cost."""
        return self.fp * counts.fp + self.fn * counts.fn + self.tp * counts.tp + self.tn * counts.tn

    def per_case(self, counts: ConfusionCounts) -> Value:
        """Return the mean cost of a row."""
        return ratio(self.total(counts), counts.total())

    @property
    def ratio(self) -> float:
        """Cost of a false negative in units of a false positive, each relative to the correct decision; inf if free."""
        false_positive, false_negative = self.fp - self.tn, self.fn - self.tp
        return float(false_negative / false_positive) if false_positive else math.inf

    @property
    def threshold(self) -> float:
        """The Bayes-optimal threshold for calibrated probabilities: 1 / (1 + ratio)."""
        return 1 / (1 + self.ratio)

    def metric(self) -> Metric:
        """Return the metric to maximize: minus the mean cost of a row."""
        return Metric("cost", "Cost", lambda counts: 0.0 - self.per_case(counts), monotone=True)


def cheapest(curve: ThresholdCurve, costs: Costs, *, constraints: Sequence[Constraint] = ()) -> Optimum:
    """Find the threshold with the lowest cost; of equally cheap ones the lowest, which has the highest recall.

    Parameters
    ----------
    curve : ThresholdCurve
    costs : Costs
    constraints : sequence of Constraint
        All must hold at the point.

    Raises
    ------
    ConstraintsNotMet
        When no threshold satisfies all constraints.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.3, 0.1])
    >>> cheapest(curve, Costs(fn=3)).point.threshold, cheapest(curve, Costs(fp=3)).point.threshold
    (0.3, 0.9)
    """
    return best(curve, costs.metric(), constraints=constraints)


def amount_curve(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    miss: ArrayLike,
    false_alarm: ArrayLike,
    sample_weight: ArrayLike | None = None,
) -> ThresholdCurve:
    """Build a curve for example-dependent costs: each row is weighted by what a wrong decision about it costs.

    In its counts ``fp`` is the cost of the false positives and ``fn`` that of the false negatives, so
    ``cheapest(curve, Costs())`` is the cheapest threshold and ``Costs().total`` of the counts the total cost. Rows with
    an amount of 0 contribute no threshold.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Booleans, {0, 1} or {-1, 1}.
    y_score : array-like of shape (n,)
    miss : float or array-like of shape (n,)
        Cost of a false negative; used for positive rows. Finite, not negative.
    false_alarm : float or array-like of shape (n,)
        Cost of a false positive; used for negative rows. Finite, not negative.
    sample_weight : array-like of shape (n,), optional

    Raises
    ------
    InvalidPredictions
        When the columns differ in length or hold invalid values.

    Examples
    --------
    >>> curve = amount_curve([1, 0, 1], [0.9, 0.5, 0.2], miss=[250.0, 0.0, 40.0], false_alarm=5.0)
    >>> optimum = cheapest(curve, Costs())
    >>> optimum.point.threshold, Costs().total(optimum.point.counts)
    (0.2, 5.0)
    """
    positive = binarize_labels(y_true)
    score = as_scores(y_score, positive.size)
    amount = _amounts(miss, positive, "miss") + _amounts(false_alarm, ~positive, "false_alarm")
    if sample_weight is not None:
        amount *= as_weights(sample_weight, positive.size)
    with np.errstate(over="ignore"):
        total = amount.sum()
    if not 0 < total < math.inf:
        raise InvalidPredictions(f"The amounts must have a finite sum above 0, got {total}. Scale or correct them.")
    return ThresholdCurve(*tally(positive, score, amount))


def _amounts(values: ArrayLike, rows: BoolArray, name: str) -> FloatArray:
    """Return the validated amounts of the given rows, and 0 for all others, whose amounts are not used."""
    column = as_scores(np.full(rows.size, values) if np.ndim(values) == 0 else values, rows.size, name)
    return as_amounts(np.where(rows, column, 0.0), rows.size, name)


@dataclass(frozen=True, eq=False)
class CostRanges:
    """The thresholds that are cheapest for some cost ratio, with the range of ratios for each.

    Parameters
    ----------
    thresholds : ndarray of shape (h,)
        Descending: the more a false negative costs, the lower the threshold. No other threshold is ever cheaper.
    low, high : ndarray of shape (h,)
        Each threshold is cheapest where a false negative costs ``low`` to ``high`` times as much as a false positive.
        The ranges are adjacent, from 0 to inf; at a common end both thresholds are equally cheap. A range is a single
        number where a threshold is cheapest only if one of the errors is free.

    Examples
    --------
    >>> ranges = cost_ranges(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.3, 0.1]))
    >>> ranges.thresholds.tolist(), ranges.low.tolist(), ranges.high.tolist()
    ([inf, 0.9, 0.3, 0.1], [0.0, 0.0, 1.0, inf], [0.0, 1.0, inf, inf])
    >>> ranges.at(2.5)
    0.3
    """

    thresholds: FloatArray
    low: FloatArray
    high: FloatArray

    def at(self, ratio: float) -> float:
        """Return the cheapest threshold for a cost ratio; of equally cheap ones the lowest.

        Raises
        ------
        ValueError
            When the ratio is negative or not a number.
        """
        if not ratio >= 0:
            raise ValueError(f"ratio must be 0 or more, got {ratio}.")
        return float(self.thresholds[int(np.searchsorted(self.low, ratio, side="right")) - 1])


def cost_ranges(curve: ThresholdCurve) -> CostRanges:
    """Compute for which cost ratios each threshold is the cheapest.

    For any costs a cheapest threshold is a vertex of the ROC curve's convex hull; the ratio at which two neighboring
    vertices are equally cheap is the number of false positives per additional true positive between them.

    Examples
    --------
    >>> cost_ranges(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])).at(1.0)
    0.9
    """
    hull = curve.take(hull_positions(curve))
    false_positives = np.diff(hull.fp.astype(np.float64))
    true_positives = np.diff(hull.tp.astype(np.float64))
    infinite = np.full(false_positives.shape, np.inf)
    bounds = np.divide(false_positives, true_positives, out=infinite, where=true_positives > 0)
    bounds = np.maximum.accumulate(bounds)  # sums of weights may be out of order in their last digits
    return CostRanges(hull.thresholds, np.append(0.0, bounds), np.append(bounds, np.inf))
