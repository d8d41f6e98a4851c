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
_LARGE_RATIO = 16  # of the ends of a range: one that spans more is divided by magnitude
_SPARE_BINS = 3  # half a bin before the low end, and rounding at the high end
_NARROW = 1e-280


@dataclass(frozen=True)
class Piece:
    """A range of scores in equal bins, of the scores or of their logarithms. Both ends belong to it.

    Parameters
    ----------
    low, high : float
        Of one sign where the scale is logarithmic.
    n_bins : int
    is_log : bool
    """

    low: float
    high: float
    n_bins: int
    is_log: bool = False

    @property
    def unit(self) -> float:
        """A factor that keeps the bins per unit finite, however narrow the range is."""
        return 2.0**600 if not self.is_log and 0 < self.high - self.low < _NARROW else 1.0

    @property
    def bins_per_unit(self) -> float:
        """Bins per unit of the scale, after the factor."""
        width = (self._on_scale(self.high) - self._on_scale(self.low)) * self.unit
        return self.n_bins / width if width else 1.0

    @property
    def start(self) -> float:
        """Where the first bin starts, on the scale.

        The last digit of a logarithm differs between engines. Half a bin before the low end, which is a score that
        occurs, no edge of a bin coincides with it, and all engines make the same bins.
        """
        return self._on_scale(self.low) - (0.5 / self.bins_per_unit if self.is_log else 0.0)

    def _on_scale(self, score: float) -> float:
        return math.copysign(1.0, score) * math.log(abs(score)) if self.is_log else score


def pieces_of(low: float, high: float, n_bins: int) -> list[Piece]:
    """Return how a range is divided: apart at 0, and by magnitude where it spans many.

    Around 0 bins are equal: the smallest magnitude there is not known, and a logarithmic scale needs it.

    Examples
    --------
    >>> pieces_of(0.25, 0.5, 8)
    [Piece(low=0.25, high=0.5, n_bins=8, is_log=False)]
    >>> pieces_of(-1e-9, -1e-20, 8)
    [Piece(low=-1e-09, high=-1e-20, n_bins=8, is_log=True)]
    >>> [(piece.low, piece.high, piece.n_bins) for piece in pieces_of(-2.0, 0.5, 8)]
    [(-2.0, -5e-324, 4), (0.0, 0.0, 1), (5e-324, 0.5, 4)]
    """
    if low == high:
        return [Piece(low, high, 1)]
    if low <= 0 <= high:
        share = n_bins // 2 if low < 0 < high else n_bins
        negative = [Piece(low, -_TINY, share)] if low < 0 else []
        return [*negative, Piece(0.0, 0.0, 1), *([Piece(_TINY, high, share)] if high > 0 else [])]
    smaller, larger = sorted((abs(low), abs(high)))
    return [Piece(low, high, n_bins, is_log=larger / _LARGE_RATIO > smaller)]


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
        starts = self._by_piece([piece.start for piece in self.pieces])
        scales = self._by_piece([piece.bins_per_unit for piece in self.pieces])
        within = (self._on_scales() - starts) * units * scales
        return within.floor().cast(nw.Int64) + self._by_piece(self._first_bins()).cast(nw.Int64)

    def _on_scales(self) -> nw.Expr:
        """Return each score on the scale of its piece."""
        score = nw.col(SCORE)
        logarithmic = [(score >= piece.low) & (score <= piece.high) for piece in self.pieces if piece.is_log]
        if not logarithmic:
            return score
        is_log = reduce(or_, logarithmic)
        magnitude = nw.when(is_log).then(score.abs()).otherwise(nw.lit(1.0))  # others may have no logarithm
        sign = nw.when(score < 0).then(nw.lit(-1.0)).otherwise(nw.lit(1.0))
        return nw.when(is_log).then(sign * magnitude.log()).otherwise(score)

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
