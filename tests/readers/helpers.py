"""Small prediction files made to order, and what tests read from a Reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.readers import Choices, Reading, read_predictions

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def rows(n: int = 200, *, seed: int = 0, prevalence: float = 0.3, spread: float = 1.5) -> tuple[IntArray, FloatArray]:
    """Return truths (0/1) and probabilities that know something about them, of both classes."""
    rng = np.random.default_rng(seed)
    y_true = (rng.random(n) < prevalence).astype(np.int64)
    y_true[:2] = 0, 1
    logit = rng.normal(0, 1, n) + spread * (y_true - 0.5) - 0.5
    return y_true, np.round(1 / (1 + np.exp(-1.5 * logit)), 6)


def table(columns: Mapping[str, Any], *, delimiter: str = ",", header: bool = True, end: str = "\n") -> bytes:
    """Return the columns as text; keys are the names."""
    cells = [[str(value) for value in column] for column in columns.values()]
    lines = [delimiter.join(map(_quoted, columns))] if header else []
    lines += [delimiter.join(record) for record in zip(*cells, strict=True)]
    return (end.join(lines) + end).encode()


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name


def labels(y_true: Sequence[int] | IntArray, negative: str, positive: str) -> list[str]:
    """Return the truths as words."""
    return [positive if each else negative for each in y_true]


def features(n: int, seed: int = 7) -> dict[str, Any]:
    """Return columns that are neither truth nor score: measures, dummies, an age, a category."""
    rng = np.random.default_rng(seed)
    return {
        "age": rng.integers(18, 90, n),
        "income": np.round(rng.lognormal(10, 1, n), 2),
        "ratio": np.round(rng.random(n), 4),
        "married": rng.integers(0, 2, n),
        "city": rng.choice(["Rome", "Oslo", "Bern", "Kyiv", "Lima"], n),
        "visits": rng.integers(0, 12, n),
    }


def kinds(reading: Reading) -> set[str]:
    """Return the kinds of the warnings."""
    return {warning.kind for warning in reading.warnings}


def top(reading: Reading) -> Choices:
    """Return the proposal, which is that of the first candidate."""
    assert reading.proposal is not None, reading.reason
    assert reading.candidates[0].choices == reading.proposal
    return reading.proposal


def scores(reading: Reading, role: str | None = None, name: str | None = None) -> list[float]:
    """Return a score, or the only one, as it was read: of all rows, or of the tuning or evaluation set."""
    predictions = reading.predictions
    assert predictions is not None, reading.reason
    if role is not None:
        predictions = predictions.tuning_set if role == "tune" else predictions.evaluation_set
    values = next(iter(predictions.scores.values())) if name is None else predictions.scores[name]
    return [float(each) for each in values]


def read_top(data: bytes) -> Reading:
    """Read a file again with the choices of the first candidate."""
    return read_predictions(data, choices=top(read_predictions(data)))


def best_f1(y_true: IntArray, score: FloatArray) -> tuple[float, float]:
    """Return the best F1 and the largest score that gives it as the threshold, by brute force over all scores."""
    y_true, score = np.asarray(y_true, dtype=bool), np.asarray(score)
    flagged = [score >= threshold for threshold in np.unique(score)]
    values = [2 * np.sum(each & y_true) / (np.sum(each) + np.sum(y_true)) for each in flagged]
    best = max(values)
    return float(best), float(np.unique(score)[max(at for at, value in enumerate(values) if value == best)])
