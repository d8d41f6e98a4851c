"""Reading files as a decision record says: the recorded ones once more, or new rows for the same decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from f1tools.cli.source import read, say_notes
from f1tools.cli.terminal import say
from f1tools.errors import InvalidPredictions
from f1tools.predictions import Predictions
from f1tools.reading import SPLIT_INTO_MODELS, Choices, stackable
from f1tools.reading.cells import label
from f1tools.reading.columns import Profile, profiles
from f1tools.reading.read import open_table

if TYPE_CHECKING:
    from f1tools.record import DecisionRecord, FileSeen

_LARGEST_RECORD = 16 << 20  # bytes; a record has some thousands


def record_in(path: str) -> DecisionRecord:
    """Read a decision record.

    Raises
    ------
    InvalidPredictions
        When it can't be read or is none.
    """
    from f1tools.record import read_record

    try:
        with Path(path).open("rb") as stream:
            content = stream.read(_LARGEST_RECORD + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InvalidPredictions(f"{path} can't be read: {why}. Name a record that f1tools record wrote.") from error
    if len(content) > _LARGEST_RECORD:
        raise InvalidPredictions(f"{path} is too large to be a decision record. Name one that f1tools record wrote.")
    return read_record(content, name=Path(path).name)


def as_recorded(record: DecisionRecord, files: Sequence[str], seen: Sequence[FileSeen]) -> Predictions:
    """Read the files of a record once more, as they were read then.

    Raises
    ------
    InvalidPredictions
        When they can't be read like that.
    """
    recorded = record.source.files
    called = _called(recorded, files, {file: each.sha256 for file, each in zip(files, seen, strict=True)})
    try:
        _, predictions = read(list(called), record.source.read_as, names=list(called.values()))
    except InvalidPredictions as error:
        if len(called) == len(recorded) or not recorded:
            raise
        names = " and ".join(each.name for each in recorded)
        raise InvalidPredictions(f"The record is about {names}, and {len(called)} came. Bring the same.") from error
    return predictions


def new_rows(record: DecisionRecord, files: Sequence[str]) -> Predictions:
    """Read rows that the decision has not seen, as far as they are written like the recorded ones.

    Only the columns that the decision needs must be there: truth, the model's score, and weights where it has any.

    Raises
    ------
    InvalidPredictions
        When one of them is missing, or the files can't be used.
    """
    called = _called(record.source.files, files, {})
    paths, names = list(called), list(called.values())
    tables = [open_table(path, name) for path, name in called.items()]
    found = {each.name: each for table in tables for each in profiles(table.sample())}
    stacked = len(paths) == 2 and stackable(paths[0], paths[1], names=(names[0], names[1]))
    choices = _of_the_model(record.source.read_as, record.model, found)
    if not stacked:
        choices = _of_the_rows_there(choices, found, told=len(paths) == len(record.source.files))
    reading, predictions = read(paths, choices, names=names)
    say_notes(reading)
    if record.model in predictions.models or len(predictions.models) > 1:
        return predictions
    return replace(predictions, scores={record.model: predictions.scores[predictions.models[0]]})


def _called(recorded: Sequence[FileSeen], files: Sequence[str], digests: Mapping[str, str]) -> dict[str, str]:
    """Call files as the record does, in its order, so that what rests on their names is found again.

    They are told by their content, else by their name, else by their order. Of a single file nothing rests on the name,
    and where there are more or fewer files than recorded they keep theirs.
    """
    if len(recorded) != len(set(files)) or len(recorded) == 1:
        return {file: Path(file).name for file in files}
    left = list(files)
    taken: dict[int, str] = {}
    by_content, by_name = (
        lambda each, file: each.sha256 == digests.get(file),
        lambda each, file: each.name == Path(file).name,
    )
    for alike in (by_content, by_name, lambda *_: True):
        for at, each in enumerate(recorded):
            file = next((one for one in left if at not in taken and alike(each, one)), None)
            if file is not None:
                taken[at] = file
                left.remove(file)
                if Path(file).name != each.name:
                    say(f"f1tools: {file} is taken for {each.name} of the record.")
    return {taken[at]: each.name for at, each in enumerate(recorded)}


def _of_the_model(choices: Choices, model: str, found: Mapping[str, Profile]) -> Choices:
    """Leave only what one model needs: columns of others, keys, groups and amounts may be missing in new files."""
    choices = replace(choices, group=None, id=None, amount=None)
    if model in choices.scores:
        flipped = tuple(name for name in choices.flipped if name == model)
        choices = replace(choices, scores=(model,), flipped=flipped)
    if choices.split is None or choices.split not in found:
        return replace(choices, split=None, split_value=None)
    return replace(choices, split_value=model) if choices.split_value == SPLIT_INTO_MODELS else choices


def _of_the_rows_there(choices: Choices, found: Mapping[str, Profile], *, told: bool) -> Choices:
    """Keep the roles of rows where there are rows of both; of one alone, take these rows; of none, take all."""
    if choices.role is None:
        return choices
    labels = set(found[choices.role].labels) if choices.role in found else set()
    there = [side for side in (choices.report, choices.tune) if labels & set(map(label, side))]
    if len(there) == 2:
        return choices
    plain = replace(choices, role=None, tune=(), report=())
    if there and len(there[0]) == 1 and choices.split is None:
        return replace(plain, split=choices.role, split_value=there[0][0])
    if told:
        roles = " or ".join((*choices.tune, *choices.report))
        say(f"f1tools: There are no rows whose {choices.role} is {roles}, so that all of them are judged.")
    return plain
