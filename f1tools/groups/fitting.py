"""Fit thresholds of groups to rows that are sorted once, and to parts of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric
from f1tools.core.optimum import best
from f1tools.core.tally import tally_descending
from f1tools.groups.grouping import Grouping, ScoredRows
from f1tools.groups.thresholds import best_positions
from f1tools.predictions import Predictions
from f1tools.uncertainty.proportions import Proportion

_Order = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class RankedRows:
    """Rows in the descending order of their scores, all together and within groups: counted without another sort.

    Parameters
    ----------
    together, within : ScoredRows
        The same rows in both orders; rows of weight 0 are left out.
    orders : (ndarray of int, ndarray of int)
        The row of each, in both orders.
    """

    together: ScoredRows
    within: ScoredRows
    orders: tuple[_Order, _Order]

    @classmethod
    def of(cls, rows: ScoredRows) -> RankedRows:
        """Sort rows."""
        order = np.argsort(-rows.y_score, kind="stable")
        if rows.sample_weight is not None:
            order = order[rows.sample_weight[order] > 0]
        by_group = order[np.argsort(rows.codes[order].astype(np.uint8), kind="stable")]  # small integers sort fast
        return cls(rows.take(order), rows.take(by_group), (order, by_group))

    def take(self, rows: BoolArray) -> RankedRows:
        """Return some of the rows, as chosen from those that were sorted."""
        together, within = (rows[order] for order in self.orders)
        orders = self.orders[0][together], self.orders[1][within]
        return RankedRows(self.together.take(together), self.within.take(within), orders)

    def curve(self) -> ThresholdCurve:
        """Return the threshold curve of the rows, of which one has a score."""
        return _count(self.together)

    def group_curves(self, codes: NDArray[np.intp]) -> list[ThresholdCurve]:
        """Return the threshold curves of some groups, in each of which one row has a score."""
        bounds = np.searchsorted(self.within.codes, np.arange(self.within.n_groups + 1))
        return [_count(self.within.take(slice(bounds[code], bounds[code + 1]))) for code in codes.tolist()]

    def counts_of_others(self, codes: NDArray[np.intp], threshold: float) -> ConfusionCounts:
        """Return the counts of all groups but some, at a threshold."""
        is_other = np.ones(self.within.n_groups, np.bool_)
        is_other[codes] = False
        others = self.within.take(is_other[self.within.codes]) if is_other.any() else self.within.take(slice(0))
        counts, _ = others.cells(others.y_score >= threshold)
        return ConfusionCounts(*counts.sum(axis=0))


def _count(rows: ScoredRows) -> ThresholdCurve:
    return ThresholdCurve(*tally_descending(rows.y_true, rows.y_score, rows.sample_weight))


@dataclass(frozen=True, eq=False)
class FittedThresholds:
    """The common threshold and the threshold of each group, as chosen on some rows."""

    common: float
    own: FloatArray


def fit_thresholds(
    rows: RankedRows, objective: Metric, proportion: Proportion, codes: NDArray[np.intp]
) -> FittedThresholds:
    """Choose the common threshold, and one for each of some groups; the others keep the common one."""
    common = best(rows.curve(), objective).point.threshold
    return FittedThresholds(common, thresholds_of_groups(rows, proportion, codes, common))


def thresholds_of_groups(
    rows: RankedRows,
    proportion: Proportion,
    codes: NDArray[np.intp],
    common: float,
    *,
    rate: Callable[[ConfusionCounts], FloatArray] = ConfusionCounts.recall,
    tolerance: float = np.inf,
) -> FloatArray:
    """Choose a threshold for each of some groups, the best ones together; the others keep the common one."""
    own = np.full(rows.within.n_groups, common)
    curves = rows.group_curves(codes)
    others = rows.counts_of_others(codes, common)
    positions = best_positions(curves, proportion, others=others, rate=rate, tolerance=tolerance)
    own[codes] = [curve.thresholds[at] for curve, at in zip(curves, positions, strict=True)]
    return own


def tuning_and_evaluation(predictions: Predictions, model: str, groups: Grouping) -> tuple[ScoredRows, ScoredRows]:
    """Return the rows that choose thresholds and those that evaluate them: the same ones where rows have no roles."""
    tuning = ScoredRows.of(predictions, model, groups, predictions.tuning)
    if predictions.tuning is None:
        return tuning, tuning
    return tuning, ScoredRows.of(predictions, model, groups, ~predictions.tuning)


def with_few_digits(thresholds: FloatArray, codes: NDArray[np.intp], *sets: ScoredRows) -> FloatArray:
    """Return the thresholds of all groups, those of some with as few digits as make the same decisions on these rows.

    Tables, files, records and code have these: new rows are decided alike by all of them.
    """
    short = thresholds.copy()
    parts = [rows.split() for rows in sets]
    for code in codes.tolist():
        scores = [groups[code].y_score for groups in parts]
        below = max(float(each[each < thresholds[code]].max(initial=-math.inf)) for each in scores)
        text = formatting.threshold_text(below, float(thresholds[code]))
        short[code] = formatting.parse_threshold(text)
    return short


def tunable(rows: ScoredRows, min_rows: int) -> NDArray[np.intp]:
    """Return the groups with enough rows of both classes, one of them with a score, to tune a threshold on."""
    scored = rows.y_score != -np.inf
    if rows.sample_weight is not None:
        scored &= rows.sample_weight > 0
    has_score = np.bincount(rows.codes[scored], minlength=rows.n_groups) > 0
    return np.flatnonzero((rows.class_sizes().min(axis=1) >= max(min_rows, 1)) & has_score)


def fixed_groups(groups: Grouping, codes: NDArray[np.intp]) -> tuple[str, ...]:
    """Return the names of all groups but some, which have no threshold of their own."""
    return tuple(name for code, name in enumerate(groups.names) if code not in codes)
