"""The best threshold within limits, or without them where no threshold keeps them."""

from __future__ import annotations

from collections.abc import Sequence

from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric
from f1tools.core.optimum import ConstraintsNotMet, Optimum, best


def best_within(curve: ThresholdCurve, wanted: Metric, constraints: Sequence[Constraint]) -> tuple[Optimum, str]:
    """Find the best threshold; where the constraints cannot all be met, without them.

    Returns
    -------
    Optimum
        Its constraints are those that it keeps.
    str
        Why the constraints had to be left aside; empty where they hold.

    Examples
    --------
    >>> from f1tools.core.metrics import metric
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> found, not_met = best_within(curve, metric("f1"), [Constraint.at_most("flagged", 1)])
    >>> found.point.threshold, not_met
    (0.9, '')
    """
    try:
        return best(curve, wanted, constraints=constraints), ""
    except ConstraintsNotMet as error:
        return best(curve, wanted), str(error)
