"""Several what-ifs at once: a curve becomes a curve."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from f1tools.core.curve import ThresholdCurve
from f1tools.what_if.class_weight import shift_odds, with_class_weight
from f1tools.what_if.prevalence import at_prevalence


@dataclass(frozen=True)
class WhatIf:
    """What is asked about a curve; what is None stays as it is.

    Parameters
    ----------
    class_weight : float, optional
        The model had been trained with this weight on the positives: scores move, see :func:`with_class_weight`.
    prevalence : float, optional
        This share of the cases were positive: counts change, see :func:`at_prevalence`.
    positive_weight : float, optional
        Every positive counted so many times in the evaluation, after that: counts change, as with ``sample_weight``.

    Raises
    ------
    ValueError
        When a weight is not a finite number above 0, or the prevalence not between 0 and 1.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.75, 0.5, 0.25, 0.1])
    >>> asked = WhatIf(class_weight=3, prevalence=0.2)
    >>> point = asked.apply(curve).at(asked.to_scenario(0.25))
    >>> point.threshold, round(float(point.counts.precision()), 6)
    (0.5, 0.333333)
    """

    class_weight: float | None = None
    prevalence: float | None = None
    positive_weight: float | None = None

    def __post_init__(self) -> None:
        for name, weight in (("class_weight", self.class_weight), ("positive_weight", self.positive_weight)):
            if weight is not None and not 0 < weight < math.inf:
                raise ValueError(f"{name} must be a finite number above 0, got {weight}.")
        if self.prevalence is not None and not 0 < self.prevalence < 1:
            raise ValueError(f"prevalence must lie between 0 and 1, both excluded, got {self.prevalence}.")

    @property
    def active(self) -> bool:
        """Whether anything is asked."""
        return self._factor != 1 or self.prevalence is not None or self.positive_weight not in (None, 1)

    @property
    def _factor(self) -> float:
        return 1.0 if self.class_weight is None else self.class_weight

    def apply(self, curve: ThresholdCurve) -> ThresholdCurve:
        """Give the curve as it would be.

        Raises
        ------
        ValueError
            When a class weight meets scores that are not probabilities, or a prevalence a curve of one class.
        """
        if self._factor != 1:
            curve = with_class_weight(curve, self._factor)
        if self.prevalence is not None:
            curve = at_prevalence(curve, self.prevalence)
        if self.positive_weight not in (None, 1):
            curve = curve.reweighted(self.positive_weight, 1.0)
        return curve

    def to_scenario(self, threshold: float) -> float:
        """Give the threshold of the asked-for model that decides like this one of the model as it is.

        Raises
        ------
        ValueError
            When the threshold is not a number.
        """
        _check(threshold)
        if self._factor == 1 or not 0 <= threshold <= 1:
            return threshold
        return float(shift_odds(threshold, self._factor))

    def from_scenario(self, threshold: float) -> float:
        """Give the threshold of the model as it is that decides like this one of the asked-for model.

        It is the lowest number whose shifted odds reach the threshold, to the last digit: a score is at or above it
        exactly if the shifted score is at or above the threshold.

        Raises
        ------
        ValueError
            When the threshold is not a number.
        """
        _check(threshold)
        if self._factor == 1 or not 0 < threshold <= 1:
            return threshold
        # Doubles from 0 to 1 are in the order of their bits.
        bits = bisect_left(range(_bits(1.0)), threshold, key=lambda bits: self.to_scenario(_from_bits(bits)))
        return _from_bits(bits)


def _check(threshold: float) -> None:
    if math.isnan(threshold):
        raise ValueError("A threshold must be a number, got nan.")


def _bits(number: float) -> int:
    return int(np.float64(number).view(np.int64))


def _from_bits(bits: int) -> float:
    return float(np.int64(bits).view(np.float64))
