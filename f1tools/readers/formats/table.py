"""The interface of every table: a sample of all columns as text, and all rows of a few columns in blocks."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from f1tools.core.counts import FloatArray
from f1tools.readers.formats.cells import (
    POINT,
    NumberEvidence,
    NumberFormat,
    is_missing,
    number_formats,
)
from f1tools.readers.formats.vectors import expand_vectors, locate_column

MAX_RARE_ROWS = 500  # for each column
TEXT = np.dtypes.StringDType()  # of any length; short ones take 16 bytes
GOLDEN = 0.6180339887498949  # its multiples modulo 1 are spread evenly and follow no period
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_INTEGER = re.compile(r"([+-]?\d{1,300})(?:\.0*)?")  # longer ones are beyond float64 and stay as they are
_END_OF_INTEGERS = 2.0**64


def normalize_label(cell: str) -> str:
    """Return a label in its one spelling: text stripped, numbers by value (1.0 and 1 are the same label).

    Whole numbers keep all of their digits: account numbers beyond 2**53 have no float64 of their own.

    Examples
    --------
    >>> normalize_label(" 007 "), normalize_label("1.50"), normalize_label("123456789012345671.0")
    ('7', '1.5', '123456789012345671')
    """
    text = cell.strip()
    if (integer := _INTEGER.fullmatch(text)) is not None:
        return str(int(integer[1]))
    number = label_to_number(text)
    return text if number is None or math.isinf(number) else number_to_label(number)


def is_label_of(cell: str, label: str) -> bool:
    """Return whether a predicted label means a class: in any case, and with the prefix that Hugging Face gives numbers.

    Examples
    --------
    >>> is_label_of("Yes", "yes"), is_label_of("LABEL_1", "1.0"), is_label_of("LABEL_1", "0")
    (True, True, False)
    """
    predicted, known = normalize_label(cell).casefold(), normalize_label(label).casefold()
    return predicted in (known, f"label_{known}")


def number_to_label(value: float) -> str:
    """Return the label of a number."""
    if abs(value) < _END_OF_INTEGERS and value == int(value):
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
    columns : dict of str to list of str
        Stripped cells by column.
    is_complete : bool
        Whether these are all rows of the table.
    n_skipped : int
        Rows left out because their number of cells is wrong.
    decimal : str
        The decimal mark of the numbers where their cells do not settle it; empty for the mark that they have.
    numeric : frozenset of str
        Columns of numbers in the table itself, which here are written with a decimal point.
    """

    columns: dict[str, list[str]]
    is_complete: bool
    n_skipped: int = 0
    decimal: str = "."
    numeric: frozenset[str] = frozenset()

    @cached_property
    def cells(self) -> dict[str, list[str]]:
        """The cells, with a column of vectors such as `[0.1 0.9]` as columns `name[0]`, `name[1]`."""
        return expand_vectors(self.columns)

    def number_formats(self) -> dict[str, NumberFormat]:
        """Return the number format of each column; only columns of text, other than vectors, need examination."""
        texts = {name: cells for name, cells in self.columns.items() if name in self.cells and name not in self.numeric}
        return dict.fromkeys(self.cells, POINT) | number_formats(texts, decimal=self.decimal)

    @property
    def n_rows(self) -> int:
        """Number of rows in the sample."""
        return len(next(iter(self.columns.values()), []))


@dataclass(frozen=True)
class ColumnRequest:
    """The columns to read as numbers, each with its number format, as labels, and as text that is mostly unique."""

    numbers: Mapping[str, NumberFormat]
    texts: tuple[str, ...] = ()
    unique_texts: tuple[str, ...] = ()

    def columns(self, available: Iterable[str]) -> list[str]:
        """Return the columns of a file that have the requested ones, or vectors that these are components of."""
        names, known = (*self.numbers, *self.texts, *self.unique_texts), dict.fromkeys(available)
        return list(dict.fromkeys(locate_column(name, known)[0] for name in names))


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
    unique_texts : dict of str to array of TEXT
        Columns of text that is mostly unique, as it is written; empty where a cell is missing.
    unparsable : dict of str to bool array
        By column, where there are any: the cells that hold something other than a number.
    unparsable_cells : dict of str to str
        The first of them, by column.
    formats : dict of str to NumberFormat
        The formats of the numbers, as requested.
    misformatted : frozenset of str
        Columns with unparsable cells that are numbers in another format.
    n_skipped : int
        Rows left out because their number of cells is wrong.
    progress : float
        Share of the table read so far.
    """

    n_rows: int
    numbers: dict[str, FloatArray]
    texts: dict[str, Categorical]
    unique_texts: dict[str, NDArray[Any]] = field(default_factory=dict)
    unparsable: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    unparsable_cells: dict[str, str] = field(default_factory=dict)
    formats: Mapping[str, NumberFormat] = field(default_factory=dict)
    misformatted: frozenset[str] = frozenset()
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
        """Yield all rows of the requested columns; only numbers in the requested formats are parsed."""

    def passes(self, request: ColumnRequest) -> list[ColumnRequest]:
        """Divide a request for many columns into several for few of them, labels first, where that is less work."""


def read_blocks(table: Table, request: ColumnRequest) -> Iterator[Block]:
    """Yield all rows of the requested columns; number formats that a sample does not settle are settled by all rows.

    Blocks yielded before stay right: a format without `example` is only ever extended, say by a thousands separator.
    """
    settled = {name for name, each in request.numbers.items() if each.example}
    request = _with_settled_formats(table, request, settled)
    n_read = 0
    while True:
        for block in islice(table.blocks(request), n_read, None):
            if unsettled := block.misformatted - settled:
                break
            yield block
            n_read += 1
        else:
            return
        settled |= unsettled
        request = _with_settled_formats(table, request, unsettled)


def with_rare_rows(table: Table, sample: Sample) -> Sample:
    """Return a sample with rows from the whole table in which a column has a third value, or a second one.

    These are values that the sample lacks of columns with at most two values in it.
    """
    known = {name: set(cells) for name, cells in sample.columns.items()}
    known = {name: values for name, values in known.items() if len(values) <= 2}
    few_valued = table.blocks(ColumnRequest({}, tuple(known))) if known else ()
    if not any(rows.any() for block in few_valued for rows in _rows_beside(known, block)):
        return sample
    columns = {name: list(cells) for name, cells in sample.columns.items()}
    n_found = Counter[str]()
    for block in table.blocks(ColumnRequest({}, tuple(columns))):
        chosen: set[int] = set()
        for name, rows in zip(known, _rows_beside(known, block), strict=True):
            found = np.flatnonzero(rows)[: MAX_RARE_ROWS - n_found[name]].tolist()
            n_found[name] += len(found)
            chosen.update(found)
        for name, cells in columns.items():
            labels = [*block.texts[name].labels, ""]
            cells += [labels[code] for code in block.texts[name].codes[sorted(chosen)].tolist()]
    return replace(sample, columns=columns)


def _rows_beside(known: Mapping[str, set[str]], block: Block) -> Iterator[NDArray[np.bool_]]:
    """Yield the rows of a block in which a column holds other values than the known ones, for each column."""
    for name, values in known.items():
        column = block.texts[name]
        is_other = np.array([*(label not in values for label in column.labels), False])
        yield is_other[column.codes]


def _with_settled_formats(table: Table, request: ColumnRequest, names: Collection[str]) -> ColumnRequest:
    """Return the request with the formats of some columns decided by all of their cells."""
    if not names:
        return request
    evidence = {name: NumberEvidence() for name in names}
    for block in table.blocks(ColumnRequest({}, tuple(names))):
        for name in names:
            evidence[name].add(block.texts[name].labels)
    marks = Counter(each.decimal for each in request.numbers.values() if each.decimal and not each.example)
    common = NumberFormat(max(marks, key=marks.__getitem__, default=""), is_assumed=not marks)
    formats = {}
    for name, each in evidence.items():
        known = request.numbers[name] if request.numbers[name].decimal else common
        formats[name] = each.decide(known.decimal, is_settled=not known.is_assumed)
    return replace(request, numbers={**request.numbers, **formats})


_ALL_ROWS = slice(None)


class GrowingArray:
    """An array that grows while a table is read, with room for the rows still expected."""

    def __init__(self, dtype: DTypeLike) -> None:
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
