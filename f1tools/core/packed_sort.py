"""The fast way to the tally of unweighted rows.

Score and label are packed into one 64-bit integer that sorts as the scores do, downwards. The integers are dealt out
into stretches of the score first and sorted there: many sorts that fit the processor's cache cost less than one that
does not, and stretches are independent, so all cores take part. The sorted integers are then read off, and the
distinct scores are written over them. Nothing is rounded and nothing as large as the input is allocated beside the
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
from f1tools.core.validation import BLOCK

_STRETCHES = 64
_MANY = 1 << 18  # rows; dealing out fewer does not pay
_DEALT_TOGETHER = 1 << 17
_MAGNITUDE = np.int64((1 << 63) - 1)
_INFINITY = 0x7FF << 52  # bits of +inf as a double


class _Plan(NamedTuple):
    """How scores become integers and stretches: what is taken off a magnitude, and stretches a unit of score."""

    offset: int
    high: float
    scale: float


def tally_packed(
    positive: BoolArray, y_score: NDArray[Any]
) -> tuple[FloatArray, NDArray[np.uint32], NDArray[np.uint32]] | None:
    """Count as :func:`f1tools.core.tally.tally` does; None where a label does not fit beside the scores.

    That is so when scores are not finite, or differ by more than 300 orders of magnitude.
    """
    plan = _plan(y_score)
    if plan is None:
        return None
    thresholds = np.empty(positive.size + 1)
    keys = thresholds[1:].view(np.int64)
    rows, hits = _deal(positive, y_score, plan, keys)
    tp, fp = np.empty(thresholds.size, np.uint32), np.empty(thresholds.size, np.uint32)
    thresholds[0], tp[0], fp[0] = np.inf, 0, 0
    starts = (np.cumsum(rows) - rows).tolist()

    def read_off(stretch: tuple[int, int, int]) -> int:
        start, size, before = stretch
        return _read_off(keys[start : start + size], start, before, plan.offset, (thresholds, tp, fp))

    stretches = zip(starts, rows.tolist(), (np.cumsum(hits) - hits).tolist(), strict=True)
    written = _each(read_off, stretches, positive.size)
    kept = 1
    for start, count in zip(starts, written, strict=True):
        for array in (thresholds, tp, fp):
            array[kept : kept + count] = array[start + 1 : start + 1 + count]
        kept += count
    for array in (thresholds, tp, fp):
        array.resize(kept, refcheck=False)
    return thresholds, tp, fp


def _each(work: Callable[[Any], Any], tasks: Iterable[Any], n: int) -> list[Any]:
    """Do all tasks, on all cores where there are many rows."""
    if n < _MANY:
        return [work(task) for task in tasks]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, tasks))


def _plan(y_score: NDArray[Any]) -> _Plan | None:
    low, high = float(y_score.min()), float(y_score.max())
    if not np.isfinite([low, high]).all():
        return None
    smallest, largest = (0, 0) if low >= 0 and high <= 1 else _magnitudes(y_score)
    offset = max(smallest - 1, 0)
    if largest - offset >= 1 << 62:
        return None
    width = high - low
    dealt = y_score.size >= _MANY and 1e-290 < width < np.inf
    return _Plan(offset, high, (_STRETCHES - 0.5) / width if dealt else 0.0)


def _magnitudes(y_score: NDArray[Any]) -> tuple[int, int]:
    """Find the bits of the smallest magnitude above 0 and of the largest."""
    smallest, largest = _INFINITY, 0
    for start in range(0, y_score.size, BLOCK):
        bits = y_score[start : start + BLOCK].astype(np.float64).view(np.int64) & _MAGNITUDE
        largest = max(largest, int(bits.max()))
        smallest = min(smallest, int(bits.min(where=bits > 0, initial=_INFINITY)))
    return smallest, largest


def _deal(
    positive: BoolArray, y_score: NDArray[Any], plan: _Plan, keys: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Write the packed rows, highest stretch first; count the rows and the positives of each stretch."""
    blocks = [slice(start, start + _DEALT_TOGETHER) for start in range(0, positive.size, _DEALT_TOGETHER)]
    if not plan.scale:
        for where in blocks:
            keys[where] = _pack(positive[where], y_score[where], plan)
        return np.array([positive.size]), np.array([np.count_nonzero(positive)])

    def count(where: slice) -> NDArray[np.intp]:
        cell = _stretches(y_score[where], plan).astype(np.intp)
        cell += positive[where] * np.intp(_STRETCHES)
        return np.bincount(cell, minlength=2 * _STRETCHES)

    counts = np.array(_each(count, blocks, positive.size))
    hits = counts[:, _STRETCHES:]
    rows = counts[:, :_STRETCHES] + hits
    total = rows.sum(axis=0)
    first = np.cumsum(total) - total + np.cumsum(rows, axis=0) - rows

    def deal(task: tuple[slice, list[int], list[int]]) -> None:
        where, targets, sizes = task
        order = np.argsort(_stretches(y_score[where], plan), kind="stable")
        packed = _pack(positive[where], y_score[where], plan)[order]
        start = 0
        for target, size in zip(targets, sizes, strict=True):
            keys[target : target + size] = packed[start : start + size]
            start += size

    _each(deal, zip(blocks, first.tolist(), rows.tolist(), strict=True), positive.size)
    return total, hits.sum(axis=0)


def _stretches(y_score: NDArray[Any], plan: _Plan) -> NDArray[np.uint8]:
    """Tell the stretch of each score. Rounding keeps their order, so equal scores never part."""
    stretch: NDArray[np.uint8] = (np.subtract(plan.high, y_score, dtype=np.float64) * plan.scale).astype(np.uint8)
    return stretch


def _pack(positive: BoolArray, y_score: NDArray[Any], plan: _Plan) -> NDArray[np.int64]:
    """Make integers that order downwards as the scores do, the label in the lowest bit."""
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
    """Get the scores back out of the integers."""
    descending = keys >> 1
    magnitude = np.abs(descending)
    if offset:
        np.add(magnitude, offset, out=magnitude, where=magnitude > 0)
    score: FloatArray = magnitude.view(np.float64)
    np.negative(score, out=score, where=descending > 0)
    return score


def _read_off(
    keys: NDArray[np.int64],
    start: int,
    hits: int,
    offset: int,
    out: tuple[FloatArray, NDArray[np.uint32], NDArray[np.uint32]],
) -> int:
    """Sort one stretch and write its distinct scores with their counts, the scores over keys that have been read.

    ``start`` rows, ``hits`` of them positive, come before it. Returns the number of distinct scores.
    """
    thresholds, tp, fp = out
    keys.sort()
    written = start + 1
    for first in range(0, keys.size, BLOCK):
        block = keys[first : first + BLOCK]
        following = keys[first + 1 : first + BLOCK + 1]
        is_last = np.ones(block.size, dtype=np.bool_)  # of the rows with one score
        np.not_equal(block[: following.size] >> 1, following >> 1, out=is_last[: following.size])
        found = np.cumsum(block & 1, dtype=np.uint32)
        found += np.uint32(hits)
        hits = int(found[-1])
        seen = np.arange(start + first + 1, start + first + 1 + block.size, dtype=np.uint32)
        if not is_last.all():
            block, found, seen = block[is_last], found[is_last], seen[is_last]
        end = written + block.size
        thresholds[written:end] = _unpack(block, offset)
        tp[written:end] = found
        np.subtract(seen, found, out=fp[written:end])
        written = end
    return written - start - 1
