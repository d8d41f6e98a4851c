"""The metrics that are a share: hits out of hits and misses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import Metric

Costs = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Proportion:
    """How a metric is a share: gain · hits / (gain · hits + misses).

    Parameters
    ----------
    hits : tuple of str
        The cells that are added up to the hits.
    misses : tuple of (str, float)
        The cells that are added up to the misses, each with how often it counts.
    gain : float
        How often a hit counts.
    """

    hits: tuple[str, ...]
    misses: Costs
    gain: float = 1.0

    @property
    def highest_cost(self) -> float:
        """How often the miss that costs most counts."""
        return max(cost for _, cost in self.misses)

    def hits_in(self, counts: ConfusionCounts) -> FloatArray:
        """Add up the hits, each once."""
        return _sum(counts, ((cell, 1.0) for cell in self.hits))

    def misses_in(self, counts: ConfusionCounts, power: int = 1) -> FloatArray:
        """Add up the misses as often as they count, to a power: 0 for each once, 2 for sums of squared weights."""
        return _sum(counts, ((cell, cost**power) for cell, cost in self.misses))

    def trials_in(self, counts: ConfusionCounts) -> FloatArray:
        """Add up hits and misses, each once."""
        return self.hits_in(counts) + self.misses_in(counts, power=0)

    def moved(
        self, value: float, counts: ConfusionCounts, squares: ConfusionCounts
    ) -> tuple[ConfusionCounts, ConfusionCounts]:
        """Turn hits into misses, or the other way, until the share has a value; there are as many trials as before.

        Hits and misses of several kinds keep their proportions, and all rows their weights. Kinds of which there were
        none are taken to be equally many, with the weight that the other rows have on average.

        Parameters
        ----------
        value : float
            From 0 to 1.
        counts, squares : ConfusionCounts
            At one threshold, with a trial at least: counts or sums of weights, and the sums of their squares.
        """
        trials = float(self.trials_in(counts))
        weight = float(self.trials_in(squares)) / trials
        kinds = tuple(cell for cell, _ in self.misses)
        hits = _parts(self.hits, counts, squares, weight)
        misses = _parts(kinds, counts, squares, weight)
        cost = sum(cost * misses[cell][0] for cell, cost in self.misses)  # of one miss, on average
        missed = trials * self.gain * (1 - value) / (self.gain * (1 - value) + cost * value)
        wanted = {cell: (part, missed) for cell, part in misses.items()}
        wanted |= {cell: (part, trials - missed) for cell, part in hits.items()}
        moved = {cell: portion * size for cell, ((portion, _), size) in wanted.items()}
        moved_squares = {cell: square * size for cell, ((_, square), size) in wanted.items()}
        return _replaced(counts, moved), _replaced(squares, moved_squares)


def _sum(counts: ConfusionCounts, terms: Iterable[tuple[str, float]]) -> FloatArray:
    parts = [times * np.asarray(getattr(counts, cell), dtype=np.float64) for cell, times in terms]
    return np.asarray(sum(parts), dtype=np.float64)


def _parts(
    cells: tuple[str, ...], counts: ConfusionCounts, squares: ConfusionCounts, weight: float
) -> dict[str, tuple[float, float]]:
    """Tell for each cell its part of all of them, and the squared weights that go with a sum of 1 of all of them."""
    sizes = {cell: float(getattr(counts, cell)) for cell in cells}
    total = sum(sizes.values())
    if total == 0:
        return dict.fromkeys(cells, (1 / len(cells), weight / len(cells)))
    return {cell: (size / total, float(getattr(squares, cell)) / total) for cell, size in sizes.items()}


def _replaced(counts: ConfusionCounts, cells: dict[str, float]) -> ConfusionCounts:
    return ConfusionCounts(**{name: cells.get(name, getattr(counts, name)) for name in ("tn", "fp", "fn", "tp")})


_EVEN: dict[str, Proportion] = {
    "precision": Proportion(("tp",), (("fp", 1.0),)),
    "recall": Proportion(("tp",), (("fn", 1.0),)),
    "specificity": Proportion(("tn",), (("fp", 1.0),)),
    "npv": Proportion(("tn",), (("fn", 1.0),)),
    "accuracy": Proportion(("tp", "tn"), (("fp", 1.0), ("fn", 1.0))),
    "jaccard": Proportion(("tp",), (("fp", 1.0), ("fn", 1.0))),
    "predicted_positive_rate": Proportion(("tp", "fp"), (("tn", 1.0), ("fn", 1.0))),
}


def proportion_of(wanted: Metric) -> Proportion | None:
    """Tell how a metric is a share, None when it is not."""
    if wanted.name in ("f1", "fbeta"):
        weight = 1.0 if wanted.beta is None else wanted.beta**2
        return Proportion(("tp",), (("fp", 1.0), ("fn", weight)), gain=1 + weight)
    return _EVEN.get(wanted.name)
