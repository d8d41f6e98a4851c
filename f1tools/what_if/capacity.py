"""What if only so many cases can be looked at."""

from __future__ import annotations

from bisect import bisect_right

from f1tools.core.curve import OperatingPoint, ThresholdCurve
from f1tools.core.metrics import rounding_tolerance


def at_capacity(curve: ThresholdCurve, share: float) -> OperatingPoint:
    """Give the lowest threshold that flags at most a share of all cases.

    Cases of one score are flagged together, so somewhat fewer may be flagged than there is room for.

    Parameters
    ----------
    curve : ThresholdCurve
    share : float
        Of all cases, from 0 to 1.

    Raises
    ------
    ValueError
        When the share is out of range.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> at_capacity(curve, 0.5).threshold, at_capacity(curve, 0.75).threshold
    (0.9, 0.4)
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A share of the cases lies between 0 and 1, got {share}.")
    total = curve.positives + curve.negatives

    def flagged(position: int) -> float:
        return float((curve.tp[position].item() + curve.fp[position].item()) / total)

    room = share + rounding_tolerance(weighted=curve.weighted)
    return curve.at(float(curve.thresholds[bisect_right(range(len(curve)), room, key=flagged) - 1]))
