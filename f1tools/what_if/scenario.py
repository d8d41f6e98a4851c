"""A what-if scenario: class weights, prevalence and evaluation weights combined; a curve becomes a curve."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from f1tools.core.curve import ThresholdCurve
from f1tools.what_if.class_weight import shift_odds, with_class_weight
from f1tools.what_if.prevalence import at_prevalence, require_prevalence


@dataclass(frozen=True)
class WhatIf:
    """A what-if scenario to apply to a curve; None leaves that aspect unchanged.

    Parameters
    ----------
    class_weight : float, optional
        Weight on the positives in training: scores shift, see :func:`with_class_weight`.
    prevalence : float, optional
        Share of positives in the population: counts change, see :func:`at_prevalence`.
    positive_weight : float, optional
        Weight of each positive in the evaluation, applied last: counts change, as with ``sample_weight``.

    Raises
    ------
    ValueError
        When a weight is not a finite number above 0, or the prevalence not between 0 and 1.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.75, 0.5, 0.25, 0.1])
    >>> scenario = WhatIf(class_weight=3, prevalence=0.2)
    >>> point = scenario.apply(curve).at(scenario.to_scenario(0.25))
    >>> point.threshold, round(float(point.counts.precision()), 6)
    (0.5, 0.333333)
    """

    class_weight: float | None = None
    prevalence: float | None = None
    positive_weight: float | None = None

    def __post_init__(self) -> None:
        for name, weight in (("class_weight", self.class_weight), ("positive_weight", self.positive_weight)):
            if weight is not None and not 0 < weight < math.inf:
                raise ValueError(f"{name} must be finite and above 0, got {weight}.")
        if self.prevalence is not None:
            require_prevalence(self.prevalence)

    @property
    def active(self) -> bool:
        """Whether the scenario changes anything."""
        return self._factor != 1 or self.prevalence is not None or self.positive_weight not in (None, 1)

    @property
    def _factor(self) -> float:
        return 1.0 if self.class_weight is None else self.class_weight

    def apply(self, curve: ThresholdCurve) -> ThresholdCurve:
        """Return the curve under the scenario.

        Raises
        ------
        ValueError
            When a class weight is applied to scores that are not probabilities, or a prevalence to a curve with one
            class only.
        """
        if self._factor != 1:
            curve = with_class_weight(curve, self._factor)
        if self.prevalence is not None:
            curve = at_prevalence(curve, self.prevalence)
        if self.positive_weight not in (None, 1):
            curve = curve.reweighted(self.positive_weight, 1.0)
        return curve

    def to_scenario(self, threshold: float) -> float:
        """Convert a threshold on the measured scores to the equivalent one in the scenario."""
        if self._factor == 1 or not 0 <= threshold <= 1:
            return threshold
        return float(shift_odds(threshold, self._factor))

    def from_scenario(self, threshold: float) -> float:
        """Convert a threshold in the scenario to the equivalent one on the measured scores.

        It is the lowest double whose shifted odds reach the threshold, so a score is at or above it exactly when the
        shifted score is at or above the threshold. For a class weight w, 0.5 becomes 1 / (1 + w).
        """
        if self._factor == 1 or not 0 < threshold <= 1:
            return threshold
        # Nonnegative doubles have the order of their bit patterns.
        bits = bisect_left(range(_bits(1.0)), threshold, key=lambda bits: self.to_scenario(_from_bits(bits)))
        return _from_bits(bits)


def _bits(number: float) -> int:
    return int(np.float64(number).view(np.int64))


def _from_bits(bits: int) -> float:
    return float(np.int64(bits).view(np.float64))
