"""Parquet files, and Feather and other files in Arrow's IPC format, read in batches."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.arrow import (
    BATCH_ROWS,
    PASS_COLUMNS,
    ColumnarTable,
    is_list_of_numbers,
    numeric_columns,
    slices,
)
from f1tools.readers.formats.arrow_columns import column_texts
from f1tools.readers.formats.boundary import Budget, check_expansion, check_width, decoding
from f1tools.readers.formats.source import Source

SAMPLE_GROUPS = 10
BATCH_CELLS = 1 << 22
BUFFER_BYTES = 1 << 16  # of a column; without, all that is stored of it is read at once
VALUE_BYTES = 8
LOADED_COLUMNS = 8  # about as many as are loaded of a wide table
_LISTS = (pa.ListArray, pa.LargeListArray, pa.FixedSizeListArray, pa.ListViewArray, pa.LargeListViewArray)
_IPC_FILE = b"ARROW1\x00\x00"  # then follows the same as in a stream


def open_parquet(source: Source) -> ColumnarTable:
    """Return the table in a Parquet file, which is opened anew for every pass.

    Raises
    ------
    InvalidPredictions
        If the file is damaged, too large when decoded, or two columns have the same name.
    """
    stored = source.in_memory()
    with _parquet_file(stored) as file:
        metadata, schema = file.metadata, file.schema_arrow
        check_width(source.name, metadata.num_columns)
        n_rows, n_groups = int(metadata.num_rows), int(metadata.num_row_groups)
        groups = [metadata.row_group(index) for index in range(n_groups)]
        n_bytes = sum(max(0, group.total_byte_size) for group in groups)
        roots = _roots(schema, source.name)
        leaves = [file.schema.column(index) for index in range(metadata.num_columns)]
        texts = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
        n_nested = max(_nested_counts(groups, roots), default=0)
        n_bytes = max(n_bytes, VALUE_BYTES * n_nested)
    check_expansion(source.name, max(n_bytes, _loaded_size(n_rows, roots)), source.size)

    def read(
        selected: Sequence[str], batch_rows: int, budget: Budget, groups: Sequence[int] | None = None
    ) -> Iterator[pa.Table]:
        needed = list(dict.fromkeys(roots[name] for name in selected))
        with _parquet_file(stored, texts, metadata) as file:
            for batch in file.iter_batches(batch_size=batch_rows, columns=needed, row_groups=groups):
                yield _plain(batch, budget).select(selected)

    def all_rows(selected: list[str]) -> Iterator[pa.Table]:
        width = max(1, len(selected), n_nested // max(1, n_rows))
        return read(selected, max(1, min(BATCH_ROWS, BATCH_CELLS // width)), Budget(source.name, source.size))

    def some_rows(count: int) -> pa.Table:
        names = list(roots)
        groups = sorted(set(np.linspace(0, n_groups - 1, SAMPLE_GROUPS).astype(int).tolist()))
        batch_rows = max(1, min(BATCH_ROWS // 8, BATCH_CELLS // max(len(roots), n_nested // max(1, n_rows))))
        parts = [names[at : at + PASS_COLUMNS] for at in range(0, len(names), PASS_COLUMNS)]

        def first_rows(group: int) -> pa.Table:
            budget = Budget(source.name, source.size)
            return _side_by_side(next(read(part, batch_rows, budget, [group])) for part in parts)

        return pa.concat_tables([slices(first_rows(group), count // len(groups)) for group in groups])

    layout = source.describe("Parquet")
    return ColumnarTable(
        source.name, layout, list(roots), n_rows, all_rows, some_rows, schema.metadata or {}, numeric_columns(schema)
    )


def _side_by_side(parts: Iterable[pa.Table]) -> pa.Table:
    columns = {name: part.column(name) for part in parts for name in part.column_names}
    return pa.table(columns)


@contextmanager
def _parquet_file(source: Source, texts: Sequence[str] = (), metadata: Any = None) -> Iterator[Any]:
    """Open a Parquet file; columns of text and bytes keep their dictionaries, which may stand for much longer texts.

    The metadata of thousands of columns take long to decode, so they are decoded once.
    """
    from pyarrow import parquet

    with (
        source.open_stored() as stored,
        decoding(source.name, "Parquet file", pa.ArrowException),
        parquet.ParquetFile(
            _arrow_file(stored), metadata=metadata, read_dictionary=list(texts), buffer_size=BUFFER_BYTES
        ) as file,
    ):
        yield file


def _arrow_file(stored: BinaryIO) -> pa.NativeFile:
    """Return an open file for pyarrow; bytes in memory are not copied."""
    return pa.BufferReader(stored.getvalue()) if isinstance(stored, BytesIO) else pa.PythonFile(stored, mode="r")


def open_ipc(source: Source) -> ColumnarTable:
    """Return the table in a Feather file, or in another Arrow IPC file or stream.

    Raises
    ------
    InvalidPredictions
        If the file is damaged, too large when decompressed, or two columns have the same name.
    """
    stored = source.in_memory()
    is_file = stored.head(len(_IPC_FILE)) == _IPC_FILE
    with _ipc_stream(stored, is_file) as file:
        schema = pa.ipc.open_stream(file).schema
        roots = _roots(schema, source.name)
    check_width(source.name, len(roots))
    n_rows, n_bytes = 0, 0
    with _ipc_stream(stored, is_file) as file:
        for message in pa.ipc.MessageReader.open_stream(file):
            if message.type in ("record batch", "dictionary"):
                length, unpacked = _unpacked_size(message)
                n_rows += length if message.type == "record batch" else 0
                n_bytes += unpacked
                check_expansion(source.name, max(n_bytes, _loaded_size(n_rows, roots)), source.size)

    def all_rows(selected: list[str]) -> Iterator[pa.Table]:
        budget = Budget(source.name, source.size)
        fields = sorted({schema.get_field_index(roots[name]) for name in selected})
        with _ipc_stream(stored, is_file) as file:
            for batch in pa.ipc.open_stream(file, options=pa.ipc.IpcReadOptions(included_fields=fields)):
                for start in range(0, batch.num_rows, BATCH_ROWS):
                    yield _plain(batch.slice(start, BATCH_ROWS), budget).select(selected)

    def some_rows(count: int) -> pa.Table:
        every = (slices(rows, -(-count * rows.num_rows // n_rows)) for rows in all_rows(list(roots)))
        return pa.concat_tables(every)

    layout = source.describe("Feather or Arrow file" if is_file else "Arrow stream")
    return ColumnarTable(source.name, layout, list(roots), n_rows, all_rows, some_rows)


@contextmanager
def _ipc_stream(source: Source, is_file: bool) -> Iterator[Any]:
    with source.open_stored() as stored, decoding(source.name, "Arrow file", pa.ArrowException):
        stored.seek(len(_IPC_FILE) if is_file else 0)
        yield pa.PythonFile(stored, mode="r")


def _unpacked_size(message: Any) -> tuple[int, int]:
    """Return the number of rows in a message and the number of bytes of its decompressed buffers.

    pyarrow allocates what a message declares, and does not tell it before. So it is read from the message's own
    description, a flatbuffer (https://arrow.apache.org/docs/format/Columnar.html, Message.fbs).
    """
    head = message.metadata.to_pybytes()

    def number(kind: str, position: int) -> int:
        return int(struct.unpack_from("<" + kind, head, position)[0])

    def field(table: int, index: int) -> int:
        """Return the position of a field of a table; 0 where it is absent."""
        layout = table - number("i", table)
        offset = number("H", layout + 4 + 2 * index) if 4 + 2 * index < number("H", layout) else 0
        return table + offset if offset else 0

    def target(position: int) -> int:
        return position + number("I", position)

    batch = target(field(target(0), 2))
    if message.type == "dictionary":
        batch = target(field(batch, 1))
    length_at, buffers = field(batch, 0), target(field(batch, 2))
    n_rows = number("q", length_at) if length_at else 0
    if not field(batch, 3):  # not compressed: what is stored is what it takes
        return n_rows, message.body.size
    body, n_bytes = memoryview(message.body), 0
    for index in range(number("I", buffers)):
        start, length = (number("q", buffers + 4 + 16 * index + at) for at in (0, 8))
        if length:
            n_bytes += max(length, struct.unpack_from("<q", body, start)[0])
    return n_rows, n_bytes


def _loaded_size(n_rows: int, columns: Collection[str]) -> int:
    return 8 * n_rows * min(len(columns), LOADED_COLUMNS)


def _roots(schema: pa.Schema, name: str) -> dict[str, str]:
    """Return by name of a column the top-level column that holds it; fields of structs are columns `a.b`."""
    pairs = [(leaf, field.name) for field in schema for leaf in _leaves(field)]
    if len(dict(pairs)) < len(pairs):
        raise InvalidPredictions(f"{name} has two columns of one name. Rename one of them.")
    return dict(pairs)


def _leaves(field: pa.Field) -> list[str]:
    if pa.types.is_struct(field.type):
        return [leaf for each in field.flatten() for leaf in _leaves(each)]
    return [field.name]


def _flat(rows: pa.Table) -> pa.Table:
    while any(pa.types.is_struct(field.type) for field in rows.schema):
        rows = rows.flatten()
    return rows


def _nested_counts(groups: Sequence[Any], roots: Collection[str]) -> list[int]:
    """Return by nested column of a Parquet file how many values its lists contain."""
    counts: dict[str, int] = {}
    for group in groups:
        for chunk in (group.column(index) for index in range(group.num_columns)):
            if chunk.path_in_schema not in roots:
                counts[chunk.path_in_schema] = counts.get(chunk.path_in_schema, 0) + chunk.num_values
    return list(counts.values())


def _plain(batch: pa.RecordBatch, budget: Budget) -> pa.Table:
    """Return a checked batch whose columns are numbers, lists of them, booleans or text: these are easily converted."""
    batch.validate(full=True)
    rows = _flat(pa.Table.from_batches([batch]))
    for index, field in enumerate(rows.schema):
        if is_list_of_numbers(field.type):
            budget.spend(sum(int(_sizes(chunk, budget).sum()) for chunk in rows.column(index).chunks))
        elif not _is_plain(field.type):
            chunks = [_as_text(chunk, budget) for chunk in rows.column(index).chunks]
            texts = pa.chunked_array(chunks) if chunks else pa.chunked_array([], pa.string())
            rows = rows.set_column(index, field.name, texts)
    return rows


def _as_text(array: pa.Array, budget: Budget) -> pa.Array:
    """Return values of any type as text, after a check of what they take; dictionaries are kept."""
    if pa.types.is_dictionary(array.type):
        return pa.DictionaryArray.from_arrays(array.indices, _as_text(array.dictionary, budget))
    budget.spend(int(_sizes(array, budget).sum()))
    return pa.array(column_texts(pa.chunked_array([array])), pa.string())


def _sizes(array: pa.Array, budget: Budget) -> NDArray[np.int64]:
    """Return by value how many bytes it takes: views and dictionaries stand for more than is stored."""
    kind, types = array.type, pa.types
    if types.is_map(kind):
        entries = pa.StructArray.from_arrays([array.keys, array.items], ["key", "value"])
        return _sizes(pa.ListArray.from_arrays(array.offsets, entries), budget)
    if types.is_dictionary(kind):
        values = np.append(_sizes(array.dictionary, budget), VALUE_BYTES)  # the last one is that of null
        return np.asarray(values[np.asarray(array.indices.fill_null(len(array.dictionary)))])
    sizes = np.full(len(array), VALUE_BYTES, np.int64)
    if types.is_struct(kind):
        return sum((_sizes(field, budget) for field in array.flatten()), start=sizes)
    if types.is_string_view(kind) or types.is_binary_view(kind):
        sizes += np.frombuffer(array.buffers()[1], np.int32)[4 * array.offset :: 4][: len(array)]
    elif types.is_binary(kind) or types.is_large_binary(kind) or _is_text(kind):
        import pyarrow.compute as pc

        sizes += np.asarray(pc.binary_length(array).fill_null(0))
    return _list_sizes(array, budget) if isinstance(array, _LISTS) else sizes


def _list_sizes(array: pa.Array, budget: Budget) -> NDArray[np.int64]:
    """Return by list how many bytes its values take; their number counts before they are laid out."""
    if pa.types.is_fixed_size_list(array.type):
        lengths = np.where(np.asarray(array.is_null()), 0, array.type.list_size)
    else:
        lengths = np.asarray(array.value_lengths().fill_null(0)).astype(np.int64)
    budget.spend(VALUE_BYTES * int(lengths.sum()))
    ends = np.cumsum(lengths)
    totals = np.concatenate([[0], np.cumsum(_sizes(array.flatten(), budget))])
    return np.asarray(totals[ends] - totals[ends - lengths])


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return bool(is_number or pa.types.is_boolean(kind) or _is_text(kind))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
