"""Performance of a recorded threshold on new rows: requirements, constraints of the decision, its metric."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric, defined_values, metric
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.types import InvalidPredictions
from f1tools.record.checks.new_data import Level, NewData, Verdict
from f1tools.record.drift_statistics import CONFIDENCE_LEVEL, difference_interval
from f1tools.record.model import DecisionRecord
from f1tools.uncertainty import Interval, metric_interval
from f1tools.uncertainty.intervals import interval_around, metric_design_effect

At = Literal["point", "lower-bound"]

_LARGE_FALL = 0.1  # relative: what a metric without an interval warns of
_SMALL_FALL = 0.01  # relative: significant with many rows, but irrelevant


def check_requirement(constraint: Constraint, point: OperatingPoint, at: At) -> Verdict:
    """Check a requirement of the caller: the value itself, or the worse bound of its 95 % interval.

    Raises
    ------
    InvalidPredictions
        When the bound is requested of a metric that has no interval.
    """
    at_threshold, at_least = _at(point.threshold), constraint.sense == "at least"
    bound = (formatting.count if constraint.counts_rows else formatting.decimal)(constraint.bound)
    requirement = f"the requirement is {constraint.sense} {bound}"
    if math.isnan(constraint.measure(point.counts)):
        return "fail", f"{_label(constraint)} is undefined {at_threshold}; {requirement}."
    value = f"{_value_text(constraint, point.counts)} {at_threshold}"
    if at == "point":
        return "ok" if constraint.is_satisfied_by(point.counts) else "fail", f"{value}; {requirement}."
    interval = _interval(constraint, point)
    met = interval.low >= constraint.bound if at_least else interval.high <= constraint.bound
    side, text = "lower" if at_least else "upper", interval.text
    if constraint.counts_rows:
        text = f"{formatting.count(math.floor(interval.low))} to {formatting.count(math.ceil(interval.high))}"
    return (
        "ok" if met else "fail",
        f"{value}, {interval.level_text} interval {text}; {requirement} at the {side} bound.",
    )


def required_value(constraint: Constraint, point: OperatingPoint, at: At) -> float:
    """Return what a requirement is compared with: the value, or the worse bound of its interval; nan if undefined."""
    value = float(constraint.measure(point.counts))
    if at == "point" or math.isnan(value):
        return value
    interval = _interval(constraint, point)
    return float(interval.low if constraint.sense == "at least" else interval.high)


def _at(threshold: float) -> str:
    if math.isnan(threshold):
        return "with one threshold for each group"
    return formatting.at_threshold(formatting.exact_threshold(threshold))


def _interval(constraint: Constraint, point: OperatingPoint) -> Interval:
    """Return the interval of a constrained value; for the number of flagged rows from that of their share."""
    of_rows = constraint.counts_rows
    name = "predicted_positive_rate" if of_rows else constraint.name
    interval = metric_interval(name, point)
    if interval is None:
        raise InvalidPredictions(
            f"{_label(constraint)} has no interval, so it cannot be required at its lower bound. Require its value, or "
            "a metric that is a proportion, such as recall, precision or F1."
        )
    total = float(point.counts.total()) if of_rows else 1.0
    return Interval(interval.low * total, interval.high * total, interval.confidence_level)


def _label(constraint: Constraint) -> str:
    return "The number of flagged rows" if constraint.counts_rows else metric(constraint.name).label


def _value_text(constraint: Constraint, counts: ConfusionCounts) -> str:
    value = float(constraint.measure(counts))
    if constraint.counts_rows:
        return f"{formatting.count(value)} of {formatting.count(float(counts.total()))} rows are flagged"
    return f"{_label(constraint)} is {value_beside(value, constraint.bound)}"


def value_beside(value: float, bound: float) -> str:
    """Format a metric with enough digits to show on which side of a bound it lies."""
    text = formatting.metric_value(value)
    if abs(value - bound) < 1e-12:
        return text
    texts = [text, *(formatting.amount(value, digits) for digits in range(4, 18))]
    numbers = [float(each.replace("−", "-").replace(",", "")) for each in texts]
    sides = np.sign(np.array([*numbers, value]) - bound)
    return texts[int(np.argmax(sides[:-1] == sides[-1]))]


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


def check_constraint(constraint: Constraint, new: NewData) -> Verdict:
    """Check whether the recorded threshold still meets a constraint of the decision.

    The threshold was chosen at the edge of what the constraint allows, so that it violates the constraint on every
    other sample by chance alone. Only a significant violation fails, given the new rows and the tuning rows.
    """
    record, counts, required = new.record, new.point.counts, f"the decision required {constraint}"
    value = float(constraint.measure(counts))
    if math.isnan(value):
        return "warn", f"{_label(constraint)} is undefined; {required}."
    sentence = f"{_value_text(constraint, counts)} {_at(new.point.threshold)}; {required}"
    if constraint.is_satisfied_by(counts):
        return "ok", f"{sentence}."
    difference = _difference(metric(constraint.name), value, constraint.bound, new, _tuning_size(record))
    if difference is None:
        return "warn", f"{sentence}."
    if difference.low <= 0 <= difference.high:
        return "ok", f"{sentence}, and the difference may be due to chance."
    return "fail", f"{sentence}, and the difference is larger than chance explains."


def _difference(objective: Metric, value: float, recorded: float, new: NewData, size: float = 1.0) -> Interval | None:
    """Return the interval of the difference from the recorded value, with ``size`` times as many recorded rows."""
    counts, squares = new.recorded_counts(size)
    interval = metric_interval(objective, new.point, confidence_level=CONFIDENCE_LEVEL)
    around = interval_around(
        recorded,
        objective,
        counts,
        squares=squares,
        effect=metric_design_effect(objective, new.point),  # as the new rows are alike within clusters
        confidence_level=CONFIDENCE_LEVEL,
    )
    if interval is None or around is None:
        return None
    return difference_interval(value, interval, recorded, around)


def check_metric(new: NewData) -> Verdict:
    """Check whether the decision's metric has fallen below its recorded value.

    That is the measured value where other rows or a person chose the threshold, and otherwise the bootstrap's estimate
    for new data. Only a significant fall fails.
    """
    objective = new.record.metric
    value = float(defined_values(objective, new.point.counts))
    text = "undefined" if math.isnan(value) else formatting.metric_value(value)
    expected, origin = _recorded_value(new.record)
    sentence = f"{objective.label} is {text} {_at(new.point.threshold)}; {origin}"
    if expected is None or math.isnan(value):
        return "warn", f"{sentence}."
    fall = expected - value
    if fall <= 0:
        return "ok", f"{sentence}, so it has not fallen."
    difference = _difference(objective, value, expected, new)
    if difference is None:
        level: Level = "warn" if fall > _LARGE_FALL * abs(expected) else "ok"
        return level, f"{sentence}; this metric has no interval, so the fall is not tested."
    if difference.high >= 0:
        return "ok", f"{sentence}, and the difference may be due to chance."
    if fall < _SMALL_FALL * expected:
        return "warn", f"{sentence}: a significant fall, but less than a hundredth."
    return "fail", f"{sentence}, and the difference is larger than chance explains."


def _recorded_value(record: DecisionRecord) -> tuple[float | None, str]:
    """Return the recorded value to compare with, None where it is unknown, and where it comes from."""
    groups, origin = record.groups, "the recorded rows had"
    value = record.metrics[record.metric.name].value if groups is None else groups.value
    if record.roles is not None:
        origin = "the evaluation rows of the record had"
    elif groups is not None:
        value = None  # measured on the rows that chose the thresholds, it is too high
    elif record.chosen != "by hand":
        value, origin = None if record.expected is None else record.expected.value, "the record expects"
    if value is None:
        return None, f"the record has no estimate {'of this ' if groups is not None else ''}for new data"
    return value, f"{origin} {formatting.metric_value(value)}"
