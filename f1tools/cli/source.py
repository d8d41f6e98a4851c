"""From files to a reading, and what is said about it: the doubts, the notes, the model that a command is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from f1tools.cli.offers import options_for
from f1tools.cli.options import BadOptions
from f1tools.cli.terminal import say
from f1tools.core.errors import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.predictions import Predictions
from f1tools.readers import Choices, Reading, read_files

if TYPE_CHECKING:
    from f1tools.record import FileDigest

_MOST_REASONS = 12


class PleaseChoose(Exception):
    """The file can be understood in several ways, and the user must choose."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.reason)
        self._reading = reading

    def lines(self) -> list[str]:
        """Say what is doubtful, and which options settle it."""
        return [
            f"f1tools: {self._reading.reason}",
            "Add the options of one of these lines, the likeliest is first:",
            *(f"  {options_for(each.choices)}   # {each.reason}" for each in self._reading.candidates),
        ]


def read(
    files: Sequence[str], choices: Choices, *, names: Sequence[str | None] | None = None
) -> tuple[Reading, Predictions]:
    """Read files.

    Raises
    ------
    InvalidPredictions
        When they can't be used.
    PleaseChoose
        When they can be understood in several ways.
    """
    reading = read_files(files, names=names, choices=choices, extras=False)
    if reading.outcome == "ask":
        raise PleaseChoose(reading)
    if reading.predictions is None:
        raise InvalidPredictions(reading.reason)
    return reading, reading.predictions


def notes(reading: Reading) -> list[str]:
    """Say what was left out and what to keep in mind, a sentence each."""
    dropped = sum(reading.dropped.values())
    said = [each.sentence for each in reading.warnings if each.kind != "many_dropped"]
    if not dropped:
        return said
    reasons = [f"{truncate(reason, longest=60)} ({rows:,})" for reason, rows in reading.dropped.items()]
    why = ", ".join(reasons[:_MOST_REASONS]) + (", ..." if len(reasons) > _MOST_REASONS else "")
    return [f"{dropped:,} of {reading.n_rows:,} rows were left out: {why}.", *said]


def say_notes(reading: Reading) -> None:
    """Say on standard error what was left out and what to keep in mind."""
    for note in notes(reading):
        say(f"f1tools: {note}")


def seen(files: Sequence[str]) -> tuple[FileDigest, ...]:
    """Take the fingerprints of files; where they lie is nobody's business.

    Raises
    ------
    InvalidPredictions
        When one can't be read.
    """
    from f1tools.record import file_digest

    taken = []
    for file in files:
        try:
            taken.append(file_digest(Path(file).name, Path(file)))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise InvalidPredictions(f"{file} cannot be read: {why}.") from error
    return tuple(taken)


def model_of(predictions: Predictions, wanted: str | None) -> str:
    """Choose the model that the command is about: the one that is named, or the first, which is said.

    Raises
    ------
    BadOptions
        When there is none by this name.
    """
    models = predictions.models
    if wanted is None:
        if len(models) > 1:
            first = truncate(models[0], longest=60)
            say(f"f1tools: This is about {first}, the first of {len(models)} models; --model names another.")
        return models[0]
    if wanted not in models:
        shown = ", ".join(truncate(each, longest=60) for each in models[:12]) + (" ..." if len(models) > 12 else "")
        raise BadOptions(f"There is no model {truncate(repr(wanted), longest=60)}. The models are: {shown}.")
    return wanted
