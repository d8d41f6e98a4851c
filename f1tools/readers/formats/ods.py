"""Sheets of OpenDocument spreadsheets (.ods) as rows of text, in one pass that stores no more than a row."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping

from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.boundary import MAX_COLUMNS, Budget, check_width
from f1tools.readers.formats.xml_stream import ELEMENT_BYTES, Sheet, XmlEvents, elements, number_text

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"


def ods_sheets(archive: zipfile.ZipFile, budget: Budget) -> Iterator[Sheet]:
    """Yield the sheets of a spreadsheet in their order.

    Raises
    ------
    InvalidPredictions
        If the spreadsheet is encrypted.
    """
    if elements(archive, _MANIFEST, "encryption-data", budget):
        raise InvalidPredictions(f"{budget.name} is protected with a password. Save it without one.")
    tables = _TableEvents(budget)
    for _ in tables.read(archive, _CONTENT, budget):
        pass
    for index, (name, style) in enumerate(tables.found):
        yield Sheet(name, style in tables.hidden, _rows(archive, index, budget))


def _rows(archive: zipfile.ZipFile, index: int, budget: Budget) -> Iterator[tuple[list[str], int]]:
    yield from _SheetEvents(budget.name, index).rows(archive, budget)


class _TableEvents(XmlEvents):
    """Reads the names of the sheets, and which of their styles hide a sheet."""

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self._budget = budget
        self.found: list[tuple[str, str]] = []
        self.hidden: set[str] = set()
        self._style = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note a sheet or a style."""
        if name in ("table", "style"):
            self._budget.spend(ELEMENT_BYTES)
        if name == "table":
            self.found.append((attributes.get("table:name", ""), attributes.get("table:style-name", "")))
        elif name == "style":
            self._style = attributes.get("style:name", "")
        elif name == "table-properties" and attributes.get("table:display") == "false":
            self.hidden.add(self._style)


class _SheetEvents(XmlEvents):
    """Reads one of the sheets."""

    def __init__(self, source_name: str, index: int) -> None:
        super().__init__()
        self._source_name, self._index = source_name, index
        self._n_tables = 0
        self._finished: list[tuple[list[str], int]] = []
        self._row: list[str] = []
        self._column, self._n_rows, self._n_cells = 0, 1, 1
        self._cell: str | None = None
        self._in_paragraph = self._in_comment = False

    def rows(self, archive: zipfile.ZipFile, budget: Budget) -> Iterator[tuple[list[str], int]]:
        """Yield the rows that are not empty, and how often each is repeated."""
        for _ in self.read(archive, _CONTENT, budget):
            yield from self._finished
            self._finished.clear()
            if self._n_tables > self._index + 1:
                break

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note what a cell holds, and how often it is repeated."""
        match name:
            case "table":
                self._n_tables += 1
            case "table-row":
                self._row, self._column = [], 0
                self._n_rows = int(attributes.get("table:number-rows-repeated", 1))
            case "table-cell" | "covered-table-cell":
                self._n_cells = int(attributes.get("table:number-columns-repeated", 1))
                self._cell = _value(attributes)
                self.text.clear()
            case "annotation":
                self._in_comment = True
            case "p" if not self._in_comment:
                self.text.extend(["\n"] * bool(self.text))
                self._in_paragraph = True
                self.collect()
            case "s" if self._in_paragraph:
                self.text.append(" ")

    def end(self, name: str) -> None:
        """Append a cell to its row, or a row to the sheet."""
        match name:
            case "p":
                self._in_paragraph = False
                self.ignore()
            case "annotation":
                self._in_comment = False
            case "table-cell" | "covered-table-cell":
                self._append_cell("".join(self.text) if self._cell is None else self._cell)
            case "table-row" if self._row and self._n_tables == self._index + 1:
                self._finished.append((self._row, self._n_rows))

    def _append_cell(self, cell: str) -> None:
        end = self._column + self._n_cells
        if cell:
            if end > MAX_COLUMNS:
                check_width(self._source_name, end)
            self._row.extend([""] * (self._column - len(self._row)) + [cell] * self._n_cells)
        self._column = end


def _value(attributes: Mapping[str, str]) -> str | None:
    """Return the value of a cell as text; None where it is the text that is displayed."""
    match attributes.get("office:value-type"):
        case "float" | "percentage" | "currency":
            return number_text(attributes["office:value"])
        case "boolean":
            return str(attributes["office:boolean-value"] == "true")
        case "date":
            return attributes["office:date-value"].replace("T", " ")
    return None
