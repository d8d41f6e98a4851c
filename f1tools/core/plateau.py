"""How far the threshold can move from the best one, and the round number on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from f1tools.core.constraints import allowed_values
from f1tools.core.counts import BoolArray, ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import reaches
from f1tools.core.optimum import Optimum


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


def plateau(curve: ThresholdCurve, optimum: Optimum, within: float = 0.01) -> Plateau:
    """Find how far the threshold can move from the best one without losing more than ``within``.

    Parameters
    ----------
    curve : ThresholdCurve
        The curve the optimum was found on.
    optimum : Optimum
    within : float
        The loss allowed, in the unit of the metric; 0 or more.

    Raises
    ------
    ValueError
        When ``within`` is negative or not a number.

    Examples
    --------
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 1, 0], [0.91, 0.83, 0.62, 0.57, 0.2])
    >>> wide = plateau(curve, best(curve), within=0.2)
    >>> wide.low, wide.high, wide.round_threshold
    (-inf, 0.62, 0.6)
    """
    if not 0 <= within < np.inf:
        raise ValueError(f"within must be a number from 0 up, got {within}.")
    near = np.concatenate([_close(optimum, counts, within, weighted=curve.weighted) for _, counts in curve.blocks()])
    position = int(np.searchsorted(-curve.thresholds, -optimum.point.threshold))
    above = np.flatnonzero(~near[:position])
    below = np.flatnonzero(~near[position:])
    first = int(above[-1]) + 1 if above.size else 0
    after = position + int(below[0]) if below.size else len(curve)
    low = float(curve.thresholds[after]) if after < len(curve) else -np.inf
    high = float(curve.thresholds[first])
    rounded = _roundest(curve, low, high, optimum.point.threshold)
    lost = optimum.value - float(optimum.metric.evaluate(curve.at(rounded).counts))
    return Plateau(low, high, within, rounded, max(lost, 0.0))


def _close(optimum: Optimum, counts: ConfusionCounts, within: float, *, weighted: bool) -> BoolArray:
    values = allowed_values(optimum.metric, counts, optimum.constraints, weighted=weighted)
    close: BoolArray = reaches(values, optimum.value - within, weighted=weighted)
    return close


def _roundest(curve: ThresholdCurve, low: float, high: float, best_threshold: float) -> float:
    """Find the number with the fewest digits in (low, high], the nearest to the best if there are several."""
    if not np.isfinite(best_threshold):
        return best_threshold
    lowest = float(curve.thresholds[-1])
    high = min(high, float(curve.thresholds[1]))
    largest = max(abs(max(low, lowest)), abs(high), float(np.finfo(np.float64).tiny))
    low = max(low, math.nextafter(lowest, -math.inf))
    exponent = int(np.ceil(np.log10(largest)))
    digits = -exponent
    while True:  # 17 digits reach the best threshold itself
        step = float(f"1e{-digits}")
        nearest = _round(best_threshold, digits)
        near = (_round(nearest + shift, digits) for shift in (0.0, -step, step))
        inside = [rounded for rounded in near if low < rounded <= high]
        if inside:
            return min(inside, key=lambda x: abs(x - best_threshold))
        digits += 1


def _round(number: float, digits: int) -> float:
    try:
        return round(number, digits)
    except OverflowError:  # to infinity, or out of the range of doubles on the way there
        return np.inf
