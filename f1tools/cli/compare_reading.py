"""What ``f1tools compare`` reads: files of the same rows as one table, files of different rows each alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from f1tools.cli.compare_choices import comparable_candidates
from f1tools.cli.reading import ChoiceRequired, Counted, load_counted, name_text, require_rows
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import count
from f1tools.predictions import Predictions
from f1tools.readers import Choices, DifferentRows, Reading, read_apart

_MOST_NAMED = 12  # columns


@dataclass(frozen=True, eq=False)
class ComparedRows:
    """Rows of one file, or of several that have the same rows, with their models; or a threshold table."""

    files: tuple[str, ...]
    reading: Reading
    counted: Counted

    @property
    def predictions(self) -> Predictions:
        """The rows, which differences and aligned thresholds need.

        Raises
        ------
        InvalidPredictions
            When this is a threshold table.
        """
        return require_rows(self.reading, "Comparing models row by row")


def read_compared(files: Sequence[str], choices: Choices) -> list[ComparedRows]:
    """Read files of models: together where they have the same rows, else each alone.

    Raises
    ------
    InvalidPredictions
        When they can't be used, or have one model only.
    ChoiceRequired
        When they can be read in several ways.
    """
    is_open = len(files) > 1 and choices.role is None and choices.split is None
    try:
        reading, counted = load_counted(files, choices)
    except DifferentRows:
        return _apart(files, choices)
    except ChoiceRequired as required:
        if is_open and not any(len(each.choices.scores) > 1 for each in required.reading.candidates):
            return _apart(files, choices)
        raise ChoiceRequired(_comparable(required.reading)) from None
    if len(counted.models) > 1:
        return [ComparedRows(tuple(files), reading, counted)]
    if is_open:
        return _apart(files, choices)
    advice = (
        "Add files with other models, or name further columns with --score."
        if reading.table is None
        else "Compare the rows, or count several models in one table."
    )
    sentences = (
        f"There is one model only, {name_text(counted.models[0])}. {advice}",
        _copies_text(reading.copies),
        unread_text([name for name in reading.other_numbers if name not in dict(reading.copies)]),
    )
    raise InvalidPredictions(" ".join(filter(None, sentences)))


def _comparable(reading: Reading) -> Reading:
    """Return a question with its candidates that can be compared, and with the columns of numbers that none uses."""
    try:
        candidates = comparable_candidates(reading.candidates)
    except InvalidPredictions as error:
        raise InvalidPredictions(" ".join(filter(None, [str(error), _copies_text(reading.copies)]))) from None
    offered = {column for each in candidates for column in each.choices.columns()}
    others = [name for name in reading.other_numbers if name not in offered]
    return replace(reading, candidates=candidates, reason=" ".join(filter(None, [reading.reason, unread_text(others)])))


def _copies_text(copies: Sequence[tuple[str, str]]) -> str:
    """Say which columns equal a score, so that they are not further models; empty without any."""
    more = f"; and {count(len(copies) - _MOST_NAMED)} more" if len(copies) > _MOST_NAMED else ""
    same = (f"{name_text(copy)} has the same values as {name_text(score)}" for copy, score in copies[:_MOST_NAMED])
    return f"{'; '.join(same)}{more}." if copies else ""


def _apart(files: Sequence[str], choices: Choices) -> list[ComparedRows]:
    found = []
    for file, reading in zip(files, read_apart(files, choices=choices, extras=False), strict=True):
        if reading.outcome == "ask":
            raise ChoiceRequired(replace(reading, reason=f"{reading.name}: {reading.reason}"))
        if reading.predictions is None:
            raise InvalidPredictions(f"{reading.name}: {reading.reason}")
        if choices.cluster is not None and reading.predictions.cluster is None:
            raise InvalidPredictions(
                f"{reading.name} has no column {name_text(choices.cluster)}. Without clusters of its rows its interval "
                "would be too narrow: add the column, or leave out --cluster."
            )
        found.append(ComparedRows((file,), reading, reading.predictions))
    return found


def unpaired_text(compared: Sequence[ComparedRows]) -> str:
    """Say that files of different rows are compared unpaired, and what that means."""
    from f1tools.comparison import sentences  # slow to load

    shares = [(name_text(each.reading.name), each.counted.n_pos / each.counted.n) for each in compared]
    return sentences.unpaired_text(shares)


def unread_text(columns: Sequence[str]) -> str:
    """Name the columns of numbers that were not read as scores; empty without any."""
    more = f" and {count(len(columns) - _MOST_NAMED)} more" if len(columns) > _MOST_NAMED else ""
    listed = ", ".join(map(name_text, columns[:_MOST_NAMED]))
    return f"Columns of numbers that were not read as scores: {listed}{more}." if columns else ""
