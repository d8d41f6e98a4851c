"""NumPy arrays: the columns of a .npy file, and of the arrays in a .npz archive."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Sequence
from itertools import chain
from pathlib import PurePath
from tokenize import TokenError
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.lib import format as npy
from numpy.typing import NDArray

from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.arrow import ColumnarTable, from_arrow
from f1tools.readers.formats.arrow_columns import column_texts
from f1tools.readers.formats.boundary import check_expansion, check_width, decoding
from f1tools.readers.formats.dialect import unique_names
from f1tools.readers.formats.source import Source

MAGIC = npy.MAGIC_PREFIX
_KINDS = "biufUSM"  # numbers, text and dates
_BYTES_PER_VALUE = 8  # at least, once it is a number or a label
_DATE_UNITS = ("D", "s", "ms", "us", "ns")
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def open_npy(source: Source) -> ColumnarTable:
    """Return the columns of an array: one of one dimension has the name of the file, others a number behind it.

    Raises
    ------
    InvalidPredictions
        If the file is damaged, or the array has more than two dimensions or contains Python objects.
    """
    stored = source.in_memory()
    with stored.open_stored() as file:
        columns = _columns(_load(file.read(), source), PurePath(source.name).name.partition(".npy")[0], source)
    return _table(columns, source.name, source.describe("NumPy array"))


def open_npz(source: Source, names: Sequence[str]) -> ColumnarTable:
    """Return the columns of the arrays in an archive, which must have the same number of rows; scalars are left out.

    Raises
    ------
    InvalidPredictions
        As `open_npy`, or if the arrays have different lengths.
    """
    columns: dict[str, NDArray[Any]] = {}
    with decoding(source.name, "NumPy archive"), source.open_stored() as stored, zipfile.ZipFile(stored) as archive:
        arrays = {name.removesuffix(".npy"): _load(archive.read(name), source) for name in names}
    for name, array in arrays.items():
        if array.ndim:
            columns |= _columns(array, name, source)
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length:,}" for name, length in list(lengths.items())[:6])
        raise InvalidPredictions(
            f"The arrays in {source.name} have different lengths: {listed}. Save arrays of the same rows."
        )
    return _table(columns, source.name, "NumPy archive")


def _load(data: bytes, source: Source) -> NDArray[Any]:
    """Return an array after a check that the data holds as many values as it declares."""
    with decoding(source.name, "NumPy array", TokenError):
        file = io.BytesIO(data)
        shape, _, dtype = _HEADERS[npy.read_magic(file)](file)
        if dtype.hasobject:
            raise InvalidPredictions(
                f"{source.name} contains Python objects, which could run foreign code. Save numbers or text."
            )
        declared = math.prod(shape) * dtype.itemsize
        if declared != len(data) - file.tell() or not dtype.itemsize:
            raise InvalidPredictions(f"The NumPy array {source.name} is damaged or cut off. Save it again.")
        check_expansion(source.name, _BYTES_PER_VALUE * math.prod(shape), source.size)
        file.seek(0)
        return np.asarray(np.load(file, allow_pickle=False))


def _columns(array: NDArray[Any], name: str, source: Source) -> dict[str, NDArray[Any]]:
    """Return the columns of an array by name."""
    if array.dtype.names:
        fields = (_columns(array[field], field, source) for field in array.dtype.names)
        return dict(chain.from_iterable(columns.items() for columns in fields))
    if array.dtype.kind not in _KINDS:
        raise InvalidPredictions(
            f"The array {name} in {source.name} has the type {array.dtype}. Save numbers, booleans, text or dates."
        )
    squeezed = array.reshape([length for length in array.shape if length != 1] or [1])
    if squeezed.ndim == 1:
        return {name: squeezed}
    if squeezed.ndim > 2:
        raise InvalidPredictions(f"{source.name} has {array.ndim} dimensions. Save an array of one or two.")
    check_width(source.name, squeezed.shape[1])
    return {f"{name}[{index}]": squeezed[:, index] for index in range(squeezed.shape[1])}


def _table(columns: dict[str, NDArray[Any]], name: str, layout: str) -> ColumnarTable:
    if not columns:
        raise InvalidPredictions(f"{name} contains no array with rows.")
    names = unique_names(columns)
    with decoding(name, "NumPy array", pa.ArrowException):
        arrays = [_arrow_array(column) for column in columns.values()]
        return from_arrow(pa.table(arrays, names=list(names)), name=name, layout=layout)


def _arrow_array(column: NDArray[Any]) -> pa.Array:
    """Return a column without a Python object per value, except where bytes are not valid UTF-8."""
    kind = column.dtype.newbyteorder("=")
    if kind.kind == "M" and np.datetime_data(kind)[0] not in _DATE_UNITS:
        kind = np.dtype("M8[s]")
    array = pa.array(np.ascontiguousarray(column, dtype=kind))
    if kind.kind in "biufU":
        return array
    try:
        return array.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array(column_texts(pa.chunked_array([array])), pa.string())
