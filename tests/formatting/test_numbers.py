"""How numbers are formatted."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools import formatting

finite = st.floats(allow_nan=False, allow_infinity=False)
shares = st.floats(0, 1, exclude_min=True, exclude_max=True)
counts = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0625, "0.063"),
        (-0.0625, "−0.063"),
        (0.9995, "1.000"),
        (0.0005, "0.001"),
        (-0.0001, "0.000"),
        (12.5, "12.500"),
    ],
)
def test_metrics(value: float, text: str) -> None:
    """Three decimals; exact halves are rounded away from zero, and there is no negative zero."""
    assert formatting.metric_value(value) == text


def test_undefined_values() -> None:
    """An undefined metric and its differences are n/a."""
    differences = formatting.difference(math.nan, 0.5), formatting.difference(0.5, math.nan)
    assert {formatting.metric_value(math.nan), *differences} == {"n/a"}


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_differences_add_up(value: float, reference: float) -> None:
    """The displayed reference plus the displayed difference is the displayed value."""
    text = formatting.difference(value, reference)
    gap = Decimal(0) if text == "±0" else Decimal(text.replace("−", "-"))
    shown = [Decimal(formatting.metric_value(each).replace("−", "-")) for each in (value, reference)]
    assert shown[1] + gap == shown[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234, "1,234"), (5000.0, "5,000"), (1234.56, "1,234.6"), (12.345, "12.3"), (0.5, "0.500")],
)
def test_counts(value: float, text: str) -> None:
    """Thousands separators; sums of weights that are not whole have three digits or one decimal."""
    assert formatting.count(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (1, "100%"), (0.5, "50.0%"), (0.0123, "1.2%"), (0.00999, "1.0%"), (0.005, "0.50%"), (0.9996, ">99.9%")],
)
def test_percentages(share: float, text: str) -> None:
    """0% and 100% mean exactly none and all; small shares keep two digits."""
    assert formatting.percent(share) == text


@pytest.mark.parametrize("total", [40, 400, 1720, 2000])
def test_cases_a_day_are_rounded_from_the_counts(total: int) -> None:
    """Halves are rounded up, which a share in floating point can miss: 0.5075 of 1,000."""
    for part in range(total // 8, total):
        exact = Fraction(1000 * part, total)
        assert formatting.of_cases(part, total, 1000) == f"{math.floor(exact + Fraction(1, 2)):,}"


@given(shares, st.sampled_from([10, 100, 1000]))
def test_natural_frequencies_are_nearly_right(share: float, base: int) -> None:
    """The error is at most half a case of the base, no share below one case is "about" one, and none is all or none."""
    words = formatting.natural_frequency(share, base).replace(",", "").split()
    cases = int(words[-3])
    assert 0 < cases < base == int(words[-1])
    error = Fraction(share) - Fraction(cases, base)
    bounds = {"about": (-0.5, 0.5), "fewer": (-1, 0), "more": (0.5, 1)}[words[0]]
    tolerance = Fraction(1, 10**9)
    assert bounds[0] - tolerance <= error * base <= bounds[1] + tolerance


@given(st.tuples(counts, counts, counts, counts).filter(any), st.sampled_from([100, 1000, 10**6]))
def test_apportioned_counts_add_up(exact: tuple[int, int, int, int], total: int) -> None:
    """They are whole, add up, are within one of the true proportion, and 0 stays 0."""
    cases = formatting.apportion(exact, total)
    assert sum(cases) == total
    for one, many in zip(cases, exact, strict=True):
        assert abs(one - Fraction(total * many, sum(exact))) < 1
        assert many or not one


@given(finite, finite)
def test_the_shortest_decimal_makes_the_same_decisions(one: float, other: float) -> None:
    """It is above the next lower score, at most this one, and has no more digits."""
    low, high = sorted((one, other))
    if low == high:
        return
    text = formatting.shortest_decimal(low, high)
    assert low < float(text) <= high
    assert len(Decimal(text).normalize().as_tuple().digits) <= len(Decimal(repr(high)).normalize().as_tuple().digits)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.5617, 0.5623413, "0.562"),
        (0.0, 1e-12, "1e-12"),
        (-3.3e5, -3.2e5, "-320000"),
        (-0.3, 0.2, "0"),
        (0.3, 1.0, "1"),
        (-5.0, -0.25, "-1"),
        (0.1, math.nextafter(0.1, 1), "0.10000000000000002"),
        (1e22, 1.5e22, "1.5e22"),
        (5e-324, 1e-323, "1e-323"),
    ],
)
def test_shortest_decimal(low: float, high: float, text: str) -> None:
    """Thresholds of every size, computed by hand."""
    assert formatting.shortest_decimal(low, high) == text


@given(finite)
def test_decimals_are_exact(value: float) -> None:
    """Parsing the text gives the same float."""
    assert float(formatting.decimal(value)) == value
