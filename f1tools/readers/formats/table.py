"""What every kind of table offers: a sample of all columns as text, and blocks of the few columns needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from f1tools.readers.formats.parsing import FloatArray, is_missing, normalize_label, parse_vector

Progress = Callable[[float], None]
_PART = re.compile(r"(.+)\[(\d+)\]")
MOST_PARTS = 30
GOLDEN = 0.6180339887498949  # its multiples fall everywhere between whole numbers, and in step with nothing


@dataclass(frozen=True)
class Sample:
    """Rows of all columns as text.

    Attributes
    ----------
    cells : dict of str to list of str
        Stripped cells by column; a column of vectors such as `[0.1 0.9]` is there as `name[0]`, `name[1]`.
    is_complete : bool
        Whether these are all rows.
    n_skipped : int
        Rows left out for their number of cells.
    decimal : str
        The decimal mark of the numbers.
    """

    cells: dict[str, list[str]]
    is_complete: bool
    n_skipped: int = 0
    decimal: str = "."

    @property
    def n_rows(self) -> int:
        """Rows looked at."""
        return len(next(iter(self.cells.values()), []))


@dataclass(frozen=True)
class ColumnRequest:
    """Columns to read: those whose cells are numbers, and those whose cells are labels.

    Attributes
    ----------
    small : tuple of str
        Those among the numbers that seem to be integers below 128, which are quicker to read.
    """

    numbers: tuple[str, ...]
    texts: tuple[str, ...] = ()
    small: tuple[str, ...] = ()


@dataclass(frozen=True)
class Categorical:
    """Labels as codes into a list of distinct ones; -1 is missing."""

    codes: NDArray[np.int32]
    labels: list[str]

    def isin(self, values: Iterable[str]) -> NDArray[np.bool_]:
        """Say of each row whether its label is one of these, numbers however they are written."""
        wanted = {normalize_label(each) for each in values}
        matches = np.array([*(normalize_label(each) in wanted for each in self.labels), False])
        return np.asarray(matches[self.codes], dtype=np.bool_)


@dataclass(frozen=True)
class Block:
    """Consecutive rows of the columns wanted.

    Attributes
    ----------
    n_rows : int
        Rows in this block.
    numbers : dict of str to float64 array
        NaN where there is none. Columns wanted as small may be int8.
    unparsable : dict of str to bool array
        For columns where it matters: cells that hold something, but no number.
    texts : dict of str to Coded
        Labels.
    n_skipped : int
        Rows left out for their number of cells.
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
    """A table that can be looked at and read."""

    @property
    def name(self) -> str:
        """What to call it in messages."""

    @property
    def layout(self) -> str:
        """How it is written, in a few words."""

    def sample(self) -> Sample:
        """Return rows from all over the table, as text."""

    def blocks(self, wanted: ColumnRequest) -> Iterator[Block]:
        """Yield all rows of the columns wanted."""


def spread_positions(count: int, first: int, last: int) -> list[int]:
    """Return positions from all over a table, in step with nothing: whatever comes at regular distances is met.

    Examples
    --------
    >>> spread_positions(4, 0, 1000)
    [0, 404, 559, 963]
    """
    steps = np.arange(count)
    places = first + max(0, last - first) * (steps + steps * GOLDEN % 1) / count
    return [int(place) for place in places]


def split_vector_name(name: str) -> tuple[str, int] | None:
    """Return column and index behind the name of a vector's part; None for other names."""
    found = _PART.fullmatch(name)
    return (found[1], int(found[2])) if found else None


def expand_vectors(cells: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the columns, those whose cells are vectors replaced by one column per part."""
    result: dict[str, list[str]] = {}
    for name, column in cells.items():
        width = _vector_width(column)
        if width == 0:
            result[name] = column
            continue
        vectors = [parse_vector(cell) or [] for cell in column]
        for index in range(width):
            result[f"{name}[{index}]"] = [each[index] if index < len(each) else "" for each in vectors]
    return result


def _vector_width(column: list[str]) -> int:
    first = list(islice((cell for cell in column if not is_missing(cell)), 20))
    if not first or first[0][:1] not in "[(":
        return 0
    widths = {len(parse_vector(cell) or ()) for cell in first}
    width = widths.pop() if len(widths) == 1 else 0
    return width if width <= MOST_PARTS else 0


def encode_labels(cells: list[str]) -> Categorical:
    """Return labels as codes, missing ones as -1."""
    known: dict[str, int] = {}
    codes = [-1 if is_missing(cell) else known.setdefault(cell, len(known)) for cell in map(str.strip, cells)]
    return Categorical(np.array(codes, dtype=np.int32), list(known))
