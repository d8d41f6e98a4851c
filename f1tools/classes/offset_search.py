"""Coordinate ascent over offsets of classes: each step finds the best offset of one class exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools.classes.averages import Average, averaged
from f1tools.classes.curves import ClassCurves
from f1tools.classes.weighting import additive
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.metrics import attains

_MOST_ROUNDS = 50  # over all classes
_NEVER = -690.0  # logarithms below are those of a probability of 0
_RESOLUTION = 1e-9  # of logarithms
_RELATIVE_RESOLUTION = 1e-12  # of other scores, as a share of the largest one


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
    logarithmic : bool
        Whether scores are the logarithms of probabilities.
    resolution : float
        Sums that are closer than this count as equally high: rounding would decide between them.
    """

    score: FloatArray
    codes: NDArray[np.intp]
    weight: FloatArray | None
    average: Average
    beta: float
    logarithmic: bool
    resolution: float

    @classmethod
    def build(cls, curves: ClassCurves, average: Average, beta: float) -> OffsetSearch:
        """Return the rows of curves, each of which has one class."""
        codes, logarithmic = np.argmax(curves.y_true, axis=1), curves.is_probability
        score = additive(curves.y_score, logarithmic=logarithmic)
        largest = max(-float(score.min()), float(score.max()))
        resolution = _RESOLUTION if logarithmic else _RELATIVE_RESOLUTION * largest
        return cls(score, codes, curves.sample_weight, average, beta, logarithmic, resolution)

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
        state, unchanged = _State(self, offsets), 0
        start = value = self.value(offsets)
        for column in np.tile(columns, _MOST_ROUNDS).tolist():
            offset, promised = state.best_offset(column)
            unchanged += 1
            if promised > value and not attains(value, promised, weighted=True):
                state.move(column, offset)
                value, unchanged = promised, 1
            if unchanged == columns.size:
                break
        found = self.value(state.offsets)
        return (state.offsets, found) if found >= start else (offsets.copy(), start)


class _State:
    """Offsets on the way up, and the two highest classes of each row with them."""

    def __init__(self, search: OffsetSearch, offsets: FloatArray) -> None:
        n, self._k = search.score.shape
        self.search = search
        self.offsets = offsets.copy()
        self._columns = np.ascontiguousarray(search.score.T)
        self._has_zeros = search.logarithmic and bool((search.score < _NEVER).any())
        self._weight = np.ones(n) if search.weight is None else search.weight
        self._support = self._sums_by(search.codes, self._weight)
        shares = self._support > 0 if search.average == "macro" else self._support
        self._shares = shares / shares.sum()
        self._total = search.score + offsets
        self._first, self._second = np.empty(n, np.intp), np.empty(n, np.intp)
        self._highest, self._next = np.empty(n), np.empty(n)
        self._rank(np.ones(n, np.bool_))

    def _sums_by(self, codes: NDArray[np.intp], values: FloatArray) -> FloatArray:
        return np.bincount(codes, values, minlength=self._k).astype(np.float64)

    def _rank(self, rows: BoolArray) -> None:
        """Find the two highest classes of some rows."""
        total = self._total[rows]
        each = np.arange(len(total))
        first = np.argmax(total, axis=1)
        self._first[rows], self._highest[rows] = first, total[each, first]
        total[each, first] = -np.inf
        second = np.argmax(total, axis=1)
        self._second[rows], self._next[rows] = second, total[each, second]
        right = np.where(self._first == self.search.codes, self._weight, 0.0)
        self._flagged, self._tp = self._sums_by(self._first, self._weight), self._sums_by(self._first, right)

    def move(self, column: int, offset: float) -> None:
        """Change the offset of one class."""
        self.offsets[column] = offset
        self._total[:, column] = own = self._columns[column] + offset
        self._rank((self._first == column) | (self._second == column) | (own >= self._next))

    def best_offset(self, column: int) -> tuple[float, float]:
        """Return the best offset of one class while those of the others stay, and its value."""
        mine = np.flatnonzero(self._first == column)
        gain = self._highest - self._columns[column]  # a row flips at this offset
        gain[mine] = self._next[mine] - self._columns[column, mine]
        n_always, n_possible = self._set_certain(gain, column, mine) if self._has_zeros else (0, gain.size)
        if n_always == n_possible:
            return float(self.offsets[column]), -np.inf
        order = np.argsort(gain)[:n_possible]
        values, steps = self._values_while_flipping(column, mine, order), gain[order]
        # Rows that flip at the same offset, but for rounding, flip together.
        ends = np.append(0, np.flatnonzero(np.diff(steps[n_always:]) > self.search.resolution) + 1) + n_always
        ends = np.append(ends, n_possible)
        at_ends = values[ends]
        best = int(ends[np.argmax(attains(at_ends, at_ends.max(), weighted=True))])
        if best == n_always:
            return float(steps[best] - 1), float(values[best])
        offset = steps[-1] + 1 if best == n_possible else (steps[best - 1] + steps[best]) / 2
        return float(offset), float(values[best])

    def _set_certain(self, gain: FloatArray, column: int, mine: NDArray[np.intp]) -> tuple[int, int]:
        """Set the gains of rows that are certain because of probabilities of 0; count those that flip always, and all.

        A class with a probability of 0 never gets the row from one with a higher one.
        """
        rival = self._first.copy()
        rival[mine] = self._second[mine]
        is_zero = self._columns[column] < _NEVER
        rival_is_zero = self._columns[rival, np.arange(rival.size)] < _NEVER
        always, never = rival_is_zero & ~is_zero, is_zero & ~rival_is_zero
        gain[always], gain[never] = -np.inf, np.inf
        return int(np.count_nonzero(always)), gain.size - int(np.count_nonzero(never))

    def _values_while_flipping(self, column: int, mine: NDArray[np.intp], order: NDArray[np.intp]) -> FloatArray:
        """Return the value before any row and after each row has changed to the class, in an order of the rows."""
        shares, support, second = self._shares, self._support, self._second[mine]
        right = np.where(second == self.search.codes[mine], self._weight[mine], 0.0)
        flagged, tp = self._flagged.copy(), self._tp.copy()
        flagged[column] = tp[column] = 0.0
        flagged += self._sums_by(second, self._weight[mine])
        tp += self._sums_by(second, right)
        weight, left, true = self._weight[order], self._first[order], self.search.codes[order]
        left = np.where(left == column, self._second[order], left)
        was_right, gained = np.where(left == true, weight, 0.0), _sums(np.where(true == column, weight, 0.0))
        if self.search.average == "micro":
            return np.asarray((tp.sum() - _sums(was_right) + gained) / support.sum(), dtype=np.float64)
        own = self._fbeta(gained, _sums(weight), support[column])
        # The rows that a class loses, one class after the other.
        by_class = np.argsort(left.astype(np.min_scalar_type(self._k)), kind="stable")
        of = left[by_class]
        first = np.searchsorted(of, np.arange(self._k))
        lost_tp, lost = _sums(was_right[by_class]), _sums(weight[by_class])
        after = self._fbeta(
            (tp + lost_tp[first])[of] - lost_tp[1:], (flagged + lost[first])[of] - lost[1:], support[of]
        )
        initial = self._fbeta(tp, flagged, support)
        before = np.append(0.0, after[:-1])
        starts = first[first < np.append(first[1:], of.size)]
        before[starts] = initial[of[starts]]
        changes = np.empty(order.size)
        changes[by_class] = shares[of] * (after - before)
        others = float((shares * initial).sum() - shares[column] * initial[column])
        return np.asarray(shares[column] * own + others + _sums(changes), dtype=np.float64)

    def _fbeta(self, tp: FloatArray, flagged: FloatArray, positives: FloatArray) -> FloatArray:
        counts = ConfusionCounts(tn=0, fp=flagged - tp, fn=positives - tp, tp=tp)
        return np.asarray(counts.fbeta(self.search.beta), dtype=np.float64)


def _sums(terms: FloatArray) -> FloatArray:
    """Return cumulative sums, from 0."""
    sums = np.zeros(terms.size + 1)
    np.cumsum(terms, out=sums[1:])
    return sums
