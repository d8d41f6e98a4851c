"""What is asked for of new rows: floors, which are judged as they are asked."""

from __future__ import annotations

import math
from typing import Literal

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import OperatingPoint
from f1tools.core.errors import InvalidPredictions
from f1tools.core.metrics import defined_values, metric
from f1tools.record.new_rows import Finding
from f1tools.uncertainty import Interval, metric_interval

At = Literal["point", "lower-bound"]


def floor(asked: Constraint, point: OperatingPoint, at: At) -> Finding:
    """Ask for what was asked for: of the value, or of the end of its interval that is worse.

    Raises
    ------
    InvalidPredictions
        When it is asked for at the lower bound, and has none.
    """
    counts, written = point.counts, formatting.decimal(point.threshold)
    value = value_of(asked, counts)
    if math.isnan(value):
        sentence = f"{label_of(asked)} is undefined at {written}; {asked.sense} {_bound(asked)} is asked for."
        return Finding("floor", str(asked), "fail", sentence)
    if at == "point":
        kept = asked.is_kept_at(counts)
        sentence = f"{told(asked, value, counts)} at {written}; {asked.sense} {_bound(asked)} is asked for."
        return Finding("floor", str(asked), "ok" if kept else "fail", sentence)
    interval = _interval(asked, point)
    worse = interval.low if asked.sense == "at least" else interval.high
    kept = worse >= asked.bound if asked.sense == "at least" else worse <= asked.bound
    end = "lower" if asked.sense == "at least" else "upper"
    sentence = (
        f"{told(asked, value, counts)} at {written}, {interval.level_text} interval {_range(asked, interval)}; "
        f"{asked.sense} {_bound(asked)} is asked for at the {end} bound."
    )
    return Finding("floor", str(asked), "ok" if kept else "fail", sentence)


def _interval(asked: Constraint, point: OperatingPoint) -> Interval:
    """Give the interval of what a floor is about; that of a number of flagged rows follows from their share."""
    of_rows = asked.name == "flagged"
    found = metric_interval("predicted_positive_rate" if of_rows else asked.name, point.counts, squares=point.squares)
    if found is None:
        raise InvalidPredictions(
            f"{label_of(asked)} has no interval, so that it can't be asked for at its lower bound. Ask for its value, "
            "or for a metric that is a share, such as recall, precision or F1."
        )
    total = float(point.counts.total())
    return Interval(found.low * total, found.high * total, found.confidence_level) if of_rows else found


def value_of(asked: Constraint, counts: ConfusionCounts) -> float:
    """Give what a bound is about; nan where it is undefined."""
    return float(counts.flagged() if asked.name == "flagged" else defined_values(metric(asked.name), counts))


def label_of(asked: Constraint) -> str:
    """Name what a bound is about."""
    return "The number of flagged rows" if asked.name == "flagged" else metric(asked.name).label


def _bound(asked: Constraint) -> str:
    return formatting.count(asked.bound) if asked.name == "flagged" else formatting.decimal(asked.bound)


def _range(asked: Constraint, interval: Interval) -> str:
    if asked.name != "flagged":
        return interval.text
    return f"{formatting.count(math.floor(interval.low))} to {formatting.count(math.ceil(interval.high))}"


def told(asked: Constraint, value: float, counts: ConfusionCounts) -> str:
    """Write a value with as many digits as it takes to see on which side of the bound it is."""
    if asked.name == "flagged":
        return f"{formatting.count(value)} of {formatting.count(float(counts.total()))} rows are flagged"
    texts = (formatting.metric_value(value), *(formatting.amount(value, digits) for digits in range(4, 18)))
    shows = (text for text in texts if abs(value - asked.bound) < 1e-12 or _side(text, asked) == _sign(value, asked))
    return f"{label_of(asked)} is {next(shows, texts[0])}"


def _side(text: str, asked: Constraint) -> int:
    return _sign(float(text.replace("−", "-").replace(",", "")), asked)


def _sign(value: float, asked: Constraint) -> int:
    return (value > asked.bound) - (value < asked.bound)
