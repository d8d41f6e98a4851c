"""Have the rows moved: the share of positives, and how the scores lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from f1tools.core.curve import ThresholdCurve
from f1tools.record.record import ScoreShares
from f1tools.record.score_shares import shares_at
from f1tools.uncertainty import Interval, wilson_interval

CONFIDENCE_LEVEL = 0.99
"""A gate asks several questions, again and again: 1 % of false alarms each is enough."""


@dataclass(frozen=True)
class EffectiveRows:
    """How many rows of equal weight would tell as much: about the scores, and about the share of positives."""

    scores: float
    prevalence: float

    @classmethod
    def evaluate(cls, curve: ThresholdCurve) -> EffectiveRows:
        """Count the rows of a curve; where they are weighted (sum of weights)² / sum of squares, by class.

        Examples
        --------
        >>> rows = [1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]
        >>> EffectiveRows.evaluate(ThresholdCurve.from_predictions(*rows))
        EffectiveRows(scores=4.0, prevalence=4.0)
        >>> EffectiveRows.evaluate(ThresholdCurve.from_predictions(*rows, sample_weight=[1, 1, 3, 3]))
        EffectiveRows(scores=3.2, prevalence=3.2)
        """
        total = float(curve.positives + curve.negatives)
        if curve.tp_squares is None or curve.fp_squares is None:
            return cls(total, total)
        positives, negatives = float(curve.positives) / total, float(curve.negatives) / total
        of_positives, of_negatives = (float(each[-1]) / total / total for each in (curve.tp_squares, curve.fp_squares))
        scores = 1 / (of_positives + of_negatives)
        variance = of_positives * negatives**2 + of_negatives * positives**2
        # Where a class weighs next to nothing beside the other its squares may be too small for a double.
        return cls(scores, positives * negatives / variance if variance > 0 else scores)

    def scaled(self, factor: float) -> EffectiveRows:
        """Give the effective rows of a sample so many times as large, whose weights differ alike."""
        return EffectiveRows(self.scores * factor, self.prevalence * factor)


def psi(recorded: ScoreShares, curve: ThresholdCurve) -> float:
    """Give the population stability index: how differently the scores lie.

    Parameters
    ----------
    recorded : ScoreShares
        Bins, and the shares of the rows that were recorded.
    curve : ThresholdCurve
        Of the new rows.

    Returns
    -------
    float
        0 where all shares are equal; by custom less than 0.1 is little, and more than 0.25 much.

    Notes
    -----
    With shares p then and q now it is the sum of (q - p) ln(q / p) over the bins. An empty bin is taken to hold half a
    row of the new ones, which keeps the index finite.

    References
    ----------
    Siddiqi, *Credit Risk Scorecards*, 2006.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> round(psi(ScoreShares(edges=(0.4,), shares=(0.5, 0.5)), curve), 4)  # (.75 - .5) ln(.75 / .25)
    0.2747
    """
    least = 0.5 / EffectiveRows.evaluate(curve).scores
    then = np.maximum(recorded.shares, least)
    now = np.maximum(shares_at(curve, recorded.edges), least)
    return float(((now - then) * np.log(now / then)).sum())


def psi_by_chance(
    n_bins: int, recorded_rows: float, rows: float, *, confidence_level: float = CONFIDENCE_LEVEL
) -> float:
    """Give the population stability index that chance alone exceeds but rarely, where nothing has changed.

    Notes
    -----
    Then it is about (1/n + 1/m) times a chi-squared variable with one degree of freedom less than there are bins; its
    quantile is Wilson and Hilferty's.

    References
    ----------
    Yurdakul, *Statistical Properties of Population Stability Index*, 2018.
    Wilson and Hilferty, *The distribution of chi-square*, PNAS 1931.

    Examples
    --------
    >>> round(psi_by_chance(10, 1000, 500), 4)  # 3/1000 of about 21.7
    0.0651
    """
    freedom = n_bins - 1
    if freedom < 1:
        return 0.0
    spread = 2 / (9 * freedom)
    quantile = freedom * (1 - spread + NormalDist().inv_cdf(confidence_level) * math.sqrt(spread)) ** 3
    return (1 / recorded_rows + 1 / rows) * max(quantile, 0.0)


def share_difference(
    share: float, rows: float, other: float, other_rows: float, *, confidence_level: float = CONFIDENCE_LEVEL
) -> Interval:
    """Give the interval of the difference of two shares in samples that have nothing to do with each other.

    Parameters
    ----------
    share, other : float
        The difference is ``share - other``.
    rows, other_rows : float
        How many rows they are shares of.

    References
    ----------
    Newcombe, *Interval estimation for the difference between independent proportions*, Statistics in Medicine 1998,
    method 10.

    Examples
    --------
    >>> found = share_difference(56 / 70, 70, 48 / 80, 80, confidence_level=0.95)  # his example (a)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0524, 0.3339)
    """
    one = wilson_interval(share * rows, rows, confidence_level=confidence_level)
    two = wilson_interval(other * other_rows, other_rows, confidence_level=confidence_level)
    return difference_interval(share, one, other, two)


def difference_interval(value: float, around: Interval, other: float, around_other: Interval) -> Interval:
    """Give the interval of a difference from the intervals of its parts, which have nothing to do with each other.

    References
    ----------
    Zou and Donner, *Construction of confidence limits about effect measures*, Statistics in Medicine 2008.
    """
    gap = value - other
    low = gap - math.hypot(value - around.low, around_other.high - other)
    high = gap + math.hypot(around.high - value, other - around_other.low)
    return Interval(low, high, around.confidence_level)
