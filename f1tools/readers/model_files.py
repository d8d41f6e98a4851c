"""Several files with true labels and scores of the same rows: one table, in which each file's scores are models."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.arrow import from_arrow
from f1tools.readers.formats.table import Sample, Table, normalize_label
from f1tools.readers.inference.infer import Inference, infer
from f1tools.readers.join_keys import JoinKey, as_labels
from f1tools.readers.merge import LoadedTable, MergedTable
from f1tools.readers.model_rows import ModelFile, differing_rows, have_equal_labels, match_rows, require_equal_values
from f1tools.readers.models import MINUS, Choices

# Choices of columns that files have in common.
_SHARED = ("truth", "weight", "group", "id", "role", "amount", "cluster")
_COMPRESSION = re.compile(r"\.(gz|bz2|xz|zst|zip)$", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class ModelTable:
    """Several files as one table with the scores of all their models.

    Attributes
    ----------
    merged : MergedTable
        The columns of the first file, and those of the others in the order of its rows.
    columns : frozenset of str
        Their names.
    choices : Choices
        The mapping of the merged table, complete.
    how : str
        The number of files and how their rows were matched, such as "3 files joined by id".
    questions : tuple of str
        What is ambiguous about a file alone.
    """

    merged: MergedTable
    columns: frozenset[str]
    choices: Choices
    how: str
    questions: tuple[str, ...]


def find_model_files(tables: Sequence[Table], loaded: Sequence[LoadedTable], choices: Choices) -> list[ModelFile]:
    """Return each file with what it is read as alone; empty where two files are target and scores.

    Raises
    ------
    InvalidPredictions
        If one of several files lacks true labels or scores, or its scores have to be derived.
    """
    samples = [table.sample() for table in tables]
    inferences = [_infer(sample, choices) for sample in samples]
    files = [ModelFile(*parts) for parts in zip(loaded, samples, inferences, strict=True)]
    if len(files) == 2 and not _are_models(*files):
        return []
    for file in files:
        if not file.inference.candidates:
            raise InvalidPredictions(
                f"{file.name}: {file.inference.reason} Each of several files needs the true labels and the scores."
            )
        column = file.choices.predicted if file.choices.split_value is None else file.choices.split
        if column is not None:
            raise InvalidPredictions(
                f"{file.name} cannot be joined with other files, because its scores depend on the column {column}. "
                "Provide it alone, or with a column of scores for each model."
            )
    return files


def _are_models(one: ModelFile, two: ModelFile) -> bool:
    """Return whether two files hold true labels and scores each."""
    outcomes = {one.inference.outcome, two.inference.outcome}
    if "refuse" in outcomes:
        return False
    is_sure = outcomes == {"sure"} and one.truth.casefold() == two.truth.casefold()
    return is_sure or have_equal_labels(one, two)


def _infer(sample: Sample, choices: Choices) -> Inference:
    """Infer the mapping of a file alone, within those choices that concern it."""
    hints = Choices(**{name: column for name in _SHARED if (column := getattr(choices, name)) in sample.cells})
    if hints.role is not None:
        hints = replace(hints, tune=choices.tune, report=choices.report)
    if hints.truth is not None:
        hints = replace(hints, dropped_truth=choices.dropped_truth)
    found = infer(sample, hints)
    if choices.pos_label is None or not found.candidates:
        return found
    target = found.candidates[0].target
    is_label = normalize_label(choices.pos_label) in target.profile.labels
    return infer(sample, replace(hints, truth=target.name, pos_label=choices.pos_label)) if is_label else found


def join_models(files: Sequence[ModelFile], choices: Choices) -> ModelTable:
    """Join files with true labels and scores, each with names for its models that no other one has.

    Rows are matched by columns that identify a row in both files, else by their order. A column that has the same name
    and the same values in several files is one column.

    Raises
    ------
    InvalidPredictions
        If the files have different rows, or different true labels of the same row.
    """
    first, *others = files
    keys, tables = list[JoinKey | None](), [first.table.rows]
    for file in others:
        key, rows = match_rows(first, file)
        keys.append(key)
        tables.append(file.table.rows.take(pa.array(rows)))
    used = {*first.choices.columns()} - {first.truth, first.choices.id, *first.score_columns}
    for file, table in zip(others, tables[1:], strict=True):
        for name in used.intersection(table.column_names):
            require_equal_values(first, file, name, table[name])
    columns = _Columns(name for rows in tables for name in rows.column_names)
    for file, short, table, key in zip(files, short_names([f.name for f in files]), tables, [None, *keys], strict=True):
        own_key = () if key is None else (own for _, own in key.columns)
        skipped = set() if file is first else {file.truth, *own_key}
        columns.add(file, short, table, [each for each in tables if each is not table], skipped)
    how = _how(keys)
    questions = () if choices.is_complete else _questions(files, tables)
    scores = {"scores": tuple(columns.scores), "differences": tuple(columns.differences), "flipped": ()}
    # What is in question, such as the positive class and the roles, is inferred again from the joined table.
    known = {name: getattr(first.choices, name) for name in _SHARED if name != "role"}
    mapping = replace(Choices(**known) if questions else first.choices, **(scores | choices.chosen()))
    return ModelTable(_merge(files, columns.values, how), frozenset(columns.values), mapping, how, questions)


def _questions(files: Sequence[ModelFile], tables: Sequence[pa.Table]) -> tuple[str, ...]:
    """Return what is ambiguous about each file alone, once the true labels of the first say what is positive."""
    first, truth = files[0], as_labels(tables[0][files[0].truth])
    positive = pc.index(truth, first.choices.pos_label).as_py()
    labels = [
        as_labels(table[file.truth].slice(positive, 1))[0].as_py() for file, table in zip(files, tables, strict=True)
    ]
    is_sure = [
        first.inference.outcome == "sure",
        *(file.is_sure_with(label) for file, label in zip(files[1:], labels[1:], strict=True)),
    ]
    return tuple(f"{file.name}: {file.inference.reason}" for file, sure in zip(files, is_sure, strict=True) if not sure)


def _how(keys: Sequence[JoinKey | None]) -> str:
    """Return how many files were joined, and how: by the key of the first two, and by order where others have none."""
    names = [" and ".join(name for name, _ in key.columns) for key in keys if key is not None]
    by = [f"by {' or '.join(dict.fromkeys(names))}"] if names else []
    return f"{len(keys) + 1} files joined {' and '.join(by + ['row by row'] * (None in keys))}"


def _merge(files: Sequence[ModelFile], columns: dict[str, pa.ChunkedArray], how: str) -> MergedTable:
    layouts = ", ".join(dict.fromkeys(file.table.layout for file in files))
    table = from_arrow(pa.table(columns), name=" + ".join(file.name for file in files), layout=f"{layouts}; {how}")
    n_skipped = sum(file.table.n_skipped for file in files)
    return MergedTable(table, {"wrong number of cells": n_skipped} if n_skipped else {})


class _Columns:
    """The columns of the joined table, and which of them are scores, collected file by file."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self._reserved = set(reserved)
        self._known: defaultdict[str, list[str]] = defaultdict(list)  # by the name in the files
        self.values: dict[str, pa.ChunkedArray] = {}
        self.scores: list[str] = []
        self.differences: list[str] = []

    def add(
        self, file: ModelFile, short: str, rows: pa.Table, others: Sequence[pa.Table], skipped: Collection[str]
    ) -> None:
        """Add the columns of a file that are not there yet, all but `skipped`.

        A score has a name of its own where another file has a different column of that name, and any other column
        where a file before has.
        """
        names = {}
        for column in rows.column_names:
            if column in skipped:
                continue
            values, known = rows[column], self._known[column]
            equal = (name for name in known if not differing_rows(self.values[name], values).any())
            rivals = (other[column] for other in others if column in other.column_names)
            is_shared = bool(known) or (
                column in file.score_columns and any(differing_rows(values, rival).any() for rival in rivals)
            )
            names[column] = next(equal, None) or (self._own_name(column, file, short) if is_shared else column)
            if names[column] not in known:
                known.append(names[column])
                self.values[names[column]] = values
        n_before = len(self.scores)
        for score in file.choices.scores:
            operands = [names[column] for column in file.choices.operands(score)]
            name = MINUS.join(operands)
            if name not in self.scores:
                self.scores.append(name)
                self.differences += [name] if len(operands) > 1 else []
        if len(self.scores) == n_before:
            raise InvalidPredictions(
                f"The scores in {file.name} are the same as in the files before it. Leave it out, or provide another."
            )

    def _own_name(self, column: str, file: ModelFile, short: str) -> str:
        """Return the name of the file where it has one score, and one with the file's name for other columns."""
        own = short if file.score_columns == [column] else f"{column} ({short})"
        while own in self._reserved or own in self.values:
            own += "_"
        return own


def short_names(names: Sequence[str]) -> list[str]:
    """Return file names without their extensions where these stay different, else as they are.

    Examples
    --------
    >>> short_names(["forest.csv", "logistic.v2.csv.gz", "a.csv", "a.json"])
    ['forest', 'logistic.v2', 'a.csv', 'a.json']
    """
    stems = [_stem(name) for name in names]
    count = Counter(stems)
    return [stem if count[stem] == 1 else name for stem, name in zip(stems, names, strict=True)]


def _stem(name: str) -> str:
    """Return a file name without the extensions of a format and of a compression."""
    base = _COMPRESSION.sub("", name)
    return base.rpartition(".")[0] or base
