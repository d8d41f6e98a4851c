"""Paired bootstrap of several models: the same rows for all in each resample, every threshold tuned again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from f1tools.core.constraints import Constraint, feasible_values
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray, ratio
from f1tools.core.metrics import Metric, attains
from f1tools.core.types import OnProgress
from f1tools.decision import Decision
from f1tools.predictions import Predictions
from f1tools.uncertainty.cells import MAX_CELLS, candidate_thresholds
from f1tools.uncertainty.tables import (
    CELLS_OF_BLOCKS,
    FEW_ROWS,
    N_BLOCKS,
    Rows,
    SortedRows,
    Table,
    UnitSums,
    deal_rows,
    draw_units,
)

_BATCH_CELLS = 1 << 20  # drawn units of a batch of resamples
_MAX_BATCH = 250


class Resampled(NamedTuple):
    """The values of all models in resamples of the rows.

    Parameters
    ----------
    values : ndarray of shape (r, n_models)
        The metric of each model at the threshold that is best in the resample; nan where a class has no row.
    caught_excess : ndarray of shape (r, n_models, n_models)
        Of the positives that each model (last axis) catches beyond those of the reference (second axis) when it flags
        as many rows as the reference at its own threshold, as a share of all rows: by how much this is higher in the
        resample, where the threshold was tuned, than on all rows at the same threshold.
    unmet : ndarray of bool of shape (r, n_models)
        Where no threshold of the model satisfies the constraints.
    """

    values: FloatArray
    caught_excess: FloatArray
    unmet: BoolArray


class _Set(NamedTuple):
    """The tuning set, the evaluation set, or all rows."""

    members: BoolArray | slice
    rows: Rows


class Draws(NamedTuple):
    """The rows of predictions, ready to be drawn with replacement, and the generators to draw with.

    Parameters
    ----------
    sets : list
        All rows, or the tuning set and the evaluation set.
    generators : list of Generator
        One a set.
    """

    sets: list[_Set]
    generators: list[np.random.Generator]

    @classmethod
    def prepare(
        cls, predictions: Predictions, clusters: NDArray[np.intp] | None, seed: np.random.SeedSequence
    ) -> Draws:
        """Find the rows of each set, and deal many of them into blocks; for the parameters see :func:`resample`."""
        dealer, *generators = map(np.random.default_rng, seed.spawn(3))
        tuning = predictions.tuning
        members: list[BoolArray | slice] = [slice(None)] if tuning is None else [tuning, ~tuning]
        return cls([_Set(each, _rows(predictions, each, clusters, dealer)) for each in members], generators)

    @property
    def max_cells(self) -> int:
        """How many candidate thresholds a model may have."""
        few = all(rows.positive.size <= FEW_ROWS for _, rows in self.sets)
        return MAX_CELLS if few else CELLS_OF_BLOCKS

    def tables(self, score: FloatArray, thresholds: FloatArray) -> list[Table]:
        """Return the rows of a model at candidate thresholds, which are descending, in each set."""
        return [
            (SortedRows if rows.positive.size <= FEW_ROWS else UnitSums).build(rows, score[members], thresholds)
            for members, rows in self.sets
        ]

    def once(self) -> list[NDArray[np.int32]]:
        """Return one resample in which each unit is drawn once, of each set: all rows."""
        return [np.ones((1, rows.n_units), np.int32) for _, rows in self.sets]

    def batches(self, n_resamples: int, on_progress: OnProgress) -> Iterator[list[NDArray[np.int32]]]:
        """Yield how often each unit is drawn in the resamples of a batch, for each set."""
        done = 0
        for size in _batches(n_resamples, max(rows.n_units for _, rows in self.sets)):
            yield [
                draw_units(rows.n_units, size, rng) for (_, rows), rng in zip(self.sets, self.generators, strict=False)
            ]
            done += size
            on_progress(done / n_resamples)


def resample(
    predictions: Predictions,
    decisions: Sequence[Decision],
    clusters: NDArray[np.intp] | None,
    n_resamples: int,
    seed: np.random.SeedSequence,
    on_progress: OnProgress,
) -> tuple[Resampled, Resampled]:
    """Return the values in the resamples, and those of all rows counted the same way (r is 1).

    Parameters
    ----------
    predictions, decisions, n_resamples, on_progress
        As for :func:`f1tools.comparison.model_differences`.
    clusters : ndarray of int of shape (n,), or None
        Codes of the clusters.
    seed : SeedSequence
        Spawns three: for dealing rows into blocks, and for drawing from the first and from the second set.
    """
    draws = Draws.prepare(predictions, clusters, seed)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        models = list(pool.map(lambda decision: _tables(predictions, decision, draws), decisions))
    metric, weighted = decisions[0].objective, predictions.sample_weight is not None
    # A decision that had to drop them no longer has them.
    constraints = max((decision.tuning.constraints for decision in decisions), key=len)

    once = draws.once()
    all_rows = [tables[-1].counts(once[-1]) for tables in models]

    def values(drawn: Sequence[NDArray[np.int32]]) -> Resampled:
        return _values(models, all_rows, drawn, metric, constraints, weighted=weighted)

    observed = values(once)
    batches = [values(drawn) for drawn in draws.batches(n_resamples, on_progress)]
    return Resampled(*(np.concatenate(parts) for parts in zip(*batches, strict=True))), observed


def _batches(n_resamples: int, n_units: int) -> Iterator[int]:
    """Yield the sizes of batches whose multiplicities fit the memory of a processor."""
    size = max(min(_BATCH_CELLS // n_units, _MAX_BATCH), 1)
    for start in range(0, n_resamples, size):
        yield min(size, n_resamples - start)


def _rows(
    predictions: Predictions, members: BoolArray | slice, clusters: NDArray[np.intp] | None, rng: np.random.Generator
) -> Rows:
    """Return the rows of a set with their units."""
    positive = predictions.y_true[members]
    weight = None if predictions.sample_weight is None else predictions.sample_weight[members]
    codes = None if clusters is None else clusters[members]
    return deal_rows(positive, weight, codes, rng, few_rows=FEW_ROWS, n_blocks=N_BLOCKS)


def _tables(predictions: Predictions, decision: Decision, draws: Draws) -> list[Table]:
    """Return the rows of a model at its candidate thresholds, in each set."""
    curves = decision.curves
    thresholds = candidate_thresholds(curves.tuning, decision.tuning, draws.max_cells)
    lowest = curves.evaluation.thresholds[-1]
    if lowest < thresholds[-1]:  # flags every row of the evaluation set, as of the tuning set
        thresholds = np.append(thresholds, lowest)
    return draws.tables(predictions.scores[curves.model], thresholds)


def _values(
    models: Sequence[Sequence[Table]],
    all_rows: Sequence[ConfusionCounts],
    drawn: Sequence[NDArray[np.int32]],
    metric: Metric,
    constraints: Sequence[Constraint],
    *,
    weighted: bool,
) -> Resampled:
    """Tune every model in each resample of a batch, and evaluate it."""
    places = np.arange(drawn[0].shape[0])
    values = np.empty((places.size, len(models)))
    unmet = np.zeros(values.shape, np.bool_)
    chosen: list[NDArray[np.intp]] = []
    resampled: list[ConfusionCounts] = []
    for column, tables in enumerate(models):
        counts = tables[0].counts(drawn[0])
        chosen.append(best_positions(counts, metric, constraints, weighted=weighted))
        if constraints:
            at_best = at_positions(counts, chosen[-1])
            unmet[:, column] = feasible_values(metric, at_best, constraints, weighted=weighted) == -np.inf
        defined = both_classes(counts)
        if len(tables) > 1:
            counts = tables[1].counts(drawn[1])
            defined &= both_classes(counts)
        at_best = at_positions(counts, chosen[-1])
        values[:, column] = np.where(defined, metric.evaluate(at_best), np.nan)
        resampled.append(counts)
    return Resampled(values, _more_caught(resampled, chosen) - _more_caught(all_rows, chosen), unmet)


def _more_caught(models: Sequence[ConfusionCounts], chosen: Sequence[NDArray[np.intp]]) -> FloatArray:
    """Return how many more positives each model catches at the workload of each other one, as a share of all rows.

    Parameters
    ----------
    models : sequence of ConfusionCounts
        Arrays of shape (b, k): the rows of b resamples, at k candidate thresholds of a model; or of shape (1, k).
    chosen : sequence of ndarray of shape (b,)
        The position of each model's own threshold.
    """
    places = np.arange(chosen[0].size)
    curves = [
        [np.broadcast_to(part, (places.size, part.shape[1])) for part in (counts.flagged(), counts.tp)]
        for counts in models
    ]
    flagged, tp = (
        np.stack([curve[part][places, best] for curve, best in zip(curves, chosen, strict=True)], axis=1)
        for part in (0, 1)
    )
    caught = np.empty((places.size, len(models), len(models)))
    for column, (by_flagged, by_tp) in enumerate(curves):
        for place in places:
            caught[place, :, column] = np.interp(flagged[place], by_flagged[place], by_tp[place])
    caught -= tp[:, :, np.newaxis]
    total = (models[0].positives() + models[0].negatives())[:, :1]
    return ratio(caught, total[:, :, np.newaxis], np.nan)  # type: ignore[no-any-return]


def at_positions(counts: ConfusionCounts, positions: NDArray[np.intp]) -> ConfusionCounts:
    """Return the counts of each resample at one candidate threshold; counts of one row are those of all resamples."""
    places = np.arange(positions.size) if counts.tp.shape[0] > 1 else np.zeros(positions.size, np.intp)
    return ConfusionCounts(*(getattr(counts, cell)[places, positions] for cell in ("tn", "fp", "fn", "tp")))


def both_classes(counts: ConfusionCounts) -> BoolArray:
    """Return which resamples have rows of both classes, with weight."""
    found: BoolArray = (counts.positives()[:, 0] > 0) & (counts.negatives()[:, 0] > 0)
    return found


def best_positions(
    counts: ConfusionCounts, metric: Metric, constraints: Sequence[Constraint], *, weighted: bool
) -> NDArray[np.intp]:
    """Return the position of the best threshold in each resample; constraints that none satisfies are dropped.

    Of equally good thresholds it is the lowest score that was drawn, as :func:`f1tools.best` chooses.

    Parameters
    ----------
    counts : ConfusionCounts
        Arrays of shape (b, k).
    metric, constraints, weighted
        As for :func:`f1tools.core.constraints.feasible_values`.
    """
    values = feasible_values(metric, counts, constraints, weighted=weighted)
    unmet = values.max(axis=1) == -np.inf
    if constraints and unmet.any():
        values[unmet] = feasible_values(metric, counts, (), weighted=weighted)[unmet]
    optimal = attains(values, values.max(axis=1, keepdims=True), weighted=weighted)
    lowest = values.shape[1] - 1 - np.argmax(optimal[:, ::-1], axis=1)
    flagged = counts.flagged()
    same = np.take_along_axis(flagged, lowest[:, np.newaxis], axis=1)
    first: NDArray[np.intp] = np.count_nonzero(flagged < same, axis=1)
    return first
