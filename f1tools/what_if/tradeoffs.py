"""Trade-offs along the curve: the threshold for a review capacity, and what further catches cost in false alarms."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from f1tools.core.counts import Value
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import rounding_tolerance
from f1tools.core.operating_point import OperatingPoint

_WEIGHT_TOLERANCE = 1e-9  # relative; sums of weights may fall short of the requested catches by rounding


@dataclass(frozen=True)
class ThresholdMove:
    """A change of the threshold, with the change of true and false positives that it causes.

    Parameters
    ----------
    threshold : float
        The new threshold.
    tp, fp : number
        Absolute change of the true and of the false positives.
    """

    threshold: float
    tp: Value
    fp: Value


@dataclass(frozen=True)
class ExchangeRate:
    """What a lower and a higher threshold would change: catches against false alarms.

    Parameters
    ----------
    more : ThresholdMove or None
        The lower threshold: catches gained, false alarms added. None where every positive with a score is caught.
    fewer : ThresholdMove or None
        The higher threshold: catches given up, false alarms saved. None where no positive is caught.
    """

    more: ThresholdMove | None
    fewer: ThresholdMove | None


def exchange_rate(curve: ThresholdCurve, threshold: float, catches: float = 10) -> ExchangeRate:
    """Compute what the next catches cost in false alarms, and what giving up the last ones saves.

    The number of true positives changes by ``catches``, or by all that are left; rows with one score move together, so
    the change may be larger. Of all thresholds with that number of true positives, the one with the fewest false
    positives counts.

    Parameters
    ----------
    curve : ThresholdCurve
    threshold : float
    catches : float
        Number of true positives to gain or give up, above 0.

    Raises
    ------
    ValueError
        When the threshold is not a number, or ``catches`` is not above 0.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0, 1], [0.9, 0.8, 0.6, 0.4, 0.2])
    >>> exchange_rate(curve, 0.6, catches=1)
    ExchangeRate(more=ThresholdMove(threshold=0.2, tp=1, fp=1), fewer=ThresholdMove(threshold=0.9, tp=1, fp=1))
    """
    if not catches > 0:
        raise ValueError(f"catches must be above 0, got {catches}.")
    now = curve.at(threshold).counts
    change = catches * (1 - _WEIGHT_TOLERANCE) if curve.weighted else catches
    more = fewer = None
    most = curve.tp[-1].item()
    if now.tp < most:
        more = _move(curve, threshold, bisect_left(curve.tp, min(float(now.tp + change), float(most))))
    if now.tp > 0:
        left = curve.tp[bisect_right(curve.tp, max(float(now.tp - change), 0.0)) - 1]
        fewer = _move(curve, threshold, bisect_left(curve.tp, left))
    return ExchangeRate(more, fewer)


def _move(curve: ThresholdCurve, threshold: float, position: int) -> ThresholdMove:
    here, there = curve.at(threshold).counts, curve.at(float(curve.thresholds[position])).counts
    return ThresholdMove(float(curve.thresholds[position]), abs(there.tp - here.tp), abs(there.fp - here.fp))


def at_capacity(curve: ThresholdCurve, share: float) -> OperatingPoint:
    """Return the operating point with the lowest threshold that flags at most a given share of all rows.

    Rows with one score are flagged together, so fewer may be flagged than the capacity allows.

    Parameters
    ----------
    curve : ThresholdCurve
    share : float
        Capacity as a share of all rows, from 0 to 1.

    Raises
    ------
    ValueError
        When the share is out of range.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> at_capacity(curve, 0.5).threshold, at_capacity(curve, 0.75).threshold
    (0.9, 0.4)
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be between 0 and 1, got {share}.")
    flagged = np.add(curve.tp, curve.fp, dtype=np.float64)
    total = float(curve.positives + curve.negatives)
    capacity = share + rounding_tolerance(weighted=curve.weighted)
    return curve.at(float(curve.thresholds[np.searchsorted(flagged / total, capacity, side="right") - 1]))
