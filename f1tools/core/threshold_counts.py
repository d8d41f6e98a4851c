"""The columns of a threshold curve: cumulative counts at its thresholds, whole or in blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.clusters import ClusteredRows
from f1tools.core.counts import ConfusionCounts, FloatArray, Value
from f1tools.core.operating_point import ClassMix
from f1tools.core.tally import ALL_SCORED, Unscored

_BLOCK = 1 << 15  # thresholds evaluated together: their counts fit the processor's cache


@dataclass(frozen=True, eq=False)
class ThresholdCounts:
    """The counts of a :class:`~f1tools.ThresholdCurve`, which explains the fields."""

    thresholds: FloatArray
    tp: NDArray[Any]
    fp: NDArray[Any]
    tp_squares: FloatArray | None = None
    fp_squares: FloatArray | None = None
    unscored: Unscored = ALL_SCORED
    class_mix: ClassMix = "measured"
    clusters: ClusteredRows | None = None
    highest: FloatArray | None = None

    def __len__(self) -> int:
        return self.thresholds.size

    @property
    def positives(self) -> Value:
        """The number of positive rows, or the sum of their weights."""
        return self.tp[-1].item() + self.unscored.positives

    @property
    def negatives(self) -> Value:
        """The number of negative rows, or the sum of their weights."""
        return self.fp[-1].item() + self.unscored.negatives

    @property
    def n_scored(self) -> Value:
        """The number of rows with a score, or the sum of their weights."""
        return self.tp[-1].item() + self.fp[-1].item()

    @property
    def has_unscored(self) -> bool:
        """Whether rows without a score are counted."""
        return any(self.unscored)

    @property
    def weighted(self) -> bool:
        """Whether the counts are sums of weights."""
        return self.tp.dtype.kind == "f"

    @property
    def is_probability(self) -> bool:
        """Whether all scores lie in [0, 1], so that they may be probabilities."""
        highest = self.thresholds if self.highest is None else self.highest
        return bool(self.thresholds[-1] >= 0 and highest[1] <= 1)

    @property
    def is_exact(self) -> bool:
        """Whether the counts are known at every threshold: no bin holds several scores."""
        return self.highest is None

    @cached_property
    def counts(self) -> ConfusionCounts:
        """The counts at every threshold, as arrays of shape (k,)."""
        return self.counts_of(slice(None))

    @cached_property
    def squares(self) -> ConfusionCounts | None:
        """The sums of squared weights in the four cells at every threshold; None where rows are not weighted."""
        return self.squares_of(slice(None))

    def counts_of(self, positions: slice | NDArray[Any]) -> ConfusionCounts:
        """Return the counts at some positions of the curve."""
        dtype = np.float64 if self.weighted else np.int64
        tp, fp = self.tp[positions].astype(dtype), self.fp[positions].astype(dtype)
        return ConfusionCounts(tn=self.negatives - fp, fp=fp, fn=self.positives - tp, tp=tp)

    def squares_of(self, positions: slice | NDArray[Any]) -> ConfusionCounts | None:
        """Return the sums of squared weights at some positions of the curve; None where rows are not weighted."""
        if self.tp_squares is None or self.fp_squares is None:
            return None
        tp, fp = self.tp_squares[positions], self.fp_squares[positions]
        positives = self.tp_squares[-1] + self.unscored.positive_squares
        negatives = self.fp_squares[-1] + self.unscored.negative_squares
        return ConfusionCounts(tn=negatives - fp, fp=fp, fn=positives - tp, tp=tp)

    def products_of(self, positions: slice | NDArray[Any]) -> FloatArray | None:
        """Return the products of clusters at some positions, as :class:`OperatingPoint` has them; shape (k, 4, 4)."""
        if self.clusters is None:
            return None
        totals = zip((self.positives, self.negatives), self.clusters.totals, strict=True)
        positive, negative = (float(weight) / total if total else 1.0 for weight, total in totals)
        scale = np.array([negative, negative, positive, positive])  # of reweighted classes
        return self.clusters.products(self.thresholds[positions]) * np.outer(scale, scale)

    def block_starts(self) -> NDArray[np.intp]:
        """Return the positions where the blocks of :meth:`blocks` start."""
        return np.arange(0, len(self), _BLOCK)

    def blocks(self, *, overlap: int = 0) -> Iterator[tuple[int, ConfusionCounts]]:
        """Yield the counts in blocks of thousands of thresholds, so that no second large table is needed.

        Each block comes with the position of its first threshold and is preceded by ``overlap`` earlier thresholds.
        """
        for start in self.block_starts().tolist():
            first = max(start - overlap, 0)
            yield first, self.counts_of(slice(first, start + _BLOCK))
