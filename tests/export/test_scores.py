"""Rows to take away."""

import csv
import io

import numpy as np
import pytest

from f1tools.export import scores, scores_csv
from f1tools.predictions import Predictions

Y_TRUE, Y_SCORE = [1, 0, 1], [0.1 + 0.2, 0.25, 1e-17]


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_every_row_in_full_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Truth as 0 and 1, scores that read back as the very doubles, further scores beside them; block by block."""
    monkeypatch.setattr(scores, "_TOGETHER", 2)
    predictions = Predictions.from_arrays(Y_TRUE, {"p": Y_SCORE}, ids=[7, 8, 9])
    header, *rows = rows_of(scores_csv(predictions, "p", {"shifted": np.array([0.5, 1 / 3, 0.0])}))
    assert header == ["id", "y_true", "p", "shifted"]
    assert [row[0] for row in rows] == ["7", "8", "9"]
    assert [int(row[1]) for row in rows] == Y_TRUE
    assert [float(row[2]) for row in rows] == Y_SCORE
    assert [float(row[3]) for row in rows] == [0.5, 1 / 3, 0.0]


def test_nothing_passes_for_a_formula() -> None:
    """Ids and names from the file are defused; ids come first."""
    predictions = Predictions.from_arrays(Y_TRUE, {"=1+1": Y_SCORE}, ids=["=HYPERLINK(1)", "b;=1", "@c"])
    header, *rows = rows_of(scores_csv(predictions, "=1+1", {}))
    assert header == ["id", "y_true", "'=1+1"]
    assert [row[0] for row in rows] == ["'=HYPERLINK(1)", "b;'=1", "'@c"]


def test_names_that_clash_lose_no_column() -> None:
    """A model may be called like the truth, the id or what is added: every column is there."""
    for name in ("y_true", "id", "shifted"):
        predictions = Predictions.from_arrays(Y_TRUE, {name: Y_SCORE}, ids=["-5", "+6.5", "-x"])
        header, *rows = rows_of(scores_csv(predictions, name, {"shifted": np.zeros(3)}))
        assert header == ["id", "y_true", name, "shifted"]
        assert [row[0] for row in rows] == ["-5", "+6.5", "'-x"]
        assert [int(row[1]) for row in rows] == Y_TRUE
        assert [float(row[2]) for row in rows] == Y_SCORE
