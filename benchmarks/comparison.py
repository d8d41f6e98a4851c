"""How often intervals of differences of models are right, by simulation, and how long they take.

``python -m benchmarks.comparison [samples]``.
"""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from benchmarks import timing
from benchmarks.coverage import F1, Population, share_text
from f1tools.comparison import ModelDifferences, model_differences
from f1tools.comparison.differences import MIN_ROWS, class_sizes
from f1tools.core.counts import FloatArray
from f1tools.decision import compare
from f1tools.predictions import Predictions

SAMPLES, SAMPLES_AMONG_ALL = 300, 20
RESAMPLES = 400
SIZES = [(200, 0.05), (200, 0.3), (1000, 0.05), (1000, 0.3)]
BETTER = 1.8  # distance of the models that are better than one of the distance 1.5
SHARED = 0.8  # correlation of the scores of two models within a class
CLUSTERS, CLUSTER_SHARE, LABEL_CORRELATION = 100, 0.5, 0.2
LARGE = (1_000_000, 0.05, 20)


@dataclass(frozen=True)
class Models:
    """Models whose scores are normal in each class and correlated, the first by another distance than the others."""

    prevalence: float
    first: Population
    others: Population
    n_models: int

    @classmethod
    def build(cls, prevalence: float, n_models: int, *, equal: bool) -> Models:
        """Return models that are equal, or of which the others are better than the first."""
        first = Population(prevalence)
        return cls(prevalence, first, first if equal else Population(prevalence, BETTER), n_models)

    def large_sample(self, n: int, rng: np.random.Generator, *, clustered: bool = False) -> Predictions:
        """Draw n rows, again until each class has enough of them for intervals."""
        while True:
            drawn = self.sample(n, rng, clustered=clustered)
            if min(class_sizes(drawn)) >= MIN_ROWS:
                return drawn

    def sample(self, n: int, rng: np.random.Generator, *, clustered: bool = False) -> Predictions:
        """Draw n rows with both classes; in clusters, labels and scores are alike."""
        cluster = cluster_of(n) if clustered else None
        while True:
            share: float | FloatArray = self.prevalence
            if cluster is not None:
                size = 1 / LABEL_CORRELATION - 1
                share = rng.beta(size * self.prevalence, size * (1 - self.prevalence), CLUSTERS)[cluster]
            y_true = rng.random(n) < share
            if y_true.any() and not y_true.all():
                break
        common = _noise(n, cluster, rng)
        scores = {
            f"model {number}": (self.others if number else self.first).distance * y_true
            + math.sqrt(SHARED) * common
            + math.sqrt(1 - SHARED) * _noise(n, cluster, rng)
            for number in range(self.n_models)
        }
        return Predictions.from_arrays(y_true, scores)

    def true_difference(self, first: float, other: float) -> float:
        """Return the difference on new rows of another model from the first, at the thresholds tuned on a sample."""
        return self.others.value(F1, other) - self.first.value(F1, first)

    def true_more_caught(self, threshold: float) -> float:
        """Return how many more positives the others catch, of 1,000 new rows, at the workload of the first."""
        limit = self.first.counts(threshold)
        low, high = -10.0, 10.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self.others.counts(middle).flagged() > limit.flagged() else (low, middle)
        return float(1000 * (self.others.counts(low).tp - limit.tp))


def _noise(n: int, cluster: NDArray[np.intp] | None, rng: np.random.Generator) -> FloatArray:
    noise = rng.normal(size=n)
    if cluster is None:
        return noise
    shared: FloatArray = rng.normal(size=CLUSTERS)[cluster]
    return math.sqrt(CLUSTER_SHARE) * shared + math.sqrt(1 - CLUSTER_SHARE) * noise


def cluster_of(n: int) -> NDArray[np.intp]:
    """Return the cluster of each row."""
    return np.arange(n) % CLUSTERS


@dataclass(frozen=True)
class Outcome:
    """What the intervals of one sample say: all together, and those of the positives caught one by one."""

    claims: bool
    covers: bool
    width: float
    detectable: float
    caught_covers: tuple[bool, ...]


def outcome(models: Models, predictions: Predictions, run: int, clusters: NDArray[np.intp] | None) -> Outcome:
    """Compare the models on one sample."""
    decisions = compare(predictions).decisions
    thresholds = [decision.tuning.point.threshold for decision in decisions]
    result: ModelDifferences = model_differences(
        predictions, decisions, clusters=clusters, n_resamples=RESAMPLES, random_state=run
    )
    covers, caught = [], []
    for difference, threshold in zip(result.differences, thresholds[1:], strict=True):
        truth = models.true_difference(thresholds[0], threshold)
        covers.append(bool(difference.simultaneous.low <= truth <= difference.simultaneous.high))
        more, interval = models.true_more_caught(thresholds[0]), difference.same_workload.interval
        caught.append(bool(interval.low <= more <= interval.high))
    return Outcome(
        any(difference.excludes_zero for difference in result.differences),
        all(covers),
        mean(each.simultaneous.high - each.simultaneous.low for each in result.differences),
        mean(each.detectable for each in result.differences),
        tuple(caught),
    )


def line(n: int, prevalence: float, n_models: int, samples: int, *, drawn: str = "rows") -> list[str]:
    """Measure equal models, and models of which the others are better than the first.

    ``drawn`` is what the bootstrap draws: rows, clusters, or rows although they are in clusters.
    """
    clustered = drawn != "rows"
    clusters = cluster_of(n) if drawn == "clusters" else None
    columns = []
    for equal in (True, False):
        models = Models.build(prevalence, n_models, equal=equal)
        outcomes = [
            outcome(models, models.large_sample(n, np.random.default_rng(seed), clustered=clustered), run, clusters)
            for run, seed in enumerate(np.random.SeedSequence(n).spawn(samples))
        ]
        caught = tuple(each for one in outcomes for each in one.caught_covers)
        columns += [
            share_text(tuple(each.claims for each in outcomes)),
            share_text(tuple(each.covers for each in outcomes)),
        ]
        columns += [share_text(caught)]
    columns += [f"{mean(each.width for each in outcomes):.3f}", f"{mean(each.detectable for each in outcomes):.3f}"]
    return [f"{n:,}", f"{prevalence:g}", f"{n_models}", drawn, f"{samples:,}", *columns]


def speed() -> list[str]:
    """Time the comparison of many models on a million rows, with its share of the processors and its memory."""
    n, prevalence, n_models = LARGE
    predictions = Models.build(prevalence, n_models, equal=True).sample(n, np.random.default_rng(0))
    decisions = compare(predictions).decisions
    start, used = time.perf_counter(), time.process_time()
    result = model_differences(predictions, decisions)
    seconds, processor = time.perf_counter() - start, time.process_time() - used
    start = time.perf_counter()
    _ = result.against("model 1").differences
    again = 1000 * (time.perf_counter() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = [f"{n:,}", f"{n_models}", f"{result.n_resamples:,}"]
    return [*size, f"{seconds:.1f} s", f"{processor:.1f} s", f"{again:.0f} ms", f"{memory:,.0f} MB"]


def lines(samples: int) -> Iterator[list[str]]:
    """Yield the lines of the table, each as soon as it is there."""
    for size in SIZES:
        yield line(*size, 2, samples)
    for size in SIZES:
        yield line(*size, 5, samples)
    for drawn, n_models in (("clusters", 2), ("clusters", 5), ("rows of clusters", 2)):
        for prevalence in (0.05, 0.3):
            yield line(1000, prevalence, n_models, samples, drawn=drawn)


def main(samples: int = SAMPLES_AMONG_ALL) -> None:
    """Print the tables."""
    head = ["rows", "models", "resamples", "seconds", "processor", "another reference", "memory"]
    timing.show("Many models", head, [speed()])
    columns = ["claims", "coverage", "coverage of positives caught"]
    head = ["rows", "positives", "models", "drawn", "samples", *(f"equal: {each}" for each in columns)]
    head += [*(f"different: {each}" for each in columns), "width", "detectable"]
    rows = []
    for row in lines(samples):
        rows.append(row)
        print(*row, sep=" | ", file=sys.stderr, flush=True)
    timing.show(f"Differences of F1 between models, nominal 95 %, {RESAMPLES} resamples", head, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
