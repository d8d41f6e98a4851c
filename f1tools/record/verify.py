"""Whether a record still holds: everything that it says is computed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.decision import Decision, decide
from f1tools.formatting.threshold import slider_bounds
from f1tools.predictions import Predictions
from f1tools.readers.formats.parsing import normalize_label
from f1tools.record.differ import Difference, between, other_rows, quoted
from f1tools.record.expecting import EXACT, NEAR, expectations
from f1tools.record.files import about_files, other_sizes, same_bytes
from f1tools.record.record import DecisionRecord, FileSeen, ScoreShares
from f1tools.record.score_shares import shares_at
from f1tools.record.write import record_of
from f1tools.uncertainty import TunedEstimate, tuned_estimate
from f1tools.version import __version__

_DECISION = "Decision"


@dataclass(frozen=True)
class Verification:
    """What a second look at a record found.

    Parameters
    ----------
    differences : tuple of Difference
        What came out differently.
    notes : tuple of str
        What is worth knowing and no difference, a sentence each.
    """

    differences: tuple[Difference, ...]
    notes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether everything came out as it is recorded."""
        return not self.differences


def verify(
    record: DecisionRecord,
    predictions: Predictions,
    files: Sequence[FileSeen] = (),
    *,
    left_out: Mapping[str, int] | None = None,
) -> Verification:
    """Compute everything that a record says about its rows again, and say what differs.

    Thresholds and counts of rows must come out exactly, metrics, intervals and sums of weights to nine digits. So must
    what is expected on new rows, because the resamples are the very same. Only where the record is of another numpy
    (1.26 is not 2.0), or weighted rows come from other bytes, so that their sums round otherwise, it may be as far away
    as other resamples would bring it, and a note says so.

    What somebody asked for or told is taken from the record and can't be verified: the metric and its limits, the date,
    the versions, the title, what was supposed, and that rows trained the model.

    Parameters
    ----------
    record : DecisionRecord
    predictions : Predictions
        The rows, read as ``record.source.read_as`` says.
    files : sequence of FileSeen
        The files that they come from now; other bytes with the same rows are no difference.
    left_out : mapping of str to int, optional
        Rows that could not be used, by reason; they are not compared where it is not known.

    Examples
    --------
    >>> from f1tools.record import source_of
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> record = record_of(decide(predictions.curves()), source_of(predictions))
    >>> verify(record, predictions).agrees
    True
    >>> others = Predictions.from_arrays([1, 0, 0, 0], [0.93, 0.41, 0.41, 0.12])
    >>> print(*verify(record, others).differences[:2], sep="; ")
    Positive rows: recorded 2, found 1; Table of counts: recorded sha256:5b4e62681faa11d6, found sha256:9cc9b90650eec165
    """
    if record.model not in predictions.scores:
        found = ", ".join(map(quoted, predictions.models[:5])) + (", ..." if len(predictions.models) > 5 else "")
        missing = Difference("Model", quoted(record.model), found)
        return Verification((missing,), tuple(about_files(record, files, alike=False)))
    # Bounds and weights may be as large as doubles go, and resamples of few rows may hold none.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        again = _taken_again(record, predictions, same_bytes=same_bytes(record, files))
    differences = [*again.differences, *_as_read(record, predictions, left_out), *other_sizes(record, files)]
    notes = [*again.notes, *about_files(record, files, alike=again.same_rows)]
    written_by = record.versions.get("f1tools", "")
    if differences and written_by != __version__:
        notes.append(f"The record is of f1tools {formatting.truncate(written_by)}, this is {__version__}.")
    return Verification(tuple(differences), tuple(notes))


def _as_read(
    record: DecisionRecord, predictions: Predictions, left_out: Mapping[str, int] | None
) -> Iterator[Difference]:
    """Compare what the record says of how its rows were read with how they are read now."""
    negative = record.source.read_as.neg_label
    if negative is not None and normalize_label(negative) not in (
        normalize_label(record.neg_label),
        normalize_label(predictions.neg_label),
    ):
        yield Difference("Negative label that is read", quoted(negative), quoted(predictions.neg_label))
    if left_out is None:
        return
    for reason in dict.fromkeys((*record.source.dropped, *left_out)):
        mine, its = record.source.dropped.get(reason, 0), left_out.get(reason, 0)
        if mine != its:
            yield Difference(f"Rows left out, {quoted(reason)}", formatting.count(mine), formatting.count(its))


@dataclass(frozen=True)
class _Again:
    """What came out of taking the decision once more."""

    differences: list[Difference]
    notes: list[str]
    same_rows: bool


def _taken_again(record: DecisionRecord, predictions: Predictions, *, same_bytes: bool) -> _Again:
    """Take the decision again, as the record says, and compare."""
    try:
        decision = _decided(record, predictions)
    except ValueError as error:  # a metric that is undefined at every threshold
        undefined = Difference(_DECISION, f"best at {formatting.decimal(record.best_threshold)}", str(error))
        return _Again([undefined], [], same_rows=False)
    found = record_of(
        decision,
        replace(record.source, rows=predictions.n, positives=predictions.n_pos),
        estimate=_estimated(record, decision),
        confidence_level=record.confidence_level,
    )
    found = replace(found, scores=_binned(record, found, decision.curves.evaluation, same_bytes=same_bytes))
    differences = list(between(record, found))
    if bool(record.not_met) != bool(found.not_met) and (record.constraints or found.not_met):
        differences.append(Difference("Limits", record.not_met or "kept", found.not_met or "kept"))
    apart, notes = _expected(record, found, decision, same_bytes=same_bytes)
    return _Again([*differences, *apart], notes, same_rows=not other_rows(record, found))


def _binned(record: DecisionRecord, found: DecisionRecord, curve: ThresholdCurve, *, same_bytes: bool) -> ScoreShares:
    """Give the bins found, with the shares of the recorded bins.

    Of two edges that are equally good the order of weighted rows decides: then the recorded ones are as good. Of other
    rows, which is told, they need not be told as well.
    """
    mine, its = record.scores.edges, found.scores.edges
    as_good = other_rows(record, found)
    if record.weighted and not same_bytes and len(mine) == len(its) > 0:
        as_good |= bool((np.abs(curve.positions(mine) - curve.positions(its)) <= 1).all())
    return replace(found.scores, edges=mine if as_good else its, shares=shares_at(curve, mine))


def _expected(
    record: DecisionRecord, found: DecisionRecord, decision: Decision, *, same_bytes: bool
) -> tuple[list[Difference], list[str]]:
    """Compare what is expected on new rows: exactly, unless other resamples may have been drawn."""
    if record.expected is None or found.expected is None:
        return [], ["The record has no estimate: nothing about new rows can be checked, neither here nor by a gate."]
    ceiling = slider_bounds(decision.curves.tuning)[1]
    exactly = expectations(record.expected, found.expected, ceiling=ceiling, within=EXACT)
    why = _may_be_drawn_otherwise(record, same_bytes=same_bytes)
    if not (exactly and why):
        return exactly, []
    nearly = expectations(record.expected, found.expected, ceiling=ceiling, within=NEAR)
    return nearly, [] if nearly else [f"What to expect on new rows agrees only nearly: {why}."]


def _may_be_drawn_otherwise(record: DecisionRecord, *, same_bytes: bool) -> str:
    """Say why the resamples may be others than those of the record; nothing where they are the same."""
    numpy = record.versions.get("numpy", "")
    if numpy.split(".")[:2] != np.__version__.split(".")[:2]:
        return (
            f"other random resamples, the record's are of numpy {formatting.truncate(numpy)}, these of {np.__version__}"
        )
    if record.weighted and not same_bytes:
        return "sums of weights round otherwise where the rows may come in another order"
    return ""


def _decided(record: DecisionRecord, predictions: Predictions) -> Decision:
    """Decide within the constraints; where they cannot be satisfied, without them."""
    return decide(
        predictions.curves(record.model),
        record.metric,
        constraints=record.constraints,
        threshold=record.threshold,
        on_unmet="relax",
    )


def _estimated(record: DecisionRecord, decision: Decision) -> TunedEstimate | None:
    if record.expected is None:
        return None
    return tuned_estimate(
        decision.curves.tuning,
        record.metric,
        constraints=decision.tuning.constraints,
        n_resamples=record.expected.n_resamples,
        confidence_level=record.expected.confidence_level,
        random_state=record.expected.random_state,
    )
