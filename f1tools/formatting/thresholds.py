"""Thresholds as text: the shortest decimal that makes the same decisions, and words where nothing is flagged."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum

ABOVE_ALL_SCORES = "above all scores"
"""The text of the threshold +inf, which flags nothing: on the rows it was chosen on, and on any other."""

_FLOOR = Context(prec=800, rounding=ROUND_FLOOR)
# The hyphen of a negative number: after a space or a bracket, or in a power of ten. Names keep their hyphens.
_MINUS = re.compile(r"(?:(?<![^\s(])|(?<=\de))-(?=\.?\d)")
_PLAIN_DECIMAL, _MOST_DECIMALS = re.compile(r"-?\d+(?:\.\d+)?"), 6  # of a column of a table
_FIGURE_SPACE, _PUNCTUATION_SPACE = "\u2007", "\u2008"  # as wide as a digit, and as a point
_LONG_NUMBER, _THOUSANDS = re.compile(r"-?\d{7}"), re.compile(r"\B(?=(?:\d{3})+$)")


def decimal(value: float) -> str:
    """Format a float exactly: no trailing zeros, a power of ten only for very large and very small numbers.

    Examples
    --------
    >>> decimal(0.5), decimal(-320000.0), decimal(1e-12), decimal(-0.0)
    ('0.5', '-320000', '1e-12', '0')
    """
    exact = Decimal(repr(value + 0.0)).normalize()
    plain = f"{exact:f}"
    return plain if -6 <= exact.adjusted() < 16 else str(exact).lower().replace("e+", "e")


def shortest_decimal(low: float, high: float) -> str:
    """Format a number in (low, high] with as few digits as possible: ``high``, rounded down.

    All thresholds between two neighboring scores make the same decisions; this one makes those of ``high``:
    ``low < float(text) <= high``.

    Parameters
    ----------
    low, high : float
        low < high, both finite.

    Examples
    --------
    >>> shortest_decimal(0.5617, 0.5623413), shortest_decimal(-0.3, 0.2), shortest_decimal(3e-12, 4.5e-12)
    ('0.562', '0', '4e-12')
    """
    exact = Decimal(repr(high))
    top = max(exact.adjusted(), Decimal(repr(low)).adjusted()) + 1
    last = int(exact.as_tuple().exponent)
    for exponent in range(top, last, -1):
        rounded = exact.quantize(Decimal((0, (1,), exponent)), context=_FLOOR)
        if float(rounded) > low:
            return decimal(float(rounded))
    return decimal(high)


def threshold_text(low: float, high: float) -> str:
    """Format a threshold with few digits that makes the decisions of ``high``, where the next lower score is ``low``.

    Parameters
    ----------
    low : float
        -inf where there is no lower score.
    high : float
        +inf flags nothing.

    Examples
    --------
    >>> threshold_text(0.5617, 0.5623413), threshold_text(-math.inf, 0.31), threshold_text(0.9, math.inf)
    ('0.562', '0.31', 'above all scores')
    """
    return exact_threshold(high) if math.isinf(low) or math.isinf(high) else shortest_decimal(low, high)


def lower_threshold_text(curve: ThresholdCurve, threshold: float) -> str:
    """Format the threshold of a curve whose decisions are known to be those of a threshold, or the next lower one.

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> curve = curve_from_bins([0.10021, 0.60021], [0.4, 0.9], positives=[10, 20], negatives=[30, 1])
    >>> lower_threshold_text(curve, 0.75), lower_threshold_text(curve, 0.3)
    ('0.6', '0.1')
    """
    score = float(curve.thresholds[curve.positions([threshold])[0]])
    return threshold_text(max(curve.next_below(score), slider_bounds(curve)[0]), score)


def threshold_range_text(low: float, high: float) -> str:
    """Describe the thresholds above ``low`` up to ``high``, after a noun: with few digits, and none outside of them.

    Examples
    --------
    >>> threshold_range_text(0.3417, 0.34382), threshold_range_text(-math.inf, 0.543752), threshold_range_text(0.9, 1.1)
    (' from 0.3418 to 0.3438', ' up to 0.5437', ' from 0.91 to 1.1')
    >>> threshold_range_text(0.543752, math.inf), threshold_range_text(-math.inf, math.inf)
    (' above 0.5438', '')
    """
    if math.isinf(low):
        return "" if math.isinf(high) else with_minus_signs(f" up to {_four_digits(high, ROUND_FLOOR)}")
    if math.isinf(high):
        return with_minus_signs(f" above {_four_digits(low, ROUND_CEILING)}")
    margin = (high - low) / 16
    lowest = shortest_decimal(low, max(low + margin, math.nextafter(low, high)))
    highest = shortest_decimal(min(high - margin, math.nextafter(high, low)), high)
    return with_minus_signs(f" from {lowest} to {highest}")


def is_one_threshold(low: float, high: float) -> bool:
    """Return whether no threshold above ``low`` up to ``high`` differs from ``high``: none lies between the two.

    So it is in tables of other tools, where the rows just below a threshold may have any score up to it.

    Examples
    --------
    >>> is_one_threshold(math.nextafter(0.3, 0), 0.3), is_one_threshold(0.2, 0.3), is_one_threshold(-math.inf, 0.3)
    (True, False, False)
    """
    return math.nextafter(low, math.inf) >= high


def _four_digits(threshold: float, rounding: str) -> str:
    return decimal(float(Context(prec=4, rounding=rounding).create_decimal(Decimal(repr(threshold)))))


def exact_threshold(threshold: float) -> str:
    """Format a threshold exactly; in words where it flags nothing.

    Examples
    --------
    >>> exact_threshold(0.4), exact_threshold(math.inf)
    ('0.4', 'above all scores')
    """
    return ABOVE_ALL_SCORES if threshold == math.inf else decimal(threshold)


def parse_threshold(text: str) -> float:
    """Return the threshold that a text stands for: the inverse of :func:`exact_threshold`.

    Examples
    --------
    >>> parse_threshold("0.4"), parse_threshold("above all scores")
    (0.4, inf)
    """
    return math.inf if text == ABOVE_ALL_SCORES else float(text)


def displayed_threshold(threshold: str) -> str:
    """Return a threshold, given as text, as people read it: with a minus sign, and separators in long numbers.

    Examples
    --------
    >>> displayed_threshold("-0.25"), displayed_threshold("1234567.5"), displayed_threshold("0.3438")
    ('−0.25', '1,234,567.5', '0.3438')
    """
    integer, point, decimals = threshold.partition(".")
    if _LONG_NUMBER.match(threshold):
        integer = _THOUSANDS.sub(",", integer)
    return (integer + point + decimals).replace("-", "−")


def with_minus_signs(text: str) -> str:
    """Return a sentence in which negative numbers have a minus sign instead of a hyphen.

    Examples
    --------
    >>> with_minus_signs("Between -0.59 and -1e-07, “run-2” and Model-3")
    'Between −0.59 and −1e−07, “run-2” and Model-3'
    """
    return _MINUS.sub("−", text)


def column_of_thresholds(thresholds: Sequence[str]) -> list[str]:
    """Return thresholds, given as text, as a column of a table displays them: decimal point below decimal point.

    Each is written as everywhere else; spaces as wide as digits take the place of decimals that it lacks. Thresholds
    with more than six decimals, powers of ten and words stay as they are.

    Examples
    --------
    >>> [each.replace(_FIGURE_SPACE, "_") for each in column_of_thresholds(["0.8171", "0.66955", "above all scores"])]
    ['0.8171_', '0.66955', 'above all scores']
    """
    decimals = [len(each.partition(".")[2]) if _PLAIN_DECIMAL.fullmatch(each) else 0 for each in thresholds]
    most = max((n for n in decimals if n <= _MOST_DECIMALS), default=0)
    return [
        displayed_threshold(each) + _spaces(most - n if _PLAIN_DECIMAL.fullmatch(each) else 0, has_point=n > 0)
        for each, n in zip(thresholds, decimals, strict=True)
    ]


def _spaces(n: int, *, has_point: bool) -> str:
    """Return the space of n decimals, and of their point where the number has none."""
    return "" if n <= 0 else _FIGURE_SPACE * n if has_point else _PUNCTUATION_SPACE + _FIGURE_SPACE * n


def at_threshold(threshold: str) -> str:
    """Return a threshold, given as text, for use inside a sentence about values there.

    Examples
    --------
    >>> at_threshold("0.4"), at_threshold("above all scores")
    ('at 0.4', 'with nothing flagged')
    """
    return "with nothing flagged" if threshold == ABOVE_ALL_SCORES else f"at {displayed_threshold(threshold)}"


def using_threshold(threshold: str) -> str:
    """Return a threshold, given as text, as the subject or object of a sentence.

    Examples
    --------
    >>> using_threshold("0.4"), using_threshold("above all scores")
    ('the threshold 0.4', 'flagging nothing')
    """
    return "flagging nothing" if threshold == ABOVE_ALL_SCORES else f"the threshold {displayed_threshold(threshold)}"


def rounded_threshold(threshold: float) -> str:
    """Format a threshold with up to four significant digits; in words where it flags nothing or everything.

    Examples
    --------
    >>> rounded_threshold(0.38112), rounded_threshold(-2.5), rounded_threshold(math.inf), rounded_threshold(-math.inf)
    ('0.3811', '−2.5', 'above all scores', 'below all scores')
    """
    if math.isinf(threshold):
        return ABOVE_ALL_SCORES if threshold > 0 else "below all scores"
    return decimal(float(f"{threshold:.4g}")).replace("-", "−")


def best_threshold_text(optimum: Optimum, curve: ThresholdCurve) -> str:
    """Format the best threshold with as few digits as possible that make the same decisions.

    Parameters
    ----------
    optimum : Optimum
        Found on the curve, or on a tuning set and evaluated on the curve; the decisions are then the same on both.
    curve : ThresholdCurve

    Returns
    -------
    str
        "above all scores" where it is best to flag nothing. "0.5" where it makes the same decisions and the scores may
        be probabilities.

    Examples
    --------
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> best_threshold_text(best(curve), curve)
    '0.4'
    """
    if math.isinf(optimum.point.threshold):
        return ABOVE_ALL_SCORES
    low, high = _equivalent_thresholds(optimum, curve)
    return "0.5" if curve.is_probability and low < 0.5 <= high else shortest_decimal(low, high)


def _equivalent_thresholds(optimum: Optimum, curve: ThresholdCurve) -> tuple[float, float]:
    """Return (low, high], finite: all make the best threshold's decisions, on the curve and where it was chosen."""
    threshold = optimum.point.threshold
    score = float(curve.thresholds[curve.positions([threshold])[0]])
    low = max(slider_bounds(curve)[0], curve.next_below(score), optimum.interval[0])
    high = min(threshold, max(score, math.nextafter(low, math.inf)))
    return min(low, math.nextafter(high, -math.inf)), high


def slider_bounds(curve: ThresholdCurve) -> tuple[float, float]:
    """Return the ends of a slider: finite numbers a little below and above all scores."""
    lowest, highest = float(curve.thresholds[-1]), float(curve.thresholds[1])
    margin = min(highest - lowest, sys.float_info.max) / 20
    floor = min(lowest - margin, math.nextafter(lowest, -math.inf))
    ceiling = max(highest + margin, math.nextafter(highest, math.inf))
    if highest < sys.float_info.max:  # else only infinity is above it
        ceiling = min(ceiling, sys.float_info.max)
    return max(floor, -sys.float_info.max), ceiling
