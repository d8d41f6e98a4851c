"""The best threshold alone, without sorting all rows.

Rows are counted in bins of their scores. At the edges between bins the metric is exact; inside a bin it is at most its
value if all positives of the bin came first. Bins whose bound is below the best edge cannot hold the optimum, so only
the rows of the other bins are examined again, in finer bins and finally one by one. This works for every metric that
never falls when a true positive is gained without a false positive.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray, Value
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, attains, metric
from f1tools.core.optimum import Optimum, best
from f1tools.core.tally import ALL_SCORED, Unscored, split_unscored, tally
from f1tools.core.validation import as_scores, as_weights, binarize_labels, require_scores, require_weight

_BINS = 8192
_FEW_ROWS = 50_000  # sorting so few is as fast as counting them in bins
_MAX_ROUNDS = 5  # each puts the remaining rows into bins thousands of times finer
_BLOCK = 1 << 16  # rows processed at a time
_SAMPLE_SIZE = 2048  # rows examined before the bins are laid out
_MIN_WIDTH = 1e-290  # narrower ranges leave no digits to tell bins apart


class _Rows(NamedTuple):
    """Rows in one range of scores."""

    positive: BoolArray
    score: NDArray[Any]
    weight: FloatArray | None


class _Bins(NamedTuple):
    """Where the first bin starts, and the number of bins per unit, of the scores or of their bits."""

    low: float
    scale: float
    of_bits: bool = False


class _Totals(NamedTuple):
    """Counts above the range at the lowest threshold there, of all rows with a score, and of those without."""

    tp: Value
    fp: Value
    positives: Value
    negatives: Value
    unscored: Unscored


def best_threshold(
    y_true: ArrayLike,
    y_score: ArrayLike,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    sample_weight: ArrayLike | None = None,
    pos_label: object = None,
) -> Optimum:
    """Find the best threshold exactly, several times faster than one sort of the scores.

    The result equals ``best(ThresholdCurve.from_predictions(...), objective)``. Use the curve for constraints, a
    plateau or other thresholds.

    Parameters
    ----------
    y_true : array-like of shape (n,)
    y_score : array-like of shape (n,)
    objective : str or Metric
    beta : float, optional
        For ``"fbeta"``.
    sample_weight : array-like of shape (n,), optional
    pos_label : bool, number or str, optional

    Raises
    ------
    InvalidPredictions
        When the columns hold invalid values.
    ValueError
        For an unknown metric or a beta that does not fit it.

    Examples
    --------
    >>> optimum = best_threshold([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> optimum.point.threshold, optimum.interval
    (0.4, (0.1, 0.4))
    """
    objective = metric(objective, beta)
    positive = binarize_labels(y_true, pos_label)
    score = as_scores(y_score, positive.size)
    weight = None if sample_weight is None else as_weights(sample_weight, positive.size)
    if weight is not None:
        require_weight(weight, positive, 1 if pos_label is None else pos_label)
    if weight is not None and not weight.all():
        used = weight != 0
        positive, score, weight = positive[used], require_scores(score)[used], weight[used]
    if not objective.monotone:
        return best(ThresholdCurve(*tally(positive, score, weight)), objective)
    return best(_curve_near_best(_Rows(positive, score, weight), objective), objective)


def _curve_near_best(rows: _Rows, objective: Metric) -> ThresholdCurve:
    """Build the part of the curve that holds all optima and their next lower scores, and its two ends."""
    totals: _Totals | None = None
    lowest, unscored = float(rows.score.min()), ALL_SCORED
    if lowest == -np.inf:
        positive, score, weight, unscored = split_unscored(rows.positive, require_scores(rows.score), rows.weight)
        rows = _Rows(positive, score, weight)
        lowest = float(rows.score.min())
    with np.errstate(over="ignore"):  # scores far outside the bins become infinite and go into the last one
        for _ in range(_MAX_ROUNDS):
            bins = _choose_bins(rows.score)
            if bins is None:
                break
            n_before = rows.score.size
            rows, totals = _narrow(rows, totals, objective, bins, unscored)
            if rows.score.size == n_before:
                break
    part = tally(*rows)
    if totals is None:
        return ThresholdCurve(*part._replace(unscored=unscored))
    thresholds = part.thresholds
    tp = np.minimum(part.tp + totals.tp, totals.positives)
    fp = np.minimum(part.fp + totals.fp, totals.negatives)
    if thresholds[-1] > lowest:
        thresholds = np.append(thresholds, lowest)
        tp, fp = np.append(tp, totals.positives), np.append(fp, totals.negatives)
    # No threshold above the range is better than the first point, where nothing is flagged.
    tp[0] = fp[0] = 0
    tp[-1], fp[-1] = totals.positives, totals.negatives
    return ThresholdCurve(thresholds, tp, fp, unscored=unscored)


def _choose_bins(score: NDArray[Any]) -> _Bins | None:
    """Lay out bins over the range of a sample of the scores; None where sorting all rows is as good.

    Scores outside go into the first and the last bin, so that single outliers do not widen all bins. Where one bin
    would hold most scores, as after squashing, bins are laid out over the bits, which are finer towards 0.
    """
    low, high = float(score.min()), float(score.max())
    if score.size <= _FEW_ROWS or not np.isfinite([low, high]).all():
        return None
    sample = score[:: max(score.size // _SAMPLE_SIZE, 1)].astype(np.float64)
    bits = _sortable_bits(sample)
    linear = _spanning(sample, low, high)
    of_bits = _spanning(bits, *_sortable_bits(np.array([low, high])).tolist())
    if of_bits is not None and (linear is None or _largest_bin(sample, linear) > 4 * _largest_bin(bits, of_bits)):
        return of_bits._replace(of_bits=True)
    return linear


def _spanning(sample: NDArray[Any], low: float, high: float) -> _Bins | None:
    """Return bins from the lowest to the highest value of a sample; if all are equal, from low to high."""
    if sample.min() < sample.max():
        low, high = sample.min().item(), sample.max().item()
    return _Bins(low, (_BINS - 0.5) / (high - low)) if _MIN_WIDTH < high - low < np.inf else None


def _largest_bin(sample: NDArray[Any], bins: _Bins) -> int:
    return int(np.bincount(_bin_numbers(sample, bins).astype(np.intp)).max())


def _bin_numbers(values: NDArray[Any], bins: _Bins, out: FloatArray | None = None) -> FloatArray:
    """Return numbers whose integer part is the bin. Rounding is monotone, so bins keep the order of the scores."""
    numbers: FloatArray = np.subtract(values, bins.low, out=out, dtype=np.float64)
    numbers *= bins.scale
    return np.clip(numbers, 0, _BINS - 1, out=numbers)


def _sortable_bits(score: NDArray[Any]) -> NDArray[np.int64]:
    """Return the bits of the scores as integers in the same order."""
    bits: NDArray[np.int64] = np.add(score, 0.0, dtype=np.float64).view(np.int64)  # -0.0 becomes 0.0
    bits ^= (bits >> 63) & np.int64((1 << 63) - 1)
    return bits


def _narrow(
    rows: _Rows, totals: _Totals | None, objective: Metric, bins: _Bins, unscored: Unscored
) -> tuple[_Rows, _Totals]:
    """Keep the rows from the first to the last bin that can hold an optimum, and of the next filled bin below."""
    positives, negatives = _histogram(rows, bins)
    if totals is None:
        totals = _Totals(0 * positives[0], 0 * negatives[0], positives.sum(), negatives.sum(), unscored)
    # At edge j the bins from j up are flagged.
    tp = totals.tp + np.append(np.cumsum(positives[::-1])[::-1], 0)
    fp = totals.fp + np.append(np.cumsum(negatives[::-1])[::-1], 0)
    at_best_edge = np.nan_to_num(_evaluate(objective, tp, fp, totals), nan=-np.inf).max()
    bounds = np.nan_to_num(_evaluate(objective, tp[:-1], fp[1:], totals), nan=np.inf)
    filled = np.flatnonzero(positives + negatives)
    promising = np.flatnonzero(attains(bounds[filled], at_best_edge, weighted=rows.weight is not None))
    first, last = int(filled[max(promising[0] - 1, 0)]), int(filled[promising[-1]])
    return _select(rows, bins, first, last), totals._replace(tp=tp[last + 1], fp=fp[last + 1])


def _evaluate(objective: Metric, tp: NDArray[Any], fp: NDArray[Any], totals: _Totals) -> FloatArray:
    tp, fp = np.minimum(tp, totals.positives), np.minimum(fp, totals.negatives)
    positives, negatives = totals.positives + totals.unscored.positives, totals.negatives + totals.unscored.negatives
    counts = ConfusionCounts(tn=negatives - fp, fp=fp, fn=positives - tp, tp=tp)
    values: FloatArray = objective.evaluate(counts)
    return values


def _blocks(rows: _Rows, bins: _Bins) -> Iterator[tuple[slice, FloatArray]]:
    """Yield the rows in blocks, each with its bin numbers, see :func:`_bin_numbers`."""
    buffer = np.empty(min(_BLOCK, rows.score.size))
    for start in range(0, rows.score.size, _BLOCK):
        block = slice(start, min(start + _BLOCK, rows.score.size))
        values = _sortable_bits(rows.score[block]) if bins.of_bits else rows.score[block]
        yield block, _bin_numbers(values, bins, buffer[: block.stop - start])


def _histogram(rows: _Rows, bins: _Bins) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the number, or the weight, of the positive and of the negative rows in each bin."""
    totals = np.zeros(2 * _BINS, dtype=np.int64 if rows.weight is None else np.float64)
    for block, numbers in _blocks(rows, bins):
        cell = numbers.astype(np.intp)
        cell += rows.positive[block] * np.int64(_BINS)
        weight = None if rows.weight is None else rows.weight[block]
        totals += np.bincount(cell, weight, minlength=2 * _BINS)
    return totals[_BINS:], totals[:_BINS]


def _select(rows: _Rows, bins: _Bins, first: int, last: int) -> _Rows:
    """Return the rows of the bins from first to last."""
    positive, score, weight = [], [], []
    for block, numbers in _blocks(rows, bins):
        inside = np.flatnonzero((numbers >= first) & (numbers < last + 1))
        positive.append(rows.positive[block][inside])
        score.append(rows.score[block][inside])
        if rows.weight is not None:
            weight.append(rows.weight[block][inside])
    return _Rows(np.concatenate(positive), np.concatenate(score), np.concatenate(weight) if weight else None)
