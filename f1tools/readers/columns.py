"""What each column of a sample holds: numbers or labels, how many different ones, and the part it plays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from f1tools.readers import names, roles
from f1tools.readers.auc import splits
from f1tools.readers.formats.parsing import FloatArray, is_missing, normalize_label, number_to_label, parse_numbers
from f1tools.readers.formats.table import Sample
from f1tools.readers.result import ColumnSeen

MOST_LABELS = 60
MOST_SHOWN = 12
Kind = Literal["number", "text", "empty"]


@dataclass(frozen=True, eq=False)
class Profile:
    """A column of the sample.

    Attributes
    ----------
    values : float64 array
        The cells as numbers, NaN where they are none or infinite.
    codes : int array
        Index into `labels` per row, -1 where the cell is missing; all -1 where there are too many labels.
    labels : tuple of str
        Distinct labels, most frequent first; empty where there are too many.
    counts : tuple of int
        How often each label occurs.
    n_distinct : int
        Distinct cells.
    whole : bool
        Whether all numbers are integers.
    cells : list of str
        The cells themselves.
    decides : bool
        Whether a threshold on it gives a decision of the table, so that it is the score behind that decision.
    """

    name: str
    position: int
    kind: Kind
    values: FloatArray
    codes: NDArray[np.int64]
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    n_distinct: int
    missing: int
    low: float
    high: float
    whole: bool
    cells: list[str]
    decides: bool = False

    @property
    def n(self) -> int:
        """Cells that are not missing."""
        return len(self.values) - self.missing

    @property
    def unit(self) -> bool:
        """Whether all numbers lie in [0, 1]."""
        return self.kind == "number" and self.low >= 0 and self.high <= 1

    @property
    def counted(self) -> bool:
        """Whether it merely counts the rows or is a key: consecutive or unique integers."""
        if self.kind != "number" or not self.whole or self.n < 3:
            return False
        present = self.values[~np.isnan(self.values)]
        steps = np.diff(present)
        return bool(np.all(steps == 1)) or (self.n_distinct == self.n and self.n > 20 and self.high - self.low > 20)

    @property
    def unique(self) -> bool:
        """Whether no two rows hold the same."""
        return self.missing == 0 and self.n_distinct == self.n

    def seen(self, part: str) -> ColumnSeen:
        """Return the column as it is shown to people."""
        number = self.kind == "number"
        labels = tuple(zip(self.labels, self.counts, strict=True))
        shown = labels if part == "split" else labels[:MOST_SHOWN]
        low, high = (self.low, self.high) if number else (None, None)
        return ColumnSeen(self.name, self.kind, self.n_distinct, shown, low, high, self.missing, part)


def profiles(sample: Sample) -> list[Profile]:
    """Return a profile per column of the sample."""
    found = [_profile(name, at, cells, sample.decimal) for at, (name, cells) in enumerate(sample.cells.items())]
    decisions = [
        each for each in found if len(each.labels) == 2 and names.is_decision(each.name) and each.counts[1] > 1
    ]
    return [replace(each, decides=any(_decides(each, other) for other in decisions)) for each in found]


def _decides(profile: Profile, decision: Profile) -> bool:
    if profile.kind != "number" or profile.n_distinct < 3 or profile.counted:
        return False
    keep = (decision.codes >= 0) & ~np.isnan(profile.values)
    return bool(keep.sum() >= 10) and splits(decision.codes[keep] == 0, profile.values[keep])


def _profile(name: str, position: int, cells: list[str], decimal: str) -> Profile:
    values, plain = _values(cells, decimal)
    infinite = np.isinf(values)
    number = ~np.isnan(values)
    count = int(np.count_nonzero(number))
    missing = len(cells) - count if plain else sum(map(is_missing, cells))
    filled = len(cells) - missing
    kind: Kind = "empty" if not filled else "number" if count >= 0.9 * filled else "text"
    finite = values[np.isfinite(values)] if kind == "number" else np.empty(0)
    labelled = _labelled_numbers(values, number) if count == filled else _labelled_cells(cells)
    values[infinite] = np.nan
    return Profile(
        name, position, kind, values, *labelled, missing,
        float(finite.min()) if finite.size else np.nan, float(finite.max()) if finite.size else np.nan,
        whole=bool(finite.size) and bool(np.all(finite == np.floor(finite))), cells=cells,
    )  # fmt: skip


def _values(cells: list[str], decimal: str) -> tuple[FloatArray, bool]:
    """Return the numbers in the cells, and whether all are plain numbers or empty; text is given up early."""
    try:
        if not any("_" in cell for cell in cells[:50]):
            return np.array([float(cell) if cell else np.nan for cell in cells]), True
    except ValueError:
        pass
    some = list(islice((cell for cell in cells if not is_missing(cell)), 200))
    trial, _ = parse_numbers(some, decimal=decimal)
    if np.count_nonzero(~np.isnan(trial)) < max(1, 0.5 * len(some)):
        return np.full(len(cells), np.nan), False
    return parse_numbers(cells, decimal=decimal)[0], False


Labelled = tuple[NDArray[np.int64], tuple[str, ...], tuple[int, ...], int]


def _labelled_numbers(values: FloatArray, number: NDArray[np.bool_]) -> Labelled:
    """Return codes, labels, their counts, and how many there are, of a column of numbers."""
    keys, inverse, counts = np.unique(values[number], return_inverse=True, return_counts=True)
    codes = np.full(len(values), -1)
    if len(keys) > MOST_LABELS:
        return codes, (), (), len(keys)
    order = np.argsort(-counts, kind="stable")
    codes[number] = np.argsort(order)[inverse]
    return codes, tuple(number_to_label(keys[at]) for at in order), tuple(counts[order].tolist()), len(keys)


def _labelled_cells(cells: list[str]) -> Labelled:
    """Return codes, labels, their counts, and how many there are, of a column of text."""
    spellings = Counter(cells)
    called = {cell: normalize_label(cell) for cell in spellings if not is_missing(cell)}
    counted: Counter[str] = Counter()
    for cell, each in called.items():
        counted[each] += spellings[cell]
    if len(counted) > MOST_LABELS:
        return np.full(len(cells), -1), (), (), len(counted)
    order = {each: at for at, (each, _) in enumerate(counted.most_common())}
    codes = {cell: order[called[cell]] if cell in called else -1 for cell in spellings}
    return np.array([codes[cell] for cell in cells]), tuple(order), tuple(counted[each] for each in order), len(counted)


def part_played(profile: Profile) -> str:
    """Return the role of a column beside truth and score, from its name and what it holds; "" for none."""
    suggested = names.role(profile.name)
    if suggested == "fold" and any(roles.stage(normalize_label) for normalize_label in profile.labels):
        suggested = "part"  # a column called split holds folds, or training and test rows
    number = profile.kind == "number"
    few = 2 <= profile.n_distinct <= MOST_LABELS
    fits = {
        "weight": number and profile.low >= 0,
        "weight?": number and profile.low >= 0 and profile.n_distinct > 2,
        "stack": few,
        "fold": few and (not number or profile.whole),
        "part": few and not number,
        "group": few,
        "id": profile.n_distinct > 2 and (profile.whole or not number),
    }
    if fits.get(suggested, False):
        return suggested
    return "id" if profile.counted and names.score_points(profile.name) < 2 else ""
