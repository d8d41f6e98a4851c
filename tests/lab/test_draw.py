"""Clusters are drawn whole, by equal chances, and balanced."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.lab.draw import drawn


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(any), min_size=1, max_size=40), st.integers(0, 9)
)
def test_what_is_drawn_is_whole_and_balanced(sizes: list[tuple[int, int]], seed: int) -> None:
    """No cluster is cut, and of each class so many rows come as should, but for the last two clusters at most."""
    together = np.repeat(np.arange(len(sizes)), [sum(each) for each in sizes])
    y = np.concatenate([np.arange(a + b) < a for a, b in sizes])
    found = drawn(y, together, 0.3, np.random.default_rng(seed))
    for cluster in range(len(sizes)):
        assert np.unique(found[together == cluster]).size == 1
    for rows, most in ((y, max(a for a, _ in sizes)), (~y, max(b for _, b in sizes))):
        assert abs(found[rows].sum() - 0.3 * rows.sum()) <= 2 * most


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_every_cluster_has_the_same_chance(share: float) -> None:
    """However large it is and whatever it holds: as often as a coin of this share, over 2,000 draws."""
    together = np.repeat(np.arange(12), np.arange(1, 13))
    y = together % 3 == 0
    rng = np.random.default_rng(0)
    often = np.mean([drawn(y, together, share, rng)[np.unique(together, return_index=True)[1]] for _ in range(2000)], 0)
    assert often == pytest.approx(share, abs=4 * (share * (1 - share) / 2000) ** 0.5)


def test_equal_clusters_are_drawn_to_the_row() -> None:
    """Nothing is left over then: of 20 pairs with a row of either class exactly 6."""
    y, together = np.arange(40) % 2 == 0, np.arange(40) // 2
    for seed in range(20):
        found = drawn(y, together, 0.3, np.random.default_rng(seed))
        assert (found[y].sum(), found[~y].sum()) == (6, 6)


def test_both_classes_are_balanced_at_once() -> None:
    """Of 200 small clusters of all kinds each class is off by two clusters at most; free draws are off by 8 or so."""
    rng = np.random.default_rng(1)
    sizes = [(int(a), int(b)) for a, b in rng.integers(0, 3, (300, 2)) if a + b][:200]
    together = np.repeat(np.arange(200), [sum(each) for each in sizes])
    y = np.concatenate([np.arange(a + b) < a for a, b in sizes])
    for _ in range(20):
        found = drawn(y, together, 0.3, rng)
        assert abs(found[y].sum() - 0.3 * y.sum()) <= 4
        assert abs(found[~y].sum() - 0.3 * (~y).sum()) <= 4
