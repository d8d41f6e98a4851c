"""The interface of every table: a sample of all columns as text, and all rows of a few columns in blocks.

A cell of text means a missing value, a number, a vector of numbers, or a label.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray

GOLDEN = 0.6180339887498949  # its multiples modulo 1 are spread evenly and follow no period
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


@dataclass(frozen=True)
class Sample:
    """Rows of all columns as text.

    Attributes
    ----------
    cells : dict of str to list of str
        Stripped cells by column; a column of vectors such as `[0.1 0.9]` appears as `name[0]`, `name[1]`.
    is_complete : bool
        Whether these are all rows of the table.
    n_skipped : int
        Rows left out because their number of cells is wrong.
    decimal : str
        The decimal mark of the numbers.
    """

    cells: dict[str, list[str]]
    is_complete: bool
    n_skipped: int = 0
    decimal: str = "."

    @property
    def n_rows(self) -> int:
        """Number of rows in the sample."""
        return len(next(iter(self.cells.values()), []))


@dataclass(frozen=True)
class ColumnRequest:
    """Names of the columns to read as numbers, and of those to read as labels."""

    numbers: tuple[str, ...]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Categorical:
    """A column of labels as codes into a list of distinct labels; -1 is missing."""

    codes: NDArray[np.int32]
    labels: list[str]

    @classmethod
    def from_cells(cls, cells: Iterable[str]) -> Categorical:
        """Encode cells of text.

        Examples
        --------
        >>> Categorical.from_cells(["yes ", "no", "NA", "yes"])
        Categorical(codes=array([ 0,  1, -1,  0], dtype=int32), labels=['yes', 'no'])
        """
        index: dict[str, int] = {}
        codes = [-1 if is_missing(cell) else index.setdefault(cell, len(index)) for cell in map(str.strip, cells)]
        return cls(np.array(codes, dtype=np.int32), list(index))

    @classmethod
    def from_numbers(cls, values: FloatArray) -> Categorical:
        """Encode numbers by their labels; NaN is missing."""
        distinct, codes = np.unique(values, return_inverse=True)
        labels = [number_to_label(each) for each in distinct[~np.isnan(distinct)].tolist()]
        return cls(np.where(np.isnan(values), -1, codes).astype(np.int32), labels)

    def normalized(self) -> Categorical:
        """Return the column with one spelling of each label: 1.0 and 1 are the same."""
        column = GrowingCategorical(normalize_label)
        column.add(self, 1.0)
        return column.finish()

    def isin(self, values: Iterable[str]) -> NDArray[np.bool_]:
        """Return a mask of the rows whose label is one of the values; numbers are compared by value."""
        normalized = {normalize_label(value) for value in values}
        matches = np.array([*(normalize_label(label) in normalized for label in self.labels), False])
        return np.asarray(matches[self.codes], dtype=np.bool_)


@dataclass(frozen=True)
class Block:
    """Consecutive rows of the requested columns.

    Attributes
    ----------
    n_rows : int
        Number of rows in this block.
    numbers : dict of str to float64 array
        Columns of numbers; NaN where a cell holds none.
    texts : dict of str to Categorical
        Columns of labels.
    unparsable : dict of str to bool array
        By column, where there are any: the cells that hold something other than a number.
    n_skipped : int
        Rows left out because their number of cells is wrong.
    progress : float
        Share of the table read so far.
    """

    n_rows: int
    numbers: dict[str, FloatArray]
    texts: dict[str, Categorical]
    unparsable: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    n_skipped: int = 0
    progress: float = 1.0


class Table(Protocol):
    """A table in any format."""

    @property
    def name(self) -> str:
        """The name of the table in messages."""

    @property
    def layout(self) -> str:
        """A short description of the format, such as "text, comma"."""

    def sample(self) -> Sample:
        """Return rows from all over the table, as text."""

    def blocks(self, request: ColumnRequest) -> Iterator[Block]:
        """Yield all rows of the requested columns."""


_ALL_ROWS = slice(None)


class GrowingArray:
    """An array that grows while a table is read, with room for the rows still expected."""

    def __init__(self, dtype: type) -> None:
        self._array: NDArray[Any] = np.empty(0, dtype=dtype)
        self._used = 0

    def add(self, values: NDArray[Any], progress: float) -> None:
        """Append values, with the share of all rows read so far."""
        size = self._used + len(values)
        if size > len(self._array):
            expected = int(size / max(progress, 0.001) * 1.01) + 1024
            grown = np.empty(max(size, min(expected, 400 * size)), dtype=self._array.dtype)
            grown[: self._used] = self._array[: self._used]
            self._array = grown
        self._array[self._used : size] = values
        self._used = size

    def finish(self) -> NDArray[Any]:
        """Return the values added, without the spare room."""
        self._array.resize(self._used, refcheck=False)
        return self._array


class GrowingCategorical:
    """A categorical column that grows while a table is read; labels that are equal when normalized share a code."""

    def __init__(self, normalize: Callable[[str], str] = str) -> None:
        self._normalize = normalize
        self._code_of: dict[str, int] = {}
        self._codes = GrowingArray(np.int32)

    def add(self, column: Categorical, progress: float, rows: slice | NDArray[np.bool_] = _ALL_ROWS) -> None:
        """Append some rows of a block, which has codes of its own, with the share of all rows read so far."""
        new = [self._code_of.setdefault(self._normalize(label), len(self._code_of)) for label in column.labels]
        self._codes.add(np.array([*new, -1], dtype=np.int32)[column.codes][rows], progress)

    def finish(self) -> Categorical:
        """Return the rows added, with the labels of all blocks."""
        return Categorical(self._codes.finish(), list(self._code_of))


def spread_positions(count: int, first: int, last: int, *, apart: int = 0) -> list[int]:
    """Return positions from all over a range at irregular distances, so that no periodic pattern escapes them.

    Examples
    --------
    >>> spread_positions(4, 0, 1000)
    [0, 404, 559, 963]
    >>> spread_positions(4, 0, 1000, apart=200)
    [0, 404, 604, 963]
    """
    steps = np.arange(count)
    positions = first + max(0, last - first) * (steps + steps * GOLDEN % 1) / count
    positions = np.maximum.accumulate(positions - apart * steps) + apart * steps
    return [int(position) for position in positions]
