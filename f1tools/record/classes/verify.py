"""Verifying a record of several classes: everything in it is computed again from its rows, and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from f1tools import formatting
from f1tools.classes import (
    ClassCurves,
    ClassDecision,
    ClassOffsets,
    RuleEstimates,
    ThresholdVector,
    decide_classes,
    estimate_rules,
)
from f1tools.classes.offset_search import OffsetSearch
from f1tools.core.metrics import metric
from f1tools.record.classes.build import build_class_record
from f1tools.record.classes.diff import (
    TOLERANCE,
    expected_differences,
    left_out_differences,
    result_differences,
    row_differences,
)
from f1tools.record.classes.model import METHOD, ClassRecord
from f1tools.record.diff import Fact, RecordDifference, differences_between, quoted
from f1tools.record.source import FileDigest
from f1tools.record.verify import Verification, file_notes, has_same_bytes, why_resamples_may_differ
from f1tools.version import __version__

_MOST_NAMED = 5  # classes


def verify_classes(
    record: ClassRecord,
    curves: ClassCurves,
    files: Sequence[FileDigest] = (),
    *,
    left_out: Mapping[str, int] | None = None,
) -> Verification:
    """Compute everything that a record of several classes says about its rows again, and report the differences.

    Thresholds and counts of rows must be equal; values, intervals, offsets and sums of weights must agree to nine
    digits. Where the rows may be in another order, or another numpy drew the resamples, estimates for new rows may
    differ as those of other resamples; and a search that finds other offsets must not find better or worse ones. A
    record of another ``method`` keeps its offsets, which are only judged by their counts, and its estimates are not
    compared; notes say so. Its thresholds may have other digits, but must flag the same rows.

    What people requested is taken from the record and cannot be verified: the average, beta, the rule, limits,
    thresholds that were set by hand, the date, the versions and the title.

    Parameters
    ----------
    record : ClassRecord
    curves : ClassCurves
        The rows, read as ``record.data.read_as`` says.
    files : sequence of FileDigest
        The files that the rows were read from; other bytes with the same rows are not a difference.
    left_out : mapping of str to int, optional
        Rows that could not be used, by reason; they are not compared where None.

    Examples
    --------
    >>> from f1tools.record import class_source
    >>> curves = ClassCurves.from_predictions(["cat", "dog", "cat"], [[0.8, 0.2], [0.4, 0.6], [0.3, 0.7]])
    >>> record = build_class_record(decide_classes(curves), class_source(curves))
    >>> verify_classes(record, curves).agrees
    True
    """
    if record.names != curves.classes or record.one_per_row != curves.one_per_row:
        differences = differences_between(_kind_facts(record.names, record), _kind_facts(curves.classes, curves))
        return Verification(tuple(differences), tuple(file_notes(record, files, what_agrees="")))
    # Bounds and weights may be as large as floats can be.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return _recompute(record, curves, files, left_out)


def _recompute(
    record: ClassRecord, curves: ClassCurves, files: Sequence[FileDigest], left_out: Mapping[str, int] | None
) -> Verification:
    """Decide and estimate again, and return the differences and notes."""
    reason = why_resamples_may_differ(record, in_same_order=has_same_bytes(record, files))
    decision, estimates = _decision(record, curves)
    is_other = record.method != METHOD
    search = _with_recorded_offsets(record, decision, is_other=is_other) if reason or is_other else None
    computed = build_class_record(
        search or decision, record.data.model_copy(update={"n": len(curves.y_true)}),
        estimates=estimates, limits=record.constraints, min_positives=record.min_positives,
    )  # fmt: skip
    rows = row_differences(record, computed)
    expected, notes = _compare_expected(record, computed, reason)
    notes = [] if rows else notes
    if search is not None:
        notes.append(_search_note(decision, search))
    notes += file_notes(record, files, what_agrees="" if rows else "the same rows")
    without = "own" if is_other and record.one_per_row and record.chosen != "own" else ""  # its offsets are unknown
    results = result_differences(record, computed, without=without)
    differences = [*rows, *results, *left_out_differences(record, left_out), *expected]
    version = record.versions["f1tools"]
    if differences and version != __version__:
        notes.append(f"The record was written by f1tools {formatting.truncate(version)}; this is {__version__}.")
    return Verification(tuple(differences), tuple(notes))


def _kind_facts(names: Sequence[str], of: ClassRecord | ClassCurves) -> dict[str, Fact]:
    listed = ", ".join(map(quoted, names[:_MOST_NAMED])) + (", ..." if len(names) > _MOST_NAMED else "")
    kind = "one class a row" if of.one_per_row else "any number of labels a row"
    return {"Classes": Fact(f"{len(names):,}: {listed}"), "Kind": Fact(kind)}


def _decision(record: ClassRecord, curves: ClassCurves) -> tuple[ClassDecision, RuleEstimates | None]:
    """Decide again as the record says, and estimate with the recorded resamples."""
    decision = decide_classes(
        curves, record.average, beta=record.beta, rule=record.chosen, constraints=record.constraints,
        min_positives=record.min_positives,
    )  # fmt: skip
    estimates = None
    if record.resamples is not None and record.method == METHOD:
        estimates = estimate_rules(decision, **dict(record.resamples))
    if record.by_hand:
        decision = decision.with_thresholds({name: record.thresholds[name] for name in record.by_hand})
    return decision if record.method == METHOD else _with_recorded_thresholds(record, decision), estimates


def _with_recorded_thresholds(record: ClassRecord, decision: ClassDecision) -> ClassDecision:
    """Return the decision with the recorded thresholds of labels for which they flag the same rows, in more digits."""
    rule = decision.rules[decision.chosen]
    if not isinstance(rule.by, ThresholdVector):
        return decision
    score, thresholds = decision.curves.y_score, rule.by.thresholds.copy()
    for place, recorded in enumerate(record.cuts.tolist()):
        if ((score[:, place] >= recorded) == (score[:, place] >= thresholds[place])).all():
            thresholds[place] = recorded
    changed = replace(rule, by=replace(rule.by, thresholds=thresholds))
    return replace(decision, rules={**decision.rules, decision.chosen: changed})


def _with_recorded_offsets(record: ClassRecord, decision: ClassDecision, *, is_other: bool) -> ClassDecision | None:
    """Return the decision with the recorded offsets where the search found other ones that are as good.

    None where it found the same, or better or worse ones, which are a difference unless the method is another one.
    """
    rule = decision.rule
    if not isinstance(rule.by, ClassOffsets) or np.allclose(record.cuts, rule.by.offsets, rtol=0, atol=TOLERANCE):
        return None
    search = OffsetSearch.build(decision.curves, decision.average, decision.beta)
    counts = search.counts(np.argmax(record.decide(decision.curves.y_score), axis=1))
    recorded = replace(rule, by=replace(rule.by, offsets=record.cuts, counts=counts), counts=counts)
    if not is_other and abs(recorded.value(decision.average) - rule.value(decision.average)) > TOLERANCE:
        return None
    return replace(decision, rules={**decision.rules, decision.chosen: recorded})


def _search_note(found: ClassDecision, recorded: ClassDecision) -> str:
    """Say what the search found instead of the recorded offsets."""
    gain = found.rule.value(found.average) - recorded.rule.value(found.average)
    if abs(gain) <= TOLERANCE:
        return "The search found other offsets, which are neither better nor worse."
    label = f"{found.average} {metric('fbeta', found.beta).label}"
    than = f"{formatting.metric_value(abs(gain))} {'higher' if gain > 0 else 'lower'}"
    return f"Offsets are searched in another way than for the record: their {label} is {than} now."


def _compare_expected(
    record: ClassRecord, computed: ClassRecord, reason: str
) -> tuple[list[RecordDifference], list[str]]:
    """Compare the estimates for new rows: exactly, unless there is a reason why other resamples may have been drawn."""
    if record.resamples is not None and record.method != METHOD:
        note = "What to expect on new rows is estimated in another way than for the record, so it is not compared."
        return [], [note]
    if record.resamples is None:
        return [], ["The record has no estimate for new rows, so performance on new rows cannot be checked."]
    for is_approximate in (False, True)[: 1 + bool(reason)]:
        found = expected_differences(record, computed, is_approximate=is_approximate)
        if not found:
            break
    notes = [f"The estimates for new rows agree only approximately: {reason}."] if is_approximate and not found else []
    return found, notes
