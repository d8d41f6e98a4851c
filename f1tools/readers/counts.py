"""Turn the columns of a threshold table into a curve: thresholds or bins in any order, checked for contradictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from f1tools.core.bins import curve_from_bins
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.tally import ALL_SCORED, Unscored
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import count
from f1tools.readers.inference.count_columns import CountColumns
from f1tools.threshold_table import CountedRows

IntArray = NDArray[np.int64]

_LARGEST = float(np.finfo(np.float64).max)
_CLASSES = (("tp", "fn", "positives"), ("fp", "tn", "negatives"))
_ROUNDING = 1e-9  # of sums of weights
_ROUNDED_SQUARES = 1e-3  # they may be written with few digits
_LARGEST_COUNT = 2.0**53
_LARGEST_WEIGHT = 1e150  # its square is finite


@dataclass(frozen=True)
class CountValues:
    """The numbers of a threshold table, or of one part of it.

    Attributes
    ----------
    columns : CountColumns
    numbers : dict of str to float64 array
        By what they are.
    rows : int array
        The row of the file, the first one below the header is 1.
    """

    columns: CountColumns
    numbers: Mapping[str, FloatArray]
    rows: IntArray

    def take(self, chosen: IntArray) -> CountValues:
        """Return some rows."""
        numbers = {role: values[chosen] for role, values in self.numbers.items()}
        return replace(self, numbers=numbers, rows=self.rows[chosen])

    def name(self, role: str) -> str:
        """Return the name of a column."""
        return self.columns.columns[role]

    def place(self, position: int) -> str:
        """Say in which row a number stands."""
        at = self.columns.at
        value = next(iter(self.numbers.values()))[position]
        return f"row {self.rows[position]:,} ({at} {value:.15g})"


def counted_rows(values: CountValues) -> CountedRows:
    """Return the rows that were counted.

    Raises
    ------
    InvalidPredictions
        When the counts contradict each other, or are not counts: what is wrong, in which row, and what to do.
    """
    _require_counts(values)
    if values.columns.kind == "cumulative":
        return _from_cumulative(values)
    return _from_bins(values)


def _require_counts(values: CountValues) -> None:
    """Check that each number is there, and that counts are whole numbers, or weights with their squares."""
    at = next(iter(values.numbers))
    for role, column in values.numbers.items():
        wrong = np.isnan(column) if role in (at, "highest") else ~(np.isfinite(column) & (column >= 0))
        if wrong.any():
            first = int(np.argmax(wrong))
            seen = "not a number" if np.isnan(column[first]) else f"{column[first]:g}"
            raise InvalidPredictions(
                f"{values.name(role)} in row {values.rows[first]:,} is {seen}. Correct the row or leave it out."
            )
    counts = [role for role in ("tp", "fp", "tn", "fn", "positives", "negatives") if role in values.numbers]
    squares = ("tp_squares", "fp_squares") if "tp" in counts else ("positive_squares", "negative_squares")
    largest = _LARGEST_WEIGHT if squares[0] in values.numbers else _LARGEST_COUNT
    for role in counts:
        column = values.numbers[role]
        if column.sum() > largest * (column.size if "tp" in counts else 1):
            raise InvalidPredictions(
                f"{values.name(role)} is up to {column.max():g}, which counts no rows. Correct it."
            )
        fractions = column != np.floor(column)
        if fractions.any() and not all(each in values.numbers for each in squares):
            first = int(np.argmax(fractions))
            raise InvalidPredictions(
                f"{values.name(role)} in row {values.rows[first]:,} is {column[first]:g}. Counts of rows are whole "
                f"numbers; sums of weights need the columns {squares[0]} and {squares[1]} beside them, with the sums "
                "of squared weights."
            )


def _from_cumulative(values: CountValues) -> CountedRows:
    values = _descending(values)
    totals = [_total(values, *columns) for columns in _CLASSES]
    thresholds = values.numbers["threshold"]
    is_probability = bool(((thresholds >= 0) & (thresholds <= 1) | np.isinf(thresholds)).all())
    above = np.append(np.inf, np.nextafter(thresholds[:-1], -np.inf))
    highest = values.numbers.get("highest", np.minimum(above, 1.0 if is_probability else _LARGEST))
    used = np.isfinite(thresholds)
    infinite = thresholds == np.inf
    if infinite.any() and values.numbers["tp"][0] + values.numbers["fp"][0] > 0:
        raise InvalidPredictions(f"Rows are flagged in {values.place(0)}, where no score can be. Correct the counts.")
    if not used.any():
        raise InvalidPredictions(f"{values.name('threshold')} has no finite threshold. Provide counts at thresholds.")
    bins = {"lowest": thresholds, "highest": highest}
    for role, of_bin in (("tp", "positives"), ("fp", "negatives"),
                         ("tp_squares", "positive_squares"), ("fp_squares", "negative_squares")):  # fmt: skip
        if role in values.numbers:
            bins[of_bin] = np.diff(values.numbers[role], prepend=0.0)
    bins = {role: column[used] for role, column in bins.items()}
    last = int(np.flatnonzero(used)[-1])
    below = [total - float(values.numbers[role][last]) for total, (role, *_) in zip(totals, _CLASSES, strict=True)]
    lowest = float(thresholds[last])
    unscored = ALL_SCORED
    if max(below) > _ROUNDING * max(totals):
        if "positive_squares" in bins:
            raise InvalidPredictions(
                f"{_rows_below(below)} below the lowest threshold, {lowest:g}, and their squared weights are unknown. "
                "Add a threshold that flags every row."
            )
        if is_probability and lowest > 0:
            bottom = {"lowest": 0.0, "highest": np.nextafter(lowest, -np.inf),
                      "positives": below[0], "negatives": below[1]}  # fmt: skip
            bins = {role: np.append(column, bottom[role]) for role, column in bins.items()}
        else:
            unscored = Unscored(*map(round, (*below, *below)))
    rows = None if "rows" not in values.numbers else float(values.numbers["rows"].max())
    return _counted(bins, unscored, rows)


def _from_bins(values: CountValues) -> CountedRows:
    lowest = values.numbers["score" if values.columns.kind == "scores" else "lowest"] + 0.0
    highest = values.numbers.get("highest", lowest) + 0.0
    order = np.lexsort((-highest, -lowest))
    wrong = lowest[order] > highest[order]
    overlaps = wrong | np.append(False, highest[order][1:] > lowest[order][:-1])
    if overlaps.any():
        first = int(np.argmax(overlaps))
        other = "" if wrong[first] else f" and that in row {values.rows[order[first - 1]]:,} overlap"
        raise InvalidPredictions(
            f"The bin in {values.place(int(order[first]))}{other or ' ends below its beginning'}. Provide disjoint "
            "bins; where they belong to several models, name the model of each in a column called model."
        )
    starts = np.flatnonzero(np.append(True, highest[order][1:] < lowest[order][:-1]))  # ends that touch are one bin
    bins = {
        "lowest": np.minimum.reduceat(lowest[order], starts),
        "highest": np.maximum.reduceat(highest[order], starts),
    }
    for role in ("positives", "negatives", "positive_squares", "negative_squares"):
        if role in values.numbers:
            bins[role] = np.add.reduceat(values.numbers[role][order], starts)
    return _counted(bins, ALL_SCORED, None if "rows" not in values.numbers else float(values.numbers["rows"].sum()))


def _counted(bins: Mapping[str, FloatArray], unscored: Unscored, rows: float | None) -> CountedRows:
    counts = {role: column for role, column in bins.items() if role not in ("lowest", "highest")}
    curve = curve_from_bins(bins["lowest"], bins["highest"], **counts, unscored=unscored)
    if not curve.weighted:
        return CountedRows(curve, int(curve.positives + curve.negatives), n_pos=int(curve.positives))
    if rows is None:
        raise InvalidPredictions("The counts are sums of weights. Add a column rows with the number of rows.")
    _require_possible_squares(curve, rows)
    return CountedRows(curve, int(rows))


def _require_possible_squares(curve: ThresholdCurve, rows: float) -> None:
    """Check that weights can have the sums of squares, from which intervals follow.

    Weights are not negative, so that sum² / rows <= sum of squares <= sum².
    """
    if curve.squares is None:
        return
    slack = 1 + _ROUNDED_SQUARES
    for weights, of_class in ((curve.tp, curve.squares.tp), (curve.fp, curve.squares.fp)):
        total, squares = float(weights[-1]), float(of_class[-1])
        if squares > slack * total**2 or total**2 > slack * rows * squares:
            raise InvalidPredictions(
                f"The weights of {count(rows)} rows with the sum {total:g} cannot have squares with the sum "
                f"{squares:g}. Correct the sums, or the number of rows."
            )


def _descending(values: CountValues) -> CountValues:
    """Return the thresholds in descending order, repeated rows once."""
    numbers = values.numbers
    values = values.take(np.lexsort((numbers["tp"] + numbers["fp"], -numbers["threshold"])))
    same = {role: column[1:] == column[:-1] for role, column in values.numbers.items()}
    repeated = np.append(False, same["threshold"])
    differs = repeated & ~np.append(True, np.logical_and.reduce(list(same.values())))
    if differs.any():
        first = int(np.argmax(differs))
        raise InvalidPredictions(
            f"The threshold in {values.place(first)} occurs with other counts in row {values.rows[first - 1]:,}. "
            "Export thresholds with all their digits; where rows belong to several models or classes, name these in "
            "a column called model or class."
        )
    values = values.take(np.flatnonzero(~repeated))
    for role in ("tp", "fp"):
        column = values.numbers[role]
        falls = np.append(False, column[1:] < column[:-1])
        if falls.any():
            first = int(np.argmax(falls))
            raise InvalidPredictions(
                f"{values.name(role)} falls from {count(column[first - 1])} in {values.place(first - 1)} to "
                f"{count(column[first])} in {values.place(first)}: a lower threshold flags no fewer rows. Export "
                "cumulative counts of the rows at or above each threshold, or counts per bin as lowest, highest, "
                "positives and negatives."
            )
    return values


def _total(values: CountValues, flagged: str, missed: str, name: str) -> float:
    """Return the number of rows of a class, and check that it is the same at each threshold."""
    column = values.numbers[flagged]
    if missed not in values.numbers:
        total = values.numbers.get(name, column[-1:])
        text = values.name(name) if name in values.numbers else name
    else:
        total = column + values.numbers[missed]
        text = f"{values.name(flagged)} + {values.name(missed)}"
    differs = np.abs(total - total[0]) > _ROUNDING * total[0] * bool("tp_squares" in values.numbers)
    if differs.any():
        first = int(np.argmax(differs))
        raise InvalidPredictions(
            f"{text} is {count(total[0])} in {values.place(0)} and {count(total[first])} in {values.place(first)}: "
            f"the number of {name} is the same at each threshold. Correct the counts, and keep one model in one table "
            "or name the model of each row in a column called model."
        )
    if total[0] < column[-1]:
        raise InvalidPredictions(
            f"{text} is {count(total[0])}, and {values.name(flagged)} is {count(column[-1])} in "
            f"{values.place(column.size - 1)}. Correct the counts."
        )
    return float(total[0])


def _rows_below(below: list[float]) -> str:
    return f"{count(below[0])} positive and {count(below[1])} negative rows lie"
