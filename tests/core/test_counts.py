"""The metrics computed from the four counts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from f1tools.core.counts import ConfusionCounts, ratio
from f1tools.core.metrics import METRICS, defined_values, metric
from tests.exact import Cells, exact, plain

SMALL = [cells for cells in itertools.product(range(3), repeat=4) if any(cells)]
count = st.integers(0, 3_000_000)
four_counts = st.tuples(count, count, count, count).filter(any)

# The functions of scikit-learn, called with y_true and y_pred.
SCIKIT_LEARN: dict[str, Callable[..., Any]] = {
    "f1": lambda t, p: sk.f1_score(t, p, zero_division=0),
    "fbeta": lambda t, p: sk.fbeta_score(t, p, beta=2, zero_division=0),
    "precision": lambda t, p: sk.precision_score(t, p, zero_division=0),
    "recall": lambda t, p: sk.recall_score(t, p, zero_division=0),
    "specificity": lambda t, p: sk.recall_score(t, p, pos_label=0, zero_division=0),
    "npv": lambda t, p: sk.precision_score(t, p, pos_label=0, zero_division=0),
    "accuracy": sk.accuracy_score,
    "mcc": sk.matthews_corrcoef,
    "jaccard": lambda t, p: sk.jaccard_score(t, p, zero_division=0),
    "balanced_accuracy": sk.balanced_accuracy_score,
    "youden_j": lambda t, p: sk.balanced_accuracy_score(t, p, adjusted=True),
    "kappa": sk.cohen_kappa_score,
}
NEED_BOTH_CLASSES = ("balanced_accuracy", "youden_j", "kappa")


def labels_of(cells: tuple[int, ...]) -> tuple[Any, Any]:
    """Return labels and predictions with these counts tn, fp, fn, tp."""
    return np.repeat([0, 0, 1, 1], cells), np.repeat([0, 1, 0, 1], cells)


@pytest.mark.filterwarnings("ignore:A single label was found:UserWarning")
@pytest.mark.parametrize("name", SCIKIT_LEARN)
def test_metrics_equal_scikit_learn_on_every_small_matrix(name: str) -> None:
    """Degenerate matrices included, every metric has scikit-learn's value; some only where both classes occur."""
    for cells in SMALL:
        y_true, y_pred = labels_of(cells)
        if name not in NEED_BOTH_CLASSES or 0 < y_true.sum() < y_true.size:
            expected = SCIKIT_LEARN[name](y_true, y_pred)
            assert metric(name).evaluate(ConfusionCounts(*cells)) == pytest.approx(expected, abs=1e-15), cells


@pytest.mark.parametrize("name", METRICS)
@given(cells=four_counts)
@settings(max_examples=40)
def test_metrics_are_exact_with_millions_of_rows(name: str, cells: tuple[int, int, int, int]) -> None:
    """With millions of rows a metric equals its definition in exact arithmetic to 14 digits."""
    expected = exact(name, Cells(*(Fraction(n) for n in cells)))
    value = metric(name).evaluate(ConfusionCounts(*(np.int64(n) for n in cells)))
    if expected is None:
        assert math.isnan(value)
    else:
        assert value == pytest.approx(plain(name, expected), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("name", METRICS)
@given(many=st.lists(four_counts, min_size=1, max_size=8))
@settings(max_examples=30)
def test_metrics_of_arrays(name: str, many: list[tuple[int, int, int, int]]) -> None:
    """A metric of arrays is the array of the metrics."""
    together = metric(name).evaluate(ConfusionCounts(*np.array(many, dtype=np.int64).T))
    apart = [metric(name).evaluate(ConfusionCounts(*cells)) for cells in many]
    assert together.dtype == np.float64
    np.testing.assert_array_equal(together, apart)


@pytest.mark.parametrize("name", METRICS)
@given(cells=four_counts, scale=st.sampled_from([0.125, 0.5, 4.0, 1024.0]))
@settings(max_examples=30)
def test_metrics_do_not_depend_on_the_unit_of_the_weights(
    name: str, cells: tuple[int, int, int, int], scale: float
) -> None:
    """Scaling all weights changes no metric."""
    plain_value = metric(name).evaluate(ConfusionCounts(*cells))
    scaled = metric(name).evaluate(ConfusionCounts(*(scale * n for n in cells)))
    assert scaled == pytest.approx(plain_value, rel=1e-14, abs=1e-15, nan_ok=True)


@given(cells=four_counts)
def test_margins_add_up(cells: tuple[int, int, int, int]) -> None:
    """Margins are sums of the counts; lift is precision over prevalence."""
    counts = ConfusionCounts(*cells)
    tn, fp, fn, tp = cells
    assert counts.positives() == tp + fn
    assert counts.negatives() == tn + fp
    assert counts.total() == sum(cells)
    assert counts.flagged() == tp + fp
    assert counts.prevalence() == (tp + fn) / sum(cells)
    assert counts.predicted_positive_rate() == (tp + fp) / sum(cells)
    assert counts.false_positive_rate() == (fp / (fp + tn) if fp + tn else 0)
    if tp:
        assert counts.lift() == pytest.approx(counts.precision() / counts.prevalence(), rel=1e-14)


def test_undefined_values() -> None:
    """Precision, lift and the negative predictive value are 0 where they are undefined, or nan on request."""
    nothing_flagged = ConfusionCounts(tn=5, fp=0, fn=2, tp=0)
    all_flagged = ConfusionCounts(tn=np.array([0, 3]), fp=np.array([5, 2]), fn=np.array([0, 1]), tp=np.array([2, 1]))
    assert nothing_flagged.precision() == nothing_flagged.lift() == 0
    assert math.isnan(nothing_flagged.precision(zero_division=np.nan))
    assert all(np.isnan(defined_values(metric(name), nothing_flagged)) for name in ("precision", "lift"))
    np.testing.assert_array_equal(defined_values(metric("npv"), all_flagged), [np.nan, 0.75])
    np.testing.assert_array_equal(all_flagged.negative_predictive_value(), [0, 0.75])


def test_kappa_is_undefined_with_one_label_only() -> None:
    """With one label in labels and predictions, agreement is due to chance alone: kappa is nan."""
    assert math.isnan(ConfusionCounts(tn=0, fp=0, fn=0, tp=4).cohen_kappa())
    assert math.isnan(ConfusionCounts(tn=4, fp=0, fn=0, tp=0).cohen_kappa())
    assert ConfusionCounts(tn=0, fp=0, fn=4, tp=0).cohen_kappa() == 0


def test_ratio_broadcasts() -> None:
    """Only quotients with a denominator of 0 are replaced, for arguments of any shape."""
    np.testing.assert_array_equal(ratio(1, [[0], [2]], zero_division=7), [[7], [0.5]])
    np.testing.assert_array_equal(ratio([1, 3], [0, 2]), [0, 1.5])
    np.testing.assert_array_equal(ratio([1, 3], 2), [0.5, 1.5])
    np.testing.assert_array_equal(ratio([2, 3], [1, 2]), [2, 1.5])
    np.testing.assert_array_equal(ratio(2, 0, zero_division=-1), -1)
