"""Tables written as text: CSV and its relatives, read in blocks by pyarrow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from f1tools.errors import InvalidPredictions
from f1tools.reading.arrow import coded_from_arrow, numbers_from_arrow
from f1tools.reading.cells import MISSING, numbers, part_of
from f1tools.reading.dialect import Dialect, records, sniff
from f1tools.reading.encoding import AsUtf8, decode, encoding_of
from f1tools.reading.source import Source, Unpacked, line_blocks
from f1tools.reading.table import Block, Coded, Sample, Wanted, part, with_parts

if TYPE_CHECKING:
    import pyarrow as pa

HEAD = 128 << 10
WHOLE = 1 << 20
CHUNK = 16 << 10
CHUNKS = 24
_RUNS = re.compile(rb"[ \t]+")
_EDGES = re.compile(rb"(?m)^ +| +(?=\r?$)")


@dataclass(frozen=True)
class TextTable:
    """A text table in a source, with the dialect it is written in."""

    source: Source
    dialect: Dialect
    kind: str = ""

    @property
    def name(self) -> str:
        """What to call it in messages."""
        return self.source.name

    @property
    def layout(self) -> str:
        """How it is written, in a few words."""
        return self.kind or ("gzip, " if self.source.packed else "") + self.dialect.describe()

    def sample(self) -> Sample:
        """Return all rows of a small table, else rows from all over it."""
        chunks, whole = _chunks(self.source, self.dialect.codec)
        rows: list[list[str]] = []
        skipped = 0
        width = len(self.dialect.names)
        for index, chunk in enumerate(chunks):
            lines = chunk.splitlines(keepends=True)
            if index == 0:
                lines = lines[self.dialect.lines_before :]
            found = self._records(lines)
            rows += [record for record in found if len(record) == width]
            skipped += sum(len(record) != width for record in found)
        if not rows:
            raise InvalidPredictions(f"{self.name} has a header but no complete rows below it.")
        columns = ([cell.strip() for cell in column] for column in zip(*rows, strict=True))
        cells = with_parts(dict(zip(self.dialect.names, columns, strict=True)))
        return Sample(cells, whole=whole, skipped=skipped, decimal=self.dialect.decimal)

    def _records(self, lines: list[str]) -> list[list[str]]:
        return [record for _, record in records(lines, self.dialect.delimiter)]

    def blocks(self, wanted: Wanted) -> Iterator[Block]:
        """Yield all rows of the columns wanted, in blocks of some megabytes."""
        with Unpacked(self.source) as stream:
            utf8 = AsUtf8(stream, self.dialect.codec)
            first = True
            for data in line_blocks(utf8, self.name, quotes=True):
                body = _after_lines(data, self.dialect.lines_before) if first else data
                first = False
                if body and not body.isspace():
                    yield self._block(body, wanted, stream.done())

    def _block(self, data: bytes, wanted: Wanted, done: float) -> Block:
        if self.dialect.delimiter == " ":
            data = _EDGES.sub(b"", _RUNS.sub(b" ", data))
        return BlockReader(self.dialect, wanted).read(data, done)


def open_text(source: Source) -> TextTable:
    """Return the table a source of text holds.

    Raises
    ------
    InvalidPredictions
        If it holds no text or no table.
    """
    head = source.head(HEAD)
    codec = encoding_of(head, source.name)
    text = decode(head, codec)
    if not text.strip():
        raise InvalidPredictions(f"{source.name} holds no lines, only white space.")
    dialect = sniff(text, source.name, whole=len(head) < HEAD)
    return TextTable(source, Dialect(**{**vars(dialect), "codec": codec}))


def _chunks(source: Source, codec: str) -> tuple[list[str], bool]:
    """Return pieces of whole lines from all over the text, the first from its beginning; and whether that is all."""
    with Unpacked(source) as stream:
        utf8 = AsUtf8(stream, codec)
        head = b""
        while len(head) <= WHOLE and (data := utf8.read(WHOLE + 1 - len(head))):
            head += data
        if len(head) <= WHOLE:
            return [decode(head, "utf-8")], True
        chunks = [_whole_lines(head[:HEAD], first=True)]
        if source.packed or codec not in ("utf-8", "utf-8-sig", "cp1252"):
            while data := utf8.read(CHUNK):
                chunks.append(_whole_lines(data, first=False))
                for _ in range(max(1, source.size // (CHUNKS * CHUNK))):
                    utf8.read(CHUNK)
            step = max(1, len(chunks) // CHUNKS)
            return [chunks[0], *chunks[1::step]], False
        for position in np.linspace(HEAD, source.size - CHUNK, CHUNKS).astype(int).tolist():
            stream.seek(position)
            chunks.append(_whole_lines(stream.read(CHUNK), first=False, codec=codec))
        return chunks, False


def _whole_lines(data: bytes, *, first: bool, codec: str = "utf-8") -> str:
    start = 0 if first else data.find(b"\n") + 1
    return decode(data[start : data.rfind(b"\n") + 1], codec)


def _after_lines(data: bytes, count: int) -> bytes:
    """Return what follows the first lines, ended as in `str.splitlines` of plain text."""
    position = 0
    for _ in range(count):
        ends = [end for end in (data.find(b"\n", position), data.find(b"\r", position)) if end >= 0]
        if not ends:
            return b""
        position = min(ends) + (2 if data[min(ends) : min(ends) + 2] == b"\r\n" else 1)
    return data[position:]


class BlockReader:
    """Reads blocks of one dialect: typed by pyarrow where all cells fit, as text where some do not."""

    def __init__(self, dialect: Dialect, wanted: Wanted) -> None:
        self._dialect = dialect
        self._wanted = wanted
        self._skipped = 0

    def read(self, data: bytes, done: float) -> Block:
        """Return the wanted columns of whole lines of UTF-8."""
        import pyarrow as pa

        plain = tuple(name for name in self._wanted.numbers if name in self._dialect.names)
        try:
            table = self._parse(data, numbers_as=pa.float64(), plain=plain)
            values = {name: numbers_from_arrow(table.column(name)) for name in plain}
            bad = {}
        except pa.ArrowInvalid:
            data = data.decode("utf-8", "replace").encode()
            table = self._parse(data, numbers_as=pa.string(), plain=plain)
            both = {name: self._numbers(table.column(name).to_pylist()) for name in plain}
            values, bad = {n: b[0] for n, b in both.items()}, {n: b[1] for n, b in both.items()}
        for name in self._wanted.numbers:
            if name not in values:
                values[name], bad[name] = self._part(table, name)
        return Block(
            table.num_rows,
            values,
            {name: _texts(table.column(name)) for name in self._wanted.texts},
            bad,
            self._skipped,
            done,
        )

    def _numbers(self, cells: list[str | None]) -> tuple[Any, Any]:
        return numbers([cell or "" for cell in cells], decimal=self._dialect.decimal)

    def _part(self, table: pa.Table, name: str) -> tuple[Any, Any]:
        column, index = part(name) or (name, 0)
        cells = [cell or "" for cell in table.column(column).to_pylist()]
        return numbers(part_of(cells, index), decimal=self._dialect.decimal)

    def _parse(self, data: bytes, *, numbers_as: pa.DataType, plain: tuple[str, ...]) -> pa.Table:
        import pyarrow as pa
        from pyarrow import csv

        self._skipped = 0
        parts = {(part(name) or (name, 0))[0] for name in self._wanted.numbers if name not in plain}
        types = dict.fromkeys(plain, numbers_as) | {name: pa.string() for name in parts}
        types |= {name: pa.dictionary(pa.int32(), pa.string()) for name in self._wanted.texts}
        quotes = b'"' in data
        convert = csv.ConvertOptions(
            column_types=types, include_columns=list(types), strings_can_be_null=True,
            null_values=list(MISSING), decimal_point=self._dialect.decimal,
        )  # fmt: skip
        parse = csv.ParseOptions(
            delimiter=self._dialect.delimiter, quote_char='"' if quotes else False,
            newlines_in_values=quotes, invalid_row_handler=self._skip,
        )  # fmt: skip
        read = csv.ReadOptions(column_names=list(self._dialect.names), block_size=1 << 20)
        return csv.read_csv(pa.BufferReader(data), read, parse, convert)

    def _skip(self, row: Any) -> str:
        self._skipped += 1
        return "skip"


def _texts(column: pa.ChunkedArray) -> Coded:
    return coded_from_arrow(column)
