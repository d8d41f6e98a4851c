"""Reading files as a decision record says: the recorded ones once more, or new rows for the same decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from f1tools.cli.source import read, say_notes
from f1tools.cli.terminal import say
from f1tools.core.errors import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.predictions import Predictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, Reading, stackable
from f1tools.readers.formats import open_table
from f1tools.readers.formats.parsing import normalize_label
from f1tools.readers.inference.profiles import ColumnProfile, profile_columns

if TYPE_CHECKING:
    from f1tools.record import DecisionRecord, FileDigest


class NewRows(NamedTuple):
    """New rows, and those of them that could not be used, by reason."""

    predictions: Predictions
    left_out: dict[str, int]


def record_in(path: str) -> DecisionRecord:
    """Read a decision record.

    Raises
    ------
    InvalidPredictions
        When it can't be read or is none.
    """
    from f1tools.record import read_record
    from f1tools.record.safe_json import MAX_SIZE

    try:
        with Path(path).open("rb") as stream:
            content = stream.read(MAX_SIZE + 1)  # one more than is read, which says so
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InvalidPredictions(f"{path} can't be read: {why}. Name a record that f1tools record wrote.") from error
    return read_record(content, name=Path(path).name)


def as_recorded(record: DecisionRecord, files: Sequence[str], seen: Sequence[FileDigest]) -> Reading:
    """Read the files of a record once more, as they were read then.

    Groups, keys and amounts, on which no number rests, need not be there; a key that tells the models of a stack apart
    must.

    Raises
    ------
    InvalidPredictions
        When they can't be read like that.
    """
    recorded = record.data.files
    called = _called(recorded, files, {file: each.sha256 for file, each in zip(files, seen, strict=True)})
    choices = record.data.read_as
    stack = choices.split_value == SPLIT_INTO_MODELS
    choices = replace(choices, group=None, amount=None, id=choices.id if stack else None)
    try:
        with suppress(InvalidPredictions):  # a label that is not there will be a difference
            choices = _of_two_labels(choices, _columns_in(called))
        reading, _ = read(list(called), choices, names=list(called.values()))
    except InvalidPredictions as error:
        if len(called) == len(recorded) or not recorded:
            raise
        names = " and ".join(truncate(each.name) for each in recorded)
        raise InvalidPredictions(f"The record is about {names}, and {len(called)} came. Bring the same.") from error
    return reading


def new_rows(record: DecisionRecord, files: Sequence[str]) -> NewRows:
    """Read rows that the decision has not seen, as far as they are written like the recorded ones.

    Only the columns that the decision needs must be there: truth, the model's score, and weights where it has any.
    Rows whose label is neither of the two recorded ones are left out, unless the record is of one against the rest.

    Raises
    ------
    InvalidPredictions
        When one of them is missing, or the files can't be used.
    """
    called = _called(record.data.files, files, {})
    found = _columns_in(called)
    choices = _of_two_labels(_of_the_model(record.data.read_as, record.model, found), found)
    if not _stacked(called):
        choices = _of_the_rows_there(choices, found, told=len(called) == len(record.data.files))
    reading, predictions = read(list(called), choices, names=list(called.values()))
    say_notes(reading)
    left_out = _by_accident(reading.dropped, choices, record.data.read_as)
    if record.model in predictions.models or len(predictions.models) > 1:
        return NewRows(predictions, left_out)
    return NewRows(replace(predictions, scores={record.model: predictions.scores[predictions.models[0]]}), left_out)


def _stacked(called: Mapping[str, str]) -> bool:
    """Tell whether two files are read one below the other, with a column that no file has."""
    if len(called) != 2:
        return False
    (one, other), (name, other_name) = called, called.values()
    return stackable(one, other, names=(name, other_name))


def _columns_in(called: Mapping[str, str]) -> dict[str, ColumnProfile]:
    tables = [open_table(path, name) for path, name in called.items()]
    return {each.name: each for table in tables for each in profile_columns(table.sample())}


def _of_two_labels(choices: Choices, found: Mapping[str, ColumnProfile]) -> Choices:
    """Leave out every label that is neither of the two recorded ones, instead of taking it for negative.

    Raises
    ------
    InvalidPredictions
        When no row has the negative one.
    """
    truth = found.get(choices.truth or "")
    if choices.one_vs_rest or choices.pos_label is None or choices.neg_label is None or truth is None:
        return choices
    sides = [normalize_label(each).casefold() for each in (choices.pos_label, choices.neg_label)]
    there = {each: normalize_label(each).casefold() for each in truth.labels}
    if sides[0] in there.values() and sides[1] not in there.values():
        shown = ", ".join(map(truncate, list(there)[:5]))
        raise InvalidPredictions(
            f"No row has {truncate(truth.name)} {truncate(choices.neg_label)}, the negative label of the record; "
            f"there are: {shown}. Bring rows of both labels."
        )
    others = [each for each, folded in there.items() if folded not in sides]
    return replace(choices, dropped_truth=tuple(dict.fromkeys((*choices.dropped_truth, *others))))


def _by_accident(dropped: Mapping[str, int], choices: Choices, recorded: Choices) -> dict[str, int]:
    """Give the rows that were left out for another reason than that the record leaves out such rows."""
    meant = {f"truth is {each}" for each in recorded.dropped_truth}
    meant |= {f"other {column}" for column in (choices.split, recorded.role) if column is not None}
    role = f"{recorded.role} is "
    return {reason: rows for reason, rows in dropped.items() if not (reason in meant or reason.startswith(role))}


def _called(recorded: Sequence[FileDigest], files: Sequence[str], digests: Mapping[str, str]) -> dict[str, str]:
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
                    say(f"f1tools: {file} is taken for {truncate(each.name)} of the record.")
    return {taken[at]: each.name for at, each in enumerate(recorded)}


def _of_the_model(choices: Choices, model: str, found: Mapping[str, ColumnProfile]) -> Choices:
    """Leave only what one model needs: columns of others, keys, groups and amounts may be missing in new files."""
    choices = replace(choices, group=None, id=None, amount=None)
    if model in choices.scores:
        flipped = tuple(name for name in choices.flipped if name == model)
        choices = replace(choices, scores=(model,), flipped=flipped)
    if choices.split is None or choices.split not in found:
        return replace(choices, split=None, split_value=None)
    return replace(choices, split_value=model) if choices.split_value == SPLIT_INTO_MODELS else choices


def _of_the_rows_there(choices: Choices, found: Mapping[str, ColumnProfile], *, told: bool) -> Choices:
    """Keep the roles of rows where there are rows of both; of one alone, take these rows; of none, take all."""
    if choices.role is None:
        return choices
    labels = set(found[choices.role].labels) if choices.role in found else set()
    there = [side for side in (choices.report, choices.tune) if labels & set(map(normalize_label, side))]
    if len(there) == 2:
        return choices
    plain = replace(choices, role=None, tune=(), report=())
    if there and len(there[0]) == 1 and choices.split is None:
        return replace(plain, split=choices.role, split_value=there[0][0])
    if told:
        roles = " or ".join(map(truncate, (*choices.tune, *choices.report)))
        say(f"f1tools: There are no rows whose {truncate(choices.role)} is {roles}, so that all of them are judged.")
    return plain
