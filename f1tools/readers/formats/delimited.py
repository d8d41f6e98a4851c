"""Delimited text, such as CSV: the dialect is detected, and blocks of lines are parsed by pyarrow on all cores."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyarrow import csv

from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.arrow import arrow_block
from f1tools.readers.formats.arrow_columns import DICTIONARY
from f1tools.readers.formats.boundary import check_width
from f1tools.readers.formats.cells import MISSING
from f1tools.readers.formats.dialect import Dialect, records, sniff, split_lines
from f1tools.readers.formats.source import ByteStream, Source, detect_encoding
from f1tools.readers.formats.table import (
    GOLDEN,
    Block,
    ColumnRequest,
    Sample,
    spread_positions,
)
from f1tools.readers.formats.vectors import locate_column

BLOCK_BYTES = 2 << 20
MAX_LINE_BYTES = 32 << 20
MAX_WORKERS = 4
HEAD_BYTES = 128 << 10  # read to detect the dialect
COMPLETE_BYTES = 512 << 10  # a table up to this size is its own sample
SAMPLE_ROWS = 8_000
MAX_SAMPLE_BYTES = 1536 << 10
MAX_PIECES = 192
MAX_PIECE_BYTES = 64 << 10
STEP_BYTES = 8 << 10  # between pieces of a stream that cannot be wound forward

_WHITE_SPACE = re.compile(rb"[ \t]+")
_LINE_EDGES = re.compile(rb"(?m)^ +| +(?=\r?$)")


@dataclass(frozen=True)
class DelimitedTable:
    """A table written as text.

    Attributes
    ----------
    source : Source
        Its bytes.
    encoding : str
        How its text is encoded.
    dialect : Dialect
        How its cells are delimited.
    layout : str
        A short description of the format.
    """

    source: Source
    encoding: str
    dialect: Dialect
    layout: str

    @property
    def name(self) -> str:
        """The name of the table in messages."""
        return self.source.name

    def sample(self) -> Sample:
        """Return all rows of a small table, or rows from all over a large one."""
        dialect = self.dialect
        pieces, is_complete = _pieces(self.source, self.encoding)
        pieces[0] = pieces[0][dialect.body_start :]
        texts = (piece.decode("utf-8", "replace") for piece in pieces)
        parsed = [record for text in texts for _, record in records(split_lines(text), dialect.delimiter)]
        rows = [record for record in parsed if len(record) == len(dialect.names)]
        if not rows:
            raise InvalidPredictions(f"{self.name} has a header but no complete rows below it.")
        cells = ([cell.strip() for cell in column] for column in zip(*rows, strict=True))
        columns = dict(zip(dialect.names, cells, strict=True))
        return Sample(columns, is_complete, n_skipped=len(parsed) - len(rows), decimal=dialect.decimal)

    def passes(self, request: ColumnRequest) -> list[ColumnRequest]:
        """Return the request: a row is parsed as a whole."""
        return [request]

    def blocks(self, request: ColumnRequest) -> Iterator[Block]:
        """Yield all rows of the requested columns, in blocks of a few megabytes."""
        workers = min(MAX_WORKERS, os.cpu_count() or 1)
        with ThreadPoolExecutor(workers) as pool:  # pyarrow releases the interpreter lock while it parses
            waiting: deque[Future[Block]] = deque()
            for data, progress in self._line_blocks():
                waiting.append(pool.submit(parse_block, data, self.dialect, request, progress))
                if len(waiting) > workers + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _line_blocks(self) -> Iterator[tuple[bytes, float]]:
        """Yield blocks of whole lines below the header, each with the share of the source read so far."""
        rest, start = b"", self.dialect.body_start
        with ByteStream(self.source, self.encoding) as stream:
            while data := stream.read(BLOCK_BYTES):
                data = rest + data if rest else data
                end = end_of_lines(data)
                if end == 0 and len(data) > MAX_LINE_BYTES:
                    raise InvalidPredictions(
                        f"{self.name} has a line of more than {MAX_LINE_BYTES >> 20} MB: it is not a table."
                    )
                body, rest = data[start:end], data[end:]
                start = max(0, start - end)
                if body and not body.isspace():
                    yield body, stream.progress()
            if rest[start:] and not rest.isspace():
                yield rest[start:], stream.progress()


def open_delimited(source: Source) -> DelimitedTable:
    """Return the table in a source of text.

    Raises
    ------
    InvalidPredictions
        If it contains no text or no table.
    """
    head = source.head(HEAD_BYTES)
    encoding = detect_encoding(head, source.name)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    if not text.strip():
        raise InvalidPredictions(f"{source.name} contains only white space.")
    dialect = sniff(text, source.name, is_complete=len(head) < HEAD_BYTES)
    check_width(source.name, len(dialect.names))
    layout = [dialect.describe()] + [encoding.upper()] * (encoding not in ("utf-8", "utf-8-sig"))
    return DelimitedTable(source, encoding, dialect, source.describe(", ".join(layout)))


def _pieces(source: Source, encoding: str) -> tuple[list[bytes], bool]:
    """Return whole lines from all over a text, its beginning first, and whether they are all of it."""
    with ByteStream(source, encoding) as stream:
        head = b""
        while len(head) <= COMPLETE_BYTES and (data := stream.read(COMPLETE_BYTES + 1 - len(head))):
            head += data
        if len(head) <= COMPLETE_BYTES:
            return [head], True
        line = len(head) // (head.count(b"\n") + 1) + 1
        size = min(MAX_PIECE_BYTES, SAMPLE_ROWS // MAX_PIECES * line)
        count = min(MAX_PIECES, MAX_SAMPLE_BYTES // size)
        first = head[: min(2 * MAX_PIECE_BYTES, SAMPLE_ROWS * line // 12)]
        if source.decompress or encoding.startswith(("utf-16", "utf-32")):
            pieces = _thinned(stream, size, count)
        else:
            pieces = []
            for position in spread_positions(count, max(2 * size, len(first)), source.size - size, apart=size):
                stream.seek(position)
                pieces.append(stream.read(size))
    first = first[: first.rfind(b"\n") + 1]
    return [first, *(piece[piece.find(b"\n") + 1 : piece.rfind(b"\n") + 1] for piece in pieces)], False


def _thinned(stream: ByteStream, size: int, count: int) -> list[bytes]:
    """Return pieces from all over the rest of a stream, at ever larger distances as it turns out to be longer."""
    pieces: list[bytes] = []
    every, step = 1, 0
    while data := stream.read(max(STEP_BYTES, 2 * size)):
        if step % every == 0:
            start = int(max(0, len(data) - size) * (step * GOLDEN % 1))
            pieces.append(data[start : start + size])
        if len(pieces) > 2 * count:
            pieces, every = pieces[::2], 2 * every
        step += 1
    return pieces


def end_of_lines(data: bytes, *, tries: int = 200) -> int:
    r"""Return the position after the last line end outside quotes; 0 where there is none.

    Examples
    --------
    >>> end_of_lines(b'1,"a"\n2,"b\nc')
    6
    """
    end = data.rfind(b"\n") + 1
    if end == 0:
        return data.rfind(b"\r") + 1
    last, is_quoted = end, data.count(b'"', 0, end) % 2
    for _ in range(tries):
        if not is_quoted:
            return end
        previous = data.rfind(b"\n", 0, end - 1) + 1
        if previous == 0:
            break
        is_quoted ^= data.count(b'"', previous, end) % 2
        end = previous
    return last


def parse_block(data: bytes, dialect: Dialect, request: ColumnRequest, progress: float) -> Block:
    """Return the requested columns of whole lines of UTF-8.

    The fastest parser that accepts all lines is used: first for clean lines, then one that skips rows with a wrong
    number of cells, then one that reads numbers cell by cell.
    """
    if dialect.delimiter == " ":
        data = _LINE_EDGES.sub(b"", _WHITE_SPACE.sub(b" ", data))
    if not data.isascii():
        data = data.decode("utf-8", "replace").encode()
    decimal = _decimal_mark(request)
    clean = _column_types(request, dialect, decimal)
    with contextlib.suppress(pa.ArrowInvalid):
        table = _parse(data, dialect, clean, decimal=decimal, has_quotes=b'"' in data)
        return arrow_block(table, request, progress=progress)
    try:
        table, n_skipped = _parse_skipping(data, dialect, clean, decimal)
    except pa.ArrowInvalid:
        texts = {name: DICTIONARY if kind == DICTIONARY else pa.string() for name, kind in clean.items()}
        table, n_skipped = _parse_skipping(data, dialect, texts, decimal)
    return arrow_block(table, request, n_skipped=n_skipped, progress=progress)


def _decimal_mark(request: ColumnRequest) -> str:
    """Return the decimal mark that pyarrow parses: the most common one."""
    marks = [each.decimal for each in request.numbers.values() if each.decimal and not each.thousands]
    return max(marks, key=marks.count, default=".")


def _column_types(request: ColumnRequest, dialect: Dialect, decimal: str) -> dict[str, pa.DataType]:
    """Return the types of the columns to parse; text for numbers that pyarrow cannot parse, or would parse wrongly."""
    types: dict[str, pa.DataType] = {}
    columns = dict.fromkeys(dialect.names)
    for name, number_format in request.numbers.items():
        column, component = locate_column(name, columns)
        is_parsable = component is None and not number_format.thousands
        if is_parsable and number_format.decimal in ("", decimal):
            types[column] = pa.float64() if number_format.decimal else pa.int64()
        else:
            types[column] = pa.string()
    for kind, names in ((pa.string(), request.unique_texts), (DICTIONARY, request.texts)):
        types |= dict.fromkeys(ColumnRequest({}, names).columns(dialect.names), kind)
    return types


def _parse_skipping(data: bytes, dialect: Dialect, types: dict[str, pa.DataType], decimal: str) -> tuple[pa.Table, int]:
    """Return the rows with the right number of cells, and the number of the others.

    A quotation mark without its pair swallows the lines that follow; quotation marks are then parsed as ordinary
    characters if fewer lines are lost that way.
    """
    results = []
    for has_quotes in (b'"' in data, False):
        line_breaks: list[int] = []

        def skip(row: Any, line_breaks: list[int] = line_breaks) -> str:
            line_breaks.append(row.text.count("\n"))
            return "skip"

        table = _parse(data, dialect, types, decimal=decimal, has_quotes=has_quotes, skip=skip)
        n_lost = sum(line_breaks) + len(line_breaks)
        results.append((table, n_lost))
        if not sum(line_breaks):
            break
    return min(results, key=lambda result: result[1])


def _parse(
    data: bytes,
    dialect: Dialect,
    types: dict[str, pa.DataType],
    *,
    decimal: str,
    has_quotes: bool,
    skip: Callable[[Any], str] | None = None,
) -> pa.Table:
    """Return some columns; without `skip`, which costs time, a row with a wrong number of cells is an error."""
    return csv.read_csv(
        pa.BufferReader(data),
        csv.ReadOptions(column_names=list(dialect.names), block_size=len(data) + 1, use_threads=False),
        csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char='"' if has_quotes else False,
            newlines_in_values=has_quotes,
            invalid_row_handler=skip,
        ),
        csv.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            strings_can_be_null=True,
            null_values=list(MISSING),
            decimal_point=decimal,
        ),
    )
