"""The meaning of one cell of text: a missing value, a number, a vector of numbers, or a label."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray

MISSING = (
    *("", ".", "?", "NA", "na", "N/A", "n/a", "#N/A", "#NA", "NaN", "nan", "NAN", "-nan", "-NaN"),
    *("NULL", "null", "Null", "None", "<NA>", "<na>", "NaT"),
)
_MISSING = frozenset(MISSING)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_WRAPPED = re.compile(r"(?:tensor)?[\[(]+\s*([^\s\[\](),;]+)\s*(?:,\s*(?:dtype|device|grad_fn)=[^)]*)?[\])]+")
_VECTOR = re.compile(r"[\[(]+\s*[^\s\[\](),;]+(?:\s*[\s,;]\s*[^\s\[\](),;]+)+\s*,?\s*[\])]+")
_COMPONENT = re.compile(r"(.+)\[(\d+)\]")
_INFINITE = {"inf": math.inf, "+inf": math.inf, "-inf": -math.inf, "infinity": math.inf, "-infinity": -math.inf}
MAX_COMPONENTS = 30


def is_missing(cell: str) -> bool:
    """Return whether a stripped cell stands for a missing value."""
    return cell in _MISSING


def parse_number(cell: str, *, decimal: str = ".") -> float | None:
    """Return the number in a cell, correctly rounded to float64, or None where there is none.

    Besides plain numbers, percentages (87 % is 0.87), decimal commas, `[0.3]` and `tensor(0.3)` are parsed.
    """
    text = cell.strip()
    if wrapped := _WRAPPED.fullmatch(text):
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


def parse_numbers(
    cells: Iterable[str], *, component: int | None = None, decimal: str = "."
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return the numbers in cells, NaN where there is none, and a mask of the cells that hold something else.

    With `component`, the cells are vectors and their component of that index is parsed.
    """
    if component is not None:
        vectors = (parse_vector(cell) for cell in cells)
        cells = [vector[component] if component < len(vector) else "" for vector in vectors]
    parsed = [(parse_number(cell, decimal=decimal), cell) for cell in cells]
    values = np.array([np.nan if value is None else value for value, _ in parsed], dtype=np.float64)
    unparsable = np.array([value is None and not is_missing(cell.strip()) for value, cell in parsed], dtype=bool)
    return values, unparsable


def parse_vector(cell: str) -> list[str]:
    """Return the components of a cell like `[0.1 0.9]` or `(0.1, 0.9)`; none where it is not a vector."""
    text = cell.strip()
    if _VECTOR.fullmatch(text) is None:
        return []
    return [component for component in re.split(r"[\s,;\[\]()]+", text) if component]


def expand_vectors(columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return columns of text with each column of vectors replaced by one column per component, named `name[0]` ..."""
    expanded: dict[str, list[str]] = {}
    for name, cells in columns.items():
        width = _vector_width(cells)
        if width == 0:
            expanded[name] = cells
            continue
        vectors = [parse_vector(cell) for cell in cells]
        for index in range(width):
            expanded[f"{name}[{index}]"] = [each[index] if index < len(each) else "" for each in vectors]
    return expanded


def _vector_width(cells: list[str]) -> int:
    """Return the length of the vectors in a column, judged by its first 20 values; 0 where they are not vectors."""
    first = list(islice((cell for cell in cells if not is_missing(cell)), 20))
    if not first or first[0][:1] not in "[(":
        return 0
    widths = {len(parse_vector(cell)) for cell in first}
    width = widths.pop() if len(widths) == 1 else 0
    return width if width <= MAX_COMPONENTS else 0


def locate_column(name: str, columns: Iterable[str]) -> tuple[str, int | None]:
    """Return the column of a file behind a column name, and the index where that name is a vector's component.

    Examples
    --------
    >>> locate_column("prob[1]", ["y", "prob"]), locate_column("y", ["y", "prob"])
    (('prob', 1), ('y', None))
    """
    component = None if name in columns else _COMPONENT.fullmatch(name)
    return (component[1], int(component[2])) if component else (name, None)


def normalize_label(cell: str) -> str:
    """Return a label in its one spelling: text stripped, numbers by value (1.0 and 1 are the same label)."""
    text = cell.strip()
    return number_to_label(float(text)) if _NUMBER.fullmatch(text) else text


def number_to_label(value: float) -> str:
    """Return the label of a number."""
    if math.isfinite(value) and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return repr(float(value))


def label_to_number(label: str) -> float | None:
    """Return the number that a label spells, or None where it is not a number."""
    return float(label) if _NUMBER.fullmatch(label) else None
