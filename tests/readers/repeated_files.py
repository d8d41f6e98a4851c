"""Small files of repeated splits, as the lab writes them."""

from __future__ import annotations

import gzip
import io
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.readers.helpers import rows, table

STRATEGIES = ("plain", "ranknet", "soft_f1", "soft_f2")
SCORES = tuple(f"score_{name}" for name in STRATEGIES)


def lab_columns(
    *,
    n: int = 60,
    repeats: int = 3,
    train: bool = False,
    labels: tuple[str, str] = ("fast", "slower"),
    strength: float = 2.0,
    seed: int = 0,
) -> dict[str, Any]:
    """Return the columns of a lab run with a probability, a margin, a nearly constant and a constant score."""
    rng = np.random.default_rng(seed)
    y_true = np.arange(n) % 3 == 0
    indices: list[NDArray[np.intp]] = []
    repeat: list[int] = []
    part: list[str] = []
    for number in range(1, repeats + 1):
        is_test = _stratified_test_rows(rng, y_true)
        for name, chosen in (("oof", ~is_test), ("test", is_test), *([("train", ~is_test)] if train else [])):
            indices.append(np.flatnonzero(chosen))
            repeat += [number] * int(chosen.sum())
            part += [name] * int(chosen.sum())
    at = np.concatenate(indices)
    is_train = np.array(part) == "train"
    scores = _scores(rng, y_true[at], strength * (1 + 2 * is_train))
    return {"id": at, "y_true": np.where(y_true[at], *labels), "repeat": repeat, "set": part, **scores}


def _stratified_test_rows(rng: np.random.Generator, y_true: NDArray[np.bool_]) -> NDArray[np.bool_]:
    is_test = np.zeros(y_true.size, dtype=np.bool_)
    for of_class in (np.flatnonzero(y_true), np.flatnonzero(~y_true)):
        is_test[rng.permutation(of_class)[: round(0.3 * of_class.size)]] = True
    return is_test


def _scores(rng: np.random.Generator, y_true: NDArray[np.bool_], strength: Any) -> dict[str, NDArray[np.float64]]:
    margin = np.array([rng.normal(size=y_true.size) + strength * (y_true - 0.5) for _ in STRATEGIES])
    probability = 1 / (1 + np.exp(-margin))
    scores = (probability[0], margin[1], 0.99 + 0.01 * probability[2], np.ones(y_true.size))
    return {name: score.round(6) for name, score in zip(SCORES, scores, strict=True)}


def without(columns: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the columns without some of them."""
    return {name: cells for name, cells in columns.items() if name not in names}


def emptied(columns: dict[str, Any], name: str, rows: Any) -> dict[str, Any]:
    """Return the columns with some cells of one column emptied."""
    return {**columns, name: np.where(rows, "", np.array(columns[name]).astype(str))}


def rows_of(columns: dict[str, Any], repeat: int, role: str) -> Any:
    """Return which rows have a role in a repeat."""
    return (np.array(columns["repeat"]) == repeat) & (np.array(columns["set"]) == role)


def expected_scores(columns: dict[str, Any], repeat: object, role: str, score: str = "score_plain") -> list[float]:
    """Return the scores of the rows with a role in a repeat, by pandas."""
    data = pd.DataFrame(columns)
    chosen = data.loc[(data["repeat"].astype(str) == str(repeat)) & (data["set"] == role), score]
    return [float(each) for each in chosen]


def train_and_test(
    *, n: int = 300, repeats: int = 5, share: float = 0.3, names: tuple[str, str] = ("train", "test")
) -> dict[str, Any]:
    """Return the columns of a file where each row trains or tests in each repeat, without a tuning set."""
    rng = np.random.default_rng(0)
    is_test = np.concatenate([rng.permutation(n) < share * n for _ in range(repeats)])
    y_true = np.tile(rows(n)[0], repeats)
    scores = {name: rows(n * repeats, seed=at, spread=0)[1] for at, name in enumerate(("xgb", "rf"))}
    return {
        "id": np.tile(np.arange(n), repeats), "y_true": y_true, "repeat": np.repeat(np.arange(1, repeats + 1), n),
        "set": np.where(is_test, names[1], names[0]),
        **{name: (0.6 * score + 0.4 * y_true).round(6) for name, score in scores.items()},
    }  # fmt: skip


def encoded(columns: dict[str, Any], layout: str) -> Any:
    """Return the columns as a file or a data frame."""
    frame, buffer = pd.DataFrame(columns), io.BytesIO()
    frame.to_parquet(buffer, index=False, row_group_size=100)
    text = table(columns)
    return {"text": text, "gzip": gzip.compress(text, mtime=0), "parquet": buffer.getvalue(), "frame": frame}[layout]
