"""The rows of every repeat by role and class, and the scores that they lack, counted while a table is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from f1tools.readers import roles
from f1tools.readers.formats.parsing import normalize_label
from f1tools.readers.formats.table import Block, Categorical
from f1tools.readers.lacks import Lack
from f1tools.readers.result import SPLIT_INTO_MODELS, Choices, negatives
from f1tools.readers.truths import BoolArray

MOST_CELLS = 100_000
MOST_ROLES = 60
_ALL, _KNOWN, _USED = "all", "known", "used"
_CLASSES = (False, True)

Cell = tuple[str, str, str, bool]


class Census:
    """Counts of rows under given choices, be they in the repeat that is taken or in another.

    Attributes
    ----------
    complete : bool
        False where the choices name no repeats with roles, or where there are more of them than anybody compares: then
        nothing is counted.
    """

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._rows: Counter[Cell] = Counter()
        self._lost: Counter[Cell] = Counter()  # by score instead of by what is known
        repeated = choices.split is not None and choices.split_value != SPLIT_INTO_MODELS
        self.complete = repeated and choices.role is not None

    def add(self, block: Block, y_true: BoolArray, known: BoolArray) -> None:
        """Count the rows of a block; those that are known have a truth on one of the two sides."""
        if not self.complete:
            return
        split, role = (block.texts[name or ""] for name in (self._choices.split, self._choices.role))
        if len(split.labels) * len(role.labels) > MOST_CELLS:
            self.complete = False
            return
        rows = np.flatnonzero((split.codes >= 0) & role.isin(self._counted(role)))
        cells = (split.codes[rows].astype(np.int64) * len(role.labels) + role.codes[rows]) * 2 + y_true[rows]
        used = known[rows].copy()
        names = [(normalize_label(each), normalize_label(other)) for each in split.labels for other in role.labels]
        self._count(self._rows, _ALL, cells, names)
        self._count(self._rows, _KNOWN, cells[used], names)
        for name in self._choices.scores:
            lost = ~np.isfinite(block.numbers[name][rows])
            if lost.any():
                self._count(self._lost, name, cells[lost & known[rows]], names)
                used &= ~lost
        self._count(self._rows, _USED, cells[used], names)

    @staticmethod
    def _count(counter: Counter[Cell], what: str, cells: NDArray[np.int64], names: list[tuple[str, str]]) -> None:
        times = np.bincount(cells)
        for cell in np.flatnonzero(times).tolist():
            counter[(what, *names[cell // 2], bool(cell % 2))] += int(times[cell])

    def _counted(self, role: Categorical) -> list[str]:
        """Return the roles that choose or report, and those that say that their rows trained the model."""
        named = {normalize_label(each) for each in (*self._choices.tune, *self._choices.report)}
        few = len(role.labels) <= MOST_ROLES
        return [
            each for each in role.labels if normalize_label(each) in named or (few and roles.stage(each) == "train")
        ]

    def lack(self, tune: Sequence[str], report: Sequence[str]) -> Lack | None:
        """Return what a repeat lacks so that a threshold could be chosen and tested in it; None if nothing."""
        sides = [tuple(normalize_label(each) for each in side) for side in (tune, report)]
        repeats = dict.fromkeys(repeat for _, repeat, _, _ in self._rows)
        seen = dict.fromkeys(role for _, _, role, _ in self._rows)
        trained = tuple(each for each in seen if each not in (*sides[0], *sides[1]) and roles.stage(each) == "train")
        if any(_times(self._rows, _USED, repeat, trained) for repeat in repeats):
            sides.append(trained)
        found = (self._lack(repeat, side) for repeat in repeats for side in sides)
        return next((each for each in found if each is not None), None)

    def _lack(self, repeat: str, side: tuple[str, ...]) -> Lack | None:
        where, called = f"{self._choices.split} {repeat}", " and ".join(side)
        bring = f"bring such rows, or leave {where} out"
        rows = _times(self._rows, _ALL, repeat, side)
        if not rows:
            return Lack(f"{where} has no rows whose {self._choices.role} is {' or '.join(side)}", bring)
        if not _times(self._rows, _KNOWN, repeat, side):
            told = f"{self._choices.truth} is missing, or neither class,"
            return Lack(f"{told} in the {rows:,} {called} rows of {where}", bring)
        empty = [truth for truth in _CLASSES if not _times(self._rows, _USED, repeat, side, (truth,))]
        unknown = [truth for truth in empty if not _times(self._rows, _KNOWN, repeat, side, (truth,))]
        if unknown:
            value = self._choices.pos_label if unknown[0] else negatives(self._choices)
            return Lack(f"{where} has no {called} row with the label {value!r}", bring)
        return self._lost_scores(repeat, side, tuple(empty)) if empty else None

    def _lost_scores(self, repeat: str, side: tuple[str, ...], empty: tuple[bool, ...]) -> Lack:
        """Name the scores for want of which no row of a class is left."""
        names = [name for name in self._choices.scores if _times(self._lost, name, repeat, side, empty)]
        times = [_times(self._lost, name, repeat, side) for name in names]
        where = f"{self._choices.split} {repeat}"
        first = f"{names[0]} is missing in {times[0]:,} {' and '.join(side)} rows of {where}"
        others = [f"{name} in {rows:,}" for name, rows in zip(names[1:], times[1:], strict=True)]
        return Lack(" and ".join((first, *others)), f"bring these scores, or leave the score or {where} out")


def _times(
    counter: Counter[Cell], what: str, repeat: str, side: tuple[str, ...], classes: tuple[bool, ...] = _CLASSES
) -> int:
    return sum(counter[(what, repeat, role, truth)] for role in side for truth in classes)
