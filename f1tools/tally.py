"""Count, for every distinct score, the positives and negatives at or above it.

There are two ways in, behind :func:`tally`. The general one sorts an index. The packed one serves unweighted rows:
score and label are packed into one 64-bit number, these are sorted in place, and the counts are read off. It is
lossless, and an order of magnitude faster, because the sort moves no second array and numpy sorts plain doubles with
the processor's vector instructions.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from f1tools.counts import BoolArray, FloatArray
from f1tools.errors import InvalidPredictions
from f1tools.labels import BLOCK

_SIGN = np.int64(-(1 << 63))
_MAGNITUDE = np.int64((1 << 63) - 1)
_INFINITY = 0x7FF << 52  # bits of +inf as a double
_SMALLEST_NORMAL = 1 << 52


class Tally(NamedTuple):
    """Distinct scores, highest first after +inf, with the positives and negatives at or above each.

    The counts are unsigned 32-bit integers where nothing is weighted (half the memory; 4 billion rows), doubles
    where they are sums of weights.
    """

    thresholds: FloatArray
    tp: NDArray[Any]
    fp: NDArray[Any]


def tally(positive: BoolArray, y_score: NDArray[Any], sample_weight: FloatArray | None = None) -> Tally:
    """Count positives and negatives at or above every distinct score.

    Parameters
    ----------
    positive : ndarray of bool of shape (n,)
    y_score : ndarray of shape (n,)
        Numbers of any kind that a double holds.
    sample_weight : ndarray of shape (n,), optional
        Finite, not negative. Rows of weight 0 are left out, thresholds included.

    Raises
    ------
    InvalidPredictions
        When a score is not finite.
    """
    if sample_weight is not None:
        seen = sample_weight != 0
        return _tally_by_index(positive[seen], _finite(y_score[seen]), sample_weight[seen])
    offset = _packing_offset(y_score)
    if offset is None:
        return _tally_by_index(positive, _finite(y_score), None)
    keys = np.empty(positive.size + 1)
    _pack(positive, y_score, offset, keys[1:])
    keys[1:].sort()
    return _count_packed(keys, offset)


def _finite(y_score: NDArray[Any]) -> FloatArray:
    score = y_score.astype(np.float64, copy=False)
    finite = np.isfinite(score)
    if not finite.all():
        row = int(np.argmin(finite))
        raise InvalidPredictions(f"y_score must be finite, got {score[row]} in row {row}. Drop or fill that row.")
    return score


def _tally_by_index(positive: BoolArray, score: FloatArray, sample_weight: FloatArray | None) -> Tally:
    order = np.argsort(-score, kind="stable")
    score = score[order] + 0.0  # -0.0 becomes 0.0: they are one threshold
    last = np.append(np.flatnonzero(score[1:] != score[:-1]), score.size - 1)
    thresholds = np.append(np.inf, score[last])
    if sample_weight is None:
        tp = np.cumsum(positive[order], dtype=np.uint32)[last]
        fp = (last + 1).astype(np.uint32) - tp
    else:
        weight = sample_weight[order]
        hit = positive[order]
        tp = np.cumsum(np.where(hit, weight, 0.0))[last]
        fp = np.cumsum(np.where(hit, 0.0, weight))[last]
    zero = np.zeros(1, tp.dtype)
    return Tally(thresholds, np.append(zero, tp), np.append(zero, fp))


def _packing_offset(y_score: NDArray[Any]) -> int | None:
    """Find what to take off the scores' magnitudes to free one bit for the label; None if that can't be done."""
    low, high = float(y_score.min()), float(y_score.max())
    if low >= 0 and high <= 1:
        return 0
    if not np.isfinite([low, high]).all():
        return None
    smallest, largest = _INFINITY, 0
    for start in range(0, y_score.size, BLOCK):
        bits = y_score[start : start + BLOCK].astype(np.float64).view(np.int64) & _MAGNITUDE
        largest = max(largest, int(bits.max()))
        smallest = min(smallest, int(bits.min(where=bits > 0, initial=_INFINITY)))
    # Keys stay normal doubles where they can: some processors are slow on the others.
    offset = max(smallest - _SMALLEST_NORMAL, 0)
    return offset if 2 * (largest - offset) + 1 < _INFINITY else None


def _pack(positive: BoolArray, y_score: NDArray[Any], offset: int, keys: FloatArray) -> None:
    """Write keys that sort upwards as the scores do downwards, with the label in the lowest bit.

    A double is a sign and a magnitude, and orders by them; so does a key. The sign is turned round, the magnitude
    is shifted by one bit to make room.
    """
    out = keys.view(np.int64)
    block = np.empty(min(BLOCK, positive.size))
    for start in range(0, positive.size, BLOCK):
        key = out[start : start + BLOCK]
        score = block[: key.size]
        np.add(y_score[start : start + BLOCK], 0.0, out=score, dtype=np.float64)  # -0.0 becomes 0.0
        bits = score.view(np.int64)
        np.bitwise_and(bits, _MAGNITUDE, out=key)
        if offset:
            np.subtract(key, offset, out=key)
            np.maximum(key, 0, out=key)
        np.left_shift(key, 1, out=key)
        np.bitwise_or(key, positive[start : start + BLOCK].view(np.int8), out=key)
        np.bitwise_and(np.invert(bits, out=bits), _SIGN, out=bits)
        np.bitwise_or(key, bits, out=key)


def _unpack(keys: NDArray[np.int64], offset: int) -> FloatArray:
    """Get the scores back out of the keys."""
    magnitude = (keys & _MAGNITUDE) >> 1
    magnitude += np.where(magnitude > 0, offset, 0)
    return (magnitude | (~keys & _SIGN)).view(np.float64)


def _count_packed(keys: FloatArray, offset: int) -> Tally:
    """Turn sorted keys into the tally, writing the thresholds over keys that have been read."""
    bits = keys.view(np.uint64)
    tp = np.empty(keys.size, dtype=np.uint32)
    fp = np.empty(keys.size, dtype=np.uint32)
    keys[0], tp[0], fp[0] = np.inf, 0, 0
    hits, written = 0, 1
    for start in range(1, keys.size, BLOCK):
        block = bits[start : start + BLOCK]
        following = bits[start + 1 : start + BLOCK + 1]
        is_last = np.ones(block.size, dtype=np.bool_)  # of the rows with one score
        np.greater(block[: following.size] ^ following, 1, out=is_last[: following.size])
        found = np.cumsum(block & np.uint64(1), dtype=np.uint32)
        found += np.uint32(hits)
        hits = int(found[-1])
        seen = np.arange(start, start + block.size, dtype=np.uint32)
        if not is_last.all():
            block, found, seen = block[is_last], found[is_last], seen[is_last]
        stop = written + block.size
        keys[written:stop] = _unpack(block.view(np.int64), offset)
        tp[written:stop] = found
        np.subtract(seen, found, out=fp[written:stop])
        written = stop
    for array in (keys, tp, fp):
        array.resize(written, refcheck=False)
    return Tally(keys, tp, fp)
