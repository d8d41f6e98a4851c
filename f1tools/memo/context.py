"""Everything that the sections of a memo are written from, and which of it may be displayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric, defined_values
from f1tools.formatting.positives import Positives, name_positives
from f1tools.memo.suppression import safe_points
from f1tools.what_if.scenario_table import ScenarioResult, how_set, suggested_for

if TYPE_CHECKING:
    from f1tools.better_model import BetterModel
    from f1tools.comparison import ModelDifferences
    from f1tools.decision import Comparison, Decision
    from f1tools.groups import GroupReport
    from f1tools.record import DataSource
    from f1tools.uncertainty import TunedEstimate

WITHHELD = "withheld"
LONGEST_CELL = 60
"""Most characters of a name in a table or within a sentence."""
_LONGEST_NAME = 120


@dataclass(frozen=True, eq=False)
class MemoContext:
    """A decision, what is known about it, and how it may be displayed.

    ``minimum`` is the smallest count that may be displayed, ``noun`` what positive cases are called. ``differences``
    are from the memo's model, and ``margin`` is the largest one that does not matter.
    """

    decision: Decision
    source: DataSource
    estimate: TunedEstimate | None
    comparison: Comparison | None
    better: BetterModel | None
    scenarios: Sequence[ScenarioResult]
    created: str
    minimum: int
    noun: str = ""
    differences: ModelDifferences | None = None
    margin: float = 0.0
    groups: GroupReport | None = None
    show_comparison: bool = True
    show_groups: bool = True

    @property
    def positives(self) -> Positives:
        """How sentences name the positive class."""
        return name_positives(self.decision.curves.pos_label, self.noun)

    @property
    def suppresses(self) -> bool:
        """Whether small counts are suppressed."""
        return self.minimum > 1

    @property
    def usable_estimate(self) -> TunedEstimate | None:
        """The estimate for new data; None with suppression: its bounds are the scores of individual rows."""
        return None if self.suppresses else self.estimate

    @property
    def usable_differences(self) -> ModelDifferences | None:
        """The differences of models; None with suppression: resamples use every row."""
        return None if self.suppresses else self.differences

    @cached_property
    def _safe(self) -> list[bool]:
        curve = self.decision.curves.evaluation
        best = self.decision.best_point.counts
        return safe_points([self.decision.point.counts, best, curve.at(0.5).counts], self.minimum)

    @property
    def shows_point(self) -> bool:
        """Whether the counts at the decided threshold may be displayed."""
        return self._safe[0]

    @property
    def shows_best(self) -> bool:
        """Whether the counts at the best threshold may be displayed beside those at the decided one."""
        return all(self._safe[:2])

    @property
    def shows_half(self) -> bool:
        """Whether the counts at 0.5 may be displayed beside the others."""
        return all(self._safe)

    @cached_property
    def shows_constraints(self) -> bool:
        """Whether constraints may be named: "at most 1 flagged" reveals a count wherever a best threshold meets it.

        They may where the counts at every model's best threshold, on the rows it was chosen on, could be displayed.
        """
        if not self.suppresses:
            return True
        others = [] if self.comparison is None else self.comparison.decisions
        points = [decision.tuning.point.counts for decision in (self.decision, *others)]
        safe = all(all(safe_points([point], self.minimum)) for point in points)
        return safe and not self.decision.tuning.not_met and (self.decision.curves.has_roles or self.shows_best)

    def is_about(self, result: Decision) -> bool:
        """Return whether a decision is about the model of the memo."""
        return result.curves.model == self.decision.curves.model

    @property
    def n_best_of(self) -> int:
        """Of how many models this one has the highest value as displayed; 0 where it has not, or is the only one."""
        if self.comparison is None or len(self.comparison.decisions) < 2:
            return 0
        decisions, unmet = self.comparison.decisions, bool(self.decision.tuning.not_met)
        # A model that had to drop constraints is not compared where this one meets them.
        values = [each.evaluation.value for each in decisions if unmet or not each.tuning.not_met]
        own = formatting.metric_value(self.decision.evaluation.value)
        return len(decisions) if formatting.metric_value(max(values)) == own else 0

    @property
    def constraints_text(self) -> str:
        """The constraints that the best threshold meets, with a preposition, or that they were dropped."""
        if self.decision.tuning.not_met:
            return " without constraints"
        constraints = formatting.constraints_text(self.decision.evaluation.constraints)
        if not constraints:
            return ""
        return f" with {constraints}" if self.shows_constraints else " under constraints that are withheld"

    @property
    def evaluation_rows(self) -> str:
        """What the rows that the numbers are about are called."""
        names = self.decision.curves.role_names
        return formatting.truncate(names[1]) if names else "these rows"

    @property
    def where(self) -> str:
        """The end of a clause about the numbers: the name of the evaluation set, if there is one."""
        return f" on {self.evaluation_rows}" if self.decision.curves.has_roles else ""

    @property
    def origin(self) -> str:
        """How a threshold was set that is not the best one: as a scenario suggests, else by hand."""
        purpose = "" if self.suppresses else suggested_for(self.scenarios, self.decision.point.threshold)
        return how_set(formatting.single_line(purpose))

    @property
    def tuned_purpose(self) -> str:
        """What a threshold set by hand had been tuned for on the rows that measure it; empty without a suggestion."""
        if self.suppresses or self.decision.is_best or self.decision.curves.has_roles:
            return ""
        return formatting.single_line(suggested_for(self.scenarios, self.decision.point.threshold, tuned=True))

    @property
    def selection(self) -> str:
        """How the threshold was chosen."""
        decision, names = self.decision, self.decision.curves.role_names
        rows = formatting.truncate(names[0]) if names else "these rows"
        best = f"ighest {formatting.lowercase_label(decision.objective.label)} on {rows}{self.constraints_text}"
        if decision.is_best:
            return f"H{best}"
        at = formatting.at_threshold(decision.best_threshold_text)
        return f"{formatting.capitalized(self.origin)}; the h{best} is {at}"


def name_text(name: str, longest: int = _LONGEST_NAME) -> str:
    """Return a name from a file as one short line of text."""
    return formatting.truncate(name, longest)


def metric_text(metric: Metric, counts: ConfusionCounts) -> str:
    """Return a metric's value at a point as text."""
    return formatting.metric_value(float(defined_values(metric, counts)))
