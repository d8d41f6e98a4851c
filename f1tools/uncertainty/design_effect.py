"""The design effect: by how much clusters of rows that are alike increase the variance of a proportion."""

from __future__ import annotations

import numpy as np

from f1tools.core.clusters import CELLS
from f1tools.core.counts import ConfusionCounts, FloatArray, Value
from f1tools.uncertainty.proportions import Proportion

_PRIOR_ROWS = 2  # completely dependent within clusters, beside the rows on the rarer side of the proportion


def design_effect(
    proportion: Proportion, counts: ConfusionCounts, squares: ConfusionCounts | None, products: FloatArray | None
) -> Value:
    """Return the variance of a proportion in clusters of rows divided by that in independent rows, 1 or more.

    A proportion of n rows is then as uncertain as one of n / design effect independent rows.

    Parameters
    ----------
    proportion : Proportion
    counts : ConfusionCounts
        Numbers, or arrays of shape (k,).
    squares : ConfusionCounts or None
        The sums of the squared weights of the same rows; None where they are not weighted.
    products : ndarray of shape (4, 4) or (k, 4, 4), or None
        The products of clusters, see :class:`f1tools.OperatingPoint`; None where rows are independent.

    Notes
    -----
    The variance of the logit of A / (A + B), successes A and failures B, is the sum over clusters c of
    (A_c / A - B_c / B)² by linearization; where each row is a cluster, it is V_A / A² + V_B / B².

    With few rows on the rarer side the estimate says little, and without any it says nothing. It is therefore averaged
    with the design effect of completely dependent rows, Σ m_c² / Σ m_c for m_c rows of a cluster, which counts as two
    rows, the estimate as many as there are on the rarer side. Nothing changes where all clusters are of one row, or of
    equally many copies of one. ``benchmarks/clusters.py`` measures the coverage.

    References
    ----------
    Kish, *Survey sampling*, 1965. Korn and Graubard, *Confidence intervals for proportions with small expected number
    of positive counts estimated from survey data*, Survey Methodology 1998 (the effective number of rows).

    Examples
    --------
    >>> from f1tools.core.clusters import ClusteredRows
    >>> y_true, score = np.array([True, True, False, False]), np.array([0.9, 0.4, 0.9, 0.4])
    >>> twice = ClusteredRows.build(np.tile(y_true, 2), np.tile(score, 2), None, np.tile(np.arange(4), 2))
    >>> counts = ConfusionCounts(tn=2, fp=2, fn=2, tp=2)
    >>> float(design_effect(Proportion(("tp",), (("fn", 1.0),)), counts, None, twice.products(np.array([0.5]))[0]))
    2.0
    """
    if products is None:
        return 1.0
    sums = counts if squares is None else squares
    successes, failures = proportion.successes_in(counts), proportion.failures_in(counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        gradient = _gradient(proportion, 1 / successes, -1 / failures)
        estimated = np.maximum(_quadratic(gradient, products) / _diagonal(gradient, sums), 1.0)
        trials = _gradient(proportion, np.ones_like(successes), np.ones_like(failures), power=0)
        dependent = np.maximum(_quadratic(trials, products) / _diagonal(trials, sums), 1.0)
        rarer = np.minimum(
            successes**2 / proportion.successes_in(sums), failures**2 / proportion.failures_in(sums, power=2)
        )
    known = (successes > 0) & (failures > 0) & np.isfinite(estimated)
    rarer = np.where(known, rarer, 0.0)
    effect = (rarer * np.where(known, estimated, 1.0) + _PRIOR_ROWS * dependent) / (rarer + _PRIOR_ROWS)
    return np.nan_to_num(effect, nan=1.0)


def _gradient(proportion: Proportion, success: FloatArray, failure: FloatArray, power: int = 1) -> FloatArray:
    """Return coefficients of the four cells, with the failures' weights to a power; shape (..., 4)."""
    costs = dict(proportion.failures)
    return np.stack(
        [
            success if cell in proportion.successes else failure * (costs[cell] ** power if cell in costs else 0.0)
            for cell in CELLS
        ],
        axis=-1,
    )


def _quadratic(gradient: FloatArray, products: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("...i,...ij,...j->...", gradient, products, gradient))


def _diagonal(gradient: FloatArray, squares: ConfusionCounts) -> FloatArray:
    cells = np.stack([np.asarray(getattr(squares, cell), dtype=np.float64) for cell in CELLS], axis=-1)
    return np.asarray((gradient**2 * cells).sum(axis=-1))
