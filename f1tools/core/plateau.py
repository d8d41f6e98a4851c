"""How far the threshold can move from the best one, and the roundest number on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from f1tools.core.constraints import feasible_values
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import attains
from f1tools.core.optimum import Optimum


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
    >>> from f1tools.core.optimum import best
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
    bad = np.flatnonzero(~np.concatenate(good))
    position = int(np.searchsorted(-curve.thresholds, -optimum.point.threshold))
    next_bad = int(np.searchsorted(bad, position))
    first = int(bad[next_bad - 1]) + 1 if next_bad else 0
    low = float(curve.thresholds[bad[next_bad]]) if next_bad < bad.size else -np.inf
    high = float(curve.thresholds[first])
    round_threshold = _roundest(curve, low, high, optimum.point.threshold)
    cost = optimum.value - float(optimum.metric.evaluate(curve.at(round_threshold).counts))
    return Plateau(low, high, within, round_threshold, max(cost, 0.0))


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
        inside = [number for number in candidates if low < number <= high]
        if inside:
            return min(inside, key=lambda number: abs(number - best_threshold))
        digits += 1


def _round(number: float, digits: int) -> float:
    try:
        return round(number, digits)
    except OverflowError:  # the result, or a number on the way to it, is too large for a double
        return np.inf
