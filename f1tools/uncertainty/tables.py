"""The rows of one model, arranged so that its confusion counts in thousands of resamples are quick to compute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray

FEW_ROWS = 20_000
"""Up to this many rows are resampled one by one; more are dealt into blocks."""

N_BLOCKS = 2000
"""Blocks that more rows, or clusters, are dealt into: the relative error of a standard deviation is 1 in 60."""

CELLS_OF_BLOCKS = 512
"""Candidate thresholds of blocks."""


class Rows(NamedTuple):
    """The rows of one set, the same for all models.

    Parameters
    ----------
    positive : ndarray of bool of shape (n,)
    weight : ndarray of shape (n,), or None
    unit : ndarray of int of shape (n,)
        The unit that each row is drawn with: its cluster, its block, or a number of its own.
    n_units : int
    """

    positive: BoolArray
    weight: FloatArray | None
    unit: NDArray[np.intp]
    n_units: int


def deal_rows(
    positive: BoolArray,
    weight: FloatArray | None,
    clusters: NDArray[np.intp] | None,
    rng: np.random.Generator,
    *,
    few_rows: int = FEW_ROWS,
    n_blocks: int = N_BLOCKS,
) -> Rows:
    """Return rows with the units that are drawn: rows or clusters, or blocks that these are dealt into."""
    unit, n_units = np.arange(positive.size), positive.size
    if clusters is not None:
        names, codes = np.unique(clusters, return_inverse=True)
        unit, n_units = codes.astype(np.intp, copy=False), names.size
    if positive.size > few_rows and n_units > n_blocks:
        # Dealt like cards, so that the numbers of units in the blocks differ by one at most.
        unit, n_units = (rng.permutation(n_units) % n_blocks)[unit], n_blocks
    return Rows(positive, weight, unit, n_units)


def draw_units(n_units: int, size: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """Draw as many units as there are, with replacement; return how often each is drawn in each resample."""
    drawn = rng.integers(n_units, size=(size, n_units)) + n_units * np.arange(size)[:, np.newaxis]
    return np.bincount(drawn.ravel(), minlength=size * n_units).reshape(size, n_units).astype(np.int32)


class Table(Protocol):
    """Counts the rows of one model at its candidate thresholds."""

    def counts(self, drawn: NDArray[np.int32]) -> ConfusionCounts:
        """Return the counts at all candidate thresholds in some resamples.

        Parameters
        ----------
        drawn : ndarray of int32 of shape (b, n_units)
            How often each unit is drawn in each of b resamples.

        Returns
        -------
        ConfusionCounts
            Arrays of shape (b, k), for k candidate thresholds.
        """


@dataclass(frozen=True, eq=False)
class SortedRows:
    """Rows sorted by score, for few rows: counts are sums over all rows, without rounding.

    Parameters
    ----------
    unit : tuple of ndarray of int
        The units of the positive and of the negative rows, by descending score.
    weight : tuple of (ndarray or None)
        Their weights.
    n_flagged : tuple of ndarray of int of shape (k,)
        The number of positive and of negative rows at or above each candidate threshold.
    """

    unit: tuple[NDArray[np.intp], NDArray[np.intp]]
    weight: tuple[FloatArray | None, FloatArray | None]
    n_flagged: tuple[NDArray[np.intp], NDArray[np.intp]]

    @classmethod
    def build(cls, rows: Rows, score: FloatArray, thresholds: FloatArray) -> SortedRows:
        """Sort the rows of each class; ``thresholds`` are the candidates, descending."""
        cell = cells_of(score, thresholds)
        classes = [np.flatnonzero(rows.positive), np.flatnonzero(~rows.positive)]
        order = [each[np.argsort(cell[each], kind="stable")] for each in classes]
        ends = [np.searchsorted(cell[each], np.arange(thresholds.size), side="right") for each in order]
        unit = [rows.unit[each] for each in order]
        weight = [None if rows.weight is None else rows.weight[each] for each in order]
        return cls((unit[0], unit[1]), (weight[0], weight[1]), (ends[0], ends[1]))

    def counts(self, drawn: NDArray[np.int32]) -> ConfusionCounts:
        """Return the counts at all candidate thresholds, see :class:`Table`."""
        flagged, totals = [], []
        for unit, weight, ends in zip(self.unit, self.weight, self.n_flagged, strict=True):
            times = np.take(drawn, unit, axis=1)
            terms = times if weight is None else times * weight
            sums = np.zeros((drawn.shape[0], unit.size + 1), terms.dtype)  # sums of integers are many times faster
            np.cumsum(terms, axis=1, out=sums[:, 1:])
            flagged.append(sums[:, ends])
            totals.append(sums[:, -1:])
        return _confusion(flagged[0], flagged[1], totals[0], totals[1])


@dataclass(frozen=True, eq=False)
class UnitSums:
    """Sums of weights by unit and candidate threshold, for many rows: the counts of a resample are matrix products.

    Parameters
    ----------
    positives, negatives : ndarray of float32, or unsigned integers, of shape (n_units, k + 1)
        The weight of each unit at or above each candidate threshold, and last of all its rows; unweighted rows in as
        few bytes as their numbers fit into. Their products are in single precision, which is exact for up to 16 million
        rows, and far more precise than a resample for more, or for weighted rows.
    """

    positives: NDArray[Any]
    negatives: NDArray[Any]

    @classmethod
    def build(cls, rows: Rows, score: FloatArray, thresholds: FloatArray) -> UnitSums:
        """Sum the weights; ``thresholds`` are the candidates, descending."""
        n_cells = thresholds.size + 1
        cell = rows.unit * n_cells + cells_of(score, thresholds)
        sums = []
        for members in (rows.positive, ~rows.positive):
            weight = None if rows.weight is None else rows.weight[members]
            by_cell = np.bincount(cell[members], weight, minlength=rows.n_units * n_cells)
            total = np.cumsum(by_cell.reshape(rows.n_units, n_cells), axis=1)
            sums.append(total.astype(np.float32 if weight is not None else np.min_scalar_type(total[:, -1].max())))
        return cls(*sums)

    def counts(self, drawn: NDArray[np.int32]) -> ConfusionCounts:
        """Return the counts at all candidate thresholds, see :class:`Table`."""
        times = drawn.astype(np.float32)
        both = (self.positives, self.negatives)
        tp, fp = ((times @ sums.astype(np.float32, copy=False)).astype(np.float64) for sums in both)
        return _confusion(tp[:, :-1], fp[:, :-1], tp[:, -1:], fp[:, -1:])


def cells_of(score: FloatArray, thresholds: FloatArray) -> NDArray[np.intp]:
    """Return for each row the position of the highest threshold that flags it; one past the last if none does.

    Examples
    --------
    >>> cells_of(np.array([0.9, 0.5, 0.4, -np.inf]), np.array([np.inf, 0.9, 0.5]))
    array([1, 2, 3, 3])
    """
    return np.searchsorted(-thresholds, -score).astype(np.intp, copy=False)


def _confusion(tp: FloatArray, fp: FloatArray, positives: FloatArray, negatives: FloatArray) -> ConfusionCounts:
    """Return the counts; rounding of sums of weights makes none negative."""
    return ConfusionCounts(tn=np.maximum(negatives - fp, 0), fp=fp, fn=np.maximum(positives - tp, 0), tp=tp)
