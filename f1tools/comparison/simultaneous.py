"""Intervals of several differences that hold together."""

from __future__ import annotations

import math
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


def spread_of(values: FloatArray, changes: FloatArray, n_independent: int, confidence_level: float) -> Spread:
    """Return normal intervals around each difference, and simultaneous ones (max-T).

    Parameters
    ----------
    values : ndarray of shape (n_differences,)
        The differences on all rows.
    changes : ndarray of shape (n_resamples, n_differences)
        Those of the resamples.
    n_independent, confidence_level
        See :func:`standard_error`.
    """
    if not changes.size:
        return Spread(*np.full((5, changes.shape[1]), np.nan))
    mean, deviation = changes.mean(axis=0), changes.std(axis=0)
    statistic = np.zeros_like(changes)
    np.divide(np.abs(changes - mean), deviation, out=statistic, where=deviation > EQUAL)
    single = np.quantile(statistic.T, confidence_level, axis=1)
    together = np.quantile(statistic.max(axis=1), confidence_level)
    stretch = np.divide(together, single, out=np.ones_like(single), where=single > 0)
    error = standard_error(changes, n_independent)
    half_width = normal_quantile(confidence_level) * error
    return Spread(
        low=values - half_width,
        high=values + half_width,
        simultaneous_low=values - stretch * half_width,
        simultaneous_high=values + stretch * half_width,
        detectable=stretch * half_width + normal_quantile(2 * _POWER - 1) * error,
    )


def standard_error(resampled: FloatArray, n_independent: int) -> FloatArray:
    """Return the bootstrap standard error of some numbers.

    Parameters
    ----------
    resampled : ndarray of shape (n_resamples, ...)
    n_independent : int
        Rows, or clusters, on which the numbers mainly depend; 2 or more. Resamples of n rows vary less than samples of
        n rows do; for a mean by the factor sqrt((n - 1) / n), which is corrected here.
    """
    deviation: FloatArray = resampled.std(axis=0) * math.sqrt(n_independent / (n_independent - 1))
    return deviation
