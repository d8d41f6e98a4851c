"""What decisions cost, and the cheapest threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.constraints import Constraint
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray, Value, ratio
from f1tools.core.curve import ThresholdCurve
from f1tools.core.errors import InvalidPredictions
from f1tools.core.metrics import Metric
from f1tools.core.optimum import Optimum, best
from f1tools.core.tally import tally
from f1tools.core.validation import as_column, as_scores, as_weights, binarize_labels
from f1tools.what_if.roc_hull import hull_positions


@dataclass(frozen=True)
class Costs:
    """What each of the four outcomes costs; what is negative earns.

    Parameters
    ----------
    fp, fn : float
        A false alarm and a miss.
    tp, tn : float
        A catch and a case rightly left alone.

    Raises
    ------
    ValueError
        When a cost is not finite, when being wrong would be cheaper than being right, or when both are always the
        same, so that no threshold is better than another.

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
        given = f"got fp {self.fp}, fn {self.fn}, tp {self.tp}, tn {self.tn}."
        if not all(math.isfinite(x) for x in (self.fp - self.tn, self.fn - self.tp, *self._four)):
            raise ValueError(f"Costs must be finite numbers, {given}")
        if self.fp < self.tn:
            raise ValueError(f"A false alarm must not cost less than a negative case left alone (fp < tn), {given}")
        if self.fn < self.tp:
            raise ValueError(f"A miss must not cost less than a catch (fn < tp), {given}")
        if self.fp == self.tn and self.fn == self.tp:
            raise ValueError(f"A false alarm or a miss must cost more than being right, {given}")

    @property
    def _four(self) -> tuple[float, float, float, float]:
        return self.fp, self.fn, self.tp, self.tn

    def total(self, counts: ConfusionCounts) -> Value:
        """Give the cost of all cases together."""
        return self.fp * counts.fp + self.fn * counts.fn + self.tp * counts.tp + self.tn * counts.tn

    def per_case(self, counts: ConfusionCounts) -> Value:
        """Give the mean cost of a case."""
        return ratio(self.total(counts), counts.total())

    @property
    def ratio(self) -> float:
        """How many false alarms a miss is worth, each against being right; inf where false alarms are free."""
        alarm, miss = self.fp - self.tn, self.fn - self.tp
        return float(miss / alarm) if alarm else math.inf

    @property
    def threshold(self) -> float:
        """The cheapest threshold for true probabilities, by Bayes: flag a case when its risk outweighs an alarm."""
        return 1 / (1 + self.ratio)

    def metric(self) -> Metric:
        """Give the metric that is greatest where the cost is least: minus the cost of a case."""
        return Metric("cost", "Cost", lambda counts: 0.0 - self.per_case(counts), monotone=True)


def cheapest(curve: ThresholdCurve, costs: Costs, *, constraints: Sequence[Constraint] = ()) -> Optimum:
    """Find the threshold that costs least; of equally cheap ones the lowest, which catches the most.

    Parameters
    ----------
    curve : ThresholdCurve
    costs : Costs
    constraints : sequence of Constraint
        All must hold at the point.

    Raises
    ------
    ConstraintsNotMet
        When no threshold keeps all constraints.

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
    """Build a curve that counts money: what each row would cost if it were decided wrongly.

    In its counts ``fp`` is what the false alarms cost and ``fn`` what the misses cost, so ``cheapest(curve, Costs())``
    is the cheapest threshold, and ``Costs().total`` of the counts the sum that is paid. Rows without an amount have
    no threshold of their own.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Booleans, {0, 1} or {-1, 1}.
    y_score : array-like of shape (n,)
    miss : float or array-like of shape (n,)
        Cost of missing the row; looked at where it is positive. Finite, not negative.
    false_alarm : float or array-like of shape (n,)
        Cost of flagging the row; looked at where it is negative. Finite, not negative.
    sample_weight : array-like of shape (n,), optional

    Raises
    ------
    InvalidPredictions
        When the columns differ in length, or hold what cannot be used.

    Examples
    --------
    >>> curve = amount_curve([1, 0, 1], [0.9, 0.5, 0.2], miss=[250.0, 0.0, 40.0], false_alarm=5.0)
    >>> found = cheapest(curve, Costs())
    >>> found.point.threshold, Costs().total(found.point.counts)
    (0.2, 5.0)
    """
    positive = binarize_labels(y_true)
    score = as_scores(y_score, positive.size)
    amount = np.empty(positive.size)
    for name, values, rows in (("miss", miss, positive), ("false_alarm", false_alarm, ~positive)):
        amount[rows] = _amounts(values, rows, name)
    if sample_weight is not None:
        amount *= as_weights(sample_weight, positive.size)
    with np.errstate(over="ignore"):
        total = amount.sum()
    if not 0 < total < math.inf:
        raise InvalidPredictions(f"The amounts must have a finite sum above 0, got {total}. Scale or mend them.")
    return ThresholdCurve(*tally(positive, score, amount))


def _amounts(values: ArrayLike, rows: BoolArray, name: str) -> FloatArray:
    """Check the amounts of the rows that they are for."""
    amounts = np.broadcast_to(np.asarray(values), rows.shape) if np.ndim(values) == 0 else as_column(values, name)
    if amounts.size != rows.size:
        raise InvalidPredictions(
            f"y_true has {rows.size:,} rows and {name} has {amounts.size:,}. They must describe the same rows."
        )
    try:
        given = amounts[rows].astype(np.float64)
    except (TypeError, ValueError):
        raise InvalidPredictions(f"{name} must hold numbers. Convert or change the column.") from None
    usable = np.isfinite(given) & (given >= 0)
    if not usable.all():
        first = int(np.argmin(usable))
        raise InvalidPredictions(
            f"{name} must be finite and not negative, got {given[first]} in row {np.flatnonzero(rows)[first]}. "
            "Mend or drop that row."
        )
    return given


@dataclass(frozen=True, eq=False)
class CostRanges:
    """The thresholds that are cheapest for some costs, and for which.

    Parameters
    ----------
    thresholds : ndarray of shape (h,)
        Descending: the higher a miss is valued, the lower the threshold. All others are never cheaper than these.
    low, high : ndarray of shape (h,)
        Each is cheapest where a miss is worth from ``low`` to ``high`` false alarms. The ranges follow each other from
        0 to inf; where two meet both are equally cheap. A range is a single number where a threshold is cheapest only
        if the other error costs nothing.

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
        """Give the cheapest threshold where a miss is worth so many false alarms, of equal ones the lowest.

        Raises
        ------
        ValueError
            When the ratio is negative or not a number.
        """
        if not ratio >= 0:
            raise ValueError(f"A miss is worth some number of false alarms from 0 up, got {ratio}.")
        return float(self.thresholds[int(np.searchsorted(self.low, ratio, side="right")) - 1])


def cost_ranges(curve: ThresholdCurve) -> CostRanges:
    """Find for every threshold the ratios of costs that it is cheapest for.

    For any costs a cheapest threshold is a corner of the ROC curve's convex hull; at the edge between two corners the
    ratio is what a further catch costs in false alarms.

    Examples
    --------
    >>> cost_ranges(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])).at(1.0)
    0.9
    """
    corners = curve.part(hull_positions(curve))
    alarms = np.diff(corners.fp.astype(np.float64))
    catches = np.diff(corners.tp.astype(np.float64))
    borders = np.divide(alarms, catches, out=np.full(alarms.shape, np.inf), where=catches > 0)
    borders = np.maximum.accumulate(borders)  # sums of weights may be out of order in their last digits
    return CostRanges(corners.thresholds, np.append(0.0, borders), np.append(borders, np.inf))
