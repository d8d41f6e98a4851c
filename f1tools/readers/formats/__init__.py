"""From files, bytes and data frames to tables that all offer the same two things: a sample and blocks of rows."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from f1tools.readers.formats.source import Source, open_source
from f1tools.readers.formats.table import Table

if TYPE_CHECKING:
    import pandas as pd

Readable: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | pd.DataFrame"

# An object, or an array of objects, arrays, texts or numbers; but not a vector such as [0.1 0.9] in the first cell.
_JSON = re.compile(rb"[\xef\xbb\xbf\xfe\xff\s]*(\{|\[\s*([\[{\"\]]|(-?[\d.eE+-]+|true|false|null|NaN)\s*,))")

__all__ = ["Readable", "open_table"]


def open_table(source: Readable, name: str | None = None) -> Table:
    """Return the table in a source; the format is detected from the first bytes, not from the file extension.

    Parameters
    ----------
    source : path, bytes, binary file or DataFrame
        CSV and its relatives, JSON, Parquet, Feather and Arrow, NumPy arrays, xlsx or ods; also in gzip, bzip2, xz,
        zstd or zip.
    name : str, optional
        What to call the source in messages; the file's name by default.

    Raises
    ------
    InvalidPredictions
        If the source cannot be read or holds no table.
    """
    if hasattr(source, "iloc"):
        from f1tools.readers.formats.arrow import open_frame

        return open_frame(source, name)  # type: ignore[arg-type]
    return open_format(open_source(source, name))


def open_format(source: Source) -> Table:
    """Return the table in a source by its first bytes.

    Raises
    ------
    InvalidPredictions
        If the source holds no table.
    """
    head = source.head(64)
    if head.startswith(b"PAR1"):
        from f1tools.readers.formats.arrow_files import open_parquet

        return open_parquet(source)
    if head.startswith((b"ARROW1\x00\x00", b"\xff\xff\xff\xff")):
        from f1tools.readers.formats.arrow_files import open_ipc

        return open_ipc(source)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from f1tools.readers.formats.archive import open_archive

        return open_archive(source, open_format)
    if head.startswith(b"\x93NUMPY"):
        from f1tools.readers.formats.numpy_arrays import open_npy

        return open_npy(source)
    if _JSON.match(head.replace(b"\x00", b"")):  # also in UTF-16
        from f1tools.readers.formats.json_records import open_json

        return open_json(source)
    from f1tools.readers.formats.delimited import open_delimited

    return open_delimited(source)
