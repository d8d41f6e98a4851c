"""Calibration of rows in clusters: against copies of rows, against loops over clusters, and its level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from f1tools.calibration import assess_calibration, reliability
from f1tools.calibration.clustered import bin_design_effects, cluster_covariance, corrected
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.predictions import Predictions


def in_clusters(y_true: BoolArray, y_score: FloatArray, cluster: object) -> ThresholdCurve:
    return Predictions.from_arrays(y_true, y_score, cluster=cluster).curve()  # type: ignore[arg-type]


@given(seed=st.integers(0, 2**32), copies=st.integers(2, 4))
def test_copies_tell_nothing(seed: int, copies: int) -> None:
    """Rows that are all copied say as much as the originals, if each row and its copies are one cluster."""
    rng = np.random.default_rng(seed)
    y_score = rng.random(300).round(2)
    y_true = rng.random(300) < y_score**2
    y_true[:2] = True, False
    original = ThresholdCurve.from_predictions(y_true, y_score)
    cluster = np.tile(np.arange(300), copies)
    curve = in_clusters(np.tile(y_true, copies), np.tile(y_score, copies), cluster)
    lowest = np.linspace(0, 0.9, 10)
    np.testing.assert_allclose(bin_design_effects(curve, lowest), copies)
    for name in ("low", "high", "observed", "mean_score", "trials"):
        ours, theirs = (getattr(reliability(each, 5), name) for each in (curve, original))
        np.testing.assert_allclose(ours, theirs)


def test_covariance_by_a_loop() -> None:
    """The covariance is the sum over clusters of the outer products of their sums, times C / (C - 1)."""
    rng = np.random.default_rng(1)
    codes, contributions = rng.integers(0, 7, 50), rng.normal(size=(3, 50))
    expected = np.zeros((3, 3))
    for code in range(7):
        total = contributions[:, codes == code].sum(axis=1)
        expected += np.outer(total, total) * 7 / 6
    np.testing.assert_allclose(cluster_covariance(codes, contributions), expected)


def test_correction_has_the_right_moments() -> None:
    """A corrected sum of squares of correlated normals has mean and variance of its chi-square distribution."""
    rng = np.random.default_rng(2)
    root = rng.normal(size=(4, 4))
    statistics = ((rng.normal(size=(200_000, 4)) @ root) ** 2).sum(axis=1)
    scale, freedom = corrected(1.0, root.T @ root)
    assert (scale * statistics).mean() == pytest.approx(freedom, rel=0.02)
    assert (scale * statistics).var() == pytest.approx(2 * freedom, rel=0.05)


def test_level_and_power() -> None:
    """Calibrated scores in clusters are rejected in at most 5%, as independent rows in more; distorted ones are."""
    n_clusters, size, runs = 60, 15, 120
    cluster, rejected, ignored, found = np.repeat(np.arange(n_clusters), size), 0, 0, 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        y_score = 1 / (1 + np.exp(-rng.normal(-1, 1, cluster.size)))
        noise = np.sqrt(0.3) * rng.normal(size=n_clusters)[cluster] + np.sqrt(0.7) * rng.normal(size=cluster.size)
        y_true = norm.cdf(noise) < y_score
        curve = in_clusters(y_true, y_score, cluster)
        rejected += assess_calibration(curve).is_significant
        ignored += assess_calibration(replace(curve, clusters=None)).is_significant
        found += assess_calibration(in_clusters(y_true, y_score**3, cluster)).is_significant
    assert binomtest(rejected, runs, 0.05, "greater").pvalue > 0.01
    assert binomtest(ignored, runs, 0.1, "greater").pvalue < 0.01
    assert found == runs


def test_reweighted_classes_scale_the_rows() -> None:
    """Where classes are reweighted, the design effect is that of the reweighted rows."""
    rng = np.random.default_rng(3)
    y_score = rng.random(200)
    y_true = rng.random(200) < y_score
    cluster = np.arange(200) // 4
    curve = in_clusters(y_true, y_score, cluster).reweighted(3, 1)
    weight = np.where(y_true, 3.0, 1.0)
    weighted = Predictions.from_arrays(y_true, y_score, sample_weight=weight, cluster=cluster).curve()
    lowest = np.array([0.0, 0.5])
    np.testing.assert_allclose(bin_design_effects(curve, lowest), bin_design_effects(weighted, lowest))
