"""Blocks of rows from Arrow tables; numbers reach numpy without pandas, which pyarrow's own conversion imports."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from f1tools.readers.formats.parsing import FloatArray, locate_column, number_to_label, parse_numbers
from f1tools.readers.formats.table import Block, Categorical, ColumnRequest

DICTIONARY = pa.dictionary(pa.int32(), pa.string())


def arrow_block(
    table: pa.Table, request: ColumnRequest, *, decimal: str = ".", n_skipped: int = 0, progress: float = 1.0
) -> Block:
    """Return the requested columns of an Arrow table as a block of rows.

    Parameters
    ----------
    table : pyarrow.Table
        Contains the requested columns, or the columns of vectors that they are components of.
    request : ColumnRequest
        The columns.
    decimal : str
        Decimal mark of numbers in columns of text.
    n_skipped, progress
        As in `Block`.
    """
    numbers, unparsable = {}, {}
    for name in request.numbers:
        column, component = locate_column(name, table.column_names)
        numbers[name], mask = _numbers(table.column(column), component, decimal)
        if mask is not None:
            unparsable[name] = mask
    texts = {name: _categorical(table.column(name)) for name in request.texts}
    return Block(table.num_rows, numbers, texts, unparsable, n_skipped, progress)


def _numbers(
    column: pa.ChunkedArray, component: int | None, decimal: str
) -> tuple[FloatArray, NDArray[np.bool_] | None]:
    """Return a column as numbers, with a mask of unparsable cells where the column is text."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if component is None and is_number:
        typed = column if column.type == pa.float64() else column.cast(kind).cast(pa.float64(), safe=False)
        chunks = [_float_array(chunk) for chunk in typed.chunks]
        return chunks[0] if len(chunks) == 1 else np.concatenate([np.empty(0), *chunks]), None
    return parse_numbers(column_texts(column), component=component, decimal=decimal)


def _float_array(chunk: pa.Array) -> FloatArray:
    """Return a float64 chunk as an array, NaN for null; without nulls it is a read-only view."""
    values = np.frombuffer(chunk.buffers()[1], np.float64, len(chunk), 8 * chunk.offset)
    return np.where(_null_mask(chunk), np.nan, values) if chunk.null_count else values


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
        codes = np.where(_null_mask(indices), -1, codes)
    return Categorical(np.array([*distinct.codes, -1], dtype=np.int32)[codes], distinct.labels)


def _null_mask(chunk: pa.Array) -> NDArray[np.bool_]:
    bits = np.frombuffer(chunk.buffers()[0], np.uint8)
    flags = np.unpackbits(bits, count=chunk.offset + len(chunk), bitorder="little")[chunk.offset :]
    return np.asarray(flags == 0)


def column_texts(column: pa.ChunkedArray) -> list[str]:
    """Return a column of any type as stripped text; empty for null."""
    return [value_text(value) for value in column.to_pylist()]


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
