"""Resamples of the table: against resamples of the rows, and the best threshold of each against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_curve

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import ConstraintsNotMet, Optimum, best
from f1tools.uncertainty.cells import Cells, bin_curve
from f1tools.uncertainty.resampling import best_in_each, draw, draw_resamples
from tests.strategies import Rows, rows

# Going down from a positive, negatives leave these as they are: which of the equal thresholds is taken may differ.
FLAT = ("recall",)


def counted(drawn: Rows, times: NDArray[np.int64], table: Cells) -> ConfusionCounts:
    """Count at each threshold of the table, row by row, what occurs as often as it does; one resample."""
    at_or_above = drawn.y_score.astype(np.float64) >= table.thresholds[:, np.newaxis]
    tp, fp = ((at_or_above * times * kind).sum(axis=1)[np.newaxis] for kind in (drawn.y_true, ~drawn.y_true))
    return ConfusionCounts(tn=fp[:, -1:] - fp, fp=fp, fn=tp[:, -1:] - tp, tp=tp)


def repeated(drawn: Rows, times: NDArray[np.int64]) -> ThresholdCurve:
    """Build the curve of the rows that occur, each as often as it does."""
    return ThresholdCurve.from_predictions(np.repeat(drawn.y_true, times), np.repeat(drawn.y_score, times))


def resample(draw_from: st.DataObject, drawn: Rows) -> NDArray[np.int64]:
    """Draw how often each row occurs, with both classes among those that do."""
    n = drawn.y_true.size
    times = np.array(draw_from.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    assume(times[drawn.y_true].any() and times[~drawn.y_true].any())
    return times


@pytest.mark.parametrize("name", METRICS)
@given(drawn=rows(), data=st.data())
@settings(deadline=None, max_examples=50)
def test_each_resample_has_the_best_of_its_rows(name: str, drawn: Rows, data: st.DataObject) -> None:
    """In every resample the threshold is the one that the repeated rows have as their best."""
    times = resample(data, drawn)
    optimum = best(drawn.curve(), name)
    table = bin_curve(drawn.curve(), optimum)
    at = int(best_in_each(counted(drawn, times, table), optimum, weighted=False)[0])
    expected = best(repeated(drawn, times), name).point
    if name in FLAT:
        kept = repeated(drawn, times).at(float(table.thresholds[at]))
        assert (kept.counts.tp, kept.counts.fp) == (expected.counts.tp, expected.counts.fp)
    else:
        assert table.thresholds[at] == expected.threshold


@given(drawn=rows(), data=st.data(), bound=st.sampled_from([0.2, 0.5, 0.75, 1.0]), flagged=st.integers(0, 12))
@settings(deadline=None, max_examples=200)
def test_each_resample_keeps_the_constraints(drawn: Rows, data: st.DataObject, bound: float, flagged: int) -> None:
    """With constraints it is the best that keeps them, and where none does the one that misses them by the least."""
    constraints = [Constraint.at_least("recall", bound), Constraint.at_most("flagged", flagged)]
    times = resample(data, drawn)
    everything = best(drawn.curve())
    asked = Optimum(
        everything.metric, everything.value, everything.point, everything.interval, everything.ties, tuple(constraints)
    )
    table = bin_curve(drawn.curve(), asked)
    at = int(best_in_each(counted(drawn, times, table), asked, weighted=False)[0])
    curve = repeated(drawn, times)
    try:
        expected = best(curve, constraints=constraints).point
    except ConstraintsNotMet as not_met:
        expected = not_met.closest
        kept = curve.at(float(table.thresholds[at])).counts
        for constraint in constraints:
            assert constraint.violation(kept) == pytest.approx(constraint.violation(expected.counts))
    else:
        assert table.thresholds[at] == expected.threshold


def test_rows_are_drawn_as_poisson_numbers() -> None:
    """A row occurs a Poisson number of times: means, variances and their covariance with the rows left out are its."""
    sizes = np.array([0, 1, 3, 40])
    table = Cells(np.array([np.inf, 3.0, 2.0, 1.0]), sizes, sizes[::-1].copy(), np.full(4, 1.0), np.full(4, 0.5))
    rng = np.random.default_rng(0)
    drawn = [draw(table, rng) for _ in range(400)]
    inside, outside = (
        np.concatenate([np.diff(each.tp, prepend=0.0, axis=1) for each in side]) for side in zip(*drawn, strict=True)
    )
    n = len(inside)
    assert np.abs(inside.mean(axis=0) - sizes).max() < 5 * math.sqrt(40 / n)
    assert np.abs(outside.mean(axis=0) - sizes / math.e).max() < 5 * math.sqrt(40 / n)
    assert inside.var(axis=0) == pytest.approx(sizes, rel=0.06)
    assert outside.var(axis=0) == pytest.approx(sizes * (1 - 1 / math.e) / math.e, rel=0.06)
    for position in (1, 2, 3):
        covariance = np.cov(inside[:, position], outside[:, position])[0, 1]
        assert covariance == pytest.approx(-sizes[position] / math.e, rel=0.1)
    assert (outside[:, 1] == (inside[:, 1] == 0)).all()
    weighed = np.concatenate([each.negatives() for each, _ in drawn])
    assert weighed.mean() == pytest.approx(22, abs=0.2)


def row_bootstrap(y_true: NDArray[np.bool_], y_score: NDArray[np.float64], times: int) -> NDArray[np.float64]:
    """Resample rows the plain way: threshold and F1 by scikit-learn, F1 on the rows left out by scikit-learn."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(times):
        weight = rng.poisson(1.0, y_true.size)
        truth, score = np.repeat(y_true, weight), np.repeat(y_score, weight)
        precision, recall, thresholds = precision_recall_curve(truth, score)
        f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
        at = np.argmax(f1[:-1])
        out = weight == 0
        judged = f1_score(y_true[out], y_score[out] >= thresholds[at], zero_division=0.0)
        found.append((thresholds[at], f1[at], judged))
    return np.array(found)


def test_the_law_is_that_of_resampled_rows() -> None:
    """Thresholds, best F1s and F1s on the rows left out have the distribution that resampling rows gives them."""
    rng = np.random.default_rng(0)
    y_true = rng.random(80) < 0.4
    y_score = np.round(rng.normal(size=80) + 1.2 * y_true, 1).astype(np.float64)  # with ties
    expected = row_bootstrap(y_true, y_score, 500)
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    drawn = draw_resamples(curve, best(curve), 4000)
    found = np.array([drawn.thresholds, drawn.in_bag, drawn.out_of_bag]).T
    error = np.sqrt(expected.var(axis=0) / len(expected) + found.var(axis=0) / len(found))
    assert (np.abs(found.mean(axis=0) - expected.mean(axis=0)) < 4 * error).all()
    assert found.std(axis=0) == pytest.approx(expected.std(axis=0), rel=0.12)
    for level in (0.1, 0.5, 0.9):
        lower = (found < np.quantile(expected, level, axis=0) - 1e-9).mean(axis=0)
        up_to = (found <= np.quantile(expected, level, axis=0) + 1e-9).mean(axis=0)
        assert ((lower - 0.06 < level) & (level < up_to + 0.06)).all()


def test_unequal_weights_are_resampled_with_their_rows() -> None:
    """With weights the mean weight drawn is that of the rows, and it varies as much as the sum of their squares."""
    rng = np.random.default_rng(0)
    weight = rng.exponential(size=300)
    y_true, y_score = rng.random(300) < 0.5, np.round(rng.random(300), 1)
    curve = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=weight)
    table = bin_curve(curve, best(curve))
    positives = np.concatenate([draw(table, rng)[0].positives()[:, 0] for _ in range(200)])
    assert positives.mean() == pytest.approx(weight[y_true].sum(), rel=0.01)
    assert positives.var() == pytest.approx((weight[y_true] ** 2).sum(), rel=0.08)


def test_a_class_weight_resamples_the_same_rows() -> None:
    """Weighing classes changes what is counted, not what is drawn: recall is the same in each resample."""
    rng = np.random.default_rng(0)
    y_true = rng.random(100) < 0.3
    plain = ThresholdCurve.from_predictions(y_true, rng.normal(size=100) + y_true)
    weighted = plain.reweighted(4.0, 0.25)
    tables = [bin_curve(curve, best(curve, "balanced_accuracy")) for curve in (plain, weighted)]
    one, other = (draw(table, np.random.default_rng(5))[1] for table in tables)
    assert other.tp == pytest.approx(4.0 * one.tp)
    assert other.fp == pytest.approx(0.25 * one.fp)


def test_rows_left_out_of_one_class_say_nothing() -> None:
    """With a single positive each resample lacks it in the bag or out of it: none of those that hold it can judge."""
    curve = ThresholdCurve.from_predictions([1, *[0] * 30], [0.8, *np.linspace(0, 1, 30)])
    drawn = draw_resamples(curve, best(curve), 200)
    held = drawn.in_bag > 0
    assert 0.5 < held.mean() < 0.75
    assert np.isnan(drawn.out_of_bag[held]).all()
    assert not np.isnan(drawn.out_of_bag[~held]).any()
