"""Predictions and what scikit-learn says about them, in the shape of the command's JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn import metrics

SHAPE = [
    *("score", "metric", "value", "threshold", "threshold_interval", "tn", "fp", "fn", "tp"),
    *("precision", "recall", "f1", "roc_auc", "average_precision", "f1_at_0_5"),
]
Run = Callable[..., tuple[int, str, str]]


def data(n: int = 500, seed: int = 0) -> pd.DataFrame:
    """Make predictions of two models, with ties and weights."""
    rng = np.random.default_rng(seed)
    y_true = (rng.random(n) < 0.3).astype(int)
    frame = pd.DataFrame({"y_true": y_true})
    for name, noise in (("good_prob", 0.8), ("poor_prob", 2.0)):
        frame[name] = np.round(20 / (1 + np.exp(-rng.normal(1.5 * y_true - 1, noise)))) / 20
    frame["stake"] = rng.integers(0, 5, n) / 2
    return frame


ONE = ("--truth", "y_true", "--score", "good_prob", "--weight", "stake")


def expected(frame: pd.DataFrame, score: str, weight: NDArray[Any] | None = None) -> dict[str, Any]:
    """Compute with scikit-learn what the JSON must say about a model when F1 is maximised."""
    y_true, y_score = frame["y_true"].to_numpy(), frame[score].to_numpy()
    more: dict[str, Any] = {"sample_weight": weight}
    precision, recall, thresholds = metrics.precision_recall_curve(y_true, y_score, **more)
    f1 = 2 * precision[:-1] * recall[:-1] / np.maximum(precision[:-1] + recall[:-1], 1e-300)
    threshold = thresholds[np.argmax(f1)]
    tn, fp, fn, tp = metrics.confusion_matrix(y_true, y_score >= threshold, **more).ravel().tolist()
    lower = [float(each) for each in thresholds[thresholds < threshold]]
    return {
        "score": score, "metric": "f1", "value": f1.max(), "threshold": threshold,
        "threshold_interval": [max(lower, default=None), threshold], "tn": tn, "fp": fp, "fn": fn, "tp": tp,
        "precision": metrics.precision_score(y_true, y_score >= threshold, **more),
        "recall": metrics.recall_score(y_true, y_score >= threshold, **more), "f1": f1.max(),
        "roc_auc": metrics.roc_auc_score(y_true, y_score, **more),
        "average_precision": metrics.average_precision_score(y_true, y_score, **more),
        "f1_at_0_5": metrics.f1_score(y_true, y_score >= 0.5, **more),
    }  # fmt: skip


def strict(text: str) -> dict[str, Any]:
    """Read JSON that knows neither NaN nor Infinity."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return dict(json.loads(text, parse_constant=refuse))


def models_of(text: str) -> list[dict[str, Any]]:
    return list(strict(text)["models"])


def same(found: dict[str, Any], right: dict[str, Any]) -> None:
    """Compare two answers: counts, names and thresholds exactly, what is computed to the last digits."""
    assert list(found) == SHAPE
    for key, value in right.items():
        assert found[key] == (pytest.approx(value, rel=1e-12) if isinstance(value, float) else value), key
