"""Zip archives with one table, and NumPy arrays: alone, in pairs and in archives."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from f1tools.core.types import InvalidPredictions
from f1tools.readers import read_files, read_predictions
from f1tools.readers.formats import open_table
from tests.readers.formats.foreign_files import zipped
from tests.readers.helpers import rows, table

Y, P = rows(300)
PLAIN = table({"y_true": Y, "y_prob": P})
ASIDE: dict[str, str | bytes] = {
    "__MACOSX/._a.csv": b"x,y\n1,2\n",
    "README.md": b"a,b\n1,2\n",
    ".DS_Store": b"\x00\x01",
    "plot.png": b"\x89PNG",
}


def npy(array: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def test_one_table_among_other_files() -> None:
    """Files of the system, notes, images and lists of one column beside a table are not tables."""
    data = zipped({**ASIDE, "data/preds.csv": PLAIN, "requirements.txt": "numpy\npandas\nscipy\n"})
    reading = read_predictions(data, name="mine.zip")
    assert reading.predictions is not None
    assert (reading.name, reading.layout) == ("mine.zip", "data/preds.csv in zip, text, comma")
    np.testing.assert_array_equal(reading.predictions.scores["y_prob"], P)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped({"a.csv": PLAIN, "b/c.csv": PLAIN}), "2 tables: a.csv and b/c.csv"),
        (zipped({"a\n\x1b[1m.csv": PLAIN, "b.csv": PLAIN}), "2 tables"),
        (zipped(ASIDE), "is an image"),
        (zipped({"a.png": b"\x89PNG", "b.pdf": b"%PDF"}), "None of the 2 files"),
        (zipped({"README.md": b"a"}), "no files that could be a table"),
        (zipped({}), "no files"),
        (zipped(dict.fromkeys(map(str, range(30)), PLAIN)), "30 files"),
        (zipped({"a.zip": zipped({"b.csv": PLAIN})}), "packed twice"),
        (zipped({"a.pkl": b"\x80\x04\x95abc"}), "pickle"),
        (b"PK\x03\x04" + b"x" * 50, "damaged or cut off"),
    ],
)
def test_archives_without_a_single_table(data: bytes, words: str) -> None:
    """The message says what the archive contains, on one line."""
    with pytest.raises(InvalidPredictions, match=words) as caught:
        read_predictions(data, name="mine.zip")
    assert "mine.zip" in str(caught.value)
    assert str(caught.value).isprintable()


def test_an_encrypted_archive() -> None:
    """A password is named as the reason."""
    data = bytearray(zipped({"a.csv": PLAIN}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    with pytest.raises(InvalidPredictions, match="password"):
        read_predictions(bytes(data))


def test_a_damaged_member() -> None:
    """A wrong checksum is noticed when the table is read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.csv", PLAIN)
    data = buffer.getvalue().replace(b"y_prob", b"y_prod")
    with pytest.raises(InvalidPredictions, match="damaged"):
        read_predictions(data)


@pytest.mark.parametrize(
    ("scores", "name"),
    [
        (P, "y_score"),
        (P[:, None], "y_score"),
        (np.column_stack([1 - P, P]), "y_score[1]"),
        (np.asfortranarray(np.column_stack([1 - P, P])), "y_score[1]"),
        (P.astype(">f8"), "y_score"),
    ],
)
def test_a_pair_of_arrays(scores: NDArray[np.float64], name: str) -> None:
    """Truth and scores come as two arrays, or in one archive; two columns are the scores of the classes."""
    pair = read_files([npy(Y), npy(scores)], names=["y_true.npy", "y_score.npy"])
    both = read_predictions(npz(y_true=Y, y_score=scores, threshold=np.float64(0.5)))
    for reading in (pair, both):
        assert reading.predictions is not None, reading.reason
        np.testing.assert_array_equal(reading.predictions.y_true, Y == 1)
        assert list(reading.predictions.scores) == [name]
        np.testing.assert_array_equal(reading.predictions.scores[name], P)


def test_kinds_of_arrays() -> None:
    """Values are exact, whatever their type; fields of records are columns."""
    single = P.astype(np.float32)
    records = np.array([*zip(Y.tolist(), P.tolist(), strict=True)], dtype=[("truth", "i1"), ("p", "f8")])
    columns = open_table(npy(records)).sample().columns
    assert columns == {"truth": [str(y) for y in Y], "p": [repr(p) if p % 1 else str(int(p)) for p in P.tolist()]}
    cells = open_table(npz(a=single, b=Y.astype(bool), c=Y.astype("S1"), d=Y.astype("U1"), e=P.astype(np.float16)))
    sample = cells.sample().columns
    assert [float(cell) for cell in sample["a"]] == single.tolist()
    assert sample["b"][:2] == ["False", "True"]
    assert sample["c"] == sample["d"] == [str(y) for y in Y]
    assert [float(cell) for cell in sample["e"]] == P.astype(np.float16).tolist()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (npy(np.array([1, "a"], dtype=object), allow_pickle=True), "Python objects"),
        (npz(y_true=Y, y_score=P[:-1]), "different lengths: y_true has 300, y_score has 299"),
        (npz(threshold=np.float64(0.5)), "no array with rows"),
        (npy(np.zeros((3, 3, 3))), "3 dimensions"),
        (npy(np.zeros(0)), "no rows"),
        (npy(P)[:-8], "damaged or cut off"),
        (npy(P)[:40], "damaged or cut off"),
        (npy(np.zeros(3, complex)) + b"0", "damaged or cut off"),
    ],
)
def test_arrays_that_are_not_tables(data: bytes, words: str) -> None:
    """The message names the file and what to do."""
    with pytest.raises(InvalidPredictions, match=words) as caught:
        read_predictions(data, name="mine.npy")
    assert "mine.npy" in str(caught.value)
    assert str(caught.value).endswith(".")
