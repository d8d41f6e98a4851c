"""Whether groups differ, in a sentence: which one is worst by how much, unless chance could explain it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from f1tools import formatting
from f1tools.groups.gaps import Gap
from f1tools.groups.report import GroupMetrics, GroupReport
from f1tools.groups.sentences import counted_rows, gap_text, rate_label

_WORST = {"recall": "lowest", "false_positive_rate": "highest", "precision": "lowest"}
"""The rates of which a group can be the worst, the most important first."""
_LEVEL = 0.05 / len(_WORST)  # Bonferroni: any of the rates can make the headline
_FAR = 0.2  # a difference that even the lower end of its interval reaches


class GroupHeadline(NamedTuple):
    """Whether groups differ, and what supports it."""

    answer: str
    support: str


def headline(report: GroupReport) -> GroupHeadline:
    """State whether the groups differ, and which one is worst.

    A difference is stated where its interval excludes 0 and so few permutations have one as large that it is
    significant at 5% although three rates are looked at. No group is called worst otherwise, nor one with few rows.

    Parameters
    ----------
    report : GroupReport

    Examples
    --------
    >>> import numpy as np
    >>> from f1tools import Predictions, by_group, decide
    >>> rng = np.random.default_rng(0)
    >>> y_true, group = rng.random(2000) < 0.4, rng.choice(["north", "south"], 2000)
    >>> score = rng.normal(size=2000) + 2 * y_true - y_true * (group == "south")
    >>> predictions = Predictions.from_arrays(y_true, score, group=group)
    >>> report = by_group(predictions, decide(predictions.curves(), threshold=1))
    >>> print(headline(report).answer)
    Recall is lowest for south: 0.489 (95% interval 0.441 to 0.537); for north it is 0.855.
    """
    if len(report.groups) == 1:
        return GroupHeadline(f"All rows belong to one group, {_name(report.groups[0].name)}.", "")
    gaps = {rate: report.gaps[rate] for rate in _WORST if not math.isnan(report.gaps[rate].difference)}
    if not gaps:
        counted = counted_rows(report.gaps["recall"])
        return GroupHeadline(f"The groups have too few {counted} to be compared.", "")
    differing = _differing(report)
    if not differing:
        return GroupHeadline("The differences between the groups could be chance.", _chance(next(iter(gaps.values()))))
    gap, *others = differing
    if _worst(report, gap).name in gap.few:
        rate = formatting.capitalized(rate_label(gap.rate))
        return GroupHeadline(f"{rate} differs between the groups by more than chance explains.", gap_text(gap))
    support = [
        _could_be_as_bad(report, gap),
        f"The largest difference, {formatting.metric_value(gap.difference)}, has the {gap.interval.level_text} "
        f"interval {gap.interval.text}; chance alone gives about {formatting.metric_value(gap.by_chance)}.",
        _others_too(others),
        _left_out(gap),
    ]
    return GroupHeadline(_worst_text(report, gap), " ".join(filter(None, support)))


def far_worse(report: GroupReport) -> str:
    """Return the sentence on the worst group where it is far worse, by 0.2 even at the lower end of the interval.

    It is empty where no group is, or where the worst one has few rows.

    Examples
    --------
    >>> import numpy as np
    >>> from f1tools import Predictions, by_group, decide
    >>> rng = np.random.default_rng(0)
    >>> y_true, group = rng.random(2000) < 0.4, rng.choice(["north", "south"], 2000)
    >>> score = rng.normal(size=2000) + 2 * y_true - y_true * (group == "south")
    >>> predictions = Predictions.from_arrays(y_true, score, group=group)
    >>> report = by_group(predictions, decide(predictions.curves(), threshold=1))
    >>> far_worse(report) == headline(report).answer
    True
    """
    far = [gap for gap in _differing(report) if gap.interval.low >= _FAR and _worst(report, gap).name not in gap.few]
    return _worst_text(report, far[0]) if far else ""


def _differing(report: GroupReport) -> list[Gap]:
    """Return the gaps that chance does not explain, that of the most important rate first."""
    gaps = [report.gaps[rate] for rate in _WORST]
    return [gap for gap in gaps if gap.interval.low > 0 and gap.p_value <= _LEVEL]


def _name(name: str) -> str:
    return formatting.truncate(name)


def _worst(report: GroupReport, gap: Gap) -> GroupMetrics:
    """Return the worst group by a rate."""
    name = gap.lowest if _WORST[gap.rate] == "lowest" else gap.highest
    return next(each for each in report.groups if each.name == name)


def _worst_text(report: GroupReport, gap: Gap) -> str:
    group, rate = _worst(report, gap), gap.rate
    interval = group.rows.intervals[rate]
    others = "all others"
    if len(report.groups) == 2:
        others = next(_name(each.name) for each in report.groups if each is not group)
    return (
        f"{formatting.capitalized(rate_label(rate))} is {_WORST[rate]} for {_name(group.name)}: "
        f"{formatting.metric_value(group.rows.values[rate])} ({interval.level_text} interval {interval.text}); "
        f"for {others} it is {formatting.metric_value(group.others.values[rate])}."
    )


def _could_be_as_bad(report: GroupReport, gap: Gap) -> str:
    """Name the other groups whose difference from the worst one could be chance, by Newcombe's interval."""
    worst = _worst(report, gap)
    value, interval = worst.rows.values[gap.rate], worst.rows.intervals[gap.rate]
    sign = 1 if _WORST[gap.rate] == "lowest" else -1
    towards = interval.high - value if sign > 0 else value - interval.low
    names = []
    for each in report.groups:
        if each is not worst and each.name not in gap.left_out:
            other, own = each.rows.values[gap.rate], each.rows.intervals[gap.rate]
            back = other - own.low if sign > 0 else own.high - other
            if sign * (other - value) <= math.hypot(towards, back):
                names.append(_name(each.name))
    return f"{formatting.join_names(names)} could be as {_WORST[gap.rate][:-3]}." if names else ""


def _chance(gap: Gap) -> str:
    """Describe a gap, how large one by chance alone is, and how large it may be nevertheless."""
    text = (
        f"The {rate_label(gap.rate)} differs by {formatting.metric_value(gap.difference)} at most; chance alone gives "
        f"about {formatting.metric_value(gap.by_chance)}. These rows cannot rule out a difference of up to "
        f"{formatting.metric_value(gap.interval.high)}."
    )
    return " ".join(filter(None, [text, _left_out(gap)]))


def _others_too(others: Sequence[Gap]) -> str:
    if not others:
        return ""
    labels = formatting.join_names(f"the {rate_label(each.rate)}" for each in others)
    return f"{formatting.capitalized(labels)} differ{'s' if len(others) == 1 else ''}, too."


def _left_out(gap: Gap) -> str:
    if not gap.left_out:
        return ""
    verb = "has" if len(gap.left_out) == 1 else "have"
    return f"{formatting.join_names(map(_name, gap.left_out))} {verb} too few {counted_rows(gap)} to be compared."
