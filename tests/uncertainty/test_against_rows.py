"""Tests of the bootstrap against a plain bootstrap of the rows that uses nothing from the package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import best
from f1tools.uncertainty import tuned_estimate
from f1tools.uncertainty.resampling import draw_resamples
from f1tools.what_if import at_prevalence

Array = NDArray[Any]
Formula = Callable[[Array, Array, Array, Array], tuple[Array, Array]]

# Numerator and denominator, from tn, fp, fn, tp.
FORMULAS: dict[str, Formula] = {
    "f1": lambda tn, fp, fn, tp: (2 * tp, 2 * tp + fp + fn),
    "fbeta": lambda tn, fp, fn, tp: (5 * tp, 5 * tp + fp + 4 * fn),
    "precision": lambda tn, fp, fn, tp: (tp, tp + fp),
    "recall": lambda tn, fp, fn, tp: (tp, tp + fn),
    "specificity": lambda tn, fp, fn, tp: (tn, tn + fp),
    "npv": lambda tn, fp, fn, tp: (tn, tn + fn),
    "accuracy": lambda tn, fp, fn, tp: (tp + tn, tn + fp + fn + tp),
    "balanced_accuracy": lambda tn, fp, fn, tp: (tp / (tp + fn) + tn / (tn + fp), np.full(tp.shape, 2.0)),
    "mcc": lambda tn, fp, fn, tp: (
        tp * tn - fp * fn,
        # 0 where a class or a decision does not occur, by scikit-learn's convention, not 0/0.
        np.maximum(np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)), 1e-9),
    ),
    "youden_j": lambda tn, fp, fn, tp: (tp / (tp + fn) + tn / (tn + fp) - 1, np.ones(tp.shape)),
    "g_mean": lambda tn, fp, fn, tp: (np.sqrt(tp / (tp + fn) * tn / (tn + fp)), np.ones(tp.shape)),
    "jaccard": lambda tn, fp, fn, tp: (tp, tp + fp + fn),
    "kappa": lambda tn, fp, fn, tp: (2 * (tp * tn - fp * fn), (tp + fp) * (fp + tn) + (tp + fn) * (fn + tn)),
    "predicted_positive_rate": lambda tn, fp, fn, tp: (tp + fp, tn + fp + fn + tp),
    "lift": lambda tn, fp, fn, tp: (tp * (tn + fp + fn + tp), (tp + fp) * (tp + fn)),
}


class RowBootstrap(NamedTuple):
    """The value of a metric at the best threshold of all rows, and three values of each resample of the rows."""

    apparent: float
    thresholds: Array
    in_bag: Array
    out_of_bag: Array


def evaluate(name: str, counts: list[Array]) -> Array:
    """Evaluate a formula; nan where it is 0/0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        numerator, denominator = FORMULAS[name](*counts)
        return np.asarray(numerator / denominator)


def count_cells(y_true: Array, flagged: Array, times: Array) -> list[Array]:
    """Count rows with multiplicity in the four cells tn, fp, fn and tp, at each threshold."""
    return [
        (flagged == decision) @ (times * (y_true == label)).astype(float)
        for label, decision in ((False, False), (False, True), (True, False), (True, True))
    ]


def best_position(values: Array, flagged: Array, times: Array) -> int:
    """Return the best of descending thresholds: of equal ones the lowest score of a drawn row."""
    n_flagged = flagged @ times
    optimal = np.nan_to_num(values) >= np.nan_to_num(values).max() - 1e-12
    return int(np.flatnonzero(n_flagged == n_flagged[np.flatnonzero(optimal)[-1]])[0])


@pytest.fixture(scope="module")
def rows() -> tuple[Array, Array]:
    """Draw 60 rows with few positives and tied scores, so that the metrics are often undefined out of bag."""
    rng = np.random.default_rng(4)
    y_true = np.arange(60) < 15
    return y_true, np.round(rng.normal(size=60) + 1.2 * y_true, 1)


@pytest.fixture(scope="module")
def reference(rows: tuple[Array, Array]) -> dict[str, RowBootstrap]:
    """Draw 1,500 resamples of the rows, and tune and evaluate every metric in each."""
    y_true, y_score = rows
    thresholds = np.append(np.inf, np.unique(y_score)[::-1])
    flagged = y_score >= thresholds[:, np.newaxis]
    rng = np.random.default_rng(1)
    resamples: dict[str, list[tuple[float, float, float]]] = {name: [] for name in FORMULAS}
    for _ in range(1500):
        times = rng.poisson(1.0, y_true.size)
        in_bag, out_of_bag = (count_cells(y_true, flagged, each) for each in (times, (times == 0).astype(int)))
        both_classes = np.unique(y_true[times == 0]).size == 2
        for name, values in resamples.items():
            in_values = evaluate(name, in_bag)
            at = best_position(in_values, flagged, times)
            out_value = float(evaluate(name, out_of_bag)[at]) if both_classes else np.nan
            values.append((thresholds[at], in_values[at], out_value))
    everything = count_cells(y_true, flagged, np.ones(y_true.size, dtype=int))
    return {
        name: RowBootstrap(float(np.nanmax(evaluate(name, everything))), *np.array(values).T)
        for name, values in resamples.items()
    }


def test_every_metric_has_a_formula() -> None:
    """The reference covers all metrics."""
    assert set(FORMULAS) == set(METRICS)


@pytest.mark.parametrize("name", METRICS)
def test_estimate_equals_that_of_resampled_rows(
    name: str, rows: tuple[Array, Array], reference: dict[str, RowBootstrap]
) -> None:
    """The estimate is .368 of the apparent value and .632 of the mean of the defined out-of-bag values."""
    apparent, out_of_bag = reference[name].apparent, reference[name].out_of_bag
    defined = out_of_bag[~np.isnan(out_of_bag)]
    tuned = tuned_estimate(ThresholdCurve.from_predictions(*rows), name, n_resamples=4000)
    assert tuned.apparent == pytest.approx(apparent)
    error = 0.632 * defined.std() * np.sqrt(1 / defined.size + 1 / 4000)
    assert tuned.estimate == pytest.approx(0.367879 * apparent + 0.632121 * defined.mean(), abs=4 * error + 1e-9)


@pytest.mark.parametrize("name", ["precision", "npv", "lift"])
def test_undefined_values_would_change_the_mean(name: str, reference: dict[str, RowBootstrap]) -> None:
    """On these rows undefined out-of-bag values occur, and counting them as 0 would change the mean visibly."""
    out_of_bag = reference[name].out_of_bag
    undefined = np.isnan(out_of_bag).mean()
    assert undefined > 0.02
    defined = out_of_bag[~np.isnan(out_of_bag)]
    assert defined.mean() * undefined > 6 * defined.std() / np.sqrt(defined.size)


@pytest.mark.parametrize("name", ["f1", "mcc"])
def test_estimate_at_another_prevalence_equals_that_of_resampled_rows(name: str, rows: tuple[Array, Array]) -> None:
    """With the classes of the bag weighted to 5% positives, the estimate is the metric at the estimates of both rates.

    It is lowered in the proportion in which the estimate of the metric itself is lower, at the prevalence of the rows.
    """
    (y_true, y_score), share, runs = rows, 0.05, 1500
    thresholds = np.append(np.inf, np.unique(y_score)[::-1])
    flagged, rng = y_score >= thresholds[:, np.newaxis], np.random.default_rng(2)

    def in_population(times: Array) -> list[Array]:
        sizes = (times * ~y_true).sum(), (times * y_true).sum()
        weights = np.where(y_true, share / max(sizes[1], 1), (1 - share) / max(sizes[0], 1))
        return count_cells(y_true, flagged, times * weights)

    everything = evaluate(name, in_population(np.ones(y_true.size)))
    drawn = np.full((runs, 2), np.nan)
    for run, times in enumerate(rng.poisson(1.0, (runs, y_true.size))):
        at = best_position(evaluate(name, in_population(times)), flagged, times)
        for column, members in enumerate((y_true, ~y_true)):
            if (left_out := members & (times == 0)).any():
                drawn[run, column] = flagged[at, left_out].mean()
    best_on_all = best_position(everything, flagged, np.ones(y_true.size, dtype=int))
    apparent = np.array([flagged[best_on_all, members].mean() for members in (y_true, ~y_true)])
    recall, false_positive_rate = 0.367879 * apparent + 0.632121 * np.nanmean(drawn, axis=0)
    tuned = tuned_estimate(at_prevalence(ThresholdCurve.from_predictions(*rows), share), name, n_resamples=2000)
    error = np.nanstd(drawn, axis=0) * np.sqrt(1 / runs + 1 / 2000)
    assert tuned.rates.recall == pytest.approx(recall, abs=3 * error[0])
    assert tuned.rates.false_positive_rate == pytest.approx(false_positive_rate, abs=3 * error[1])

    def value_at(prevalence: float, rates: Array) -> Array:
        hits, alarms = prevalence * rates[..., 0], (1 - prevalence) * rates[..., 1]
        return evaluate(name, [1 - prevalence - alarms, alarms, prevalence - hits, hits])

    expected, own = np.array([tuned.rates.recall, tuned.rates.false_positive_rate]), float(y_true.mean())
    left_out = value_at(own, drawn[~np.isnan(drawn).any(axis=1)])
    lowered = (0.367879 * value_at(own, apparent) + 0.632121 * left_out.mean()) / value_at(own, expected)
    tolerance = 3 * left_out.std() * np.sqrt(1 / runs + 1 / 2000) / value_at(own, expected)
    assert tuned.estimate / value_at(share, expected) == pytest.approx(min(float(lowered), 1.0), abs=float(tolerance))
    assert tuned.apparent == pytest.approx(np.nanmax(everything))


def test_distribution_equals_that_of_resampled_rows(
    rows: tuple[Array, Array], reference: dict[str, RowBootstrap]
) -> None:
    """Thresholds, in-bag F1 and out-of-bag F1 have the means, deviations and quantiles of resampled rows."""
    expected = np.array(reference["f1"][1:]).T
    curve = ThresholdCurve.from_predictions(*rows)
    resamples = draw_resamples(curve, best(curve), 4000)
    drawn = np.array([resamples.thresholds, resamples.in_bag, resamples.out_of_bag]).T
    expected, drawn = (values[~np.isnan(values).any(axis=1)] for values in (expected, drawn))
    error = np.sqrt(expected.var(axis=0) / len(expected) + drawn.var(axis=0) / len(drawn))
    assert (np.abs(drawn.mean(axis=0) - expected.mean(axis=0)) < 4 * error).all()
    assert drawn.std(axis=0) == pytest.approx(expected.std(axis=0), rel=0.12)
    for level in (0.1, 0.5, 0.9):
        quantile = np.quantile(expected, level, axis=0)
        below, up_to = (drawn < quantile - 1e-9).mean(axis=0), (drawn <= quantile + 1e-9).mean(axis=0)
        assert ((below - 0.06 < level) & (level < up_to + 0.06)).all()
