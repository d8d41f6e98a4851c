"""How the best threshold is written: one decimal, the same on the card, in tables, in files and in the terminal."""

from __future__ import annotations

import math
import sys

from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum
from f1tools.formatting.numbers import shortest_decimal


def best_threshold_text(optimum: Optimum, curve: ThresholdCurve) -> str:
    """Format the best threshold with as few digits as possible that make the same decisions.

    Parameters
    ----------
    optimum : Optimum
        Found on the curve, or on a tuning set and evaluated on the curve; the decisions are then the same on both.
    curve : ThresholdCurve

    Returns
    -------
    str
        A finite decimal, above all scores where it is best to flag nothing. 0.5 where it makes the same decisions and
        the scores may be probabilities.

    Examples
    --------
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> best_threshold_text(best(curve), curve)
    '0.4'
    """
    low, high = equivalent_thresholds(optimum, curve)
    return "0.5" if curve.is_probability and low < 0.5 <= high else shortest_decimal(low, high)


def equivalent_thresholds(optimum: Optimum, curve: ThresholdCurve) -> tuple[float, float]:
    """Return (low, high], finite: all make the best threshold's decisions, on the curve and where it was chosen."""
    threshold = optimum.point.threshold
    floor, ceiling = slider_bounds(curve)
    score = float(curve.thresholds[curve.positions([threshold])[0]])
    score = ceiling if math.isinf(score) else score
    low = max(floor, curve.next_below(score), optimum.interval[0])
    high = min(threshold, max(score, math.nextafter(low, math.inf)))
    return min(low, math.nextafter(high, -math.inf)), high


def slider_bounds(curve: ThresholdCurve) -> tuple[float, float]:
    """Return the ends of a slider: finite numbers a little below and above all scores."""
    lowest, highest = float(curve.thresholds[-1]), float(curve.thresholds[1])
    margin = min(highest - lowest, sys.float_info.max) / 20
    floor = min(lowest - margin, math.nextafter(lowest, -math.inf))
    ceiling = max(highest + margin, math.nextafter(highest, math.inf))
    if highest < sys.float_info.max:  # else only infinity is above it
        ceiling = min(ceiling, sys.float_info.max)
    return max(floor, -sys.float_info.max), ceiling
