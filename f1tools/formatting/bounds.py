"""What is known about thresholds between those of a threshold table, in sentences that pages and memos share."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Context

from f1tools.core.bins import bracket, may_hold_best, metric_bounds, several_scores
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric
from f1tools.core.optimum import Optimum
from f1tools.formatting import lowercase_label
from f1tools.formatting.numbers import count, metric_value
from f1tools.formatting.thresholds import displayed_threshold, exact_threshold, lower_threshold_text

_HARDLY = "less than 0.001"


def known_value(low: float, high: float) -> str:
    """Format a metric that is only known to lie between two values: as one number where both display the same.

    Examples
    --------
    >>> known_value(0.8612, 0.8614), known_value(0.8612, 0.8649)
    ('0.861', '0.861 to 0.865')
    """
    texts = dict.fromkeys(map(metric_value, (low, high)))
    return " to ".join(texts)


def bound_text(optimum: Optimum) -> str:
    """Say how good a threshold between those of the table could be; empty where none can be better.

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> from f1tools.core.optimum import best
    >>> bound_text(best(curve_from_bins([0.1, 0.6], [0.4, 0.9], positives=[10, 20], negatives=[30, 1])))
    "Between the table's thresholds F1 could reach 0.984."
    """
    if optimum.is_certain:
        return ""
    label = lowercase_label(optimum.metric.label)
    return f"Between the table's thresholds {label} could {reachable_text(optimum.value, optimum.bound)}."


def needed_counts_text(curve: ThresholdCurve, optimum: Optimum) -> str:
    """Name the scores whose counts would determine the best threshold; empty if it hardly matters or may be anywhere.

    Parameters
    ----------
    curve : ThresholdCurve
        The curve that the optimum was found on.
    optimum : Optimum

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.9], positives=[10, 20], negatives=[30, 1])
    >>> from f1tools.core.optimum import best
    >>> needed_counts_text(curve, best(curve, "f1"))
    'Counts of each score from 0.1 to 0.9 would tell.'
    """
    if curve.highest is None or math.isinf(optimum.bound) or metric_value(optimum.value) == metric_value(optimum.bound):
        return ""
    bins, _ = may_hold_best(curve, optimum.metric, optimum.value, optimum.constraints)
    low, high = float(curve.thresholds[bins].min()), float(curve.highest[bins].max())
    return f"Counts of each score from {_rounded(low, ROUND_FLOOR)} to {_rounded(high, ROUND_CEILING)} would tell."


def _rounded(score: float, rounding: str) -> str:
    """Return a score to six digits, rounded outwards."""
    return f"{float(Context(prec=6, rounding=rounding).create_decimal(repr(score))):.6g}"


def reachable_text(value: float, bound: float) -> str:
    """Say how high a value could be that is at most a bound, after "could".

    Examples
    --------
    >>> reachable_text(0.66, 0.668), reachable_text(0.66, 0.6601), reachable_text(0.66, math.inf)
    ('reach 0.668', 'be less than 0.001 higher', 'be higher')
    """
    if math.isinf(bound):
        return "be higher"
    text = metric_value(bound)
    return f"be {_HARDLY} higher" if text == metric_value(value) else f"reach {text}"


def inside_bin_text(curve: ThresholdCurve, threshold: float, objective: Metric) -> str:
    """Say which threshold stands for one inside a bin of several scores, and what is known there; empty elsewhere.

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> from f1tools.core.metrics import metric
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.9], positives=[10, 20], negatives=[30, 1])
    >>> inside_bin_text(curve, 0.75, metric("f1")).split(": ")[1]
    'at 0.75, 0 to 21 cases are flagged, and F1 is from 0.000 to 0.800.'
    """
    if not curve.is_inside_bin(threshold):
        return ""
    position = int(curve.positions([threshold])[0])
    asked, used = map(displayed_threshold, (exact_threshold(threshold), lower_threshold_text(curve, threshold)))
    fewer, more = bracket(curve, threshold)
    flagged = f"{count(float(fewer.flagged()))} to {count(float(more.flagged()))} cases are flagged"
    low, high = (float(each[position]) for each in metric_bounds(curve, objective))
    value = ""
    if math.isfinite(low) and math.isfinite(high):
        value = f", and {lowercase_label(objective.label)} is from {metric_value(low)} to {metric_value(high)}"
    place = f"{asked} lies between two thresholds of the table. This is the lower one, {used}"
    return f"{place}: at {asked}, {flagged}{value}."


def thresholds_text(curve: ThresholdCurve) -> str:
    """Say at how many thresholds the counts of a curve are known, and how many of them are bins of several scores.

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> thresholds_text(curve_from_bins([0.1, 0.6], [0.4, 0.6], positives=[1, 2], negatives=[3, 1]))
    '2 thresholds, 1 of them a bin of several scores'
    >>> thresholds_text(ThresholdCurve.from_predictions([1, 0], [0.9, 0.4]))
    '2 distinct scores'
    """
    n, n_bins = len(curve) - 1, int(several_scores(curve).sum())
    if curve.is_exact:
        return f"{count(n)} distinct scores"
    bins = "a bin" if n_bins == 1 else "bins"
    if n == 1:
        return "1 threshold, the lowest score of all"
    return f"{count(n)} thresholds, {count(n_bins)} of them {bins} of several scores"
