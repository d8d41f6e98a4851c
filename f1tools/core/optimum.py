"""The best threshold for an objective, under constraints, and the plateau around it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from f1tools.core.bins import may_hold_best, may_satisfy, metric_bounds, several_scores
from f1tools.core.constraints import Constraint, feasible_values
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, attains, metric
from f1tools.core.operating_point import OperatingPoint

OnUnmet: TypeAlias = Literal["raise", "relax"]
"""What to do where no threshold satisfies all constraints: raise, or drop them and say so."""


class ConstraintsNotMet(ValueError):
    """No threshold satisfies the constraints.

    Attributes
    ----------
    closest : OperatingPoint
        The operating point with the smallest violation.
    """

    def __init__(self, message: str, closest: OperatingPoint) -> None:
        super().__init__(message)
        self.closest = closest


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best operating point by a metric.

    Parameters
    ----------
    metric : Metric
    value : float
        The value of the metric at the point.
    point : OperatingPoint
        Its threshold is a real score, or +inf when predicting nothing positive is best.
    interval : tuple of float
        (low, high]: all thresholds t with low < t <= high make the same decisions as the point. low is -inf when
        every score is flagged, high is the threshold of the point.
    ties : ndarray of shape (k,)
        All thresholds that attain the value, descending; the last is that of the point.
    constraints : tuple of Constraint
        The constraints that the point satisfies where it was chosen.
    not_met : str
        Why the constraints were dropped; empty where they hold.
    bound : float
        No threshold has a higher value. It is the value itself, unless the curve has bins of several scores that may
        hold a better threshold; inf where nothing is known about them.
    """

    metric: Metric
    value: float
    point: OperatingPoint
    interval: tuple[float, float]
    ties: FloatArray
    constraints: tuple[Constraint, ...] = ()
    not_met: str = ""
    bound: float = np.nan

    @property
    def is_certain(self) -> bool:
        """Whether no other threshold can be better, nor as good and lower, also where rows were counted in bins."""
        return not self.bound > self.value


def best(
    curve: ThresholdCurve,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: Sequence[Constraint] = (),
    on_unmet: OnUnmet = "raise",
) -> Optimum:
    """Find the best threshold exactly: every distinct score is evaluated, and +inf.

    Of a curve with bins of several scores, the lowest score of each is evaluated, and ``bound`` is the highest value
    that a threshold inside of them could have.

    Of equally good thresholds the lowest is chosen: it finds the most positives, and it is the one that argmax over
    scikit-learn's ``precision_recall_curve`` returns.

    Parameters
    ----------
    curve : ThresholdCurve
    objective : str or Metric
        See :data:`f1tools.core.metrics.METRICS`.
    beta : float, optional
        For ``"fbeta"``.
    constraints : sequence of Constraint
        All must hold at the point.
    on_unmet : {"raise", "relax"}
        Where no threshold satisfies all constraints: raise, or find the best threshold without them and give the
        reason in ``not_met``.

    Raises
    ------
    ConstraintsNotMet
        When no threshold satisfies all constraints and ``on_unmet`` is ``"raise"``; it holds the closest point.
    ValueError
        For an unknown metric or a beta that does not fit it.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> optimum = best(curve)
    >>> optimum.point.threshold, round(optimum.value, 3), optimum.interval
    (0.4, 0.8, (0.1, 0.4))
    >>> best(curve, constraints=[Constraint.at_least("precision", 0.9)]).point.threshold
    0.9
    """
    objective = metric(objective, beta)
    highest = -np.inf
    candidates: list[tuple[int, FloatArray]] = []  # blocks that hold the maximum so far
    skips_blocks = objective.monotone and not constraints
    for start, counts in _promising_blocks(curve, objective) if skips_blocks else curve.blocks():
        values = feasible_values(objective, counts, constraints, weighted=curve.weighted)
        top = float(values.max())
        if top == -np.inf or not attains(top, highest, weighted=curve.weighted):
            continue
        highest = max(top, highest)
        candidates.append((start, values))
        candidates = [each for each in candidates if attains(each[1].max(), highest, weighted=curve.weighted)]
    if not candidates:
        error = _not_met(curve, objective, constraints)
        if on_unmet == "raise" or not constraints:
            raise error
        return replace(best(curve, objective), not_met=str(error))
    positions = np.concatenate(
        [start + np.flatnonzero(attains(values, highest, weighted=curve.weighted)) for start, values in candidates]
    )
    ties = curve.thresholds[positions]
    point = curve.at(float(ties[-1]))
    interval = (curve.next_below(point.threshold), point.threshold)
    value = float(objective.evaluate(point.counts))
    bound = value if curve.is_exact else may_hold_best(curve, objective, value, constraints)[1]
    return Optimum(objective, value, point, interval, ties, tuple(constraints), bound=bound)


def _promising_blocks(curve: ThresholdCurve, objective: Metric) -> Iterator[tuple[int, ConfusionCounts]]:
    """Yield the blocks of a curve that can hold an optimum of a monotone metric.

    Within a block the metric is at most its value with all true positives of the block and only the false positives
    before it. Where this bound is below the value at the first threshold of another block, the block is skipped.
    """
    starts = curve.block_starts()
    ends = np.append(starts[1:], len(curve)) - 1
    first = curve.counts_of(starts)
    tp = curve.tp[ends].astype(first.tp.dtype)
    bounds = objective.evaluate(ConfusionCounts(tn=first.tn, fp=first.fp, fn=curve.positives - tp, tp=tp))
    lower_bound = np.nan_to_num(objective.evaluate(first), nan=-np.inf).max()
    promising = attains(np.nan_to_num(bounds, nan=np.inf), lower_bound, weighted=curve.weighted)
    for start, end in zip(starts[promising].tolist(), ends[promising].tolist(), strict=True):
        yield start, curve.counts_of(slice(start, end + 1))


def transfer(optimum: Optimum, curve: ThresholdCurve) -> Optimum:
    """Evaluate the threshold of an optimum on other rows than those it was chosen on.

    Parameters
    ----------
    optimum : Optimum
        As chosen on the tuning set.
    curve : ThresholdCurve
        The curve of the evaluation set.

    Returns
    -------
    Optimum
        Value and point are those of the evaluation set at the same threshold. The interval, the ties and the
        constraints are those of the tuning set; on other rows the constraints need not hold.

    Examples
    --------
    >>> optimum = best(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]))
    >>> evaluation = transfer(optimum, ThresholdCurve.from_predictions([1, 0, 0], [0.5, 0.4, 0.3]))
    >>> evaluation.point.threshold, round(evaluation.value, 3)
    (0.4, 0.667)
    """
    point = curve.at(optimum.point.threshold)
    value = float(optimum.metric.evaluate(point.counts))
    return replace(optimum, value=value, point=point, bound=value)


def _not_met(curve: ThresholdCurve, objective: Metric, constraints: Sequence[Constraint]) -> ValueError:
    """Build the error that names the operating point with the smallest violation."""
    if not constraints:
        return ValueError(f"{objective.label} is undefined at every threshold: both classes must have rows.")
    closest, smallest = 0, (np.inf, np.inf)
    for start, counts in curve.blocks():
        violation = sum(constraint.violation(counts) for constraint in constraints) + np.zeros(counts.tp.shape)
        violation = np.round(violation, 12)  # sums equal up to rounding compare equal, and the metric decides
        values = np.nan_to_num(objective.evaluate(counts), nan=-np.inf)
        position = int(np.lexsort((-values, violation))[0])
        if (violation[position], -values[position]) < smallest:
            closest, smallest = start + position, (violation[position], -values[position])
    point = curve.at(float(curve.thresholds[closest]))
    required = " and ".join(map(str, constraints))
    inside = several_scores(curve) & may_satisfy(curve, constraints)
    where = "flagging nothing"
    if math.isfinite(point.threshold):
        rounded = _roundest(curve, curve.next_below(point.threshold), point.threshold, point.threshold)
        where = repr(rounded).removesuffix(".0")
    reached = ", ".join(dict.fromkeys(constraint.describe(point.counts) for constraint in constraints))
    where_from, advice = "", "Loosen a constraint."
    if inside.any():
        where_from = " of the table"
        advice = "One between those of the table may meet all: count the rows in more bins, or loosen a constraint."
    return ConstraintsNotMet(
        f"No threshold{where_from} gives {required}; the closest is {where} with {reached}. {advice}", point
    )


@dataclass(frozen=True)
class Plateau:
    """The thresholds around the best one that are nearly as good.

    It describes these rows and is not a confidence interval.

    Parameters
    ----------
    low, high : float
        All thresholds t with low < t <= high lose at most ``within``.
    within : float
        The loss that is allowed, in the unit of the metric.
    round_threshold : float
        The number with the fewest decimals in the plateau; of several, the nearest to the best threshold.
    round_cost : float
        What it loses against the best value.
    """

    low: float
    high: float
    within: float
    round_threshold: float
    round_cost: float


def plateau(curve: ThresholdCurve, optimum: Optimum, within: float = 0.01) -> Plateau:
    """Find how far the threshold can move from the best one without losing more than ``within``.

    Parameters
    ----------
    curve : ThresholdCurve
        The curve that the optimum was found on.
    optimum : Optimum
    within : float
        The loss that is allowed, in the unit of the metric; 0 or more.

    Raises
    ------
    ValueError
        When ``within`` is negative or not a number.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 1, 0], [0.91, 0.83, 0.62, 0.57, 0.2])
    >>> wide = plateau(curve, best(curve), within=0.2)
    >>> wide.low, wide.high, wide.round_threshold
    (-inf, 0.62, 0.6)
    """
    if not 0 <= within < np.inf:
        raise ValueError(f"within must be a number from 0 up, got {within}.")
    good = []
    for _, counts in curve.blocks():
        values = feasible_values(optimum.metric, counts, optimum.constraints, weighted=curve.weighted)
        good.append(attains(values, optimum.value - within, weighted=curve.weighted))
    throughout = _good_throughout(curve, optimum, np.concatenate(good), within)
    position = int(curve.positions([optimum.point.threshold])[0])
    bad = np.flatnonzero(~throughout)
    above, below = bad[bad < position], bad[bad > position]
    low = curve.next_below(float(curve.thresholds[below[0] - 1])) if below.size else -np.inf
    first = position if not throughout[position] else int(above[-1]) + 1 if above.size else 0
    high = float(curve.thresholds[first])
    round_threshold = _roundest(curve, low, high, optimum.point.threshold)
    cost = optimum.value - float(optimum.metric.evaluate(curve.at(round_threshold).counts))
    return Plateau(low, high, within, round_threshold, max(cost, 0.0))


def _good_throughout(curve: ThresholdCurve, optimum: Optimum, good: BoolArray, within: float) -> BoolArray:
    """Return which bins are good at all of their thresholds, where those at their lowest scores are."""
    if curve.is_exact:
        return good
    sure = ~several_scores(curve)
    if not optimum.constraints:  # inside a bin nothing is sure about them
        low, _ = metric_bounds(curve, optimum.metric)
        sure |= attains(low, optimum.value - within, weighted=curve.weighted)
    return good & sure


def _roundest(curve: ThresholdCurve, low: float, high: float, best_threshold: float) -> float:
    """Return the number with the fewest digits in (low, high]; of several, the nearest to the best threshold."""
    if not np.isfinite(best_threshold):
        return best_threshold
    lowest = float(curve.thresholds[-1])
    high = min(high, float(curve.thresholds[1]))
    largest = max(abs(max(low, lowest)), abs(high), float(np.finfo(np.float64).tiny))
    low = max(low, math.nextafter(lowest, -math.inf))
    digits = -int(np.ceil(np.log10(largest)))
    while True:  # with 17 digits the best threshold itself is found
        step = float(f"1e{-digits}")
        nearest = _round(best_threshold, digits)
        candidates = (_round(nearest + shift, digits) for shift in (0.0, -step, step))
        inside = [number for number in candidates if low < number <= high and not curve.is_inside_bin(number)]
        if inside:
            return min(inside, key=lambda number: abs(number - best_threshold))
        digits += 1


def _round(number: float, digits: int) -> float:
    try:
        return round(number, digits)
    except OverflowError:  # the result, or a number on the way to it, is too large for a double
        return np.inf
