"""Triage: two thresholds, and human review of the rows between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools.core.bins import metric_bounds, several_scores
from f1tools.core.counts import BoolArray, FloatArray, Value, ratio
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import metric, rounding_tolerance


@dataclass(frozen=True)
class Zone:
    """The rows of one zone.

    Parameters
    ----------
    positives, negatives : number
        Number of rows of each class, or the sum of their weights.
    """

    positives: Value
    negatives: Value

    @property
    def total(self) -> Value:
        """All rows of the zone."""
        return self.positives + self.negatives


@dataclass(frozen=True)
class Triage:
    """What two thresholds decide automatically, and what they leave to review.

    Parameters
    ----------
    low, high : float
        Scores below ``low`` are decided negative and scores of at least ``high`` positive; those between are reviewed.
    auto_positive, review, auto_negative : Zone
    """

    low: float
    high: float
    auto_positive: Zone
    review: Zone
    auto_negative: Zone

    @property
    def positives(self) -> Value:
        """The positives of all three zones."""
        return self.auto_positive.positives + self.review.positives + self.auto_negative.positives

    @property
    def workload(self) -> float:
        """Share of all rows that are reviewed."""
        return float(ratio(self.review.total, self.review.total + self._automated))

    @property
    def wrong(self) -> Value:
        """Rows that are decided wrongly without review."""
        return self.auto_positive.negatives + self.auto_negative.positives

    @property
    def error(self) -> float:
        """Error rate of the automatic decisions; nan when every row is reviewed."""
        return float(ratio(self.wrong, self._automated, math.nan))

    @property
    def review_yield(self) -> float:
        """Share of the reviewed rows that are positive; nan when no row is reviewed."""
        return float(ratio(self.review.positives, self.review.total, math.nan))

    @property
    def _automated(self) -> Value:
        return self.auto_positive.total + self.auto_negative.total


def triage(curve: ThresholdCurve, low: float, high: float) -> Triage:
    """Divide the rows into three zones by two thresholds.

    Parameters
    ----------
    curve : ThresholdCurve
    low, high : float
        Scores below ``low`` are decided negative, as are rows without a score; scores of ``high`` or more are decided
        positive. With -inf or inf no score is.

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
        raise ValueError(f"low must not be above high, got {low} and {high}.")
    at_high, at_low = curve.at(high).counts, curve.at(low).counts
    return Triage(
        low,
        high,
        auto_positive=Zone(at_high.tp, at_high.fp),
        review=Zone(at_low.tp - at_high.tp, at_low.fp - at_high.fp),
        auto_negative=Zone(at_low.fn, at_low.tn),
    )


def optimal_triage(curve: ThresholdCurve, *, max_false: float, max_missed: float) -> Triage:
    """Find the two thresholds with the smallest review workload under limits on the automatic errors.

    An empty zone satisfies every limit, so there is always a solution. When no review is needed both thresholds are
    equal. Of several solutions with the same workload the one with the fewest errors is returned, then the lowest.

    Parameters
    ----------
    curve : ThresholdCurve
    max_false : float
        Largest allowed share of negatives among the rows decided positive, from 0 to 1.
    max_missed : float
        Largest allowed share of all positives that is decided negative, from 0 to 1. (A limit on the share of positives
        among the rows decided negative would allow nearly all of them to be missed where positives are rare.) Where the
        positives without a score exceed it already, every row with a score is reviewed or decided positive.

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
            raise ValueError(f"max_false and max_missed must be between 0 and 1, got {share}.")
    high, low = _smallest_workload(curve, *_feasible(curve, max_false, max_missed))
    return triage(curve, float(curve.thresholds[low]), float(curve.thresholds[high]))


def may_need_less_review(curve: ThresholdCurve, *, max_false: float, max_missed: float) -> bool:
    """Return whether thresholds inside bins of several scores may need less review than :func:`optimal_triage` finds.

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.6], positives=[1, 2], negatives=[3, 1])
    >>> [may_need_less_review(curve, max_false=0, max_missed=share) for share in (0.0, 0.5)]
    [True, False]
    """
    if curve.is_exact:
        return False
    upper, lower = _feasible(curve, max_false, max_missed)
    inside, first_low = several_scores(curve), int(np.argmax(lower))
    if inside[first_low]:
        return True
    last_high = int(np.flatnonzero(upper[: first_low + 1])[-1])
    precision = metric_bounds(curve, metric("precision"))[1]
    in_limits = precision >= 1 - max_false - rounding_tolerance(weighted=True)
    return bool((inside & in_limits)[last_high + 1 :].any())


def _feasible(curve: ThresholdCurve, max_false: float, max_missed: float) -> tuple[BoolArray, BoolArray]:
    """Return for each threshold whether it can be the upper one, and whether it can be the lower one."""
    slack = rounding_tolerance(weighted=curve.weighted)
    upper, lower = [], []
    for _, counts in curve.blocks():
        upper.append(ratio(counts.fp, counts.flagged()) <= max_false + slack)
        lower.append(ratio(counts.fn, counts.positives()) <= max_missed + slack)
    lower[-1][-1] = True  # no lower threshold misses fewer
    return np.concatenate(upper), np.concatenate(lower)


def _smallest_workload(curve: ThresholdCurve, upper: BoolArray, lower: BoolArray) -> tuple[int, int]:
    """Pair every feasible lower threshold with the nearest feasible upper one, and return the best pair."""
    # The first threshold flags nothing and the last one every score, so neither list is ever empty.
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
