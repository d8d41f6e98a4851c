"""Where the bytes come from: a path, bytes or an open file, plain or gzip, in blocks of whole lines."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Protocol

from f1tools.core.errors import InvalidPredictions

BLOCK = 2 << 20
LONGEST_LINE = 32 << 20
UNPACKED_AT_LEAST = 256 << 20
UNPACKED_RATIO = 100

_FOREIGN = (
    (b"version https://git-lfs", "a git-lfs pointer, not the file itself", "Run `git lfs pull`"),
    (b"%PDF", "a PDF", "Export the table as CSV"),
    (b"\x89HDF", "an HDF5 file", "Save the table as CSV or Parquet"),
    (b"\x89PNG", "a picture", "Bring the table behind it as CSV"),
    (b"\xff\xd8\xff", "a picture", "Bring the table behind it as CSV"),
    (b"\x93NUMPY", "a NumPy array", "Save truth and scores together as CSV or Parquet"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "Save it as .xlsx or CSV"),
    (b"BZh", "a bzip2 archive", "Unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "Unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it first"),
    (b"Rar!", "a rar archive", "Unpack it first"),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV"),
    (b"ARROW1", "a Feather file", "Save the table as Parquet or CSV"),
    (b"RDX", "an R workspace", "Write the table with write.csv"),
    (b"RDA", "an R workspace", "Write the table with write.csv"),
    (b"X\n\x00\x00", "an R object", "Write the table with write.csv"),
    (b"@relation", "an ARFF file", "Save the table as CSV"),
    (b"<!doctype", "a web page", "Download the raw file"),
    (b"<html", "a web page", "Download the raw file"),
    (b"<?xml", "an XML file", "Save the table as CSV"),
    (b"{", "JSON", "Save the table as CSV or Parquet"),
    (b"[{", "JSON", "Save the table as CSV or Parquet"),
    (b"[[", "JSON", "Save the table as CSV or Parquet"),
)


@dataclass(frozen=True)
class Source:
    """Bytes that can be opened again and again.

    Attributes
    ----------
    name : str
        What to call it in messages.
    size : int
        Bytes as stored.
    open_raw : callable
        Opens the stored bytes from the start.
    packed : bool
        Whether they are gzip.
    """

    name: str
    size: int
    open_raw: Callable[[], BinaryIO]
    packed: bool = False

    def head(self, count: int) -> bytes:
        """Return the first bytes, unpacked."""
        with Unpacked(self) as stream:
            return stream.read(count)


class Stream(Protocol):
    """Anything that gives bytes."""

    def read(self, count: int) -> bytes:
        """Return about `count` further bytes; nothing only at the end."""


class Unpacked:
    """The unpacked bytes of a source as a stream that fails with a sentence and knows how far it is."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._raw = source.open_raw()
        self._stream = gzip.GzipFile(fileobj=self._raw) if source.packed else self._raw
        self._given = 0

    def __enter__(self) -> Unpacked:
        return self

    def __exit__(self, *exception: object) -> None:
        self._raw.close()

    def read(self, count: int) -> bytes:
        """Return up to `count` further bytes; nothing at the end."""
        try:
            data = self._stream.read(count)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            text = "The gzip file {} is damaged or cut off. Pack or download it again."
            raise InvalidPredictions(text.format(self._source.name)) from error
        self._given += len(data)
        if self._source.packed and self._given > max(UNPACKED_AT_LEAST, UNPACKED_RATIO * self._source.size):
            text = "{} unpacks to more than {} times its size. Unpack it yourself and bring the table."
            raise InvalidPredictions(text.format(self._source.name, UNPACKED_RATIO))
        return bytes(data)

    def seek(self, position: int) -> None:
        """Go to a byte of a plain source."""
        self._raw.seek(position)

    def done(self) -> float:
        """Return the share of the stored bytes consumed so far."""
        return min(1.0, self._raw.tell() / max(1, self._source.size))


def open_source(source: str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO, name: str | None) -> Source:
    """Return the source behind what the caller has, gzip recognised by its magic bytes.

    Raises
    ------
    InvalidPredictions
        If there is no such file, it is empty, or it is of a known kind that is no table.
    """
    if isinstance(source, str | os.PathLike):
        found = _from_path(Path(source), name)
    elif isinstance(source, bytes | bytearray | memoryview):
        found = _from_bytes(bytes(source), name or "the file")
    elif hasattr(source, "read"):
        found = _from_file(source, name)
    else:
        raise InvalidPredictions(
            "Predictions come from a path, bytes, an open binary file or a DataFrame, "
            f"not from {type(source).__name__}."
        )
    if found.size == 0:
        raise InvalidPredictions(f"{found.name} is empty (0 bytes).")
    if found.head(2) == b"\x1f\x8b":
        found = replace(found, packed=True)
    _refuse_foreign(found)
    return found


def _from_path(path: Path, name: str | None) -> Source:
    if path.is_dir():
        raise InvalidPredictions(f"{path} is a folder. Name one of the files in it.")
    try:
        size = path.stat().st_size
        path.open("rb").close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise InvalidPredictions(f"{path} cannot be read: {reason}.") from error
    return Source(name or path.name, size, lambda: path.open("rb"))


def _from_bytes(data: bytes, name: str) -> Source:
    return Source(name, len(data), lambda: io.BytesIO(data))


def _from_file(file: BinaryIO, name: str | None) -> Source:
    data = file.read()
    if not isinstance(data, bytes):
        raise InvalidPredictions("The file is open as text. Open it in binary mode ('rb').")
    own = getattr(file, "name", None)
    return _from_bytes(data, name or (Path(own).name if isinstance(own, str) else "the file"))


def _refuse_foreign(source: Source) -> None:
    head = source.head(64)
    if not head:
        raise InvalidPredictions(f"{source.name} is empty (nothing but gzip's own header).")
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05" and len(head) > 1:
        raise InvalidPredictions(
            f"{source.name} is a Python pickle, which could run foreign code. Save the table as CSV or Parquet."
        )
    if head[:2] == b"\x1f\x8b":
        raise InvalidPredictions(f"{source.name} is packed twice. Unpack it first.")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, what, mend in _FOREIGN:
        if head.startswith(magic) or start.startswith(magic):
            raise InvalidPredictions(f"{source.name} is {what}. {mend}.")


def line_blocks(stream: Stream, name: str, *, quotes: bool) -> Iterator[bytes]:
    """Yield blocks of whole lines, cut where no quoted cell is open.

    Raises
    ------
    InvalidPredictions
        If a line is longer than any table's.
    """
    rest = b""
    while data := stream.read(BLOCK):
        data = rest + data if rest else data
        cut = _last_break(data, quotes=quotes)
        if cut == 0:
            if len(data) > LONGEST_LINE:
                raise InvalidPredictions(f"{name} has a line of more than {LONGEST_LINE >> 20} MB: it is not a table.")
            rest = data
            continue
        yield data[:cut]
        rest = data[cut:]
    if rest:
        yield rest


def _last_break(data: bytes, *, quotes: bool, tries: int = 200) -> int:
    """Return the position after the last line break outside quotes; 0 where there is none."""
    cut = data.rfind(b"\n") + 1
    if not quotes or cut == 0 or b'"' not in data:
        return cut or data.rfind(b"\r") + 1
    first, odd = cut, data.count(b'"', 0, cut) % 2
    for _ in range(tries):
        if not odd:
            return cut
        before = data.rfind(b"\n", 0, cut - 1) + 1
        if before == 0:
            break
        odd ^= data.count(b'"', before, cut) % 2
        cut = before
    return first
