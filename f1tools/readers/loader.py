"""Load the chosen columns of all rows in blocks; rows that cannot be used are left out and counted by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools.core.types import ignore_progress
from f1tools.readers.formats.parsing import FloatArray, label_to_number, normalize_label, number_to_label
from f1tools.readers.formats.table import (
    Block,
    Categorical,
    ColumnRequest,
    GrowingArray,
    GrowingCategorical,
    Progress,
    Table,
)
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import SPLIT_INTO_MODELS, Choices

MAX_NAMED_ROLES = 10
_NEGATIVE, _POSITIVE, _NEITHER, _MISSING = range(4)

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LoadedColumns:
    """The usable rows of a table, column by column.

    Attributes
    ----------
    y_true : bool array
        Whether a row is positive.
    scores : dict of str to float64 array
        As in the file, not flipped.
    weight, amount : float64 array or None
        Sample weights; the cost of missing each row.
    labels : dict of str to Categorical
        Group, key, split, predicted label and role, where chosen; with the labels of the whole table.
    dropped : Counter
        Number of rows left out, by reason.
    unexpected : Counter
        Number of dropped rows by target value in neither class that was not chosen to be dropped.
    n_rows : int
        Number of all rows.
    """

    y_true: BoolArray
    scores: dict[str, FloatArray]
    weight: FloatArray | None
    amount: FloatArray | None
    labels: dict[str, Categorical]
    dropped: Counter[str]
    unexpected: Counter[str]
    n_rows: int


def load_columns(
    table: Table,
    choices: Choices,
    profiles: Sequence[ColumnProfile],
    *,
    extras: bool = True,
    on_progress: Progress = ignore_progress,
) -> LoadedColumns:
    """Load all usable rows of a table under complete choices.

    Parameters
    ----------
    profiles : sequence of ColumnProfile
        All columns of a sample.
    extras : bool
        Whether to load groups and keys as well.
    on_progress : callable
        Called with the share of rows loaded, from 0 to 1.
    """
    target = next(profile for profile in profiles if profile.name == choices.truth)
    loader = _Loader(choices, is_numeric=_has_numeric_classes(target, choices), extras=extras)
    on_progress(0.0)
    for block in table.blocks(loader.request()):
        loader.add(block)
        on_progress(block.progress)
    on_progress(1.0)
    return loader.finish()


def _has_numeric_classes(target: ColumnProfile, choices: Choices) -> bool:
    """Return whether the target can be read as numbers, which is faster than reading labels."""
    labels = (choices.pos_label or "", *filter(None, [choices.neg_label]), *choices.dropped_truth)
    return target.kind == "number" and all(label_to_number(normalize_label(label)) is not None for label in labels)


class _Loader:
    """Collects the usable rows of blocks."""

    def __init__(self, choices: Choices, *, is_numeric: bool, extras: bool) -> None:
        self._choices = choices
        self._target = choices.truth or ""
        keys = (choices.group, choices.id) if extras or choices.split_value == SPLIT_INTO_MODELS else ()
        labelled = dict.fromkeys((*keys, choices.split, choices.predicted, choices.role))
        numeric = dict.fromkeys((*choices.scores, choices.weight, choices.amount))
        self._y_true = GrowingArray(np.bool_)
        self._numbers = {name: GrowingArray(np.float64) for name in numeric if name}
        self._labels = {name: GrowingCategorical(normalize_label) for name in labelled if name}
        self._is_numeric = is_numeric and self._target not in self._labels
        self._named_roles: set[str] = set()
        self._dropped: Counter[str] = Counter()
        self._unexpected: Counter[str] = Counter()
        self._n_rows = 0

    def request(self) -> ColumnRequest:
        """Return the columns to read."""
        if self._is_numeric:
            return ColumnRequest((*dict.fromkeys((self._target, *self._numbers)),), (*self._labels,))
        return ColumnRequest((*self._numbers,), (*dict.fromkeys((self._target, *self._labels)),))

    def add(self, block: Block) -> None:
        """Add the usable rows of a block, and count the others."""
        self._n_rows += block.n_rows + block.n_skipped
        self._drop("wrong number of cells", block.n_skipped)
        y_true, keep = self._numeric_classes(block) if self._is_numeric else self._text_classes(block)
        if self._choices.amount is not None:
            _ignore_negative_amounts(self._choices.amount, block, y_true)
        for reason, is_unusable in self._unusable(block):
            newly_dropped = is_unusable & keep
            if newly_dropped.any():
                self._drop(reason, int(np.count_nonzero(newly_dropped)))
                keep &= ~newly_dropped
        rows = slice(None) if keep.all() else keep
        self._y_true.add(y_true[rows], block.progress)
        for name, numbers in self._numbers.items():
            numbers.add(block.numbers[name][rows], block.progress)
        for name, labels in self._labels.items():
            labels.add(block.texts[name], block.progress, rows)

    def finish(self) -> LoadedColumns:
        """Return all usable rows."""
        numbers = {name: values.finish() for name, values in self._numbers.items()}
        labels = {name: column.finish() for name, column in self._labels.items()}
        return LoadedColumns(
            self._y_true.finish(), {name: numbers[name] for name in self._choices.scores},
            numbers.get(self._choices.weight or ""), numbers.get(self._choices.amount or ""), labels,
            self._dropped, self._unexpected, self._n_rows,
        )  # fmt: skip

    def _drop(self, reason: str, count: int) -> None:
        if count:
            self._dropped[reason] += count

    def _drop_value(self, value: str, count: int) -> None:
        self._drop(f"truth is {value}", count)
        if count and value not in self._choices.dropped_truth:
            self._unexpected[value] += count

    def _text_classes(self, block: Block) -> tuple[BoolArray, BoolArray]:
        """Return which rows are positive, and which are in one of the two classes; count the others."""
        target = block.texts[self._target]
        classes = [self._class_of(normalize_label(label)) for label in target.labels]
        by_row = np.array([*classes, _MISSING], dtype=np.int8)[target.codes]
        for code, label in enumerate(target.labels):
            if classes[code] == _NEITHER:
                self._drop_value(label, int(np.count_nonzero(target.codes == code)))
        self._drop("missing truth", int(np.count_nonzero(by_row == _MISSING)))
        return by_row == _POSITIVE, by_row < _NEITHER

    def _class_of(self, label: str) -> int:
        choices = self._choices
        if label in choices.dropped_truth:
            return _NEITHER
        for number, name in ((_POSITIVE, choices.pos_label), (_NEGATIVE, choices.neg_label)):
            if name is not None and label.casefold() == normalize_label(name).casefold():
                return number
        return _NEGATIVE if choices.one_vs_rest else _NEITHER

    def _numeric_classes(self, block: Block) -> tuple[BoolArray, BoolArray]:
        """Return which rows are positive, and which are in one of the two classes; count the others."""
        values, choices = block.numbers[self._target], self._choices
        y_true = values == label_to_number(normalize_label(choices.pos_label or ""))
        has_class = y_true | (values == label_to_number(normalize_label(choices.neg_label or "")))
        if has_class.all() and not choices.one_vs_rest:
            return y_true, has_class
        values = values.astype(np.float64)
        is_missing = np.isnan(values)
        dropped = [label_to_number(label) for label in choices.dropped_truth]
        is_dropped = np.isin(values, [number for number in dropped if number is not None])
        keep = ~is_missing & ~is_dropped & (has_class | choices.one_vs_rest)
        for value, count in zip(*np.unique(values[~keep & ~is_missing], return_counts=True), strict=True):
            self._drop_value(number_to_label(float(value)), int(count))
        n_unparsable = int(np.count_nonzero(block.unparsable.get(self._target, False)))
        self._drop("unreadable truth", n_unparsable)
        self._drop("missing truth", int(np.count_nonzero(is_missing)) - n_unparsable)
        return y_true, keep

    def _unusable(self, block: Block) -> Iterator[tuple[str, BoolArray]]:
        """Yield reasons to leave rows out, with those rows."""
        choices = self._choices
        if choices.split is not None and choices.split_value not in (None, SPLIT_INTO_MODELS):
            yield f"other {choices.split}", ~block.texts[choices.split].isin([choices.split_value or ""])
        if choices.role is not None:
            yield from self._without_role(block.texts[choices.role])
        for name in self._numbers:
            values = block.numbers[name]
            if np.isfinite(values).all():
                continue
            content = self._content_of(name)
            yield f"unreadable {content}", block.unparsable.get(name, np.zeros(block.n_rows, dtype=np.bool_))
            yield f"infinite {content}", np.isinf(values)
            yield f"missing {content}", np.isnan(values)
        if choices.predicted is not None:
            yield "missing prediction", block.texts[choices.predicted].codes < 0

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


def _ignore_negative_amounts(name: str, block: Block, y_true: BoolArray) -> None:
    """Fill the amounts of negative rows, which cannot be missed and often have none."""
    values = block.numbers[name]
    block.numbers[name] = np.where(y_true | np.isfinite(values), values, 0.0)
    if name in block.unparsable:
        block.unparsable[name] = block.unparsable[name] & y_true
