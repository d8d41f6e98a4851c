"""A curve binned into a few thousand cells, small enough to resample thousands of times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts, FloatArray, Value
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, metric
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.optimum import Optimum
from f1tools.core.tally import Unscored

MAX_CELLS = 2048
"""Maximum number of cells. At 10^6 rows the binning changes the results by less than a hundredth of their standard
deviation; ``benchmarks/bootstrap.py`` measures it."""

_NEAR_SHARE = 15 / 16  # of the bin edges go where the best threshold of a resample may lie; the others are even
_MOST_SHARED = 1 << 13  # thresholds that many optima choose from
_CELL_NAMES = ("tn", "fp", "fn", "tp")
_MOST_ROWS = 2**53  # doubles represent all integers up to here
_TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, eq=False)
class Cells:
    """Numbers of rows of each class in ranges of the score.

    Parameters
    ----------
    thresholds : ndarray of shape (k,)
        Lower edges of the ranges, descending; the first is +inf. A range ends below the edge before.
    positives, negatives : ndarray of int64 of shape (k,), or (k + 1,) where rows have no score
        Rows in each range, and last those without a score; for weighted rows the effective number
        (sum of weights)² / (sum of squares), rounded.
    positive_weight, negative_weight : ndarray of the same shape
        Weight of one such row, so that the sums of weights are preserved; 1 for unweighted rows.
    is_merged : bool
        Whether thresholds that can be optimal are missing, because there are more of them than cells.
    """

    thresholds: FloatArray
    positives: NDArray[np.int64]
    negatives: NDArray[np.int64]
    positive_weight: FloatArray
    negative_weight: FloatArray
    is_merged: bool = False

    def __len__(self) -> int:
        return self.thresholds.size


def bin_curve(curve: ThresholdCurve, optima: Sequence[Optimum], max_cells: int = MAX_CELLS) -> Cells:
    """Merge neighboring ranges of the curve until at most ``max_cells`` are left.

    The binning is lossless when the thresholds that can be optimal are few enough; for a monotone metric these are the
    scores of positive rows. Otherwise 15 of 16 edges are placed where the best threshold of a resample is likely to be,
    and the rest evenly.

    Parameters
    ----------
    curve : ThresholdCurve
    optima : sequence of Optimum
        The optimum of this curve, or those of the same rows at several shares of positives, all by the same metric and
        constraints; they share the edges.
    max_cells : int
        4 or more.

    Examples
    --------
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([1, 0, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    >>> cells = bin_curve(curve, [best(curve)])
    >>> cells.thresholds.tolist(), cells.positives.tolist(), cells.negatives.tolist()
    ([inf, 0.9, 0.6, 0.4], [0, 1, 1, 0], [0, 0, 2, 2])
    """
    candidates = _candidates(curve, max(optima, key=lambda optimum: len(optimum.constraints)), max_cells)
    if len(optima) > 1 and candidates.size > 2 * _MOST_SHARED:
        every = candidates[:: candidates.size // _MOST_SHARED]
        found = curve.positions(optimum.point.threshold for optimum in optima)
        return bin_curve(curve.take(np.unique([0, *every, *found, len(curve) - 1])), optima, max_cells)
    is_merged = candidates.size > max_cells - 2
    if is_merged:
        n = (max_cells - 2) // len(optima)
        parts = (_thin(_with_mix_of(optimum, curve), optimum, candidates, n) for optimum in optima)
        candidates = np.unique(np.concatenate(list(parts)))
    edges = np.union1d(candidates, [0, len(curve) - 1])
    rest = curve.unscored if curve.has_unscored else Unscored(*[[]] * 4)
    positives, positive_weight = _rows(curve.tp, curve.tp_squares, edges, (rest.positives, rest.positive_squares))
    negatives, negative_weight = _rows(curve.fp, curve.fp_squares, edges, (rest.negatives, rest.negative_squares))
    return Cells(curve.thresholds[edges], positives, negatives, positive_weight, negative_weight, is_merged)


def candidate_thresholds(curve: ThresholdCurve, optimum: Optimum, max_cells: int) -> FloatArray:
    """Return the thresholds that resamples choose from: all of few, else most of them near the best one."""
    return curve.thresholds if len(curve) <= max_cells else bin_curve(curve, [optimum], max_cells).thresholds


def _with_mix_of(optimum: Optimum, curve: ThresholdCurve) -> ThresholdCurve:
    """Return the curve at the share of positives of an optimum."""
    counts = optimum.point.counts
    if optimum.point.class_mix == curve.class_mix:
        return curve
    return curve.reweighted(counts.positives() / curve.positives, counts.negatives() / curve.negatives)


def _candidates(curve: ThresholdCurve, optimum: Optimum, max_cells: int) -> NDArray[np.intp]:
    """Return the positions of the thresholds that can be optimal in a resample."""
    if not optimum.metric.monotone or (optimum.constraints and len(curve) <= max_cells):
        return np.arange(1, len(curve))
    # A threshold that only adds negatives is no better than the next higher one. (Under a constraint it can be, by the
    # few negatives between two positives.)
    return np.flatnonzero(curve.tp[1:] != curve.tp[:-1]) + 1


def _thin(curve: ThresholdCurve, optimum: Optimum, candidates: NDArray[np.intp], n: int) -> NDArray[np.intp]:
    """Keep about n thresholds, at equal steps of the probability that the optimum of a resample lies there."""
    distance = _distance(curve, optimum, candidates)
    density = np.exp(-(distance**2) / 2)
    share = _NEAR_SHARE * density / max(density.sum(), _TINY) + (1 - _NEAR_SHARE) / candidates.size
    step = np.ceil(np.cumsum(share) * (n - 1))
    first = np.flatnonzero(np.diff(step, prepend=-1.0))
    # Of each step keep the most probable optimum: peaks rather than slopes.
    nearest = np.minimum.reduceat(distance, first)
    peaks = np.flatnonzero(distance == np.repeat(nearest, np.diff(first, append=candidates.size)))
    return candidates[peaks[np.flatnonzero(np.diff(step[peaks], append=np.inf))]]


def _distance(curve: ThresholdCurve, optimum: Optimum, positions: NDArray[np.intp]) -> FloatArray:
    """Return by how many standard deviations each threshold falls short of replacing the best one."""
    best = int(curve.positions([optimum.point.threshold])[0])
    slope = _slopes(optimum.metric, optimum.point)
    tp_squares = curve.tp if curve.tp_squares is None else curve.tp_squares
    fp_squares = curve.fp if curve.fp_squares is None else curve.fp_squares
    # Two thresholds differ only by the rows between them.
    variance = np.abs(tp_squares[positions] - float(tp_squares[best])) * (slope["tp"] - slope["fn"]) ** 2
    variance += np.abs(fp_squares[positions] - float(fp_squares[best])) * (slope["fp"] - slope["tn"]) ** 2
    counts = curve.counts_of(positions)
    lost = optimum.value - np.nan_to_num(optimum.metric.evaluate(counts), nan=-np.inf)
    distance = _deviations(lost, np.sqrt(variance))
    if not optimum.constraints:
        return distance
    # A threshold also becomes optimal when it starts to satisfy all constraints, or when better ones violate one.
    short, slack = zip(*(_margins(each, counts, optimum.point) for each in optimum.constraints), strict=True)
    constrained: FloatArray = np.maximum(np.max(short, axis=0), np.minimum(distance, np.min(slack, axis=0)))
    return constrained


def _margins(constraint: Constraint, counts: ConfusionCounts, point: OperatingPoint) -> tuple[FloatArray, FloatArray]:
    """Return the distance of each threshold from satisfying a constraint, and from violating it, in deviations."""
    sums = point.counts if point.squares is None else point.squares
    measure = metric("predicted_positive_rate" if constraint.name == "flagged" else constraint.name)
    slope = _slopes(measure, point)
    row = _typical_weight(point)
    deviation = np.sqrt(sum((getattr(sums, cell) + row**2) * slope[cell] ** 2 for cell in _CELL_NAMES))
    other = Constraint(constraint.name, "at most" if constraint.sense == "at least" else "at least", constraint.bound)
    return _deviations(constraint.violation(counts), deviation), _deviations(other.violation(counts), deviation)


def _deviations(distance: FloatArray, deviation: Value) -> FloatArray:
    """Divide by the standard deviation; 0 where the distance is 0, also for a deviation of 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(distance > 0, distance / deviation, 0.0)


def _slopes(metric: Metric, point: OperatingPoint) -> dict[str, float]:
    """Return the change of the metric per unit of weight for one more row in each of the four cells."""
    value, row = metric.evaluate(point.counts), _typical_weight(point)
    increased = {
        cell: metric.evaluate(replace(point.counts, **{cell: getattr(point.counts, cell) + row}))
        for cell in _CELL_NAMES
    }
    return {cell: float(np.nan_to_num((new - value) / row)) for cell, new in increased.items()}


def _typical_weight(point: OperatingPoint) -> float:
    return 1.0 if point.squares is None else float(point.squares.total() / point.counts.total())


def _rows(
    cumulative: NDArray[Any], squares: FloatArray | None, edges: NDArray[np.intp], unscored: tuple[Value, Value]
) -> tuple[NDArray[np.int64], FloatArray]:
    """Return the (effective) number of rows in each range and without a score, and the weight of one of them."""
    if cumulative.dtype.kind != "f":
        rows = np.append(_differences(cumulative[edges].astype(np.int64)), np.array(unscored[0], np.int64))
        return rows, np.ones(rows.size)
    sums = np.append(_differences(cumulative[edges]), unscored[0])
    square_sums = sums if squares is None else np.append(_differences(squares[edges]), unscored[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.nan_to_num(np.rint(sums**2 / square_sums), posinf=1.0)
    rows = np.where(sums > 0, np.clip(effective, 1, _MOST_ROWS), 0).astype(np.int64)
    return rows, sums / np.maximum(rows, 1)


def _differences(cumulative: NDArray[Any]) -> NDArray[Any]:
    """Invert a cumulative sum."""
    return np.concatenate([cumulative[:1], cumulative[1:] - cumulative[:-1]])
