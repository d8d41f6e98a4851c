"""How numbers are written and said: one number, everywhere the same.

The rules, which pages, the command line and the card share (``card/format.js`` is the twin of this file and is
tested against it, word for word):

- a metric has three decimals, halves away from zero; an undefined one is "n/a", never 0 or 1;
- a difference is taken between the numbers as written, so that the arithmetic on the screen adds up;
- a count has thousands separators; a sum of weights that is not whole has one decimal, or three significant
  digits below 100;
- a share is a percentage with one decimal, two significant digits below 1 %;
- a share in words is "7 in 10", "14 in 100", "3 in 1,000": enough zeros to be right to about a fifth; where one of
  the two shares of a sentence is in 100, one in 10 is said in 100 too, so that they compare;
- a threshold is the shortest decimal that makes the same decisions as the exact score.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

UNDEFINED = "n/a"
IN_SAMPLE = (
    "The best threshold was chosen on these very rows, so what it reaches here is a little too good. "
    "Expect less on new rows, and check it on rows that had no part in choosing it."
)

_FLOOR = Context(prec=800, rounding=ROUND_FLOOR)
_HALF_UP = Context(prec=400, rounding=ROUND_HALF_UP)
_MOST_CASES = 1_000_000
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
# Marks and overrides of the direction of writing: after one of them the rest of a line may read backwards.
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def metric_value(value: float) -> str:
    """Write a metric: three decimals, with a minus sign where it is negative, or "n/a" where it is not a number.

    Examples
    --------
    >>> metric_value(2 / 3), metric_value(float("nan"))
    ('0.667', 'n/a')
    """
    return UNDEFINED if math.isnan(value) else _fixed(value, 3).replace("-", "−")


def difference(value: float, reference: float) -> str:
    """Write how far a metric is from a reference, with its sign; "±0" where both are written alike.

    Examples
    --------
    >>> difference(0.7129, 0.6921), difference(0.5, 0.75), difference(float("nan"), 0.5)
    ('+0.021', '−0.250', 'n/a')
    """
    if math.isnan(value) or math.isnan(reference):
        return UNDEFINED
    gap = Decimal(_fixed(value, 3)) - Decimal(_fixed(reference, 3))
    return f"{gap:+.3f}".replace("-", "−") if gap else "±0"


def count(value: float) -> str:
    """Write a number of cases, or a sum of their weights.

    Examples
    --------
    >>> count(1234567), count(1234.56), count(0.04567)
    ('1,234,567', '1,234.6', '0.0457')
    """
    if value == math.floor(value):
        return f"{int(value):,}"
    if value >= 100:
        return f"{Decimal(_fixed(value, 1)):,}"
    return _significant(value, 3)


def percent(share: float) -> str:
    """Write a share between 0 and 1 as a percentage; "100%" and "0%" mean exactly all and none.

    Examples
    --------
    >>> percent(0.16894), percent(0.00369), percent(0.99999), percent(1)
    ('16.9%', '0.37%', '>99.9%', '100%')
    """
    value = share * 100
    if value in (0, 100):
        return f"{value:.0f}%"
    if value < 1:
        return f"{_significant(value, 2)}%"
    text = _fixed(value, 1)
    return ">99.9%" if text == "100.0" else f"{text}%"


def natural_frequency(share: float, start: int = 10) -> str:
    """Say a share strictly between 0 and 1 as so many in 10, 100, 1,000 ..., or not in fewer than ``start``.

    Examples
    --------
    >>> natural_frequency(0.713), natural_frequency(0.0032), natural_frequency(0.9), natural_frequency(1e-9)
    ('about 7 in 10', 'about 3 in 1,000', 'about 9 in 10', 'fewer than 1 in 1,000,000')
    """
    smaller = min(share, 1 - share)
    among = frequency_base(smaller, start)
    if smaller * among < 2:  # too few to round, even among the most cases that anybody can picture
        bound = 1 if smaller * among < 1 else 2
        return f"fewer than {bound} in {among:,}" if share < 0.5 else f"more than {among - bound:,} in {among:,}"
    cases = math.floor(share * among + 0.5)
    while among > start and cases % 10 == 0:
        cases, among = cases // 10, among // 10
    return f"about {cases:,} in {among:,}"


def frequency_base(share: float, start: int = 100, least: int = 2) -> int:
    """Find how many cases to picture so that a share of them is a number to speak of: 100, 1,000 ... 1,000,000.

    Examples
    --------
    >>> frequency_base(0.3), frequency_base(0.004), frequency_base(0.004, least=10)
    (100, 1000, 10000)
    """
    among = start
    while share * among < least and among < _MOST_CASES:
        among *= 10
    return among


def apportion(counts: Sequence[float], among: int) -> list[int]:
    """Scale counts down to whole numbers that add up to ``among``, by the largest remainder.

    Of equal remainders the first in the order given is rounded up.

    Examples
    --------
    >>> apportion([1, 1, 1], 100)
    [34, 33, 33]
    """
    total = sum(counts)
    shares = [among * one / total for one in counts]
    cases = [math.floor(share) for share in shares]
    by_remainder = sorted(range(len(cases)), key=lambda place: cases[place] - shares[place])
    for place in by_remainder[: among - sum(cases)]:
        cases[place] += 1
    return cases


def shortest_decimal(low: float, high: float) -> str:
    """Write a number in (low, high] with as few digits as possible: ``high``, rounded down.

    All thresholds between two neighbouring scores make the same decisions; this one makes those of ``high``:
    ``low < float(text) <= high``.

    Parameters
    ----------
    low, high : float
        low < high; low is finite.

    Examples
    --------
    >>> shortest_decimal(0.5617, 0.5623413), shortest_decimal(-0.3, 0.2), shortest_decimal(3e-12, 4.5e-12)
    ('0.562', '0', '4e-12')
    """
    if math.isinf(high):
        return decimal(high)
    exact = Decimal(repr(high))
    top = max(exact.adjusted(), Decimal(repr(low)).adjusted()) + 1
    last = int(exact.as_tuple().exponent)
    for exponent in range(top, last, -1):
        rounded = exact.quantize(Decimal((0, (1,), exponent)), context=_FLOOR)
        if float(rounded) > low:
            return decimal(float(rounded))
    return decimal(high)


def decimal(value: float) -> str:
    """Write a float exactly and plainly: no trailing zeros, a power of ten only where zeros would pile up.

    Examples
    --------
    >>> decimal(0.5), decimal(-320000.0), decimal(1e-12), decimal(-0.0)
    ('0.5', '-320000', '1e-12', '0')
    """
    exact = Decimal(repr(value + 0.0)).normalize()
    plain = f"{exact:f}"
    return plain if -6 <= exact.adjusted() < 16 else str(exact).lower().replace("e+", "e")


def threshold_text(low: float, high: float) -> str:
    """Write a threshold that decides like ``high``, where the next lower score is ``low``, with few digits.

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
    if math.isinf(high):
        return "above all scores"
    return decimal(high) if math.isinf(low) else shortest_decimal(low, high)


def rounded_threshold(threshold: float) -> str:
    """Write a threshold with up to four significant digits; in words where it flags nothing or everything.

    Examples
    --------
    >>> rounded_threshold(0.38112), rounded_threshold(math.inf), rounded_threshold(-math.inf)
    ('0.3811', 'above all scores', 'below all scores')
    """
    if math.isinf(threshold):
        return "above all scores" if threshold > 0 else "below all scores"
    return decimal(float(f"{threshold:.4g}"))


def amount(value: float, digits: int = 4) -> str:
    """Write an amount, of money or of cases a day, with so many significant digits and no power of ten.

    Examples
    --------
    >>> amount(1234567.8), amount(-0.051239), amount(12.0), amount(0)
    ('1,235,000', '−0.05124', '12', '0')
    """
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value + 0.0)).normalize()
    return f"{rounded:,f}".replace("-", "−")


def best_label(label: str, *, limited: bool, chosen_on: str = "") -> str:
    """Name the best threshold by a metric; where limits had to be kept, a better one may lie outside of them.

    Examples
    --------
    >>> best_label("F1", limited=True), best_label("F1", limited=False, chosen_on="valid")
    ('Best F1 within limits', 'Best F1 on valid')
    """
    return f"Best {label}{' within limits' if limited else ''}{f' on {truncate(chosen_on)}' if chosen_on else ''}"


def truncate(name: str, longest: int = 24) -> str:
    """Make a name from a file fit into a label.

    Examples
    --------
    >>> truncate("valid"), truncate("a" * 30, longest=5)
    ('valid', 'aaaa…')
    """
    short = single_line(name)
    return short if len(short) <= longest else short[: longest - 1] + "…"


def single_line(name: str) -> str:
    r"""Make one line of a name from a file, without the invisible characters that turn the writing round or steer.

    Examples
    --------
    >>> single_line("two\n lines"), single_line("\u202eevil"), single_line("red\x1b[31m")
    ('two lines', 'evil', 'red[31m')
    """
    return _CONTROLS.sub("", " ".join(_DIRECTIONS.sub("", name).split()))


def utf8_safe(text: str) -> str:
    r"""Replace what UTF-8 can't write: halves of a pair of surrogates, as names of files may hold them.

    Examples
    --------
    >>> utf8_safe("scores\udcff.csv")
    'scores?.csv'
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def _fixed(value: float, decimals: int) -> str:
    """Round the exact binary value, halves away from zero, as JavaScript's ``toFixed`` does."""
    rounded = Decimal(value).quantize(Decimal((0, (1,), -decimals)), context=_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"


def _significant(value: float, digits: int) -> str:
    """Keep so many significant digits, halves away from zero, as JavaScript's ``toPrecision`` does."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value))
    padded = rounded.quantize(Decimal((0, (1,), rounded.adjusted() - digits + 1)), context=_HALF_UP)
    return str(padded).lower()
