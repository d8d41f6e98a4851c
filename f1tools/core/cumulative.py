"""Cumulative counts at every threshold, such as a database computes them, checked and brought into a curve's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import FloatArray, Value
from f1tools.core.tally import Tally, Unscored
from f1tools.core.types import InvalidPredictions
from f1tools.core.validation import as_column, as_scores, require_nonnegative


def cumulative_counts(
    thresholds: ArrayLike, counts: Mapping[str, ArrayLike | None], totals: Mapping[str, float | None]
) -> Tally:
    """Return thresholds in descending order from +inf with cumulative counts, as a curve holds them.

    Parameters
    ----------
    thresholds : array-like of shape (k,)
    counts : mapping from name to array-like of shape (k,) or None
        ``tp``, ``fp``, ``tp_squares`` and ``fp_squares``, as for :meth:`f1tools.ThresholdCurve.from_counts`.
    totals : mapping from name to float or None
        The totals of the same columns, in the same order: ``positives``, ``negatives``, ``positive_squares`` and
        ``negative_squares``.

    Raises
    ------
    InvalidPredictions
        When the columns cannot be the counts of any rows.
    """
    at = as_column(thresholds, "thresholds")
    at = as_scores(at, at.size, "thresholds").astype(np.float64, copy=False)
    columns = {name: _counts(values, at.size, name) for name, values in counts.items() if values is not None}
    if np.isnan(at).any() or (at == -np.inf).any():
        raise InvalidPredictions(
            "thresholds must be finite scores, or +inf. Drop the others; rows without a score belong to the totals."
        )
    order = np.argsort(-at, kind="stable")
    at = at[order] + 0.0  # -0.0 becomes 0.0
    repeated = np.flatnonzero(at[1:] == at[:-1])
    if repeated.size:
        raise InvalidPredictions(f"The threshold {at[repeated[0]]} occurs twice. Pass each distinct score once.")
    has_infinity = at[0] == np.inf
    at = at if has_infinity else np.append(np.inf, at)
    columns = {
        name: column[order] if has_infinity else np.append(np.zeros(1, column.dtype), column[order])
        for name, column in columns.items()
    }
    for name, column in columns.items():
        _require_rising(name, at, column)
    if len(columns) == 2 and all((column == np.floor(column)).all() for column in columns.values()):
        columns = {name: column.astype(np.int64) for name, column in columns.items()}
    elif len(columns) < 4:
        raise InvalidPredictions("tp and fp are sums of weights. Pass tp_squares and fp_squares as well.")
    changes = np.flatnonzero((np.diff(columns["tp"]) > 0) | (np.diff(columns["fp"]) > 0)) + 1
    if not changes.size:
        raise InvalidPredictions("tp and fp are 0 at every threshold. At least one row is needed.")
    used = np.append(0, changes)
    kept = [column[used] for column in columns.values()]
    return Tally(at[used], *kept, unscored=_unscored(kept, totals))  # type: ignore[misc]


def cumulative_bins(
    lowest: ArrayLike, highest: ArrayLike, counts: Mapping[str, ArrayLike | None]
) -> tuple[Tally, FloatArray | None]:
    """Return the lowest score of each bin in descending order from +inf with cumulative counts, and the highest scores.

    Parameters
    ----------
    lowest, highest : array-like of shape (k,)
        In any order; equal where a bin holds one score.
    counts : mapping from name to array-like of shape (k,) or None
        ``positives``, ``negatives``, ``positive_squares`` and ``negative_squares`` in each bin.

    Returns
    -------
    tally : Tally
        Bins without rows are left out.
    highest : ndarray or None
        None where every bin holds one score.

    Raises
    ------
    InvalidPredictions
        When the columns cannot be the counts of bins.
    """
    edges = [as_column(values, name) for name, values in (("lowest", lowest), ("highest", highest))]
    low, high = (
        as_scores(edge, edges[0].size, name).astype(np.float64, copy=False) + 0.0  # -0.0 becomes 0.0
        for name, edge in zip(("lowest", "highest"), edges, strict=True)
    )
    columns = {name: _counts(values, low.size, name) for name, values in counts.items() if values is not None}
    filled = columns["positives"] + columns["negatives"] > 0
    order = np.flatnonzero(filled)[np.argsort(-low[filled], kind="stable")]
    low, high = low[order], high[order]
    if not (np.isfinite(low) & np.isfinite(high)).all():
        raise InvalidPredictions("The lowest and highest score of a bin with rows must be finite.")
    wrong = np.flatnonzero((low > high) | np.append(False, high[1:] >= low[:-1]))
    if wrong.size:
        raise InvalidPredictions(
            f"The bin from {low[wrong[0]]} to {high[wrong[0]]} is empty or overlaps another one. Pass disjoint bins."
        )
    names = {"positives": "tp", "negatives": "fp", "positive_squares": "tp_squares", "negative_squares": "fp_squares"}
    summed = {names[name]: np.cumsum(column[order]) for name, column in columns.items()}
    squares = {name: summed.get(name) for name in ("tp_squares", "fp_squares")}
    tally = cumulative_counts(low, {"tp": summed["tp"], "fp": summed["fp"], **squares}, {})
    if (low == high).all():
        return tally, None
    kept = np.searchsorted(-low, -tally.thresholds[1:])  # a weight that rounding absorbs leaves no threshold
    return tally, np.append(np.inf, high[np.append(0, kept[:-1] + 1)])


def _counts(values: ArrayLike, n: int, name: str) -> NDArray[Any]:
    column = as_column(values, name)
    if column.size != n:
        raise InvalidPredictions(f"There are {n:,} thresholds and {column.size:,} values of {name}. Pass one each.")
    return require_nonnegative(as_scores(column, n, name), name)


def _require_rising(name: str, thresholds: FloatArray, column: NDArray[Any]) -> None:
    if column[0] != 0:
        raise InvalidPredictions(f"{name} must be 0 at +inf, where no row is counted, got {column[0]:g}.")
    falls = np.flatnonzero(column[1:] < column[:-1])
    if falls.size:
        first = int(falls[0])
        raise InvalidPredictions(
            f"{name} must not fall as the threshold falls: it is {column[first]:g} at {thresholds[first]:g} and "
            f"{column[first + 1]:g} at {thresholds[first + 1]:g}. Pass cumulative counts."
        )


def _unscored(counts: Sequence[NDArray[Any]], totals: Mapping[str, float | None]) -> Unscored:
    """Return what the totals exceed the last counts by: the rows without a score."""
    known = {name: total for name, total in totals.items() if total is not None}
    names, weighted = list(totals), len(counts) == len(totals)
    for name, squares in zip(names[:2], names[2:], strict=True):
        if squares in known and not weighted:
            raise InvalidPredictions(f"{squares} is a sum of squared weights. Pass tp_squares and fp_squares as well.")
        if weighted and (name in known) != (squares in known):
            raise InvalidPredictions(f"Rows are weighted. Pass {name} and {squares} together, or neither.")
    beyond = [
        _beyond(column[-1].item(), totals[name], name, weighted=weighted)
        for name, column in zip(names, counts, strict=False)
    ]
    return Unscored(*beyond) if weighted else Unscored(*beyond, *beyond)  # every weight is 1, its own square


def _beyond(counted: Value, total: float | None, name: str, *, weighted: bool) -> Value:
    if total is None:
        return 0
    if not (np.isfinite(total) and (weighted or float(total).is_integer())):
        raise InvalidPredictions(f"{name} must be a {'finite' if weighted else 'whole'} number, got {total}.")
    rounding = counted * 1e-12 if weighted else 0  # of a sum in another order
    if total < counted - rounding:
        raise InvalidPredictions(
            f"{name} must be at least the count at the lowest threshold, {counted:,.15g}, got {total:,.15g}. "
            "Pass the total with the rows that have no score."
        )
    beyond = total - counted
    return (beyond if beyond > rounding else 0.0) if weighted else int(beyond)
