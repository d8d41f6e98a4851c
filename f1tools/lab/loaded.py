"""All rows of the columns that matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.readers.formats.table import Categorical, ColumnRequest, Table
from f1tools.readers.inference.profiles import ColumnProfile


@dataclass(frozen=True)
class Loaded:
    """Columns of a table, by name.

    Attributes
    ----------
    numbers : mapping to ndarray of float
        NaN where there is none.
    bad : mapping to int
        How many cells among the numbers hold something else.
    texts : mapping to Coded
    skipped : int
        Rows left out for their number of cells.
    """

    numbers: Mapping[str, FloatArray]
    bad: Mapping[str, int]
    texts: Mapping[str, Categorical]
    skipped: int


def load(table: Table, features: Sequence[ColumnProfile], named: Sequence[str]) -> Loaded:
    """Read features by their kind, and named columns as texts."""
    numbers = tuple(each.name for each in features if each.kind == "number")
    texts = (*named, *(each.name for each in features if each.kind != "number"))
    blocks = list(table.blocks(ColumnRequest(numbers, texts)))
    nothing = np.zeros(0, dtype=bool)
    return Loaded(
        {name: np.concatenate([block.numbers[name] for block in blocks]).astype(np.float64) for name in numbers},
        {name: sum(int(block.unparsable.get(name, nothing).sum()) for block in blocks) for name in numbers},
        {name: _joined(block.texts[name] for block in blocks) for name in texts},
        sum(block.n_skipped for block in blocks),
    )


def texts_of(table: Table, name: str) -> list[str]:
    """Read a column as texts."""
    coded = _joined(block.texts[name] for block in table.blocks(ColumnRequest((), (name,))))
    return [coded.labels[code] for code in coded.codes.tolist()]


def _joined(pieces: Iterable[Categorical]) -> Categorical:
    """Put pieces of one column together, whose codes are each piece's own."""
    known: dict[str, int] = {}
    codes = []
    for piece in pieces:
        new = [known.setdefault(each, len(known)) for each in piece.labels]
        codes.append(np.array([*new, -1], dtype=np.int32)[piece.codes])
    return Categorical(np.concatenate(codes), list(known))
