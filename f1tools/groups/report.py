"""Metrics by group at the common threshold, beside those of all others, with intervals and gaps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.clusters import CELLS
from f1tools.core.counts import ConfusionCounts
from f1tools.core.extras import needs_extra
from f1tools.core.metrics import Metric, metric
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.optimum import best
from f1tools.decision import Decision
from f1tools.groups.gaps import Gap, gaps
from f1tools.groups.grouping import FEW, MIN_CLASS_SIZE, ScoredRows, grouping, points_of
from f1tools.groups.in_table import check_sum, groups_in, point_in, positive_rows, rest_of
from f1tools.predictions import Predictions
from f1tools.threshold_table import ThresholdTable
from f1tools.uncertainty import Interval, metric_interval
from f1tools.uncertainty.intervals import normal_quantile
from f1tools.uncertainty.proportions import proportion_of

if TYPE_CHECKING:
    import pandas as pd

Size: TypeAlias = Literal["enough", "few", "too few"]
"""Of the smaller class of a group: from 30 rows up, from 10, or fewer, on which no threshold is tuned."""


@dataclass(frozen=True, eq=False)
class RowsAtThreshold:
    """The metrics of some rows at the threshold of a decision.

    Parameters
    ----------
    n, n_pos : int
        Rows, and positive rows; weights do not change them.
    point : OperatingPoint
        The counts at the threshold.
    values : mapping from str to float
        ``"prevalence"`` (the share of positives), ``"predicted_positive_rate"`` (the share flagged), ``"precision"``,
        ``"recall"``, ``"false_positive_rate"`` and the metric of the decision; nan where there are no such rows.
    intervals : mapping from str to Interval
        Of the same values; that of a metric which is not a proportion is left out.
    """

    n: int
    n_pos: int
    point: OperatingPoint
    values: Mapping[str, float]
    intervals: Mapping[str, Interval]


@dataclass(frozen=True, eq=False)
class GroupMetrics:
    """One group beside all others.

    Parameters
    ----------
    name : str
    rows, others : RowsAtThreshold
        Of the group, and of all rows that are not in it.
    size : {"enough", "few", "too few"}
        Whether the smaller class of the group has 30 rows, 10, or fewer, where thresholds are tuned and where they are
        evaluated.
    own_threshold, own_value : float or None
        The group's best threshold by the metric, chosen on its rows of the tuning set, and its value on those of the
        evaluation set: the same rows where there are no roles, so that it is optimistic. None where rows are too few.
    """

    name: str
    rows: RowsAtThreshold
    others: RowsAtThreshold
    size: Size
    own_threshold: float | None
    own_value: float | None


@dataclass(frozen=True, eq=False)
class GroupReport:
    """Metrics by group at the threshold of a decision.

    Make one with :func:`by_group`.

    Parameters
    ----------
    decision : Decision
    groups : tuple of GroupMetrics
        In the order of their names; rows without a group are the last.
    gaps : mapping from str to Gap
        By rate: ``"recall"``, ``"false_positive_rate"``, ``"predicted_positive_rate"`` and ``"precision"``.
    confidence_level : float
    """

    decision: Decision
    groups: tuple[GroupMetrics, ...]
    gaps: Mapping[str, Gap]
    confidence_level: float

    def __repr__(self) -> str:
        """Return the model, the threshold and the groups, not their numbers."""
        names = [each.name for each in self.groups]
        return (
            f"GroupReport(model={self.decision.curves.model!r}, threshold={self.decision.point.threshold}, "
            f"groups={names!r})"
        )

    @property
    def demographic_parity_difference(self) -> float:
        """The largest difference of the share flagged, as in fairlearn."""
        return self.gaps["predicted_positive_rate"].difference

    @property
    def demographic_parity_ratio(self) -> float:
        """The lowest share flagged divided by the highest, as in fairlearn."""
        return self.gaps["predicted_positive_rate"].ratio

    @property
    def equal_opportunity_difference(self) -> float:
        """The largest difference of the recall, as in fairlearn."""
        return self.gaps["recall"].difference

    @property
    def equal_opportunity_ratio(self) -> float:
        """The lowest recall divided by the highest, as in fairlearn."""
        return self.gaps["recall"].ratio

    @property
    def equalized_odds_difference(self) -> float:
        """The larger of the largest differences of recall and of false-positive rate, as in fairlearn."""
        return float(np.maximum(self.gaps["recall"].difference, self.gaps["false_positive_rate"].difference))

    @property
    def equalized_odds_ratio(self) -> float:
        """The smaller of the ratios of recall and of false-positive rate, as in fairlearn."""
        return float(np.minimum(self.gaps["recall"].ratio, self.gaps["false_positive_rate"].ratio))

    def frame(self) -> pd.DataFrame:
        """Return one row per group: the numbers of the group, their intervals, and those of all others.

        The columns are ``value``, ``value_low``, ``value_high`` and ``value_others`` of each value.
        """
        with needs_extra("app"):
            import pandas as pd  # slow to load, and only this method needs it

        return pd.DataFrame([_record(each) for each in self.groups])


def _record(group: GroupMetrics) -> dict[str, object]:
    record: dict[str, object] = {"group": group.name, "n": group.rows.n, "n_pos": group.rows.n_pos}
    for name, value in group.rows.values.items():
        interval = group.rows.intervals.get(name)
        bounds = (math.nan, math.nan) if interval is None else (interval.low, interval.high)
        record |= {name: value, f"{name}_low": bounds[0], f"{name}_high": bounds[1]}
        record[f"{name}_others"] = group.others.values[name]
    own = {"own_threshold": group.own_threshold, "own_value": group.own_value}
    return record | {name: math.nan if value is None else value for name, value in own.items()} | {"size": group.size}


@dataclass(frozen=True, eq=False)
class _CountedGroup:
    """What is known of a group: its rows and all others at the threshold, and its own best threshold with its value."""

    name: str
    size: Size
    n: int
    n_pos: int
    point: OperatingPoint
    others: OperatingPoint
    own: tuple[float | None, float | None]


def by_group(
    predictions: Predictions | ThresholdTable,
    decision: Decision,
    group: ArrayLike | None = None,
    *,
    min_rows: int = MIN_CLASS_SIZE,
    n_resamples: int = 2000,
    confidence_level: float = 0.95,
    random_state: int = 0,
) -> GroupReport:
    """Compute the metrics of each group at the threshold of a decision, and the gaps between groups.

    Parameters
    ----------
    predictions : Predictions or ThresholdTable
        The rows of the decision, or a table with their counts by group. Where rows have roles, the metrics are those of
        the evaluation set.
    decision : Decision
    group : array-like of shape (n,), optional
        The group of each row, by default that of the predictions. Rows without a value are a group of their own. Not
        for a threshold table, which has the groups that its rows were counted by.
    min_rows : int
        Groups in which a rate has fewer rows (effective ones where rows are weighted) have no part in its gap: for the
        recall fewer positives, for the false-positive rate fewer negatives, for the precision fewer flagged rows. With
        1 all groups have, as in fairlearn.
    n_resamples, random_state : int
        Of the gaps; 2 resamples or more.
    confidence_level : float
        Between 0 and 1.

    Raises
    ------
    InvalidPredictions
        When there are no groups, not one per row, or more than 100 different ones, or when a threshold table has no
        counts of a group at the threshold.
    ValueError
        For fewer than 2 resamples, or a confidence level that is not between 0 and 1.

    Notes
    -----
    The intervals of values are those of :func:`f1tools.metric_interval`; they hold at a threshold that was chosen on
    other rows.

    The largest of many differences is large by chance alone. Resampling the rows within the groups and taking the
    percentiles of the largest difference would add the chance of the resamples to that of the rows, and would never
    reach 0. So two other things are computed. *By chance*: the rows that count for the rate are dealt to the groups at
    random, keeping their sizes (an exact permutation test where rows are not weighted). *The interval* of the largest
    difference comes from Newcombe's intervals of all pairwise differences, widened until they hold together: the
    critical value is the quantile of the largest standardized difference of resampled rates (draws of
    Beta(successes + 1/2, failures + 1/2)). If all differences lie in their intervals, their maximum lies between the
    largest lower and the largest upper bound. In simulations (``benchmarks/groups.py``; 2 to 10 groups of falling
    sizes, 200 to 3,000 rows) the nominal 95% interval covered the true gap in 91 to 100% of 300 samples, and excluded 0
    in 3 to 7% where all groups were equal. With many groups of different sizes it finds more differences than the test.

    References
    ----------
    Newcombe, *Interval estimation for the difference between independent proportions*, Statistics in Medicine 1998.

    Examples
    --------
    >>> from f1tools import decide
    >>> y_true, score = [1, 0, 1, 0, 1, 0, 1, 0], [0.9, 0.1, 0.8, 0.2, 0.5, 0.1, 0.3, 0.4]
    >>> predictions = Predictions.from_arrays(y_true, score, group=list("aaaabbbb"))
    >>> report = by_group(predictions, decide(predictions.curves(), threshold=0.5), min_rows=1)
    >>> [(each.name, each.rows.values["recall"], each.others.values["recall"]) for each in report.groups]
    [('a', 1.0, 0.5), ('b', 0.5, 1.0)]
    >>> report.equal_opportunity_difference, report.gaps["recall"].lowest
    (0.5, 'b')
    """
    normal_quantile(confidence_level)  # raises for an invalid level
    if n_resamples < 2:
        raise ValueError(f"n_resamples must be at least 2, got {n_resamples}: intervals of gaps need their spread.")
    if isinstance(predictions, ThresholdTable):
        groups = _groups_of_table(predictions, decision)
    else:
        groups = _groups_of_rows(predictions, decision, group)
    n, n_pos = sum(each.n for each in groups), sum(each.n_pos for each in groups)
    found = []
    for each in groups:
        side, rest = (
            rows_at_threshold(point, rows, positives, decision.objective, confidence_level)
            for point, rows, positives in (
                (each.point, each.n, each.n_pos),
                (each.others, n - each.n, n_pos - each.n_pos),
            )
        )
        found.append(GroupMetrics(each.name, side, rest, each.size, *each.own))
    between = gaps(
        [each.name for each in groups],
        [each.point for each in groups],
        min_rows=min_rows,
        n_resamples=n_resamples,
        confidence_level=confidence_level,
        random_state=random_state,
    )
    return GroupReport(decision, tuple(found), {each.rate: each for each in between}, confidence_level)


def _groups_of_rows(predictions: Predictions, decision: Decision, group: ArrayLike | None) -> list[_CountedGroup]:
    groups, model = grouping(predictions, group), decision.curves.model
    tuning = ScoredRows.of(predictions, model, groups, predictions.tuning)
    judged = tuning
    if predictions.tuning is not None:
        judged = ScoredRows.of(predictions, model, groups, ~predictions.tuning)
    points, others = points_of(judged, decision.point.threshold)
    n, n_pos = (np.bincount(judged.codes[rows], minlength=len(groups)) for rows in (slice(None), judged.y_true))
    found, sizes = [], _sizes(tuning, judged)
    own_rows = zip(tuning.split(), judged.split(), strict=True)
    for code, (name, size, rows_of_group) in enumerate(zip(groups.names, sizes, own_rows, strict=True)):
        own = (None, None) if size == "too few" else _own(*rows_of_group, decision.objective)
        found.append(_CountedGroup(name, size, int(n[code]), int(n_pos[code]), points[code], others[code], own))
    return found


def _groups_of_table(table: ThresholdTable, decision: Decision) -> list[_CountedGroup]:
    found = []
    for name, counted in groups_in(table, decision.curves.model).items():
        point, n_pos = point_in(name, counted.curve, decision.point.threshold), positive_rows(counted)
        size = _size(min(n_pos, counted.n - n_pos))
        own: tuple[float | None, float | None] = (None, None)
        if size != "too few":
            optimum = best(counted.curve, decision.objective)
            own = optimum.point.threshold, optimum.value
        others = rest_of(decision.point, point)
        found.append(_CountedGroup(name, size, counted.n, n_pos, point, others, own))
    check_sum(decision.point, [each.point for each in found])
    return found


def rows_at_threshold(
    point: OperatingPoint, n: int, n_pos: int, objective: Metric, confidence_level: float = 0.95
) -> RowsAtThreshold:
    """Compute the metrics of some rows at one threshold, with intervals."""
    recall = metric("recall")
    shown = {
        "prevalence": (recall, _map(point, _of_all)),
        "predicted_positive_rate": (metric("predicted_positive_rate"), point),
        "precision": (metric("precision"), point),
        "recall": (recall, point),
        "false_positive_rate": (recall, _map(point, _of_negatives)),
        objective.name: (objective, point),
    }
    values = {name: _value(one, at.counts) for name, (one, at) in shown.items()}
    intervals = {name: metric_interval(one, at, confidence_level=confidence_level) for name, (one, at) in shown.items()}
    return RowsAtThreshold(
        n, n_pos, point, values, {name: each for name, each in intervals.items() if each is not None}
    )


def _value(objective: Metric, counts: ConfusionCounts) -> float:
    """Return a metric; nan where no row counts for it."""
    proportion = proportion_of(objective)
    if proportion is None:
        defined = counts.positives() > 0 and counts.negatives() > 0
    else:
        defined = bool(proportion.trials_in(counts) > 0)
    return float(objective.evaluate(counts)) if defined else math.nan


def _map(point: OperatingPoint, relabel: Callable[[ConfusionCounts], ConfusionCounts]) -> OperatingPoint:
    squares, products = None if point.squares is None else relabel(point.squares), point.products
    if products is not None:
        cells = [relabel(ConfusionCounts(*row)) for row in np.eye(4)]
        relabelled = np.array([[getattr(each, cell) for each in cells] for cell in CELLS])
        products = relabelled @ products @ relabelled.T
    return replace(point, counts=relabel(point.counts), squares=squares, products=products)


def _of_all(counts: ConfusionCounts) -> ConfusionCounts:
    """Return counts whose recall is the share of positives."""
    return ConfusionCounts(tn=0, fp=0, fn=counts.negatives(), tp=counts.positives())


def _of_negatives(counts: ConfusionCounts) -> ConfusionCounts:
    """Return counts whose recall is the false-positive rate."""
    return ConfusionCounts(tn=0, fp=0, fn=counts.tn, tp=counts.fp)


def _sizes(*sets: ScoredRows) -> list[Size]:
    smaller = np.min([rows.class_sizes().min(axis=1) for rows in sets], axis=0)
    return [_size(each) for each in smaller.tolist()]


def _size(smaller_class: int) -> Size:
    return "too few" if smaller_class < MIN_CLASS_SIZE else "few" if smaller_class < FEW else "enough"


def _own(tuning: ScoredRows, judged: ScoredRows, objective: Metric) -> tuple[float | None, float | None]:
    """Return the best threshold of a group, and its value."""
    if not (tuning.y_score != -np.inf).any():
        return None, None
    threshold = best(tuning.curve(), objective).point.threshold
    counts, _ = judged.cells(judged.y_score >= threshold)
    return threshold, float(objective.evaluate(ConfusionCounts(*counts.sum(axis=0)).item()))
