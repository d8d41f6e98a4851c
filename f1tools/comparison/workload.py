"""What a model catches when it flags as many rows as another one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from f1tools.comparison.simultaneous import standard_error
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.decision import Decision
from f1tools.uncertainty.intervals import Interval, normal_quantile

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
    in_sample : float
        Positives that the model catches beyond those of the reference on these rows, per 1,000 cases; negative where it
        catches fewer. Of rows that share the score at the limit as many as fit are flagged, with their mean share of
        positives. Too low where the threshold of the reference was tuned on these rows.
    more_caught : float
        The number to expect of 1,000 new cases: ``in_sample`` without its optimism for the reference, by the bootstrap.
    interval : Interval
        Of ``more_caught``, for this difference alone; nan where there is none.
    share : float
        Of all rows, or of the sum of their weights, that the reference flags; nan where it is unknown.
    """

    threshold: float
    flagged: float
    reference_flagged: float
    in_sample: float
    more_caught: float
    interval: Interval
    share: float = math.nan

    @property
    def is_known(self) -> bool:
        """Whether both models have the same rows."""
        return not math.isnan(self.reference_flagged)

    @property
    def flagged_cases(self) -> float:
        """How many of 1,000 cases both models flag."""
        return CASES * self.share


_NO_INTERVAL = Interval(math.nan, math.nan, math.nan)
NO_WORKLOAD = SameWorkload(*(math.nan,) * 5, _NO_INTERVAL)
"""Of models on different rows, where flagging as many of them means nothing."""


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


def expected_on_new_rows(
    work: SameWorkload, excess: FloatArray, n_independent: int, confidence_level: float
) -> SameWorkload:
    """Correct the number of these rows for the tuning of the threshold, and add its interval.

    Parameters
    ----------
    work : SameWorkload
        On these rows.
    excess : ndarray of shape (n_resamples,)
        The number in each resample minus that on all rows at the same threshold. It estimates how much the number on
        these rows exceeds the one on new rows (Efron's optimism); mean and standard error make a normal interval.
    n_independent : int
        See :func:`f1tools.comparison.simultaneous.standard_error`.
    confidence_level : float
    """
    if not excess.size:
        return replace(work, more_caught=work.in_sample)
    expected = work.in_sample - float(excess.mean())
    half_width = normal_quantile(confidence_level) * float(standard_error(excess, n_independent))
    interval = Interval(expected - half_width, expected + half_width, confidence_level)
    return replace(work, more_caught=expected, interval=interval)


def _same_workload(curve: ThresholdCurve, flagged: FloatArray, limit: float, caught: float) -> SameWorkload:
    position = int(np.searchsorted(flagged, limit, side="right")) - 1
    beyond = min(position + 1, flagged.size - 1)
    ends = [position, beyond]
    tp = float(np.interp(limit, flagged[ends], curve.tp[ends].astype(np.float64)))
    total = float(curve.positives + curve.negatives)
    more = CASES * (tp - caught) / total
    threshold = float(curve.thresholds[position])
    return SameWorkload(threshold, float(flagged[position]), limit, more, math.nan, _NO_INTERVAL, limit / total)
