"""The table in few cells, for drawing it again thousands of times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts, FloatArray, Value
from f1tools.core.curve import OperatingPoint, ThresholdCurve
from f1tools.core.metrics import Metric, metric
from f1tools.core.optimum import Optimum

MAX_CELLS = 2048
"""Cells of a table at most. At 10^6 rows joining what does not fit moves the results by less than a hundredth of
their standard deviation; ``benchmarks/bootstrap.py`` measures it."""

_NEAR = 15 / 16  # of the cuts go where the best threshold of other such rows may lie; the rest is spread evenly
_CELL_NAMES = ("tn", "fp", "fn", "tp")
_MOST_ROWS = 2**53  # a double counts no further
_TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows by score: a few thousand ranges, each with how many rows of either class it has.

    Parameters
    ----------
    thresholds : ndarray of shape (k,)
        Descending, the first is +inf. A range goes from its threshold up to the one before.
    positives, negatives : ndarray of int64 of shape (k,)
        Rows in each range. Where rows are weighted it is how many equal ones would be as sure a sum:
        (sum of weights)² / sum of squares, to the next whole number.
    positive_weight, negative_weight : ndarray of shape (k,)
        What one such row weighs, so that the sums of weights are kept; 1 where rows are not weighted.
    """

    thresholds: FloatArray
    positives: NDArray[np.int64]
    negatives: NDArray[np.int64]
    positive_weight: FloatArray
    negative_weight: FloatArray

    def __len__(self) -> int:
        return self.thresholds.size


def bin_curve(curve: ThresholdCurve, optimum: Optimum, most: int = MAX_CELLS) -> Cells:
    """Join the ranges between neighbouring thresholds until there are few enough.

    Nothing is lost where the thresholds that can be best are few enough already; for a metric that rewards catching
    these are the scores that positives have. Otherwise 15 of 16 cuts are dense where the best threshold of other
    such rows is likely to be, and the rest is spread evenly.

    Parameters
    ----------
    curve : ThresholdCurve
    optimum : Optimum
        The best of this curve, with the metric and the constraints that are in force.
    most : int
        Cells at most; 4 or more.

    Examples
    --------
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([1, 0, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    >>> found = bin_curve(curve, best(curve))
    >>> found.thresholds.tolist(), found.positives.tolist(), found.negatives.tolist()
    ([inf, 0.9, 0.6, 0.4], [0, 1, 1, 0], [0, 0, 2, 2])
    """
    useful = _useful(curve, optimum, most)
    if useful.size > most - 2:
        useful = _thinned(curve, optimum, useful, most - 2)
    kept = np.union1d(useful, [0, len(curve) - 1])
    positives, positive_weight = _rows(curve.tp, curve.tp_squares, kept)
    negatives, negative_weight = _rows(curve.fp, curve.fp_squares, kept)
    return Cells(curve.thresholds[kept], positives, negatives, positive_weight, negative_weight)


def _useful(curve: ThresholdCurve, optimum: Optimum, most: int) -> NDArray[np.intp]:
    """Find the positions of the thresholds that can be the best one of other such rows."""
    if not optimum.metric.monotone or (optimum.constraints and len(curve) <= most):
        return np.arange(1, len(curve))
    # Going down, a threshold that only adds negatives is no better than the one before. (With a constraint it can be,
    # by the few negatives that lie between two positives.)
    return np.flatnonzero(curve.tp[1:] != curve.tp[:-1]) + 1


def _thinned(curve: ThresholdCurve, optimum: Optimum, useful: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Keep one threshold for each step of the chance that the best one of other such rows lies there."""
    distance = _distance(curve, optimum, useful)
    chance = np.exp(-(distance**2) / 2)
    share = _NEAR * chance / max(chance.sum(), _TINY) + (1 - _NEAR) / useful.size
    step = np.ceil(np.cumsum(share) * (most - 1))
    first = np.flatnonzero(np.diff(step, prepend=-1.0))
    # Of each step the threshold that is likeliest to be the best: the tops are kept, not the slopes.
    nearest = np.minimum.reduceat(distance, first)
    tops = np.flatnonzero(distance == np.repeat(nearest, np.diff(first, append=useful.size)))
    return useful[tops[np.flatnonzero(np.diff(step[tops], append=np.inf))]]


def _distance(curve: ThresholdCurve, optimum: Optimum, positions: NDArray[np.intp]) -> FloatArray:
    """Tell how many standard deviations each threshold is from taking the place of the best one."""
    best = int(curve.positions([optimum.point.threshold])[0])
    slope = _slopes(optimum.metric, optimum.point)
    tp_squares = curve.tp if curve.tp_squares is None else curve.tp_squares
    fp_squares = curve.fp if curve.fp_squares is None else curve.fp_squares
    # Only the rows between two thresholds make the difference between them.
    variance = np.abs(tp_squares[positions] - float(tp_squares[best])) * (slope["tp"] - slope["fn"]) ** 2
    variance += np.abs(fp_squares[positions] - float(fp_squares[best])) * (slope["fp"] - slope["tn"]) ** 2
    counts = _counts_at(curve, positions)
    lost = optimum.value - np.nan_to_num(optimum.metric.evaluate(counts), nan=-np.inf)
    away = _deviations(lost, np.sqrt(variance))
    if not optimum.constraints:
        return away
    # A threshold is also taken when it comes to keep all constraints, or when better ones come to break one.
    short, slack = zip(*(_margins(each, counts, optimum.point) for each in optimum.constraints), strict=True)
    chosen: FloatArray = np.maximum(np.max(short, axis=0), np.minimum(away, np.min(slack, axis=0)))
    return chosen


def _margins(constraint: Constraint, counts: ConfusionCounts, point: OperatingPoint) -> tuple[FloatArray, FloatArray]:
    """Tell how many standard deviations each threshold is from keeping a constraint, and from breaking it."""
    sums = point.counts if point.squares is None else point.squares
    measure = metric("predicted_positive_rate" if constraint.name == "flagged" else constraint.name)
    slope = _slopes(measure, point)
    row = _typical_weight(point)
    deviation = np.sqrt(sum((getattr(sums, cell) + row**2) * slope[cell] ** 2 for cell in _CELL_NAMES))
    other = Constraint(constraint.name, "at most" if constraint.sense == "at least" else "at least", constraint.bound)
    return _deviations(constraint.shortfall(counts), deviation), _deviations(other.shortfall(counts), deviation)


def _deviations(distance: FloatArray, deviation: Value) -> FloatArray:
    """Divide by the standard deviation; 0 where there is no distance at all, even where nothing deviates."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(distance > 0, distance / deviation, 0.0)


def _slopes(wanted: Metric, point: OperatingPoint) -> dict[str, float]:
    """Tell how much the metric gains for each unit of weight, by one more row in each of the four cells."""
    now, row = wanted.evaluate(point.counts), _typical_weight(point)
    more = {
        cell: wanted.evaluate(replace(point.counts, **{cell: getattr(point.counts, cell) + row}))
        for cell in _CELL_NAMES
    }
    return {cell: float(np.nan_to_num((value - now) / row)) for cell, value in more.items()}


def _typical_weight(point: OperatingPoint) -> float:
    return 1.0 if point.squares is None else float(point.squares.total() / point.counts.total())


def _counts_at(curve: ThresholdCurve, positions: NDArray[np.intp]) -> ConfusionCounts:
    tp, fp = curve.tp[positions].astype(np.float64), curve.fp[positions].astype(np.float64)
    return ConfusionCounts(tn=curve.negatives - fp, fp=fp, fn=curve.positives - tp, tp=tp)


def _rows(
    cumulated: NDArray[Any], squares: FloatArray | None, kept: NDArray[np.intp]
) -> tuple[NDArray[np.int64], FloatArray]:
    """Give the number of rows in each range, and the weight of one of them."""
    if cumulated.dtype.kind != "f":
        rows = _steps(cumulated[kept].astype(np.int64))
        return rows, np.ones(rows.size)
    sums = _steps(cumulated[kept])
    square_sums = sums if squares is None else _steps(squares[kept])
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.nan_to_num(np.rint(sums**2 / square_sums), posinf=1.0)
    rows = np.where(sums > 0, np.clip(effective, 1, _MOST_ROWS), 0).astype(np.int64)
    return rows, sums / np.maximum(rows, 1)


def _steps(cumulated: NDArray[Any]) -> NDArray[Any]:
    """Undo a cumulative sum."""
    return np.concatenate([cumulated[:1], cumulated[1:] - cumulated[:-1]])
