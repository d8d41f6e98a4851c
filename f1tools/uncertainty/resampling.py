"""Poisson bootstrap on the binned curve: the best threshold of each resample, and its out-of-bag value."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools.core.constraints import feasible_values
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import attains, defined_values
from f1tools.core.optimum import Optimum
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.uncertainty.cells import Cells, bin_curve

_BATCH = 25  # resamples drawn from one seed: their counts fit the processor's cache
_MULTIPLICITIES = np.arange(9)


@dataclass(frozen=True, eq=False)
class Resamples:
    """Bootstrap resamples, in each of which the threshold was tuned again.

    Parameters
    ----------
    thresholds : ndarray of shape (n,)
        The best threshold of each resample.
    in_bag : ndarray of shape (n,)
        The metric at that threshold on the rows in the bag.
    out_of_bag : ndarray of shape (n,)
        The metric at that threshold on the rows out of the bag; nan where these have one class only, or where the
        metric is undefined, such as precision when nothing is flagged.
    """

    thresholds: FloatArray
    in_bag: FloatArray
    out_of_bag: FloatArray


def draw_resamples(
    curve: ThresholdCurve,
    optimum: Optimum,
    n_resamples: int,
    *,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> Resamples:
    """Draw bootstrap resamples of the rows, and tune the threshold in each.

    Parameters
    ----------
    curve : ThresholdCurve
    optimum : Optimum
        The optimum of the curve: its metric and constraints are used in each resample.
    n_resamples, random_state, on_progress
        As for :func:`tuned_estimate`. The first resamples do not depend on their total number.
    """
    table = bin_curve(curve, optimum)
    batches = []
    for block, start in enumerate(range(0, n_resamples, _BATCH)):
        rng = np.random.default_rng(np.random.SeedSequence(random_state, spawn_key=(block,)))
        batches.append(_batch(table, optimum, rng, weighted=curve.weighted))
        on_progress(min((start + _BATCH) / n_resamples, 1.0))
    columns = [np.concatenate(parts)[:n_resamples] for parts in zip(*batches, strict=True)]
    return Resamples(*columns)


def _batch(
    table: Cells, optimum: Optimum, rng: np.random.Generator, *, weighted: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    in_bag, out_of_bag = draw(table, rng)
    best = best_in_each(in_bag, optimum, weighted=weighted)
    at_best = (np.arange(_BATCH), best)
    left_out = _select(out_of_bag, at_best)
    values = defined_values(optimum.metric, left_out)
    values[(left_out.positives() == 0) | (left_out.negatives() == 0)] = np.nan
    return table.thresholds[best], optimum.metric.evaluate(_select(in_bag, at_best)), values


def draw(table: Cells, rng: np.random.Generator) -> tuple[ConfusionCounts, ConfusionCounts]:
    """Draw Poisson(1) multiplicities of all rows for one batch of resamples.

    Returns
    -------
    in_bag, out_of_bag : ConfusionCounts
        Arrays of shape (resamples, k): counts of the drawn rows with their multiplicities, and of the rows not drawn.
    """
    rows = np.concatenate([table.positives, table.negatives])
    weight = np.concatenate([table.positive_weight, table.negative_weight])
    by_size = np.argsort(rows, kind="stable")  # multinomial draws are faster for runs of equal sizes
    nonempty = by_size[rows[by_size] > 0]
    # For each cell, how many of its rows are drawn 0, 1, 2, ... times.
    times = rng.multinomial(rows[nonempty, np.newaxis], _poisson(), size=(nonempty.size, _BATCH))
    counts = []
    for sums in (times @ _MULTIPLICITIES, times[..., 0]):
        in_cells = np.zeros((_BATCH, rows.size))
        in_cells[:, nonempty] = sums.T * weight[nonempty]
        cumulative = [np.cumsum(part, axis=1) for part in np.split(in_cells, 2, axis=1)]
        (tp, fp), (positives, negatives) = zip(
            *((each[:, : len(table)], each[:, -1:]) for each in cumulative), strict=True
        )
        counts.append(ConfusionCounts(tn=negatives - fp, fp=fp, fn=positives - tp, tp=tp))
    return counts[0], counts[1]


def _poisson() -> FloatArray:
    """Return the Poisson(1) probabilities of 0 to 8 draws; the last one includes the tail of one in a million."""
    probabilities = np.array([math.exp(-1) / math.factorial(times) for times in _MULTIPLICITIES.tolist()])
    probabilities[-1] = 1 - probabilities[:-1].sum()
    return probabilities


def best_in_each(counts: ConfusionCounts, optimum: Optimum, *, weighted: bool) -> NDArray[np.intp]:
    """Return the position of the best threshold in each resample: of equal ones the lowest score of a drawn row."""
    values = feasible_values(optimum.metric, counts, optimum.constraints, weighted=weighted)
    for row in np.flatnonzero(values.max(axis=1) == -np.inf).tolist():
        values[row] = _closest_to_feasible(_select(counts, row), optimum)
    highest = values.max(axis=1, keepdims=True)
    optimal = attains(values, highest, weighted=weighted)
    lowest = values.shape[1] - 1 - np.argmax(optimal[:, ::-1], axis=1)
    flagged = counts.flagged()
    same = np.take_along_axis(flagged, lowest[:, np.newaxis], axis=1)
    first: NDArray[np.intp] = np.count_nonzero(flagged < same, axis=1)
    return first


def _closest_to_feasible(counts: ConfusionCounts, optimum: Optimum) -> FloatArray:
    """Keep the metric only at the smallest violation of the constraints; of equal ones at its highest value."""
    violation = sum(constraint.violation(counts) for constraint in optimum.constraints) + np.zeros(counts.tp.shape)
    violation = np.round(violation, 12)  # so that sums equal but for rounding compare equal
    values = np.nan_to_num(optimum.metric.evaluate(counts), nan=-np.inf)
    closest = int(np.lexsort((-values, violation))[0])
    return np.where(np.arange(values.size) == closest, values, -np.inf)


def _select(counts: ConfusionCounts, at: tuple[NDArray[np.intp], ...] | int) -> ConfusionCounts:
    return ConfusionCounts(tn=counts.tn[at], fp=counts.fp[at], fn=counts.fn[at], tp=counts.tp[at])
