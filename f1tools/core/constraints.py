"""Bounds that an operating point must keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray, Value, ratio
from f1tools.core.metrics import Metric, metric, rounding_tolerance


@dataclass(frozen=True)
class Constraint:
    """A bound that the operating point must keep.

    Build one with :meth:`at_least` or :meth:`at_most`, from the name of a metric or from ``"flagged"``, the number of
    rows called positive.

    Examples
    --------
    >>> str(Constraint.at_least("recall", 0.8)), str(Constraint.at_most("flagged", 100))
    ('recall at least 0.8', 'at most 100 flagged')
    """

    name: str
    sense: Literal["at least", "at most"]
    bound: float

    @classmethod
    def at_least(cls, name: str, bound: float) -> Constraint:
        """Ask for a value of at least ``bound``."""
        return cls(name, "at least", float(bound))

    @classmethod
    def at_most(cls, name: str, bound: float) -> Constraint:
        """Ask for a value of at most ``bound``."""
        return cls(name, "at most", float(bound))

    def __post_init__(self) -> None:
        if self.name != "flagged":
            metric(self.name)
        if not (np.isfinite(self.bound) and self.bound >= 0):
            raise ValueError(f"The bound of {self.name!r} must be a number from 0 up, got {self.bound}.")

    def __str__(self) -> str:
        if self.name == "flagged":
            return f"{self.sense} {self.bound:,.15g} flagged"
        return f"{metric(self.name).label.lower()} {self.sense} {self.bound:,.15g}"

    def shortfall(self, counts: ConfusionCounts) -> Value:
        """How far each point is from keeping the bound; 0 where it does. Row counts are taken as shares."""
        if self.name == "flagged":
            missing = ratio(self.bound - counts.flagged(), counts.total())
        else:
            missing = self.bound - metric(self.name).evaluate(counts)
        if self.sense == "at most":
            missing = -missing
        return np.maximum(missing, 0.0)

    def is_kept_at(self, counts: ConfusionCounts) -> bool:
        """Tell whether one point keeps the bound, but for rounding.

        Examples
        --------
        >>> Constraint.at_least("recall", 0.7).is_kept_at(ConfusionCounts(tn=5, fp=1, fn=3, tp=7))
        True
        """
        return bool(self.shortfall(counts) <= rounding_tolerance(weighted=True))


def allowed_values(
    wanted: Metric, counts: ConfusionCounts, constraints: Sequence[Constraint], *, weighted: bool
) -> FloatArray:
    """Evaluate the metric; -inf where it is undefined or a constraint is broken."""
    values: FloatArray = wanted.evaluate(counts)
    values = np.where(np.isnan(values), -np.inf, values)
    for constraint in constraints:
        values[constraint.shortfall(counts) > rounding_tolerance(weighted=weighted)] = -np.inf
    return values
