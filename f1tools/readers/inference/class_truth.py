"""A column that says which of several classes each row of a sample has, one or any number of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray
from f1tools.readers.formats.table import Categorical, label_to_number
from f1tools.readers.inference.class_names import MIN_CLASSES
from f1tools.readers.inference.label_sets import items, labels_of_sets
from f1tools.readers.inference.profiles import ColumnProfile

MAX_CLASSES = 1000


@dataclass(frozen=True, eq=False)
class Truth:
    """A column of the sample that says which classes a row has.

    Attributes
    ----------
    labels : tuple of str
        All labels, in scikit-learn's order.
    codes : int array
        The cell of each row, an index into `sets`; -1 where it is missing.
    sets : list of tuple of str
        The labels in each different cell: one, unless rows have several.
    """

    name: str
    labels: tuple[str, ...]
    codes: NDArray[np.intp]
    sets: list[tuple[str, ...]]

    @classmethod
    def of(
        cls, profile: ColumnProfile, more: Sequence[str] = (), dropped: Sequence[str] = (), *, has_sets: bool = True
    ) -> Truth | None:
        """Return a column as a truth of several classes; None where it has too few or too many values.

        With ``has_sets`` a cell such as ``a, b`` has two labels, where it may; else it is one.
        """
        is_text = profile.kind == "text"
        if not (is_text or (profile.is_integer and not profile.is_long)) or profile.n_distinct < 2:
            return None
        if is_text and has_sets and (named := labels_of_sets(profile.cells, MAX_CLASSES)):
            column = Categorical.from_cells(profile.cells)
            sets = [items(cell) or () for cell in column.labels]
            codes = np.append(column.codes, -1)[:-1].astype(np.intp)
            if "" in profile.cells:  # a row without labels
                sets.append(())
                codes[[not cell for cell in profile.cells]] = len(sets) - 1
            return cls(profile.name, tuple(sorted_labels(named)), codes, sets)
        if not MIN_CLASSES <= profile.n_distinct + len(more) <= MAX_CLASSES:
            return None
        labels, codes = profile.labels, profile.codes.astype(np.intp)
        if not labels:
            found = Categorical.from_cells(profile.cells) if is_text else Categorical.from_numbers(profile.values)
            labels, codes = tuple(found.normalized().labels), found.normalized().codes.astype(np.intp)
        ordered = sorted_labels([each for each in {*labels, *more} if each not in dropped])
        return cls(profile.name, tuple(ordered), codes, [(each,) for each in labels]) if len(ordered) >= 2 else None

    @property
    def has_sets(self) -> bool:
        """Whether a cell names several labels."""
        return any(len(each) > 1 for each in self.sets)

    def members(self, classes: Sequence[str]) -> tuple[BoolArray, BoolArray]:
        """Return which rows have each class, and which rows have no other label and are not missing."""
        place = {label: at for at, label in enumerate(classes)}
        has = np.zeros((len(self.sets) + 1, len(classes)), dtype=np.bool_)
        known = np.zeros(len(self.sets) + 1, dtype=np.bool_)
        for code, labels in enumerate(self.sets):
            known[code] = all(label in place for label in labels)
            has[code, [place[label] for label in labels if label in place]] = True
        return has[self.codes], known[self.codes]


def sorted_labels(labels: Sequence[str]) -> list[str]:
    """Return labels in scikit-learn's order: numbers by value, else by text."""
    numbers = {label: label_to_number(label) for label in labels}
    if any(each is None for each in numbers.values()):
        return sorted(labels)
    return sorted(labels, key=lambda label: (numbers[label] or 0.0, label))
