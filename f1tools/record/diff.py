"""Differences between a record and the same decision computed again."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from f1tools import formatting
from f1tools.core.metrics import metric
from f1tools.groups.sentences import rate_label
from f1tools.record.classes.model import RecordedClass
from f1tools.record.comparison import RecordedComparison
from f1tools.record.fields import Bounds
from f1tools.record.groups import GroupThresholds
from f1tools.record.model import DecisionRecord, Expected

_RELATIVE_TOLERANCE = 1e-9
_ABSOLUTE_TOLERANCE = 1e-12  # rounding error of a difference of two proportions
_TABLE = "Table of counts"
CELLS = {"tn": "True negatives", "fp": "False positives", "fn": "False negatives", "tp": "True positives"}


@dataclass(frozen=True)
class RecordDifference:
    """A value that is computed differently than it is recorded.

    Parameters
    ----------
    what : str
        Name of the value.
    recorded, computed : str
        The values as text.
    of : str
        The class that it is a value of; empty where it is of all, or there are two classes.

    Examples
    --------
    >>> str(RecordDifference("True positives", "28", "27"))
    'True positives: recorded 28, computed 27'
    """

    what: str
    recorded: str
    computed: str
    of: str = ""

    def __str__(self) -> str:
        return f"{self.what}: recorded {self.recorded}, computed {self.computed}"


@dataclass(frozen=True)
class Fact:
    """A value of a record, how far a computed one may be from it, and its format.

    Without a tolerance they must be equal. ``if_null`` is the number that None stands for, if any.
    """

    value: float | str | None
    tolerance: float | None = None
    format: Callable[[float], str] = formatting.decimal
    if_null: float | None = None

    def agrees(self, other: Fact) -> bool:
        """Return whether the other value is within the tolerance."""
        if self.value == other.value or self.tolerance is None:
            return self.value == other.value
        mine, theirs = (fact.if_null if fact.value is None else fact.value for fact in (self, other))
        if isinstance(mine, str) or isinstance(theirs, str) or mine is None or theirs is None:
            return False
        return math.isclose(mine, theirs, rel_tol=_RELATIVE_TOLERANCE, abs_tol=self.tolerance)

    def difference(self, what: str, computed: Fact) -> RecordDifference:
        """Return the difference, with all digits where fewer do not show it."""
        texts = self._text(self.format), computed._text(computed.format)
        if texts[0] == texts[1]:
            texts = self._text(formatting.exact_threshold), computed._text(formatting.exact_threshold)
        return RecordDifference(what, *texts)

    def _text(self, format_number: Callable[[float], str]) -> str:
        if self.value is None:
            return formatting.UNDEFINED
        return self.value if isinstance(self.value, str) else format_number(self.value)


def row_differences(recorded: DecisionRecord, computed: DecisionRecord) -> list[RecordDifference]:
    """Return the differences between the rows of two records: labels, scores, weights and roles."""
    return differences_between(_row_facts(recorded), _row_facts(computed))


def result_differences(recorded: DecisionRecord, computed: DecisionRecord) -> list[RecordDifference]:
    """Return the differences between the results of two records of one model, without their estimates for new data."""
    return differences_between(_result_facts(recorded), _result_facts(computed))


def group_differences(
    recorded: GroupThresholds, computed: GroupThresholds, *, label: str, weighted: bool
) -> list[RecordDifference]:
    """Return the differences between thresholds of groups, and between what they give.

    Parameters
    ----------
    recorded, computed : GroupThresholds
    label : str
        Name of the metric.
    weighted : bool
        Whether counts are sums of weights.
    """

    def facts(groups: GroupThresholds) -> dict[str, Fact]:
        few = ", ".join(map(group_name, groups.too_few))
        thresholds = {
            f"Threshold of {group_name(each.group)}": Fact(each.threshold, format=formatting.exact_threshold)
            for each in groups.thresholds
        }
        counts = {f"{name} with thresholds of groups": cell for name, cell in count_facts(groups, weighted).items()}
        value = {f"{label} with thresholds of groups": number_fact(groups.value)}
        gap = {} if groups.rate is None else {f"Gap of the {rate_label(groups.rate)}": number_fact(groups.gap)}
        return {"Groups with too few rows": Fact(few or "none"), **thresholds, **counts, **value, **gap}

    return differences_between(facts(recorded), facts(computed))


def expected_differences(
    recorded: Expected, computed: Expected, *, ceiling: float, same_resamples: bool
) -> list[RecordDifference]:
    """Return the differences between two estimates of the performance on new data.

    Parameters
    ----------
    recorded, computed : Expected
    ceiling : float
        A number above all scores that stands for a bound that is above them.
    same_resamples : bool
        Whether the estimates must agree exactly, because they are of the same resamples.
    """
    # The .632 estimate of 2,000 resamples is reproducible to about 0.002. A bound of the threshold interval is a score,
    # which a few resamples more or less move to the next cluster of good thresholds: by some hundredths of the width
    # where clusters are close together, by nearly half of it where they are far apart. Larger differences are not due
    # to chance. The number of resamples does not matter here, because the record itself states it.
    low, high = (ceiling if bound is None else bound for bound in computed.threshold_interval)
    bound_tolerance = None if same_resamples else 0.5 * (high - low)
    value_tolerance = _RELATIVE_TOLERANCE if same_resamples else 0.01
    value_tolerance *= max(1.0, abs(computed.value or 0.0))  # lift exceeds 1, and its error grows with it

    def facts(expected: Expected) -> dict[str, Fact]:
        return {
            "Expected value": number_fact(expected.value, value_tolerance),
            "Optimism": number_fact(expected.optimism, value_tolerance),
            **bound_facts("Expected value", expected.interval, value_tolerance),
            **bound_facts("Best threshold", expected.threshold_interval, bound_tolerance, ceiling),
        }

    return differences_between(facts(recorded), facts(computed))


def comparison_differences(
    recorded: RecordedComparison, computed: RecordedComparison, *, label: str, same_resamples: bool
) -> list[RecordDifference]:
    """Return the differences between two comparisons of the same models.

    Parameters
    ----------
    recorded, computed : RecordedComparison
    label : str
        Name of the metric.
    same_resamples : bool
        Whether the intervals must agree exactly, because they are of the same resamples. Other resamples move the
        bounds by some hundredths of the width, the less the more there are, and may change a verdict.
    """
    share = 0.1 * max(1.0, math.sqrt(2000 / computed.n_resamples))  # 6 standard errors of the bounds
    widths = {each.model: _width(each.simultaneous) for each in computed.models}

    def facts(comparison: RecordedComparison) -> dict[str, Fact]:
        found: dict[str, Fact] = {}
        for each in comparison.models:
            name = quoted(each.model)
            tolerance = _ABSOLUTE_TOLERANCE if same_resamples else share * widths.get(each.model, 0.0)
            found[f"{label} of {name}"] = number_fact(each.value)
            found[f"Difference of {name}"] = number_fact(each.difference)
            found |= bound_facts(f"Difference of {name}", each.interval, tolerance)
            found |= bound_facts(f"Difference of {name}, simultaneous", each.simultaneous, tolerance)
            if same_resamples:
                found[f"Verdict on {name}"] = Fact(each.verdict)
        return found

    return differences_between(facts(recorded), facts(computed))


def _width(interval: Bounds | None) -> float:
    low, high = interval or (None, None)
    return 0.0 if low is None or high is None else high - low


def differences_between(recorded: Mapping[str, Fact], computed: Mapping[str, Fact]) -> list[RecordDifference]:
    """Return the facts that do not agree, by name; one that is missing on a side is undefined there."""
    missing = Fact(None)
    pairs = {
        what: (recorded.get(what, missing), computed.get(what, missing))
        for what in dict.fromkeys((*recorded, *computed))
    }
    return [mine.difference(what, theirs) for what, (mine, theirs) in pairs.items() if not mine.agrees(theirs)]


def _row_facts(record: DecisionRecord) -> dict[str, Fact]:
    data, roles = record.data, record.roles
    facts = {
        "Positive label": Fact(quoted(record.pos_label)),
        "Negative label": Fact(quoted(record.neg_label)),
        "Rows": Fact(data.n, format=formatting.count),
        "Positive rows": Fact(data.n_pos, format=formatting.count),
        "Weights": Fact("some" if record.weighted else "none"),
        "Roles": Fact("none" if roles is None else f"{quoted(roles.tune)} and {quoted(roles.report)}"),
        _TABLE: Fact(data.tables.report[:23]),
    }
    if roles is not None:
        facts["Tuning rows"] = Fact(roles.n_tune, format=formatting.count)
        facts["Evaluation rows"] = Fact(roles.n_report, format=formatting.count)
        facts[f"{_TABLE} of the tuning rows"] = Fact(data.tables.tune[:23])
    return facts


def _result_facts(record: DecisionRecord) -> dict[str, Fact]:
    objective, label, scores = record.objective, record.metric.label, record.scores
    facts = {
        "Best threshold": Fact(objective.best_threshold, format=formatting.exact_threshold),
        f"Highest {label}": number_fact(objective.best_value),
        f"Highest {label} on the tuning rows": number_fact(objective.value_where_tuned),
        f"Bound of the highest {label}": number_fact(objective.bound),
        "Same decisions above": Fact(record.same_decisions.above),
        "Same decisions up to": Fact(record.same_decisions.up_to),
    }
    facts |= count_facts(record, record.weighted)
    for name, each in record.metrics.items():
        name = label if name == objective.metric else metric(name).label
        facts |= {name: number_fact(each.value), **bound_facts(name, each.interval)}
    facts["Lowest score"], facts["Highest score"] = map(Fact, scores.span)
    for position, edge in enumerate(scores.edges, start=1):
        facts[f"Edge {position} of the score bins"] = Fact(edge)
    for position, share in enumerate(scores.shares, start=1):
        facts[f"Share of scores in bin {position}"] = number_fact(share)
    return facts


def count_facts(of: DecisionRecord | GroupThresholds | RecordedClass, weighted: bool) -> dict[str, Fact]:
    """Return the cells of a confusion matrix; sums of weights agree to nine digits, counts of rows exactly."""
    tolerance = _ABSOLUTE_TOLERANCE if weighted else None
    return {name: Fact(getattr(of.counts, cell), tolerance, formatting.count) for cell, name in CELLS.items()}


def number_fact(
    value: float | None, tolerance: float | None = _ABSOLUTE_TOLERANCE, if_null: float | None = None
) -> Fact:
    """Return the fact of a metric, a share or a threshold, in few digits."""
    format_number = formatting.metric_value if abs(value or 0.0) < 1e6 else formatting.decimal
    return Fact(value, tolerance, format_number, if_null)


def bound_facts(
    what: str, bounds: Bounds | None, tolerance: float | None = _ABSOLUTE_TOLERANCE, if_null: float | None = None
) -> dict[str, Fact]:
    """Return both ends of an interval."""
    low, high = (number_fact(bound, tolerance, if_null) for bound in bounds or (None, None))
    return {f"{what}, lower bound": low, f"{what}, upper bound": high}


def quoted(name: str) -> str:
    """Return a name from a file in quotation marks, on one line and of limited length."""
    return f"“{formatting.truncate(name, longest=60)}”"


def group_name(group: str | None) -> str:
    """Return the name of a group of rows as :func:`quoted` writes it; in words for rows without a value."""
    return "rows without a value" if group is None else quoted(group)
