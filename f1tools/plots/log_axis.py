"""Axes on which every step multiplies: shares and ratios over several powers of ten."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.palette import Colors
from f1tools.plots.canvas import axis

_MOST_TICKS = 6  # there is room for these on a phone


def log_axis(
    palette: Colors, title: str, span: tuple[float, float], *, written: Callable[[float], str], **more: Any
) -> dict[str, Any]:
    """Describe an axis of powers with round numbers at its ticks.

    Parameters
    ----------
    palette : mapping
    title : str
    span : tuple of float
        Above 0.
    written : callable
        Writes a tick.
    **more
        What else the axis has.
    """
    ticks = round_numbers(*span)
    texts = [written(tick) for tick in ticks]
    return axis(palette, title, logs(span), type="log", tickvals=ticks, ticktext=texts) | more


def logs(span: tuple[float, float]) -> tuple[float, float]:
    """Give the powers of ten of two numbers."""
    return math.log10(span[0]), math.log10(span[1])


def round_numbers(low: float, high: float) -> list[float]:
    """Choose a few numbers of one digit from ``low`` to ``high``, evenly spread over the powers.

    Examples
    --------
    >>> round_numbers(0.02, 0.6), round_numbers(0.001, 900)
    ([0.02, 0.05, 0.1, 0.2, 0.5], [0.001, 0.01, 0.1, 1.0, 10.0, 100.0])
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    shown: list[float] = []
    for digits, step in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), math.ceil((last - first) / 5))):
        numbers = [float(f"{digit}e{power}") for power in range(first, last + 1, step) for digit in digits]
        if not shown or len(shown) > _MOST_TICKS:
            shown = [number for number in numbers if low <= number <= high]
    return shown


def spread(span: tuple[float, float], most: int) -> FloatArray:
    """Give so many numbers in equal ratios, both ends included."""
    return np.geomspace(*span, most)
