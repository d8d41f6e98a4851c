"""Sampling of rows that must stay together: duplicates, groups, and balanced sampling of whole clusters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.lab.task import Task, canonical

_TOLERANCE = 1e-9  # of a probability


def unique_row_ids(features: FloatArray) -> NDArray[np.intp]:
    """Return the number of each distinct row of a table, by first appearance; equality is bitwise.

    Examples
    --------
    >>> unique_row_ids(np.array([[2.0, 1.0], [0.0, 1.0], [2.0, 1.0]]))
    array([0, 1, 0])
    """
    rows = np.ascontiguousarray(features)
    as_bytes = rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel()
    _, first, inverse = np.unique(as_bytes, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def cluster_ids(task: Task) -> NDArray[np.intp]:
    """Return the cluster of each row: rows with equal features and rows of one group must stay together.

    Examples
    --------
    >>> task = Task(np.arange(40.0)[:, np.newaxis] // 2, np.arange(40) < 20)
    >>> cluster_ids(task)[:6]
    array([0, 0, 1, 1, 2, 2])
    """
    duplicates = unique_row_ids(canonical(task.X))
    if task.groups is None:
        return duplicates
    groups = np.unique(task.groups, return_inverse=True)[1]
    edges = duplicates, duplicates.max() + 1 + groups
    graph = coo_array((np.ones(task.n, dtype=bool), edges), shape=(int(edges[1].max()) + 1,) * 2)
    return np.asarray(connected_components(graph, directed=False)[1][duplicates], dtype=np.intp)


def sample_clusters(
    y: BoolArray, clusters: NDArray[np.intp], probability: float, rng: np.random.Generator
) -> BoolArray:
    """Sample whole clusters of rows, balanced by class, with the cube method.

    Every cluster has the same inclusion probability, whatever its size. As long as three clusters are undecided, their
    probabilities move at random until one of them is 0 or 1, such that the expected numbers of sampled positive and
    negative rows stay the same. Only the last clusters can unbalance the sample.

    Parameters
    ----------
    y : ndarray of bool of shape (n,)
    clusters : ndarray of int of shape (n,)
        The cluster of each row, from 0.
    probability : float
        The inclusion probability.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of bool of shape (n,)
        Whether each row is sampled.

    References
    ----------
    J.-C. Deville and Y. Tillé, Efficient balanced sampling: the cube method. Biometrika 91 (2004), 893-912.

    Examples
    --------
    >>> y, pairs = np.arange(40) < 20, np.arange(40) // 2
    >>> sampled = sample_clusters(y, pairs, 0.3, np.random.default_rng(0))
    >>> int(sampled[y].sum()), int(sampled[~y].sum()), bool((sampled[::2] == sampled[1::2]).all())
    (6, 6, True)
    """
    sizes = np.column_stack([np.bincount(clusters, weights=~y), np.bincount(clusters, weights=y)]).tolist()
    probabilities = [probability] * len(sizes)
    undecided: list[int] = []
    for cluster in rng.permutation(len(sizes)).tolist():
        undecided.append(cluster)
        while len(undecided) == 3:
            direction = _balanced_direction(*(sizes[each] for each in undecided))
            undecided = _move(undecided, direction, probabilities, rng)
    while len(undecided) == 2:
        first, second = (sum(sizes[each]) for each in undecided)
        undecided = _move(undecided, (second, -first), probabilities, rng)
    for cluster in undecided:
        probabilities[cluster] = float(rng.random() < probabilities[cluster])
    return np.array(probabilities)[clusters] > 0.5


def _balanced_direction(first: list[float], second: list[float], third: list[float]) -> tuple[float, ...]:
    """Return a direction of three probabilities that keeps the expected rows of both classes."""
    (a, p), (b, q), (c, r) = first, second, third
    direction = (b * r - c * q, c * p - a * r, a * q - b * p)
    # If the ratio of the classes is the same in all three, only their sizes matter.
    return direction if any(direction) else (b + q, -a - p, 0.0)


def _move(
    undecided: list[int], direction: tuple[float, ...], probabilities: list[float], rng: np.random.Generator
) -> list[int]:
    """Move probabilities to one of both bounds, unbiasedly; return the clusters that are still undecided."""
    steps = [(cluster, step) for cluster, step in zip(undecided, direction, strict=True) if step]
    forward = min(_distance_to_bound(probabilities[cluster], step) for cluster, step in steps)
    backward = min(_distance_to_bound(probabilities[cluster], -step) for cluster, step in steps)
    distance = forward if rng.random() * (forward + backward) < backward else -backward
    for cluster, step in steps:
        new = probabilities[cluster] + distance * step
        probabilities[cluster] = float(round(new)) if abs(new - round(new)) < _TOLERANCE else new
    return [cluster for cluster in undecided if 0 < probabilities[cluster] < 1]


def _distance_to_bound(probability: float, step: float) -> float:
    return (1 - probability) / step if step > 0 else probability / -step
