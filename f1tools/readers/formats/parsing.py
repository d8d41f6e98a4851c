"""What a single cell of text means: missing, a number, a label."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MISSING = (
    *("", ".", "?", "NA", "na", "N/A", "n/a", "#N/A", "#NA", "NaN", "nan", "NAN", "-nan", "-NaN"),
    *("NULL", "null", "Null", "None", "<NA>", "<na>", "NaT"),
)
_MISSING = frozenset(MISSING)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_WRAPPED = re.compile(r"(?:tensor)?[\[(]+\s*([^\s\[\](),;]+)\s*(?:,\s*(?:dtype|device|grad_fn)=[^)]*)?[\])]+")
_VECTOR = re.compile(r"[\[(]+\s*[^\s\[\](),;]+(?:\s*[\s,;]\s*[^\s\[\](),;]+)+\s*,?\s*[\])]+")
_INFINITE = {"inf": math.inf, "+inf": math.inf, "-inf": -math.inf, "infinity": math.inf, "-infinity": -math.inf}


def is_missing(cell: str) -> bool:
    """Say whether the cell holds no value."""
    return cell in _MISSING


def parse_number(cell: str, *, decimal: str = ".") -> float | None:
    """Return the number a cell holds, correctly rounded to float64; None where it holds none.

    Understood beside plain numbers: per cent (87 % is 0.87), a decimal comma, `[0.3]` and `tensor(0.3)`.
    """
    text = cell.strip()
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped:
        text = wrapped[1]
    exponent = ""
    if text.endswith("%"):
        text, exponent = text[:-1].rstrip(), "e-2"
    if decimal == ",":
        text = text.replace(",", ".", 1)
    if _NUMBER.fullmatch(text) is None:
        return _INFINITE.get(text.lower())
    if exponent and "e" in text.lower():
        return float(text) / 100
    return float(text + exponent)


def parse_numbers(cells: Sequence[str], *, decimal: str = ".") -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return the numbers of many cells, NaN where there is none, and a mask of those that hold something else."""
    values = np.full(len(cells), np.nan)
    bad = np.zeros(len(cells), dtype=bool)
    for row, cell in enumerate(cells):
        value = parse_number(cell, decimal=decimal)
        if value is None:
            bad[row] = not is_missing(cell.strip())
        else:
            values[row] = value
    return values, bad


def parse_vector(cell: str) -> list[str] | None:
    """Return the parts of a cell like `[0.1 0.9]` or `(0.1, 0.9)`; None where it is nothing of the kind."""
    text = cell.strip()
    if _VECTOR.fullmatch(text) is None:
        return None
    return [part for part in re.split(r"[\s,;\[\]()]+", text) if part]


def vector_components(cells: Iterable[str], index: int) -> list[str]:
    """Return the given part of every vector cell; empty where there is none."""
    parts = (parse_vector(cell) for cell in cells)
    return [found[index] if found is not None and index < len(found) else "" for found in parts]


def normalize_label(cell: str) -> str:
    """Return how a truth value is called: numbers in one spelling (1.0 and 1 are one value), text stripped."""
    text = cell.strip()
    if _NUMBER.fullmatch(text) is None:
        return text
    return number_to_label(float(text))


def number_to_label(value: float) -> str:
    """Return how a number is called as a truth value."""
    if value == int(value) if math.isfinite(value) and abs(value) < 1e15 else False:
        return str(int(value))
    return repr(float(value))


def label_to_number(text: str) -> float | None:
    """Return the number a label stands for; None where it is no number."""
    return float(text) if _NUMBER.fullmatch(text) else None
