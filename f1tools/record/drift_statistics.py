"""Statistics of drift: the distribution of scores in a few bins, its change, and the difference of proportions."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from f1tools.core.bins import bracket
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.record.model import ScoreBins
from f1tools.uncertainty import Interval, wilson_interval

CONFIDENCE_LEVEL = 0.99
"""Of the tests of a check, which runs several of them again and again: each has 1 % of false alarms."""


def score_bins(curve: ThresholdCurve, n_bins: int = 10) -> ScoreBins:
    """Return the distribution of the scores in bins of about equally many rows.

    Parameters
    ----------
    curve : ThresholdCurve
    n_bins : int
        From 1 up. There are fewer where many rows have the same score.

    Returns
    -------
    ScoreBins
        Its edges are scores that occur. Where rows are weighted, the shares are shares of the weights. Rows without a
        score are left out.

    Examples
    --------
    >>> bins = score_bins(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]), n_bins=2)
    >>> bins.edges, bins.shares, bins.span
    ((0.4,), (0.25, 0.75), (0.1, 0.9))
    """
    positions = {_position_of_share(curve, 1 - part / n_bins) for part in range(1, n_bins)}
    inner = sorted((position for position in positions if 0 < position < len(curve) - 1), reverse=True)
    edges = tuple(float(curve.thresholds[position]) for position in inner)
    highest = curve.thresholds if curve.highest is None else curve.highest
    span = float(curve.thresholds[-1]), float(highest[1])
    return ScoreBins(span=span, edges=edges, shares=bin_shares(curve, edges))


def bin_shares(curve: ThresholdCurve, edges: Sequence[float]) -> tuple[float, ...]:
    """Return the share of the rows, or of their weights, in each of the bins between ascending edges.

    Examples
    --------
    >>> bin_shares(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]), [0.2, 0.5])
    (0.25, 0.5, 0.25)
    """
    flagged = curve.at_each([-math.inf, *edges, math.inf]).flagged().astype(np.float64)
    return tuple(((flagged[:-1] - flagged[1:]) / flagged[0]).tolist())


def flagged_bounds(curve: ThresholdCurve, edges: Sequence[float]) -> tuple[FloatArray, FloatArray]:
    """Return between which shares of the rows lie at or above each edge; equal unless it is inside a bin of the curve.

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.9], positives=[1, 2], negatives=[3, 2])
    >>> low, high = flagged_bounds(curve, [0.3, 0.5])
    >>> low.tolist(), high.tolist()
    ([0.5, 0.5], [1.0, 0.5])
    """
    points = [bracket(curve, edge) for edge in edges]
    low, high = (np.array([float(point[end].flagged()) for point in points]) for end in (0, 1))
    return low / float(curve.n_scored), high / float(curve.n_scored)


def nearest_shares(recorded: ScoreBins, curve: ThresholdCurve) -> tuple[float, ...]:
    """Return the shares of the rows in recorded bins, as near to the recorded ones as the curve allows.

    Examples
    --------
    >>> from f1tools.core.bins import curve_from_bins
    >>> curve = curve_from_bins([0.1, 0.6], [0.4, 0.9], positives=[1, 2], negatives=[3, 2])
    >>> nearest_shares(ScoreBins(span=(0.1, 0.9), edges=(0.3, 0.5), shares=(0.25, 0.25, 0.5)), curve)
    (0.25, 0.25, 0.5)
    >>> nearest_shares(ScoreBins(span=(0.1, 0.9), edges=(0.3, 0.5), shares=(0.25, 0.5, 0.25)), curve)
    (0.25, 0.25, 0.5)
    """
    if curve.is_exact:
        return bin_shares(curve, recorded.edges)
    above = np.cumsum(recorded.shares[::-1])[-2::-1]  # the share at or above each edge
    flagged = np.clip(above, *flagged_bounds(curve, recorded.edges))
    return tuple((-np.diff(flagged, prepend=1.0, append=0.0)).tolist())


def _position_of_share(curve: ThresholdCurve, share: float) -> int:
    """Return the position of the threshold that flags the share of the rows most closely."""

    def flagged(position: int) -> float:
        return float(curve.tp[position]) + float(curve.fp[position])

    target = share * flagged(len(curve) - 1)
    above = bisect_left(range(len(curve)), target, key=flagged)
    return above if flagged(above) - target <= target - flagged(above - 1) else above - 1


@dataclass(frozen=True)
class EffectiveRows:
    """Effective sample sizes: of the scores, of the prevalence, and of all rows, with and without a score."""

    scores: float
    prevalence: float
    rows: float

    @classmethod
    def from_curve(cls, curve: ThresholdCurve) -> EffectiveRows:
        """Return the number of rows; where they are weighted (sum of weights)² / sum of squares, by class.

        Examples
        --------
        >>> rows = [1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]
        >>> EffectiveRows.from_curve(ThresholdCurve.from_predictions(*rows))
        EffectiveRows(scores=4.0, prevalence=4.0, rows=4.0)
        >>> EffectiveRows.from_curve(ThresholdCurve.from_predictions(*rows, sample_weight=[1, 1, 3, 3]))
        EffectiveRows(scores=3.2, prevalence=3.2, rows=3.2)
        """
        total, scored = float(curve.positives + curve.negatives), float(curve.n_scored)
        squares = curve.at(-math.inf).squares
        if squares is None:
            return cls(scored, total, total)
        positives, negatives = float(curve.positives) / total, float(curve.negatives) / total
        pos_squares, neg_squares = (each / total / total for each in (squares.positives(), squares.negatives()))
        variance = pos_squares * negatives**2 + neg_squares * positives**2
        scores = 1 / (squares.tp / scored / scored + squares.fp / scored / scored)
        rows = 1 / (pos_squares + neg_squares)
        # Where one class weighs next to nothing, its squares may underflow.
        return cls(scores, positives * negatives / variance if variance > 0 else rows, rows)


def psi(recorded: ScoreBins, curve: ThresholdCurve) -> float:
    """Compute the population stability index: how much the distribution of scores has changed.

    Parameters
    ----------
    recorded : ScoreBins
        Distribution of the recorded rows.
    curve : ThresholdCurve
        Of the new rows.

    Returns
    -------
    float
        0 where all shares are equal; conventionally less than 0.1 is little, and more than 0.25 much.

    Notes
    -----
    The sum of (q - p) ln(q / p) over the bins, with recorded shares p and new shares q. An empty bin counts as half a
    new row, which keeps the index finite.

    References
    ----------
    Siddiqi, *Credit Risk Scorecards*, 2006.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> recorded = ScoreBins(span=(0.1, 0.9), edges=(0.4,), shares=(0.5, 0.5))
    >>> round(psi(recorded, curve), 4)  # (.75 - .5) ln(.75 / .25)
    0.2747
    """
    smallest = 0.5 / EffectiveRows.from_curve(curve).scores
    p = np.maximum(recorded.shares, smallest)
    q = np.maximum(nearest_shares(recorded, curve), smallest)
    return float(((q - p) * np.log(q / p)).sum())


def psi_quantile(n_bins: int, n_recorded: float, n_new: float, *, confidence_level: float = CONFIDENCE_LEVEL) -> float:
    """Return the quantile of the population stability index of two samples from one distribution.

    Notes
    -----
    The index is then about (1/n + 1/m) times a chi-squared variable with one degree of freedom less than there are
    bins; its quantile is approximated by Wilson and Hilferty's formula.

    References
    ----------
    Yurdakul, *Statistical Properties of Population Stability Index*, 2018.
    Wilson and Hilferty, *The distribution of chi-square*, PNAS 1931.

    Examples
    --------
    >>> round(psi_quantile(10, 1000, 500), 4)  # 3/1000 of about 21.7
    0.0651
    """
    freedom = n_bins - 1
    if freedom < 1:
        return 0.0
    spread = 2 / (9 * freedom)
    quantile = freedom * (1 - spread + NormalDist().inv_cdf(confidence_level) * math.sqrt(spread)) ** 3
    return (1 / n_recorded + 1 / n_new) * max(quantile, 0.0)


def proportion_difference(
    p1: float, n1: float, p2: float, n2: float, *, confidence_level: float = CONFIDENCE_LEVEL
) -> Interval:
    """Compute the confidence interval of the difference ``p1 - p2`` of proportions of two independent samples.

    Parameters
    ----------
    p1, p2 : float
        Proportions.
    n1, n2 : float
        Sizes of the samples.

    References
    ----------
    Newcombe, *Interval estimation for the difference between independent proportions*, Statistics in Medicine 1998,
    method 10.

    Examples
    --------
    >>> interval = proportion_difference(56 / 70, 70, 48 / 80, 80, confidence_level=0.95)  # his example (a)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0524, 0.3339)
    """
    first = wilson_interval(p1 * n1, n1, confidence_level=confidence_level)
    second = wilson_interval(p2 * n2, n2, confidence_level=confidence_level)
    return difference_interval(p1, first, p2, second)


def difference_interval(value1: float, interval1: Interval, value2: float, interval2: Interval) -> Interval:
    """Compute the confidence interval of the difference ``value1 - value2`` of independent estimates.

    References
    ----------
    Zou and Donner, *Construction of confidence limits about effect measures*, Statistics in Medicine 2008.
    """
    difference = value1 - value2
    low = difference - math.hypot(value1 - interval1.low, interval2.high - value2)
    high = difference + math.hypot(interval1.high - value1, value2 - interval2.low)
    return Interval(low, high, interval1.confidence_level)
