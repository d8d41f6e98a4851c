"""How often rows are drawn in a Poisson bootstrap: sums over the rows of many groups at once."""

from __future__ import annotations

import math
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray

Counts = NDArray[np.int64]

MULTIPLICITIES: Final = np.arange(9)
_MOST_ROWS = 64  # of a group whose draws are looked up
_COLUMNS = 128  # numbers that are looked up; a larger one would occur once in 10^26 draws


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

    In groups of up to 64 rows the number of rows that are not drawn is binomial, and by how much the sum of
    multiplicities exceeds the number of the other rows is the sum of as many independent numbers. Both are drawn by the
    alias method, one uniform number each. Groups with more rows are few where this matters.

    References
    ----------
    Walker, *An efficient method for generating discrete random variables with general distributions*, ACM TOMS 1977.
    """
    n_small = int(np.searchsorted(rows, _MOST_ROWS, side="right"))
    small, (of_left_out, of_surplus) = rows[:n_small], _tables()
    uniform = rng.random((2, n, n_small))
    left_out = of_left_out.draw(small, uniform[0])
    drawn = small - left_out
    drawn += of_surplus.draw(drawn, uniform[1])
    others = draw_multinomial(rows[n_small:], n, rng)
    return np.concatenate([drawn, others[0]], axis=1), np.concatenate([left_out, others[1]], axis=1)


class _AliasTable(NamedTuple):
    """Distributions over 0 to 127, one a row: a column is drawn evenly, and kept or replaced by its alias."""

    kept: FloatArray
    alias: NDArray[np.intp]

    @classmethod
    def build(cls, probabilities: FloatArray) -> _AliasTable:
        """Build the table of distributions, one a row.

        The columns with less than an even share are filled up from those with more, in their order: from the first one
        whose surplus, with all surpluses before, exceeds what all columns before lacked.
        """
        kept = np.ones(probabilities.shape)
        alias = np.tile(np.arange(_COLUMNS), (len(probabilities), 1))
        for row, share in enumerate(probabilities * _COLUMNS):
            low, high = np.flatnonzero(share < 1), np.flatnonzero(share >= 1)
            lacked, surplus = np.cumsum(1 - share[low]), np.cumsum(share[high] - 1)
            last = high.size - 1
            donor = np.searchsorted(surplus, np.append(0.0, lacked[:-1]), side="right")
            kept[row, low], alias[row, low] = share[low], high[np.minimum(donor, last)]
            # What a donor gave too much is what the next one gives to it.
            first_after = np.minimum(np.searchsorted(lacked, surplus), low.size - 1)
            kept[row, high] = np.clip(1 + surplus - lacked[first_after], 0, 1)
            alias[row, high] = high[np.minimum(np.arange(high.size) + 1, last)]
        return cls(kept.ravel(), alias.ravel())

    def draw(self, row: Counts, uniform: FloatArray) -> Counts:
        """Draw from the distribution of each row, given a number from 0 to 1 each."""
        scaled = uniform * _COLUMNS
        column = scaled.astype(np.intp)
        cell = row * _COLUMNS + column
        return np.where(scaled - column < self.kept.take(cell), column, self.alias.take(cell))


@cache
def _tables() -> tuple[_AliasTable, _AliasTable]:
    """Return the tables of the number of rows that are not drawn, by the number of rows, and of the surplus.

    The surplus is by the number of rows that are drawn: such a row has 0 where it is drawn once, 1 where twice, and so
    on.
    """
    never, *probabilities = poisson().tolist()
    of_one = [1 - never, never], [each / (1 - never) for each in probabilities]
    found = []
    for step in of_one:
        sums = np.zeros((_MOST_ROWS + 1, _COLUMNS))
        sums[0, 0] = 1.0
        for n_rows in range(1, _MOST_ROWS + 1):
            sums[n_rows] = np.convolve(sums[n_rows - 1], step)[:_COLUMNS]
        found.append(_AliasTable.build(sums))
    return found[0], found[1]
