"""The metrics that can be asked for by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray, Value

SMALLEST_BETA, LARGEST_BETA = 0.001, 1000
"""Beyond these F-beta is precision or recall to the last digit shown."""


@dataclass(frozen=True)
class Metric:
    """A metric by name: what it is called and how it follows from the counts.

    Parameters
    ----------
    name : str
        The name used in code, links and files.
    label : str
        The name shown to people.
    of : callable
        From :class:`~f1tools.core.counts.ConfusionCounts` to a value or an array of values.
    beta : float or None
        For F-beta, how many times more recall counts than precision; None for every other metric.
    rewards_catching : bool
        Whether the metric never falls when a true positive is gained and never rises when a false positive is. The
        searches that skip most thresholds rest on this; for any other metric they look at all.
    """

    name: str
    label: str
    evaluate: Callable[[ConfusionCounts], Value]
    beta: float | None = None
    monotone: bool = False


def _rewarding(name: str, label: str, of: Callable[[ConfusionCounts], Value], beta: float | None = None) -> Metric:
    return Metric(name, label, of, beta, monotone=True)


def _fbeta(beta: float) -> Metric:
    return _rewarding("fbeta", f"F{beta:g}", lambda counts: counts.fbeta(beta), beta)


_BY_NAME = {
    known.name: known
    for known in (
        _rewarding("f1", "F1", ConfusionCounts.f1),
        _fbeta(2.0),
        _rewarding("precision", "Precision", ConfusionCounts.precision),
        _rewarding("recall", "Recall", ConfusionCounts.recall),
        _rewarding("specificity", "Specificity", ConfusionCounts.specificity),
        # Rests on what is left of large sums when nearly all is flagged: with weights, skipping would round that away.
        Metric("npv", "Negative predictive value", ConfusionCounts.negative_predictive_value),
        _rewarding("accuracy", "Accuracy", ConfusionCounts.accuracy),
        _rewarding("balanced_accuracy", "Balanced accuracy", ConfusionCounts.balanced_accuracy),
        _rewarding("mcc", "Matthews correlation", ConfusionCounts.matthews_corrcoef),
        _rewarding("youden_j", "Youden's J", ConfusionCounts.youden_j),
        _rewarding("g_mean", "G-mean", ConfusionCounts.g_mean),
        _rewarding("jaccard", "Jaccard", ConfusionCounts.jaccard),
        _rewarding("kappa", "Cohen's kappa", ConfusionCounts.cohen_kappa),
        Metric("predicted_positive_rate", "Share flagged", ConfusionCounts.predicted_positive_rate),
        _rewarding("lift", "Lift", ConfusionCounts.lift),
    )
}

METRICS = tuple(_BY_NAME)
"""The names :func:`metric` knows, in the order in which they are shown."""


def metric(name: str | Metric, beta: float | None = None) -> Metric:
    """Find a metric by its name.

    Parameters
    ----------
    name : str or Metric
        One of :data:`METRICS`; a Metric is returned as it is.
    beta : float, optional
        For ``"fbeta"`` only, from 0.001 to 1,000; 2 when it is left out.

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
    if name not in _BY_NAME:
        raise ValueError(f"There is no metric {name!r}. Choose one of: {', '.join(METRICS)}.")
    if beta is None:
        return _BY_NAME[name]
    if name != "fbeta":
        raise ValueError(f"beta belongs to the metric fbeta, not to {name}. Leave it out or ask for fbeta.")
    if not SMALLEST_BETA <= beta <= LARGEST_BETA:
        raise ValueError(f"beta must be from {SMALLEST_BETA} to {LARGEST_BETA:,}, got {beta}.")
    return _fbeta(beta)


def reported_metrics(objective: Metric) -> list[Metric]:
    """Give the metrics that tables tell: the one that was asked for, and precision and recall where they are others."""
    return [objective, *(metric(name) for name in ("precision", "recall") if name != objective.name)]


def reported_metrics_with_f1(objective: Metric, *, by: Literal["name", "label"]) -> list[Metric]:
    """Give the metrics of :func:`reported_metrics` and F1, each once.

    Parameters
    ----------
    objective : Metric
        What was asked for; it comes first.
    by : "name" or "label"
        What tells two metrics apart: in code and files their names, for people their labels. F-beta of 1 is called F1
        by people, but not by code.

    Examples
    --------
    >>> [one.name for one in reported_metrics_with_f1(metric("fbeta", 1), by="name")]
    ['fbeta', 'precision', 'recall', 'f1']
    >>> [one.label for one in reported_metrics_with_f1(metric("fbeta", 1), by="label")]
    ['F1', 'Precision', 'Recall']
    """
    found, f1 = reported_metrics(objective), metric("f1")
    return found if any(getattr(one, by) == getattr(f1, by) for one in found) else [*found, f1]


def defined_values(wanted: Metric, counts: ConfusionCounts) -> FloatArray:
    """Evaluate a metric; nan, not 0, where it asks of rows that are not there.

    Precision and lift ask of the flagged rows, the negative predictive value of those that are not flagged. Figures
    and the judgement of a threshold on other rows leave such values out; a best threshold is looked for with 0.

    Examples
    --------
    >>> counts = ConfusionCounts(tn=3, fp=0, fn=1, tp=0)
    >>> float(defined_values(metric("precision"), counts)), float(defined_values(metric("npv"), counts))
    (nan, 0.75)
    """
    values = np.asarray(wanted.evaluate(counts), dtype=np.float64)
    if wanted.name in ("precision", "lift"):
        return np.where(counts.flagged() > 0, values, np.nan)
    if wanted.name == "npv":
        return np.where(counts.tn + counts.fn > 0, values, np.nan)
    return values


def reaches(values: Value, best_value: float, *, weighted: bool) -> Value:
    """Tell which values equal the best one but for rounding.

    Counts of rows give quotients whose true values differ by far more than the few last digits allowed here; sums of
    weights carry the rounding of millions of additions.
    """
    # Metrics that are differences carry the rounding of their parts, which the size of the value does not show.
    parts = 1e-14 if weighted else 0.0
    return values >= best_value - rounding_tolerance(weighted=weighted) * abs(best_value) - parts


def rounding_tolerance(*, weighted: bool) -> float:
    """Largest error of a metric's last digits: of one quotient of counts, or after millions of additions."""
    return 1e-12 if weighted else 8 * float(np.finfo(np.float64).eps)
