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

from f1tools.columns import as_scores, as_weights
from f1tools.counts import ConfusionCounts, FloatArray, Value
from f1tools.labels import is_positive
from f1tools.metrics import Metric, equal_values
from f1tools.tally import tally

if TYPE_CHECKING:
    import pandas as pd

_EVALUATED_TOGETHER = 1 << 15  # thresholds: their counts stay in the processor's cache


@dataclass(frozen=True, eq=False)
class OperatingPoint:
    """A threshold and its counts: rows with ``y_score >= threshold`` are called positive, none for +inf."""

    threshold: float
    counts: ConfusionCounts


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
        positive = is_positive(y_true, pos_label)
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
        return self._counts(slice(None))

    def _counts(self, where: slice | NDArray[Any]) -> ConfusionCounts:
        dtype = np.float64 if self.weighted else np.int64
        tp, fp = self.tp[where].astype(dtype), self.fp[where].astype(dtype)
        return ConfusionCounts(tn=self.negatives - fp, fp=fp, fn=self.positives - tp, tp=tp)

    def blocks(self, *, overlap: int = 0) -> Iterator[tuple[int, ConfusionCounts]]:
        """Go through the counts some thousands at a time, so that what is large is never there twice.

        Yields the position of the first threshold with the counts; ``overlap`` earlier thresholds come along.
        """
        for start in range(0, len(self), _EVALUATED_TOGETHER):
            first = max(start - overlap, 0)
            yield first, self._counts(slice(first, start + _EVALUATED_TOGETHER))

    def blocks_near_best(self, wanted: Metric) -> Iterator[tuple[int, ConfusionCounts]]:
        """Go through the blocks that can hold an optimum of a metric that rewards catching.

        Within a block the metric cannot exceed what all of its true positives give with none of its false ones. Where
        that is less than what the first threshold of another block reaches, the block need not be looked at.
        """
        starts = np.arange(0, len(self), _EVALUATED_TOGETHER)
        ends = np.append(starts[1:], len(self)) - 1
        first = self._counts(starts)
        found = self.tp[ends].astype(first.tp.dtype)
        bounds = wanted.of(ConfusionCounts(tn=first.tn, fp=first.fp, fn=self.positives - found, tp=found))
        reached = np.nan_to_num(wanted.of(first), nan=-np.inf).max()
        hopeful = equal_values(np.nan_to_num(bounds, nan=np.inf), reached, weighted=self.weighted)
        for start in starts[hopeful].tolist():
            yield start, self._counts(slice(start, start + _EVALUATED_TOGETHER))

    def at(self, threshold: float) -> OperatingPoint:
        """Give the operating point at any threshold, a score or not.

        Raises
        ------
        ValueError
            When the threshold is not a number.
        """
        counts = self.at_each([threshold])
        return OperatingPoint(
            float(threshold),
            ConfusionCounts(*(n.item() for n in (counts.tn, counts.fp, counts.fn, counts.tp))),
        )

    def at_each(self, thresholds: Iterable[float]) -> ConfusionCounts:
        """Give the counts at many thresholds, in their order.

        Raises
        ------
        ValueError
            When a threshold is not a number.
        """
        return self._counts(np.array([self._position(threshold) for threshold in thresholds], dtype=np.intp))

    def _position(self, threshold: float) -> int:
        """Find the lowest of the curve's thresholds that is not below the given one."""
        if math.isnan(threshold):
            raise ValueError("A threshold must be a number, got nan.")
        return bisect_right(self.thresholds, -threshold, key=lambda score: -score) - 1

    def next_below(self, threshold: float) -> float:
        """Give the next lower score: above it, down from ``threshold``, decisions stay the same; -inf if none."""
        following = self._position(threshold) + 1
        return float(self.thresholds[following]) if following < len(self) else -math.inf

    def roc_auc(self) -> float:
        """Area under the ROC curve: the chance that a positive outscores a negative, ties counted half.

        The trapezoids are summed from the exact counts; nan when one class is missing.
        """
        if not (self.positives and self.negatives):
            return math.nan
        area = 0.0
        for _, counts in self.blocks(overlap=1):
            area += float((np.diff(counts.fp) * (counts.tp[1:] + 1.0 * counts.tp[:-1])).sum())
        return area / 2 / float(self.positives) / float(self.negatives)

    def average_precision(self) -> float:
        """Mean precision over the positives, step by step and without interpolation; 0 without positives."""
        if not self.positives:
            return 0.0
        total = 0.0
        for _, counts in self.blocks(overlap=1):
            total += float((np.diff(counts.tp) * counts.precision()[1:]).sum())
        return total / float(self.positives)

    def frame(self) -> pd.DataFrame:
        """Give all thresholds with counts, precision, recall and F1 as a table."""
        import pandas as pd  # slow to load, and only this method needs it

        counts = self.counts
        return pd.DataFrame(
            {
                "threshold": self.thresholds,
                "tn": counts.tn,
                "fp": counts.fp,
                "fn": counts.fn,
                "tp": counts.tp,
                "precision": counts.precision(zero_division=np.nan),
                "recall": counts.recall(),
                "f1": counts.f1(),
            }
        )

    def thinned(self, max_points: int = 1000, *, keep: Iterable[float] = ()) -> ThresholdCurve:
        """Keep about ``max_points`` of the thresholds at most, those a drawing or a slider needs.

        What remains is exact: real scores with their real counts. Both ends stay, and the scores that decide at the
        thresholds in ``keep`` with their next lower neighbours, so that the counts at ``keep`` don't change. The rest
        is spread evenly over the range of scores, over the distinct scores and over the rows of either class, so
        that neither a squashed range nor a rare class is lost.
        """
        if len(self) <= max_points:
            return self
        kept = {self._position(threshold) for threshold in keep}
        fixed = {0, 1, len(self) - 1, *kept, *(min(position + 1, len(self) - 1) for position in kept)}
        chosen = np.unique(np.concatenate([np.array(sorted(fixed)), *self._spread((max_points - len(fixed)) // 4)]))
        return ThresholdCurve(self.thresholds[chosen], self.tp[chosen], self.fp[chosen])

    def _spread(self, share: int) -> Iterator[NDArray[np.intp]]:
        steps = np.linspace(0.0, 1.0, max(share, 0))
        high, low = self.thresholds[1], self.thresholds[-1]
        yield np.array([self._position(score) for score in high * (1 - steps) + low * steps], dtype=np.intp)
        yield (steps * (len(self) - 1)).astype(np.intp)
        for found in (self.tp, self.fp):
            yield np.searchsorted(found, (steps * found[-1]).astype(found.dtype)).astype(np.intp)
