"""The four counts of a confusion matrix and every metric that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]
# A number for one operating point, an array for many: the formulas don't care.
Count: TypeAlias = Any
Value: TypeAlias = Any


def ratio(numerator: ArrayLike, denominator: ArrayLike, zero_division: float = 0.0) -> Value:
    """Divide, with ``zero_division`` where the denominator is 0."""
    above = np.asarray(numerator, dtype=np.float64)
    below = np.asarray(denominator, dtype=np.float64)
    if below.ndim == 0:
        return above / below if below != 0 else np.float64(zero_division)
    if below.all():
        return above / below
    out = np.full(np.broadcast_shapes(above.shape, below.shape), zero_division, dtype=np.float64)
    return np.divide(above, below, out=out, where=below != 0)


@dataclass(frozen=True, eq=False)
class ConfusionCounts:
    """True and false negatives and positives, at one threshold or at many.

    Every metric of the package is a method of this class and is computed from the counts alone, never from
    another rounded metric. All of them accept numbers and arrays of one shape.

    Parameters
    ----------
    tn, fp, fn, tp : number or array
        Counts of rows (integers), or sums of their weights (floats). Non-negative.

    Notes
    -----
    With both classes there, every metric takes the value that scikit-learn gives it, also where it divides by zero:
    precision is 0 when nothing is called positive, Matthews' coefficient when a margin is empty. With one class
    missing, what needs it is 0, and Cohen's kappa is nan where all rows are called what they are. Pass
    ``zero_division=np.nan`` to precision or negative predictive value to tell "undefined" from "zero".

    Examples
    --------
    >>> counts = ConfusionCounts(tn=3, fp=3, fn=0, tp=4)
    >>> round(float(counts.f1()), 6), round(float(counts.matthews_corrcoef()), 6)
    (0.727273, 0.534522)
    """

    tn: Count
    fp: Count
    fn: Count
    tp: Count

    def only(self) -> ConfusionCounts:
        """Take the one point out of arrays of one."""
        return ConfusionCounts(tn=self.tn.item(), fp=self.fp.item(), fn=self.fn.item(), tp=self.tp.item())

    def positives(self) -> Count:
        """Rows that are positive."""
        return self.tp + self.fn

    def negatives(self) -> Count:
        """Rows that are negative."""
        return self.fp + self.tn

    def total(self) -> Count:
        """All rows."""
        return self.positives() + self.negatives()

    def flagged(self) -> Count:
        """Rows that are called positive."""
        return self.tp + self.fp

    def prevalence(self) -> Value:
        """Share of the rows that are positive."""
        return ratio(self.positives(), self.total())

    def predicted_positive_rate(self) -> Value:
        """Share of the rows that are called positive."""
        return ratio(self.flagged(), self.total())

    def precision(self, zero_division: float = 0.0) -> Value:
        """Share of the rows called positive that are positive."""
        return ratio(self.tp, self.flagged(), zero_division)

    def recall(self) -> Value:
        """Share of the positive rows that are called positive."""
        return ratio(self.tp, self.positives())

    def false_positive_rate(self) -> Value:
        """Share of the negative rows that are called positive."""
        return ratio(self.fp, self.negatives())

    def specificity(self) -> Value:
        """Share of the negative rows that are called negative."""
        return ratio(self.tn, self.negatives())

    def negative_predictive_value(self, zero_division: float = 0.0) -> Value:
        """Share of the rows called negative that are negative."""
        return ratio(self.tn, self.tn + self.fn, zero_division)

    def fbeta(self, beta: float = 1.0) -> Value:
        """F-beta, (1 + b²) TP / (b² P + TP + FP): recall counts ``beta`` times as much as precision."""
        weight = beta**2
        return ratio((1 + weight) * self.tp, weight * self.positives() + self.flagged())

    def f1(self) -> Value:
        """F1, the harmonic mean of precision and recall: 2 TP / (P + TP + FP)."""
        return ratio(2 * self.tp, self.positives() + self.flagged())

    def jaccard(self) -> Value:
        """Jaccard's index, TP / (TP + FP + FN)."""
        return ratio(self.tp, self.flagged() + self.fn)

    def accuracy(self) -> Value:
        """Share of the rows that are called what they are."""
        return ratio(self.tp + self.tn, self.total())

    def balanced_accuracy(self) -> Value:
        """Mean of recall and specificity."""
        caught = self.tp * self.negatives() + self.tn * self.positives()
        return ratio(caught, 2 * (self.positives() * self.negatives()))

    def youden_j(self) -> Value:
        """Youden's J, recall + specificity - 1: how much more often positives are flagged than negatives."""
        # One quotient, not a difference of two: equal values come out equal.
        return ratio(self.tp * self.negatives() - self.fp * self.positives(), self.positives() * self.negatives())

    def g_mean(self) -> Value:
        """Geometric mean of recall and specificity."""
        return np.sqrt(self.recall() * self.specificity())

    def matthews_corrcoef(self) -> Value:
        """Matthews' correlation coefficient of truth and decision, in [-1, 1]."""
        margins = np.sqrt(1.0 * self.flagged() * self.positives())
        margins = margins * np.sqrt(1.0 * self.negatives() * (self.tn + self.fn))
        return ratio(self.tp * self.tn - self.fp * self.fn, margins)

    def cohen_kappa(self) -> Value:
        """Cohen's kappa, agreement beyond chance; nan when there is only one label."""
        chance = 1.0 * self.flagged() * self.negatives() + 1.0 * self.positives() * (self.tn + self.fn)
        return ratio(2 * (self.tp * self.tn - self.fp * self.fn), chance, np.nan)

    def lift(self) -> Value:
        """How many times more positives there are among the flagged rows than among all: precision / prevalence."""
        return ratio(self.tp * (1.0 * self.total()), 1.0 * self.flagged() * self.positives())
