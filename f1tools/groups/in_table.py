"""The groups of a threshold table: their counts at one threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.types import InvalidPredictions
from f1tools.groups.grouping import MAX_GROUPS
from f1tools.threshold_table import CountedRows, ThresholdTable


def groups_in(table: ThresholdTable, model: str) -> dict[str, CountedRows]:
    """Return the groups of a model by name.

    Raises
    ------
    InvalidPredictions
        When there are none, or more than 100.
    """
    groups = dict(table.groups.get(model, {}))
    if not groups:
        raise InvalidPredictions("The threshold table has no groups. Summarize the rows with their column of groups.")
    if len(groups) > MAX_GROUPS:
        raise InvalidPredictions(
            f"The threshold table has {len(groups):,} groups; at most {MAX_GROUPS} can be compared. Summarize the rows "
            "with another column of groups, or merge values."
        )
    return groups


def point_in(name: str, curve: ThresholdCurve, threshold: float) -> OperatingPoint:
    """Return the operating point of a group at a threshold.

    Raises
    ------
    InvalidPredictions
        When the rows were counted in bins, and the threshold lies inside one of them.
    """
    if curve.is_inside_bin(threshold):
        raise InvalidPredictions(
            f"The counts of the group {formatting.truncate(name)} {formatting.at_threshold(f'{threshold:.4g}')} are "
            "not known: it lies between two thresholds of the table. Choose another threshold, or summarize the rows "
            "with more bins."
        )
    return curve.at(threshold)


def check_sum(every: OperatingPoint, parts: Sequence[OperatingPoint]) -> None:
    """Check that groups have together the counts of all rows.

    Raises
    ------
    InvalidPredictions
        When they have not.
    """
    for cell, count in vars(every.counts).items():
        if not math.isclose(sum(float(getattr(each.counts, cell)) for each in parts), float(count), rel_tol=1e-9):
            raise InvalidPredictions(
                "The groups of the threshold table are not all of its rows: their counts do not add up. Summarize the "
                "rows with their groups again."
            )


def rest_of(every: OperatingPoint, part: OperatingPoint) -> OperatingPoint:
    """Return the operating point of all rows but some of them.

    Examples
    --------
    >>> every, part = (OperatingPoint(0.5, ConfusionCounts(*counts)) for counts in ((4, 3, 2, 1), (1, 1, 1, 0)))
    >>> rest_of(every, part).counts.fp
    2
    """
    squares = None
    if every.squares is not None and part.squares is not None:
        squares = _less(every.squares, part.squares)
    return OperatingPoint(every.threshold, _less(every.counts, part.counts), squares)


def _less(every: ConfusionCounts, part: ConfusionCounts) -> ConfusionCounts:
    # Sums of weights are rounded, so that a difference may be slightly below 0.
    cells = {cell: np.maximum(getattr(every, cell) - getattr(part, cell), 0) for cell in vars(every)}
    return ConfusionCounts(**cells).item()


def positive_rows(counted: CountedRows) -> int:
    """Return the number of positive rows; where only their weight is known, its share of all rows."""
    if counted.n_pos is not None:
        return counted.n_pos
    curve = counted.curve
    if not curve.weighted:
        return int(curve.positives)
    total = float(curve.positives) + float(curve.negatives)
    return round(counted.n * float(curve.positives) / total) if total and math.isfinite(total) else 0
