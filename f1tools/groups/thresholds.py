"""One threshold for each group: those with the highest F-beta, exactly, also where the groups' rates must be alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, rounding_tolerance
from f1tools.uncertainty.proportions import Proportion, proportion_of

_PARTS = 64
"""Into which a range of low ends is split."""
SEPARABLE = ("f1", "fbeta", "jaccard")
"""Metrics that are a quotient of sums over groups, so that thresholds of groups can be chosen together."""


def require_separable(metric: Metric) -> Proportion:
    """Return the metric as a quotient of sums of counts.

    Raises
    ------
    ValueError
        When the thresholds of groups cannot be chosen together by this metric.
    """
    proportion = proportion_of(metric)
    if metric.name not in SEPARABLE or proportion is None:
        raise ValueError(
            f"Thresholds of groups can be chosen together for {', '.join(SEPARABLE)}, not for {metric.name}. Decide by "
            "one of these metrics."
        )
    return proportion


@dataclass(frozen=True, eq=False)
class _Terms:
    """Numerator and denominator of the metric, and the rate to be made alike, at each threshold of a group."""

    above: FloatArray
    below: FloatArray
    rate: FloatArray

    @classmethod
    def of(
        cls, counts: ConfusionCounts, proportion: Proportion, rate: Callable[[ConfusionCounts], FloatArray]
    ) -> _Terms:
        above = proportion.gain * proportion.successes_in(counts)
        return cls(above, above + proportion.failures_in(counts), np.asarray(rate(counts), dtype=np.float64))


def best_positions(
    curves: Sequence[ThresholdCurve],
    proportion: Proportion,
    *,
    others: ConfusionCounts | None = None,
    rate: Callable[[ConfusionCounts], FloatArray] = ConfusionCounts.recall,
    tolerance: float = math.inf,
) -> list[int]:
    """Choose one threshold on each curve, so that the metric over all of them together is highest.

    Parameters
    ----------
    curves : sequence of ThresholdCurve
        One a group.
    proportion : Proportion
        The metric, see :func:`require_separable`.
    others : ConfusionCounts, optional
        The counts of rows whose threshold is not chosen.
    rate : callable
        A rate of the counts that never falls as the threshold falls: recall, false-positive rate or flagged share.
    tolerance : float
        The largest difference of this rate between two groups; inf for any.

    Returns
    -------
    list of int
        The position on each curve. Of equally good choices the one with the highest rates is taken.

    Notes
    -----
    The metric is a quotient of two sums over groups. Its maximum is found by Dinkelbach's method: for the best value v
    so far, choose the thresholds with the highest sum of numerator - v denominator, and repeat with their value until
    it no longer grows. Within the tolerance, every rate of a group is tried as the lowest one: each group takes its
    best threshold whose rate is at most the tolerance above it. Nothing is approximated, nor does it depend on chance.

    References
    ----------
    Dinkelbach, *On nonlinear fractional programming*, Management Science 1967.
    """
    if not curves:
        return []
    terms = [_Terms.of(curve.counts, proportion, rate) for curve in curves]
    fixed = 0.0, 0.0
    if others is not None:
        above = proportion.gain * float(proportion.successes_in(others))
        fixed = above, above + float(proportion.failures_in(others))
    lows = np.empty(0) if math.isinf(tolerance) else np.unique(np.concatenate([each.rate for each in terms]))
    chosen = _highest_sum(terms, lows, tolerance, 0.0)
    value = _value(terms, chosen, fixed)
    while True:
        following = _highest_sum(terms, lows, tolerance, value)
        if _value(terms, following, fixed) <= value:
            return chosen
        chosen, value = following, _value(terms, following, fixed)


def _value(terms: Sequence[_Terms], chosen: Sequence[int], fixed: tuple[float, float]) -> float:
    above = fixed[0] + sum(float(each.above[at]) for each, at in zip(terms, chosen, strict=True))
    return above / (fixed[1] + sum(float(each.below[at]) for each, at in zip(terms, chosen, strict=True)))


def _highest_sum(terms: Sequence[_Terms], lows: FloatArray, tolerance: float, value: float) -> list[int]:
    """Return the position of each group with the highest sum of numerator - value · denominator in one window."""
    gains = [each.above - value * each.below for each in terms]
    if math.isinf(tolerance):
        return [_last_maximum(gain) for gain in gains]
    low = _best_low(terms, gains, lows, tolerance)
    chosen = []
    for gain, each in zip(gains, terms, strict=True):
        start, end = (int(bound[0]) for bound in _windows(each.rate, low, low, tolerance))
        chosen.append(start + _last_maximum(gain[start:end]))
    return chosen


def _best_low(
    terms: Sequence[_Terms], gains: Sequence[FloatArray], lows: FloatArray, tolerance: float
) -> NDArray[np.float64]:
    """Return the low end of the window with the highest sum of gains, the highest one of several, as an array.

    Neighboring low ends are ruled out together, where even the window that covers all of theirs has a lower sum than
    one that was found. The others are split further, down to single ones.
    """
    first, last, highest = np.zeros(1, np.intp), np.array([lows.size - 1]), -np.inf
    while True:
        ends = np.append(lows[first], lows[last])  # exact sums of the first low ends, then bounds of all
        total = np.zeros(ends.size)
        for gain, each in zip(gains, terms, strict=True):
            total += _window_maxima(gain, *_windows(each.rate, np.tile(lows[first], 2), ends, tolerance))
        highest = max(highest, float(total[: first.size].max()))
        is_kept = total[first.size :] >= highest
        first, last = first[is_kept], last[is_kept]
        size = last - first + 1
        if size.max() == 1:
            return lows[first[-1:]]
        parts = min(int(size.max()), _PARTS)
        edges = first[:, np.newaxis] + size[:, np.newaxis] * np.arange(parts + 1) // parts
        first, last = edges[:, :-1].ravel(), edges[:, 1:].ravel() - 1
        first, last = first[first <= last], last[first <= last]


def _last_maximum(values: FloatArray) -> int:
    return values.size - 1 - int(np.argmax(values[::-1]))


def _windows(
    rate: FloatArray, first: FloatArray, last: FloatArray, tolerance: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the rates from each ``first`` to ``last`` plus the tolerance start, and the position after them."""
    rounding = rounding_tolerance(weighted=True)
    start = np.searchsorted(rate, first - rounding, side="left")
    return start, np.searchsorted(rate, last + (tolerance + rounding), side="right")


def _window_maxima(values: FloatArray, start: NDArray[np.intp], end: NDArray[np.intp]) -> FloatArray:
    """Return the maximum of ``values[start:end]`` for each window; -inf for an empty one.

    The maxima of all runs of 1, 2, 4, ... values follow from each other, and two runs cover a window.
    """
    length = end - start
    found = np.full(start.size, -np.inf)
    level = np.where(length > 0, np.frexp(np.maximum(length, 1))[1] - 1, -1)
    runs, size = values, 1
    for step in range(int(level.max()) + 1):
        if step:
            runs, size = np.maximum(runs[:-size], runs[size:]), 2 * size
        at = np.flatnonzero(level == step)
        found[at] = np.maximum(runs[start[at]], runs[end[at] - size])
    return found
