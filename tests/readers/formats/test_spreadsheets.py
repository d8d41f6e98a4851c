"""Workbooks: what cells hold, which sheet is read, and how sheets are encoded."""

from __future__ import annotations

import datetime
import io
from typing import Any

import openpyxl
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import read_predictions
from f1tools.readers.formats import open_table
from tests.readers.formats.foreign_files import ods, xlsx, zipped

NUMBERS = "".join(f"<row><c><v>{i % 2}</v></c><c><v>{i / 40}</v></c></row>" for i in range(40))
HEADER = '<row><c t="str"><v>y_true</v></c><c t="str"><v>y_prob</v></c></row>'
DATE = '<cellXfs><xf/><xf numFmtId="14"/></cellXfs>'


def columns(data: bytes) -> dict[str, list[str]]:
    """Return the cells of a workbook by column."""
    return open_table(data).sample().columns


def test_cells_of_a_workbook_written_by_a_library() -> None:
    """Dates, times, booleans, errors and shared texts are text as Python writes them; numbers keep their digits."""
    values: dict[str, list[Any]] = {
        "integer": [123456789012345, -7], "float": [1 / 3, 1e-17], "text": [" a ", "a,\nb"],
        "date": [datetime.date(2024, 2, 29), datetime.date(1999, 12, 31)],
        "moment": [datetime.datetime(2024, 2, 29, 23, 59, 59), datetime.datetime(2000, 1, 1)],
        "time": [datetime.time(12, 30), datetime.time(0, 0, 1)],
        "flag": [True, False], "missing": [None, "#N/A"],
    }  # fmt: skip
    book = openpyxl.Workbook()
    for number, (name, cells) in enumerate(values.items(), 3):  # the table begins at C4
        for row, cell in enumerate([name, *cells], 4):
            book.active.cell(row, number).value = cell
    buffer = io.BytesIO()
    book.save(buffer)
    assert columns(buffer.getvalue()) == {
        "integer": ["123456789012345", "-7"], "float": [repr(1 / 3), "1e-17"], "text": ["a", "a,\nb"],
        "date": ["2024-02-29 00:00:00", "1999-12-31 00:00:00"],
        "moment": ["2024-02-29 23:59:59", "2000-01-01 00:00:00"], "time": ["12:30:00", "00:00:01"],
        "flag": ["True", "False"], "missing": ["", "#N/A"],
    }  # fmt: skip


def test_cells_of_other_writers() -> None:
    """Prefixes, rich and phonetic text, inline text, cached formulas, dates since 1904 and cells without a place."""
    rows = (
        '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><r><t>i</t></r><r><t>n</t></r></is></c>'
        '<c t="str"><f>"f"&amp;1</f><v>f1</v></c><c t="str"><v>date</v></c></row>'
        '<row><c><v>1.50</v></c><c r="C2"><f>1/3</f><v>0.33333333333333331</v></c><c s="1"><v>61.25</v></c></row>'
        '<row r="90000"><c r="D9"><v>366</v></c><c r="A9"><v>5E-1</v></c><c r="B9" s="1"/><c r="C9"><f>A1</f></c></row>'
    )
    strings = "<si><r><t>sh</t></r><r><t>ared</t></r><rPh><t>no</t></rPh></si>"
    styles = '<numFmts><numFmt numFmtId="170" formatCode="[$-409]d\\-mmm;@"/></numFmts>' + (
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
    )
    expected = {
        "shared": ["1.5", "0.5"],
        "in": ["", ""],
        "f1": [repr(1 / 3), ""],
        "date": ["1900-03-01 06:00:00", "366"],
    }
    plain = xlsx(rows, strings=strings, styles=styles)
    assert columns(plain) == expected
    prefixed = xlsx(rows, strings=strings, styles=styles, prefix="x:")
    assert columns(prefixed) == expected


def test_the_first_visible_sheet_with_a_table_is_read() -> None:
    """Empty sheets, and sheets of one row, are passed over; a hidden sheet is read where there is no other."""
    table = HEADER + NUMBERS
    other = "<row><c><v>1</v></c></row>" * 3
    assert open_table(xlsx("", HEADER, table, other)).layout == "xlsx, sheet Sheet3"
    assert open_table(xlsx(other, table, states=("hidden", "visible"))).layout == "xlsx, sheet Sheet2"
    assert open_table(xlsx(table, HEADER, states=("veryHidden", "visible"))).layout == "xlsx, sheet Sheet1"
    reading = read_predictions(xlsx(table))
    assert (reading.layout, reading.n_rows, reading.outcome) == ("xlsx", 40, "sure")


def test_rows_beside_the_table_are_counted() -> None:
    """A row that is wider than the first thousand has a wrong number of cells."""
    note = '<row><c t="str"><v>1</v></c><c><v>0.5</v></c><c t="str"><v>note</v></c></row>'
    assert read_predictions(xlsx(HEADER + NUMBERS * 30 + note)).dropped == {"wrong number of cells": 1}


def test_opendocument() -> None:
    """Repeated cells and rows, displayed text, comments, and hidden sheets."""
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="{}"><text:p>{}</text:p></table:table-cell>'
    rows = (
        "<table:table-row>" + "".join(map(text.format, ("y", "p", "flag", "date", "note"))) + "</table:table-row>"
        "<table:table-row>" + number.format(1, "1,00") + number.format("0.30000000000000004", "30 %")
        + '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        + '<table:table-cell office:value-type="date" office:date-value="2024-02-29T10:00:00"/>'
        + '<table:table-cell office:value-type="string"><office:annotation><text:p>no</text:p></office:annotation>'
        + "<text:p>a<text:s/><text:span>b</text:span>c</text:p><text:p>d</text:p></table:table-cell>"
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        + '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2" '
        + 'office:value-type="float" office:value="0"/><table:covered-table-cell/></table:table-row>'
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    )  # fmt: skip
    style = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
    for data in (ods(rows), ods(rows.replace("a<text:s", "hidden<text:s"), rows, styles=style)):
        assert columns(data) == {
            "y": ["1", "0", "0"], "p": [repr(0.1 + 0.2), "0", "0"], "flag": ["True", "", ""],
            "date": ["2024-02-29 10:00:00", "", ""], "note": ["a bc\nd", "", ""],
        }  # fmt: skip
    assert open_table(ods(rows)).layout == "ods"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ods("", manifest="<manifest:encryption-data/>"), "password"),
        (zipped({"xl/workbook.xml": "<rubbish"}), "damaged"),
        (zipped({"xl/workbook.xml": "<a/>", "xl/_rels/workbook.xml.rels": "<a/>"}), "No sheet"),
        (xlsx('<row><c t="s"><v>7</v></c></row>' * 2), "damaged"),
        (xlsx("<row><c><v>seven</v></c></row>" * 2), "damaged"),
        (
            xlsx('<row><c s="1"><v>1e300</v></c></row>' * 2, styles='<cellXfs><xf/><xf numFmtId="14"/></cellXfs>'),
            "damaged",
        ),
        (xlsx("<row><c><v>1</v></c>" * 2), "damaged"),
    ],
)
def test_errors(data: bytes, words: str) -> None:
    """Protected and damaged workbooks are refused in a sentence."""
    with pytest.raises(InvalidPredictions, match=words) as caught:
        read_predictions(data, name="mine.xlsx")
    assert "mine.xlsx" in str(caught.value)
    assert str(caught.value).endswith(".")
