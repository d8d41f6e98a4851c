"""Read files as a decision record says: the recorded files again, or new rows for the same decision."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from f1tools.cli.output import print_message, reason
from f1tools.cli.reading import (
    ChoiceRequired,
    Counted,
    load_predictions,
    print_notes,
    read_any,
    require_rows,
    unscored_json,
)
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import join_names, truncate
from f1tools.predictions import Predictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, Reading, stackable
from f1tools.readers.formats import open_table
from f1tools.readers.formats.source import regular_file
from f1tools.readers.formats.table import normalize_label
from f1tools.readers.inference.profiles import ColumnProfile, profile_columns
from f1tools.readers.threshold_tables import is_own_table, read_counts, read_own_table
from f1tools.threshold_table import ThresholdTable

if TYPE_CHECKING:
    from f1tools.classes import ClassCurves
    from f1tools.record import ClassRecord, DecisionRecord, FileDigest


class NewRows(NamedTuple):
    """New rows, the number of unusable rows by reason, and the rows without a score, see :func:`unscored_json`."""

    predictions: Counted
    left_out: dict[str, int]
    unscored: dict[str, Any]


def load_any_record(path: str) -> DecisionRecord | ClassRecord:
    """Read a decision record from a file: of one threshold, or of several classes.

    Raises
    ------
    InvalidPredictions
        When the file can't be read or is not a record.
    """
    from f1tools.record import read_any_record
    from f1tools.record.serialization import MAX_SIZE

    regular_file(Path(path), path)
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(MAX_SIZE + 1)  # one byte more, so that the reader refuses a longer file
    except (OSError, ValueError) as error:
        raise InvalidPredictions(
            f"{path} can't be read: {reason(error)}. Name a record written by `f1tools record`."
        ) from error
    return read_any_record(content, name=Path(path).name)


def reread_recorded(record: DecisionRecord, files: Sequence[str], fingerprints: Sequence[FileDigest]) -> Reading:
    """Read the files of a record again, with the recorded choices.

    Columns of groups, keys and amounts, which no number depends on, may be missing; a key that identifies the rows of
    stacked models may not, nor may the column of groups that have thresholds of their own.

    Raises
    ------
    InvalidPredictions
        When they can't be read with these choices.
    """
    recorded = record.data.files
    digests = {file: each.sha256 for file, each in zip(files, fingerprints, strict=True)}
    names = _recorded_names(recorded, files, digests)
    if (counted := _read_table(record, names)) is not None:
        return counted
    columns = _profiles(names) if record.data.table is not None else {}
    choices = _of_rows(record, columns)
    stacked = choices.split_value == SPLIT_INTO_MODELS
    group = None if record.groups is None else record.groups.column
    choices = replace(choices, group=group, amount=None, id=choices.id if stacked else None)
    try:
        with suppress(InvalidPredictions):  # a missing label will be reported as a difference
            choices = _drop_other_labels(choices, _profiles(names))
        extras = group is not None
        reading, _ = _load(record, names, choices, extras=extras)
    except InvalidPredictions as error:
        if len(names) == len(recorded) or not recorded:
            raise
        listed = join_names(truncate(each.name) for each in recorded)
        raise InvalidPredictions(f"The record is about {listed}. Provide the same files.") from error
    return reading


def reread_classes(
    record: ClassRecord, files: Sequence[str], fingerprints: Sequence[FileDigest], *, are_new: bool = False
) -> tuple[Reading, ClassCurves]:
    """Read the files of a record of several classes again, or new rows, with the recorded choices.

    New rows have all recorded classes, also those that none or all of them have.

    Raises
    ------
    InvalidPredictions
        When they can't be read with these choices.
    """
    digests = {file: each.sha256 for file, each in zip(files, fingerprints, strict=True)}
    names = _recorded_names(record.data.files, files, digests)
    choices = replace(record.data.read_as, id=None)
    reading = read_any(list(names), choices, names=list(names.values()), keep_absent=are_new)
    if reading.classes is None:
        raise InvalidPredictions(
            f"{truncate(reading.name)} was not read as a file of several classes. {reading.reason}"
        )
    return reading, reading.classes


def read_new_rows(
    record: DecisionRecord,
    files: Sequence[str],
    *,
    count_unscored: bool | None = None,
    group: str | None = None,
    cluster: str | None = None,
) -> NewRows:
    """Read new rows with the recorded choices, as far as they apply.

    Rows without a score are used as in the record, unless ``count_unscored`` says whether they count as not flagged.
    ``group`` names a column of groups, ``cluster`` one of clusters; by default it is the recorded one, if it exists.

    Only the columns that the decision needs must exist: truth, the model's score, and weights if it has any. Rows
    with a label that is neither of the recorded ones are left out, unless the record is one class against the rest.

    Raises
    ------
    InvalidPredictions
        When a column is missing, or the files can't be used.
    """
    recorded = record.data
    names = _recorded_names(recorded.files, files, {})
    if (counted := _read_table(record, names)) is not None:
        return _new_table(record, counted, {"--unscored": count_unscored, "--cluster": cluster})
    columns = _profiles(names)
    choices = _drop_other_labels(_only_model(_of_rows(record, columns), record.model, columns), columns)
    if count_unscored is not None:
        choices = replace(choices, count_unscored=count_unscored)
    if not _is_stack(names):
        choices = _available_roles(choices, columns, note=len(names) == len(recorded.files))
    if group is not None:
        choices = replace(choices, group=group)
    choices = _with_cluster(choices, cluster, columns)
    extras = group is not None
    reading, predictions = _load(record, names, choices, extras=extras)
    print_notes(reading)
    left_out = _unexpected(reading.dropped, choices, recorded.read_as)
    if record.model not in predictions.models and len(predictions.models) == 1:
        predictions = replace(predictions, scores={record.model: predictions.scores[predictions.models[0]]})
    if recorded.read_as.one_class is not None:  # a label is read from its column of 0 and 1, and has its name
        predictions = replace(predictions, pos_label=record.pos_label, neg_label=record.neg_label)
    return NewRows(predictions, left_out, unscored_json(reading))


def _read_table(record: DecisionRecord, names: Mapping[str, str]) -> Reading | None:
    """Read a file as a threshold table; None where it has rows.

    How the rows were read was decided when they were counted, so that of the recorded choices only those apply that
    choose a part of a table.
    """
    if len(names) != 1:
        return None
    ((file, name),) = names.items()
    recorded, choices, labels = record.data.read_as, Choices(), (record.pos_label, record.neg_label)
    if record.data.table is not None:
        choices = Choices(
            pos_label=labels[0], neg_label=labels[1], split=recorded.split, split_value=recorded.split_value
        )
    table = open_table(file, name)
    if is_own_table(table):
        return read_own_table(table, choices)
    reading = read_counts(table, table.sample(), replace(choices, pos_label=labels[0], neg_label=labels[1]))
    if reading is None:
        return None
    if reading.table is None:
        raise InvalidPredictions(reading.reason)
    if record.model not in reading.table.models and len(reading.table.models) == 1:  # called like its file
        return replace(reading, table=_renamed(reading.table, record.model))
    return reading


def _renamed(table: ThresholdTable, model: str) -> ThresholdTable:
    """Return a table with one model under another name."""
    return replace(table, by_model={model: table.by_model[table.models[0]]}, groups={})


def _of_rows(record: DecisionRecord, columns: Container[str]) -> Choices:
    """Return the recorded choices for a file of rows; where a table was recorded, its one score and labels.

    The tables of other tools do not name the columns of the rows: those of the file are recognized, if only one can be
    the score.
    """
    choices = record.data.read_as
    if record.data.table is None:
        return choices
    is_named = choices.truth is not None or record.model in columns
    scores = (record.model,) if is_named else ()
    return replace(choices, scores=scores, group=None, split=None, split_value=None)


def _load(
    record: DecisionRecord, names: Mapping[str, str], choices: Choices, *, extras: bool
) -> tuple[Reading, Predictions]:
    """Read rows; where no score is chosen, the only one of the file is the recorded one.

    Raises
    ------
    InvalidPredictions
        When the columns are not known and the file leaves a choice.
    """
    unknown = "The record is of a threshold table that does not name the columns of its rows."
    advice = "Provide a file with the true labels and one score."
    try:
        reading, predictions = load_predictions(list(names), choices, names=list(names.values()), extras=extras)
    except ChoiceRequired as required:
        if choices.scores:
            raise
        raise InvalidPredictions(f"{unknown} {required.reading.reason} {advice}") from required
    if choices.scores:
        return reading, predictions
    if len(predictions.models) > 1:
        models = join_names(map(truncate, predictions.models))
        raise InvalidPredictions(f"{unknown} This file has the scores {models}. {advice}")
    predictions = replace(predictions, scores={record.model: predictions.scores[predictions.models[0]]})
    return replace(reading, predictions=predictions), predictions


def _new_table(record: DecisionRecord, reading: Reading, options: Mapping[str, object]) -> NewRows:
    """Return a threshold table as new rows; one with a single model is about the recorded one."""
    table = reading.table
    assert table is not None  # noqa: S101 - the caller read a table
    if chosen := [option for option, value in options.items() if value is not None]:
        require_rows(reading, chosen[0])
    print_notes(reading)
    if record.model not in table.models and len(table.models) == 1:
        table = _renamed(table, record.model)
    left_out = dict(table.by_model[record.model].dropped) if record.model in table.models else {}
    return NewRows(table, left_out, unscored_json(reading))


def _with_cluster(choices: Choices, cluster: str | None, columns: Mapping[str, ColumnProfile]) -> Choices:
    """Return the choices with a column of clusters, or without the recorded one where it is missing, with a note."""
    if cluster is None and choices.cluster is not None and choices.cluster not in columns:
        print_message(f"f1tools: There is no column {truncate(choices.cluster)}, so all rows count as independent.")
        return replace(choices, cluster=None)
    return choices if cluster is None else replace(choices, cluster=cluster)


def _is_stack(names: Mapping[str, str]) -> bool:
    """Return whether two files are read one below the other, with an additional column of file names."""
    if len(names) != 2:
        return False
    (first, second), (name, second_name) = names, names.values()
    return stackable(first, second, names=(name, second_name))


def _profiles(names: Mapping[str, str]) -> dict[str, ColumnProfile]:
    """Return the profiles of all columns by name."""
    tables = [open_table(path, name) for path, name in names.items()]
    return {profile.name: profile for table in tables for profile in profile_columns(table.sample())}


def _drop_other_labels(choices: Choices, columns: Mapping[str, ColumnProfile]) -> Choices:
    """Drop rows with a label that is neither of the recorded ones, instead of counting them as negative.

    Raises
    ------
    InvalidPredictions
        When no row has the negative label.
    """
    truth = columns.get(choices.truth or "")
    if choices.one_vs_rest or choices.pos_label is None or choices.neg_label is None or truth is None:
        return choices
    positive, negative = (normalize_label(each).casefold() for each in (choices.pos_label, choices.neg_label))
    labels = {label: normalize_label(label).casefold() for label in truth.labels}
    if positive in labels.values() and negative not in labels.values():
        listed = ", ".join(map(truncate, list(labels)[:5]))
        raise InvalidPredictions(
            f"No row has {truncate(truth.name)} {truncate(choices.neg_label)}, the negative label of the record; "
            f"the labels are: {listed}. Provide rows of both labels."
        )
    others = [label for label, folded in labels.items() if folded not in (positive, negative)]
    return replace(choices, dropped_truth=tuple(dict.fromkeys((*choices.dropped_truth, *others))))


def _unexpected(dropped: Mapping[str, int], choices: Choices, recorded: Choices) -> dict[str, int]:
    """Return the dropped rows that the recorded choices do not drop."""
    expected = {f"truth is {label}" for label in recorded.dropped_truth}
    expected |= {f"other {column}" for column in (choices.split, recorded.role) if column is not None}
    role = f"{recorded.role} is "
    return {why: rows for why, rows in dropped.items() if not (why in expected or why.startswith(role))}


def _recorded_names(recorded: Sequence[FileDigest], files: Sequence[str], digests: Mapping[str, str]) -> dict[str, str]:
    """Return the recorded name of each file, in the recorded order, because choices can depend on file names.

    Files are matched by content, then by name, then by order. A single file, and files of another number than
    recorded, keep their names.
    """
    if len(recorded) != len(set(files)) or len(recorded) == 1:
        return {file: Path(file).name for file in files}
    matches: tuple[Callable[[FileDigest, str], bool], ...] = (
        lambda each, file: each.sha256 == digests.get(file),
        lambda each, file: each.name == Path(file).name,
        lambda each, file: True,
    )
    remaining, matched = list(files), dict[int, str]()
    for is_match in matches:
        for place, each in enumerate(recorded):
            file = next((one for one in remaining if place not in matched and is_match(each, one)), None)
            if file is not None:
                matched[place] = file
                remaining.remove(file)
                if Path(file).name != each.name:
                    print_message(f"f1tools: {file} is read as {truncate(each.name)} of the record.")
    return {matched[place]: each.name for place, each in enumerate(recorded)}


def _only_model(choices: Choices, model: str, columns: Mapping[str, ColumnProfile]) -> Choices:
    """Reduce choices to the columns of one model; those of others, keys, groups and amounts may be missing."""
    choices = replace(_against_the_rest(choices), group=None, id=None, amount=None)
    if model in choices.scores and not choices.classes:
        flipped = tuple(name for name in choices.flipped if name == model)
        choices = replace(choices, scores=(model,), flipped=flipped)
    if choices.split is None or choices.split not in columns:
        return replace(choices, split=None, split_value=None)
    return replace(choices, split_value=model) if choices.split_value == SPLIT_INTO_MODELS else choices


def _against_the_rest(choices: Choices) -> Choices:
    """Return the choices of one class with only its columns, so that rows need not have those of the other classes.

    Where one column has the scores of all classes, it takes all of them to read it.
    """
    if choices.one_class not in choices.classes or len(choices.scores) != len(choices.classes):
        return choices
    score = choices.scores[choices.classes.index(choices.one_class)]
    alone = replace(choices, truth=choices.truth_column, scores=(score,), classes=(), truths=(), one_class=None)
    return alone if choices.truths else replace(alone, pos_label=choices.one_class, one_vs_rest=True)


def _available_roles(choices: Choices, columns: Mapping[str, ColumnProfile], *, note: bool) -> Choices:
    """Keep both roles if rows have both; with one, use its rows; with none, use all rows."""
    if choices.role is None:
        return choices
    labels = set(columns[choices.role].labels) if choices.role in columns else set()
    roles = [values for values in (choices.report, choices.tune) if labels & set(map(normalize_label, values))]
    if len(roles) == 2:
        return choices
    plain = replace(choices, role=None, tune=(), report=())
    if roles and len(roles[0]) == 1 and choices.split is None:
        return replace(plain, split=choices.role, split_value=roles[0][0])
    if note:
        listed = " or ".join(map(truncate, (*choices.tune, *choices.report)))
        print_message(f"f1tools: There are no rows whose {truncate(choices.role)} is {listed}, so all rows are used.")
    return plain
