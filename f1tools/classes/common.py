"""One threshold for several labels, best by macro, weighted or micro F-beta, found without sorting the scores."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from f1tools.classes.averages import Average
from f1tools.classes.curves import ClassCurves
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.histogram_search import best_threshold
from f1tools.core.metrics import attains, metric
from f1tools.core.types import OnProgress, ignore_progress

_EDGES = 4096  # thresholds that are added to those that are evaluated
_BUCKET_BITS = 19  # a table of the cells of so many buckets fits the processor's cache
_OCTAVES = 40  # magnitudes below the largest one by more than these factors of two are one bucket
_MAGNITUDE = np.int64((1 << 63) - 1)
_SAMPLE = 1 << 20  # scores that the first ones, and those of each later round, are chosen from


def common_threshold(
    curves: ClassCurves, average: Average = "macro", *, beta: float = 1.0, on_progress: OnProgress = ignore_progress
) -> float:
    """Find the threshold that is best for all labels together, exactly; of equally good ones the lowest.

    Parameters
    ----------
    curves : ClassCurves
    average : {"macro", "weighted", "micro"}
    beta : float
    on_progress : callable
        Called with the share that is done; how many rounds it takes is not known before.

    Returns
    -------
    float
        A real score, or +inf.

    Examples
    --------
    >>> y_true = [[1, 0], [0, 1], [1, 0], [0, 1], [0, 0]]
    >>> y_score = [[0.9, 0.1], [0.2, 0.4], [0.6, 0.3], [0.7, 0.35], [0.1, 0.2]]
    >>> common_threshold(ClassCurves.from_predictions(y_true, y_score))
    0.35
    """
    if average == "micro":
        order: Literal["F", "C"] = "F" if curves.y_score.flags.f_contiguous else "C"
        weight = curves.sample_weight
        if weight is not None:
            weight = np.broadcast_to(weight[:, np.newaxis], curves.y_true.shape).ravel(order=order)
        rows = curves.y_true.ravel(order=order), curves.y_score.ravel(order=order)
        return float(best_threshold(*rows, "fbeta", beta=beta, sample_weight=weight).point.threshold)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return _search(curves, average, beta, pool, on_progress)


def _search(
    curves: ClassCurves, average: Average, beta: float, pool: ThreadPoolExecutor, on_progress: OnProgress
) -> float:
    """Evaluate some scores of all labels, then others between those where a better one may lie, until none may."""
    score = curves.y_score
    sample = np.unique(score[:: max(score.size // _SAMPLE, 1)])
    edges = np.unique(np.append(_evenly(sample), [score.min(), np.inf]))[::-1]
    done = 0.0
    while True:
        start = done

        def report(share: float, start: float = start) -> None:
            on_progress(start + share * (1 - start) / 2)

        found = _evaluate(curves, edges, average, beta, pool, report)
        done = (1 + done) / 2
        highest = found.values.max()
        promising = np.append(False, attains(found.bounds, highest, weighted=True))
        new = _scores_between(curves, edges, promising, int(found.rows[promising].sum()), pool)
        if not new.size:
            on_progress(1.0)
            return float(edges[np.flatnonzero(attains(found.values, highest, weighted=True))[-1]])
        edges = np.union1d(edges, _evenly(new))[::-1]


def _evenly(scores: FloatArray) -> FloatArray:
    return scores[np.unique(np.linspace(0, scores.size - 1, _EDGES).astype(np.intp))]


class _Cells(NamedTuple):
    """Finds between which thresholds scores lie: mostly in a table, since searching takes longer than sorting.

    Numbers of buckets grow with the score. So the thresholds of lower buckets are lower than a score, and only those in
    its own bucket have to be compared with it.

    Parameters
    ----------
    finite : ndarray of shape (m - 1,)
        The thresholds without +inf, ascending.
    floor, shift : int
        How bits of magnitudes become numbers of buckets: what is subtracted, and how many bits are dropped.
    first : int
        The bucket of the lowest score.
    below : ndarray of int of shape (n_buckets,)
        The number of thresholds in lower buckets.
    is_shared : ndarray of bool of shape (n_buckets,)
        Whether a bucket has thresholds.
    """

    finite: FloatArray
    floor: int
    shift: int
    first: int
    below: NDArray[np.int64]
    is_shared: BoolArray

    @classmethod
    def build(cls, thresholds: FloatArray) -> _Cells:
        """Make the table for thresholds, descending from +inf to the lowest score."""
        finite = np.ascontiguousarray(thresholds[:0:-1])
        largest = np.abs(finite[[0, -1]]).max()
        floor, top = (int(np.float64(each).view(np.int64)) for each in (np.ldexp(largest, -_OCTAVES), largest))
        shift = max((top - floor).bit_length() + 1 - _BUCKET_BITS, 0)
        of_edges = cls(finite, floor, shift, 0, np.empty(0, np.int64), np.empty(0, np.bool_))._buckets(finite)
        first = int(of_edges[0])
        in_bucket = np.bincount(of_edges - first)
        return cls(finite, floor, shift, first, np.cumsum(in_bucket) - in_bucket, in_bucket > 0)

    def of(self, score: FloatArray) -> NDArray[np.int64]:
        """Return the position of the highest threshold that flags each score, none of which is below the lowest."""
        score = np.ascontiguousarray(score)
        bucket = np.minimum(self._buckets(score) - self.first, self.below.size - 1)
        n_below = self.below[bucket]
        unsure = np.flatnonzero(self.is_shared[bucket])
        n_below[unsure] = np.searchsorted(self.finite, score[unsure], side="right")
        return np.asarray(self.finite.size + 1 - n_below, dtype=np.int64)

    def _buckets(self, score: FloatArray) -> NDArray[np.int64]:
        bits = score.view(np.int64)
        size = np.maximum(bits & _MAGNITUDE, self.floor) - self.floor
        return np.asarray(np.where(bits < 0, -size, size) >> self.shift, dtype=np.int64)


def common_values(
    curves: ClassCurves,
    thresholds: FloatArray,
    average: Average,
    beta: float = 1.0,
    on_progress: OnProgress = ignore_progress,
) -> FloatArray:
    """Return the average at thresholds for all labels, which are descending from +inf to the lowest score or above."""
    lowest = curves.y_score.min()
    descending = thresholds if thresholds[-1] <= lowest else np.append(thresholds, lowest)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = _evaluate(curves, descending, average, beta, pool, on_progress)
    return found.values[: thresholds.size]


class _Evaluated(NamedTuple):
    """The average at common thresholds, descending.

    Parameters
    ----------
    values : ndarray of shape (m,)
    bounds : ndarray of shape (m - 1,)
        The most that it can be between two neighbors.
    rows : ndarray of shape (m,)
        Number of scores of all labels from each threshold up to the one before.
    """

    values: FloatArray
    bounds: FloatArray
    rows: FloatArray


def _evaluate(
    curves: ClassCurves,
    thresholds: FloatArray,
    average: Average,
    beta: float,
    pool: ThreadPoolExecutor,
    on_progress: Callable[[float], None],
) -> _Evaluated:
    objective, weight, size = metric("fbeta", beta), curves.sample_weight, thresholds.size
    cells = _Cells.build(thresholds)

    def of_label(column: int) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        positive, cell = curves.y_true[:, column], cells.of(curves.y_score[:, column])
        rows = np.bincount(cell, minlength=size).astype(np.float64)
        in_cell = rows if weight is None else np.bincount(cell, weight, minlength=size)
        hits = np.bincount(cell[positive], None if weight is None else weight[positive], minlength=size)
        tp = np.cumsum(hits, dtype=np.float64)
        fp = np.maximum(np.cumsum(in_cell) - tp, 0.0)
        fn, tn = np.maximum(tp[-1] - tp, 0.0), np.maximum(fp[-1] - fp, 0.0)
        share = 1.0 if average == "macro" else float(tp[-1])
        values = share * objective.evaluate(ConfusionCounts(tn=tn, fp=fp, fn=fn, tp=tp))
        at_most = ConfusionCounts(tn=tn[:-1], fp=fp[:-1], fn=fn[1:], tp=tp[1:])
        return share, values, share * objective.evaluate(at_most), rows

    total, sums, k = 0.0, _Evaluated(np.zeros(size), np.zeros(size - 1), np.zeros(size)), len(curves.classes)
    for done, (share, *parts) in enumerate(pool.map(of_label, range(k)), 1):
        total += share
        for together, part in zip(sums, parts, strict=True):
            together += part
        on_progress(done / k)
    return _Evaluated(sums.values / total, sums.bounds / total, sums.rows)


def _scores_between(
    curves: ClassCurves, edges: FloatArray, promising: BoolArray, n_rows: int, pool: ThreadPoolExecutor
) -> FloatArray:
    """Return the scores inside promising ranges of all labels, ascending; a share of them where they are many."""
    if not n_rows:
        return np.empty(0)
    # Ranges that touch are one, so that few bounds have to be searched.
    low, high = edges[1:], edges[:-1]
    is_first = np.flatnonzero(np.diff(promising.astype(np.int8), prepend=0)[1:] == 1)
    is_last = np.flatnonzero(np.diff(promising.astype(np.int8), append=0)[1:] == -1)
    bounds = np.stack([high[is_first], low[is_last]], axis=1).ravel()[::-1]  # ascending: low, high, low, high, ...
    step = max(n_rows // _SAMPLE, 1)

    def of_label(column: int) -> FloatArray:
        score = curves.y_score[:, column]
        inside = score[np.searchsorted(bounds, score, side="right") % 2 == 1][::step]
        return np.unique(inside)

    found = np.unique(np.concatenate(list(pool.map(of_label, range(len(curves.classes))))))
    found = found[~np.isin(found, edges)]
    if step > 1 and not found.size:  # the share that was taken may all be tied with edges
        return _scores_between(curves, edges, promising, 1, pool)
    return found
