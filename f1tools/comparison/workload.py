"""What a model catches when it flags as many rows as another one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.decision import Decision
from f1tools.uncertainty.intervals import Interval

CASES = 1000
"""The base of numbers of positives."""


@dataclass(frozen=True)
class SameWorkload:
    """What a model catches when it flags as many rows as the reference does at its own threshold.

    Parameters
    ----------
    threshold : float
        Of the model: the lowest one that flags no more rows than the reference.
    flagged, reference_flagged : float
        Rows flagged at this threshold and by the reference, or the sums of their weights. They differ by more than a
        row where many rows share a score.
    more_caught : float
        Positives that the model catches beyond those of the reference, per 1,000 cases; negative where it catches
        fewer. Of rows that share the score at the limit as many as fit are flagged, with their mean share of positives.
    interval : Interval
        Of ``more_caught``, for this difference alone; nan where there is none.
    """

    threshold: float
    flagged: float
    reference_flagged: float
    more_caught: float
    interval: Interval


_NO_INTERVAL = Interval(math.nan, math.nan, math.nan)


def same_workloads(decisions: Sequence[Decision]) -> dict[tuple[str, str], SameWorkload]:
    """Return what each model catches at the workload of each reference, by (reference, model)."""
    points = {decision.curves.model: decision.evaluation.point.counts for decision in decisions}
    found = {}
    for decision in decisions:
        curve, model = decision.curves.evaluation, decision.curves.model
        flagged = curve.tp.astype(np.float64) + curve.fp
        for reference, counts in points.items():
            found[reference, model] = _same_workload(curve, flagged, float(counts.flagged()), float(counts.tp))
    return found


def _same_workload(curve: ThresholdCurve, flagged: FloatArray, limit: float, caught: float) -> SameWorkload:
    position = int(np.searchsorted(flagged, limit, side="right")) - 1
    beyond = min(position + 1, flagged.size - 1)
    ends = [position, beyond]
    tp = float(np.interp(limit, flagged[ends], curve.tp[ends].astype(np.float64)))
    total = float(curve.positives + curve.negatives)
    more = CASES * (tp - caught) / total
    return SameWorkload(float(curve.thresholds[position]), float(flagged[position]), limit, more, _NO_INTERVAL)
