"""Truth in one file, scores in another: put side by side by a shared key, else row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from f1tools.core.errors import InvalidPredictions
from f1tools.core.progress import ignore_progress
from f1tools.readers.formats import Readable, open_table
from f1tools.readers.formats.arrow import ArrowTable, InMemoryBatches
from f1tools.readers.formats.table import Categorical, Progress
from f1tools.readers.names import counts_rows
from f1tools.readers.read import read_table
from f1tools.readers.result import Choices, Reading
from f1tools.readers.side import Side, arrow_column, is_key, keys_of, load_side

if TYPE_CHECKING:
    import pyarrow as pa

    from f1tools.readers.side import Column

MOST_SHARED = 0.5


def join_predictions(
    first: Readable,
    second: Readable,
    *,
    names: tuple[str | None, str | None] = (None, None),
    key: str | None = None,
    choices: Choices | None = None,
    on_progress: Progress = ignore_progress,
) -> Reading:
    """Read predictions whose truth and scores are in two files.

    Rows belong together by a column of one name in both that is unique in each; without one, row by row if the
    files are equally long.

    Parameters
    ----------
    first, second : path, bytes, binary file or DataFrame
        In either order.
    names : pair of str, optional
        What to call them.
    key : str, optional
        The column to join by.
    choices : Choices, optional
        About the joined table, where a column of the second file that the first has too is called `name (file)`.
    on_progress : callable, optional
        Called with the share done, from 0 to 1.

    Returns
    -------
    Reading
        Of the joined table. Rows that only one file has are counted among the dropped.

    Raises
    ------
    InvalidPredictions
        If the files have no key in common and differ in length, or one of them is no table.
    """
    one = load_side(open_table(first, names[0]), lambda done: on_progress(0.3 * done))
    two = load_side(open_table(second, names[1]), lambda done: on_progress(0.3 + 0.3 * done))
    if one.name == two.name:
        one, two = replace(one, name="the first file"), replace(two, name="the second file")
    sides = (two, one) if _truth_second(one, two) else (one, two)
    table, dropped = _joined(sides[0], sides[1], key)
    reading = read_table(
        table, choices or Choices(), on_progress=lambda done: on_progress(0.6 + 0.4 * done), extras=True
    )
    skipped = sides[0].skipped + sides[1].skipped
    lost = {**dropped, **({"wrong number of cells": skipped} if skipped else {})}
    return replace(reading, dropped={**lost, **reading.dropped}, n_rows=reading.n_rows + sum(lost.values()))


def _truth_second(first: Side, second: Side) -> bool:
    """Say whether a column of one name is the truth in the second file and a score in the first."""
    return any(
        _few(second.columns[name]) and not _few(column)
        for name, column in first.columns.items()
        if name in second.columns
    )


def _few(column: Column) -> bool:
    return len(column.labels if isinstance(column, Categorical) else np.unique(column)) <= 2


def _joined(first: Side, second: Side, key: str | None) -> tuple[ArrowTable, dict[str, int]]:
    found = shared_key(first, second, key)
    dropped: dict[str, int] = {}
    rows: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None
    if found is not None:
        keys = [keys_of(side.columns[name]) for side, name in zip((first, second), found, strict=True)]
        _, one, two = np.intersect1d(keys[0], keys[1], assume_unique=True, return_indices=True)
        order = np.argsort(one)
        rows = one[order], two[order]
        lost = ((first, first.n_rows - len(one)), (second, second.n_rows - len(two)))
        dropped = {f"only in {side.name}": count for side, count in lost if count}
        how = f"joined by {found[0]}"
    elif first.n_rows == second.n_rows:
        how = "joined row by row"
    else:
        raise InvalidPredictions(
            f"{first.name} has {first.n_rows:,} rows and {second.name} has {second.n_rows:,}, "
            "and no column is a key of both. Bring files of the same rows, or with a shared unique key."
        )
    table = _arrow(first, second, rows, found)
    return ArrowTable(
        f"{first.name} + {second.name}", f"{first.layout} + {second.layout}, {how}", InMemoryBatches(table)
    ), dropped


def shared_key(first: Side, second: Side, key: str | None = None) -> tuple[str, str] | None:
    """Return the names of a column that identifies rows in both; None where rows belong together by their order."""
    there = {name.casefold(): name for name in second.columns}
    if key is not None:
        pair = next(
            ((name, there[name.casefold()]) for name in first.columns if name.casefold() == key.casefold() in there),
            None,
        )
        if pair is None or not all(
            is_key(side.columns[name]) for side, name in zip((first, second), pair, strict=True)
        ):
            raise InvalidPredictions(
                f"{key} is not a unique key of both {first.name} and {second.name}. Choose another column."
            )
        return pair
    shared = [(name, there[name.casefold()]) for name in first.columns if name.casefold() in there]
    pairs = [(a, b) for a, b in shared if is_key(first.columns[a]) and is_key(second.columns[b])]
    overlaps = [(_overlap(first.columns[a], second.columns[b]), (a, b)) for a, b in pairs]
    best = max(overlaps, default=(0.0, None), key=lambda each: each[0])
    enough = 0.999 if first.n_rows == second.n_rows else MOST_SHARED
    return (
        best[1]
        if best[0] >= enough or (best[1] is not None and best[0] >= MOST_SHARED and not counts_rows(best[1][0]))
        else None
    )


def _overlap(one: Column, other: Column) -> float:
    if isinstance(one, Categorical) != isinstance(other, Categorical):
        return 0.0
    keys = keys_of(one), keys_of(other)
    return len(np.intersect1d(*keys, assume_unique=True)) / max(1, min(map(len, keys)))


def _arrow(first: Side, second: Side, rows: Sequence[NDArray[np.intp]] | None, key: tuple[str, str] | None) -> pa.Table:
    import pyarrow as pa

    columns = {}
    for at, side in enumerate((first, second)):
        for name, column in side.columns.items():
            if at and key is not None and name == key[1]:
                continue
            called = f"{name} ({side.name})" if name in columns else name
            columns[called] = arrow_column(column, None if rows is None else rows[at])
    return pa.table(columns)
