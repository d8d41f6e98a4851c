"""How sure, in words: the same on pages, in the terminal and in reports."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from f1tools import formatting
from f1tools.formatting import lowercase_label, with_article

if TYPE_CHECKING:
    from f1tools.uncertainty.bootstrap import TunedEstimate
    from f1tools.uncertainty.intervals import Interval


def range_text(interval: Interval) -> str:
    """Write an interval of a metric.

    Examples
    --------
    >>> from f1tools.uncertainty.intervals import Interval
    >>> range_text(Interval(0.5479, 0.7674, 0.95)), range_text(Interval(float("nan"), float("nan"), 0.95))
    ('0.548 to 0.767', 'n/a')
    """
    if math.isnan(interval.low) or math.isnan(interval.high):
        return formatting.UNDEFINED
    return f"{formatting.metric_value(interval.low)} to {formatting.metric_value(interval.high)}"


def level_text(interval: Interval) -> str:
    """Write how sure an interval is: "95%"."""
    return f"{100 * interval.confidence_level:g}%"


def expected_value_text(estimate: TunedEstimate) -> str:
    """Say what a threshold that was tuned on these very rows is worth on new ones."""
    label, expected, apparent = (
        estimate.metric.label,
        formatting.metric_value(estimate.estimate),
        formatting.metric_value(estimate.apparent),
    )
    if math.isnan(estimate.estimate):
        return (
            f"Nobody can tell what {lowercase_label(label)} to expect on new rows: there are too few "
            f"rows of a class to "
            "choose the threshold on some and judge it on others."
        )
    sure = ""
    if estimate.interval is not None:
        sure = f" ({level_text(estimate.interval)} interval {range_text(estimate.interval)})"
    worth = f"{with_article(label)} of about {expected}{sure}"
    if expected == apparent:
        return (
            f"On new rows expect about the same: {worth}. The best threshold was chosen on these very rows, but that "
            "made hardly a difference."
        )
    if estimate.estimate > estimate.apparent:  # by chance, or where limits kept the better thresholds out
        return (
            f"On new rows expect {worth}, not {apparent}: the best threshold was chosen on these very rows, but that "
            "does not make it look better than it is."
        )
    return (
        f"On new rows expect {worth}, not {apparent}: "
        "the best threshold was chosen on these very rows, which makes it look better than it is."
    )


def threshold_spread_text(estimate: TunedEstimate) -> str:
    """Say how far the best threshold moves from sample to sample."""
    low, high = estimate.threshold_interval.low, estimate.threshold_interval.high
    level = level_text(estimate.threshold_interval)
    if math.isinf(low) and math.isinf(high):
        return f"In {level} of the resamples it was best to flag nothing."
    texts = [formatting.rounded_threshold(low), formatting.rounded_threshold(high)]
    return (
        f"In {level} of {estimate.n_resamples:,} resamples the best threshold lay between {texts[0]} and {texts[1]}. "
        "This range is empirical: it tells how much the choice depends on which rows happened to be drawn."
    )


def evaluation_set_text(tune: str, n_tune: int, report: str, n_report: int, *, by_hand: bool = False) -> str:
    """Say which rows chose the threshold and which ones judge it; one chosen by hand came from neither."""
    chosen = "Best thresholds are" if by_hand else "The threshold was"
    return (
        f"{chosen} chosen on {formatting.truncate(tune)} ({n_tune:,} rows) and judged on {formatting.truncate(report)} "
        f"({n_report:,} rows), which had no part in choosing it."
    )


def interval_validity_text(written: str, *, chosen_here: bool) -> str:
    """Say when the usual intervals hold at a threshold on rows that may have chosen it."""
    if chosen_here:
        return (
            "These intervals would hold if the threshold had been chosen elsewhere. It was chosen on these very rows, "
            "so they lie too high by about what choosing made look better; trust the estimate for new rows."
        )
    return (
        f"These intervals hold if {written} was chosen without looking at these rows: by habit, by cost, or on other "
        "rows."
    )
