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
    "not compared": "no threshold meets the constraints",
}
_READABLE = 10  # positives of 1,000 cases that are written as whole numbers; smaller ones have two digits
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
    """Describe which difference these rows would show, after a sentence that names both models.

    Empty where there is no interval or no uncertainty.
    """
    if math.isnan(difference.detectable) or difference.detectable == 0:
        return ""
    size = max(difference.detectable, 0.001)
    return f"A difference under {formatting.metric_value(size)} between these two would mostly go unseen in these rows."


def unmet_text(found: ModelDifferences) -> str:
    """Say which models are not compared because they miss the constraints; empty where all are compared."""
    never = [formatting.truncate(model) for model, share in found.unmet.items() if share == 1]
    often = [
        f"{formatting.truncate(model)} in {formatting.percent(share)} of the resamples"
        for model, share in found.unmet.items()
        if share < 1
    ]
    missed = [f"{formatting.join_names(never)} on these rows", *often] if never else often
    return f"Not compared, as no threshold meets the constraints: {'; '.join(missed)}." if missed else ""


def no_interval_text(found: ModelDifferences) -> str:
    """Say why differences have no intervals: constraints are missed, a value is undefined, or rows are few."""
    if found.unmet and found.enough_rows:
        return unmet_text(found)
    values = zip(found.models, found.values, strict=True)
    if undefined := [formatting.truncate(model) for model, value in values if math.isnan(value)]:
        label = formatting.lowercase_label(found.metric.label)
        return f"No confidence interval: {label} is undefined for {formatting.join_names(undefined)}."
    too_few = "rows of a class, or clusters," if found.clustered else "rows of a class"
    return f"Too few {too_few} for a confidence interval."


def verdict_of_model(found: ModelDifferences | None, model: str, margin: float) -> tuple[str, str] | None:
    """Return the verdict on a model and what it means; None without an interval."""
    if found is None or model not in found.models:
        return None
    difference = found.difference(model)
    if math.isnan(difference.simultaneous.low):
        return None
    verdict = difference.verdict(margin)
    return verdict, _VERDICTS[verdict].format(margin=margin)


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
    """Describe how many more positives to expect of the model on new data, when both flag as many cases.

    Returns
    -------
    list of str
        One sentence, and a second one where tied scores leave a part of the workload unused. Empty where there is no
        interval, and where both models are the same. The number is corrected for tuning and is not the count of these
        rows; where it could be chance and the count does not have its sign, only its interval is stated.

    Examples
    --------
    >>> from f1tools.core.metrics import metric
    >>> from f1tools.comparison.workload import SameWorkload
    >>> from f1tools.uncertainty.intervals import Interval
    >>> interval, f1 = Interval(0.01, 0.07, 0.95), metric("f1")
    >>> workload = SameWorkload(0.5, 100, 100, 30, 34, Interval(5, 61, 0.95), share=0.2)
    >>> found = ModelDifference("forest", "logistic", f1, 0.03, 0.72, 0.69, interval, interval, 0.05, workload)
    >>> same_workload_text(found)[0]
    'On new data, if both flag 200 of 1,000 cases, expect forest to catch 34 more positives than logistic (95% \
interval: 5 to 61).'
    """
    work = difference.same_workload
    if math.isnan(work.interval.low) or math.isnan(work.share) or difference.is_same:
        return []
    model, reference = formatting.truncate(difference.model), formatting.truncate(difference.reference)
    start = f"On new data, if both flag {_per_1000(work.flagged_cases, work.flagged_cases)} of {CASES:,} cases, "
    who = model
    if _criteria_disagree(difference):
        size = "higher" if difference.value > 0 else "lower"
        label = formatting.lowercase_label(difference.metric.label)
        start, who = f"{model} has the {size} {label} at its own threshold, but {start[0].lower()}{start[1:]}", "it"
    sentences = [f"{start}{_expected_text(difference, who, reference)}."]
    if work.reference_flagged - work.flagged > max(1, _TIED_SHARE * work.reference_flagged):
        sentences.append(
            f"No threshold of {reference if difference.at_workload_of_model else model} flags as many rows: the next "
            f"one flags {formatting.count(work.flagged)} instead of {formatting.count(work.reference_flagged)}. Of the "
            "rows with the next lower score a share is counted."
        )
    return sentences


def _expected_text(difference: ModelDifference, who: str, reference: str) -> str:
    """Return the clause with the number of positives, its interval, and how both go with the verdict of the metric."""
    work = difference.same_workload
    more, low, high = work.more_caught, work.interval.low, work.interval.high
    largest = max(map(abs, (more, low, high)))
    number, first, last = (_per_1000(abs(each), largest) for each in (more, low, high))
    if low <= 0 <= high and work.in_sample * more <= 0 and largest > 0:
        bounds = f"{_directed(low, first)} to {_directed(high, last)}"
        return f"either may catch more: {who} {bounds} positives ({work.interval.level_text} interval)"
    noun = "positive" if number == "1" else "positives"
    caught = f"as many positives as {reference}"
    if float(number.replace(",", "")):
        caught = f"{_directed(more, number)} {noun} than {reference}"
    bounds = f"{_directed(low, first)} to {_directed(high, last)}"
    if low >= 0 or high <= 0:  # the direction of the estimate
        bounds = f"{first} to {last}" if low >= 0 else f"{last} to {first}"
    text = f"expect {who} to catch {caught} ({work.interval.level_text} interval: {bounds})"
    return f"{text}{_why_both(difference)}"


def _why_both(difference: ModelDifference) -> str:
    """Return why the number may be clear where the metric is not, or the other way round; empty where both are."""
    caught, in_metric = difference.same_workload.interval, formatting.lowercase_label(difference.metric.label)
    if not (caught.low > 0 or caught.high < 0):
        only = f": only the difference in {in_metric} is clear" if difference.excludes_zero else ""
        return f", which could be chance{only}"
    if difference.excludes_zero:
        return ""
    alone = "" if difference.interval == difference.simultaneous else " and the interval is for this pair alone"
    return (
        f"; this is clear although the difference in {in_metric} could be chance, because here both flag as many "
        f"cases{alone}"
    )


def _per_1000(value: float, largest: float) -> str:
    """Return a number of 1,000 cases, whole where the largest of its sentence has two digits, else with two digits."""
    if largest >= _READABLE or largest == 0:
        return f"{math.floor(value + 0.5):,}"
    decimals = 1 - math.floor(math.log10(largest))
    return f"{value:.{decimals}f}"


def _directed(value: float, number: str) -> str:
    """Return a number of positives with the direction of its value."""
    return f"{number} {'fewer' if value < 0 else 'more'}"


def _criteria_disagree(difference: ModelDifference) -> bool:
    """Return whether the metric is surely higher and the positives caught surely fewer, or the other way round."""
    metric, caught = difference.simultaneous, difference.same_workload.interval
    return bool((metric.low > 0 and caught.high < 0) or (metric.high < 0 and caught.low > 0))
