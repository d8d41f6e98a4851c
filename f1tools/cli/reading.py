"""Read files for a command: ambiguities, notes, fingerprints, and the model that the command is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from f1tools.cli.options import BadOptions, choice_options
from f1tools.cli.output import print_message, reason
from f1tools.core.errors import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.predictions import Predictions
from f1tools.readers import Choices, Reading, read_files

if TYPE_CHECKING:
    from f1tools.record import FileDigest

_MOST_REASONS, _MOST_MODELS = 12, 12
_LONGEST = 60  # characters of a name


class ChoiceRequired(Exception):
    """The files can be read in several ways, and the user must choose one."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.reason)
        self._reading = reading

    def lines(self) -> list[str]:
        """Return what is ambiguous, and the options that resolve it."""
        return [
            f"f1tools: {self._reading.reason}",
            "Add the options of one of these lines, the most likely first:",
            *(f"  {choice_options(each.choices)}   # {each.reason}" for each in self._reading.candidates),
        ]


def load_predictions(
    files: Sequence[str], choices: Choices, *, names: Sequence[str | None] | None = None
) -> tuple[Reading, Predictions]:
    """Read files.

    Raises
    ------
    InvalidPredictions
        When they can't be used.
    ChoiceRequired
        When they can be read in several ways.
    """
    reading = read_files(files, names=names, choices=choices, extras=False)
    if reading.outcome == "ask":
        raise ChoiceRequired(reading)
    if reading.predictions is None:
        raise InvalidPredictions(reading.reason)
    return reading, reading.predictions


def reading_notes(reading: Reading) -> list[str]:
    """Return which rows were left out, and the warnings of the reader, as sentences."""
    dropped = sum(reading.dropped.values())
    warnings = [each.sentence for each in reading.warnings if each.kind != "many_dropped"]
    if not dropped:
        return warnings
    reasons = [f"{truncate(reason, _LONGEST)} ({rows:,})" for reason, rows in reading.dropped.items()]
    listed = ", ".join(reasons[:_MOST_REASONS]) + (", ..." if len(reasons) > _MOST_REASONS else "")
    return [f"{dropped:,} of {reading.n_rows:,} rows were left out: {listed}.", *warnings]


def print_notes(reading: Reading) -> None:
    """Print the notes on standard error."""
    for note in reading_notes(reading):
        print_message(f"f1tools: {note}")


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


def choose_model(predictions: Predictions, model: str | None) -> str:
    """Return the model that the command is about; of several, a note names the first one if none was chosen.

    Raises
    ------
    BadOptions
        When there is no such model.
    """
    models = predictions.models
    if model is None:
        if len(models) > 1:
            first = truncate(models[0], _LONGEST)
            print_message(f"f1tools: This is about {first}, the first of {len(models)} models; --model names another.")
        return models[0]
    if model not in models:
        listed = ", ".join(truncate(each, _LONGEST) for each in models[:_MOST_MODELS])
        listed += " ..." if len(models) > _MOST_MODELS else ""
        raise BadOptions(f"There is no model {truncate(repr(model), _LONGEST)}. The models are: {listed}.")
    return model
