"""Cells of text mean what people mean by them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.readers.formats.cells import POINT, NumberFormat
from f1tools.readers.formats.table import label_to_number, normalize_label, number_to_label


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", 1.0), (" .00025 ", 0.00025), ("1.25E-32", 1.25e-32), ("87 %", 0.87), ("12.3%", 0.123), ("1e-2%", 1e-4),
        ("[0.93]", 0.93), ("[[0.93]]", 0.93), ("tensor(0.5, device='cuda:0')", 0.5), ("(1,)", None), ("5.", 5.0),
        ("-inf", -math.inf), ("", None), ("NA", None), ("abc", None), ("1.2.3", None), ("0x1", None), ("1_0", None),
        ("12,5", None),
    ],
)  # fmt: skip
def test_number(cell: str, value: float | None) -> None:
    """Plain numbers, percentages and brackets are numbers; text that only resembles a number is not."""
    assert POINT.parse(cell) == value


def test_decimal_comma() -> None:
    """A comma is a decimal mark only in a table that uses it."""
    assert NumberFormat(",").parse("12,5") == 12.5


@settings(deadline=None)
@given(st.floats(allow_nan=False))
def test_every_float_survives(value: float) -> None:
    """A float64 printed with all digits is read back exactly, as a number and as a label."""
    assert POINT.parse(repr(value)) == value
    label = number_to_label(value)
    assert label_to_number(label) == (value if math.isfinite(value) else None)


@pytest.mark.parametrize(
    ("cell", "label"), [("1.0", "1"), (" yes ", "yes"), ("0.50", "0.5"), ("-1", "-1"), ("1e20", "1e+20")]
)
def test_label(cell: str, label: str) -> None:
    """Numbers of one value are one label, however they are written."""
    assert normalize_label(cell) == label
