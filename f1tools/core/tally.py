"""Count, for every distinct score, the positives and negatives at or above it.

:func:`tally` has two implementations. Weighted rows and extreme ranges of scores are counted by sorting an index. For
all other rows, score and label are packed into one 64-bit integer whose order is that of the scores, descending. The
integers are distributed into buckets by score and sorted there: many sorts that fit the processor's cache take less
time than one that does not, and the buckets are independent, so all cores take part. The sorted integers are then
overwritten by the distinct scores. Nothing is rounded, and no array as large as the input is allocated besides the
result.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions
from f1tools.core.validation import BLOCK, require_scores

_BUCKETS = 64
_MIN_ROWS = 1 << 18  # with fewer rows, buckets and threads do not pay
_DISTRIBUTED_TOGETHER = 1 << 17
_MAGNITUDE = np.int64((1 << 63) - 1)
_INFINITY = 0x7FF << 52  # bits of +inf as a double


class Unscored(NamedTuple):
    """The rows without a score, which no threshold flags.

    Parameters
    ----------
    positives, negatives : number
        Rows of each class, or the sums of their weights.
    positive_squares, negative_squares : number
        The sums of their squared weights; the numbers of rows where rows are not weighted.
    """

    positives: Any = 0
    negatives: Any = 0
    positive_squares: Any = 0
    negative_squares: Any = 0


ALL_SCORED = Unscored()


class Tally(NamedTuple):
    """Distinct scores, descending after +inf, with the positives and negatives at or above each.

    The counts are unsigned 32-bit integers without weights (half the memory; up to 4 billion rows), and doubles where
    they are sums of weights. Then the sums of the squared weights are there as well, for confidence intervals. Rows
    without a score are in ``unscored`` only.
    """

    thresholds: FloatArray
    tp: NDArray[Any]
    fp: NDArray[Any]
    tp_squares: FloatArray | None = None
    fp_squares: FloatArray | None = None
    unscored: Unscored = ALL_SCORED


def tally(positive: BoolArray, y_score: NDArray[Any], sample_weight: FloatArray | None = None) -> Tally:
    """Count positives and negatives at or above every distinct score.

    Parameters
    ----------
    positive : ndarray of bool of shape (n,)
    y_score : ndarray of shape (n,)
        Numbers of any type that a double can represent; -inf for rows without a score.
    sample_weight : ndarray of shape (n,), optional
        Finite and not negative. Rows of weight 0 are left out, and their scores are not thresholds.

    Raises
    ------
    InvalidPredictions
        When a score is nan or +inf, or no row has a score.
    """
    if sample_weight is None and (plan := _plan(y_score)) is not None:
        return _tally_packed(positive, y_score, plan)
    score = require_scores(y_score)
    if sample_weight is not None:
        used = sample_weight != 0
        positive, score, sample_weight = positive[used], score[used], sample_weight[used]
    if score.min() == -np.inf:
        positive, score, sample_weight, unscored = split_unscored(positive, score, sample_weight)
        return tally(positive, score, sample_weight)._replace(unscored=unscored)
    order = np.argsort(-score, kind="stable")
    return _count_descending(positive[order], score[order], None if sample_weight is None else sample_weight[order])


def split_unscored(
    positive: BoolArray, score: FloatArray, sample_weight: FloatArray | None
) -> tuple[BoolArray, FloatArray, FloatArray | None, Unscored]:
    """Return the rows with a score, and count those whose score is -inf.

    Raises
    ------
    InvalidPredictions
        When no row has a score.
    """
    scored = score != -np.inf
    if not scored.any():
        raise InvalidPredictions("No row has a score, so there is no threshold. Choose another column of scores.")
    classes = ~scored & positive, ~scored & ~positive
    if sample_weight is None:
        sizes = [int(np.count_nonzero(rows)) for rows in classes]
        return positive[scored], score[scored], None, Unscored(*sizes, *sizes)
    with np.errstate(over="ignore", under="ignore"):
        sums = [float((sample_weight[rows] ** power).sum()) for power in (1, 2) for rows in classes]
    return positive[scored], score[scored], sample_weight[scored], Unscored(*sums)


def tally_descending(positive: BoolArray, y_score: FloatArray, sample_weight: FloatArray | None = None) -> Tally:
    """Count as :func:`tally` does, in one pass: the scores descend already. No weight may be 0.

    Raises
    ------
    InvalidPredictions
        When no row has a score.
    """
    unscored = ALL_SCORED
    if y_score[-1] == -np.inf:
        positive, y_score, sample_weight, unscored = split_unscored(positive, y_score, sample_weight)
    return _count_descending(positive, y_score, sample_weight)._replace(unscored=unscored)


def _count_descending(positive: BoolArray, score: FloatArray, weight: FloatArray | None) -> Tally:
    last = np.append(np.flatnonzero(score[1:] != score[:-1]), score.size - 1)  # of the rows with one score
    thresholds = np.append(np.inf, score[last] + 0.0)  # -0.0 becomes 0.0: they are one threshold
    if weight is None:
        tp = np.cumsum(positive, dtype=np.uint32)[last]
        fp = (last + 1).astype(np.uint32) - tp
        zero = np.zeros(1, np.uint32)
        return Tally(thresholds, np.append(zero, tp), np.append(zero, fp))

    def sums(weight: FloatArray) -> FloatArray:
        return np.append(0.0, np.cumsum(weight)[last])

    of_positives, of_negatives = np.where(positive, weight, 0.0), np.where(positive, 0.0, weight)
    tp, fp = sums(of_positives), sums(of_negatives)
    with np.errstate(over="ignore", under="ignore"):
        return Tally(thresholds, tp, fp, sums(of_positives**2), sums(of_negatives**2))


class _Plan(NamedTuple):
    """How scores become integers and buckets.

    Parameters
    ----------
    offset : int
        Subtracted from the bits of every magnitude, so that the label fits beside them.
    high, scale : float
        The highest score, and buckets per unit of score; a scale of 0 means one bucket.
    """

    offset: int
    high: float
    scale: float


def _plan(y_score: NDArray[Any]) -> _Plan | None:
    """Return None where packing fails: scores are not finite, or differ by more than 300 orders of magnitude."""
    low, high = float(y_score.min()), float(y_score.max())
    if not np.isfinite([low, high]).all():
        return None
    smallest, largest = (0, 0) if low >= 0 and high <= 1 else _magnitudes(y_score)
    offset = max(smallest - 1, 0)
    if largest - offset >= 1 << 62:
        return None
    width = high - low
    distributed = y_score.size >= _MIN_ROWS and 1e-290 < width < np.inf
    return _Plan(offset, high, (_BUCKETS - 0.5) / width if distributed else 0.0)


def _magnitudes(y_score: NDArray[Any]) -> tuple[int, int]:
    """Return the bits of the smallest magnitude above 0 and of the largest."""
    smallest, largest = _INFINITY, 0
    for start in range(0, y_score.size, BLOCK):
        bits = y_score[start : start + BLOCK].astype(np.float64).view(np.int64) & _MAGNITUDE
        largest = max(largest, int(bits.max()))
        smallest = min(smallest, int(bits.min(where=bits > 0, initial=_INFINITY)))
    return smallest, largest


def _tally_packed(positive: BoolArray, y_score: NDArray[Any], plan: _Plan) -> Tally:
    thresholds = np.empty(positive.size + 1)
    keys = thresholds[1:].view(np.int64)
    rows, positives = _distribute(positive, y_score, plan, keys)
    tp, fp = np.empty(thresholds.size, np.uint32), np.empty(thresholds.size, np.uint32)
    thresholds[0], tp[0], fp[0] = np.inf, 0, 0
    starts = (np.cumsum(rows) - rows).tolist()

    def count(bucket: tuple[int, int, int]) -> int:
        start, size, positives_before = bucket
        return _count_bucket(keys[start : start + size], start, positives_before, plan.offset, (thresholds, tp, fp))

    buckets = zip(starts, rows.tolist(), (np.cumsum(positives) - positives).tolist(), strict=True)
    distinct = _run_all(count, buckets, positive.size)
    end = 1
    for start, n in zip(starts, distinct, strict=True):
        for array in (thresholds, tp, fp):
            array[end : end + n] = array[start + 1 : start + 1 + n]
        end += n
    for array in (thresholds, tp, fp):
        array.resize(end, refcheck=False)
    return Tally(thresholds, tp, fp)


def _run_all(function: Callable[[Any], Any], tasks: Iterable[Any], n_rows: int) -> list[Any]:
    """Run the function for all tasks, on all cores if there are many rows."""
    if n_rows < _MIN_ROWS:
        return [function(task) for task in tasks]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, tasks))


def _distribute(
    positive: BoolArray, y_score: NDArray[Any], plan: _Plan, keys: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Write the packed rows, bucket of the highest scores first; return the rows and positives of each bucket."""
    blocks = [slice(start, start + _DISTRIBUTED_TOGETHER) for start in range(0, positive.size, _DISTRIBUTED_TOGETHER)]
    if not plan.scale:
        for block in blocks:
            keys[block] = _pack(positive[block], y_score[block], plan)
        return np.array([positive.size]), np.array([np.count_nonzero(positive)])

    def count(block: slice) -> NDArray[np.intp]:
        cell = _buckets(y_score[block], plan).astype(np.intp)
        cell += positive[block] * np.intp(_BUCKETS)
        return np.bincount(cell, minlength=2 * _BUCKETS)

    counts = np.array(_run_all(count, blocks, positive.size))
    positives = counts[:, _BUCKETS:]
    rows = counts[:, :_BUCKETS] + positives
    total = rows.sum(axis=0)
    first = np.cumsum(total) - total + np.cumsum(rows, axis=0) - rows

    def write(task: tuple[slice, list[int], list[int]]) -> None:
        block, targets, sizes = task
        order = np.argsort(_buckets(y_score[block], plan), kind="stable")
        packed = _pack(positive[block], y_score[block], plan)[order]
        start = 0
        for target, size in zip(targets, sizes, strict=True):
            keys[target : target + size] = packed[start : start + size]
            start += size

    _run_all(write, zip(blocks, first.tolist(), rows.tolist(), strict=True), positive.size)
    return total, positives.sum(axis=0)


def _buckets(y_score: NDArray[Any], plan: _Plan) -> NDArray[np.uint8]:
    """Return the bucket of each score. Rounding is monotone, so equal scores share a bucket."""
    bucket: NDArray[np.uint8] = (np.subtract(plan.high, y_score, dtype=np.float64) * plan.scale).astype(np.uint8)
    return bucket


def _pack(positive: BoolArray, y_score: NDArray[Any], plan: _Plan) -> NDArray[np.int64]:
    """Return integers in the descending order of the scores, with the label in the lowest bit."""
    bits: NDArray[np.int64] = np.add(y_score, 0.0, dtype=np.float64).view(np.int64)  # -0.0 becomes 0.0
    keys: NDArray[np.int64] = bits & _MAGNITUDE
    if plan.offset:
        keys -= plan.offset
        np.maximum(keys, 0, out=keys)
    keys <<= 1
    bits >>= 63  # -1 below zero, else 0
    np.invert(bits, out=bits)
    keys ^= bits
    keys -= bits
    keys |= positive.view(np.int8)
    return keys


def _unpack(keys: NDArray[np.int64], offset: int) -> FloatArray:
    """Return the scores of packed integers."""
    descending = keys >> 1
    magnitude = np.abs(descending)
    if offset:
        np.add(magnitude, offset, out=magnitude, where=magnitude > 0)
    score: FloatArray = magnitude.view(np.float64)
    np.negative(score, out=score, where=descending > 0)
    return score


def _count_bucket(
    keys: NDArray[np.int64],
    start: int,
    positives: int,
    offset: int,
    out: tuple[FloatArray, NDArray[np.uint32], NDArray[np.uint32]],
) -> int:
    """Sort one bucket and write its distinct scores with their counts, the scores over keys that have been read.

    ``start`` rows, of which ``positives`` are positive, precede it. Returns the number of distinct scores.
    """
    thresholds, tp, fp = out
    keys.sort()
    end = start + 1
    for first in range(0, keys.size, BLOCK):
        block = keys[first : first + BLOCK]
        following = keys[first + 1 : first + BLOCK + 1]
        is_last = np.ones(block.size, dtype=np.bool_)  # of the rows with one score
        np.not_equal(block[: following.size] >> 1, following >> 1, out=is_last[: following.size])
        positives_to_here = np.cumsum(block & 1, dtype=np.uint32)
        positives_to_here += np.uint32(positives)
        positives = int(positives_to_here[-1])
        rows_to_here = np.arange(start + first + 1, start + first + 1 + block.size, dtype=np.uint32)
        if not is_last.all():
            block, positives_to_here, rows_to_here = block[is_last], positives_to_here[is_last], rows_to_here[is_last]
        begin, end = end, end + block.size
        thresholds[begin:end] = _unpack(block, offset)
        tp[begin:end] = positives_to_here
        np.subtract(rows_to_here, positives_to_here, out=fp[begin:end])
    return end - start - 1
