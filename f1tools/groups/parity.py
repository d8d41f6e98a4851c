"""Thresholds of groups that make a rate alike, at the highest F-beta."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import Metric, rounding_tolerance
from f1tools.decision import Decision
from f1tools.groups.fitting import (
    RankedRows,
    fixed_groups,
    thresholds_of_groups,
    tunable,
    tuning_and_evaluation,
    with_few_digits,
)
from f1tools.groups.gaps import rate_of
from f1tools.groups.grouping import MIN_CLASS_SIZE, ScoredRows, grouping
from f1tools.groups.paired import group_values
from f1tools.groups.thresholds import require_separable
from f1tools.predictions import Predictions

ParityRate: TypeAlias = Literal["recall", "false_positive_rate", "predicted_positive_rate"]

_RATES: dict[str, Callable[[ConfusionCounts], FloatArray]] = {
    "recall": ConfusionCounts.recall,
    "false_positive_rate": ConfusionCounts.false_positive_rate,
    "predicted_positive_rate": ConfusionCounts.predicted_positive_rate,
}


@dataclass(frozen=True, eq=False)
class ThresholdSet:
    """One threshold for each group, and what they give on the evaluation set.

    Parameters
    ----------
    thresholds, rates : mapping from group to float
        The thresholds, with as few digits as make the same decisions, and the rate of each group; nan where it is
        undefined.
    value : float
        The metric over all rows.
    gap : float
        The largest difference of the rate between two groups with a threshold of their own.
    values : mapping from group to float
        The metric of each group; nan where no row counts for it.
    counts : mapping from group to ConfusionCounts
        The cells of each group; all rows are their sum.
    """

    thresholds: Mapping[str, float]
    rates: Mapping[str, float]
    value: float
    gap: float
    values: Mapping[str, float]
    counts: Mapping[str, ConfusionCounts]

    def total(self, cell: Literal["tn", "fp", "fn", "tp"]) -> float:
        """Return a cell over all rows, of groups without a threshold of their own as well."""
        return float(sum(getattr(each, cell) for each in self.counts.values()))


@dataclass(frozen=True, eq=False)
class ParityThresholds:
    """Thresholds of groups that make a rate alike, and what that costs.

    Parameters
    ----------
    objective : Metric
    rate : {"recall", "false_positive_rate", "predicted_positive_rate"}
    tolerance : float
        The largest difference of the rate that was allowed on the tuning set.
    parity, own, common : ThresholdSet
        The best thresholds within the tolerance, the best ones without it, and the threshold of the decision.
    tuning_gap : float
        The difference of the rate that the thresholds within the tolerance have on the tuning set.
    in_sample : bool
        Whether the rows that chose the thresholds also evaluate them: then all values are optimistic.
    fixed : tuple of str
        Groups with too few rows of a class to tune on: they keep the threshold of the decision.
    """

    objective: Metric
    rate: ParityRate
    tolerance: float
    parity: ThresholdSet
    own: ThresholdSet
    common: ThresholdSet
    tuning_gap: float
    in_sample: bool
    fixed: tuple[str, ...]

    @property
    def n_own(self) -> int:
        """The number of groups with a threshold of their own."""
        return len(self.parity.thresholds) - len(self.fixed)

    @property
    def compared(self) -> tuple[str, ...]:
        """The groups that the largest difference covers: with a threshold of their own, and rows to judge it by."""
        own = (name for name in self.common.rates if name not in self.fixed)
        return tuple(name for name in own if not math.isnan(self.common.rates[name]))

    @property
    def is_met_by_one(self) -> bool:
        """Whether the threshold of the decision has rates within the tolerance on the evaluation set."""
        return len(self.compared) > 1 and self.common.gap <= self.tolerance + rounding_tolerance(weighted=True)

    @property
    def cost(self) -> float:
        """What the tolerance costs against the threshold of the decision; negative where it gains."""
        return self.common.value - self.parity.value

    @property
    def cost_against_own(self) -> float:
        """What the tolerance costs against the best threshold for each group."""
        return self.own.value - self.parity.value


def parity_thresholds(
    predictions: Predictions,
    decision: Decision,
    group: ArrayLike | None = None,
    *,
    rate: ParityRate = "recall",
    tolerance: float = 0.05,
    min_rows: int = MIN_CLASS_SIZE,
) -> ParityThresholds:
    """Choose one threshold for each group, so that a rate is alike in all of them and the metric is highest.

    Parameters
    ----------
    predictions : Predictions
        Where rows have roles, the thresholds are chosen on the tuning set and evaluated on the evaluation set.
    decision : Decision
        Its model and its metric are used: F1, F-beta or Jaccard; its threshold is the common one. Its constraints are
        not applied to the thresholds of groups.
    group : array-like of shape (n,), optional
        By default that of the predictions.
    rate : {"recall", "false_positive_rate", "predicted_positive_rate"}
        What must be alike: equal opportunity, the same share of false alarms, or demographic parity.
    tolerance : float
        The largest difference between two groups, from 0 to 1.
    min_rows : int
        Fewest positives, and negatives, of a group in the tuning set for a threshold of its own. Other groups keep the
        threshold of the decision, whatever their rate is.

    Raises
    ------
    InvalidPredictions
        When there are no groups.
    ValueError
        For another metric or rate, or a tolerance that is not from 0 to 1.

    Notes
    -----
    The optimum is exact, see :func:`f1tools.groups.thresholds.best_positions`. The difference is at most the tolerance
    on the rows that chose the thresholds; on other rows it is larger, most of all for small groups.

    Examples
    --------
    >>> from f1tools import decide
    >>> y_true, score = [1, 0, 1, 0, 1, 0, 1, 0], [0.9, 0.1, 0.8, 0.2, 0.5, 0.1, 0.3, 0.4]
    >>> predictions = Predictions.from_arrays(y_true, score, group=list("aaaabbbb"))
    >>> decision = decide(predictions.curves(), threshold=0.5)
    >>> found = parity_thresholds(predictions, decision, tolerance=0, min_rows=1)
    >>> found.common.rates, found.parity.rates, found.parity.thresholds
    ({'a': 1.0, 'b': 0.5}, {'a': 1.0, 'b': 1.0}, {'a': 0.8, 'b': 0.3})
    """
    proportion = require_separable(decision.objective)
    if rate not in _RATES or not 0 <= tolerance <= 1:
        raise ValueError(f"rate must be {', '.join(_RATES)}, and tolerance from 0 to 1, got {rate!r}, {tolerance}.")
    groups, model = grouping(predictions, group), decision.curves.model
    common, (tuning, judged) = decision.point.threshold, tuning_and_evaluation(predictions, model, groups)
    codes = tunable(tuning, min_rows)
    ranked = RankedRows.of(tuning)
    exact = (
        thresholds_of_groups(ranked, proportion, codes, common, rate=_RATES[rate], tolerance=tolerance),
        thresholds_of_groups(ranked, proportion, codes, common),
    )
    chosen = [*(with_few_digits(each, codes, tuning, judged) for each in exact), np.full(len(groups), common)]

    def judge(rows: ScoredRows, thresholds: FloatArray) -> ThresholdSet:
        cells, _ = rows.cells(rows.y_score >= thresholds[rows.codes])
        counts, together = ConfusionCounts(*cells.T), ConfusionCounts(*cells.sum(axis=0))
        rates = rate_of(rate, counts)

        def by_name(values: FloatArray) -> dict[str, float]:
            return dict(zip(groups.names, values.tolist(), strict=True))

        return ThresholdSet(
            thresholds=by_name(thresholds),
            rates=by_name(rates),
            value=float(decision.objective.evaluate(together)),
            gap=_spread(rates[codes].tolist()),
            values=by_name(group_values(counts, proportion)),
            counts=dict(zip(groups.names, (ConfusionCounts(*each) for each in cells.tolist()), strict=True)),
        )

    return ParityThresholds(
        objective=decision.objective,
        rate=rate,
        tolerance=tolerance,
        parity=judge(judged, chosen[0]),
        own=judge(judged, chosen[1]),
        common=judge(judged, chosen[2]),
        tuning_gap=judge(tuning, chosen[0]).gap,
        in_sample=predictions.tuning is None,
        fixed=fixed_groups(groups, codes),
    )


def _spread(rates: Sequence[float]) -> float:
    """Return the largest difference; 0 where fewer than two rates are defined."""
    defined = [each for each in rates if each == each]  # noqa: PLR0124 (nan)
    return max(defined) - min(defined) if defined else 0.0
