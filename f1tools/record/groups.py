"""One threshold for each group: the part of a record that holds them, how they are chosen, and their decisions."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_serializer, model_validator

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import defined_values
from f1tools.core.types import InvalidPredictions
from f1tools.decision import Decision
from f1tools.groups import parity_thresholds
from f1tools.groups.fitting import tuning_and_evaluation
from f1tools.groups.gaps import rate_of
from f1tools.groups.grouping import MAX_GROUPS, MIN_CLASS_SIZE, Grouping, grouping
from f1tools.groups.parity import ParityRate
from f1tools.groups.sentences import rate_label
from f1tools.groups.thresholds import SEPARABLE
from f1tools.predictions import Predictions
from f1tools.record.fields import RecordedCounts, Threshold
from f1tools.record.source import Part, RowCount

Group = str | None
"""The value of a group in its column; None for rows without a value."""


class GroupThreshold(Part):
    """The threshold of one group."""

    group: Group = Field(description="The value of the column, as in the file; null for rows without a value.")
    threshold: Threshold = Field(description="With as few digits as make the same decisions; null flags nothing.")


class GroupThresholds(Part):
    """One threshold for each group, chosen together: they replace the threshold of the record.

    Rows of a group that is not listed have the threshold of the record.
    """

    column: str = Field(description="The column of groups.")
    thresholds: tuple[GroupThreshold, ...] = Field(
        strict=False, min_length=1, max_length=MAX_GROUPS, description="The threshold of each group."
    )
    too_few: tuple[Group, ...] = Field(
        strict=False,
        max_length=MAX_GROUPS,
        description="Groups with too few tuning rows of a class for a threshold of their own: they have that of the "
        "record.",
    )
    min_class_size: RowCount = Field(description="Fewest positives, and negatives, for a threshold of its own.")
    chosen: Literal["own", "parity"] = Field(
        description="own: the metric over all rows is highest; parity: highest where a rate differs by no more than "
        "the tolerance between groups. Both on the tuning rows."
    )
    rate: ParityRate | None = Field(description="The rate that is alike in all groups; null for own.")
    tolerance: float | None = Field(ge=0, le=1, description="The largest difference of the rate; null for own.")
    cells: RecordedCounts = Field(alias="counts")
    value: float | None = Field(
        description="The metric of the record over all evaluation rows; null where it is undefined."
    )
    gap: float | None = Field(
        ge=0, le=1, description="The largest difference of the rate between listed groups of evaluation rows; null "
        "for own."
    )  # fmt: skip

    @model_validator(mode="after")
    def _check(self) -> GroupThresholds:
        names = [*(each.group for each in self.thresholds), *self.too_few]
        if len(set(names)) < len(names):
            raise ValueError("every group may be named only once")
        is_parity = self.chosen == "parity"
        if any((each is not None) != is_parity for each in (self.rate, self.tolerance, self.gap)):
            raise ValueError("rate, tolerance and gap belong to parity, and only to it")
        return self

    @field_serializer("cells")
    def _counts(self, cells: RecordedCounts) -> dict[str, int | float]:
        return {name: int(value) if value.is_integer() else value for name, value in cells}

    @property
    def counts(self) -> ConfusionCounts:
        """Confusion counts of all evaluation rows, each with the threshold of its group."""
        return ConfusionCounts(**dict(self.cells))

    def of(self, groups: Grouping, common: float) -> FloatArray:
        """Return the threshold of each group of some rows; the common one where a group is not listed."""
        known = {each.group: each.threshold for each in self.thresholds}
        return np.array([known.get(value, common) for value in groups.values])


def group_thresholds(
    predictions: Predictions,
    decision: Decision,
    column: str = "group",
    *,
    equal: ParityRate | None = None,
    tolerance: float = 0.05,
    min_rows: int = MIN_CLASS_SIZE,
) -> GroupThresholds:
    """Choose one threshold for each group, for the record of a decision.

    Parameters
    ----------
    predictions : Predictions
        With groups. Where rows have roles, the thresholds are chosen on the tuning set and evaluated on the evaluation
        set.
    decision : Decision
        By F1, F-beta or Jaccard, without constraints. Its threshold applies to groups with too few rows.
    column : str
        What the groups are: the name of their column in the file.
    equal : {"recall", "false_positive_rate", "predicted_positive_rate"}, optional
        A rate that must be alike in all groups, see :func:`f1tools.parity_thresholds`; by default none, and only the
        metric counts, see :func:`f1tools.own_thresholds`.
    tolerance : float
        The largest difference of this rate, from 0 to 1.
    min_rows : int
        Fewest positives, and negatives, of a group in the tuning set for a threshold of its own.

    Returns
    -------
    GroupThresholds
        For :func:`f1tools.build_record`. Thresholds have as few digits as make the same decisions.

    Raises
    ------
    InvalidPredictions
        When there are no groups, or none has enough rows; or when thresholds of groups cannot be chosen by the metric
        or under the constraints of the decision.

    Examples
    --------
    >>> from f1tools.decision import decide
    >>> y_true, score = [1, 0, 1, 0, 1, 0, 1, 0], [0.94, 0.1, 0.83, 0.2, 0.52, 0.1, 0.31, 0.4]
    >>> predictions = Predictions.from_arrays(y_true, score, group=list("aaaabbbb"))
    >>> found = group_thresholds(predictions, decide(predictions.curves()), "region", min_rows=1)
    >>> [(each.group, each.threshold) for each in found.thresholds], int(found.counts.fp)
    ([('a', 0.8), ('b', 0.3)], 1)
    """
    check_applicable(decision)
    groups, model = grouping(predictions), decision.curves.model
    chosen = parity_thresholds(
        predictions, decision, rate=equal or "recall", tolerance=tolerance if equal else 1.0, min_rows=min_rows
    )
    of_name = (chosen.parity if equal else chosen.own).thresholds
    listed = [code for code, name in enumerate(groups.names) if name not in chosen.fixed]
    if not listed:
        raise InvalidPredictions(
            f"No group of {formatting.truncate(column)} has {min_rows} positives and {min_rows} negatives to tune a "
            "threshold on. Use one threshold for all, or another column."
        )
    _, judged = tuning_and_evaluation(predictions, model, groups)
    thresholds = np.array([of_name[name] for name in groups.names])
    cells, _ = judged.cells(judged.y_score >= thresholds[judged.codes])
    counts = ConfusionCounts(*cells.sum(axis=0))
    return GroupThresholds(
        column=column,
        thresholds=tuple(
            GroupThreshold(group=groups.values[code], threshold=_number(thresholds[code])) for code in listed
        ),
        too_few=tuple(value for code, value in enumerate(groups.values) if code not in listed),
        min_class_size=min_rows,
        chosen="parity" if equal else "own",
        rate=equal,
        tolerance=float(tolerance) if equal else None,
        counts=RecordedCounts(**{cell: float(count) for cell, count in vars(counts).items()}),
        value=_number(defined_values(decision.objective, counts)),
        gap=_gap(equal, cells[listed]) if equal else None,
    )


def values_text(groups: GroupThresholds, decision: Decision) -> str:
    """Describe what the thresholds of groups give on the evaluation rows, beside the threshold of the decision."""
    objective, n = decision.objective, len(groups.thresholds)
    common = float(defined_values(objective, decision.point.counts))
    own, one = (formatting.metric_value(math.nan if each is None else each) for each in (groups.value, common))
    n_text = "one threshold" if n == 1 else f"{n} thresholds"
    at = formatting.using_threshold(decision.threshold_text)
    text = f"{objective.label} is {own} with {n_text} of groups, {one} with {at} for all"
    if not decision.curves.has_roles:
        text += ", on the rows that chose them"
    if groups.rate is None or groups.gap is None:
        return f"{text}." if decision.curves.has_roles else f"{text}: more thresholds always look better there."
    gap = f"The {rate_label(groups.rate)} differs by {formatting.metric_value(groups.gap)} between groups"
    return f"{text}. {gap}{'.' if decision.curves.has_roles else ', and by more on new rows.'}"


def check_applicable(decision: Decision) -> None:
    """Raise InvalidPredictions where the thresholds of groups cannot be chosen as the decision was made."""
    if decision.objective.name not in SEPARABLE:
        raise InvalidPredictions(
            f"Thresholds of groups can be chosen by F1, F-beta or Jaccard, not by {decision.objective.label}. Choose "
            "one of these metrics, or one threshold for all."
        )
    if decision.tuning.constraints or decision.tuning.not_met:
        raise InvalidPredictions(
            "Thresholds of groups cannot keep constraints such as a lowest recall. Leave out the constraints, or use "
            "one threshold for all."
        )


def _gap(rate: ParityRate, cells: NDArray[Any]) -> float:
    """Return the largest difference of a rate between groups, a row each; 0 where fewer than two rates are defined."""
    rates = [float(rate_of(rate, ConfusionCounts(*each))) for each in cells]
    defined = [each for each in rates if not math.isnan(each)]
    return max(defined) - min(defined) if defined else 0.0


def _number(value: float | FloatArray) -> Any:
    """Return a number for JSON: None where it is undefined or infinite."""
    return float(value) if math.isfinite(value) else None
