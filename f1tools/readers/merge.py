"""Two tables as one: columns of the same rows are joined, different rows with the same columns are stacked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from f1tools.core.types import OnProgress, ignore_progress
from f1tools.readers.formats.arrow import from_arrow
from f1tools.readers.formats.table import ColumnRequest, Table, normalize_label, read_blocks
from f1tools.readers.inference import names
from f1tools.readers.inference.profiles import profile_columns
from f1tools.readers.join_keys import JoinKey, count_differences, find_key, shared_columns
from f1tools.readers.models import Choices, DifferentRows, ReadingWarning

SAME_ROWS = 0.9


@dataclass(frozen=True, eq=False)
class LoadedTable:
    """All rows of a table in memory, as columns of numbers and of strings."""

    name: str
    layout: str
    rows: pa.Table
    n_skipped: int


@dataclass(frozen=True, eq=False)
class MergedTable:
    """Two tables as one.

    Attributes
    ----------
    table : Table
        The rows of both.
    dropped : mapping of str to int
        Number of rows that are not in it, by reason.
    unscored : mapping of str to int
        Number of rows in it that only the table with the target has, by the reason to drop them.
    """

    table: Table
    dropped: Mapping[str, int]
    unscored: Mapping[str, int] = field(default_factory=dict)


def _load(
    table: Table, on_progress: OnProgress = ignore_progress, *, only: Collection[str] | None = None
) -> LoadedTable:
    """Load all rows of a table, or of some of its columns."""
    profiles = [each for each in profile_columns(table.sample()) if only is None or each.name in only]
    numbers = {each.name: each.number_format for each in profiles if each.kind == "number" and not each.is_long}
    texts = tuple(each.name for each in profiles if each.name not in numbers)
    batches, n_skipped = [], 0
    for block in read_blocks(table, ColumnRequest(numbers, texts)):
        columns = {name: pa.array(values, mask=np.isnan(values)) for name, values in block.numbers.items()}
        for name, column in block.texts.items():
            labels = pa.array(column.labels, pa.string())
            columns[name] = labels.take(pa.array(column.codes, mask=column.codes < 0))
        batches.append(pa.table({each.name: columns[each.name] for each in profiles}))
        n_skipped += block.n_skipped
        on_progress(block.progress)
    return LoadedTable(table.name, table.layout, pa.concat_tables(batches), n_skipped)


def load_tables(tables: Sequence[Table], on_progress: OnProgress) -> list[LoadedTable]:
    """Load all rows of two or more tables; tables with equal names are renamed by their order."""
    n = len(tables)
    loaded = [_load(table, partial(_report_part, on_progress, place, n)) for place, table in enumerate(tables)]
    if n == 2:
        loaded = [_with_default_names(*loaded), _with_default_names(*reversed(loaded))]
    names = [table.name for table in loaded]
    renamed = numbered_names(names)
    if n == 2 and len(set(names)) == 1:
        renamed = ["the first file", "the second file"]
    return [replace(table, name=name) for table, name in zip(loaded, renamed, strict=True)]


def numbered_names(names: Sequence[str]) -> list[str]:
    """Return the names of files, those that several files have numbered in their order.

    Examples
    --------
    >>> numbered_names(["scores.csv", "other.csv", "scores.csv"])
    ['scores.csv (1)', 'other.csv', 'scores.csv (2)']
    """
    return [
        name if names.count(name) == 1 else f"{name} ({names[: place + 1].count(name)})"
        for place, name in enumerate(names)
    ]


def _report_part(on_progress: OnProgress, n_done: int, n: int, fraction: float) -> None:
    on_progress((n_done + fraction) / n)


def _with_default_names(table: LoadedTable, other: LoadedTable) -> LoadedTable:
    """Return a table with its first row as column names if it is 0, 1, 2 ... and makes the table one row too long.

    pandas writes such names above columns that have none. Above labels 0 and 1 they look like a row.
    """
    made_up = [f"column {i + 1}" for i in range(table.rows.num_columns)]
    is_longer = table.rows.num_rows == other.rows.num_rows + 1
    if not is_longer or table.rows.column_names != made_up or "column 1" in other.rows.column_names:
        return table
    first_row = [column[0].as_py() for column in table.rows.columns]
    if first_row != list(range(len(first_row))):
        return table
    names = [str(i) for i in range(len(first_row))]
    return replace(table, rows=table.rows.slice(1).rename_columns(names))


@dataclass(frozen=True, eq=False)
class JoinedTables:
    """Two tables whose rows are matched.

    Attributes
    ----------
    first, second : LoadedTable
        The tables. A column of the second has the name of the first's key column that it is matched with, and is called
        `name (file)` where the first has another column of its name.
    key : JoinKey or None
        The columns that matched the rows; None where their order did.
    rows : pair of int array
        The rows of each table that belong together.
    differences : mapping of (str, str) to int
        Number of these rows that differ, by columns of both tables with the same name.
    """

    first: LoadedTable
    second: LoadedTable
    key: JoinKey | None
    rows: tuple[NDArray[np.intp], NDArray[np.intp]]
    differences: Mapping[tuple[str, str], int]

    @property
    def how(self) -> str:
        """How the rows were matched."""
        return "row by row" if self.key is None else f"by {' and '.join(name for name, _ in self.key.columns)}"

    def warnings(self, choices: Choices) -> tuple[ReadingWarning, ...]:
        """Return in which columns the matched rows differ, although these should be the same in both files."""
        return tuple(
            ReadingWarning(
                "different_rows",
                f"{name} differs between the files in {count:,} of {self.rows[0].size:,} rows that were joined "
                f"{self.how}: check that these are the same rows.",
            )
            for (name, other), count in self.differences.items()
            if not {name, other} & set(choices.scores)
        )

    def side_by_side(self, choices: Choices | None = None) -> MergedTable:
        """Return the columns of both tables side by side, without rows that only one of them has; these are counted.

        With choices whose target is in one of the tables and whose scores are in the other, the remaining rows of the
        table with the target follow at the end, with empty cells for the scores.
        """
        one, two = (file.rows.take(rows) for file, rows in zip((self.first, self.second), self.rows, strict=True))
        merged, dropped, unscored = one, Counter[str](), Counter[str]()
        for name in two.column_names:
            merged = merged if name in one.column_names else merged.append_column(name, two[name])
        for file, rows, other in ((self.first, self.rows[0], two), (self.second, self.rows[1], one)):
            is_rest = np.ones(file.rows.num_rows, dtype=np.bool_)
            is_rest[rows] = False
            rest = file.rows.filter(pa.array(is_rest))
            n_rest, reason = rest.num_rows, f"only in {file.name}"
            if choices is not None and _has_target_alone(choices, file.rows, other):
                rest = rest.filter(_is_classified(rest[choices.truth], choices))
                merged = pa.concat_tables([merged, rest], promote_options="permissive")
                unscored[reason] = rest.num_rows
            dropped[reason] = n_rest - unscored[reason]
        joined = _merged(self.first, self.second, merged, f"joined {self.how}", +dropped)
        return replace(joined, unscored=+unscored)


def _has_target_alone(choices: Choices, rows: pa.Table, other: pa.Table) -> bool:
    """Return whether a table has the target, and the other one all scores."""
    names = set(rows.column_names)
    scores = {column for score in choices.scores for column in choices.operands(score)}
    return choices.truth in names and scores <= set(other.column_names) - names


def _is_classified(target: pa.ChunkedArray, choices: Choices) -> pa.Array:
    """Return which values of a target are in one of the two classes."""
    labels = [normalize_label(str(value)) for value in pc.unique(target).to_pylist()]
    unused = [value for value, label in zip(pc.unique(target), labels, strict=True) if label in choices.dropped_truth]
    return pc.and_(target.is_valid(), pc.invert(pc.is_in(target, pa.array(unused, target.type))))


def join_tables(first: LoadedTable, second: LoadedTable) -> JoinedTables:
    """Match the rows of two tables: by columns that are a key of both, else by their order if there are as many.

    Raises
    ------
    DifferentRows
        If the tables have no common key and differ in length.
    """
    shared = set(first.rows.column_names) & set(second.rows.column_names)
    if any(_has_two_values(second.rows[name]) and not _has_two_values(first.rows[name]) for name in shared):
        first, second = second, first  # the target comes first
    key, n = find_key(first.rows, second.rows), first.rows.num_rows
    if key is None and n != second.rows.num_rows:
        raise DifferentRows(
            f"{first.name} has {n:,} rows and {second.name} has {second.rows.num_rows:,}, "
            "and no columns are a key of both. Provide files of the same rows, or with a shared unique key."
        )
    keys = {} if key is None else {right: left for left, right in key.columns}
    taken = set(first.rows.column_names)
    renamed = [
        keys.get(name, f"{name} ({second.name})" if name in taken else name) for name in second.rows.column_names
    ]
    rows = (np.arange(n), np.arange(n)) if key is None else key.matches()
    new_names = dict(zip(second.rows.column_names, renamed, strict=True))
    differences = {
        (left, new_names[right]): count
        for left, right in shared_columns(first.rows, second.rows)
        if right not in keys
        and (count := _count_differences(first.rows[left].take(rows[0]), second.rows[right].take(rows[1]), left))
    }
    second = replace(second, rows=second.rows.rename_columns(renamed))
    return JoinedTables(first, second, key, rows, differences)


def _count_differences(one: pa.ChunkedArray, two: pa.ChunkedArray, name: str) -> int:
    """Return in how many rows a column differs; 0 for one that belongs to a file or to a model rather than to a row."""
    is_of_model = names.score_points(name) > 0 or names.is_decision_name(name)
    is_of_row = not (is_of_model or names.is_row_number_name(name)) and min(map(_n_distinct, (one, two))) > 1
    return count_differences(one, two) if is_of_row else 0


def _merged(
    first: LoadedTable, second: LoadedTable, rows: pa.Table, how: str, dropped: Mapping[str, int]
) -> MergedTable:
    n_skipped = first.n_skipped + second.n_skipped
    layout = f"{first.layout} + {second.layout}, {how}"
    table = from_arrow(rows, name=f"{first.name} + {second.name}", layout=layout)
    return MergedTable(table, {**dropped, **({"wrong number of cells": n_skipped} if n_skipped else {})})


def _has_two_values(column: pa.ChunkedArray) -> bool:
    return _n_distinct(column) <= 2


def _n_distinct(column: pa.ChunkedArray) -> int:
    return int(pc.count_distinct(column).as_py())


def have_same_rows(tables: Sequence[Table], target: str, unique: Collection[str]) -> bool:
    """Return whether matched rows of two tables have the same target more often than chance explains (Cohen's kappa).

    Parameters
    ----------
    unique : collection of str
        Columns that may be a key, as they are unique in the samples of both tables.
    """
    one, two = (_load(table, only={target, *unique}).rows for table in tables)
    if (key := find_key(one, two)) is not None:
        one, two = (table.take(rows) for table, rows in zip((one, two), key.matches(), strict=True))
    elif one.num_rows != two.num_rows:
        return False
    a, b = (rows[target].cast(pa.string()).fill_null("").to_numpy() for rows in (one, two))
    by_chance = sum(np.mean(a == label) * np.mean(b == label) for label in np.unique(a))
    return bool(np.mean(a == b) - by_chance >= SAME_ROWS * (1 - by_chance))


def stack_tables(first: LoadedTable, second: LoadedTable) -> tuple[MergedTable, str]:
    """Return the rows of both tables, one below the other, and the name of a further column with the file of a row."""
    origin = "file"
    while origin in first.rows.column_names:
        origin += "_"
    # A column of numbers in one file only is text in both.
    types = {name: pa.string() for name in first.rows.column_names if first.rows[name].type != second.rows[name].type}
    schema = pa.schema([(each.name, types.get(each.name, each.type)) for each in first.rows.schema])
    stacked = pa.concat_tables([file.rows.select(schema.names).cast(schema) for file in (first, second)])
    files = pa.chunked_array([pa.repeat(file.name, file.rows.num_rows) for file in (first, second)])
    return _merged(first, second, stacked.append_column(origin, files), "one below the other", {}), origin
