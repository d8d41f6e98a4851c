"""From files, bytes and data frames to tables that all offer the same two things: a sample and blocks of rows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from f1tools.readers.formats.source import open_source
from f1tools.readers.formats.table import Table

if TYPE_CHECKING:
    import pandas as pd

Readable: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | pd.DataFrame"

__all__ = ["Readable", "open_table"]


def open_table(source: Readable, name: str | None = None) -> Table:
    """Return the table in a source; the format is detected from the first bytes, not from the file extension.

    Parameters
    ----------
    source : path, bytes, binary file or DataFrame
        CSV and its relatives, gzip of these, Parquet or xlsx.
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
    opened = open_source(source, name)
    magic = opened.head(4)
    if magic == b"PAR1":
        from f1tools.readers.formats.arrow import open_parquet

        return open_parquet(opened)
    if magic == b"PK\x03\x04":
        from f1tools.readers.formats.workbook import open_workbook

        return open_workbook(opened)
    from f1tools.readers.formats.delimited import open_delimited

    return open_delimited(opened)
