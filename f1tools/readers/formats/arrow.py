"""Tables with typed columns, such as data frames and Arrow tables, in blocks of rows.

Numbers reach numpy through their buffers, because pyarrow's own conversion imports pandas, which is slow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray
from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.boundary import check_width
from f1tools.readers.formats.cells import is_number, parse_numbers
from f1tools.readers.formats.dialect import unique_names
from f1tools.readers.formats.table import (
    TEXT,
    Block,
    Categorical,
    ColumnRequest,
    Sample,
    number_to_label,
    spread_positions,
)
from f1tools.readers.formats.vectors import MAX_VECTOR_LENGTH, VectorCells, locate_column

if TYPE_CHECKING:
    import pandas as pd

DICTIONARY = pa.dictionary(pa.int32(), pa.string())
BATCH_ROWS = 1 << 19
MAX_FIXED_WIDTH = 64  # characters
SAMPLE_ROWS = 20_000
MIN_SAMPLE_ROWS = 4_000
SAMPLE_CELLS = 100_000
SAMPLE_SLICES = 100
_UNSAFE = re.compile(r"[\s,;|'\"\[\](){}]")
SAMPLE_CHARACTERS = 1_000  # of a text


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
        if component is None and _is_numeric(cells.type):
            numbers[name] = _numbers(cells)
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
        self._lists: dict[str, list[tuple[FloatArray, NDArray[np.int64], NDArray[np.int64]]]] = {}

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
        """Return a component of a column of lists; NaN where a list is too short."""
        if column not in self._lists:
            self._lists[column] = [_list_values(chunk) for chunk in self._table.column(column).chunks]
        if not component.isdecimal():
            return np.full(self._table.num_rows, np.nan)
        at, parts = int(component), [np.empty(0)]
        for values, starts, lengths in self._lists[column]:
            part, rows = np.full(starts.size, np.nan), lengths > at
            part[rows] = values[starts[rows] + at]
            parts.append(part)
        return np.concatenate(parts)


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
        lengths = np.where(_is_valid(chunk), lengths, 0)
    return _numbers(pa.chunked_array([chunk.values])), ends[:-1], lengths


def lists_as_text(table: pa.Table) -> pa.Table:
    """Return a table with its lists of numbers as text, for what has no use for lists."""
    for index, field_ in enumerate(table.schema):
        if is_list_of_numbers(field_.type):
            table = table.set_column(index, field_.name, pa.array(column_texts(table.column(index)), pa.string()))
    return table


def is_list_of_numbers(kind: pa.DataType) -> bool:
    """Return whether values are lists of numbers."""
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    return bool(is_list) and _is_numeric(kind.value_type)


def _labels(table: pa.Table, column: str, component: str | None) -> Categorical:
    cells = table.column(column)
    return _categorical(cells) if component is None else Categorical.from_cells(_components(cells, component))


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


def _is_numeric(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _numbers(column: pa.ChunkedArray) -> FloatArray:
    """Return a numeric column as float64, NaN for null; a single chunk without nulls is a read-only view."""
    if column.type not in (pa.float64(), pa.int64()):
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        column = column.cast(kind).cast(pa.float64(), safe=False)
    chunks = [_float_array(chunk) for chunk in column.chunks]
    return chunks[0] if len(chunks) == 1 else np.concatenate([np.empty(0), *chunks])


def _float_array(chunk: pa.Array) -> FloatArray:
    kind = np.int64 if chunk.type == pa.int64() else np.float64
    values = np.frombuffer(chunk.buffers()[1], kind, len(chunk), 8 * chunk.offset).astype(np.float64, copy=False)
    return np.where(_is_valid(chunk), values, np.nan) if chunk.null_count else values


def _categorical(column: pa.ChunkedArray) -> Categorical:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(DICTIONARY)
    if column.type != DICTIONARY:
        return Categorical.from_cells(column_texts(column))
    array = column.unify_dictionaries().combine_chunks()
    distinct = Categorical.from_cells(array.dictionary.to_pylist())
    indices = array.indices
    codes = np.frombuffer(indices.buffers()[1], np.int32, len(indices), 4 * indices.offset)
    if indices.null_count:
        codes = np.where(_is_valid(indices), codes, -1)
    return Categorical(np.array([*distinct.codes, -1], dtype=np.int32)[codes], distinct.labels)


def _is_valid(chunk: pa.Array) -> NDArray[np.bool_]:
    # The validity bitmap, because pyarrow's own functions import pyarrow.compute, which takes time and memory.
    bits = np.frombuffer(chunk.buffers()[0], np.uint8)
    flags = np.unpackbits(bits, count=chunk.offset + len(chunk), bitorder="little")
    return flags[chunk.offset :].astype(np.bool_)


def column_texts(column: pa.ChunkedArray) -> list[str]:
    """Return a column of any type as stripped text; empty for null."""
    if pa.types.is_integer(column.type):
        column = column.cast(pa.string())  # faster than by value
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return [value.strip() if value else "" for value in column.to_pylist()]
    if not pa.types.is_dictionary(column.type):
        return [value_text(value) for value in column.to_pylist()]
    array = column.unify_dictionaries().combine_chunks()
    labels = [value_text(value) for value in array.dictionary.to_pylist()]
    return ["" if code is None else labels[code] for code in array.indices.to_pylist()]


def short_texts(texts: list[str]) -> list[str]:
    """Return the beginnings of texts, for a sample: whole documents stand beside scores. Vectors stay whole."""
    return [text if len(text) <= SAMPLE_CHARACTERS or _is_vector(text) else text[:SAMPLE_CHARACTERS] for text in texts]


def _is_vector(text: str) -> bool:
    return text[0] in "[({" and text[-1] in "])}" and len(text) <= MAX_VECTOR_LENGTH


def value_text(value: Any) -> str:
    """Return a value of any type as stripped text; numbers as labels, lists as vectors."""
    if value is None:
        return ""
    if isinstance(value, float):
        return number_to_label(value)
    if isinstance(value, list):
        return "[" + " ".join(map(_item_text, value)) + "]"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    return str(value).strip()


def _item_text(value: Any) -> str:
    """Return a value in a list; text with white space, commas or brackets in quotes."""
    text = value_text(value)
    return json.dumps(text, ensure_ascii=False) if isinstance(value, str) and _UNSAFE.search(text) else text


def typed_column(values: list[Any]) -> pa.Array:
    """Return values of Python as a column; text where their types differ or an integer has too many digits."""
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if value is None else value_text(value) for value in values], pa.string())


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
        Returns about so many rows from all over the table.
    metadata : mapping of bytes to bytes
        What the file says about itself.
    """

    name: str
    layout: str
    columns: list[str]
    n_rows: int
    all_rows: Callable[[list[str]], Iterator[pa.Table]]
    some_rows: Callable[[int], pa.Table]
    metadata: Mapping[bytes, bytes] = field(default_factory=dict)

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
        numeric = frozenset(name for name in self.columns if _is_numeric(rows.column(name).type))
        return Sample(cells, is_complete=is_complete, numeric=numeric)

    def blocks(self, request: ColumnRequest) -> Iterator[Block]:
        """Yield all rows of the requested columns."""
        n_read = 0
        for rows in self.all_rows(request.columns(self.columns)):
            n_read += rows.num_rows
            yield arrow_block(rows, request, progress=min(1.0, n_read / self.n_rows))


def from_arrow(table: pa.Table, *, name: str, layout: str) -> ColumnarTable:
    """Return an Arrow table in memory as a table."""

    def all_rows(columns: list[str]) -> Iterator[pa.Table]:
        selected = table.select(columns)
        return (selected.slice(start, BATCH_ROWS) for start in range(0, table.num_rows, BATCH_ROWS))

    return ColumnarTable(name, layout, table.column_names, table.num_rows, all_rows, partial(slices, table))


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
