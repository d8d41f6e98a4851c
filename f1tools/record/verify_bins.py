"""Verifying a record where rows were counted in bins: what both sides know must agree, the rest must be possible."""

from __future__ import annotations

import math

from f1tools import formatting
from f1tools.core.bins import bracket, may_satisfy, several_scores
from f1tools.core.curve import ThresholdCurve
from f1tools.decision import Decision
from f1tools.record.diff import CELLS, RecordDifference
from f1tools.record.drift_statistics import nearest_shares
from f1tools.record.model import DecisionRecord

_TOLERANCE = 1e-9


def have_other_bins(record: DecisionRecord, computed: DecisionRecord, curve: ThresholdCurve) -> bool:
    """Return whether rows were counted at other thresholds than those of the record, so that digests must differ.

    Parameters
    ----------
    record : DecisionRecord
    computed : DecisionRecord
        The record of the same decision on the curve.
    curve : ThresholdCurve
    """
    table = record.data.table
    both_exact = curve.is_exact and (table is None or table.exact)
    return not both_exact and record.data.tables != computed.data.tables


def comparable_record(
    record: DecisionRecord, computed: DecisionRecord, decision: Decision
) -> tuple[DecisionRecord, list[RecordDifference]]:
    """Return what the computed record must be if it is of the recorded rows, which were counted in other bins.

    What one of the two does not know is taken from the record; whether that is possible is reported as differences.

    Parameters
    ----------
    record, computed : DecisionRecord
    decision : Decision
        That of the computed record.
    """
    curve, differences = decision.curves.evaluation, []
    changes = {
        "data": computed.data.model_copy(update={"tables": record.data.tables}),
        "scores": record.scores.model_copy(update={"shares": nearest_shares(record.scores, curve)}),
    }
    if curve.is_inside_bin(record.threshold):
        differences += _impossible_counts(record, curve)
        changes |= {name: getattr(record, name) for name in ("cells", "metrics", "same_decisions")}
    if _may_meet_constraints(record, decision):
        changes["objective"] = record.objective
    elif record.objective.bound is not None or not decision.tuning.is_certain:
        differences += _impossible_best(record, decision)
        changes["objective"] = record.objective
    return computed.model_copy(update=changes), differences


def _impossible_counts(record: DecisionRecord, curve: ThresholdCurve) -> list[RecordDifference]:
    """Return the recorded counts that lie outside of those at both ends of the bin of the threshold."""
    differences = []
    fewer, more = bracket(curve, record.threshold)
    for cell, name in CELLS.items():
        value = float(getattr(record.counts, cell))
        low, high = sorted(float(getattr(counts, cell)) for counts in (fewer, more))
        slack = _TOLERANCE * abs(high) if record.weighted else 0.0
        if not low - slack <= value <= high + slack:
            computed = f"{formatting.count(low)} to {formatting.count(high)}"
            differences.append(RecordDifference(name, formatting.count(value), computed))
    return differences


def _may_meet_constraints(record: DecisionRecord, decision: Decision) -> bool:
    """Return whether the recorded constraints, which no known threshold meets, may be met inside a bin."""
    if record.objective.not_met or not decision.tuning.not_met:
        return False
    curve = decision.curves.tuning
    return bool((several_scores(curve) & may_satisfy(curve, record.constraints)).any())


def _impossible_best(record: DecisionRecord, decision: Decision) -> list[RecordDifference]:
    """Return the best value where its recorded range and the computed one have nothing in common."""
    objective, tuning = record.objective, decision.tuning
    if objective.best_value is None or math.isnan(tuning.value):
        return []
    recorded = objective.best_value, objective.best_value if objective.bound is None else objective.bound
    computed = float(tuning.value), float(tuning.bound)
    if recorded[0] <= computed[1] + _TOLERANCE and computed[0] <= recorded[1] + _TOLERANCE:
        return []
    return [RecordDifference(f"Highest {record.metric.label}", _range_text(*recorded), _range_text(*computed))]


def _range_text(low: float, high: float) -> str:
    texts = [formatting.metric_value(each) if math.isfinite(each) else "unknown" for each in (low, high)]
    return texts[0] if low == high else " to ".join(texts)
