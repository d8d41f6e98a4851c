"""How often intervals cover the true value where rows are in clusters, by simulation.

``python -m benchmarks.clusters [samples]``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from statistics import mean

import numpy as np

from benchmarks import timing
from benchmarks.coverage import F1, Population, covers, share_text
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import metric
from f1tools.predictions import Predictions
from f1tools.uncertainty import tuned_estimate
from f1tools.uncertainty.intervals import Interval, widening

SAMPLES, SAMPLES_AMONG_ALL = 1000, 40
RESAMPLES = 200
CORRELATION = 0.3  # of labels and of noise within a cluster
MEAN_SIZE = 5
METRICS = [F1, metric("precision"), metric("recall")]
LINES = [
    (clusters, size, prevalence)
    for clusters, size in ((40, "5"), (200, "5"), (200, "unequal"), (50, "20"))
    for prevalence in (0.3, 0.05)
]


def sample(population: Population, n_clusters: int, size: str, rng: np.random.Generator) -> ThresholdCurve:
    """Draw clusters of a size, or of 1 row and more with a mean of 5 (geometric), until both classes occur."""
    sizes = rng.geometric(1 / MEAN_SIZE, n_clusters) if size == "unequal" else np.full(n_clusters, int(size))
    cluster, scale = np.repeat(np.arange(n_clusters), sizes), 1 / CORRELATION - 1
    n, prevalence = cluster.size, population.prevalence
    while True:
        share = rng.beta(scale * prevalence, scale * (1 - prevalence), n_clusters)
        y_true = rng.random(n) < share[cluster]
        if y_true.any() and not y_true.all():
            break
    shared = rng.normal(size=n_clusters)[cluster]
    noise = np.sqrt(CORRELATION) * shared + np.sqrt(1 - CORRELATION) * rng.normal(size=n)
    return Predictions.from_arrays(y_true, noise + population.distance * y_true, cluster=cluster).curve()


def line(n_clusters: int, size: str, prevalence: float, samples: int) -> list[str]:
    """Measure at a fixed threshold, and at the best one of the rows; with the clusters and as if there were none."""
    population = Population(prevalence)
    threshold, columns = population.best_threshold(F1), []
    widths = []
    for run, seed in enumerate(np.random.SeedSequence(n_clusters).spawn(samples)):
        curve = sample(population, n_clusters, size, np.random.default_rng(seed))
        covered, point = [], curve.at(threshold)
        for each in METRICS:
            truth = population.value(each, threshold)
            covered += [covers(each, one, truth) for one in (point, replace(point, products=None))]
        for one in (curve, replace(curve, clusters=None)):
            found = tuned_estimate(one, F1, n_resamples=RESAMPLES, random_state=run)
            truth = population.value(F1, found.threshold)
            assert found.interval is not None
            covered += [_holds(found.interval, truth), _holds(found.threshold_interval, threshold)]
        columns.append(tuple(covered))
        widths.append(widening(F1, point) or 1.0)
    shares = [share_text(column) for column in zip(*columns, strict=True)]
    return [f"{n_clusters}", size, f"{prevalence:g}", f"{samples:,}", *shares, f"{mean(widths):.2f}"]


def _holds(interval: Interval, value: float) -> bool:
    return bool(interval.low <= value <= interval.high)


def main(samples: int = SAMPLES_AMONG_ALL) -> None:
    """Print the table, each line as soon as it is there."""
    fixed = (f"{each.label}{how}" for each in METRICS for how in ("", ", ignored"))
    tuned = (f"{what}{how}" for how in ("", ", ignored") for what in ("tuned F1", "threshold"))
    head = ["clusters", "rows in each", "positives", "samples", *fixed, *tuned, "times as wide"]
    timing.show("95 % intervals where rows are in clusters", head, list(_lines(samples)))


def _lines(samples: int) -> Iterator[list[str]]:
    for size in LINES:
        found = line(*size, samples)
        print(*found, sep=" | ", file=sys.stderr, flush=True)
        yield found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
