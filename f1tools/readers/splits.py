"""Files of repeated splits, recognised from a sample: the same rows again and again, each time parted anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from f1tools.readers import names, roles, vocabulary
from f1tools.readers.columns import Profile
from f1tools.readers.formats.parsing import is_missing, normalize_label
from f1tools.readers.formats.table import Categorical
from f1tools.readers.lacks import MOSTLY, Keyed, Lack, differing, of_names
from f1tools.readers.marked import Marked, marked
from f1tools.readers.result import Choices
from f1tools.readers.truths import BoolArray, Truth

IntArray = NDArray[np.intp]
MOST_REPEATS = 1000
LEAST_ROWS = 20


@dataclass(frozen=True)
class Different:
    """A column that by all names stacks the same rows, and what keeps them from being shown or compared."""

    split: str
    lack: Lack


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
        Its values that choose the threshold, which may be none, and those that report.
    lack : Lack or None
        What keeps the repeats from being compared, as far as the roles tell.
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
    lack: Lack | None
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
) -> Repeats | Different | None:
    """Return what says that a table holds its rows again and again; None where nothing does.

    A key shows it where the same rows have the same truth, and none comes twice in a repeat; where roles and keys say
    so and the rows differ, or nobody can tell the roles, that is told. Without a key, in a table that was seen as a
    whole, repeats that agree in their rows and positives show it, without roles in every single row.
    """
    columns = [each for each in found if parts[each.name] in ("part", "role")]
    role = marked(columns, given)
    proofs = [truth.usable & each for each in role.proofs()] if role is not None else [truth.usable]
    fresh = truth.usable if whole else _first_of_its_kind(found)
    taken = {truth.name, *replace(given, split=None).columns()}
    different = None
    for split in _columns(found, parts, with_folds=role is not None and role.lack is None):
        codes, values = coded(split)
        if split.name in taken or given.split not in (None, split.name) or not 1 <= len(values) <= MOST_REPEATS:
            continue
        rows = [fresh & each & (codes >= 0) for each in proofs]
        seen = _stacked(split.name, values, codes, role, rows[0], truth, whole=whole)
        for each in rows:
            shown = _shown(replace(seen, used=each), found, parts, truth)
            if shown is not None and columns and role is None:
                return Different(split.name, of_names(columns[0].name, columns[0].labels))
            if shown is not None and not _tested_once(replace(shown, used=rows[0]), found):
                return replace(shown, used=rows[0])
            different = different or _different(replace(seen, used=each), found, parts, truth)
    return different


def _stacked(
    split: str, values: tuple[str, ...], codes: IntArray, role: Marked | None, used: BoolArray, truth: Truth,
    *, whole: bool,
) -> Repeats:  # fmt: skip
    """Return what a column would show if its parts were the same rows."""
    once = int(np.count_nonzero(used)) // len(values)
    if role is None:
        return Repeats(split, values, codes, None, None, None, None, used, (truth.usable,), once, whole)
    called, parts = role.column.name, role.parts()
    return Repeats(split, values, codes, called, role.sides, role.lack, None, used, parts, once, whole)


def _tested_once(seen: Repeats, found: Sequence[Profile]) -> bool:
    """Say whether the rows that report are others in each part, so that these are folds: together all rows."""
    if seen.lack is None or seen.key is None or not seen.whole:
        return False
    codes, _ = coded(next(each for each in found if each.name == seen.key))
    rows = codes[seen.used & (codes >= 0)]
    return len(seen.names) > 1 and bool(np.unique(rows).size == rows.size)


def _different(seen: Repeats, found: Sequence[Profile], parts: dict[str, str], truth: Truth) -> Different | None:
    """Return what differs in rows that names, roles and keys say to be the same; None where they don't say so."""
    if seen.role is None or " ".join(names.tokens(seen.split)) not in vocabulary.REPEATS:
        return None
    sides = (truth.pos_label, truth.neg_label or f"not {truth.pos_label}")
    repeats = Categorical(np.where(seen.used, seen.codes, -1).astype(np.int32), list(seen.names))
    for key in found:
        if parts[key.name] == "id" and key.name != seen.split:
            codes, values = coded(key)
            keys = Categorical(codes.astype(np.int32), list(values))
            rows = Keyed(key.name, keys, seen.split, repeats, truth.positive, sides)
            lack = differing(rows, mostly=MOSTLY if seen.whole else 0)
            if lack is not None:
                return Different(seen.split, lack)
    return None


def _columns(found: Sequence[Profile], parts: dict[str, str], *, with_folds: bool) -> Iterator[Profile]:
    """Yield the columns whose name is that of a repeat, then those of folds that each hold all rows."""
    plain = {each.name: " ".join(names.tokens(each.name)) for each in found}
    yield from (each for each in found if plain[each.name] in vocabulary.REPEATS)
    if with_folds:
        yield from (each for each in found if parts[each.name] == "fold")


def coded(profile: Profile) -> tuple[IntArray, tuple[str, ...]]:
    """Return codes and labels of a column that may have more of them than a profile keeps, in their order."""
    called = {cell: normalize_label(cell) for cell in dict.fromkeys(profile.cells) if not is_missing(cell)}
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
    codes, values = coded(key)
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
