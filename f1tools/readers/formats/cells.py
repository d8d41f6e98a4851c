"""Cells of text: missing values, and numbers in the notation of their column."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray

MISSING = (
    *("", ".", "?", "NA", "na", "N/A", "n/a", "#N/A", "#NA", "NaN", "nan", "NAN", "-nan", "-NaN"),
    *("NULL", "null", "Null", "None", "<NA>", "<na>", "NaT"),
)
_MISSING = frozenset(MISSING)
_INFINITE = {"inf": math.inf, "+inf": math.inf, "-inf": -math.inf, "infinity": math.inf, "-infinity": -math.inf}
_SEPARATOR_KINDS = {" ": "[ \u00a0\u2009\u202f]", "'": "['\u2019]"}  # the spellings of a space and of an apostrophe
_UNUSUAL_MARKS = (",", " ", "'", "\u00a0", "\u2009", "\u202f", "\u2019", "\u2212")  # all but the decimal point
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")  # 1.234 and 1,234 are a decimal fraction, or thousands
# As Python prints scalars, arrays and tensors: np.float64(0.9), array([0.1, 0.9]), tensor([0.1, 0.9], dtype=...).
_KEYWORDS = re.compile(r",\s*(?:dtype|device|shape|requires_grad|grad_fn)=(?:\([^()]*\)|[^,()\[\]]*)")
_CALL = re.compile(
    r"\b(?:(?:np|numpy|jnp|torch|tf)\.)?(?:float|int|array|tensor|Array|Tensor)\d*\((?:([^()\[\]]*)|(\[[^()]*\]))\)"
)
_STRING = re.compile(r"""\b(?:np|numpy)\.str_\(('[^']*'|"[^"]*")\)""")
_SCALAR = re.compile(r"[\[(]*\s*([^\s\[\](),;]+)\s*[\])]*")


def is_missing(cell: str) -> bool:
    """Return whether a stripped cell stands for a missing value."""
    return cell in _MISSING


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of a column are written.

    Attributes
    ----------
    decimal : str
        The decimal mark, "." or ","; empty where all numbers are integers without separators.
    thousands : str
        The separator of groups of digits: ".", ",", "'" or " ", which stands for every kind of space; empty for none.
    example : str
        A cell such as `1.234` where all cells with a separator are like it, so that they could also be read otherwise.
    is_assumed : bool
        Whether such cells are read by convention, because the other cells do not settle how.
    """

    decimal: str = "."
    thousands: str = ""
    example: str = field(default="", compare=False)
    is_assumed: bool = field(default=False, compare=False)

    def parse(self, cell: str) -> float | None:
        """Return the number in a cell, correctly rounded to float64, or None where there is none.

        Besides plain numbers, percentages (87 % is 0.87), `[0.3]`, `tensor(0.3)` and `np.float64(0.3)` are parsed.

        Examples
        --------
        >>> NumberFormat(",", ".").parse("1.234,5"), NumberFormat(".", ",").parse("12,34,567"), POINT.parse("1,2")
        (1234.5, 1234567.0, None)
        """
        text, is_percent = _numeral(cell)
        if _pattern(self).fullmatch(text) is None:
            return _INFINITE.get(text.lower())
        if self.thousands:
            text = re.sub(_separators(self.thousands), "", text)
        if self.decimal == ",":
            text = text.replace(",", ".")
        if not is_percent:
            return float(text)
        return float(text) / 100 if "e" in text.lower() else float(text + "e-2")


INTEGERS, POINT = NumberFormat(""), NumberFormat()
# The first that reads the most cells is chosen: the simplest one.
FORMATS = (
    *(INTEGERS, POINT, NumberFormat(","), NumberFormat(".", "'"), NumberFormat(",", "'")),
    *(NumberFormat(".", " "), NumberFormat(",", " "), NumberFormat(".", ","), NumberFormat(",", ".")),
)


def _separators(thousands: str) -> str:
    return _SEPARATOR_KINDS.get(thousands, re.escape(thousands))


@cache
def _pattern(number_format: NumberFormat) -> re.Pattern[str]:
    decimal, digits = re.escape(number_format.decimal), r"\d+"
    if number_format.thousands:
        separator = _separators(number_format.thousands)
        indian = rf"|[1-9]\d?(?:{separator}\d\d)+{separator}\d{{3}}" if number_format.thousands == "," else ""
        digits = rf"(?:[1-9]\d{{0,2}}(?:{separator}\d{{3}})+{indian}|\d+)"
    number = rf"(?:{digits}(?:{decimal}\d*)?|{decimal}\d+)" if decimal else digits
    return re.compile(rf"[+-]?{number}(?:[eE][+-]?\d+)?")


def is_number(cell: str) -> bool:
    """Return whether a cell is a finite number in any format."""
    text, _ = _numeral(cell)
    return text.lstrip("+-.,")[:1].isdigit() and any(_pattern(each).fullmatch(text) for each in FORMATS)


class NumberEvidence:
    """What the cells of a column, added in any number of portions, show about the format of its numbers."""

    def __init__(self, cells: Iterable[str] = ()) -> None:
        self._fits: Counter[NumberFormat] = Counter()
        self._plain: set[int] = set()  # integers without a separator; 1000 for all that should have had one
        self._n_grouped: Counter[str] = Counter()  # by mark, cells like 1.234
        self._n_ungrouped: Counter[str] = Counter()  # by mark, other cells that have it
        self._example = ""
        self._ends_in_zero = False
        self.add(cells)

    def add(self, cells: Iterable[str]) -> None:
        """Add cells; those that are missing or no numbers show nothing."""
        for cell in cells:
            text, _ = _numeral(cell)
            fits = [each for each in FORMATS if _pattern(each).fullmatch(text)]
            self._fits.update(fits)
            if (match := _GROUPED.fullmatch(text)) is not None:
                self._n_grouped[match[1]] += 1
                self._example = self._example or text
                self._ends_in_zero |= text.endswith("0")
            elif fits and fits[0] == INTEGERS:
                self._plain.add(int(min(abs(float(text)), 1000)))
            elif fits:
                self._n_ungrouped.update(mark for mark in ".," if mark in text)

    def decide(self, decimal: str, *, is_settled: bool = False) -> NumberFormat:
        """Return the format of the numbers.

        Parameters
        ----------
        decimal : str
            The decimal mark where the cells do not settle it; empty for the mark that they have.
        is_settled : bool
            Whether it is known from elsewhere, and not by convention.
        """
        if not self._fits:
            return POINT
        best = max(self._fits.values())
        chosen = next(each for each in FORMATS if self._fits[each] == best)
        mark = chosen.decimal
        if not mark or chosen.thousands or self._n_ungrouped[mark] or not self._n_grouped[mark]:
            return chosen
        grouped = NumberFormat("," if mark == "." else ".", mark)
        has_groups = self._shows_groups()
        is_grouped = has_groups or decimal == grouped.decimal
        is_assumed = not (has_groups or is_settled)
        return replace(grouped if is_grouped else chosen, example=self._example, is_assumed=is_assumed)

    def _shows_groups(self) -> bool:
        """Return whether digits are grouped: integers below 1000 stand beside cells like 2.380.

        A program that writes decimal fractions writes 982.000 beside 2.380, or 2.38 beside 982. Without a final zero,
        three such integers suffice. Zeros and ones do not count, as they are the ends of a scale.
        """
        plain = self._plain - {0, 1}
        return max(plain, default=1000) < 1000 and (self._ends_in_zero or len(plain) >= 3)


def number_formats(columns: Mapping[str, Sequence[str]], *, decimal: str) -> dict[str, NumberFormat]:
    """Return the number format of each column of cells; columns of other text have that of plain numbers.

    Where a column alone does not settle it, the decimal mark of the other columns is taken, else `decimal`.

    Examples
    --------
    >>> formats = number_formats({"points": ["982", "2.380"], "prob": ["0.5", "1"], "n": ["1", "2"]}, decimal=".")
    >>> [(each.decimal, each.thousands) for each in formats.values()]
    [(',', '.'), ('.', ''), ('', '')]
    """
    obvious = {name: _obvious_format(cells) for name, cells in columns.items()}
    evidence = {name: NumberEvidence(columns[name]) for name, each in obvious.items() if each is None}
    formats = {name: each or evidence[name].decide(decimal) for name, each in obvious.items()}
    marks = Counter(each.decimal for each in formats.values() if each.decimal and not each.example)
    for name in [name for name, each in formats.items() if each.is_assumed and marks]:
        formats[name] = evidence[name].decide(marks.most_common(1)[0][0], is_settled=True)
    return formats


def _obvious_format(cells: Sequence[str]) -> NumberFormat | None:
    """Return the format of integers, of most decimal fractions and of text; None where all cells must be examined."""
    text = "\n".join(cells)
    if not any(mark in text for mark in _UNUSUAL_MARKS):
        if "." not in text:
            return INTEGERS
        fractions = (cell for cell in cells if "." in cell and _GROUPED.fullmatch(cell) is None)
        if any(_pattern(POINT).fullmatch(cell) for cell in fractions):
            return POINT
    return None if _are_numbers(cells) else POINT


def _are_numbers(cells: Iterable[str]) -> bool:
    """Return whether at least half of the first 200 cells are numbers in any notation."""
    first = Counter(islice((cell for cell in cells if not is_missing(cell)), 200))
    return 2 * sum(count for cell, count in first.items() if is_number(cell)) >= max(1, first.total())


def parse_numbers(cells: Iterable[str], number_format: NumberFormat) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return the numbers in cells, NaN where there is none, and a mask of the cells that hold something else."""
    cells = list(cells)
    known = {cell: number_format.parse(cell) for cell in set(cells)}
    parsed = [known[cell] for cell in cells]
    values = np.array([np.nan if value is None else value for value in parsed], dtype=np.float64)
    unparsable = np.array(
        [value is None and not is_missing(cell.strip()) for value, cell in zip(parsed, cells, strict=True)], dtype=bool
    )
    return values, unparsable


def _numeral(cell: str) -> tuple[str, bool]:
    """Return a cell without brackets, without the call of a type, and without a percent sign, and if it had one."""
    text = cell.strip()
    if text.endswith((")", "]")) and (scalar := _SCALAR.fullmatch(without_calls(text))) is not None:
        text = scalar[1]
    is_percent = text.endswith("%")
    text = text[:-1].rstrip() if is_percent else text
    return text.replace("\u2212", "-"), is_percent


def without_calls(text: str) -> str:
    """Return `np.float64(0.9)` as `0.9` and `tensor([0.1, 0.9], dtype=torch.float32)` as `[0.1, 0.9]`.

    Names of classes lose theirs, too: `np.str_('cat')` is `'cat'`.
    """
    return _CALL.sub(r"\1\2", _STRING.sub(r"\1", _KEYWORDS.sub("", text))) if "(" in text else text
