"""How often intervals over overlapping splits cover the true difference: ``python -m benchmarks.splits [runs]``.

Two strategies as the lab compares them, with thresholds tuned out of fold: nearest means with all features, and with
half of them. Their mean difference over fresh samples is the true one.
"""

from __future__ import annotations

import math
import sys
from statistics import NormalDist, fmean, stdev

import numpy as np

from benchmarks import timing
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.repeats import corrected_interval

RUNS, FRESH = 400, 10  # runs a line, and fresh samples a run, whose mean is the true difference
SPLITS, FOLDS, TEST = 20, 5, 0.3
SIZES = [(442, 0.3), (1708, 0.05)]
FEATURES = np.array([0.9, 0.6, 0.5, 0.4, 0.3, 0.0, 0.0, 0.0])  # how far the means of the classes are apart
HALF = FEATURES.size // 2
Z = NormalDist().inv_cdf(0.975)


def sample(rng: np.random.Generator, n: int, prevalence: float) -> tuple[FloatArray, BoolArray]:
    """Draw rows of which a share is positive."""
    y_true = rng.permutation(n) < round(prevalence * n)
    return rng.normal(size=(n, FEATURES.size)) + np.outer(y_true, FEATURES), y_true


def scores(rows: FloatArray, y_true: BoolArray, others: FloatArray) -> FloatArray:
    """Score other rows by nearest means."""
    positive, negative = rows[y_true].mean(axis=0), rows[~y_true].mean(axis=0)
    direction = positive - negative
    return np.asarray((others - (positive + negative) / 2) @ direction / np.linalg.norm(direction), dtype=np.float64)


def folds(rng: np.random.Generator, y_true: BoolArray, number: int) -> FloatArray:
    """Assign rows to folds, stratified by class."""
    fold = np.empty(y_true.size)
    for label in (True, False):
        rows = rng.permutation(np.flatnonzero(y_true == label))
        fold[rows] = np.arange(rows.size) % number
    return fold


def test_f1(rng: np.random.Generator, rows: FloatArray, y_true: BoolArray, test: BoolArray) -> FloatArray:
    """Return the test F1 of both strategies at the thresholds that are tuned out of fold on the other rows."""
    train = ~test
    inner = folds(rng, y_true[train], FOLDS)
    values = []
    for width in (FEATURES.size, HALF):
        train_rows, labels = rows[train, :width], y_true[train]
        out_of_fold = np.empty(labels.size)
        for fold in range(FOLDS):
            held_out = inner == fold
            out_of_fold[held_out] = scores(train_rows[~held_out], labels[~held_out], train_rows[held_out])
        threshold = best(ThresholdCurve.from_predictions(labels, out_of_fold)).point.threshold
        flagged = scores(train_rows, labels, rows[test, :width]) >= threshold
        hits = np.count_nonzero(flagged & y_true[test])
        values.append(2 * hits / (np.count_nonzero(flagged) + np.count_nonzero(y_true[test])))
    return np.array(values)


def split(rng: np.random.Generator, y_true: BoolArray) -> BoolArray:
    """Choose the test rows, stratified by class."""
    test = np.zeros(y_true.size, dtype=np.bool_)
    for label in (True, False):
        rows = rng.permutation(np.flatnonzero(y_true == label))
        test[rows[: round(TEST * rows.size)]] = True
    return test


def line(n: int, prevalence: float, runs: int) -> list[str]:
    """Simulate one size."""
    rng = np.random.default_rng(0)
    differences, repeated = [], []
    for _ in range(runs):
        for _ in range(FRESH):
            rows, y_true = sample(rng, n, prevalence)
            differences.append(float(np.subtract(*test_f1(rng, rows, y_true, split(rng, y_true)))))
        rows, y_true = sample(rng, n, prevalence)
        gaps = [float(np.subtract(*test_f1(rng, rows, y_true, split(rng, y_true)))) for _ in range(SPLITS)]
        repeated.append(gaps)
    expected = fmean(differences)
    corrected = [corrected_interval(gaps, n_train=1 - TEST, n_test=TEST) for gaps in repeated]
    usual = [(fmean(gaps), Z * stdev(gaps) / math.sqrt(SPLITS)) for gaps in repeated]
    width, width_usual = fmean(each.half_width for each in corrected), fmean(half for _, half in usual)
    coverage = fmean(each.low <= expected <= each.high for each in corrected)
    coverage_usual = fmean(abs(mean - expected) <= half for mean, half in usual)
    return [
        f"{n:,}", f"{prevalence:.0%}", f"{expected:+.3f}", f"{coverage:.1%}", f"{width:.3f}", f"{coverage_usual:.1%}",
        f"{width_usual:.3f}",
    ]  # fmt: skip


def main(runs: int = RUNS) -> None:
    """Print the table."""
    head = [
        "rows",
        "positives",
        "true difference",
        "corrected covers it",
        "half width",
        "usual covers it",
        "half width",
    ]
    title = f"95 % intervals of a difference over {SPLITS} splits, {runs:,} times"
    timing.show(title, head, [line(*size, runs) for size in SIZES])


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:]))
