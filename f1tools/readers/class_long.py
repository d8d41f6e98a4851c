"""Load several classes: from a row a case, or from the long form, in which a row is about one label of a case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from f1tools.core.types import InvalidPredictions, OnProgress
from f1tools.formatting import truncate
from f1tools.readers.class_passes import ClassPasses
from f1tools.readers.class_rows import ClassRows, is_label
from f1tools.readers.formats.table import (
    Block,
    ColumnRequest,
    GrowingArray,
    GrowingCategorical,
    Table,
    normalize_label,
    read_blocks,
)
from f1tools.readers.inference.label_sets import are_label_sets
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import SPLIT_INTO_CLASSES, Choices


class LongRows(ClassRows):
    """The cases of a long table that have a row for each label; see `ClassRows`."""

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        if choices.id is None:
            raise InvalidPredictions(
                f"The rows of {choices.split} belong together by a key that is missing. Name the column of ids."
            )
        self._y_true, self._class = GrowingArray(np.bool_), GrowingArray(np.int32)
        self._score, self._case = GrowingArray(np.float64), GrowingCategorical()

    def add(self, block: Block) -> None:
        """Add the usable rows of a block, and count the others."""
        choices, keep = self._choices, self._begin(block)
        labels, case = block.texts[choices.split or ""], block.texts[choices.id or ""]
        self._drop(f"missing {choices.split}", labels.codes < 0, keep)
        self._drop(f"missing {choices.id}", case.codes < 0, keep)
        places = np.array([*(self._place.get(normalize_label(each), -1) for each in labels.labels), -1])[labels.codes]
        self._drop(f"other {choices.split}", places < 0, keep)
        truth = block.texts[choices.truth or ""]
        positive = is_label(truth, choices.pos_label or "1")
        self._drop("missing truth", truth.codes < 0, keep)
        if choices.neg_label is not None:
            self._drop_others(truth, ~(positive | is_label(truth, choices.neg_label)) & keep, keep)
        self._drop_unscored(block, keep)
        self._y_true.add(positive[keep], block.progress)
        self._class.add(places[keep], block.progress)
        self._score.add(block.numbers[choices.scores[0]][keep], block.progress)
        self._case.add(case, block.progress, keep)
        if choices.weight is not None:
            self._weight.add(block.numbers[choices.weight][keep], block.progress)

    def finish(self) -> LongRows:
        """Return the cases that have a usable row for each label, in the order of the file.

        Raises
        ------
        InvalidPredictions
            If a case has two rows for one label, or the weights of its rows differ.
        """
        k, case, at = len(self._place), self._case.finish(), self._class.finish()
        counts = np.bincount(case.codes, minlength=len(case.labels))
        cell = case.codes.astype(np.int64) * k + at
        if cell.size and np.unique(cell).size < cell.size:
            values, n_rows = np.unique(cell, return_counts=True)
            twice = int(values[np.argmax(n_rows)])
            raise InvalidPredictions(
                f"The {self._choices.id} {truncate(case.labels[twice // k])} has several rows for "
                f"{truncate(self._choices.classes[twice % k])}. Keep one row for each label."
            )
        is_complete = (counts == k)[case.codes] if case.codes.size else np.empty(0, dtype=np.bool_)
        self.dropped[f"not a row for each {self._choices.split}"] += int(np.count_nonzero(~is_complete))
        rows = np.flatnonzero(is_complete)
        order = rows[np.argsort(cell[rows], kind="stable")]
        self.members = np.asfortranarray(self._y_true.finish()[order].reshape(-1, k))
        self.scores = np.asfortranarray(self._score.finish()[order].reshape(-1, k))
        self.weight = None
        if self._choices.weight is not None:
            weights = self._weight.finish()[order].reshape(-1, k)
            if np.any(weights != weights[:, :1]):
                raise InvalidPredictions(
                    f"The {self._choices.weight} of rows with the same {self._choices.id} differ. Give each one weight."
                )
            self.weight = np.ascontiguousarray(weights[:, 0])
        self.ids = np.array(case.labels)[counts == k] if case.labels else np.empty(0, dtype=np.str_)
        self.dropped = +self.dropped
        return self


def load_rows(table: Table, profiles: Sequence[ColumnProfile], choices: Choices, on_progress: OnProgress) -> ClassRows:
    """Load all usable rows of several classes under complete choices, in either form.

    Parameters
    ----------
    profiles : sequence of ColumnProfile
        All columns of a sample.
    """
    is_long = choices.split_value == SPLIT_INTO_CLASSES
    truth = next((each for each in profiles if each.name == choices.truth), None)
    classes = [normalize_label(each) for each in choices.classes]
    has_sets = truth is not None and not is_long and are_label_sets(truth.cells, classes)
    formats = {each.name: each.number_format for each in profiles}
    numbers = [*choices.scores, *filter(None, [choices.weight])]
    keys = filter(None, [choices.id])
    texts = filter(None, [choices.split, choices.truth, *choices.truths])
    labels = tuple(dict.fromkeys((*texts, *keys) if is_long else texts))
    unique = () if is_long else tuple(keys)
    request = ColumnRequest({name: formats[name] for name in numbers}, labels, unique)
    passes = [request] if is_long else table.passes(request)
    on_progress(0.0)
    if len(passes) > 1:
        in_passes = ClassPasses(choices, has_sets=has_sets)
        in_passes.read(table, passes, on_progress)
        return in_passes.finish()
    rows = LongRows(choices) if is_long else ClassRows(choices, has_sets=has_sets)
    for block in read_blocks(table, request):
        rows.add(block)
        on_progress(block.progress)
    on_progress(1.0)
    return rows.finish()
