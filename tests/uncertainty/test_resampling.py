"""Tests of resampling the binned curve against resampled rows, and of the best threshold in each resample."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import ConstraintsNotMet, Optimum, best
from f1tools.uncertainty.cells import Cells, bin_curve
from f1tools.uncertainty.resampling import Drawing, best_in_each, draw, draw_resamples
from tests.strategies import Rows, rows


def repeat_rows(sample: Rows, times: NDArray[np.int64]) -> ThresholdCurve:
    """Return the curve of the rows with their multiplicities."""
    return ThresholdCurve.from_predictions(np.repeat(sample.y_true, times), np.repeat(sample.y_score, times))


def draw_multiplicities(data: st.DataObject, sample: Rows) -> NDArray[np.int64]:
    """Draw the multiplicity of each row such that both classes occur."""
    n = sample.y_true.size
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    assume(times[sample.y_true].any() and times[~sample.y_true].any())
    return times


def best_threshold(sample: Rows, times: NDArray[np.int64], optimum: Optimum) -> float:
    """Return the best threshold of one resample, from counts of its rows at the thresholds of the binned curve."""
    table = bin_curve(sample.curve(), [optimum])
    flagged = sample.y_score.astype(np.float64) >= table.thresholds[:, np.newaxis]
    tp, fp = ((flagged * times * kind).sum(axis=1)[np.newaxis] for kind in (sample.y_true, ~sample.y_true))
    counts = ConfusionCounts(tn=fp[:, -1:] - fp, fp=fp, fn=tp[:, -1:] - tp, tp=tp)
    return float(table.thresholds[best_in_each(counts, optimum, weighted=False)[0]])


@pytest.mark.parametrize("name", METRICS)
@given(sample=rows(), data=st.data())
@settings(deadline=None, max_examples=50)
def test_best_threshold_is_that_of_the_repeated_rows(name: str, sample: Rows, data: st.DataObject) -> None:
    """In each resample the threshold is the best one of the rows with their multiplicities."""
    times = draw_multiplicities(data, sample)
    repeated = repeat_rows(sample, times)
    expected = best(repeated, name).point
    threshold = best_threshold(sample, times, best(sample.curve(), name))
    if name == "recall":  # it does not change between two positives, so equally good thresholds may differ
        counts = repeated.at(threshold).counts
        assert (counts.tp, counts.fp) == (expected.counts.tp, expected.counts.fp)
    else:
        assert threshold == expected.threshold


@given(sample=rows(), data=st.data(), bound=st.sampled_from([0.2, 0.5, 0.75, 1.0]), flagged=st.integers(0, 12))
@settings(deadline=None, max_examples=200)
def test_best_threshold_under_constraints(sample: Rows, data: st.DataObject, bound: float, flagged: int) -> None:
    """It is the best feasible threshold, or the one with the smallest violation where none is feasible."""
    constraints = (Constraint.at_least("recall", bound), Constraint.at_most("flagged", flagged))
    times = draw_multiplicities(data, sample)
    free = best(sample.curve())
    optimum = Optimum(free.metric, free.value, free.point, free.interval, free.ties, constraints)
    threshold, repeated = best_threshold(sample, times, optimum), repeat_rows(sample, times)
    try:
        feasible, expected = True, best(repeated, constraints=constraints).point
    except ConstraintsNotMet as not_met:
        feasible, expected = False, not_met.closest
    assert threshold == expected.threshold or not feasible
    for constraint in constraints:
        violation = constraint.violation(repeated.at(threshold).counts)
        assert violation == pytest.approx(constraint.violation(expected.counts))


@pytest.mark.parametrize("drawing", [1, 2])
def test_multiplicities_are_poisson(drawing: Drawing) -> None:
    """Multiplicities and rows out of the bag have the means, variances and covariances of a Poisson(1) draw."""
    sizes = np.array([0, 1, 3, 40])
    table = Cells(np.array([np.inf, 3.0, 2.0, 1.0]), sizes, sizes[::-1].copy(), np.full(4, 1.0), np.full(4, 0.5))
    rng = np.random.default_rng(0)
    batches = [draw(table, rng, drawing) for _ in range(400)]
    in_bag, out_of_bag = (
        np.concatenate([np.diff(each.tp, prepend=0.0, axis=1) for each in part]) for part in zip(*batches, strict=True)
    )
    tolerance = 5 * math.sqrt(40 / len(in_bag))
    assert np.abs(in_bag.mean(axis=0) - sizes).max() < tolerance
    assert np.abs(out_of_bag.mean(axis=0) - sizes / math.e).max() < tolerance
    assert in_bag.var(axis=0) == pytest.approx(sizes, rel=0.06)
    assert out_of_bag.var(axis=0) == pytest.approx(sizes * (1 - 1 / math.e) / math.e, rel=0.06)
    for position in (1, 2, 3):
        covariance = np.cov(in_bag[:, position], out_of_bag[:, position])[0, 1]
        assert covariance == pytest.approx(-sizes[position] / math.e, rel=0.1)
    assert (out_of_bag[:, 1] == (in_bag[:, 1] == 0)).all()
    negatives = np.concatenate([each.negatives() for each, _ in batches])
    assert negatives.mean() == pytest.approx(22, abs=0.2)


def test_unequal_weights_are_resampled_with_their_rows() -> None:
    """The drawn weight has the mean of the rows' total weight and the variance of its sum of squares."""
    rng = np.random.default_rng(0)
    weight = rng.exponential(size=300)
    y_true, y_score = rng.random(300) < 0.5, np.round(rng.random(300), 1)
    curve = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=weight)
    table = bin_curve(curve, [best(curve)])
    positives = np.concatenate([draw(table, rng)[0].positives()[:, 0] for _ in range(200)])
    assert positives.mean() == pytest.approx(weight[y_true].sum(), rel=0.01)
    assert positives.var() == pytest.approx((weight[y_true] ** 2).sum(), rel=0.08)


def test_class_weights_do_not_change_the_drawn_rows() -> None:
    """With the same seed the same rows are drawn, each counted with its weight."""
    rng = np.random.default_rng(0)
    y_true = rng.random(100) < 0.3
    curve = ThresholdCurve.from_predictions(y_true, rng.normal(size=100) + y_true)
    tables = [bin_curve(each, [best(each, "balanced_accuracy")]) for each in (curve, curve.reweighted(4.0, 0.25))]
    plain, weighted = (draw(table, np.random.default_rng(5))[1] for table in tables)
    assert weighted.tp == pytest.approx(4.0 * plain.tp)
    assert weighted.fp == pytest.approx(0.25 * plain.fp)


def test_out_of_bag_rows_of_one_class_are_undefined() -> None:
    """A single positive is either in or out of the bag; where it is in, the out-of-bag value is nan."""
    curve = ThresholdCurve.from_predictions([1, *[0] * 30], [0.8, *np.linspace(0, 1, 30)])
    resamples = draw_resamples(curve, best(curve), 200)
    in_bag = resamples.in_bag > 0
    assert 0.5 < in_bag.mean() < 0.75
    np.testing.assert_array_equal(np.isnan(resamples.out_of_bag), in_bag)


def test_many_rows_are_drawn_from_tables() -> None:
    """Tables are used where thresholds are merged, unless the other way is asked for; both estimate the same."""
    rng = np.random.default_rng(0)
    y_score = rng.random(20_000)
    curve = ThresholdCurve.from_predictions(rng.random(y_score.size) < y_score**3, y_score)
    optimum = best(curve)
    fast, slow = (draw_resamples(curve, optimum, 300, drawing=drawing) for drawing in (None, 1))
    assert (fast.drawing, slow.drawing) == (2, 1)
    for field in ("in_bag", "out_of_bag", "recall", "false_positive_rate"):
        one, other = getattr(fast, field), getattr(slow, field)
        assert one.mean() == pytest.approx(other.mean(), abs=4 * other.std() * math.sqrt(2 / 300))
        assert one.std() == pytest.approx(other.std(), rel=0.2)
    few = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.6])
    assert draw_resamples(few, best(few), 25).drawing == 1
