"""Requirements in each group of new rows: the worst group decides, and few rows can neither pass nor fail."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.curve import OperatingPoint
from f1tools.groups.grouping import MIN_CLASS_SIZE, ScoredRows, grouping, points_of
from f1tools.predictions import Predictions
from f1tools.record.checks.new_data import Level, Verdict
from f1tools.record.checks.performance import At, check_requirement, required_value

Outcome = Literal["pass", "fail", "investigate"]

_MOST_NAMED = 5


@dataclass(frozen=True)
class GroupOutcome:
    """Whether a group meets a requirement.

    Parameters
    ----------
    requirement, group : str
    n, n_pos : int
        Rows of the group, and positive rows, with a weight above 0.
    outcome : "pass", "fail" or "investigate"
        Groups with fewer than ten positives or negatives are to be investigated: they neither pass nor fail.
    value : float or None
        What is compared with the requirement: the value, or the worse bound of its interval; None where undefined.
    sentence : str
        The result with its numbers.
    """

    requirement: str
    group: str
    n: int
    n_pos: int
    outcome: Outcome
    value: float | None
    sentence: str


def group_outcomes(
    predictions: Predictions, model: str, threshold: float, floors: Sequence[Constraint], at: At = "point"
) -> tuple[GroupOutcome, ...]:
    """Check requirements at a threshold in each group of the evaluation rows.

    Parameters
    ----------
    predictions : Predictions
        With groups.
    model : str
    threshold : float
    floors : sequence of Constraint
        Bounds on a number of rows are left out: they are about all groups together.
    at : "point" or "lower-bound"

    Raises
    ------
    InvalidPredictions
        When there are no groups or too many, or a metric has no interval for a requirement at its lower bound.
    """
    groups = grouping(predictions)
    rows = ScoredRows.of(predictions, model, groups, None if predictions.tuning is None else ~predictions.tuning)
    points, _ = points_of(rows, threshold)
    sizes = rows.class_sizes().tolist()
    return tuple(
        _outcome(floor, at, name, point, *size)
        for floor in dict.fromkeys(floors)
        if not floor.counts_rows
        for name, point, size in zip(groups.names, points, sizes, strict=True)
        if sum(size)
    )


def _outcome(floor: Constraint, at: At, name: str, point: OperatingPoint, n_pos: int, n_neg: int) -> GroupOutcome:
    level, sentence = check_requirement(floor, point, at)
    outcome: Outcome = "pass" if level == "ok" else "fail"
    if min(n_pos, n_neg) < MIN_CLASS_SIZE:
        outcome = "investigate"
    value = required_value(floor, point, at)
    return GroupOutcome(
        floor.check_name, name, n_pos + n_neg, n_pos, outcome, None if math.isnan(value) else value, sentence
    )


def worst_group(floor: Constraint, outcomes: Sequence[GroupOutcome]) -> Verdict:
    """Return the verdict on one requirement: that of the worst group with enough rows; others are to be investigated.

    Parameters
    ----------
    floor : Constraint
    outcomes : sequence of GroupOutcome
        Of this requirement; at least one.
    """
    judged = [each for each in outcomes if each.outcome != "investigate"]
    few = [each for each in outcomes if each.outcome == "investigate"]
    sign = 1 if floor.sense == "at least" else -1
    sentences = []
    if judged:
        worst = min(judged, key=lambda each: -math.inf if each.value is None else sign * each.value)
        sentences.append(f"Worst in {_quoted(worst.group)} of {_groups(len(judged))}: {worst.sentence}")
    if few:
        names = ", ".join(_quoted(each.group) for each in few[:_MOST_NAMED]) + ", ..." * (len(few) > _MOST_NAMED)
        sentences.append(f"Investigate {names}: fewer than {MIN_CLASS_SIZE} positives or negatives can't pass or fail.")
    level: Level = "warn" if few else "ok"
    return "fail" if any(each.outcome == "fail" for each in judged) else level, " ".join(sentences)


def _quoted(name: str) -> str:
    return formatting.truncate(name, longest=40)


def _groups(n: int) -> str:
    return f"{n} group{'s' * (n != 1)}"
