"""The corners of the ROC curve's convex hull: the thresholds that some trade of catches for false alarms makes best."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.curve import ThresholdCurve

_ROUNDS = 100  # each removes most of what is not a corner, as a rule; what is left then is walked through


def hull_positions(curve: ThresholdCurve) -> NDArray[np.intp]:
    """Find the thresholds at the corners of the hull, from "nothing is flagged" to "everything is".

    A point on or below the straight line between two others is no corner, whatever the rest looks like, so all such
    points can go at once, and again until none is left. Exact where rows are not weighted.

    Returns
    -------
    ndarray of shape (h,)
        Ascending positions. Of thresholds that flag the same the lowest is taken.

    Examples
    --------
    >>> hull_positions(ThresholdCurve.from_predictions([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5])).tolist()
    [0, 1, 3, 5]
    """
    fp, tp = _scaled(curve.fp), _scaled(curve.tp)
    kept = np.flatnonzero(np.append((np.diff(fp) != 0) | (np.diff(tp) != 0), True))
    for _ in range(_ROUNDS):
        right, up = np.diff(fp[kept]), np.diff(tp[kept])
        corner = up[:-1] * right[1:] > up[1:] * right[:-1]
        if corner.all():
            return kept
        kept = np.concatenate([kept[:1], kept[1:-1][corner], kept[-1:]])
    return _walk(fp, tp, kept)


def _scaled(counts: NDArray[Any]) -> NDArray[Any]:
    """Give integers in which products of counts fit, or floats that are shares, whose products do."""
    return counts / (counts[-1] or 1.0) if counts.dtype.kind == "f" else counts.astype(np.int64)


def _walk(fp: NDArray[Any], tp: NDArray[Any], positions: NDArray[np.intp]) -> NDArray[np.intp]:
    """Go through the points once and take back those that the next one puts in the shade."""
    corners: list[tuple[int, Any, Any]] = []
    for position, x, y in zip(positions.tolist(), fp[positions].tolist(), tp[positions].tolist(), strict=True):
        while len(corners) > 1:
            (_, x0, y0), (_, x1, y1) = corners[-2:]
            if (y1 - y0) * (x - x1) > (y - y1) * (x1 - x0):
                break
            corners.pop()
        corners.append((position, x, y))
    return np.array([position for position, _, _ in corners], dtype=np.intp)
