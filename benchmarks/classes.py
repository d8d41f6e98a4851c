"""Many labels or classes: time to tune them, how honest estimates are, and how often offsets are the best there are.

``python -m benchmarks.classes`` prints all tables, ``python -m benchmarks.classes 1 4`` what two scenarios simulate.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from benchmarks import timing
from f1tools.classes import (
    RULES,
    Average,
    ClassCurves,
    ClassOffsets,
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

SMALL_CASES = 1000
SEED = 20261201
SIZES = [(100_000, 1000), (1_000_000, 20)]
POINTS = np.linspace(-8, 8, 321)  # of a standard normal distribution

Truth = Callable[[ClassRule], ConfusionCounts]


class Scenario(NamedTuple):
    """A distribution of rows, and what is maximized.

    Scores are normal, those of a class ``distance`` higher in its rows. Labels and scores of a row can be correlated.
    The threshold 0.5 of labels is ``default`` of the way from the mean without the label to that with it.
    """

    kind: str
    average: Average
    distance: float
    correlation: float = 0.0
    positives: tuple[int, ...] = (5, 8, 12, 20, 30, 50, 80, 150, 300, 500)
    rows: int = 2000
    samples: int = 1000
    default: float = 1.0

    @property
    def shares(self) -> NDArray[np.float64]:
        """The shares of classes that exclude each other."""
        return np.array(self.positives) / sum(self.positives)


SCENARIOS = [
    *(Scenario("labels", average, 1.5) for average in AVERAGES),
    Scenario("labels", "macro", 3.0),
    *(Scenario("labels", average, 1.5, 0.5) for average in AVERAGES[::2]),
    *(Scenario("labels", "macro", distance, 0.0, (18, 12, 10), 60) for distance in (1.5, 3.0)),
    *(Scenario("labels", "macro", 3.0, 0.0, (n // 2, n * 2 // 5), n, 300, 0.5) for n in (60, 200)),
    *(Scenario("classes", average, 2.0, samples=300) for average in AVERAGES),
    *(Scenario("classes", "macro", distance, 0.0, (12, 12, 12), samples=300) for distance in (2.0, 3.0, 4.0)),
]


def labels(scenario: Scenario, rng: np.random.Generator) -> tuple[ClassCurves, Truth]:
    """Draw rows with several labels of fixed prevalences, all with at least one row, and return what is true of rules.

    Scores are written as shares of a normal distribution, by default of that of the rows that have the label.
    """
    prevalence, distance = np.array(scenario.positives) / scenario.rows, scenario.distance
    middle = distance * scenario.default
    shared, size = np.sqrt(scenario.correlation), (scenario.rows, prevalence.size)
    while True:
        latent, noise = (
            shared * rng.normal(size=(scenario.rows, 1)) + np.sqrt(1 - scenario.correlation) * rng.normal(size=size)
            for _ in range(2)
        )
        y_true = norm.cdf(latent) < prevalence
        if y_true.any(axis=0).all():
            break

    def truth(rule: ClassRule) -> ConfusionCounts:
        threshold = np.full(prevalence.size, np.inf)
        flags = np.asarray(rule.thresholds) < np.inf
        threshold[flags] = norm.ppf(np.asarray(rule.thresholds)[flags]) + middle
        tp, fp = prevalence * norm.sf(threshold - distance), (1 - prevalence) * norm.sf(threshold)
        return ConfusionCounts(tn=1 - prevalence - fp, fp=fp, fn=prevalence - tp, tp=tp)

    return ClassCurves.from_predictions(y_true.astype(int), norm.cdf(noise + distance * y_true - middle)), truth


def classes(scenario: Scenario, rng: np.random.Generator) -> tuple[ClassCurves, Truth]:
    """Draw rows with one class each, all with at least one row, and return what is true of offsets."""
    shares, distance = scenario.shares, scenario.distance
    k, prior = shares.size, np.log(shares) / distance
    while True:
        y_true = rng.choice(k, sum(scenario.positives), p=shares)
        if np.unique(y_true).size == k:
            break
    y_score = rng.normal(size=(y_true.size, k)) + distance * np.eye(k)[y_true] + prior

    def truth(rule: ClassRule) -> ConfusionCounts:
        assert isinstance(rule.by, ClassOffsets)
        means = distance * np.eye(k) + prior + rule.by.offsets  # of each class in the rows of each
        below = norm.cdf(POINTS + means[:, :, np.newaxis, np.newaxis] - means[:, np.newaxis, :, np.newaxis])
        below[:, range(k), range(k)] = 1.0
        density = norm.pdf(POINTS) * (POINTS[1] - POINTS[0])
        confusion = shares[:, np.newaxis] * (below.prod(axis=2) @ density)
        tp, flagged = np.diag(confusion), confusion.sum(axis=0)
        return ConfusionCounts(tn=1 - shares - flagged + tp, fp=flagged - tp, fn=shares - tp, tp=tp)

    return ClassCurves.from_predictions(y_true, y_score), truth


def simulate(scenario: Scenario) -> Iterator[list[str]]:
    """Yield a line for each rule: bias and coverage of its estimates, over samples of a scenario."""
    draw = labels if scenario.kind == "labels" else classes
    found: dict[str, list[list[float]]] = {}
    for seed in np.random.SeedSequence(SEED).spawn(scenario.samples):
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
    rows = scenario.rows if scenario.kind == "labels" else sum(scenario.positives)
    about = f"{rows:,} {scenario.kind}, {scenario.average}, {scenario.distance:g}, {scenario.correlation:g}"
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


def main() -> None:
    """Print all tables, or with scenarios as arguments (from 1), what was simulated in these."""
    head = ["labels", "rows", "macro", "micro", "common, macro", "common, micro", "decision and estimates"]
    chosen = [SCENARIOS[int(number) - 1] for number in sys.argv[1:]]
    if not chosen:
        timing.show("Wall (CPU) time of the best thresholds", head, [speed_line(*size) for size in SIZES])
        head = ["starts", "best there is", "others lack", "at most"]
        lines = [share_of_best(starts, SMALL_CASES) for starts in (1, 2, 5, 10, 20)]
        timing.show(f"\nOffsets of three classes, 6 to 12 rows, macro F1, {SMALL_CASES:,} cases", head, lines)
    head = ["rows, maximized, distance, correlation", "rule", *AVERAGES, "each class", "difference from the first"]
    timing.show("\nValue on these rows and estimate minus the true value, and intervals that cover it", head, [])
    for scenario in chosen or SCENARIOS:
        for line in simulate(scenario):
            print(f"| {' | '.join(line)} |", flush=True)


if __name__ == "__main__":
    main()
