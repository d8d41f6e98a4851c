"""A point of a threshold curve: one threshold with its counts, and where their share of positives comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from f1tools.core.counts import ConfusionCounts, FloatArray

ClassMix: TypeAlias = Literal["measured", "reweighted", "assumed"]
"""Where the share of positives of a curve comes from: it is that of the rows, or follows from it by weights of the
classes, or is an assumption, so that it is known exactly. Confidence intervals depend on it."""


@dataclass(frozen=True, eq=False)
class OperatingPoint:
    """A threshold with its counts: rows with ``y_score >= threshold`` are predicted positive, none for +inf.

    ``squares`` holds the sums of the squared weights in the four cells; None where rows are not weighted. ``class_mix``
    is that of the curve. ``products`` holds, where rows are in clusters, the sums over clusters of the products of
    their counts in two cells, an array of shape (4, 4) in the order tn, fp, fn, tp; None where rows are independent.
    """

    threshold: float
    counts: ConfusionCounts
    squares: ConfusionCounts | None = None
    class_mix: ClassMix = "measured"
    products: FloatArray | None = None
