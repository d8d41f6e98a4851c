"""How often the test of calibration rejects, by simulation: ``python -m benchmarks.calibration [runs]``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
from scipy.stats import norm

from benchmarks import timing
from benchmarks.coverage import DISTANCE
from f1tools.calibration import assess_calibration
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.predictions import Predictions

RUNS, MOST_ROWS = 500, 20_000_000  # of a cell: fewer runs where samples are large
SIZES = [(n, prevalence) for n in (442, 1000, 5000, 100_000) for prevalence in (0.3, 0.05, 0.005)]
CLUSTERS = [(*size, prevalence) for size in ((30, 5), (200, 5), (50, 20)) for prevalence in (0.3, 0.05)]
CORRELATION = 0.3  # of the labels of a cluster beyond their scores
# Of the log-odds around those of the prevalence.
DISTORTIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "doubled slope": lambda odds: 2 * odds,
    "halved slope": lambda odds: odds / 2,
    "odds times 1.65": lambda odds: odds + 0.5,
    "S-shape": lambda odds: odds + np.sin(2 * odds),
}


def samples(
    n: int, prevalence: float, distort: Callable[[FloatArray], FloatArray] | None = None, *, weighted: bool = False
) -> Iterator[ThresholdCurve]:
    """Draw samples of both classes; scores are normal in each, and given as their true or distorted probability."""
    center = np.log(prevalence / (1 - prevalence))
    for seed in np.random.SeedSequence(n).spawn(RUNS * 10):
        rng = np.random.default_rng(seed)
        y_true = rng.random(n) < prevalence
        if y_true.any() and not y_true.all():
            odds = DISTANCE * (rng.normal(size=n) + DISTANCE * y_true - DISTANCE / 2)
            y_score = 1 / (1 + np.exp(-center - (odds if distort is None else distort(odds))))
            weight = rng.exponential(size=n) if weighted else None
            yield ThresholdCurve.from_predictions(y_true, y_score, sample_weight=weight)


def row(n: int, prevalence: float, runs: int) -> list[str]:
    """Return the share of samples that are rejected: calibrated ones, with weights, and distorted ones."""
    runs = max(min(runs, MOST_ROWS // n), 1)
    drawn = [
        samples(n, prevalence),
        samples(n, prevalence, weighted=True),
        *(samples(n, prevalence, distort) for distort in DISTORTIONS.values()),
    ]
    shares = [np.mean([assess_calibration(curve).is_significant for curve in islice(each, runs)]) for each in drawn]
    return [f"{n:,}", f"{100 * prevalence:g} %", f"{runs:,}", *(f"{100 * share:.1f} %" for share in shares)]


def in_clusters(n_clusters: int, size: int, prevalence: float) -> Iterator[ThresholdCurve]:
    """Draw calibrated samples in clusters: half of the log-odds and some of what else decides the label are shared."""
    cluster = np.repeat(np.arange(n_clusters), size)
    for seed in np.random.SeedSequence(n_clusters).spawn(RUNS * 10):
        rng = np.random.default_rng(seed)

        def shared(correlation: float, rng: np.random.Generator = rng) -> FloatArray:
            of_cluster, alone = rng.normal(size=n_clusters)[cluster], rng.normal(size=cluster.size)
            mixed: FloatArray = np.sqrt(correlation) * of_cluster + np.sqrt(1 - correlation) * alone
            return mixed

        y_score = 1 / (1 + np.exp(-np.log(prevalence / (1 - prevalence)) - DISTANCE * shared(0.5)))
        y_true = norm.cdf(shared(CORRELATION)) < y_score
        if y_true.any() and not y_true.all():
            yield Predictions.from_arrays(y_true, y_score, cluster=cluster).curve()


def clustered_row(n_clusters: int, size: int, prevalence: float, runs: int) -> list[str]:
    """Return the share of samples that are rejected, and of intervals of bins that hold the mean score."""
    rejected, covered = [], []
    for curve in islice(in_clusters(n_clusters, size, prevalence), runs):
        found = [assess_calibration(each) for each in (curve, replace(curve, clusters=None))]
        rejected.append([each.is_significant for each in found])
        covered.append([1 - each.bins.missed.mean() for each in found])
    shares = [np.mean(each, axis=0) for each in (rejected, covered)]
    texts = [f"{100 * kept:.1f} % ({100 * ignored:.1f} %)" for kept, ignored in shares]
    return [f"{n_clusters}", f"{size}", f"{100 * prevalence:g} %", f"{runs:,}", *texts]


def main(runs: int = 100) -> None:
    """Print both tables."""
    head = ["rows", "positives", "samples", "calibrated", "calibrated, weighted", *DISTORTIONS]
    timing.show("Samples that the test of calibration rejects at 5 %", head, [row(*size, runs) for size in SIZES])
    head = ["clusters", "rows in each", "positives", "samples", "calibrated, rejected", "bins covered"]
    lines = [clustered_row(*each, runs) for each in CLUSTERS]
    timing.show("The same for rows in clusters; in parentheses as if they were independent", head, lines)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
