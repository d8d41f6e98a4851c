"""Differences between a record of several classes and the same decision computed again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from f1tools import formatting
from f1tools.core.metrics import metric
from f1tools.record.classes.model import ClassRecord, Expectation, RecordedClass
from f1tools.record.diff import (
    Fact,
    RecordDifference,
    bound_facts,
    count_facts,
    differences_between,
    number_fact,
    quoted,
)

TOLERANCE = 1e-9
_SHARE_OF_WIDTH = 0.5  # by which estimates from other resamples may differ

Facts: TypeAlias = dict[str, Fact]


def row_differences(recorded: ClassRecord, computed: ClassRecord) -> list[RecordDifference]:
    """Return the differences between the rows of two records: classes, scores and weights."""

    def of_all(record: ClassRecord) -> Facts:
        n = Fact(record.data.n, format=formatting.count)
        return {"Rows": n, "Weights": Fact("some" if record.weighted else "none")}

    def of_class(record: ClassRecord, each: RecordedClass) -> Facts:
        of = f"of {quoted(each.name)}"
        rows = Fact(each.positives, format=formatting.count)
        return {f"Rows {of}": rows, f"Table of counts {of}": Fact(each.table[:23])}

    whole = differences_between(of_all(recorded), of_all(computed))
    return whole + _by_class(recorded, computed, of_class)


def result_differences(recorded: ClassRecord, computed: ClassRecord, *, without: str = "") -> list[RecordDifference]:
    """Return the differences between the results of two records, without the value of the rule ``without``."""

    def of_all(record: ClassRecord) -> Facts:
        average = f"{record.average.capitalize()} {metric('fbeta', record.beta).label}"
        values = {name: number_fact(rule.value) for name, rule in record.rules.items() if name != without}
        return {"Rule": Fact(record.rule), **{f"{average}, {name}": value for name, value in values.items()}}

    whole = differences_between(of_all(recorded), of_all(computed))
    return whole + _by_class(recorded, computed, _result_facts)


def expected_differences(
    recorded: ClassRecord, computed: ClassRecord, *, is_approximate: bool
) -> list[RecordDifference]:
    """Return the differences between what two records expect on new rows.

    Estimates of other resamples, which are approximate, may differ by a share of the width of the computed intervals.
    """

    def facts(name: str, expected: Expectation | None, reference: Expectation | None) -> Facts:
        low, high = (None if reference is None else reference.interval) or (None, None)
        width = 1.0 if low is None or high is None else high - low
        tolerance = _SHARE_OF_WIDTH * width if is_approximate else TOLERANCE
        value = number_fact(None if expected is None else expected.value, tolerance)
        return {name: value, **bound_facts(name, None if expected is None else expected.interval, tolerance)}

    references = {each.name: each.expected for each in computed.classes}

    def of_all(record: ClassRecord) -> Facts:
        ours = {name: None if name not in computed.rules else computed.rules[name].expected for name in record.rules}
        named = ((f"Expected value, {name}", rule.expected, ours[name]) for name, rule in record.rules.items())
        return {what: fact for each in named for what, fact in facts(*each).items()}

    def of_class(record: ClassRecord, each: RecordedClass) -> Facts:
        return facts(f"Expected value of {quoted(each.name)}", each.expected, references[each.name])

    return differences_between(of_all(recorded), of_all(computed)) + _by_class(recorded, computed, of_class)


def left_out_differences(record: ClassRecord, left_out: Mapping[str, int] | None) -> list[RecordDifference]:
    """Return the differences between the rows that were left out then and now, by reason; none where None."""
    if left_out is None:
        return []
    counts = (
        {f"Rows left out, {quoted(reason)}": Fact(of.get(reason, 0), format=formatting.count) for reason in reasons}
        for reasons in [dict.fromkeys((*record.data.dropped, *left_out))]
        for of in (record.data.dropped, left_out)
    )
    return differences_between(*counts)


def _by_class(
    recorded: ClassRecord, computed: ClassRecord, facts: Callable[[ClassRecord, RecordedClass], Facts]
) -> list[RecordDifference]:
    """Return the differences of each class, which name it."""
    return [
        replace(difference, of=mine.name)
        for mine, theirs in zip(recorded.classes, computed.classes, strict=True)
        for difference in differences_between(facts(recorded, mine), facts(computed, theirs))
    ]


def _result_facts(record: ClassRecord, each: RecordedClass) -> Facts:
    of = f"of {quoted(each.name)}"
    facts: Facts = {}
    if record.one_per_row:
        facts[f"Offset {of}"] = Fact(record.offsets[each.name], TOLERANCE)
    else:
        facts[f"Threshold {of}"] = Fact(record.thresholds[each.name], format=formatting.exact_threshold)
    facts |= {f"{name} {of}": fact for name, fact in count_facts(each, record.weighted).items()}
    facts[f"{metric('fbeta', record.beta).label} {of}"] = number_fact(each.value)
    facts[f"Few positives {of}"] = Fact("keeps the common threshold" if each.kept else "tuned")
    facts[f"Limits {of}"] = Fact("not met" if each.not_met else "met")
    facts[f"Lowest score {of}"], facts[f"Highest score {of}"] = map(Fact, each.scores.span)
    for place, edge in enumerate(each.scores.edges, start=1):
        facts[f"Edge {place} of the score bins {of}"] = Fact(edge)
    for place, share in enumerate(each.scores.shares, start=1):
        facts[f"Share of scores in bin {place} {of}"] = number_fact(share)
    return facts
