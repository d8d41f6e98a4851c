"""Whether scores could be chances."""

from __future__ import annotations

from f1tools.curve import ThresholdCurve


def is_probability(curve: ThresholdCurve) -> bool:
    """Tell whether all scores lie from 0 to 1, so that they could be chances.

    Examples
    --------
    >>> is_probability(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]))
    True
    >>> is_probability(ThresholdCurve.from_predictions([1, 0], [3.5, -2.0]))
    False
    """
    return bool(curve.thresholds[-1] >= 0 and curve.thresholds[1] <= 1)
