"""Rows with scores as CSV."""

import csv
import io

import numpy as np

from f1tools.export import scores_csv
from f1tools.predictions import Predictions

Y_TRUE, Y_SCORE = [1, 0, 1], [0.1 + 0.2, 0.25, 1e-17]


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_every_row_in_full_precision() -> None:
    """Truth is 0 or 1, scores and additional scores are exact doubles; written in blocks."""
    predictions = Predictions.from_arrays(Y_TRUE, {"p": Y_SCORE}, ids=[7, 8, 9])
    header, *rows = rows_of(scores_csv(predictions, "p", {"shifted": np.array([0.5, 1 / 3, 0.0])}, block_size=2))
    assert header == ["id", "y_true", "p", "shifted"]
    assert [row[0] for row in rows] == ["7", "8", "9"]
    assert [int(row[1]) for row in rows] == Y_TRUE
    assert [float(row[2]) for row in rows] == Y_SCORE
    assert [float(row[3]) for row in rows] == [0.5, 1 / 3, 0.0]


def test_no_formulas() -> None:
    """Ids and names from the file become text; ids come first."""
    predictions = Predictions.from_arrays(Y_TRUE, {"=1+1": Y_SCORE}, ids=["=HYPERLINK(1)", "b;=1", "@c"])
    header, *rows = rows_of(scores_csv(predictions, "=1+1", {}))
    assert header == ["id", "y_true", "'=1+1"]
    assert [row[0] for row in rows] == ["'=HYPERLINK(1)", "b;'=1", "'@c"]


def test_duplicate_names_keep_all_columns() -> None:
    """A model may have the name of the truth, the id or an additional score."""
    for name in ("y_true", "id", "shifted"):
        predictions = Predictions.from_arrays(Y_TRUE, {name: Y_SCORE}, ids=["-5", "+6.5", "-x"])
        header, *rows = rows_of(scores_csv(predictions, name, {"shifted": np.zeros(3)}))
        assert header == ["id", "y_true", name, "shifted"]
        assert [row[0] for row in rows] == ["-5", "+6.5", "'-x"]
        assert [int(row[1]) for row in rows] == Y_TRUE
        assert [float(row[2]) for row in rows] == Y_SCORE
