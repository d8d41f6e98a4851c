"""Every threshold with its counts, and the best one: ``python -m benchmarks.curve``."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks import timing
from benchmarks.data import Labels, Scores, predictions, sklearn_best
from f1tools import ThresholdCurve, best

SIZES = {10**5: 21, 10**6: 9, 10**7: 5}


def ours(y_true: Labels, y_score: Scores) -> tuple[ThresholdCurve, float]:
    """Build the whole curve and find the best F1."""
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    return curve, best(curve).point.threshold


def only_sort(_: Labels, y_score: Scores) -> Scores:
    """Sort the scores: what no way by sorting can do without."""
    return np.sort(y_score)


DO: dict[str, timing.Work] = {"f1tools": ours, "scikit-learn": sklearn_best, "np.sort": only_sort}


def prepare(n: int, way: str) -> tuple[Labels, Scores]:
    """Make the predictions, and load all that the way needs by doing it once with few."""
    y_true, y_score = predictions(n)
    DO[way](y_true[:1000], y_score[:1000])
    return y_true, y_score


def row(n: int, rounds: int) -> list[str]:
    """Measure with n rows."""
    y_true, y_score = predictions(n)
    assert abs(ours(y_true, y_score)[1] - sklearn_best(y_true, y_score)[0]) == 0
    times = timing.in_turns({way: partial(DO[way], y_true, y_score) for way in DO}, rounds)
    memory = {way: timing.extra_memory(prepare, DO[way], n, way) for way in ("f1tools", "scikit-learn")}
    return [
        timing.power_of_ten(n),
        *(timing.ms(times.median(way)) for way in DO),
        f"{times.ratio('scikit-learn', 'f1tools'):.1f}x",
        f"{times.ratio('f1tools', 'np.sort'):.2f}",
        *(timing.mb(memory[way]) for way in ("f1tools", "scikit-learn")),
        f"{memory['f1tools'] / memory['scikit-learn']:.2f}",
    ]


def main() -> None:
    """Print the table."""
    head = ["rows", *DO, "faster than scikit-learn", "of one sort", "extra memory", "scikit-learn's", "ratio"]
    rows = [row(n, rounds) for n, rounds in SIZES.items()]
    timing.show("Every threshold with its counts, and the best F1", head, rows)


if __name__ == "__main__":
    main()
