"""Two tables as one: columns of the same rows are joined, different rows with the same columns are stacked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.types import InvalidPredictions, ignore_progress
from f1tools.readers.formats.columnar import from_arrow
from f1tools.readers.formats.parsing import number_to_label
from f1tools.readers.formats.table import Categorical, ColumnRequest, GrowingArray, GrowingCategorical, Progress, Table
from f1tools.readers.inference.names import is_row_number_name
from f1tools.readers.inference.profiles import profile_columns

if TYPE_CHECKING:
    import pyarrow as pa

    Column = NDArray[np.float64] | Categorical

IndexArray = NDArray[np.intp]
MIN_OVERLAP = 0.5
SAME_ROWS = 0.9


@dataclass(frozen=True, eq=False)
class LoadedTable:
    """All rows of a table in memory; `columns` are float64 arrays or Categorical."""

    name: str
    layout: str
    columns: dict[str, Column]
    n_rows: int
    n_skipped: int


@dataclass(frozen=True, eq=False)
class MergedTable:
    """Two tables as one, with the number of rows that are not in it, by reason."""

    table: Table
    dropped: Mapping[str, int]


def _load(table: Table, on_progress: Progress = ignore_progress, *, only: Collection[str] | None = None) -> LoadedTable:
    """Load all rows of a table, or of some of its columns."""
    kinds = {each.name: each.kind for each in profile_columns(table.sample()) if only is None or each.name in only}
    numbers = {name: GrowingArray(np.float64) for name, kind in kinds.items() if kind == "number"}
    texts = {name: GrowingCategorical() for name, kind in kinds.items() if kind != "number"}
    n_rows = n_skipped = 0
    for block in table.blocks(ColumnRequest(tuple(numbers), tuple(texts))):
        n_rows += block.n_rows
        n_skipped += block.n_skipped
        for name, values in numbers.items():
            values.add(block.numbers[name], block.progress)
        for name, labels in texts.items():
            labels.add(block.texts[name], block.progress)
        on_progress(block.progress)
    columns = {name: (numbers[name] if name in numbers else texts[name]).finish() for name in kinds}
    return LoadedTable(table.name, table.layout, columns, n_rows, n_skipped)


def load_tables(tables: Sequence[Table], on_progress: Progress) -> tuple[LoadedTable, LoadedTable]:
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
    if any(_has_two_values(second.columns.get(name)) and not _has_two_values(c) for name, c in first.columns.items()):
        first, second = second, first  # the target comes first
    keys = _shared_key(first, second)
    dropped: dict[str, int] = {}
    rows: Sequence[IndexArray | None] = (None, None)
    if keys is not None:
        one, two = _common_rows(first, second, keys)
        order = np.argsort(one)
        rows, how = (one[order], two[order]), f"joined by {keys[0]}"
        unmatched = ((first.name, first.n_rows - len(one)), (second.name, second.n_rows - len(two)))
        dropped = {f"only in {name}": count for name, count in unmatched if count}
    elif first.n_rows == second.n_rows:
        how = "joined row by row"
    else:
        raise InvalidPredictions(
            f"{first.name} has {first.n_rows:,} rows and {second.name} has {second.n_rows:,}, "
            "and no column is a key of both. Bring files of the same rows, or with a shared unique key."
        )
    columns = {name: _to_arrow(column, rows[0]) for name, column in first.columns.items()}
    for name, column in second.columns.items():
        if keys is None or name != keys[1]:
            columns[f"{name} ({second.name})" if name in columns else name] = _to_arrow(column, rows[1])
    return _merged(first, second, columns, how, dropped)


def _merged(
    first: LoadedTable, second: LoadedTable, columns: Mapping[str, Any], how: str, dropped: Mapping[str, int]
) -> MergedTable:
    import pyarrow as pa

    n_skipped = first.n_skipped + second.n_skipped
    layout = f"{first.layout} + {second.layout}, {how}"
    table = from_arrow(pa.table(dict(columns)), name=f"{first.name} + {second.name}", layout=layout)
    return MergedTable(table, {**dropped, **({"wrong number of cells": n_skipped} if n_skipped else {})})


def _has_two_values(column: Column | None) -> bool:
    if column is None:
        return False
    return len(column.labels if isinstance(column, Categorical) else np.unique(column)) <= 2


def _shared_key(first: LoadedTable, second: LoadedTable) -> tuple[str, str] | None:
    """Return the names of a column that identifies rows in both files; None where rows are matched by order."""
    by_name = {name.casefold(): name for name in second.columns}
    shared = [(name, by_name[name.casefold()]) for name in first.columns if name.casefold() in by_name]
    unique = [(a, b) for a, b in shared if _is_key(first.columns[a]) and _is_key(second.columns[b])]
    overlaps = [_overlap(first.columns[a], second.columns[b]) for a, b in unique]
    if not unique or max(overlaps) < MIN_OVERLAP:
        return None
    best = unique[int(np.argmax(overlaps))]
    is_exact = first.n_rows != second.n_rows or max(overlaps) >= 0.999
    return best if is_exact or not is_row_number_name(best[0]) else None


def _is_key(column: Column) -> bool:
    """Return whether a column identifies each row: text or integers, none missing, none twice."""
    if isinstance(column, Categorical):
        return bool((column.codes >= 0).all()) and len(column.labels) == len(column.codes)
    is_integer = bool(np.all(np.isfinite(column))) and bool(np.all(column == np.floor(column)))
    return is_integer and len(np.unique(column)) == len(column)


def _overlap(one: Column, other: Column) -> float:
    if isinstance(one, Categorical) != isinstance(other, Categorical):
        return 0.0
    keys = _values(one), _values(other)
    return len(np.intersect1d(*keys, assume_unique=True)) / max(1, min(map(len, keys)))


def _common_rows(first: LoadedTable, second: LoadedTable, keys: tuple[str, str]) -> tuple[IndexArray, IndexArray]:
    values = _values(first.columns[keys[0]]), _values(second.columns[keys[1]])
    _, one, two = np.intersect1d(*values, assume_unique=True, return_indices=True)
    return one, two


def _values(column: Column) -> NDArray[Any]:
    return np.array([*column.labels, ""])[column.codes] if isinstance(column, Categorical) else column


def _to_arrow(column: Column, rows: IndexArray | None = None) -> pa.Array:
    import pyarrow as pa

    if not isinstance(column, Categorical):
        values = column if rows is None else column[rows]
        return pa.array(values, mask=np.isnan(values))
    codes = column.codes if rows is None else column.codes[rows]
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(column.labels, pa.string()))


def have_same_rows(tables: Sequence[Table], target: str, unique: Collection[str]) -> bool:
    """Return whether matched rows of two tables have the same target more often than chance explains (Cohen's kappa).

    Parameters
    ----------
    unique : collection of str
        Columns that may be a key, as they are unique in the samples of both tables.
    """
    first, second = (_load(table, only={target, *unique}) for table in tables)
    keys = _shared_key(first, second)
    a, b = (_values(each.columns[target]) for each in (first, second))
    if keys is not None:
        rows = _common_rows(first, second, keys)
        a, b = a[rows[0]], b[rows[1]]
    elif first.n_rows != second.n_rows:
        return False
    by_chance = sum(np.mean(a == label) * np.mean(b == label) for label in np.unique(a))
    return bool(np.mean(a == b) - by_chance >= SAME_ROWS * (1 - by_chance))


def stack_tables(first: LoadedTable, second: LoadedTable) -> tuple[MergedTable, str]:
    """Return the rows of both tables, one below the other, and the name of a further column with the file of a row."""
    import pyarrow as pa

    origin = "file"
    while origin in first.columns:
        origin += "_"
    columns = {
        name: pa.chunked_array([_to_arrow(each) for each in _same_kind(values, second.columns[name])])
        for name, values in first.columns.items()
    }
    codes = np.repeat(np.arange(2, dtype=np.int32), [first.n_rows, second.n_rows])
    columns[origin] = pa.chunked_array([_to_arrow(Categorical(codes, [first.name, second.name]))])
    return _merged(first, second, columns, "one below the other", {}), origin


def _same_kind(one: Column, two: Column) -> tuple[Column, Column]:
    """Return a column of both files, both as text where only one of them is."""
    if isinstance(one, Categorical) == isinstance(two, Categorical):
        return one, two
    return _as_text(one), _as_text(two)


def _as_text(column: Column) -> Categorical:
    if isinstance(column, Categorical):
        return column
    is_present = ~np.isnan(column)
    numbers, present_codes = np.unique(column[is_present], return_inverse=True)
    codes = np.full(len(column), -1, dtype=np.int32)
    codes[is_present] = present_codes
    return Categorical(codes, [number_to_label(value) for value in numbers.tolist()])
