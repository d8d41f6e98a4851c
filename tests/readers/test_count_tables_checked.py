"""Threshold tables that contradict themselves are refused, and files of rows stay files of rows."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.core.types import InvalidPredictions
from f1tools.readers import Choices, read_files, read_predictions
from tests.helpers import rejected
from tests.readers.count_tables import (
    GRID,
    SCORE,
    Columns,
    Y,
    assert_same_counts,
    by_bin,
    cells,
    counted,
    f1,
    h2o,
    plain,
)
from tests.readers.helpers import features, table


def changed(column: str, row: int, value: object) -> Columns:
    """Return a table with one cell changed."""
    columns = {key: list(values) for key, values in plain(GRID[::-1]).items()}
    columns[column][row] = value
    return columns


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (changed("tp", 20, 0), "tp falls from "),
        (changed("fp", 20, 1), "in row 20 (threshold 0.41) to 1 in row 21 (threshold 0.38)"),
        (changed("fn", 4, 0), "tp + fn is "),
        (changed("tn", 9, 7), "fp + tn is "),
        (changed("tp", 2, ""), "tp in row 3 is not a number."),
        (changed("fp", 2, -1), "fp in row 3 is -1."),
        (changed("tp", 2, 1.5), "tp in row 3 is 1.5. Counts of rows are whole numbers"),
        (changed("threshold", 7, 0.8), "occurs with other counts in row"),
        (changed("threshold", 7, "NA"), "threshold in row 8 is not a number"),
        ({**plain(), "fn": np.zeros(33, int), "tn": np.zeros(33, int)}, "tp + fn is "),
        ({"lowest": [0.1, 0.2], "highest": [0.3, 0.4], "positives": [1, 2], "negatives": [3, 1]}, "overlap"),
        ({"lowest": [0.5, 0.2], "highest": [0.3, 0.4], "positives": [1, 2], "negatives": [3, 1]}, "ends below"),
        ({"threshold": [0.5], "tp": [3], "fp": [2], "tn": [2], "fn": [0]}, ""),
    ],
)
def test_contradictions_are_refused(columns: Columns, reason: str) -> None:
    """The reason names the column, the rows and what to do."""
    reading = read_predictions(table(columns), name="mine.csv")
    if not reason:  # a single threshold is a small table, but one
        assert reading.outcome == "sure"
        return
    assert (reading.outcome, reason in reading.reason) == ("refuse", True), reading.reason
    assert reading.reason.startswith("mine.csv is a threshold table that cannot be read.")
    assert reading.reason.endswith(".")


@pytest.mark.parametrize("names", [["threshold", "precision", "recall"], ["FPR", "TPR", "Threshold"]])
def test_ratios_alone_are_refused(names: list[str]) -> None:
    """Counts do not follow from ratios; the reason has SQL that gives them."""
    reading = read_predictions(table(dict(zip(names, (GRID, GRID, GRID), strict=True))))
    assert reading.outcome == "refuse"
    assert "ratios at thresholds" in reading.reason
    assert "SELECT min(score) AS lowest" in reading.reason


def test_a_log_of_experiments_is_no_threshold_table() -> None:
    """One row per model at its own threshold is not the curve of one model."""
    n = cells(GRID[:3])
    reading = read_predictions(
        table({"model": ["a", "b", "c"], "threshold": GRID[:3], **n, "f1": f1(n), "auc": GRID[:3]})
    )
    assert (reading.outcome, reading.table) == ("refuse", None)


def test_json_of_apis() -> None:
    """Rows inside of an object, with the names of Vertex AI and DataRobot, and numbers as text."""
    n = plain()
    spelled = {"tp": "truePositive", "fp": "falsePositive", "tn": "trueNegative", "fn": "falseNegative"}
    for outer, at, ending in (
        ("confidenceMetrics", "confidenceThreshold", "Count"),
        ("rocPoints", "threshold", "Score"),
    ):
        points = [
            {at: float(n["threshold"][row]), **{f"{name}{ending}": str(n[key][row]) for key, name in spelled.items()}}
            for row in range(GRID.size)
        ]
        assert_same_counts(counted(read_predictions(json.dumps({outer: points}).encode())))


def test_a_class_without_rows_is_refused() -> None:
    """No positives: there is no threshold to choose."""
    reading = read_predictions(table({**plain(), "tp": np.zeros(33, int), "fn": np.zeros(33, int)}))
    assert (reading.outcome, "Both are needed" in reading.reason) == ("refuse", True)


def test_choices_that_need_rows(tmp_path: Any) -> None:
    """Columns of rows cannot be chosen, and other files cannot be joined."""
    data = table(plain())
    with rejected("it has counts of", "no rows with a column w"):
        read_predictions(data, choices=Choices(weight="w"))
    with rejected("There is no column 'y'"):
        read_predictions(data, choices=Choices(truth="y", scores=("tp",)))
    with rejected("is a threshold table: it has counts, no rows"):
        read_files([data, table({"y": Y, "score": SCORE})], names=["a", "b"])
    read = counted(read_predictions(data, choices=Choices(pos_label="sick", neg_label="well")))
    assert (read.pos_label, read.neg_label) == ("sick", "well")


@pytest.mark.parametrize(
    "more",
    [
        {"threshold": np.full(400, 0.5), "tp": (SCORE >= 0.5) & (Y == 1), "fp": (SCORE >= 0.5) & (Y == 0)},
        {"threshold": SCORE, "tp": np.arange(400), "fp": np.arange(400)},
        {"lowest": SCORE, "highest": SCORE, "positives": np.arange(400), "negatives": np.arange(400)},
        {"positives": np.arange(400) % 7, "negatives": np.arange(400) % 5},
        features(400),
    ],
)
@pytest.mark.parametrize("target", ["y_true", "label", "churned", "class"])
def test_rows_stay_rows(more: Columns, target: str) -> None:
    """A file with true labels and scores is read as rows, whatever other columns are called."""
    flags = {key: np.asarray(values).astype(float) for key, values in more.items() if key not in features(400)}
    columns = {target: Y, "score": SCORE, **(flags or more)}
    choices = Choices(truth=target, scores=("score",))
    reading = read_predictions(table(columns), choices=choices)
    assert reading.predictions is not None
    assert read_predictions(table(columns)).table is None


TABLES = [plain(), h2o(), by_bin(SCORE // 0.1)]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_damaged_tables_are_read_or_refused(data: st.DataObject) -> None:
    """A table with changed cells is read with counts of rows, or refused in a sentence; it never fails otherwise."""
    columns = {key: list(values) for key, values in data.draw(st.sampled_from(TABLES)).items()}
    strange = [0, 1, -1, 0.5, 1e300, -1e-300, 2**60, "", "NA", "inf", "-inf", "x", "1,5", "1e400", "<b>"]
    for _ in range(data.draw(st.integers(1, 4))):
        column = columns[data.draw(st.sampled_from(sorted(columns)))]
        column[data.draw(st.integers(0, len(column) - 1))] = data.draw(st.sampled_from(strange))
    with contextlib.suppress(InvalidPredictions):
        reading = read_predictions(table(columns))
        assert reading.reason.strip()
        if reading.table is not None:
            curve = reading.table.curve()
            assert (np.diff(curve.thresholds) < 0).all()
            assert (np.diff(curve.tp) >= 0).all()
            assert (np.diff(curve.fp) >= 0).all()


def test_too_many_thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of rows is bounded."""
    monkeypatch.setattr("f1tools.readers.threshold_tables.MAX_THRESHOLDS", 20)
    with rejected("is a threshold table with more than 20 rows"):
        read_predictions(table(plain()), name="mine.csv")
