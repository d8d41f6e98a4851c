"""Column names are found below titles and comments, above units, and where they are numbers; rows are never names."""

from __future__ import annotations

import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import Choices, read_files, read_predictions
from f1tools.readers.formats import open_table
from tests.readers.helpers import rows, scores, table, top

Y, P = rows(60)
PLAIN = table({"y_true": Y, "y_prob": P})
PADDED = [line.decode().split(",") for line in PLAIN.splitlines()]


def names(data: bytes) -> list[str]:
    """Return the column names of a file."""
    return list(open_table(data).sample().columns)


def padded(above: list[list[str]], *, left: int = 0, below: tuple[list[str], ...] = ()) -> list[list[str]]:
    """Return the rows of a sheet that contains the table of this module, all of the same length."""
    lines = [*above, *([""] * left + row for row in PADDED), *below]
    width = max(map(len, lines))
    return [line + [""] * (width - len(line)) for line in lines]


def as_csv(lines: list[list[str]]) -> bytes:
    return "".join(",".join(f'"{cell}"' if "," in cell else cell for cell in line) + "\n" for line in lines).encode()


def as_workbook(lines: list[list[str]]) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for at, line in enumerate(lines):
        for column, cell in enumerate(line):
            value = float(cell) if cell.replace(".", "", 1).isdigit() else cell or None
            book.worksheets[0].cell(at + 1, column + 1, value)
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("encode", [as_csv, as_workbook])
@pytest.mark.parametrize(
    "lines",
    [
        padded([["Model predictions"]]),
        padded([["Predictions"]]),
        padded([["Predictions of model 3, all sites"], ["made in March"], [""]]),
        padded([["", "Results of the run"], [""]], left=1),
        padded([["", "", "Results"]], left=2),
        padded([["Results"]], left=3),
    ],
    ids=["title", "one word", "two titles", "moved right", "moved further", "title in the first column"],
)
def test_titles_above_the_table(encode: object, lines: list[list[str]]) -> None:
    """In text, where rows have delimiters to the last column, and in workbooks."""
    assert callable(encode)
    reading = read_predictions(encode(lines))
    assert reading.outcome == "sure", reading.reason
    assert scores(reading) == P.tolist()
    assert (top(reading).truth, top(reading).scores, reading.dropped) == ("y_true", ("y_prob",), {})


def test_missing_names_are_no_title() -> None:
    """The levels of an index have no names in files that pandas writes; rows may lack most of their cells."""
    index = {" ": ["a"] * 60, "  ": range(60), "y_true": Y, "y_prob": P}
    assert names(table(index).replace(b" ", b"")) == ["Unnamed: 0", "Unnamed: 1", "y_true", "y_prob"]
    assert names(table({"my score": P}).replace(b"\n0", b"\nrow,0").replace(b"my", b",my")) == [
        "Unnamed: 0",
        "my score",
    ]
    sparse = {"a": ["7", *[""] * 59], "b": ["", *["x"] * 59], "c": ["", *P[1:]], "d": ["", *P[1:]]}
    assert names(table(sparse)) == ["a", "b", "c", "d"]
    assert open_table(table(sparse)).sample().n_rows == 60


@pytest.mark.parametrize("units", [b"0/1,%\n", b",probability\n", b"class,\n"])
def test_units_below_the_header(units: bytes) -> None:
    """A row of text above nothing but numbers is not a row, and mentioned."""
    head, body = PLAIN.split(b"\n", 1)
    reading = read_predictions(head + b"\n" + units + body)
    assert scores(reading) == P.tolist()
    assert (reading.dropped, reading.n_rows) == ({}, 60)
    assert "units" in reading.layout


@pytest.mark.parametrize("row", [b"yes,?\n", b"no,pending\n"])
def test_a_first_row_without_numbers_is_a_row(row: bytes) -> None:
    """It is counted among the rows left out."""
    body = b"".join(b"%s,%.6f\n" % (b"yes" if each else b"no", p) for each, p in zip(Y, P, strict=True))
    reading = read_predictions(b"y_true,y_prob\n" + row + body)
    assert (sum(reading.dropped.values()), reading.n_rows) == (1, 61)


@pytest.mark.parametrize(
    ("header", "columns", "has_header"),
    [
        ("0,1", [1 - P, P], True),
        ("1400,1300", [1 - P, P], True),
        (",1400,1300", [np.arange(60), 1 - P, P], True),
        ("7", [P], True),
        ("0.25,0.75", [1 - P, P], False),
        ("1,0", [1 - P, P], False),
        ("1,0.5", [Y, P], False),
        ("12,35", [np.round(30 * P), np.round(100 * P)], False),
        ("12,35", [30 * P, 100 * P], False),
    ],
)
def test_numbers_as_names(header: str, columns: list[np.ndarray], has_header: bool) -> None:
    """Integers are names above decimal fractions that they cannot belong to; other numbers are the first row."""
    data = header.encode() + b"\n" + table({str(i): each for i, each in enumerate(columns)}, header=False)
    sample = open_table(data).sample()
    assert sample.n_rows == 60 + (not has_header)
    expected = [name or "Unnamed: 0" for name in header.split(",")]
    assert list(sample.columns) == (expected if has_header else [f"column {i + 1}" for i in range(len(columns))])


def test_scores_with_numeric_names_beside_a_file_of_truths() -> None:
    """Two checkpoints named by their step are joined to the truths row by row."""
    truths = table({"ID": range(60), "Response": Y})
    data = [truths, table({"1400": P, "1300": np.round(P**2, 6)})]
    assert "row by row" in read_files(data, names=["truth.csv", "scores.csv"]).layout
    reading = read_files(data, names=["truth.csv", "scores.csv"], choices=Choices("Response", ("1400", "1300")))
    assert scores(reading, name="1400") == P.tolist()
    assert reading.n_rows == 60


def test_default_names_above_labels() -> None:
    """The name 0 that pandas writes above labels 0 and 1 is known by the other file, which has one row less."""
    files = [io.BytesIO(), io.BytesIO()]
    for values, file in zip((Y, P), files, strict=True):
        pd.Series(values).to_csv(file, index=False)
    assert open_table(files[0].getvalue()).sample().n_rows == 61
    reading = read_files([file.getvalue() for file in files], names=["truth.csv", "scores.csv"])
    assert (top(reading).truth, top(reading).scores) == ("0", ("0 (scores.csv)",))
    chosen = read_files([file.getvalue() for file in files], names=["truth.csv", "scores.csv"], choices=top(reading))
    assert scores(chosen) == P.tolist()
    assert chosen.predictions is not None
    np.testing.assert_array_equal(chosen.predictions.y_true, Y == 1)


@pytest.mark.parametrize("first", ["NA", "1", "0.5"])
def test_a_row_too_many_is_an_error(first: str) -> None:
    """Only the names that pandas makes up are taken for names."""
    truths = [first, *Y.tolist()]
    with pytest.raises(InvalidPredictions, match="61 rows"):
        read_files([table({"0": truths}, header=False), table({"score": P})])
