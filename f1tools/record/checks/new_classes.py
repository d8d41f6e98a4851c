"""New rows for a recorded decision about several classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from f1tools.classes import ClassCurves
from f1tools.classes.averages import stacked_counts
from f1tools.core.counts import BoolArray, ConfusionCounts
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.types import InvalidPredictions
from f1tools.record.checks.new_data import MIN_CLASS_SIZE
from f1tools.record.classes.model import ClassRecord
from f1tools.record.diff import quoted
from f1tools.record.drift_statistics import EffectiveRows, psi


class ScoreDrift(NamedTuple):
    """The effective sample sizes of new rows of a class, and their population stability index."""

    rows: EffectiveRows
    psi: float


@dataclass(frozen=True, eq=False)
class NewClassData:
    """New rows for a recorded decision about several classes, decided as recorded.

    Parameters
    ----------
    record : ClassRecord
    curves : ClassCurves
        With the recorded classes, in their order; no row need have them.
    decided : ndarray of bool of shape (n, k)
    """

    record: ClassRecord
    curves: ClassCurves
    decided: BoolArray

    @classmethod
    def of(cls, record: ClassRecord, curves: ClassCurves) -> NewClassData:
        """Decide about new rows.

        Raises
        ------
        InvalidPredictions
            When they lack a class, have several where the record has one, or only one of both is weighted.
        """
        missing = [name for name in record.names if name not in curves.classes]
        if missing:
            raise InvalidPredictions(
                f"The rows were read without {quoted(missing[0])}, which none or all of them have. Read them with "
                "keep_absent=True."
            )
        if record.one_per_row and not curves.one_per_row:
            raise InvalidPredictions("Some rows have several classes, and the record is about rows of one class each.")
        if record.weighted != (curves.sample_weight is not None):
            then, now = ("weighted", "not weighted") if record.weighted else ("not weighted", "weighted")
            raise InvalidPredictions(
                f"The rows of the record are {then}, these rows are {now}. Use weights for both or none."
            )
        order = [curves.classes.index(name) for name in record.names]
        truth, score = curves.y_true, curves.y_score
        if order != sorted(order):  # a copy of a thousand classes takes a gigabyte
            truth, score = truth[:, order], score[:, order]
        curves = replace(
            curves, classes=record.names, y_true=truth, y_score=score, one_per_row=record.one_per_row
        )  # fmt: skip
        return cls(record, curves, record.decide(score))

    @cached_property
    def points(self) -> tuple[OperatingPoint, ...]:
        """What the decision does with each class against all others."""
        weight, found = self.curves.sample_weight, []
        for place in range(len(self.record.classes)):
            positive, flagged = self.curves.y_true[:, place], self.decided[:, place]
            counts = ConfusionCounts.from_decisions(positive, flagged, weight)
            squares = None if weight is None else ConfusionCounts.from_decisions(positive, flagged, weight**2)
            found.append(OperatingPoint(1.0, counts, squares))
        return tuple(found)

    @cached_property
    def counts(self) -> ConfusionCounts:
        """Counts of each class; arrays of shape (k,)."""
        return stacked_counts(point.counts for point in self.points)

    @cached_property
    def drifts(self) -> tuple[ScoreDrift, ...]:
        """How the scores of each class differ from the recorded ones."""
        pairs = zip(self.record.classes, self.curves.each(), strict=True)
        return tuple(ScoreDrift(EffectiveRows.from_curve(curve), psi(each.scores, curve)) for each, curve in pairs)

    @cached_property
    def occurs(self) -> BoolArray:
        """Whether any row has each class; shape (k,)."""
        return np.asarray(self.counts.positives() > 0)

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """Classes that no row has, unlike the record: they have no F-beta, and averages but micro leave them out."""
        each = zip(self.record.classes, self.occurs.tolist(), strict=True)
        return tuple(recorded.name for recorded, occurs in each if recorded.positives and not occurs)

    @cached_property
    def few(self) -> tuple[str, ...]:
        """Classes with fewer than ten rows with or without them, but with some."""
        n, rows = len(self.curves.y_true), zip(self.record.names, self.curves.supports.tolist(), strict=True)
        return tuple(name for name, support in rows if min(support, n - support) < MIN_CLASS_SIZE and support)
