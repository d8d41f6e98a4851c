"""What a record must keep that no schema can say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from f1tools.core.metrics import reported_metrics
from f1tools.record.record import Bounds, DecisionRecord, ScoreShares

_CELLS = ("tn", "fp", "fn", "tp")
_CORRELATIONS = ("mcc", "youden_j", "kappa")
_ROUNDING = 1e-9


class Senseless(ValueError):
    """What does not fit, as the end of a sentence."""


def check_sense(record: DecisionRecord, data: Mapping[str, Any]) -> None:
    """Make sure that the parts of a record fit together.

    Parameters
    ----------
    record : DecisionRecord
    data : mapping
        What it was read from, in which 2.5 rows are still 2.5 rows, and a beta that is missing is still missing.

    Raises
    ------
    Senseless
        With the first thing that does not fit.
    """
    wrong = next(_wrong(record, data), None)
    if wrong is not None:
        raise Senseless(wrong)


def _wrong(record: DecisionRecord, data: Mapping[str, Any]) -> Iterator[str]:
    """Go through all that does not fit."""
    try:
        datetime.strptime(record.created, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        yield f"created is no date, {record.created}"
    if record.pos_label == record.neg_label:
        yield "the positive and the negative label are one"
    yield from _wrong_counts(record, data)
    yield from _wrong_roles(record)
    yield from _wrong_thresholds(record)
    yield from _wrong_metrics(record, data)
    yield from _out_of_range(record)
    yield from _wrong_scores(record.scores)
    yield from _wrong_source(record)


def _wrong_counts(record: DecisionRecord, data: Mapping[str, Any]) -> Iterator[str]:
    counts, source = record.counts, record.source
    if not 0 < source.positives < source.rows:
        yield f"of {source.rows:,} rows {source.positives:,} are positive, and both classes are needed"
    if not (math.isfinite(counts.total()) and counts.positives() > 0 and counts.negatives() > 0):
        yield "the counts must have a finite sum and hold both classes"
    if record.weighted:
        return
    if any(data["counts"][name] != int(data["counts"][name]) for name in _CELLS):
        yield "counts of rows must be whole numbers"
    rows = source.rows if record.roles is None else record.roles.rows_report
    if counts.total() != rows:
        yield f"the counts add up to {counts.total():,} and not to {rows:,} rows"
    if record.roles is None and counts.positives() != source.positives:
        yield f"the counts hold {counts.positives():,} positive rows and not {source.positives:,}"
    if record.roles is not None and counts.positives() >= source.positives:
        yield f"the rows that report can't hold all {source.positives:,} positive ones"


def _wrong_roles(record: DecisionRecord) -> Iterator[str]:
    roles = record.roles
    if roles is None:
        if record.tables[0] != record.tables[1]:
            yield "without roles both tables are one"
    elif roles.rows_tune + roles.rows_report != record.source.rows:
        yield f"the rows of both roles don't add up to {record.source.rows:,}"


def _wrong_thresholds(record: DecisionRecord) -> Iterator[str]:
    above, up_to = record.same_decisions
    low, high = (-math.inf if above is None else above), (math.inf if up_to is None else up_to)
    if not low < record.threshold <= high:
        yield f"the threshold {record.threshold!r} is not among those that decide like it"
    if (record.threshold == record.best_threshold) != (record.chosen == "best"):
        yield f"the threshold {record.threshold!r} can't be chosen as {record.chosen}"
    if record.expected is not None:
        # Nothing at an end is above all scores.
        first, last = (math.inf if end is None else end for end in record.expected.threshold_interval)
        if first > last:
            yield "the interval of the best threshold has its ends in the wrong order"


def _wrong_metrics(record: DecisionRecord, data: Mapping[str, Any]) -> Iterator[str]:
    names = {one.name for one in reported_metrics(record.metric)} | {"f1"}
    if set(record.metrics) != names:
        yield f"metrics must be {', '.join(sorted(names))}"
    if record.metric.name == "fbeta" and data["objective"]["beta"] is None:
        yield "fbeta needs a beta"
    intervals = [one.interval for one in record.metrics.values()]
    if record.expected is not None:
        intervals.append(record.expected.interval)
    if any(interval is not None and not _ordered(interval) for interval in intervals):
        yield "an interval has its ends in the wrong order, or one end alone"


def _out_of_range(record: DecisionRecord) -> Iterator[str]:
    """Go through the values of metrics that no counts give."""
    objective = record.metric.name
    values: list[tuple[str, str, float | None]] = [
        ("best_value", objective, record.best_value),
        ("value_where_tuned", objective, record.value_where_tuned),
    ]
    for name, one in record.metrics.items():
        values += [(f"the {part} of {name}", name, each) for part, each in _parts(one.value, one.interval)]
    if record.expected is not None:
        reported_metrics = _parts(record.expected.value, record.expected.interval)
        values += [(f"the expected {part}", objective, each) for part, each in reported_metrics]
    for what, name, value in values:
        low, high = _range(name)
        if value is not None and not (math.isnan(value) or low - _ROUNDING <= value <= high + _ROUNDING):
            yield f"{what} is {value!r}, and {name} lies from {low:g} to {high:g}"


def _parts(value: float | None, interval: Bounds | None) -> list[tuple[str, float | None]]:
    return [("value", value), *(("interval", end) for end in interval or ())]


def _range(name: str) -> tuple[float, float]:
    """Give the least and the largest value that a metric can have."""
    if name in _CORRELATIONS:
        return -1.0, 1.0
    return 0.0, math.inf if name == "lift" else 1.0


def _ordered(interval: Bounds) -> bool:
    """Tell whether both ends are unknown, or both known and in their order."""
    low, high = interval
    if low is None or high is None:
        return low is high
    return low <= high


def _wrong_scores(scores: ScoreShares) -> Iterator[str]:
    low, high = scores.span
    if len(scores.shares) != len(scores.edges) + 1:
        yield f"{len(scores.edges)} edges of scores make {len(scores.edges) + 1} shares, got {len(scores.shares)}"
    if low is None or high is None:
        yield "the span of the scores has two ends"
    elif max((low, *scores.edges)) > high or any(one >= other for one, other in pairwise((low, *scores.edges))):
        yield "the edges of the scores are not ascending within their span"
    if abs(math.fsum(scores.shares) - 1) > 1e-6:
        yield "the shares of the scores don't add up to 1"


def _wrong_source(record: DecisionRecord) -> Iterator[str]:
    read_as = record.source.read_as
    if record.source.files and not (read_as.truth and read_as.scores and read_as.pos_label is not None):
        yield "read_as must name the truth, the scores and the positive label of the file"
    if (read_as.role is None) != (not read_as.tune and not read_as.report):
        yield "read_as names a role without its values, or values without the column"
