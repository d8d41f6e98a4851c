"""Blocks of text parsed into columns by pyarrow, several at a time."""

from __future__ import annotations

import contextlib
import os
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from f1tools.readers.formats.arrow_arrays import coded_from_arrow, numbers_from_arrow
from f1tools.readers.formats.dialect import Dialect
from f1tools.readers.formats.parsing import MISSING, FloatArray, parse_numbers, vector_components
from f1tools.readers.formats.table import Block, ColumnRequest, split_vector_name

if TYPE_CHECKING:
    import pyarrow as pa

_RUNS = re.compile(rb"[ \t]+")
_EDGES = re.compile(rb"(?m)^ +| +(?=\r?$)")
MOST_WORKERS = 4

Read = Callable[[bytes, float], Block]


def in_order(read: Read, bodies: Iterator[tuple[bytes, float]]) -> Iterator[Block]:
    """Yield the blocks behind pieces of text in their order, read ahead by one thread per core.

    pyarrow lets go of the interpreter while it parses, so these threads run side by side; only a few pieces are
    in memory at a time.
    """
    ahead = list(_take(bodies, 2))
    if len(ahead) < 2:
        yield from (read(*each) for each in ahead)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    workers = min(MOST_WORKERS, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Block]] = deque(pool.submit(read, *each) for each in ahead)
        for body in bodies:
            waiting.append(pool.submit(read, *body))
            if len(waiting) > workers + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _take(bodies: Iterator[tuple[bytes, float]], count: int) -> Iterator[tuple[bytes, float]]:
    for _, body in zip(range(count), bodies, strict=False):
        yield body


class BlockReader:
    """Reads blocks of one dialect: typed where all cells fit, cell by cell where some do not."""

    def __init__(self, dialect: Dialect, wanted: ColumnRequest) -> None:
        self._dialect = dialect
        self._wanted = wanted
        self._plain = tuple(name for name in wanted.numbers if name in dialect.names)

    def read(self, data: bytes, done: float) -> Block:
        """Return the wanted columns of whole lines of UTF-8."""
        import pyarrow as pa

        if self._dialect.delimiter == " ":
            data = _EDGES.sub(b"", _RUNS.sub(b" ", data))
        if not data.isascii():
            data = data.decode("utf-8", "replace").encode()
        small = dict.fromkeys(self._wanted.small, pa.int8())
        quick = {name: small.get(name, pa.float64()) for name in self._plain}
        with contextlib.suppress(pa.ArrowInvalid):
            return self._block(self._parse_once(data, quick, quotes=b'"' in data), 0, done)
        with contextlib.suppress(pa.ArrowInvalid):
            return self._block(*self._parse(data, dict.fromkeys(self._plain, pa.float64())), done)
        return self._block(*self._parse(data, dict.fromkeys(self._plain, pa.string())), done)

    def _block(self, table: pa.Table, skipped: int, done: float) -> Block:
        values, bad = {}, {}
        for name in self._wanted.numbers:
            column, index = (name, None) if name in self._plain else split_vector_name(name) or (name, None)
            values[name], bad[name] = self._numbers(table.column(column), index)
        texts = {name: coded_from_arrow(table.column(name)) for name in self._wanted.texts}
        return Block(
            table.num_rows, values, texts, {n: mask for n, mask in bad.items() if mask is not None}, skipped, done
        )

    def _numbers(self, column: pa.ChunkedArray, index: int | None) -> tuple[FloatArray, Any]:
        import pyarrow as pa

        if not pa.types.is_string(column.type):
            return numbers_from_arrow(column), None
        cells = [cell or "" for cell in column.to_pylist()]
        return parse_numbers(cells if index is None else vector_components(cells, index), decimal=self._dialect.decimal)

    def _parse(self, data: bytes, types: dict[str, pa.DataType]) -> tuple[pa.Table, int]:
        """Return the columns of one block and how many of its rows have too few or too many cells.

        A quotation mark without its pair swallows the lines that follow: then marks are taken as they are, if that
        saves rows.
        """
        table, skipped = self._parse_counting(data, types, quotes=b'"' in data)
        if not sum(skipped):
            return table, len(skipped)
        again, fewer = self._parse_counting(data, types, quotes=False)
        lost, saved = sum(skipped) + len(skipped), sum(fewer) + len(fewer)
        return (again, saved) if saved < lost else (table, lost)

    def _parse_counting(
        self, data: bytes, types: dict[str, pa.DataType], *, quotes: bool
    ) -> tuple[pa.Table, list[int]]:
        """Return the columns of one block and, per row left out, the line breaks within it."""
        skipped: list[int] = []

        def skip(row: Any) -> str:
            skipped.append(row.text.count("\n"))
            return "skip"

        return self._parse_once(data, types, quotes=quotes, skip=skip), skipped

    def _parse_once(
        self, data: bytes, types: dict[str, pa.DataType], *, quotes: bool, skip: Callable[[Any], str] | None = None
    ) -> pa.Table:
        """Return the columns of one block; without `skip`, which costs time, a row of another length is an error."""
        import pyarrow as pa
        from pyarrow import csv

        columns = {
            (split_vector_name(name) or (name, 0))[0]: pa.string()
            for name in self._wanted.numbers
            if name not in self._plain
        }
        columns |= types | {name: pa.dictionary(pa.int32(), pa.string()) for name in self._wanted.texts}
        read = csv.ReadOptions(column_names=list(self._dialect.names), block_size=len(data) + 1, use_threads=False)
        parse = csv.ParseOptions(
            delimiter=self._dialect.delimiter, quote_char='"' if quotes else False,
            newlines_in_values=quotes, invalid_row_handler=skip,
        )  # fmt: skip
        convert = csv.ConvertOptions(
            column_types=columns, include_columns=list(columns), strings_can_be_null=True,
            null_values=list(MISSING), decimal_point=self._dialect.decimal,
        )  # fmt: skip
        return csv.read_csv(pa.BufferReader(data), read, parse, convert)
