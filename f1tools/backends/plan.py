"""What one pass counts: rows by bins of their scores, or by the scores themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import narwhals as nw

from f1tools.backends.columns import SCORE

Range = tuple[float, float]

_TINY = 5e-324  # the smallest double above 0
_LARGE_RATIO = 16  # of the ends of a range: one that spans more is divided by magnitude first
_SPARE_BINS = 3  # rounding may put a score one bin beyond the ends
_NARROW = 1e-280


@dataclass(frozen=True)
class Piece:
    """A range of scores in equal bins. Both ends belong to it."""

    low: float
    high: float
    n_bins: int

    @property
    def unit(self) -> float:
        """A factor that keeps the bins per unit finite, however narrow the range is."""
        return 2.0**600 if 0 < self.high - self.low < _NARROW else 1.0

    @property
    def bins_per_unit(self) -> float:
        """Bins per unit of the score, after the factor."""
        width = (self.high - self.low) * self.unit
        return self.n_bins / width if width else 1.0


def pieces_of(low: float, high: float, n_bins: int, max_pieces: int = 64) -> list[Piece]:
    """Return how a range is divided: apart at 0, and by magnitude where it spans many.

    All ends are powers of two, or those of the range. So every engine makes the same bins: there is no logarithm, whose
    last digit differs between them. Around 0 bins are equal, since the smallest magnitude there is not known.

    Examples
    --------
    >>> pieces_of(0.25, 0.5, 8)
    [Piece(low=0.25, high=0.5, n_bins=8)]
    >>> [(piece.low, piece.high, piece.n_bins) for piece in pieces_of(-2.0, 0.5, 8)]
    [(-2.0, -5e-324, 4), (0.0, 0.0, 1), (5e-324, 0.5, 4)]
    >>> [(piece.low, round(piece.high, 9)) for piece in pieces_of(0.001, 0.9, 8, max_pieces=2)]
    [(0.001, 0.03125), (0.03125, 0.9)]
    """
    if low == high:
        return [Piece(low, high, 1)]
    if low <= 0 <= high:
        share = n_bins // 2 if low < 0 < high else n_bins
        negative = [Piece(low, -_TINY, share)] if low < 0 else []
        return [*negative, Piece(0.0, 0.0, 1), *([Piece(_TINY, high, share)] if high > 0 else [])]
    if high < 0:
        return [
            Piece(-each.high, -each.low, each.n_bins) for each in reversed(pieces_of(-high, -low, n_bins, max_pieces))
        ]
    if high / _LARGE_RATIO <= low:
        return [Piece(low, high, n_bins)]
    first, last = math.frexp(low)[1], math.frexp(high)[1] - 1  # the powers of two above the low end and below the high
    n_edges = min(max_pieces - 1, last - first + 1)
    powers = dict.fromkeys(round(first + (last - first) * (i + 0.5) / n_edges) for i in range(n_edges))
    edges = [edge for edge in (math.ldexp(1.0, power) for power in powers) if low < edge <= high]
    ends = [*(math.nextafter(edge, 0.0) for edge in edges), high]
    share = max(n_bins // len(ends), 2)
    return [Piece(start, end, share) for start, end in zip([low, *edges], ends, strict=True)]


@dataclass(frozen=True)
class Plan:
    """One pass over the rows.

    Parameters
    ----------
    ranges : tuple of (float, float)
        The rows that are counted: disjoint ranges of scores, ascending. Empty: all rows.
    pieces : tuple of Piece
        Disjoint, ascending, covering the ranges. Empty: rows are counted by their scores.
    """

    ranges: tuple[Range, ...]
    pieces: tuple[Piece, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether every distinct score is counted on its own."""
        return not self.pieces

    def selected(self) -> nw.Expr:
        """Return which rows are counted. Nan and null are in no range."""
        score = nw.col(SCORE)
        outer = (score >= self.ranges[0][0]) & (score <= self.ranges[-1][1])
        if len(self.ranges) == 1:
            return outer
        return outer & reduce(or_, [(score >= low) & (score <= high) for low, high in self.ranges])

    def bin_number(self) -> nw.Expr:
        """Return the number of each row's bin, rising with the score."""
        units = self._by_piece([piece.unit for piece in self.pieces])
        starts = self._by_piece([piece.low for piece in self.pieces])
        scales = self._by_piece([piece.bins_per_unit for piece in self.pieces])
        within = (nw.col(SCORE) - starts) * units * scales
        return within.floor().cast(nw.Int64) + self._by_piece(self._first_bins()).cast(nw.Int64)

    def _first_bins(self) -> list[int]:
        firsts, following = [], 1
        for piece in self.pieces:
            firsts.append(following)
            following += piece.n_bins + _SPARE_BINS
        return firsts

    def _by_piece(self, values: Sequence[float]) -> nw.Expr:
        """Return for each row the value of its piece."""
        chosen: nw.Expr = nw.lit(values[-1])
        if len(set(values)) == 1:
            return chosen
        for piece, value in reversed(list(zip(self.pieces[:-1], values[:-1], strict=True))):
            chosen = nw.when(nw.col(SCORE) <= piece.high).then(nw.lit(value)).otherwise(chosen)
        return chosen
