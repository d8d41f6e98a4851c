"""Which rows train, tune and test: repeated stratified splits that keep together what belongs together."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, StratifiedShuffleSplit

from f1tools import formatting
from f1tools.core.counts import BoolArray
from f1tools.core.errors import InvalidPredictions
from f1tools.lab.draw import drawn
from f1tools.lab.equal import numbered
from f1tools.lab.task import Task, canonical

IntArray = NDArray[np.intp]

FEWEST_CLUSTERS = 10
"""Of rows that stay together: with fewer there are too few ways to choose those that test."""

_DRAWS = 100  # before test rows are taken that were there before, or miss a class


@dataclass(frozen=True, eq=False)
class Holdout:
    """One split of the rows, by their place in the task.

    Attributes
    ----------
    train, test : ndarray of int
        Ascending; together all rows.
    fold : ndarray of int, as long as train
        Which inner fold scores each training row: the model that does is trained on the other folds.
    """

    train: IntArray
    test: IntArray
    fold: IntArray

    def inner(self) -> Iterator[tuple[IntArray, IntArray]]:
        """Go through the inner folds: the rows that train, and the rows that are scored."""
        for fold in range(int(self.fold.max()) + 1):
            held_out = self.fold == fold
            if held_out.any():  # fewer groups than folds leave some empty
                yield self.train[~held_out], self.train[held_out]


def seed_of(seed: int, repeat: int, what: str, inner: int = 0) -> int:
    """Derive a seed that depends on nothing else: not on how many repeats or which other strategies there are.

    Examples
    --------
    >>> seed_of(0, 1, "plain") == seed_of(0, 1, "plain"), seed_of(0, 1, "plain") == seed_of(0, 1, "smote")
    (True, False)
    """
    sequence = np.random.SeedSequence([seed, repeat, zlib.crc32(what.encode()), inner])
    return int(sequence.generate_state(1)[0] >> 1)  # 31 bits, which every library takes


def clusters(task: Task) -> IntArray:
    """Tell by number what must stay together: rows that are equal feature for feature, and rows of one group.

    Examples
    --------
    >>> task = Task(np.arange(40.0)[:, np.newaxis] // 2, np.arange(40) < 20)
    >>> clusters(task)[:6]
    array([0, 0, 1, 1, 2, 2])
    """
    equal = numbered(canonical(task.X))
    if task.groups is None:
        return equal
    groups = np.unique(task.groups, return_inverse=True)[1]
    places = equal, equal.max() + 1 + groups
    links = coo_array((np.ones(task.n, dtype=bool), places), shape=(int(places[1].max()) + 1,) * 2)
    return np.asarray(connected_components(links, directed=False)[1][equal], dtype=np.intp)


def holdouts(task: Task, *, repeats: int, test_size: float, folds: int, seed: int) -> Iterator[Holdout]:
    """Split the rows again and again, stratified by class.

    Parameters
    ----------
    task : Task
    repeats : int
        The first of them are the same however many there are. No two test on the same rows, as long as there are
        others to draw.
    test_size : float
        Share of the rows that test, from 0.1 to 0.9; with groups or equal rows about that.
    folds : int
        Inner folds among the training rows.
    seed : int

    Raises
    ------
    InvalidPredictions
        When a part would miss a class, or too few groups are left to draw from.
    """
    rare = min(task.n_pos, task.n - task.n_pos)
    fewest_train = int(rare * (1 - test_size))
    if fewest_train < folds:
        raise InvalidPredictions(
            f"With {formatting.count(rare)} rows of the rarer class about "
            f"{formatting.count(fewest_train)} of them train, too "
            f"few for {folds} folds. Use fewer folds or more rows."
        )
    together = clusters(task)
    if together.max() + 1 < FEWEST_CLUSTERS:
        raise InvalidPredictions(
            f"{_made_of(task.y, together)}. With fewer than {FEWEST_CLUSTERS} of them the same ones would test again "
            "and again, and nothing could be told from that: bring more groups."
        )
    known: set[bytes] = set()
    for repeat in range(1, repeats + 1):
        tests = _tests(task.y, together, test_size, seed_of(seed, repeat, "test rows"), known)
        train = np.flatnonzero(~tests)
        fold = _inner(task.y[train], together[train], folds, seed_of(seed, repeat, "folds"))
        found = Holdout(train, np.flatnonzero(tests), fold)
        _check(task.y, found, repeat)
        yield found


def _tests(y: BoolArray, together: IntArray, test_size: float, random_state: int, known: set[bytes]) -> BoolArray:
    """Draw the rows that test, others than those that are known; they are known from then on."""
    tests = np.zeros(y.size, dtype=bool)
    if together.max() + 1 == y.size:
        split = StratifiedShuffleSplit(1, test_size=test_size, random_state=random_state)
        tests[next(split.split(y, y))[1]] = True
        return tests
    rng = np.random.default_rng(random_state)
    for _ in range(_DRAWS):
        tests = drawn(y, together, test_size, rng)
        if tests.tobytes() not in known and all(np.unique(y[part]).size == 2 for part in (tests, ~tests)):
            break
    known.add(tests.tobytes())
    return tests


def _inner(y: BoolArray, together: IntArray, folds: int, random_state: int) -> IntArray:
    if np.unique(together).size < y.size:
        return _grouped(y, together, folds, random_state)
    fold = np.empty(y.size, dtype=np.intp)
    for number, (_, rows) in enumerate(StratifiedKFold(folds, shuffle=True, random_state=random_state).split(y, y)):
        fold[rows] = number
    return fold


def _grouped(y: BoolArray, together: IntArray, folds: int, random_state: int) -> IntArray:
    groups, positives = int(np.unique(together).size), int(y.sum())
    if min(groups, positives, y.size - positives) < folds:
        raise InvalidPredictions(
            f"{_made_of(y, together)}. These can't be parted into {folds} with both classes in each: bring more "
            "groups, or use fewer folds."
        )
    fold = np.empty(y.size, dtype=np.intp)
    split = StratifiedGroupKFold(folds, shuffle=True, random_state=random_state)
    for number, (_, rows) in enumerate(split.split(y, y, together)):
        fold[rows] = number
    return fold


def _made_of(y: BoolArray, together: IntArray) -> str:
    """Say how many groups there are."""
    groups = int(np.unique(together).size)
    return (
        f"{formatting.count(y.size)} rows, {formatting.count(y.sum())} of them positive, make "
        f"{formatting.count(groups)} "
        f"group{'' if groups == 1 else 's'}, as equal rows and those of one group stay together"
    )


def _check(y: BoolArray, found: Holdout, repeat: int) -> None:
    """Refuse a split with a part that misses a class: groups and equal rows may leave no other."""
    parts = [("test rows", found.test), ("training rows", found.train)]
    parts += [("training rows of a fold", rows) for rows, _ in found.inner()]
    for what, rows in parts:
        if not (y[rows].any() and not y[rows].all()):
            raise InvalidPredictions(
                f"In repeat {repeat} the {what} are all of one class, since rows that are equal or of one group stay "
                "together. Bring more groups, or columns that tell the rows apart."
            )
