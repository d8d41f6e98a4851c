"""Many labels or classes: time to tune them, how honest estimates are, and how often offsets are the best there are.

``python -m benchmarks.classes [samples]`` prints all tables.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from benchmarks import timing
from f1tools.classes import (
    RULES,
    Average,
    ClassCurves,
    ClassRule,
    best_class_offsets,
    best_vector,
    common_threshold,
    decide_classes,
    estimate_rules,
)
from f1tools.classes.averages import averaged
from f1tools.classes.estimates import AVERAGES
from f1tools.core.counts import ConfusionCounts

RUNS, SMALL_CASES = 300, 1000
SEED = 20261130
POSITIVES = np.array([5, 8, 12, 20, 30, 50, 80, 150, 300, 500])
ROWS = 2000
SIZES = [(100_000, 1000), (1_000_000, 20)]
SHARES = POSITIVES / POSITIVES.sum()  # of classes that exclude each other

Truth = Callable[[ClassRule], ConfusionCounts]


class Scenario(NamedTuple):
    """A distribution of rows, and what is maximized; labels and scores of a row can be correlated."""

    kind: str
    average: Average
    distance: float
    correlation: float = 0.0


SCENARIOS = [
    *(Scenario("labels", average, 1.5) for average in AVERAGES),
    Scenario("labels", "macro", 3.0),
    Scenario("labels", "macro", 1.5, 0.5),
    Scenario("labels", "micro", 1.5, 0.5),
    *(Scenario("classes", average, 2.0) for average in AVERAGES),
]


def labels(scenario: Scenario, rng: np.random.Generator) -> tuple[ClassCurves, Truth]:
    """Draw rows with several labels of fixed prevalences, all with at least one row, and return what is true of rules.

    Scores are normal, and written as shares of the normal distribution around the rows that have the label, so that 0.5
    is a sensible threshold.
    """
    prevalence, distance, shared = POSITIVES / ROWS, scenario.distance, np.sqrt(scenario.correlation)
    while True:
        latent, noise = (
            shared * rng.normal(size=(ROWS, 1))
            + np.sqrt(1 - scenario.correlation) * rng.normal(size=(ROWS, prevalence.size))
            for _ in range(2)
        )
        y_true = norm.cdf(latent) < prevalence
        if y_true.any(axis=0).all():
            break

    def truth(rule: ClassRule) -> ConfusionCounts:
        threshold = np.full(prevalence.size, np.inf)
        flags = np.asarray(rule.thresholds) < np.inf
        threshold[flags] = norm.ppf(np.asarray(rule.thresholds)[flags]) + distance
        tp, fp = prevalence * norm.sf(threshold - distance), (1 - prevalence) * norm.sf(threshold)
        return ConfusionCounts(tn=1 - prevalence - fp, fp=fp, fn=prevalence - tp, tp=tp)

    return ClassCurves.from_predictions(y_true.astype(int), norm.cdf(noise + distance * y_true - distance)), truth


def _logits(y_true: NDArray[Any], distance: float, rng: np.random.Generator) -> NDArray[np.float64]:
    noise = rng.normal(size=(y_true.size, SHARES.size))
    return np.asarray(noise + distance * np.eye(SHARES.size)[y_true] + np.log(SHARES) / distance)


def classes(scenario: Scenario, rng: np.random.Generator) -> tuple[ClassCurves, Truth]:
    """Draw rows with one class each, and return what rules do on 4,000 other rows of every class."""
    k, n_each = SHARES.size, 4000
    while True:
        y_true = rng.choice(k, POSITIVES.sum(), p=SHARES)
        if np.unique(y_true).size == k:
            break
    others = np.repeat(np.arange(k), n_each)
    y_score, weight = _logits(others, scenario.distance, np.random.default_rng(0)), SHARES[others] / n_each

    def truth(rule: ClassRule) -> ConfusionCounts:
        decided = np.argmax(rule.decide(y_score), axis=1)
        right = decided == others
        tp = np.bincount(others[right], weight[right], minlength=k)
        fp = np.bincount(decided, weight, minlength=k) - tp
        return ConfusionCounts(tn=1 - SHARES - fp, fp=fp, fn=SHARES - tp, tp=tp)

    return ClassCurves.from_predictions(y_true, _logits(y_true, scenario.distance, rng)), truth


def simulate(scenario: Scenario, runs: int) -> Iterator[list[str]]:
    """Yield a line for each rule: bias and coverage of its estimates, over samples of a scenario."""
    draw = labels if scenario.kind == "labels" else classes
    found: dict[str, list[list[float]]] = {}
    for seed in np.random.SeedSequence(SEED).spawn(runs):
        curves, truth = draw(scenario, np.random.default_rng(seed))
        decision = decide_classes(curves, scenario.average)
        estimates = estimate_rules(decision)
        simplest, values = next(iter(decision.rules)), {}
        for rule, estimate in estimates.rules.items():
            true = truth(estimate.rule)
            values[rule] = [float(averaged(true, average)) for average in AVERAGES]
            line: list[float] = []
            for average, right in zip(AVERAGES, values[rule], strict=True):
                interval = estimate.intervals[average]
                line += [
                    estimate.rule.value(average) - right, estimate.values[average] - right,
                    interval.low <= right <= interval.high,
                ]  # fmt: skip
            each = np.asarray(true.f1())
            covered = (estimate.each_interval.low <= each) & (each <= estimate.each_interval.high)
            difference = estimates.difference(rule, simplest).interval
            gain = (np.array(values[rule]) - values[simplest])[AVERAGES.index(scenario.average)]
            line += [*covered, difference.low <= gain <= difference.high, difference.low > max(gain, 0)]
            found.setdefault(rule, []).append(line)
    for rule in (rule for rule in RULES if rule in found):
        yield _line(scenario, rule, np.mean(found[rule], axis=0))


def _line(scenario: Scenario, rule: str, means: NDArray[np.float64]) -> list[str]:
    of_averages = means[:9].reshape(3, 3)
    each, (paired, too_high) = 100 * means[9:-2], 100 * means[-2:]
    cells = [
        f"{'' if rule == 'default' else f'{apparent:+.3f} '}{bias:+.3f} {100 * covered:.1f} %"
        for apparent, bias, covered in of_averages
    ]
    about = f"{scenario.kind}, {scenario.average}, {scenario.distance:g}, {scenario.correlation:g}"
    pair = "" if rule == "default" else f"{paired:.1f} % {too_high:.1f} %"
    return [about, rule, *cells, f"{each.min():.1f} to {each.max():.1f} %", pair]


def speed_line(n: int, k: int) -> list[str]:
    """Return the seconds of the vectors and common thresholds of k labels with n rows, and of the estimates of all."""
    rng = np.random.default_rng(0)
    y_true, y_score = np.empty((n, k), bool, order="F"), np.empty((n, k), order="F")
    for column in range(k):
        y_true[:, column] = rng.random(n) < rng.uniform(0.001, 0.1)
        y_score[:, column] = (rng.random(n) + rng.random(n) * y_true[:, column]) / 2
    curves = ClassCurves(y_true, y_score, tuple(map(str, range(k))), one_per_row=False)
    works: list[Callable[[], object]] = [
        *(lambda average=average: best_vector(curves, average) for average in AVERAGES[::2]),
        *(lambda average=average: common_threshold(curves, average) for average in AVERAGES[::2]),
        lambda: estimate_rules(decide_classes(curves)),
    ]
    line = [f"{k:,}", f"{n:,}"]
    for work in works:
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        line.append(f"{time.perf_counter() - wall:.1f} s ({time.process_time() - cpu:.1f} s)")
    return line


def best_of_all(y_true: NDArray[np.intp], score: NDArray[np.float64]) -> float:
    """Return the highest macro F1 that offsets of three classes can have, in every cell of their arrangement.

    A row changes its class on the lines o1 - o0 = a, o2 - o0 = b and o2 - o1 = c, so that every cell has a vertex where
    two of them cross, and the points around all vertices, closer than any other line, are in all cells.
    """
    a, b = (np.unique(score[:, 0] - score[:, j]) for j in (1, 2))
    c = np.unique(score[:, 1] - score[:, 2])
    crossings = [*product(a, b), *((u, u + w) for u, w in product(a, c)), *((v - w, v) for v, w in product(b, c))]
    vertices = np.array(crossings)
    angles = np.pi * (np.arange(12) + 0.5) / 6  # at least one in each of the six sectors between the lines
    around = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * 1e-9
    points = (vertices[:, np.newaxis] + around).reshape(-1, 2)
    decided = np.argmax(score + np.column_stack([np.zeros(len(points)), points])[:, np.newaxis], axis=-1)
    f1 = np.zeros(len(points))
    for k in range(3):
        tp = ((decided == k) & (y_true == k)).sum(axis=1)
        f1 += 2 * tp / ((decided == k).sum(axis=1) + (y_true == k).sum()) / 3
    return float(f1.max())


def share_of_best(starts: int, cases: int) -> list[str]:
    """Return the share of small cases in which the search finds the best there is, and what the others lack."""
    lack = []
    for seed in range(cases):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(6, 13))
        y_true = np.append(np.arange(3), rng.choice(3, n - 3, p=[0.6, 0.3, 0.1]))
        score = rng.normal(size=(n, 3)) + np.eye(3)[y_true]
        found = best_class_offsets(ClassCurves.from_predictions(y_true, score), min_positives=0, n_starts=starts)
        lack.append(best_of_all(y_true, score) - found.value())
    missed = np.array(lack) > 1e-9
    mean = np.array(lack)[missed].mean() if missed.any() else 0.0
    return [f"{starts}", f"{100 * (1 - missed.mean()):.1f} %", f"{mean:.3f}", f"{max(lack):.3f}"]


def main(runs: int = RUNS) -> None:
    """Print all tables."""
    head = ["labels", "rows", "macro", "micro", "common, macro", "common, micro", "decision and estimates"]
    timing.show("Wall (CPU) time of the best thresholds", head, [speed_line(*size) for size in SIZES])
    head = ["starts", "best there is", "others lack", "at most"]
    lines = [share_of_best(starts, SMALL_CASES) for starts in (1, 2, 5, 10, 20)]
    timing.show(f"\nOffsets of three classes, 6 to 12 rows, macro F1, {SMALL_CASES:,} cases", head, lines)
    head = ["rows, maximized, distance, correlation", "rule", *AVERAGES, "each class", "difference from the first"]
    title = f"\n{runs} samples: value on these rows and estimate minus the true value, and intervals that cover it"
    timing.show(title, head, [])
    for scenario in SCENARIOS:
        for line in simulate(scenario, runs):
            print(f"| {' | '.join(line)} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
