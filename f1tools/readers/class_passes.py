"""Load several classes a few columns at a time: first which rows have each class, then the scores of these rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from f1tools.core.counts import BoolArray
from f1tools.core.types import OnProgress
from f1tools.readers.class_rows import ClassRows, GrowingMatrix
from f1tools.readers.formats.table import Block, ColumnRequest, GrowingArray, Table, read_blocks
from f1tools.readers.models import Choices


class ClassPasses(ClassRows):
    """The usable rows of a table of many columns, all numbers in it, that is read in several passes; see `ClassRows`.

    What decodes a column takes some megabytes while it is read, so that a thousand together take gigabytes.
    """

    def __init__(self, choices: Choices, *, has_sets: bool = False) -> None:
        super().__init__(choices, has_sets=has_sets)
        self._keep: BoolArray = np.empty(0, np.bool_)
        self._unusable: BoolArray = np.empty((2, 0), np.bool_)

    def read(self, table: Table, passes: Sequence[ColumnRequest], on_progress: OnProgress) -> None:
        """Read all passes, those of labels first."""
        first, n_labels = GrowingArray(np.bool_), sum(not each.numbers for each in passes)
        for at, request in enumerate(passes):
            if at == n_labels:
                self._begin_scores()
            (self._members if at < n_labels else self._scores).rewind()
            start = 0
            for block in read_blocks(table, request):
                rows, start = slice(start, start + block.n_rows), start + block.n_rows
                if at >= n_labels:
                    self._add_numbers(block, self._keep[rows])
                elif at:
                    self._add_labels(block, self._keep[rows])
                else:
                    keep = self._begin(block)
                    self._add_labels(block, keep)
                    first.add(keep, block.progress)
                on_progress((at + block.progress) / len(passes))
            if not at:
                self._keep = first.finish()

    def _add_labels(self, block: Block, keep: BoolArray) -> None:
        """Write which rows have the classes whose truth is in a block; of all rows, as later columns drop others."""
        self._write_truth(block, self._members.room(block.n_rows, block.progress), keep)
        for name, texts in block.unique_texts.items():
            assert name == self._choices.id  # noqa: S101
            self._ids.add(texts, block.progress)

    def _begin_scores(self) -> None:
        """Prepare for the scores of the rows that are left."""
        n = int(np.count_nonzero(self._keep))
        self._scores = GrowingMatrix(len(self._choices.classes), np.float64, n)
        self._unusable = np.zeros((2, n), np.bool_)

    def _add_numbers(self, block: Block, keep: BoolArray) -> None:
        """Write the scores and weights in a block, and note the rows in which scores are infinite or missing."""
        choices, n, start = self._choices, int(np.count_nonzero(keep)), self._scores.n_rows
        rows: slice | BoolArray = slice(None) if n == keep.size else keep
        scores, (infinite, missing) = self._scores.room(n, 1.0), self._unusable[:, start : start + n]
        for at, name in enumerate(choices.scores):
            if name in block.numbers:
                scores[at] = block.numbers[name][rows]
                if not np.isfinite(scores[at]).all():
                    infinite |= np.isinf(scores[at])
                    missing |= np.isnan(scores[at])
        if choices.weight in block.numbers:
            self._weight.add(block.numbers[choices.weight][rows], block.progress)

    def finish(self) -> ClassPasses:
        """Return all usable rows."""
        usable = np.ones(self._unusable.shape[1], np.bool_)
        for what, unusable in zip(("infinite", "missing"), self._unusable, strict=True):
            self._drop(f"{what} score", unusable, usable)
        self.weight = None
        if self._choices.weight is not None:
            weight = self._weight.finish()
            self._drop("missing weight", ~np.isfinite(weight), usable)
            self.weight = weight[usable]
        self._keep[self._keep] = usable
        self.members, self.scores = self._members.finish(self._keep), self._scores.finish(usable)
        self.ids = None if self._choices.id is None else self._ids.finish()[self._keep]
        self.dropped = +self.dropped
        return self
