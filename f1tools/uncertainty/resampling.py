"""Poisson bootstrap on the binned curve: the best threshold of each resample, and its out-of-bag value."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from f1tools.core.constraints import feasible_values
from f1tools.core.counts import ConfusionCounts, FloatArray, Value, ratio
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, attains, defined_values
from f1tools.core.optimum import Optimum
from f1tools.core.roc_hull import hulls_of_each
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.uncertainty.cells import MAX_CELLS, Cells, bin_curve
from f1tools.uncertainty.multiplicities import MULTIPLICITIES, draw_from_tables, draw_multinomial, poisson
from f1tools.uncertainty.tables import CELLS_OF_BLOCKS, FEW_ROWS, SortedRows, Table, UnitSums, deal_rows

_BATCH = 25  # resamples drawn from one seed: their counts fit the processor's cache
_N_VALUES = 5  # of each resample

Drawing: TypeAlias = Literal[1, 2]
"""How resamples are drawn, as decision records have it."""
BY_MULTINOMIAL: Final = 1
FROM_TABLES: Final = 2


@dataclass(frozen=True, eq=False)
class Resamples:
    """Bootstrap resamples, in each of which the threshold was tuned again.

    Parameters
    ----------
    drawing : {1, 2}
        How they were drawn: 1 for multinomial numbers, or rows in clusters; 2 from tables of the same distribution.
    thresholds : ndarray of shape (n,)
        The best threshold of each resample.
    in_bag : ndarray of shape (n,)
        The metric at that threshold on the rows in the bag.
    out_of_bag : ndarray of shape (n,)
        The metric at that threshold on the rows out of the bag; nan where these have one class only, or where the
        metric is undefined, such as precision when nothing is flagged.
    recall, false_positive_rate : ndarray of shape (n,)
        Of that threshold on the rows out of the bag; nan where these have no row of the class.
    """

    drawing: Drawing
    thresholds: FloatArray
    in_bag: FloatArray
    out_of_bag: FloatArray
    recall: FloatArray
    false_positive_rate: FloatArray


def draw_resamples(
    curve: ThresholdCurve,
    optimum: Optimum,
    n_resamples: int,
    *,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
    drawing: Drawing | None = None,
) -> Resamples:
    """Draw bootstrap resamples of the rows, and tune the threshold in each.

    Parameters
    ----------
    curve : ThresholdCurve
    optimum : Optimum
        The optimum of the curve: its metric and constraints are used in each resample.
    n_resamples, random_state, on_progress
        As for :func:`tuned_estimate`. The first resamples do not depend on their total number.
    drawing : {1, 2}, optional
        As for :class:`Resamples`; by default from tables where neighboring thresholds are merged.
    """
    (resamples,) = draw_shared_resamples(curve, [optimum], n_resamples, random_state, on_progress, drawing=drawing)
    return resamples


def draw_shared_resamples(
    curve: ThresholdCurve,
    optima: Sequence[Optimum],
    n_resamples: int,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
    *,
    on_hull: bool = False,
    drawing: Drawing | None = None,
) -> list[Resamples]:
    """Draw resamples once, and tune a threshold in each for every optimum.

    Parameters
    ----------
    curve : ThresholdCurve
    optima : sequence of Optimum
        Of the curve itself, or of the same rows at assumed shares of positives; in their resamples the classes then
        have exactly the weights of the optimum.
    n_resamples, random_state, on_progress
        As for :func:`tuned_estimate`.
    on_hull : bool
        Whether the best thresholds are vertices of the ROC curve's convex hull at every share of positives. Those at
        assumed shares are then searched there, which is much faster for many of them.
    drawing : {1, 2}, optional
        As for :func:`draw_resamples`.
    """
    is_large = curve.clusters is not None and curve.clusters.y_true.size > FEW_ROWS and len(optima) == 1
    table = bin_curve(curve, optima, CELLS_OF_BLOCKS if is_large else MAX_CELLS)
    clusters = None if curve.clusters is None else _Clusters.build(curve, table, random_state)
    if clusters is not None:
        drawing = BY_MULTINOMIAL
    elif drawing is None:
        drawing = FROM_TABLES if table.is_merged else BY_MULTINOMIAL
    together = [place for place, each in enumerate(optima) if on_hull and each.point.class_mix == "assumed"]
    alone = [place for place in range(len(optima)) if place not in together]

    def tuned(block: int) -> FloatArray:
        rng = np.random.default_rng(np.random.SeedSequence(random_state, spawn_key=(block,)))
        drawn = draw(table, rng, drawing) if clusters is None else clusters.draw(rng)
        batch = np.empty((_N_VALUES, len(optima), _BATCH))
        for place in alone:
            batch[:, place] = _tune(table, optima[place], *drawn, weighted=curve.weighted)
        if together:
            batch[:, together] = _tune_on_hulls(table, [optima[place] for place in together], *drawn)
        return batch

    blocks, n_threads = range(math.ceil(n_resamples / _BATCH)), os.cpu_count() or 1
    batches: list[FloatArray] = []
    with ThreadPoolExecutor(n_threads) as pool:  # numpy draws without the interpreter lock
        for first in blocks[::n_threads]:
            for batch in pool.map(tuned, blocks[first : first + n_threads]):
                batches.append(batch)
                on_progress(min(len(batches) * _BATCH / n_resamples, 1.0))
    values = np.concatenate(batches, axis=2)[..., :n_resamples]
    return [Resamples(drawing, *values[:, place]) for place in range(len(optima))]


def _tune(
    table: Cells, optimum: Optimum, in_bag: ConfusionCounts, out_of_bag: ConfusionCounts, *, weighted: bool
) -> tuple[FloatArray, ...]:
    """Tune the threshold in each resample of a batch; return the fields of :class:`Resamples`."""
    if optimum.point.class_mix == "assumed":
        totals = optimum.point.counts.positives(), optimum.point.counts.negatives()
        in_bag, weighted = _with_class_weights(in_bag, *totals), True
    best = best_in_each(in_bag, optimum, weighted=weighted)
    at_best = (np.arange(_BATCH), best)
    return _evaluate(table, optimum.metric, best, _select(in_bag, at_best), _select(out_of_bag, at_best))


def _tune_on_hulls(
    table: Cells, optima: Sequence[Optimum], in_bag: ConfusionCounts, out_of_bag: ConfusionCounts
) -> tuple[FloatArray, ...]:
    """Tune the threshold for all optima at once among the vertices of each resample's ROC hull; see :func:`_tune`.

    The fields have a row for each optimum. All have the same metric and no constraints.
    """
    totals = [
        np.array([[total(each.point.counts)] for each in optima])
        for total in (ConfusionCounts.positives, ConfusionCounts.negatives)
    ]
    resample, position = hulls_of_each(in_bag.fp, in_bag.tp)
    starts = np.flatnonzero(np.diff(resample, prepend=-1))
    values = optima[0].metric.evaluate(_with_class_weights(_select(in_bag, (resample, position)), *totals))
    values = np.nan_to_num(values, nan=-np.inf)
    highest = np.maximum.reduceat(values, starts, axis=1)[:, resample]
    lowest = np.where(attains(values, highest, weighted=True), position, 0)
    best = _first_alike(in_bag)[np.arange(_BATCH), np.maximum.reduceat(lowest, starts, axis=1)]
    at_best = (np.arange(_BATCH), best)
    tuned = _with_class_weights(_select(in_bag, at_best), *totals)
    return _evaluate(table, optima[0].metric, best, tuned, _select(out_of_bag, at_best))


def _evaluate(
    table: Cells, target: Metric, best: NDArray[np.intp], in_bag: ConfusionCounts, out_of_bag: ConfusionCounts
) -> tuple[FloatArray, ...]:
    """Return the fields of :class:`Resamples`, given the positions of the best thresholds and the counts there."""
    values = defined_values(target, out_of_bag)
    no_positives, no_negatives = out_of_bag.positives() == 0, out_of_bag.negatives() == 0
    values[no_positives | no_negatives] = np.nan
    rates = (
        np.where(no_positives, np.nan, out_of_bag.recall()),
        np.where(no_negatives, np.nan, out_of_bag.false_positive_rate()),
    )
    return table.thresholds[best], target.evaluate(in_bag), values, *rates


def _with_class_weights(counts: ConfusionCounts, positives: Value, negatives: Value) -> ConfusionCounts:
    """Scale each class of each resample to its total weight; a class without rows stays empty."""
    positive, negative = ratio(positives, counts.positives()), ratio(negatives, counts.negatives())
    return ConfusionCounts(
        tn=counts.tn * negative, fp=counts.fp * negative, fn=counts.fn * positive, tp=counts.tp * positive
    )


def draw(
    table: Cells, rng: np.random.Generator, drawing: Drawing = BY_MULTINOMIAL
) -> tuple[ConfusionCounts, ConfusionCounts]:
    """Draw Poisson(1) multiplicities of all rows for one batch of resamples.

    Returns
    -------
    in_bag, out_of_bag : ConfusionCounts
        Arrays of shape (resamples, k): counts of the drawn rows with their multiplicities, and of the rows not drawn.
    """
    rows = np.concatenate([table.positives, table.negatives])
    weight = np.concatenate([table.positive_weight, table.negative_weight])
    by_size = np.argsort(rows, kind="stable")
    nonempty = by_size[rows[by_size] > 0]
    draw_rows = draw_from_tables if drawing == FROM_TABLES else draw_multinomial
    counts = []
    for sums in draw_rows(rows[nonempty], _BATCH, rng):
        in_cells = np.zeros((_BATCH, rows.size))
        in_cells[:, nonempty] = sums * weight[nonempty]
        cumulative = [np.cumsum(part, axis=1) for part in np.split(in_cells, 2, axis=1)]
        (tp, fp), (positives, negatives) = zip(
            *((each[:, : len(table)], each[:, -1:]) for each in cumulative), strict=True
        )
        counts.append(ConfusionCounts(tn=negatives - fp, fp=fp, fn=positives - tp, tp=tp))
    return counts[0], counts[1]


@dataclass(frozen=True, eq=False)
class _Clusters:
    """The rows of a curve in the units that are drawn: clusters, or blocks of them.

    Parameters
    ----------
    n_units : int
    counted : Table
        Their counts at the thresholds of the cells.
    """

    n_units: int
    counted: Table

    @classmethod
    def build(cls, curve: ThresholdCurve, table: Cells, random_state: int) -> _Clusters:
        assert curve.clusters is not None  # noqa: S101
        rows = curve.clusters
        weight = rows.sample_weight
        if curve.weighted:
            totals = zip((curve.positives, curve.negatives), rows.totals, strict=True)
            positive, negative = (float(now) / total if total else 1.0 for now, total in totals)
            weight = np.where(rows.y_true, positive, negative) * (1.0 if weight is None else weight)
        dealt = deal_rows(rows.y_true, weight, rows.codes, np.random.default_rng(random_state))
        kind = SortedRows if rows.y_true.size <= FEW_ROWS else UnitSums
        return cls(dealt.n_units, kind.build(dealt, rows.y_score, table.thresholds))

    def draw(self, rng: np.random.Generator) -> tuple[ConfusionCounts, ConfusionCounts]:
        """Draw Poisson(1) multiplicities of all units for one batch of resamples, see :func:`draw`."""
        times = rng.choice(MULTIPLICITIES.size, (_BATCH, self.n_units), p=poisson()).astype(np.int32)
        return self.counted.counts(times), self.counted.counts((times == 0).astype(np.int32))


def best_in_each(counts: ConfusionCounts, optimum: Optimum, *, weighted: bool) -> NDArray[np.intp]:
    """Return the position of the best threshold in each resample: of equal ones the lowest score of a drawn row."""
    values = feasible_values(optimum.metric, counts, optimum.constraints, weighted=weighted)
    for row in np.flatnonzero(values.max(axis=1) == -np.inf).tolist():
        values[row] = _closest_to_feasible(_select(counts, row), optimum)
    highest = values.max(axis=1, keepdims=True)
    optimal = attains(values, highest, weighted=weighted)
    lowest = values.shape[1] - 1 - np.argmax(optimal[:, ::-1], axis=1)
    first: NDArray[np.intp] = np.take_along_axis(_first_alike(counts), lowest[:, np.newaxis], axis=1)[:, 0]
    return first


def _first_alike(counts: ConfusionCounts) -> NDArray[np.intp]:
    """Return for each position of each resample the first one that flags the same rows: the score of a drawn row."""
    flagged = counts.flagged()
    changes = np.zeros(flagged.shape, dtype=np.intp)
    changes[:, 1:] = np.where(flagged[:, 1:] > flagged[:, :-1], np.arange(1, flagged.shape[1]), 0)
    first: NDArray[np.intp] = np.maximum.accumulate(changes, axis=1)
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
