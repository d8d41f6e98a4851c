"""Prevalence shift: recall and false-positive rate stay as measured, the mix of the classes changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray, Value
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, metric
from f1tools.core.optimum import Optimum, best
from f1tools.core.roc_hull import hull_positions
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.uncertainty.bootstrap import TunedEstimate, estimate_from_resamples
from f1tools.uncertainty.class_rates import ClassRates
from f1tools.uncertainty.resampling import draw_shared_resamples
from f1tools.what_if.class_weight import require_both_classes, shift_odds

# These metrics are quasi-convex in (FP, TP): ratios of linear functions or, like the Matthews correlation above 0, of a
# linear and a concave one. Their maximum over the ROC curve lies at a vertex of its convex hull for every rescaling of
# the axes, and so does the lowest of several equally good thresholds. This does not hold for the G-mean, nor for the
# negative predictive value, which jumps where everything is flagged: for these all thresholds are evaluated.
_BEST_ON_HULL = frozenset(
    (
        *("f1", "fbeta", "precision", "recall", "specificity", "accuracy", "balanced_accuracy"),
        *("mcc", "youden_j", "jaccard", "kappa", "predicted_positive_rate", "lift", "cost"),
    )
)
_VAGUE_RATIO = 2
_FEWEST_OF_CLASS = 10


def at_prevalence(curve: ThresholdCurve, prevalence: float) -> ThresholdCurve:
    """Return the curve for a population with another share of positives.

    The score distribution of each class is assumed to stay the same; only the mix changes. The total count is kept.
    Confidence intervals of the returned curve treat the prevalence as known.

    Parameters
    ----------
    curve : ThresholdCurve
    prevalence : float
        Share of positives, in (0, 1).

    Raises
    ------
    ValueError
        When the prevalence is out of range, or a class has no rows.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 1, 0, 0], [0.9, 0.4, 0.4, 0.1])
    >>> counts = at_prevalence(curve, 0.25).at(0.4).counts
    >>> counts.tp, counts.fp, round(float(counts.precision()), 6)
    (1.0, 1.5, 0.4)
    """
    positive, negative = _class_weights(curve, prevalence)
    if positive == negative == 1:
        return curve
    return replace(curve.reweighted(positive, negative), class_mix="assumed")


def prior_shift(score: ArrayLike, prevalence: float, new_prevalence: float) -> FloatArray:
    """Adjust probabilities to another prevalence than that of the training data.

    The odds are multiplied by the ratio of the prior odds. Calibrated scores stay calibrated; others do not become so.

    Parameters
    ----------
    score : array-like
        Probabilities, from 0 to 1.
    prevalence : float
        Share of positives that the scores were calibrated for, in (0, 1).
    new_prevalence : float
        Share of positives where they will be used, in (0, 1).

    Raises
    ------
    ValueError
        When a score is outside [0, 1], or a prevalence out of range.

    References
    ----------
    Saerens, Latinne and Decaestecker, *Adjusting the outputs of a classifier to new a priori probabilities*, Neural
    Computation 2002.

    Examples
    --------
    >>> prior_shift([0.9, 0.5], 0.5, 0.05).round(6).tolist()
    [0.321429, 0.05]
    """
    require_prevalence(prevalence)
    require_prevalence(new_prevalence)
    if prevalence == new_prevalence:
        return shift_odds(score, 1)
    return shift_odds(score, new_prevalence / (1 - new_prevalence) * ((1 - prevalence) / prevalence))


def too_few_for_forecast(curve: ThresholdCurve) -> str:
    """Return why rows don't tell what a threshold is worth at another prevalence; empty where they do.

    Recall and false-positive rate of fewer than 10 rows of a class are mostly chance, and at another prevalence the
    values depend on how exactly both are known. Weighted rows count by their effective number, (Σw)² / Σw².

    Examples
    --------
    >>> too_few_for_forecast(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]))
    'No forecast for another share of positives: it needs at least 10 positives and 10 negatives, and these rows have \
1 and 1.'
    """
    everything = curve.at(-np.inf)
    rates = ClassRates.from_point(everything)
    sizes = rates.positives, rates.negatives
    if min(sizes) >= _FEWEST_OF_CLASS - 1e-9:
        return ""
    rows = " and ".join(formatting.count(math.floor(size + 1e-9)) for size in sizes)
    worth = "these rows have" if everything.squares is None else "with their weights these rows are worth"
    return (
        f"No forecast for another share of positives: it needs at least {_FEWEST_OF_CLASS} positives and "
        f"{_FEWEST_OF_CLASS} negatives, and {worth} {rows}."
    )


def is_vague(low: Value, high: Value) -> BoolArray:
    """Return whether rows hardly determine a value: its 95% interval spans more than a factor of 2."""
    return np.asarray(high > _VAGUE_RATIO * low)


@dataclass(frozen=True, eq=False)
class PrevalenceSweep:
    """The best value of a metric at each prevalence, beside the value at a fixed threshold.

    Parameters
    ----------
    metric : Metric
    prevalence : ndarray of shape (m,)
        Shares of positives.
    value, threshold : ndarray of shape (m,)
        The best threshold at each prevalence, and its value.
    unchanged : ndarray of shape (m,)
        The value at the fixed threshold.
    flag_everything : ndarray of shape (m,)
        The value when every row with a score is flagged.
    has_unscored : bool
        Whether there are rows without a score.
    low, high : ndarray of shape (m,) or None
        The 95% interval of ``value``, nan where there is none; None where the values are those of the rows that chose
        the thresholds, so that no interval applies to them.
    """

    metric: Metric
    prevalence: FloatArray
    value: FloatArray
    threshold: FloatArray
    unchanged: FloatArray
    flag_everything: FloatArray
    has_unscored: bool = False
    low: FloatArray | None = None
    high: FloatArray | None = None

    @property
    def vague(self) -> BoolArray:
        """Where the rows hardly determine the value: its interval spans more than a factor of 2."""
        if self.low is None or self.high is None:
            return np.zeros(self.prevalence.shape, dtype=bool)
        return is_vague(self.low, self.high)

    def only_measured(self, prevalence: float) -> PrevalenceSweep:
        """Return the sweep without values at other prevalences than the measured one: nan there."""
        measured = self.prevalence == prevalence
        value, unchanged = (np.where(measured, each, np.nan) for each in (self.value, self.unchanged))
        return replace(self, value=value, unchanged=unchanged, low=None, high=None)

    def expected(self, estimates: Sequence[TunedEstimate], kept: TunedEstimate | None = None) -> PrevalenceSweep:
        """Return the sweep with the values to expect on new rows instead of those of the rows that chose thresholds.

        Parameters
        ----------
        estimates : sequence of TunedEstimate
            One a prevalence, see :func:`tuned_sweep`. An estimate whose prevalence is measured has no interval here: it
            would depend on how certain the prevalence is, unlike its neighbors.
        kept : TunedEstimate, optional
            The estimate for the fixed threshold; None if it was not tuned on these rows.
        """
        intervals = [
            None if each.interval is None or each.rates.class_mix != "assumed" else each.interval for each in estimates
        ]
        value, unchanged = np.array([each.estimate for each in estimates]), self.unchanged
        if kept is not None:
            unchanged = np.array([kept.at_prevalence(each) for each in self.prevalence.tolist()])
            unchanged = np.where(self.threshold == kept.threshold, value, unchanged)
        return replace(
            self,
            value=value,
            unchanged=unchanged,
            low=np.array([np.nan if each is None else each.low for each in intervals]),
            high=np.array([np.nan if each is None else each.high for each in intervals]),
        )


def sweep_prevalence(
    curve: ThresholdCurve,
    prevalences: ArrayLike,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    threshold: float | None = None,
    tuning: ThresholdCurve | None = None,
    constraints: Sequence[Constraint] = (),
) -> PrevalenceSweep:
    """Find the best threshold at each of many prevalences.

    Parameters
    ----------
    curve : ThresholdCurve
    prevalences : array-like of shape (m,)
        Each in (0, 1).
    objective : str or Metric
        See :data:`f1tools.core.metrics.METRICS`.
    beta : float, optional
        For ``"fbeta"``.
    threshold : float, optional
        The fixed threshold; by default the best one at the prevalence of the data.
    tuning : ThresholdCurve, optional
        The tuning set on which thresholds are chosen, if it differs from ``curve``, the evaluation set. The values have
        intervals then.
    constraints : sequence of Constraint
        What the best threshold must satisfy at each prevalence; ignored where no threshold does. All thresholds are
        evaluated then, which takes longer.

    Raises
    ------
    ValueError
        When a prevalence is out of range, a class has no rows, or the metric is unknown.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 1, 0, 0], [0.9, 0.4, 0.4, 0.1])
    >>> sweep = sweep_prevalence(curve, [0.05, 0.5, 0.9])
    >>> sweep.threshold.tolist(), sweep.unchanged.round(3).tolist()
    ([0.9, 0.4, 0.4], [0.174, 0.8, 0.973])
    """
    target = metric(objective, beta)
    shares = np.asarray(prevalences, dtype=np.float64)
    source = curve if tuning is None else tuning
    optima = _best_at_each(source, shares, target, constraints)
    thresholds = np.array([optimum.point.threshold for optimum in optima], dtype=np.float64)
    fixed = threshold
    if fixed is None:
        fixed = best(source, target, constraints=constraints, on_unmet="relax").point.threshold
    weights = np.array([_class_weights(curve, share) for share in shares.tolist()]).reshape(-1, 2).T
    points = curve.at_each(thresholds), curve.at(fixed).counts, curve.at(-np.inf).counts
    value, unchanged, everything = (_evaluate_reweighted(target, counts, *weights) for counts in points)
    low = high = None
    if tuning is not None and tuning is not curve:
        measured = map(ClassRates.from_point, map(curve.at, thresholds.tolist()))
        rates = (each.at_prevalence(share) for each, share in zip(measured, shares.tolist(), strict=True))
        low, high = np.array([each.bounds(target, 0.95) for each in rates]).reshape(-1, 2).T
    return PrevalenceSweep(target, shares, value, thresholds, unchanged, everything, curve.has_unscored, low, high)


def tuned_sweep(  # noqa: PLR0913 (keywords, each with a default)
    curve: ThresholdCurve,
    prevalences: ArrayLike,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: Sequence[Constraint] = (),
    n_resamples: int = 2000,
    confidence_level: float = 0.95,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> list[TunedEstimate]:
    """Estimate at each of many prevalences what the best threshold will be worth on new rows.

    The resamples are drawn once for all prevalences, so this takes less time than as many calls of
    :func:`f1tools.tuned_estimate`, with the same results for up to about 2,000 positive rows, and nearly the same ones
    for more.

    Parameters
    ----------
    curve, objective, beta, n_resamples, confidence_level, random_state, on_progress
        As for :func:`f1tools.tuned_estimate`.
    prevalences : array-like of shape (m,)
        Each in (0, 1).
    constraints : sequence of Constraint
        Ignored at a prevalence where no threshold satisfies all of them.

    Raises
    ------
    ValueError
        When a prevalence is out of range, a class has no rows, or the metric is unknown.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 1, 0, 1, 0, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.4, 0.2, 0.1])
    >>> [round(each.apparent, 3) for each in tuned_sweep(curve, [0.01, 0.4], n_resamples=50)]
    [0.8, 0.842]
    """
    shares = np.asarray(prevalences, dtype=np.float64)
    target = metric(objective, beta)
    optima = _best_at_each(curve, shares, target, constraints)
    on_hull = _is_on_hull(target, constraints)
    resamples = draw_shared_resamples(curve, optima, n_resamples, random_state, on_progress, on_hull=on_hull)
    return [
        estimate_from_resamples(*each, confidence_level=confidence_level, random_state=random_state)
        for each in zip(optima, resamples, strict=True)
    ]


def _is_on_hull(target: Metric, constraints: Sequence[Constraint]) -> bool:
    """Return whether the best threshold is a vertex of the ROC curve's hull at every prevalence."""
    return target.name in _BEST_ON_HULL and not constraints


def _best_at_each(
    curve: ThresholdCurve, prevalences: FloatArray, target: Metric, constraints: Sequence[Constraint]
) -> list[Optimum]:
    """Find the best threshold at each prevalence; constraints that cannot be met are ignored."""
    candidates = curve.take(hull_positions(curve)) if _is_on_hull(target, constraints) else curve
    return [
        best(at_prevalence(candidates, share), target, constraints=constraints, on_unmet="relax")
        for share in prevalences.tolist()
    ]


def _evaluate_reweighted(
    target: Metric, counts: ConfusionCounts, positive: FloatArray, negative: FloatArray
) -> FloatArray:
    """Evaluate the metric on one point's counts for many pairs of class weights."""
    values: Value = target.evaluate(
        ConfusionCounts(
            tn=counts.tn * negative, fp=counts.fp * negative, fn=counts.fn * positive, tp=counts.tp * positive
        )
    )
    return np.asarray(values, dtype=np.float64)


def _class_weights(curve: ThresholdCurve, prevalence: float) -> tuple[float, float]:
    """Return the weights of a positive and a negative row that produce the given prevalence."""
    require_prevalence(prevalence)
    require_both_classes(curve)
    positives, negatives = float(curve.positives), float(curve.negatives)
    current = positives / (positives + negatives)
    if prevalence == current:
        return 1.0, 1.0
    return prevalence / current, (1 - prevalence) / (negatives / (positives + negatives))


def require_prevalence(prevalence: float) -> None:
    """Raise a ValueError when a share of positives is not between 0 and 1."""
    if not 0 < prevalence < 1:
        raise ValueError(f"prevalence must be between 0 and 1, both excluded, got {prevalence}.")
