"""Sampling of clusters with the cube method: whole clusters, equal probabilities, balanced classes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from f1tools.lab.sampling import cluster_ids, sample_clusters
from f1tools.lab.task import Task

SIZES = st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(any)
MANY = [(k // 3 % 3, k % 3) for k in range(200) if k % 9]


@settings(max_examples=60)
@given(st.lists(SIZES, min_size=1, max_size=40), st.integers(0, 9))
@example(MANY, 0)
@example(MANY, 1)
def test_samples_are_whole_and_balanced(sizes: list[tuple[int, int]], seed: int) -> None:
    """No cluster is divided, and the rows of each class are as expected, up to the last two clusters.

    With many small clusters, independent draws would deviate by more.
    """
    clusters = np.repeat(np.arange(len(sizes)), [sum(each) for each in sizes])
    y = np.concatenate([np.arange(a + b) < a for a, b in sizes])
    sampled = sample_clusters(y, clusters, 0.3, np.random.default_rng(seed))
    for cluster in range(len(sizes)):
        assert np.unique(sampled[clusters == cluster]).size == 1
    for rows, largest in ((y, max(a for a, _ in sizes)), (~y, max(b for _, b in sizes))):
        assert abs(sampled[rows].sum() - 0.3 * rows.sum()) <= 2 * largest


@pytest.mark.parametrize("probability", [0.2, 0.5])
def test_inclusion_probabilities_are_equal(probability: float) -> None:
    """Over 2,000 samples they depend on neither the size nor the class of a cluster."""
    clusters = np.repeat(np.arange(12), np.arange(1, 13))
    first = np.unique(clusters, return_index=True)[1]
    y, rng = clusters % 3 == 0, np.random.default_rng(0)
    frequency = np.mean([sample_clusters(y, clusters, probability, rng)[first] for _ in range(2000)], 0)
    assert frequency == pytest.approx(probability, abs=4 * (probability * (1 - probability) / 2000) ** 0.5)


def test_equal_clusters_are_sampled_exactly() -> None:
    """Of 20 pairs with a row of either class, exactly 6 are sampled."""
    y, clusters = np.arange(40) % 2 == 0, np.arange(40) // 2
    for seed in range(20):
        sampled = sample_clusters(y, clusters, 0.3, np.random.default_rng(seed))
        assert (sampled[y].sum(), sampled[~y].sum()) == (6, 6)


def test_clusters_are_connected_components() -> None:
    """Duplicates of rows of two groups join both groups; NaN equals NaN here, and minus zero equals zero."""
    X = np.arange(120.0).reshape(60, 2)  # noqa: N806
    X[10], X[20] = X[0], X[11]
    X[30], X[31], X[32], X[33] = (np.nan, 0.0), (np.nan, -0.0), (np.nan, 1.0), (0.0, np.nan)
    groups = np.arange(60)
    groups[11] = groups[10]
    clusters = cluster_ids(Task(X, np.arange(60) < 30, groups=groups))
    assert np.flatnonzero(clusters == clusters[0]).tolist() == [0, 10, 11, 20]
    assert np.flatnonzero(clusters == clusters[30]).tolist() == [30, 31]
    assert np.unique(clusters).size == 56
