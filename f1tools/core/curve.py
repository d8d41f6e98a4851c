"""The threshold curve: every distinct score with the confusion counts it gives."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import ConfusionCounts, FloatArray, Value
from f1tools.core.tally import tally
from f1tools.core.validation import as_scores, as_weights, binarize_labels

if TYPE_CHECKING:
    import pandas as pd

_LARGEST_WEIGHT = 1e150  # of a class
_EVALUATED_TOGETHER = 1 << 15  # thresholds that are evaluated together: their counts stay in the processor's cache


@dataclass(frozen=True, eq=False)
class OperatingPoint:
    """A threshold and its counts: rows with ``y_score >= threshold`` are called positive, none for +inf.

    ``squares`` holds the sums of the squared weights in the four cells; None where rows are not weighted.
    """

    threshold: float
    counts: ConfusionCounts
    squares: ConfusionCounts | None = None


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """What every threshold does, exactly.

    Between two neighbouring scores all thresholds make the same decisions, so the distinct scores, and +inf for
    "nothing is called positive", stand for all of them. The curve is all that metrics, optima, figures and what-ifs
    need: rows are not kept.

    Parameters
    ----------
    thresholds : ndarray of shape (k,)
        Descending, the first is +inf.
    tp, fp : ndarray of shape (k,)
        True and false positives at each threshold, starting at 0: integers, or floats where rows are weighted. The
        last ones are the totals, because the lowest threshold calls everything positive.
    tp_squares, fp_squares : ndarray of shape (k,), optional
        Sums of the squared weights of the same rows, which tell how sure a weighted count is. None where rows are not
        weighted: every weight is then its own square.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> curve.thresholds
    array([inf, 0.9, 0.4, 0.1])
    >>> curve.counts.tp
    array([0, 1, 2, 2])
    >>> float(curve.at(0.3).counts.f1())
    0.8
    """

    thresholds: FloatArray
    tp: NDArray[Any]
    fp: NDArray[Any]
    tp_squares: FloatArray | None = None
    fp_squares: FloatArray | None = None

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_score: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        pos_label: object = None,
    ) -> ThresholdCurve:
        """Build the curve from truth and scores.

        Parameters
        ----------
        y_true : array-like of shape (n,)
            Labels.
        y_score : array-like of shape (n,)
            Finite scores of any range: higher means more likely positive.
        sample_weight : array-like of shape (n,), optional
            Finite weights, not negative. Rows of weight 0 do not exist.
        pos_label : bool, number or str, optional
            The positive label; may be left out for {0, 1}, {-1, 1} and booleans.

        Raises
        ------
        InvalidPredictions
            When the columns differ in length, or hold what cannot be used.
        """
        positive = binarize_labels(y_true, pos_label)
        score = as_scores(y_score, positive.size)
        weight = None if sample_weight is None else as_weights(sample_weight, positive.size)
        return cls(*tally(positive, score, weight))

    def __len__(self) -> int:
        return self.thresholds.size

    @property
    def positives(self) -> Value:
        """Positive rows, or the sum of their weights."""
        return self.tp[-1].item()

    @property
    def negatives(self) -> Value:
        """Negative rows, or the sum of their weights."""
        return self.fp[-1].item()

    @property
    def weighted(self) -> bool:
        """Whether the counts are sums of weights."""
        return self.tp.dtype.kind == "f"

    @cached_property
    def counts(self) -> ConfusionCounts:
        """The counts at every threshold, as arrays of shape (k,)."""
        return self.counts_of(slice(None))

    def counts_of(self, where: slice | NDArray[Any]) -> ConfusionCounts:
        """Give the counts at some positions of the curve."""
        dtype = np.float64 if self.weighted else np.int64
        tp, fp = self.tp[where].astype(dtype), self.fp[where].astype(dtype)
        return ConfusionCounts(tn=self.negatives - fp, fp=fp, fn=self.positives - tp, tp=tp)

    def block_starts(self) -> NDArray[np.intp]:
        """Give the positions that blocks of thresholds start at."""
        return np.arange(0, len(self), _EVALUATED_TOGETHER)

    def blocks(self, *, overlap: int = 0) -> Iterator[tuple[int, ConfusionCounts]]:
        """Go through the counts some thousands at a time, so that what is large is never there twice.

        Yields the position of the first threshold with the counts; ``overlap`` earlier thresholds come along.
        """
        for start in self.block_starts().tolist():
            first = max(start - overlap, 0)
            yield first, self.counts_of(slice(first, start + _EVALUATED_TOGETHER))

    def at(self, threshold: float) -> OperatingPoint:
        """Give the operating point at any threshold, a score or not.

        Raises
        ------
        ValueError
            When the threshold is not a number.
        """
        squares = self.squares_at_each([threshold])
        counts = self.at_each([threshold])
        return OperatingPoint(float(threshold), counts.only(), None if squares is None else squares.only())

    def at_each(self, thresholds: Iterable[float]) -> ConfusionCounts:
        """Give the counts at many thresholds, in their order.

        Raises
        ------
        ValueError
            When a threshold is not a number.
        """
        return self.counts_of(self.positions(thresholds))

    def squares_at_each(self, thresholds: Iterable[float]) -> ConfusionCounts | None:
        """Give the sums of squared weights at many thresholds, in their order; None where rows are not weighted.

        Raises
        ------
        ValueError
            When a threshold is not a number.
        """
        return self._squares(self.positions(thresholds))

    @cached_property
    def squares(self) -> ConfusionCounts | None:
        """The sums of squared weights in the four cells at every threshold; None where rows are not weighted."""
        return self._squares(slice(None))

    def _squares(self, where: slice | NDArray[Any]) -> ConfusionCounts | None:
        if self.tp_squares is None or self.fp_squares is None:
            return None
        tp, fp = self.tp_squares[where], self.fp_squares[where]
        return ConfusionCounts(tn=self.fp_squares[-1] - fp, fp=fp, fn=self.tp_squares[-1] - tp, tp=tp)

    def reweighted(self, positive: float, negative: float) -> ThresholdCurve:
        """Count every positive row ``positive`` times and every negative row ``negative`` times.

        Raises
        ------
        ValueError
            When a weight is not a number above 0 whose square a double holds.

        Examples
        --------
        >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]).reweighted(3, 0.5)
        >>> curve.tp.tolist(), curve.fp.tolist()
        ([0.0, 3.0, 6.0, 6.0], [0.0, 0.0, 0.5, 1.0])
        """
        if not all(1 / _LARGEST_WEIGHT <= weight <= _LARGEST_WEIGHT for weight in (positive, negative)):
            raise ValueError(f"Weights of the classes must be finite and above 0, got {positive} and {negative}.")
        tp_squares = self.tp if self.tp_squares is None else self.tp_squares
        fp_squares = self.fp if self.fp_squares is None else self.fp_squares
        squares = tp_squares * float(positive) ** 2, fp_squares * float(negative) ** 2
        return ThresholdCurve(self.thresholds, self.tp * float(positive), self.fp * float(negative), *squares)

    def positions(self, thresholds: Iterable[float]) -> NDArray[np.intp]:
        """Find for each threshold the lowest of the curve's own that is not below it: both decide alike.

        Raises
        ------
        ValueError
            When a threshold is not a number.
        """
        return positions(self.thresholds, thresholds)

    def next_below(self, threshold: float) -> float:
        """Give the next lower score: above it, down from ``threshold``, decisions stay the same; -inf if none."""
        following = position(self.thresholds, threshold) + 1
        return float(self.thresholds[following]) if following < len(self) else -math.inf

    def roc_auc(self) -> float:
        """Area under the ROC curve: the chance that a positive outscores a negative, ties counted half.

        The trapezoids are summed from the exact counts; nan when one class is missing.
        """
        return roc_auc(self)

    def average_precision(self) -> float:
        """Mean precision over the positives, step by step and without interpolation; 0 without positives."""
        return average_precision(self)

    def frame(self) -> pd.DataFrame:
        """Give all thresholds with counts, precision, recall and F1 as a table."""
        from f1tools.notebook import frame_of_curve  # pandas is slow to load

        return frame_of_curve(self)

    def _repr_html_(self) -> str:
        from f1tools.notebook import html_of_curve  # for notebooks only

        return html_of_curve(self)

    def thinned(self, max_points: int = 1000, *, keep: Iterable[float] = ()) -> ThresholdCurve:
        """Keep about ``max_points`` of the thresholds at most, those a drawing or a slider needs.

        What remains is exact: real scores with their real counts. Both ends stay, and the scores that decide at the
        thresholds in ``keep`` with their next lower neighbours, so that the counts at ``keep`` don't change. The rest
        is spread evenly over the range of scores, over the distinct scores and over the rows of either class, so
        that neither a squashed range nor a rare class is lost.
        """
        if len(self) <= max_points:
            return self
        return self.part(positions_to_keep(self.thresholds, (self.tp, self.fp), max_points, keep))

    def part(self, positions: NDArray[np.intp]) -> ThresholdCurve:
        """Keep some thresholds with what is known at them; the last one, which has the totals, must be among them."""
        tp_squares = None if self.tp_squares is None else self.tp_squares[positions]
        fp_squares = None if self.fp_squares is None else self.fp_squares[positions]
        return ThresholdCurve(
            self.thresholds[positions], self.tp[positions], self.fp[positions], tp_squares, fp_squares
        )


def is_probability(curve: ThresholdCurve) -> bool:
    """Tell whether all scores lie from 0 to 1, so that they could be chances.

    Examples
    --------
    >>> is_probability(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]))
    True
    >>> is_probability(ThresholdCurve.from_predictions([1, 0], [3.5, -2.0]))
    False
    """
    return bool(curve.thresholds[-1] >= 0 and curve.thresholds[1] <= 1)


def roc_auc(curve: ThresholdCurve) -> float:
    """Area under the ROC curve, see :meth:`f1tools.ThresholdCurve.roc_auc`."""
    if not (curve.positives and curve.negatives):
        return math.nan
    area = sum(
        float((np.diff(counts.fp) * (counts.tp[1:] + 1.0 * counts.tp[:-1])).sum())
        for _, counts in curve.blocks(overlap=1)
    )
    return area / 2 / float(curve.positives) / float(curve.negatives)


def average_precision(curve: ThresholdCurve) -> float:
    """Mean precision over the positives, see :meth:`f1tools.ThresholdCurve.average_precision`."""
    steps = (float((np.diff(counts.tp) * counts.precision()[1:]).sum()) for _, counts in curve.blocks(overlap=1))
    return sum(steps) / float(curve.positives) if curve.positives else 0.0


def position(thresholds: FloatArray, threshold: float) -> int:
    """Find the lowest of the descending thresholds that is not below the given one: both decide alike.

    Raises
    ------
    ValueError
        When the threshold is not a number.
    """
    if math.isnan(threshold):
        raise ValueError("A threshold must be a number, got nan.")
    return bisect_right(thresholds, -threshold, key=lambda score: -score) - 1


def positions(thresholds: FloatArray, wanted: Iterable[float]) -> NDArray[np.intp]:
    """Find the positions of many thresholds, in their order; see :func:`position`."""
    return np.array([position(thresholds, threshold) for threshold in wanted], dtype=np.intp)


def positions_to_keep(
    thresholds: FloatArray, counts: tuple[NDArray[Any], NDArray[Any]], most: int, keep: Iterable[float]
) -> NDArray[np.intp]:
    """Choose about ``most`` positions of a longer curve: see :meth:`f1tools.core.curve.ThresholdCurve.thinned`."""
    kept = set(positions(thresholds, keep).tolist())
    last = thresholds.size - 1
    fixed = {0, 1, last, *kept, *(min(place + 1, last) for place in kept)}
    spread = _spread(thresholds, counts, (most - len(fixed)) // 4)
    return np.unique(np.concatenate([np.array(sorted(fixed)), *spread]))


def _spread(
    thresholds: FloatArray, counts: tuple[NDArray[Any], NDArray[Any]], share: int
) -> Iterator[NDArray[np.intp]]:
    """Spread a share of the positions over the scores, over the distinct scores, and over the rows of either class."""
    steps = np.linspace(0.0, 1.0, max(share, 0))
    yield positions(thresholds, thresholds[1] * (1 - steps) + thresholds[-1] * steps)
    yield (steps * (thresholds.size - 1)).astype(np.intp)
    for found in counts:
        yield np.searchsorted(found, (steps * found[-1]).astype(found.dtype)).astype(np.intp)
