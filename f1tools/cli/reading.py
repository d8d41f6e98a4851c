"""Read files for a command: ambiguities, notes, fingerprints, and the decision that a record or a memo is about."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from f1tools.cli.options import (
    NOT_FLAGGED,
    BadOptions,
    choice_options,
)
from f1tools.cli.output import escape_controls, print_message, reason
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.predictions import Predictions
from f1tools.readers import Choices, Reading, read_files
from f1tools.readers.reading_warnings import unused_cluster_text
from f1tools.threshold_table import ThresholdTable

if TYPE_CHECKING:
    from f1tools.record import FileDigest

Counted: TypeAlias = Predictions | ThresholdTable
"""What is known of rows: themselves, or their counts at thresholds."""

_MOST_LISTED = 12  # reasons, or models


def name_text(name: str) -> str:
    """Return a name from a file, short enough for a line, its control characters escaped."""
    return truncate(escape_controls(name), longest=60)


class ChoiceRequired(Exception):
    """The files can be read in several ways, and the user must choose one."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.reason)
        self.reading = reading

    def lines(self) -> list[str]:
        """Return what is ambiguous, and the options that resolve it."""
        candidates, ranked = self.reading.candidates, ", the most likely first" * self.reading.ranks_candidates
        return [
            f"f1tools: {self.reading.reason}",
            "Add the options of this line:"
            if len(candidates) == 1
            else f"Add the options of one of these lines{ranked}:",
            *(f"  {choice_options(each.choices)}   # {each.reason}" for each in candidates),
        ]


def load_predictions(
    files: Sequence[str], choices: Choices, *, names: Sequence[str | None] | None = None, extras: bool = False
) -> tuple[Reading, Predictions]:
    """Read files of rows; groups and keys only with ``extras``.

    Raises
    ------
    InvalidPredictions
        When they can't be used, or are a threshold table.
    ChoiceRequired
        When they can be read in several ways.
    """
    reading, _ = load_counted(files, choices, names=names, extras=extras)
    return reading, require_rows(reading, "This")


def load_counted(
    files: Sequence[str], choices: Choices, *, names: Sequence[str | None] | None = None, extras: bool = False
) -> tuple[Reading, Counted]:
    """Read files of rows, or a threshold table; groups and keys only with ``extras``.

    Raises
    ------
    InvalidPredictions
        When they can't be used.
    ChoiceRequired
        When they can be read in several ways.
    """
    reading = read_any(files, choices, names=names, extras=extras)
    return reading, require_counted(reading, choices)


def require_counted(reading: Reading, choices: Choices) -> Counted:
    """Return the rows or the threshold table of two classes that were read.

    Raises
    ------
    InvalidPredictions
        When there are several classes, or choices are about rows and there is a threshold table.
    """
    if reading.counted is None:
        raise InvalidPredictions(_several_classes_text(reading))
    if reading.table is not None:
        _check_table_choices(reading.name, choices)
    return reading.counted


def read_any(
    files: Sequence[str],
    choices: Choices,
    *,
    names: Sequence[str | None] | None = None,
    extras: bool = False,
    keep_absent: bool = False,
) -> Reading:
    """Read files of rows, of two classes or several, or a threshold table; groups and keys only with ``extras``.

    With ``keep_absent`` chosen classes are kept where no row has them.

    Raises
    ------
    InvalidPredictions
        When they can't be used.
    ChoiceRequired
        When they can be read in several ways.
    """
    reading = read_files(files, names=names, choices=choices, extras=extras, keep_absent=keep_absent)
    if reading.outcome == "ask":
        raise ChoiceRequired(reading)
    if reading.counted is None and reading.classes is None:
        raise InvalidPredictions(reading.reason)
    return reading


def _several_classes_text(reading: Reading) -> str:
    assert reading.classes is not None  # noqa: S101 - neither rows of two classes nor a table
    names = reading.classes.classes
    return (
        f"{name_text(reading.name)} has {len(names):,} {classes_noun(reading)}: {_listed([*map(name_text, names)])}. "
        "Take one of them against all others with --class NAME."
    )


def classes_noun(reading: Reading) -> str:
    """Return what several classes are called: classes where a row has one, labels where it has any number."""
    return "classes" if reading.classes is None or reading.classes.one_per_row else "labels"


def _check_table_choices(name: str, choices: Choices) -> None:
    """Check that no choice is about how rows are read, which was decided when they were counted."""
    about_rows = {
        "--drop-label": choices.dropped_truth,
        "--flip": choices.flipped,
        "--unscored": choices.count_unscored,
    }
    if chosen := [option for option, value in about_rows.items() if value]:
        raise InvalidPredictions(
            f"{name_text(name)} is a threshold table: it has counts, no rows. Leave out {chosen[0]}, or use the rows."
        )


def require_rows(reading: Reading, what: str) -> Predictions:
    """Return the rows of a reading.

    Parameters
    ----------
    reading : Reading
        Of rows or of a threshold table.
    what : str
        What the rows are needed for, as the subject of a sentence in the singular.

    Raises
    ------
    InvalidPredictions
        When there are none, because the file is a threshold table.
    """
    if reading.predictions is None:
        raise InvalidPredictions(
            f"{name_text(reading.name)} is a threshold table: it has counts, no rows. {what} needs the rows."
        )
    return reading.predictions


def reading_notes(reading: Reading) -> list[str]:
    """Return which rows were left out, and the warnings of the reader, as sentences.

    What is not known of the best F1 of a coarse table is left out: commands say that of their own goal.
    """
    unscored = [each.sentence for each in reading.warnings if each.kind == "unscored"]
    if unscored and reading.proposal is not None and not reading.proposal.count_unscored:
        unscored.append(f"--unscored {NOT_FLAGGED} counts rows without a score as not flagged.")
    dropped = {
        reason: rows
        for reason, rows in reading.dropped.items()
        if not (unscored and reason.startswith(("missing score", "unreadable score")))  # reported by class
    }
    listed = _listed([f"{name_text(reason)} ({rows:,})" for reason, rows in dropped.items()])
    n_dropped = sum(dropped.values())
    left_out = (
        [f"{n_dropped:,} of {reading.n_rows:,} rows {'was' if n_dropped == 1 else 'were'} left out: {listed}."]
        if dropped
        else []
    )
    others = [each.sentence for each in reading.warnings if each.kind not in ("many_dropped", "unscored", "coarse")]
    return [*left_out, *unscored, *others]


def unscored_json(reading: Reading) -> dict[str, dict[str, Any]]:
    """Return the positive and negative rows without a score, by model, and whether they count as not flagged."""
    counted = reading.table is not None or (reading.proposal is not None and reading.proposal.count_unscored)
    return {
        name: {"positives": n_pos, "negatives": n_neg, "counted": counted}
        for name, (n_pos, n_neg) in reading.unscored.items()
    }


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts[:_MOST_LISTED]) + (", ..." if len(texts) > _MOST_LISTED else "")


def print_notes(reading: Reading) -> None:
    """Print the notes on standard error."""
    for note in reading_notes(reading):
        print_message(f"f1tools: {note}")


def print_unused_cluster(reading: Reading) -> None:
    """Note on standard error that intervals take rows for independent that may belong together."""
    if name := reading.unused_cluster:
        note = f"{unused_cluster_text(name_text(name))} --cluster {shlex.quote(name)} keeps them together."
        print_message(f"f1tools: {escape_controls(note)}")


def fingerprint_files(files: Sequence[str]) -> tuple[FileDigest, ...]:
    """Return name, size and digest of files, without their folders.

    Raises
    ------
    InvalidPredictions
        When one can't be read.
    """
    from f1tools.record import file_digest

    fingerprints = []
    for file in files:
        try:
            fingerprints.append(file_digest(Path(file).name, Path(file)))
        except (OSError, ValueError) as error:
            raise InvalidPredictions(f"{file} cannot be read: {reason(error)}.") from error
    return tuple(fingerprints)


def choose_model(models: Sequence[str], model: str | None) -> str:
    """Return the model that the command is about: the first one if none was chosen.

    Raises
    ------
    BadOptions
        When there is no such model.
    """
    if model is not None and model not in models:
        listed = _listed([*map(name_text, models)])
        raise BadOptions(f"There is no model {name_text(repr(model))}. The models are: {listed}.")
    return models[0] if model is None else model
