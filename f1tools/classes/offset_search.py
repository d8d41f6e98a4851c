"""Coordinate ascent over offsets of classes: each step finds the best offset of one class exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools.classes.averages import Average, averaged
from f1tools.classes.curves import ClassCurves
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import attains

MANY_ROWS = 5_000
"""With more rows, offsets are searched on rows that stand for others."""

_MOST_ROUNDS = 50  # over all classes
_SMALLEST = 1e-300  # a probability of 0 counts as this one
_NEVER = -690.0  # logarithms below are those of a probability of 0


def additive(score: FloatArray, *, logarithmic: bool) -> FloatArray:
    """Return scores to which offsets are added. A probability of 0 stays below all others, whatever the offsets."""
    return np.log(np.maximum(score, _SMALLEST)) if logarithmic else score


@dataclass(frozen=True, eq=False)
class OffsetSearch:
    """Scores to which offsets are added, with the class of each row.

    Parameters
    ----------
    score : ndarray of shape (n, k)
        Finite.
    codes : ndarray of int of shape (n,)
    weight : ndarray of shape (n,) or None
    average, beta
        What is maximized.
    """

    score: FloatArray
    codes: NDArray[np.intp]
    weight: FloatArray | None
    average: Average
    beta: float

    @classmethod
    def build(cls, curves: ClassCurves, average: Average, beta: float) -> OffsetSearch:
        """Return the rows of curves, each of which has one class."""
        score = additive(curves.y_score, logarithmic=curves.is_probability)
        return cls(score, np.argmax(curves.y_true, axis=1), curves.sample_weight, average, beta)

    def decide(self, offsets: FloatArray) -> NDArray[np.intp]:
        """Return the class of each row, the first of several that are equally high."""
        return np.asarray(np.argmax(self.score + offsets, axis=1))

    def counts(self, decided: NDArray[np.intp], times: FloatArray | None = None) -> ConfusionCounts:
        """Return the counts of each class against the others, where rows count so many times; shape (k,)."""
        k, right = self.score.shape[1], decided == self.codes
        weight = self.weight
        if times is not None:
            weight = times if weight is None else times * weight
        flagged, positives, tp = (
            np.bincount(of, None if weight is None else weight[rows], minlength=k)
            for of, rows in (
                (decided, slice(None)), (self.codes, slice(None)), (self.codes[right], right),
            )
        )  # fmt: skip
        total = positives.sum()
        return ConfusionCounts(tn=total - positives - flagged + tp, fp=flagged - tp, fn=positives - tp, tp=tp)

    def value(self, offsets: FloatArray) -> float:
        """Return the average that is maximized."""
        return float(averaged(self.counts(self.decide(offsets)), self.average, self.beta))

    def ascend(self, offsets: FloatArray, columns: NDArray[np.intp]) -> tuple[FloatArray, float]:
        """Improve the offsets of some classes one after the other until none can be improved.

        Returns
        -------
        offsets : ndarray of shape (k,)
        value : float
            The average with them, not lower than with those at the start.
        """
        offsets, value, unchanged = offsets.copy(), self.value(offsets), 0
        for column in np.tile(columns, _MOST_ROUNDS).tolist():
            offset, promised = self._best_offset(offsets, column)
            unchanged += 1
            if promised > value and not attains(value, promised, weighted=True):
                tried = offsets.copy()
                tried[column] = offset
                new = self.value(tried)
                if new > value:
                    offsets, value, unchanged = tried, new, 1
            if unchanged == columns.size:
                break
        return offsets, value

    def _best_offset(self, offsets: FloatArray, column: int) -> tuple[float, float]:
        """Return the best offset of one class while those of the others stay, and its value."""
        others = self.score + offsets
        others[:, column] = -np.inf
        rival, own = np.argmax(others, axis=1), self.score[:, column]
        highest = others[np.arange(rival.size), rival]
        gain = highest - own  # a row flips at this offset
        impossible, certain = own < _NEVER, highest - offsets[rival] < _NEVER
        always = certain & ~impossible
        order = np.argsort(np.where(always, -np.inf, gain))
        order = order[~impossible[order] | certain[order]]
        n_always = int(np.count_nonzero(always))
        if n_always == order.size:
            return float(offsets[column]), -np.inf
        values, steps = self._values_while_flipping(rival, column, order), gain[order]
        # Rows that flip at the same offset flip together.
        ends = np.flatnonzero(np.append(True, steps[1:] > steps[:-1]))
        ends = np.append(ends[ends >= n_always], steps.size)
        at_ends = values[ends]
        best = int(ends[np.argmax(attains(at_ends, at_ends.max(), weighted=True))])
        if best <= n_always:
            return float(steps[n_always] - 1), float(values[best])
        offset = steps[best - 1] + 1 if best == steps.size else (steps[best - 1] + steps[best]) / 2
        return float(offset), float(values[best])

    def _values_while_flipping(self, rival: NDArray[np.intp], column: int, order: NDArray[np.intp]) -> FloatArray:
        """Return the value before any row and after each row has changed to the class, in an order of the rows."""
        k = self.score.shape[1]
        start = self.counts(rival)
        flagged, support = start.flagged(), start.positives()
        weight = np.ones(order.size) if self.weight is None else self.weight[order]
        left, true = rival[order], self.codes[order]
        was_right, is_right = weight * (left == true), weight * (true == column)
        gained = _sums(is_right)
        if self.average == "micro":
            return np.asarray((start.tp.sum() - _sums(was_right) + gained) / support.sum(), dtype=np.float64)
        shares = np.ones(k) / k if self.average == "macro" else support / support.sum()
        own = self._fbeta(start.tp[column] + gained, flagged[column] + _sums(weight), support[column])
        # The rows that a class loses, one class after the other.
        by_class = np.argsort(left.astype(np.min_scalar_type(k)), kind="stable")
        of = left[by_class]
        first = np.searchsorted(of, np.arange(k))
        lost_tp, lost = _sums(was_right[by_class]), _sums(weight[by_class])
        after = self._fbeta(
            start.tp[of] - (lost_tp[1:] - lost_tp[first][of]), flagged[of] - (lost[1:] - lost[first][of]), support[of]
        )
        initial = self._fbeta(start.tp, flagged, support)
        before = np.append(0.0, after[:-1])
        starts = first[first < np.append(first[1:], of.size)]
        before[starts] = initial[of[starts]]
        changes = np.empty(order.size)
        changes[by_class] = shares[of] * (after - before)
        others = float((shares * initial).sum() - shares[column] * initial[column])
        return np.asarray(shares[column] * own + others + _sums(changes), dtype=np.float64)

    def _fbeta(self, tp: FloatArray, flagged: FloatArray, positives: FloatArray) -> FloatArray:
        tp = np.maximum(tp, 0)
        fp, fn = np.maximum(flagged - tp, 0), np.maximum(positives - tp, 0)
        return np.asarray(ConfusionCounts(tn=0, fp=fp, fn=fn, tp=tp).fbeta(self.beta), dtype=np.float64)


def _sums(terms: FloatArray) -> FloatArray:
    """Return cumulative sums, from 0."""
    sums = np.zeros(terms.size + 1)
    np.cumsum(terms, out=sums[1:])
    return sums


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
        return OffsetSearch(all_rows.score[rows], all_rows.codes[rows], sums[sums > 0], all_rows.average, all_rows.beta)
