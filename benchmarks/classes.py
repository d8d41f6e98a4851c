"""Thresholds of many labels: time to find them, and how honest the estimate is: ``python -m benchmarks.classes``."""

from __future__ import annotations

import sys
import time

import numpy as np
from scipy.stats import norm

from benchmarks import timing
from f1tools.classes import Average, ClassCurves, best_vector, common_threshold, vector_estimate
from f1tools.classes.averages import averaged
from f1tools.core.counts import ConfusionCounts

RUNS, RESAMPLES = 500, 200
POSITIVES = [5, 8, 12, 20, 30, 50, 80, 150, 300, 500]
AVERAGES: tuple[Average, ...] = ("macro", "weighted", "micro")
SIZES = [(100_000, 1000), (1_000_000, 20)]


def coverage_line(average: Average, n: int, distance: float, correlation: float, runs: int) -> list[str]:
    """Return bias and coverage of the estimate; labels and scores of a row can be correlated, prevalences are fixed."""
    prevalence = np.array(POSITIVES) / 2000
    found = []
    for seed in np.random.SeedSequence(n).spawn(runs):
        rng = np.random.default_rng(seed)
        while True:
            latent, noise = (
                np.sqrt(correlation) * rng.normal(size=(n, 1))
                + np.sqrt(1 - correlation) * rng.normal(size=(n, prevalence.size))
                for _ in range(2)
            )
            y_true = norm.cdf(latent) < prevalence
            if y_true.any(axis=0).all():
                break
        curves = ClassCurves.from_predictions(y_true.astype(int), noise + distance * y_true)
        vector = best_vector(curves, average)
        estimate = vector_estimate(curves, vector, n_resamples=RESAMPLES)
        tp = prevalence * norm.sf(vector.thresholds - distance)
        fp = (1 - prevalence) * norm.sf(vector.thresholds)
        truth = float(averaged(ConfusionCounts(tn=1 - prevalence - fp, fp=fp, fn=prevalence - tp, tp=tp), average))
        covered = estimate.interval.low <= truth <= estimate.interval.high
        found.append((estimate.apparent - truth, estimate.estimate - truth, covered))
    apparent, bias, covered = np.mean(found, axis=0)
    return [
        average, f"{n:,}", f"{distance:g}", f"{correlation:g}", f"{runs:,}", f"{apparent:+.3f}", f"{bias:+.3f}",
        f"{100 * covered:.1f} %",
    ]  # fmt: skip


def speed_line(n: int, k: int) -> list[str]:
    """Return the CPU seconds of the vectors and common thresholds of k labels with n rows."""
    rng = np.random.default_rng(0)
    y_true, y_score = np.empty((n, k), bool, order="F"), np.empty((n, k), order="F")
    for column in range(k):
        y_true[:, column] = rng.random(n) < rng.uniform(0.001, 0.1)
        y_score[:, column] = (rng.random(n) + rng.random(n) * y_true[:, column]) / 2
    curves = ClassCurves(y_true, y_score, tuple(map(str, range(k))), one_per_row=False)
    seconds = []
    for work in (best_vector, common_threshold):
        for average in AVERAGES[::2]:
            start = time.process_time()
            work(curves, average)
            seconds.append(time.process_time() - start)
    return [f"{k:,}", f"{n:,}", *(f"{each:.1f} s" for each in seconds)]


def main(runs: int = 20) -> None:
    """Print both tables."""
    head = ["labels", "rows", "macro", "micro", "common, macro", "common, micro"]
    timing.show("CPU time of the best thresholds", head, [speed_line(*size) for size in SIZES])
    head = ["average", "rows", "distance", "correlation", "samples", "on these rows", "estimate", "covered"]
    lines = [
        coverage_line(average, n, distance, correlation, runs)
        for n, distance, correlation in ((2000, 1.5, 0.0), (2000, 3.0, 0.0), (2000, 1.5, 0.5))
        for average in AVERAGES
    ]
    timing.show("Value on these rows and estimate, minus the true value; intervals that cover it", head, lines)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
