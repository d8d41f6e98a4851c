"""Feature columns as numbers: which columns are features, how they are encoded, and why others are excluded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from f1tools import formatting
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.formatting import truncate
from f1tools.readers.formats.cells import NumberEvidence, parse_numbers
from f1tools.readers.formats.table import Categorical

MAX_LEVELS = 50
"""A text column with more distinct values is not a category that a network can learn from."""

_PARSED_AMOUNTS = "Read as numbers, without currency signs and thousands separators: {}."
_MISSING_NUMBERS = "Missing numbers are imputed by the median of the training rows: {}."
_UNPARSABLE = "Cells without a number count as missing: {}."
_MISSING_TEXTS = "Missing categories are a separate level: {}."
_LEAKS = "{} predicts the class without error: leave it out with --ignore unless it is known before the class."
_NOTES = (_PARSED_AMOUNTS, _MISSING_NUMBERS, _UNPARSABLE, _MISSING_TEXTS, _LEAKS)

_MAX_NUMBER = 1e30  # larger ones, whose squares leave the range of float32, are codes for "missing"
_MAX_NAMES = 8  # column names in a note
_DATE = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ]\d{1,2}:\d{2}.*)?")
_CURRENCY = r"(?:\s*(?:[$€£¥₹]|EUR|USD|GBP|CHF|JPY)\s*)?"
_AMOUNT = re.compile(rf"([+-]?){_CURRENCY}([+-]?)(\d[\d.,'’ \u00a0\u202f]*){_CURRENCY}")


@dataclass
class FeatureBuilder:
    """Collects feature columns, one after the other.

    Attributes
    ----------
    y : ndarray of bool
        Whether a row is positive, to detect columns that predict the class without error.
    pixels : bool
        Whether the columns are the pixels of an image; then none is excluded.
    columns, n_levels : list
        The encoded features, and their numbers of levels: 0 for numeric ones.
    """

    y: BoolArray
    pixels: bool = False
    columns: list[FloatArray] = field(default_factory=list)
    n_levels: list[int] = field(default_factory=list)
    _excluded: dict[str, list[str]] = field(default_factory=dict)
    _noted: dict[str, list[str]] = field(default_factory=lambda: {note: [] for note in _NOTES})

    def exclude(self, name: str, reason: str) -> None:
        """Record why a column is not a feature."""
        self._excluded.setdefault(reason, []).append(truncate(name))

    def _note(self, note: str, name: str, n_cells: int | None = None) -> None:
        self._noted[note].append(truncate(name) + ("" if n_cells is None else f" ({formatting.count(n_cells)})"))

    def add_numbers(self, name: str, values: FloatArray, n_unparsable: int) -> None:
        """Add a numeric column, or exclude it; NaN marks missing and unparsable cells."""
        values = np.where(np.abs(values) <= _MAX_NUMBER, values, np.nan)
        present = values[~np.isnan(values)]
        if not self.pixels and (present.size == 0 or present.min() == present.max()):
            self.exclude(name, "constant")
            return
        self._add(name, values, 0)
        if present.size < values.size:
            self._note(_MISSING_NUMBERS, name, values.size - present.size)
        if n_unparsable:
            self._note(_UNPARSABLE, name, n_unparsable)

    def add_texts(self, name: str, column: Categorical) -> None:
        """Add a text column as a category, or as numbers if it holds amounts, or exclude it."""
        codes, counts = np.unique(column.codes, return_counts=True)
        labels = {code: column.labels[code] for code in codes.tolist() if code >= 0}
        texts = list(labels.values())
        amounts = parse_amounts(texts)
        if amounts:
            self._note(_PARSED_AMOUNTS, name)
            value_of = {-1: np.nan, **dict(zip(labels, amounts, strict=True))}
            self.add_numbers(name, np.array([value_of[code] for code in column.codes.tolist()]), 0)
        elif codes.size < 2:
            self.exclude(name, "constant")
        elif sum(_DATE.fullmatch(each) is not None for each in texts) > 0.9 * len(texts):
            self.exclude(name, "dates")
        elif len(texts) > MAX_LEVELS and all(_AMOUNT.fullmatch(each) for each in texts):
            self.exclude(name, "looks like amounts of money or long numbers: write plain numbers, such as 1234.5")
        elif len(texts) > MAX_LEVELS:
            self.exclude(name, f"text with more than {MAX_LEVELS} distinct values")
        else:
            # Levels are sorted, so that the order of the rows does not matter; missing cells are the last level.
            level_of = {code: level for level, code in enumerate(sorted(labels, key=labels.__getitem__))}
            if codes[0] < 0:
                level_of[-1] = len(labels)
                self._note(_MISSING_TEXTS, name, int(counts[0]))
            levels = np.array([float(level_of[code]) for code in column.codes.tolist()])
            self._add(name, levels, len(level_of))

    def _add(self, name: str, values: FloatArray, n_levels: int) -> None:
        self.columns.append(values)
        self.n_levels.append(n_levels)
        if not self.pixels and _predicts_perfectly(values, self.y):
            self._note(_LEAKS, name)

    def matrix(self) -> FloatArray:
        """Return the features as a matrix of shape (n, n_features)."""
        return np.column_stack(self.columns) if self.columns else np.empty((self.y.size, 0))

    def notes(self) -> Iterator[str]:
        """Yield sentences about excluded, imputed and suspicious columns."""
        for reason, columns in self._excluded.items():
            yield f"Not used as {'features' if columns[1:] else 'a feature'}: {_join(columns)} ({reason})."
        yield from (note.format(_join(columns)) for note, columns in self._noted.items() if columns)


def _predicts_perfectly(values: FloatArray, y: BoolArray) -> bool:
    """Return whether the column has few distinct values, each of one class only."""
    present = ~np.isnan(values)
    shared = np.intersect1d(values[present & y], values[present & ~y])
    return np.unique(values[present]).size <= MAX_LEVELS and shared.size == 0


def _join(columns: Sequence[str]) -> str:
    rest = len(columns) - _MAX_NAMES
    return ", ".join(columns[:_MAX_NAMES]) + (f" and {formatting.count(rest)} more" if rest > 0 else "")


def parse_amounts(texts: Sequence[str]) -> list[float] | None:
    """Parse amounts of money and numbers with separators; None if some are not, or are ambiguous.

    Examples
    --------
    >>> parse_amounts(["986.79 €", "1,012.57 €"]), parse_amounts(["1 234,50", "7,5"]), parse_amounts(["-$3", "$0.5"])
    ([986.79, 1012.57], [1234.5, 7.5], [-3.0, 0.5])
    >>> parse_amounts(["$1,200", "$7,300"]) is parse_amounts(["12-34"]) is None  # 1200 or 1.2
    True
    """
    matches = [match for match in map(_AMOUNT.fullmatch, texts) if match]
    if len(matches) < len(texts):
        return None
    digits = ["-" * ("-" in (match[1], match[2])) + match[3].strip() for match in matches]
    number_format = NumberEvidence(digits).decide("")
    values, unparsable = parse_numbers(digits, number_format)
    return None if number_format.is_assumed or unparsable.any() else values.tolist()
