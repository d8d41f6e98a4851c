"""Small tables, tasks and runs, quick models, and a score store in memory."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.naive_bayes import GaussianNB

from f1tools.core.counts import FloatArray
from f1tools.lab.__main__ import main
from f1tools.lab.protocol import Features, Scorer, Trainer
from f1tools.lab.task import Task

STRATEGIES = [
    *("plain", "undersample", "oversample", "class_weight", "smote", "metacost"),
    *("ranknet", "soft_f1", "soft_f1_warm", "soft_f2", "balanced_batches"),
]
_TINY = ("--repeats", "2", "--folds", "2", "--updates", "40", "--hidden", "8")


def lab(data: Path, output: Path, *more: str) -> int:
    """Run the lab's command with a tiny network and return its exit code."""
    return main([str(data), "--target", "outcome", "--group", "site", *_TINY, "-o", str(output), *more])


def table(n: int = 150, *, seed: int = 0, share: float = 0.3) -> pd.DataFrame:
    """Make a table with a numeric and a categorical feature, missing cells in both, duplicates, and a class."""
    rng = np.random.default_rng(seed)
    positive = np.arange(n) < share * n
    frame = pd.DataFrame(
        {
            "id": [f"case {number}" for number in range(1, n + 1)],
            "age": rng.integers(20, 80, n) + 8.0 * positive,
            "job": np.where(rng.random(n) < 0.5 + 0.3 * positive, "clerk", "cook"),
            "value": np.round(rng.normal(2.0 * positive, 1.0), 3),
            "site": rng.integers(1, 40, n),
            "outcome": np.where(positive, "sick", "well"),
        }
    )
    frame.loc[rng.choice(n, 6, replace=False), "age"] = np.nan
    frame.loc[rng.choice(n, 5, replace=False), "job"] = None
    features = ["age", "job", "value"]
    frame.loc[n - 4 :, features] = frame.loc[n - 8 : n - 5, features].to_numpy()
    return frame


def task(n: int = 120, *, seed: int = 0, share: float = 0.3, **more: Any) -> Task:
    """Make a task with two informative numeric features."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) < round(share * n))
    return Task(rng.normal(size=(n, 2)) + y[:, np.newaxis], y, **more)


def bayes(features: Features, y: Any, seed: int) -> Scorer:
    """Train naive Bayes, which takes a millisecond."""
    model = GaussianNB().fit(features, y)
    return lambda rows: np.asarray(model.predict_proba(rows)[:, 1])


def random(features: Features, y: Any, seed: int) -> Scorer:
    """Learn nothing; scores are random numbers from the seed."""
    rng = np.random.default_rng(seed)
    return lambda rows: rng.normal(size=len(rows))


QUICK: dict[str, Trainer] = {"plain": bayes, "chance": random}


def load_build_lab() -> Any:
    """Import the script that builds the lab's samples, which lies outside of any package."""
    path = Path(__file__).parents[2] / "sample_data" / "build_lab.py"
    spec = importlib.util.spec_from_file_location("build_lab", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class FirstFeature(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A stub whose probability is the first feature; it records its training data."""

    def fit(self, X: Any, y: Any) -> FirstFeature:  # noqa: N803 (scikit-learn's names)
        self.rows_, self.labels_, self.classes_ = X, y, np.unique(y)
        return self

    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        return np.column_stack([1 - X[:, 0], X[:, 0]])


class MemoryStore(dict[tuple[int, str], FloatArray]):
    """A score store that can interrupt the run after a number of scores, like Ctrl-C."""

    def __init__(self, stop_after: int | None = None) -> None:
        super().__init__()
        self.stop_after = stop_after

    def load(self, repeat: int, strategy: str) -> FloatArray | None:
        """Return stored scores."""
        return self.get((repeat, strategy))

    def save(self, repeat: int, strategy: str, scores: FloatArray) -> None:
        """Store scores, or interrupt."""
        if len(self) == self.stop_after:
            raise KeyboardInterrupt
        self[repeat, strategy] = scores
