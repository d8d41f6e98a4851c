"""Checking a recorded decision about several classes on new rows."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from f1tools import formatting
from f1tools.classes import ClassCurves
from f1tools.classes.averages import averaged
from f1tools.core.constraints import Constraint
from f1tools.core.counts import BoolArray, ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import metric
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.tally import tally
from f1tools.core.types import InvalidPredictions
from f1tools.record.checks import Finding, relaxed
from f1tools.record.checks.class_average import average_deviation
from f1tools.record.checks.new_data import MAX_LEFT_OUT, MIN_CLASS_SIZE, Level, Verdict, reasons_text
from f1tools.record.checks.performance import At, check_requirement
from f1tools.record.classes.model import ClassRecord, Expectation
from f1tools.record.diff import quoted
from f1tools.record.drift_statistics import (
    CONFIDENCE_LEVEL,
    EffectiveRows,
    difference_interval,
    proportion_difference,
    psi,
    psi_quantile,
)
from f1tools.record.fingerprint import table_digest
from f1tools.record.source import FileDigest
from f1tools.uncertainty import Interval, metric_interval
from f1tools.uncertainty.intervals import interval_around, normal_quantile

_SMALL_FALL = 0.01  # relative: significant with many rows, but irrelevant
_SMALL_LOG_ODDS = math.log(1.1)
_SMALL_PSI = 0.1
_SCORES_LEVEL = 0.995
_MOST_NAMED = 5


@dataclass(frozen=True, eq=False)
class NewClassData:
    """New rows for a recorded decision about several classes, decided as recorded.

    Parameters
    ----------
    record : ClassRecord
    curves : ClassCurves
        With the recorded classes, in their order.
    decided : ndarray of bool of shape (n, k)
    """

    record: ClassRecord
    curves: ClassCurves
    decided: BoolArray

    @classmethod
    def of(cls, record: ClassRecord, curves: ClassCurves) -> NewClassData:
        """Decide about new rows.

        Raises
        ------
        InvalidPredictions
            When they lack a class, have several where the record has one, or only one of both is weighted.
        """
        missing = [name for name in record.names if name not in curves.classes]
        if missing:
            raise InvalidPredictions(
                f"No row has {quoted(missing[0])}, or all rows have it, so it can't be checked. Provide rows with each "
                "of the recorded classes."
            )
        if record.one_per_row and not curves.one_per_row:
            raise InvalidPredictions("Some rows have several classes, and the record is about rows of one class each.")
        if record.weighted != (curves.sample_weight is not None):
            then, now = ("weighted", "not weighted") if record.weighted else ("not weighted", "weighted")
            raise InvalidPredictions(
                f"The rows of the record are {then}, these rows are {now}. Use weights for both or none."
            )
        order = [curves.classes.index(name) for name in record.names]
        curves = replace(
            curves, classes=record.names, y_true=curves.y_true[:, order], y_score=curves.y_score[:, order],
            one_per_row=record.one_per_row,
        )  # fmt: skip
        return cls(record, curves, record.decide(curves.y_score))

    @cached_property
    def points(self) -> tuple[OperatingPoint, ...]:
        """What the decision does with each class against all others."""
        truth, weight = self.curves.y_true, self.curves.sample_weight
        columns = (
            tally(np.ascontiguousarray(truth[:, place]), self.decided[:, place].astype(np.float64), weight)
            for place in range(len(self.record.classes))
        )
        return tuple(ThresholdCurve(*column).at(1.0) for column in columns)

    @property
    def counts(self) -> ConfusionCounts:
        """Counts of each class; arrays of shape (k,)."""
        cells = ("tn", "fp", "fn", "tp")
        return ConfusionCounts(*(np.array([float(getattr(p.counts, cell)) for p in self.points]) for cell in cells))

    @property
    def few(self) -> tuple[str, ...]:
        """Classes with fewer than ten rows with or without them."""
        n = len(self.curves.y_true)
        supports = zip(self.record.names, self.curves.supports.tolist(), strict=True)
        return tuple(name for name, support in supports if min(support, n - support) < MIN_CLASS_SIZE)


def check_classes(  # noqa: PLR0913 (keywords, each with a default)
    record: ClassRecord,
    curves: ClassCurves,
    *,
    floors: Sequence[Constraint] = (),
    at: At = "point",
    max_psi: float = 0.25,
    allow: Collection[str] = (),
    left_out: Mapping[str, int] | None = None,
    files: Sequence[FileDigest] = (),
) -> tuple[Finding, ...]:
    """Check whether a recorded decision about several classes holds on new rows.

    Parameters
    ----------
    record : ClassRecord
    curves : ClassCurves
        Rows that had no part in the decision, with each of the recorded classes.
    floors : sequence of Constraint
        Requirements that each class must meet on them.
    at, max_psi, allow, left_out, files
        As for :func:`f1tools.check`.

    Returns
    -------
    tuple of Finding
        The rows, the requirements, the limits of labels, the average compared with what the record expects, F-beta of
        each class, the shares of the classes, and their scores. What is tested for each class is tested so that all
        classes together give about 1 % of false alarms; a class with fewer than ten rows only warns.

    Raises
    ------
    InvalidPredictions
        When the rows do not fit the record.
    """
    new, label = NewClassData.of(record, curves), metric("fbeta", record.beta).label
    few = set(new.few)
    findings = [
        Finding("rows", "rows", *_check_rows(new, left_out, files)),
        *(Finding("floor", f"{floor.check_name} of each class", *_check_floor(new, floor, at)) for floor in floors),
        *_check_limits(new),
        Finding("value", f"{record.average} {label} as recorded", *_check_average(new)),
        *(_check_class(new, place, few) for place in range(len(record.classes))),
        Finding("prevalence", "shares of the classes", *_check_prevalence(new)),
        Finding("scores", "scores", *_check_scores(new, max_psi)),
    ]
    return tuple(relaxed(each, allow, is_small=False) for each in findings)


def _check_rows(new: NewClassData, left_out: Mapping[str, int] | None, files: Sequence[FileDigest]) -> Verdict:
    """Report which rows are judged: warn where some were left out, are few or are not new, fail where many were."""
    n, n_out = len(new.curves.y_true), sum((left_out or {}).values())
    sentence = f"{formatting.count(n)} rows of {formatting.count(len(new.record.classes))} classes are judged"
    if left_out and n_out:
        sentence += f"; {formatting.count(n_out)} more were left out: {reasons_text(left_out)}"
    elif left_out is not None:
        sentence += "; none was left out"
    notes = ""
    if new.few:
        notes += f" With fewer than {MIN_CLASS_SIZE} rows, {_listed(new.few)} can only warn."
    recorded = {each.sha256 for each in new.record.data.files}
    known = [quoted(each.name) for each in files if each.sha256 in recorded]
    if known:
        notes += f" The decision was made on the rows of {' and '.join(known)}, so they say nothing about new data."
    elif all(each.table == table_digest(new.curves.curve(each.name)) for each in new.record.classes):
        notes += " The decision was made on these rows, or on rows with the same labels and scores."
    level: Level = "warn" if n_out or notes else "ok"
    return "fail" if n_out > MAX_LEFT_OUT * (n_out + n) else level, f"{sentence}.{notes}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(map(quoted, names[:_MOST_NAMED])) + more


def _check_floor(new: NewClassData, floor: Constraint, at: At) -> Verdict:
    """Check a requirement of the caller for each class, and report the classes that miss it."""
    verdicts = [check_requirement(floor, replace(point, threshold=math.nan), at) for point in new.points]
    failed = [name for name, (level, _) in zip(new.record.names, verdicts, strict=True) if level == "fail"]
    if not failed:
        return "ok", f"All {len(verdicts):,} classes have {floor}."
    return "fail", f"{len(failed):,} of {len(verdicts):,} classes do not have {floor}: {_listed(failed)}."


def _check_limits(new: NewClassData) -> list[Finding]:
    """Check whether labels still meet their limits, which were met at their edge: only significant violations fail."""
    findings = []
    for name, constraints in new.record.constraints.items():
        place = new.record.names.index(name)
        recorded = new.record.classes[place]
        if recorded.not_met or name in new.record.by_hand:
            continue
        for constraint in constraints:
            verdict = _check_limit(new, place, constraint)
            findings.append(Finding("limits", f"{constraint.check_name} of {quoted(name)} (recorded)", *verdict))
    return findings


def _check_limit(new: NewClassData, place: int, constraint: Constraint) -> Verdict:
    point, recorded = new.points[place], new.record.classes[place]
    value = float(constraint.measure(point.counts))
    if constraint.counts_rows:  # the number of rows changes
        share = min(constraint.bound / float(recorded.counts.total()), 1.0)
        constraint = Constraint("predicted_positive_rate", constraint.sense, share)
        value = float(constraint.measure(point.counts))
    label, of = metric(constraint.name).label, quoted(recorded.name)
    if math.isnan(value):
        return "warn", f"{label} of {of} is undefined; the decision required {constraint}."
    sentence = f"{label} of {of} is {formatting.metric_value(value)}; the decision required {constraint}"
    if constraint.is_satisfied_by(point.counts):
        return "ok", f"{sentence}."
    interval = metric_interval(constraint.name, point, confidence_level=CONFIDENCE_LEVEL)
    counts = recorded.counts
    size = new.record.data.n / float(counts.total())
    squares = ConfusionCounts(**{cell: count / size for cell, count in vars(counts).items()})
    around = interval_around(
        constraint.bound, constraint.name, counts, squares=squares, confidence_level=CONFIDENCE_LEVEL
    )
    if interval is None or around is None:
        return "warn", f"{sentence}."
    difference = difference_interval(value, interval, constraint.bound, around)
    if difference.low <= 0 <= difference.high:
        return "ok", f"{sentence}, and the difference may be due to chance."
    few = recorded.name in new.few
    return "warn" if few else "fail", f"{sentence}, and the difference is larger than chance explains."


def _check_average(new: NewClassData) -> Verdict:
    """Check whether the average has fallen below what the record expects on new rows."""
    record = new.record
    value = float(averaged(new.counts, record.average, record.beta))
    deviation = average_deviation(new.curves, new.decided, record.average, record.beta)
    margin = normal_quantile(CONFIDENCE_LEVEL) * deviation
    label = f"{record.average.capitalize()} {metric('fbeta', record.beta).label}"
    return _compared(label, value, Interval(value - margin, value + margin, CONFIDENCE_LEVEL), record.expected, new)


def _check_class(new: NewClassData, place: int, few: Collection[str]) -> Finding:
    """Check whether F-beta of a class has fallen; the level of each test shrinks with the number of classes."""
    recorded, record = new.record.classes[place], new.record
    label = metric("fbeta", record.beta).label
    level = 1 - (1 - CONFIDENCE_LEVEL) / len(record.classes)
    interval = metric_interval("fbeta", new.points[place], beta=record.beta, confidence_level=level)
    value = float(metric("fbeta", record.beta).evaluate(new.points[place].counts))
    assert interval is not None  # noqa: S101 - F-beta is a proportion
    found, sentence = _compared(f"{label} of {quoted(recorded.name)}", value, interval, recorded.expected, new)
    if found == "fail" and recorded.name in few:
        found, sentence = "warn", f"{sentence} With so few rows this is only a warning."
    return Finding("class", f"{label} of {quoted(recorded.name)}", found, sentence)


def _compared(label: str, value: float, interval: Interval, expected: Expectation | None, new: NewClassData) -> Verdict:
    """Compare a value on new rows with what the record expects, whose interval is as wide as its resamples say."""
    text = f"{label} is {formatting.metric_value(value)}"
    resamples = new.record.resamples
    if expected is None or expected.value is None or expected.interval is None or resamples is None:
        return "warn", f"{text}; the record has no estimate for new rows."
    recorded = expected.value
    text += f"; the record expects {formatting.metric_value(recorded)}"
    stretch = normal_quantile(interval.confidence_level) / normal_quantile(resamples.confidence_level)
    low, high = (recorded + stretch * ((recorded if end is None else end) - recorded) for end in expected.interval)
    fall = recorded - value
    if fall <= 0:
        return "ok", f"{text}, so it has not fallen."
    difference = difference_interval(value, interval, recorded, Interval(low, high, interval.confidence_level))
    if not difference.high < 0:
        return "ok", f"{text}, and the difference may be due to chance."
    if fall < _SMALL_FALL * recorded:
        return "warn", f"{text}: a significant fall, but less than a hundredth."
    return "fail", f"{text}, and the difference is larger than chance explains."


def _check_prevalence(new: NewClassData) -> Verdict:
    """Test whether the share of each class has changed (Newcombe's interval of the difference)."""
    record, k = new.record, len(new.record.classes)
    level = 1 - (1 - CONFIDENCE_LEVEL) / k
    moved: dict[str, str] = {}
    small = False
    for place, each in enumerate(record.classes):
        now, then = float(new.points[place].counts.prevalence()), float(each.counts.prevalence())
        effective = EffectiveRows.from_curve(new.curves.curve(each.name)).prevalence
        recorded = effective * record.data.n / len(new.curves.y_true)
        difference = proportion_difference(now, effective, then, recorded, confidence_level=level)
        if difference.low <= 0 <= difference.high:
            continue
        odds = abs(math.log(now / (1 - now)) - math.log(then / (1 - then)))
        if odds < _SMALL_LOG_ODDS or each.name in new.few:
            small = True
            continue
        moved[each.name] = (
            f"{formatting.percent(now)} of these rows and {formatting.percent(then)} of the recorded ones"
        )
    if moved:
        listed = "; ".join(f"{quoted(name)} {text}" for name, text in list(moved.items())[:_MOST_NAMED])
        return "fail", f"{len(moved):,} of {k:,} classes have another share than chance explains: {listed}."
    if small:
        return "warn", "Some shares differ significantly, but their odds by less than a tenth, or the rows are few."
    return "ok", "No share of a class differs more than chance explains."


def _check_scores(new: NewClassData, max_psi: float) -> Verdict:
    """Test whether the score distribution of a class has drifted (population stability index against chance)."""
    record, k, indices = new.record, len(new.record.classes), {}
    level = 1 - (1 - _SCORES_LEVEL) / k
    for each in record.classes:
        curve = new.curves.curve(each.name)
        n, n_bins = EffectiveRows.from_curve(curve).scores, len(each.scores.shares)
        index = psi(each.scores, curve)
        recorded = n * record.data.n / len(new.curves.y_true)
        if index > psi_quantile(n_bins, recorded, n, confidence_level=level):
            indices[each.name] = index if n >= MIN_CLASS_SIZE * n_bins else min(index, max_psi)
    worst = sorted(indices, key=lambda name: -indices[name])[:_MOST_NAMED]
    listed = ", ".join(f"{quoted(name)} {formatting.metric_value(indices[name])}" for name in worst)
    if any(index > max_psi for index in indices.values()):
        return (
            "fail",
            f"Population stability index above {formatting.decimal(max_psi)}, the scores have drifted: {listed}.",
        )
    if any(index > _SMALL_PSI for index in indices.values()):
        return "warn", f"A moderate drift of scores, population stability index: {listed}."
    return "ok", "The scores of all classes are distributed as the recorded ones, up to chance or a small drift."
