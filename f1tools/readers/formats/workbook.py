"""Excel workbooks: the first sheet with a table in it, as text."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from f1tools.core.errors import InvalidPredictions
from f1tools.readers.formats.delimited import TextTable, open_text
from f1tools.readers.formats.parsing import number_to_label
from f1tools.readers.formats.source import Source

UNPACKED_MOST = 1 << 30


def open_workbook(source: Source) -> TextTable:
    """Return the table on the first sheet of a workbook that has two rows or more.

    Raises
    ------
    InvalidPredictions
        If the archive is no workbook, is damaged, or holds no table.
    """
    _check_archive(source)
    rows = _rows(source)
    if rows is None:
        raise InvalidPredictions(f"No sheet of {source.name} holds a table with a header and rows.")
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    data = text.getvalue().encode()
    table = open_text(Source(source.name, len(data), lambda: io.BytesIO(data)))
    return replace(table, kind="xlsx")


def _check_archive(source: Source) -> None:
    try:
        with source.open_raw() as raw, zipfile.ZipFile(raw) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InvalidPredictions(f"{source.name} is a damaged or cut off archive.") from error
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise InvalidPredictions(f"{source.name} is a zip archive. Unpack it and bring the table in it.")
    if sum(member.file_size for member in members) > UNPACKED_MOST:
        raise InvalidPredictions(f"{source.name} unpacks to more than a gigabyte. Save the table as CSV.")


def _rows(source: Source) -> list[list[str]] | None:
    from xml.etree.ElementTree import ParseError

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    broken = (
        *(zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError),
        *(TypeError, AttributeError, IndexError, OSError, EOFError, SyntaxError),
    )
    try:
        with source.open_raw() as raw:
            book = openpyxl.load_workbook(raw, read_only=True, data_only=True)
            for sheet in book.worksheets:
                rows = _filled(sheet.iter_rows(values_only=True))
                if len(rows) > 1:
                    return rows
    except broken as error:
        raise InvalidPredictions(f"The workbook {source.name} is damaged. Save it again or export CSV.") from error
    return None


def _filled(rows: Iterable[tuple[Any, ...]]) -> list[list[str]]:
    """Return the rows with something in them, all-empty columns on the right cut off."""
    cells = [[_cell(value) for value in row] for row in rows]
    cells = [row for row in cells if any(row)]
    width = max((max(i for i, cell in enumerate(row) if cell) + 1 for row in cells), default=0)
    return [(row + [""] * width)[:width] for row in cells]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return number_to_label(value) if isinstance(value, float) else str(value)
