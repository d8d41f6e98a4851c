"""Tables with typed columns: Parquet files and data frames."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from f1tools.core.errors import InvalidPredictions
from f1tools.readers.formats.arrow_arrays import coded_from_arrow, numbers_from_arrow
from f1tools.readers.formats.parsing import FloatArray, number_to_label, parse_numbers, vector_components
from f1tools.readers.formats.source import Source
from f1tools.readers.formats.table import (
    Block,
    Categorical,
    ColumnRequest,
    Sample,
    encode_labels,
    expand_vectors,
    split_vector_name,
    spread_positions,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ROWS = 1 << 19
SAMPLE_ROWS = 20_000
LEAST_ROWS = 4_000
SAMPLE_CELLS = 100_000
PIECES = 100
GROUPS = 10


class Batches(Protocol):
    """Typed columns that come in batches."""

    @property
    def names(self) -> list[str]:
        """Column names."""

    @property
    def n_rows(self) -> int:
        """Rows in all."""

    def all_rows(self, columns: list[str]) -> Iterator[pa.Table]:
        """Yield all rows of some columns."""

    def some_rows(self, count: int) -> pa.Table:
        """Return about `count` rows from all over the table."""


@dataclass(frozen=True)
class ArrowTable:
    """A table of typed columns."""

    name: str
    layout: str
    batches: Batches

    def sample(self) -> Sample:
        """Return all rows of a small table, else rows from all over it."""
        if self.batches.n_rows == 0:
            raise InvalidPredictions(f"{self.name} has {len(self.batches.names)} columns but no rows.")
        columns = self.batches.names
        rows = max(LEAST_ROWS, min(SAMPLE_ROWS, SAMPLE_CELLS // len(columns)))
        whole = self.batches.n_rows <= rows
        table = next(self.batches.all_rows(columns)) if whole else self.batches.some_rows(rows)
        return Sample(expand_vectors({name: _as_text(table.column(name)) for name in columns}), is_complete=whole)

    def blocks(self, wanted: ColumnRequest) -> Iterator[Block]:
        """Yield all rows of the columns wanted."""
        columns = [
            (split_vector_name(name) or (name, 0))[0] if name not in self.batches.names else name
            for name in wanted.numbers
        ]
        seen = 0
        for table in self.batches.all_rows(list(dict.fromkeys([*columns, *wanted.texts]))):
            seen += table.num_rows
            yield _block(table, wanted, seen / max(1, self.batches.n_rows))


def _block(table: pa.Table, wanted: ColumnRequest, done: float) -> Block:
    values: dict[str, FloatArray] = {}
    bad: dict[str, NDArray[np.bool_]] = {}
    for name in wanted.numbers:
        column, index = (name, None) if name in table.column_names else split_vector_name(name) or (name, None)
        read = _numbers(table.column(column), index)
        values[name] = read[0]
        if read[1] is not None:
            bad[name] = read[1]
    texts = {name: _coded(table.column(name)) for name in wanted.texts}
    return Block(table.num_rows, values, texts, bad, 0, min(1.0, done))


def _numbers(column: pa.ChunkedArray, index: int | None) -> tuple[FloatArray, NDArray[np.bool_] | None]:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    if index is None and (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return numbers_from_arrow(column.cast(pa.float64(), safe=False)), None
    cells = _as_text(column)
    return parse_numbers(cells if index is None else vector_components(cells, index))


def _coded(column: pa.ChunkedArray) -> Categorical:
    import pyarrow as pa

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(pa.dictionary(pa.int32(), pa.string()))
    if column.type == pa.dictionary(pa.int32(), pa.string()):
        return coded_from_arrow(column)
    return encode_labels(_as_text(column))


def _as_text(column: pa.ChunkedArray) -> list[str]:
    return [_text(value) for value in column.to_pylist()]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return number_to_label(value)
    if isinstance(value, list):
        return "[" + " ".join(map(_text, value)) + "]"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    return str(value).strip()


@dataclass(frozen=True)
class InMemoryBatches:
    """A whole pyarrow table, in batches."""

    table: pa.Table

    @property
    def names(self) -> list[str]:
        """Column names."""
        return list(self.table.column_names)

    @property
    def n_rows(self) -> int:
        """Rows in all."""
        return int(self.table.num_rows)

    def all_rows(self, columns: list[str]) -> Iterator[pa.Table]:
        """Yield all rows of some columns."""
        chosen = self.table.select(columns)
        for start in range(0, self.n_rows, ROWS):
            yield chosen.slice(start, ROWS)

    def some_rows(self, count: int) -> pa.Table:
        """Return about `count` rows from all over the table."""
        return _pieces(self.table, count)


def _pieces(table: pa.Table, count: int) -> pa.Table:
    import pyarrow as pa

    if table.num_rows <= count:
        return table
    size = max(1, count // PIECES)
    return pa.concat_tables([table.slice(start, size) for start in spread_positions(PIECES, 0, table.num_rows - size)])


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file, opened anew for every pass and read in batches."""

    source: Source
    names: list[str]
    n_rows: int
    n_groups: int

    def all_rows(self, columns: list[str]) -> Iterator[pa.Table]:
        """Yield all rows of some columns."""
        import pyarrow as pa

        with _parquet(self.source) as file:
            for batch in file.iter_batches(batch_size=ROWS, columns=columns):
                yield pa.Table.from_batches([batch])

    def some_rows(self, count: int) -> pa.Table:
        """Return about `count` rows from all over the table, some from each of several row groups."""
        import pyarrow as pa

        groups = sorted(set(np.linspace(0, self.n_groups - 1, GROUPS).astype(int).tolist()))
        size = count // len(groups)
        with _parquet(self.source) as file:
            found = [next(file.iter_batches(batch_size=ROWS // 8, row_groups=[group])) for group in groups]
        return pa.concat_tables([_pieces(pa.Table.from_batches([batch]), size) for batch in found])


@contextmanager
def _parquet(source: Source) -> Iterator[Any]:
    """Open a Parquet file, and turn what pyarrow says of a damaged one into a sentence."""
    import pyarrow as pa
    from pyarrow import parquet

    with source.open_raw() as raw:
        try:
            with parquet.ParquetFile(pa.PythonFile(raw, mode="r")) as file:
                yield file
        except (pa.ArrowException, OSError) as error:
            raise InvalidPredictions(f"The Parquet file {source.name} is damaged or cut off.") from error


def open_parquet(source: Source) -> ArrowTable:
    """Return the table a Parquet file holds.

    Raises
    ------
    InvalidPredictions
        If the file is damaged or its columns have no unique names.
    """
    with _parquet(source) as file:
        names = list(file.schema_arrow.names)
        found = ParquetFile(source, names, int(file.metadata.num_rows), int(file.num_row_groups))
    if len(set(names)) < len(names):
        raise InvalidPredictions(f"{source.name} has two columns of one name. Rename one of them.")
    return ArrowTable(source.name, "Parquet", found)


def open_frame(frame: pd.DataFrame, name: str | None) -> ArrowTable:
    """Return a data frame as a table; columns of mixed types are taken as text."""
    import pyarrow as pa

    from f1tools.readers.formats.dialect import unique_names

    names = unique_names([_column_name(each) for each in frame.columns])
    columns = []
    for position in range(len(names)):
        series = frame.iloc[:, position]
        try:
            columns.append(pa.Array.from_pandas(series))
        except pa.ArrowException:
            columns.append(pa.Array.from_pandas(series.map(_text)))
    chunked = [
        pa.chunked_array(each) if isinstance(each, pa.ChunkedArray) else pa.chunked_array([each]) for each in columns
    ]
    return ArrowTable(name or "the data frame", "data frame", InMemoryBatches(pa.table(chunked, names=list(names))))


def _column_name(name: object) -> str:
    return "_".join(map(str, name)) if isinstance(name, tuple) else str(name)
