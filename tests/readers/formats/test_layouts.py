"""Every layout of a file is detected from its content; a file that is not a table is refused with the reason."""

from __future__ import annotations

import bz2
import datetime
import gzip
import io
import lzma
import os
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import Reading, read_predictions
from tests.readers.formats.foreign_files import arrow_file, parquet_file, zipped
from tests.readers.helpers import labels, rows, table

Y, P = rows(300)
PLAIN = table({"y_true": Y, "y_prob": P})
FRAME = pd.DataFrame({"y_true": Y, "y_prob": P})
TABLE = pa.table({"y_true": Y, "y_prob": P})


def expect(reading: Reading) -> None:
    """Assert that the table of this module was read completely."""
    assert reading.outcome == "sure", reading.reason
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.y_true, Y == 1)
    np.testing.assert_array_equal(reading.predictions.scores["y_prob"], P)
    assert reading.n_rows == len(Y)


def parquet_bytes(frame: Any, **options: Any) -> bytes:
    return parquet_file(frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame), **options)


def workbook_bytes(*sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, cells in enumerate(sheets):
        sheet = book.create_sheet(f"sheet {number}")
        for row in cells:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


ROWS: list[list[Any]] = [[int(t), float(p)] for t, p in zip(Y, P, strict=True)]


@pytest.mark.parametrize(
    ("data", "layout"),
    [
        (PLAIN, "text, comma"),
        (PLAIN.replace(b",", b"\t"), "text, tab"),
        (PLAIN.replace(b",", b";"), "text, semicolon"),
        (PLAIN.replace(b",", b"|"), "text, bar"),
        (PLAIN.replace(b",", b"   "), "text, white space"),
        (PLAIN.replace(b",", b";").replace(b".", b","), "text, semicolon, decimal comma"),
        (PLAIN.replace(b",", b"\t").replace(b".", b","), "text, tab, decimal comma"),
        (PLAIN.replace(b"\n", b"\r\n"), "text, comma"),
        (PLAIN.replace(b"\n", b"\r"), "text, comma"),
        (b"\xef\xbb\xbf" + PLAIN, "text, comma"),
        (PLAIN.decode().encode("utf-16"), "text, comma, UTF-16"),
        (PLAIN.decode().encode("utf-16-le"), "text, comma, UTF-16-LE"),
        (PLAIN.decode().encode("utf-16-be"), "text, comma, UTF-16-BE"),
        (PLAIN.decode().encode("utf-32"), "text, comma, UTF-32"),
        (gzip.compress(PLAIN, mtime=0), "gzip, text, comma"),
        (gzip.compress(PLAIN[:900], mtime=0) + gzip.compress(PLAIN[900:], mtime=0), "gzip, text, comma"),
        (parquet_bytes(FRAME), "Parquet"),
        (parquet_bytes(FRAME, row_group_size=50), "Parquet"),
        (workbook_bytes([["y_true", "y_prob"], *ROWS]), "xlsx"),
        (workbook_bytes([], [["y_true", "y_prob"], *ROWS]), "xlsx, sheet sheet 1"),
        (bz2.compress(PLAIN), "bzip2, text, comma"),
        (lzma.compress(PLAIN), "xz, text, comma"),
        (pa.compress(PLAIN, "zstd", asbytes=True), "zstd, text, comma"),
        (gzip.compress(parquet_file(TABLE), mtime=0), "gzip, Parquet"),
        (arrow_file(TABLE), "Feather or Arrow file"),
        (arrow_file(TABLE, compression="zstd"), "Feather or Arrow file"),
        (arrow_file(TABLE, compression="lz4", is_stream=True), "Arrow stream"),
        (zipped({"a/b.csv": PLAIN}), "a/b.csv in zip, text, comma"),
        (zipped({"b.parquet": parquet_file(TABLE)}), "b.parquet in zip, Parquet"),
        (zipped({"b.xlsx": workbook_bytes([["y_true", "y_prob"], *ROWS])}), "b.xlsx in zip, xlsx"),
    ],
)
def test_layouts(data: bytes, layout: str, tmp_path: Path) -> None:
    """From bytes, from an open file, and from a path with a misleading extension."""
    expect(read_predictions(data))
    expect(read_predictions(io.BytesIO(data)))
    path = tmp_path / "table.pdf"
    path.write_bytes(data)
    reading = read_predictions(path)
    expect(reading)
    assert (reading.layout, reading.name) == (layout, "table.pdf")
    with path.open("rb") as file:
        assert read_predictions(file).name == "table.pdf"


def test_decimal_comma_within_quotes() -> None:
    """Between commas, numbers with a decimal comma stand in quotes."""
    expect(read_predictions(table({"y_true": Y, "y_prob": [f'"{p}"'.replace(".", ",") for p in P]})))


def test_preambles_and_trailing_delimiters() -> None:
    """Comments, a title and `sep=` above the header are skipped; a delimiter at the end of lines is harmless."""
    for before in (b"# by model 3\n# seed 1\n", b"sep=,\n", b"Results of the run\n\n", b"#"):
        expect(read_predictions(before + PLAIN))
    lines = PLAIN.replace(b"\n", b",\n")
    expect(read_predictions(lines))
    expect(read_predictions(lines.replace(b"y_prob,", b"y_prob")))


def test_text_beyond_utf_8() -> None:
    """Bytes that are not UTF-8 are Windows-1252 at the start of a file and unreadable characters further on."""
    data = table({"text": [f"naïve {i}" for i in range(len(Y))], "y_true": Y, "y_prob": P})
    expect(read_predictions(data.decode().encode("cp1252")))
    late = table({"text": ["x" * 2000] * len(Y), "y_true": Y, "y_prob": P})
    position = late.rindex(b"xxxx")
    expect(read_predictions(late[:position] + b"\xff\xfe" + late[position + 2 :]))


def test_data_frame() -> None:
    """A data frame may hold numbers, booleans, categories, mixed objects and two levels of column names."""
    expect(read_predictions(FRAME, name="mine"))
    expect(read_predictions(FRAME.astype({"y_true": bool})))
    words = pd.DataFrame({"y_true": pd.Categorical(labels(Y, "no", "yes")), "y_prob": P, "note": [1, "x", None] * 100})
    expect(read_predictions(words))
    expect(read_predictions(pd.DataFrame({"y_true": labels(Y, "no", "yes"), "y_prob": P})))
    expect(read_predictions(parquet_bytes(pa.table({"y_true": labels(Y, "no", "yes"), "y_prob": P}))))
    levels = pd.DataFrame({("truth", "y_true"): Y, ("model", "prob"): P})
    reading = read_predictions(levels)
    assert reading.proposal is not None
    assert (reading.name, reading.proposal.scores) == ("the data frame", ("model_prob",))
    missing = FRAME.astype({"y_prob": object})
    missing.loc[3, "y_prob"] = None
    assert read_predictions(missing).dropped == {"missing score": 1}


def test_parquet_of_many_types() -> None:
    """Bytes, strings, dictionaries, lists, dates and booleans are read by what they contain."""
    frame = pa.table({
        "id": pa.array([b"a%d" % i for i in range(len(Y))]),
        "date": pa.array([datetime.date(2024, 1, 1)] * len(Y)),
        "y_true": pa.array(labels(Y, "no", "yes")).dictionary_encode(),
        "y_prob": pa.array([f"{p}" for p in P]).dictionary_encode(),
        "probs": pa.array([[float(1 - p), float(p)] for p in P]),
        "kept": pa.array(np.tile([True, False, True], 100)),
    })  # fmt: skip
    expect(read_predictions(parquet_bytes(frame.drop_columns(["probs"]))))
    reading = read_predictions(parquet_bytes(frame.drop_columns(["y_prob"])))
    assert reading.proposal is not None
    assert reading.proposal.scores == ("probs[1]",)
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.scores["probs[1]"], P)
    assert reading.predictions.ids is not None
    assert reading.predictions.ids[1] == "a1"


def test_large_parquet_is_sampled_from_all_over() -> None:
    """Sorted by target, both classes are in the sample only if it includes rows from the end."""
    order = np.argsort(np.tile(Y, 100), kind="stable")
    frame = pd.DataFrame({"y_true": np.tile(Y, 100)[order], "y_prob": np.tile(P, 100)[order]})
    for data in (parquet_bytes(frame, row_group_size=3000), parquet_bytes(frame), frame):
        reading = read_predictions(data)
        assert reading.outcome == "sure"
        assert (reading.candidates[0].n_pos, reading.n_rows) == (100 * Y.sum(), 30_000)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"\n \n\n", "only white space"),
        (b'""\n""\n', "only white space"),
        (b"y_true,y_prob\n", "a header and no rows"),
        (b"0,0.5\n", "a single line"),
        (gzip.compress(PLAIN, mtime=0)[:200], "damaged or cut off"),
        (b"\x1f\x8b" + b"rubbish" * 9, "damaged or cut off"),
        (gzip.compress(gzip.compress(PLAIN, mtime=0), mtime=0), "packed twice"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git-lfs pointer"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x80\x04\x95abc", "pickle"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "an old Excel workbook"),
        (zipped({"xl/workbook.bin": b"x"}), "binary Excel workbook"),
        (b"@RELATION x\n@data\n", "an ARFF file"),
        (bytes(range(256)) * 9, "binary data"),
        (b"PAR1" + b"x" * 50, "damaged or cut off"),
        (parquet_bytes(FRAME)[:-40], "damaged or cut off"),
        (b"PK\x03\x04" + b"x" * 50, "damaged or cut off"),
        (workbook_bytes([]), "No sheet"),
        (workbook_bytes([["y_true", "y_prob"]]), "No sheet"),
        (parquet_bytes(FRAME.iloc[:0]), "no rows"),
        (
            parquet_bytes(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])),
            "two columns of one name",
        ),
    ],
)  # fmt: skip
def test_files_that_are_not_tables(data: bytes, words: str) -> None:
    """The error names the file and says what it is, in full sentences."""
    with pytest.raises(InvalidPredictions, match=words) as caught:
        read_predictions(data, name="mine.csv")
    assert "mine.csv" in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_cell_without_end() -> None:
    """The likely cause of an endless cell, a quotation mark without its pair, is named."""
    with pytest.raises(InvalidPredictions, match="quotation mark without its pair"):
        read_predictions(b'y,p\n1,0.5\n0,"' + b"long " * 60_000)


def test_a_single_column_is_refused() -> None:
    """One column alone may be half of a pair of files, which the reason says."""
    reading = read_predictions(table({"y_test": Y}))
    assert (reading.outcome, "only one column" in reading.reason) == ("refuse", True)


def test_empty_cells_of_a_workbook() -> None:
    """Empty cells are missing values."""
    cells = [["y_true", "y_prob"], *ROWS]
    cells[5] = [1, None]
    assert read_predictions(workbook_bytes(cells)).dropped == {"missing score": 1}


def test_a_gzip_that_unpacks_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The unpacked size is limited to a multiple of the compressed size."""
    monkeypatch.setattr("f1tools.readers.formats.boundary.MIN_UNPACKED_LIMIT", 1000)
    bomb = gzip.compress(b"y_true,y_prob\n" + b"0,0.000000\n" * 100_000)
    with pytest.raises(InvalidPredictions, match="unpacks to more than 100 times"):
        read_predictions(bomb)


@pytest.mark.parametrize("text", ["c," * 100_000 + "y\n" + "0," * 100_000 + "1\n", "0.25;" * 100_000])
def test_a_first_line_without_end(text: str) -> None:
    """Of a very wide table, or of a file without line ends, the first line is said to be too long."""
    with pytest.raises(InvalidPredictions, match=r"^The first line of wide\.csv has more than [\d,]+ characters"):
        read_predictions(text.encode(), name="wide.csv")


def test_a_pipe_without_a_writer(tmp_path: Path) -> None:
    """A pipe, which can be read only once, is refused before it is opened."""
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InvalidPredictions, match="is not a regular file"):
        read_predictions(tmp_path / "pipe.csv")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("missing.csv", "No such file"), ("bad\0name.csv", "cannot be read"), (Path(__file__).parent, "is a folder"),
        (io.StringIO("y,p\n1,0.5\n"), "binary mode"), (3, "not from int"),
    ],
)  # fmt: skip
def test_invalid_sources(source: Any, words: str) -> None:
    """A missing file, a folder, a file open as text and an object of another type are refused."""
    with pytest.raises(InvalidPredictions, match=words):
        read_predictions(source)
