"""Macro, weighted and micro F-beta with fixed decisions: their standard deviation, and what is expected of them."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from f1tools.classes import Average, ClassCurves
from f1tools.core.counts import BoolArray, FloatArray, ratio
from f1tools.record.classes.model import ClassRecord, Expectation


def average_deviation(
    curves: ClassCurves,
    decided: BoolArray,
    average: Average,
    beta: float = 1.0,
    *,
    classes: NDArray[np.intp] | None = None,
) -> float:
    """Return the standard deviation of an average of F-beta with fixed decisions, by the delta method.

    The average is a function of the counts of all classes, which does not change where all of them are multiplied. So
    its variance is the sum over the rows of the square of what each adds: its weight times the derivatives by the
    cells that it is counted in. Classes that depend on each other are allowed for, because a row is counted in all.
    It is the average of the ``classes`` at some positions, by default of all.

    Examples
    --------
    >>> curves = ClassCurves.from_predictions([[1, 0], [0, 1], [1, 0], [0, 1]], np.zeros((4, 2)))
    >>> average_deviation(curves, curves.y_true, "macro")
    0.0
    """
    places = range(len(curves.classes)) if classes is None else classes.tolist()
    weight = np.ones(len(curves.y_true)) if curves.sample_weight is None else curves.sample_weight

    def cells(place: int) -> tuple[BoolArray, ...]:
        truth, flagged = curves.y_true[:, place], decided[:, place]
        return truth & flagged, ~truth & flagged, truth & ~flagged

    tp, fp, fn = np.array([[weight @ each for each in cells(place)] for place in places]).T
    added = np.zeros(len(weight))  # one class after the other: products of all would take gigabytes
    for place, *slopes in zip(places, *_slopes(tp, fp, fn, average, beta), strict=True):
        for cell, slope in zip(cells(place), slopes, strict=True):
            added += slope * cell
    return float(np.sqrt(((weight * added) ** 2).sum()))


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
    support = tp + fn
    if average == "macro":
        share = (support > 0) / np.count_nonzero(support)
        return share * by_tp, share * by_fp, share * by_fn
    share, overall = support / support.sum(), float((value * support).sum() / support.sum())
    more = (value - overall) / support.sum()  # a positive row more makes its class count more
    return share * by_tp + more, share * by_fp, share * by_fn + more


def averaged_classes(record: ClassRecord) -> tuple[str, ...]:
    """Return the classes that the recorded average is of: all of which it knows F-beta, of micro averages all."""
    if record.average == "micro":
        return record.names
    if record.expected is None:
        return tuple(each.name for each in record.classes if each.value is not None)
    return tuple(each.name for each in record.classes if each.expected and each.expected.value is not None)


def expected_average(record: ClassRecord, names: Collection[str]) -> Expectation | None:
    """Return what a record expects of its average over some of its classes.

    With shares s of the classes, the recorded average A of all is (sum of s) P + sum of s F, where P is that of the
    named classes, and F the F-beta of each other one. So P and its interval follow from what is recorded of A and of
    each F. The interval is as wide as if all errors added up, so it may only be too wide.

    Parameters
    ----------
    record : ClassRecord
    names : collection of str
        Some of :func:`averaged_classes`.

    Returns
    -------
    Expectation or None
        None where the record has no estimate of the average, or no interval of a class that is left out.
    """
    whole, everything = record.expected, averaged_classes(record)
    if len(names) == len(everything) or whole is None or whole.value is None or whole.interval is None:
        return whole
    shares = {
        each.name: 1.0 if record.average == "macro" else float(each.counts.positives())
        for each in record.classes
        if each.name in everything
    }
    total, left = sum(shares.values()), sum(shares[name] for name in names)
    value, below, above = (total * part for part in _value_and_margins(whole))
    for each in record.classes:
        if each.name in shares and each.name not in names:
            its_value, its_below, its_above = (shares[each.name] * part for part in _value_and_margins(each.expected))
            value, below, above = value - its_value, below + its_above, above + its_below
    if math.isnan(value + below + above):
        return None
    value = min(max(value / left, 0.0), 1.0)
    return Expectation(value=value, interval=(max(value - below / left, 0.0), min(value + above / left, 1.0)))


def _value_and_margins(expected: Expectation | None) -> tuple[float, float, float]:
    """Return a value and how far its interval reaches below and above it; nan where these are unknown."""
    if expected is None or expected.value is None or expected.interval is None:
        return math.nan, math.nan, math.nan
    low, high = (expected.value if end is None else end for end in expected.interval)
    return expected.value, expected.value - low, high - expected.value
