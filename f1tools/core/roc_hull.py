"""The convex hull of the ROC curve: the thresholds that are optimal for some ratio of costs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray, FloatArray
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
    corners, is_end = _corners(curve.fp[np.newaxis], curve.tp[np.newaxis])
    fp, tp = _scale(curve.fp, corners), _scale(curve.tp, corners)
    vertices, is_complete = _remove_covered(fp, tp, is_end, max_passes)
    return corners[vertices if is_complete else _scan(fp, tp, vertices)]


def hulls_of_each(fp: FloatArray, tp: FloatArray) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the vertices of the hulls of several curves.

    Parameters
    ----------
    fp, tp : ndarray of shape (m, k)
        False and true positives of m curves, cumulative along the thresholds.

    Returns
    -------
    curve, position : ndarray of shape (h,)
        The curve of each vertex, and its position there as :func:`hull_positions` returns it; ascending.

    Examples
    --------
    >>> curve, position = hulls_of_each(np.array([[0.0, 0, 1], [0, 1, 1]]), np.array([[0.0, 1, 1], [0, 0, 1]]))
    >>> curve.tolist(), position.tolist()
    ([0, 0, 0, 1, 1], [0, 1, 2, 0, 2])
    """
    corners, is_end = _corners(fp, tp)
    vertices, _ = _remove_covered(fp.ravel()[corners], tp.ravel()[corners], is_end, fp.shape[1])
    curve, position = np.divmod(corners[vertices], fp.shape[1])
    return curve, position


def _corners(fp: NDArray[Any], tp: NDArray[Any]) -> tuple[NDArray[np.intp], BoolArray]:
    """Return the points that can be vertices, and which of them are the first or the last one of a curve.

    Positions are those in the raveled arrays of shape (curves, k). Any other vertex is higher than the point before it,
    and the next one is to the right of it: most points are ruled out by two comparisons.
    """
    turns_right, moves = np.ones((2, *fp.shape), dtype=bool)
    turns_right[:, :-1] = fp[:, 1:] != fp[:, :-1]
    moves[:, :-1] = turns_right[:, :-1] | (tp[:, 1:] != tp[:, :-1])
    is_end = np.zeros(fp.shape, dtype=bool)
    is_end[:, -1] = is_end[np.arange(len(fp)), moves.argmax(axis=1)] = True
    corners = np.flatnonzero(turns_right | is_end)
    height, end = tp.ravel()[corners], is_end.ravel()[corners]
    stays = end.copy()
    stays[1:] |= height[1:] != height[:-1]
    return corners[stays], end[stays]


def _remove_covered(
    fp: NDArray[Any], tp: NDArray[Any], is_end: BoolArray, max_passes: int
) -> tuple[NDArray[np.intp], bool]:
    """Remove all points on or below the line between their neighbors, and again; return the rest, and if none is left.

    The first and the last point of a curve stay, so that the points of several curves may follow each other.
    """
    left = np.arange(fp.size)
    for _ in range(max_passes):
        dx, dy = np.diff(fp[left]), np.diff(tp[left])
        stays = is_end[left]
        stays[1:-1] |= dy[:-1] * dx[1:] > dy[1:] * dx[:-1]
        if stays.all():
            return left, True
        left = left[stays]
    return left, False


def _scale(counts: NDArray[Any], at: NDArray[np.intp]) -> NDArray[Any]:
    """Convert counts so that their products do not overflow: to int64, or sums of weights to shares of the total."""
    return counts[at] / (counts[-1] or 1.0) if counts.dtype.kind == "f" else counts[at].astype(np.int64)


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
