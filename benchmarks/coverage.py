"""How often the intervals hold the truth, by simulation: ``python -m benchmarks.coverage [runs]``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist, mean

import numpy as np

from benchmarks import timing
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import OperatingPoint, ThresholdCurve
from f1tools.core.metrics import Metric, metric
from f1tools.core.optimum import ConstraintsNotMet, best
from f1tools.uncertainty import metric_interval
from f1tools.uncertainty.bootstrap import estimate_from_resamples
from f1tools.uncertainty.intervals import interval_around
from f1tools.uncertainty.resampling import draw_resamples

RUNS, RUNS_AMONG_ALL = 2000, 100
RESAMPLES = 200
SIZES = [(200, 0.3), (200, 0.05), (1000, 0.3), (1000, 0.05)]
DISTANCE = 1.5  # of the two normal distributions of scores, in standard deviations: ROC AUC .856
OTHER_PREVALENCE = 0.1
HARD_SIZE, HARD_PREVALENCE, HARD_PRECISION = 1000, 0.05, 0.7
HARD_SHARE = 0.5  # of the runs, for the last two tables
OTHERS = ("precision", "recall", "specificity", "npv", "accuracy", "jaccard", "predicted_positive_rate")
OTHER_SIZES = [(200, 0.3), (1000, 0.05)]
F1, F2 = metric("f1"), metric("fbeta", 2)


@dataclass(frozen=True)
class Population:
    """Rows of which a share is positive; scores are normal around 0, or around a distance for positives.

    They may be rounded to so many decimals.
    """

    prevalence: float
    distance: float = DISTANCE
    decimals: int | None = None

    def counts(self, threshold: float) -> ConfusionCounts:
        """Give the shares of all rows in the four cells, in closed form."""
        cut = threshold if self.decimals is None else threshold - 0.5 / 10**self.decimals
        recall, false_positive_rate = 1 - NormalDist(self.distance).cdf(cut), 1 - NormalDist().cdf(cut)
        tp, fp = self.prevalence * recall, (1 - self.prevalence) * false_positive_rate
        return ConfusionCounts(tn=1 - self.prevalence - fp, fp=fp, fn=self.prevalence - tp, tp=tp)

    def value(self, wanted: Metric, threshold: float) -> float:
        """Give the true value of a metric at a threshold."""
        return float(wanted.evaluate(self.counts(threshold)))

    def best_threshold(self, wanted: Metric) -> float:
        """Give the truly best threshold, to three decimals."""
        return float(max(np.arange(-3, 6, 0.001), key=lambda threshold: self.value(wanted, threshold)))

    def sample(self, n: int, rng: np.random.Generator, *, weighted: bool = False) -> ThresholdCurve:
        """Draw n rows, again while all are of one class; weights have nothing to do with truth or score."""
        while True:
            y_true = rng.random(n) < self.prevalence
            if y_true.any() and not y_true.all():
                break
        y_score = rng.normal(size=n) + self.distance * y_true
        if self.decimals is not None:
            y_score = np.round(y_score, self.decimals)
        weight = rng.exponential(size=n) if weighted else None
        return ThresholdCurve.from_predictions(y_true, y_score, sample_weight=weight)


def samples(population: Population, n: int, runs: int, *, weighted: bool = False) -> Iterator[ThresholdCurve]:
    """Draw samples of n rows, the same ones every time."""
    for seed in np.random.SeedSequence(n).spawn(runs):
        yield population.sample(n, np.random.default_rng(seed), weighted=weighted)


def holds(wanted: Metric, point: OperatingPoint, truth: float) -> bool:
    """Tell whether the interval at a threshold that was chosen elsewhere holds the truth."""
    interval = metric_interval(wanted, point.counts, squares=point.squares)
    assert interval is not None
    return bool(interval.low <= truth <= interval.high)


def fixed(n: int, prevalence: float, runs: int) -> list[str]:
    """Measure at a fixed threshold: plain, weighted, and at another share of positives."""
    population, other = Population(prevalence), Population(OTHER_PREVALENCE)
    covered: list[tuple[bool, ...]] = []
    at = {wanted.label: population.best_threshold(wanted) for wanted in (F1, F2)}
    elsewhere = other.best_threshold(F1)
    for plain, weighted in zip(samples(population, n, runs), samples(population, n, runs, weighted=True), strict=True):
        share = plain.positives / n
        shifted = plain.reweighted(OTHER_PREVALENCE / share, (1 - OTHER_PREVALENCE) / (1 - share))
        covered.append(
            (
                *(holds(each, plain.at(at[each.label]), population.value(each, at[each.label])) for each in (F1, F2)),
                *(
                    holds(each, weighted.at(at[each.label]), population.value(each, at[each.label]))
                    for each in (F1, F2)
                ),
                holds(F1, shifted.at(elsewhere), other.value(F1, elsewhere)),
            )
        )
    return [f"{n:,}", f"{prevalence:g}", *(share_text(column) for column in zip(*covered, strict=True))]


@dataclass(frozen=True)
class Held:
    """Of samples that choose a threshold and judge it: what held the truth, and what was too high by how much."""

    tuned: tuple[bool, ...]
    customary: tuple[bool, ...]
    range_of_threshold: tuple[bool, ...]
    apparent: tuple[float, ...]
    corrected: tuple[float, ...]

    @property
    def excess(self) -> list[str]:
        """Write how much too high the values are on average."""
        return [f"{mean(self.apparent):+.3f}", f"{mean(self.corrected):+.3f}"]


def held(
    wanted: Metric,
    population: Population,
    curves: Iterable[ThresholdCurve],
    constraints: Sequence[Constraint] = (),
) -> Held:
    """Choose the best threshold of each sample and compare what is said of it with the truth."""
    truly_best = population.best_threshold(wanted)
    found = []
    for run, curve in enumerate(curves):
        try:
            optimum = best(curve, wanted, constraints=constraints)
        except ConstraintsNotMet:
            continue
        drawn = draw_resamples(curve, optimum, RESAMPLES, random_state=run)
        estimate = estimate_from_resamples(optimum, drawn, random_state=run)
        truth = population.value(wanted, estimate.threshold)
        low, high = np.quantile(drawn.in_bag, [0.025, 0.975])
        assert estimate.interval is not None
        found.append(
            (
                bool(estimate.interval.low <= truth <= estimate.interval.high),
                bool(low <= truth <= high),
                bool(estimate.threshold_interval.low <= truly_best <= estimate.threshold_interval.high),
                estimate.apparent - truth,
                estimate.estimate - truth,
            )
        )
    return Held(*zip(*found, strict=True))


def tuned(wanted: Metric, n: int, prevalence: float, runs: int, *, weighted: bool = False) -> list[str]:
    """Measure at the best threshold of the same rows."""
    population = Population(prevalence)
    seen = held(wanted, population, samples(population, n, runs, weighted=weighted))
    return [
        f"{wanted.label}, weighted" if weighted else wanted.label,
        f"{n:,}",
        f"{prevalence:g}",
        *(share_text(each) for each in (seen.tuned, seen.customary, seen.range_of_threshold)),
        *seen.excess,
    ]


def hard(name: str, population: Population, runs: int, constraints: Sequence[Constraint] = ()) -> list[str]:
    """Measure F1 at the best threshold of the same rows in a case that asks more of the intervals."""
    seen = held(F1, population, samples(population, HARD_SIZE, runs), constraints)
    return [name, f"{len(seen.tuned):,}", share_text(seen.tuned), share_text(seen.customary), *seen.excess]


def others(wanted: Metric, n: int, prevalence: float, runs: int) -> list[str]:
    """Measure the interval that a metric other than F1 and F-beta has, or would have, at its best threshold."""
    population = Population(prevalence)
    covered, errors = [], []
    for run, curve in enumerate(samples(population, n, runs)):
        optimum = best(curve, wanted)
        found = estimate_from_resamples(
            optimum, draw_resamples(curve, optimum, RESAMPLES, random_state=run), random_state=run
        )
        point = optimum.point
        interval = interval_around(found.estimate, wanted, point.counts)
        assert interval is not None
        truth = population.value(wanted, found.threshold)
        covered.append(bool(interval.low <= truth <= interval.high))
        errors.append((found.apparent - truth, found.estimate - truth))
    excess = [f"{mean(column):+.3f}" for column in zip(*errors, strict=True)]
    given = "yes" if found.interval is not None else "no"
    return [wanted.label, f"{n:,}", f"{prevalence:g}", share_text(tuple(covered)), *excess, given]


def share_text(held: tuple[bool, ...]) -> str:
    """Write a share of runs."""
    return f"{100 * np.mean(held):.1f} %"


def main(runs: int = RUNS_AMONG_ALL) -> None:
    """Print the tables."""
    start = time.perf_counter()
    head = ["rows", "positives", "F1", "F2", "F1, weighted", "F2, weighted", "F1 at 10 % positives"]
    rows = [fixed(n, prevalence, runs) for n, prevalence in SIZES]
    timing.show(f"95 % intervals at a threshold chosen elsewhere: how many of {runs:,} hold the truth", head, rows)
    print()
    head = [
        *("", "rows", "positives", "interval around .632", "re-optimised percentiles", "interval of the threshold"),
        *("apparent too high by", ".632 too high by"),
    ]
    rows = [
        tuned(wanted, *size, runs, weighted=weighted)
        for wanted, weighted in ((F1, False), (F2, False), (F1, True))
        for size in SIZES
    ]
    timing.show(f"The same rows choose and judge, {runs:,} times, {RESAMPLES} resamples each", head, rows)
    print()
    main_hard(max(int(HARD_SHARE * runs), 1))
    print(f"\n{time.perf_counter() - start:.0f} s")


def main_hard(runs: int) -> None:
    """Print the tables of the harder cases and of the other metrics."""
    rows = [
        hard("useless scores", Population(HARD_PREVALENCE, distance=0.0), runs),
        hard("scores rounded to one decimal", Population(HARD_PREVALENCE, decimals=1), runs),
        hard(
            f"within precision >= {HARD_PRECISION}",
            Population(HARD_PREVALENCE),
            runs,
            (Constraint.at_least("precision", HARD_PRECISION),),
        ),
    ]
    head = [
        *("F1", "samples", "interval around .632", "re-optimised percentiles", "apparent too high by"),
        ".632 too high by",
    ]
    timing.show(f"Harder cases, {HARD_SIZE:,} rows, {100 * HARD_PREVALENCE:g} % positives", head, rows)
    print()
    head = ["", "rows", "positives", "interval around .632", "apparent too high by", ".632 too high by", "has one"]
    rows = [others(metric(name), *size, runs) for name in OTHERS for size in OTHER_SIZES]
    timing.show("Other metrics at their best threshold", head, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
