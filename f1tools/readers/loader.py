"""Load the chosen columns of all rows in blocks as predictions; rows that cannot be used are counted by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress
from f1tools.predictions import Predictions
from f1tools.readers.formats.cells import NumberFormat
from f1tools.readers.formats.table import (
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
from f1tools.readers.models import SPLIT_INTO_MODELS, Choices

MAX_NAMED_ROLES = 10
_NEGATIVE, _POSITIVE, _NEITHER, _MISSING = range(4)

IndexArray = NDArray[np.intp]
Cell = TypeVar("Cell", bound=np.generic)


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
    formats : mapping of str to NumberFormat
        How the numbers in the file are written, by column.
    unreadable : mapping of str to (int, str)
        Row and text of the first cell that is no number, by column; row 1 is the first one below the header.
    """

    y_true: BoolArray
    scores: dict[str, FloatArray]
    weight: FloatArray | None
    amount: FloatArray | None
    labels: dict[str, Categorical]
    dropped: Counter[str]
    unexpected: Counter[str]
    n_rows: int
    formats: Mapping[str, NumberFormat]
    unreadable: Mapping[str, tuple[int, str]]


def load_columns(
    table: Table,
    choices: Choices,
    profiles: Sequence[ColumnProfile],
    *,
    extras: bool = True,
    on_progress: OnProgress = ignore_progress,
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
    for block in read_blocks(table, loader.request({each.name: each.number_format for each in profiles})):
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
        self._class_numbers = [
            label_to_number(normalize_label(each or "")) for each in (choices.pos_label, choices.neg_label)
        ]
        self._named_roles: set[str] = set()
        self._dropped: Counter[str] = Counter()
        self._unexpected: Counter[str] = Counter()
        self._n_rows = 0
        self._formats: Mapping[str, NumberFormat] = {}
        self._unreadable: dict[str, tuple[int, str]] = {}

    def request(self, formats: Mapping[str, NumberFormat]) -> ColumnRequest:
        """Return the columns to read, numbers in the given formats."""
        columns = [column for name in self._numbers for column in self._choices.operands(name)]
        numbers = [self._target, *columns] if self._is_numeric else columns
        texts = [*self._labels] if self._is_numeric else [self._target, *self._labels]
        return ColumnRequest({name: formats[name] for name in numbers}, tuple(dict.fromkeys(texts)))

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
        for reason, is_unusable in self._unusable(block):
            self._dropped[reason] += int(np.count_nonzero(is_unusable & keep))
            keep &= ~is_unusable
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
            +self._dropped, self._unexpected, self._n_rows,  # the unary plus leaves out reasons without rows
            self._formats, self._unreadable,
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


def to_predictions(loaded: LoadedColumns, choices: Choices) -> Predictions:
    """Return the predictions in loaded columns.

    Raises
    ------
    InvalidPredictions
        If no rows are left, a class is missing, weights are unusable, or the parts of a long format are not the same
        rows.
    """
    scores = to_scores(loaded, choices)
    has_roles = choices.role is not None and bool(choices.tune)
    tuning = loaded.labels[choices.role or ""].isin(choices.tune) if has_roles else None
    rows: IndexArray | slice = slice(None)
    if choices.split_value == SPLIT_INTO_MODELS:
        parts = _parts(loaded, choices, [values for values in (loaded.y_true, tuning) if values is not None])
        rows, score = next(iter(parts.values())), next(iter(scores.values()))
        scores = {label: score[part] for label, part in parts.items()}
    group, ids = (_texts(loaded, name) for name in (choices.group, choices.id))
    predictions = Predictions(
        loaded.y_true[rows], scores, choices.pos_label or "1", choices.negative_name, _take(loaded.weight, rows),
        _take(group, rows), _take(ids, rows), amount=_take(loaded.amount, rows),
    )  # fmt: skip
    names = ", ".join(choices.tune), ", ".join(choices.report)
    return predictions if tuning is None else predictions.with_roles(tuning[rows], names)


def to_scores(loaded: LoadedColumns, choices: Choices) -> dict[str, FloatArray]:
    """Return the scores, flipped or derived from confidences where chosen.

    Raises
    ------
    InvalidPredictions
        If no rows are left, or a score cannot be a confidence.
    """
    if not loaded.y_true.size:
        why = ", ".join(f"{reason}: {count:,}" for reason, count in loaded.dropped.items()) or "there are none"
        raise InvalidPredictions(
            f"No usable rows are left with truth {choices.truth} and score {', '.join(choices.scores)} ({why})."
        )
    return {name: _to_score(name, values, loaded, choices) for name, values in loaded.scores.items()}


def _to_score(name: str, values: FloatArray, loaded: LoadedColumns, choices: Choices) -> FloatArray:
    in_unit_interval = bool(values.min() >= 0) and bool(values.max() <= 1)
    if choices.predicted is not None:
        if not in_unit_interval:
            raise InvalidPredictions(f"{name} is not within [0, 1], so it is not a confidence in {choices.predicted}.")
        predicted = loaded.labels[choices.predicted]
        pos_label = normalize_label(choices.pos_label or "").casefold()
        positive = [label for label in predicted.labels if normalize_label(label).casefold() == pos_label]
        values = np.where(predicted.isin(positive), values, 1 - values)
    if name in choices.flipped:
        values = 1 - values if in_unit_interval else -values
    return values


def _take(values: NDArray[Cell] | None, rows: IndexArray | slice) -> NDArray[Cell] | None:
    return None if values is None else values[rows]


def _texts(loaded: LoadedColumns, name: str | None) -> NDArray[np.str_] | None:
    if name is None or name not in loaded.labels:
        return None
    column = loaded.labels[name]
    return np.array([*column.labels, ""])[column.codes]


def _parts(loaded: LoadedColumns, choices: Choices, shared: Sequence[BoolArray]) -> dict[str, IndexArray]:
    """Return the rows of each part of a long format, those that all parts share; check columns that must be equal."""
    split = loaded.labels[choices.split or ""]
    parts = {label: np.flatnonzero(split.codes == code) for code, label in enumerate(split.labels)}
    parts = {label: rows for label, rows in parts.items() if rows.size}
    key = loaded.labels.get(choices.id or "")
    if key is not None:
        parts = _aligned_by_key(parts, key, choices)
    first = next(iter(parts.values()))
    if not first.size:
        raise InvalidPredictions(f"No {choices.id} occurs in all parts of {choices.split}. Choose one part.")
    for label, rows in parts.items():
        if len(rows) != len(first) or not all(np.array_equal(values[rows], values[first]) for values in shared):
            raise InvalidPredictions(
                f"The parts of {choices.split} are not the same rows ({label} differs), so they are not models. "
                "Choose one part."
            )
    return parts


def _aligned_by_key(parts: dict[str, IndexArray], key: Categorical, choices: Choices) -> dict[str, IndexArray]:
    """Return the rows of each part whose key is in all parts, ordered by key."""
    shared = np.unique(key.codes)
    for label, rows in parts.items():
        codes = key.codes[rows]
        if np.unique(codes).size < codes.size:
            raise InvalidPredictions(
                f"The key {choices.id} occurs twice within {choices.split} {label}. Choose one part."
            )
        shared = np.intersect1d(shared, codes)
    ordered = {label: rows[np.argsort(key.codes[rows])] for label, rows in parts.items()}
    return {label: rows[np.isin(key.codes[rows], shared)] for label, rows in ordered.items()}
