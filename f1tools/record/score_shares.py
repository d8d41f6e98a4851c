"""How the scores lie, in a few numbers."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from f1tools.core.curve import ThresholdCurve
from f1tools.record.record import ScoreShares


def score_shares(curve: ThresholdCurve, n_bins: int = 10) -> ScoreShares:
    """Give the share of the rows in each of a few bins of scores that hold about as many.

    Parameters
    ----------
    curve : ThresholdCurve
    n_bins : int
        From 1 up. There are fewer where many rows have the same score.

    Returns
    -------
    ScoreShares
        Its edges are scores that occur. Where rows are weighted, shares are of the weights.

    Raises
    ------
    ValueError
        When the number of bins is below 1.

    Examples
    --------
    >>> found = score_shares(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]), n_bins=2)
    >>> found.edges, found.shares, found.span
    ((0.4,), (0.25, 0.75), (0.1, 0.9))
    """
    if n_bins < 1:
        raise ValueError(f"n_bins must be 1 or more, got {n_bins}.")
    places = {_place(curve, 1 - part / n_bins) for part in range(1, n_bins)}
    inner = sorted((place for place in places if 0 < place < len(curve) - 1), reverse=True)
    edges = tuple(float(curve.thresholds[place]) for place in inner)
    return ScoreShares(
        edges=edges,
        shares=shares_at(curve, edges),
        span=(float(curve.thresholds[-1]), float(curve.thresholds[1])),
    )


def shares_at(curve: ThresholdCurve, edges: Sequence[float]) -> tuple[float, ...]:
    """Give the share of the rows, or of their weights, in each of the bins that ascending edges make.

    Examples
    --------
    >>> shares_at(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]), [0.2, 0.5])
    (0.25, 0.5, 0.25)
    """
    flagged = curve.at_each([-math.inf, *edges, math.inf]).flagged().astype(np.float64)
    return tuple(((flagged[:-1] - flagged[1:]) / flagged[0]).tolist())


def _place(curve: ThresholdCurve, share: float) -> int:
    """Find the threshold at or above which the share of the rows is nearest to the one that is wanted."""
    wanted = share * _flagged(curve, len(curve) - 1)
    after = bisect_left(range(len(curve)), wanted, key=lambda place: _flagged(curve, place))
    return after if _flagged(curve, after) - wanted <= wanted - _flagged(curve, after - 1) else after - 1


def _flagged(curve: ThresholdCurve, place: int) -> float:
    return float(curve.tp[place]) + float(curve.fp[place])
