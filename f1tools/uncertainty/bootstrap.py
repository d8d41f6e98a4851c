"""The .632 bootstrap estimate of a metric at a threshold tuned on the same rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Integral

import numpy as np

from f1tools.core.constraints import Constraint
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric
from f1tools.core.optimum import Optimum, best
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.uncertainty.class_rates import ClassRates
from f1tools.uncertainty.intervals import Interval, interval_around, metric_design_effect, normal_quantile, width_ratio
from f1tools.uncertainty.resampling import BY_MULTINOMIAL, Drawing, Resamples, draw_resamples

_OUT_OF_BAG_WEIGHT = 1 - math.exp(-1)  # .632, the expected share of distinct rows in a resample

# Metrics whose nominal 95% interval at a tuned threshold covered the true value in at least 93% of simulated samples.
_RELIABLE_INTERVALS = frozenset({"f1", "fbeta", "precision", "recall", "npv", "accuracy", "jaccard"})
# The same under another prevalence, where intervals are computed from recall and false-positive rate.
_RELIABLE_FROM_RATES = frozenset(
    ("f1", "fbeta", "recall", "npv", "balanced_accuracy", "mcc", "youden_j", "g_mean", "jaccard", "kappa")
)


@dataclass(frozen=True, eq=False)
class TunedEstimate:
    """Out-of-sample estimate of a metric at the best threshold, tuned and evaluated on the same rows.

    It corrects for the tuning of the threshold only, not for rows that were also used to train the model.

    Parameters
    ----------
    metric : Metric
    constraints : tuple of Constraint
    threshold : float
        The best threshold on these rows.
    apparent : float
        The in-sample value of the metric at that threshold, which is optimistic.
    estimate : float
        The expected value on new rows (.632 bootstrap); nan when no resample allows an estimate.
    optimism : float
        ``apparent - estimate``.
    interval : Interval or None
        Around the estimate; None for a metric whose interval has no verified coverage.
    threshold_interval : Interval
        Percentile interval of the best threshold over the resamples.
    thresholds : ndarray of shape (n_resamples,)
        The best threshold of each resample; +inf where flagging nothing was best.
    n_resamples, random_state : int
    confidence_level : float
    widening : float or None
        How many times as wide the interval is as it would be if all rows were independent; None where they are, or
        where there is no interval.
    rates : ClassRates
        Recall and false-positive rate to expect on new rows, each by the .632 bootstrap: what the threshold would be
        worth at another share of positives follows from them.
    drawing : {1, 2}
        How the resamples were drawn, see the notes of :func:`tuned_estimate`.
    """

    metric: Metric
    constraints: tuple[Constraint, ...]
    threshold: float
    apparent: float
    estimate: float
    optimism: float
    interval: Interval | None
    threshold_interval: Interval
    thresholds: FloatArray
    n_resamples: int
    random_state: int
    confidence_level: float
    rates: ClassRates
    widening: float | None = None
    drawing: Drawing = BY_MULTINOMIAL

    def at_prevalence(self, prevalence: float) -> float:
        """Return the expected value of the same threshold at another share of positives, from 0 to 1."""
        rates = self.rates.at_prevalence(prevalence)
        return rates.value(self.metric) * _shortfall(self.estimate, self.rates.value(self.metric))


def tuned_estimate(  # noqa: PLR0913 (keywords, each with a default)
    curve: ThresholdCurve,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: Sequence[Constraint] = (),
    n_resamples: int = 2000,
    confidence_level: float = 0.95,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> TunedEstimate:
    """Tune the threshold, and estimate its out-of-sample value and its stability by the bootstrap.

    Parameters
    ----------
    curve : ThresholdCurve
    objective : str or Metric
    beta : float, optional
        For ``"fbeta"``.
    constraints : sequence of Constraint
        All must hold. In a resample where no threshold satisfies them, the one with the smallest violation is used.
    n_resamples : int
        1 or more.
    confidence_level : float
        Between 0 and 1.
    random_state : int
        0 or more. The same seed gives the same result.
    on_progress : callable
        Called with the completed share, up to 1. An exception it raises stops the computation and propagates.

    Raises
    ------
    ConstraintsNotMet
        When no threshold satisfies all constraints on the full data.
    ValueError
        For an unknown metric, a beta that does not fit it, fewer than 1 resample, a random state that is not a
        nonnegative integer, or a confidence level that is not between 0 and 1.
    TypeError
        When ``curve`` is not a ThresholdCurve.

    Notes
    -----
    Each row is drawn Poisson(1) times. The numbers of rows of a cell that are drawn 0, 1, 2, ... times are multinomial,
    so the cost of a resample depends on the size of the table, not on the number of rows. Where more than about 2,000
    thresholds can be optimal, those least likely to be are merged, and numbers of draws are looked up in tables of the
    same distribution, which is faster. The threshold is tuned on the rows in the bag and evaluated on those out of the
    bag. With F the in-sample metric at the best threshold of all rows
    and G the mean out-of-bag value, the estimate is .368 F + .632 G. Undefined out-of-bag values (one class only, or
    0/0 as for precision when nothing is flagged) are left out of the mean.

    Where rows are in clusters, clusters are drawn Poisson(1) times instead, and the rows out of the bag are those of
    clusters that were not drawn. Of more than 20,000 rows in more than 2,000 clusters, clusters are dealt at random
    into 2,000 blocks, and these are drawn.

    The interval is the one for a fixed threshold, centered on the estimate, with the number of trials at the best
    threshold. This approximation is offered only for metrics with verified coverage: in simulations the nominal 95%
    interval of F1, F-beta, precision, recall, negative predictive value, accuracy and Jaccard covered the true value in
    93.8% of samples or more. Specificity and the share flagged, whose unconstrained optimum flags almost nothing or
    everything, reached 68 to 84% and have no interval, like metrics that are not proportions. Coverage is lower in hard
    cases: 89 to 90% for uninformative scores, or under a constraint that few thresholds satisfy.
    ``benchmarks/coverage.py`` measures it.

    Under another prevalence or with weights of the classes, see :class:`f1tools.WhatIf`, recall and false-positive rate
    are estimated by the .632 bootstrap each, and the estimate is the metric at these two. The interval is that of
    :func:`metric_interval` around them. The mean of a metric over resamples is often lower than the metric at the mean
    rates, most of all for few rows. An assumed prevalence therefore lowers the estimate in the proportion of the two at
    the prevalence of the rows (for weighted rows, of the effective numbers of rows).

    References
    ----------
    Efron, *Estimating the error rate of a prediction rule*, JASA 1983.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y_true = rng.random(200) < 0.3
    >>> curve = ThresholdCurve.from_predictions(y_true, rng.normal(size=200) + y_true)
    >>> tuned = tuned_estimate(curve, n_resamples=200)
    >>> bool(tuned.interval.low < tuned.estimate < tuned.apparent)
    True
    """
    if not isinstance(curve, ThresholdCurve):
        raise TypeError(
            f"tuned_estimate needs a ThresholdCurve, got {type(curve).__name__}. Make one with "
            "ThresholdCurve.from_predictions(y_true, y_score)."
        )
    check_resampling(n_resamples, random_state)
    normal_quantile(confidence_level)  # raises for an invalid level before the resampling starts
    optimum = best(curve, objective, beta=beta, constraints=constraints)
    resamples = draw_resamples(curve, optimum, n_resamples, random_state=random_state, on_progress=on_progress)
    return estimate_from_resamples(optimum, resamples, confidence_level=confidence_level, random_state=random_state)


def check_resampling(n_resamples: object, random_state: object) -> None:
    """Check the number of resamples and the seed.

    Raises
    ------
    ValueError
        When they are not integers in their range.
    """
    for name, value, least in (("n_resamples", n_resamples, 1), ("random_state", random_state, 0)):
        if not isinstance(value, Integral) or value < least:
            raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}.")


def estimate_from_resamples(
    optimum: Optimum, resamples: Resamples, *, confidence_level: float = 0.95, random_state: int = 0
) -> TunedEstimate:
    """Combine an optimum and its resamples into an estimate; see :func:`tuned_estimate`."""
    point, rates = optimum.point, _expected_rates(optimum, resamples)
    if point.class_mix == "measured":
        estimate = _combine(optimum.value, resamples.out_of_bag)
    else:
        estimate = rates.value(optimum.metric)
        if point.class_mix == "assumed":
            estimate *= _shortfall(*_at_measured_prevalence(optimum, resamples, rates))
    interval, widening = _interval(optimum, rates, estimate, confidence_level), None
    if interval is not None and point.products is not None:
        independent = replace(optimum, point=replace(point, products=None))
        other = _interval(independent, replace(rates, design_effects=(1.0, 1.0, 1.0)), estimate, confidence_level)
        widening = None if other is None else width_ratio(interval, other)
    return TunedEstimate(
        metric=optimum.metric,
        constraints=optimum.constraints,
        threshold=point.threshold,
        apparent=optimum.value,
        estimate=estimate,
        optimism=optimum.value - estimate,
        interval=interval,
        threshold_interval=_percentiles(resamples.thresholds, confidence_level),
        thresholds=resamples.thresholds,
        n_resamples=resamples.thresholds.size,
        random_state=random_state,
        confidence_level=confidence_level,
        rates=rates,
        widening=widening,
        drawing=resamples.drawing,
    )


def _interval(optimum: Optimum, rates: ClassRates, estimate: float, confidence_level: float) -> Interval | None:
    """Return the interval around an estimate; None for a metric whose interval has no verified coverage."""
    point, name = optimum.point, optimum.metric.name
    if point.class_mix == "measured":
        if name not in _RELIABLE_INTERVALS:
            return None
        return interval_around(
            estimate,
            optimum.metric,
            point.counts,
            squares=point.squares,
            effect=metric_design_effect(optimum.metric, point),
            confidence_level=confidence_level,
        )
    if name not in _RELIABLE_FROM_RATES:
        return None
    low, high = rates.bounds(optimum.metric, confidence_level)
    return Interval(min(low, estimate) if point.class_mix == "assumed" else low, high, confidence_level)


def _expected_rates(optimum: Optimum, resamples: Resamples) -> ClassRates:
    in_sample = ClassRates.from_point(optimum.point)
    return replace(
        in_sample,
        recall=_combine(in_sample.recall, resamples.recall),
        false_positive_rate=_combine(in_sample.false_positive_rate, resamples.false_positive_rate),
    )


def _at_measured_prevalence(optimum: Optimum, resamples: Resamples, rates: ClassRates) -> tuple[float, float]:
    """Return the .632 estimate of the metric and the metric at the expected rates, at the prevalence of the rows."""
    share = rates.positives / (rates.positives + rates.negatives)
    in_sample = ClassRates.from_point(optimum.point).at_prevalence(share).value(optimum.metric)
    expected = rates.at_prevalence(share)
    left_out = expected.values(optimum.metric, resamples.recall, resamples.false_positive_rate)
    left_out[np.isnan(resamples.recall) | np.isnan(resamples.false_positive_rate)] = np.nan
    return _combine(in_sample, left_out), expected.value(optimum.metric)


def _shortfall(estimate: float, at_rates: float) -> float:
    """Return the estimate of a metric as a proportion, up to 1, of the metric at the expected rates."""
    return min(estimate / at_rates, 1.0) if estimate > 0 and at_rates > 0 else 1.0


def _combine(apparent: float, out_of_bag: FloatArray) -> float:
    """Return the .632 estimate; nan where no resample has a value."""
    defined = out_of_bag[~np.isnan(out_of_bag)]
    mean = float(defined.mean()) if defined.size else math.nan
    return (1 - _OUT_OF_BAG_WEIGHT) * apparent + _OUT_OF_BAG_WEIGHT * mean


def _percentiles(thresholds: FloatArray, confidence_level: float) -> Interval:
    """Return the percentile interval, with observed thresholds as bounds because +inf cannot be interpolated."""
    tail = (1 - confidence_level) / 2
    low = np.quantile(thresholds, tail, method="lower")
    high = np.quantile(thresholds, 1 - tail, method="higher")
    return Interval(float(low), float(high), confidence_level)
