"""Which columns of a table are features, how they become numbers, and why the others are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from f1tools import formatting
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.formatting import truncate
from f1tools.lab.amounts import amounts, look_like_amounts
from f1tools.readers.formats.table import Categorical

MOST_LEVELS = 50
"""A text with more different values than this is no category that a network could learn from."""

_LARGEST = 1e30  # beyond it, squares leave what float32 holds; such numbers stand for "none"
_MOST_NAMED = 8
_DATE = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ]\d{1,2}:\d{2}.*)?")


@dataclass
class Features:
    """Collects the columns that are features.

    Attributes
    ----------
    y : ndarray of bool
        Whether a row is positive, to find out which column gives it away.
    pixels : bool
        Whether the columns are those of an image: then none is left out.
    columns, levels : list
        What was taken: its numbers, and how many levels it has where it is a category, else 0.
    left_out : dict from reason to names
        What was not taken.
    """

    y: BoolArray
    pixels: bool = False
    columns: list[FloatArray] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    _unknown: dict[str, int] = field(default_factory=dict)
    _missing: dict[str, int] = field(default_factory=dict)
    _no_number: dict[str, int] = field(default_factory=dict)
    _gives_away: list[str] = field(default_factory=list)
    _amounts: list[str] = field(default_factory=list)

    def leave_out(self, name: str, why: str) -> None:
        """Note why a column is no feature."""
        self.left_out.setdefault(why, []).append(name)

    def take_numbers(self, name: str, values: FloatArray, bad: int) -> None:
        """Take a column of numbers, or note why it is no feature; ``bad`` cells hold something else."""
        values = np.where(np.abs(values) <= _LARGEST, values, np.nan)
        present = values[~np.isnan(values)]
        if not self.pixels and (present.size == 0 or present.min() == present.max()):
            self.leave_out(name, "the same in every row")
            return
        self._take(name, values, 0)
        if present.size < values.size:
            self._missing[name] = values.size - present.size
        if bad:
            self._no_number[name] = bad

    def take_texts(self, name: str, coded: Categorical) -> None:
        """Take a column of texts as a category, or amounts as numbers, or note why it is no feature."""
        codes, counts = np.unique(coded.codes, return_counts=True)
        labels = {code: coded.labels[code] for code in codes.tolist() if code >= 0}
        values = amounts(list(labels.values()))
        if values:
            self._amounts.append(name)
            value_of = {-1: np.nan, **dict(zip(labels, values, strict=True))}
            self.take_numbers(name, np.array([value_of[code] for code in coded.codes.tolist()]), 0)
        elif codes.size < 2:
            self.leave_out(name, "the same in every row")
        elif sum(_DATE.fullmatch(each) is not None for each in labels.values()) > 0.9 * len(labels):
            self.leave_out(name, "dates")
        elif len(labels) > MOST_LEVELS and look_like_amounts(list(labels.values())):
            self.leave_out(name, "looks like amounts of money or long numbers: write plain ones, such as 1234.5")
        elif len(labels) > MOST_LEVELS:
            self.leave_out(name, f"text with more than {MOST_LEVELS} different values")
        else:
            # By name, so that the order of the rows does not matter; a missing cell is a level of its own, the last.
            place = {code: at for at, code in enumerate(sorted(labels, key=labels.__getitem__))}
            if codes[0] < 0:
                place[-1] = len(labels)
                self._unknown[name] = int(counts[0])
            self._take(name, np.array([float(place[code]) for code in coded.codes.tolist()]), len(place))

    def _take(self, name: str, values: FloatArray, levels: int) -> None:
        self.columns.append(values)
        self.levels.append(levels)
        if not self.pixels and _tells(values, self.y):
            self._gives_away.append(name)

    def matrix(self) -> FloatArray:
        """Give what was taken as a table."""
        return np.column_stack(self.columns) if self.columns else np.empty((self.y.size, 0))

    def notes(self) -> Iterator[str]:
        """Say what was left out, what is filled in and what looks too good."""
        for why, columns in self.left_out.items():
            yield f"Not used as {'features' if columns[1:] else 'a feature'}: {_named(columns)} ({why})."
        if self._amounts:
            yield f"Read as numbers, without currency or marks between the digits: {_named(self._amounts)}."
        if self._missing:
            yield f"Missing numbers become the median of the rows that train: {_counted(self._missing)}."
        if self._no_number:
            yield f"Cells without a number count as missing: {_counted(self._no_number)}."
        if self._unknown:
            yield f"Missing categories are a level of their own: {_counted(self._unknown)}."
        if self._gives_away:
            yield (
                f"{_named(self._gives_away)} gives the class away everywhere: leave it out with --ignore unless it is "
                "known beforehand."
            )


def _tells(values: FloatArray, y: BoolArray) -> bool:
    """Tell whether each of few values goes with one class only."""
    known = ~np.isnan(values)
    different = np.unique(values[known])
    both = np.intersect1d(values[known & y], values[known & ~y])
    return different.size <= MOST_LEVELS and both.size == 0


def _named(columns: list[str]) -> str:
    rest = len(columns) - _MOST_NAMED
    return ", ".join(map(truncate, columns[:_MOST_NAMED])) + (f" and {formatting.count(rest)} more" if rest > 0 else "")


def _counted(rows: Mapping[str, int]) -> str:
    shown = [f"{truncate(name)} ({formatting.count(each)})" for name, each in list(rows.items())[:_MOST_NAMED]]
    rest = len(rows) - len(shown)
    return ", ".join(shown) + (f" and {formatting.count(rest)} more columns" if rest else "")
