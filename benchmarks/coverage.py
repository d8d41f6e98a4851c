"""How often the intervals hold the truth, by simulation: ``python -m benchmarks.coverage [runs]``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist, mean

import numpy as np

from benchmarks import timing
from f1tools.counts import ConfusionCounts
from f1tools.curve import ThresholdCurve
from f1tools.metrics import Metric, metric
from f1tools.operating_point import OperatingPoint
from f1tools.optimum import best
from f1tools.uncertainty import metric_interval
from f1tools.uncertainty.bootstrap import estimate_from
from f1tools.uncertainty.resamples import resamples

RUNS, RUNS_AMONG_ALL = 2000, 100
RESAMPLES = 200
SIZES = [(200, 0.3), (200, 0.05), (1000, 0.3), (1000, 0.05)]
DISTANCE = 1.5  # of the two normal distributions of scores, in standard deviations: ROC AUC .856
OTHER_PREVALENCE = 0.1
F1, F2 = metric("f1"), metric("fbeta", 2)


@dataclass(frozen=True)
class Population:
    """Rows of which a share is positive; scores are normal around 0, or around ``DISTANCE`` for positives."""

    prevalence: float

    def counts(self, threshold: float) -> ConfusionCounts:
        """Give the shares of all rows in the four cells, in closed form."""
        recall, false_positive_rate = 1 - NormalDist(DISTANCE).cdf(threshold), 1 - NormalDist().cdf(threshold)
        tp, fp = self.prevalence * recall, (1 - self.prevalence) * false_positive_rate
        return ConfusionCounts(tn=1 - self.prevalence - fp, fp=fp, fn=self.prevalence - tp, tp=tp)

    def value(self, wanted: Metric, threshold: float) -> float:
        """Give the true value of a metric at a threshold."""
        return float(wanted.of(self.counts(threshold)))

    def best_threshold(self, wanted: Metric) -> float:
        """Give the truly best threshold, to three decimals."""
        return float(max(np.arange(-3, 6, 0.001), key=lambda threshold: self.value(wanted, threshold)))

    def sample(self, n: int, rng: np.random.Generator, *, weighted: bool = False) -> ThresholdCurve:
        """Draw n rows, again while all are of one class; weights have nothing to do with truth or score."""
        while True:
            y_true = rng.random(n) < self.prevalence
            if y_true.any() and not y_true.all():
                break
        y_score = rng.normal(size=n) + DISTANCE * y_true
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


def tuned(wanted: Metric, n: int, prevalence: float, runs: int, *, weighted: bool = False) -> list[str]:
    """Measure at the best threshold of the same rows."""
    population = Population(prevalence)
    truly_best = population.best_threshold(wanted)
    covered: list[tuple[bool, ...]] = []
    errors: list[tuple[float, float]] = []
    for run, curve in enumerate(samples(population, n, runs, weighted=weighted)):
        optimum = best(curve, wanted)
        drawn = resamples(curve, optimum, RESAMPLES, random_state=run)
        found = estimate_from(optimum, drawn, random_state=run)
        truth = population.value(wanted, found.threshold)
        low, high = np.quantile(drawn.in_bag, [0.025, 0.975])
        assert found.interval is not None
        covered.append(
            (
                found.interval.low <= truth <= found.interval.high,
                bool(low <= truth <= high),
                found.threshold_interval.low <= truly_best <= found.threshold_interval.high,
            )
        )
        errors.append((found.apparent - truth, found.estimate - truth))
    return [
        f"{wanted.label}, weighted" if weighted else wanted.label,
        f"{n:,}",
        f"{prevalence:g}",
        *(share_text(column) for column in zip(*covered, strict=True)),
        *(f"{mean(column):+.3f}" for column in zip(*errors, strict=True)),
    ]


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
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
