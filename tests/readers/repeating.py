"""Small files of repeated splits, made to order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from f1tools.readers import Reading

STRATEGIES = ("plain", "ranknet", "soft_f1", "soft_f2")


def lab(
    *,
    n: int = 60,
    repeats: int = 3,
    train: bool = False,
    labels: tuple[str, str] = ("fast", "slower"),
    strength: float = 2.0,
    seed: int = 0,
) -> dict[str, Any]:
    """Return the columns of a lab run: of four strategies one has no chances, one hardly moves, one is constant."""
    rng = np.random.default_rng(seed)
    y_true = np.arange(n) % 3 == 0
    rows: list[NDArray[np.intp]] = []
    repeat: list[int] = []
    part: list[str] = []
    for number in range(1, repeats + 1):
        held_out = _held_out(rng, y_true)
        for name, taken in (("oof", ~held_out), ("test", held_out), *([("train", ~held_out)] if train else [])):
            rows.append(np.flatnonzero(taken))
            repeat += [number] * int(taken.sum())
            part += [name] * int(taken.sum())
    at = np.concatenate(rows)
    seen = np.array(part) == "train"
    scores = _scores(rng, y_true[at], strength * (1 + 2 * seen))
    return {"id": at, "y_true": np.where(y_true[at], *labels), "repeat": repeat, "set": part, **scores}


def _held_out(rng: np.random.Generator, y_true: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Hold three rows in ten out, of both classes alike."""
    held_out = np.zeros(y_true.size, dtype=np.bool_)
    for rows in (np.flatnonzero(y_true), np.flatnonzero(~y_true)):
        held_out[rng.permutation(rows)[: round(0.3 * rows.size)]] = True
    return held_out


def _scores(rng: np.random.Generator, y_true: NDArray[np.bool_], strength: Any) -> dict[str, NDArray[np.float64]]:
    margin = np.array([rng.normal(size=y_true.size) + strength * (y_true - 0.5) for _ in STRATEGIES])
    chance = 1 / (1 + np.exp(-margin))
    found = (chance[0], margin[1], 0.99 + 0.01 * chance[2], np.ones(y_true.size))
    return {f"score_{name}": score.round(6) for name, score in zip(STRATEGIES, found, strict=True)}


def resampled(
    column: str, names: Iterable[object], parts: Sequence[str], *, key: str, truth: str, every: int = 3, n: int = 60
) -> dict[str, Any]:
    """Return the columns of two models on resamples: one row in `every` reports, another third of them each time."""
    rng = np.random.default_rng(1)
    called = list(names)
    y_true = np.tile(np.arange(n) % 2, len(called))
    rows = np.tile(np.arange(n), len(called))
    turn = np.repeat(np.arange(len(called)), n)
    chances = [(1 / (1 + np.exp(-rng.normal(size=rows.size) - 2 * y_true + 1))).round(5) for _ in range(2)]
    return {
        key: rows + 1, truth: y_true, column: np.array(called)[turn],
        "set": np.where((rows // 2 + turn) % every == 0, parts[1], parts[0]),
        "glm_prob": chances[0], "rf_prob": chances[1],
    }  # fmt: skip


def note(reading: Reading) -> str:
    """Return what a reading says of repeats."""
    return " ".join(each.sentence for each in reading.warnings if each.kind == "repeats")


def part(reading: Reading, role: str, score: str = "score_plain") -> list[float]:
    """Return the scores of the rows of a role, as they were read."""
    assert reading.predictions is not None, reading.reason
    predictions = reading.predictions
    rows = predictions.tuning_set if role == "oof" else predictions.evaluation_set
    return [float(each) for each in rows.scores[score]]


def expected(columns: dict[str, Any], repeat: object, role: str, score: str = "score_plain") -> list[float]:
    """Look the scores up with pandas."""
    data = pd.DataFrame(columns)
    found = data.loc[(data["repeat"].astype(str) == str(repeat)) & (data["set"] == role), score]
    return [float(each) for each in found]
