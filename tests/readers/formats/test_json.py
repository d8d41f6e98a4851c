"""JSON: the layouts that pandas and others write, nested fields, exact values, and blocks."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import read_predictions
from f1tools.readers.formats import json_records, open_table
from tests.readers.helpers import labels, rows

Y, P = rows(300)
FRAME = pd.DataFrame({"y_true": Y, "y_prob": P})
RECORDS = [{"y_true": int(y), "y_prob": float(p)} for y, p in zip(Y, P, strict=True)]
LINES = "\n".join(map(json.dumps, RECORDS))


def read(data: str | bytes) -> tuple[Any, list[float]]:
    """Return the names of the columns, and the score."""
    reading = read_predictions(data.encode() if isinstance(data, str) else data)
    assert reading.predictions is not None, reading.reason
    assert reading.proposal is not None
    np.testing.assert_array_equal(reading.predictions.y_true, Y == 1)
    ((name, values),) = reading.predictions.scores.items()
    return (reading.proposal.truth, name), values.tolist()


@pytest.mark.parametrize(
    "data",
    [
        LINES,
        LINES + "\n\n",
        LINES.encode("utf-16"),
        b"\xef\xbb\xbf" + LINES.encode(),
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        json.dumps({"model": "a", "rows": RECORDS}),
        json.dumps({"auc": 0.9, "y_true": Y.tolist(), "y_prob": P.tolist()}),
        *(FRAME.to_json(orient=orient) for orient in ("columns", "index", "split", "records", "table")),
    ],
)
def test_layouts(data: str | bytes) -> None:
    """Lines, arrays and documents hold the same table."""
    assert read(data) == (("y_true", "y_prob"), P.tolist())


def test_rows_without_names() -> None:
    """Arrays of values are rows of numbered columns."""
    assert read(json.dumps([[int(y), float(p)] for y, p in zip(Y, P, strict=True)]))[0] == ("column 1", "column 2")
    assert read("\n".join(f"[{y}, {p}]" for y, p in zip(Y, P, strict=True)))[0] == ("column 1", "column 2")


def test_nested_fields() -> None:
    """Fields of objects are columns `a.b`, lists are vectors, and lists of classes with scores a column each."""
    words = labels(Y, "NEG", "POS")
    classes = [[{"label": "NEG", "score": 1 - p}, {"label": "POS", "score": p}] for p in P.tolist()]
    gold = [{"gold": {"label": word}, "pred": each} for word, each in zip(words, classes, strict=True)]
    assert read(json.dumps(gold)) == (("gold.label", "pred.POS"), P.tolist())
    vectors = [{"label": word, "probs": [1 - p, p]} for word, p in zip(words, P.tolist(), strict=True)]
    assert read(json.dumps(vectors)) == (("label", "probs[1]"), P.tolist())


def test_values() -> None:
    """Numbers keep all digits, NaN and null are missing, and mixed types are text."""
    columns = {
        "id": [2**70 + 1, 2], "score": [0.1 + 0.2, None], "mixed": [1, "a"], "flag": [True, False],
        "big": [2**53 + 1, 0.5], "text": ["a\ud800", " b "], "nan": [float("nan"), float("inf")],
    }  # fmt: skip
    text = "\n".join(json.dumps(dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True))
    assert open_table(text.encode()).sample().columns == {
        "id": [str(2**70 + 1), "2"], "score": [repr(0.1 + 0.2), ""], "mixed": ["1", "a"], "flag": ["True", "False"],
        "big": [str(2**53 + 1), "0.5"], "text": ["a?", "b"], "nan": ["nan", "inf"],
    }  # fmt: skip


def test_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records may lie across blocks, lack fields and change their types; the sample comes from all over."""
    y_true, score = rows(9_000, seed=3)
    order = np.argsort(y_true, kind="stable")
    y_true, score = y_true[order], score[order]
    records: list[dict[str, Any]] = [
        {"n": number, "y": int(y), "p": float(p)} for number, (y, p) in enumerate(zip(y_true, score, strict=True))
    ]
    del records[6_000]["p"]
    records[7_000]["y"] = None
    records[7_001]["n"] = "é" * 5000
    expected = np.delete(score, [6_000, 7_000])
    for name, value in {"BLOCK_BYTES": 20_001, "MIN_SAMPLE_ROWS": 900, "SAMPLE_CELLS": 2700}.items():
        monkeypatch.setattr(json_records, name, value)
    for text in ("\n".join(json.dumps(each, ensure_ascii=False) for each in records), json.dumps(records)):
        reading = read_predictions(text.encode())
        assert reading.predictions is not None, reading.reason
        assert reading.dropped == {"missing score": 1, "missing truth": 1}
        np.testing.assert_array_equal(reading.predictions.scores["p"], expected)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (LINES[:-5], r"cut off after 29\d records"),
        (json.dumps(RECORDS)[:-1], "cut off after 300 records"),
        (LINES.replace("\n", "\n{bad}\n", 1), "cut off after 1 records"),
        ("[]", "no records"),
        ("{}", "no table"),
        ('{"a": 1}', "no table"),
        ('{"schema": "f1tools-decision/1", "threshold": 0.5}', "no table"),
        ('{"y_true": [1, 0], "y_score": [0.5]}', "different lengths: y_true has 2, y_score has 1"),
        ('{"columns": ["y", "p"], "data": [[1, 0.5], [0]]}', "a value for each of 2 columns"),
        ("[" * 100_000, "damaged"),
        (f"[1, {'9' * 5000}]", "damaged"),
    ],
)
def test_errors(data: str, words: str) -> None:
    """What is not JSON, or no table, is refused in a sentence that names the file."""
    with pytest.raises(InvalidPredictions, match=words) as caught:
        read_predictions(data.encode(), name="mine.json")
    assert "mine.json" in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_vector_in_the_first_cell_is_not_json() -> None:
    """Text tables may begin with a bracket."""
    text = "\n".join(f"[{1 - p} {p}];{y}" for y, p in zip(Y, P.tolist(), strict=True))
    assert open_table(text.encode()).layout.startswith("text")
