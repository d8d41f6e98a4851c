"""The best threshold alone, for scores of every kind: ``python -m benchmarks.best``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks import timing
from benchmarks.data import Scores, predictions, sklearn_best
from f1tools import best_threshold

ROUNDS = 5


def one_outlier(p: Scores) -> Scores:
    """Put one score far away from all others."""
    changed = p.copy()
    changed[len(p) // 2] = 1e300
    return changed


KINDS: dict[str, Callable[[Scores], Scores]] = {
    "in [0, 1]": lambda p: p,
    "1,001 different": lambda p: np.round(p, 3),
    "logits": lambda p: np.log(p) - np.log1p(-p),
    "squashed, p^20": lambda p: p**20,
    "one outlier, 1e300": one_outlier,
    "in [0, 1], weighted": lambda p: p,
}


def row(kind: str, n: int) -> list[str]:
    """Measure with one kind of scores."""
    y_true, p = predictions(n)
    y_score = KINDS[kind](p)
    weight = np.random.default_rng(2).random(n) + 0.5 if kind.endswith("weighted") else None
    optimum = best_threshold(y_true, y_score, sample_weight=weight)
    threshold, value = sklearn_best(y_true, y_score, weight)
    assert optimum.point.threshold == threshold
    assert abs(optimum.value - value) < 1e-9
    ways: dict[str, Callable[[], object]] = {
        "f1tools": partial(best_threshold, y_true, y_score, sample_weight=weight),
        "scikit-learn": partial(sklearn_best, y_true, y_score, weight),
        "np.sort": partial(np.sort, y_score),
    }
    times = timing.in_turns(ways, ROUNDS)
    return [
        kind,
        *(timing.ms(times.median(way)) for way in ways),
        f"{times.ratio('scikit-learn', 'f1tools'):.0f}x",
        f"{times.ratio('f1tools', 'np.sort'):.2f}",
    ]


def main(n: int = 10**7) -> None:
    """Print the table."""
    head = ["scores", "f1tools", "scikit-learn", "np.sort", "faster than scikit-learn", "of one sort"]
    timing.show(f"The best F1 alone, {timing.power_of_ten(n)} rows", head, [row(kind, n) for kind in KINDS])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
