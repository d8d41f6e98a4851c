"""Rows that stand for others in a search for offsets, and how often each is drawn in a resample."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from f1tools.classes.offset_search import OffsetSearch
from f1tools.core.counts import FloatArray

MANY_ROWS = 5_000
"""With more rows, offsets are searched on rows that stand for others."""


@dataclass(frozen=True, eq=False)
class RowSample:
    """Rows that stand for all rows in a search: all of few; of many, those that are likely to change their class.

    Rows with the same class, the same decision and the same second choice are sorted by how close the two are. The
    closest rows stand for themselves, and from there on ever fewer rows for ever more of their neighbors.

    Parameters
    ----------
    search : OffsetSearch
        All rows.
    order : ndarray of int of shape (n,)
        All rows, those that one row stands for side by side.
    first : ndarray of int of shape (m,)
        The positions in this order of the rows that are searched; each stands for those up to the next one.
    """

    search: OffsetSearch
    order: NDArray[np.intp]
    first: NDArray[np.intp]

    @classmethod
    def near(cls, search: OffsetSearch, offsets: FloatArray, max_rows: int | None = None) -> RowSample:
        """Choose rows by what offsets decide, at most about ``max_rows``."""
        n, k = search.score.shape
        max_rows = MANY_ROWS if max_rows is None else max_rows
        every = np.arange(n)
        if n <= max_rows:
            return cls(search, every, every)
        score = search.score + offsets
        decided = np.argmax(score, axis=1)
        highest = score[every, decided]
        score[every, decided] = -np.inf
        second = np.argmax(score, axis=1)
        group = (search.codes * k + decided) * k + second
        order = np.lexsort((highest - score[every, second], group))
        is_new = np.diff(group[order], prepend=-1) != 0
        starts = np.flatnonzero(is_new)
        rank = every - np.repeat(starts, np.diff(starts, append=n))
        n_close = max_rows / starts.size
        while True:
            index = np.where(rank < n_close, rank, n_close * (1 + np.log(np.maximum(rank, n_close) / n_close)))
            first = np.flatnonzero((np.diff(np.floor(index), prepend=-1) != 0) | is_new)
            if first.size <= max_rows or n_close < 1:
                return cls(search, order, first)
            n_close /= 1.5

    def drawn(self, times: NDArray[np.int32] | None = None) -> OffsetSearch:
        """Return the rows to search where each row is drawn so many times; by default once."""
        weight, all_rows = self.search.weight, self.search
        if times is not None:
            weight = times.astype(np.float64) if weight is None else times * weight
        if weight is None and self.first.size == self.order.size:
            return all_rows
        sums = np.add.reduceat((np.ones(self.order.size) if weight is None else weight)[self.order], self.first)
        rows = self.order[self.first[sums > 0]]
        return replace(all_rows, score=all_rows.score[rows], codes=all_rows.codes[rows], weight=sums[sums > 0])
