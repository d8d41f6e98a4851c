"""Does a decision still hold on new rows: what a gate in a pipeline asks, a finding an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from f1tools.core.constraints import Constraint
from f1tools.predictions import Predictions
from f1tools.record import counted, moved, worth
from f1tools.record.asked import At, floor
from f1tools.record.limits import limit, limits_of
from f1tools.record.new_rows import Finding, NewRows, new_rows
from f1tools.record.record import DecisionRecord, FileSeen

MAY_MOVE = ("rows", "limits", "value", "threshold", "prevalence", "scores")
"""The kinds of findings that can be allowed to fail."""

_NOT_OF_CHANCE = ("rows", "floor")  # what few rows can fail, too


def check(  # noqa: PLR0913 (keywords, each with a default)
    record: DecisionRecord,
    predictions: Predictions,
    *,
    floors: Sequence[Constraint] = (),
    at: At = "point",
    max_psi: float = 0.25,
    allow: Collection[str] = (),
    left_out: Mapping[str, int] | None = None,
    files: Sequence[FileSeen] = (),
) -> tuple[Finding, ...]:
    """Judge new rows by a recorded decision, at the recorded threshold.

    Parameters
    ----------
    record : DecisionRecord
    predictions : Predictions
        Rows that had no part in the decision. Where they have roles, those that report are judged.
    floors : sequence of Constraint
        What the recorded threshold must reach on them.
    at : "point" or "lower-bound"
        Whether the value must reach a floor, or the low end of its 95 % interval.
    max_psi : float
        The population stability index above which the scores have moved.
    allow : collection of str
        Kinds of findings that only warn: any of :data:`MAY_MOVE`.
    left_out : mapping of str to int, optional
        Rows that could not be used, by reason; None where that is not known. More than 5 % of all fail.
    files : sequence of FileSeen
        What the rows were read from: the recorded files are no new rows.

    Returns
    -------
    tuple of Finding
        The rows, the floors in their order, the limits that the decision had to keep unless the threshold was set by
        hand, the metric beside what the record promises, then the best threshold, the share of positives and the
        scores. What chance explains does not fail, floors at the point excepted; and with fewer than ten positives or
        negatives nothing fails but floors and rows left out.

    Raises
    ------
    InvalidPredictions
        When the model has no scores among the predictions, they call something else positive, are weighted where the
        record is not or the other way round, or a floor has no lower bound.
    ValueError
        For an unknown ``at`` or ``allow``, or a ``max_psi`` that is not above 0.
    """
    if at not in ("point", "lower-bound") or not set(allow) <= set(MAY_MOVE) or not max_psi > 0:
        raise ValueError(f"at={at!r}, allow={sorted(allow)!r} and max_psi={max_psi!r} are not what check knows.")
    new = new_rows(record, predictions)
    limits = () if record.chosen == "by hand" else limits_of(record)
    found = [
        counted.rows(record, new, left_out, files),
        *(floor(each, new.point, at) for each in dict.fromkeys(floors)),
        *(limit(each, record, new) for each in limits),
        worth.value(record, new),
        moved.best_threshold(record, new),
        moved.prevalence(record, new),
        moved.scores(record, new, max_psi),
    ]
    return tuple(_allowed(_by_enough(each, new), allow) for each in found)


def _by_enough(finding: Finding, new: NewRows) -> Finding:
    """Let nothing fail by the chance of a handful of rows."""
    if finding.level != "fail" or finding.kind in _NOT_OF_CHANCE or not new.few:
        return finding
    return replace(finding, level="warn", sentence=f"{finding.sentence} So few rows can't fail by that.")


def _allowed(finding: Finding, allow: Collection[str]) -> Finding:
    if finding.level != "fail" or finding.kind not in allow:
        return finding
    return replace(finding, level="warn", sentence=f"{finding.sentence} That is allowed.")
