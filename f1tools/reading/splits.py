"""Files of repeated splits, recognised from a sample: the same rows again and again, each time parted anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from f1tools.reading import names, roles, vocabulary
from f1tools.reading.cells import is_missing, label
from f1tools.reading.columns import Profile
from f1tools.reading.load import Loaded
from f1tools.reading.result import Choices
from f1tools.reading.truths import BoolArray, Truth

IntArray = NDArray[np.intp]
MOST_REPEATS = 1000
LEAST_ROWS = 20


@dataclass(frozen=True, eq=False)
class Repeats:
    """What a sample shows of repeated splits.

    Attributes
    ----------
    split : str
        The column that says which repeat a row is from.
    names : tuple of str
        Its values, in the order in which they come.
    codes : int array
        Index into `names` per row of the sample, -1 where there is none.
    role : str or None
        The column that says what a row served for in its repeat.
    sides : Sides or None
        Its values that choose the threshold, and those that report.
    key : str or None
        The column that names a row, the same in every repeat.
    used : bool array
        The rows of the sample that choose or report.
    parts : tuple of bool array
        Those that choose, and those that report; without roles all of them.
    distinct : int
        About how many different rows the sample holds of those.
    whole : bool
        Whether the sample is the whole table, so that the rows have been seen to be the same. Otherwise `same_rows`
        tells when the table has been read.
    """

    split: str
    names: tuple[str, ...]
    codes: IntArray
    role: str | None
    sides: roles.Sides | None
    key: str | None
    used: BoolArray
    parts: tuple[BoolArray, ...]
    distinct: int
    whole: bool

    @property
    def least_share(self) -> float:
        """The share of all rows that a repeat holds at least: with roles, some may sit a repeat out."""
        return 0.1 if self.role is not None else 0.5


def find(
    found: Sequence[Profile], parts: dict[str, str], truth: Truth, given: Choices, *, whole: bool
) -> Repeats | None:
    """Return what says that a table holds its rows again and again; None where nothing does.

    A key shows it where the same rows have the same truth, and none comes twice in a repeat. Without a key, in a table
    that was seen as a whole, repeats that agree in their rows and positives show it, without roles in every single row.
    """
    marked = [(each, _sides(each, given)) for each in found if parts[each.name] in ("part", "role")]
    role, sides = next((each for each in marked if each[1] is not None), (None, None))
    if marked and role is None:
        return None
    used = truth.usable
    parted: tuple[BoolArray, ...] = (used,)
    if role is not None and sides is not None:
        parted = tuple(
            np.isin(role.codes, [at for at, each in enumerate(role.labels) if each in side]) for side in sides
        )
        used = used & np.logical_or(*parted)
    if not whole:
        used = used & _first_of_its_kind(found)
    taken = {truth.name, *replace(given, split=None).columns()}
    for split in _columns(found, parts, with_folds=role is not None):
        if split.name in taken or given.split not in (None, split.name):
            continue
        codes, values = _coded(split)
        if not 1 <= len(values) <= MOST_REPEATS:
            continue
        called = role.name if role is not None else None
        rows = used & (codes >= 0)
        once = int(np.count_nonzero(rows)) // len(values)
        seen = Repeats(split.name, values, codes, called, sides, None, rows, parted, once, whole)
        if (shown := _shown(seen, found, parts, truth)) is not None:
            return shown
    return None


def _sides(column: Profile, given: Choices) -> roles.Sides | None:
    """Return the values of a column that choose and that report: those given, else those that say so."""
    if given.role is None:
        return roles.sides(column.labels)
    if column.name != given.role:
        return None
    return roles.Sides(*(tuple(label(each) for each in side) for side in (given.tune, given.report)))


def _columns(found: Sequence[Profile], parts: dict[str, str], *, with_folds: bool) -> Iterator[Profile]:
    """Yield the columns whose name is that of a repeat, then those of folds that each hold all rows."""
    plain = {each.name: " ".join(names.tokens(each.name)) for each in found}
    yield from (each for each in found if plain[each.name] in vocabulary.REPEATS)
    if with_folds:
        yield from (each for each in found if parts[each.name] == "fold")


def _coded(profile: Profile) -> tuple[IntArray, tuple[str, ...]]:
    """Return codes and labels of a column that may have more of them than a profile keeps, in their order."""
    called = {cell: label(cell) for cell in dict.fromkeys(profile.cells) if not is_missing(cell)}
    values = tuple(dict.fromkeys(called.values()))
    place = {value: at for at, value in enumerate(values)}
    return np.array([place[called[cell]] if cell in called else -1 for cell in profile.cells], dtype=np.intp), values


def _first_of_its_kind(found: Sequence[Profile]) -> BoolArray:
    """Return the rows that do not repeat one before: pieces of a small row group may overlap in a sample."""
    rows = list(zip(*(each.cells for each in found), strict=True))
    first = {row: at for at, row in reversed(list(enumerate(rows)))}
    fresh = np.zeros(len(rows), dtype=np.bool_)
    fresh[list(first.values())] = True
    return fresh


def _shown(seen: Repeats, found: Sequence[Profile], parts: dict[str, str], truth: Truth) -> Repeats | None:
    """Return the repeats with the key that shows them, or without one where there is none."""
    plain = " ".join(names.tokens(seen.split))
    if len(seen.names) == 1 and not (plain in vocabulary.ONE_REPEAT and seen.role is not None):
        return None
    keys = [each for each in found if parts[each.name] == "id" and each.name != seen.split]
    for key in keys:
        if distinct := _by_key(seen, key, truth):
            return replace(seen, key=key.name, distinct=distinct)
    stacks = [each for each in found if names.role(each.name) in ("stack", "fold") and parts[each.name] != "part"]
    alone = all(names.counts_rows(each.name) for each in keys) and len(stacks) == 1
    likely = alone and plain in vocabulary.REPEATS and (_without_key(seen, truth) if seen.whole else True)
    return seen if likely else None


def _by_key(seen: Repeats, key: Profile, truth: Truth) -> int:
    """Return how many different rows a key names; 0 where the parts are not the same rows by it."""
    codes, values = _coded(key)
    rows = np.flatnonzero(seen.used & (codes >= 0))
    pairs = codes[rows] * len(seen.names) + seen.codes[rows]
    if np.unique(pairs).size < rows.size:
        return 0
    times = np.bincount(codes[rows], minlength=len(values))
    positive = np.bincount(codes[rows], weights=truth.positive[rows], minlength=len(values))
    distinct = int(np.count_nonzero(times))
    if not np.all((positive == 0) | (positive == times)):
        return 0
    if not seen.whole or len(seen.names) == 1:
        return distinct
    shared = times > 1
    both = bool(positive[shared].any()) and not bool(positive[shared].all())
    return distinct if both and enough(seen, rows.size, len(seen.names), distinct) else 0


def enough(seen: Repeats, rows: int, repeats: int, distinct: int) -> bool:
    """Say whether repeats hold so many rows of so few different ones that these must be the same again."""
    return repeats == 1 or rows >= max(seen.least_share, 1.5 / repeats) * repeats * distinct


def _without_key(seen: Repeats, truth: Truth) -> bool:
    members = [truth.positive[seen.used & (seen.codes == code)] for code in range(len(seen.names))]
    first = members[0]
    if seen.role is None:
        return len(first) >= LEAST_ROWS and all(np.array_equal(each, first) for each in members)
    return len(first) >= LEAST_ROWS and all((len(each), each.sum()) == (len(first), first.sum()) for each in members)


def same_rows(seen: Repeats, loaded: Loaded, used: BoolArray | None = None) -> bool:
    """Say whether the table, now that all its rows were read, holds the same ones again in every repeat.

    Parameters
    ----------
    seen : Repeats
        What the sample showed.
    loaded : Loaded
        The rows of one repeat or of all, with the labels of key and repeat. The labels are those of the whole table,
        whichever rows were left out.
    used : bool array, optional
        The loaded rows that choose or report; all of them by default.
    """
    if seen.whole:
        return True
    if seen.key is None or seen.key not in loaded.labels:
        return False
    key, split = loaded.labels[seen.key], loaded.labels[seen.split]
    there = (key.codes >= 0) & (split.codes >= 0)
    rows = np.flatnonzero(there if used is None else there & used)
    taken = np.unique(split.codes[rows]).size
    pairs = key.codes[rows].astype(np.int64) * len(split.labels) + split.codes[rows]
    if taken == 0 or np.unique(pairs).size < rows.size:
        return False
    return enough(seen, int(rows.size / taken * len(split.labels)), len(split.labels), len(key.labels))


class Again(NamedTuple):
    """What became of a table that holds its rows again and again.

    Attributes
    ----------
    split : str
        The column that says which repeat a row is from.
    shown : str or None
        The only repeat that was taken; None where all are pooled.
    times : int
        Repeats.
    role : str or None
        The column that says what a row served for, where there is one.
    """

    split: str
    shown: str | None
    times: int
    role: str | None


def again_in(seen: Repeats | None, chosen: Choices, loaded: Loaded) -> Again | None:
    """Return what became of repeated splits; None where the rows are not the same again, or that cannot be told."""
    if seen is None or (chosen.split is None and not seen.whole):
        return None
    if chosen.split is None:
        return Again(seen.split, None, len(seen.names), seen.role)
    if not same_rows(seen, loaded):
        return None
    return Again(seen.split, chosen.split_value, len(loaded.labels[seen.split].labels), seen.role)
