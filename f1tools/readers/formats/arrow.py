"""Tables with typed columns, such as data frames and Arrow tables, in blocks of rows.

Numbers reach numpy through their buffers, because pyarrow's own conversion imports pandas, which is slow.
"""

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
from f1tools.readers.formats.boundary import check_width
from f1tools.readers.formats.cells import is_number, locate_column, parse_numbers, parse_vector
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

if TYPE_CHECKING:
    import pandas as pd

DICTIONARY = pa.dictionary(pa.int32(), pa.string())
BATCH_ROWS = 1 << 19
MAX_FIXED_WIDTH = 64  # characters
SAMPLE_ROWS = 20_000
MIN_SAMPLE_ROWS = 4_000
SAMPLE_CELLS = 100_000
SAMPLE_SLICES = 100
SAMPLE_CHARACTERS = 1_000  # of a text, which is long enough for a vector of 30 components


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
    for name, number_format in request.numbers.items():
        column, component = locate_column(name, table.column_names)
        cells = table.column(column)
        if component is None and _is_numeric(cells.type):
            numbers[name] = _numbers(cells)
            continue
        texts = column_texts(cells)
        numbers[name], mask = parse_numbers(texts, number_format, component=component)
        if mask.any():
            rows = np.flatnonzero(mask).tolist()
            unparsable[name], first[name] = mask, texts[rows[0]]
            if component is None and any(is_number(texts[row]) for row in rows):
                misformatted.add(name)
    labels = {name: _labels(table, name) for name in request.texts}
    unique = {name: _unique_texts(table, name) for name in request.unique_texts}
    return Block(
        table.num_rows, numbers, labels, unique, unparsable, first, request.numbers, frozenset(misformatted),
        n_skipped=n_skipped, progress=progress,
    )  # fmt: skip


def _labels(table: pa.Table, name: str) -> Categorical:
    column, component = locate_column(name, table.column_names)
    return _categorical(table.column(column)) if component is None else Categorical.from_cells(_texts(table, name))


def _texts(table: pa.Table, name: str) -> list[str]:
    column, component = locate_column(name, table.column_names)
    texts = column_texts(table.column(column))
    return texts if component is None else [parse_vector(cell).get(component, "") for cell in texts]


def _unique_texts(table: pa.Table, name: str) -> NDArray[Any]:
    column = table.column(locate_column(name, table.column_names)[0])
    if pa.types.is_integer(column.type):
        column = column.cast(pa.string())
    if name not in table.column_names or not pa.types.is_string(column.type):
        return np.array(_texts(table, name), dtype=TEXT)
    return np.concatenate([np.empty(0, TEXT), *map(_text_array, column.chunks)])


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
    """Return the beginnings of texts, for a sample: whole documents stand beside scores."""
    return [text if len(text) <= SAMPLE_CHARACTERS else text[:SAMPLE_CHARACTERS] for text in texts]


def value_text(value: Any) -> str:
    """Return a value of any type as stripped text; numbers as labels, lists as vectors."""
    if value is None:
        return ""
    if isinstance(value, float):
        return number_to_label(value)
    if isinstance(value, list):
        return "[" + " ".join(map(value_text, value)) + "]"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    return str(value).strip()


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
