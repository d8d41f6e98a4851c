"""Rows of several groups, for the tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from f1tools import Predictions


def sample(n: int = 400, seed: int = 0, *, weighted: bool = False, roles: bool = False) -> Predictions:
    """Return rows of three regions, one of them without a name, with ties; the scores of the north are higher."""
    rng = np.random.default_rng(seed)
    region = rng.choice(["south", "", "north"], n)
    y_true = rng.random(n) < 0.35
    score = np.round(rng.normal(1.5 * y_true + 0.7 * (region == "north")), 1)
    weight = rng.integers(0, 5, n) / 2 if weighted else None
    tuning = rng.random(n) < 0.5 if roles else None
    return Predictions.from_arrays(y_true, score, group=region, sample_weight=weight, tuning=tuning)


class Cases:
    """A few rows of two or three groups, each with both classes."""

    def __init__(self, y_true: list[bool], score: list[int], group: list[str]) -> None:
        self.y_true, self.score = np.array(y_true), np.array(score, dtype=np.float64)
        self.group: NDArray[Any] = np.array(group)

    def predictions(self) -> Predictions:
        return Predictions.from_arrays(self.y_true, self.score, group=self.group)

    def __repr__(self) -> str:
        return f"Cases({self.y_true.tolist()}, {self.score.tolist()}, {self.group.tolist()})"


@st.composite
def cases(draw: st.DrawFn, *, most: int = 6) -> Cases:
    """Draw two or three groups of 2 to 6 rows with few distinct scores."""
    y_true: list[bool] = []
    score: list[int] = []
    group: list[str] = []
    for name in "abc"[: draw(st.integers(2, 3))]:
        n = draw(st.integers(2, most))
        y_true += [True, False, *draw(st.lists(st.booleans(), min_size=n - 2, max_size=n - 2))]
        score += draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
        group += [name] * n
    return Cases(y_true, score, group)
