"""What a result should be read with: few positives, a best threshold that says little, scores that are not calibrated.

Each piece of advice says what was seen, what it means and what to do, in words for people who are not statisticians.
None is given where all is as it should be.
"""

from __future__ import annotations

import math

from f1tools.advice.looks import LOOKS
from f1tools.advice.seen import Advice, Kind, Seen
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum
from f1tools.core.plateau import Plateau

__all__ = ["Advice", "Kind", "advise"]


def advise(
    curve: ThresholdCurve, optimum: Optimum, near: Plateau, *, out_of_sample: bool, expected: float | None = None
) -> list[Advice]:
    """Say what a best threshold should be read with, warnings first; nothing where nothing is amiss.

    What a warning has made pointless is left out: with hardly any positives nothing else is worth saying.

    Parameters
    ----------
    curve : ThresholdCurve
        Not thinned; the one the optimum was found on, or measured on.
    optimum : Optimum
    near : Plateau
        Of this optimum on this curve.
    out_of_sample : bool
        Whether the threshold was chosen on other rows than those of the curve.
    expected : float, optional
        What the threshold is worth on new rows, from :func:`f1tools.uncertainty.tuned_estimate`. Whether the scores are
        of any use is then told by it, and not by the value of the rows that chose the threshold, which is too good.

    Examples
    --------
    >>> from f1tools.core.optimum import best
    >>> from f1tools.core.plateau import plateau
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> found = best(curve)
    >>> [(one.kind, one.level) for one in advise(curve, found, plateau(curve, found), out_of_sample=False)]
    [('few_positives', 'warning')]
    """
    if expected is not None and math.isnan(expected):
        expected = None
    seen = Seen(curve, optimum, near, out_of_sample, expected)
    given: list[Advice] = []
    for look, silenced_by in LOOKS:
        warned = {one.kind for one in given if one.level == "warning"}
        found = None if warned & silenced_by else look(seen)
        given += [] if found is None else [found]
    return sorted(given, key=lambda one: one.level != "warning")
