"""Load the chosen columns of all rows in blocks; rows that cannot be used are counted by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.readers.formats.cells import NumberFormat
from f1tools.readers.formats.table import (
    TEXT,
    Block,
    Categorical,
    ColumnRequest,
    GrowingArray,
    GrowingCategorical,
    Table,
    label_to_number,
    normalize_label,
    read_blocks,
)
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import Choices

MAX_NAMED_ROLES = 10
_NEGATIVE, _POSITIVE, _NEITHER, _MISSING = range(4)


@dataclass(frozen=True, eq=False)
class LoadedColumns:
    """The usable rows of a table, column by column.

    Attributes
    ----------
    y_true : bool array
        Whether a row is positive.
    scores : dict of str to float64 array
        As in the file, not flipped; nan for a row without a score, where such rows are counted or models are stacked.
    weight, amount : float64 array or None
        Sample weights; the cost of missing each row.
    labels : dict of str to Categorical
        Group, cluster, split, predicted label and role, where chosen, and the key of stacked models; with the labels of
        the whole table.
    ids : array of TEXT or None
        The key, where it is not among the labels, as it is written.
    dropped : Counter
        Number of rows left out, by reason.
    unexpected : Counter
        Number of dropped rows by target value in neither class that was not chosen to be dropped.
    unscored : dict of str to (int, int)
        Positive and negative rows without a score, by score column, of the rows in the chosen parts.
    n_rows : int
        Number of all rows.
    formats : mapping of str to NumberFormat
        How the numbers in the file are written, by column.
    unreadable : mapping of str to (int, str)
        Row and text of the first cell that is not a number, by column; row 1 is the first one below the header.
    """

    y_true: BoolArray
    scores: dict[str, FloatArray]
    weight: FloatArray | None
    amount: FloatArray | None
    labels: dict[str, Categorical]
    ids: NDArray[Any] | None
    dropped: Counter[str]
    unexpected: Counter[str]
    unscored: dict[str, tuple[int, int]]
    n_rows: int
    formats: Mapping[str, NumberFormat]
    unreadable: Mapping[str, tuple[int, str]]


def load_columns(
    table: Table,
    choices: Choices,
    profiles: Sequence[ColumnProfile],
    *,
    extras: bool = True,
    others: Sequence[str] = (),
    on_progress: OnProgress = ignore_progress,
) -> LoadedColumns:
    """Load all usable rows of a table under complete choices.

    Parameters
    ----------
    profiles : sequence of ColumnProfile
        All columns of a sample.
    extras : bool
        Whether to load groups and keys as well.
    others : sequence of str
        Further columns of labels to load.
    on_progress : callable
        Called with the share of rows loaded, from 0 to 1.
    """
    target = next(profile for profile in profiles if profile.name == choices.truth)
    loader = _Loader(choices, is_numeric=_has_numeric_classes(target, choices), extras=extras, others=others)
    on_progress(0.0)
    for block in read_blocks(table, loader.request({each.name: each.number_format for each in profiles})):
        loader.add(block)
        on_progress(block.progress)
    on_progress(1.0)
    return loader.finish()


def _has_numeric_classes(target: ColumnProfile, choices: Choices) -> bool:
    """Return whether the target can be read as numbers, which is faster than reading labels."""
    labels = (choices.pos_label or "", *filter(None, [choices.neg_label]), *choices.dropped_truth)
    return (
        target.kind == "number"
        and not target.is_long
        and all(label_to_number(normalize_label(label)) is not None for label in labels)
    )


class _Loader:
    """Collects the usable rows of blocks."""

    def __init__(self, choices: Choices, *, is_numeric: bool, extras: bool, others: Sequence[str]) -> None:
        self._choices = choices
        self._target = choices.truth or ""
        group = choices.group if extras else None
        key = choices.id if choices.splits_into_models else None
        columns = group, key, choices.split, choices.predicted, choices.role, choices.cluster
        labelled = dict.fromkeys((*columns, *others))
        numeric = dict.fromkeys((*choices.scores, choices.weight, choices.amount))
        self._y_true = GrowingArray(np.bool_)
        self._numbers = {name: GrowingArray(np.float64) for name in numeric if name}
        self._labels = {name: GrowingCategorical(normalize_label) for name in labelled if name}
        unique = [choices.id] if extras else []
        self._ids = {name: GrowingArray(TEXT) for name in unique if name and name not in self._labels}
        self._is_numeric = is_numeric and self._target not in self._labels
        self._class_numbers = [
            label_to_number(normalize_label(each or "")) for each in (choices.pos_label, choices.neg_label)
        ]
        self._named_roles: set[str] = set()
        self._dropped: Counter[str] = Counter()
        self._unexpected: Counter[str] = Counter()
        self._unscored = {name: np.zeros(2, np.int64) for name in choices.scores}
        self._n_rows = 0
        self._formats: Mapping[str, NumberFormat] = {}
        self._unreadable: dict[str, tuple[int, str]] = {}

    def request(self, formats: Mapping[str, NumberFormat]) -> ColumnRequest:
        """Return the columns to read, numbers in the given formats."""
        columns = [column for name in self._numbers for column in self._choices.operands(name)]
        numbers = [self._target, *columns] if self._is_numeric else columns
        texts = [*self._labels] if self._is_numeric else [self._target, *self._labels]
        return ColumnRequest({name: formats[name] for name in numbers}, tuple(dict.fromkeys(texts)), tuple(self._ids))

    def add(self, block: Block) -> None:
        """Add the usable rows of a block, and count the others."""
        for name, cell in block.unparsable_cells.items():
            self._unreadable.setdefault(name, (self._n_rows + int(block.unparsable[name].argmax()) + 1, cell))
        self._n_rows += block.n_rows + block.n_skipped
        self._formats = block.formats
        self._dropped["wrong number of cells"] += block.n_skipped
        y_true, keep = self._classes(block)
        for name in self._choices.scores:
            if len(operands := self._choices.operands(name)) == 2:
                _subtract(name, operands, block)
        if self._choices.amount is not None:
            _ignore_negative_amounts(self._choices.amount, block, y_true)
        self._drop(self._outside_parts(block), keep)
        self._count_unscored(block, y_true, keep)
        self._drop(self._unusable(block), keep)
        rows = slice(None) if keep.all() else keep
        self._y_true.add(y_true[rows], block.progress)
        for name, numbers in self._numbers.items():
            numbers.add(block.numbers[name][rows], block.progress)
        for name, labels in self._labels.items():
            labels.add(block.texts[name], block.progress, rows)
        for name, texts in self._ids.items():
            texts.add(block.unique_texts[name][rows], block.progress)

    def _drop(self, reasons: Iterable[tuple[str, BoolArray]], keep: BoolArray) -> None:
        """Remove rows from those to keep, and count them by reason."""
        for reason, is_unusable in reasons:
            self._dropped[reason] += int(np.count_nonzero(is_unusable & keep))
            keep &= ~is_unusable

    def _count_unscored(self, block: Block, y_true: BoolArray, keep: BoolArray) -> None:
        """Count the rows without a score by class; a cell that is not a number is not a score."""
        for name in self._choices.scores:
            rows = np.isnan(block.numbers[name]) & keep
            if rows.any():
                self._unscored[name] += np.count_nonzero(rows & y_true), np.count_nonzero(rows & ~y_true)

    def finish(self) -> LoadedColumns:
        """Return all usable rows."""
        numbers = {name: values.finish() for name, values in self._numbers.items()}
        labels = {name: column.finish() for name, column in self._labels.items()}
        return LoadedColumns(
            self._y_true.finish(), {name: numbers[name] for name in self._choices.scores},
            numbers.get(self._choices.weight or ""), numbers.get(self._choices.amount or ""), labels,
            next((texts.finish() for texts in self._ids.values()), None),
            +self._dropped, self._unexpected,  # the unary plus leaves out reasons without rows
            {name: (int(n_pos), int(n_neg)) for name, (n_pos, n_neg) in self._unscored.items() if n_pos + n_neg},
            self._n_rows, self._formats, self._unreadable,
        )  # fmt: skip

    def _classes(self, block: Block) -> tuple[BoolArray, BoolArray]:
        """Return which rows are positive, and which are in one of the two classes; count the others."""
        rows: slice | BoolArray = slice(None)  # those whose class depends on their label
        if self._is_numeric:
            values = block.numbers[self._target]
            y_true, negative = (values == number for number in self._class_numbers)
            keep = y_true | negative
            if keep.all():
                return y_true, keep
            rows = ~keep
            target = Categorical.from_numbers(values[rows])
            n_unparsable = int(np.count_nonzero(block.unparsable.get(self._target, False)))
        else:
            y_true, keep = np.zeros((2, block.n_rows), dtype=np.bool_)
            target, n_unparsable = block.texts[self._target], 0
        classes = [self._class_of(normalize_label(label)) for label in target.labels]
        by_row = np.array([*classes, _MISSING], dtype=np.int8)[target.codes]
        y_true[rows], keep[rows] = by_row == _POSITIVE, by_row < _NEITHER
        for code in np.flatnonzero(np.array(classes) == _NEITHER).tolist():
            self._drop_value(target.labels[code], int(np.count_nonzero(target.codes == code)))
        self._dropped["unreadable truth"] += n_unparsable
        self._dropped["missing truth"] += int(np.count_nonzero(by_row == _MISSING)) - n_unparsable
        return y_true, keep

    def _drop_value(self, value: str, count: int) -> None:
        self._dropped[f"truth is {value}"] += count
        if value not in self._choices.dropped_truth:
            self._unexpected[value] += count

    def _class_of(self, label: str) -> int:
        choices = self._choices
        if label in choices.dropped_truth:
            return _NEITHER
        for number, name in ((_POSITIVE, choices.pos_label), (_NEGATIVE, choices.neg_label)):
            if name is not None and label.casefold() == normalize_label(name).casefold():
                return number
        return _NEGATIVE if choices.one_vs_rest else _NEITHER

    def _outside_parts(self, block: Block) -> Iterator[tuple[str, BoolArray]]:
        """Yield the rows of other parts and roles than the chosen ones."""
        choices = self._choices
        if choices.split is not None and choices.split_value is not None and not choices.splits_into_models:
            yield f"other {choices.split}", ~block.texts[choices.split].isin([choices.split_value])
        if choices.role is not None:
            yield from self._without_role(block.texts[choices.role])

    def _unusable(self, block: Block) -> Iterator[tuple[str, BoolArray]]:
        """Yield reasons to leave rows out, with those rows."""
        choices = self._choices
        counted = choices.scores if choices.count_unscored or choices.splits_into_models else ()
        for name in self._numbers:
            values = block.numbers[name]
            if np.isfinite(values).all():
                continue
            content = self._content_of(name)
            yield f"infinite {content}", np.isinf(values)
            if name not in counted:
                yield f"unreadable {content}", block.unparsable.get(name, np.zeros(block.n_rows, dtype=np.bool_))
                yield f"missing {content}", np.isnan(values)
        if choices.predicted is not None:
            is_needed = ~np.logical_and.reduce([np.isnan(block.numbers[name]) for name in choices.scores])
            yield "missing prediction", (block.texts[choices.predicted].codes < 0) & is_needed

    def _without_role(self, role: Categorical) -> Iterator[tuple[str, BoolArray]]:
        """Yield the rows that are in neither tuning nor evaluation set, the first ten other values by name."""
        used = {normalize_label(each) for each in (*self._choices.tune, *self._choices.report)}
        yield f"missing {self._choices.role}", role.codes < 0
        is_other = np.array([*(normalize_label(each) not in used for each in role.labels), False])
        for code in np.flatnonzero(is_other).tolist():
            value = normalize_label(role.labels[code])
            if value in self._named_roles or len(self._named_roles) < MAX_NAMED_ROLES:
                self._named_roles.add(value)
                is_other[code] = False
                yield f"{self._choices.role} is {value}", role.codes == code
        yield f"other {self._choices.role}", is_other[role.codes]

    def _content_of(self, name: str) -> str:
        if name in self._choices.scores:
            return "score" if len(self._choices.scores) == 1 else f"score {name}"
        return "weight" if name == self._choices.weight else "amount"


def _subtract(name: str, columns: Sequence[str], block: Block) -> None:
    """Add the difference of two columns to a block; missing where one of them is."""
    one, other = (block.numbers[column] for column in columns)
    with np.errstate(invalid="ignore"):  # infinity minus infinity is missing
        block.numbers[name] = one - other
    unparsable = [block.unparsable[column] for column in columns if column in block.unparsable]
    if unparsable:
        block.unparsable[name] = np.logical_or.reduce(unparsable)


def _ignore_negative_amounts(name: str, block: Block, y_true: BoolArray) -> None:
    """Fill the amounts of negative rows, which cannot be missed and often have none."""
    values = block.numbers[name]
    block.numbers[name] = np.where(y_true | np.isfinite(values), values, 0.0)
    if name in block.unparsable:
        block.unparsable[name] = block.unparsable[name] & y_true
