"""Excel workbooks: the first sheet that contains a table, read as text."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.delimited import DelimitedTable, open_delimited
from f1tools.readers.formats.source import Source, source_of_bytes
from f1tools.readers.formats.table import number_to_label

MAX_UNPACKED_BYTES = 1 << 30
# What openpyxl raises for damaged workbooks.
_DAMAGED = (
    *(zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError),
    *(TypeError, AttributeError, IndexError, OSError, EOFError, SyntaxError),
)


def open_workbook(source: Source) -> DelimitedTable:
    """Return the table on the first sheet of a workbook that has at least two rows.

    Raises
    ------
    InvalidPredictions
        If the archive is not a workbook, is damaged, or contains no table.
    """
    _check_archive(source)
    try:
        with source.open_stored() as stored:
            sheets = openpyxl.load_workbook(stored, read_only=True, data_only=True).worksheets
            tables = (_rows(sheet.iter_rows(values_only=True)) for sheet in sheets)
            rows = next((table for table in tables if len(table) > 1), None)
    except _DAMAGED as error:
        raise InvalidPredictions(f"The workbook {source.name} is damaged. Save it again or export CSV.") from error
    if rows is None:
        raise InvalidPredictions(f"No sheet of {source.name} contains a table with a header and rows.")
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return replace(open_delimited(source_of_bytes(text.getvalue().encode(), source.name)), layout="xlsx")


def _check_archive(source: Source) -> None:
    try:
        with source.open_stored() as stored, zipfile.ZipFile(stored) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InvalidPredictions(f"{source.name} is a damaged or cut off archive.") from error
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise InvalidPredictions(f"{source.name} is a zip archive. Unpack it and provide the table in it.")
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise InvalidPredictions(f"{source.name} unpacks to more than a gigabyte. Save the table as CSV.")


def _rows(values: Iterable[tuple[Any, ...]]) -> list[list[str]]:
    """Return the cells as text, without empty rows and without empty columns on the right."""
    rows = [[_cell_text(value) for value in row] for row in values]
    rows = [row for row in rows if any(row)]
    width = max((max(i for i, cell in enumerate(row) if cell) + 1 for row in rows), default=0)
    return [(row + [""] * width)[:width] for row in rows]


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    return number_to_label(value) if isinstance(value, float) else str(value)
