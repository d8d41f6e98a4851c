"""Tables with typed columns, such as data frames and Arrow tables, in blocks of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray
from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.arrow_columns import (
    categorical,
    column_texts,
    float_values,
    is_numeric,
    is_valid,
    short_texts,
    value_text,
)
from f1tools.readers.formats.boundary import check_width
from f1tools.readers.formats.cells import is_number, parse_numbers
from f1tools.readers.formats.dialect import unique_names
from f1tools.readers.formats.table import (
    TEXT,
    Block,
    Categorical,
    ColumnRequest,
    Sample,
    spread_positions,
)
from f1tools.readers.formats.vectors import VectorCells, locate_column, usual_length

if TYPE_CHECKING:
    import pandas as pd

BATCH_ROWS = 1 << 19
MAX_FIXED_WIDTH = 64  # characters
PASS_COLUMNS = 64
SAMPLE_ROWS = 20_000
MIN_SAMPLE_ROWS = 4_000
SAMPLE_CELLS = 100_000
SAMPLE_SLICES = 100


def arrow_block(table: pa.Table, request: ColumnRequest, *, n_skipped: int = 0, progress: float = 1.0) -> Block:
    """Return the requested columns of an Arrow table as a block of rows.

    Parameters
    ----------
    table : pyarrow.Table
        Contains the requested columns, or the columns of vectors that they are components of.
    request : ColumnRequest
        The columns; formats apply to numbers in columns of text.
    n_skipped, progress
        As in `Block`.
    """
    numbers, unparsable, first, misformatted = {}, {}, {}, set()
    vectors, columns = _Vectors(table), dict.fromkeys(table.column_names)
    for name, number_format in request.numbers.items():
        column, component = locate_column(name, columns)
        cells = table.column(column)
        if component is None and is_numeric(cells.type):
            numbers[name] = float_values(cells)
            continue
        if component is not None and is_list_of_numbers(cells.type):
            numbers[name] = vectors.of_lists(column, component)
            continue
        texts = column_texts(cells) if component is None else vectors.texts(column)
        if component is None:
            numbers[name], mask = parse_numbers(texts, number_format)
        else:
            numbers[name], mask = vectors.of_texts(column).numbers(component, number_format)
        if mask.any():
            rows = np.flatnonzero(mask).tolist()
            unparsable[name], first[name] = mask, texts[rows[0]]
            if component is None and any(is_number(texts[row]) for row in rows):
                misformatted.add(name)
    labels = {name: _labels(table, *locate_column(name, columns)) for name in request.texts}
    unique = {name: _unique_texts(table, *locate_column(name, columns)) for name in request.unique_texts}
    return Block(
        table.num_rows, numbers, labels, unique, unparsable, first, request.numbers, frozenset(misformatted),
        n_skipped=n_skipped, progress=progress,
    )  # fmt: skip


class _Vectors:
    """The columns of vectors in a table, each decoded once for all of its components."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._texts: dict[str, list[str]] = {}
        self._cells: dict[str, VectorCells] = {}
        self._lists: dict[str, _Lists] = {}

    def texts(self, column: str) -> list[str]:
        """Return the cells of a column of text."""
        if column not in self._texts:
            self._texts[column] = column_texts(self._table.column(column))
        return self._texts[column]

    def of_texts(self, column: str) -> VectorCells:
        """Return the vectors in a column of text."""
        if column not in self._cells:
            self._cells[column] = VectorCells(self.texts(column))
        return self._cells[column]

    def of_lists(self, column: str, component: str) -> FloatArray:
        """Return a component of a column of lists; NaN where a list is too short, or longer than the others."""
        if column not in self._lists:
            self._lists[column] = _of_usual_length([_list_values(chunk) for chunk in self._table.column(column).chunks])
        if not component.isdecimal():
            return np.full(self._table.num_rows, np.nan)
        at, parts = int(component), [np.empty(0)]
        for values, starts, lengths in self._lists[column]:
            part, rows = np.full(starts.size, np.nan), lengths > at
            part[rows] = values[starts[rows] + at]
            parts.append(part)
        return np.concatenate(parts)


_Lists = list[tuple[FloatArray, NDArray[np.int64], NDArray[np.int64]]]


def _of_usual_length(lists: _Lists) -> _Lists:
    """Return lists of which those that are longer than usual are empty."""
    usual = usual_length(np.concatenate([np.empty(0, np.int64), *(lengths for _, _, lengths in lists)]))
    return [(values, starts, np.where(lengths > usual, 0, lengths)) for values, starts, lengths in lists]


def _list_values(chunk: pa.Array) -> tuple[FloatArray, NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers in lists, where each list starts, and its length, which is 0 for null."""
    size = chunk.type.list_size if pa.types.is_fixed_size_list(chunk.type) else 0
    if size:
        ends = np.arange(chunk.offset, chunk.offset + len(chunk) + 1, dtype=np.int64) * size
    else:
        kind = np.int64 if pa.types.is_large_list(chunk.type) else np.int32
        bounds = np.frombuffer(chunk.buffers()[1] or b"", kind)
        ends = bounds[chunk.offset : chunk.offset + len(chunk) + 1].astype(np.int64)
    lengths = np.diff(ends)
    if chunk.null_count:
        lengths = np.where(is_valid(chunk), lengths, 0)
    return float_values(pa.chunked_array([chunk.values])), ends[:-1], lengths


def lists_as_text(table: pa.Table) -> pa.Table:
    """Return a table with its lists of numbers as text, for what has no use for lists."""
    for index, field_ in enumerate(table.schema):
        if is_list_of_numbers(field_.type):
            table = table.set_column(index, field_.name, pa.array(column_texts(table.column(index)), pa.string()))
    return table


def is_list_of_numbers(kind: pa.DataType) -> bool:
    """Return whether values are lists of numbers."""
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    return bool(is_list) and is_numeric(kind.value_type)


def _labels(table: pa.Table, column: str, component: str | None) -> Categorical:
    cells = table.column(column)
    return categorical(cells) if component is None else Categorical.from_cells(_components(cells, component))


def _components(cells: pa.ChunkedArray, component: str) -> list[str]:
    return VectorCells(column_texts(cells)).component(component)


def _unique_texts(table: pa.Table, column: str, component: str | None) -> NDArray[Any]:
    cells = table.column(column)
    if component is not None:
        return np.array(_components(cells, component), dtype=TEXT)
    if pa.types.is_integer(cells.type):
        cells = cells.cast(pa.string())
    if not pa.types.is_string(cells.type):
        return np.array(column_texts(cells), dtype=TEXT)
    return np.concatenate([np.empty(0, TEXT), *map(_text_array, cells.chunks)])


def _text_array(chunk: pa.Array) -> NDArray[Any]:
    """Return text as an array, in printable ASCII without a Python object per cell, which takes a third of the time."""
    _, offsets, characters = chunk.buffers()
    ends = np.frombuffer(offsets or b"", np.int32)[chunk.offset :][: len(chunk) + 1]
    lengths = np.diff(ends)
    width = int(lengths.max(initial=0))
    text = np.frombuffer(characters, np.uint8)[ends[0] : ends[-1]] if width else np.empty(0, np.uint8)
    if chunk.null_count or not 0 < width <= MAX_FIXED_WIDTH or text.min() <= ord(" ") or text.max() > ord("~"):
        return np.array([value.strip() if value else "" for value in chunk.to_pylist()], dtype=TEXT)
    cells = np.zeros((len(chunk), width), np.uint8)
    cells[np.arange(width) < lengths[:, np.newaxis]] = text
    return cells.view(f"S{width}")[:, 0].astype(TEXT)


@dataclass(frozen=True)
class ColumnarTable:
    """A table of typed columns.

    Attributes
    ----------
    name : str
        The name of the table in messages.
    layout : str
        A short description of the format.
    columns : list of str
        Column names.
    n_rows : int
        Number of rows.
    all_rows : callable
        Yields all rows of some columns, in batches.
    some_rows : callable
        Returns about the given number of rows, from all over the table.
    metadata : mapping of bytes to bytes
        What the file says about itself.
    separable : frozenset of str
        Columns of numbers that can be read without the others, at no more cost.
    """

    name: str
    layout: str
    columns: list[str]
    n_rows: int
    all_rows: Callable[[list[str]], Iterator[pa.Table]]
    some_rows: Callable[[int], pa.Table]
    metadata: Mapping[bytes, bytes] = field(default_factory=dict)
    separable: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        check_width(self.name, len(self.columns))

    def sample(self) -> Sample:
        """Return all rows of a small table, or rows from all over a large one."""
        if self.n_rows == 0:
            raise InvalidPredictions(f"{self.name} has {len(self.columns)} columns but no rows.")
        count = max(MIN_SAMPLE_ROWS, min(SAMPLE_ROWS, SAMPLE_CELLS // len(self.columns)))
        is_complete = self.n_rows <= count
        rows = pa.concat_tables(self.all_rows(self.columns)) if is_complete else self.some_rows(count)
        cells = {name: short_texts(column_texts(rows.column(name))) for name in self.columns}
        numeric = frozenset(name for name in self.columns if is_numeric(rows.column(name).type))
        return Sample(cells, is_complete=is_complete, numeric=numeric)

    def passes(self, request: ColumnRequest) -> list[ColumnRequest]:
        """Return requests for few columns each: what decodes a column takes megabytes, for as long as it is read."""
        texts, numbers, size = request.texts, list(request.numbers), PASS_COLUMNS
        if len(texts) + len(numbers) <= size or not self.separable.issuperset(numbers):
            return [request]
        first, *others = [texts[at : at + size] for at in range(0, max(len(texts), 1), size)]
        return [
            ColumnRequest({}, first, request.unique_texts),
            *(ColumnRequest({}, some) for some in others),
            *(
                ColumnRequest({name: request.numbers[name] for name in numbers[at : at + size]})
                for at in range(0, len(numbers), size)
            ),
        ]

    def blocks(self, request: ColumnRequest) -> Iterator[Block]:
        """Yield all rows of the requested columns."""
        n_read = 0
        for rows in self.all_rows(request.columns(self.columns)):
            n_read += rows.num_rows
            yield arrow_block(rows, request, progress=min(1.0, n_read / self.n_rows))
        pa.default_memory_pool().release_unused()  # else the pool keeps hundreds of megabytes


def from_arrow(table: pa.Table, *, name: str, layout: str) -> ColumnarTable:
    """Return an Arrow table in memory as a table."""

    def all_rows(columns: list[str]) -> Iterator[pa.Table]:
        selected = table.select(columns)
        return (selected.slice(start, BATCH_ROWS) for start in range(0, table.num_rows, BATCH_ROWS))

    some_rows, separable = partial(slices, table), numeric_columns(table.schema)
    return ColumnarTable(name, layout, table.column_names, table.num_rows, all_rows, some_rows, separable=separable)


def numeric_columns(schema: pa.Schema) -> frozenset[str]:
    """Return the names of the columns of numbers, without those inside of others."""
    return frozenset(each.name for each in schema if is_numeric(each.type))


def slices(table: pa.Table, count: int) -> pa.Table:
    """Return about `count` rows in slices from all over a table."""
    if table.num_rows <= count:
        return table
    size = max(1, count // SAMPLE_SLICES)
    starts = spread_positions(SAMPLE_SLICES, 0, table.num_rows - size, apart=size)
    return pa.concat_tables([table.slice(start, size) for start in starts])


def open_frame(frame: pd.DataFrame, name: str | None) -> ColumnarTable:
    """Return a data frame as a table; columns of mixed types become text."""
    names = unique_names("_".join(map(str, each)) if isinstance(each, tuple) else str(each) for each in frame.columns)
    columns = []
    for position in range(len(names)):
        series = frame.iloc[:, position]
        try:
            columns.append(pa.Array.from_pandas(series))
        except pa.ArrowException:
            columns.append(pa.Array.from_pandas(series.map(value_text)))
    return from_arrow(pa.table(columns, names=list(names)), name=name or "the data frame", layout="data frame")
