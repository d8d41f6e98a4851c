"""Sentences about the difference of two models, the same on the page and in the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from f1tools import formatting
from f1tools.comparison.difference import ModelDifference
from f1tools.comparison.differences import ModelDifferences
from f1tools.comparison.workload import CASES

UNPAIRED = "different rows, so unpaired"
"""Said once wherever a comparison is one of models on different rows."""
NO_COMMON_ROWS = "What needs common rows is left out, such as the positives caught at the same workload."
IN_SAMPLE = (
    "Each threshold was tuned on the rows that it is reported on: the differences are nearly unbiased, the values "
    "themselves are too high."
)
_VERDICTS: dict[str, str] = {
    "same": "equal in every resample",
    "as good": "the interval lies within ±{margin:g}",
    "better": "higher, by more than chance explains",
    "worse": "lower, by more than chance explains",
    "not worse": "not lower by more than {margin:g}",
    "undecided": "this could be chance",
}
_LARGEST_BASE = 1_000_000
_READABLE = 10  # positives that are written as whole numbers
_TIED_SHARE = 0.01  # of the workload that a model may leave unused before this is mentioned


def unpaired_text(shares: Sequence[tuple[str, float]]) -> str:
    """Say that files of different rows are compared unpaired, and what that means.

    Parameters
    ----------
    shares : sequence of (str, float)
        Name and share of positives of each file.

    Examples
    --------
    >>> unpaired_text([("old.csv", 0.25), ("new.csv", 0.5)]).split(": ")[0]
    'These are different rows, so unpaired'
    """
    positive = formatting.join_names(f"{formatting.percent(share)} of {name}" for name, share in shares)
    return (
        "These are different rows, so unpaired: each file is resampled on its own, and a difference may be one of the "
        f"rows as well as of the models ({positive} are positive). {NO_COMMON_ROWS}"
    )


def detectable_text(difference: ModelDifference) -> str:
    """Describe which difference these rows would show; empty where there is no interval or no uncertainty."""
    if math.isnan(difference.detectable) or difference.detectable == 0:
        return ""
    size = max(difference.detectable, 0.001)
    return f"With these rows, a difference under {formatting.metric_value(size)} would mostly go unseen."


def no_interval_text(found: ModelDifferences) -> str:
    """Say why differences have no intervals: a value is undefined, or rows are few."""
    values = zip(found.models, found.values, strict=True)
    if undefined := [formatting.truncate(model) for model, value in values if math.isnan(value)]:
        label = formatting.lowercase_label(found.metric.label)
        return f"No confidence interval: {label} is undefined for {formatting.join_names(undefined)}."
    too_few = "rows of a class, or clusters," if found.clustered else "rows of a class"
    return f"Too few {too_few} for a confidence interval."


def verdicts_text(verdicts: Iterable[str], margin: float) -> str:
    """Explain the verdicts that occur in a table.

    Examples
    --------
    >>> verdicts_text(["undecided", "as good", "undecided"], 0.02)
    '“as good”: the interval lies within ±0.02. “undecided”: this could be chance.'
    """
    occurring = set(verdicts)
    explained = [f"“{verdict}”: {text}." for verdict, text in _VERDICTS.items() if verdict in occurring]
    return " ".join(explained).format(margin=margin)


def same_workload_text(difference: ModelDifference) -> list[str]:
    """Describe how many more positives the model catches when both flag as many cases.

    Returns
    -------
    list of str
        One sentence, and a second one where tied scores leave a part of the workload unused. Empty where there is no
        interval, and where both models are the same.

    Examples
    --------
    >>> from f1tools.core.metrics import metric
    >>> from f1tools.comparison.workload import SameWorkload
    >>> from f1tools.uncertainty.intervals import Interval
    >>> interval, f1 = Interval(-0.01, 0.07, 0.95), metric("f1")
    >>> workload = SameWorkload(0.5, 100, 100, 30, 34, Interval(5, 61, 0.95), share=0.2)
    >>> found = ModelDifference("forest", "logistic", f1, 0.03, 0.72, 0.69, interval, interval, 0.05, workload)
    >>> same_workload_text(found)
    ['If both flag 200 of 1,000 cases, forest catches 34 more positives (5 to 61).']
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
