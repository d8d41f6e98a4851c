"""Recall and false-positive rate, each with its own uncertainty: intervals where the share of positives is assumed.

With other weights of the classes, the counts no longer say how uncertain they are: no false alarm among a few hundred
negatives would be taken for none among hundreds of thousands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import Metric, defined_values
from f1tools.core.operating_point import ClassMix, OperatingPoint
from f1tools.uncertainty.design_effect import design_effect
from f1tools.uncertainty.proportions import Proportion

_N_QUANTILES = 10946  # a Fibonacci number, for which the lattice is most even; errors stay below 0.5% of the width
_N_NODES = 512
_RATES = (
    Proportion(("tp",), (("fn", 1.0),)),
    Proportion(("fp",), (("tn", 1.0),)),
    Proportion(("tp", "fn"), (("fp", 1.0), ("tn", 1.0))),
)  # recall, false-positive rate, share of positives
_DEVIATIONS = 8  # standard deviations around the mean, outside of which a distribution has no mass


@dataclass(frozen=True)
class ClassRates:
    """Recall and false-positive rate of a threshold, with the rows that they were measured on.

    Parameters
    ----------
    recall, false_positive_rate : float
        From 0 to 1; nan where unknown.
    positives, negatives : float
        Number of rows of each class; for weighted rows the effective number (sum of weights)² / (sum of squares).
    weights : (float, float)
        Total weight of the positives and of the negatives in the population that is evaluated.
    class_mix : {"measured", "reweighted", "assumed"}
        Whether the share of positives in ``weights`` is assumed, so that it is known exactly, or depends on the numbers
        of rows.
    design_effects : (float, float, float)
        Of recall, false-positive rate and share of positives: what the numbers of rows are divided by, because rows of
        a cluster are alike; 1 where rows are independent.

    Examples
    --------
    >>> from f1tools.core.metrics import metric
    >>> rates = ClassRates.from_point(OperatingPoint(0.5, ConfusionCounts(tn=90, fp=10, fn=5, tp=15)))
    >>> rates.recall, rates.false_positive_rate
    (0.75, 0.1)
    >>> round(rates.at_prevalence(0.01).value(metric("precision")), 6)
    0.070423
    """

    recall: float
    false_positive_rate: float
    positives: float
    negatives: float
    weights: tuple[float, float]
    class_mix: ClassMix = "measured"
    design_effects: tuple[float, float, float] = (1.0, 1.0, 1.0)

    @classmethod
    def from_point(cls, point: OperatingPoint) -> ClassRates:
        """Return the rates at an operating point."""
        counts = point.counts
        sums = counts if point.squares is None else point.squares
        weights = float(counts.positives()), float(counts.negatives())
        square_sums = float(sums.positives()), float(sums.negatives())
        positives, negatives = (
            weight**2 / square if square else 0.0 for weight, square in zip(weights, square_sums, strict=True)
        )
        recall, false_positive_rate = float(counts.recall()), float(counts.false_positive_rate())
        first, second, third = (float(design_effect(each, counts, point.squares, point.products)) for each in _RATES)
        effects = first, second, third
        return cls(recall, false_positive_rate, positives, negatives, weights, point.class_mix, effects)

    def at_prevalence(self, prevalence: float) -> ClassRates:
        """Return the rates in a population with another share of positives, from 0 to 1, which is taken as known."""
        total = sum(self.weights)
        return replace(self, weights=(prevalence * total, (1 - prevalence) * total), class_mix="assumed")

    def value(self, objective: Metric) -> float:
        """Return a metric, nan where it is undefined."""
        return float(self.values(objective, self.recall, self.false_positive_rate))

    def values(
        self, objective: Metric, recall: float | FloatArray, false_positive_rate: float | FloatArray
    ) -> FloatArray:
        """Return a metric at other rates in the same population, nan where it is undefined."""
        return defined_values(objective, self._counts(recall, false_positive_rate, self.weights))

    def bounds(self, objective: Metric, confidence_level: float) -> tuple[float, float]:
        """Return the confidence interval of a metric; nan where the metric is undefined.

        Each rate has the posterior distribution of a proportion under Jeffreys' prior, Beta(k + 1/2, n - k + 1/2) for
        k of n rows, independently of the other one; where the share of positives is not assumed, it has one as well.
        The bounds are percentiles of the metric under these distributions, extended to contain its value. They are
        computed with quasi-random numbers, so equal arguments give equal bounds.

        References
        ----------
        Brown, Cai and DasGupta, *Interval estimation for a binomial proportion*, Statistical Science 2001.
        """
        value = self.value(objective)
        if math.isnan(value):
            return math.nan, math.nan
        first, second, third = _lattice()
        recall = beta_quantiles(self.recall, self.positives / self.design_effects[0], first)
        n_negatives = self.negatives / self.design_effects[1]
        false_positive_rate = beta_quantiles(self.false_positive_rate, n_negatives, second)
        known = self.class_mix == "assumed" or not (self.positives and self.negatives)
        weights = self.weights if known else self._uncertain_weights(third)
        values = defined_values(objective, self._counts(recall, false_positive_rate, weights))
        tail = (1 - confidence_level) / 2
        low, high = np.nanquantile(values, [tail, 1 - tail])
        return min(float(low), value), max(float(high), value)

    def _uncertain_weights(self, quantiles: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return class weights for quantiles of the share of positives among the rows."""
        n = self.positives + self.negatives
        share = beta_quantiles(self.positives / n, n / self.design_effects[2], quantiles)
        positives = self.weights[0] * n / self.positives * share
        negatives = self.weights[1] * n / self.negatives * (1 - share)
        scale = sum(self.weights) / (positives + negatives)
        return positives * scale, negatives * scale

    @staticmethod
    def _counts(
        recall: float | FloatArray,
        false_positive_rate: float | FloatArray,
        weights: tuple[float, float] | tuple[FloatArray, FloatArray],
    ) -> ConfusionCounts:
        positives, negatives = weights
        tp, fp = positives * recall, negatives * false_positive_rate
        return ConfusionCounts(tn=negatives - fp, fp=fp, fn=positives - tp, tp=tp)


def beta_quantiles(rate: float, n: float, quantiles: FloatArray) -> FloatArray:
    """Return quantiles of Beta(n rate + 1/2, n (1 - rate) + 1/2).

    With x = sin² a the density of the angle a is smooth and bounded, also at rates of 0 and 1, so that the trapezoidal
    rule applies.

    Examples
    --------
    >>> beta_quantiles(0.75, 20, np.array([0.025, 0.975])).round(4).tolist()
    [0.5358, 0.8976]
    """
    successes, failures = n * rate, n * (1 - rate)
    mean = math.asin(math.sqrt((successes + 0.5) / (n + 1)))
    reach = _DEVIATIONS / (2 * math.sqrt(n + 1))
    angles = np.linspace(max(mean - reach, 0.0), min(mean + reach, math.pi / 2), _N_NODES)
    sine, cosine = np.sin(angles), np.cos(angles)
    with np.errstate(divide="ignore", invalid="ignore"):
        # The exponents of sine and cosine are 2k and 2(n - k): 0 · log 0 is 0.
        log_density = np.where(successes > 0, 2 * successes * np.log(sine), 0.0)
        log_density += np.where(failures > 0, 2 * failures * np.log(np.maximum(cosine, 1e-300)), 0.0)
    density = np.exp(log_density - log_density.max())
    cumulative = np.append(0.0, np.cumsum(density[1:] + density[:-1]))
    found: FloatArray = np.sin(np.interp(quantiles, cumulative / cumulative[-1], angles)) ** 2
    return found


@cache
def _lattice() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return evenly spread points of the unit cube, one array a coordinate; the first two are a Fibonacci lattice."""
    golden, plastic = (1 + math.sqrt(5)) / 2, 1.324717957244746  # the real roots of x² = x + 1 and of x³ = x + 1
    step = np.arange(_N_QUANTILES)
    return (step + 0.5) / _N_QUANTILES, (0.5 + step / golden) % 1, (0.5 + step / plastic**2) % 1
