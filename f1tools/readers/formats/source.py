"""Sources of bytes: a path, bytes or an open file, compressed or not, decoded to UTF-8 while they are read."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.boundary import check_expansion, decoding

FORMATS = "CSV, JSON, Parquet, Arrow, NumPy, Excel (xlsx) or OpenDocument (ods)"
"""The formats that are read, in the words of every message."""

UNNAMED = "the file"
"""What messages call a source without a name."""


def _zstd(stored: BinaryIO) -> Any:
    import pyarrow as pa

    return pa.CompressedInputStream(pa.PythonFile(stored, mode="r"), "zstd")


_COMPRESSIONS: tuple[tuple[bytes, str, Callable[[BinaryIO], Any]], ...] = (
    (b"\x1f\x8b", "gzip", lambda stored: gzip.GzipFile(fileobj=stored)),
    (b"BZh", "bzip2", bz2.BZ2File),
    (b"\xfd7zXZ\x00", "xz", lzma.LZMAFile),
    (b"\x28\xb5\x2f\xfd", "zstd", _zstd),
)
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_NOT_TABLES = (
    (b"version https://git-lfs", "a git-lfs pointer, not the file itself. Run `git lfs pull`"),
    (_PICKLES, "a Python pickle, which could run foreign code. Save the table as CSV or Parquet"),
    (b"%PDF", "a PDF. Export the table as CSV"),
    (b"\x89HDF", "an HDF5 file. Save the table as CSV or Parquet"),
    ((b"\x89PNG", b"\xff\xd8\xff"), "an image. Provide the table behind it as CSV"),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook (.xls), or one with a password. Save it as .xlsx without a password, or as CSV",
    ),
    (b"7z\xbc\xaf", "a 7z archive. Unpack it first"),
    (b"Rar!", "a rar archive. Unpack it first"),
    (b"SQLite format 3", "an SQLite database. Export the table as CSV"),
    (b"FEA1\x00\x00\x00\x00", "a Feather file of version 1. Save it as version 2, Parquet or CSV"),
    (b"Obj\x01", "an Avro file. Save the table as Parquet or CSV"),
    ((b"RDX", b"RDA"), "an R workspace. Write the table with write.csv"),
    (b"X\n\x00\x00", "an R object. Write the table with write.csv"),
    (b"@relation", "an ARFF file. Save the table as CSV"),
    ((b"<!doctype", b"<html"), "a web page. Download the raw file"),
    (b"<?xml", "an XML file. Save the table as CSV"),
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
    compression : str
        How they are compressed, such as "gzip"; empty where they are not.
    decompress : callable, optional
        Returns a stream of the decompressed bytes.
    """

    name: str
    size: int
    open_stored: Callable[[], BinaryIO]
    compression: str = ""
    decompress: Callable[[BinaryIO], Any] | None = None

    def head(self, count: int) -> bytes:
        """Return the first bytes, decompressed."""
        with ByteStream(self) as stream:
            return stream.read(count)

    def describe(self, layout: str) -> str:
        """Return the description of a format with that of the compression before it."""
        return f"{self.compression}, {layout}" if self.compression else layout

    def in_memory(self) -> Source:
        """Return a source that is not compressed: itself, or its decompressed bytes in memory."""
        if self.decompress is None:
            return self
        with ByteStream(self) as stream:
            data = b"".join(iter(lambda: stream.read(1 << 20), b""))
        return replace(self, size=len(data), open_stored=lambda: io.BytesIO(data), decompress=None)


class ByteStream:
    """The decompressed bytes of a source; text in the given encoding becomes UTF-8 without a byte order mark."""

    def __init__(self, source: Source, encoding: str = "utf-8") -> None:
        self._source = source
        self._stored = source.open_stored()
        self._stream: Any = self._stored
        self._n_read = 0
        self._decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)("replace")
        if source.decompress is not None:
            with self._decoding():
                self._stream = source.decompress(self._stored)

    def __enter__(self) -> ByteStream:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stored.close()

    def read(self, count: int) -> bytes:
        """Return about `count` more bytes; an empty result means the end.

        Raises
        ------
        InvalidPredictions
            If compressed data is damaged or expands beyond all proportion.
        """
        while data := self._read_plain(count):
            if self._decoder is None:
                return data
            if text := self._decoder.decode(data):
                return text.encode("utf-8", "replace")
        return b""

    def _read_plain(self, count: int) -> bytes:
        if self._source.decompress is None:
            return bytes(self._stream.read(count))
        with self._decoding():
            data = bytes(self._stream.read(count))
        self._n_read += len(data)
        check_expansion(self._source.name, self._n_read, self._source.size)
        return data

    def _decoding(self) -> AbstractContextManager[None]:
        return decoding(self._source.name, f"{self._source.compression.split()[-1]} file")

    def seek(self, position: int) -> None:
        """Continue at a byte of an uncompressed source."""
        self._stored.seek(position)
        if self._decoder is not None:
            self._decoder.reset()

    def progress(self) -> float:
        """Return the share of the stored bytes read so far."""
        return min(1.0, self._stored.tell() / max(1, self._source.size))


def open_source(source: str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO, name: str | None) -> Source:
    """Return a path, bytes or an open file as a source; compression is detected by its magic bytes.

    Raises
    ------
    InvalidPredictions
        If there is no such file, it is empty, or it is of a known kind that is not a table.
    """
    if isinstance(source, str | os.PathLike):
        opened = _source_of_path(Path(source), name)
    elif isinstance(source, bytes | bytearray | memoryview):
        opened = source_of_bytes(bytes(source), name or UNNAMED)
    elif hasattr(source, "read"):
        opened = _source_of_file(source, name)
    else:
        raise InvalidPredictions(
            "Predictions come from a path, bytes, an open binary file or a DataFrame, "
            f"not from {type(source).__name__}."
        )
    if opened.size == 0:
        raise InvalidPredictions(f"{opened.name} is empty (0 bytes).")
    return checked_source(opened)


def regular_file(path: Path, name: str) -> os.stat_result:
    """Return the status of a file that can be read more than once.

    Parameters
    ----------
    path : Path
        Where it is.
    name : str
        What to call it in messages.

    Raises
    ------
    InvalidPredictions
        If there is no such file, it may not be read, or it is a folder or a pipe.
    """
    try:
        status = path.stat()
        is_regular = stat.S_ISREG(status.st_mode)
        if is_regular:  # to open a pipe would wait for its writer
            path.open("rb").close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise InvalidPredictions(f"{name} cannot be read: {reason}.") from error
    if stat.S_ISDIR(status.st_mode):
        raise InvalidPredictions(f"{name} is a folder. Name one of the files in it.")
    if not is_regular:
        raise InvalidPredictions(f"{name} is not a regular file but, for example, a pipe. Save the data as a file.")
    return status


def _source_of_path(path: Path, name: str | None) -> Source:
    status = regular_file(path, str(path))
    return Source(name or path.name, status.st_size, lambda: path.open("rb"))


def source_of_bytes(data: bytes, name: str) -> Source:
    """Return bytes in memory as a source."""
    return Source(name, len(data), lambda: io.BytesIO(data))


def _source_of_file(file: BinaryIO, name: str | None) -> Source:
    data = file.read()
    if not isinstance(data, bytes):
        raise InvalidPredictions("The file is open as text. Open it in binary mode ('rb').")
    path = getattr(file, "name", None)
    return source_of_bytes(data, name or (Path(path).name if isinstance(path, str) else UNNAMED))


def checked_source(source: Source) -> Source:
    """Return a source with its compression, if there is one.

    Raises
    ------
    InvalidPredictions
        If the content is empty, compressed twice, or of a known kind that is not a table.
    """
    name, head = source.name, source.head(64)
    compression = _compression(head)
    if compression and source.compression:
        raise InvalidPredictions(f"{name} is packed twice. Unpack it first.")
    if compression:
        return checked_source(replace(source, compression=compression[0], decompress=compression[1]))
    if not head:
        raise InvalidPredictions(f"{name} is empty (a {source.compression} header without data).")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for prefixes, what in _NOT_TABLES:
        if head.startswith(prefixes) or start.startswith(prefixes):
            raise InvalidPredictions(f"{name} is {what}.")
    return source


def _compression(head: bytes) -> tuple[str, Callable[[BinaryIO], Any]] | None:
    return next(((name, open_) for magic, name, open_ in _COMPRESSIONS if head.startswith(magic)), None)


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
        raise InvalidPredictions(f"{name} contains binary data, not a table. Provide {FORMATS}.")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
