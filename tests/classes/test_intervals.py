"""Intervals of averages where resamples say nothing, by closed forms: no row is decided wrongly, or none rightly."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from f1tools.classes import ClassCurves, decide_classes, estimate_rules
from f1tools.classes.intervals import interval_of_average
from f1tools.uncertainty.intervals import normal_quantile

SIZES = np.array([10, 12, 30])


def without_errors(*, one_per_row: bool, weight: float | None = None) -> ClassCurves:
    """Return rows of three classes, each of which has the highest score and no other one above 0.5."""
    codes = np.repeat(np.arange(3), SIZES)
    is_class = np.eye(3)[codes]
    y_true = codes if one_per_row else is_class.astype(int)
    rows = None if weight is None else np.full(codes.size, weight)
    return ClassCurves.from_predictions(y_true, 0.2 + 0.4 * is_class, sample_weight=rows)


@pytest.mark.parametrize("weight", [None, 0.25])
def test_accuracy_without_errors_has_wilsons_interval(weight: float | None) -> None:
    """Micro F1 is the accuracy where each row has one class; weights that are all alike change nothing."""
    curves = without_errors(one_per_row=True, weight=weight)
    interval = estimate_rules(decide_classes(curves), n_resamples=20).rules["default"].intervals["micro"]
    low = binomtest(SIZES.sum(), SIZES.sum()).proportion_ci(method="wilson").low
    assert (interval.low, interval.high) == pytest.approx((low, 1.0))


@pytest.mark.parametrize("rule", ["default", "common", "own"])
def test_averages_of_labels_without_errors(rule: str) -> None:
    """F1 of n positives without an error is at least 2 n / (2 n + z²), and distances from 1 add up as squares."""
    found = estimate_rules(decide_classes(without_errors(one_per_row=False)), n_resamples=20)
    intervals = found.rules[rule].intervals  # type: ignore[index]
    squared = normal_quantile(0.95) ** 2
    below = squared / (2 * SIZES + squared)
    expected = {
        "macro": np.sqrt((below**2).sum()) / 3,
        "weighted": np.sqrt(((SIZES * below) ** 2).sum()) / SIZES.sum(),
        "micro": squared / (2 * SIZES.sum() + squared),
    }
    for average, margin in expected.items():
        interval = intervals[average]  # type: ignore[index]
        assert (interval.low, interval.high) == pytest.approx((1 - margin, 1.0))


def test_nothing_right() -> None:
    """Where no label is flagged rightly the averages are 0, and may be higher on new rows."""
    y_true = np.repeat(np.eye(2, dtype=int), 20, axis=0)
    curves = ClassCurves.from_predictions(y_true, 0.4 - 0.1 * y_true)
    intervals = estimate_rules(decide_classes(curves), n_resamples=20).rules["default"].intervals
    assert all(each.low == 0 and 0.02 < each.high < 0.3 for each in intervals.values())


def test_the_wider_of_the_two_counts_for_the_rows() -> None:
    """Variances by tuning are added, half of them; each bound has its own margin."""
    squared = normal_quantile(0.9) ** 2
    interval = interval_of_average(0.5, 0.01, 0.02, (0.1, 0.3), 0.9)
    assert 0.5 - interval.low == pytest.approx(np.sqrt(squared * 0.02))
    assert interval.high - 0.5 == pytest.approx(np.sqrt(0.3**2 + squared * 0.01))
    whole = interval_of_average(0.5, 4.0, 0.0, (0.1, 0.3), 0.9)
    assert (whole.low, whole.high) == (0, 1)
