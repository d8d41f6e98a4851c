"""One threshold for all groups, or one for each: what own thresholds gain on new rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.metrics import Metric
from f1tools.core.optimum import best
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.decision import Decision
from f1tools.groups.grouping import MIN_CLASS_SIZE, Grouping, ScoredRows, grouping
from f1tools.groups.thresholds import best_positions, require_separable
from f1tools.predictions import Predictions
from f1tools.uncertainty import Interval
from f1tools.uncertainty.intervals import normal_quantile
from f1tools.uncertainty.proportions import Proportion


@dataclass(frozen=True, eq=False)
class OwnThresholds:
    """Thresholds of groups, one each, and what they gain over one threshold for all.

    Parameters
    ----------
    objective : Metric
    common_threshold : float
        The best threshold for all rows of the tuning set together, by the metric alone.
    thresholds : mapping from group to float
        Chosen together, so that the metric over all rows of the tuning set is highest.
    fixed : tuple of str
        Groups with too few rows of a class to tune on: they keep the common threshold.
    in_sample : float
        What the own thresholds gain on the tuning set; 0 or more, and optimistic.
    common_value, own_value : float
        The metric to expect on new rows of one threshold for all, and of one for each.
    gain : float
        ``own_value - common_value``.
    interval : Interval
        Of the gain.
    evaluated_on : {"evaluation set", "cross-fitting"}
        Where the expected values come from.
    """

    objective: Metric
    common_threshold: float
    thresholds: Mapping[str, float]
    fixed: tuple[str, ...]
    in_sample: float
    common_value: float
    own_value: float
    gain: float
    interval: Interval
    evaluated_on: str


@dataclass(frozen=True, eq=False)
class FittedThresholds:
    """The common threshold and the threshold of each group, as chosen on some rows."""

    common: float
    own: FloatArray
    fixed: tuple[int, ...]

    def flag(self, rows: ScoredRows) -> tuple[BoolArray, BoolArray]:
        """Return which rows the common threshold flags, and which the own ones."""
        return rows.y_score >= self.common, rows.y_score >= self.own[rows.codes]


def own_thresholds(  # noqa: PLR0913 (keywords, each with a default)
    predictions: Predictions,
    decision: Decision,
    group: ArrayLike | None = None,
    *,
    min_rows: int = MIN_CLASS_SIZE,
    n_folds: int = 5,
    n_repeats: int = 5,
    confidence_level: float = 0.95,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> OwnThresholds:
    """Choose one threshold for each group, and estimate what they gain on new rows over one threshold for all.

    Parameters
    ----------
    predictions : Predictions
    decision : Decision
        Its model and its metric are used: F1, F-beta or Jaccard. Its constraints, and a threshold chosen by hand, are
        not: both sides have the best thresholds by the metric alone.
    group : array-like of shape (n,), optional
        By default that of the predictions.
    min_rows : int
        Fewest positives, and negatives, of a group in the tuning set for a threshold of its own.
    n_folds, n_repeats : int
        Of the cross-fitting: 2 or more each. Rows with roles need none.
    confidence_level : float
    random_state : int
    on_progress : callable
        Called with the completed share, up to 1.

    Raises
    ------
    InvalidPredictions
        When there are no groups.
    ValueError
        For another metric, or folds, repeats or a confidence level out of range.

    Notes
    -----
    More thresholds overfit more, so the gain on the rows that chose them says little. Where rows have roles, the
    thresholds are chosen on the tuning set and compared on the evaluation set. Otherwise they are cross-fitted: in each
    repeat the rows are dealt into folds, within groups and classes, and the rows of a fold get the thresholds that the
    other folds choose. The metrics are computed from the counts of all rows.

    The interval is gain ± z times a standard error: the variance of a difference of two quotients on the same rows (the
    delta method), and with cross-fitting that between the repeats, which shows how much depends on the choice of the
    thresholds. In simulations (150 samples each, 400 to 3,000 rows, 2 to 5 groups, 5 to 30% positive) the nominal 95%
    interval covered the true gain of the chosen thresholds in 93 to 97%.

    Examples
    --------
    >>> from f1tools import decide
    >>> rng = np.random.default_rng(0)
    >>> group, y_true = rng.integers(0, 2, 400), rng.random(400) < 0.3
    >>> score = rng.normal(size=400) + 1.5 * y_true + group  # the scores of group 1 are 1 higher
    >>> predictions = Predictions.from_arrays(y_true, score, group=group)
    >>> found = own_thresholds(predictions, decide(predictions.curves()))
    >>> [round(each, 1) for each in found.thresholds.values()], found.in_sample > found.gain
    ([0.8, 2.0], True)
    """
    proportion = require_separable(decision.objective)
    quantile = normal_quantile(confidence_level)
    if min(n_folds, n_repeats) < 2:
        raise ValueError(f"At least 2 folds and 2 repeats are needed, got {n_folds} and {n_repeats}.")
    groups, model = grouping(predictions, group), decision.curves.model
    tuning = ScoredRows.of(predictions, model, groups, predictions.tuning)
    codes = tunable(tuning, min_rows)
    fitted = fit_thresholds(tuning, decision.objective, proportion, codes)
    in_sample = _compare(tuning, fitted.flag(tuning), proportion)
    if predictions.tuning is None:
        settings = (n_folds, n_repeats, random_state)
        compared = np.array(list(_cross_fit(tuning, decision.objective, codes, settings, on_progress)))
        spread = float((compared[:, 1] - compared[:, 0]).var(ddof=1))
    else:
        rows, spread = ScoredRows.of(predictions, model, groups, ~predictions.tuning), 0.0
        compared = np.array([_compare(rows, fitted.flag(rows), proportion)])
    common, own, variance = compared.mean(axis=0).tolist()
    margin = quantile * math.sqrt(variance + spread)
    return OwnThresholds(
        objective=decision.objective,
        common_threshold=fitted.common,
        thresholds=dict(zip(groups.names, fitted.own.tolist(), strict=True)),
        fixed=names_of(groups, fitted.fixed),
        in_sample=in_sample[1] - in_sample[0],
        common_value=common,
        own_value=own,
        gain=own - common,
        interval=Interval(own - common - margin, own - common + margin, confidence_level),
        evaluated_on="cross-fitting" if predictions.tuning is None else "evaluation set",
    )


def names_of(groups: Grouping, codes: tuple[int, ...]) -> tuple[str, ...]:
    """Return the names of some groups."""
    return tuple(groups.names[code] for code in codes)


def tunable(rows: ScoredRows, min_rows: int) -> NDArray[np.intp]:
    """Return the groups with enough rows of both classes, one of them with a score, to tune a threshold on."""
    scored = rows.y_score != -np.inf
    if rows.sample_weight is not None:
        scored &= rows.sample_weight > 0
    has_score = np.bincount(rows.codes[scored], minlength=rows.n_groups) > 0
    return np.flatnonzero((rows.class_sizes().min(axis=1) >= max(min_rows, 1)) & has_score)


def fit_thresholds(
    rows: ScoredRows, objective: Metric, proportion: Proportion, codes: NDArray[np.intp]
) -> FittedThresholds:
    """Choose the common threshold, and one for each of some groups; the others keep the common one."""
    common = best(rows.curve(), objective).point.threshold
    curves = [rows.group_curve(code) for code in codes.tolist()]
    own = np.full(rows.n_groups, common)
    if curves:
        positions = best_positions(curves, proportion, others=counts_of_others(rows, codes, common))
        own[codes] = [curve.thresholds[at] for curve, at in zip(curves, positions, strict=True)]
    return FittedThresholds(common, own, tuple(code for code in range(rows.n_groups) if code not in codes))


def counts_of_others(rows: ScoredRows, codes: NDArray[np.intp], threshold: float) -> ConfusionCounts:
    """Return the counts of all groups but some, at a threshold."""
    counts, _ = rows.cells(rows.y_score >= threshold)
    return ConfusionCounts(*np.delete(counts, codes, axis=0).sum(axis=0))


def _cross_fit(
    rows: ScoredRows,
    objective: Metric,
    codes: NDArray[np.intp],
    settings: tuple[int, int, int],
    on_progress: OnProgress,
) -> Iterator[tuple[float, float, float]]:
    """Yield for each repeat what :func:`_compare` returns of thresholds that other rows chose."""
    n_folds, n_repeats, random_state = settings
    proportion, rng = require_separable(objective), np.random.default_rng(random_state)
    for repeat in range(n_repeats):
        fold, flagged = _deal(rows, n_folds, rng), np.zeros((2, rows.y_true.size), np.bool_)
        for place in range(n_folds):
            rest, held = rows.take(fold != place), fold == place
            fitted = fit_thresholds(rest, objective, proportion, np.intersect1d(codes, tunable(rest, 1)))
            flagged[:, held] = fitted.flag(rows.take(held))
            on_progress((repeat * n_folds + place + 1) / (n_folds * n_repeats))
        yield _compare(rows, (flagged[0], flagged[1]), proportion)


def _deal(rows: ScoredRows, n_folds: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Deal the rows into folds, those of a group and class evenly."""
    shuffled = rng.permutation(rows.y_true.size)
    order = shuffled[np.argsort((2 * rows.codes + rows.y_true)[shuffled], kind="stable")]
    fold = np.empty(order.size, np.intp)
    fold[order] = np.arange(order.size) % n_folds
    return fold


def _compare(
    rows: ScoredRows, flagged: tuple[BoolArray, BoolArray], proportion: Proportion
) -> tuple[float, float, float]:
    """Return the metric of two decisions on the same rows, and the variance of the difference by the delta method."""
    values, influences = [], []
    for each in flagged:
        above, below = _terms(rows, each, proportion)
        value = float(above.sum() / below.sum())
        values.append(value)
        influences.append((above - value * below) / below.sum())  # by how much each row moves the metric
    return values[0], values[1], float(((influences[1] - influences[0]) ** 2).sum())


def _terms(rows: ScoredRows, flagged: BoolArray, proportion: Proportion) -> tuple[FloatArray, FloatArray]:
    """Return what each row adds to the numerator and to the denominator of the metric."""
    weight = np.ones(rows.y_true.size) if rows.sample_weight is None else rows.sample_weight
    masks = {"tn": ~rows.y_true & ~flagged, "fp": ~rows.y_true & flagged, "fn": rows.y_true & ~flagged}
    counts = ConfusionCounts(
        tp=weight * (rows.y_true & flagged), **{cell: weight * mask for cell, mask in masks.items()}
    )
    above = proportion.gain * proportion.successes_in(counts)
    return above, above + proportion.failures_in(counts)
