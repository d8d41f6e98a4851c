"""One of several classes a row: offsets of the scores under which the highest one decides best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.classes.averages import Average, averaged
from f1tools.classes.curves import ClassCurves
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import attains
from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress

_MOST_ROUNDS = 50  # over all classes
_SMALLEST = 1e-300  # a probability of 0 counts as this one
_NEVER = -690.0  # logarithms below are those of a probability of 0


@dataclass(frozen=True, eq=False)
class ClassOffsets:
    """Offsets by which the class with the highest score decides, with the counts on the rows they were chosen on.

    Parameters
    ----------
    classes : tuple of str
    offsets : ndarray of shape (k,)
        Added to the scores, or to the logarithms of probabilities; their mean is 0.
    logarithmic : bool
        Whether scores are probabilities: the exponentials of the offsets are then weights of them.
    counts, plain : ConfusionCounts
        Arrays of shape (k,): of each class against the others with the offsets, and without.
    average : {"macro", "weighted", "micro"}
        What was maximized.
    beta : float
    """

    classes: tuple[str, ...]
    offsets: FloatArray
    logarithmic: bool
    counts: ConfusionCounts
    plain: ConfusionCounts
    average: Average
    beta: float = 1.0

    def __repr__(self) -> str:
        """Return the values with and without the offsets."""
        return f"ClassOffsets({self.average}={self.value():.4f}, plain={self.plain_value():.4f})"

    @property
    def weights(self) -> FloatArray:
        """The weights of the probabilities that decide alike: the exponentials of the offsets.

        Raises
        ------
        ValueError
            When scores are not probabilities.
        """
        if not self.logarithmic:
            raise ValueError("The scores are not probabilities, so they have offsets and no weights.")
        return np.exp(self.offsets)

    def value(self, average: Average | None = None) -> float:
        """Return F-beta over all classes, by default as it was maximized; on these rows, so it is optimistic."""
        return float(averaged(self.counts, self.average if average is None else average, self.beta))

    def plain_value(self, average: Average | None = None) -> float:
        """Return the same without offsets."""
        return float(averaged(self.plain, self.average if average is None else average, self.beta))

    def decide(self, y_score: ArrayLike) -> NDArray[np.intp]:
        """Return the position of the class of each row, the first of several that are equally high."""
        score = _additive(np.asarray(y_score, np.float64), self.logarithmic)
        return np.asarray(np.argmax(score + self.offsets, axis=1))


def best_class_offsets(
    curves: ClassCurves,
    average: Average = "macro",
    *,
    beta: float = 1.0,
    n_starts: int = 5,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> ClassOffsets:
    """Find offsets of the classes by coordinate ascent, each step an exact search over one of them.

    With the other offsets fixed, F-beta as a function of one offset changes only where a row changes its class, so all
    its values are known after one sort. The result is the best one found from several starts, not the best there is;
    it is never worse on these rows than the plain maximum of the scores. For calibrated probabilities micro F1, which
    is the accuracy here, is highest without offsets: tuning it can only fit these rows.

    Parameters
    ----------
    curves : ClassCurves
        With one class a row.
    average : {"macro", "weighted", "micro"}
    beta : float
    n_starts : int
        The first start has no offsets, the second one makes up for the shares of the classes, the others are random.
    random_state : int
    on_progress : callable
        Called with the share of starts that are done.

    Raises
    ------
    InvalidPredictions
        When rows have several labels.

    Examples
    --------
    >>> y_true = ["a", "a", "b", "c", "b", "a"]
    >>> y_score = [[.6, .3, .1], [.5, .3, .2], [.5, .4, .1], [.6, .1, .3], [.4, .5, .1], [.7, .2, .1]]
    >>> found = best_class_offsets(ClassCurves.from_predictions(y_true, y_score))
    >>> round(found.plain_value(), 4), found.value()
    (0.4722, 1.0)
    """
    if not curves.one_per_row:
        raise InvalidPredictions("Rows have several labels, and each decides by its own threshold. Use best_vector.")
    logarithmic = curves.is_probability
    score = _additive(curves.y_score, logarithmic)
    search = _Search(score, np.argmax(curves.y_true, axis=1), curves.sample_weight, average, beta)
    rng = np.random.default_rng(random_state)
    plain = np.zeros(len(curves.classes))
    starts = [plain, -np.log(curves.supports / len(score))]
    best, highest = plain, search.value(plain)
    for start in range(n_starts):
        found = search.ascend(starts[start] if start < len(starts) else rng.normal(size=plain.size))
        value = search.value(found)
        if value > highest and not attains(highest, value, weighted=True):
            best, highest = found, value
        on_progress((start + 1) / n_starts)
    centered = best - best.mean() if best.any() else best
    if search.value(centered) < highest:  # subtracting the mean can change the order of scores that were rounded
        centered = best
    return ClassOffsets(
        curves.classes, centered, logarithmic, search.counts(centered), search.counts(plain), average, beta
    )


def _additive(score: FloatArray, logarithmic: bool) -> FloatArray:
    """Return scores to which offsets are added. A probability of 0 stays below all others, whatever the offsets."""
    return np.log(np.maximum(score, _SMALLEST)) if logarithmic else score


@dataclass(frozen=True, eq=False)
class _Search:
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

    def counts(self, offsets: FloatArray) -> ConfusionCounts:
        """Return the counts of each class against the others; shape (k,)."""
        return self._counts_of(np.argmax(self.score + offsets, axis=1))

    def value(self, offsets: FloatArray) -> float:
        """Return the average that is maximized."""
        return float(averaged(self.counts(offsets), self.average, self.beta))

    def ascend(self, offsets: FloatArray) -> FloatArray:
        """Improve one offset after the other until none can be improved."""
        offsets, value = offsets.copy(), self.value(offsets)
        for _ in range(_MOST_ROUNDS):
            before = value
            for column in range(offsets.size):
                tried = offsets.copy()
                tried[column] = self._best_offset(offsets, column)
                new = self.value(tried)
                if new > value:
                    offsets, value = tried, new
            if attains(before, value, weighted=True):
                break
        return offsets

    def _best_offset(self, offsets: FloatArray, column: int) -> float:
        """Return the best offset of one class while those of the others stay."""
        others = self.score + offsets
        others[:, column] = -np.inf
        rival, own = np.argmax(others, axis=1), self.score[:, column]
        gain = others[np.arange(rival.size), rival] - own  # a row flips at this offset
        impossible, certain = own < _NEVER, others.max(axis=1) - offsets[rival] < _NEVER
        order = np.argsort(np.where(certain & ~impossible, -np.inf, gain), kind="stable")
        order = order[~impossible[order] | certain[order]]
        n_certain = int(np.count_nonzero(certain & ~impossible))
        values, steps = self._values_while_flipping(rival, column, order), gain[order]
        # Rows that flip at the same offset flip together.
        ends = np.flatnonzero(np.append(True, steps[1:] > steps[:-1]) if steps.size else np.empty(0, bool))
        ends = np.append(ends[ends >= n_certain], steps.size)
        best = int(ends[np.argmax(values[ends])])
        if n_certain == steps.size:
            return float(offsets[column])
        if best <= n_certain:
            return float(steps[n_certain] - 1)
        return float(steps[best - 1] + 1 if best == steps.size else (steps[best - 1] + steps[best]) / 2)

    def _values_while_flipping(self, rival: NDArray[np.intp], column: int, order: NDArray[np.intp]) -> FloatArray:
        """Return the value before any row and after each row has changed to the class, in an order of the rows."""
        k = self.score.shape[1]
        start = self._counts_of(rival)
        weight = np.ones(order.size) if self.weight is None else self.weight[order]
        left, true = rival[order], self.codes[order]
        was_right, is_right = weight * (left == true), weight * (true == column)
        tp = start.tp[column] + np.append(0.0, np.cumsum(is_right))
        flagged = start.flagged()[column] + np.append(0.0, np.cumsum(weight))
        support = start.positives()
        if self.average == "micro":
            correct = start.tp.sum() - np.append(0.0, np.cumsum(was_right)) + np.append(0.0, np.cumsum(is_right))
            return np.asarray(correct / support.sum(), dtype=np.float64)
        shares = np.ones(k) if self.average == "macro" else support / support.sum()
        total = shares[column] * self._fbeta(tp, flagged, support[column])
        of_others = [
            shares[j] * self._fbeta(start.tp[j], start.flagged()[j], support[j]) for j in range(k) if j != column
        ]
        total = total + float(np.sum(of_others))
        changes = np.zeros(order.size)
        for j in range(k):
            rows = np.flatnonzero(left == j)
            if j != column and rows.size:
                fewer_tp = start.tp[j] - np.append(0.0, np.cumsum(was_right[rows]))
                fewer = start.flagged()[j] - np.append(0.0, np.cumsum(weight[rows]))
                changes[rows] = np.diff(shares[j] * self._fbeta(fewer_tp, fewer, support[j]))
        return np.asarray(total + np.append(0.0, np.cumsum(changes)), dtype=np.float64)

    def _counts_of(self, decided: NDArray[np.intp]) -> ConfusionCounts:
        k = self.score.shape[1]
        weight, right = self.weight, decided == self.codes
        flagged, positives, tp = (
            np.bincount(of, None if weight is None else weight[rows], minlength=k)
            for of, rows in (
                (decided, slice(None)), (self.codes, slice(None)), (self.codes[right], right),
            )
        )  # fmt: skip
        total = positives.sum()
        return ConfusionCounts(tn=total - positives - flagged + tp, fp=flagged - tp, fn=positives - tp, tp=tp)

    def _fbeta(self, tp: FloatArray, flagged: FloatArray, positives: FloatArray) -> FloatArray:
        tp, flagged = np.maximum(tp, 0), np.maximum(flagged, 0)
        fp, fn = np.maximum(flagged - tp, 0), np.maximum(positives - tp, 0)
        return np.asarray(ConfusionCounts(tn=np.zeros_like(tp), fp=fp, fn=fn, tp=tp).fbeta(self.beta), dtype=np.float64)
