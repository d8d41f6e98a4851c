"""The standard deviation of macro, weighted and micro F-beta with fixed decisions."""

from __future__ import annotations

import numpy as np

from f1tools.classes import Average, ClassCurves
from f1tools.core.counts import BoolArray, FloatArray, ratio


def average_deviation(curves: ClassCurves, decided: BoolArray, average: Average, beta: float = 1.0) -> float:
    """Return the standard deviation of an average of F-beta with fixed decisions, by the delta method.

    The average is a function of the counts of all classes, which does not change where all of them are multiplied. So
    its variance is the sum over the rows of the square of what each adds: its weight times the derivatives by the
    cells that it is counted in. Classes that depend on each other are allowed for, because a row is counted in all.

    Examples
    --------
    >>> curves = ClassCurves.from_predictions([[1, 0], [0, 1], [1, 0], [0, 1]], np.zeros((4, 2)))
    >>> average_deviation(curves, curves.y_true, "macro")
    0.0
    """
    truth, weight = curves.y_true, curves.sample_weight
    weights = np.ones(len(truth)) if weight is None else np.asarray(weight, np.float64)
    cells = (truth & decided, ~truth & decided, truth & ~decided)
    tp, fp, fn = (weights @ each for each in cells)
    slopes = _slopes(tp, fp, fn, average, beta)
    added = sum((each @ slope for each, slope in zip(cells, slopes, strict=True)), start=np.zeros(len(truth)))
    return float(np.sqrt(((weights * added) ** 2).sum()))


def _slopes(
    tp: FloatArray, fp: FloatArray, fn: FloatArray, average: Average, beta: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the derivatives of the average by true positives, false positives and false negatives of each class."""
    gain = 1 + beta**2
    sums = [gain * tp, gain * tp + fp + beta**2 * fn]
    if average == "micro":
        sums = [np.full(tp.size, each.sum()) for each in sums]
    value = ratio(sums[0], sums[1])
    by_tp, by_fp, by_fn = (
        ratio(gain * (1 - value), sums[1]), ratio(-value, sums[1]), ratio(-(beta**2) * value, sums[1])
    )  # fmt: skip
    if average == "micro":
        return by_tp, by_fp, by_fn
    if average == "macro":
        return by_tp / tp.size, by_fp / tp.size, by_fn / tp.size
    support = tp + fn
    share, overall = support / support.sum(), float((value * support).sum() / support.sum())
    more = (value - overall) / support.sum()  # a positive row more makes its class count more
    return share * by_tp + more, share * by_fp, share * by_fn + more
