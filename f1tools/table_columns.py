"""The columns of a file that hold the counts of one curve of a threshold table, and what its metadata say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.curve import ThresholdCurve
from f1tools.core.tally import Unscored
from f1tools.core.types import InvalidPredictions

if TYPE_CHECKING:
    import pyarrow

COUNTS = ("tp", "fp", "tp_squares", "fp_squares")
MOST_ROWS = 2**53  # doubles represent all integers up to here
_LARGEST = {True: 1e150, False: float(np.finfo(np.float64).max)}  # of counts, and of other numbers


@dataclass(frozen=True)
class AboutCurve:
    """What the metadata of a file says of the rows of one curve."""

    model: str
    group: str | None
    n: int
    n_thresholds: int
    weighted: bool
    dropped: dict[str, int]
    unscored: tuple[float, float, float, float]
    n_pos: int | None = None

    def curve(self, columns: Mapping[str, NDArray[Any]]) -> ThresholdCurve:
        """Return the curve in some columns of a file.

        Raises
        ------
        InvalidPredictions
            When they contradict each other.
        """
        lowest, highest, tp, fp, *squares = (columns[name] for name in ("threshold", "highest", *COUNTS))
        of_tp, of_fp = squares if self.weighted else (None, None)
        if not self.weighted and max(tp[-1], fp[-1]) > 2**53:
            raise damaged_table(f"the counts of {self.model} are not those of rows")
        curve = ThresholdCurve.from_counts(lowest, tp, fp, tp_squares=of_tp, fp_squares=of_fp)
        if not np.isfinite(self.unscored).all():
            raise damaged_table(f"the counts of {self.model} are not those of rows")
        unscored = Unscored(*(each if self.weighted else int(each) for each in self.unscored))
        if curve.weighted != self.weighted or min(unscored) < 0 or not 0 <= (self.n_pos or 0) <= self.n > 0:
            raise damaged_table(f"the counts of {self.model} are not those of rows")
        if not np.array_equal(curve.thresholds[1:], lowest) or not (
            (highest >= lowest).all() and (highest[1:] < lowest[:-1]).all() and np.isfinite(highest).all()
        ):
            raise damaged_table(f"the thresholds of {self.model} do not descend")
        bins = None if (highest == lowest).all() else np.append(np.inf, highest)
        return self._checked(replace(curve, unscored=unscored, highest=bins))

    def _checked(self, curve: ThresholdCurve) -> ThresholdCurve:
        """Check that numbers of rows and sums of weights are possible."""
        if not 1 <= self.n <= MOST_ROWS or any(not 0 <= count <= MOST_ROWS for count in self.dropped.values()):
            raise damaged_table(f"the numbers of rows of {self.model} are not possible")
        if not curve.weighted:
            if self.n != curve.positives + curve.negatives or self.n_pos not in (None, curve.positives):
                raise damaged_table(f"the numbers of rows of {self.model} are not those of its counts")
            return curve
        for sums, squares in ((curve.tp, curve.tp_squares), (curve.fp, curve.fp_squares)):
            if squares is None or (squares > sums**2 * (1 + 1e-9)).any():
                raise damaged_table(f"the sums of squared weights of {self.model} are not possible")
        return curve


def with_changes(curve: ThresholdCurve) -> ThresholdCurve:
    """Return the curve without thresholds where no count changes, because rounding absorbs their weights."""
    changes = (np.diff(curve.tp) > 0) | (np.diff(curve.fp) > 0)
    return curve if changes.all() else curve.take(np.append(0, np.flatnonzero(changes) + 1))


def curve_columns(curve: ThresholdCurve) -> dict[str, NDArray[Any]]:
    """Return the columns of a file for one curve, without its first point, where nothing is flagged."""
    highest = curve.thresholds if curve.highest is None else curve.highest
    dtype = np.float64 if curve.weighted else np.int64
    columns = {"threshold": curve.thresholds[1:], "highest": highest[1:]}
    columns |= {name: getattr(curve, name)[1:].astype(dtype) for name in COUNTS[:2]}
    nothing = np.full(len(curve) - 1, np.nan)
    squares = ((name, getattr(curve, name)) for name in COUNTS[2:])
    return columns | {name: nothing if values is None else values[1:] for name, values in squares}


def names_of(table: pyarrow.Table, name: str) -> tuple[NDArray[np.int64], dict[str | None, int]]:
    """Return a column of names as codes, and the code of each name; null has one, too."""
    import pyarrow as pa

    column = table.column(name)
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    array = column.unify_dictionaries().combine_chunks()
    names = array.dictionary.to_pylist()
    codes = array.indices.fill_null(len(names)).to_numpy(zero_copy_only=False).astype(np.int64)
    if not all(isinstance(each, str) for each in names) or len(set(names)) < len(names):
        raise damaged_table(f"the column {name} does not hold names")
    return codes, {each: code for code, each in enumerate([*names, None])}


def numbers_of(table: pyarrow.Table, name: str) -> NDArray[Any]:
    """Return a column of a file as numbers; nan where it is null."""
    values = np.asarray(table.column(name).to_numpy())
    if values.dtype.kind not in "iuf" or (np.abs(values) > _LARGEST[name in COUNTS[:2]]).any():
        raise damaged_table(f"the column {name} does not hold its numbers")
    return values


def damaged_table(reason: str) -> InvalidPredictions:
    """Return the error that a table was damaged."""
    return InvalidPredictions(f"The threshold table is damaged: {reason}. Summarize the rows again.")
