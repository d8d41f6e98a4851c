"""Cells: rows of one range of scores, counted by class. Disjoint cells of all rows are a threshold curve.

An engine counts rows by the number of a bin. Which rows a bin holds does not matter: its lowest and highest score are
those that occur, and cells whose ranges overlap become one. So rounding in an engine can make cells coarser, but no
count wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.bins import curve_from_bins
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.tally import ALL_SCORED, Unscored

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows in ranges of scores; arrays of shape (k,), in any order.

    Parameters
    ----------
    lowest, highest : ndarray of float
        The lowest and the highest score that occur in each cell; equal where it holds one score.
    group : ndarray of int
        The position of the group of its rows; 0 without groups.
    positive_rows, negative_rows : ndarray of int
        Rows of each class.
    positives, negatives : ndarray of float or None
        Sums of their weights; None where rows are not weighted.
    positive_squares, negative_squares : ndarray of float or None
        Sums of the squared weights.
    """

    lowest: FloatArray
    highest: FloatArray
    group: IntArray
    positive_rows: IntArray
    negative_rows: IntArray
    positives: FloatArray | None = None
    negatives: FloatArray | None = None
    positive_squares: FloatArray | None = None
    negative_squares: FloatArray | None = None

    def __len__(self) -> int:
        return self.lowest.size

    @property
    def rows(self) -> IntArray:
        """Rows of both classes."""
        return self.positive_rows + self.negative_rows

    def take(self, chosen: BoolArray | NDArray[np.intp]) -> Cells:
        """Return some of the cells."""
        columns = {name: column[chosen] for name, column in _columns(self).items()}
        return Cells(**columns)

    def merged(self) -> Cells:
        """Return disjoint cells in ascending order, whatever their groups: overlapping ones become one."""
        if not len(self):
            return self
        order = np.lexsort((self.highest, self.lowest))
        lowest, reach = self.lowest[order], np.maximum.accumulate(self.highest[order])
        starts = np.flatnonzero(np.append(True, lowest[1:] > reach[:-1]))
        return _reduced(self.take(order), starts)

    def combined(self, keys: NDArray[Any]) -> Cells:
        """Return one cell for each group and key: the parts of a source count rows of the same bins."""
        order = np.lexsort((keys, self.group))
        keys, group = keys[order], self.group[order]
        starts = np.flatnonzero(np.append(True, (keys[1:] != keys[:-1]) | (group[1:] != group[:-1])))
        return _reduced(self.take(order), starts)

    def curve(self, unscored: Unscored = ALL_SCORED) -> ThresholdCurve:
        """Return the threshold curve of all rows, whatever their groups."""
        cells = self.merged()
        counts = cells.positive_rows, cells.negative_rows
        if cells.positives is None or cells.negatives is None:
            return curve_from_bins(cells.lowest, cells.highest, *counts, unscored=unscored)
        return curve_from_bins(
            cells.lowest,
            cells.highest,
            cells.positives,
            cells.negatives,
            positive_squares=cells.positive_squares,
            negative_squares=cells.negative_squares,
            unscored=unscored,
        )


def concatenated(several: Sequence[Cells]) -> Cells:
    """Return the cells of all."""
    names = _columns(several[0])
    return Cells(**{name: np.concatenate([getattr(each, name) for each in several]) for name in names})


def _columns(cells: Cells) -> dict[str, NDArray[Any]]:
    columns = {each.name: getattr(cells, each.name) for each in fields(cells)}
    return {name: column for name, column in columns.items() if column is not None}


def _reduced(cells: Cells, starts: NDArray[np.intp]) -> Cells:
    """Return one cell for each stretch of cells; the stretches begin at ``starts``."""
    ways = {"lowest": np.minimum, "highest": np.maximum, "group": np.minimum}
    return Cells(**{name: ways.get(name, np.add).reduceat(column, starts) for name, column in _columns(cells).items()})
