"""Sentences about uncertainty, the same on pages, in the terminal and in memos."""

from __future__ import annotations

import math

from f1tools import formatting
from f1tools.uncertainty.bootstrap import TunedEstimate


def expected_value_text(estimate: TunedEstimate) -> str:
    """Describe the expected value on new data of a threshold that was tuned on these rows."""
    label, interval = estimate.metric.label, estimate.interval
    if math.isnan(estimate.estimate):
        return (
            f"The {formatting.lowercase_label(label)} on new data cannot be estimated: one class has too few rows to "
            "tune the threshold on some of them and evaluate it on others."
        )
    expected, apparent = formatting.metric_value(estimate.estimate), formatting.metric_value(estimate.apparent)
    uncertainty = "" if interval is None else f" ({interval.level_text} interval {interval.text})"
    expect = f"Expect {formatting.with_article(label)} of about {expected} on new data{uncertainty}"
    if expected == apparent:
        return f"{expect}, as on this data: tuning the threshold on it made hardly any difference."
    if estimate.estimate > estimate.apparent:  # by chance, or where constraints exclude the better thresholds
        return f"{expect}; {apparent} on this data is not optimistic, although the threshold was tuned on it."
    return f"{expect}; {apparent} is optimistic, because the threshold was tuned on this data."


def threshold_spread_text(estimate: TunedEstimate) -> str:
    """Describe how much the best threshold varies between resamples."""
    low, high = estimate.threshold_interval.low, estimate.threshold_interval.high
    level = estimate.threshold_interval.level_text
    if math.isinf(low) and math.isinf(high):
        return f"In {level} of the resamples, flagging nothing was best."
    texts = [formatting.rounded_threshold(low), formatting.rounded_threshold(high)]
    return (
        f"In {level} of {estimate.n_resamples:,} resamples, the best threshold lay between {texts[0]} and {texts[1]}. "
        "This range is empirical: it shows how much the choice depends on the sample."
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


def interval_validity_text(threshold: str, *, chosen_here: bool, suggested: str = "") -> str:
    """Describe when the fixed-threshold intervals are valid on rows that may have been used for tuning.

    Parameters
    ----------
    threshold : str
        As text.
    chosen_here : bool
        Whether it is the best threshold on these rows.
    suggested : str
        What else it was tuned for on these rows; completes "suggested ...".

    Examples
    --------
    >>> interval_validity_text("0.2", chosen_here=False, suggested="for the lowest cost")
    'The threshold 0.2 was tuned on these same rows (suggested for the lowest cost), so the values are optimistic and \
the intervals are too high. They are valid only for a threshold that was chosen on other rows: check it on such rows.'
    """
    if suggested:
        return (
            f"{formatting.capitalized(formatting.using_threshold(threshold))} was tuned on these same rows (suggested "
            f"{suggested}), so the values are optimistic and the intervals are too high. They are valid only for a "
            "threshold that was chosen on other rows: check it on such rows."
        )
    if chosen_here:
        return (
            "The threshold was tuned on these rows, so its values here are optimistic, with their intervals. The "
            "estimate for new data corrects for that."
        )
    return (
        f"These intervals are valid if {formatting.using_threshold(threshold)} was chosen without the true classes of "
        "these rows: by convention, computed from costs alone, or on other rows."
    )
