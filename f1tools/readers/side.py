"""All of one file in memory: one side of two files that belong together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.progress import ignore_progress
from f1tools.readers.columns import profiles
from f1tools.readers.formats.buffer import GrowingArray
from f1tools.readers.formats.table import Categorical, ColumnRequest, Progress, Table

if TYPE_CHECKING:
    import pyarrow as pa

    Column = NDArray[np.float64] | Categorical


@dataclass(frozen=True, eq=False)
class Side:
    """All of one file in memory.

    Attributes
    ----------
    columns : dict of str to float64 array or Coded
        Every column.
    skipped : int
        Rows left out for their number of cells.
    """

    name: str
    layout: str
    columns: dict[str, Column]
    n_rows: int
    skipped: int


def load_side(table: Table, on_progress: Progress = ignore_progress, *, only: Collection[str] | None = None) -> Side:
    """Read a whole table, or only some of its columns, into memory."""
    kinds = {profile.name: profile.kind for profile in profiles(table.sample())}
    kinds = {name: kind for name, kind in kinds.items() if only is None or name in only}
    numbers = tuple(name for name, kind in kinds.items() if kind == "number")
    texts = tuple(name for name, kind in kinds.items() if kind != "number")
    floats = {name: GrowingArray(np.float64) for name in numbers}
    codes = {name: GrowingArray(np.int32) for name in texts}
    known: dict[str, dict[str, int]] = {name: {} for name in texts}
    rows = skipped = 0
    for block in table.blocks(ColumnRequest(numbers, texts)):
        rows += block.n_rows
        skipped += block.n_skipped
        for name in numbers:
            floats[name].add(block.numbers[name], block.progress)
        for name in texts:
            new = [known[name].setdefault(each, len(known[name])) for each in block.texts[name].labels]
            codes[name].add(np.array([*new, -1], dtype=np.int32)[block.texts[name].codes], block.progress)
        on_progress(block.progress)
    columns: dict[str, Column] = {}
    for name in kinds:
        columns[name] = (
            floats[name].finish() if name in floats else Categorical(codes[name].finish(), list(known[name]))
        )
    return Side(table.name, table.layout, columns, rows, skipped)


def is_key(column: Column) -> bool:
    """Say whether a column names every row: text or whole numbers, none missing, none twice."""
    if isinstance(column, Categorical):
        return bool((column.codes >= 0).all()) and len(column.labels) == len(column.codes)
    whole = bool(np.all(np.isfinite(column))) and bool(np.all(column == np.floor(column)))
    return whole and len(np.unique(column)) == len(column)


def keys_of(column: Column) -> NDArray[Any]:
    """Return what a column holds, row by row, to be compared."""
    return np.array([*column.labels, ""])[column.codes] if isinstance(column, Categorical) else column


def arrow_column(column: Column, rows: NDArray[np.intp] | None = None) -> pa.Array:
    """Return all or some rows of a column as pyarrow has them."""
    import pyarrow as pa

    if not isinstance(column, Categorical):
        values = column if rows is None else column[rows]
        return pa.array(values, mask=np.isnan(values))
    codes = column.codes if rows is None else column.codes[rows]
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(column.labels, pa.string()))
