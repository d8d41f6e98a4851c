"""Requirements in each group of new rows: the worst group decides, and few rows can neither pass nor fail."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import metric
from f1tools.core.operating_point import OperatingPoint
from f1tools.groups.grouping import MIN_CLASS_SIZE, NO_VALUE, ScoredRows, grouping, points_of
from f1tools.predictions import Predictions
from f1tools.record.checks.new_data import Level, Verdict
from f1tools.record.checks.performance import At, check_requirement, required_value, value_beside
from f1tools.record.model import DecisionRecord

Outcome = Literal["pass", "fail", "investigate"]

_MOST_NAMED = 5
_MOST_LISTED = 20
_BOTH_CLASSES = ("positives", "negatives")
_NEEDED = {
    "recall": ("positives",),
    "f1": ("positives",),
    "fbeta": ("positives",),
    "jaccard": ("positives",),
    "specificity": ("negatives",),
    "precision": ("flagged",),
    "npv": ("not flagged",),
    "lift": ("positives", "flagged"),
    "accuracy": ("rows",),
    "predicted_positive_rate": ("rows",),
}
"""The rows without which the value of a metric says little: those in its denominator; for others, both classes."""


@dataclass(frozen=True)
class GroupOutcome:
    """Whether a group meets a requirement.

    Parameters
    ----------
    requirement, group : str
    n, n_pos, n_flagged : int
        Rows of the group, positive rows, and rows predicted positive, with a weight above 0.
    outcome : "pass", "fail" or "investigate"
        Groups with fewer than ten of the rows that the requirement needs are to be investigated: they neither pass nor
        fail. Recall needs positives, precision rows predicted positive, the share flagged any rows.
    value : float or None
        What is compared with the requirement: the value, or the worse bound of its interval; None where undefined.
    sentence : str
        The result with its numbers.
    """

    requirement: str
    group: str
    n: int
    n_pos: int
    n_flagged: int
    outcome: Outcome
    value: float | None
    sentence: str


def group_outcomes(
    record: DecisionRecord, predictions: Predictions, floors: Sequence[Constraint], at: At = "point"
) -> tuple[GroupOutcome, ...]:
    """Check requirements in each group of the evaluation rows, at the recorded threshold or that of the group.

    Parameters
    ----------
    record : DecisionRecord
    predictions : Predictions
        With groups.
    floors : sequence of Constraint
        Bounds on a number of rows are left out: they are about all groups together.
    at : "point" or "lower-bound"

    Raises
    ------
    InvalidPredictions
        When there are no groups or too many, or a metric has no interval for a requirement at its lower bound.
    """
    groups = grouping(predictions)
    rows = ScoredRows.of(predictions, record.model, groups, None if predictions.tuning is None else ~predictions.tuning)
    thresholds = np.full(len(groups), record.threshold)
    if record.groups is not None:
        thresholds = record.groups.of(groups, record.threshold)
    points, _ = points_of(rows, thresholds)
    sizes = _row_counts(rows, thresholds)
    return tuple(
        _outcome(floor, at, name, point, size)
        for floor in dict.fromkeys(floors)
        if not floor.counts_rows
        for name, point, size in zip(groups.names, points, sizes, strict=True)
        if size.total()
    )


def _row_counts(rows: ScoredRows, thresholds: FloatArray) -> list[ConfusionCounts]:
    """Count the rows of each group that have a weight, each of them once."""
    used = rows if rows.sample_weight is None else rows.take(rows.sample_weight > 0)
    cells, _ = replace(used, sample_weight=None).cells(used.y_score >= thresholds[used.codes])
    return [ConfusionCounts(*each) for each in cells.tolist()]


def _outcome(floor: Constraint, at: At, name: str, point: OperatingPoint, size: ConfusionCounts) -> GroupOutcome:
    level, sentence = check_requirement(floor, point, at)
    value = required_value(floor, point, at)
    outcome = GroupOutcome(
        requirement=floor.check_name,
        group=name,
        n=int(size.total()),
        n_pos=int(size.positives()),
        n_flagged=int(size.flagged()),
        outcome="pass" if level == "ok" else "fail",
        value=None if math.isnan(value) else value,
        sentence=sentence,
    )
    is_small = min(_needed_rows(floor, outcome).values()) < MIN_CLASS_SIZE
    return replace(outcome, outcome="investigate") if is_small else outcome


def _needed_rows(floor: Constraint, of: GroupOutcome) -> dict[str, int]:
    """Return how many rows a group has of each kind that a requirement needs."""
    n = {"rows": of.n, "positives": of.n_pos, "negatives": of.n - of.n_pos}
    n |= {"flagged": of.n_flagged, "not flagged": of.n - of.n_flagged}
    return {kind: n[kind] for kind in _NEEDED.get(floor.name, _BOTH_CLASSES)}


def worst_group(floor: Constraint, outcomes: Sequence[GroupOutcome], at: At) -> Verdict:
    """Return the verdict on one requirement: that of the worst group with enough rows; others are to be investigated.

    Parameters
    ----------
    floor : Constraint
    outcomes : sequence of GroupOutcome
        Of this requirement; at least one.
    at : "point" or "lower-bound"
        What their values are.
    """
    judged = [each for each in outcomes if each.outcome != "investigate"]
    few = [each for each in outcomes if each.outcome == "investigate"]
    sentences = [_worst_sentence(floor, judged, at, n_groups=len(outcomes))]
    if few:
        sentences.append(f"To investigate: {_few_text(floor, few)}, too few to pass or fail.")
    if outcomes[-1].group.strip("()") == NO_VALUE.strip("()"):  # the last group, see Grouping
        sentences.append(f"Rows without a value are the group {outcomes[-1].group}.")
    level: Level = "warn" if few else "ok"
    return "fail" if any(each.outcome == "fail" for each in judged) else level, " ".join(sentences)


def _worst_sentence(floor: Constraint, judged: Sequence[GroupOutcome], at: At, *, n_groups: int) -> str:
    """Return which group has the worst value, of how many; all of them are large enough where none was left out."""
    groups = _counted(n_groups, "groups")
    if not judged:
        return f"{groups}, {'none' if n_groups > 1 else 'not'} large enough."
    name, sign = _value_name(floor, at), 1 if floor.sense == "at least" else -1
    worst = min(judged, key=lambda each: -math.inf if each.value is None else sign * each.value)
    value = _value_text(floor, worst)
    if len(judged) == 1:
        which = (
            f"1 group, {_quoted(worst.group)}"
            if n_groups == 1
            else f"{groups}, only {_quoted(worst.group)} is large enough"
        )
        return f"{which}: its {name} is {value}."
    every = f"Of the {groups}" if len(judged) == n_groups else f"{groups}. Of the {len(judged)} that are large enough"
    extreme = f"has the {'lowest' if sign == 1 else 'highest'} {name}: {value}"
    fails = sum(each.outcome == "fail" for each in judged)
    verdict = f"; {fails} of them fail{'s' * (fails == 1)}" if fails else ""
    return f"{every}, {_quoted(worst.group)} {extreme}{verdict}."


def _value_name(floor: Constraint, at: At) -> str:
    name = formatting.lowercase_label(metric(floor.name).label)
    side = "lower" if floor.sense == "at least" else "upper"
    return name if at == "point" else f"{side} bound of {name}"


def _value_text(floor: Constraint, of: GroupOutcome) -> str:
    return "undefined" if of.value is None else value_beside(of.value, floor.bound)


def _few_text(floor: Constraint, few: Sequence[GroupOutcome]) -> str:
    names = [f"{_quoted(each.group)} ({_size_text(floor, each)})" for each in few[:_MOST_NAMED]]
    more = [f"and {len(few) - _MOST_NAMED} more"] if len(few) > _MOST_NAMED else []
    return ", ".join([*names, *more])


def _size_text(floor: Constraint, of: GroupOutcome) -> str:
    sizes = {"rows": of.n} | _needed_rows(floor, of)
    return ", ".join(_counted(n, kind) for kind, n in sizes.items())


def _counted(n: int, kind: str) -> str:
    return f"{formatting.count(n)} {kind.removesuffix('s') if n == 1 else kind}"


def value_lines(floor: Constraint, outcomes: Sequence[GroupOutcome]) -> list[str]:
    """Return a line for each group with its outcome, value and rows; none where there are more than twenty groups."""
    if len(outcomes) > _MOST_LISTED:
        return []
    rows = [
        (
            each.outcome,
            _quoted(each.group),
            _value_text(floor, each),
            f"({_size_text(floor, each)})",
        )
        for each in outcomes
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    return ["  ".join([*map(str.ljust, row[:3], widths), row[3]]) for row in rows]


def _quoted(name: str) -> str:
    return formatting.truncate(name, longest=40)
