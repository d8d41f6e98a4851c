"""Areas under a curve: what a model is worth whatever the threshold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from f1tools.curve import ThresholdCurve


def roc_auc(curve: ThresholdCurve) -> float:
    """Area under the ROC curve, see :meth:`f1tools.ThresholdCurve.roc_auc`."""
    if not (curve.positives and curve.negatives):
        return math.nan
    area = sum(
        float((np.diff(counts.fp) * (counts.tp[1:] + 1.0 * counts.tp[:-1])).sum())
        for _, counts in curve.blocks(overlap=1)
    )
    return area / 2 / float(curve.positives) / float(curve.negatives)


def average_precision(curve: ThresholdCurve) -> float:
    """Mean precision over the positives, see :meth:`f1tools.ThresholdCurve.average_precision`."""
    steps = (float((np.diff(counts.tp) * counts.precision()[1:]).sum()) for _, counts in curve.blocks(overlap=1))
    return sum(steps) / float(curve.positives) if curve.positives else 0.0
