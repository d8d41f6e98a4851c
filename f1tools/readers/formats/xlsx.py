"""Sheets of Excel workbooks (.xlsx) as rows of text, in one pass that stores no more than a row.

openpyxl and calamine lay out the rectangle that a sheet claims to use: a file of 2 KB with cells in its corners takes
gigabytes, and calamine then ends the whole process. Here an empty cell takes nothing.
"""

from __future__ import annotations

import datetime
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence

from f1tools.readers.formats.boundary import MAX_COLUMNS, Budget, check_width
from f1tools.readers.formats.xml_stream import Sheet, XmlEvents, elements, number_text

WORKBOOK = "xl/workbook.xml"
_STRINGS, _STYLES, _RELATIONS = "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"
# Built-in number formats of dates and times (ECMA-376, 18.8.30), and what marks a custom one outside quotes.
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_LITERALS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DATE_CODE = re.compile(r"[dmyhs]", re.IGNORECASE)
_EPOCH = datetime.datetime(1899, 12, 30)
_EPOCH_1904 = datetime.datetime(1904, 1, 1)


def xlsx_sheets(archive: zipfile.ZipFile, budget: Budget) -> Iterator[Sheet]:
    """Yield the sheets of a workbook in their order."""
    parts = {each["Id"]: each["Target"] for each in elements(archive, _RELATIONS, "Relationship", budget)}
    names = set(archive.namelist())
    strings = _shared_strings(archive, budget) if _STRINGS in names else []
    dates = _date_styles(archive, budget) if _STYLES in names else frozenset()
    properties = elements(archive, WORKBOOK, "workbookPr", budget)
    epoch = _EPOCH_1904 if any(each.get("date1904") in ("1", "true") for each in properties) else _EPOCH
    for sheet in elements(archive, WORKBOOK, "sheet", budget):
        part = posixpath.normpath(posixpath.join("/xl", parts[sheet["id"]])).lstrip("/")
        if "worksheet" not in part and part not in names:
            continue
        rows = _rows(archive, part, budget, strings, dates, epoch)
        yield Sheet(sheet["name"], sheet.get("state", "visible") != "visible", rows)


def _rows(
    archive: zipfile.ZipFile,
    part: str,
    budget: Budget,
    strings: Sequence[str],
    dates: frozenset[str],
    epoch: datetime.datetime,
) -> Iterator[tuple[list[str], int]]:
    yield from _SheetEvents(budget.name, strings, dates, epoch).rows(archive, part, budget)


class _SheetEvents(XmlEvents):
    """Reads a worksheet."""

    def __init__(
        self, source_name: str, strings: Sequence[str], dates: frozenset[str], epoch: datetime.datetime
    ) -> None:
        super().__init__()
        self._source_name, self._strings, self._dates, self._epoch = source_name, strings, dates, epoch
        self._columns: dict[str, int] = {}
        self._finished: list[tuple[list[str], int]] = []
        self._row: list[str] = []
        self._column = -1
        self._kind: str | None = None
        self._style: str | None = None

    def rows(self, archive: zipfile.ZipFile, part: str, budget: Budget) -> Iterator[tuple[list[str], int]]:
        """Yield the rows that are not empty, each of which occurs once."""
        for _ in self.read(archive, part, budget):
            yield from self._finished
            self._finished.clear()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note the place and the kind of a cell."""
        if name == "c":
            reference = attributes.get("r")
            self._column = self._column + 1 if reference is None else self._column_of(reference)
            self._kind, self._style = attributes.get("t"), attributes.get("s")
            self.text.clear()
        elif name in ("v", "t"):
            self.collect()
        elif name == "row":
            self._row, self._column = [], -1

    def end(self, name: str) -> None:
        """Append the text of a cell to its row."""
        if name in ("v", "t"):
            self.ignore()
        elif name == "c":
            if self.text and (cell := self._cell("".join(self.text))):
                self._append(cell)
        elif name == "row" and self._row:
            self._finished.append((self._row, 1))

    def _append(self, cell: str) -> None:
        row, column = self._row, self._column
        if column >= MAX_COLUMNS:
            check_width(self._source_name, column + 1)
        if column > len(row):
            row.extend([""] * (column - len(row)))
        row[column : column + 1] = [cell]

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = 0
            for letter in letters[:4].upper():
                column = 26 * column + ord(letter) - ord("A") + 1
            column = self._columns[letters] = max(0, column - 1)
        return column

    def _cell(self, text: str) -> str:
        match self._kind:
            case None | "n":
                return self._date(float(text)) if self._style in self._dates else number_text(text)
            case "s":
                return self._strings[int(text)]
            case "b":
                return str(text.strip() == "1")
        return text

    def _date(self, serial: float) -> str:
        """Return a date to the second; serial numbers below 1 are times of day."""
        moment = self._epoch + datetime.timedelta(seconds=round(serial * 86_400))
        return str(moment.time() if 0 <= serial < 1 else moment)


class _StringEvents(XmlEvents):
    """Reads the strings that the cells of all sheets share."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self._is_phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Collect text, except what tells how to pronounce it."""
        if name == "si":
            self.text.clear()
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "t" and not self._is_phonetic:
            self.collect()

    def end(self, name: str) -> None:
        """Append the text of a string."""
        if name == "si":
            self.strings.append("".join(self.text))
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "t":
            self.ignore()


def _shared_strings(archive: zipfile.ZipFile, budget: Budget) -> list[str]:
    events = _StringEvents()
    for _ in events.read(archive, _STRINGS, budget):
        pass
    return events.strings


class _StyleEvents(XmlEvents):
    """Reads which cell styles are dates."""

    def __init__(self) -> None:
        super().__init__()
        self.dates: set[str] = set()
        self._codes: set[int] = set(_DATE_FORMATS)
        self._index = -1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note a custom format, or which styles of cells have the format of a date."""
        if name == "numFmt":
            if _DATE_CODE.search(_LITERALS.sub("", attributes.get("formatCode", ""))):
                self._codes.add(int(attributes["numFmtId"]))
        elif name == "cellXfs":
            self._index = 0
        elif name == "xf" and self._index >= 0:
            if int(attributes.get("numFmtId", 0)) in self._codes:
                self.dates.add(str(self._index))
            self._index += 1

    def end(self, name: str) -> None:
        """Stop after the styles of cells."""
        if name == "cellXfs":
            self._index = -1


def _date_styles(archive: zipfile.ZipFile, budget: Budget) -> frozenset[str]:
    events = _StyleEvents()
    for _ in events.read(archive, _STYLES, budget):
        pass
    return frozenset(events.dates)
