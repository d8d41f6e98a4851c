"""Two tables as one: columns of the same rows are joined, different rows with the same columns are stacked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress
from f1tools.readers.formats.arrow import from_arrow
from f1tools.readers.formats.table import ColumnRequest, Table, read_blocks
from f1tools.readers.inference.names import is_row_number_name
from f1tools.readers.inference.profiles import profile_columns

MIN_OVERLAP = 0.5
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
    """Two tables as one, with the number of rows that are not in it, by reason."""

    table: Table
    dropped: Mapping[str, int]


def _load(
    table: Table, on_progress: OnProgress = ignore_progress, *, only: Collection[str] | None = None
) -> LoadedTable:
    """Load all rows of a table, or of some of its columns."""
    profiles = [each for each in profile_columns(table.sample()) if only is None or each.name in only]
    numbers = {each.name: each.number_format for each in profiles if each.kind == "number"}
    texts = tuple(each.name for each in profiles if each.kind != "number")
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


def load_tables(tables: Sequence[Table], on_progress: OnProgress) -> tuple[LoadedTable, LoadedTable]:
    """Load all rows of two tables; tables with equal names are renamed by their order."""
    first = _load(tables[0], lambda done: on_progress(0.5 * done))
    second = _load(tables[1], lambda done: on_progress(0.5 + 0.5 * done))
    if first.name == second.name:
        return replace(first, name="the first file"), replace(second, name="the second file")
    return first, second


def join_tables(first: LoadedTable, second: LoadedTable) -> MergedTable:
    """Return the columns of both tables side by side.

    Rows are joined by a column that has the same name in both tables and is unique in each; without one, row by row if
    the tables have the same length. A column of the second table that the first also has is called `name (file)`.

    Raises
    ------
    InvalidPredictions
        If the tables have no common key and differ in length.
    """
    shared = set(first.rows.column_names) & set(second.rows.column_names)
    if any(_has_two_values(second.rows[name]) and not _has_two_values(first.rows[name]) for name in shared):
        first, second = second, first  # the target comes first
    one, two = first.rows, second.rows
    dropped: dict[str, int] = {}
    if (keys := _shared_key(one, two)) is not None:
        how = f"joined by {keys[0]}"
        one, two = _match_rows(one, two, keys)
        two = two.drop_columns(keys[1])
        unmatched = ((first.name, first.rows.num_rows), (second.name, second.rows.num_rows))
        dropped = {f"only in {name}": count - one.num_rows for name, count in unmatched if count > one.num_rows}
    elif one.num_rows == two.num_rows:
        how = "joined row by row"
    else:
        raise InvalidPredictions(
            f"{first.name} has {one.num_rows:,} rows and {second.name} has {two.num_rows:,}, "
            "and no column is a key of both. Provide files of the same rows, or with a shared unique key."
        )
    for name, column in zip(two.column_names, two.columns, strict=True):
        one = one.append_column(f"{name} ({second.name})" if name in one.column_names else name, column)
    return _merged(first, second, one, how, dropped)


def _merged(
    first: LoadedTable, second: LoadedTable, rows: pa.Table, how: str, dropped: Mapping[str, int]
) -> MergedTable:
    n_skipped = first.n_skipped + second.n_skipped
    layout = f"{first.layout} + {second.layout}, {how}"
    table = from_arrow(rows, name=f"{first.name} + {second.name}", layout=layout)
    return MergedTable(table, {**dropped, **({"wrong number of cells": n_skipped} if n_skipped else {})})


def _has_two_values(column: pa.ChunkedArray) -> bool:
    return bool(pc.count_distinct(column).as_py() <= 2)


def _shared_key(one: pa.Table, two: pa.Table) -> tuple[str, str] | None:
    """Return the names of a column that identifies rows in both files; None where rows are matched by order."""
    by_name = {name.casefold(): name for name in two.column_names}
    shared = [(name, by_name[name.casefold()]) for name in one.column_names if name.casefold() in by_name]
    overlaps = {(a, b): _overlap(one[a], two[b]) for a, b in shared if _is_key(one[a]) and _is_key(two[b])}
    best = max(overlaps, key=lambda names: overlaps[names], default=None)
    if best is None or overlaps[best] < MIN_OVERLAP:
        return None
    is_exact = one.num_rows != two.num_rows or overlaps[best] >= 0.999
    return best if is_exact or not is_row_number_name(best[0]) else None


def _is_key(column: pa.ChunkedArray) -> bool:
    """Return whether a column identifies each row: text or integers, none missing, none twice."""
    is_discrete = column.type == pa.string() or pc.all(pc.equal(column, pc.floor(column))).as_py()
    return bool(is_discrete) and not column.null_count and pc.count_distinct(column).as_py() == len(column)


def _overlap(one: pa.ChunkedArray, two: pa.ChunkedArray) -> float:
    if one.type != two.type:
        return 0.0
    return float(pc.sum(pc.is_in(one, two)).as_py() / max(1, min(len(one), len(two))))


def _match_rows(one: pa.Table, two: pa.Table, keys: tuple[str, str]) -> tuple[pa.Table, pa.Table]:
    """Return the rows of both tables whose key is in both, in the order of the first."""
    matches = pc.index_in(one[keys[0]], two[keys[1]])
    return one.filter(pc.is_valid(matches)), two.take(matches.drop_null())


def have_same_rows(tables: Sequence[Table], target: str, unique: Collection[str]) -> bool:
    """Return whether matched rows of two tables have the same target more often than chance explains (Cohen's kappa).

    Parameters
    ----------
    unique : collection of str
        Columns that may be a key, as they are unique in the samples of both tables.
    """
    one, two = (_load(table, only={target, *unique}).rows for table in tables)
    if (keys := _shared_key(one, two)) is not None:
        one, two = _match_rows(one, two, keys)
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
