"""Which rows train, tune and test: stratified, together what belongs together, the same for the same seed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.core.errors import InvalidPredictions
from f1tools.lab.splits import Holdout, clusters, holdouts, seed_of
from f1tools.lab.task import Task
from tests.lab.tables import task


def split(made: Task, *, repeats: int = 3, test_size: float = 0.3, folds: int = 5, seed: int = 0) -> list[Holdout]:
    return list(holdouts(made, repeats=repeats, test_size=test_size, folds=folds, seed=seed))


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """Draw tasks with all rows different, with equal rows, with groups, or with both."""
    n = draw(st.integers(80, 160))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    y = np.arange(n) < draw(st.integers(30, n - 40))
    X = rng.normal(size=(n, 2))  # noqa: N806
    if draw(st.booleans()):
        X[rng.choice(n, 10)] = X[rng.choice(n, 10)]
    groups = rng.integers(0, n // 2, n) if draw(st.booleans()) else None
    return Task(X, rng.permutation(y), groups=groups)


@settings(max_examples=15)
@given(tasks(), st.sampled_from([0.2, 0.3, 0.5]), st.integers(2, 5))
def test_every_row_has_one_place(made: Task, test_size: float, folds: int) -> None:
    """Train and test rows share none and miss none; each training row is in one fold and scored by the others."""
    for found in split(made, repeats=2, test_size=test_size, folds=folds):
        assert sorted([*found.train, *found.test]) == list(range(made.n))
        scored = []
        for fit, score in found.inner():
            assert sorted([*fit, *score]) == found.train.tolist()
            scored += score.tolist()
        assert sorted(scored) == found.train.tolist()


@settings(max_examples=15)
@given(tasks())
def test_what_belongs_together_is_never_parted(made: Task) -> None:
    """Neither equal rows nor rows of a group are on two sides of a split or of a fold."""
    for found in split(made, repeats=2, folds=3):
        for ours, theirs in [(found.train, found.test), *found.inner()]:
            assert not {*map(tuple, made.X[ours])} & {*map(tuple, made.X[theirs])}
            if made.groups is not None:
                assert not {*made.groups[ours]} & {*made.groups[theirs]}


@pytest.mark.parametrize("test_size", [0.2, 0.25, 0.3, 0.5])
@pytest.mark.parametrize("equal_rows", [False, True])
def test_parts_have_the_size_and_the_share_of_positives_asked_for(test_size: float, equal_rows: bool) -> None:
    """Exactly to a row where all rows are free to go anywhere, nearly so where some must stay together."""
    made = task(400)
    if equal_rows:
        made.X[:20] = made.X[20:40]
    for found in split(made, test_size=test_size):
        for rows, size in ((found.test, test_size), (found.train, 1 - test_size)):
            off = 6 if equal_rows else 1
            assert abs(rows.size - size * 400) <= off
            assert abs(made.y[rows].sum() - size * 120) <= off
        for _, rows in found.inner():
            assert abs(rows.size - found.train.size / 5) <= (4 if equal_rows else 2)
            assert abs(made.y[rows].sum() - made.y[found.train].sum() / 5) <= (4 if equal_rows else 1)


def test_large_groups_get_to_either_side() -> None:
    """Over the repeats the largest group is in the test rows about as often as any row is."""
    made = task(100, groups=np.concatenate([np.zeros(20), np.arange(1, 81)]).astype(np.intp))
    tests = [0 in found.test for found in split(made, repeats=30, folds=2)]
    assert 2 <= sum(tests) <= 19  # 9 expected; a binomial is outside once in ten thousand


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
@settings(max_examples=5)
def test_repeats_do_not_depend_on_how_many_there_are(repeats: int, seed: int) -> None:
    """A longer run begins with the same splits; another seed gives others."""
    long, short = split(task(), repeats=6, seed=seed), split(task(), repeats=repeats, seed=seed)
    for ours, theirs in zip(long, short, strict=False):
        assert ours.test.tolist() == theirs.test.tolist()
        assert ours.fold.tolist() == theirs.fold.tolist()
    other = split(task(), repeats=1, seed=(seed + 1) % 2**32)
    assert other[0].test.tolist() != long[0].test.tolist()
    assert all(one.test.tolist() != two.test.tolist() for one, two in pairwise(long))


@pytest.mark.parametrize("test_size", [0.2, 0.3, 0.5])
def test_no_two_repeats_test_on_the_same_rows(test_size: float) -> None:
    """With few groups, too, of any sizes; only where there are no other rows left to draw they come again."""
    groups = np.repeat(np.arange(10), np.arange(7, 17))
    made = Task(np.arange(115.0)[:, np.newaxis], np.arange(115) % 3 == 0, groups=groups)
    tests = [found.test.tolist() for found in split(made, repeats=20, test_size=test_size, folds=2)]
    assert len(set(map(tuple, tests))) == 20
    assert np.mean([len(rows) for rows in tests]) == pytest.approx(115 * test_size, abs=4)  # s.d. of a draw: 4


def test_folds_are_drawn_anew_in_every_repeat() -> None:
    """Which of the positives are in one fold differs from repeat to repeat, not only which train."""
    made = task()
    folds = [tuple(found.fold[made.y[found.train]]) for found in split(made, repeats=10)]
    assert len(set(folds)) == 10


def test_clusters_follow_chains() -> None:
    """A row equal to one of a group, whose other rows equal those of another group, ties both together."""
    X = np.arange(60.0)[:, np.newaxis]  # noqa: N806
    X[10], X[20] = X[0], X[11]
    groups = np.arange(60)
    groups[11] = groups[10]
    found = clusters(Task(X, np.arange(60) < 30, groups=groups))
    assert np.flatnonzero(found == found[0]).tolist() == [0, 10, 11, 20]
    assert np.unique(found).size == 57


def test_rows_are_equal_when_the_same_cells_are_missing() -> None:
    """NaN is like NaN here, and minus zero like zero."""
    X = np.arange(120.0).reshape(60, 2)  # noqa: N806
    X[0], X[1], X[2], X[3] = (np.nan, 0.0), (np.nan, -0.0), (np.nan, 1.0), (0.0, np.nan)
    found = clusters(Task(X, np.arange(60) < 30))
    assert found[0] == found[1]
    assert np.unique(found).size == 59


def test_seeds_differ_by_all_that_they_are_for() -> None:
    """No two trainings share a seed by construction, and a seed fits into what libraries take."""
    seeds = [seed_of(s, r, what, i) for s in (0, 1) for r in (1, 2) for what in ("plain", "smote") for i in (0, 1)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= each < 2**31 for each in seeds)


@pytest.mark.parametrize(
    ("more", "options", "sentence"),
    [
        ({"share": 0.17}, {"test_size": 0.9}, "With 20 rows of the rarer class about 1 of them train"),
        ({"groups": np.zeros(120, dtype=np.intp)}, {}, "120 rows, 36 of them positive, make 1 group, as equal rows"),
        ({"groups": np.arange(120) % 9}, {"folds": 2}, "make 9 groups, as equal rows"),
        ({"groups": np.maximum(np.arange(120) - 35, 0)}, {"folds": 2}, "are all of one class"),
        ({"groups": np.arange(120) // 8}, {"folds": 12}, "can't be parted into 12 with both classes"),
    ],
)
def test_rows_that_cannot_be_split_are_refused(more: dict[str, Any], options: dict[str, Any], sentence: str) -> None:
    """Too few rows for the folds, and groups that leave a part without a class, are told in a sentence."""
    made = task(**more)
    if made.groups is not None:  # all positives come first
        made = Task(made.X, np.arange(120) < 36, groups=made.groups)
    with pytest.raises(InvalidPredictions) as refused:
        split(made, repeats=20, **options)
    assert sentence in str(refused.value)
