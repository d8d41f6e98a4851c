"""Gaps between groups: the largest difference of a rate, what chance alone gives, and its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.operating_point import OperatingPoint
from f1tools.groups.grouping import FEW
from f1tools.uncertainty import Interval, wilson_interval
from f1tools.uncertainty.design_effect import design_effect
from f1tools.uncertainty.proportions import Proportion

RATES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "recall": (("tp",), ("fn",)),
    "false_positive_rate": (("fp",), ("tn",)),
    "predicted_positive_rate": (("tp", "fp"), ("fn", "tn")),
    "precision": (("tp",), ("fp",)),
}
"""The rates that are compared: the cells of the confusion matrix that are successes, and those that are failures."""


@dataclass(frozen=True, eq=False)
class Gap:
    """The largest difference of a rate between groups.

    Parameters
    ----------
    rate : {"recall", "false_positive_rate", "predicted_positive_rate", "precision"}
    lowest, highest : str
        The groups with the lowest and the highest rate; empty where fewer than two can be compared.
    difference, ratio : float
        Highest - lowest, and lowest / highest; nan where fewer than two groups can be compared.
    interval : Interval
        Of the difference; it allows for the choice of the two groups.
    by_chance : float
        The mean of the difference if all groups had one rate.
    p_value : float
        The probability of a difference as large as this if all groups had one rate.
    left_out : tuple of str
        The groups with too few rows to be compared.
    few : tuple of str
        The groups that are compared, but with fewer than 30 rows that count for the rate.
    clustered : bool
        Whether rows are in clusters: what is too few, or few, are then effective rows.
    """

    rate: str
    lowest: str
    highest: str
    difference: float
    ratio: float
    interval: Interval
    by_chance: float
    p_value: float
    left_out: tuple[str, ...]
    few: tuple[str, ...] = ()
    clustered: bool = False


@dataclass(frozen=True, eq=False)
class _Trials:
    """Successes and trials of each group; effective numbers where rows are weighted or in clusters."""

    value: FloatArray
    trials: FloatArray


def gaps(
    names: Sequence[str],
    points: Sequence[OperatingPoint],
    *,
    min_rows: int,
    n_resamples: int,
    confidence_level: float,
    random_state: int,
) -> tuple[Gap, ...]:
    """Compute the gap of each rate; see :func:`f1tools.by_group` for the parameters and the method."""
    seeds = np.random.SeedSequence(random_state).spawn(len(RATES))
    found, clustered = [], any(point.products is not None for point in points)
    for rate, seed in zip(RATES, seeds, strict=True):
        trials = _trials(rate, points)
        kept = np.flatnonzero((trials.trials >= max(min_rows, 0)) & (trials.trials > 0))
        left_out = tuple(name for place, name in enumerate(names) if place not in kept)
        nothing = Interval(math.nan, math.nan, confidence_level)
        if kept.size < 2:
            nan = math.nan
            found.append(Gap(rate, "", "", nan, nan, nothing, nan, nan, left_out, clustered=clustered))
            continue
        value, number, rng = trials.value[kept], trials.trials[kept], np.random.default_rng(seed)
        low, high = int(np.argmin(value)), int(np.argmax(value))
        difference = float(value[high] - value[low])
        null = _by_chance(value, number, n_resamples, rng)
        found.append(
            Gap(
                rate, names[kept[low]], names[kept[high]], difference,
                float(value[low] / value[high]) if value[high] > 0 else math.nan,
                _interval(value, number, n_resamples, confidence_level, rng),
                float(null.mean()),
                (1 + int(np.count_nonzero(null >= difference - 1e-12))) / (1 + n_resamples), left_out,
                tuple(names[place] for place in kept.tolist() if trials.trials[place] < FEW), clustered,
            )
        )  # fmt: skip
    return tuple(found)


def rate_of(rate: str, point: ConfusionCounts) -> FloatArray:
    """Return a rate at one point or at many; nan where it has no trials."""
    good, bad = (sum(np.asarray(getattr(point, cell), np.float64) for cell in cells) for cells in RATES[rate])
    with np.errstate(invalid="ignore"):
        return np.asarray(good / (good + bad), dtype=np.float64)


def _trials(rate: str, points: Sequence[OperatingPoint]) -> _Trials:
    cells = [cell for part in RATES[rate] for cell in part]
    value = np.array([float(rate_of(rate, point.counts)) for point in points])
    sums, squares = (
        np.array([sum(float(getattr(each, cell)) for cell in cells) for each in many])
        for many in ([point.counts for point in points], [point.squares or point.counts for point in points])
    )
    with np.errstate(invalid="ignore"):
        rows = np.where(sums > 0, sums**2 / squares, 0.0)
    good, bad = RATES[rate]
    proportion = Proportion(good, tuple((cell, 1.0) for cell in bad))
    effects = [design_effect(proportion, point.counts, point.squares, point.products) for point in points]
    return _Trials(value, rows / np.array(effects, dtype=np.float64))


def _by_chance(value: FloatArray, trials: FloatArray, n_resamples: int, rng: np.random.Generator) -> FloatArray:
    """Return the gaps of permutations of the groups among all trials."""
    sizes = np.maximum(np.rint(trials).astype(np.int64), 1)
    total = int(sizes.sum())
    successes = min(int(np.rint((value * trials).sum() / trials.sum() * total)), total)
    drawn = rng.multivariate_hypergeometric(sizes, successes, size=n_resamples, method="marginals") / sizes
    spread: FloatArray = drawn.max(axis=1) - drawn.min(axis=1)
    return spread


def _interval(
    value: FloatArray, trials: FloatArray, n_resamples: int, confidence_level: float, rng: np.random.Generator
) -> Interval:
    """Return the interval of max - min from simultaneous intervals of all pairwise differences."""
    good = value * trials
    drawn = rng.beta(good + 0.5, np.maximum(trials - good, 0.0) + 0.5, size=(n_resamples, value.size))
    deviation, variance = drawn - drawn.mean(axis=0), drawn.var(axis=0)
    largest = np.zeros(n_resamples)
    for place in range(value.size - 1):
        others = slice(place + 1, None)
        scaled = np.abs(deviation[:, others] - deviation[:, [place]]) / np.sqrt(variance[others] + variance[place])
        np.maximum(largest, scaled.max(axis=1), out=largest)
    # Newcombe's interval of each difference, from Wilson's of both groups, at the level that all pairs hold together.
    level = 2 * NormalDist().cdf(float(np.quantile(largest, confidence_level))) - 1
    each = wilson_interval(good, trials, confidence_level=min(level, 1 - 1e-12))
    below, above = (value - each.low) ** 2, (each.high - value) ** 2
    difference, off = value[:, np.newaxis] - value, ~np.eye(value.size, dtype=np.bool_)
    low = (difference - np.sqrt(below[:, np.newaxis] + above))[off].max()
    high = (difference + np.sqrt(above[:, np.newaxis] + below))[off].max()
    return Interval(max(float(low), 0.0), min(float(high), 1.0), confidence_level)
