"""Whether a record still holds: everything that it says is computed again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from f1tools import words
from f1tools.decision import Decision, decide
from f1tools.optimum import ConstraintsNotMet
from f1tools.predictions import Predictions
from f1tools.record.differ import TABLE, Difference, between, expectations, quoted
from f1tools.record.record import DecisionRecord, FileSeen
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


def verify(record: DecisionRecord, predictions: Predictions, files: Sequence[FileSeen] = ()) -> Verification:
    """Compute everything that a record says again, and say what differs.

    Thresholds and counts of rows must come out exactly, metrics, intervals and sums of weights to nine digits. The
    resamples behind what is expected are the very same with the same numpy and without weights. Other versions of
    numpy may draw others, and sums of weights in another order round otherwise: then it suffices that what is expected
    is as near as other resamples would bring it, and a note says so.

    Parameters
    ----------
    record : DecisionRecord
    predictions : Predictions
        The rows, read as ``record.source.read_as`` says.
    files : sequence of FileSeen
        The files that they come from now; other bytes with the same rows are no difference.

    Examples
    --------
    >>> from f1tools.record import source_of
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> record = record_of(decide(predictions), source_of(predictions))
    >>> verify(record, predictions).agrees
    True
    >>> others = Predictions.from_arrays([1, 0, 0, 0], [0.93, 0.41, 0.41, 0.12])
    >>> print(*verify(record, others).differences[:2], sep="; ")
    Positive rows: recorded 2, found 1; Table of counts: recorded sha256:5b4e62681faa11d6, found sha256:9cc9b90650eec165
    """
    if record.model not in predictions.scores:
        found = ", ".join(map(quoted, predictions.models[:5])) + (", ..." if len(predictions.models) > 5 else "")
        missing = Difference("Model", quoted(record.model), found)
        return Verification((missing,), tuple(_about_files(record, files, alike=False)))
    # Bounds and weights may be as large as doubles go, and resamples of few rows may hold none.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        differences, notes = _taken_again(record, predictions)
    alike = not any(each.what.startswith((TABLE, _DECISION)) for each in differences)
    notes += _about_files(record, files, alike=alike)
    written_by = record.versions.get("f1tools", "")
    if differences and written_by != __version__:
        notes.append(f"The record is of f1tools {words.shortened(written_by)}, this is {__version__}.")
    return Verification(tuple(differences), tuple(notes))


def _taken_again(record: DecisionRecord, predictions: Predictions) -> tuple[list[Difference], list[str]]:
    """Take the decision again, as the record says, and compare."""
    try:
        decision = _decided(record, predictions)
    except ValueError as error:  # a metric that is undefined at every threshold
        return [Difference(_DECISION, f"best at {words.decimal_text(record.best_threshold)}", str(error))], []
    found = record_of(
        decision,
        replace(record.source, rows=predictions.n, positives=predictions.n_pos),
        estimate=_estimated(record, decision),
        confidence_level=record.confidence_level,
    )
    # The bins are those of the record: of two that are equally good the order of weighted rows may decide.
    found = replace(found, scores=replace(found.scores, shares=shares_at(decision.curve, record.scores.edges)))
    differences, notes = list(between(record, found)), []
    if bool(record.not_met) != bool(found.not_met) and (record.constraints or found.not_met):
        differences.append(Difference("Limits", record.not_met or "kept", found.not_met or "kept"))
    if record.expected is not None and found.expected is not None:
        same_draws = record.versions.get("numpy") == np.__version__ and not record.weighted
        apart, nearly = expectations(record.expected, found.expected, loosely=not same_draws)
        differences += apart
        if nearly:
            notes.append(
                "What to expect on new rows agrees but for other random resamples: the record's are of numpy "
                f"{words.shortened(record.versions['numpy'])}, these of {np.__version__}."
            )
    return differences, notes


def _decided(record: DecisionRecord, predictions: Predictions) -> Decision:
    """Decide within the limits; where they can't be kept, without them."""
    try:
        return decide(
            predictions, record.model, record.metric, constraints=record.constraints, threshold=record.threshold
        )
    except ConstraintsNotMet as error:
        decision = decide(predictions, record.model, record.metric, threshold=record.threshold)
        return replace(decision, not_met=str(error))


def _estimated(record: DecisionRecord, decision: Decision) -> TunedEstimate | None:
    if record.expected is None:
        return None
    return tuned_estimate(
        decision.tuning,
        record.metric,
        constraints=decision.tuned.constraints,
        n_resamples=record.expected.n_resamples,
        confidence_level=record.expected.confidence_level,
        random_state=record.expected.random_state,
    )


def _about_files(record: DecisionRecord, files: Sequence[FileSeen], *, alike: bool) -> Iterator[str]:
    """Say whether the files are those of the record."""
    known = {each.sha256: each for each in record.source.files}
    if not (known and files):
        return
    others = [each for each in files if each.sha256 not in known]
    for each in others:
        yield (
            f"{quoted(each.name)} is not byte for byte a file of the record, but holds the same rows."
            if alike
            else f"{quoted(each.name)} is another file than the record's: its SHA-256 begins with {each.sha256[:16]}."
        )
    if not others and not alike:
        yield "The files are the record's to the last byte: they were read in another way, or the record changed."
