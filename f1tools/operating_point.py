"""A threshold with what it does."""

from __future__ import annotations

from dataclasses import dataclass

from f1tools.counts import ConfusionCounts


@dataclass(frozen=True, eq=False)
class OperatingPoint:
    """A threshold and its counts: rows with ``y_score >= threshold`` are called positive, none for +inf.

    ``squares`` holds the sums of the squared weights in the four cells; None where rows are not weighted.
    """

    threshold: float
    counts: ConfusionCounts
    squares: ConfusionCounts | None = None
