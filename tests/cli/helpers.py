"""Predictions, what scikit-learn computes from them in the shape of the JSON, and files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn import metrics

Command = Callable[..., tuple[int, str, str]]
KEYS = [
    *("score", "metric", "value", "threshold", "threshold_interval", "ties", "tn", "fp", "fn", "tp"),
    *("precision", "recall", "f1", "roc_auc", "average_precision", "f1_at_0_5"),
]
ONE_MODEL = ("--truth", "y_true", "--score", "good_prob")
TWO_MODELS = (*ONE_MODEL, "--score", "poor_prob")


def data(n: int = 500, seed: int = 0) -> pd.DataFrame:
    """Return predictions of two models, with ties and weights."""
    rng = np.random.default_rng(seed)
    y_true = (rng.random(n) < 0.3).astype(int)
    frame = pd.DataFrame({"y_true": y_true})
    for name, noise in (("good_prob", 0.8), ("poor_prob", 2.0)):
        frame[name] = np.round(20 / (1 + np.exp(-rng.normal(1.5 * y_true - 1, noise)))) / 20
    frame["stake"] = rng.integers(0, 5, n) / 2
    return frame


def new_data(n: int = 500, seed: int = 1, *, shift: float = 0.0) -> pd.DataFrame:
    """Return later rows, whose scores of ``good_prob`` may be shifted."""
    frame = data(n, seed)
    frame["good_prob"] = np.clip(frame["good_prob"] + shift, 0, 1).round(2)
    return frame


def stacked(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Return a table per model, with the name of the model in a column."""
    return [
        frame[["y_true", name]].set_axis(["y_true", "prob"], axis=1).assign(model=name)
        for name in ("good_prob", "poor_prob")
    ]


def with_roles(frame: pd.DataFrame, *roles: str) -> pd.DataFrame:
    """Add a column in which the roles take turns."""
    return frame.assign(set=np.array(roles)[np.arange(len(frame)) % len(roles)])


def labeled(frame: pd.DataFrame) -> pd.DataFrame:
    """Replace the truth by words, and add columns that no number depends on."""
    keys = {"case": [f"c{row}" for row in range(len(frame))], "clinic": ["a", "b"] * (len(frame) // 2)}
    return frame.assign(y_true=frame["y_true"].map({0: "slow", 1: "fast"}), **keys)


def saved(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table as CSV and return its path."""
    frame.to_csv(path, index=False)
    return path


def edited(path: Path, edit: Callable[[dict[str, Any]], None]) -> Path:
    """Edit a JSON file in place and return its path."""
    content = json.loads(path.read_text("utf-8"))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def expected(frame: pd.DataFrame, score: str, weight: NDArray[Any] | None = None) -> dict[str, Any]:
    """Return the JSON of a model when F1 is maximized, as computed by scikit-learn."""
    y_true, y_score = frame["y_true"].to_numpy(), frame[score].to_numpy()
    precision, recall, thresholds = metrics.precision_recall_curve(y_true, y_score, sample_weight=weight)
    f1 = 2 * precision[:-1] * recall[:-1] / np.maximum(precision[:-1] + recall[:-1], 1e-300)
    threshold = thresholds[np.argmax(f1)]
    lower = [float(each) for each in thresholds[thresholds < threshold]]
    return {
        "score": score, "metric": "f1", "threshold": threshold,
        "threshold_interval": [max(lower, default=None), threshold],
        **measured(frame, score, threshold, weight), "value": f1.max(), "f1": f1.max(),
    }  # fmt: skip


def measured(frame: pd.DataFrame, score: str, threshold: float, weight: NDArray[Any] | None = None) -> dict[str, Any]:
    """Return what scikit-learn computes at a threshold."""
    y_true, y_score = frame["y_true"], frame[score]
    flagged, more = y_score >= threshold, {"sample_weight": weight}
    tn, fp, fn, tp = metrics.confusion_matrix(y_true, flagged, **more).ravel().tolist()
    return {
        "value": metrics.f1_score(y_true, flagged, **more), "tn": tn, "fp": fp, "fn": fn, "tp": tp,
        "precision": metrics.precision_score(y_true, flagged, **more),
        "recall": metrics.recall_score(y_true, flagged, **more),
        "roc_auc": metrics.roc_auc_score(y_true, y_score, **more),
        "average_precision": metrics.average_precision_score(y_true, y_score, **more),
        "f1_at_0_5": metrics.f1_score(y_true, y_score >= 0.5, **more),
    }  # fmt: skip


def strict_json(text: str) -> dict[str, Any]:
    """Parse JSON without NaN and Infinity."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return dict(json.loads(text, parse_constant=refuse))


def models_in(text: str) -> list[dict[str, Any]]:
    return list(strict_json(text)["models"])


def assert_same(model: dict[str, Any], right: dict[str, Any]) -> None:
    """Compare the JSON of a model: counts, names and thresholds exactly, floats to the last digits."""
    assert list(model) == KEYS
    for key, value in right.items():
        assert model[key] == (pytest.approx(value, rel=1e-12) if isinstance(value, float) else value), key


def levels(text: str) -> dict[str, str]:
    """Return the level of each finding of ``f1tools check`` by its name."""
    lines = (line.split("  ") for line in text.splitlines())
    return {next(filter(None, line[1:])).strip(): line[0].strip() for line in lines}
