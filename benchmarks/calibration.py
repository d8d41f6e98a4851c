"""How often the test of calibration rejects, by simulation: ``python -m benchmarks.calibration [runs]``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from benchmarks import timing
from benchmarks.coverage import DISTANCE
from f1tools.calibration import assess_calibration
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve

RUNS, MOST_ROWS = 500, 20_000_000  # of a cell: fewer runs where samples are large
SIZES = [(n, prevalence) for n in (442, 1000, 5000, 100_000) for prevalence in (0.3, 0.05, 0.005)]
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


def main(runs: int = 100) -> None:
    """Print the table."""
    head = ["rows", "positives", "samples", "calibrated", "calibrated, weighted", *DISTORTIONS]
    timing.show("Samples that the test of calibration rejects at 5 %", head, [row(*size, runs) for size in SIZES])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
