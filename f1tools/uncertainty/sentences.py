"""Sentences about uncertainty, the same on pages, in the terminal and in memos."""

from __future__ import annotations

import math

from f1tools import formatting
from f1tools.core.metrics import Metric, defined_values
from f1tools.core.operating_point import OperatingPoint
from f1tools.uncertainty.bootstrap import TunedEstimate
from f1tools.uncertainty.intervals import Interval, metric_interval

_TOO_HIGH = "so the values are optimistic and the intervals are too high"


def expected_value_text(estimate: TunedEstimate, best_threshold: str = "") -> str:
    """Describe the expected value on new data of the best threshold, which was tuned on these rows.

    Parameters
    ----------
    estimate : TunedEstimate
    best_threshold : str
        As text, where the sentence must name it: beside numbers about another threshold.
    """
    label = estimate.metric.label
    at = f"{formatting.at_threshold(best_threshold)} (the best threshold), " if best_threshold else ""
    if math.isnan(estimate.estimate):
        return formatting.capitalized(
            f"{at}the {formatting.lowercase_label(label)} on new data cannot be estimated: one class has too few rows "
            "to tune the threshold on some of them and evaluate it on others."
        )
    apparent = formatting.metric_value(estimate.apparent)
    expected = _expect(label, estimate.estimate, estimate.interval)
    expect = formatting.capitalized(f"{at}{expected}")
    if formatting.metric_value(estimate.estimate) == apparent:
        return f"{expect}, as on this data: tuning the threshold on it made hardly any difference."
    if estimate.estimate > estimate.apparent:  # by chance, or where constraints exclude the better thresholds
        return f"{expect}; {apparent} on this data is not optimistic, although the threshold was tuned on it."
    return f"{expect}; {apparent} is optimistic, because the threshold was tuned on this data."


def measured_value_text(
    objective: Metric,
    point: OperatingPoint,
    threshold: str,
    *,
    by_hand: bool,
    has_roles: bool = False,
    suggested: str = "",
) -> str:
    """Describe the expected value on new data of a threshold that these rows measure; empty where it is undefined.

    The best threshold of the same rows has an estimate instead, see :func:`expected_value_text`.

    Parameters
    ----------
    objective : Metric
    point : OperatingPoint
        The threshold on the rows that evaluate it.
    threshold : str
        As text.
    by_hand : bool
        Whether it was set by hand, so that nobody knows on which rows it was chosen.
    has_roles : bool
        Whether other rows than these chose the best threshold.
    suggested : str
        What it was tuned for on these rows; completes "suggested ...".

    Examples
    --------
    >>> from f1tools.core.counts import ConfusionCounts
    >>> from f1tools.core.metrics import metric
    >>> point = OperatingPoint(0.5, ConfusionCounts(tn=40, fp=20, fn=10, tp=30))
    >>> measured_value_text(metric("f1"), point, "0.5", by_hand=True)
    'At 0.5, expect an F1 of about 0.667 on new data (95% interval 0.548 to 0.767), if this threshold was chosen \
without these rows.'
    """
    value = float(defined_values(objective, point.counts))
    if math.isnan(value):
        return ""
    interval, at = metric_interval(objective, point), formatting.capitalized(formatting.at_threshold(threshold))
    if suggested:
        label = formatting.lowercase_label(objective.label)
        return (
            f"{at}, the {label} of {formatting.metric_value(value)}{_in_parentheses(interval)} is optimistic: the "
            f"threshold was tuned on these rows (suggested {suggested}). Expect less on new data."
        )
    rows = "the rows that evaluate it" if has_roles else "these rows"
    condition = f", if this threshold was chosen without {rows}" if by_hand else ""
    return f"{at}, {_expect(objective.label, value, interval)}{condition}."


def best_of_models_text(n_models: int) -> str:
    """Say that an expectation leaves out that the model was chosen, too: it has the highest value of several models.

    Parameters
    ----------
    n_models : int
        Models that were compared on the rows that tune and evaluate them, 2 or more.

    Examples
    --------
    >>> best_of_models_text(20)
    'It is the best of 20 models on this data, which favors the luckiest of them, so this is likely still too high.'
    """
    favored = "luckier" if n_models == 2 else "luckiest"
    return (
        f"It is the best of {n_models:,} models on this data, which favors the {favored} of them, so this is likely "
        "still too high."
    )


def _expect(label: str, value: float, interval: Interval | None) -> str:
    """Return the clause that all sentences about new data have in common."""
    number = f"{formatting.metric_value(value)} on new data{_in_parentheses(interval)}"
    return f"expect {formatting.with_article(label)} of about {number}"


def _in_parentheses(interval: Interval | None) -> str:
    return "" if interval is None else f" ({interval.level_text} interval {interval.text})"


def widening_text(widening: float | None, column: str = "") -> str:
    """Describe how much wider an interval is because rows are in clusters; empty where they are independent.

    Parameters
    ----------
    widening : float or None
        See :class:`TunedEstimate`.
    column : str
        The name of the column of clusters.

    Examples
    --------
    >>> widening_text(1.58, "patient")
    'Rows of one patient are kept together: the interval is 1.6 times as wide as if all rows were independent.'
    """
    if widening is None:
        return ""
    rows = f"Rows of one {formatting.truncate(column) if column else 'cluster'} are kept together"
    times = f"{widening:.1f}"
    if times == "1.0":
        return f"{rows}, which makes the interval hardly wider than if all rows were independent."
    return f"{rows}: the interval is {times} times as wide as if all rows were independent."


SPREAD_NOTE = "This range is empirical: it shows how much the choice depends on the sample."


def threshold_spread_text(estimate: TunedEstimate) -> str:
    """Describe how much the best threshold varies between resamples."""
    low, high = estimate.threshold_interval.low, estimate.threshold_interval.high
    level = estimate.threshold_interval.level_text
    if math.isinf(low) and math.isinf(high):
        return f"In {level} of the resamples, flagging nothing was best."
    texts = [formatting.rounded_threshold(low), formatting.rounded_threshold(high)]
    return (
        f"In {level} of {estimate.n_resamples:,} resamples, the best threshold lay between {texts[0]} and {texts[1]}. "
        f"{SPREAD_NOTE}"
    )


def evaluation_set_text(
    tuning_set: str,
    n_tuning: int,
    evaluation_set: str,
    n_evaluation: int,
    *,
    by_hand: bool = False,
    several: bool = False,
) -> str:
    """Describe the tuning and the evaluation set; a threshold set by hand was tuned on neither."""
    subject = "Best thresholds are" if by_hand else "The thresholds were" if several else "The threshold was"
    chosen = "it" if subject == "The threshold was" else "them"
    return (
        f"{subject} tuned on {formatting.truncate(tuning_set)} ({n_tuning:,} rows) and evaluated on "
        f"{formatting.truncate(evaluation_set)} ({n_evaluation:,} rows), which were not used to choose {chosen}."
    )


def interval_validity_text(threshold: str, *, chosen_here: bool, suggested: str = "", has_estimate: bool = True) -> str:
    """Describe when the fixed-threshold intervals are valid on rows that may have been used for tuning.

    Parameters
    ----------
    threshold : str
        As text.
    chosen_here : bool
        Whether it is the best threshold on these rows.
    suggested : str
        What else it was tuned for on these rows; completes "suggested ...".
    has_estimate : bool
        Whether an estimate for new data stands beside them.

    Examples
    --------
    >>> interval_validity_text("0.2", chosen_here=True)
    'The threshold was tuned on these rows, so the values are optimistic and the intervals are too high. The estimate \
for new data corrects for that.'
    >>> interval_validity_text("0.2", chosen_here=False, suggested="for the lowest cost")
    'The threshold 0.2 was tuned on these same rows (suggested for the lowest cost), so the values are optimistic and \
the intervals are too high. They are valid only for a threshold that was chosen on other rows: check it on such rows.'
    """
    if suggested:
        return (
            f"{formatting.capitalized(formatting.using_threshold(threshold))} was tuned on these same rows (suggested "
            f"{suggested}), {_TOO_HIGH}. They are valid only for a threshold that was chosen on other rows: check it "
            "on such rows."
        )
    if chosen_here:
        correction = " The estimate for new data corrects for that." if has_estimate else ""
        return f"The threshold was tuned on these rows, {_TOO_HIGH}.{correction}"
    return (
        f"These intervals are valid if {formatting.using_threshold(threshold)} was chosen without the true classes of "
        "these rows: by convention, computed from costs alone, or on other rows. Otherwise they are too high."
    )
