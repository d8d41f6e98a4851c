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

    def ascend(
        self, offsets: FloatArray, columns: NDArray[np.intp], least_gain: float = 0.0
    ) -> tuple[FloatArray, float]:
        """Improve the offsets of some classes one after the other until none can be improved.

        Parameters
        ----------
        offsets : ndarray of shape (k,)
        columns : ndarray of int
        least_gain : float
            A round over all columns that gains less is the last one.

        Returns
        -------
        offsets : ndarray of shape (k,)
        value : float
            The average with them, not lower than with those at the start.
        """
        state, unchanged = _State(self, offsets), 0
        start = value = self.value(offsets)
        for _ in range(_MOST_ROUNDS if columns.size else 0):
            before = value
            for column in columns.tolist():
                offset, promised = state.best_offset(column)
                unchanged += 1
                if promised > value and not attains(value, promised, weighted=True):
                    state.move(column, offset)
                    value, unchanged = promised, 1
                if unchanged == columns.size:
                    break
            if unchanged == columns.size or value - before < least_gain:
                break
        found = self.value(state.offsets)
        return (state.offsets, found) if found >= start else (offsets.copy(), start)


class _State:
    """Offsets on the way up, and the two highest classes of each row with them."""

    def __init__(self, search: OffsetSearch, offsets: FloatArray) -> None:
        self.search = search
        self.offsets = offsets.copy()
        self._columns = np.ascontiguousarray(search.score.T)
        self._weight = np.ones(search.codes.size) if search.weight is None else search.weight
        self._support = np.bincount(search.codes, self._weight, minlength=offsets.size).astype(np.float64)
        self._total = search.score + offsets
        n = search.codes.size
        self._first, self._second = np.empty(n, np.intp), np.empty(n, np.intp)
        self._highest, self._next = np.empty(n), np.empty(n)
        self._rank(np.ones(n, np.bool_))

    def _rank(self, rows: BoolArray) -> None:
        """Find the two highest classes of some rows."""
        total = self._total[rows]
        each = np.arange(len(total))
        first = np.argmax(total, axis=1)
        self._first[rows], self._highest[rows] = first, total[each, first]
        total[each, first] = -np.inf
        second = np.argmax(total, axis=1)
        self._second[rows], self._next[rows] = second, total[each, second]

    def move(self, column: int, offset: float) -> None:
        """Change the offset of one class."""
        self.offsets[column] = offset
        self._total[:, column] = own = self._columns[column] + offset
        self._rank((self._first == column) | (self._second == column) | (own >= self._next))

    def best_offset(self, column: int) -> tuple[float, float]:
        """Return the best offset of one class while those of the others stay, and its value."""
        is_first, own = self._first == column, self._columns[column]
        rival = np.where(is_first, self._second, self._first)
        highest = np.where(is_first, self._next, self._highest)
        gain = highest - own  # a row flips at this offset
        impossible, certain = own < _NEVER, highest - self.offsets[rival] < _NEVER
        always = certain & ~impossible
        n_always = int(np.count_nonzero(always))
        order = np.argsort(np.where(always, -np.inf, gain) if n_always else gain)
        if impossible.any():
            order = order[~impossible[order] | certain[order]]
        if n_always == order.size:
            return float(self.offsets[column]), -np.inf
        values, steps = self._values_while_flipping(rival, column, order), gain[order]
        # Rows that flip at the same offset, but for rounding, flip together.
        ends = np.flatnonzero(np.append(True, steps[1:] - steps[:-1] > self.search.resolution))
        ends = np.append(ends[ends >= n_always], steps.size)
        at_ends = values[ends]
        best = int(ends[np.argmax(attains(at_ends, at_ends.max(), weighted=True))])
        if best <= n_always:
            return float(steps[n_always] - 1), float(values[best])
        offset = steps[best - 1] + 1 if best == steps.size else (steps[best - 1] + steps[best]) / 2
        return float(offset), float(values[best])

    def _values_while_flipping(self, rival: NDArray[np.intp], column: int, order: NDArray[np.intp]) -> FloatArray:
        """Return the value before any row and after each row has changed to the class, in an order of the rows."""
        codes, support, k = self.search.codes, self._support, self.offsets.size
        right = np.where(rival == codes, self._weight, 0.0)
        flagged, tp = (np.bincount(rival, each, minlength=k).astype(np.float64) for each in (self._weight, right))
        weight, left, was_right = self._weight[order], rival[order], right[order]
        gained = _sums(np.where(codes[order] == column, weight, 0.0))
        if self.search.average == "micro":
            return np.asarray((tp.sum() - _sums(was_right) + gained) / support.sum(), dtype=np.float64)
        shares = support > 0 if self.search.average == "macro" else support
        shares = shares / shares.sum()
        own = self._fbeta(gained, _sums(weight), support[column])
        # The rows that a class loses, one class after the other.
        by_class = np.argsort(left.astype(np.min_scalar_type(k)), kind="stable")
        of = left[by_class]
        first = np.searchsorted(of, np.arange(k))
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
        tp = np.maximum(tp, 0)
        fp, fn = np.maximum(flagged - tp, 0), np.maximum(positives - tp, 0)
        return np.asarray(ConfusionCounts(tn=0, fp=fp, fn=fn, tp=tp).fbeta(self.search.beta), dtype=np.float64)


def _sums(terms: FloatArray) -> FloatArray:
    """Return cumulative sums, from 0."""
    sums = np.zeros(terms.size + 1)
    np.cumsum(terms, out=sums[1:])
    return sums
