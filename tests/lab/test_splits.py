"""Tests of repeated splits: complete, stratified, reproducible, and without divided clusters."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.core.types import InvalidPredictions
from f1tools.lab.splits import Holdout, derive_seed, holdout_splits
from f1tools.lab.task import Settings, Task
from tests.lab.tables import task


def split(example: Task, *, repeats: int = 3, **options: Any) -> list[Holdout]:
    """Return the splits for some settings."""
    return list(holdout_splits(example, Settings(repeats=repeats, **options)))


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """Draw tasks with or without duplicates and groups."""
    n = draw(st.integers(80, 160))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    y = np.arange(n) < draw(st.integers(30, n - 40))
    X = rng.normal(size=(n, 2))  # noqa: N806
    if draw(st.booleans()):
        X[rng.choice(n, 10)] = X[rng.choice(n, 10)]
    groups = rng.integers(0, n // 2, n) if draw(st.booleans()) else None
    return Task(X, rng.permutation(y), groups=groups)


@settings(max_examples=20)
@given(tasks(), st.sampled_from([0.2, 0.3, 0.5]), st.integers(2, 5))
def test_parts_are_complete_and_clusters_stay_together(example: Task, test_size: float, folds: int) -> None:
    """Training and test rows partition the rows, inner folds the training rows; no duplicates or groups are divided."""
    for holdout in split(example, repeats=2, test_size=test_size, folds=folds):
        assert sorted([*holdout.train, *holdout.test]) == list(range(example.n))
        inner = list(holdout.inner_folds())
        assert sorted(row for _, held_out in inner for row in held_out) == holdout.train.tolist()
        for fit, held_out in inner:
            assert sorted([*fit, *held_out]) == holdout.train.tolist()
        for one, other in [(holdout.train, holdout.test), *inner]:
            assert not {*map(tuple, example.X[one])} & {*map(tuple, example.X[other])}
            if example.groups is not None:
                assert not {*example.groups[one]} & {*example.groups[other]}


@pytest.mark.parametrize("test_size", [0.2, 0.25, 0.3, 0.5])
@pytest.mark.parametrize("duplicates", [False, True])
def test_sizes_and_class_shares(test_size: float, duplicates: bool) -> None:
    """They are exact up to one row per part without duplicates, and nearly exact with duplicates."""
    example = task(400)
    if duplicates:
        example.X[:20] = example.X[20:40]
    for holdout in split(example, test_size=test_size):
        for rows, size in ((holdout.test, test_size), (holdout.train, 1 - test_size)):
            tolerance = 6 if duplicates else 1
            assert abs(rows.size - size * 400) <= tolerance
            assert abs(example.y[rows].sum() - size * 120) <= tolerance
        for _, rows in holdout.inner_folds():
            assert abs(rows.size - holdout.train.size / 5) <= (4 if duplicates else 2)
            assert abs(example.y[rows].sum() - example.y[holdout.train].sum() / 5) <= (4 if duplicates else 1)


def test_large_groups_are_in_test_sets_as_often_as_others() -> None:
    """A group of 20% of the rows is in about 30% of the test sets."""
    example = task(100, groups=np.concatenate([np.zeros(20), np.arange(1, 81)]).astype(np.intp))
    tests = [0 in holdout.test for holdout in split(example, repeats=30, folds=2)]
    assert 2 <= sum(tests) <= 19  # 9 expected; a binomial is outside once in ten thousand


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
@settings(max_examples=5)
def test_splits_do_not_depend_on_their_number(repeats: int, seed: int) -> None:
    """A longer run starts with the same splits; other seeds and repeats have different ones."""
    long, short = split(task(), repeats=6, seed=seed), split(task(), repeats=repeats, seed=seed)
    for one, two in zip(long, short, strict=False):
        assert one.test.tolist() == two.test.tolist()
        assert one.fold.tolist() == two.fold.tolist()
    (other,) = split(task(), repeats=1, seed=(seed + 1) % 2**32)
    assert other.test.tolist() != long[0].test.tolist()
    assert all(one.test.tolist() != two.test.tolist() for one, two in pairwise(long))


@pytest.mark.parametrize("test_size", [0.2, 0.3, 0.5])
def test_all_test_sets_differ(test_size: float) -> None:
    """No test set is repeated, even with few groups of different sizes."""
    groups = np.repeat(np.arange(10), np.arange(7, 17))
    example = Task(np.arange(115.0)[:, np.newaxis], np.arange(115) % 3 == 0, groups=groups)
    tests = [holdout.test.tolist() for holdout in split(example, repeats=20, test_size=test_size, folds=2)]
    assert len(set(map(tuple, tests))) == 20
    assert np.mean([len(rows) for rows in tests]) == pytest.approx(115 * test_size, abs=4)  # s.d. of a draw: 4


def test_inner_folds_and_seeds_differ() -> None:
    """Each repeat assigns the training rows to folds anew; derived seeds are distinct and fit in 31 bits."""
    example = task()
    folds = [tuple(holdout.fold[example.y[holdout.train]]) for holdout in split(example, repeats=10)]
    assert len(set(folds)) == 10
    seeds = [derive_seed(s, r, what, i) for s in (0, 1) for r in (1, 2) for what in ("plain", "smote") for i in (0, 1)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**31 for seed in seeds)


@pytest.mark.parametrize(
    ("more", "options", "message"),
    [
        ({"share": 0.17}, {"test_size": 0.9}, "With 20 rows of the rarer class about 1 of them train"),
        ({"groups": np.zeros(120, dtype=np.intp)}, {}, "120 rows, 36 of them positive, form 1 group, since duplicates"),
        ({"groups": np.arange(120) % 9}, {"folds": 2}, "form 9 groups, since duplicates"),
        ({"groups": np.maximum(np.arange(120) - 35, 0)}, {"folds": 2}, "are all of one class"),
        ({"groups": np.arange(120) // 8}, {"folds": 12}, "can't be divided into 12 folds with both classes"),
    ],
)
def test_impossible_splits_raise(more: dict[str, Any], options: dict[str, Any], message: str) -> None:
    """There may be too few rows for the folds, too few groups, or parts without one of the classes."""
    example = task(**more)
    if example.groups is not None:  # all positives come first
        example = Task(example.X, np.arange(120) < 36, groups=example.groups)
    with pytest.raises(InvalidPredictions) as error:
        split(example, repeats=20, **options)
    assert message in str(error.value)
