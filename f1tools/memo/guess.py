"""What a reader could guess of a withheld best threshold from all that is shown beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric

_TRIED = 64  # counts in the middle of a wide gap
_ROUNDING = 1e-9


def could_be_guessed(
    card: Mapping[str, Any], told: Sequence[tuple[int, int]], at: float, wanted: Metric, below: int
) -> bool:
    """Tell whether a card gives away a small count at a best threshold that is withheld.

    Its counts lie between those of the stops around it. They hold a small count, else they would be told; and nothing
    that is shown is better. Where all counts that agree with this have one small difference in common, that one is
    known.

    Parameters
    ----------
    card : mapping
        From :func:`~f1tools.memo.suppress.without_small_counts`.
    told : sequence of (int, int)
        True and false positives that were told before the best threshold was looked at.
    at : float
        The best threshold.
    wanted : Metric
        What it is best by, on these very rows and without limits.
    below : int
        Counts from 1 to one less than this stay out.

    Examples
    --------
    >>> from f1tools.core.metrics import metric
    >>> card = {"positives": 2, "negatives": 40, "stops": ["0.1", "0.2", "0.8"], "tp": [2, 2, 0], "fp": [40, 2, 0]}
    >>> could_be_guessed(card, (), 0.5, metric("f1"), 2)  # only 2 true and 1 false positives are better than 2 and 2
    True
    >>> could_be_guessed(card | {"fp": [40, 4, 0]}, (), 0.5, metric("f1"), 2)
    False
    """
    stops = [float(text) for text in card["stops"]]
    upper = min((n for n, stop in enumerate(stops) if stop >= at), default=len(stops) - 1)
    fewest, most = ((card["tp"][n], card["fp"][n]) for n in (upper, max(upper - 1, 0)))
    sides = [_between(low, high, below) for low, high in zip(fewest, most, strict=True)]
    tp, fp = (grid.ravel() for grid in np.meshgrid(*sides))
    ends = [(0, 0), (card["positives"], card["negatives"])]
    holds_small = np.any([_small(tp - one[0], below) | _small(fp - one[1], below) for one in (*ends, *told)], axis=0)
    reached = np.max(_values(card, np.array(card["tp"]), np.array(card["fp"]), wanted))
    agree = holds_small & (_values(card, tp, fp, wanted) > reached + _ROUNDING)
    if not agree.any():
        return True
    steps = [some[agree] - end for ends in (fewest, most) for some, end in zip((tp, fp), ends, strict=True)]
    return any(bool(np.all(step == step[0]) and _small(step[:1], below)[0]) for step in steps)


def _between(low: int, high: int, below: int) -> NDArray[np.int64]:
    """Give the counts from low to high: all of those that are near to one of them, and some of the others."""
    near = np.arange(3 * below)
    some = np.concatenate([low + near, high - near, np.linspace(low, high, _TRIED).astype(np.int64)])
    return np.unique(some[(low <= some) & (some <= high)])


def _small(step: NDArray[np.int64], below: int) -> NDArray[np.bool_]:
    size = np.abs(step)
    found: NDArray[np.bool_] = (size > 0) & (size < below)
    return found


def _values(
    card: Mapping[str, Any], tp: NDArray[np.int64], fp: NDArray[np.int64], wanted: Metric
) -> NDArray[np.float64]:
    counts = ConfusionCounts(tn=card["negatives"] - fp, fp=fp, fn=card["positives"] - tp, tp=tp)
    return np.nan_to_num(np.asarray(wanted.evaluate(counts), dtype=np.float64), nan=-np.inf)
