"""The bootstrap estimate of a tuned threshold: ``python -m benchmarks.bootstrap``.

scikit-learn is measured with a few resamples of the rows, and its time is extrapolated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks import timing
from benchmarks.data import Labels, Scores, predictions, sklearn_best
from f1tools import ThresholdCurve, best
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.optimum import Optimum
from f1tools.uncertainty import tuned_estimate
from f1tools.uncertainty.bootstrap import estimate_from_resamples
from f1tools.uncertainty.cells import Cells, bin_curve
from f1tools.uncertainty.resampling import BY_MULTINOMIAL, Resamples, best_in_each

N_RESAMPLES = 2000
SIZES = {10**4: (3, 20), 10**5: (3, 10), 10**6: (3, 4)}  # rounds, and scikit-learn's resamples in each
LOSS_SIZES, LOSS_RESAMPLES = (10**5, 10**6), 300


def ours(y_true: Labels, y_score: Scores) -> object:
    """Build the curve and estimate the value of its best threshold from 2,000 resamples."""
    return tuned_estimate(ThresholdCurve.from_predictions(y_true, y_score), n_resamples=N_RESAMPLES)


def sklearn_resampled(y_true: Labels, y_score: Scores, times: int) -> None:
    """Draw rows with replacement and find the best threshold and F1 of each resample."""
    rng = np.random.default_rng(0)
    for _ in range(times):
        rows = rng.integers(0, y_true.size, y_true.size)
        sklearn_best(y_true[rows], y_score[rows])


def sklearn_left_out(y_true: Labels, y_score: Scores, times: int) -> None:
    """Do the same, and evaluate the threshold on the rows left out."""
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(0)
    for _ in range(times):
        rows = rng.integers(0, y_true.size, y_true.size)
        threshold, _ = sklearn_best(y_true[rows], y_score[rows])
        out = np.bincount(rows, minlength=y_true.size) == 0
        f1_score(y_true[out], y_score[out] >= threshold)


def speed(n: int, rounds: int, times: int) -> list[str]:
    """Measure with n rows."""
    y_true, y_score = predictions(n)
    estimate = tuned_estimate(ThresholdCurve.from_predictions(y_true, y_score), n_resamples=1)
    threshold, value = sklearn_best(y_true, y_score)
    assert estimate.threshold == threshold
    assert abs(estimate.apparent - value) < 1e-9
    ways: dict[str, Callable[[], object]] = {
        "f1tools": partial(ours, y_true, y_score),
        "scikit-learn": partial(sklearn_resampled, y_true, y_score, times),
        "left out": partial(sklearn_left_out, y_true, y_score, times),
    }
    timings = timing.in_turns(ways, rounds)
    longer = N_RESAMPLES / times
    return [
        timing.power_of_ten(n),
        timing.ms(timings.median("f1tools")),
        *(f"{longer * timings.median(way):,.0f} s" for way in ("scikit-learn", "left out")),
        *(f"{longer * timings.ratio(way, 'f1tools'):,.0f}x" for way in ("scikit-learn", "left out")),
    ]


@dataclass(frozen=True)
class Rows:
    """All rows, highest score first."""

    positive: FloatArray
    score: FloatArray

    def resample(self, times: FloatArray) -> tuple[float, float, float]:
        """Find the best threshold exactly: it, its F1, and its F1 on the rows left out."""
        tp, fp = np.cumsum(times * self.positive), np.cumsum(times * (1 - self.positive))
        f1 = 2 * tp / (tp[-1] + tp + fp)
        best_row = int(np.searchsorted(tp + fp, (tp + fp)[f1.size - 1 - np.argmax(f1[::-1])]))
        out = (times == 0).astype(np.float64)
        hits, flagged = out @ self.positive, out[: best_row + 1].sum()
        return (
            float(self.score[best_row]),
            float(f1[best_row]),
            2 * float(out[: best_row + 1] @ self.positive[: best_row + 1]) / float(hits + flagged),
        )

    def joined(self, times: FloatArray, table: Cells) -> ConfusionCounts:
        """Count the same rows in the cells of the table."""
        ends = np.searchsorted(-self.score, -table.thresholds, side="right")
        tp, fp = (
            np.append(0.0, np.cumsum(times * kind))[np.newaxis, ends] for kind in (self.positive, 1 - self.positive)
        )
        return ConfusionCounts(tn=fp[:, -1:] - fp, fp=fp, fn=tp[:, -1:] - tp, tp=tp)

    def resample_joined(self, times: FloatArray, table: Cells, optimum: Optimum) -> tuple[float, float, float]:
        """Find the best threshold of the table."""
        inside, outside = self.joined(times, table), self.joined((times == 0).astype(np.float64), table)
        at = int(best_in_each(inside, optimum, weighted=False)[0])
        return float(table.thresholds[at]), float(inside.f1()[0, at]), float(outside.f1()[0, at])


def loss(n: int) -> list[str]:
    """Measure what joining cells changes: the same rows are drawn as often for both."""
    y_true, y_score = predictions(n)
    order = np.argsort(-y_score)
    rows = Rows(y_true[order].astype(np.float64), y_score[order])
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    optimum = best(curve)
    table = bin_curve(curve, [optimum])
    rng = np.random.default_rng(0)
    exact, joined = [], []
    for _ in range(LOSS_RESAMPLES):
        times = rng.poisson(1.0, n).astype(np.float64)
        exact.append(rows.resample(times))
        joined.append(rows.resample_joined(times, table, optimum))
    columns = [np.array(each).T for each in (exact, joined)]
    deviation = columns[0].std(axis=1)
    apart = np.abs(columns[0] - columns[1]).mean(axis=1) / deviation
    unknown = np.full(LOSS_RESAMPLES, np.nan)  # the rates, which the estimate of a measured F1 does not need
    one, other = (
        estimate_from_resamples(optimum, Resamples(BY_MULTINOMIAL, each[0], each[1], each[2], unknown, unknown))
        for each in columns
    )
    ends = [(one.threshold_interval.low, other.threshold_interval.low)]
    ends += [(one.threshold_interval.high, other.threshold_interval.high)]
    between = max(np.mean((columns[0][0] > min(pair)) & (columns[0][0] <= max(pair))) for pair in ends)
    return [
        timing.power_of_ten(n),
        f"{len(table):,}",
        f"{np.mean(columns[0][0] == columns[1][0]):.0%}",
        *(f"{each:.4f}" for each in apart[[1, 0, 2]]),
        f"{abs(one.estimate - other.estimate) / deviation[2]:.5f}",
        f"{max(abs(low - high) for low, high in ends) / deviation[0]:.4f}",
        f"{between:.2%}",
    ]


def main() -> None:
    """Print the tables."""
    head = ["rows", "f1tools", "scikit-learn", "with rows left out", "faster", "with rows left out"]
    rows = [speed(n, *how) for n, how in SIZES.items()]
    timing.show(f"{N_RESAMPLES:,} resamples, in each the best threshold and F1", head, rows)
    head = ["rows", "cells", "same threshold", "best F1", "threshold", "F1 on rows left out"]
    # Where few resamples have their best threshold one of them can move a percentile far: see how many it passes.
    head += [".632 estimate", "ends of the threshold's interval", "resamples that an end passes"]
    print()
    timing.show(
        f"Joined cells against all rows, the same {LOSS_RESAMPLES} resamples, in standard deviations over them",
        head,
        [loss(n) for n in LOSS_SIZES],
    )


if __name__ == "__main__":
    main()
