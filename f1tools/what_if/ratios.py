"""How much the answer depends on the costs: which threshold is cheapest for which ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.what_if.hull import hull_positions


@dataclass(frozen=True, eq=False)
class CostRanges:
    """The thresholds that are cheapest for some costs, and for which.

    Parameters
    ----------
    thresholds : ndarray of shape (h,)
        Descending: the higher a miss is valued, the lower the threshold. All others are never cheaper than these.
    low, high : ndarray of shape (h,)
        Each is cheapest where a miss is worth from ``low`` to ``high`` false alarms. The ranges follow each other from
        0 to inf; where two meet both are equally cheap. A range is a single number where a threshold is cheapest only
        if the other error costs nothing.

    Examples
    --------
    >>> ranges = cost_ranges(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.3, 0.1]))
    >>> ranges.thresholds.tolist(), ranges.low.tolist(), ranges.high.tolist()
    ([inf, 0.9, 0.3, 0.1], [0.0, 0.0, 1.0, inf], [0.0, 1.0, inf, inf])
    >>> ranges.at(2.5)
    0.3
    """

    thresholds: FloatArray
    low: FloatArray
    high: FloatArray

    def at(self, ratio: float) -> float:
        """Give the cheapest threshold where a miss is worth so many false alarms, of equal ones the lowest.

        Raises
        ------
        ValueError
            When the ratio is negative or not a number.
        """
        if not ratio >= 0:
            raise ValueError(f"A miss is worth some number of false alarms from 0 up, got {ratio}.")
        return float(self.thresholds[int(np.searchsorted(self.low, ratio, side="right")) - 1])


def cost_ranges(curve: ThresholdCurve) -> CostRanges:
    """Find for every threshold the ratios of costs that it is cheapest for.

    For any costs a cheapest threshold is a corner of the ROC curve's convex hull; at the edge between two corners the
    ratio is what a further catch costs in false alarms.

    Examples
    --------
    >>> cost_ranges(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])).at(1.0)
    0.9
    """
    corners = curve.part(hull_positions(curve))
    alarms = np.diff(corners.fp.astype(np.float64))
    catches = np.diff(corners.tp.astype(np.float64))
    borders = np.divide(alarms, catches, out=np.full(alarms.shape, np.inf), where=catches > 0)
    borders = np.maximum.accumulate(borders)  # sums of weights may be out of order in their last digits
    return CostRanges(corners.thresholds, np.append(0.0, borders), np.append(borders, np.inf))
