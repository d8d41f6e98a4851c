"""What a decision is worth on new rows, beside what its record promises."""

from __future__ import annotations

import math
from dataclasses import dataclass

from f1tools import formatting
from f1tools.core.metrics import defined_values
from f1tools.formatting import lowercase_label
from f1tools.record.new_rows import Finding, Level, NewRows, recorded_squares
from f1tools.record.record import DecisionRecord
from f1tools.record.stability import CONFIDENCE_LEVEL, difference_interval
from f1tools.uncertainty import Interval, metric_interval
from f1tools.uncertainty.intervals import interval_around

_MUCH = 0.1  # of what was promised: what is said of a metric without an interval
_LITTLE = 0.01  # of what was promised: many rows prove what matters to nobody


@dataclass(frozen=True)
class _Promise:
    """A value, and who promises it."""

    value: float
    by: str


def value(record: DecisionRecord, new: NewRows) -> Finding:
    """Ask whether the metric that the decision was made by is what the record promises.

    That is the reported value, where other rows chose the threshold or a person did, and else what the resamples say
    is to be expected on new rows. Only a fall that chance hardly explains fails.
    """
    now = float(defined_values(record.metric, new.point.counts))
    here = f"{record.metric.label} is {formatting.metric_value(now)} at {formatting.decimal(record.threshold)}"
    promise = _promise(record)
    if promise is None:
        why = (
            "the record has no estimate of what to expect on new rows"
            if record.expected is None
            else "nobody could tell from the recorded rows what to expect"
        )
        return _finding(record, "warn", f"{here}; {why}, so that nothing can be said about a fall.")
    if math.isnan(now):
        told = f"{record.metric.label} is undefined at {formatting.decimal(record.threshold)}"
        return _finding(record, "warn", f"{told}; {promise.by} {formatting.metric_value(promise.value)}.")
    here = f"{here}; {promise.by} {formatting.metric_value(promise.value)}"
    if now >= promise.value:
        return _finding(record, "ok", f"{here}, so that it has not fallen.")
    return _finding(record, *_fallen(record, promise, new, now, here))


def _fallen(record: DecisionRecord, promise: _Promise, new: NewRows, now: float, here: str) -> tuple[Level, str]:
    """Judge a value that is lower than what was promised."""
    fall = promise.value - now
    around, then = _intervals(record, promise, new)
    if around is None or then is None:
        level: Level = "warn" if fall > _MUCH * abs(promise.value) else "ok"
        return level, f"{here}, and what chance explains is not known for this metric."
    gap = difference_interval(now, around, promise.value, then)
    if not gap.high < 0:
        return "ok", f"{here}, and chance may explain the difference."
    if fall < _LITTLE * promise.value:
        return "warn", f"{here}: more than chance explains, but by less than a hundredth."
    return "fail", f"{here}, and chance hardly explains the difference."


def _promise(record: DecisionRecord) -> _Promise | None:
    """Find what the record promises of the metric; None where it promises nothing."""
    reported = record.metrics[record.metric.name].value
    if record.roles is not None:
        return None if reported is None else _Promise(reported, "the rows that report had")
    if record.chosen == "by hand":
        return None if reported is None else _Promise(reported, "the recorded rows had")
    expected = None if record.expected is None else record.expected.value
    return None if expected is None else _Promise(expected, "the record expects")


def _intervals(record: DecisionRecord, promise: _Promise, new: NewRows) -> tuple[Interval | None, Interval | None]:
    level = CONFIDENCE_LEVEL
    counts, squares = record.counts, recorded_squares(record, new)
    return (
        metric_interval(record.metric, new.point.counts, squares=new.point.squares, confidence_level=level),
        interval_around(promise.value, record.metric, counts, squares=squares, confidence_level=level),
    )


def _finding(record: DecisionRecord, level: Level, sentence: str) -> Finding:
    return Finding("value", f"{lowercase_label(record.metric.label)} as recorded", level, sentence)
