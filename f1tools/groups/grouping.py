"""The groups of rows: their names, and the counts of each at one threshold."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.tally import tally
from f1tools.core.types import InvalidPredictions
from f1tools.core.validation import BLOCK, as_column
from f1tools.formatting import truncate
from f1tools.predictions import Predictions

MIN_CLASS_SIZE = 10
"""Fewest positives, and negatives, of a group whose threshold is tuned."""
FEW = 30
"""With fewer positives or negatives, the numbers of a group are marked: they are uncertain."""
MAX_GROUPS = 100
NO_VALUE = "(no value)"

_MISSING_OBJECTS = ("None", "nan", "NaT", "<NA>")


@dataclass(frozen=True, eq=False)
class Grouping:
    """Which group each row belongs to.

    Parameters
    ----------
    names : tuple of str
        Sorted, numbers by size; rows without a value are a group of their own, the last.
    codes : ndarray of int of shape (n,)
        The position of each row's group in ``names``.
    has_missing : bool
        Whether the last group is that of rows without a value.
    """

    names: tuple[str, ...]
    codes: NDArray[np.intp]
    has_missing: bool = False

    def __len__(self) -> int:
        return len(self.names)

    @property
    def values(self) -> tuple[str | None, ...]:
        """The value that the rows of each group have; None for those without a value, whatever their name is."""
        return (*self.names[:-1], None) if self.has_missing else self.names


def grouping(predictions: Predictions, group: ArrayLike | None = None) -> Grouping:
    """Return the groups of the rows.

    Parameters
    ----------
    predictions : Predictions
    group : array-like of shape (n,), optional
        The group of each row; by default that of the predictions. Empty text, None and nan are not values.

    Raises
    ------
    InvalidPredictions
        When there are no groups, not one per row, or more than 100 different ones.

    Examples
    --------
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1], group=["b", "", "a", "b"])
    >>> grouping(predictions).names, grouping(predictions).codes.tolist()
    (('a', 'b', '(no value)'), [1, 2, 0, 1])
    """
    values = predictions.group if group is None else group
    if values is None:
        raise InvalidPredictions("The rows have no groups. Pass group, one value per row, or choose a column.")
    column = as_column(values, "group")
    if column.size != predictions.n:
        raise InvalidPredictions(f"y_true has {predictions.n:,} rows and group has {column.size:,}. Pass one each.")
    names, codes, has_missing = group_codes(column)
    if len(names) > MAX_GROUPS:
        raise InvalidPredictions(
            f"The groups have {len(names):,} different values, such as {truncate(names[0])}; at most {MAX_GROUPS} can "
            "be compared. Choose another column, or merge values."
        )
    return Grouping(names, codes, has_missing)


def group_codes(column: NDArray[Any]) -> tuple[tuple[str, ...], NDArray[np.intp], bool]:
    """Return the names of the distinct values, each row's position among them, and whether rows have no value."""
    if column.dtype.kind in "OU":
        distinct, codes = _distinct_texts(column)
    else:
        distinct, codes = np.unique(column, return_inverse=True)  # all nan, and all NaT, are one value
    missing = np.array([_is_missing(value) for value in distinct.tolist()], dtype=np.bool_)
    names = [_number_text(value) for value in distinct[~missing].tolist()]
    if missing.any():
        place = np.where(missing, len(names), np.cumsum(~missing) - 1)
        codes, name = place[codes], NO_VALUE
        while name in names:
            name = f"({name})"
        names.append(name)
    return tuple(names), codes.ravel().astype(np.intp, copy=False), bool(missing.any())


def _distinct_texts(column: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Do what ``np.unique`` does with texts, of which there are few: a dictionary needs no sort of all rows."""
    place: defaultdict[str, int] = defaultdict()
    place.default_factory = place.__len__
    codes = np.empty(column.size, np.intp)
    for start in range(0, column.size, BLOCK):
        values = column[start : start + BLOCK].tolist()
        texts = values if column.dtype.kind == "U" else map(_text, values)
        codes[start : start + BLOCK] = np.fromiter(map(place.__getitem__, texts), np.intp, len(values))
    distinct, inverse = np.unique(np.char.strip(np.array(list(place))), return_inverse=True)
    return distinct, inverse[codes]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    text = _number_text(value)
    return "" if text in _MISSING_OBJECTS else text


def _is_missing(value: object) -> bool:
    return value is None or value == "" or value != value  # noqa: PLR0124 (nan)


def _number_text(value: object) -> str:
    """Return a value as text; whole numbers without decimals, as a column with missing values holds them as floats."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


@dataclass(frozen=True, eq=False)
class ScoredRows:
    """Rows of one model with their groups: the columns that everything about groups is computed from."""

    y_true: BoolArray
    y_score: FloatArray
    sample_weight: FloatArray | None
    codes: NDArray[np.intp]
    n_groups: int
    clusters: NDArray[np.intp] | None = None  # None where rows are independent

    @classmethod
    def of(cls, predictions: Predictions, model: str, groups: Grouping, rows: BoolArray | None = None) -> ScoredRows:
        """Return the rows of a model, or some of them."""
        clusters = predictions.cluster_codes
        if clusters is not None and int(clusters.max()) + 1 == predictions.n:  # each of one row
            clusters = None
        columns = predictions.y_true, predictions.scores[model], predictions.sample_weight, groups.codes
        every = cls(*columns, len(groups), clusters)
        return every if rows is None else every.take(rows)

    def take(self, rows: BoolArray | NDArray[np.intp] | slice) -> ScoredRows:
        """Return some of the rows."""
        weight = None if self.sample_weight is None else self.sample_weight[rows]
        clusters = None if self.clusters is None else self.clusters[rows]
        return ScoredRows(self.y_true[rows], self.y_score[rows], weight, self.codes[rows], self.n_groups, clusters)

    def split(self) -> list[ScoredRows]:
        """Return the rows of each group."""
        order = np.argsort(self.codes.astype(np.uint8), kind="stable")  # at most 101 groups; small integers sort fast
        ends = np.cumsum(np.bincount(self.codes, minlength=self.n_groups))
        sorted_rows = self.take(order)
        return [sorted_rows.take(slice(start, end)) for start, end in zip([0, *ends[:-1]], ends, strict=True)]

    def curve(self) -> ThresholdCurve:
        """Return the threshold curve of the rows, of which one has a score."""
        return ThresholdCurve(*tally(self.y_true, self.y_score, self.sample_weight))

    def class_sizes(self) -> NDArray[np.intp]:
        """Return the positives and the negatives of each group that have a weight, as an array (n_groups, 2)."""
        used = slice(None) if self.sample_weight is None else self.sample_weight > 0
        cells = 2 * self.codes[used] + ~self.y_true[used]
        return np.bincount(cells, minlength=2 * self.n_groups).reshape(-1, 2)

    def cells(self, flagged: BoolArray) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Return tn, fp, fn, tp of each group, and the sums of squared weights; arrays (n_groups, 4)."""
        cells = 4 * self.codes + 2 * self.y_true + flagged

        def sums(weight: FloatArray | None) -> NDArray[Any]:
            return np.bincount(cells, weights=weight, minlength=4 * self.n_groups).reshape(-1, 4)

        if self.sample_weight is None:
            return sums(None), None
        return sums(self.sample_weight), sums(self.sample_weight**2)

    def products(self, flagged: BoolArray) -> tuple[FloatArray, FloatArray] | None:
        """Return the products of clusters of each group, and of all its other rows; arrays (n_groups, 4, 4).

        They are those of :class:`f1tools.OperatingPoint`; None where rows are independent. The rows of a cluster may
        belong to several groups.
        """
        if self.clusters is None:
            return None
        pairs, pair = np.unique(self.clusters * self.n_groups + self.codes, return_inverse=True)
        cells = 4 * pair + 2 * self.y_true + flagged
        sums = np.bincount(cells, self.sample_weight, 4 * pairs.size).reshape(-1, 4).astype(np.float64)
        cluster, group = np.divmod(pairs, self.n_groups)
        totals = np.array([np.bincount(cluster, each) for each in sums.T]).T
        of_cluster, own, crossed = totals[cluster], np.empty((self.n_groups, 4, 4)), np.empty((self.n_groups, 4, 4))
        for row in range(4):
            for column in range(4):
                own[:, row, column] = np.bincount(group, sums[:, row] * sums[:, column], self.n_groups)
                crossed[:, row, column] = np.bincount(group, of_cluster[:, row] * sums[:, column], self.n_groups)
        return own, totals.T @ totals - crossed - crossed.transpose(0, 2, 1) + own


def points_of(rows: ScoredRows, threshold: float | FloatArray) -> tuple[list[OperatingPoint], list[OperatingPoint]]:
    """Return the operating point of each group at a threshold, and that of all other rows.

    With an array of thresholds, one for each group, all other rows have no single threshold: nan.
    """
    thresholds = np.broadcast_to(np.asarray(threshold, dtype=np.float64), rows.n_groups)
    flagged = rows.y_score >= thresholds[rows.codes]
    (counts, squares), products = rows.cells(flagged), rows.products(flagged)
    own, others = (None, None) if products is None else products

    def point(groups: Any, at: float, of_clusters: FloatArray | None) -> OperatingPoint:
        sums = [None if each is None else ConfusionCounts(*each[groups].sum(axis=0)) for each in (counts, squares)]
        assert sums[0] is not None  # noqa: S101
        weighted = None if sums[1] is None else sums[1].item()
        return OperatingPoint(at, sums[0].item(), weighted, products=of_clusters)

    every, of_others = np.arange(rows.n_groups), math.nan if np.ndim(threshold) else float(threshold)
    codes = range(rows.n_groups)
    return (
        [point(every == code, float(thresholds[code]), None if own is None else own[code]) for code in codes],
        [point(every != code, of_others, None if others is None else others[code]) for code in codes],
    )
