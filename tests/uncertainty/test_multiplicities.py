"""Tests of how often rows are drawn: the tables hold the distributions, and the draws have them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import product
from typing import TypeAlias

import numpy as np
import pytest
from scipy.special import stirling2
from scipy.stats import binom, chisquare
from scipy.stats import poisson as poisson_distribution

from f1tools.core.counts import FloatArray
from f1tools.uncertainty.multiplicities import Counts, _SumTable, _tables, draw_from_tables, draw_multinomial, poisson

CUT = 2e-6  # the tail of a row that is drawn more than 8 times counts as 8


def probabilities(table: _SumTable, row: int, n: int) -> FloatArray:
    """Return the probabilities of 0 to n - 1 in a distribution of a table, from the definition of aliases."""
    size, columns = int(table.size[row]), slice(table.start[row], table.start[row] + table.size[row])
    kept, alias = table.kept[columns], table.alias[columns]
    found = (kept + np.bincount(alias, 1 - kept, size)) / size
    return np.pad(found, (int(table.first[row]), n))[:n]


ROWS = [(n, n) for n in (0, 1, 2, 7, 30, 63)] + [(64, 64), (65, 128), (70, 4096), (74, 65536)]


@pytest.mark.parametrize(("row", "n_rows"), ROWS)
def test_rows_that_are_not_drawn_are_binomial(row: int, n_rows: int) -> None:
    """Each row is left out with the probability of 0 in a Poisson distribution with mean 1."""
    found = probabilities(_tables()[0], row, n_rows + 1)
    np.testing.assert_allclose(found, binom.pmf(np.arange(n_rows + 1), n_rows, 1 / math.e), atol=1e-13)


@pytest.mark.parametrize("n_rows", [0, 1, 2, 7, 30, 63])
def test_surplus_of_drawn_rows(n_rows: int) -> None:
    """The sum of k Poisson(1) numbers above 0 is s with the probability k! S(s, k) / (s! (e - 1)^k), S of Stirling."""
    found = probabilities(_tables()[1], n_rows, 60)
    expected = [
        math.factorial(n_rows) * stirling2(total, n_rows, exact=True) / math.factorial(total) / (math.e - 1) ** n_rows
        for total in range(n_rows, n_rows + 60)
    ]
    np.testing.assert_allclose(found, expected, atol=max(n_rows, 1) * CUT)


@pytest.mark.parametrize(("row", "n_rows"), ROWS)
def test_surplus_of_many_rows(row: int, n_rows: int) -> None:
    """The distribution of a sum of independent numbers has the power of the characteristic function of one."""
    one = poisson()[1:] / poisson()[1:].sum()
    n = 8 * n_rows + 1
    expected = np.fft.irfft(np.fft.rfft(one, n) ** n_rows, n) if n_rows else np.ones(1)
    np.testing.assert_allclose(probabilities(_tables()[1], row, n), expected, atol=1e-12)


Draw: TypeAlias = Callable[[Counts, int, np.random.Generator], tuple[Counts, Counts]]


@pytest.mark.parametrize("draw", [draw_multinomial, draw_from_tables])
def test_joint_distribution(draw: Draw) -> None:
    """The sum of two rows and how many of them are left out occur together as often as by enumeration."""
    rows = np.full(400_000, 2)
    expected: dict[tuple[int, int], float] = defaultdict(float)
    for pair in product(range(9), repeat=2):
        expected[sum(pair), pair.count(0)] += rows.size * math.prod(poisson_distribution.pmf(pair, 1))
    likely = {key: each for key, each in expected.items() if each > 5}
    drawn, left_out = (each.ravel() for each in draw(rows, 1, np.random.default_rng(1)))
    found = Counter(zip(drawn.tolist(), left_out.tolist(), strict=True))
    counts = [*(found[key] for key in likely), rows.size - sum(found[key] for key in likely)]
    assert chisquare(counts, [*likely.values(), rows.size - sum(likely.values())]).pvalue > 0.01


def test_groups_of_all_sizes() -> None:
    """Sums and rows left out have the means, variances and covariances of Poisson(1) draws, in every group."""
    rows = np.array([1, 3, 63, 64, 65, 4000, 131_071, 131_072, 500_000])
    drawn, left_out = draw_from_tables(rows, 4000, np.random.default_rng(0))
    assert drawn.shape == left_out.shape == (4000, rows.size)
    assert ((left_out <= rows) & (drawn >= rows - left_out)).all()
    never = 1 / math.e
    assert (drawn - rows).mean(axis=0) / np.sqrt(rows / 4000) == pytest.approx(np.zeros(rows.size), abs=4)
    assert (left_out - rows * never).mean(axis=0) / np.sqrt(rows / 4000) == pytest.approx(np.zeros(rows.size), abs=2)
    assert drawn.var(axis=0) / rows == pytest.approx(np.ones(rows.size), rel=0.1)
    assert left_out.var(axis=0) / rows == pytest.approx(np.full(rows.size, never * (1 - never)), rel=0.1)
    covariance = [np.cov(*each)[0, 1] for each in zip(drawn.T, left_out.T, strict=True)]
    assert covariance / rows == pytest.approx(np.full(rows.size, -never), rel=0.1)
