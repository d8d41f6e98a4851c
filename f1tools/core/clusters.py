"""Rows in clusters, such as the visits of a patient: the sums that variances of their counts are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions
from f1tools.core.validation import as_column

CELLS = ("tn", "fp", "fn", "tp")

# The four cells from the flagged rows of each class and from all rows of each class: tp, fp, positives, negatives.
_CELLS_OF_SUMS = np.array([[0, -1, 0, 1], [0, 1, 0, 0], [-1, 0, 1, 0], [1, 0, 0, 0]], dtype=np.float64)


MIN_CLUSTERS = 30
"""With fewer clusters, intervals are unreliable."""


def cluster_codes(clusters: ArrayLike, n: int, name: str = "cluster") -> NDArray[np.intp]:
    """Return the cluster of each of n rows as a number.

    Raises
    ------
    InvalidPredictions
        When there is not one value per row, or a value is missing.
    """
    column = as_column(clusters, name)
    if column.size != n:
        raise InvalidPredictions(f"y_true has {n:,} rows and {name} has {column.size:,}. Pass one each.")
    if column.dtype.kind == "O":
        missing = np.array([value is None or value == "" or value != value for value in column.tolist()])  # noqa: PLR0124
        column = column.astype(str)  # values of several types cannot be sorted
    else:
        missing = column == "" if column.dtype.kind == "U" else column != column  # noqa: PLR0124 (nan and NaT)
    if n_missing := int(np.count_nonzero(missing)):
        raise unknown_cluster(n_missing, n, name)
    return np.unique(column, return_inverse=True)[1].astype(np.intp, copy=False)


def unknown_cluster(n_missing: int, n: int, name: str) -> InvalidPredictions:
    """Return the error that some rows belong to no known cluster."""
    return InvalidPredictions(
        f"{n_missing:,} of {n:,} rows have no {name}, so their cluster is unknown. Fill these cells, leave these rows "
        "out, or choose no column of clusters."
    )


@dataclass(frozen=True, eq=False)
class ClusteredRows:
    """The rows of a curve with the cluster of each.

    Parameters
    ----------
    y_true : ndarray of bool of shape (n,)
    y_score : ndarray of shape (n,)
    sample_weight : ndarray of shape (n,) or None
    codes : ndarray of int of shape (n,)
        The cluster of each row, from 0 up, each of them used.
    n_clusters : int
    """

    y_true: BoolArray
    y_score: FloatArray
    sample_weight: FloatArray | None
    codes: NDArray[np.intp]
    n_clusters: int

    @classmethod
    def build(
        cls, y_true: BoolArray, y_score: FloatArray, sample_weight: FloatArray | None, clusters: NDArray[np.intp] | None
    ) -> ClusteredRows | None:
        """Return the rows in their clusters; None where each cluster is one row, so that there is nothing to cluster.

        Rows of weight 0 are left out.

        Examples
        --------
        >>> y_true, score = np.array([True, False, True]), np.array([0.9, 0.4, 0.6])
        >>> ClusteredRows.build(y_true, score, None, np.array([7, 7, 3])).n_clusters
        2
        >>> ClusteredRows.build(y_true, score, None, np.array([7, 5, 3])) is None
        True
        """
        if clusters is None:
            return None
        if sample_weight is not None and not sample_weight.all():
            used = sample_weight != 0
            y_true, y_score, sample_weight, clusters = y_true[used], y_score[used], sample_weight[used], clusters[used]
        distinct, codes = np.unique(clusters, return_inverse=True)
        if distinct.size == y_true.size:
            return None
        return cls(y_true, y_score, sample_weight, codes.astype(np.intp, copy=False), distinct.size)

    @cached_property
    def totals(self) -> tuple[float, float]:
        """The rows of each class, positives first, or the sums of their weights."""
        weight = np.ones(self.y_true.size) if self.sample_weight is None else self.sample_weight
        return float(weight[self.y_true].sum()), float(weight[~self.y_true].sum())

    def products(self, thresholds: FloatArray) -> FloatArray:
        """Return the sums over clusters of the products of their counts in two cells, at some thresholds.

        Returns
        -------
        ndarray of shape (k, 4, 4)
            In the order tn, fp, fn, tp. For a sum of cells with the coefficients g, g' S g is the sum of its squares.

        Examples
        --------
        >>> y_true, score = np.array([True, True, False]), np.array([0.9, 0.8, 0.4])
        >>> rows = ClusteredRows.build(y_true, score, None, np.zeros(3, np.intp))
        >>> rows.products(np.array([0.5]))[0].astype(int).tolist()  # 1 true negative and 2 true positives
        [[1, 0, 0, 2], [0, 0, 0, 0], [0, 0, 0, 0], [2, 0, 0, 4]]
        """
        place = np.searchsorted(self._descending, -thresholds, side="right")
        sums = np.empty((place.size, 4, 4))
        sums[:, 2:, 2:] = self._of_classes
        for (row, column), cumulative in self._cumulative.items():
            sums[:, row, column] = sums[:, column, row] = cumulative[place]
        return np.asarray(_CELLS_OF_SUMS @ sums @ _CELLS_OF_SUMS.T)

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        return np.argsort(-self.y_score, kind="stable")

    @cached_property
    def _descending(self) -> FloatArray:
        return -self.y_score[self._order]

    @cached_property
    def _class_sums(self) -> tuple[FloatArray, FloatArray]:
        """The positives and the negatives of each cluster."""
        weight = np.ones(self.y_true.size) if self.sample_weight is None else self.sample_weight
        of_positives, of_negatives = np.where(self.y_true, weight, 0.0), np.where(self.y_true, 0.0, weight)
        positives: FloatArray = np.bincount(self.codes, of_positives, self.n_clusters).astype(np.float64)
        negatives: FloatArray = np.bincount(self.codes, of_negatives, self.n_clusters).astype(np.float64)
        return positives, negatives

    @cached_property
    def _of_classes(self) -> FloatArray:
        both = np.array(self._class_sums)
        return np.asarray(both @ both.T)

    @cached_property
    def _cumulative(self) -> dict[tuple[int, int], FloatArray]:
        """The other products, of tp, fp, positives and negatives, when the highest 0, 1, ..., n scores are flagged.

        A row of weight w adds w to one count x of its cluster: 2 w x + w² to the square, w y to the product with y.
        """
        order = self._order
        codes, positive = self.codes[order], self.y_true[order]
        weight = np.ones(order.size) if self.sample_weight is None else self.sample_weight[order]
        before = [_before(np.where(rows, weight, 0.0), codes) for rows in (positive, ~positive)]
        sums = [each[codes] for each in self._class_sums]
        of_positives, of_negatives = np.where(positive, weight, 0.0), np.where(positive, 0.0, weight)
        added = {
            (0, 0): of_positives * (2 * before[0] + weight),
            (1, 1): of_negatives * (2 * before[1] + weight),
            (0, 1): of_positives * before[1] + of_negatives * before[0],
            (0, 2): of_positives * sums[0],
            (0, 3): of_positives * sums[1],
            (1, 2): of_negatives * sums[0],
            (1, 3): of_negatives * sums[1],
        }
        return {cells: np.append(0.0, np.cumsum(each)) for cells, each in added.items()}


def _before(values: FloatArray, codes: NDArray[np.intp]) -> FloatArray:
    """Return for each row the sum of the values of earlier rows of its cluster."""
    order = np.argsort(codes, kind="stable")
    grouped, groups = values[order], codes[order]
    sums = np.cumsum(grouped) - grouped
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    found = np.empty(values.size)
    found[order] = sums - np.repeat(sums[first], np.diff(first, append=groups.size))
    return found
