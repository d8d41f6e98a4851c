"""The exchange rate at a threshold: what the next catches cost in false alarms."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from f1tools.core.counts import Value
from f1tools.core.curve import OperatingPoint, ThresholdCurve
from f1tools.core.metrics import rounding_tolerance

_ROUNDED_AWAY = 1e-9  # of the catches asked for: what sums of weights may lack


@dataclass(frozen=True)
class ThresholdMove:
    """A move of the threshold, and how far true and false positives change with it.

    Parameters
    ----------
    threshold : float
        Where it leads.
    tp, fp : number
        How many more there are, or fewer; 0 or more.
    """

    threshold: float
    tp: Value
    fp: Value


@dataclass(frozen=True)
class ExchangeRate:
    """What a lower and a higher threshold would change.

    Parameters
    ----------
    more : Step or None
        Lower: catches gained, false alarms that come along. None where every positive is caught.
    fewer : Step or None
        Higher: catches given up, false alarms saved. None where none is caught.
    """

    more: ThresholdMove | None
    fewer: ThresholdMove | None


def exchange_rate(curve: ThresholdCurve, threshold: float, catches: float = 10) -> ExchangeRate:
    """Tell what the next catches cost, and what giving up the last ones saves.

    The threshold moves just far enough for at least so many catches, or for all that there are. Cases of one score move
    together, so it may be more.

    Parameters
    ----------
    curve : ThresholdCurve
    threshold : float
    catches : float
        How many, above 0.

    Raises
    ------
    ValueError
        When the threshold is not a number, or ``catches`` is not above 0.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0, 1], [0.9, 0.8, 0.6, 0.4, 0.2])
    >>> exchange_rate(curve, 0.6, catches=1)
    ExchangeRate(more=ThresholdMove(threshold=0.2, tp=1, fp=1), fewer=ThresholdMove(threshold=0.8, tp=1, fp=0))
    """
    if not catches > 0:
        raise ValueError(f"An exchange needs a number of catches above 0, got {catches}.")
    now = curve.at(threshold).counts
    change = catches * (1 - _ROUNDED_AWAY) if curve.weighted else catches
    more = fewer = None
    if now.fn > 0:
        more = _step(curve, threshold, bisect_left(curve.tp, min(float(now.tp + change), float(curve.positives))))
    if now.tp > 0:
        fewer = _step(curve, threshold, bisect_right(curve.tp, max(float(now.tp - change), 0.0)) - 1)
    return ExchangeRate(more, fewer)


def _step(curve: ThresholdCurve, threshold: float, position: int) -> ThresholdMove:
    here, there = curve.at(threshold).counts, curve.at(float(curve.thresholds[position])).counts
    return ThresholdMove(float(curve.thresholds[position]), abs(there.tp - here.tp), abs(there.fp - here.fp))


def at_capacity(curve: ThresholdCurve, share: float) -> OperatingPoint:
    """Give the lowest threshold that flags at most a share of all cases.

    Cases of one score are flagged together, so somewhat fewer may be flagged than there is room for.

    Parameters
    ----------
    curve : ThresholdCurve
    share : float
        Of all cases, from 0 to 1.

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
        raise ValueError(f"A share of the cases lies between 0 and 1, got {share}.")
    total = curve.positives + curve.negatives

    def flagged(position: int) -> float:
        return float((curve.tp[position].item() + curve.fp[position].item()) / total)

    room = share + rounding_tolerance(weighted=curve.weighted)
    return curve.at(float(curve.thresholds[bisect_right(range(len(curve)), room, key=flagged) - 1]))
