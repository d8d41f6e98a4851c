"""Simulated predictions, and their best threshold with scikit-learn."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Scores = NDArray[np.float64]


def predictions(n: int, seed: int = 0) -> tuple[Labels, Scores]:
    """Return labels as int64 and scores as float64 in [0, 1], nearly all distinct."""
    rng = np.random.default_rng(seed)
    y_score = rng.random(n)
    y_true = (rng.random(n) < y_score**3).astype(np.int64)
    return y_true, y_score


def write(path: Path, n: int, *, columns: int = 2) -> Path:
    """Write predictions as CSV, or Parquet by the extension; further columns hold noise."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    rng = np.random.default_rng(1)
    y_true, y_score = predictions(n)
    noise = {f"x{i}": rng.random(n).astype(np.float32) for i in range(columns - 2)}
    table = pa.table({"y_true": y_true, **noise, "y_score": y_score})
    if path.suffix == ".parquet":
        parquet.write_table(table, path)
    else:
        csv.write_csv(table, path)
    return path


def sklearn_best(y_true: Labels, y_score: Scores, sample_weight: Scores | None = None) -> tuple[float, float]:
    """Return the threshold with the best F1, and that F1, from the precision-recall curve."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, thresholds = precision_recall_curve(y_true, y_score, sample_weight=sample_weight)
    with np.errstate(invalid="ignore"):
        f1 = np.nan_to_num(2 * precision * recall / (precision + recall))
    best = np.argmax(f1[:-1])
    return float(thresholds[best]), float(f1[best])


if __name__ == "__main__":  # a small process of its own: Linux counts what the parent holds as its children's peak
    write(Path(sys.argv[1]), int(sys.argv[2]))
