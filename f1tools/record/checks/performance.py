"""Performance of a recorded threshold on new rows: requirements, constraints of the decision, its metric."""

from __future__ import annotations

import math
from typing import Literal

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import OperatingPoint
from f1tools.core.errors import InvalidPredictions
from f1tools.core.metrics import Metric, defined_values, metric
from f1tools.record.checks.new_data import Finding, Level, NewData, scaled_counts
from f1tools.record.drift_statistics import CONFIDENCE_LEVEL, difference_interval
from f1tools.record.model import DecisionRecord
from f1tools.uncertainty import Interval, metric_interval
from f1tools.uncertainty.intervals import interval_around

At = Literal["point", "lower-bound"]

_LARGE_FALL = 0.1  # relative: what a metric without an interval warns of
_SMALL_FALL = 0.01  # relative: significant with many rows, but irrelevant


def check_requirement(constraint: Constraint, point: OperatingPoint, at: At) -> Finding:
    """Check a requirement of the caller: the value itself, or the worse bound of its 95 % interval.

    Raises
    ------
    InvalidPredictions
        When the bound is requested of a metric that has no interval.
    """
    value = float(constraint.measure(point.counts))
    threshold, at_least = formatting.decimal(point.threshold), constraint.sense == "at least"
    requirement = f"the requirement is {constraint.sense} {_bound_text(constraint)}"
    if math.isnan(value):
        sentence = f"{_label(constraint)} is undefined at {threshold}; {requirement}."
        return Finding("floor", str(constraint), "fail", sentence)
    sentence = f"{_value_text(constraint, value, point.counts)} at {threshold}"
    if at == "point":
        met = constraint.is_satisfied_by(point.counts)
        sentence += f"; {requirement}."
    else:
        interval = _interval(constraint, point)
        met = interval.low >= constraint.bound if at_least else interval.high <= constraint.bound
        side, text = "lower" if at_least else "upper", _interval_text(constraint, interval)
        sentence += f", {interval.level_text} interval {text}; {requirement} at the {side} bound."
    return Finding("floor", str(constraint), "ok" if met else "fail", sentence)


def _interval(constraint: Constraint, point: OperatingPoint) -> Interval:
    """Return the interval of a constrained value; for the number of flagged rows from that of their share."""
    of_rows = constraint.counts_rows
    name = "predicted_positive_rate" if of_rows else constraint.name
    interval = metric_interval(name, point.counts, squares=point.squares)
    if interval is None:
        raise InvalidPredictions(
            f"{_label(constraint)} has no interval, so it cannot be required at its lower bound. Require its value, or "
            "a metric that is a proportion, such as recall, precision or F1."
        )
    total = float(point.counts.total()) if of_rows else 1.0
    return Interval(interval.low * total, interval.high * total, interval.confidence_level)


def _label(constraint: Constraint) -> str:
    return "The number of flagged rows" if constraint.counts_rows else metric(constraint.name).label


def _bound_text(constraint: Constraint) -> str:
    return (formatting.count if constraint.counts_rows else formatting.decimal)(constraint.bound)


def _interval_text(constraint: Constraint, interval: Interval) -> str:
    if not constraint.counts_rows:
        return interval.text
    return f"{formatting.count(math.floor(interval.low))} to {formatting.count(math.ceil(interval.high))}"


def _value_text(constraint: Constraint, value: float, counts: ConfusionCounts) -> str:
    """Return the value with enough digits to show on which side of the bound it lies."""
    if constraint.counts_rows:
        return f"{formatting.count(value)} of {formatting.count(float(counts.total()))} rows are flagged"

    def side(number: float) -> int:
        return (number > constraint.bound) - (number < constraint.bound)

    texts = [formatting.metric_value(value), *(formatting.amount(value, digits) for digits in range(4, 18))]
    if abs(value - constraint.bound) < 1e-12:
        texts = texts[:1]
    exact = (text for text in texts if side(float(text.replace("−", "-").replace(",", ""))) == side(value))
    return f"{_label(constraint)} is {next(exact, texts[0])}"


def recorded_constraints(record: DecisionRecord) -> tuple[Constraint, ...]:
    """Return the distinct constraints that the best threshold meets, as proportions; none where they were not met."""
    if record.objective.not_met:
        return ()
    return tuple(dict.fromkeys(as_proportion(each, record) for each in record.constraints))


def as_proportion(constraint: Constraint, record: DecisionRecord) -> Constraint:
    """Turn a bound on the number of flagged rows into one on their share, because the number of rows changes.

    The bound was met on the tuning rows. A record holds no sum of their weights, which is assumed to be proportional to
    their number.
    """
    if not constraint.counts_rows:
        return constraint
    share = min(constraint.bound / (float(record.counts.total()) * _tuning_size(record)), 1.0)
    return Constraint("predicted_positive_rate", constraint.sense, share)


def _tuning_size(record: DecisionRecord) -> float:
    """Return the number of tuning rows relative to that of evaluation rows."""
    return 1.0 if record.roles is None else record.roles.n_tune / record.roles.n_report


def check_constraint(constraint: Constraint, record: DecisionRecord, new: NewData) -> Finding:
    """Check whether the recorded threshold still meets a constraint of the decision.

    The threshold was chosen at the edge of what the constraint allows, so that it violates the constraint on every
    other sample by chance alone. Only a significant violation fails, given the new rows and the tuning rows.
    """

    def finding(level: Level, sentence: str) -> Finding:
        return Finding("limits", f"{constraint} (recorded)", level, f"{sentence}.")

    counts, bound = new.point.counts, f"the decision required {constraint}"
    value = float(constraint.measure(counts))
    if math.isnan(value):
        return finding("warn", f"{_label(constraint)} is undefined; {bound}")
    sentence = f"{_value_text(constraint, value, counts)} at {formatting.decimal(record.threshold)}; {bound}"
    if constraint.is_satisfied_by(counts):
        return finding("ok", sentence)
    size = _tuning_size(record)
    interval, recorded = _interval_pair(metric(constraint.name), constraint.bound, record, new, size)
    if interval is None or recorded is None:
        return finding("warn", sentence)
    difference = difference_interval(value, interval, constraint.bound, recorded)
    if difference.low <= 0 <= difference.high:
        return finding("ok", f"{sentence}, and the difference may be due to chance")
    return finding("fail", f"{sentence}, and the difference is larger than chance explains")


def _interval_pair(
    objective: Metric, value: float, record: DecisionRecord, new: NewData, size: float = 1.0
) -> tuple[Interval | None, Interval | None]:
    """Return the intervals of a metric on the new rows, and of a value on ``size`` times the recorded rows."""
    counts, squares = (scaled_counts(each, size) for each in (record.counts, new.recorded_squares(record)))
    return (
        metric_interval(objective, new.point.counts, squares=new.point.squares, confidence_level=CONFIDENCE_LEVEL),
        interval_around(value, objective, counts, squares=squares, confidence_level=CONFIDENCE_LEVEL),
    )


def check_metric(record: DecisionRecord, new: NewData) -> Finding:
    """Check whether the decision's metric has fallen below its recorded value.

    That is the measured value where other rows or a person chose the threshold, and otherwise the bootstrap's estimate
    for new data. Only a significant fall fails.
    """

    def finding(level: Level, sentence: str) -> Finding:
        return Finding("value", f"{formatting.lowercase_label(name)} as recorded", level, f"{sentence}.")

    name, threshold = record.metric.label, formatting.decimal(record.threshold)
    value = float(defined_values(record.metric, new.point.counts))
    sentence = f"{name} is {'undefined' if math.isnan(value) else formatting.metric_value(value)} at {threshold}"
    expected, origin = _recorded_value(record)
    if expected is not None:
        origin = f"{origin} {formatting.metric_value(expected)}"
    sentence = f"{sentence}; {origin}"
    if expected is None or math.isnan(value):
        return finding("warn", sentence)
    fall = expected - value
    if fall <= 0:
        return finding("ok", f"{sentence}, so it has not fallen")
    interval, recorded = _interval_pair(record.metric, expected, record, new)
    if interval is None or recorded is None:
        level: Level = "warn" if fall > _LARGE_FALL * abs(expected) else "ok"
        return finding(level, f"{sentence}; this metric has no interval, so the fall is not tested")
    if difference_interval(value, interval, expected, recorded).high >= 0:
        return finding("ok", f"{sentence}, and the difference may be due to chance")
    if fall < _SMALL_FALL * expected:
        return finding("warn", f"{sentence}: a significant fall, but less than a hundredth")
    return finding("fail", f"{sentence}, and the difference is larger than chance explains")


def _recorded_value(record: DecisionRecord) -> tuple[float | None, str]:
    """Return the recorded value to compare with, None where it is unknown, and where it comes from."""
    value, origin = record.metrics[record.metric.name].value, "the recorded rows had"
    if record.roles is not None:
        origin = "the evaluation rows of the record had"
    elif record.chosen != "by hand":
        value, origin = None if record.expected is None else record.expected.value, "the record expects"
    return value, "the record has no estimate for new data" if value is None else origin
