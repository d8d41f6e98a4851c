"""Checking a recorded decision on new rows: each check returns a finding, for pipelines to pass or fail on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.types import InvalidPredictions
from f1tools.groups.sentences import rate_label
from f1tools.predictions import Predictions
from f1tools.record.checks.drift import check_prevalence, check_scores, check_threshold
from f1tools.record.checks.groups import group_outcomes, worst_group
from f1tools.record.checks.inside_bin import judge
from f1tools.record.checks.new_data import Level, NewData, check_rows
from f1tools.record.checks.parity import check_parity
from f1tools.record.checks.performance import (
    At,
    check_constraint,
    check_metric,
    check_requirement,
    recorded_constraints,
)
from f1tools.record.diff import quoted
from f1tools.record.model import DecisionRecord
from f1tools.record.source import FileDigest
from f1tools.threshold_table import ThresholdTable

ALLOWED_KINDS = ("rows", "limits", "value", "class", "parity", "threshold", "prevalence", "scores")
"""The kinds of findings that can be allowed to fail."""

_INDEPENDENT_OF_SIZE = ("rows", "floor", "group")  # these fail with few rows, too


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Parameters
    ----------
    kind : str
        "rows" for the rows that are judged, "floor" for a requirement of the caller, "group" for one in each group,
        "limits" for a constraint of the decision, "value" for the recorded metric, "parity" for a rate that is alike in
        all groups, "class" for F-beta of one of several classes, "threshold", "prevalence" and "scores" for drift.
    name : str
        What was checked.
    level : "ok", "warn" or "fail"
    sentence : str
        The result with its numbers.
    """

    kind: str
    name: str
    level: Level
    sentence: str


def check(  # noqa: PLR0913 (keywords, each with a default)
    record: DecisionRecord,
    predictions: Predictions | ThresholdTable,
    *,
    floors: Sequence[Constraint] = (),
    at: At = "point",
    max_psi: float = 0.25,
    allow: Collection[str] = (),
    left_out: Mapping[str, int] | None = None,
    files: Sequence[FileDigest] = (),
    by: str = "",
) -> tuple[Finding, ...]:
    """Check whether a recorded decision holds on new rows, at the recorded threshold or those of the groups.

    Parameters
    ----------
    record : DecisionRecord
    predictions : Predictions or ThresholdTable
        Rows that had no part in the decision. Where they have roles, the evaluation rows are judged. With groups where
        the record has thresholds of groups. Or the threshold table of such rows: where the recorded threshold lies
        inside a bin, the worst and the best counts that are possible are checked, and what depends on them warns.
    floors : sequence of Constraint
        Requirements that the recorded threshold must meet on them.
    at : "point" or "lower-bound"
        Whether a requirement must be met by the value, or by the worse bound of its 95 % interval.
    max_psi : float
        The population stability index above which the scores have drifted.
    allow : collection of str
        Kinds of findings that only warn: any of :data:`ALLOWED_KINDS`.
    left_out : mapping of str to int, optional
        Rows that could not be used, by reason; None where that is unknown. More than 5 % of all rows fail.
    files : sequence of FileDigest
        The files that the rows were read from: the recorded files are not new rows.
    by : str
        What the groups of the predictions are, such as the name of their column: requirements must then be met in each
        group as well, except bounds on a number of rows. The worst group decides; those with fewer than ten of the
        rows that a requirement needs only warn. Where the record has thresholds of groups, it must be their column.

    Returns
    -------
    tuple of Finding
        The rows, the requirements in their order, the same by group, the constraints of the decision unless the
        threshold was set by hand, the metric compared with the record, the rate that is alike in all groups, then the
        best threshold (not where groups have thresholds), the prevalence and the scores. Except for the rows and for
        requirements at the point, only significant findings fail; and with fewer than ten positives or negatives
        nothing fails but the rows and requirements.

    Raises
    ------
    InvalidPredictions
        When the predictions lack the model's scores, have another positive label, are weighted where the record is not
        or the other way round, a requirement has no lower bound, or there are no groups although ``by`` is given
        or the record needs them, or ``by`` is not its column of groups.
    ValueError
        For an unknown ``at`` or ``allow``, or a ``max_psi`` that is not above 0.
    """
    if at not in ("point", "lower-bound") or not set(allow) <= set(ALLOWED_KINDS) or not max_psi > 0:
        raise ValueError(f"Invalid options of check: at={at!r}, allow={sorted(allow)!r}, max_psi={max_psi!r}.")
    new, groups = NewData.from_predictions(record, predictions), record.groups
    if groups is not None and by and by != groups.column:
        raise InvalidPredictions(
            f"The record has thresholds by {quoted(groups.column)}, so requirements can be checked by this column, not "
            f"by {quoted(by)}."
        )
    constraints = () if record.chosen == "by hand" else recorded_constraints(record)
    findings = [
        Finding("rows", "rows", *check_rows(new, left_out, files)),
        *(_requirement(new, each, at) for each in dict.fromkeys(floors)),
        *(_by_group(new, floors, at, by) if by else ()),
        *(_limit(new, each) for each in constraints),
        Finding(
            "value",
            f"{formatting.lowercase_label(record.metric.label)} as recorded",
            *judge(new, record.metric.name, check_metric),
        ),
        *_parity(new),
        *([Finding("threshold", "best threshold", *check_threshold(new))] if groups is None else ()),
        Finding("prevalence", "share of positives", *check_prevalence(new)),
        Finding("scores", "scores", *check_scores(new, max_psi)),
    ]
    return tuple(relaxed(each, allow, is_small=new.is_small) for each in findings)


def _requirement(new: NewData, floor: Constraint, at: At) -> Finding:
    verdict = judge(new, floor.name, lambda data: check_requirement(floor, data.point, at))
    return Finding("floor", floor.check_name, *verdict)


def _limit(new: NewData, constraint: Constraint) -> Finding:
    verdict = judge(new, constraint.name, lambda data: check_constraint(constraint, data))
    return Finding("limits", f"{constraint.check_name} (recorded)", *verdict)


def _parity(new: NewData) -> list[Finding]:
    """Check the rate that the record makes alike in all groups."""
    judged, groups = new.groups, new.record.groups
    if judged is None or groups is None or groups.rate is None or groups.tolerance is None:
        return []
    listed = [each.group for each in groups.thresholds]
    verdict = check_parity(judged, listed, groups.rate, groups.tolerance)
    return [Finding("parity", f"{rate_label(groups.rate)} alike in groups", *verdict)]


def _by_group(new: NewData, floors: Sequence[Constraint], at: At, by: str) -> list[Finding]:
    """Check each requirement in all groups."""
    if isinstance(new.predictions, ThresholdTable):
        raise InvalidPredictions(
            f"A threshold table has counts, no rows, so nothing can be required of each {quoted(by)}. Check the record "
            "on rows, or without groups."
        )
    outcomes = group_outcomes(new.record, new.predictions, floors, at)
    found = []
    for floor in dict.fromkeys(floors):
        of_floor = [each for each in outcomes if each.requirement == floor.check_name]
        if of_floor:
            name = f"{floor.check_name} by {formatting.truncate(by)}"
            found.append(Finding("group", name, *worst_group(floor, of_floor, at)))
    return found


def relaxed(finding: Finding, allow: Collection[str], *, is_small: bool) -> Finding:
    """Turn a failure into a warning where the rows are too few for it, or where the caller allows it."""
    reason = ""
    if is_small and finding.kind not in _INDEPENDENT_OF_SIZE:
        reason = "With so few rows this is only a warning."
    elif finding.kind in allow:
        reason = "This is allowed."
    if finding.level != "fail" or not reason:
        return finding
    return replace(finding, level="warn", sentence=f"{finding.sentence} {reason}")
