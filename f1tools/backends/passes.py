"""Passes over the rows of all parts: what an engine counts, as arrays. Nothing but counts leaves the engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from operator import or_
from typing import Any, Protocol, TypeAlias

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from f1tools.backends.cells import Cells, concatenated
from f1tools.backends.columns import GROUP, LABEL, REASON, SCORE, USED, WEIGHT, Columns
from f1tools.backends.plan import Plan
from f1tools.backends.source_files import first_line
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate

Arrays: TypeAlias = dict[str, NDArray[Any]]
Count: TypeAlias = Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]]
Value: TypeAlias = bool | int | float | str | None

MAX_VALUES = 1000
"""Most distinct labels or groups."""

ROWS, LOWEST, HIGHEST, SQUARE = "rows", "lowest", "highest", "square"
_POSITIVE, _BIN, _TEXTS = "positive", "bin", "texts of groups"


class Checkpoints(Protocol):
    """Where the counts of finished passes are kept, so that a run which was stopped resumes."""

    def load(self, part: str, step: str) -> Arrays | None:
        """Return the arrays of a part and a step; None where they were not saved. A step is described by its text."""

    def save(self, part: str, step: str, arrays: Arrays) -> None:
        """Keep the arrays of a part and a step: integers, doubles and texts."""


@dataclass(frozen=True, eq=False)
class Source:
    """The parts of a source, and the columns of one model in them.

    Parameters
    ----------
    parts : mapping from name to native frame
        With the name "" if there is only one.
    columns : Columns
    checkpoints : Checkpoints or None
    """

    parts: Mapping[str, Any]
    columns: Columns
    checkpoints: Checkpoints | None = None

    def census(self) -> list[Arrays]:
        """Count the rows of each part by label, group and reason to leave them out, with their range of scores.

        Raises
        ------
        InvalidPredictions
            When there are too many different labels or groups, or an engine fails.
        """
        collected = self._collected("census", self._census)
        return [arrays | {GROUP: arrays[_TEXTS][arrays[GROUP]]} if GROUP in arrays else arrays for arrays in collected]

    def cells(self, plan: Plan, positive: Sequence[Value], groups: Mapping[str, int], *, all_used: bool) -> Cells:
        """Count the rows of all parts in one pass.

        Parameters
        ----------
        plan : Plan
        positive : list
            The labels of the positive class.
        groups : mapping from text to int
            The position of each group, by its value as :func:`as_text` writes it.
        all_used : bool
            Whether the census found no row to leave out.

        Raises
        ------
        InvalidPredictions
            When an engine fails.
        """

        def count(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
            return self._counts(rows if all_used else rows.filter(nw.col(REASON) == USED), plan, positive)

        step = json.dumps({"positive": [as_text(label) for label in positive], **asdict(plan)}, sort_keys=True)
        parts = [_as_cells(arrays, plan, groups) for arrays in self._collected(step, count)]
        cells = concatenated([part for part, _ in parts])
        return cells.combined(np.concatenate([keys for _, keys in parts]))

    def _collected(self, step: str, count: Count) -> Iterator[Arrays]:
        described = json.dumps([asdict(self.columns), step])
        for name, frame in self.parts.items():
            arrays = None if self.checkpoints is None else self.checkpoints.load(name, described)
            if arrays is None:
                arrays = self._computed(name, frame, count)
                if self.checkpoints is not None:
                    self.checkpoints.save(name, described, arrays)
            yield arrays

    def _computed(self, name: str, frame: Any, count: Count) -> Arrays:
        try:
            table = count(self.columns.of(frame)).collect(backend="pyarrow")
        except InvalidPredictions as error:
            raise InvalidPredictions(f"{truncate(name, 80)}: {error}" if name else str(error)) from error
        except Exception as error:  # of any engine: a damaged file, a lost worker, text that is not a number
            where = f"The part {truncate(name, 80)!r}" if name else "The source"
            cure = "Allow it more memory" if "Out of Memory" in str(error) else "Correct or leave out what fails"
            raise InvalidPredictions(f"{where} could not be counted: {first_line(error)}. {cure}.") from error
        arrays = {column.name: _as_array(column) for column in table.iter_columns() if column.name != GROUP}
        return arrays | _coded(table[GROUP]) if GROUP in table.columns else arrays

    def _census(self, rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        self._require_few_values(rows)
        by = [LABEL, REASON] if self.columns.group is None else [LABEL, REASON, GROUP]
        rows, sums = self._with_sums(rows)
        score = nw.col(SCORE)
        ends = {LOWEST: score.min(), HIGHEST: score.max()}
        return rows.group_by(*by).agg(**{ROWS: nw.len()}, **ends, **sums).head(10 * MAX_VALUES**2)

    def _require_few_values(self, rows: nw.LazyFrame[Any]) -> None:
        """Check the first rows, so that no engine counts a column of numbers value by value."""
        names = {LABEL: self.columns.y_true} | ({} if self.columns.group is None else {GROUP: self.columns.group})
        schema = rows.collect_schema()
        many = [role for role in names if schema[role] not in (nw.Boolean, nw.Int8, nw.UInt8)]
        if many:
            head = rows.select(*many).head(3 * MAX_VALUES).collect(backend="pyarrow")
            for role in many:
                if head[role].n_unique() > MAX_VALUES:
                    raise too_many_values(names[role])

    def _counts(self, rows: nw.LazyFrame[Any], plan: Plan, positive: Sequence[Value]) -> nw.LazyFrame[Any]:
        is_positive = _equals_any(positive, rows.collect_schema()[LABEL]).cast(nw.Int64)
        if plan.ranges:
            rows = rows.filter(plan.selected())
        rows, sums = self._with_sums(rows)
        keys = [] if self.columns.group is None else [GROUP]
        if plan.is_exact:
            rows = rows.with_columns(**{_POSITIVE: is_positive})
            return rows.group_by(*keys, _POSITIVE, SCORE).agg(**{ROWS: nw.len()}, **sums)
        rows = rows.with_columns(**{_BIN: plan.bin_number() * 2 + is_positive})  # one key is faster than two
        ends = {LOWEST: nw.col(SCORE).min(), HIGHEST: nw.col(SCORE).max()}
        return rows.group_by(*keys, _BIN).agg(**{ROWS: nw.len()}, **ends, **sums)

    def _with_sums(self, rows: nw.LazyFrame[Any]) -> tuple[nw.LazyFrame[Any], dict[str, nw.Expr]]:
        """Return the rows with squared weights, and the sums of both; nothing where rows are not weighted."""
        if self.columns.sample_weight is None:
            return rows, {}
        weight = nw.col(WEIGHT)
        return rows.with_columns(**{SQUARE: weight * weight}), {WEIGHT: weight.sum(), SQUARE: nw.col(SQUARE).sum()}


def too_many_values(name: str) -> InvalidPredictions:
    """Return the error that a column of labels or groups has too many different values."""
    return InvalidPredictions(
        f"The column {truncate(name)!r} has more than {MAX_VALUES:,} different values. Choose a column of labels or "
        "groups, not of numbers or ids."
    )


def as_text(value: Value) -> str:
    """Write a label or a group so that :func:`as_value` reads it again."""
    return json.dumps(value)


def as_value(text: str) -> Value:
    """Read a label or a group."""
    value: Value = json.loads(text)
    return value


def _equals_any(values: Sequence[Value], dtype: nw.dtypes.DType) -> nw.Expr:
    """Return which labels are among the values; parts of a source may have labels of other types."""
    is_text = dtype == nw.String
    same = [value for value in values if isinstance(value, str) == is_text]
    if dtype == nw.Boolean:
        same = [bool(value) for value in same if value in (0, 1)]
    elif not is_text:
        same = [int(value) if isinstance(value, bool) else value for value in same]
    if not same:
        return nw.lit(value=False)
    return reduce(or_, [nw.col(LABEL) == nw.lit(value) for value in same])


def _coded(column: nw.Series[Any]) -> dict[str, NDArray[Any]]:
    """Return groups as positions among their texts, each of which is held once: a group may have a long name."""
    places: dict[str, int] = {}
    codes = [places.setdefault(as_text(value), len(places)) for value in column.to_list()]
    return {GROUP: np.array(codes, np.int64), _TEXTS: np.array(list(places), np.str_)}


def _as_array(column: nw.Series[Any]) -> NDArray[Any]:
    if column.name == LABEL:
        return np.array([as_text(value) for value in column.to_list()], dtype=np.str_)
    if column.name in (LOWEST, HIGHEST):
        column = column.fill_null(float("nan"))
    values: NDArray[Any] = column.to_numpy()
    return values + 0.0 if values.dtype.kind == "f" else values.astype(np.int64)  # -0.0 becomes 0.0


def _as_cells(arrays: Arrays, plan: Plan, groups: Mapping[str, int]) -> tuple[Cells, NDArray[Any]]:
    """Return cells of one class each, and the keys by which those of both classes and of all parts belong together."""
    if plan.is_exact:
        keys, positive = arrays[SCORE], arrays[_POSITIVE] == 1
        lowest = highest = keys
    else:
        keys, positive = arrays[_BIN] // 2, arrays[_BIN] % 2 == 1
        lowest, highest = arrays[LOWEST], arrays[HIGHEST]
    group = np.zeros(keys.size, np.int64)
    if GROUP in arrays:
        group = np.array([groups[text] for text in arrays[_TEXTS].tolist()], np.int64)[arrays[GROUP]]
    sums = {}
    if WEIGHT in arrays:
        for total, squares, chosen in (
            ("positives", "positive_squares", positive),
            ("negatives", "negative_squares", ~positive),
        ):
            sums[total] = np.where(chosen, arrays[WEIGHT], 0.0)
            sums[squares] = np.where(chosen, arrays[SQUARE], 0.0)
    rows = arrays[ROWS]
    by_class = np.where(positive, rows, 0), np.where(positive, 0, rows)
    return Cells(lowest, highest, group, *by_class, **sums), keys
