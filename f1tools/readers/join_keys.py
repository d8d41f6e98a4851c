"""Keys of two tables: the columns whose values, alone or together, identify a row in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from f1tools.readers.formats.table import normalize_label, number_to_label
from f1tools.readers.inference import names

MIN_OVERLAP = 0.5  # share of the smaller table whose keys are in the other one
CLEAR_OVERLAP = 0.9  # the same for columns with different names
MAX_COLUMNS = 6
_SIDES = (("_l", "_r"), ("_left", "_right"), ("_a", "_b"), ("_1", "_2"), ("1", "2"))

Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class JoinKey:
    """Columns that may identify a row in two tables.

    Attributes
    ----------
    columns : tuple of (str, str)
        The columns of the first and of the second table, in pairs.
    codes : pair of int64 array
        A number from 0 on for each row of the first and of the second table; rows with the same values have the same.
    """

    columns: tuple[tuple[str, str], ...]
    codes: tuple[Codes, Codes]

    @property
    def n_distinct(self) -> int:
        """Number of distinct keys in the table that has fewer."""
        return min(int(np.count_nonzero(np.bincount(each))) for each in self.codes)

    @property
    def is_unique(self) -> bool:
        """Whether no key occurs twice in a table."""
        return all(int(np.bincount(each).max()) == 1 for each in self.codes)

    @property
    def overlap(self) -> float:
        """Share of the rows of the smaller table whose key is in the other one."""
        return self.matches()[0].size / min(each.size for each in self.codes)

    def matches(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the rows of both tables whose key is in both, in the order of the first."""
        one, two = self.codes
        row_of = np.full(1 + max(int(one.max()), int(two.max())), -1, dtype=np.intp)
        row_of[two] = np.arange(two.size)
        rows = row_of[one]
        return np.flatnonzero(rows >= 0), rows[rows >= 0]


def find_key(one: pa.Table, two: pa.Table) -> JoinKey | None:
    """Return the columns that identify a row in both tables; None where rows are matched by order.

    One column with the same name in both is preferred; then several of these together, where two records that are
    compared may come in either order (`id_l` and `id_r`); then two columns of ids with different names. A key has all
    shared columns of ids in which the rows that it matches differ.
    """
    keys = [key for pair in shared_columns(one, two) if (key := _key(one, two, pair)) is not None]
    single = max((key for key in keys if key.is_unique), key=lambda key: key.overlap, default=None)
    if single is not None and single.overlap >= MIN_OVERLAP:
        if (complete := _with_other_ids(one, two, single, keys)) is not single:
            return complete
        is_exact = one.num_rows != two.num_rows or single.overlap >= 0.999
        return single if is_exact or not names.is_row_number_name(single.columns[0][0]) else None
    several = [each for each in (_several(keys), _unordered(one, two, keys)) if each is not None and each.is_unique]
    joint = max(several, key=lambda key: key.overlap, default=None)
    if joint is not None and joint.overlap >= MIN_OVERLAP:
        return _with_other_ids(one, two, joint, keys)
    ids = [[name for name in table.column_names if names.suggested_role(name) == "id"] for table in (one, two)]
    others = [key for a in ids[0] for b in ids[1] if (key := _key(one, two, (a, b))) is not None and key.is_unique]
    other = max(others, key=lambda key: key.overlap, default=None)
    return other if other is not None and other.overlap >= CLEAR_OVERLAP else None


def id_key(one: pa.Table, two: pa.Table) -> JoinKey | None:
    """Return a column of ids of two tables that identifies a row in each, however few of them match."""
    ids = [pair for pair in shared_columns(one, two) if names.suggested_role(pair[0]) == "id"]
    keys = (_key(one, two, pair) for pair in ids if not names.is_row_number_name(pair[0]))
    return next((key for key in keys if key is not None and key.is_unique), None)


def shared_columns(one: pa.Table, two: pa.Table) -> list[tuple[str, str]]:
    """Return the columns of two tables that have the same name in both, in any case."""
    by_name = {name.casefold(): name for name in two.column_names}
    return [(name, by_name[name.casefold()]) for name in one.column_names if name.casefold() in by_name]


def count_differences(one: pa.ChunkedArray, two: pa.ChunkedArray) -> int:
    """Return in how many rows labels or whole numbers differ; 0 for measurements and where one is missing."""
    return int(np.count_nonzero(np.not_equal(*_encode((one, two))))) if all(map(_is_discrete, (one, two))) else 0


def _with_other_ids(one: pa.Table, two: pa.Table, key: JoinKey, keys: Sequence[JoinKey]) -> JoinKey:
    """Return a key with the shared columns of ids in which the rows that it matches differ.

    The second of two records that are compared always belongs to the key; an id that differs nearly everywhere, such as
    that of a run, does not.
    """
    records = _unordered(one, two, keys)
    records = None if records is None or not set(key.columns) & set(records.columns) else records
    sides = () if records is None else records.columns
    rows = key.matches()
    others = [
        each
        for each in keys
        if not set(each.columns) <= set(key.columns)
        and (names.suggested_role(each.columns[0][0]) == "id" or each.columns[0] in sides)
        and not names.is_row_number_name(each.columns[0][0])
        and np.any(each.codes[0][rows[0]] != each.codes[1][rows[1]])
    ]
    complete = key
    for each in others:
        complete = JoinKey(complete.columns + each.columns, _pair(_joint(complete.codes, each.codes)))
    if records is not None and records.is_unique and records.overlap > complete.overlap:
        return records
    return complete if complete.overlap >= MIN_OVERLAP or records is not None else key


def _key(one: pa.Table, two: pa.Table, column: tuple[str, str]) -> JoinKey | None:
    """Return the key of one column; None where a value is missing, or is a measurement."""
    values = one[column[0]], two[column[1]]
    return JoinKey((column,), _pair(_encode(values))) if all(map(_is_discrete, values)) else None


def _is_discrete(column: pa.ChunkedArray) -> bool:
    is_discrete = column.type == pa.string() or pc.all(pc.equal(column, pc.floor(column))).as_py()
    return bool(is_discrete) and not column.null_count and len(column) > 0


def _encode(columns: Sequence[pa.ChunkedArray]) -> list[Codes]:
    """Return the same number for the same value in all columns; if some hold text, 1, 1.0 and "1" are the same."""
    if len({column.type for column in columns}) > 1:
        columns = [as_labels(column) for column in columns]
    joined = pa.chunked_array([chunk for column in columns for chunk in column.chunks]).combine_chunks()
    return _split(joined.dictionary_encode().indices.to_numpy(), [len(column) for column in columns])


def as_labels(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as labels, in which 1, 1.0 and "1" are the same; missing values stay missing."""
    encoded = column.combine_chunks().dictionary_encode()
    normalize = normalize_label if column.type == pa.string() else number_to_label
    labels = pa.array([normalize(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([labels.take(encoded.indices)])


def _joint(one: Sequence[Codes], other: Sequence[Codes]) -> list[Codes]:
    """Return the codes of pairs of values."""
    size = 1 + max(int(codes.max()) for codes in other)
    pairs = np.concatenate([a * size + b for a, b in zip(one, other, strict=True)])
    return _split(np.unique(pairs, return_inverse=True)[1], [each.size for each in one])


def _split(codes: NDArray[np.integer], sizes: Sequence[int]) -> list[Codes]:
    return np.split(codes.astype(np.int64), np.cumsum(sizes)[:-1])


def _pair(codes: Sequence[Codes]) -> tuple[Codes, Codes]:
    return codes[0], codes[1]


def _several(keys: Sequence[JoinKey]) -> JoinKey | None:
    """Return the first columns that are unique together, of those with the most distinct values."""
    joint: JoinKey | None = None
    for key in sorted(keys, key=lambda key: -key.n_distinct)[:MAX_COLUMNS]:
        joint = key if joint is None else JoinKey(joint.columns + key.columns, _pair(_joint(joint.codes, key.codes)))
        if joint.is_unique:
            return joint
    return None


def _unordered(one: pa.Table, two: pa.Table, keys: Sequence[JoinKey]) -> JoinKey | None:
    """Return the key of two records that are compared, in either order; None where no columns have two sides."""
    columns = dict(column for key in keys for column in key.columns)
    sides: list[tuple[str, str]] = []
    for left, right in _SIDES:
        pairs = [(name, name.removesuffix(left) + right) for name in columns if name.endswith(left)]
        sides = sides or [pair for pair in pairs if pair[1] in columns]
    records: list[Codes] = []  # the left side of both tables, then the right one
    for left, right in sides:
        codes = _encode([one[left], two[columns[left]], one[right], two[columns[right]]])
        records = _joint(records, codes) if records else codes
    if not records:
        return None
    ends = list(zip(records[:2], records[2:], strict=True))
    codes = _joint([np.minimum(*each) for each in ends], [np.maximum(*each) for each in ends])
    return JoinKey(tuple((name, columns[name]) for pair in sides for name in pair), _pair(codes))
