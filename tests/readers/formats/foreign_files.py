"""Files made to order, and small ones that ask for much: declared sizes, repeated cells, well compressed content."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable

import numpy as np
import pyarrow as pa
from pyarrow import parquet

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)


def zipped(files: dict[str, str | bytes]) -> bytes:
    """Return an archive of files by path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def xlsx(*sheets: str, strings: str = "", styles: str = "", states: tuple[str, ...] = (), prefix: str = "") -> bytes:
    """Return a workbook of sheets, each given as the XML of its rows; a prefix is put before the names of elements."""
    listed = "".join(
        f'<sheet name="Sheet{number}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        for number, state in enumerate((states + ("visible",) * len(sheets))[: len(sheets)], 1)
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": f"{XML}<Types/>",
        "xl/workbook.xml": f'{XML}<workbook xmlns:r="relationships"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"{XML}<Relationships>{related}</Relationships>",
    }
    for number, rows in enumerate(sheets, 1):
        files[f"xl/worksheets/sheet{number}.xml"] = f"{XML}<worksheet><sheetData>{rows}</sheetData></worksheet>"
    if strings:
        files["xl/sharedStrings.xml"] = f"{XML}<sst>{strings}</sst>"
    if styles:
        files["xl/styles.xml"] = f"{XML}<styleSheet>{styles}</styleSheet>"
    if prefix:
        files = {path: re.sub(r"<(/?)(?=[a-zA-Z])", rf"<\1{prefix}", str(content)) for path, content in files.items()}
    return zipped(files)


def ods(*sheets: str, styles: str = "", manifest: str = "") -> bytes:
    """Return an OpenDocument spreadsheet of sheets, each given as the XML of its rows."""
    tables = "".join(
        f'<table:table table:name="Sheet{number}" table:style-name="ta{number}">{rows}</table:table>'
        for number, rows in enumerate(sheets, 1)
    )
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": f"{XML}<manifest:manifest xmlns:manifest='m'>{manifest}</manifest:manifest>",
        "content.xml": f"{XML}<office:document-content {OFFICE}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>",
    })  # fmt: skip


def parquet_file(frame: pa.Table, **options: object) -> bytes:
    """Return a table as Parquet."""
    buffer = io.BytesIO()
    parquet.write_table(frame, buffer, **options)
    return buffer.getvalue()


def arrow_file(frame: pa.Table, *, compression: str | None = None, is_stream: bool = False) -> bytes:
    """Return a table in Arrow's IPC format."""
    buffer = io.BytesIO()
    write = pa.ipc.new_stream if is_stream else pa.ipc.new_file
    with write(buffer, frame.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
        writer.write_table(frame)
    return buffer.getvalue()


def _corners() -> bytes:
    cell = '<c r="{0}{1}"><v>{1}</v></c>'
    rows = "".join(f'<row r="{row}">{cell.format(column, row)}</row>' for column, row in (("A", 1), ("XFD", 1_048_576)))
    return xlsx(f'<dimension ref="A1:XFD1048576"/>{rows}')


def _dense_rows() -> bytes:
    return xlsx("<row><c><v>1</v></c><c><v>0</v></c></row>" * 900_000)


def _shared_text() -> bytes:
    rows = "<row>" + '<c t="s"><v>0</v></c>' * 100 + "</row>"
    return xlsx(rows * 100, strings=f"<si><t>{'x' * (1 << 20)}</t></si>")


def _wide_header() -> bytes:
    header = "".join(f'<c t="str"><v>c{number}</v></c>' for number in range(1_999))
    return xlsx(f"<row>{header}</row>" + "<row><c><v>1</v></c></row>" * 200_000)


def shared_part(n_sheets: int, n_rows: int) -> bytes:
    """Return a workbook all of whose sheets are the same part, of empty rows."""
    return zipped({
        "xl/workbook.xml": "<workbook>" + '<sheet name="s" id="a"/>' * n_sheets + "</workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="a" Target="worksheets/a.xml"/></Relationships>',
        "xl/worksheets/a.xml": "<worksheet>" + "<row/>" * n_rows + "</worksheet>",
    })  # fmt: skip


def repeated_rows(count: int, *, header: int = 1) -> bytes:
    """Return a spreadsheet of a first row with some cells, and then one with a single cell that is repeated."""
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{0}"/>'
    rows = f"<table:table-row>{cell.format(header)}</table:table-row>"
    return ods(f'{rows}<table:table-row table:number-rows-repeated="{count}">{cell.format(1)}</table:table-row>')


def _repeated_cells(rows: int, columns: int) -> bytes:
    cell = f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="float" office:value="1"/>'
    return ods(f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>')


def _long_dictionary_texts() -> bytes:
    texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000_000, np.int32)), pa.array(["x" * (1 << 20)]))
    truth = pa.array(np.arange(1_000_000) % 2)
    score = pa.array(np.arange(1_000_000) % 97 / 97)
    return parquet_file(pa.table({"y_true": truth, "y_prob": score, "text": texts}), compression="zstd")


def _with_texts(kind: pa.DataType, *, is_list: bool = False) -> bytes:
    n_rows = 40_000
    texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(n_rows, np.int32)), pa.array(["x" * 200_000]).cast(kind))
    if is_list:
        texts = pa.ListArray.from_arrays(pa.array(np.arange(n_rows + 1), pa.int32()), texts)
    table = pa.table({"y_true": np.arange(n_rows) % 2, "y_prob": np.arange(n_rows) % 97 / 97, "text": texts})
    return parquet_file(table, compression="zstd")


def list_views(n_rows: int, length: int) -> pa.Array:
    """Return rows that all view the same list."""
    lengths = pa.array(np.full(n_rows, length), pa.int32())
    return pa.ListViewArray.from_arrays(pa.array(np.zeros(n_rows), pa.int32()), lengths, pa.array(np.zeros(length)))


def _array(values: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()


def _constant_columns(n_rows: int, n_columns: int) -> pa.Table:
    column = pa.array(np.zeros(n_rows))
    return pa.table({f"c{number}": column for number in range(n_columns)})


def _array_header(shape: str) -> bytes:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(80)


BOMBS: dict[str, Callable[[], bytes]] = {
    "xlsx, cells in the corners": _corners,
    "xlsx, many rows": _dense_rows,
    "xlsx, a long text in many cells": _shared_text,
    "xlsx, entities": lambda: zipped({
        "xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "aaaaaaaa">' + "".join(
            f'<!ENTITY {two} "{f"&{one};" * 50}">' for one, two in zip("abcdefg", "bcdefgh", strict=True)
        ) + "]><workbook>&h;</workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships/>",
    }),
    "xlsx, a wide header": _wide_header,
    "xlsx, one part as many sheets": lambda: shared_part(500, 1_000_000),
    "xlsx, many sheets": lambda: shared_part(1_000_000, 1),
    "ods, a repeated row": lambda: repeated_rows(1_000_000_000),
    "ods, a repeated row below a wide one": lambda: repeated_rows(100_000_000, header=2_000),
    "ods, empty sheets after a long one": lambda: ods("<table:table-row/>" * 500_000, *[""] * 300),
    "ods, many sheets": lambda: ods(*[""] * 300_000),
    "ods, repeated rows": lambda: _repeated_cells(1_000_000_000, 1000),
    "ods, repeated cells": lambda: _repeated_cells(2, 1_000_000_000),
    "parquet, constant rows": lambda: parquet_file(pa.table({"a": np.zeros(34_000_000, bool)}), compression="zstd"),
    "parquet, long texts": _long_dictionary_texts,
    "parquet, many columns": lambda: parquet_file(_constant_columns(10, 3_000)),
    "arrow, zeros": lambda: arrow_file(_constant_columns(4_000_000, 10), compression="zstd"),
    "arrow, rows without data": lambda: arrow_file(pa.table({"a": pa.nulls(1 << 30)})),
    "parquet, long bytes": lambda: _with_texts(pa.binary()),
    "parquet, lists of long texts": lambda: _with_texts(pa.string(), is_list=True),
    "arrow, lists without data": lambda: arrow_file(
        pa.table({"a": pa.FixedSizeListArray.from_arrays(pa.nulls(2_000_000_000), 100_000_000)})
    ),
    "arrow, views of one list": lambda: arrow_file(pa.table({"a": list_views(5_000, 100_000)})),
    "npy, bytes without a type": lambda: _array(np.zeros(1_000_000, "V4")),
    "npz, short texts": lambda: zipped({"y.npy": _array(np.zeros(10_000_000, "S1"))}),
    "csv, many columns": lambda: (b"c," * 19_999 + b"c\n") + (b"1," * 19_999 + b"1\n"),
    "gzip, zeros": lambda: gzip.compress(b"0,0.50\n" * 1_000_000, 1) * 40,
    "zip, zeros": lambda: zipped({"a.csv": bytes(100_000_000)}),
    "npy, a large shape": lambda: _array_header("(1000000000000,)"),
    "npy, rows without data": lambda: _array_header("(1000000000000, 0)"),
    "json, nesting": lambda: b"[" * 1_000_000,
    "json, nested objects": lambda: b'{"a":' * 1_000_000,
    "json, empty lists": lambda: b'{"a": [' + b"[]," * 8_000_000 + b"[]]}",
    "json, a long record": lambda: b'[{"y": 1, "p": 0.5},\n{"y": "' + b"x" * (20 << 20) + b'"}]',
    "json, many columns": lambda: json.dumps([{f"c{number}": 1 for number in range(20_000)}] * 2).encode(),
}  # fmt: skip
