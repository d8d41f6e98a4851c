"""A threshold for each of several labels, best by macro, weighted or micro F-beta."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.classes.averages import CELLS, Average, averaged, stacked_counts
from f1tools.classes.common import common_threshold
from f1tools.classes.curves import FEW_POSITIVES, ClassCurves
from f1tools.core.constraints import Constraint, feasible_values
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, metric
from f1tools.core.optimum import best
from f1tools.core.roc_hull import hull_positions
from f1tools.core.types import OnProgress, ignore_progress

_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class ThresholdVector:
    """A threshold for each of several labels, with the counts on the rows they were chosen on.

    Parameters
    ----------
    classes : tuple of str
    thresholds : ndarray of shape (k,)
        Real scores, or +inf where flagging nothing is best.
    counts : ConfusionCounts
        Arrays of shape (k,).
    average : {"macro", "weighted", "micro"}
        What was maximized.
    beta : float
    kept : tuple of str
        Labels with few positives, which keep the common threshold.
    not_met : mapping of str to str
        Labels whose constraints no threshold satisfies, with the reason; they are tuned without.
    constraints : mapping of str to sequence of Constraint
        What the thresholds of the other labels had to satisfy.
    """

    classes: tuple[str, ...]
    thresholds: FloatArray
    counts: ConfusionCounts
    average: Average
    beta: float = 1.0
    kept: tuple[str, ...] = ()
    not_met: Mapping[str, str] = field(default_factory=dict)
    constraints: Mapping[str, Sequence[Constraint]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return the value and the number of labels, not the arrays."""
        return f"ThresholdVector({self.average}={self.value():.4f}, classes={len(self.classes)})"

    @property
    def each(self) -> FloatArray:
        """F-beta of each label; shape (k,)."""
        return np.asarray(self.counts.fbeta(self.beta), dtype=np.float64)

    def value(self, average: Average | None = None) -> float:
        """Return F-beta over all labels, by default as it was maximized; on these rows, so it is optimistic."""
        return float(averaged(self.counts, self.average if average is None else average, self.beta))

    def decide(self, y_score: ArrayLike) -> BoolArray:
        """Return which labels each row gets; shape (n, k)."""
        return np.asarray(y_score) >= self.thresholds


def best_vector(
    curves: ClassCurves,
    average: Average = "macro",
    *,
    beta: float = 1.0,
    constraints: Mapping[str, Sequence[Constraint]] | None = None,
    min_positives: int = FEW_POSITIVES,
    common: float | None = None,
    on_progress: OnProgress = ignore_progress,
) -> ThresholdVector:
    """Find the best threshold of each label, exactly.

    Macro and weighted F-beta are best where each label's F-beta is best. Micro F-beta depends on all thresholds
    together and is maximized by Dinkelbach's method: for a value v, the sum over labels of
    (1 + beta²) TP - v · flagged is as large as possible where it is for each label alone, and the v for which this sum
    is v beta² times all positives is the maximum.

    Parameters
    ----------
    curves : ClassCurves
    average : {"macro", "weighted", "micro"}
    beta : float
    constraints : mapping of label to sequence of Constraint, optional
        What the threshold of a label must satisfy.
    min_positives : int
        Labels with fewer positive rows keep the best common threshold: their own would mostly fit noise. 0 tunes all.
    common : float, optional
        The best common threshold, where it is known.
    on_progress : callable
        Called with the share of labels that are done.

    Returns
    -------
    ThresholdVector
        Of equally good vectors the one whose labels have the lowest thresholds.

    References
    ----------
    Dinkelbach, *On nonlinear fractional programming*, Management Science 13, 1967.

    Examples
    --------
    >>> y_true = [[1, 0], [0, 1], [1, 0], [0, 1], [0, 0]]
    >>> y_score = [[0.9, 0.1], [0.2, 0.4], [0.6, 0.3], [0.7, 0.35], [0.1, 0.2]]
    >>> best_vector(ClassCurves.from_predictions(y_true, y_score), min_positives=0).thresholds.tolist()
    [0.6, 0.35]
    """
    asked, few = constraints or {}, curves.supports < min_positives
    keeps = [bool(is_few) and not asked.get(name) for name, is_few in zip(curves.classes, few, strict=True)]
    if common is None:
        common = common_threshold(curves, average, beta=beta) if any(keeps) else np.nan
    known = common

    def options_of(place: int) -> _Options:
        curve = curves.curve(curves.classes[place])
        if keeps[place]:
            return _options(curve, curve.positions([known]), known)
        return _own_options(curve, metric("fbeta", beta), tuple(asked.get(curves.classes[place], ())), average)

    options = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for each in pool.map(options_of, range(few.size)):
            options.append(each)
            on_progress(len(options) / few.size)
    of_labels = [each.counts for each in options]
    chosen = [np.zeros(1, np.intp)] * len(options) if average != "micro" else micro_choices(of_labels, beta)
    counts = chosen_counts(of_labels, chosen)
    counts = ConfusionCounts(**{cell: getattr(counts, cell)[0] for cell in CELLS})
    thresholds = np.array([each.thresholds[at[0]] for each, at in zip(options, chosen, strict=True)])
    kept = tuple(name for name, is_kept in zip(curves.classes, keeps, strict=True) if is_kept)
    not_met = {name: each.not_met for name, each in zip(curves.classes, options, strict=True) if each.not_met}
    met = {name: tuple(each) for name, each in asked.items() if each and name not in not_met}
    return ThresholdVector(curves.classes, thresholds, counts, average, beta, kept, not_met, met)


def vector_at(curves: ClassCurves, thresholds: FloatArray, average: Average, *, beta: float = 1.0) -> ThresholdVector:
    """Return given thresholds of all labels with their counts.

    Parameters
    ----------
    curves : ClassCurves
    thresholds : ndarray of shape (k,)
    average : {"macro", "weighted", "micro"}
    beta : float
    """
    weight, columns = curves.sample_weight, zip(curves.y_true.T, curves.y_score.T, thresholds.tolist(), strict=True)
    counts = stacked_counts(
        ConfusionCounts.from_decisions(positive, score >= threshold, weight) for positive, score, threshold in columns
    )
    return ThresholdVector(curves.classes, thresholds, counts, average, beta)


class _Options(NamedTuple):
    """The thresholds of a label that can be part of the best vector, descending; counts of shape (1, m)."""

    thresholds: FloatArray
    counts: ConfusionCounts
    not_met: str = ""


def _options(
    curve: ThresholdCurve, positions: NDArray[np.intp], threshold: float | None = None, not_met: str = ""
) -> _Options:
    thresholds = curve.thresholds[positions] if threshold is None else np.array([threshold])
    counts = curve.counts_of(positions)
    return _Options(thresholds, ConfusionCounts(**{cell: getattr(counts, cell)[np.newaxis] for cell in CELLS}), not_met)


def _own_options(
    curve: ThresholdCurve, objective: Metric, constraints: Sequence[Constraint], average: Average
) -> _Options:
    """Return the best threshold of a label alone, or for micro averages all that are best for some value."""
    not_met = ""
    if constraints:
        not_met = best(curve, objective, constraints=constraints, on_unmet="relax").not_met
        constraints = () if not_met else constraints
    if average != "micro":
        found = best(curve, objective, constraints=constraints)
        return _options(curve, curve.positions([found.point.threshold]), not_met=not_met)
    if not constraints:
        return _options(curve, hull_positions(curve), not_met=not_met)
    feasible = np.flatnonzero(feasible_values(objective, curve.counts, constraints, weighted=curve.weighted) > -np.inf)
    return _options(curve, feasible[hull_positions(curve.take(feasible))])


def chosen_counts(counts: Sequence[ConfusionCounts], chosen: Sequence[NDArray[np.intp]]) -> ConfusionCounts:
    """Return the counts of several labels at one of their thresholds in each resample.

    Parameters
    ----------
    counts : sequence of ConfusionCounts
        Of each label: arrays of shape (b, m) with m thresholds.
    chosen : sequence of ndarray of shape (b,)
        A position for each label and resample.

    Returns
    -------
    ConfusionCounts
        Arrays of shape (b, k).
    """
    places = np.arange(chosen[0].size)
    columns = {
        cell: np.stack([getattr(each, cell)[places, at] for each, at in zip(counts, chosen, strict=True)], axis=-1)
        for cell in CELLS
    }
    return ConfusionCounts(**columns)


def micro_choices(
    counts: Sequence[ConfusionCounts], beta: float = 1.0, *, allowed: Sequence[BoolArray] | None = None
) -> list[NDArray[np.intp]]:
    """Return the position of each label's threshold with the highest micro F-beta, in each of b resamples.

    It is maximized by Dinkelbach's method: with the value so far, each label takes the threshold with the highest
    (1 + beta²) TP - value · flagged, until the value grows no longer.

    Parameters
    ----------
    counts : sequence of ConfusionCounts
        Of each label: arrays of shape (b, m) with m thresholds, descending.
    beta : float
    allowed : sequence of ndarray of bool of shape (b, m), optional
        Of each label: the thresholds that may be chosen, at least one in each resample.
    """
    gain, value = 1 + beta**2, np.zeros(len(counts[0].tp))
    while True:
        chosen = []
        for place, each in enumerate(counts):
            tp, flagged = each.tp, each.flagged()
            terms = gain * tp - value[:, np.newaxis] * flagged
            if allowed is not None:
                terms = np.where(allowed[place], terms, -np.inf)
            scale = gain * tp.max(axis=1) + flagged.max(axis=1)
            near = terms >= (terms.max(axis=1) - _ROUNDING * scale)[:, np.newaxis]
            chosen.append(near.shape[1] - 1 - np.argmax(near[:, ::-1], axis=1))
        new = averaged(chosen_counts(counts, chosen), "micro", beta)
        if not (new > value * (1 + _ROUNDING)).any():
            return chosen
        value = np.maximum(new, value)
