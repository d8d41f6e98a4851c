"""How sure, in words: the same on pages, in the terminal and in reports."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from f1tools import words

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
        return words.UNDEFINED
    return f"{words.figure(interval.low)} to {words.figure(interval.high)}"


def level_text(interval: Interval) -> str:
    """Write how sure an interval is: "95%"."""
    return f"{100 * interval.confidence_level:g}%"


def expected_text(estimate: TunedEstimate) -> str:
    """Say what a threshold that was tuned on these very rows is worth on new ones."""
    label, expected, apparent = estimate.metric.label, words.figure(estimate.estimate), words.figure(estimate.apparent)
    if math.isnan(estimate.estimate):
        return (
            f"Nobody can tell what {label} to expect on new rows: there are too few rows of a class to choose the "
            "threshold on some and judge it on others."
        )
    sure = ""
    if estimate.interval is not None:
        sure = f" ({level_text(estimate.interval)} interval {range_text(estimate.interval)})"
    return (
        f"On new rows expect {_article(label)} {label} of about {expected}{sure}, not {apparent}: "
        "the best threshold was chosen on these very rows, which makes it look better than it is."
    )


def spread_text(estimate: TunedEstimate) -> str:
    """Say how far the best threshold moves from sample to sample."""
    low, high = estimate.threshold_interval.low, estimate.threshold_interval.high
    level = level_text(estimate.threshold_interval)
    if math.isinf(low) and math.isinf(high):
        return f"In {level} of the resamples it was best to flag nothing."
    texts = [words.short_threshold(low), words.short_threshold(high)]
    return (
        f"In {level} of {estimate.n_resamples:,} resamples the best threshold lay between {texts[0]} and {texts[1]}. "
        "This range is empirical: it tells how much the choice depends on which rows happened to be drawn."
    )


def chosen_elsewhere_text(tune: str, n_tune: int, report: str, n_report: int) -> str:
    """Say which rows chose the threshold and which ones judge it."""
    return (
        f"The threshold was chosen on {words.shortened(tune)} ({n_tune:,} rows). Every number here comes from "
        f"{words.shortened(report)} ({n_report:,} rows), which had no part in choosing it."
    )


def _article(label: str) -> str:
    """Choose "a" or "an" by how a label is spoken: F and a vowel begin with one."""
    return "an" if label[:1] in "FAEIOUM" and (len(label) <= 5 or label[:1] in "AEIO") else "a"
