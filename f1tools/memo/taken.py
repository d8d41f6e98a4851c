"""What the sections of a memo are written from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric, defined_values
from f1tools.memo.suppress import safe_together

if TYPE_CHECKING:
    from f1tools.comparison import Comparison
    from f1tools.decision import Decision
    from f1tools.record import DataSource
    from f1tools.uncertainty import TunedEstimate
    from f1tools.what_if.scenario_table import ScenarioResult

WITHHELD = "withheld"
_LONGEST_NAME = 120
# Of a number: after a space or a bracket, and in a power of ten. Names keep their hyphens.
_MINUS = re.compile(r"(?:(?<![^\s(])|(?<=\de))-(?=\.?\d)")
_LONG_NUMBER, _THOUSANDS = re.compile(r"-?\d{7}"), re.compile(r"\B(?=(?:\d{3})+$)")


@dataclass(frozen=True, eq=False)
class Taken:
    """A decision with all that is told about it, and what may be told."""

    decision: Decision
    source: DataSource
    estimate: TunedEstimate | None
    comparison: Comparison | None
    supposed: Sequence[ScenarioResult]
    title: str
    created: str
    version: str
    below: int

    @cached_property
    def _told(self) -> list[bool]:
        curve = self.decision.curve
        best = curve.at(float(self.decision.best_written)).counts
        return safe_together([self.decision.point.counts, best, curve.at(0.5).counts], self.below)

    @property
    def tells_point(self) -> bool:
        """Whether it may be told what the threshold that was decided on does."""
        return self._told[0]

    @property
    def tells_best(self) -> bool:
        """Whether it may be told what the best threshold does."""
        return self._told[1]

    @property
    def tells_half(self) -> bool:
        """Whether it may be told what 0.5 does."""
        return self._told[2]

    @property
    def suppresses(self) -> bool:
        """Whether small counts are kept out."""
        return self.below > 1

    @property
    def limits(self) -> str:
        """Name the limits that the best threshold keeps, with a word before them; empty without limits."""
        limits = ", ".join(map(str, self.decision.optimum.constraints))
        if not limits:
            return ""
        return f" with {limits}" if self.tells_limits else " within limits that are withheld"

    @cached_property
    def tells_limits(self) -> bool:
        """Whether limits may be told: "at most 1 flagged" is a count, wherever a best threshold keeps it.

        They may where the counts at each best threshold, on the rows where it keeps them, are told anyway, or could be.
        """
        if not self.suppresses:
            return True
        others = [] if self.comparison is None else [result.decision for result in self.comparison.results]
        points = [each.tuned.point.counts for each in (self.decision, *others)]
        told_here = self.decision.has_roles or self.tells_best
        return told_here and not self.decision.not_met and all(all(safe_together([one], self.below)) for one in points)

    @property
    def here(self) -> str:
        """The rows that the numbers are about."""
        names = self.decision.role_names
        return name(names[1], 24) if names else "these rows"

    @property
    def chosen_on(self) -> str:
        """The rows that thresholds are chosen on."""
        names = self.decision.role_names
        return name(names[0], 24) if names else "these rows"


def name(text: str, longest: int = _LONGEST_NAME) -> str:
    """Make a name from elsewhere fit into a sentence: one line, not too long, nothing that turns the writing round."""
    return formatting.truncate(text, longest)


def value(wanted: Metric, counts: ConfusionCounts) -> str:
    """Write a metric at a point."""
    return formatting.metric_value(float(defined_values(wanted, counts)))


def printed(threshold: str) -> str:
    """Print a threshold for people, as the card does: with a minus sign, and separators where the eye loses count.

    Examples
    --------
    >>> printed("-0.25"), printed("1234567.5"), printed("0.3438")
    ('−0.25', '1,234,567.5', '0.3438')
    """
    whole, point, decimals = threshold.partition(".")
    if _LONG_NUMBER.match(threshold):
        whole = _THOUSANDS.sub(",", whole)
    return (whole + point + decimals).replace("-", "−")


def with_minus(text: str) -> str:
    """Give the numbers of a sentence a minus sign, as everywhere for people.

    Examples
    --------
    >>> with_minus("Between -0.59 and -1e-07, “run-2” and Model-3")
    'Between −0.59 and −1e−07, “run-2” and Model-3'
    """
    return _MINUS.sub("−", text)
