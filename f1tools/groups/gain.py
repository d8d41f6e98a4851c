"""One threshold for all groups, or one for each: what own thresholds gain on new rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.decision import Decision, decide
from f1tools.groups.fitting import (
    RankedRows,
    fit_thresholds,
    fixed_groups,
    thresholds_of_groups,
    tunable,
    tuning_and_evaluation,
    with_few_digits,
)
from f1tools.groups.grouping import MIN_CLASS_SIZE, Grouping, ScoredRows, grouping
from f1tools.groups.paired import PairedDecisions, group_values
from f1tools.groups.thresholds import require_separable
from f1tools.predictions import Predictions
from f1tools.uncertainty import Interval
from f1tools.uncertainty.intervals import normal_quantile
from f1tools.uncertainty.proportions import Proportion


@dataclass(frozen=True, eq=False)
class OnNewRows:
    """What to expect of new rows of a group.

    Parameters
    ----------
    counts : ConfusionCounts
        Of the rows of the group. Cross-fitting gives the means of its repeats, which need not be whole.
    value : float
        The metric, with cross-fitting its mean; nan where no row counts for it.
    """

    counts: ConfusionCounts
    value: float


@dataclass(frozen=True, eq=False)
class OwnThresholds:
    """Thresholds of groups, one each, and what they gain over one threshold for all.

    Parameters
    ----------
    objective : Metric
    common_threshold : float
        The best threshold for all rows of the tuning set together, by the metric alone. All thresholds have as few
        digits as make the same decisions.
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
    common_by_group, own_by_group : mapping from group to OnNewRows
        The same of each group.
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
    common_by_group: Mapping[str, OnNewRows] = field(default_factory=dict)
    own_by_group: Mapping[str, OnNewRows] = field(default_factory=dict)


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
    other folds choose. The metrics are computed from the counts of all rows. Where rows are in clusters, clusters are
    dealt whole, and the variance is that between clusters.

    The interval is gain ± z times a standard error: the variance of a difference of two quotients on the same rows (the
    delta method), and with cross-fitting that between the repeats, which shows how much depends on the choice of the
    thresholds. In simulations (``benchmarks/groups.py``, 300 samples each, 400 to 3,000 rows, 2 or 5 groups, 5 or 30%
    positive) the nominal 95% interval covered the true gain of the chosen thresholds in 93 to 98%.

    Examples
    --------
    >>> from f1tools import decide
    >>> rng = np.random.default_rng(0)
    >>> group, y_true = rng.integers(0, 2, 400), rng.random(400) < 0.3
    >>> score = rng.normal(size=400) + 1.5 * y_true + group  # the scores of group 1 are 1 higher
    >>> predictions = Predictions.from_arrays(y_true, score, group=group)
    >>> found = own_thresholds(predictions, decide(predictions.curves()))
    >>> found.thresholds, found.in_sample > found.gain
    ({'0': 0.7615, '1': 1.95}, True)
    """
    proportion = require_separable(decision.objective)
    quantile = normal_quantile(confidence_level)
    if min(n_folds, n_repeats) < 2:
        raise ValueError(f"At least 2 folds and 2 repeats are needed, got {n_folds} and {n_repeats}.")
    groups, model = grouping(predictions, group), decision.curves.model
    tuning, judged = tuning_and_evaluation(predictions, model, groups)
    ranked, codes = RankedRows.of(tuning), tunable(tuning, min_rows)
    for_all = decide(decision.curves, decision.objective).point.threshold
    exact = thresholds_of_groups(ranked, proportion, codes, for_all)
    own_for_each = with_few_digits(exact, codes, tuning, judged)

    def decide_on(rows: ScoredRows) -> PairedDecisions:
        return PairedDecisions.of(rows, rows.y_score >= for_all, rows.y_score >= own_for_each[rows.codes])

    in_sample = decide_on(tuning).values(proportion)
    if predictions.tuning is None:
        settings = (n_folds, n_repeats, random_state)
        repeats = list(_cross_fit(tuning, ranked, decision.objective, codes, settings, on_progress))
    else:
        repeats = [decide_on(judged)]
    values = np.array([each.values(proportion) for each in repeats])
    common, own = values.mean(axis=0).tolist()
    variance = float(np.mean([each.variance(proportion) for each in repeats]))
    if len(repeats) > 1:
        variance += float((values[:, 1] - values[:, 0]).var(ddof=1))
    margin = quantile * math.sqrt(variance)
    return OwnThresholds(
        objective=decision.objective,
        common_threshold=for_all,
        thresholds=dict(zip(groups.names, own_for_each.tolist(), strict=True)),
        fixed=fixed_groups(groups, codes),
        in_sample=in_sample[1] - in_sample[0],
        common_value=common,
        own_value=own,
        gain=own - common,
        interval=Interval(own - common - margin, own - common + margin, confidence_level),
        evaluated_on="cross-fitting" if predictions.tuning is None else "evaluation set",
        common_by_group=_by_group(groups, repeats, 0, proportion),
        own_by_group=_by_group(groups, repeats, 1, proportion),
    )


def _cross_fit(
    rows: ScoredRows,
    ranked: RankedRows,
    objective: Metric,
    codes: NDArray[np.intp],
    settings: tuple[int, int, int],
    on_progress: OnProgress,
) -> Iterator[PairedDecisions]:
    """Yield for each repeat the decisions on all rows by thresholds that other rows chose: common ones and own ones."""
    n_folds, n_repeats, random_state = settings
    proportion, rng = require_separable(objective), np.random.default_rng(random_state)
    for repeat in range(n_repeats):
        fold = _deal(rows, n_folds, rng)
        common, own = np.empty(n_folds), np.empty((n_folds, rows.n_groups))
        for place in range(n_folds):
            rest = ranked.take(fold != place)
            fitted = fit_thresholds(rest, objective, proportion, np.intersect1d(codes, tunable(rest.within, 1)))
            common[place], own[place] = fitted.common, fitted.own
            on_progress((repeat * n_folds + place + 1) / (n_folds * n_repeats))
        yield PairedDecisions.of(rows, rows.y_score >= common[fold], rows.y_score >= own[fold, rows.codes])


def _deal(rows: ScoredRows, n_folds: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Deal the rows into folds, those of a group and class evenly; clusters are dealt whole, by one of their cells."""
    cells = (2 * rows.codes + rows.y_true).astype(np.uint8)  # small integers sort fast
    if rows.clusters is not None:
        of_cluster = np.zeros(int(rows.clusters.max()) + 1, np.uint8)
        np.maximum.at(of_cluster, rows.clusters, cells)
        return _deal_evenly(of_cluster, n_folds, rng)[rows.clusters]
    return _deal_evenly(cells, n_folds, rng)


def _deal_evenly(cells: NDArray[np.uint8], n_folds: int, rng: np.random.Generator) -> NDArray[np.intp]:
    shuffled = rng.permutation(cells.size)
    order = shuffled[np.argsort(cells[shuffled], kind="stable")]
    fold = np.empty(order.size, np.intp)
    fold[order] = np.arange(order.size) % n_folds
    return fold


def _by_group(
    groups: Grouping, repeats: Sequence[PairedDecisions], decision: Literal[0, 1], proportion: Proportion
) -> dict[str, OnNewRows]:
    """Return the mean counts and the mean metric of each group under one of the two decisions."""
    every = [each.counts(decision) for each in repeats]
    tn, fp, fn, tp = (np.mean([getattr(each, cell) for each in every], axis=0) for cell in ("tn", "fp", "fn", "tp"))
    value = np.mean([group_values(each, proportion) for each in every], axis=0)
    return {
        name: OnNewRows(ConfusionCounts(tn[code], fp[code], fn[code], tp[code]).item(), float(value[code]))
        for code, name in enumerate(groups.names)
    }
