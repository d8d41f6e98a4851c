"""How the lab runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from f1tools.core.errors import InvalidPredictions

_BOUNDS: Mapping[str, tuple[float, float]] = {
    "repeats": (1, 1000),
    "test_size": (0.1, 0.9),
    "folds": (2, 20),
    "seed": (0, 2**32 - 1),
    "decimals": (1, 12),
}
NETWORK_BOUNDS: Mapping[str, tuple[float, float]] = {
    "beta": (0.001, 1000),
    "cross_entropy_first": (0, 1),
    "dropout": (0, 0.99),
    "weight_decay": (0, 1000),
    "n_updates": (1, 10**6),
    "batch_size": (2, 10**6),
    "learning_rate": (0, 10),
}
"""What the parameters of the network may be."""

MOST_UNITS = 10_000
"""So many a hidden layer may have."""

_LARGEST_COST = 1_000_000


@dataclass(frozen=True)
class Settings:
    """How the lab runs.

    Parameters
    ----------
    repeats : int
        How often the rows are split into training and test rows.
    test_size : float
        Share of the rows that test, from 0.1 to 0.9.
    folds : int
        Inner folds, from 2: each training row is scored by a model of the other folds, to choose the threshold.
    seed : int
        All randomness follows from it.
    in_sample : bool
        Whether the training rows are there once more, with the scores of the model that was trained on them.
    decimals : int
        Of the scores, from 1 to 12.
    positive_cost : float or "balanced"
        What it costs to miss a positive where a false alarm costs 1, for the strategies that weigh; "balanced" is the
        number of negatives to a positive.
    network : mapping
        What the network is given beside its defaults.
    """

    repeats: int = 20
    test_size: float = 0.3
    folds: int = 5
    seed: int = 0
    in_sample: bool = True
    decimals: int = 6
    positive_cost: float | str = "balanced"
    network: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise InvalidPredictions(f"{name} must be from {low} to {high}, got {value}. Choose another one.")
        cost = self.positive_cost
        if cost != "balanced" and not (isinstance(cost, float | int) and 1 / _LARGEST_COST <= cost <= _LARGEST_COST):
            raise InvalidPredictions(
                f"positive_cost must be balanced or a number up to {_LARGEST_COST:,}, above 0, got {cost}. Choose "
                "another one."
            )
