"""What to expect on new rows of thresholds that were tuned on these: of one for each label, or of one for all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from f1tools.classes.averages import CELLS, averaged
from f1tools.classes.curves import ClassCurves
from f1tools.classes.vectors import ThresholdVector, chosen_counts, micro_choices
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import attains, metric
from f1tools.core.optimum import best
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.uncertainty.cells import candidate_thresholds
from f1tools.uncertainty.intervals import Interval, normal_quantile
from f1tools.uncertainty.tables import FEW_ROWS, Rows, SortedRows, Table, UnitSums, deal_rows, draw_units

_MAX_CANDIDATES = 256  # thresholds of a label that resamples choose from
_BATCH = 1 << 22  # counts of a batch of resamples of one label


@dataclass(frozen=True, eq=False)
class VectorEstimate:
    """What to expect of a threshold vector on new rows, out of bag.

    Parameters
    ----------
    vector : ThresholdVector
    apparent : float
        The value on the rows that the thresholds were tuned on, which is optimistic.
    estimate : float
        The value to expect on new rows.
    interval : Interval
        Around the estimate.
    each : ndarray of shape (k,)
        F-beta of each label to expect on new rows; nan where no resample has enough of its rows.
    n_resamples, random_state : int
    """

    vector: ThresholdVector
    apparent: float
    estimate: float
    interval: Interval
    each: FloatArray
    n_resamples: int
    random_state: int

    @property
    def optimism(self) -> float:
        """By how much the value on these rows exceeds the one to expect."""
        return self.apparent - self.estimate


def vector_estimate(
    curves: ClassCurves,
    vector: ThresholdVector,
    *,
    n_resamples: int = 400,
    confidence_level: float = 0.95,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> VectorEstimate:
    """Estimate what thresholds that were tuned on these rows are worth on new ones.

    Rows are drawn with replacement, the same for all labels. In each resample the thresholds are tuned again and
    evaluated on the rows that were not drawn; the estimate is the mean of these values. Labels that keep the common
    threshold keep it in the resamples. A label is left out of resamples that have none of its positive rows, drawn or
    not drawn.

    Parameters
    ----------
    curves : ClassCurves
    vector : ThresholdVector
        Of these rows, see :func:`best_vector`.
    n_resamples : int
        At least 2.
    confidence_level : float
    random_state : int
    on_progress : callable
        Called with the share of resamples that are done.

    Notes
    -----
    The interval is the estimate plus or minus the normal quantile times a standard deviation. Its square is the sum of
    the variances, over the resamples, of the value at the thresholds of these rows, and of the value of all rows at the
    thresholds of the resample. As whole rows are drawn, it allows for labels that depend on each other.

    The .632 bootstrap, which is right for one threshold, is too optimistic for many: it adds a share of the value on
    these rows, whose optimism grows with the number of labels. ``benchmarks/classes.py`` measures bias and coverage.

    References
    ----------
    Breiman, *Out-of-bag estimation*, 1996.

    Examples
    --------
    >>> from f1tools.classes.vectors import best_vector
    >>> rng = np.random.default_rng(0)
    >>> y_true = rng.random((500, 3)) < [0.3, 0.1, 0.05]
    >>> curves = ClassCurves.from_predictions(y_true.astype(int), rng.normal(size=(500, 3)) + 2 * y_true)
    >>> estimate = vector_estimate(curves, best_vector(curves), n_resamples=100)
    >>> estimate.estimate < estimate.apparent, estimate.interval.low < estimate.estimate
    (True, True)
    """
    if n_resamples < 2:
        raise ValueError(f"n_resamples must be at least 2, got {n_resamples}.")
    dealer, rng = map(np.random.default_rng, np.random.SeedSequence(random_state).spawn(2))
    labels = list(_labels(curves, vector, dealer))
    size = max(1, min(n_resamples, _BATCH // max(sum(each.thresholds.size for each in labels), labels[0].n_units)))
    parts = []
    for start in range(0, n_resamples, size):
        parts.append(_resample(labels, vector, draw_units(labels[0].n_units, min(size, n_resamples - start), rng)))
        on_progress(min(start + size, n_resamples) / n_resamples)
    new, fixed, shifted = (_concatenated([part[i] for part in parts]) for i in (0, 1, 2))
    each, apparent = _each(vector, new), vector.value()
    if vector.average == "micro":
        estimate = float(np.nanmean(averaged(new, "micro", vector.beta)))
    else:
        known = ~np.isnan(each)
        share = np.ones(each.size) if vector.average == "macro" else np.asarray(vector.counts.positives(), np.float64)
        estimate = float((each * share)[known].sum() / share[known].sum()) if known.any() else math.nan
    variances = (np.var(averaged(each, vector.average, vector.beta), ddof=1) for each in (fixed, shifted))
    deviation = math.sqrt(float(sum(variances)))
    margin = normal_quantile(confidence_level) * deviation
    interval = Interval(max(estimate - margin, 0.0), min(estimate + margin, 1.0), confidence_level)
    return VectorEstimate(vector, apparent, estimate, interval, each, n_resamples, random_state)


class _Label(NamedTuple):
    """The rows of one label at the thresholds that resamples choose from; one of them is that of the vector."""

    table: Table
    thresholds: FloatArray
    position: int
    n_units: int


def _labels(curves: ClassCurves, vector: ThresholdVector, rng: np.random.Generator) -> Iterator[_Label]:
    weight = curves.sample_weight
    dealt = deal_rows(curves.y_true[:, 0], weight, None, rng)
    build = SortedRows.build if len(curves.y_true) <= FEW_ROWS else UnitSums.build
    for place, curve in enumerate(curves.each()):
        own = float(vector.thresholds[place])
        thresholds = np.array([own])
        if curves.classes[place] not in vector.kept:
            thresholds = np.union1d(
                candidate_thresholds(curve, best(curve, "fbeta", beta=vector.beta), _MAX_CANDIDATES), own
            )[::-1]
        rows = Rows(np.ascontiguousarray(curves.y_true[:, place]), weight, dealt.unit, dealt.n_units)
        table = build(rows, np.ascontiguousarray(curves.y_score[:, place]), thresholds)
        yield _Label(table, thresholds, int(np.flatnonzero(thresholds == own)[0]), dealt.n_units)


def _resample(
    labels: list[_Label], vector: ThresholdVector, drawn: NDArray[np.int32]
) -> tuple[ConfusionCounts, ConfusionCounts, ConfusionCounts]:
    """Return the counts of all labels in a batch of resamples; arrays of shape (b, k).

    Returns
    -------
    new : ConfusionCounts
        Tuned on the rows drawn, and counted on the others; nan where no row drawn is positive.
    fixed : ConfusionCounts
        The rows drawn, at the thresholds of the vector.
    shifted : ConfusionCounts
        All rows, at the thresholds that are tuned on the rows drawn.
    """
    inside = [each.table.counts(drawn) for each in labels]
    outside = [each.table.counts((drawn == 0).astype(np.int32)) for each in labels]
    if vector.average == "micro":
        chosen = micro_choices(inside, vector.beta)
    else:
        objective = metric("fbeta", vector.beta)
        values = (np.asarray(objective.evaluate(counts)) for counts in inside)
        chosen = [_last_best(each) for each in values]
    fixed = [np.full(len(drawn), each.position) for each in labels]
    new = chosen_counts(outside, chosen)
    without = np.stack([np.broadcast_to(each.positives()[:, 0], len(drawn)) == 0 for each in inside], axis=-1)
    blank = {cell: np.where(without, np.nan, getattr(new, cell)) for cell in vars(new)}
    once = np.ones((1, drawn.shape[1]), np.int32)
    all_rows = [each.table.counts(once) for each in labels]
    everywhere = [
        ConfusionCounts(*(np.broadcast_to(getattr(each, cell), (len(drawn), each.tp.shape[1])) for cell in CELLS))
        for each in all_rows
    ]
    return ConfusionCounts(**blank), chosen_counts(inside, fixed), chosen_counts(everywhere, chosen)


def _last_best(values: FloatArray) -> NDArray[np.intp]:
    """Return the position of the lowest of the best thresholds in each row."""
    near = attains(values, values.max(axis=1, keepdims=True), weighted=True)
    return np.asarray(values.shape[1] - 1 - np.argmax(near[:, ::-1], axis=1))


def _concatenated(parts: list[ConfusionCounts]) -> ConfusionCounts:
    return ConfusionCounts(**{cell: np.concatenate([getattr(each, cell) for each in parts]) for cell in vars(parts[0])})


def _each(vector: ThresholdVector, new: ConfusionCounts) -> FloatArray:
    """Return what to expect of each label."""
    values = np.where(new.positives() > 0, new.fbeta(vector.beta), np.nan)
    known = (~np.isnan(values)).any(axis=0)
    found = np.full(known.size, np.nan)
    found[known] = np.nanmean(values[:, known], axis=0)
    return found
