"""The rows drawn anew, on the table: in each resample the best threshold, and what it is worth outside of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools.core.constraints import allowed_values
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import defined_values, reaches
from f1tools.core.optimum import Optimum
from f1tools.core.progress import OnProgress, ignore_progress
from f1tools.uncertainty.cells import Cells, bin_curve

_TOGETHER = 25  # resamples drawn from one seed: their counts stay in the processor's cache
_MULTIPLICITIES = np.arange(9)


@dataclass(frozen=True, eq=False)
class Resamples:
    """Resamples of the rows, in each of which the threshold was chosen anew.

    Parameters
    ----------
    thresholds : ndarray of shape (n,)
        The best threshold of each.
    in_bag : ndarray of shape (n,)
        The metric there on the rows that the resample holds.
    out_of_bag : ndarray of shape (n,)
        The metric there on the rows that it does not hold; nan where these are all of one class, and where the metric
        asks of rows that are not there, such as precision of the flagged ones when none is.
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
    """Draw the rows anew again and again, and choose the threshold in each resample.

    Parameters
    ----------
    curve : ThresholdCurve
    optimum : Optimum
        The best of the curve: its metric and constraints decide in the resamples too.
    n_resamples, random_state, on_progress
        As for :func:`tuned_estimate`. The first resamples do not depend on how many there are.
    """
    table = bin_curve(curve, optimum)
    found = []
    for block, start in enumerate(range(0, n_resamples, _TOGETHER)):
        rng = np.random.default_rng(np.random.SeedSequence(random_state, spawn_key=(block,)))
        found.append(_block(table, optimum, rng, weighted=curve.weighted))
        on_progress(min((start + _TOGETHER) / n_resamples, 1.0))
    columns = [np.concatenate(parts)[:n_resamples] for parts in zip(*found, strict=True)]
    return Resamples(*columns)


def _block(
    table: Cells, optimum: Optimum, rng: np.random.Generator, *, weighted: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    inside, outside = draw(table, rng)
    chosen = best_in_each(inside, optimum, weighted=weighted)
    at = (np.arange(_TOGETHER), chosen)
    left_out = _taken(outside, at)
    judged = defined_values(optimum.metric, left_out)
    judged[(left_out.positives() == 0) | (left_out.negatives() == 0)] = np.nan
    return table.thresholds[chosen], optimum.metric.evaluate(_taken(inside, at)), judged


def draw(table: Cells, rng: np.random.Generator) -> tuple[ConfusionCounts, ConfusionCounts]:
    """Draw how often each row occurs, for some resamples.

    Returns
    -------
    inside, outside : ConfusionCounts
        Arrays of shape (resamples, k): the rows that occur, as often as they do, and the rows that don't.
    """
    rows = np.concatenate([table.positives, table.negatives])
    weight = np.concatenate([table.positive_weight, table.negative_weight])
    by_size = np.argsort(rows, kind="stable")  # equal numbers of rows in a row are drawn faster
    some = by_size[rows[by_size] > 0]
    # By cell, how many of its rows occur never, once, twice, ...
    times = rng.multinomial(rows[some, np.newaxis], _poisson(), size=(some.size, _TOGETHER))
    counted = []
    for sums in (times @ _MULTIPLICITIES, times[..., 0]):
        in_cells = np.zeros((_TOGETHER, rows.size))
        in_cells[:, some] = sums.T * weight[some]
        tp, fp = (np.cumsum(part, axis=1) for part in np.split(in_cells, 2, axis=1))
        counted.append(ConfusionCounts(tn=fp[:, -1:] - fp, fp=fp, fn=tp[:, -1:] - tp, tp=tp))
    return counted[0], counted[1]


def _poisson() -> FloatArray:
    """Give the chances that a row occurs 0 to 8 times; the one in a million that occurs more often is taken for 8."""
    chances = np.array([math.exp(-1) / math.factorial(times) for times in _MULTIPLICITIES.tolist()])
    chances[-1] = 1 - chances[:-1].sum()
    return chances


def best_in_each(counts: ConfusionCounts, optimum: Optimum, *, weighted: bool) -> NDArray[np.intp]:
    """Find the best threshold of each resample: the lowest of equals that is the score of one of its rows."""
    values = allowed_values(optimum.metric, counts, optimum.constraints, weighted=weighted)
    for row in np.flatnonzero(values.max(axis=1) == -np.inf).tolist():
        values[row] = _nearly_allowed(_taken(counts, row), optimum)
    highest = values.max(axis=1, keepdims=True)
    good = reaches(values, highest, weighted=weighted)
    lowest = values.shape[1] - 1 - np.argmax(good[:, ::-1], axis=1)
    flagged = counts.flagged()
    same = np.take_along_axis(flagged, lowest[:, np.newaxis], axis=1)
    first: NDArray[np.intp] = np.count_nonzero(flagged < same, axis=1)
    return first


def _nearly_allowed(counts: ConfusionCounts, optimum: Optimum) -> FloatArray:
    """Leave the metric only where the constraints are missed by the least; of equals the highest, as in ``best``."""
    missing = sum(constraint.shortfall(counts) for constraint in optimum.constraints) + np.zeros(counts.tp.shape)
    missing = np.round(missing, 12)  # equal sums must come out equal for the metric to decide between them
    values = np.nan_to_num(optimum.metric.evaluate(counts), nan=-np.inf)
    closest = int(np.lexsort((-values, missing))[0])
    return np.where(np.arange(values.size) == closest, values, -np.inf)


def _taken(counts: ConfusionCounts, at: tuple[NDArray[np.intp], ...] | int) -> ConfusionCounts:
    return ConfusionCounts(tn=counts.tn[at], fp=counts.fp[at], fn=counts.fn[at], tp=counts.tp[at])
