"""Two files of different rows, each with truth and scores: one below the other, one to choose on, one to report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from f1tools.core.errors import InvalidPredictions
from f1tools.core.progress import ignore_progress
from f1tools.readers import roles
from f1tools.readers.formats import Readable, open_table
from f1tools.readers.formats.arrow import ArrowTable, InMemoryBatches
from f1tools.readers.formats.parsing import FloatArray, number_to_label
from f1tools.readers.formats.table import Categorical, Progress, Table
from f1tools.readers.given import complete
from f1tools.readers.join import shared_key
from f1tools.readers.read import read_table
from f1tools.readers.result import Choices, Reading
from f1tools.readers.side import Side, arrow_column, keys_of, load_side
from f1tools.readers.understand import Understanding, understand

if TYPE_CHECKING:
    import pyarrow as pa

    from f1tools.readers.side import Column

Names = tuple[str | None, str | None]
SAME_ROWS = 0.9


def stackable(first: Readable, second: Readable, *, names: Names = (None, None)) -> bool:
    """Say whether two files are complete each, have the same columns and hold different rows.

    Files of the same rows, be they truth and scores or two models, are for `join_predictions`. Files of repeated splits
    have all roles in themselves, so that none goes below another.

    Parameters
    ----------
    first, second : path, bytes, binary file or DataFrame
        In either order.
    names : pair of str, optional
        What to call them.

    Raises
    ------
    InvalidPredictions
        If one of them is no table.
    """
    tables = open_table(first, names[0]), open_table(second, names[1])
    one, two = (understand(table.sample(), Choices()) for table in tables)
    if one.repeats is not None or two.repeats is not None:
        return False
    if {column.name for column in one.columns} != {column.name for column in two.columns}:
        return False
    if not (one.drafts and two.drafts and _alike(one, two)):
        return False
    return not _same_rows(tables, one, two)


def _alike(one: Understanding, two: Understanding) -> bool:
    """Say whether two files mean the same columns; of a doubtful one any way to read it that was found will do."""
    ways = [{_meaning(draft.choices) for draft in seen.drafts} for seen in (one, two)]
    tops = [_meaning(seen.drafts[0].choices) for seen in (one, two)]
    return tops[0] in ways[1] or tops[1] in ways[0]


def _meaning(choices: Choices) -> Choices:
    return Choices(choices.truth, choices.scores, choices.pos_label, choices.neg_label)


def _same_rows(tables: tuple[Table, Table], one: Understanding, two: Understanding) -> bool:
    """Say whether rows that would be put side by side have the same truth, more than chance would have it."""
    truth = one.drafts[0].choices.truth or ""
    unique = [{profile.name for profile in seen.profiles if profile.unique} for seen in (one, two)]
    first, second = (load_side(table, only={truth, *(unique[0] & unique[1])}) for table in tables)
    key = shared_key(first, second)
    values = [keys_of(side.columns[truth]) for side in (first, second)]
    if key is not None:
        keys = [keys_of(side.columns[name]) for side, name in zip((first, second), key, strict=True)]
        _, *at = np.intersect1d(keys[0], keys[1], assume_unique=True, return_indices=True)
        values = [each[rows] for each, rows in zip(values, at, strict=True)]
    elif first.n_rows != second.n_rows:
        return False
    by_chance = sum(np.mean(values[0] == label) * np.mean(values[1] == label) for label in np.unique(values[0]))
    return bool(np.mean(values[0] == values[1]) - by_chance >= SAME_ROWS * (1 - by_chance))


def stack_predictions(
    first: Readable,
    second: Readable,
    *,
    names: Names = (None, None),
    choices: Choices | None = None,
    on_progress: Progress = ignore_progress,
) -> Reading:
    """Read two files of different rows: the threshold is chosen on the one, and the other tells what it is worth.

    Parameters
    ----------
    first, second : path, bytes, binary file or DataFrame
        A file whose name says test, holdout or the like reports; else the second one does.
    names : pair of str, optional
        What to call them.
    choices : Choices, optional
        About the table of all rows, where a further column says which file a row is from. With truth and scores
        given, nothing is added to them: without a role all rows are pooled.
    on_progress : callable, optional
        Called with the share done, from 0 to 1.

    Returns
    -------
    Reading
        Of the table of all rows. "sure" if each file alone would be, unless one of them is called train.

    Raises
    ------
    InvalidPredictions
        If one of them is no table, or the choices do not fit.
    """
    tables = open_table(first, names[0]), open_table(second, names[1])
    one = load_side(tables[0], lambda done: on_progress(0.3 * done))
    two = load_side(tables[1], lambda done: on_progress(0.3 + 0.3 * done))
    if one.name == two.name:
        one, two = replace(one, name="the first file"), replace(two, name="the second file")
    stack = _stacked(one, two)
    given = choices or Choices()
    found = None
    if not complete(given) and given.role is None and given.split is None:
        alone = [understand(table.sample(), given) for table in tables]
        for table, seen in zip(tables, alone, strict=True):
            if seen.repeats is not None:
                raise InvalidPredictions(
                    f"{table.name} holds the same rows again for each {seen.repeats.split}, so that rows of another "
                    "file don't go below them. Bring it alone."
                )
        found = _Found(stack.column, roles.of_two(one.name, two.name), {one.name: alone[0], two.name: alone[1]})
        given = found.choices(given)
    reading = read_table(stack.table, given, on_progress=lambda done: on_progress(0.6 + 0.4 * done), extras=True)
    skipped = one.skipped + two.skipped
    lost = {"wrong number of cells": skipped} if skipped else {}
    reading = replace(reading, dropped={**lost, **reading.dropped}, n_rows=reading.n_rows + skipped)
    return reading if found is None else found.asked(reading)


@dataclass(frozen=True, eq=False)
class _Found:
    """What two files show by themselves: their roles, and how each alone is understood."""

    column: str
    sides: roles.Sides
    alone: dict[str, Understanding]

    def choices(self, given: Choices) -> Choices:
        """Return the roles, with everything else where both files agree on it beyond doubt."""
        one, two = self.alone.values()
        agreed = one.outcome == two.outcome == "sure" and _alike(one, two)
        return replace(
            one.drafts[0].choices if agreed else given,
            role=self.column, tune=self.sides.tune, report=self.sides.report,
        )  # fmt: skip

    def asked(self, reading: Reading) -> Reading:
        """Ask where a file alone leaves a doubt, or its name says that its rows trained the model."""
        trained = [name for name in self.alone if roles.stage(name) == "train"]
        doubtful = [name for name, seen in self.alone.items() if seen.outcome != "sure"]
        if reading.outcome != "sure" or not (trained or doubtful):
            return reading
        candidates = reading.candidates
        if trained:
            top = candidates[0]
            plain = replace(top.choices, role=None, tune=(), report=(), split=self.column)
            others = [(name, seen) for name, seen in self.alone.items() if name not in trained and seen.drafts]
            candidates = (
                *(
                    replace(seen.drafts[0].candidate(), choices=replace(plain, split_value=name), rank=top.rank + 1)
                    for name, seen in others
                ),
                *candidates,
            )
            reason = f"Please choose: by its name, {trained[0]} holds the rows that trained the model."
        else:
            reason = f"{doubtful[0]}: {self.alone[doubtful[0]].reason}"
        return replace(
            reading, outcome="ask", reason=reason, candidates=candidates, proposal=candidates[0].choices,
            predictions=None, dropped={}, warnings=(),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Stack:
    """All rows of two files, and the column that says which file a row is from."""

    table: ArrowTable
    column: str


def _stacked(one: Side, two: Side) -> _Stack:
    import pyarrow as pa

    column = "file"
    while column in one.columns:
        column += "_"
    columns = {name: pa.chunked_array(_of_one_kind(values, two.columns[name])) for name, values in one.columns.items()}
    origin = np.repeat(np.arange(2, dtype=np.int32), [one.n_rows, two.n_rows])
    columns[column] = pa.chunked_array([arrow_column(Categorical(origin, [one.name, two.name]))])
    layout = f"{one.layout} + {two.layout}, one below the other"
    return _Stack(ArrowTable(f"{one.name} + {two.name}", layout, InMemoryBatches(pa.table(columns))), column)


def _of_one_kind(one: Column, two: Column) -> list[pa.Array]:
    """Return a column of both files as pyarrow has it; as text, where one file has numbers and the other text."""
    if isinstance(one, Categorical) == isinstance(two, Categorical):
        return [arrow_column(one), arrow_column(two)]
    return [arrow_column(column if isinstance(column, Categorical) else _as_text(column)) for column in (one, two)]


def _as_text(values: FloatArray) -> Categorical:
    numbers, codes = np.unique(values[~np.isnan(values)], return_inverse=True)
    all_codes = np.full(len(values), -1, dtype=np.int32)
    all_codes[~np.isnan(values)] = codes
    return Categorical(all_codes, [number_to_label(value) for value in numbers.tolist()])
