"""Intervals of several differences that hold together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.uncertainty.intervals import normal_quantile

_POWER = 0.8  # with which the smallest detectable difference is detected
EQUAL = 1e-12
"""Equal models differ by rounding errors only."""


@dataclass(frozen=True, eq=False)
class Spread:
    """Bounds of several differences, arrays of shape (n_differences,)."""

    low: FloatArray
    high: FloatArray
    simultaneous_low: FloatArray
    simultaneous_high: FloatArray
    detectable: FloatArray


def spread_of(changes: FloatArray, confidence_level: float) -> Spread:
    """Return percentile intervals of each column, and max-T simultaneous ones."""
    if not changes.size:
        return Spread(*np.full((5, changes.shape[1]), np.nan))
    tail = (1 - confidence_level) / 2
    low, high = np.quantile(np.ascontiguousarray(changes.T), [tail, 1 - tail], axis=1)
    mean, deviation = changes.mean(axis=0), changes.std(axis=0)
    statistic = np.zeros_like(changes)
    np.divide(np.abs(changes - mean), deviation, out=statistic, where=deviation > EQUAL)
    single = np.quantile(statistic.T, confidence_level, axis=1)
    together = np.quantile(statistic.max(axis=1), confidence_level)
    stretch = np.divide(together, single, out=np.ones_like(single), where=single > 0)
    power = normal_quantile(2 * _POWER - 1)
    return Spread(
        low=low,
        high=high,
        simultaneous_low=np.minimum(low, mean - stretch * (mean - low)),
        simultaneous_high=np.maximum(high, mean + stretch * (high - mean)),
        detectable=(stretch * normal_quantile(confidence_level) + power) * deviation,
    )
