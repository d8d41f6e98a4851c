"""Does a decision still hold on new rows: what a gate in a pipeline asks, a finding an answer."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal

from f1tools import words
from f1tools.constraints import Constraint
from f1tools.counts import ConfusionCounts
from f1tools.errors import InvalidPredictions
from f1tools.metrics import known_values, metric, rounding
from f1tools.operating_point import OperatingPoint
from f1tools.predictions import Predictions
from f1tools.record import moved
from f1tools.record.new_rows import Finding, NewRows, new_rows
from f1tools.record.record import DecisionRecord
from f1tools.record.stability import CONFIDENCE_LEVEL, difference_interval
from f1tools.uncertainty import Interval, metric_interval
from f1tools.uncertainty.intervals import interval_around
from f1tools.uncertainty.sentences import level_text, range_text

At = Literal["point", "lower-bound"]
MAY_MOVE = ("limits", "threshold", "prevalence", "scores")
"""The kinds of findings that can be allowed to fail."""


def check(
    record: DecisionRecord,
    predictions: Predictions,
    *,
    floors: Sequence[Constraint] = (),
    at: At = "point",
    max_psi: float = 0.25,
    allow: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Judge new rows by a recorded decision, at the recorded threshold.

    Parameters
    ----------
    record : DecisionRecord
    predictions : Predictions
        Rows that had no part in the decision. Where they have roles, those that report are judged.
    floors : sequence of Constraint
        What the recorded threshold must reach on them.
    at : "point" or "lower-bound"
        Whether the value must reach a floor, or the low end of its 95 % interval.
    max_psi : float
        The population stability index above which the scores have moved.
    allow : collection of str
        Kinds of findings that only warn: any of :data:`MAY_MOVE`.

    Returns
    -------
    tuple of Finding
        The floors in their order, the limits that the decision had to keep, then the best threshold, the share of
        positives and the scores. What chance explains does not fail, floors at the point excepted.

    Raises
    ------
    InvalidPredictions
        When the model has no scores among the predictions, they call something else positive, are weighted where the
        record is not or the other way round, or a floor has no lower bound.
    ValueError
        For an unknown ``at`` or ``allow``, or a ``max_psi`` that is not above 0.
    """
    if at not in ("point", "lower-bound") or not set(allow) <= set(MAY_MOVE) or not max_psi > 0:
        raise ValueError(f"at={at!r}, allow={sorted(allow)!r} and max_psi={max_psi!r} are not what check knows.")
    new = new_rows(record, predictions)
    asked = {(each.name, each.sense) for each in floors}
    limits = () if record.not_met else record.constraints
    found = [
        *(_floor(each, new.point, at, weighted=new.curve.weighted) for each in floors),
        *(_limit(moved.as_share(each, record), record, new) for each in limits if (each.name, each.sense) not in asked),
        moved.best_threshold(record, new),
        moved.prevalence(record, new),
        moved.scores(record, new, max_psi),
    ]
    return tuple(_allowed(each) if each.kind in allow else each for each in found)


def _allowed(finding: Finding) -> Finding:
    if finding.level != "fail":
        return finding
    return replace(finding, level="warn", sentence=f"{finding.sentence} That is allowed.")


def _floor(floor: Constraint, point: OperatingPoint, at: At, *, weighted: bool) -> Finding:
    """Ask for what was asked for: of the value, or of the end of its interval that is worse."""
    counts, written = point.counts, words.decimal_text(point.threshold)
    value = _value(floor, counts)
    if math.isnan(value):
        sentence = f"{_label(floor)} is undefined at {written}; {floor.sense} {_bound(floor)} is asked for."
        return Finding("floor", str(floor), "fail", sentence)
    if at == "point":
        kept = float(floor.shortfall(counts)) <= rounding(weighted=weighted)
        sentence = f"{_told(floor, value, counts)} at {written}; {floor.sense} {_bound(floor)} is asked for."
        return Finding("floor", str(floor), "ok" if kept else "fail", sentence)
    interval = _interval(floor, point)
    worse = interval.low if floor.sense == "at least" else interval.high
    kept = worse >= floor.bound if floor.sense == "at least" else worse <= floor.bound
    end = "lower" if floor.sense == "at least" else "upper"
    sentence = (
        f"{_told(floor, value, counts)} at {written}, {level_text(interval)} interval {_range(floor, interval)}; "
        f"{floor.sense} {_bound(floor)} is asked for at the {end} bound."
    )
    return Finding("floor", str(floor), "ok" if kept else "fail", sentence)


def _interval(floor: Constraint, point: OperatingPoint) -> Interval:
    """Give the interval of what a floor is about; that of a number of flagged rows follows from their share."""
    of_rows = floor.name == "flagged"
    found = metric_interval("predicted_positive_rate" if of_rows else floor.name, point.counts, squares=point.squares)
    if found is None:
        raise InvalidPredictions(
            f"{_label(floor)} has no interval, so that it can't be asked for at its lower bound. Ask for its value, or "
            "for a metric that is a share, such as recall, precision or F1."
        )
    total = float(point.counts.total())
    return Interval(found.low * total, found.high * total, found.confidence_level) if of_rows else found


def _limit(limit: Constraint, record: DecisionRecord, new: NewRows) -> Finding:
    """Ask whether the recorded threshold still keeps what it had to keep.

    It was chosen at the edge of what is allowed, so that by chance alone it breaks the limit on every other sample.
    Only a miss that chance hardly explains fails: of the new rows and of those that chose it.
    """
    value, name = _value(limit, new.point.counts), str(limit)
    if math.isnan(value):
        return Finding("limits", name, "warn", f"{_label(limit)} is undefined; the decision had to keep {limit}.")
    told = f"{_told(limit, value, new.point.counts)} at {words.decimal_text(record.threshold)}"
    if float(limit.shortfall(new.point.counts)) <= rounding(weighted=new.curve.weighted):
        return Finding("limits", name, "ok", f"{told}; the decision had to keep {limit}.")
    around, then = _intervals(limit, record, new)
    if around is None or then is None:
        return Finding("limits", name, "warn", f"{told}; the decision had to keep {limit}.")
    gap = difference_interval(value, around, limit.bound, then)
    if gap.low <= 0 <= gap.high:
        return Finding("limits", name, "ok", f"{told}; {limit} had to be kept, and chance may explain the difference.")
    return Finding(
        "limits", name, "fail", f"{told}; {limit} had to be kept, and chance hardly explains the difference."
    )


def _intervals(limit: Constraint, record: DecisionRecord, new: NewRows) -> tuple[Interval | None, Interval | None]:
    counts, weight = record.counts, None
    if record.weighted:
        each = float(counts.total()) / new.recorded.scores
        weight = ConfusionCounts(tn=counts.tn * each, fp=counts.fp * each, fn=counts.fn * each, tp=counts.tp * each)
    return (
        metric_interval(limit.name, new.point.counts, squares=new.point.squares, confidence_level=CONFIDENCE_LEVEL),
        interval_around(limit.bound, limit.name, counts, squares=weight, confidence_level=CONFIDENCE_LEVEL),
    )


def _value(asked: Constraint, counts: ConfusionCounts) -> float:
    return float(counts.flagged() if asked.name == "flagged" else known_values(metric(asked.name), counts))


def _label(asked: Constraint) -> str:
    return "The number of flagged rows" if asked.name == "flagged" else metric(asked.name).label


def _bound(asked: Constraint) -> str:
    return words.count(asked.bound) if asked.name == "flagged" else words.decimal_text(asked.bound)


def _range(asked: Constraint, interval: Interval) -> str:
    if asked.name != "flagged":
        return range_text(interval)
    return f"{words.count(math.floor(interval.low))} to {words.count(math.ceil(interval.high))}"


def _told(asked: Constraint, value: float, counts: ConfusionCounts) -> str:
    """Write a value with as many digits as it takes to see on which side of the bound it is."""
    if asked.name == "flagged":
        return f"{words.count(value)} of {words.count(float(counts.total()))} rows are flagged"
    texts = (words.figure(value), *(words.amount(value, digits) for digits in range(4, 18)))
    shows = (text for text in texts if abs(value - asked.bound) < 1e-12 or _side(text, asked) == _sign(value, asked))
    return f"{_label(asked)} is {next(shows, texts[0])}"


def _side(text: str, asked: Constraint) -> int:
    return _sign(float(text.replace("−", "-")), asked)


def _sign(value: float, asked: Constraint) -> int:
    return (value > asked.bound) - (value < asked.bound)
