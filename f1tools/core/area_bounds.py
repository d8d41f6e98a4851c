"""Between which values the areas under the curves of rows in bins lie, whatever the order of the rows in a bin."""

from __future__ import annotations

import math

import numpy as np

from f1tools.core.bins import several_scores
from f1tools.core.counts import FloatArray, ratio
from f1tools.core.curve import ThresholdCurve


def roc_auc_bounds(curve: ThresholdCurve) -> tuple[float, float]:
    """Return the lowest and the highest area under the ROC curve that the counts allow.

    It is highest if the positives of each bin of several scores come before its negatives, and lowest if they come
    after them. Both are :meth:`ThresholdCurve.roc_auc` where every threshold is one score; nan when one class is
    missing.

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> roc_auc_bounds(curve_from_bins([0.1, 0.6], [0.4, 0.6], positives=[1, 1], negatives=[3, 0]))
    (0.5, 1.0)
    """
    middle = curve.roc_auc()
    if curve.is_exact or math.isnan(middle):
        return middle, middle
    inside = several_scores(curve)
    uncertain = (np.diff(curve.tp, prepend=0).astype(np.float64) * np.diff(curve.fp, prepend=0))[inside].sum()
    half = float(uncertain) / 2 / float(curve.positives) / float(curve.negatives)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def average_precision_bounds(curve: ThresholdCurve) -> tuple[float, float]:
    """Return between which values the average precision lies; 0 without positives.

    In a bin of several scores it is at most that of its positives as ties before all its negatives. It is at least
    that of its positives one by one after all its negatives: the sum over i of (t + i) / (t + i + f), where t positives
    precede the bin and f negatives precede these. The sum is bounded by an integral from below, since its terms are
    concave in i: with weights from t on, without them from t + 1/2 on, which is nearly the sum itself.

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.6], positives=[1, 1], negatives=[3, 0])
    >>> low, high = average_precision_bounds(curve)
    >>> round(low, 4), round(high, 4)  # the lowest is (1 + 2 / 5) / 2
    (0.699, 1.0)
    """
    here = curve.average_precision()
    if curve.is_exact or not curve.positives:
        return here, here
    inside = np.flatnonzero(several_scores(curve))
    tp, fp, tp_before, fp_before = (
        each.astype(np.float64)
        for each in (curve.tp[inside], curve.fp[inside], curve.tp[inside - 1], curve.fp[inside - 1])
    )
    gained = tp - tp_before
    counted = (gained * ratio(tp, tp + fp)).sum()
    highest = (gained * ratio(tp, tp + fp_before)).sum()
    lowest = _after_negatives(tp_before, tp, fp, shift=0.0 if curve.weighted else 0.5).sum()
    low, high = (here + float(each - counted) / float(curve.positives) for each in (lowest, highest))
    return max(low, 0.0), min(high, 1.0)


def _after_negatives(before: FloatArray, to: FloatArray, negatives: FloatArray, shift: float) -> FloatArray:
    """Integrate t / (t + negatives) over t; the positives of bins of positives only have that precision at least."""
    grown = np.log1p(ratio(to - before, before + shift + negatives))
    integral: FloatArray = to - before - negatives * grown
    return integral
