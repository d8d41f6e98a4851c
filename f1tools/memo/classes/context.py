"""Everything that a memo about several classes is written from, and which of it may be displayed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from f1tools import formatting
from f1tools.classes import Average, ClassOffsets, class_confusion
from f1tools.classes.averages import averaged
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import metric
from f1tools.core.types import InvalidPredictions
from f1tools.memo.suppression import is_safe, safe_groups

if TYPE_CHECKING:
    from f1tools.classes import ClassDecision, ClassEstimate, ClassRule, RuleEstimates
    from f1tools.record import ClassSource

LARGEST_MATRIX = 15
"""Most classes of which a confusion matrix can be read."""


@dataclass(frozen=True, eq=False)
class ClassMemoContext:
    """A decision about several classes, what is known about it, and how it may be displayed.

    ``minimum`` is the smallest count that may be displayed.
    """

    decision: ClassDecision
    source: ClassSource
    estimates: RuleEstimates | None
    created: str
    minimum: int

    @property
    def rule(self) -> ClassRule:
        """The rule that decides."""
        return self.decision.rule

    @property
    def suppresses(self) -> bool:
        """Whether small counts are suppressed."""
        return self.minimum > 1

    @property
    def one_per_row(self) -> bool:
        """Whether a row has one class."""
        return self.decision.curves.one_per_row

    @property
    def nouns(self) -> tuple[str, str]:
        """What one of them is called, and several."""
        return ("class", "classes") if self.one_per_row else ("label", "labels")

    @property
    def label(self) -> str:
        """What F-beta is called."""
        return metric("fbeta", self.decision.beta).label

    @property
    def average_label(self) -> str:
        """What the average is called that was maximized."""
        return self.label_of(self.decision.average)

    def label_of(self, average: Average) -> str:
        """Return what an average is called."""
        return f"{average} {self.label}"

    @property
    def way(self) -> str:
        """What each class has that decides: threshold, weight or offset."""
        by = self.rule.by
        return "threshold" if not isinstance(by, ClassOffsets) else "weight" if by.logarithmic else "offset"

    @property
    def estimate(self) -> ClassEstimate | None:
        """What to expect of the rule on new rows; None where it is unknown.

        Thresholds by hand were not tuned by a rule that could be repeated; with suppression resamples use every row.
        """
        if self.estimates is None or self.suppresses or self.decision.by_hand:
            return None
        return self.estimates.rules[self.decision.chosen]

    @cached_property
    def confusion(self) -> FloatArray:
        """Which classes the rule takes for which, see :func:`f1tools.classes.class_confusion`."""
        return class_confusion(self.decision.curves, self.rule)

    @cached_property
    def shown(self) -> list[int]:
        """Positions of the classes whose counts may be displayed."""
        if not self.suppresses:
            return list(range(len(self.decision.classes)))
        counts = self._counts_of_classes()
        if not self.one_per_row:  # labels don't divide the rows, so that none follows from the others
            return [place for place, each in enumerate(counts) if is_safe([each], self.minimum)]
        supports = self.decision.curves.supports.tolist()
        return safe_groups(counts, supports, self.minimum, most=len(counts) + 1)[0]

    @cached_property
    def shows_precision(self) -> bool:
        """Whether precision and F1 may be displayed.

        Where a row has one class, false alarms of one class are misses of others: from both for all classes the number
        of rows that are taken for a certain class could be derived. They are displayed where all such numbers could be.
        """
        if not (self.suppresses and self.one_per_row):
            return True
        return bool(((self.confusion == 0) | (self.confusion >= self.minimum)).all())

    def average_of(self, rule: ClassRule, average: Average) -> float:
        """Return F-beta over the classes that are displayed."""
        return float(averaged(_taken(rule.counts, self.shown), average, self.decision.beta))

    def _counts_of_classes(self) -> list[ConfusionCounts]:
        """Return the counts of each class; where a row has one, only what follows from right and wrong decisions."""
        each = [_taken(self.rule.counts, place) for place in range(len(self.decision.classes))]
        if not self.one_per_row:
            return each
        n_right, n_wrong = np.diag(self.confusion), self.confusion.sum(axis=1) - np.diag(self.confusion)
        return [
            ConfusionCounts(tn=0, fp=0, fn=int(wrong), tp=int(right))
            for right, wrong in zip(n_right.tolist(), n_wrong.tolist(), strict=True)
        ]

    def check(self) -> None:
        """Check that small counts can be suppressed.

        Raises
        ------
        InvalidPredictions
            When rows are weighted, or no class has enough rows in all counts.
        """
        if self.suppresses and self.decision.curves.sample_weight is not None:
            raise InvalidPredictions(
                "Small counts can't be suppressed where rows are weighted, because a sum of weights does not say how "
                "many rows it stands for. Leave out the weights, or show all counts."
            )
        if self.suppresses and not self.shown:
            raise InvalidPredictions(
                f"Counts below {self.minimum:,} are to be suppressed, but every {self.nouns[0]} has such a count, so "
                "nothing could be shown. Provide more rows, or choose a smaller minimum."
            )


def _taken(counts: ConfusionCounts, places: int | list[int]) -> ConfusionCounts:
    return ConfusionCounts(**{cell: np.asarray(each)[places] for cell, each in vars(counts).items()})


def percent_of(part: float, whole: float) -> str:
    """Return a share as text; nothing of nothing is undefined."""
    return formatting.percent(part / whole) if whole else formatting.UNDEFINED
