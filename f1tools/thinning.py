"""Which thresholds of a long curve a drawing or a slider needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from f1tools.curve import ThresholdCurve


def positions_to_keep(curve: ThresholdCurve, most: int, keep: Iterable[float]) -> NDArray[np.intp]:
    """Choose about ``most`` positions of a longer curve: see :meth:`f1tools.curve.ThresholdCurve.thinned`."""
    kept = set(curve.positions(keep).tolist())
    last = len(curve) - 1
    fixed = {0, 1, last, *kept, *(min(position + 1, last) for position in kept)}
    return np.unique(np.concatenate([np.array(sorted(fixed)), *_spread(curve, (most - len(fixed)) // 4)]))


def _spread(curve: ThresholdCurve, share: int) -> Iterator[NDArray[np.intp]]:
    """Spread a share of the positions over the scores, over the distinct scores, and over the rows of either class."""
    steps = np.linspace(0.0, 1.0, max(share, 0))
    high, low = curve.thresholds[1], curve.thresholds[-1]
    yield curve.positions(high * (1 - steps) + low * steps)
    yield (steps * (len(curve) - 1)).astype(np.intp)
    for found in (curve.tp, curve.fp):
        yield np.searchsorted(found, (steps * found[-1]).astype(found.dtype)).astype(np.intp)
