"""Metrics as proportions: successes among successes and failures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import Metric


@dataclass(frozen=True)
class Proportion:
    """A metric as a proportion: gain · successes / (gain · successes + failures).

    Parameters
    ----------
    successes : tuple of str
        The cells of the confusion matrix that are successes.
    failures : tuple of (str, float)
        The cells that are failures, each with its weight.
    gain : float
        Weight of a success.
    """

    successes: tuple[str, ...]
    failures: tuple[tuple[str, float], ...]
    gain: float = 1.0

    @property
    def highest_cost(self) -> float:
        """Largest weight of a failure."""
        return max(cost for _, cost in self.failures)

    def successes_in(self, counts: ConfusionCounts) -> FloatArray:
        """Return the number (or weight) of successes."""
        return _sum(counts, ((cell, 1.0) for cell in self.successes))

    def failures_in(self, counts: ConfusionCounts, power: int = 1) -> FloatArray:
        """Return the sum of failures times their weight to a power: 0 to count them, 2 for sums of squared weights."""
        return _sum(counts, ((cell, cost**power) for cell, cost in self.failures))

    def trials_in(self, counts: ConfusionCounts) -> FloatArray:
        """Return the number (or weight) of successes and failures."""
        return self.successes_in(counts) + self.failures_in(counts, power=0)

    def rescaled(
        self, value: float, counts: ConfusionCounts, squares: ConfusionCounts
    ) -> tuple[ConfusionCounts, ConfusionCounts]:
        """Return counts and squares with the given value of the metric and an unchanged number of trials.

        Successes and failures of several kinds keep their proportions, and rows their weights. Where there are none of
        several kinds, the kinds are assumed to be equally frequent, with the average weight of the other rows.

        Parameters
        ----------
        value : float
            From 0 to 1.
        counts, squares : ConfusionCounts
            At one threshold, with at least one trial: counts or sums of weights, and the sums of squared weights.
        """
        trials = float(self.trials_in(counts))
        weight = float(self.trials_in(squares)) / trials
        kinds = tuple(cell for cell, _ in self.failures)
        successes = _composition(self.successes, counts, squares, weight)
        failures = _composition(kinds, counts, squares, weight)
        cost = sum(cost * failures[cell][0] for cell, cost in self.failures)  # mean weight of a failure
        n_failures = trials * self.gain * (1 - value) / (self.gain * (1 - value) + cost * value)
        targets = {cell: (share, n_failures) for cell, share in failures.items()}
        targets |= {cell: (share, trials - n_failures) for cell, share in successes.items()}
        new_counts = {cell: share * size for cell, ((share, _), size) in targets.items()}
        new_squares = {cell: square * size for cell, ((_, square), size) in targets.items()}
        return _replace(counts, new_counts), _replace(squares, new_squares)


def _sum(counts: ConfusionCounts, terms: Iterable[tuple[str, float]]) -> FloatArray:
    parts = [times * np.asarray(getattr(counts, cell), dtype=np.float64) for cell, times in terms]
    return np.asarray(sum(parts), dtype=np.float64)


def _composition(
    cells: tuple[str, ...], counts: ConfusionCounts, squares: ConfusionCounts, weight: float
) -> dict[str, tuple[float, float]]:
    """Return for each cell its share of the total, and its sum of squared weights per unit of the total."""
    sizes = {cell: float(getattr(counts, cell)) for cell in cells}
    total = sum(sizes.values())
    if total == 0:
        return dict.fromkeys(cells, (1 / len(cells), weight / len(cells)))
    return {cell: (size / total, float(getattr(squares, cell)) / total) for cell, size in sizes.items()}


def _replace(counts: ConfusionCounts, cells: dict[str, float]) -> ConfusionCounts:
    return ConfusionCounts(**{name: cells.get(name, getattr(counts, name)) for name in ("tn", "fp", "fn", "tp")})


_UNWEIGHTED: dict[str, Proportion] = {
    "precision": Proportion(("tp",), (("fp", 1.0),)),
    "recall": Proportion(("tp",), (("fn", 1.0),)),
    "specificity": Proportion(("tn",), (("fp", 1.0),)),
    "npv": Proportion(("tn",), (("fn", 1.0),)),
    "accuracy": Proportion(("tp", "tn"), (("fp", 1.0), ("fn", 1.0))),
    "jaccard": Proportion(("tp",), (("fp", 1.0), ("fn", 1.0))),
    "predicted_positive_rate": Proportion(("tp", "fp"), (("tn", 1.0), ("fn", 1.0))),
}


def proportion_of(metric: Metric) -> Proportion | None:
    """Return a metric as a proportion, or None if it is not one."""
    if metric.name in ("f1", "fbeta"):
        weight = 1.0 if metric.beta is None else metric.beta**2
        return Proportion(("tp",), (("fp", 1.0), ("fn", weight)), gain=1 + weight)
    return _UNWEIGHTED.get(metric.name)
