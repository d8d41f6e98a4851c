"""Where thresholds stand on a curve, and which of many a drawing or a slider needs."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.counts import FloatArray


def position(thresholds: FloatArray, threshold: float) -> int:
    """Find the lowest of the descending thresholds that is not below the given one: both decide alike.

    Raises
    ------
    ValueError
        When the threshold is not a number.
    """
    if math.isnan(threshold):
        raise ValueError("A threshold must be a number, got nan.")
    return bisect_right(thresholds, -threshold, key=lambda score: -score) - 1


def positions(thresholds: FloatArray, wanted: Iterable[float]) -> NDArray[np.intp]:
    """Find the positions of many thresholds, in their order; see :func:`position`."""
    return np.array([position(thresholds, threshold) for threshold in wanted], dtype=np.intp)


def positions_to_keep(
    thresholds: FloatArray, counts: tuple[NDArray[Any], NDArray[Any]], most: int, keep: Iterable[float]
) -> NDArray[np.intp]:
    """Choose about ``most`` positions of a longer curve: see :meth:`f1tools.curve.ThresholdCurve.thinned`."""
    kept = set(positions(thresholds, keep).tolist())
    last = thresholds.size - 1
    fixed = {0, 1, last, *kept, *(min(place + 1, last) for place in kept)}
    spread = _spread(thresholds, counts, (most - len(fixed)) // 4)
    return np.unique(np.concatenate([np.array(sorted(fixed)), *spread]))


def _spread(
    thresholds: FloatArray, counts: tuple[NDArray[Any], NDArray[Any]], share: int
) -> Iterator[NDArray[np.intp]]:
    """Spread a share of the positions over the scores, over the distinct scores, and over the rows of either class."""
    steps = np.linspace(0.0, 1.0, max(share, 0))
    yield positions(thresholds, thresholds[1] * (1 - steps) + thresholds[-1] * steps)
    yield (steps * (thresholds.size - 1)).astype(np.intp)
    for found in counts:
        yield np.searchsorted(found, (steps * found[-1]).astype(found.dtype)).astype(np.intp)
