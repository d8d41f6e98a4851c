"""Threshold tables as other tools write them, made from rows by scikit-learn's confusion matrices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix_at_thresholds, f1_score

from f1tools.core.optimum import best
from f1tools.readers import Reading
from f1tools.threshold_table import ThresholdTable
from tests.readers.helpers import FloatArray, IntArray, rows

Y, SCORE = rows(400)


GRID = np.round(np.linspace(0.02, 0.98, 33), 3)


Columns = Mapping[str, Any]


def cells(thresholds: FloatArray, y: IntArray = Y, score: FloatArray = SCORE) -> dict[str, IntArray]:
    """Return true and false positives and negatives at each threshold, by scikit-learn."""
    tn, fp, fn, tp, scores = confusion_matrix_at_thresholds(y, score)
    below_all = {"tp": 0, "fp": 0, "tn": tn[0] + fp[0], "fn": tp[0] + fn[0]}
    position = np.searchsorted(-scores, -np.asarray(thresholds), side="right")  # so many scores are at least as high
    counted = {"tp": tp, "fp": fp, "tn": tn, "fn": fn}
    return {name: np.append(below_all[name], counted[name]).astype(int)[position] for name in below_all}


def f1(n: dict[str, IntArray]) -> FloatArray:
    """Return F1 at each threshold."""
    return 2 * n["tp"] / (2 * n["tp"] + n["fp"] + n["fn"])


def bigquery(thresholds: FloatArray = GRID) -> Columns:
    """Return a table as `ML.ROC_CURVE` writes it; rows are repeated where percentiles of the scores are equal."""
    at = np.repeat(thresholds, 2)
    n = cells(at)
    return {
        "threshold": at, "recall": n["tp"] / (n["tp"] + n["fn"]), "false_positive_rate": n["fp"] / (n["fp"] + n["tn"]),
        "true_positives": n["tp"], "false_positives": n["fp"], "true_negatives": n["tn"], "false_negatives": n["fn"],
    }  # fmt: skip


def h2o(thresholds: FloatArray = GRID) -> Columns:
    """Return `thresholds_and_metric_scores`, whose counts are floating-point numbers."""
    n = cells(thresholds)
    return {
        "threshold": thresholds, "f1": f1(n), "absolute_mcc": f1(n), "tns": n["tn"].astype(float),
        "fns": n["fn"].astype(float), "fps": n["fp"].astype(float), "tps": n["tp"].astype(float),
        "tpr": n["tp"] / Y.sum(), "idx": np.arange(thresholds.size),
    }  # fmt: skip


def plain(thresholds: FloatArray = GRID) -> Columns:
    """Return the four counts, as people write them with scikit-learn."""
    return {"threshold": thresholds, **cells(thresholds)}


def snowflake(classes: dict[str, tuple[IntArray, FloatArray]]) -> Columns:
    """Return a table as `SHOW_THRESHOLD_METRICS` writes it: rows of each class."""
    parts = [
        pd.DataFrame({
            "DATASET_TYPE": "EVAL", "CLASS": name, "THRESHOLD": GRID, "F1": 0.5,
            **{key.upper(): values for key, values in cells(GRID, y, score).items()},
            "SUPPORT": y.sum(), "LOGS": "",
        })
        for name, (y, score) in classes.items()
    ]  # fmt: skip
    return {str(name): values for name, values in pd.concat(parts).to_dict("list").items()}


def counted(reading: Reading) -> ThresholdTable:
    """Return the table of a reading that asks nothing."""
    assert reading.outcome == "sure", reading.reason
    assert reading.table is not None
    return reading.table


def assert_same_counts(read: ThresholdTable, y: IntArray = Y, score: FloatArray = SCORE, *, n: int = Y.size) -> None:
    """Compare the counts at each threshold with the rows, and the bounds of the best F1 with the best of all rows."""
    curve = read.curve()
    assert (read.n, read.n_pos) == (n, y.sum())
    counts, expected = curve.at_each(curve.thresholds.tolist()), cells(curve.thresholds, y, score)
    for name, values in expected.items():
        np.testing.assert_array_equal(getattr(counts, name), values)
    assert f1_score(y, score >= curve.thresholds[-1]) == pytest.approx(f1(expected)[-1])
    true_best, known_best = f1(cells(np.unique(score), y, score)).max(), f1(expected).max()
    optimum = best(curve)
    assert optimum.value == pytest.approx(known_best)
    assert optimum.value - 1e-12 <= true_best <= optimum.bound + 1e-12


def by_bin(bins: IntArray | FloatArray) -> Columns:
    """Return the lowest and highest score and the counts of each bin."""
    frame = pd.DataFrame({"bin": bins, "score": SCORE, "y": Y}).groupby("bin")
    return {
        "lowest": frame.score.min(), "highest": frame.score.max(), "positives": frame.y.sum(),
        "negatives": frame.y.size() - frame.y.sum(),
    }  # fmt: skip
