"""Bounds that an operating point must satisfy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray, Value, ratio
from f1tools.core.metrics import Metric, defined_values, metric, rounding_tolerance


@dataclass(frozen=True)
class Constraint:
    """A bound on a metric, or on the number of flagged rows.

    Build one with :meth:`at_least` or :meth:`at_most`.

    Parameters
    ----------
    name : str
        The name of a metric, or ``"flagged"`` for the number of rows predicted positive.
    sense : {"at least", "at most"}
    bound : float
        Finite and not negative.

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
        """Require a value of at least ``bound``."""
        return cls(name, "at least", float(bound))

    @classmethod
    def at_most(cls, name: str, bound: float) -> Constraint:
        """Require a value of at most ``bound``."""
        return cls(name, "at most", float(bound))

    def __post_init__(self) -> None:
        if not self.counts_rows:
            metric(self.name)
        if not (np.isfinite(self.bound) and self.bound >= 0):
            raise ValueError(f"The bound of {self.name!r} must be a number from 0 up, got {self.bound}.")

    def __str__(self) -> str:
        if self.name == "predicted_positive_rate":
            return f"{self.sense} {100 * self.bound:.12g}% flagged"
        return self.check_name

    @property
    def check_name(self) -> str:
        """The constraint as the results of checks have always named it: shares from 0 to 1."""
        if self.counts_rows:
            return f"{self.sense} {self.bound:,.15g} flagged"
        return f"{metric(self.name).label.lower()} {self.sense} {self.bound:,.15g}"

    @property
    def counts_rows(self) -> bool:
        """Whether the bound is a number of flagged rows, not the value of a metric."""
        return self.name == "flagged"

    def measure(self, counts: ConfusionCounts) -> FloatArray:
        """Return the value that is bounded; nan where it is undefined.

        Examples
        --------
        >>> counts = ConfusionCounts(tn=5, fp=1, fn=3, tp=7)
        >>> float(Constraint.at_least("recall", 0.8).measure(counts))
        0.7
        """
        if self.counts_rows:
            return np.asarray(counts.flagged(), dtype=np.float64)
        return defined_values(metric(self.name), counts)

    def describe(self, counts: ConfusionCounts) -> str:
        """Return the value that is bounded at one point, as text.

        Examples
        --------
        >>> counts = ConfusionCounts(tn=5, fp=1, fn=3, tp=7)
        >>> Constraint.at_least("recall", 0.8).describe(counts), Constraint.at_most("flagged", 5).describe(counts)
        ('recall 0.7', '8 flagged')
        """
        if self.counts_rows:
            return f"{counts.flagged():,} flagged"
        value = float(self.measure(counts))
        return f"{metric(self.name).label.lower()} {'undefined' if np.isnan(value) else f'{value:.4g}'}"

    def violation(self, counts: ConfusionCounts) -> Value:
        """Return by how much each point violates the bound, 0 where it does not; row counts as shares of all rows."""
        if self.counts_rows:
            missing = ratio(self.bound - counts.flagged(), counts.total())
        else:
            missing = self.bound - metric(self.name).evaluate(counts)
        if self.sense == "at most":
            missing = -missing
        return np.maximum(missing, 0.0)

    def is_satisfied_by(self, counts: ConfusionCounts) -> bool:
        """Return whether one point satisfies the bound, up to rounding.

        Examples
        --------
        >>> Constraint.at_least("recall", 0.7).is_satisfied_by(ConfusionCounts(tn=5, fp=1, fn=3, tp=7))
        True
        """
        return bool(self.violation(counts) <= rounding_tolerance(weighted=True))


def parse_flagged_limit(text: str) -> Constraint:
    """Parse how many rows may be flagged: a number, or a percentage of all rows.

    Raises
    ------
    ValueError
        When it is neither; the message says what is wrong with the text.

    Examples
    --------
    >>> str(parse_flagged_limit("200")), str(parse_flagged_limit("2.5 %"))
    ('at most 200 flagged', 'at most 2.5% flagged')
    """
    number = text.strip().removesuffix("%")
    try:
        bound = float(number.replace(",", ""))
    except ValueError:
        bound = np.nan
    if not np.isfinite(bound):
        raise ValueError(f"{text!r} is not a number")
    if bound < 0:
        raise ValueError(f"{text!r} is below 0")
    if number == text.strip():
        return Constraint.at_most("flagged", bound)
    if bound > 100:
        raise ValueError(f"{text!r} is more than 100%")
    return Constraint.at_most("predicted_positive_rate", bound / 100)


def feasible_values(
    objective: Metric, counts: ConfusionCounts, constraints: Sequence[Constraint], *, weighted: bool
) -> FloatArray:
    """Evaluate a metric; return -inf where it is undefined or a constraint is violated."""
    values: FloatArray = objective.evaluate(counts)
    values = np.where(np.isnan(values), -np.inf, values)
    for constraint in constraints:
        values[constraint.violation(counts) > rounding_tolerance(weighted=weighted)] = -np.inf
    return values
