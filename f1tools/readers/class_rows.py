"""Load the rows of several classes in blocks, straight into one matrix; rows that cannot be used are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.cells import NumberFormat
from f1tools.readers.formats.table import (
    TEXT,
    Block,
    Categorical,
    GrowingArray,
    normalize_label,
)
from f1tools.readers.inference.label_sets import members_of
from f1tools.readers.models import SPLIT_INTO_CLASSES, Choices


class GrowingMatrix:
    """A matrix with a fixed number of columns to which rows are added; every column is contiguous.

    The rows are written in place. What is read is never copied as a whole, unless the table has more rows than its
    beginning promised.

    Attributes
    ----------
    n_rows : int
        Number of rows so far.
    """

    def __init__(self, n_columns: int, dtype: DTypeLike, n_rows: int = 0) -> None:
        self._matrix: NDArray[Any] = np.empty((n_columns, n_rows), dtype=dtype)
        self.n_rows = 0

    def room(self, n_rows: int, progress: float) -> NDArray[Any]:
        """Return space for some more rows, a column of the matrix in each row; all of it must be filled."""
        size = self.n_rows + n_rows
        if size > self._matrix.shape[1]:
            expected = int(size / max(progress, 0.001) * 1.01) + 1024
            grown = np.empty((len(self._matrix), max(size, min(expected, 400 * size))), dtype=self._matrix.dtype)
            grown[:, : self.n_rows] = self._matrix[:, : self.n_rows]
            self._matrix = grown
        start, self.n_rows = self.n_rows, size
        return self._matrix[:, start:size]

    def rewind(self) -> None:
        """Begin with the first row again, to fill other columns."""
        self.n_rows = 0

    def finish(self, keep: BoolArray | None = None) -> NDArray[Any]:
        """Return the rows, or those to keep, in Fortran order; the columns are moved together within their memory."""
        n_columns, capacity = self._matrix.shape
        size = self.n_rows if keep is None else int(np.count_nonzero(keep))
        rows = slice(None) if size == self.n_rows else keep
        flat = self._matrix.reshape(-1)
        del self._matrix
        if capacity > size:
            for column in range(n_columns):
                flat[column * size : (column + 1) * size] = flat[column * capacity :][: self.n_rows][rows]
        return flat[: n_columns * size].reshape(n_columns, size).T


class ClassRows:
    """The usable rows of a table of several classes.

    Attributes
    ----------
    members : bool array of shape (n, k)
        Whether a row has each class.
    scores : float64 array of shape (n, k)
    weight : float64 array of shape (n,) or None
    ids : array of TEXT or None
        The key of each row, as it is written.
    dropped : Counter
        Number of rows left out, by reason.
    unexpected : Counter
        Of these, the rows whose truth is not a class, by label, unless it was chosen to leave them out.
    n_rows : int
        Number of all rows.
    n_empty : int
        Rows whose truth is empty, which means that they have no label, where cells name several.
    formats, unreadable
        As in `LoadedColumns`.
    """

    def __init__(self, choices: Choices, *, has_sets: bool = False) -> None:
        k = len(choices.classes)
        self._choices, self._has_sets = choices, has_sets
        self._members, self._scores = GrowingMatrix(k, np.bool_), GrowingMatrix(k, np.float64)
        self._weight, self._ids = GrowingArray(np.float64), GrowingArray(TEXT)
        self._place = {normalize_label(label): at for at, label in enumerate(choices.classes)}
        self._left_out = {normalize_label(label) for label in choices.dropped_truth}
        values = self._left_out & {
            normalize_label(each or "") for each in (choices.pos_label or "1", choices.neg_label)
        }
        if choices.truths and values:
            raise InvalidPredictions(
                f"Rows whose truth is {min(values)} cannot be left out: it says whether a row has a label."
            )
        self._places: dict[str, list[int] | None] = {}
        self.n_empty = 0
        self.dropped: Counter[str] = Counter()
        self.unexpected: Counter[str] = Counter()
        self.n_rows = 0
        self.formats: Mapping[str, NumberFormat] = {}
        self.unreadable: dict[str, tuple[int, str]] = {}

    def add(self, block: Block) -> None:
        """Add the usable rows of a block, and count the others."""
        keep, members = self._begin(block), np.empty((len(self._choices.classes), block.n_rows), dtype=np.bool_)
        self._write_truth(block, members, keep)
        self._drop_unscored(block, keep)
        self._write(block, members, keep)

    def _begin(self, block: Block) -> BoolArray:
        """Count the rows of a block, and return which are used as yet: those of the chosen part."""
        for name, cell in block.unparsable_cells.items():
            self.unreadable.setdefault(name, (self.n_rows + int(block.unparsable[name].argmax()) + 1, cell))
        self.n_rows += block.n_rows + block.n_skipped
        self.formats = block.formats
        self.dropped["wrong number of cells"] += block.n_skipped
        choices, keep = self._choices, np.ones(block.n_rows, dtype=np.bool_)
        if choices.split is not None and choices.split_value not in (None, SPLIT_INTO_CLASSES):
            self._drop(f"other {choices.split}", ~block.texts[choices.split].isin([choices.split_value or ""]), keep)
        return keep

    def _write(self, block: Block, members: BoolArray, keep: BoolArray) -> None:
        choices, n = self._choices, int(np.count_nonzero(keep))
        rows: slice | BoolArray = slice(None) if n == keep.size else keep
        self._members.room(n, block.progress)[:] = members[:, rows]
        scores = self._scores.room(n, block.progress)
        for at, name in enumerate(choices.scores):
            scores[at] = block.numbers[name][rows]
        if choices.weight is not None:
            self._weight.add(block.numbers[choices.weight][rows], block.progress)
        if choices.id is not None:
            self._ids.add(block.unique_texts[choices.id][rows], block.progress)

    def _drop(self, reason: str, unusable: BoolArray, keep: BoolArray) -> None:
        """Remove rows from those to keep, and count them."""
        self.dropped[reason] += int(np.count_nonzero(unusable & keep))
        keep &= ~unusable

    def _drop_unscored(self, block: Block, keep: BoolArray) -> None:
        """Leave out the rows that lack a score of some class or the weight, or have one that is not finite."""
        infinite, missing, unreadable = np.zeros((3, block.n_rows), dtype=np.bool_)
        for name in self._choices.scores:
            values = block.numbers[name]
            if not np.isfinite(values).all():
                infinite |= np.isinf(values)
                missing |= np.isnan(values)
                unreadable |= block.unparsable.get(name, False)
        self._drop("infinite score", infinite, keep)
        self._drop("unreadable score", unreadable, keep)
        self._drop("missing score", missing, keep)
        if self._choices.weight is not None:
            self._drop("missing weight", ~np.isfinite(block.numbers[self._choices.weight]), keep)

    def _write_truth(self, block: Block, members: BoolArray, keep: BoolArray) -> None:
        """Write which rows of a block have each class, a class in each row of the array; of the truths in the block."""
        choices = self._choices
        if not choices.truths:
            members[:] = self._named(block.texts[choices.truth or ""], keep)
        for at, name in enumerate(choices.truths):
            if (column := block.texts.get(name)) is None:
                continue
            members[at] = is_label(column, choices.pos_label or "1")
            negative = is_label(column, choices.neg_label) if choices.neg_label is not None else column.codes >= 0
            self._drop("missing truth", column.codes < 0, keep)
            self._drop_others(column, ~(members[at] | negative) & keep, keep)

    def _named(self, column: Categorical, keep: BoolArray) -> BoolArray:
        """Return which rows have each class by a column that names them."""
        is_empty = column.codes < 0
        if self._has_sets:
            self.n_empty += int(np.count_nonzero(is_empty))
        else:
            self._drop("missing truth", is_empty, keep)
        has = np.zeros((len(self._place), len(column.labels) + 1), dtype=np.bool_)
        is_known = np.zeros(len(column.labels) + 1, dtype=np.bool_)
        is_known[-1] = self._has_sets
        for code, label in enumerate(column.labels):
            if label not in self._places:
                is_left_out = normalize_label(label) in self._left_out  # also where it is a class
                self._places[label] = None if is_left_out else members_of(label, self._place)
            if (places := self._places[label]) is not None:
                is_known[code], has[places, code] = True, True
        self._drop_others(column, ~is_known[column.codes] & keep, keep)
        return has[:, column.codes]

    def _drop_others(self, column: Categorical, rows: BoolArray, keep: BoolArray) -> None:
        """Leave out rows whose label is not a class, and count them by label."""
        if not rows.any():
            return
        for code in np.unique(column.codes[rows]).tolist():
            label = normalize_label(column.labels[code])
            others = rows & (column.codes == code)
            self._drop(f"truth is {label}", others, keep)
            if label not in self._choices.dropped_truth:
                self.unexpected[label] += int(np.count_nonzero(others))

    def finish(self) -> ClassRows:
        """Return all usable rows."""
        self.members: BoolArray = self._members.finish()
        self.scores: FloatArray = self._scores.finish()
        self.weight: FloatArray | None = None if self._choices.weight is None else self._weight.finish()
        self.ids: NDArray[Any] | None = None if self._choices.id is None else self._ids.finish()
        self.dropped = +self.dropped
        return self


def _folded(label: str) -> str:
    return normalize_label(label).casefold()


def is_label(column: Categorical, label: str) -> BoolArray:
    """Return which rows have a label, in any case."""
    folded = _folded(label)
    return np.array([*(_folded(each) == folded for each in column.labels), False])[column.codes]
