"""Triage: two thresholds, and people for what lies between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray, FloatArray, Value, ratio
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import rounding_tolerance


@dataclass(frozen=True)
class Zone:
    """The cases of one zone.

    Parameters
    ----------
    positives, negatives : number
        How many of each class, or the sums of their weights.
    """

    positives: Value
    negatives: Value

    @property
    def total(self) -> Value:
        """All cases of the zone."""
        return self.positives + self.negatives


@dataclass(frozen=True)
class Triage:
    """What two thresholds decide, and what they leave to people.

    Parameters
    ----------
    low, high : float
        Below ``low`` a case is surely negative, from ``high`` on surely positive; between them it is reviewed.
    sure_yes, review, sure_no : Zone
    """

    low: float
    high: float
    auto_positive: Zone
    review: Zone
    auto_negative: Zone

    @property
    def positives(self) -> Value:
        """The positives of all zones."""
        return self.auto_positive.positives + self.review.positives + self.auto_negative.positives

    @property
    def workload(self) -> float:
        """Share of all cases that people review."""
        return float(ratio(self.review.total, self.review.total + self._automated))

    @property
    def wrong(self) -> Value:
        """Cases decided wrongly without review."""
        return self.auto_positive.negatives + self.auto_negative.positives

    @property
    def error(self) -> float:
        """Share of the cases decided without review that are decided wrongly; nan where all are reviewed."""
        return float(ratio(self.wrong, self._automated, math.nan))

    @property
    def review_yield(self) -> float:
        """Share of the reviewed cases that are positive; nan where none is reviewed."""
        return float(ratio(self.review.positives, self.review.total, math.nan))

    @property
    def _automated(self) -> Value:
        return self.auto_positive.total + self.auto_negative.total


def triage(curve: ThresholdCurve, low: float, high: float) -> Triage:
    """Sort the cases into three zones by two thresholds.

    Parameters
    ----------
    curve : ThresholdCurve
    low, high : float
        Scores below ``low`` are sure no, scores of ``high`` or more sure yes. -inf and inf leave no such zone.

    Raises
    ------
    ValueError
        When ``low`` is above ``high``, or one is not a number.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0, 0], [0.9, 0.6, 0.4, 0.3, 0.1])
    >>> zones = triage(curve, 0.35, 0.7)
    >>> zones.review, zones.workload, zones.error, zones.review_yield
    (Zone(positives=1, negatives=1), 0.4, 0.0, 0.5)
    """
    if low > high:
        raise ValueError(f"The lower threshold must not be above the upper one, got {low} and {high}.")
    yes, no = curve.at(high).counts, curve.at(low).counts
    return Triage(
        low,
        high,
        auto_positive=Zone(yes.tp, yes.fp),
        review=Zone(no.tp - yes.tp, no.fp - yes.fp),
        auto_negative=Zone(no.fn, no.tn),
    )


def optimal_triage(curve: ThresholdCurve, *, max_false: float, max_missed: float) -> Triage:
    """Find the two thresholds that leave the fewest cases to people while the automated decisions stay good enough.

    An empty zone keeps any bound, so there is always an answer. Where no review is needed both thresholds are one. Of
    several answers with as little review the one that decides fewest cases wrongly is taken, then the lowest.

    Parameters
    ----------
    curve : ThresholdCurve
    max_false : float
        Share of the sure yes that may be negative, from 0 to 1.
    max_missed : float
        Share of all positives that may end among the sure no, from 0 to 1. Where positives are rare, a share of the
        sure no would be kept by losing nearly all of them.

    Raises
    ------
    ValueError
        When a share is out of range.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0, 0], [0.9, 0.6, 0.4, 0.3, 0.1])
    >>> zones = optimal_triage(curve, max_false=0.0, max_missed=0.0)
    >>> zones.low, zones.high, zones.workload
    (0.4, 0.9, 0.4)
    """
    for share in (max_false, max_missed):
        if not 0 <= share <= 1:
            raise ValueError(f"A share of the cases lies between 0 and 1, got {share}.")
    high, low = _least_review(curve, *_good_enough(curve, max_false, max_missed))
    return triage(curve, float(curve.thresholds[low]), float(curve.thresholds[high]))


def _good_enough(curve: ThresholdCurve, max_false: float, max_missed: float) -> tuple[BoolArray, BoolArray]:
    """Tell for each threshold whether it could be the upper one, and whether the lower one."""
    slack = rounding_tolerance(weighted=curve.weighted)
    upper, lower = [], []
    for _, counts in curve.blocks():
        upper.append(ratio(counts.fp, counts.flagged()) <= max_false + slack)
        lower.append(ratio(counts.fn, counts.positives()) <= max_missed + slack)
    return np.concatenate(upper), np.concatenate(lower)


def _least_review(curve: ThresholdCurve, upper: BoolArray, lower: BoolArray) -> tuple[int, int]:
    """Pair every possible lower threshold with the nearest upper one at or above it, and take the best pair."""
    # Nothing is flagged at the first threshold and nothing left over at the last: both lists start and end there.
    highs, lows = np.flatnonzero(upper), np.flatnonzero(lower)
    highs = highs[np.searchsorted(highs, lows, side="right") - 1]
    reviewed = _flagged(curve, lows) - _flagged(curve, highs)
    slack = rounding_tolerance(weighted=True) * float(curve.positives + curve.negatives) if curve.weighted else 0.0
    least = np.flatnonzero(reviewed <= reviewed.min() + slack)
    highs, lows = highs[least], lows[least]
    wrong = curve.fp[highs].astype(np.float64) - curve.tp[lows]
    fewest = int(np.flatnonzero(wrong <= wrong.min() + slack)[-1])
    return int(highs[fewest]), int(lows[fewest])


def _flagged(curve: ThresholdCurve, positions: NDArray[np.intp]) -> FloatArray:
    flagged: FloatArray = np.add(curve.tp[positions], curve.fp[positions], dtype=np.float64)
    return flagged
