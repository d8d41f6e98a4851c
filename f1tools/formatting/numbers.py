"""How numbers are formatted: metrics, differences, counts, shares and natural frequencies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

UNDEFINED = "n/a"
_HALF_UP = Context(prec=400, rounding=ROUND_HALF_UP)
_LARGEST_BASE = 1_000_000


def metric_value(value: float) -> str:
    """Format a metric: three decimals, with a minus sign where it is negative, or "n/a" where it is undefined.

    Examples
    --------
    >>> metric_value(2 / 3), metric_value(float("nan"))
    ('0.667', 'n/a')
    """
    return UNDEFINED if math.isnan(value) else _fixed(value, 3).replace("-", "−")


def counted(n: float, noun: str, nouns: str = "") -> str:
    """Format a number of things with their noun; the plural ends in s unless it is given.

    Examples
    --------
    >>> counted(1, "row"), counted(1234, "row"), counted(2, "class", "classes")
    ('1 row', '1,234 rows', '2 classes')
    """
    return f"{n:,} {noun if n == 1 else nouns or f'{noun}s'}"


def difference(value: float, reference: float) -> str:
    """Format the difference of a metric from a reference, with its sign; "±0" where both display the same.

    Examples
    --------
    >>> difference(0.7129, 0.6921), difference(0.5, 0.75), difference(float("nan"), 0.5)
    ('+0.021', '−0.250', 'n/a')
    """
    if math.isnan(value) or math.isnan(reference):
        return UNDEFINED
    gap = Decimal(_fixed(value, 3)) - Decimal(_fixed(reference, 3))
    return f"{gap:+.3f}".replace("-", "−") if gap else "±0"


def difference_within(value: float, reference: float, exact: float, low: float, high: float) -> str:
    """Format a difference so that it agrees with both rounded values, or with a very narrow interval around it.

    The difference of the rounded values may fall outside of the rounded bounds; then the exact one is rounded.

    Parameters
    ----------
    value, reference : float
        As for :func:`difference`.
    exact : float
        Their difference, or the mean of differences.
    low, high : float
        The bounds; nan where there are none.

    Examples
    --------
    >>> difference_within(0.7129, 0.6921, 0.0208, 0.01, 0.03), difference_within(0.6736, 0.6734, 0.0002, 0.0001, 0.0003)
    ('+0.021', '±0')
    """
    text = difference(value, reference)
    ends = [difference(end, 0.0) for end in (low, high)]
    if UNDEFINED in (text, *ends):
        return text
    bottom, number, top = (float(each.replace("−", "-").replace("±", "")) for each in (ends[0], text, ends[1]))
    return text if bottom <= number <= top else difference(exact, 0.0)


def price(label: str, best: float, value: float) -> str:
    """Say how a metric changes from the best threshold to another one; empty where one of them is undefined.

    Examples
    --------
    >>> price("F1", 0.664, 0.658), price("F1", 0.5, 0.49999), price("F1", 0.61, 0.63), price("F1", math.nan, 0.5)
    ('F1 −0.006', 'F1 ±0', 'F1 +0.020', '')
    """
    change = difference(value, best)
    return "" if change == UNDEFINED else f"{label} {change}"


def count(value: float) -> str:
    """Format a number of rows, or a sum of their weights.

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
    """Format a share between 0 and 1 as a percentage; "100%" and "0%" mean exactly all and none.

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


def natural_frequency(share: float, base: int = 10) -> str:
    """Format a share strictly between 0 and 1 as a natural frequency.

    Examples
    --------
    >>> natural_frequency(0.713), natural_frequency(0.0032, 1000), natural_frequency(0.06), natural_frequency(0.97)
    ('about 7 in 10', 'about 3 in 1,000', 'fewer than 1 in 10', 'more than 9 in 10')
    """
    if share * base < 1:  # "about 1" would be up to twice as many
        return f"fewer than 1 in {base:,}"
    cases = math.floor(share * base + 0.5)
    return f"about {cases:,} in {base:,}" if cases < base else f"more than {base - 1:,} in {base:,}"


def frequency_base(share: float, start: int = 100, least: int = 2) -> int:
    """Return a base, 100, 1,000 ... 1,000,000, of which a share is at least ``least`` cases.

    Examples
    --------
    >>> frequency_base(0.3), frequency_base(0.004), frequency_base(0.004, least=10)
    (100, 1000, 10000)
    """
    base = start
    while share * base < least and base < _LARGEST_BASE:
        base *= 10
    return base


def apportion(counts: Sequence[float], total: int) -> list[int]:
    """Scale counts to whole numbers that add up to ``total``, by the largest remainder method.

    Of equal remainders the first is rounded up.

    Examples
    --------
    >>> apportion([1, 1, 1], 100)
    [34, 33, 33]
    """
    all_counts = sum(counts)
    exact = [total * each / all_counts for each in counts]
    rounded = [math.floor(each) for each in exact]
    by_remainder = sorted(range(len(rounded)), key=lambda index: rounded[index] - exact[index])
    for index in by_remainder[: total - sum(rounded)]:
        rounded[index] += 1
    return rounded


def amount(value: float, digits: int = 4, decimals: int | None = None) -> str:
    """Format an amount, of money or of cases per day, with some significant digits and no power of ten.

    Parameters
    ----------
    value : float
    digits : int
        Significant digits.
    decimals : int, optional
        The exact number of decimals, as other amounts beside it have, see :func:`common_decimals`; not for what would
        round to 0.

    Examples
    --------
    >>> amount(1234567.8), amount(-0.051239), amount(12.0), amount(0)
    ('1,235,000', '−0.05124', '12', '0')
    >>> amount(74.123, decimals=1), amount(453.0, decimals=1), amount(0.0123, decimals=1)
    ('74.1', '453.0', '0.0123')
    """
    if decimals and float(fixed := _fixed(value, decimals)):
        return f"{Decimal(fixed):,f}".replace("-", "−")
    if decimals == 0 and abs(value) >= 1:
        value = float(_fixed(value, 0))
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value + 0.0)).normalize()
    return f"{rounded:,f}".replace("-", "−")


def common_decimals(values: Sequence[float], digits: int = 4) -> int:
    """Return how many decimals amounts side by side have: those of the largest at a number of significant digits.

    Trailing zeros that all of them would have do not count.

    Examples
    --------
    >>> common_decimals([425.34, 527.1]), common_decimals([188, 233]), common_decimals([0.5, 0.25]), common_decimals([])
    (1, 0, 2, 0)
    """
    largest = max(map(abs, values), default=0.0)
    most = max(0, digits - 1 - math.floor(math.log10(largest))) if largest else 0
    texts = [_fixed(each, most) for each in values]
    return max((len(text.partition(".")[2].rstrip("0")) for text in texts), default=0)


def of_cases(part: float, total: float, cases: float) -> str:
    """Scale a part of the counted cases to another number of cases: whole, with one decimal below 10.

    It is computed from the counts, in exact arithmetic, so that every place rounds the same number, halves up.

    Examples
    --------
    >>> of_cases(203, 400, 1000), of_cases(1, 3, 10_000), of_cases(1, 400, 1000), of_cases(1, 500, 1000)
    ('508', '3,333', '2.5', '2')
    """
    exact = Fraction(float(part)) * Fraction(float(cases)) / Fraction(float(total))
    if exact >= 10:
        return count(math.floor(exact + Fraction(1, 2)))
    return amount(math.floor(10 * exact + Fraction(1, 2)) / 10)


def _fixed(value: float, decimals: int) -> str:
    """Round the exact binary value, halves away from zero, as JavaScript's ``toFixed`` does."""
    rounded = Decimal(value).quantize(Decimal((0, (1,), -decimals)), context=_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"


def _significant(value: float, digits: int) -> str:
    """Round to significant digits, halves away from zero, as JavaScript's ``toPrecision`` does."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value))
    padded = rounded.quantize(Decimal((0, (1,), rounded.adjusted() - digits + 1)), context=_HALF_UP)
    return str(padded).lower()
