"""Verifying a record: everything in it is computed again from its rows, and compared."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.core.types import InvalidPredictions
from f1tools.decision import Decision, decide
from f1tools.formatting import slider_bounds
from f1tools.predictions import Predictions
from f1tools.readers import Choices
from f1tools.readers.formats.table import normalize_label
from f1tools.record.build import build_record
from f1tools.record.classes.model import ClassRecord
from f1tools.record.diff import (
    RecordDifference,
    expected_differences,
    group_differences,
    quoted,
    result_differences,
    row_differences,
)
from f1tools.record.drift_statistics import bin_shares
from f1tools.record.groups import group_thresholds
from f1tools.record.model import DecisionRecord, ScoreBins
from f1tools.record.source import DataSource, FileDigest
from f1tools.record.verify_bins import comparable_record, have_other_bins
from f1tools.record.verify_comparison import compare_again
from f1tools.threshold_table import ThresholdTable
from f1tools.uncertainty.bootstrap import estimate_from_resamples
from f1tools.uncertainty.resampling import draw_resamples
from f1tools.version import __version__


@dataclass(frozen=True)
class Verification:
    """The result of verifying a record.

    Parameters
    ----------
    differences : tuple of RecordDifference
    notes : tuple of str
        Sentences about circumstances that are not differences.
    """

    differences: tuple[RecordDifference, ...]
    notes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether everything was computed as it is recorded."""
        return not self.differences


def verify(
    record: DecisionRecord,
    predictions: Predictions | ThresholdTable,
    files: Sequence[FileDigest] = (),
    *,
    left_out: Mapping[str, int] | None = None,
    unscored: Mapping[str, tuple[int, int]] | None = None,
    columns: Collection[str] | None = None,
) -> Verification:
    """Compute everything that a record says about its rows again, and report the differences.

    Thresholds and counts of rows must be equal; metrics, intervals and sums of weights must agree to nine digits. The
    estimates for new data must be equal, too, because the resamples are the same. Only where the record was computed
    with another numpy (1.26 instead of 2.0), or weighted rows come from files with other bytes, so that their sums are
    rounded differently, they may differ as much as those of other resamples, and a note says so. So may the intervals
    of differences between models, also of unweighted rows, because their resamples depend on the order of the rows.

    Where rows were counted in bins, here or for the record, what both know must be equal: the numbers of rows, the
    counts at the recorded threshold, the best threshold, and the distribution of scores at the edges of bins. A
    recorded count or best value that one of them does not know must be possible.

    What people requested or stated is taken from the record and cannot be verified: the metric and its constraints, the
    date, the versions, the title, the what-if settings, and that rows trained the model.

    Parameters
    ----------
    record : DecisionRecord
    predictions : Predictions or ThresholdTable
        The rows, read as ``record.data.read_as`` says; with groups where the record has thresholds of groups. Or their
        threshold table, of which thresholds of groups and comparisons of models can't be verified.
    files : sequence of FileDigest
        The files that the rows were read from; other bytes with the same rows are not a difference.
    left_out : mapping of str to int, optional
        Rows that could not be used, by reason; they are not compared where None.
    unscored : mapping of str to (int, int), optional
        Positive and negative rows without a score, by model; compared where the record has them.
    columns : collection of str, optional
        The columns of the files. Those of keys and amounts, and of groups that have no thresholds, may be missing,
        because no number depends on them, but not from the recorded bytes.

    Raises
    ------
    InvalidPredictions
        For a threshold table where the record has thresholds of groups.

    Examples
    --------
    >>> from f1tools.record import data_source
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> record = build_record(decide(predictions.curves()), data_source(predictions))
    >>> verify(record, predictions).agrees
    True
    >>> others = Predictions.from_arrays([1, 0, 0, 0], [0.93, 0.41, 0.41, 0.12])
    >>> print(verify(record, others).differences[0])
    Positive rows: recorded 2, computed 1
    """
    if record.model not in predictions.models:
        models = ", ".join(map(quoted, predictions.models[:5])) + (", ..." if len(predictions.models) > 5 else "")
        missing = RecordDifference("Model", quoted(record.model), models)
        return Verification((missing,), tuple(file_notes(record, files, what_agrees="")))
    if isinstance(predictions, ThresholdTable):
        predictions = predictions.only(record.model)
    # Bounds and weights may be as large as floats can be, and resamples of few rows may lack a class.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        differences, notes, what_agrees = _recompute(record, predictions, same_bytes=has_same_bytes(record, files))
    if isinstance(predictions, ThresholdTable) != (record.data.table is not None):
        left_out = unscored = None  # engines and readers of files have other reasons to leave rows out
    differences += _reading_differences(record, predictions, files, left_out, unscored)
    if columns is not None and has_same_bytes(record, files):
        differences += _missing_columns(record.data.read_as, columns)
    notes += file_notes(record, files, what_agrees=what_agrees)
    version = record.versions["f1tools"]
    if differences and version != __version__:
        notes.append(f"The record was written by f1tools {formatting.truncate(version)}; this is {__version__}.")
    return Verification(tuple(differences), tuple(notes))


def _recompute(
    record: DecisionRecord, predictions: Predictions | ThresholdTable, *, same_bytes: bool
) -> tuple[list[RecordDifference], list[str], str]:
    """Return the differences and notes from deciding again, and what of the rows agrees; empty for other rows."""
    try:
        decision = decide(
            predictions.curves(record.model),
            record.metric,
            constraints=record.constraints,
            threshold=record.threshold,
            on_unmet="relax",
        )
    except ValueError as error:  # a metric that is undefined at every threshold
        best = f"best {formatting.at_threshold(formatting.exact_threshold(record.objective.best_threshold))}"
        return [RecordDifference("Decision", best, str(error))], [], ""
    computed = _in_notation_of(record, _computed_record(record, predictions, decision), decision)
    curve = decision.curves.evaluation
    in_other_bins = have_other_bins(record, computed, curve)
    differences: list[RecordDifference] = []
    if in_other_bins:
        computed, differences = comparable_record(record, computed, decision)
    differences += row_differences(record, computed)
    same_rows = not differences
    if not in_other_bins:
        bins = _comparable_bins(record, computed.scores, curve, same_rows=same_rows, same_bytes=same_bytes)
        computed = computed.model_copy(update={"scores": bins})
    differences += result_differences(record, computed)
    differences += _compare_groups(record, predictions, decision)
    recorded, not_met = record.objective.not_met, computed.objective.not_met
    if bool(recorded) != bool(not_met) and (record.constraints or not_met):
        differences.append(RecordDifference("Constraints", recorded or "met", not_met or "met"))
    reason = why_resamples_may_differ(record, in_same_order=same_bytes or not record.weighted)
    reason = "the rows were counted in other bins" if in_other_bins else reason
    expected, notes = _compare_expected(record, computed, decision, reason=reason)
    what_agrees = "counts that agree with it" if in_other_bins else "the same rows"
    what_agrees = what_agrees if same_rows else ""
    models, more_notes = compare_again(
        record, predictions, why_resamples_differ=why_resamples_may_differ(record, in_same_order=same_bytes)
    )
    return [*differences, *expected, *models], [*notes, *more_notes], what_agrees


def _computed_record(
    record: DecisionRecord, predictions: Predictions | ThresholdTable, decision: Decision
) -> DecisionRecord:
    """Return the record of the decision, with an estimate of the recorded resamples if the record has one."""
    expected, estimate = record.expected, None
    if expected is not None:
        resamples = draw_resamples(
            decision.curves.tuning,
            decision.tuning,
            expected.n_resamples,
            random_state=expected.random_state,
            drawing=expected.drawing,
        )
        estimate = estimate_from_resamples(
            decision.tuning,
            resamples,
            confidence_level=expected.confidence_level,
            random_state=expected.random_state,
        )
    source = record.data.model_copy(update={"n": predictions.n, "n_pos": _number_of_positives(record, predictions)})
    return build_record(decision, source, estimate=estimate, confidence_level=record.confidence_level)


def _number_of_positives(record: DecisionRecord, predictions: Predictions | ThresholdTable) -> int:
    """Return the number of positive rows; as recorded where a table knows only their weight."""
    if isinstance(predictions, ThresholdTable) and predictions.weighted:
        n_pos = predictions.by_model[record.model].n_pos
        return record.data.n_pos if n_pos is None else n_pos
    return predictions.n_pos


def _compare_groups(
    record: DecisionRecord, predictions: Predictions | ThresholdTable, decision: Decision
) -> list[RecordDifference]:
    """Choose the thresholds of groups again, and compare them."""
    groups = record.groups
    if groups is None:
        return []
    if isinstance(predictions, ThresholdTable):
        raise InvalidPredictions(
            f"The record has thresholds by {quoted(groups.column)}, and a threshold table has counts, no rows. Provide "
            "the rows to verify them."
        )
    try:
        computed = group_thresholds(
            predictions,
            decision,
            groups.column,
            equal=groups.rate,
            tolerance=groups.tolerance or 0.0,
            min_rows=groups.min_class_size,
        )
    except InvalidPredictions as error:  # no groups, or too few rows of each
        return [RecordDifference("Thresholds of groups", f"by {quoted(groups.column)}", str(error))]
    return group_differences(groups, computed, label=record.metric.label, weighted=record.weighted)


def _in_notation_of(record: DecisionRecord, computed: DecisionRecord, decision: Decision) -> DecisionRecord:
    """Return the computed record with the recorded best threshold where both flag nothing.

    Records of version 0.1 have a number above all scores instead of null.
    """
    recorded, curves = record.objective.best_threshold, decision.curves
    highest = max(float(curve.thresholds[1]) for curve in (curves.tuning, curves.evaluation))
    if math.isfinite(computed.objective.best_threshold) or recorded <= highest:
        return computed
    objective = computed.objective.model_copy(update={"best_threshold": recorded})
    return computed.model_copy(update={"objective": objective})


def _comparable_bins(
    record: DecisionRecord, computed: ScoreBins, curve: ThresholdCurve, *, same_rows: bool, same_bytes: bool
) -> ScoreBins:
    """Return the computed bins, with the shares of the recorded edges.

    The recorded edges replace the computed ones where they are as good: where weighted rows may be in another order,
    which decides between two equally good edges. For other rows, which is a difference already, edges are not compared.
    """
    recorded_edges, edges = record.scores.edges, computed.edges
    as_good = not same_rows
    if record.weighted and not same_bytes and len(recorded_edges) == len(edges) > 0:
        as_good |= bool((np.abs(curve.positions(recorded_edges) - curve.positions(edges)) <= 1).all())
    shares = bin_shares(curve, recorded_edges)
    return computed.model_copy(update={"edges": recorded_edges if as_good else edges, "shares": shares})


def _compare_expected(
    record: DecisionRecord, computed: DecisionRecord, decision: Decision, *, reason: str
) -> tuple[list[RecordDifference], list[str]]:
    """Compare the estimates for new data: exactly, unless there is a reason why other resamples may have been drawn."""
    if record.expected is None or computed.expected is None:
        return [], ["The record has no estimate for new data, so performance on new data cannot be checked."]
    ceiling = slider_bounds(decision.curves.tuning)[1]
    exact = expected_differences(record.expected, computed.expected, ceiling=ceiling, same_resamples=True)
    if not (exact and reason):
        return exact, []
    if record.objective.bound is not None or not decision.tuning.is_certain:
        return [], [f"The estimates for new data cannot be compared: {reason}."]
    near = expected_differences(record.expected, computed.expected, ceiling=ceiling, same_resamples=False)
    return near, [] if near else [f"The estimates for new data agree only approximately: {reason}."]


def why_resamples_may_differ(record: DecisionRecord | ClassRecord, *, in_same_order: bool) -> str:
    """Return why the resamples may differ from those of the record; empty where they are the same."""
    version = record.versions["numpy"]
    if version.split(".")[:2] != np.__version__.split(".")[:2]:
        return f"numpy {formatting.truncate(version)} drew the recorded resamples, {np.__version__} drew these"
    if in_same_order:
        return ""
    what = "sums of weights are rounded differently" if record.weighted else "other rows are drawn"
    return f"{what} where the rows may be in another order"


def _reading_differences(
    record: DecisionRecord,
    predictions: Predictions | ThresholdTable,
    files: Sequence[FileDigest],
    left_out: Mapping[str, int] | None,
    unscored: Mapping[str, tuple[int, int]] | None,
) -> Iterator[RecordDifference]:
    """Yield what was read differently: the negative label, the rows left out, and sizes of files with equal digests."""
    data = record.data
    known = map(normalize_label, (record.neg_label, predictions.neg_label))
    negative = None if data.read_as.one_class is not None else data.read_as.neg_label  # a class is against all others
    if negative is not None and normalize_label(negative) not in known:
        yield RecordDifference("Negative label of the file", quoted(negative), quoted(predictions.neg_label))
    counts = {}
    if left_out is not None:
        for reason in _comparable_reasons(data, left_out):
            counts[f"Rows left out, {quoted(reason)}"] = data.dropped.get(reason, 0), left_out.get(reason, 0)
    if unscored is not None:  # records of version 0.1 have none of them
        for name, rows in data.unscored.items():
            n_pos, n_neg = unscored.get(name, (0, 0))
            counts[f"Positive rows without a score of {quoted(name)}"] = rows.positives, n_pos
            counts[f"Negative rows without a score of {quoted(name)}"] = rows.negatives, n_neg
    for recorded, file in product(data.files, files):
        if recorded.sha256 == file.sha256:
            counts[f"Bytes of {quoted(recorded.name)}"] = recorded.size, file.size
    for what, (mine, theirs) in counts.items():
        if mine != theirs:
            yield RecordDifference(what, formatting.count(mine), formatting.count(theirs))


def _comparable_reasons(data: DataSource, left_out: Mapping[str, int]) -> list[str]:
    """Return the reasons to leave rows out that the record knows; records of version 0.1 count no gaps in stacks."""
    is_early_stack = data.read_as.splits_into_models and not data.unscored
    reasons = dict.fromkeys((*data.dropped, *left_out))
    return [each for each in reasons if not (is_early_stack and each.startswith(("missing score", "unreadable score")))]


def _missing_columns(choices: Choices, columns: Collection[str]) -> Iterator[RecordDifference]:
    """Yield the columns of groups, keys and amounts that do not exist."""
    recorded = {"groups": choices.group, "keys": choices.id, "amounts": choices.amount}
    for what, name in recorded.items():
        if name is not None and name not in columns:
            yield RecordDifference(f"Column of {what}", quoted(name), "no such column")


def has_same_bytes(record: DecisionRecord | ClassRecord, files: Sequence[FileDigest]) -> bool:
    """Return whether the files are known to be the recorded ones."""
    recorded, current = (sorted(each.sha256 for each in digests) for digests in (record.data.files, files))
    return bool(current) and current == recorded


def file_notes(record: DecisionRecord | ClassRecord, files: Sequence[FileDigest], *, what_agrees: str) -> Iterator[str]:
    """Yield how the files relate to those of the record."""
    recorded = {each.sha256 for each in record.data.files}
    if not (recorded and files):
        return
    others = [each for each in files if each.sha256 not in recorded]
    for each in others:
        yield (
            f"{quoted(each.name)} is not byte for byte a file of the record, but holds {what_agrees}."
            if what_agrees
            else f"{quoted(each.name)} is not a file of the record: its SHA-256 begins with {each.sha256[:16]}."
        )
    if not others and not what_agrees:
        yield "The files are byte for byte those of the record: they were read differently, or the record was changed."
