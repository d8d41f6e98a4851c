"""Spreadsheets: the first sheet that contains a table, as text."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice, repeat

from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.boundary import Budget, decoding
from f1tools.readers.formats.delimited import DelimitedTable, open_delimited
from f1tools.readers.formats.ods import ods_sheets
from f1tools.readers.formats.source import Source, source_of_bytes
from f1tools.readers.formats.xlsx import xlsx_sheets

MIN_UNPACKED_LIMIT = 32 << 20  # parsing XML takes ten times as long as decompressing it
CELL_BYTES = 8  # of a cell once it is a number, whatever its text
FIRST_ROWS = 1000  # tell how wide the table is

_SHEETS = {"xlsx": xlsx_sheets, "ods": ods_sheets}


def open_workbook(source: Source, kind: str) -> DelimitedTable:
    """Return the table on the first sheet that has at least two rows; hidden sheets come last.

    Parameters
    ----------
    source : Source
        The workbook, uncompressed.
    kind : str
        "xlsx" or "ods".

    Raises
    ------
    InvalidPredictions
        If the workbook is damaged or protected, too large when decompressed, or contains no table.
    """
    with (
        decoding(source.name, "workbook"),
        source.open_stored() as stored,
        zipfile.ZipFile(stored) as archive,
    ):
        budget = Budget(source.name, source.size, floor=MIN_UNPACKED_LIMIT)
        sheets = sorted(_SHEETS[kind](archive, budget), key=lambda sheet: sheet.is_hidden)
        texts = ((sheet.name, _table_text(sheet.rows, source)) for sheet in sheets)
        name, text = next(((name, text) for name, text in texts if text), ("", b""))
    if not text:
        raise InvalidPredictions(f"No sheet of {source.name} contains a table with a header and rows.")
    layout = kind if len(sheets) == 1 else f"{kind}, sheet {name}"
    return replace(open_delimited(source_of_bytes(text, source.name)), layout=source.describe(layout))


def _table_text(rows: Iterator[tuple[list[str], int]], source: Source) -> bytes:
    """Return the rows of a sheet as CSV, without the empty columns beside the table; empty where there is no table.

    Rows that are wider than the first thousand are so in the text too, and are thus counted as rows with a wrong number
    of cells.
    """
    first = list(islice(rows, FIRST_ROWS))
    if sum(count for _, count in first) < 2:
        return b""
    left = min(next(index for index, cell in enumerate(row) if cell) for row, _ in first)
    width = max(len(row) for row, _ in first) - left
    budget = Budget(source.name, source.size, floor=MIN_UNPACKED_LIMIT)
    buffer = io.BytesIO()
    text = io.TextIOWrapper(buffer, "utf-8", errors="replace", newline="")
    writer = csv.writer(text)
    for row, count in chain(first, rows):
        cells = row if any(row[:left]) else row[left:]
        cells = cells + [""] * (width - len(cells))
        budget.spend(count * (sum(map(len, cells)) + CELL_BYTES * len(cells)))
        writer.writerows(repeat(cells, count))
    text.detach()
    return buffer.getvalue()
