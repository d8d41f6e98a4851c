"""Cells mean what people mean by them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.readers.formats import parsing


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", 1.0), (" .00025 ", 0.00025), ("1.25E-32", 1.25e-32), ("87 %", 0.87), ("12.3%", 0.123), ("1e-2%", 1e-4),
        ("[0.93]", 0.93), ("[[0.93]]", 0.93), ("tensor(0.5, device='cuda:0')", 0.5), ("(1,)", None),
        ("-inf", -math.inf),
        ("1_0", None), ("", None), ("NA", None), ("abc", None), ("1.2.3", None), ("0x1", None), ("5.", 5.0),
    ],
)  # fmt: skip
def test_number(cell: str, value: float | None) -> None:
    """Plain numbers, per cent, brackets; nothing that merely resembles one."""
    assert parsing.parse_number(cell) == value


def test_decimal_comma() -> None:
    """Only where the table is written so."""
    assert parsing.parse_number("12,5", decimal=",") == 12.5
    assert parsing.parse_number("12,5") is None


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_survives(value: float) -> None:
    """Printed with all digits and read again, a float64 is the same."""
    assert parsing.parse_number(repr(value)) == value
    assert parsing.label_to_number(parsing.number_to_label(value)) == value


@pytest.mark.parametrize(
    ("cell", "label"), [("1.0", "1"), (" yes ", "yes"), ("0.50", "0.5"), ("-1", "-1"), ("1e20", "1e+20")]
)
def test_label(cell: str, label: str) -> None:
    """1.0 and 1 are one value."""
    assert parsing.normalize_label(cell) == label


def test_labels_that_are_not_finite() -> None:
    """Whatever a number is, it can be called."""
    assert parsing.number_to_label(math.inf) == "inf"
