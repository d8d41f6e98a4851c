"""The theoretical optimal threshold for calibrated scores, and evidence that the scores are miscalibrated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from f1tools.calibration.reliability import Reliability, reliability_between
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum, Plateau

_CONFIDENCE_LEVEL = 0.9995  # the tested range is selected from the same data, so 95% would raise too many false alarms
_MIN_EXCESS = 5  # rows; by Wilson's interval alone one positive among a few tiny scores would be significant


@dataclass(frozen=True)
class Miscalibration:
    """A range of scores in which the observed share of positives contradicts the scores.

    Parameters
    ----------
    expected : float
        The theoretical optimal threshold for calibrated scores.
    low, high : float
        The range low <= score < high between the best threshold and the expected one.
    promised, observed : float
        Mean score and observed share of positives in that range.
    """

    expected: float
    low: float
    high: float
    promised: float
    observed: float


def expected_threshold(curve: ThresholdCurve, optimum: Optimum) -> float | None:
    """Return the optimal threshold for calibrated scores.

    Half of the best F1 for F1, the best F-beta divided by 1 + beta² for F-beta, and the prevalence for balanced
    accuracy and Youden's J.

    Returns
    -------
    float or None
        None for other metrics, under constraints, and for scores outside [0, 1].

    References
    ----------
    Lipton, Elkan and Naryanaswamy, *Optimal thresholding of classifiers to maximize F1 measure*, 2014. Elkan, *The
    foundations of cost-sensitive learning*, 2001.

    Examples
    --------
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> expected_threshold(curve, best(curve))
    0.4
    """
    if optimum.constraints or not curve.is_probability:
        return None
    beta = fbeta_beta(optimum)
    if beta is not None:
        return optimum.value / (1 + beta**2)
    if optimum.metric.name in ("youden_j", "balanced_accuracy"):
        return float(optimum.point.counts.prevalence())
    return None


def fbeta_beta(optimum: Optimum) -> float | None:
    """Return beta for F1 and F-beta, and None for every other metric."""
    return 1.0 if optimum.metric.name == "f1" else optimum.metric.beta


def miscalibration(curve: ThresholdCurve, optimum: Optimum, plateau: Plateau) -> Miscalibration | None:
    """Test whether the position of the best threshold contradicts calibrated scores.

    Two conditions must hold: the expected threshold lies outside the plateau of the best one, and the share of
    positives between the two thresholds differs significantly from the mean score there.

    Parameters
    ----------
    curve : ThresholdCurve
        The full curve, not thinned.
    optimum : Optimum
    plateau : Plateau
        Of this optimum on this curve.

    Returns
    -------
    Miscalibration or None
        None without such evidence, or where there is no theoretical threshold.
    """
    expected = expected_threshold(curve, optimum)
    best = optimum.point.threshold
    if expected is None or plateau.low < expected <= plateau.high:
        return None
    low, high = min(best, expected), max(best, expected)
    between = reliability_between(curve, low, high, confidence_level=_CONFIDENCE_LEVEL)
    if not (between.observed.size and _contradict(curve, low, high, between)):
        return None
    return Miscalibration(expected, low, high, float(between.mean_score[0]), float(between.observed[0]))


def _contradict(curve: ThresholdCurve, low: float, high: float, between: Reliability) -> bool:
    """Test whether the mean score and the share of positives in the range differ significantly."""
    if between.low[0] <= between.mean_score[0] <= between.high[0]:
        return False
    rows = float(between.positives[0] + between.negatives[0])
    squares = curve.squares_of(curve.positions([low, high]))
    if squares is not None:
        sum_of_squares = float(-np.diff(squares.flagged())[0])
        rows = rows / sum_of_squares * rows if sum_of_squares > 0 else 1.0  # effective number
    return bool(abs(between.observed[0] - between.mean_score[0]) * rows >= _MIN_EXCESS)
