"""The columns of a frame of any engine, in the form that all passes share; and why rows are left out.

Everything here is an expression of narwhals: nothing is computed before an engine collects counts.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate

LABEL, SCORE, WEIGHT, GROUP, REASON = "label", "score", "weight", "group", "reason"

USED, ZERO_WEIGHT, UNSCORED = 0, 1, 2
REASONS = {
    3: "missing truth",
    4: "missing score",
    5: "infinite score",
    6: "missing weight",
    7: "infinite weight",
    8: "negative weight",
}
"""Why a row is left out, by number, in the words of the reader. A row with several reasons is counted for the first."""

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True)
class Columns:
    """The names of the columns of one model.

    Parameters
    ----------
    y_true, y_score : str
    sample_weight, group : str or None
    count_unscored : bool
        Whether rows without a score (null, nan or -inf) count as rows that no threshold flags, instead of being left
        out.
    """

    y_true: str
    y_score: str
    sample_weight: str | None = None
    group: str | None = None
    count_unscored: bool = False

    def of(self, frame: Any) -> nw.LazyFrame[Any]:
        """Return the columns of a native frame with one name and type each, and why rows are left out.

        Raises
        ------
        InvalidPredictions
            When a column is missing, or its type is neither number nor text.
        """
        lazy = as_lazy(frame)
        schema = lazy.collect_schema()
        used = {LABEL: self.y_true, SCORE: self.y_score, WEIGHT: self.sample_weight, GROUP: self.group}
        for name in filter(None, used.values()):
            if name not in schema:
                raise InvalidPredictions(
                    f"There is no column {truncate(name)!r}. The columns are: {', '.join(map(truncate, schema))}."
                )
        columns = {
            LABEL: _values(self.y_true, schema[self.y_true]),
            SCORE: _numbers(self.y_score, schema[self.y_score]),
        }
        if self.sample_weight is not None:
            columns[WEIGHT] = _numbers(self.sample_weight, schema[self.sample_weight])
        if self.group is not None:
            columns[GROUP] = _values(self.group, schema[self.group])
        named: nw.LazyFrame[Any] = lazy.select(**columns)
        missing_label = _is_missing(LABEL, named.collect_schema()[LABEL])
        return named.with_columns(**{REASON: self._reason(missing_label)})

    def _reason(self, missing_label: nw.Expr) -> nw.Expr:
        """Return for each row the number of the first reason to leave it out."""
        score = nw.col(SCORE)
        missing, below_all = score.is_null() | score.is_nan(), score == -math.inf
        tests = [(missing_label, 3)]
        if not self.count_unscored:
            tests.append((missing, 4))
        tests.append((score == math.inf, 5))
        if not self.count_unscored:
            tests.append((below_all, 5))
        if self.sample_weight is not None:
            weight = nw.col(WEIGHT)
            tests += [(weight.is_null() | weight.is_nan(), 6), (weight == math.inf, 7), (weight < 0, 8)]
            tests.append((weight == 0, ZERO_WEIGHT))
        if self.count_unscored:
            tests.append((missing | below_all, UNSCORED))
        reason: nw.Expr = nw.lit(USED)
        for test, number in reversed(tests):
            reason = nw.when(test).then(nw.lit(number)).otherwise(reason)
        return reason.cast(nw.Int64)


def as_lazy(frame: Any) -> nw.LazyFrame[Any]:
    """Return a native frame of any engine as one of narwhals, which computes nothing yet.

    Raises
    ------
    InvalidPredictions
        When narwhals does not know such frames.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Dask support is moving out of Narwhals", FutureWarning)  # pinned until then
        try:
            lazy: nw.LazyFrame[Any] = nw.from_native(frame).lazy()
        except TypeError:
            raise InvalidPredictions(
                f"A {type(frame).__name__} is not a frame of an engine. Pass a DuckDB relation, or a polars, pandas, "
                "pyarrow, dask, Spark or Ibis table."
            ) from None
    return lazy


def largest_integer(frame: Any, name: str) -> int:
    """Return the largest magnitude in a column of integers; 0 for other columns."""
    column = as_lazy(frame).select(name)
    if not column.collect_schema()[name].is_integer():
        return 0
    ends = column.select(low=nw.col(name).min(), high=nw.col(name).max()).collect(backend="pyarrow").row(0)
    return max(abs(int(end or 0)) for end in ends)


def _numbers(name: str, dtype: nw.dtypes.DType) -> nw.Expr:
    if not (dtype.is_numeric() or dtype == nw.Boolean):
        raise InvalidPredictions(
            f"{truncate(name)} must hold numbers, its type is {dtype}. Convert or change the column."
        )
    return nw.col(name).cast(nw.Float64)


def _values(name: str, dtype: nw.dtypes.DType) -> nw.Expr:
    """Return labels or groups as booleans, numbers or text."""
    column = nw.col(name)
    if dtype.is_float() or dtype.is_decimal():
        return column.cast(nw.Float64)
    if dtype.is_integer() or dtype in (nw.Boolean, nw.String):
        return column
    return column.cast(nw.String)


def _is_missing(name: str, dtype: nw.dtypes.DType) -> nw.Expr:
    column = nw.col(name)
    return column.is_null() | column.is_nan() if dtype.is_float() else column.is_null()


def parse_label(frame: Any, column: str, text: str) -> bool | int | float | str:
    """Return the label that a text stands for in a column: a number or a boolean where the column holds such.

    Parameters
    ----------
    frame : native frame
    column : str
        If there is no such column, the text is returned.
    text : str

    Examples
    --------
    >>> import pyarrow as pa
    >>> frame = pa.table({"y": [0, 1], "fraud": [True, False], "code": ["0", "1"]})
    >>> [parse_label(frame, column, "1") for column in ("y", "fraud", "code")]
    [1, True, '1']
    """
    dtype = nw.from_native(frame).collect_schema().get(column, nw.String())
    if dtype == nw.Boolean:
        return _BOOLEANS.get(text.strip().lower(), text)
    if dtype.is_numeric():
        try:
            value = float(text)
        except ValueError:
            return text
        return int(value) if value.is_integer() else value
    return text
