"""What to expect of threshold vectors on new rows: each resample by scikit-learn, and the bias of simulated samples."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import f1_score

from f1tools.classes import Average, ClassCurves, best_vector, vector_estimate
from f1tools.classes import estimates as module
from tests.helpers import constants

AVERAGES: tuple[Average, ...] = ("macro", "weighted", "micro")


def drawn_rows(seed: int, n: int, n_resamples: int) -> np.ndarray:
    """Return how often each row is drawn in the resamples of an estimate."""
    _, rng = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(2))
    return np.array([np.bincount(rng.integers(n, size=n), minlength=n) for _ in range(n_resamples)])


@pytest.mark.parametrize("average", AVERAGES)
def test_each_resample_by_scikit_learn(average: Average) -> None:
    """The estimate is the mean of what the best thresholds of the rows drawn are worth on the others."""
    rng = np.random.default_rng(1)
    y_true = rng.random((40, 2)) < [0.5, 0.3]
    y_score = (rng.normal(size=(40, 2)) + y_true).round()
    curves = ClassCurves.from_predictions(y_true.astype(int), y_score)
    found = vector_estimate(curves, best_vector(curves, average, min_positives=0), n_resamples=3, random_state=7)
    of_labels, pooled = [], []
    for times in drawn_rows(7, 40, 3):
        rows, left = np.repeat(np.arange(40), times), times == 0
        choices = [np.append(np.unique(column), np.inf)[::-1] for column in y_score.T]
        vectors = [np.array(each) for each in product(*choices)]
        values = [f1_score(y_true[rows], y_score[rows] >= each, average=average, zero_division=0) for each in vectors]
        best = [each for each, value in zip(vectors, values, strict=True) if value >= max(values) - 1e-12]
        lowest = np.min(best, axis=0)
        of_labels.append(f1_score(y_true[left], y_score[left] >= lowest, average=None, zero_division=0))
        pooled.append(f1_score(y_true[left], y_score[left] >= lowest, average="micro", zero_division=0))
    weights = y_true.sum(axis=0) if average == "weighted" else None
    mean = np.mean(of_labels, axis=0)
    right = np.mean(pooled) if average == "micro" else np.average(mean, weights=weights)
    assert found.estimate == pytest.approx(right)
    np.testing.assert_allclose(found.each, mean)
    assert found.apparent == pytest.approx(f1_score(y_true, found.vector.decide(y_score), average=average))
    assert found.interval.low < found.estimate < found.interval.high
    assert found.optimism == found.apparent - found.estimate


def test_many_rows_are_dealt_into_blocks() -> None:
    """With blocks of rows and binned thresholds the estimate is nearly that of the rows."""
    rng = np.random.default_rng(2)
    y_true = rng.random((3000, 3)) < [0.3, 0.1, 0.05]
    curves = ClassCurves.from_predictions(y_true.astype(int), rng.normal(size=(3000, 3)) + 2 * y_true)
    vector = best_vector(curves)
    rows = vector_estimate(curves, vector)
    with constants(module, FEW_ROWS=1000, _MAX_CANDIDATES=64), constants(module, deal_rows=_in_blocks):
        blocks = vector_estimate(curves, vector)
    assert blocks.estimate == pytest.approx(rows.estimate, abs=0.005)
    widths = [each.interval.high - each.interval.low for each in (blocks, rows)]
    assert widths[0] == pytest.approx(widths[1], rel=0.25)


def _in_blocks(*args: object) -> object:
    from f1tools.uncertainty.tables import deal_rows

    return deal_rows(*args, few_rows=1000, n_blocks=500)  # type: ignore[arg-type]


def test_less_biased_than_the_value_on_these_rows() -> None:
    """In samples with few positives the estimate is near the true value on average, which is known in closed form."""
    prevalence, distance, gaps = np.array([0.01, 0.02, 0.05, 0.1, 0.3]), 1.5, []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        y_true = rng.random((1000, 5)) < prevalence
        y_true[0], y_true[1] = True, False
        curves = ClassCurves.from_predictions(y_true.astype(int), rng.normal(size=(1000, 5)) + distance * y_true)
        vector = best_vector(curves, min_positives=0)
        found = vector_estimate(curves, vector, n_resamples=60, random_state=seed)
        tp = prevalence * norm.sf(vector.thresholds - distance)
        flagged = tp + (1 - prevalence) * norm.sf(vector.thresholds)
        truth = float(np.mean(2 * tp / (prevalence + flagged)))
        gaps.append((found.apparent - truth, found.estimate - truth))
    of_apparent, of_estimate = np.mean(gaps, axis=0)
    assert of_apparent > 0.03
    assert abs(of_estimate) < of_apparent / 3
