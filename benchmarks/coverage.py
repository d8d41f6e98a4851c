"""How often the confidence intervals cover the true value, by simulation: ``python -m benchmarks.coverage [runs]``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist, mean

import numpy as np

from benchmarks import timing
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, metric
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.optimum import ConstraintsNotMet, best
from f1tools.uncertainty import metric_interval
from f1tools.uncertainty.bootstrap import estimate_from_resamples
from f1tools.uncertainty.intervals import interval_around
from f1tools.uncertainty.resampling import draw_resamples, draw_shared_resamples
from f1tools.what_if import at_prevalence

RUNS, RUNS_AMONG_ALL = 2000, 100
RESAMPLES = 200
SIZES = [(200, 0.3), (200, 0.05), (1000, 0.3), (1000, 0.05)]
DISTANCE = 1.5  # of the two normal distributions of scores, in standard deviations: ROC AUC .856
ASSUMED = (0.3, 0.05, 0.01, 0.001)
ASSUMED_SIZES = [(442, 0.3), (2000, 0.3), (2000, 0.05)]
HARD_SIZE, HARD_PREVALENCE, HARD_PRECISION = 1000, 0.05, 0.7
HARD_SHARE = 0.5  # of the runs, for the last two tables
OTHER_METRICS = ("precision", "recall", "specificity", "npv", "accuracy", "jaccard", "predicted_positive_rate")
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
        """Return the shares of all rows in the four cells, in closed form."""
        edge = threshold if self.decimals is None else threshold - 0.5 / 10**self.decimals
        recall, false_positive_rate = 1 - NormalDist(self.distance).cdf(edge), 1 - NormalDist().cdf(edge)
        tp, fp = self.prevalence * recall, (1 - self.prevalence) * false_positive_rate
        return ConfusionCounts(tn=1 - self.prevalence - fp, fp=fp, fn=self.prevalence - tp, tp=tp)

    def value(self, objective: Metric, threshold: float) -> float:
        """Return the true value of a metric at a threshold."""
        return float(objective.evaluate(self.counts(threshold)))

    def best_threshold(self, objective: Metric) -> float:
        """Return the truly best threshold, to three decimals."""
        return float(max(np.arange(-3, 6, 0.001), key=lambda threshold: self.value(objective, threshold)))

    def sample(self, n: int, rng: np.random.Generator, *, weighted: bool = False) -> ThresholdCurve:
        """Draw n rows with both classes; weights are independent of labels and scores."""
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


def covers(objective: Metric, point: OperatingPoint, true_value: float) -> bool:
    """Return whether the interval at a fixed threshold covers the true value."""
    interval = metric_interval(objective, point)
    assert interval is not None
    return bool(interval.low <= true_value <= interval.high)


def fixed(n: int, prevalence: float, runs: int) -> list[str]:
    """Measure at a fixed threshold: plain and weighted."""
    population = Population(prevalence)
    covered: list[tuple[bool, ...]] = []
    at = {objective.label: population.best_threshold(objective) for objective in (F1, F2)}
    for plain, weighted in zip(samples(population, n, runs), samples(population, n, runs, weighted=True), strict=True):
        covered.append(
            (
                *(covers(each, plain.at(at[each.label]), population.value(each, at[each.label])) for each in (F1, F2)),
                *(
                    covers(each, weighted.at(at[each.label]), population.value(each, at[each.label]))
                    for each in (F1, F2)
                ),
            )
        )
    return [f"{n:,}", f"{prevalence:g}", *(share_text(column) for column in zip(*covered, strict=True))]


def assumed(n: int, prevalence: float, runs: int) -> Iterator[list[str]]:
    """Measure F1 where another share of positives is assumed: at a fixed threshold, and at the best one of the rows.

    Beside each interval is what it would be if the reweighted counts were taken for measured ones.
    """
    shares = [share for share in ASSUMED if share != prevalence]
    others = [Population(share) for share in shares]
    fixed_thresholds = [other.best_threshold(F1) for other in others]
    covered: list[list[tuple[bool, ...]]] = [[] for _ in shares]
    excess: list[list[float]] = [[] for _ in shares]
    for run, curve in enumerate(samples(Population(prevalence), n, runs)):
        curves = [at_prevalence(curve, share) for share in shares]
        optima = [best(each, F1) for each in curves]
        drawn = draw_shared_resamples(curve, optima, RESAMPLES, run)
        for place, (other, each, optimum) in enumerate(zip(others, curves, optima, strict=True)):
            estimate = estimate_from_resamples(optimum, drawn[place], random_state=run)
            taken_for_measured = replace(each, class_mix="measured")
            naive = best(taken_for_measured, F1)
            naive_estimate = estimate_from_resamples(naive, draw_resamples(taken_for_measured, naive, RESAMPLES))
            true_value = other.value(F1, estimate.threshold)
            fixed_value = other.value(F1, fixed_thresholds[place])
            fixed_points = [one.at(fixed_thresholds[place]) for one in (each, taken_for_measured)]
            intervals = [naive_estimate.interval, estimate.interval]
            covered[place].append(
                (
                    *(covers(F1, point, fixed_value) for point in fixed_points[::-1]),
                    *(one is not None and bool(one.low <= true_value <= one.high) for one in intervals),
                )
            )
            excess[place].append(estimate.estimate - true_value)
    for share, hits, errors in zip(shares, covered, excess, strict=True):
        columns = (share_text(column) for column in zip(*hits, strict=True))
        yield [f"{n:,}", f"{prevalence:g}", f"{share:g}", *columns, f"{mean(errors):+.3f}"]


@dataclass(frozen=True)
class Coverage:
    """For samples that both choose and evaluate a threshold: which intervals cover the true value, and the errors."""

    tuned: tuple[bool, ...]
    percentile: tuple[bool, ...]
    threshold: tuple[bool, ...]
    has_interval: tuple[bool, ...]
    apparent: tuple[float, ...]
    corrected: tuple[float, ...]

    @property
    def excess(self) -> list[str]:
        """Format the mean errors."""
        return [f"{mean(self.apparent):+.3f}", f"{mean(self.corrected):+.3f}"]


def evaluate(
    objective: Metric,
    population: Population,
    curves: Iterable[ThresholdCurve],
    constraints: Sequence[Constraint] = (),
) -> Coverage:
    """Choose the best threshold of each sample and compare its estimates with the true value."""
    truly_best = population.best_threshold(objective)
    outcomes = []
    for run, curve in enumerate(curves):
        try:
            optimum = best(curve, objective, constraints=constraints)
        except ConstraintsNotMet:
            continue
        drawn = draw_resamples(curve, optimum, RESAMPLES, random_state=run)
        estimate = estimate_from_resamples(optimum, drawn, random_state=run)
        true_value = population.value(objective, estimate.threshold)
        low, high = np.quantile(drawn.in_bag, [0.025, 0.975])
        # What a metric without an interval would have.
        interval = estimate.interval or interval_around(estimate.estimate, objective, optimum.point.counts)
        assert interval is not None
        outcomes.append(
            (
                bool(interval.low <= true_value <= interval.high),
                bool(low <= true_value <= high),
                bool(estimate.threshold_interval.low <= truly_best <= estimate.threshold_interval.high),
                estimate.interval is not None,
                estimate.apparent - true_value,
                estimate.estimate - true_value,
            )
        )
    return Coverage(*zip(*outcomes, strict=True))


def tuned(objective: Metric, n: int, prevalence: float, runs: int, *, weighted: bool = False) -> list[str]:
    """Measure at the best threshold of the same rows."""
    population = Population(prevalence)
    coverage = evaluate(objective, population, samples(population, n, runs, weighted=weighted))
    return [
        f"{objective.label}, weighted" if weighted else objective.label,
        f"{n:,}",
        f"{prevalence:g}",
        *(share_text(each) for each in (coverage.tuned, coverage.percentile, coverage.threshold)),
        *coverage.excess,
    ]


def hard(name: str, population: Population, runs: int, constraints: Sequence[Constraint] = ()) -> list[str]:
    """Measure F1 at the best threshold of the same rows in a harder case."""
    coverage = evaluate(F1, population, samples(population, HARD_SIZE, runs), constraints)
    shares = share_text(coverage.tuned), share_text(coverage.percentile)
    return [name, f"{len(coverage.tuned):,}", *shares, *coverage.excess]


def other_metric(objective: Metric, n: int, prevalence: float, runs: int) -> list[str]:
    """Measure the interval that a metric other than F1 and F-beta has, or would have, at its best threshold."""
    population = Population(prevalence)
    coverage = evaluate(objective, population, samples(population, n, runs))
    size, has_interval = [f"{n:,}", f"{prevalence:g}"], "yes" if all(coverage.has_interval) else "no"
    return [objective.label, *size, share_text(coverage.tuned), *coverage.excess, has_interval]


def share_text(covered: tuple[bool, ...]) -> str:
    """Format a share of runs."""
    return f"{100 * np.mean(covered):.1f} %"


def main(runs: int = RUNS_AMONG_ALL) -> None:
    """Print the tables; those of the harder cases and of the other metrics from a share of the runs."""
    start = time.perf_counter()
    fewer_runs = max(int(HARD_SHARE * runs), 1)
    precise = (Constraint.at_least("precision", HARD_PRECISION),)
    wheres, hows = ("chosen elsewhere", "tuned"), (", reweighted counts taken for measured", "")
    interval, excess = "interval around .632", ["apparent too high by", ".632 too high by"]
    tables: list[tuple[str, list[str], Iterator[list[str]]]] = [
        (
            f"95 % intervals at a threshold chosen elsewhere: how many of {runs:,} cover the true value",
            ["rows", "positives", "F1", "F2", "F1, weighted", "F2, weighted"],
            (fixed(*size, runs) for size in SIZES),
        ),
        (
            f"95 % intervals of F1 at an assumed share of positives, {fewer_runs:,} samples each",
            ["rows", "positives", "assumed", *(f"{where}{how}" for where in wheres for how in hows), excess[1]],
            (row for size in ASSUMED_SIZES for row in assumed(*size, fewer_runs)),
        ),
        (
            f"The same rows choose and evaluate, {runs:,} times, {RESAMPLES} resamples each",
            ["", "rows", "positives", interval, "re-optimized percentiles", "interval of the threshold", *excess],
            (
                tuned(objective, *size, runs, weighted=weighted)
                for objective, weighted in ((F1, False), (F2, False), (F1, True))
                for size in SIZES
            ),
        ),
        (
            f"Harder cases, {HARD_SIZE:,} rows, {100 * HARD_PREVALENCE:g} % positives",
            ["F1", "samples", interval, "re-optimized percentiles", *excess],
            (
                hard(name, population, fewer_runs, constraints)
                for name, population, constraints in (
                    ("useless scores", Population(HARD_PREVALENCE, distance=0.0), ()),
                    ("scores rounded to one decimal", Population(HARD_PREVALENCE, decimals=1), ()),
                    (f"within precision >= {HARD_PRECISION}", Population(HARD_PREVALENCE), precise),
                )
            ),
        ),
        (
            "Other metrics at their best threshold",
            ["", "rows", "positives", interval, *excess, "has one"],
            (other_metric(metric(name), *size, fewer_runs) for name in OTHER_METRICS for size in OTHER_SIZES),
        ),
    ]
    for title, head, rows in tables:
        timing.show(title, head, list(rows))
        print()
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
