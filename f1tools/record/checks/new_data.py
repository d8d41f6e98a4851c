"""New rows for a recorded decision: whether they fit, how many they are, and whether they are new."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.model_curves import ModelCurves
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.types import InvalidPredictions
from f1tools.groups.grouping import Grouping, ScoredRows, grouping
from f1tools.predictions import Predictions
from f1tools.record.diff import quoted
from f1tools.record.drift_statistics import EffectiveRows, flagged_bounds, nearest_shares
from f1tools.record.fingerprint import table_digest
from f1tools.record.groups import GroupThresholds
from f1tools.record.model import DecisionRecord
from f1tools.record.source import FileDigest
from f1tools.threshold_table import ThresholdTable

Level = Literal["ok", "warn", "fail"]
Verdict = tuple[Level, str]
"""The level of a check, and the sentence with its numbers."""

MIN_CLASS_SIZE = 10
"""Fewest positives, and negatives, for which intervals and resamples are reliable; with fewer, no test fails."""
MAX_LEFT_OUT = 0.05
_MAX_REASONS = 5
_VAGUE = 0.05  # of the rows: where a table knows shares less precisely, those of other rows agree with them too often


@dataclass(frozen=True, eq=False)
class JudgedGroups:
    """The groups of the rows that are judged, for a record with thresholds of groups.

    Parameters
    ----------
    groups : Grouping
    rows : ScoredRows
        Those of the evaluation set.
    thresholds : ndarray of shape (n_groups,)
        That of the record for groups that it does not list.
    """

    groups: Grouping
    rows: ScoredRows
    thresholds: FloatArray

    @classmethod
    def of(cls, record: DecisionRecord, predictions: Predictions) -> JudgedGroups | None:
        """Return the groups of new rows; None where the record has one threshold for all.

        Raises
        ------
        InvalidPredictions
            When the rows have no groups.
        """
        if record.groups is None:
            return None
        if predictions.group is None:
            raise InvalidPredictions(
                f"The record has thresholds by {quoted(record.groups.column)}, and these rows have no groups. Name "
                "this column as that of the groups."
            )
        groups = grouping(predictions)
        rows = ScoredRows.of(
            predictions, record.model, groups, None if predictions.tuning is None else ~predictions.tuning
        )
        return cls(groups, rows, record.groups.of(groups, record.threshold))

    def point(self, model: str, predictions: Predictions) -> OperatingPoint:
        """Return the operating point of all rows that are judged, each at the threshold of its group."""
        score = predictions.scores[model]
        flagged = (score >= self.thresholds[self.groups.codes]).astype(np.float64)
        decisions = replace(predictions, scores={model: np.where(score == -np.inf, score, flagged)})
        return replace(decisions.curves(model).evaluation.at(1.0), threshold=math.nan)

    def unknown(self, recorded: GroupThresholds) -> dict[str, int]:
        """Return the groups that the rows of the record did not have, with their number of rows."""
        known = {*(each.group for each in recorded.thresholds), *recorded.too_few}
        sizes = np.bincount(self.rows.codes, minlength=len(self.groups)).tolist()
        of_groups = zip(self.groups.names, self.groups.values, sizes, strict=True)
        return {name: size for name, value, size in of_groups if value not in known and size}


@dataclass(frozen=True, eq=False)
class NewData:
    """New rows for a recorded decision; the evaluation set is judged.

    Parameters
    ----------
    record : DecisionRecord
    predictions : Predictions or ThresholdTable
    curves : ModelCurves
        Of the recorded model.
    point : OperatingPoint
        The recorded threshold on the rows that are judged; nan where each row has the threshold of its group.
    effective, recorded : EffectiveRows
        Of the rows that are judged and of those of the record. A record holds no squares of weights: its weights are
        assumed to vary as much as the new ones.
    groups : JudgedGroups or None
        Where the record has thresholds of groups.
    """

    record: DecisionRecord
    predictions: Predictions | ThresholdTable
    curves: ModelCurves
    point: OperatingPoint
    effective: EffectiveRows
    recorded: EffectiveRows
    groups: JudgedGroups | None = None

    @classmethod
    def from_predictions(cls, record: DecisionRecord, predictions: Predictions | ThresholdTable) -> NewData:
        """Count predictions as new rows of a recorded decision.

        Raises
        ------
        InvalidPredictions
            When they do not fit the record.
        """
        _check_fit(record, predictions)
        curves = predictions.curves(record.model)
        effective = EffectiveRows.from_curve(curves.evaluation)
        size = (record.data.n if record.roles is None else record.roles.n_report) / curves.n_rows[1]
        recorded = EffectiveRows(*(each * size for each in astuple(effective)))
        groups, point = None, curves.evaluation.at(record.threshold)
        if isinstance(predictions, ThresholdTable):
            predictions = predictions.only(record.model)
        elif (groups := JudgedGroups.of(record, predictions)) is not None:
            point = groups.point(record.model, predictions)
        return cls(record, predictions, curves, point, effective, recorded, groups)

    @cached_property
    def is_small(self) -> bool:
        """Whether a set has fewer than ten positives or negatives with a weight above 0."""
        if isinstance(self.predictions, ThresholdTable):
            n, n_pos = self.predictions.n, self.predictions.n_pos
            return min(n_pos, n - n_pos) < MIN_CLASS_SIZE
        sets = (self.predictions.tuning_set, self.predictions.evaluation_set)
        return any(_smaller_class(each) < MIN_CLASS_SIZE for each in sets)

    @property
    def judged(self) -> Predictions | ThresholdTable:
        """The rows that are judged: the evaluation set, or the rows of a table, which have no roles."""
        rows = self.predictions
        return rows if isinstance(rows, ThresholdTable) else rows.evaluation_set

    def recorded_counts(self, size: float) -> tuple[ConfusionCounts, ConfusionCounts]:
        """Return the recorded counts times ``size``, and the estimated sums of the squares of their weights."""
        counts = self.record.counts if self.record.groups is None else self.record.groups.counts
        weight = float(counts.total()) / self.recorded.rows if self.record.weighted else 1.0
        scaled, squares = (
            ConfusionCounts(**{cell: count * each * size for cell, count in vars(counts).items()})
            for each in (1.0, weight)
        )
        return scaled, squares


def _check_fit(record: DecisionRecord, predictions: Predictions | ThresholdTable) -> None:
    if record.groups is not None and isinstance(predictions, ThresholdTable):
        raise InvalidPredictions(
            f"The record has thresholds by {quoted(record.groups.column)}, and a threshold table has counts, no rows. "
            "Check the record on rows."
        )
    if record.model not in predictions.models:
        models = ", ".join(map(quoted, predictions.models[:12]))
        raise InvalidPredictions(
            f"There are no scores called {quoted(record.model)}, which the decision is about; there are: {models}. "
            "Use the scores of this model."
        )
    if predictions.pos_label != record.pos_label:
        raise InvalidPredictions(
            f"The positive label of the record is {quoted(record.pos_label)}, that of these rows "
            f"{quoted(predictions.pos_label)}. Use rows with the recorded label."
        )
    if predictions.weighted != record.weighted:
        then, now = ("weighted", "not weighted") if record.weighted else ("not weighted", "weighted")
        raise InvalidPredictions(
            f"The rows of the record are {then}, these rows are {now}. Use weights for both or none."
        )


def _smaller_class(rows: Predictions) -> int:
    """Return the size of the smaller class, without rows of weight 0."""
    y_true = rows.y_true if rows.sample_weight is None else rows.y_true[rows.sample_weight > 0]
    positives = int(y_true.sum())
    return min(positives, y_true.size - positives)


def check_rows(new: NewData, left_out: Mapping[str, int] | None, files: Sequence[FileDigest]) -> Verdict:
    """Report which rows are judged: warn where some were left out, are few or are not new, fail where many were."""
    judged = new.judged
    n, n_pos, share = formatting.count(judged.n), formatting.count(judged.n_pos), judged.n_pos / judged.n
    sentence = f"{n} rows are judged, {n_pos} of them ({formatting.percent(share)}) positive"
    if unscored := judged.unscored.get(new.record.model):
        counts = formatting.count(sum(unscored)), formatting.count(unscored[0])
        sentence += f"; {counts[0]} of them have no score and count as not flagged, {counts[1]} of these are positive"
    n_out = sum((left_out or {}).values())
    if left_out and n_out:
        sentence += f"; {formatting.count(n_out)} more were left out: {reasons_text(left_out)}"
    elif left_out is not None:
        sentence += "; none was left out"
    notes = ""
    if new.is_small:
        notes += (
            f" With fewer than {MIN_CLASS_SIZE} positives or negatives, only requirements and rows left out can fail."
        )
    if unknown := _unknown_groups(new):
        notes += f" {unknown}"
    if known := _recorded_rows(new, files):
        notes += f" {known}, so they say nothing about new data."
    level: Level = "warn" if n_out or notes else "ok"
    if n_out > MAX_LEFT_OUT * (n_out + new.predictions.n):
        level = "fail"
    return level, f"{sentence}.{notes}"


def reasons_text(left_out: Mapping[str, int]) -> str:
    """Return the most frequent reasons, which may contain names from files."""
    frequent = sorted(((reason, n) for reason, n in left_out.items() if n), key=lambda item: -item[1])
    texts = [f"{formatting.truncate(reason, longest=60)} ({formatting.count(n)})" for reason, n in frequent]
    return ", ".join(texts[:_MAX_REASONS]) + (", ..." if len(texts) > _MAX_REASONS else "")


def _unknown_groups(new: NewData) -> str:
    """Return which groups have no threshold because the rows of the record had none of them; empty for none."""
    if new.groups is None or new.record.groups is None:
        return ""
    unknown = new.groups.unknown(new.record.groups)
    if not unknown:
        return ""
    listed = formatting.join_names(f"{quoted(name)} ({formatting.count(n)})" for name, n in unknown.items())
    threshold = formatting.using_threshold(formatting.exact_threshold(new.record.threshold))
    return f"Rows of groups that the record does not know have {threshold}: {listed}."


def _recorded_rows(new: NewData, files: Sequence[FileDigest]) -> str:
    """Return which rows the decision was made on; empty where none is known to be."""
    data = new.record.data
    recorded = {each.sha256 for each in data.files}
    known = [quoted(each.name) for each in files if each.sha256 in recorded]
    if known:
        return f"The decision was made on the rows of {' and '.join(known)}"
    if table_digest(new.curves.evaluation) in (data.tables.tune, data.tables.report):
        return "The decision was made on these rows, or on rows with the same labels and scores"
    if _has_recorded_counts(new):
        return "The decision was made on these rows, or on rows with the same counts"
    return ""


def _has_recorded_counts(new: NewData) -> bool:
    """Return whether rows that were counted in other bins than those of the record have all of its counts.

    New rows hardly ever do: the numbers of rows and of positives, the counts at the threshold, and the share of the
    scores in each bin of the record, as far as both tables know them.
    """
    record, curve = new.record, new.curves.evaluation
    in_bins = not curve.is_exact or (record.data.table is not None and not record.data.table.exact)
    if not in_bins or new.groups is not None or curve.is_inside_bin(record.threshold) or not record.scores.edges:
        return False
    low, high = flagged_bounds(curve, record.scores.edges)
    if (high - low).max() > _VAGUE:
        return False
    pairs = [(getattr(record.counts, cell), count) for cell, count in vars(new.point.counts).items()]
    pairs += zip(record.scores.shares, nearest_shares(record.scores, curve), strict=True)
    pairs.append((record.data.n, new.judged.n))
    return all(math.isclose(recorded, count, rel_tol=1e-9, abs_tol=1e-12) for recorded, count in pairs)
