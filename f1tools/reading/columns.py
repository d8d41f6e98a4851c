"""What each column of a sample holds: numbers or labels, how many different ones, and the part it plays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from f1tools.reading import names
from f1tools.reading.cells import FloatArray, is_missing, label, number_label, numbers
from f1tools.reading.result import ColumnSeen
from f1tools.reading.table import Sample

MOST_LABELS = 60
Kind = Literal["number", "text", "empty"]


@dataclass(frozen=True, eq=False)
class Profile:
    """A column of the sample.

    Attributes
    ----------
    values : float64 array
        The cells as numbers, NaN where they are none.
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
        shown = tuple(zip(self.labels, self.counts, strict=True))[:12]
        low, high = (self.low, self.high) if number else (None, None)
        return ColumnSeen(self.name, self.kind, self.n_distinct, shown, low, high, self.missing, part)


def profiles(sample: Sample) -> list[Profile]:
    """Return a profile per column of the sample."""
    return [_profile(name, at, cells, sample.decimal) for at, (name, cells) in enumerate(sample.cells.items())]


def _profile(name: str, position: int, cells: list[str], decimal: str) -> Profile:
    filled = [cell for cell in cells if not is_missing(cell)]
    values = _values(cells, len(filled), decimal)
    count = int(np.count_nonzero(~np.isnan(values)))
    kind: Kind = "empty" if not filled else "number" if count >= 0.9 * len(filled) else "text"
    present = values[~np.isnan(values)] if kind == "number" else np.array([])
    finite = present[np.isfinite(present)]
    if kind == "number" and count == len(filled):
        keys, tally = np.unique(present, return_counts=True)
        counted = Counter(
            {number_label(k): int(c) for k, c in zip(keys[: MOST_LABELS + 1], tally[: MOST_LABELS + 1], strict=True)}
        )
        n_distinct = len(keys)
    else:
        counted = Counter(map(label, filled))
        n_distinct = len(counted)
    few = counted.most_common() if n_distinct <= MOST_LABELS else []
    return Profile(
        name, position, kind, values, _codes(cells, values, [each for each, _ in few]),
        tuple(each for each, _ in few), tuple(times for _, times in few), n_distinct, len(cells) - len(filled),
        float(finite.min()) if finite.size else np.nan, float(finite.max()) if finite.size else np.nan,
        whole=bool(finite.size) and bool(np.all(finite == np.floor(finite))), cells=cells,
    )  # fmt: skip


def _values(cells: list[str], filled: int, decimal: str) -> FloatArray:
    """Return the numbers in the cells; columns of text are given up early."""
    try:
        if not any("_" in cell for cell in cells[:50]):
            return np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        pass
    some = [cell for cell in cells if not is_missing(cell)][:200]
    trial, _ = numbers(some, decimal=decimal)
    if filled == 0 or np.count_nonzero(~np.isnan(trial)) < 0.5 * len(some):
        return np.full(len(cells), np.nan)
    return numbers(cells, decimal=decimal)[0]


def _codes(cells: list[str], values: FloatArray, labels: list[str]) -> NDArray[np.int64]:
    if not labels:
        return np.full(len(cells), -1)
    index = {each: at for at, each in enumerate(labels)}
    known: dict[str, int] = {}
    codes = []
    for cell in cells:
        code = known.get(cell)
        if code is None:
            code = known[cell] = -1 if is_missing(cell) else index[label(cell)]
        codes.append(code)
    return np.array(codes)


def part_played(profile: Profile) -> str:
    """Return the role of a column beside truth and score, from its name and what it holds; "" for none."""
    suggested = names.role(profile.name)
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
