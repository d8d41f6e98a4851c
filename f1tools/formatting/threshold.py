"""How the best threshold is written: one decimal, the same on the card, in tables, in files and in the terminal."""

from __future__ import annotations

import math
import sys

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve, is_probability
from f1tools.core.optimum import Optimum


def best_threshold_text(optimum: Optimum, curve: ThresholdCurve) -> str:
    """Write the best threshold with as few digits as still make its decisions.

    Parameters
    ----------
    optimum : Optimum
        Found on the curve, or on other rows and measured on it; then the decimal decides alike on both.
    curve : ThresholdCurve

    Returns
    -------
    str
        A finite decimal, also where the best is to flag nothing: it is above all scores then. 0.5 where that decides
        alike and the scores could be chances.

    Examples
    --------
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> best_threshold_text(best(curve), curve)
    '0.4'
    """
    low, high = equivalent_thresholds(optimum, curve)
    return "0.5" if is_probability(curve) and low < 0.5 <= high else formatting.shortest_decimal(low, high)


def equivalent_thresholds(optimum: Optimum, curve: ThresholdCurve) -> tuple[float, float]:
    """Give the thresholds (low, high] that decide like the best one, on the curve and where it was chosen; finite."""
    wanted = optimum.point.threshold
    floor, ceiling = slider_bounds(curve)
    score = float(curve.thresholds[curve.positions([wanted])[0]])
    score = ceiling if math.isinf(score) else score
    low = max(floor, curve.next_below(score), optimum.interval[0])
    high = min(wanted, max(score, math.nextafter(low, math.inf)))
    return min(low, math.nextafter(high, -math.inf)), high


def slider_bounds(curve: ThresholdCurve) -> tuple[float, float]:
    """Find a number below and one above all scores that are not far away, for the two ends of a slider."""
    lowest, highest = float(curve.thresholds[-1]), float(curve.thresholds[1])
    room = min(highest - lowest, sys.float_info.max) / 20
    floor = min(lowest - room, math.nextafter(lowest, -math.inf))
    ceiling = max(highest + room, math.nextafter(highest, math.inf))
    if highest < sys.float_info.max:  # else there is no number above it but infinity
        ceiling = min(ceiling, sys.float_info.max)
    return max(floor, -sys.float_info.max), ceiling
