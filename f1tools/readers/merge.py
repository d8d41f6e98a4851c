"""Two files as one table: columns of the same rows are joined, different rows with the same columns are stacked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.errors import InvalidPredictions
from f1tools.core.progress import ignore_progress
from f1tools.readers.formats import Readable, open_table
from f1tools.readers.formats.parsing import number_to_label
from f1tools.readers.formats.table import Categorical, ColumnRequest, Progress, Table
from f1tools.readers.inference.infer import Inference, infer
from f1tools.readers.inference.labels import roles_of_files, stage
from f1tools.readers.inference.names import is_row_number_name
from f1tools.readers.inference.profiles import profile_columns
from f1tools.readers.models import Choices, Reading
from f1tools.readers.reader import read_table

if TYPE_CHECKING:
    import pyarrow as pa

    Column = NDArray[np.float64] | Categorical

Names = tuple[str | None, str | None]
LEAST_OVERLAP = 0.5
SAME_ROWS = 0.9


@dataclass(frozen=True, eq=False)
class _File:
    """All rows of a file in memory."""

    name: str
    layout: str
    columns: dict[str, Column]
    n_rows: int
    n_skipped: int


def _load(table: Table, on_progress: Progress = ignore_progress, *, only: Collection[str] | None = None) -> _File:
    """Load all rows of a table, or of some of its columns."""
    kinds = {each.name: each.kind for each in profile_columns(table.sample()) if only is None or each.name in only}
    numbers = {name: [np.empty(0)] for name, kind in kinds.items() if kind == "number"}
    codes = {name: [np.empty(0, dtype=np.int32)] for name, kind in kinds.items() if kind != "number"}
    code_of: dict[str, dict[str, int]] = {name: {} for name in codes}
    n_rows = n_skipped = 0
    for block in table.blocks(ColumnRequest(tuple(numbers), tuple(codes))):
        n_rows += block.n_rows
        n_skipped += block.n_skipped
        for name, values in numbers.items():
            values.append(block.numbers[name])
        for name, pieces in codes.items():
            known, column = code_of[name], block.texts[name]
            recoded = [known.setdefault(label, len(known)) for label in column.labels]
            pieces.append(np.array([*recoded, -1], dtype=np.int32)[column.codes])
        on_progress(block.progress)
    columns: dict[str, Column] = {
        name: np.concatenate(numbers.pop(name)) if name in numbers
        else Categorical(np.concatenate(codes.pop(name)), list(code_of[name]))
        for name in kinds
    }  # fmt: skip
    return _File(table.name, table.layout, columns, n_rows, n_skipped)


def _load_both(tables: tuple[Table, Table], on_progress: Progress) -> tuple[_File, _File]:
    first = _load(tables[0], lambda done: on_progress(0.3 * done))
    second = _load(tables[1], lambda done: on_progress(0.3 + 0.3 * done))
    if first.name == second.name:
        return replace(first, name="the first file"), replace(second, name="the second file")
    return first, second


def _open_both(first: Readable, second: Readable, names: Names) -> tuple[Table, Table]:
    return open_table(first, names[0]), open_table(second, names[1])


def _read_merged(
    table: Table, choices: Choices, files: Sequence[_File], dropped: Mapping[str, int], on_progress: Progress
) -> Reading:
    """Read a merged table; rows of either file that are not in it are counted as dropped."""
    reading = read_table(table, choices, on_progress=lambda done: on_progress(0.6 + 0.4 * done), extras=True)
    n_skipped = sum(file.n_skipped for file in files)
    lost = {**dropped, **({"wrong number of cells": n_skipped} if n_skipped else {})}
    return replace(reading, dropped={**lost, **reading.dropped}, n_rows=reading.n_rows + sum(lost.values()))


def join_predictions(
    first: Readable,
    second: Readable,
    *,
    names: Names = (None, None),
    key: str | None = None,
    choices: Choices | None = None,
    on_progress: Progress = ignore_progress,
) -> Reading:
    """Read predictions whose target and scores are in two files.

    Rows are joined by a column that has the same name in both files and is unique in each; without one, row by row if
    the files have the same length.

    Parameters
    ----------
    first, second : path, bytes, binary file or DataFrame
        In either order.
    names : pair of str, optional
        What to call them.
    key : str, optional
        The column to join by.
    choices : Choices, optional
        The known part of the mapping of the joined table; there, a column of the second file that the first also has
        is called `name (file)`.
    on_progress : callable, optional
        Called with the share of rows read, from 0 to 1.

    Returns
    -------
    Reading
        Of the joined table. Rows that only one file has are counted as dropped.

    Raises
    ------
    InvalidPredictions
        If the files have no common key and differ in length, or one of them is not a table.
    """
    one, two = _load_both(_open_both(first, second, names), on_progress)
    is_target_second = any(
        _has_two_values(two.columns[name]) and not _has_two_values(column)
        for name, column in one.columns.items()
        if name in two.columns
    )
    files = (two, one) if is_target_second else (one, two)
    table, dropped = _joined(files[0], files[1], key)
    return _read_merged(table, choices or Choices(), files, dropped, on_progress)


def _has_two_values(column: Column) -> bool:
    return len(column.labels if isinstance(column, Categorical) else np.unique(column)) <= 2


def _joined(first: _File, second: _File, key: str | None) -> tuple[Table, dict[str, int]]:
    """Return the joined table, and the number of rows that only one file has."""
    import pyarrow as pa

    from f1tools.readers.formats.columnar import from_arrow

    keys = _shared_key(first, second, key)
    dropped: dict[str, int] = {}
    rows: Sequence[NDArray[np.intp] | None] = (None, None)
    if keys is not None:
        one, two = _common_rows(first, second, keys)
        order = np.argsort(one)
        rows, how = (one[order], two[order]), f"joined by {keys[0]}"
        unmatched = ((first.name, first.n_rows - len(one)), (second.name, second.n_rows - len(two)))
        dropped = {f"only in {name}": count for name, count in unmatched if count}
    elif first.n_rows == second.n_rows:
        how = "joined row by row"
    else:
        raise InvalidPredictions(
            f"{first.name} has {first.n_rows:,} rows and {second.name} has {second.n_rows:,}, "
            "and no column is a key of both. Bring files of the same rows, or with a shared unique key."
        )
    columns = {name: _to_arrow(column, rows[0]) for name, column in first.columns.items()}
    for name, column in second.columns.items():
        if keys is None or name != keys[1]:
            columns[f"{name} ({second.name})" if name in columns else name] = _to_arrow(column, rows[1])
    layout = f"{first.layout} + {second.layout}, {how}"
    return from_arrow(pa.table(columns), name=f"{first.name} + {second.name}", layout=layout), dropped


def _shared_key(first: _File, second: _File, key: str | None = None) -> tuple[str, str] | None:
    """Return the names of a column that identifies rows in both files; None where rows are matched by order."""
    by_name = {name.casefold(): name for name in second.columns}
    shared = [(name, by_name[name.casefold()]) for name in first.columns if name.casefold() in by_name]
    unique = [(a, b) for a, b in shared if _is_key(first.columns[a]) and _is_key(second.columns[b])]
    if key is not None:
        chosen = next((pair for pair in unique if pair[0].casefold() == key.casefold()), None)
        if chosen is None:
            raise InvalidPredictions(
                f"{key} is not a unique key of both {first.name} and {second.name}. Choose another column."
            )
        return chosen
    overlaps = [_overlap(first.columns[a], second.columns[b]) for a, b in unique]
    if not unique or max(overlaps) < LEAST_OVERLAP:
        return None
    best = unique[int(np.argmax(overlaps))]
    is_exact = first.n_rows != second.n_rows or max(overlaps) >= 0.999
    return best if is_exact or not is_row_number_name(best[0]) else None


def _is_key(column: Column) -> bool:
    """Return whether a column identifies each row: text or integers, none missing, none twice."""
    if isinstance(column, Categorical):
        return bool((column.codes >= 0).all()) and len(column.labels) == len(column.codes)
    is_integer = bool(np.all(np.isfinite(column))) and bool(np.all(column == np.floor(column)))
    return is_integer and len(np.unique(column)) == len(column)


def _overlap(one: Column, other: Column) -> float:
    if isinstance(one, Categorical) != isinstance(other, Categorical):
        return 0.0
    keys = _values(one), _values(other)
    return len(np.intersect1d(*keys, assume_unique=True)) / max(1, min(map(len, keys)))


def _common_rows(first: _File, second: _File, keys: tuple[str, str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    values = _values(first.columns[keys[0]]), _values(second.columns[keys[1]])
    _, one, two = np.intersect1d(*values, assume_unique=True, return_indices=True)
    return one, two


def _values(column: Column) -> NDArray[Any]:
    return np.array([*column.labels, ""])[column.codes] if isinstance(column, Categorical) else column


def _to_arrow(column: Column, rows: NDArray[np.intp] | None = None) -> pa.Array:
    import pyarrow as pa

    if not isinstance(column, Categorical):
        values = column if rows is None else column[rows]
        return pa.array(values, mask=np.isnan(values))
    codes = column.codes if rows is None else column.codes[rows]
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(column.labels, pa.string()))


def stackable(first: Readable, second: Readable, *, names: Names = (None, None)) -> bool:
    """Return whether two files are each complete, have the same columns and hold different rows.

    Files of the same rows, whether target and scores or two models, are for `join_predictions`. A file of repeated
    splits has its roles in itself and is never stacked.

    Parameters
    ----------
    first, second : path, bytes, binary file or DataFrame
        In either order.
    names : pair of str, optional
        What to call them.

    Raises
    ------
    InvalidPredictions
        If one of them is not a table.
    """
    tables = _open_both(first, second, names)
    one, two = (infer(table.sample(), Choices()) for table in tables)
    if one.layout is not None or two.layout is not None:
        return False
    if {column.name for column in one.columns} != {column.name for column in two.columns}:
        return False
    return bool(one.candidates and two.candidates) and _agree(one, two) and not _are_same_rows(tables, one, two)


def _agree(one: Inference, two: Inference) -> bool:
    """Return whether two files have the same mapping: the best candidate of one is any candidate of the other."""
    mappings = [
        [
            (each.truth, each.scores, each.pos_label, each.neg_label)
            for each in (c.choices for c in inference.candidates)
        ]
        for inference in (one, two)
    ]
    return mappings[0][0] in mappings[1] or mappings[1][0] in mappings[0]


def _are_same_rows(tables: tuple[Table, Table], one: Inference, two: Inference) -> bool:
    """Return whether matched rows have the same target more often than chance explains (Cohen's kappa)."""
    target = one.candidates[0].choices.truth or ""
    unique = [{profile.name for profile in each.profiles if profile.is_unique} for each in (one, two)]
    first, second = (_load(table, only={target, *(unique[0] & unique[1])}) for table in tables)
    keys = _shared_key(first, second)
    a, b = (_values(file.columns[target]) for file in (first, second))
    if keys is not None:
        rows = _common_rows(first, second, keys)
        a, b = a[rows[0]], b[rows[1]]
    elif first.n_rows != second.n_rows:
        return False
    by_chance = sum(np.mean(a == label) * np.mean(b == label) for label in np.unique(a))
    return bool(np.mean(a == b) - by_chance >= SAME_ROWS * (1 - by_chance))


def stack_predictions(
    first: Readable,
    second: Readable,
    *,
    names: Names = (None, None),
    choices: Choices | None = None,
    on_progress: Progress = ignore_progress,
) -> Reading:
    """Read two files of different rows: one is the tuning set, the other the evaluation set.

    Parameters
    ----------
    first, second : path, bytes, binary file or DataFrame
        A file named test, holdout or the like is the evaluation set; else the second one is.
    names : pair of str, optional
        What to call them.
    choices : Choices, optional
        The known part of the mapping of the stacked table, which has a further column with the file of a row. With
        target and scores given, nothing is added: without a role all rows are pooled.
    on_progress : callable, optional
        Called with the share of rows read, from 0 to 1.

    Returns
    -------
    Reading
        Of the stacked table. "sure" if each file alone would be, unless one of them is named as a training set.

    Raises
    ------
    InvalidPredictions
        If one of them is not a table or holds repeated splits, or the choices do not fit.
    """
    tables = _open_both(first, second, names)
    files = _load_both(tables, on_progress)
    table, column = _stacked(*files)
    choices = choices or Choices()
    if choices.is_complete or choices.role is not None or choices.split is not None:
        return _read_merged(table, choices, files, {}, on_progress)
    alone = {file.name: infer(each.sample(), choices) for file, each in zip(files, tables, strict=True)}
    for name, inference in alone.items():
        if inference.layout is not None:
            raise InvalidPredictions(
                f"{name} holds the same rows again for each {inference.layout.repeat}, so it cannot be stacked with "
                "another file. Bring it alone."
            )
    one, two = alone.values()
    if one.outcome == two.outcome == "sure" and _agree(one, two):
        choices = one.candidates[0].choices
    values = roles_of_files(files[0].name, files[1].name)
    choices = replace(choices, role=column, tune=values.tune, report=values.report)
    return _confirm(_read_merged(table, choices, files, {}, on_progress), alone, column)


def _stacked(one: _File, two: _File) -> tuple[Table, str]:
    """Return the rows of both files as a table, and its column with the file of a row."""
    import pyarrow as pa

    from f1tools.readers.formats.columnar import from_arrow

    column = "file"
    while column in one.columns:
        column += "_"
    columns = {
        name: pa.chunked_array([_to_arrow(each) for each in _same_kind(values, two.columns[name])])
        for name, values in one.columns.items()
    }
    origin = np.repeat(np.arange(2, dtype=np.int32), [one.n_rows, two.n_rows])
    columns[column] = pa.chunked_array([_to_arrow(Categorical(origin, [one.name, two.name]))])
    layout = f"{one.layout} + {two.layout}, one below the other"
    return from_arrow(pa.table(columns), name=f"{one.name} + {two.name}", layout=layout), column


def _same_kind(one: Column, two: Column) -> tuple[Column, Column]:
    """Return a column of both files, both as text where only one of them is."""
    if isinstance(one, Categorical) == isinstance(two, Categorical):
        return one, two
    return _as_text(one), _as_text(two)


def _as_text(column: Column) -> Categorical:
    if isinstance(column, Categorical):
        return column
    is_present = ~np.isnan(column)
    numbers, present_codes = np.unique(column[is_present], return_inverse=True)
    codes = np.full(len(column), -1, dtype=np.int32)
    codes[is_present] = present_codes
    return Categorical(codes, [number_to_label(value) for value in numbers.tolist()])


def _confirm(reading: Reading, alone: Mapping[str, Inference], column: str) -> Reading:
    """Ask where one file alone is ambiguous, or is a training set by its name."""
    training = [name for name in alone if stage(name) == "train"]
    ambiguous = [name for name, inference in alone.items() if inference.outcome != "sure"]
    if reading.outcome != "sure" or not (training or ambiguous):
        return reading
    candidates = reading.candidates
    if training:
        top = candidates[0]
        pooled = replace(top.choices, role=None, tune=(), report=(), split=column)
        single = [
            replace(inference.candidates[0].public(), choices=replace(pooled, split_value=name), rank=top.rank + 1)
            for name, inference in alone.items()
            if name not in training and inference.candidates
        ]
        candidates = (*single, *candidates)
        reason = f"Please choose: by its name, {training[0]} holds the rows that trained the model."
    else:
        reason = f"{ambiguous[0]}: {alone[ambiguous[0]].reason}"
    return replace(
        reading, outcome="ask", reason=reason, candidates=candidates, proposal=candidates[0].choices,
        predictions=None, dropped={}, warnings=(),
    )  # fmt: skip
