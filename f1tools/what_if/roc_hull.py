"""The convex hull of the ROC curve: the thresholds that are optimal for some ratio of costs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.curve import ThresholdCurve

_MAX_PASSES = 100  # each usually removes most of the points that are not vertices


def hull_positions(curve: ThresholdCurve, max_passes: int = _MAX_PASSES) -> NDArray[np.intp]:
    """Return the positions of the hull's vertices, from "nothing is flagged" to "every score is flagged".

    A point on or below the line between its neighbors cannot be a vertex, so all such points are removed at once, and
    again until none is left. Exact for unweighted rows.

    Parameters
    ----------
    curve : ThresholdCurve
    max_passes : int
        Largest number of such vectorized passes; a sequential scan handles the points that are left.

    Returns
    -------
    ndarray of shape (h,)
        Ascending positions. Of several thresholds that flag the same rows the lowest is returned.

    Examples
    --------
    >>> hull_positions(ThresholdCurve.from_predictions([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5])).tolist()
    [0, 1, 3, 5]
    """
    fp, tp = _scale(curve.fp), _scale(curve.tp)
    candidates = np.flatnonzero(np.append((np.diff(fp) != 0) | (np.diff(tp) != 0), True))
    for _ in range(max_passes):
        dx, dy = np.diff(fp[candidates]), np.diff(tp[candidates])
        convex = dy[:-1] * dx[1:] > dy[1:] * dx[:-1]
        if convex.all():
            return candidates
        candidates = np.concatenate([candidates[:1], candidates[1:-1][convex], candidates[-1:]])
    return _scan(fp, tp, candidates)


def _scale(counts: NDArray[Any]) -> NDArray[Any]:
    """Convert counts so that their products do not overflow: to int64, or sums of weights to shares of the total."""
    return counts / (counts[-1] or 1.0) if counts.dtype.kind == "f" else counts.astype(np.int64)


def _scan(fp: NDArray[Any], tp: NDArray[Any], positions: NDArray[np.intp]) -> NDArray[np.intp]:
    """Compute the upper hull by a monotone chain scan."""
    vertices: list[tuple[int, Any, Any]] = []
    for position, x, y in zip(positions.tolist(), fp[positions].tolist(), tp[positions].tolist(), strict=True):
        while len(vertices) > 1:
            (_, x0, y0), (_, x1, y1) = vertices[-2:]
            if (y1 - y0) * (x - x1) > (y - y1) * (x1 - x0):
                break
            vertices.pop()
        vertices.append((position, x, y))
    return np.array([position for position, _, _ in vertices], dtype=np.intp)
