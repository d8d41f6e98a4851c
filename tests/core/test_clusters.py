"""Clusters of rows: their sums of products against loops over the clusters, and which values are clusters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools import Predictions, ThresholdCurve
from f1tools.core.clusters import cluster_codes
from f1tools.core.counts import FloatArray
from f1tools.what_if import WhatIf
from tests.helpers import rejected


def sample(n: int, n_clusters: int, seed: int, *, weighted: bool = False, unscored: bool = False) -> Predictions:
    """Return rows with tied scores in clusters of several rows."""
    rng = np.random.default_rng(seed)
    y_true = np.append([True, False], rng.random(n - 2) < 0.4)
    score = np.round(rng.random(n) / 2 + 0.4 * y_true, 1)
    if unscored:
        score = np.where(np.arange(n) % 5 == 4, -np.inf, score)
    weight = rng.integers(1, 4, n) / 2 if weighted else None
    return Predictions.from_arrays(y_true, score, sample_weight=weight, cluster=rng.integers(0, n_clusters, n))


def by_loop(predictions: Predictions, threshold: float, classes: tuple[float, float] = (1.0, 1.0)) -> FloatArray:
    """Return the products of the counts tn, fp, fn and tp, summed over clusters one by one."""
    assert predictions.cluster_codes is not None
    flagged, total = predictions.scores["score"] >= threshold, np.zeros((4, 4))
    weight = np.ones(predictions.n) if predictions.sample_weight is None else predictions.sample_weight
    weight = weight * np.where(predictions.y_true, *classes)
    cells = 2 * predictions.y_true + flagged
    for cluster in set(predictions.cluster_codes.tolist()):
        counts = np.array([weight[(predictions.cluster_codes == cluster) & (cells == cell)].sum() for cell in range(4)])
        total += np.outer(counts, counts)
    return total


def products_at(curve: ThresholdCurve, threshold: float) -> FloatArray:
    """Return the products of clusters at a threshold."""
    found = curve.at(threshold).products
    assert found is not None
    return found


@given(seed=st.integers(0, 2**32 - 1), weighted=st.booleans(), unscored=st.booleans())
def test_products_are_those_of_a_loop(seed: int, weighted: bool, unscored: bool) -> None:
    """At every threshold of the curve, at one in between, and on a thinned curve."""
    predictions = sample(30, 8, seed, weighted=weighted, unscored=unscored)
    curve = predictions.curve()
    products = curve.products_of(slice(None))
    assert products is not None
    for threshold, found in zip(curve.thresholds.tolist(), products, strict=True):
        np.testing.assert_allclose(found, by_loop(predictions, threshold), atol=1e-9)
    np.testing.assert_allclose(products_at(curve, 0.55), by_loop(predictions, 0.55), atol=1e-9)
    ends = curve.take(np.array([0, len(curve) - 1]))
    np.testing.assert_allclose(products_at(ends, -1.0), by_loop(predictions, -1.0), atol=1e-9)


def test_products_follow_a_scenario() -> None:
    """Reweighted classes scale them, and a class weight shifts the scores of the rows as it shifts the thresholds."""
    predictions = sample(40, 9, 0, unscored=True)
    curve = predictions.curve()
    found = products_at(curve.reweighted(3.0, 0.5), 0.5)
    np.testing.assert_allclose(found, by_loop(predictions, 0.5, (3.0, 0.5)))
    scenario = WhatIf(class_weight=4.0)
    shifted = products_at(scenario.apply(curve), scenario.to_scenario(0.5))
    np.testing.assert_allclose(shifted, by_loop(predictions, 0.5))


def test_clusters_of_one_row_are_no_clusters() -> None:
    """Such a curve is that of independent rows; subsets are judged on their own."""
    predictions = Predictions.from_arrays(
        [1, 0, 1, 0], [0.9, 0.4, 0.7, 0.1], cluster=["a", "b", "b", "a"], tuning=[True, True, False, False]
    )
    curves = predictions.curves()
    assert predictions.curve().clusters is not None
    assert curves.tuning.clusters is None
    assert curves.evaluation.at(0.5).products is None
    assert predictions.tuning_set.cluster is not None
    assert predictions.tuning_set.cluster.tolist() == ["a", "b"]


def test_rows_of_weight_zero_are_in_no_cluster() -> None:
    """A cluster whose other rows have no weight is one row."""
    rows = Predictions.from_arrays([1, 0, 1], [0.9, 0.4, 0.7], sample_weight=[1, 2, 0], cluster=[5, 6, 5])
    assert rows.curve().clusters is None


@pytest.mark.parametrize("values", [["a", "", "b"], [1.0, np.nan, 2.0], [1, None, 2], ["a", np.nan, "b"]])
def test_unknown_clusters_are_refused(values: list[object]) -> None:
    """A row without a value may belong to any cluster."""
    column = np.array(values, dtype=object) if None in values or "a" in values else np.array(values)
    with rejected("1 of 3 rows have no cluster", "unknown"):
        Predictions.from_arrays([1, 0, 1], [0.9, 0.4, 0.7], cluster=column)


def test_any_values_are_clusters() -> None:
    """Numbers, text and both; another number of rows is refused."""
    assert cluster_codes(np.array([3, "x", 3], dtype=object), 3).tolist() == [0, 1, 0]
    assert cluster_codes([2.5, 1.5, 2.5], 3).tolist() == [1, 0, 1]
    with rejected("y_true has 3 rows and cluster has 2"):
        Predictions.from_arrays([1, 0, 1], [0.9, 0.4, 0.7], cluster=[1, 2])


def test_a_curve_of_counts_has_no_clusters() -> None:
    """Cumulative counts do not tell them."""
    assert ThresholdCurve.from_counts([0.9, 0.4], [1, 2], [0, 1]).at(0.5).products is None
