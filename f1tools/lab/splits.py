"""Repeated stratified splits into training and test rows, with inner folds, that keep clusters of rows together."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, StratifiedShuffleSplit

from f1tools import formatting
from f1tools.core.counts import BoolArray
from f1tools.core.types import InvalidPredictions
from f1tools.lab.sampling import cluster_ids, sample_clusters
from f1tools.lab.task import Settings, Task

IntArray = NDArray[np.intp]

MIN_CLUSTERS = 10
"""Clusters that a task needs: with fewer there are too few different test sets."""

_MAX_DRAWS = 100  # before a test set is accepted that is a repetition or lacks a class


@dataclass(frozen=True, eq=False)
class Holdout:
    """One split of the rows, by their positions in the task.

    Attributes
    ----------
    train, test : ndarray of int
        Ascending; together all rows.
    fold : ndarray of int, as long as train
        The inner fold of each training row: it is scored by a model that is trained on the other folds.
    """

    train: IntArray
    test: IntArray
    fold: IntArray

    def inner_folds(self) -> Iterator[tuple[IntArray, IntArray]]:
        """Yield the rows to train on and the held-out rows of each inner fold."""
        for fold in range(int(self.fold.max()) + 1):
            held_out = self.fold == fold
            if held_out.any():  # with fewer groups than folds some are empty
                yield self.train[~held_out], self.train[held_out]


def derive_seed(seed: int, repeat: int, purpose: str, fold: int = 0) -> int:
    """Derive a seed that does not depend on the number of repeats or on other strategies.

    Examples
    --------
    >>> derive_seed(0, 1, "plain") != derive_seed(0, 1, "smote")
    True
    """
    sequence = np.random.SeedSequence([seed, repeat, zlib.crc32(purpose.encode()), fold])
    return int(sequence.generate_state(1)[0] >> 1)  # 31 bits, which every library accepts


def holdout_splits(task: Task, settings: Settings) -> Iterator[Holdout]:
    """Split the rows repeatedly, stratified by class.

    The first splits do not depend on the number of repeats. All test sets differ, as far as possible; their size is
    approximate if there are groups or duplicates.

    Raises
    ------
    InvalidPredictions
        If a part would lack a class, or there are too few clusters.
    """
    rare = min(task.n_pos, task.n - task.n_pos)
    test_size, folds = settings.test_size, settings.folds
    rare_train = int(rare * (1 - test_size))
    if rare_train < folds:
        raise InvalidPredictions(
            f"With {formatting.count(rare)} rows of the rarer class about {formatting.count(rare_train)} of them "
            f"train, too few for {folds} folds. Use fewer folds or more rows."
        )
    clusters = cluster_ids(task)
    if clusters.max() + 1 < MIN_CLUSTERS:
        raise InvalidPredictions(
            f"{_clusters_text(task.y, clusters)}. With fewer than {MIN_CLUSTERS} of them the test sets would repeat "
            "and show nothing new: add groups."
        )
    previous: set[bytes] = set()
    for repeat in range(1, settings.repeats + 1):
        test = _test_rows(task.y, clusters, test_size, derive_seed(settings.seed, repeat, "test rows"), previous)
        train = np.flatnonzero(~test)
        fold = _inner_fold(task.y[train], clusters[train], folds, derive_seed(settings.seed, repeat, "folds"))
        holdout = Holdout(train, np.flatnonzero(test), fold)
        _check_classes(task.y, holdout, repeat)
        yield holdout


def _test_rows(
    y: BoolArray, clusters: IntArray, test_size: float, random_state: int, previous: set[bytes]
) -> BoolArray:
    """Draw a test set that differs from the previous ones, and add it to them."""
    test = np.zeros(y.size, dtype=bool)
    if clusters.max() + 1 == y.size:
        split = StratifiedShuffleSplit(1, test_size=test_size, random_state=random_state)
        test[next(split.split(y, y))[1]] = True
        return test
    rng = np.random.default_rng(random_state)
    for _ in range(_MAX_DRAWS):
        test = sample_clusters(y, clusters, test_size, rng)
        if test.tobytes() not in previous and all(np.unique(y[part]).size == 2 for part in (test, ~test)):
            break
    previous.add(test.tobytes())
    return test


def _inner_fold(y: BoolArray, clusters: IntArray, folds: int, random_state: int) -> IntArray:
    """Return the inner fold of each row, stratified by class; clusters stay together."""
    n_clusters, n_pos = int(np.unique(clusters).size), int(y.sum())
    fold = np.empty(y.size, dtype=np.intp)
    if n_clusters == y.size:
        parts = StratifiedKFold(folds, shuffle=True, random_state=random_state).split(y, y)
    elif min(n_clusters, n_pos, y.size - n_pos) < folds:
        raise InvalidPredictions(
            f"{_clusters_text(y, clusters)}. They can't be divided into {folds} folds with both classes in each: add "
            "groups, or use fewer folds."
        )
    else:
        parts = StratifiedGroupKFold(folds, shuffle=True, random_state=random_state).split(y, y, clusters)
    for number, (_, rows) in enumerate(parts):
        fold[rows] = number
    return fold


def _clusters_text(y: BoolArray, clusters: IntArray) -> str:
    n_clusters = int(np.unique(clusters).size)
    return (
        f"{formatting.count(y.size)} rows, {formatting.count(y.sum())} of them positive, form "
        f"{formatting.count(n_clusters)} group{'' if n_clusters == 1 else 's'}, since duplicates and the rows of a "
        "group stay together"
    )


def _check_classes(y: BoolArray, holdout: Holdout, repeat: int) -> None:
    """Check that every part has both classes, which groups and duplicates may make impossible."""
    parts = [("test rows", holdout.test), ("training rows", holdout.train)]
    parts += [("training rows of a fold", rows) for rows, _ in holdout.inner_folds()]
    for name, rows in parts:
        if not (y[rows].any() and not y[rows].all()):
            raise InvalidPredictions(
                f"In repeat {repeat} the {name} are all of one class, since duplicates and the rows of a group stay "
                "together. Add groups, or columns that distinguish the rows."
            )
