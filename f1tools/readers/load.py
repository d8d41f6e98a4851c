"""The needed columns of all rows, in blocks; rows that cannot be used are left out and counted by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from f1tools.readers.census import Census
from f1tools.readers.formats.buffer import GrowingArray
from f1tools.readers.formats.parsing import FloatArray, label_to_number, normalize_label, number_to_label
from f1tools.readers.formats.table import Block, Categorical, ColumnRequest, Progress, Table
from f1tools.readers.result import SPLIT_INTO_MODELS, Choices

MOST_NAMED = 10

BoolArray = NDArray[np.bool_]
TruthAs = Literal["text", "number", "small"]


@dataclass(frozen=True, eq=False)
class Loaded:
    """The usable rows of a table, column by column.

    Attributes
    ----------
    y_true : bool array
        Positive or not.
    scores : dict of str to float64 array
        As in the file; turned around later.
    weight, amount : float64 array or None
        Sample weights; what it costs to miss each row.
    labels : dict of str to Coded
        Group, key, split, predicted label and role, where asked for.
    dropped : Counter
        Rows left out, by reason.
    strange : Counter
        Truth values that are on neither side, with their rows; these rows are among the dropped.
    n_rows : int
        All rows.
    census : Census
        What repeats with roles hold, be they taken or left out.
    """

    y_true: BoolArray
    scores: dict[str, FloatArray]
    weight: FloatArray | None
    amount: FloatArray | None
    labels: dict[str, Categorical]
    dropped: Counter[str]
    strange: Counter[str]
    n_rows: int
    census: Census


class Loader:
    """Collects the blocks of a table under given choices."""

    def __init__(self, choices: Choices, *, truth_as: TruthAs, extras: bool) -> None:
        self._choices = choices
        self._one_score = len(choices.scores) == 1
        keys = (choices.group, choices.id) if extras or choices.split_value == SPLIT_INTO_MODELS else ()
        labelled = (*keys, choices.split, choices.predicted, choices.role)
        self._keys = tuple(dict.fromkeys(name for name in labelled if name))
        self._numeric = truth_as != "text" and choices.truth not in self._keys
        self._small = (choices.truth or "",) if truth_as == "small" else ()
        self._other_roles: set[str] = set()
        self._y = GrowingArray(np.bool_)
        self._floats = {name: GrowingArray(np.float64) for name in self._float_names()}
        self._codes = {name: GrowingArray(np.int32) for name in self._keys}
        self._known: dict[str, dict[str, int]] = {name: {} for name in self._keys}
        self._dropped: Counter[str] = Counter()
        self._strange: Counter[str] = Counter()
        self._census = Census(choices)
        self._n_rows = 0

    def _float_names(self) -> tuple[str, ...]:
        more = (self._choices.weight, self._choices.amount)
        return tuple(dict.fromkeys((*self._choices.scores, *filter(None, more))))

    def wanted(self) -> ColumnRequest:
        """Return the columns to read."""
        truth = self._choices.truth or ""
        if self._numeric:
            return ColumnRequest((*dict.fromkeys((truth, *self._float_names())),), self._keys, self._small)
        return ColumnRequest(self._float_names(), (*dict.fromkeys((truth, *self._keys)),))

    def add(self, block: Block) -> None:
        """Take the usable rows of a block."""
        self._n_rows += block.n_rows + block.n_skipped
        if block.n_skipped:
            self._dropped["wrong number of cells"] += block.n_skipped
        y_true, keep = self._sides(block)
        if self._choices.amount is not None:
            self._only_misses_cost(self._choices.amount, block, y_true)
        self._census.add(block, y_true, keep)
        for reason, unusable in self._unusable(block):
            again = unusable & keep
            if again.any():
                self._dropped[reason] += int(np.count_nonzero(again))
                keep &= ~again
        everything = bool(keep.all())
        self._y.add(y_true if everything else y_true[keep], block.progress)
        for name, buffer in self._floats.items():
            values = block.numbers[name]
            buffer.add(values if everything else values[keep], block.progress)
        for name, codes in self._codes.items():
            coded = self._recoded(name, block.texts[name])
            codes.add(coded if everything else coded[keep], block.progress)

    def _sides(self, block: Block) -> tuple[BoolArray, BoolArray]:
        """Return which rows are positive, and which have a truth on one of the two sides; count the others."""
        name = self._choices.truth or ""
        if self._numeric:
            return self._numeric_sides(block.numbers[name], block.unparsable.get(name))
        coded = block.texts[name]
        sides = [self._side(normalize_label(each)) for each in coded.labels]
        table = np.array([*sides, 3], dtype=np.int8)
        side = table[coded.codes]
        for code, each in enumerate(coded.labels):
            if sides[code] == 2:
                self._leave_out(each, int(np.count_nonzero(coded.codes == code)))
        self._missing_truth(int(np.count_nonzero(side == 3)))
        return side == 1, side < 2

    def _side(self, value: str) -> int:
        """Return 1 for the positive value, 0 for the negative, 2 for one that is neither."""
        choices = self._choices
        if value in choices.dropped_truth:
            return 2
        for side, known in ((1, choices.pos_label), (0, choices.neg_label)):
            if known is not None and value.casefold() == normalize_label(known).casefold():
                return side
        return 0 if choices.one_vs_rest else 2

    def _numeric_sides(self, values: FloatArray, bad: BoolArray | None) -> tuple[BoolArray, BoolArray]:
        y_true = values == label_to_number(normalize_label(self._choices.pos_label or ""))
        if not self._choices.one_vs_rest:
            keep = y_true | (values == label_to_number(normalize_label(self._choices.neg_label or "")))
            if keep.all():
                return y_true, keep
        values = values.astype(np.float64)
        missing = np.isnan(values)
        keep = ~missing & ~np.isin(values, _numbers_of(self._choices.dropped_truth))
        if not self._choices.one_vs_rest:
            keep &= y_true | (values == label_to_number(normalize_label(self._choices.neg_label or "")))
        for value, times in zip(*np.unique(values[~keep & ~missing], return_counts=True), strict=True):
            self._leave_out(number_to_label(float(value)), int(times))
        unreadable = int(np.count_nonzero(bad)) if bad is not None else 0
        if unreadable:
            self._dropped["unreadable truth"] += unreadable
        self._missing_truth(int(np.count_nonzero(missing)) - unreadable)
        return y_true, keep

    def _leave_out(self, value: str, times: int) -> None:
        self._dropped[f"truth is {value}"] += times
        if value not in self._choices.dropped_truth:
            self._strange[value] += times

    def _missing_truth(self, times: int) -> None:
        if times:
            self._dropped["missing truth"] += times

    def _unusable(self, block: Block) -> Iterator[tuple[str, BoolArray]]:
        choices = self._choices
        if choices.split is not None and choices.split_value not in (None, SPLIT_INTO_MODELS):
            yield f"other {choices.split}", ~block.texts[choices.split].isin([choices.split_value or ""])
        if choices.role is not None:
            yield from self._without_role(block.texts[choices.role])
        for name in self._floats:
            values = block.numbers[name]
            if np.isfinite(values).all():
                continue
            what = self._called(name)
            bad = block.unparsable.get(name, np.zeros(block.n_rows, dtype=bool))
            yield f"unreadable {what}", bad
            yield f"infinite {what}", np.isinf(values)
            yield f"missing {what}", np.isnan(values)
        if choices.predicted is not None:
            yield "missing prediction", block.texts[choices.predicted].codes < 0

    @staticmethod
    def _only_misses_cost(name: str, block: Block, y_true: BoolArray) -> None:
        """Do without the amounts of negative rows, which cannot be missed: often they have none."""
        values = block.numbers[name]
        block.numbers[name] = np.where(y_true | np.isfinite(values), values, 0.0)
        if name in block.unparsable:
            block.unparsable[name] = block.unparsable[name] & y_true

    def _called(self, name: str) -> str:
        if name in self._choices.scores:
            return "score" if self._one_score else f"score {name}"
        return "weight" if name == self._choices.weight else "amount"

    def _without_role(self, coded: Categorical) -> Iterator[tuple[str, BoolArray]]:
        """Find the rows that neither choose the threshold nor report, by what is said of them instead."""
        used = {normalize_label(each) for each in (*self._choices.tune, *self._choices.report)}
        yield f"missing {self._choices.role}", coded.codes < 0
        rest = np.array([*(normalize_label(each) not in used for each in coded.labels), False])
        for code in np.flatnonzero(rest).tolist():
            other = normalize_label(coded.labels[code])
            if other in self._other_roles or len(self._other_roles) < MOST_NAMED:
                self._other_roles.add(other)
                rest[code] = False
                yield f"{self._choices.role} is {other}", coded.codes == code
        yield f"other {self._choices.role}", rest[coded.codes]

    def _recoded(self, name: str, coded: Categorical) -> NDArray[np.int32]:
        known = self._known[name]
        new = [known.setdefault(normalize_label(each), len(known)) for each in coded.labels]
        return np.array([*new, -1], dtype=np.int32)[coded.codes]

    def finish(self) -> Loaded:
        """Return everything taken."""
        floats = {name: buffer.finish() for name, buffer in self._floats.items()}
        weight, amount = (floats.get(name or "") for name in (self._choices.weight, self._choices.amount))
        return Loaded(
            self._y.finish(), {name: floats[name] for name in self._choices.scores}, weight, amount,
            {name: Categorical(codes.finish(), list(self._known[name])) for name, codes in self._codes.items()},
            self._dropped, self._strange, self._n_rows, self._census,
        )  # fmt: skip


def _numbers_of(labels: tuple[str, ...]) -> list[float]:
    return [each for each in map(label_to_number, labels) if each is not None]


def load(table: Table, choices: Choices, *, truth_as: TruthAs, extras: bool, on_progress: Progress) -> Loaded:
    """Return all usable rows of a table under complete choices.

    Parameters
    ----------
    truth_as : {"text", "number", "small"}
        How the truth is written: as labels, as numbers, or as integers below 128.
    extras : bool
        Whether to read groups and keys as well.
    on_progress : callable
        Called with the share done, from 0 to 1.
    """
    loader = Loader(choices, truth_as=truth_as, extras=extras)
    on_progress(0.0)
    for block in table.blocks(loader.wanted()):
        loader.add(block)
        on_progress(block.progress)
    on_progress(1.0)
    return loader.finish()
