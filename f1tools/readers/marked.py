"""A column that says what a row served for in its repeat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from f1tools.readers import roles
from f1tools.readers.columns import Profile
from f1tools.readers.formats.parsing import normalize_label
from f1tools.readers.lacks import Lack, of_a_stage
from f1tools.readers.result import Choices
from f1tools.readers.truths import BoolArray


class Marked(NamedTuple):
    """The column, and its values that choose the threshold, which may be none, and those that report."""

    column: Profile
    sides: roles.Sides

    @property
    def lack(self) -> Lack | None:
        """What keeps repeats from being compared: no rows to choose on."""
        return None if self.sides.tune else of_a_stage(self.column.name, self.column.labels, self.sides.report)

    def parts(self) -> tuple[BoolArray, ...]:
        """Return the rows that choose, where there are any to be, and those that report."""
        return tuple(self._among(side) for side in self.sides if side)

    def proofs(self) -> list[BoolArray]:
        """Return the rows that have to be the same in every repeat, in one way or another.

        All rows that choose or report, each once. Where none choose, rows that trained the model may make up for them.
        """
        used = np.logical_or.reduce(self.parts())
        trained = [each for each in self.column.labels if roles.stage(each) == "train"]
        return [used] if self.sides.tune else [used, used | self._among(trained)]

    def _among(self, labels: Sequence[str]) -> BoolArray:
        return np.isin(self.column.codes, [at for at, each in enumerate(self.column.labels) if each in labels])


def marked(columns: Sequence[Profile], given: Choices) -> Marked | None:
    """Return the column of roles, one with rows to choose on if there is one; None where no column tells them."""
    found = [Marked(each, sides) for each in columns if (sides := _sides(each, given)) is not None]
    return min(found, key=lambda each: not each.sides.tune, default=None)


def _sides(column: Profile, given: Choices) -> roles.Sides | None:
    """Return the values of a column that choose and that report: those given, else those that say so."""
    if given.role is None:
        held_out = roles.held_out(column.labels)
        return roles.sides(column.labels) or (roles.Sides((), held_out) if held_out else None)
    if column.name != given.role:
        return None
    return roles.Sides(*(tuple(normalize_label(each) for each in side) for side in (given.tune, given.report)))
