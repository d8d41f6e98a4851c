"""Two decisions about the same rows: their counts by group, and how far a metric differs between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.groups.grouping import ScoredRows
from f1tools.uncertainty.proportions import Proportion

_ROW = ConfusionCounts(*np.eye(4).reshape(4, 2, 2))  # of one row, by class and decision


@dataclass(frozen=True, eq=False)
class PairedDecisions:
    """Rows by group, class and two decisions.

    Parameters
    ----------
    weights, squares : ndarray of shape (n_groups, 2, 2, 2)
        Sums of weights, and of squared weights, by group, whether positive, whether the first decision flags the row,
        and whether the second does.
    products : ndarray of shape (8, 8), or None
        Where rows are in clusters, the sums over clusters of the products of two of these sums of weights, of all
        groups together.
    """

    weights: NDArray[Any]
    squares: NDArray[Any]
    products: FloatArray | None = None

    @classmethod
    def of(cls, rows: ScoredRows, first: BoolArray, second: BoolArray) -> PairedDecisions:
        """Count rows."""
        cells = 8 * rows.codes + (4 * rows.y_true.view(np.int8) + 2 * first.view(np.int8) + second.view(np.int8))

        def sums(weight: FloatArray | None) -> NDArray[Any]:
            return np.bincount(cells, weights=weight, minlength=8 * rows.n_groups).reshape(-1, 2, 2, 2)

        products = None
        if rows.clusters is not None:
            in_clusters = 8 * rows.clusters + cells % 8
            each = np.bincount(in_clusters, rows.sample_weight, 8 * (int(rows.clusters.max()) + 1)).reshape(-1, 8)
            products = (each.T @ each).astype(np.float64)
        if rows.sample_weight is None:
            return cls(sums(None), sums(None), products)
        return cls(sums(rows.sample_weight), sums(rows.sample_weight**2), products)

    def counts(self, decision: Literal[0, 1]) -> ConfusionCounts:
        """Return the counts of each group under the first or the second decision, as arrays of shape (n_groups,)."""
        (tn, fp), (fn, tp) = np.moveaxis(self.weights.sum(axis=3 - decision), 0, -1)
        return ConfusionCounts(tn, fp, fn, tp)

    def values(self, proportion: Proportion) -> tuple[float, float]:
        """Return the metric of all rows under both decisions."""
        first, second = (self._terms(decision, proportion) for decision in (0, 1))
        return first[0] / first[1], second[0] / second[1]

    def variance(self, proportion: Proportion) -> float:
        """Return the variance of the difference of the metric by the delta method."""
        row = _terms(_ROW, proportion)
        influences = []  # by how much a row moves the metric, by class and decision
        for decision in (0, 1):
            above, below = self._terms(decision, proportion)
            influences.append((row[0] - above / below * row[1]) / below)
        difference = influences[1][:, np.newaxis, :] - influences[0][:, :, np.newaxis]
        if self.products is not None:
            return float(difference.ravel() @ self.products @ difference.ravel())
        return float((self.squares.sum(axis=0) * difference**2).sum())

    def _terms(self, decision: Literal[0, 1], proportion: Proportion) -> tuple[float, float]:
        above, below = _terms(self.counts(decision), proportion)
        return float(above.sum()), float(below.sum())


def group_values(counts: ConfusionCounts, proportion: Proportion) -> FloatArray:
    """Return the metric of each group; nan where no row counts for it."""
    above, below = _terms(counts, proportion)
    values: FloatArray = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    return values


def _terms(counts: ConfusionCounts, proportion: Proportion) -> tuple[FloatArray, FloatArray]:
    """Return numerator and denominator of the metric."""
    above = proportion.gain * proportion.successes_in(counts)
    return above, above + proportion.failures_in(counts)
