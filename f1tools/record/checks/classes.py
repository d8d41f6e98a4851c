"""Checking a recorded decision about several classes on new rows."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from f1tools import formatting
from f1tools.classes import ClassCurves
from f1tools.classes.averages import CELLS, averaged
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import metric
from f1tools.record.checks import Finding, relaxed
from f1tools.record.checks.class_average import average_deviation, averaged_classes, expected_average
from f1tools.record.checks.new_classes import NewClassData
from f1tools.record.checks.new_data import MAX_LEFT_OUT, MIN_CLASS_SIZE, Level, Verdict, reasons_text
from f1tools.record.checks.performance import At, check_requirement
from f1tools.record.classes.model import ClassRecord, Expectation
from f1tools.record.diff import quoted
from f1tools.record.drift_statistics import (
    CONFIDENCE_LEVEL,
    difference_interval,
    proportion_difference,
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
_WITHOUT_POSITIVES = {"specificity", "npv", "accuracy", "flagged", "predicted_positive_rate"}  # have a meaning


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
        Rows that had no part in the decision. Files are read with ``keep_absent=True``: no row need have a class.
    floors : sequence of Constraint
        Requirements that each class must meet on them.
    at, max_psi, allow, left_out, files
        As for :func:`f1tools.check`.

    Returns
    -------
    tuple of Finding
        The rows, the requirements, the limits of labels, the average compared with what the record expects, F-beta of
        each class, the shares of the classes, and their scores. What is tested for each class is tested so that all
        classes together give about 1 % of false alarms; a class with fewer than ten rows only warns. So does a class
        that no row has: macro and weighted averages leave it out, and so does what is expected of them.

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
    if new.absent:
        it, label = "it" if len(new.absent) == 1 else "them", metric("fbeta", new.record.beta).label
        average = "" if new.record.average == "micro" else f", and the {new.record.average} average leaves {it} out"
        notes += f" No row has {_listed(new.absent)}: {label} of {it} is undefined{average}."
    if new.few:
        it = "it" if len(new.few) == 1 else "them"
        notes += f" With fewer than {MIN_CLASS_SIZE} rows that have or lack {it}, {_listed(new.few)} can only warn."
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
    names = new.record.names
    judged = [place for place in range(len(names)) if _is_defined(new, place, floor)]
    verdicts = [check_requirement(floor, replace(new.points[place], threshold=math.nan), at) for place in judged]
    failed = [names[place] for place, (level, _) in zip(judged, verdicts, strict=True) if level == "fail"]
    if failed:
        return "fail", f"{len(failed):,} of {len(judged):,} classes do not have {floor}: {_listed(failed)}."
    if not judged:
        return "warn", f"No row has any of the classes, so none can have {floor}."
    n_missing = sum(not _is_defined(new, names.index(name), floor) for name in new.absent)
    if n_missing:
        return "warn", f"All {len(judged):,} classes that occur have {floor}; {n_missing:,} do not occur."
    return "ok", f"All {len(judged):,} classes have {floor}."


def _is_defined(new: NewClassData, place: int, constraint: Constraint) -> bool:
    """Return whether a metric has a meaning for a class: where no row has the class, most have none."""
    return bool(new.occurs[place]) or constraint.name in _WITHOUT_POSITIVES


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
    if math.isnan(value) or not _is_defined(new, place, constraint):
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
    """Check whether the average has fallen below what the record expects of the same classes on new rows."""
    record, label = new.record, f"{new.record.average.capitalize()} {metric('fbeta', new.record.beta).label}"
    of_average = averaged_classes(record)
    is_used = np.array([name in of_average for name in record.names]) & (new.occurs | (record.average == "micro"))
    if not (is_used & new.occurs).any():
        return "warn", f"{label} is undefined, because no row has any of its classes."
    names, n = tuple(name for name, used in zip(record.names, is_used.tolist(), strict=True) if used), is_used.size
    label += f" of {len(names):,} of {n:,} classes" if len(names) < n else ""
    counts = ConfusionCounts(*(getattr(new.counts, cell)[is_used] for cell in CELLS))
    value = float(averaged(counts, record.average, record.beta))
    places = np.flatnonzero(is_used)
    deviation = average_deviation(new.curves, new.decided, record.average, record.beta, classes=places)
    margin = normal_quantile(CONFIDENCE_LEVEL) * deviation
    now = Interval(value - margin, value + margin, CONFIDENCE_LEVEL)
    return _compared(label, value, now, expected_average(record, names), new)


def _check_class(new: NewClassData, place: int, few: Collection[str]) -> Finding:
    """Check whether F-beta of a class has fallen; the level of each test shrinks with the number of classes."""
    recorded, record = new.record.classes[place], new.record
    label = metric("fbeta", record.beta).label
    if not new.occurs[place]:
        share = formatting.percent(float(new.points[place].counts.predicted_positive_rate()))
        sentence = f"{label} of {quoted(recorded.name)} is undefined: no row has it, and {share} of the rows get it."
        return Finding("class", f"{label} of {quoted(recorded.name)}", "warn" if recorded.positives else "ok", sentence)
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
        effective = new.drifts[place].rows.prevalence
        recorded = effective * record.data.n / len(new.curves.y_true)
        difference = proportion_difference(now, effective, then, recorded, confidence_level=level)
        if difference.low <= 0 <= difference.high:
            continue
        is_rare = each.name in new.few or not new.occurs[place]
        if is_rare or abs(_log_odds(now) - _log_odds(then)) < _SMALL_LOG_ODDS:
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


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share)) if 0 < share < 1 else math.copysign(math.inf, share - 0.5)


def _check_scores(new: NewClassData, max_psi: float) -> Verdict:
    """Test whether the score distribution of a class has drifted (population stability index against chance)."""
    record, k, indices = new.record, len(new.record.classes), {}
    level = 1 - (1 - _SCORES_LEVEL) / k
    for each, (rows, index) in zip(record.classes, new.drifts, strict=True):
        n, n_bins = rows.scores, len(each.scores.shares)
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
