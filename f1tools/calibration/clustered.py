"""Calibration where rows are in clusters: how much less the rows of a bin tell, and what chance explains."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from f1tools.core.clusters import ClusteredRows
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.uncertainty.design_effect import design_effect
from f1tools.uncertainty.proportions import Proportion

_SHARE_OF_POSITIVES = Proportion(("tp",), (("fp", 1.0),))  # of the rows of a bin


class ScoredRows(NamedTuple):
    """The rows with a score of a curve in clusters.

    Parameters
    ----------
    y_true, y_score, weight : ndarray of shape (n,)
        Labels as 0 and 1, scores, and weights in the class mix of the curve.
    codes : ndarray of int of shape (n,)
        The cluster of each row.
    """

    y_true: FloatArray
    y_score: FloatArray
    weight: FloatArray
    codes: NDArray[np.intp]

    @classmethod
    def build(cls, curve: ThresholdCurve, clusters: ClusteredRows) -> ScoredRows:
        """Return the rows of the clusters of a curve."""
        scored = clusters.y_score != -np.inf
        y_true = clusters.y_true[scored]
        weight = np.ones(y_true.size) if clusters.sample_weight is None else clusters.sample_weight[scored]
        positive, negative = (
            float(weight) / total if total else 1.0
            for weight, total in zip((curve.positives, curve.negatives), clusters.totals, strict=True)
        )
        weight = weight * np.where(y_true, positive, negative)
        return cls(y_true.astype(np.float64), clusters.y_score[scored], weight, clusters.codes[scored])


def bin_design_effects(curve: ThresholdCurve, lowest: FloatArray) -> FloatArray:
    """Return the design effect of the share of positives in each bin; 1 where rows are independent.

    Parameters
    ----------
    curve : ThresholdCurve
    lowest : ndarray of shape (k,)
        The lowest score of each bin, ascending.

    Returns
    -------
    ndarray of shape (k,)
    """
    if curve.clusters is None:
        return np.ones(lowest.size)
    rows = ScoredRows.build(curve, curve.clusters)
    part = np.maximum(np.searchsorted(lowest, rows.y_score, side="right") - 1, 0)
    keys, inverse = np.unique(part * curve.clusters.n_clusters + rows.codes, return_inverse=True)
    part_of_key = keys // curve.clusters.n_clusters
    positive, negative = rows.weight * rows.y_true, rows.weight * (1 - rows.y_true)
    sums: list[FloatArray] = [np.bincount(inverse, weight).astype(np.float64) for weight in (negative, positive)]

    def total(values: FloatArray, parts: NDArray[np.intp] = part) -> FloatArray:
        return np.bincount(parts, values, lowest.size).astype(np.float64)

    products = np.zeros((lowest.size, 4, 4))  # in the order tn, fp, fn, tp
    for i, one in zip((1, 3), sums, strict=True):
        for j, other in zip((1, 3), sums, strict=True):
            products[:, i, j] = total(one * other, part_of_key)
    nothing = np.zeros(lowest.size)
    counts = ConfusionCounts(tn=nothing, fp=total(negative), fn=nothing, tp=total(positive))
    squares = ConfusionCounts(tn=nothing, fp=total(negative**2), fn=nothing, tp=total(positive**2))
    return np.asarray(design_effect(_SHARE_OF_POSITIVES, counts, squares, products), dtype=np.float64)


def cluster_covariance(codes: NDArray[np.intp], contributions: FloatArray) -> FloatArray:
    """Return the covariance of sums over rows whose mean is 0 if the scores are calibrated.

    Parameters
    ----------
    codes : ndarray of int of shape (n,)
        The cluster of each row.
    contributions : ndarray of shape (k, n)
        What each row adds to each of the sums.

    Returns
    -------
    ndarray of shape (k, k)

    Notes
    -----
    Clusters are independent, so it is the sum over clusters of the products of their sums, times C / (C - 1) for C
    clusters (Liang and Zeger, *Longitudinal data analysis using generalized linear models*, Biometrika 73, 1986).
    """
    of_clusters = np.array([np.bincount(codes, row) for row in contributions])
    n = of_clusters.shape[1]
    return np.asarray(of_clusters @ of_clusters.T * (n / max(n - 1, 1)), dtype=np.float64)


def corrected(statistic: float, covariance: FloatArray) -> tuple[float, float]:
    """Return a sum of squares of correlated standard scores as a chi-square statistic, and its degrees of freedom.

    Examples
    --------
    >>> corrected(6.0, np.eye(2)), corrected(6.0, np.full((2, 2), 2.0))
    ((6.0, 2.0), (1.5, 1.0))

    References
    ----------
    Rao and Scott, *On chi-squared tests for multiway contingency tables with cell proportions estimated from survey
    data*, Annals of Statistics 12, 1984 (the second-order correction).
    """
    trace, squares = float(np.trace(covariance)), float((covariance**2).sum())
    return statistic * trace / squares, trace**2 / squares
