"""The metrics that a threshold can be chosen by, by name."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray, Value

SMALLEST_BETA, LARGEST_BETA = 0.001, 1000
"""Beyond these F-beta is precision or recall to the last digit shown."""


@dataclass(frozen=True)
class Metric:
    """A metric: its names and how it is computed from the counts.

    Parameters
    ----------
    name : str
        The name used in code, links and files.
    label : str
        The name shown to people.
    evaluate : callable
        From :class:`~f1tools.core.counts.ConfusionCounts` to a value or an array of values.
    beta : float or None
        For F-beta, how many times as much recall counts as precision; None for every other metric.
    monotone : bool
        Whether the metric never falls when a row becomes a true positive and never rises when a row becomes a false
        positive. Only then may a search skip thresholds; for any other metric all are evaluated.
    highest : float
        A value that none exceeds; inf if unknown. It bounds what is not known of a metric that is not monotone.
    """

    name: str
    label: str
    evaluate: Callable[[ConfusionCounts], Value]
    beta: float | None = None
    monotone: bool = False
    highest: float = math.inf


def _monotone(name: str, label: str, evaluate: Callable[[ConfusionCounts], Value]) -> Metric:
    return Metric(name, label, evaluate, monotone=True)


def _fbeta(beta: float) -> Metric:
    return Metric("fbeta", f"F{beta:g}", lambda counts: counts.fbeta(beta), beta, monotone=True)


_METRICS = {
    each.name: each
    for each in (
        _monotone("f1", "F1", ConfusionCounts.f1),
        _fbeta(2.0),
        _monotone("precision", "Precision", ConfusionCounts.precision),
        _monotone("recall", "Recall", ConfusionCounts.recall),
        _monotone("specificity", "Specificity", ConfusionCounts.specificity),
        # A small difference of large sums when nearly all rows are flagged: with weights, a bound would be inexact.
        Metric("npv", "Negative predictive value", ConfusionCounts.negative_predictive_value, highest=1.0),
        _monotone("accuracy", "Accuracy", ConfusionCounts.accuracy),
        _monotone("balanced_accuracy", "Balanced accuracy", ConfusionCounts.balanced_accuracy),
        _monotone("mcc", "Matthews correlation", ConfusionCounts.matthews_corrcoef),
        _monotone("youden_j", "Youden's J", ConfusionCounts.youden_j),
        _monotone("g_mean", "G-mean", ConfusionCounts.g_mean),
        _monotone("jaccard", "Jaccard", ConfusionCounts.jaccard),
        _monotone("kappa", "Cohen's kappa", ConfusionCounts.cohen_kappa),
        Metric("predicted_positive_rate", "Share flagged", ConfusionCounts.predicted_positive_rate, highest=1.0),
        _monotone("lift", "Lift", ConfusionCounts.lift),
    )
}

METRICS = tuple(_METRICS)
"""The names that :func:`metric` accepts, in display order."""


def metric(name: str | Metric, beta: float | None = None) -> Metric:
    """Return a metric by its name.

    Parameters
    ----------
    name : str or Metric
        One of :data:`METRICS`; a Metric is returned as it is.
    beta : float, optional
        For ``"fbeta"`` only, from 0.001 to 1,000; 2 by default.

    Raises
    ------
    ValueError
        For an unknown name, a beta out of range, or a beta for a metric that has none.

    Examples
    --------
    >>> metric("fbeta", beta=0.5).label
    'F0.5'
    """
    if isinstance(name, Metric):
        return name
    if name not in _METRICS:
        raise ValueError(f"There is no metric {name!r}. Choose one of: {', '.join(METRICS)}.")
    if beta is None:
        return _METRICS[name]
    if name != "fbeta":
        raise ValueError(f"beta belongs to the metric fbeta, not to {name}. Leave it out or use fbeta.")
    if not SMALLEST_BETA <= beta <= LARGEST_BETA:
        raise ValueError(f"beta must be from {SMALLEST_BETA} to {LARGEST_BETA:,}, got {beta}.")
    return _fbeta(beta)


def reported_metrics(objective: Metric) -> list[Metric]:
    """Return the metrics that tables show: the objective, precision and recall, each once."""
    return [objective, *(metric(name) for name in ("precision", "recall") if name != objective.name)]


def reported_metrics_with_f1(objective: Metric, *, by: Literal["name", "label"]) -> list[Metric]:
    """Return the metrics of :func:`reported_metrics` and F1, each once.

    Parameters
    ----------
    objective : Metric
        Comes first.
    by : "name" or "label"
        What distinguishes two metrics: the name in code and files, the label for people. F-beta with beta 1 has the
        label of F1, but not its name.

    Examples
    --------
    >>> [each.name for each in reported_metrics_with_f1(metric("fbeta", 1), by="name")]
    ['fbeta', 'precision', 'recall', 'f1']
    >>> [each.label for each in reported_metrics_with_f1(metric("fbeta", 1), by="label")]
    ['F1', 'Precision', 'Recall']
    """
    metrics, f1 = reported_metrics(objective), metric("f1")
    return metrics if any(getattr(each, by) == getattr(f1, by) for each in metrics) else [*metrics, f1]


def defined_values(objective: Metric, counts: ConfusionCounts) -> FloatArray:
    """Evaluate a metric, with nan instead of 0 where it is undefined.

    Precision and lift are undefined where nothing is flagged, the negative predictive value where everything is.
    Figures and estimates leave such values out; the search for the best threshold takes them as 0.

    Examples
    --------
    >>> counts = ConfusionCounts(tn=3, fp=0, fn=1, tp=0)
    >>> float(defined_values(metric("precision"), counts)), float(defined_values(metric("npv"), counts))
    (nan, 0.75)
    """
    values = np.asarray(objective.evaluate(counts), dtype=np.float64)
    if objective.name in ("precision", "lift"):
        return np.where(counts.flagged() > 0, values, np.nan)
    if objective.name == "npv":
        return np.where(counts.tn + counts.fn > 0, values, np.nan)
    return values


def attains(values: Value, best_value: Value, *, weighted: bool) -> Value:
    """Return which values equal the best one up to rounding.

    Two different quotients of row counts differ by far more than the tolerance; sums of weights carry the rounding of
    millions of additions.
    """
    # Metrics that are differences carry the rounding of their terms, however small the difference is.
    terms = 1e-14 if weighted else 0.0
    return values >= best_value - rounding_tolerance(weighted=weighted) * abs(best_value) - terms


def rounding_tolerance(*, weighted: bool) -> float:
    """Return the largest relative rounding error of a metric: of one quotient, or after millions of additions."""
    return 1e-12 if weighted else 8 * float(np.finfo(np.float64).eps)
