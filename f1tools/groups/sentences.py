"""Sentences about groups, the same on pages and in the terminal."""

from __future__ import annotations

import math

from f1tools import formatting
from f1tools.core.metrics import metric
from f1tools.groups.gain import OwnThresholds
from f1tools.groups.gaps import Gap
from f1tools.groups.grouping import FEW
from f1tools.groups.parity import ParityThresholds

_COUNTED = {
    "recall": "positives",
    "false_positive_rate": "negatives",
    "predicted_positive_rate": "rows",
    "precision": "flagged rows",
}
_AS_GOOD = 0.01  # a difference of the metric that makes one threshold for all worth keeping


def rate_label(rate: str) -> str:
    """Return the name of a rate, in lower case.

    Examples
    --------
    >>> rate_label("false_positive_rate"), rate_label("predicted_positive_rate")
    ('false-positive rate', 'share flagged')
    """
    return "false-positive rate" if rate == "false_positive_rate" else metric(rate).label.lower()


def counted_rows(gap: Gap, rows: str = "rows") -> str:
    """Name the rows of a group that are enough or too few: effective ones where rows are in clusters, and why.

    Examples
    --------
    >>> from f1tools.uncertainty import Interval
    >>> gap = Gap("recall", "", "", 0.0, 1.0, Interval(0.0, 0.1, 0.95), 0.0, 1.0, ("a",), clustered=True)
    >>> print("Too few", counted_rows(gap))
    Too few effective rows (rows of one cluster are kept together)
    """
    return f"effective {rows} (rows of one cluster are kept together)" if gap.clustered else rows


def gap_text(gap: Gap) -> str:
    """Describe the gap of a rate between groups, and whether chance explains it."""
    label = rate_label(gap.rate)
    if math.isnan(gap.difference):
        return f"The {label} of groups cannot be compared: fewer than two groups have enough {counted_rows(gap)}."
    if gap.difference == 0:
        return f"The {label} is the same in all groups."
    between = (
        f"{formatting.metric_value(gap.difference)} between {formatting.truncate(gap.highest)} and "
        f"{formatting.truncate(gap.lowest)}"
    )
    interval = f"the {gap.interval.level_text} interval {gap.interval.text}"
    few = [formatting.truncate(name) for name in (gap.highest, gap.lowest) if name in gap.few]
    if gap.interval.low > 0 and few:
        return (
            f"The {label} of groups differs by more than chance explains ({interval}), but who is apart is uncertain: "
            f"the largest difference, {between}, rests on fewer than {FEW} "
            f"{counted_rows(gap, _COUNTED[gap.rate])} of {formatting.join_names(few)}."
        )
    found = f"The largest difference of the {label}, {between}, has {interval}"
    if gap.interval.low > 0:
        return f"{found}: the groups differ."
    return f"{found}: this could be chance, which alone gives about {formatting.metric_value(gap.by_chance)}."


def own_thresholds_text(found: OwnThresholds) -> str:
    """Describe what one threshold for each group gains on new rows.

    Examples
    --------
    >>> from f1tools.uncertainty import Interval
    >>> values = {"in_sample": 0.02, "common_value": 0.7, "own_value": 0.704, "gain": 0.004}
    >>> own = OwnThresholds(
    ...     metric("f1"), 0.4, {"a": 0.3, "b": 0.5}, (), interval=Interval(-0.01, 0.018, 0.95),
    ...     evaluated_on="cross-fitting", **values,
    ... )
    >>> print(own_thresholds_text(own))
    For F1 over all rows, one threshold for all is as good: own thresholds would gain 0.004 on new rows (from a loss \
of 0.010 to a gain of 0.018).
    """
    if len(found.fixed) == len(found.thresholds):
        return "Every group has too few positives or negatives for a threshold of its own."
    low, high = found.interval.low, found.interval.high
    signed = formatting.difference_within(found.own_value, found.common_value, found.gain, low, high)
    loses, size = signed.startswith("−"), "0.000" if signed == "±0" else signed[1:]
    over_all = f"For {formatting.lowercase_label(found.objective.label)} over all rows, one threshold for"
    change = f"own thresholds would {'lose' if loses else 'gain'} {size} on new rows ({_range(low, high, loses=loses)})"
    if low > 0:
        return f"{over_all} each group is better: {change}."
    if high < 0:
        return f"{over_all} all is better: {change}."
    if found.gain <= _AS_GOOD:
        return f"{over_all} all is as good: {change}."
    return f"{over_all} each group may be better: {change}, which could be chance."


def _range(low: float, high: float, *, loses: bool) -> str:
    """Return the interval of a gain in words where it includes losses and gains, else as sizes of either."""
    if low < 0 < high:
        ends = f"a loss of {formatting.metric_value(-low)}", f"a gain of {formatting.metric_value(high)}"
        return "from {} to {}".format(*(ends[::-1] if loses else ends))
    sizes = (-high, -low) if loses else (low, high)
    return "{} to {}".format(*map(formatting.metric_value, sizes))


def parity_text(found: ParityThresholds) -> str:
    """Describe thresholds that make a rate alike, and their price; or that one threshold for all does already."""
    if found.n_own < 2:
        return "Fewer than two groups have enough positives and negatives for a threshold of their own."
    label, n = rate_label(found.rate), len(found.compared)
    if n < 2:
        return f"The {label} of groups cannot be compared: fewer than two have rows to compare it on."
    some = n < len(found.common.rates)
    which = f"the {n} groups with enough rows"
    if found.is_met_by_one:
        covered = f" of {which}" * some
        return f"One threshold for all already keeps the {label}{covered} within {formatting.decimal(found.tolerance)}."
    gap, before = (formatting.metric_value(each.gap) for each in (found.parity, found.common))
    price = formatting.price(found.objective.label, found.common.value, found.parity.value)
    own = formatting.price(found.objective.label, found.own.value, found.parity.value)
    where = " on the rows that chose the thresholds" * found.in_sample
    alarms = _change_of_false_alarms(found.common.total("fp"), found.parity.total("fp"))
    return (
        f"With own thresholds the {label} of {which if some else 'groups'} differs by {gap} instead of {before}"
        f"{where}: {price} and {alarms} against one threshold for all, {own} against the best threshold for each group."
    )


def _change_of_false_alarms(before: float, after: float) -> str:
    """Return how many more or fewer there are; sums of weights that display the same are as many."""
    if formatting.count(before) == formatting.count(after):
        return "as many false alarms"
    size = formatting.count(round(abs(after - before), 6))  # sums of weights are rounded
    noun = "false alarm" if size == "1" else "false alarms"
    return f"{size} {'more' if after > before else 'fewer'} {noun}"
