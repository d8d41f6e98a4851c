"""From pyarrow's arrays to numpy's, without the detour over pandas that `to_numpy` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from f1tools.readers.formats.parsing import FloatArray, is_missing
from f1tools.readers.formats.table import Categorical

if TYPE_CHECKING:
    import pyarrow as pa


def numbers_from_arrow(column: pa.ChunkedArray) -> FloatArray:
    """Return a column of float64 as an array, NaN where it is null; of int8 where it is that and nothing is null.

    A single chunk without nulls is not copied, and cannot be written to.
    """
    chunks = [_plain_numbers(chunk) for chunk in column.chunks]
    return chunks[0] if len(chunks) == 1 else np.concatenate([np.empty(0), *chunks])


def _plain_numbers(chunk: pa.Array) -> FloatArray:
    dtype = np.dtype(f"{'i' if chunk.type.bit_width == 8 else 'f'}{chunk.type.bit_width // 8}")
    values = np.frombuffer(chunk.buffers()[1], dtype, len(chunk), dtype.itemsize * chunk.offset)
    if chunk.null_count:
        values = values.astype(np.float64)
        values[_nulls(chunk)] = np.nan
    return values


def coded_from_arrow(column: pa.ChunkedArray) -> Categorical:
    """Return a dictionary column of strings as codes into one list of labels."""
    known: dict[str, int] = {}
    codes = np.empty(len(column), dtype=np.int32)
    start = 0
    for chunk in column.chunks:
        stop = start + len(chunk)
        labels = [label.strip() for label in chunk.dictionary.to_pylist()]
        new = [-1 if is_missing(label) else known.setdefault(label, len(known)) for label in labels]
        indices = chunk.indices
        old = np.frombuffer(indices.buffers()[1], np.int32, len(chunk), 4 * indices.offset).copy()
        if indices.null_count:
            old[_nulls(indices)] = len(new)
        codes[start:stop] = np.array([*new, -1], dtype=np.int32)[old]
        start = stop
    return Categorical(codes, list(known))


def _nulls(chunk: pa.Array) -> NDArray[np.bool_]:
    bits = np.frombuffer(chunk.buffers()[0], np.uint8)
    flags = np.unpackbits(bits, count=chunk.offset + len(chunk), bitorder="little")[chunk.offset :]
    return np.asarray(flags == 0)
