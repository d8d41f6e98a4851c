"""Tests of how often rows are drawn: the tables hold the distributions, and the draws have them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import product
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import stirling2
from scipy.stats import binom, chisquare, poisson

from f1tools.core.counts import FloatArray
from f1tools.uncertainty.multiplicities import Counts, _tables, draw_from_tables, draw_multinomial

CUT = 2e-6  # the tail of a row that is drawn more than 8 times counts as 8


def probabilities(kept: FloatArray, alias: NDArray[np.intp], row: int) -> FloatArray:
    """Return the distribution of a row of an alias table, from its definition."""
    columns = slice(row * 128, (row + 1) * 128)
    return (kept[columns] + np.bincount(alias[columns], 1 - kept[columns], 128)) / 128


@pytest.mark.parametrize("n_rows", [0, 1, 2, 7, 30, 63, 64])
def test_rows_that_are_not_drawn_are_binomial(n_rows: int) -> None:
    """Each row is left out with the probability of 0 in a Poisson distribution with mean 1."""
    found = probabilities(*_tables()[0], n_rows)
    np.testing.assert_allclose(found, binom.pmf(np.arange(128), n_rows, 1 / math.e), atol=1e-14)


@pytest.mark.parametrize("n_rows", [0, 1, 2, 7, 30, 64])
def test_surplus_of_drawn_rows(n_rows: int) -> None:
    """The sum of k Poisson(1) numbers above 0 is s with the probability k! S(s, k) / (s! (e - 1)^k), S of Stirling."""
    found = probabilities(*_tables()[1], n_rows)
    expected = [
        math.factorial(n_rows) * stirling2(total, n_rows, exact=True) / math.factorial(total) / (math.e - 1) ** n_rows
        for total in range(n_rows, n_rows + 60)
    ]
    np.testing.assert_allclose(found[:60], expected, atol=max(n_rows, 1) * CUT)
    assert found.sum() == pytest.approx(1)


Draw: TypeAlias = Callable[[Counts, int, np.random.Generator], tuple[Counts, Counts]]


@pytest.mark.parametrize("draw", [draw_multinomial, draw_from_tables])
def test_joint_distribution(draw: Draw) -> None:
    """The sum of two rows and how many of them are left out occur together as often as by enumeration."""
    rows = np.full(400_000, 2)
    expected: dict[tuple[int, int], float] = defaultdict(float)
    for pair in product(range(9), repeat=2):
        expected[sum(pair), pair.count(0)] += rows.size * math.prod(poisson.pmf(pair, 1))
    likely = {key: each for key, each in expected.items() if each > 5}
    drawn, left_out = (each.ravel() for each in draw(rows, 1, np.random.default_rng(1)))
    found = Counter(zip(drawn.tolist(), left_out.tolist(), strict=True))
    counts = [*(found[key] for key in likely), rows.size - sum(found[key] for key in likely)]
    assert chisquare(counts, [*likely.values(), rows.size - sum(likely.values())]).pvalue > 0.01


def test_small_and_large_groups_keep_their_places() -> None:
    """Groups of both kinds in one draw: no group has more rows left out than it has, none is drawn without a row."""
    rows = np.array([1, 1, 3, 64, 65, 4000])
    drawn, left_out = draw_from_tables(rows, 500, np.random.default_rng(0))
    assert drawn.shape == left_out.shape == (500, 6)
    assert (left_out <= rows).all()
    assert (drawn >= rows - left_out).all()
    assert drawn.mean(axis=0) == pytest.approx(rows, abs=5 * np.sqrt(rows / 500).max())
