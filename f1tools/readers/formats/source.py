"""Sources of bytes: a path, bytes or an open file, plain or gzip, decoded to UTF-8 while they are read."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from f1tools.core.types import InvalidPredictions

MIN_UNPACKED_LIMIT = 256 << 20
MAX_UNPACKED_RATIO = 100

_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_NOT_TABLES = (
    (b"version https://git-lfs", "a git-lfs pointer, not the file itself. Run `git lfs pull`"),
    (b"\x1f\x8b", "packed twice. Unpack it first"),
    (_PICKLES, "a Python pickle, which could run foreign code. Save the table as CSV or Parquet"),
    (b"%PDF", "a PDF. Export the table as CSV"),
    (b"\x89HDF", "an HDF5 file. Save the table as CSV or Parquet"),
    ((b"\x89PNG", b"\xff\xd8\xff"), "an image. Provide the table behind it as CSV"),
    (b"\x93NUMPY", "a NumPy array. Save truth and scores together as CSV or Parquet"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls). Save it as .xlsx or CSV"),
    (b"BZh", "a bzip2 archive. Unpack it first"),
    (b"\xfd7zXZ", "an xz archive. Unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive. Unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive. Unpack it first"),
    (b"Rar!", "a rar archive. Unpack it first"),
    (b"SQLite format 3", "an SQLite database. Export the table as CSV"),
    (b"ARROW1", "a Feather file. Save the table as CSV or Parquet"),
    ((b"RDX", b"RDA"), "an R workspace. Write the table with write.csv"),
    (b"X\n\x00\x00", "an R object. Write the table with write.csv"),
    (b"@relation", "an ARFF file. Save the table as CSV"),
    ((b"<!doctype", b"<html"), "a web page. Download the raw file"),
    (b"<?xml", "an XML file. Save the table as CSV"),
    ((b"{", b"[{", b"[["), "JSON. Save the table as CSV or Parquet"),
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1a\x1b")


@dataclass(frozen=True)
class Source:
    """Bytes that can be opened again and again.

    Attributes
    ----------
    name : str
        The name of the source in messages.
    size : int
        Number of bytes as stored.
    open_stored : callable
        Opens the stored bytes at the start.
    is_gzip : bool
        Whether they are compressed with gzip.
    """

    name: str
    size: int
    open_stored: Callable[[], BinaryIO]
    is_gzip: bool = False

    def head(self, count: int) -> bytes:
        """Return the first bytes, decompressed."""
        with ByteStream(self) as stream:
            return stream.read(count)


class ByteStream:
    """The decompressed bytes of a source; text in the given encoding becomes UTF-8 without a byte order mark."""

    def __init__(self, source: Source, encoding: str = "utf-8") -> None:
        self._source = source
        self._stored = source.open_stored()
        self._stream = gzip.GzipFile(fileobj=self._stored) if source.is_gzip else self._stored
        self._decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)("replace")

    def __enter__(self) -> ByteStream:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stored.close()

    def read(self, count: int) -> bytes:
        """Return about `count` more bytes; an empty result means the end.

        Raises
        ------
        InvalidPredictions
            If gzip data is damaged or expands beyond all proportion.
        """
        while data := self._read_plain(count):
            if self._decoder is None:
                return data
            if text := self._decoder.decode(data):
                return text.encode("utf-8", "replace")
        return b""

    def _read_plain(self, count: int) -> bytes:
        source = self._source
        try:
            data = bytes(self._stream.read(count))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            message = f"The gzip file {source.name} is damaged or cut off. Pack or download it again."
            raise InvalidPredictions(message) from error
        if source.is_gzip and self._stream.tell() > max(MIN_UNPACKED_LIMIT, MAX_UNPACKED_RATIO * source.size):
            raise InvalidPredictions(
                f"{source.name} unpacks to more than {MAX_UNPACKED_RATIO} times its size. "
                "Unpack it yourself and provide the table."
            )
        return data

    def seek(self, position: int) -> None:
        """Continue at a byte of an uncompressed source."""
        self._stored.seek(position)
        if self._decoder is not None:
            self._decoder.reset()

    def progress(self) -> float:
        """Return the share of the stored bytes read so far."""
        return min(1.0, self._stored.tell() / max(1, self._source.size))


def open_source(source: str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO, name: str | None) -> Source:
    """Return a path, bytes or an open file as a source; gzip is detected by its magic bytes.

    Raises
    ------
    InvalidPredictions
        If there is no such file, it is empty, or it is of a known kind that is not a table.
    """
    if isinstance(source, str | os.PathLike):
        opened = _source_of_path(Path(source), name)
    elif isinstance(source, bytes | bytearray | memoryview):
        opened = source_of_bytes(bytes(source), name or "the file")
    elif hasattr(source, "read"):
        opened = _source_of_file(source, name)
    else:
        raise InvalidPredictions(
            "Predictions come from a path, bytes, an open binary file or a DataFrame, "
            f"not from {type(source).__name__}."
        )
    if opened.size == 0:
        raise InvalidPredictions(f"{opened.name} is empty (0 bytes).")
    if opened.head(2) == b"\x1f\x8b":
        opened = replace(opened, is_gzip=True)
    _check_is_table(opened.head(64), opened.name)
    return opened


def _source_of_path(path: Path, name: str | None) -> Source:
    if path.is_dir():
        raise InvalidPredictions(f"{path} is a folder. Name one of the files in it.")
    try:
        size = path.stat().st_size
        path.open("rb").close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise InvalidPredictions(f"{path} cannot be read: {reason}.") from error
    return Source(name or path.name, size, lambda: path.open("rb"))


def source_of_bytes(data: bytes, name: str) -> Source:
    """Return bytes in memory as a source."""
    return Source(name, len(data), lambda: io.BytesIO(data))


def _source_of_file(file: BinaryIO, name: str | None) -> Source:
    data = file.read()
    if not isinstance(data, bytes):
        raise InvalidPredictions("The file is open as text. Open it in binary mode ('rb').")
    path = getattr(file, "name", None)
    return source_of_bytes(data, name or (Path(path).name if isinstance(path, str) else "the file"))


def _check_is_table(head: bytes, name: str) -> None:
    if not head:
        raise InvalidPredictions(f"{name} is empty (a gzip header without data).")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for prefixes, what in _NOT_TABLES:
        if head.startswith(prefixes) or start.startswith(prefixes):
            raise InvalidPredictions(f"{name} is {what}.")


def detect_encoding(head: bytes, name: str) -> str:
    """Return the encoding of a text from its first bytes: by its mark, else UTF-8 if it fits, else Windows-1252.

    Raises
    ------
    InvalidPredictions
        If the bytes are not text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    if len(head.translate(None, _CONTROLS)) < 0.998 * len(head):
        raise InvalidPredictions(f"{name} contains binary data, not a table. Provide CSV, Parquet or xlsx.")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
