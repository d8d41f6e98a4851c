"""Columns of Arrow tables as numbers, as labels and as text.

Numbers reach numpy through their buffers, because pyarrow's own conversion imports pandas, which is slow.
"""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray
from f1tools.readers.formats.table import Categorical, number_to_label
from f1tools.readers.formats.vectors import MAX_VECTOR_LENGTH

DICTIONARY = pa.dictionary(pa.int32(), pa.string())
SAMPLE_CHARACTERS = 1_000  # of a text
_UNSAFE = re.compile(r"[\s,;|'\"\[\](){}]")


def is_numeric(kind: pa.DataType) -> bool:
    """Return whether values are numbers, in a dictionary or not."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_float(kind: pa.DataType) -> bool:
    return bool(pa.types.is_float32(kind) or pa.types.is_float64(kind))


def float_values(column: pa.ChunkedArray) -> FloatArray:
    """Return a numeric column as float64, NaN for null; a single chunk without nulls is a read-only view."""
    if column.type not in (pa.float64(), pa.int64()):
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        column = column.cast(kind).cast(pa.float64(), safe=False)
    chunks = [_float_array(chunk) for chunk in column.chunks]
    return chunks[0] if len(chunks) == 1 else np.concatenate([np.empty(0), *chunks])


def _float_array(chunk: pa.Array) -> FloatArray:
    kind = np.int64 if chunk.type == pa.int64() else np.float64
    values = np.frombuffer(chunk.buffers()[1], kind, len(chunk), 8 * chunk.offset).astype(np.float64, copy=False)
    return np.where(is_valid(chunk), values, np.nan) if chunk.null_count else values


def categorical(column: pa.ChunkedArray) -> Categorical:
    """Return a column of any type as labels."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        column = column.cast(DICTIONARY)
    elif pa.types.is_integer(kind) or pa.types.is_boolean(kind) or _is_float(kind):
        column = column.dictionary_encode()  # no text for each row, which would take a hundred times as long
    elif kind != DICTIONARY:
        return Categorical.from_cells(column_texts(column))
    array = column.unify_dictionaries().combine_chunks()
    distinct = Categorical.from_cells(column_texts(pa.chunked_array([array.dictionary])))
    indices = array.indices
    codes = np.frombuffer(indices.buffers()[1], np.int32, len(indices), 4 * indices.offset)
    if indices.null_count:
        codes = np.where(is_valid(indices), codes, -1)
    return Categorical(np.array([*distinct.codes, -1], dtype=np.int32)[codes], distinct.labels)


def is_valid(chunk: pa.Array) -> NDArray[np.bool_]:
    """Return which values are there, of a chunk in which some are null.

    From the validity bitmap, because pyarrow's own functions import pyarrow.compute, which takes time and memory.
    """
    bits = np.frombuffer(chunk.buffers()[0], np.uint8)
    flags = np.unpackbits(bits, count=chunk.offset + len(chunk), bitorder="little")
    return flags[chunk.offset :].astype(np.bool_)


def column_texts(column: pa.ChunkedArray) -> list[str]:
    """Return a column of any type as stripped text; empty for null."""
    if pa.types.is_integer(column.type):
        column = column.cast(pa.string())  # faster than by value
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return [value.strip() if value else "" for value in column.to_pylist()]
    if _is_float(column.type):
        return [text for chunk in column.chunks for text in _float_texts(chunk)]
    if not pa.types.is_dictionary(column.type):
        return [value_text(value) for value in column.to_pylist()]
    array = column.unify_dictionaries().combine_chunks()
    labels = [value_text(value) for value in array.dictionary.to_pylist()]
    return ["" if code is None else labels[code] for code in array.indices.to_pylist()]


def _float_texts(chunk: pa.Array) -> list[str]:
    """Return the labels of floats; most have fractions, and need no test for each whether they are whole numbers."""
    if chunk.null_count:
        return [value_text(value) for value in chunk.to_pylist()]
    values = float_values(pa.chunked_array([chunk]))
    return list(map(number_to_label if np.any(values == np.floor(values)) else repr, values.tolist()))


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
