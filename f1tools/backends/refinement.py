"""Which cells the next pass must count again, in finer bins or score by score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from f1tools.backends.cells import Cells
from f1tools.backends.plan import Plan, pieces_of
from f1tools.core.bins import may_hold_best, metric_bounds, several_scores
from f1tools.core.constraints import Constraint
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric
from f1tools.core.optimum import ConstraintsNotMet, best

_DRAWN_CELLS = 1024
_MAX_RANGES = 16  # conditions on every row: dask needs a second for a few dozen
_JOINED_SHARE = 0.25  # of the rows that must be counted again: at most this share more are counted, for fewer ranges
_MIN_BINS = 4  # for each cell that is divided
_MAX_HEAVY = 8  # cells that are divided apart because they hold so large a share of the rows


@dataclass(frozen=True)
class Target:
    """A metric whose best threshold is to be exact, under some constraints."""

    objective: Metric
    constraints: tuple[Constraint, ...] = ()


def unresolved(curve: ThresholdCurve, targets: Iterable[Target]) -> BoolArray:
    """Return which cells may hold a better threshold than the best known one, or an equally good lower one.

    Parameters
    ----------
    curve : ThresholdCurve
    targets : iterable of Target
        Metrics that are not monotone have no bounds inside a cell, and are ignored.

    Returns
    -------
    ndarray of bool of shape (k,)
        By position on the curve. Where no element is true, the optimum is exact: threshold, counts, and the next lower
        score.
    """
    needed = np.zeros(len(curve), np.bool_)
    if curve.is_exact:
        return needed
    for target in targets:
        if target.objective.monotone:
            needed |= _unresolved_by(curve, target)
    return needed


def _unresolved_by(curve: ThresholdCurve, target: Target) -> BoolArray:
    try:
        optimum = best(curve, target.objective, constraints=target.constraints)
    except ConstraintsNotMet:
        return may_hold_best(curve, target.objective, -np.inf, target.constraints)[0]
    except ValueError:  # undefined at every threshold: a class has no rows in this group
        return np.zeros(len(curve), np.bool_)
    candidates, _ = may_hold_best(curve, target.objective, optimum.value, target.constraints)
    upper = metric_bounds(curve, target.objective)[1]
    lower_thresholds = curve.thresholds < optimum.point.threshold
    return candidates & (lower_thresholds | (upper > optimum.value))


def too_coarse(curve: ThresholdCurve, n_bins: int) -> BoolArray:
    """Return which cells hold too many rows of a class to be drawn, by position on the curve."""
    coarse = np.zeros(len(curve), np.bool_)
    for cumulative in (curve.tp, curve.fp):
        share = np.diff(cumulative.astype(np.float64), prepend=0.0) * min(_DRAWN_CELLS, n_bins)
        coarse |= share > float(cumulative[-1])
    return coarse & several_scores(curve)


def next_plan(cells: Cells, chosen: BoolArray, *, n_bins: int, few_rows: int) -> Plan:
    """Plan a pass that counts the rows of some cells again.

    Parameters
    ----------
    cells : Cells
        Disjoint, ascending.
    chosen : ndarray of bool of shape (k,)
        At least one cell.
    n_bins : int
        About how many bins the pass may have, beside four for each cell it divides.
    few_rows : int
        So many rows may be counted score by score.
    """
    before = np.append(0, np.cumsum(cells.rows))
    starts, ends = _stretches(chosen, before)
    ranges = tuple(zip(cells.lowest[starts].tolist(), cells.highest[ends - 1].tolist(), strict=True))
    rows = before[ends] - before[starts]
    if rows.sum() <= few_rows:
        return Plan(ranges)
    # The cell at 0, if there is one, is divided apart: the magnitudes in the others are known. So is a cell of many
    # rows, or it could share a stretch with far larger scores, of which one bin would hold all of its own.
    around_zero = [np.searchsorted(cells.highest, 0.0), np.searchsorted(cells.lowest, 0.0, side="right")]
    heavy = np.flatnonzero(cells.rows * _MAX_HEAVY > rows.sum())
    edges = np.unique(np.concatenate([starts, ends, around_zero, heavy, heavy + 1]))
    parts = [(i, j) for i, j in pairwise(edges.tolist()) if before[j] > before[i] and _within(i, starts, ends)]
    pieces = []
    for i, j in parts:
        bins = max(_MIN_BINS * (j - i), int(n_bins * (before[j] - before[i]) // rows.sum())) + _MIN_BINS
        pieces += pieces_of(cells.lowest[i].item(), cells.highest[j - 1].item(), bins)
    return Plan(ranges, tuple(pieces))


def _within(cell: int, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> bool:
    """Return whether a cell lies in one of some stretches."""
    position = int(np.searchsorted(starts, cell, side="right")) - 1
    return position >= 0 and cell < ends[position]


def _stretches(chosen: BoolArray, rows_before: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return first cells, and cells after the last ones, of few stretches that cover all chosen cells.

    Those with the fewest rows in between are joined: each stretch is a condition on every row.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]])))
    starts, ends = edges[::2], edges[1::2]
    between = rows_before[starts[1:]] - rows_before[ends[:-1]]
    order = np.argsort(between, kind="stable")
    affordable = (rows_before[ends] - rows_before[starts]).sum() * _JOINED_SHARE
    n_joined = max(int((np.cumsum(between[order]) <= affordable).sum()), starts.size - _MAX_RANGES)
    apart = np.sort(order[n_joined:])
    return starts[np.append(0, apart + 1)], ends[np.append(apart, ends.size - 1)]


def inside(cells: Cells, plan: Plan) -> BoolArray:
    """Return which cells lie in the ranges of a plan: those that the pass replaces."""
    lows, highs = np.array(plan.ranges).T
    position = np.searchsorted(lows, cells.lowest, side="right") - 1
    result: BoolArray = (position >= 0) & (cells.lowest <= highs[position])
    return result


def holding(cells: Cells, scores: FloatArray) -> BoolArray:
    """Return which cells, disjoint and ascending, hold some scores that occur."""
    chosen = np.zeros(len(cells), np.bool_)
    chosen[np.searchsorted(cells.lowest, scores, side="right") - 1] = True
    return chosen
