"""The limits that a decision had to keep: whether its threshold still keeps them."""

from __future__ import annotations

import math

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.record.asked import label_of, told, value_of
from f1tools.record.new_rows import Finding, Level, NewRows, recorded_squares
from f1tools.record.record import DecisionRecord
from f1tools.record.stability import CONFIDENCE_LEVEL, difference_interval
from f1tools.uncertainty import Interval, metric_interval
from f1tools.uncertainty.intervals import interval_around


def limits_of(record: DecisionRecord) -> tuple[Constraint, ...]:
    """Give the limits that the best threshold keeps, each once and as a share; none where it could not keep them."""
    if record.not_met:
        return ()
    return tuple(dict.fromkeys(as_share(each, record) for each in record.constraints))


def as_share(constraint: Constraint, record: DecisionRecord) -> Constraint:
    """Take a bound on the number of flagged rows for one on their share: there may be more rows now, or fewer.

    The bound was kept on the rows that choose the threshold. Of weighted ones a record holds no sum: it is taken to be
    as large as that of as many rows that report.
    """
    if constraint.name != "flagged":
        return constraint
    share = min(constraint.bound / (float(record.counts.total()) * _chose(record)), 1.0)
    return Constraint("predicted_positive_rate", constraint.sense, share)


def _chose(record: DecisionRecord) -> float:
    """Say how many times as many rows chose the threshold as report."""
    return 1.0 if record.roles is None else record.roles.rows_tune / record.roles.rows_report


def limit(asked: Constraint, record: DecisionRecord, new: NewRows) -> Finding:
    """Ask whether the recorded threshold still keeps what it had to keep.

    It was chosen at the edge of what is allowed, so that by chance alone it breaks the limit on every other sample.
    Only a miss that chance hardly explains fails: of the new rows and of those that chose it.
    """
    value = value_of(asked, new.point.counts)
    if math.isnan(value):
        return _finding(asked, "warn", f"{label_of(asked)} is undefined; the decision had to keep {asked}.")
    here = f"{told(asked, value, new.point.counts)} at {formatting.decimal(record.threshold)}"
    if asked.is_kept_at(new.point.counts):
        return _finding(asked, "ok", f"{here}; the decision had to keep {asked}.")
    around, then = _intervals(asked, record, new)
    if around is None or then is None:
        return _finding(asked, "warn", f"{here}; the decision had to keep {asked}.")
    gap = difference_interval(value, around, asked.bound, then)
    if gap.low <= 0 <= gap.high:
        return _finding(asked, "ok", f"{here}; {asked} had to be kept, and chance may explain the difference.")
    return _finding(asked, "fail", f"{here}; {asked} had to be kept, and chance hardly explains the difference.")


def _finding(asked: Constraint, level: Level, sentence: str) -> Finding:
    """Call it another name than the same bound has when it is asked for."""
    return Finding("limits", f"{asked} (recorded)", level, sentence)


def _intervals(asked: Constraint, record: DecisionRecord, new: NewRows) -> tuple[Interval | None, Interval | None]:
    """Give the interval of the value on the new rows, and that of the bound on as many rows as chose the threshold."""
    counts, squares = (_times(each, _chose(record)) for each in (record.counts, recorded_squares(record, new)))
    return (
        metric_interval(asked.name, new.point.counts, squares=new.point.squares, confidence_level=CONFIDENCE_LEVEL),
        interval_around(asked.bound, asked.name, counts, squares=squares, confidence_level=CONFIDENCE_LEVEL),
    )


def _times(counts: ConfusionCounts, factor: float) -> ConfusionCounts:
    return ConfusionCounts(tn=counts.tn * factor, fp=counts.fp * factor, fn=counts.fn * factor, tp=counts.tp * factor)
