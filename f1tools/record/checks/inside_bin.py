"""Checks at a recorded threshold inside a bin of a threshold table, where the counts are known within bounds only.

The flagged rows of the bin may be the best or the worst ones: a check passes or fails where it does so for both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.operating_point import OperatingPoint
from f1tools.record.checks.new_data import NewData, Verdict

_OF_FLAGGED = ("flagged", "predicted_positive_rate")


def judge(new: NewData, name: str, check: Callable[[NewData], Verdict]) -> Verdict:
    """Return the verdict of a check at the recorded threshold; "warn", to investigate, where unknown rows decide.

    Parameters
    ----------
    new : NewData
    name : str
        The name of the metric that is checked, or "flagged".
    check : callable
        From new data whose ``point`` has certain counts.
    """
    curve, threshold = new.curves.evaluation, new.record.threshold
    if new.groups is not None or not curve.is_inside_bin(threshold):
        return check(new)
    levels, sentences = zip(
        *(check(replace(new, point=each)) for each in extremes(curve, threshold, name)), strict=True
    )
    at_worst, at_best = map(formatting.lowercase_label, sentences)
    both = f"At worst, {at_worst} At best, {at_best}"
    if levels[0] == levels[1]:
        return levels[0], f"{both} The threshold lies inside a bin of the table."
    return "warn", (
        f"To investigate: {formatting.using_threshold(formatting.exact_threshold(threshold))} lies inside a bin of the "
        f"table, whose rows decide this. {both} More bins, or the rows, can tell."
    )


def extremes(curve: ThresholdCurve, threshold: float, name: str) -> tuple[OperatingPoint, OperatingPoint]:
    """Return the points with the lowest and the highest value of a metric that a threshold inside a bin may have.

    Parameters
    ----------
    curve : ThresholdCurve
    threshold : float
        Inside a bin of several scores.
    name : str
        Of the metric, which rises with the true and falls with the false positives, unless it counts flagged rows.

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.9], positives=[1, 2], negatives=[3, 1])
    >>> [float(each.counts.precision()) for each in extremes(curve, 0.3, "precision")]
    [0.3333333333333333, 0.75]
    """
    position = int(curve.positions([threshold])[0])
    places = np.array([position - 1, position])
    counts, squares = curve.counts_of(places), curve.squares_of(places)
    # The position of the true positives and that of the false positives: 0 is above the bin, 1 is its end.
    corners = ((0, 0), (1, 1)) if name in _OF_FLAGGED else ((0, 1), (1, 0))
    worst, best = (
        OperatingPoint(
            threshold, _corner(counts, *corner), None if squares is None else _corner(squares, *corner), curve.class_mix
        )
        for corner in corners
    )
    return worst, best


def _corner(counts: ConfusionCounts, tp: int, fp: int) -> ConfusionCounts:
    return ConfusionCounts(
        tn=counts.tn[fp].item(), fp=counts.fp[fp].item(), fn=counts.fn[tp].item(), tp=counts.tp[tp].item()
    )
