"""The best threshold for an objective, under constraints, and what is nearly as good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from f1tools.counts import BoolArray, ConfusionCounts, FloatArray, Value
from f1tools.curve import OperatingPoint, ThresholdCurve
from f1tools.errors import ConstraintsNotMet
from f1tools.metrics import Metric, metric


@dataclass(frozen=True)
class Constraint:
    """A bound that the operating point must keep.

    Build one with :meth:`at_least` or :meth:`at_most`, from the name of a metric or from ``"flagged"``, the number of
    rows called positive.

    Examples
    --------
    >>> str(Constraint.at_least("recall", 0.8)), str(Constraint.at_most("flagged", 100))
    ('recall at least 0.8', 'at most 100 flagged')
    """

    name: str
    sense: Literal["at least", "at most"]
    bound: float

    @classmethod
    def at_least(cls, name: str, bound: float) -> Constraint:
        """Ask for a value of at least ``bound``."""
        return cls(name, "at least", float(bound))

    @classmethod
    def at_most(cls, name: str, bound: float) -> Constraint:
        """Ask for a value of at most ``bound``."""
        return cls(name, "at most", float(bound))

    def __post_init__(self) -> None:
        if self.name != "flagged":
            metric(self.name)
        if not (np.isfinite(self.bound) and self.bound >= 0):
            raise ValueError(f"The bound of {self.name!r} must be a number from 0 up, got {self.bound}.")

    def __str__(self) -> str:
        if self.name == "flagged":
            return f"{self.sense} {self.bound:g} flagged"
        return f"{metric(self.name).label.lower()} {self.sense} {self.bound:g}"

    def shortfall(self, counts: ConfusionCounts) -> Value:
        """How far each point is from keeping the bound; 0 where it does. Row counts are taken as shares."""
        if self.name == "flagged":
            missing = (counts.flagged() - self.bound) / counts.total()
        else:
            value = metric(self.name).of(counts)
            missing = self.bound - value if self.sense == "at least" else value - self.bound
        return np.maximum(missing, 0.0)


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best operating point by a metric.

    Parameters
    ----------
    metric : Metric
    value : float
        The metric at the point.
    point : OperatingPoint
        Its threshold is a real score, or +inf when calling nothing positive is best.
    interval : tuple of float
        (low, high]: all thresholds t with low < t <= high decide like the point. low is -inf when everything is
        flagged, high is the point's threshold.
    ties : ndarray of shape (k,)
        All thresholds that reach the value, descending; the last is the point's.
    """

    metric: Metric
    value: float
    point: OperatingPoint
    interval: tuple[float, float]
    ties: FloatArray


@dataclass(frozen=True)
class Plateau:
    """The thresholds around the best one that are nearly as good.

    This is a statement about these rows, not a confidence interval.

    Parameters
    ----------
    low, high : float
        All thresholds t with low < t <= high lose at most ``within``.
    within : float
        The loss that was allowed, in the unit of the metric.
    round_threshold : float
        The number with the fewest decimals in there; of several, the nearest to the best.
    round_cost : float
        What it loses against the best value.
    """

    low: float
    high: float
    within: float
    round_threshold: float
    round_cost: float


def equal_values(values: Value, best_value: float, *, weighted: bool) -> Value:
    """Tell which values equal the best one but for rounding.

    Counts of rows give quotients whose true values differ by far more than the few last digits allowed here; sums of
    weights carry the rounding of millions of additions.
    """
    return values >= best_value - abs(best_value) * (1e-12 if weighted else 8 * np.finfo(np.float64).eps)


def best(
    curve: ThresholdCurve,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: Sequence[Constraint] = (),
) -> Optimum:
    """Find the best threshold, exactly: all distinct scores are tried, and +inf.

    Of equally good thresholds the lowest is taken: it finds the most positives, and it is the one that argmax over
    scikit-learn's ``precision_recall_curve`` gives.

    Parameters
    ----------
    curve : ThresholdCurve
    objective : str or Metric
        See :data:`f1tools.metrics.METRICS`.
    beta : float, optional
        For ``"fbeta"``.
    constraints : sequence of Constraint
        All must hold at the point.

    Raises
    ------
    ConstraintsNotMet
        When no threshold keeps all constraints; it tells the closest point.
    ValueError
        For an unknown metric or a beta that does not fit it.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> found = best(curve)
    >>> found.point.threshold, round(found.value, 3), found.interval
    (0.4, 0.8, (0.1, 0.4))
    >>> best(curve, constraints=[Constraint.at_least("precision", 0.9)]).point.threshold
    0.9
    """
    wanted = metric(objective, beta)
    highest = -np.inf
    held: list[tuple[int, FloatArray]] = []  # blocks that hold a maximum so far
    for start, counts in curve.blocks():
        values = _allowed_values(wanted, counts, constraints)
        top = float(values.max())
        if top == -np.inf or not equal_values(top, highest, weighted=curve.weighted):
            continue
        highest = max(top, highest)
        held.append((start, values))
        held = [one for one in held if equal_values(one[1].max(), highest, weighted=curve.weighted)]
    if not held:
        raise _not_met(curve, wanted, constraints)
    positions = np.concatenate(
        [start + np.flatnonzero(equal_values(v, highest, weighted=curve.weighted)) for start, v in held]
    )
    return optimum_at(curve, wanted, curve.thresholds[positions])


def optimum_at(curve: ThresholdCurve, wanted: Metric, ties: FloatArray) -> Optimum:
    """Describe the optimum, given all thresholds of the curve that reach it."""
    point = curve.at(float(ties[-1]))
    interval = (curve.next_below(point.threshold), point.threshold)
    return Optimum(wanted, float(wanted.of(point.counts)), point, interval, ties)


def _allowed_values(wanted: Metric, counts: ConfusionCounts, constraints: Sequence[Constraint]) -> FloatArray:
    """Evaluate the metric; -inf where it is undefined or a constraint is broken."""
    values: FloatArray = wanted.of(counts)
    values = np.where(np.isnan(values), -np.inf, values)
    for constraint in constraints:
        values[constraint.shortfall(counts) > 0] = -np.inf
    return values


def _not_met(curve: ThresholdCurve, wanted: Metric, constraints: Sequence[Constraint]) -> Exception:
    """Say which operating point misses the constraints by the least."""
    closest, least = 0, (np.inf, np.inf)
    for start, counts in curve.blocks():
        missing = sum(constraint.shortfall(counts) for constraint in constraints) + np.zeros(counts.tp.shape)
        values = np.nan_to_num(wanted.of(counts), nan=-np.inf)
        position = int(np.lexsort((-values, missing))[0])
        if (missing[position], -values[position]) < least:
            closest, least = start + position, (missing[position], -values[position])
    if not constraints:
        return ValueError(f"{wanted.label} is undefined at every threshold: both classes must have rows.")
    point = curve.at(float(curve.thresholds[closest]))
    asked = " and ".join(str(constraint) for constraint in constraints)
    reached = ", ".join(_reached(name, point.counts) for name in dict.fromkeys(c.name for c in constraints))
    return ConstraintsNotMet(
        f"No threshold gives {asked}; the closest is {point.threshold!r} with {reached}. Loosen a constraint.",
        point,
    )


def _reached(name: str, counts: ConfusionCounts) -> str:
    if name == "flagged":
        return f"{counts.flagged():,} flagged"
    return f"{metric(name).label.lower()} {metric(name).of(counts):.4g}"


def plateau(curve: ThresholdCurve, optimum: Optimum, within: float = 0.01) -> Plateau:
    """Find how far the threshold can move from the best one without losing more than ``within``.

    Parameters
    ----------
    curve : ThresholdCurve
        The curve the optimum was found on.
    optimum : Optimum
    within : float
        The loss allowed, in the unit of the metric; 0 or more.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 1, 0], [0.91, 0.83, 0.62, 0.57, 0.2])
    >>> wide = plateau(curve, best(curve), within=0.2)
    >>> wide.low, wide.high, wide.round_threshold
    (-inf, 0.62, 0.6)
    """
    near = np.concatenate([_close(optimum, counts, within) for _, counts in curve.blocks()])
    position = int(np.searchsorted(-curve.thresholds, -optimum.point.threshold))
    above = np.flatnonzero(~near[:position])
    below = np.flatnonzero(~near[position:])
    first = int(above[-1]) + 1 if above.size else 0
    after = position + int(below[0]) if below.size else len(curve)
    low = float(curve.thresholds[after]) if after < len(curve) else -np.inf
    high = float(curve.thresholds[first])
    rounded = _roundest(curve, low, high, optimum.point.threshold)
    lost = optimum.value - float(optimum.metric.of(curve.at(rounded).counts))
    return Plateau(low, high, within, rounded, max(lost, 0.0))


def _close(optimum: Optimum, counts: ConfusionCounts, within: float) -> BoolArray:
    values = optimum.metric.of(counts)
    close: BoolArray = values >= optimum.value - within
    close |= equal_values(values, optimum.value - within, weighted=counts.tp.dtype.kind == "f")
    return close


def _roundest(curve: ThresholdCurve, low: float, high: float, best_threshold: float) -> float:
    """Find the number with the fewest digits in (low, high], the nearest to the best if there are several."""
    if not np.isfinite(best_threshold):
        return best_threshold
    low = max(low, float(np.nextafter(curve.thresholds[-1], -np.inf)))
    high = min(high, float(curve.thresholds[1]))
    largest = max(abs(low), abs(high), float(np.finfo(np.float64).tiny))
    exponent = int(np.ceil(np.log10(largest)))
    for digits in range(-exponent, 18 - exponent):
        nearest = round(best_threshold, digits)
        step = float(f"1e{-digits}")
        inside = [x for x in (nearest, round(nearest - step, digits), round(nearest + step, digits)) if low < x <= high]
        if inside:
            return min(inside, key=lambda x: abs(x - best_threshold))
    return best_threshold
