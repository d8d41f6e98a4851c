"""Sentences about the difference of two models, the same on pages, in the terminal and in memos."""

from __future__ import annotations

import math

from f1tools import formatting
from f1tools.comparison.differences import ModelDifference
from f1tools.comparison.workload import CASES
from f1tools.uncertainty.intervals import Interval

_LARGEST_BASE = 1_000_000
_READABLE = 10  # positives that are written as whole numbers
_TIED_SHARE = 0.01  # of the workload that a model may leave unused before this is mentioned


def difference_text(difference: ModelDifference) -> str:
    """Describe the value of a model, its difference from the reference, and whether that could be chance.

    Examples
    --------
    >>> from f1tools.core.metrics import metric
    >>> from f1tools.comparison.workload import SameWorkload
    >>> interval = Interval(-0.01, 0.07, 0.95)
    >>> workload = SameWorkload(0.5, 100, 100, 30, 34, Interval(5, 61, 0.95), share=0.2)
    >>> same = ModelDifference("forest", "logistic", metric("f1"), 0.03, 0.72, 0.69, interval, interval, 0.05, workload)
    >>> difference_text(same)
    'forest reaches F1 0.720, 0.030 above logistic (95% interval −0.010 to 0.070): this could be chance.'
    >>> detectable_text(same), same_workload_text(same)[0]
    ('With these rows, a difference under 0.050 would mostly go unseen.', \
'If both flag 200 of 1,000 cases, forest catches 34 more positives (5 to 61).')
    """
    interval, reference = difference.simultaneous, formatting.truncate(difference.reference)
    label = formatting.lowercase_label(difference.metric.label)
    start = f"{formatting.truncate(difference.model)} reaches {label} {formatting.metric_value(difference.model_value)}"
    gap = _gap_text(difference)
    if math.isnan(interval.low):
        return f"{start}, {gap} {reference}: too few rows to tell whether this is chance."
    if not difference.excludes_zero:
        return f"{start}, {gap} {reference} ({interval.level_text} interval {interval.text}): this could be chance."
    better = interval.low > 0
    bounds = interval if better else Interval(-interval.high, -interval.low, interval.confidence_level)
    verdict = "better" if better else "worse"
    return f"{start} and is {verdict} than {reference}: {gap} ({interval.level_text} interval {bounds.text})."


def _gap_text(difference: ModelDifference) -> str:
    interval = difference.simultaneous
    gap = formatting.difference_within(
        difference.model_value, difference.reference_value, difference.value, interval.low, interval.high
    )
    if gap == "±0":
        return "less than 0.001 from" if difference.value else "the same as"
    return f"{gap[1:]} {'above' if gap[0] == '+' else 'below'}"


def margin_text(difference: ModelDifference, margin: float) -> str:
    """Describe what the interval says about a margin, the largest difference that does not matter.

    Raises
    ------
    ValueError
        When ``margin`` is negative or not a number.
    """
    verdict, within = difference.verdict(margin), formatting.decimal(margin)
    reference = formatting.truncate(difference.reference)
    if verdict == "same":
        return f"The same as {reference} in every resample."
    if verdict == "as good":
        return f"As good as {reference}, within {within}."
    if verdict == "not worse":
        return f"Not worse than {reference} by more than {within}."
    if verdict == "undecided":
        return f"These rows can't tell whether it is as good as {reference}, within {within}."
    nearest = min(abs(difference.simultaneous.low), abs(difference.simultaneous.high))
    by = " by more" if nearest >= margin else ", perhaps by more"
    return f"{formatting.capitalized(verdict)} than {reference}{by} than {within}."


def detectable_text(difference: ModelDifference) -> str:
    """Describe which difference these rows would show; empty where there is no interval or no uncertainty."""
    if math.isnan(difference.detectable) or difference.detectable == 0:
        return ""
    size = max(difference.detectable, 0.001)
    return f"With these rows, a difference under {formatting.metric_value(size)} would mostly go unseen."


def same_workload_text(difference: ModelDifference) -> list[str]:
    """Describe how many more positives the model catches when both flag as many cases.

    Returns
    -------
    list of str
        One sentence, and a second one where tied scores leave a part of the workload unused. Empty where there is no
        interval, and where both models are the same.
    """
    work = difference.same_workload
    if math.isnan(work.interval.low) or math.isnan(work.share) or difference.is_same:
        return []
    numbers = work.more_caught, work.interval.low, work.interval.high
    base, sizes = CASES, (max(map(abs, numbers)), work.flagged_cases)
    while any(0 < size * base / CASES < _READABLE for size in sizes) and base < _LARGEST_BASE:
        base *= 10
    flagged, more, *ends = (math.floor(each * base / CASES + 0.5) for each in (work.flagged_cases, *numbers))
    caught = f"{abs(more):,} {'fewer' if more < 0 else 'more'} positives" if more else "as many positives"
    model, reference = formatting.truncate(difference.model), formatting.truncate(difference.reference)
    start, who = "If both flag", model
    if _criteria_disagree(difference):
        size = "higher" if difference.value > 0 else "lower"
        label = formatting.lowercase_label(difference.metric.label)
        start, who = f"{model} has the {size} {label} at its own threshold, but if both flag", "it"
    bounds = _bounds_text(ends[0], ends[1], more)
    sentences = [f"{start} {flagged:,} of {base:,} cases, {who} catches {caught} ({bounds})."]
    if work.reference_flagged - work.flagged > max(1, _TIED_SHARE * work.reference_flagged):
        sentences.append(
            f"No threshold of {reference if difference.at_workload_of_model else model} flags as many rows: the next "
            f"one flags {formatting.count(work.flagged)} instead of {formatting.count(work.reference_flagged)}. Of the "
            "rows with the next lower score a share is counted."
        )
    return sentences


def _criteria_disagree(difference: ModelDifference) -> bool:
    """Return whether the metric is surely higher and the positives caught surely fewer, or the other way round."""
    metric, caught = difference.simultaneous, difference.same_workload.interval
    return bool((metric.low > 0 and caught.high < 0) or (metric.high < 0 and caught.low > 0))


def _bounds_text(low: int, high: int, more: int) -> str:
    """Return bounds in the direction of the estimate where they share it, else each with its direction."""
    if low >= 0 and more >= 0:
        return f"{low:,} to {high:,}"
    if high <= 0 and more <= 0:
        return f"{-high:,} to {-low:,}"
    first, last = (f"{abs(end):,} {'fewer' if end < 0 else 'more'}" for end in (low, high))
    return f"{first} to {last}"


def together_text(n_differences: int, confidence_level: float) -> str:
    """Say that the intervals of several differences hold together; empty for one."""
    if n_differences < 2:
        return ""
    which = "Both" if n_differences == 2 else f"All {n_differences}"
    return f"{which} differences lie in their intervals together, with {100 * confidence_level:g}% confidence."
