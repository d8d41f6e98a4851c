"""Rows that two models decide differently, as CSV."""

import csv
import io
import math

import numpy as np

from f1tools.comparison import Classifier, find_flips
from f1tools.export import flips_csv
from f1tools.predictions import Predictions


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_every_flip_with_scores_and_decisions() -> None:
    """Scores are exact, decisions are those of the thresholds, and blocks leave nothing out."""
    rng, n = np.random.default_rng(2), 70_000  # half of them flip: more than a block
    y_true = (rng.random(n) < 0.5).astype(int)
    scores = {"forest": rng.random(n), "linear": rng.random(n)}
    scores["linear"][3] = -math.inf
    predictions = Predictions.from_arrays(y_true, scores)
    found = find_flips(predictions, Classifier("forest", 0.4), Classifier("linear", 0.6))
    header, *rows = rows_of(flips_csv(predictions, found))
    assert header == ["row", "label", "forest", "linear", "flagged by forest", "flagged by linear", "change"]
    assert [int(row[0]) - 1 for row in rows] == found.rows.tolist()
    assert len(rows) > 1 << 15
    for number, label, forest, linear, by_forest, by_linear, change in rows:
        position = int(number) - 1
        assert int(label) == y_true[position]
        assert float(forest) == scores["forest"][position]
        assert (float(linear) if linear else -math.inf) == scores["linear"][position]
        assert int(by_forest) == (scores["forest"][position] >= 0.4)
        assert int(by_linear) == (scores["linear"][position] >= 0.6)
        assert change == ("fixed" if int(by_linear) == int(label) else "broken")


def test_no_formulas() -> None:
    """Names, ids and labels from the file become text."""
    predictions = Predictions.from_arrays(
        ["=yes", "+no"], {"=1+1": [0.1, 0.2], "@b": [0.9, 0.1]}, pos_label="=yes", ids=["=HYPERLINK(1)", "b"]
    )
    found = find_flips(predictions, Classifier("=1+1", 0.5), Classifier("@b", 0.5))
    header, row = rows_of(flips_csv(predictions, found))
    assert header[:4] == ["id", "label", "'=1+1", "'@b"]
    assert row[:2] == ["'=HYPERLINK(1)", "'=yes"]
