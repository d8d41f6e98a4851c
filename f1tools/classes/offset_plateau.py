"""The plateau around offsets of classes: all offsets that decide about every row alike, and round ones well inside."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools.classes.offset_search import OffsetSearch
from f1tools.core.counts import FloatArray

_SWEEPS = 3
_EDGE = 0.2  # of an interval, at both of its ends


@dataclass(frozen=True, eq=False)
class Plateau:
    """What offsets must satisfy so that no row changes its class: ``offset[i] - offset[j] > lead[i, j]`` for all i, j.

    Parameters
    ----------
    lead : ndarray of shape (k, k)
        By how much the score of class j exceeds that of class i at most in the rows of i; -inf where nothing is known.
    logarithmic : bool
        Whether scores are the logarithms of probabilities.
    resolution : float
        Closer differences are rounding.
    reach : float
        How far an offset is moved at most at a time: plateaus may have no end.
    """

    lead: FloatArray
    logarithmic: bool
    resolution: float
    reach: float

    @classmethod
    def around(cls, search: OffsetSearch, offsets: FloatArray) -> Plateau:
        """Return the plateau on which all rows have the classes that some offsets give them."""
        score, decided = search.score, search.decide(offsets)
        k = offsets.size
        lead = np.full((k, k), -np.inf)
        order = np.argsort(decided, kind="stable")
        ends = np.searchsorted(decided[order], np.arange(k + 1))
        for i in np.flatnonzero(np.diff(ends)).tolist():
            rows = score[order[ends[i] : ends[i + 1]]]
            lead[i] = (rows - rows[:, [i]]).max(axis=0)
            lead[i, i] = -np.inf
        reach = 1.0 if search.logarithmic else float(np.abs(score).max())
        return cls(lead, search.logarithmic, search.resolution, reach)

    def interval(self, offsets: FloatArray, column: int) -> tuple[float, float]:
        """Return between which offsets of one class, within reach, nothing changes while those of the others stay."""
        low = float((self.lead[column] + offsets).max())
        high = float((offsets - self.lead[:, column]).min())
        return max(low, float(offsets[column]) - self.reach), min(high, float(offsets[column]) + self.reach)

    def contains(self, offsets: FloatArray, columns: NDArray[np.intp]) -> bool:
        """Return whether offsets of some classes are inside by more than rounding.

        Two classes with the same offset and the same scores are inside, too: their order decides everywhere.
        """
        difference = offsets[:, np.newaxis] - offsets
        inside = (difference - self.lead > self.resolution) | ((difference == 0) & (self.lead == 0))
        return bool(inside[columns].all() and inside[:, columns].all())

    def inner(self, offsets: FloatArray, columns: NDArray[np.intp]) -> FloatArray:
        """Move offsets of some classes, inside or on an edge, well inside, to numbers with few digits.

        Where scores are the logarithms of probabilities, the weights of these have few digits.
        """
        offsets = offsets.copy()
        for sweep in range(_SWEEPS + 1):
            for column in columns.tolist():
                low, high = self.interval(offsets, column)
                if high - low <= 2 * self.resolution:
                    continue
                if sweep < _SWEEPS:
                    offsets[column] = (low + high) / 2
                    continue
                edge = _EDGE * (high - low)
                if self.logarithmic:
                    offsets[column] = np.log(roundest(math.exp(low + edge), math.exp(high - edge)))
                else:
                    offsets[column] = roundest(low + edge, high - edge)
        return offsets


def roundest(low: float, high: float) -> float:
    """Return the number with the fewest decimals in [low, high]; of several, the nearest to the middle.

    Examples
    --------
    >>> roundest(0.93, 1.2), roundest(0.0123, 0.0147), roundest(-0.3, 0.1), roundest(123.0, 184.0)
    (1.0, 0.013, 0.0, 150.0)
    """
    middle = (low + high) / 2
    digits = -math.ceil(math.log10(max(abs(low), abs(high), 1e-300)))
    while not low <= round(middle, digits) <= high:
        digits += 1
    return round(middle, digits) + 0.0
