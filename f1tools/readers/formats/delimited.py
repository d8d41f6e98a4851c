"""Tables written as text: CSV and its relatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from f1tools.core.errors import InvalidPredictions
from f1tools.readers.formats.blocks import BlockReader, in_order
from f1tools.readers.formats.dialect import Dialect, records, sniff, split_lines
from f1tools.readers.formats.encoding import AsUtf8, decode, encoding_of
from f1tools.readers.formats.source import Source, Unpacked, line_blocks
from f1tools.readers.formats.table import GOLDEN, Block, ColumnRequest, Sample, expand_vectors, spread_positions

HEAD = 128 << 10
WHOLE = 512 << 10
ROWS = 8_000
PIECE = 64 << 10
PIECES = 192
LEAST_LINES = 4
MOST = 1536 << 10
STEP = 8 << 10


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
            lines = split_lines(chunk)
            if index == 0:
                lines = lines[self.dialect.lines_before :]
            found = self._records(lines)
            rows += [record for record in found if len(record) == width]
            skipped += sum(len(record) != width for record in found)
        if not rows:
            raise InvalidPredictions(f"{self.name} has a header but no complete rows below it.")
        columns = ([cell.strip() for cell in column] for column in zip(*rows, strict=True))
        cells = expand_vectors(dict(zip(self.dialect.names, columns, strict=True)))
        return Sample(cells, is_complete=whole, n_skipped=skipped, decimal=self.dialect.decimal)

    def _records(self, lines: list[str]) -> list[list[str]]:
        return [record for _, record in records(lines, self.dialect.delimiter)]

    def blocks(self, wanted: ColumnRequest) -> Iterator[Block]:
        """Yield all rows of the columns wanted, in blocks of a few megabytes, parsed on all cores."""
        reader = BlockReader(self.dialect, wanted)
        return in_order(reader.read, self._bodies())

    def _bodies(self) -> Iterator[tuple[bytes, float]]:
        """Yield blocks of whole lines below the header as UTF-8, with the share of the source read so far."""
        with Unpacked(self.source) as stream:
            utf8 = AsUtf8(stream, self.dialect.codec)
            first = True
            for data in line_blocks(utf8, self.name, quotes=True):
                body = _after_lines(data, self.dialect.lines_before) if first else data
                first = False
                if body and not body.isspace():
                    yield body, stream.done()


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
        line = len(head) // (head.count(b"\n") + 1) + 1
        size = min(PIECE, max(LEAST_LINES, ROWS // PIECES) * line)
        most = min(PIECES, MOST // size)
        chunks = [_whole_lines(head[: max(2 * size, min(2 * PIECE, ROWS * line // 12))], first=True)]
        if source.packed or codec not in ("utf-8", "utf-8-sig", "cp1252"):
            return chunks + _thinned(utf8, size, most), False
        for position in spread_positions(most, 2 * size, source.size - size):
            stream.seek(position)
            chunks.append(_whole_lines(stream.read(size), first=False, codec=codec))
        return chunks, False


def _thinned(stream: AsUtf8, size: int, most: int) -> list[str]:
    """Return pieces from all over a stream that cannot be wound forward, of too many of them every other."""
    pieces: list[bytes] = []
    every, step = 1, 0
    while data := stream.read(max(STEP, 2 * size)):
        if step % every == 0:
            start = int(max(0, len(data) - size) * (step * GOLDEN % 1))
            pieces.append(data[start : start + size])
        if len(pieces) > 2 * most:
            pieces, every = pieces[::2], 2 * every
        step += 1
    return [_whole_lines(piece, first=False) for piece in pieces]


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
