"""The four counts of a confusion matrix, and every metric computed from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]
# A number for one operating point, an array for many: the formulas are the same.
Count: TypeAlias = Any
Value: TypeAlias = Any


def ratio(numerator: ArrayLike, denominator: ArrayLike, zero_division: float = 0.0) -> Value:
    """Divide; return ``zero_division`` where the denominator is 0."""
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
    another rounded metric. All methods accept numbers and arrays of one shape.

    Parameters
    ----------
    tn, fp, fn, tp : number or array
        Numbers of rows (integers), or sums of their weights (floats). Non-negative.

    Notes
    -----
    When both classes occur, every metric has the value that scikit-learn computes, also where it divides by zero:
    precision is 0 when nothing is predicted positive, the Matthews correlation is 0 when a margin is empty. When one
    class is missing, metrics that need it are 0, and Cohen's kappa is nan if all rows are predicted correctly. See
    :func:`f1tools.core.metrics.defined_values` to distinguish undefined from zero.

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

    @classmethod
    def from_decisions(
        cls, positive: BoolArray, flagged: BoolArray, sample_weight: FloatArray | None = None
    ) -> ConfusionCounts:
        """Count rows, or add up their weights, by whether they are positive and flagged; arrays of shape (n,).

        Examples
        --------
        >>> ConfusionCounts.from_decisions(np.array([True, True, False]), np.array([True, False, False]))
        ConfusionCounts(tn=1, fp=0, fn=1, tp=1)
        """
        cells = ~(positive | flagged), flagged & ~positive, positive & ~flagged, positive & flagged
        if sample_weight is None:
            return cls(*(int(np.count_nonzero(each)) for each in cells))
        return cls(*(float(sample_weight[each].sum()) for each in cells))

    def item(self) -> ConfusionCounts:
        """Return arrays of size 1 as plain numbers, like ``ndarray.item``."""
        return ConfusionCounts(tn=self.tn.item(), fp=self.fp.item(), fn=self.fn.item(), tp=self.tp.item())

    def positives(self) -> Count:
        """Return the number of positive rows."""
        return self.tp + self.fn

    def negatives(self) -> Count:
        """Return the number of negative rows."""
        return self.fp + self.tn

    def total(self) -> Count:
        """Return the number of all rows."""
        return self.positives() + self.negatives()

    def flagged(self) -> Count:
        """Return the number of rows that are predicted positive."""
        return self.tp + self.fp

    def prevalence(self) -> Value:
        """Return the share of positive rows."""
        return ratio(self.positives(), self.total())

    def predicted_positive_rate(self) -> Value:
        """Return the share of rows that are predicted positive."""
        return ratio(self.flagged(), self.total())

    def precision(self, zero_division: float = 0.0) -> Value:
        """Return the share of true positives among the rows predicted positive."""
        return ratio(self.tp, self.flagged(), zero_division)

    def recall(self, zero_division: float = 0.0) -> Value:
        """Return the share of the positive rows that are predicted positive."""
        return ratio(self.tp, self.positives(), zero_division)

    def false_positive_rate(self) -> Value:
        """Return the share of the negative rows that are predicted positive."""
        return ratio(self.fp, self.negatives())

    def specificity(self) -> Value:
        """Return the share of the negative rows that are predicted negative."""
        return ratio(self.tn, self.negatives())

    def negative_predictive_value(self) -> Value:
        """Return the share of true negatives among the rows predicted negative."""
        return ratio(self.tn, self.tn + self.fn)

    def fbeta(self, beta: float = 1.0) -> Value:
        """Return F-beta, (1 + b²) TP / (b² P + TP + FP): recall counts ``beta`` times as much as precision."""
        weight = beta**2
        return ratio((1 + weight) * self.tp, weight * self.positives() + self.flagged())

    def f1(self) -> Value:
        """Return F1, the harmonic mean of precision and recall: 2 TP / (P + TP + FP)."""
        return ratio(2 * self.tp, self.positives() + self.flagged())

    def jaccard(self) -> Value:
        """Return the Jaccard index, TP / (TP + FP + FN)."""
        return ratio(self.tp, self.flagged() + self.fn)

    def accuracy(self) -> Value:
        """Return the share of rows that are predicted correctly."""
        return ratio(self.tp + self.tn, self.total())

    def balanced_accuracy(self) -> Value:
        """Return the mean of recall and specificity."""
        correct = self.tp * self.negatives() + self.tn * self.positives()
        return ratio(correct, 2 * (self.positives() * self.negatives()))

    def youden_j(self) -> Value:
        """Return Youden's J: recall + specificity - 1, or true positive rate - false positive rate."""
        # One quotient, not a difference of two: equal values come out equal.
        return ratio(self.tp * self.negatives() - self.fp * self.positives(), self.positives() * self.negatives())

    def g_mean(self) -> Value:
        """Return the geometric mean of recall and specificity."""
        return np.sqrt(self.recall() * self.specificity())

    def matthews_corrcoef(self) -> Value:
        """Return the Matthews correlation coefficient of labels and predictions, in [-1, 1]."""
        margins = np.sqrt(1.0 * self.flagged() * self.positives())
        margins = margins * np.sqrt(1.0 * self.negatives() * (self.tn + self.fn))
        return ratio(self.tp * self.tn - self.fp * self.fn, margins)

    def cohen_kappa(self) -> Value:
        """Return Cohen's kappa, the agreement beyond chance; nan when labels and predictions are all the same."""
        chance = 1.0 * self.flagged() * self.negatives() + 1.0 * self.positives() * (self.tn + self.fn)
        return ratio(2 * (self.tp * self.tn - self.fp * self.fn), chance, np.nan)

    def lift(self) -> Value:
        """Return precision / prevalence: how many times more positives are among the flagged rows than among all."""
        return ratio(self.tp * (1.0 * self.total()), 1.0 * self.flagged() * self.positives())
