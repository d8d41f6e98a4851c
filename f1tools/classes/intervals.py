"""Intervals of averages and classes around their estimates: chance of the rows, and of tuning on these rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from f1tools.classes.averages import CELLS, Average, stacked_counts
from f1tools.classes.decision import ClassDecision, ClassRule
from f1tools.core.counts import ConfusionCounts, FloatArray, ratio
from f1tools.core.metrics import Metric, metric
from f1tools.uncertainty.intervals import Interval, interval_around, normal_quantile

SHARE_OF_TUNING = 0.5
"""The share of the variance by tuning again that is added, see the notes of :func:`f1tools.classes.estimate_rules`."""


@dataclass(frozen=True, eq=False)
class RuleIntervals:
    """The intervals of one rule, as for thresholds or weights that were chosen on other rows.

    Parameters
    ----------
    rule : ClassRule
        Its counts give the numbers of trials.
    squares : ConfusionCounts or None
        The sums of the squared weights in the cells of each class; None for unweighted rows.
    one_per_row : bool
    objective : Metric
        F-beta.
    confidence_level : float
    """

    rule: ClassRule
    squares: ConfusionCounts | None
    one_per_row: bool
    objective: Metric
    confidence_level: float

    @classmethod
    def build(cls, decision: ClassDecision, rule: ClassRule, confidence_level: float) -> RuleIntervals:
        """Prepare the intervals of a rule of a decision."""
        objective = metric("fbeta", decision.beta)
        return cls(rule, _squares(decision, rule), decision.curves.one_per_row, objective, confidence_level)

    def of_classes(self, each: FloatArray, effect: FloatArray | None = None) -> Interval:
        """Compute the interval of F-beta of each class around its estimate; nan where the estimate is nan.

        Parameters
        ----------
        each : ndarray of shape (k,)
        effect : ndarray of shape (k,), optional
            By how much the variance of each is larger than with fixed thresholds; by default not at all.
        """
        effects = np.ones(each.size) if effect is None else effect
        bounds = [
            self._bounds(value, self.objective, partial(_of_class, place=place), effect=float(effects[place]))
            for place, value in enumerate(each.tolist())
        ]
        low, high = np.where(self.rule.never_flagged, 0.0, np.array(bounds).T)
        return Interval(low, high, self.confidence_level)

    def independent_margins(
        self, each: FloatArray, values: Mapping[Average, float]
    ) -> dict[Average, tuple[float, float]]:
        """Return by how much each average can be lower and higher, as if classes were independent.

        Those of macro and weighted averages follow from the intervals of the classes: the squares of their margins
        times the squares of their shares are added up. Micro F-beta has the margins of all counts together, and where
        each row has one class those of the accuracy, which it is then.

        References
        ----------
        Zou and Donner, *Construction of confidence limits about effect measures: a general approach*, Statistics in
        Medicine 2008 (margins of a sum from those of its terms).
        """
        intervals, known = self.of_classes(each), ~np.isnan(each)
        margins = np.array([each - intervals.low, intervals.high - each])[:, known]
        supports = np.asarray(self.rule.counts.positives(), np.float64)[known]
        if self.one_per_row:
            low, high = self._bounds(values["micro"], metric("accuracy"), _right_and_wrong)
        else:
            low, high = self._bounds(values["micro"], self.objective, _together)
        return {
            "macro": _combined(margins, np.ones(supports.size)),
            "weighted": _combined(margins, supports),
            "micro": (values["micro"] - low, high - values["micro"]),
        }

    def _bounds(
        self,
        value: float,
        objective: Metric,
        select: Callable[[ConfusionCounts], ConfusionCounts],
        *,
        effect: float = 1.0,
    ) -> tuple[float, float]:
        """Return the bounds around a value, with the trials in a selection of the counts."""
        found = interval_around(
            value,
            objective,
            select(self.rule.counts),
            squares=None if self.squares is None else select(self.squares),
            effect=effect,
            confidence_level=self.confidence_level,
        )
        assert found is not None  # noqa: S101
        return float(found.low), float(found.high)


def interval_of_average(
    value: float, by_rows: float, by_tuning: float, independent: tuple[float, float], confidence_level: float
) -> Interval:
    """Return the interval of an average around its estimate.

    Parameters
    ----------
    value : float
    by_rows, by_tuning : float
        Its variances over resamples, see the notes of :func:`f1tools.classes.estimate_rules`.
    independent : (float, float)
        The margins that chance of the rows has at least: resamples of rows without errors have none, new rows may.
    confidence_level : float
    """
    squared = normal_quantile(confidence_level) ** 2
    low, high = (
        math.sqrt(max(squared * by_rows, margin**2) + squared * SHARE_OF_TUNING * by_tuning) for margin in independent
    )
    return Interval(max(value - low, 0.0), min(value + high, 1.0), confidence_level)


def _combined(margins: FloatArray, weights: FloatArray) -> tuple[float, float]:
    """Return the margins of a weighted mean of independent values from theirs, of shape (2, k)."""
    low, high = ratio(np.sqrt(np.square(weights * margins).sum(axis=1)), weights.sum(), np.nan).tolist()
    return low, high


def _of_class(counts: ConfusionCounts, place: int) -> ConfusionCounts:
    return ConfusionCounts(*(float(getattr(counts, cell)[place]) for cell in CELLS))


def _together(counts: ConfusionCounts) -> ConfusionCounts:
    return ConfusionCounts(*(float(np.sum(getattr(counts, cell))) for cell in CELLS))


def _right_and_wrong(counts: ConfusionCounts) -> ConfusionCounts:
    """Return the rows whose one class is right and wrong: a wrong one is missed once, and a false alarm once."""
    return ConfusionCounts(tn=0.0, fp=0.0, fn=float(np.sum(counts.fn)), tp=float(np.sum(counts.tp)))


def _squares(decision: ClassDecision, rule: ClassRule) -> ConfusionCounts | None:
    """Return the sums of the squared weights in the cells of each class; None for unweighted rows."""
    curves = decision.curves
    if curves.sample_weight is None:
        return None
    columns = zip(curves.y_true.T, rule.decide(curves.y_score).T, strict=True)
    return stacked_counts(
        ConfusionCounts.from_decisions(positive, decided, curves.sample_weight**2) for positive, decided in columns
    )
