"""F-beta of several classes from low thresholds to high ones: a small curve of each, and averages of all together."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from f1tools.classes.averages import CELLS, Average, averaged
from f1tools.classes.curves import ClassCurves
from f1tools.classes.decision import ClassRule
from f1tools.classes.vectors import ThresholdVector
from f1tools.classes.weighting import additive
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.types import OnProgress, ignore_progress

_PROFILE_POINTS = 33
_SWEEP_POINTS = 240
_SAMPLE = 1 << 18  # scores that the thresholds of a sweep are chosen from


@dataclass(frozen=True, eq=False)
class ClassProfiles:
    """F-beta of each class at a few thresholds, for small curves.

    The thresholds of a class are evenly spaced among the scores of its positive rows: a rare class, with all scores
    near 0, has as much of a curve as any other one.

    Parameters
    ----------
    values : ndarray of shape (k, m)
        F-beta of each class, from the lowest threshold to the highest; nan where no row is of the class.
    shares : ndarray of shape (m,)
        The share of positive rows below each threshold.
    at : ndarray of shape (k,)
        The share of positive rows below the threshold of the rule; nan where there are none.
    """

    values: FloatArray
    shares: FloatArray
    at: FloatArray


def class_profiles(
    curves: ClassCurves, rule: ClassRule, *, n_points: int = _PROFILE_POINTS, on_progress: OnProgress = ignore_progress
) -> ClassProfiles:
    """Evaluate each class at thresholds from low to high, while all others stay as a rule decides them.

    Where a row has one class, its offset is what changes: the class decides where its own score exceeds the highest
    one of the others by at least minus the offset, so that this difference is a score, and minus the offset a
    threshold.

    Parameters
    ----------
    curves : ClassCurves
    rule : ClassRule
        Of these rows.
    n_points : int
        Number of thresholds.
    on_progress : callable
        Called with the share of classes that are done.

    Examples
    --------
    >>> from f1tools.classes.decision import decide_classes
    >>> y_true = [[1, 0], [0, 1], [1, 1], [0, 0]]
    >>> curves = ClassCurves.from_predictions(y_true, [[.9, .1], [.2, .8], [.4, .7], [.5, .2]])
    >>> rule = decide_classes(curves, min_positives=0).rule
    >>> class_profiles(curves, rule, n_points=2).values.round(2).tolist()
    [[0.8, 0.67], [1.0, 0.67]]
    """
    shares = np.linspace(0, 1, n_points)
    k, weight = len(curves.classes), curves.sample_weight
    limits = rule.by.thresholds if isinstance(rule.by, ThresholdVector) else -rule.by.offsets

    deciding = _deciding_scores(curves, rule)

    def of_class(column: int) -> tuple[FloatArray, float]:
        positive, score = curves.y_true[:, column], deciding(column)
        own = np.sort(score[positive])
        if not own.size:
            return np.full(n_points, np.nan), np.nan
        thresholds = own[np.ceil(shares * (own.size - 1)).astype(np.intp)]
        counts = counts_at(positive, score, thresholds, weight)
        share = float(np.searchsorted(own, limits[column], side="left")) / own.size
        return np.asarray(counts.fbeta(rule.beta), dtype=np.float64), share

    values, at = np.empty((k, n_points)), np.empty(k)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for column, found in enumerate(pool.map(of_class, range(k))):
            values[column], at[column] = found
            on_progress((column + 1) / k)
    return ClassProfiles(values, shares, at)


def _deciding_scores(curves: ClassCurves, rule: ClassRule) -> Callable[[int], FloatArray]:
    """Return a function of a class: its scores, or by how much they exceed the highest ones of the others."""
    if isinstance(rule.by, ThresholdVector):
        return lambda column: np.ascontiguousarray(curves.y_score[:, column])
    score = additive(curves.y_score, logarithmic=rule.by.logarithmic)
    total = score + rule.by.offsets
    highest, rows = np.argmax(total, axis=1), np.arange(len(total))
    first = total[rows, highest]
    total[rows, highest] = -np.inf
    second = total.max(axis=1)
    return lambda column: score[:, column] - np.where(highest == column, second, first)


@dataclass(frozen=True, eq=False)
class CommonSweep:
    """F-beta over all labels at common thresholds.

    Parameters
    ----------
    thresholds : ndarray of shape (m,)
        Ascending.
    values : mapping of str to ndarray of shape (m,)
        By average.
    """

    thresholds: FloatArray
    values: Mapping[Average, FloatArray]


def common_sweep(
    curves: ClassCurves,
    beta: float = 1.0,
    *,
    keep: tuple[float, ...] = (),
    n_points: int = _SWEEP_POINTS,
    on_progress: OnProgress = ignore_progress,
) -> CommonSweep:
    """Evaluate all labels at common thresholds: half of them evenly spaced, half of them among the scores.

    Parameters
    ----------
    curves : ClassCurves
        Of several labels a row.
    beta : float
    keep : tuple of float
        Thresholds that are evaluated as well, such as the best one; +inf is left out.
    n_points : int
        About as many thresholds.
    on_progress : callable
        Called with the share of labels that are done.

    Examples
    --------
    >>> y_true = [[1, 0], [0, 1], [1, 1], [0, 0]]
    >>> curves = ClassCurves.from_predictions(y_true, [[.9, .1], [.2, .8], [.4, .7], [.5, .2]])
    >>> sweep = common_sweep(curves, keep=(0.5,))
    >>> round(float(sweep.values["macro"][sweep.thresholds == 0.5][0]), 3)
    0.75
    """
    score, k = curves.y_score, len(curves.classes)
    sample = np.sort(score[:: max(score.size // _SAMPLE, 1)], axis=None)
    ranks = np.linspace(0, sample.size - 1, n_points // 2).astype(np.intp)
    low, high = (0.0, 1.0) if curves.is_probability else (float(score.min()), float(score.max()))
    even = np.linspace(low, high, n_points // 2 + 1)
    thresholds = np.unique(np.concatenate([sample[ranks], even, [each for each in keep if np.isfinite(each)]]))

    def of_label(column: int) -> ConfusionCounts:
        of_column = np.ascontiguousarray(score[:, column])
        return counts_at(curves.y_true[:, column], of_column, thresholds, curves.sample_weight)

    labels = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, counts in enumerate(pool.map(of_label, range(k)), 1):
            labels.append(counts)
            on_progress(done / k)
    together = ConfusionCounts(**{cell: np.stack([getattr(each, cell) for each in labels], axis=-1) for cell in CELLS})
    names: tuple[Average, ...] = ("macro", "micro", "weighted")
    return CommonSweep(thresholds, {name: averaged(together, name, beta) for name in names})


def counts_at(
    positive: BoolArray, score: FloatArray, thresholds: FloatArray, weight: FloatArray | None = None
) -> ConfusionCounts:
    """Count at ascending thresholds without sorting the scores.

    Examples
    --------
    >>> counts_at(np.array([True, False, True]), np.array([0.9, 0.5, 0.2]), np.array([0.2, 0.5, 1.0])).tp.tolist()
    [2, 1, 0]
    """
    place = np.searchsorted(thresholds, score, side="right")
    rows, hits = (
        np.bincount(place[chosen], None if weight is None else weight[chosen], minlength=thresholds.size + 1)
        for chosen in (slice(None), positive)
    )
    tp, flagged = (each[::-1].cumsum()[::-1][1:] for each in (hits, rows))
    positives, total = hits.sum(), rows.sum()
    fp = flagged - tp if weight is None else np.maximum(flagged - tp, 0.0)
    return ConfusionCounts(tn=total - positives - fp, fp=fp, fn=positives - tp, tp=tp)
