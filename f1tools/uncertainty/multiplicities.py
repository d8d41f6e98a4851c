"""How often rows are drawn in a Poisson bootstrap: sums over the rows of many groups at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray

Counts = NDArray[np.int64]

MULTIPLICITIES: Final = np.arange(9)
_BITS, _SMALL = 17, 6  # of a number of rows whose draws are looked up; those of up to 6 bits at once, others bit by bit
_NEGLIGIBLE = 1e-18  # probability of what tables leave out


def poisson() -> FloatArray:
    """Return the Poisson(1) probabilities of 0 to 8 draws; the last one includes the tail of one in a million."""
    probabilities = np.array([math.exp(-1) / math.factorial(times) for times in MULTIPLICITIES.tolist()])
    probabilities[-1] = 1 - probabilities[:-1].sum()
    return probabilities


def draw_multinomial(rows: Counts, n: int, rng: np.random.Generator) -> tuple[Counts, Counts]:
    """Draw all rows of each group n times.

    Parameters
    ----------
    rows : ndarray of shape (k,)
        The number of rows of each group, ascending: numpy is faster for runs of equal numbers.
    n : int
    rng : Generator

    Returns
    -------
    drawn, left_out : ndarray of shape (n, k)
        The sum of the multiplicities of the rows of each group, and the number of its rows that are not drawn.
    """
    times = rng.multinomial(rows[:, np.newaxis], poisson(), size=(rows.size, n))
    return (times @ MULTIPLICITIES).T, times[..., 0].T


def draw_from_tables(rows: Counts, n: int, rng: np.random.Generator) -> tuple[Counts, Counts]:
    """Draw as :func:`draw_multinomial` does, from the same distribution, but other numbers, and many times as fast.

    The number of rows that are not drawn is binomial, and by how much the sum of multiplicities exceeds the number of
    the other rows is the sum of as many independent numbers. Both are drawn by the alias method. Groups of 131,072 rows
    or more are few.

    References
    ----------
    Walker, *An efficient method for generating discrete random variables with general distributions*, ACM TOMS 1977.
    """
    n_small, n_looked_up = np.searchsorted(rows, [1 << _SMALL, 1 << _BITS]).tolist()
    of_left_out, of_surplus = _tables()
    drawn, left_out = np.empty((2, n, rows.size), dtype=np.int64)
    for part in (slice(0, n_small), slice(n_small, n_looked_up)):
        left_out[:, part] = of_left_out.draw(rows[part], rng, n)
        once = rows[part] - left_out[:, part]
        drawn[:, part] = once + of_surplus.draw(once, rng)
    others = slice(n_looked_up, None)
    drawn[:, others], left_out[:, others] = draw_multinomial(rows[others], n, rng)
    return drawn, left_out


@dataclass(frozen=True, eq=False)
class _SumTable:
    """Distributions of the sum of n independent numbers, for n = 0 to 63 and then 64, 128, ... up to 65,536.

    Each has a range of columns, one for each value of the sum: a column is drawn evenly, and kept or replaced by its
    alias.

    Parameters
    ----------
    first, size, start : ndarray of shape (m,)
        The lowest sum of each distribution, the number of its columns, and where they start in the arrays below.
    kept, alias : ndarray
        The probability that a column is kept, and the column, counted from its start, that replaces it.
    """

    first: Counts
    size: Counts
    start: Counts
    kept: FloatArray
    alias: Counts

    @classmethod
    def build(cls, of_one: FloatArray) -> _SumTable:
        """Build the table from the distribution of one number."""
        sums = [(0, np.ones(1))]
        for _ in range(1, 1 << _SMALL):
            sums.append(_sum(sums[-1], (0, of_one)))
        sums.append(_sum(sums[-1], (0, of_one)))
        for _ in range(_SMALL + 1, _BITS):
            sums.append(_sum(sums[-1], sums[-1]))
        size = np.array([probabilities.size for _, probabilities in sums])
        kept, alias = zip(*(_alias(probabilities) for _, probabilities in sums), strict=True)
        first = np.array([lowest for lowest, _ in sums])
        return cls(first, size, np.cumsum(size) - size, np.concatenate(kept), np.concatenate(alias))

    def draw(self, n: Counts, rng: np.random.Generator, times: int | None = None) -> Counts:
        """Draw a sum of each number of numbers, or several."""
        drawn = self._draw_from(n % (1 << _SMALL), n.shape if times is None else (times, *n.shape), rng)
        for bit in range(_SMALL, int(n.max(initial=0)).bit_length()):
            with_bit = (n >> bit) % 2 == 1
            before = drawn[..., with_bit]
            drawn[..., with_bit] = before + self._draw_from((1 << _SMALL) + bit - _SMALL, before.shape, rng)
        return drawn

    def _draw_from(self, row: Counts | int, shape: tuple[int, ...], rng: np.random.Generator) -> Counts:
        """Draw from the distributions in rows of the table, which are broadcast to a shape."""
        scaled = rng.random(shape) * self.size[row]
        column = scaled.astype(np.int64)
        cell = column + self.start[row]
        found: Counts = np.where(scaled - column < self.kept.take(cell), column, self.alias.take(cell))
        return found + self.first[row]


def _sum(one: tuple[int, FloatArray], other: tuple[int, FloatArray]) -> tuple[int, FloatArray]:
    """Return the lowest value and the probabilities of the sum of two independent numbers."""
    probabilities = np.convolve(one[1], other[1])
    likely = np.flatnonzero(probabilities > _NEGLIGIBLE)
    return one[0] + other[0] + int(likely[0]), probabilities[likely[0] : likely[-1] + 1]


def _alias(probabilities: FloatArray) -> tuple[FloatArray, Counts]:
    """Return the probability of each column to be kept, and its alias.

    Columns with less than an even share are filled up from those with more, in their order: from the first one whose
    surplus, with all surpluses before, exceeds what all columns before lacked.
    """
    share = probabilities * (probabilities.size / probabilities.sum())
    low, high = np.flatnonzero(share < 1), np.flatnonzero(share >= 1)
    kept, alias = np.ones(share.size), np.arange(share.size)
    if not low.size or not high.size:  # all are even, but for rounding
        return kept, alias
    lacked, surplus = np.cumsum(1 - share[low]), np.cumsum(share[high] - 1)
    donor = np.searchsorted(surplus, np.append(0.0, lacked[:-1]), side="right")
    kept[low], alias[low] = share[low], high[np.minimum(donor, high.size - 1)]
    # What a donor gave too much is what the next one gives to it.
    first_after = np.minimum(np.searchsorted(lacked, surplus), low.size - 1)
    kept[high] = np.clip(1 + surplus - lacked[first_after], 0, 1)
    alias[high] = np.append(high[1:], high[-1])
    return kept, alias


@cache
def _tables() -> tuple[_SumTable, _SumTable]:
    """Return the tables of the number of rows that are not drawn, and of the surplus of rows that are.

    A row that is drawn once has a surplus of 0, one that is drawn twice of 1, and so on.
    """
    never, *others = poisson().tolist()
    return _SumTable.build(np.array([1 - never, never])), _SumTable.build(np.array(others) / (1 - never))
