"""Intervals where rows are in clusters: laws, the variance of a ratio in closed form, and a bootstrap of clusters."""

from __future__ import annotations

import importlib
import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from f1tools import Predictions, tuned_estimate
from f1tools.core.clusters import ClusteredRows
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import metric
from f1tools.core.optimum import best
from f1tools.uncertainty import metric_interval, resampling
from f1tools.uncertainty.design_effect import design_effect
from f1tools.uncertainty.intervals import widening
from f1tools.uncertainty.proportions import proportion_of
from f1tools.uncertainty.resampling import draw_resamples
from f1tools.uncertainty.tables import deal_rows
from f1tools.what_if import at_prevalence, tuned_sweep
from tests.helpers import constants

PROPORTIONS = ("f1", "fbeta", "precision", "recall", "specificity", "npv", "accuracy", "jaccard")


def rows(n: int = 60, seed: int = 0, *, copies: int = 1, clusters: bool = True) -> Predictions:
    """Return n rows, each of them a cluster of so many copies."""
    rng = np.random.default_rng(seed)
    y_true = np.append([True, False], rng.random(n - 2) < 0.4)
    score = np.round(rng.normal(size=n) + 1.2 * y_true, 1)
    number = np.tile(np.arange(n), copies)
    return Predictions.from_arrays(
        np.tile(y_true, copies), np.tile(score, copies), cluster=number if clusters else None
    )


def alike(n_clusters: int = 40, size: int = 6, seed: int = 0) -> Predictions:
    """Return rows whose clusters have nearly one label and one score."""
    rng = np.random.default_rng(seed)
    number = np.repeat(np.arange(n_clusters), size)
    y_true = (rng.random(n_clusters) < 0.4)[number] ^ (rng.random(number.size) < 0.1)
    score = rng.normal(size=n_clusters)[number] + 0.3 * rng.normal(size=number.size) + y_true
    return Predictions.from_arrays(
        y_true, {"score": score, "other": score + rng.normal(size=number.size)}, cluster=number
    )


def bounds(predictions: Predictions, name: str, threshold: float) -> tuple[float, float]:
    """Return the interval of a metric at a threshold chosen elsewhere."""
    interval = metric_interval(metric(name, 2 if name == "fbeta" else None), predictions.curve().at(threshold))
    assert interval is not None
    return float(interval.low), float(interval.high)


@given(seed=st.integers(0, 2**32 - 1), copies=st.integers(2, 4), name=st.sampled_from(PROPORTIONS))
@settings(deadline=None)
def test_copies_of_rows_are_no_information(seed: int, copies: int, name: str) -> None:
    """Every row repeated in a cluster of its own gives exactly the interval of the rows, at any threshold."""
    for threshold in (-9.0, 0.5, 1.7, 9.0):
        repeated, once = (bounds(rows(20, seed, copies=each), name, threshold) for each in (copies, 1))
        np.testing.assert_allclose(repeated, once, atol=1e-9)


def test_copies_are_no_information_under_another_prevalence() -> None:
    """Where the interval is computed from recall and false-positive rate."""
    found = [metric_interval("f1", at_prevalence(rows(copies=copies).curve(), 0.1).at(0.5)) for copies in (1, 3)]
    low, high = zip(*((each.low, each.high) for each in found if each is not None), strict=True)
    assert low[0] == pytest.approx(low[1])
    assert high[0] == pytest.approx(high[1])


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_clusters_of_one_row_change_nothing(seed: int) -> None:
    """The same interval and the same resamples as without clusters."""
    clustered, plain = (rows(30, seed, clusters=each).curve() for each in (True, False))
    found = [tuned_estimate(each, n_resamples=30) for each in (clustered, plain)]
    assert found[0].interval is not None
    assert found[1].interval is not None
    assert (found[0].interval.low, found[0].interval.high) == (found[1].interval.low, found[1].interval.high)
    np.testing.assert_array_equal(found[0].thresholds, found[1].thresholds)
    assert found[0].widening is None


def test_design_effect_is_the_ratio_of_variances_of_the_ratio() -> None:
    """With many rows it is the variance between clusters of the linearized log-odds, divided by that of the rows."""
    predictions = alike(600)
    curve, f1 = predictions.curve(), proportion_of(metric("f1"))
    assert f1 is not None
    assert predictions.cluster_codes is not None
    point = curve.at(0.5)
    flagged = predictions.scores["score"] >= 0.5
    hits, errors = predictions.y_true & flagged, predictions.y_true ^ flagged
    terms = hits / hits.sum() - errors / errors.sum()
    expected = (np.bincount(predictions.cluster_codes, terms) ** 2).sum() / (terms**2).sum()
    assert float(design_effect(f1, point.counts, None, point.products)) == pytest.approx(expected, rel=0.01)
    assert expected > 3


def test_few_rows_on_the_rarer_side_are_taken_for_dependent() -> None:
    """Without a failure the clusters count, not their rows; where rows differ within clusters, no less than rows."""
    recall = proportion_of(metric("recall"))
    assert recall is not None
    y_true, number = np.ones(40, np.bool_), np.arange(40) // 5
    same = ClusteredRows.build(y_true, np.ones(40), None, number)
    assert same is not None
    counts = ConfusionCounts(tn=0, fp=0, fn=0, tp=40)
    assert float(design_effect(recall, counts, None, same.products(np.array([1.0]))[0])) == pytest.approx(5)
    mixed = ClusteredRows.build(y_true, np.arange(40.0) % 2, None, np.arange(40) // 2)
    assert mixed is not None
    counts = ConfusionCounts(tn=0, fp=0, fn=20, tp=20)
    effect = float(design_effect(recall, counts, None, mixed.products(np.array([1.0]))[0]))
    assert effect == pytest.approx((20 * 1 + 2 * 2) / 22)  # the estimate would be 0


def test_resamples_are_those_of_whole_clusters() -> None:
    """The best threshold of each resample, and its value on the clusters that were not drawn, by scikit-learn."""
    predictions = alike(12, 4)
    curve, y_true, score = predictions.curve(), predictions.y_true, predictions.scores["score"]
    found = draw_resamples(curve, best(curve), 25)
    rng = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(0,)))
    weights = np.array([1 / math.e / np.prod(np.arange(1, k + 1)) for k in range(9)])
    weights[-1] = 1 - weights[:-1].sum()
    times = rng.choice(9, (25, 12), p=weights)
    codes = predictions.cluster_codes
    for place, drawn in enumerate(times[:4]):
        weight = drawn[codes].astype(float)
        values = [f1_score(y_true, score >= each, sample_weight=weight) for each in np.unique(score)]
        assert found.in_bag[place] == pytest.approx(max(values))
        left_out = weight == 0
        if np.unique(y_true[left_out]).size == 2:
            flagged = score[left_out] >= found.thresholds[place]
            assert found.out_of_bag[place] == pytest.approx(f1_score(y_true[left_out], flagged))
        else:
            assert np.isnan(found.out_of_bag[place])


def test_the_tuned_estimate_is_as_uncertain_as_that_of_the_rows_without_copies() -> None:
    """Up to the noise of the resamples; as independent rows it would seem more certain."""
    once, thrice = (tuned_estimate(rows(200, copies=copies).curve()) for copies in (1, 3))
    assert thrice.estimate == pytest.approx(once.estimate, abs=0.01)
    assert thrice.interval is not None
    assert once.interval is not None
    width = once.interval.high - once.interval.low
    assert thrice.interval.high - thrice.interval.low == pytest.approx(width, rel=0.02)
    assert thrice.widening == pytest.approx(np.sqrt(3), rel=0.05)
    assert np.std(thrice.thresholds) == pytest.approx(np.std(once.thresholds), rel=0.15)


def test_many_clusters_are_dealt_into_blocks() -> None:
    """With about the same estimate as where they are drawn one by one."""
    curve = alike(500, 4).curve()
    exact = tuned_estimate(curve, n_resamples=400)
    deal = partial(deal_rows, few_rows=100, n_blocks=200)
    with constants(resampling, FEW_ROWS=100, deal_rows=deal):
        blocks = tuned_estimate(curve, n_resamples=400)
    assert blocks.estimate == pytest.approx(exact.estimate, abs=0.01)
    assert np.std(blocks.thresholds) == pytest.approx(np.std(exact.thresholds), rel=0.3)


def test_scenarios_keep_clusters_together() -> None:
    """At an assumed share of positives the interval is wider, too, and so is that of weighted rows."""
    curve = alike().curve()
    plain = replace(curve, clusters=None)

    def width(one: ThresholdCurve) -> float:
        [found] = tuned_sweep(one, [0.1], n_resamples=50)
        assert found.interval is not None
        return float(found.interval.high - found.interval.low)

    assert width(curve) > 1.3 * width(plain)
    reweighted = tuned_estimate(curve.reweighted(2.0, 2.0), n_resamples=50)
    once = tuned_estimate(curve, n_resamples=50)
    assert reweighted.estimate == pytest.approx(once.estimate)
    assert reweighted.widening == pytest.approx(once.widening or 0, rel=0.05)


def test_widening() -> None:
    """Copies in clusters of four would be taken for four times as many rows: half as wide."""
    point = rows(2000, copies=4).curve().at(0.5)
    assert widening("f1", point) == pytest.approx(2, rel=0.02)
    assert widening("f1", rows(copies=1).curve().at(0.5)) is None
    assert widening("mcc", point) is None


def test_a_better_model_may_be_chance_in_clusters() -> None:
    """The difference of two models has about the spread of differences between resampled clusters."""
    module = importlib.import_module("f1tools.better_model")
    predictions = alike(300, 5)
    codes = predictions.cluster_codes
    assert codes is not None
    flagged = predictions.scores["score"] >= 0.5, predictions.scores["other"] >= 0.5

    def spread(clusters: NDArray[np.intp] | None) -> float:
        drawn = module._paired_differences(metric("f1"), predictions.y_true, flagged, None, clusters, 0)
        return float(drawn.std())

    rng, y_true = np.random.default_rng(1), predictions.y_true
    weight = np.array([np.bincount(rng.integers(0, 300, 300), minlength=300) for _ in range(500)])[:, codes]
    values = [2 * weight @ (y_true & each) / (weight @ (y_true + each.astype(int))) for each in flagged]
    assert spread(codes) == pytest.approx(np.std(values[1] - values[0]), rel=0.15)
    assert spread(codes) > 1.1 * spread(None)
    with constants(module, _MAX_UNITS=150):
        assert spread(codes) == pytest.approx(np.std(values[1] - values[0]), rel=0.25)
