"""Where the best threshold lies if scores are chances, and whether the rows speak against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from f1tools.calibration.reliability import Reliability, reliability_between
from f1tools.core.curve import ThresholdCurve, is_probability
from f1tools.core.optimum import Optimum
from f1tools.core.plateau import Plateau

_SURE = 0.9995  # the rows looked at are chosen by what they show: ask for more than the usual 95 %
_SURPRISES = 5  # rows: Wilson's interval alone takes one positive among a few tiny scores for proof


@dataclass(frozen=True)
class Miscalibration:
    """Rows that show that scores are no chances.

    Parameters
    ----------
    expected : float
        Where the best threshold would lie if they were.
    low, high : float
        The scores of the rows, low <= score < high: they lie between the best threshold and the expected one.
    promised, observed : float
        Their mean score, and the share of them that is positive.
    """

    expected: float
    low: float
    high: float
    promised: float
    observed: float


def expected_threshold(curve: ThresholdCurve, optimum: Optimum) -> float | None:
    """Tell where the best threshold lies if scores are chances.

    For F1 that is half of the best F1, for F-beta the best F-beta over 1 + beta², for balanced accuracy and Youden's J
    the share of positives (Lipton et al. 2014, Elkan 2001).

    Returns
    -------
    float or None
        None for other metrics, under constraints, and for scores that are not from 0 to 1.

    Examples
    --------
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> expected_threshold(curve, best(curve))
    0.4
    """
    if optimum.constraints or not is_probability(curve):
        return None
    beta = f_beta(optimum)
    if beta is not None:
        return optimum.value / (1 + beta**2)
    if optimum.metric.name in ("youden_j", "balanced_accuracy"):
        return float(optimum.point.counts.prevalence())
    return None


def f_beta(optimum: Optimum) -> float | None:
    """Give the beta of F1 and F-beta, None for every other metric."""
    return 1.0 if optimum.metric.name == "f1" else optimum.metric.beta


def miscalibration(curve: ThresholdCurve, optimum: Optimum, near: Plateau) -> Miscalibration | None:
    """Find out from the best threshold whether scores are no chances.

    It takes two witnesses: the expected threshold is not even nearly as good as the best one, and among the rows
    between the two the share of positives is not what their scores promise.

    Parameters
    ----------
    curve : ThresholdCurve
        Not thinned.
    optimum : Optimum
    near : Plateau
        Of this optimum on this curve.

    Returns
    -------
    Miscalibration or None
        None where nothing speaks against the scores, or nothing is expected of them.
    """
    expected = expected_threshold(curve, optimum)
    found = optimum.point.threshold
    if expected is None or near.low < expected <= near.high:
        return None
    low, high = min(found, expected), max(found, expected)
    between = reliability_between(curve, low, high, confidence_level=_SURE)
    if not (between.observed.size and _differ(curve, low, high, between)):
        return None
    return Miscalibration(expected, low, high, float(between.mean_score[0]), float(between.observed[0]))


def _differ(curve: ThresholdCurve, low: float, high: float, between: Reliability) -> bool:
    """Tell whether the scores of the rows and their share of positives differ by more than chance brings about."""
    if between.low[0] <= between.mean_score[0] <= between.high[0]:
        return False
    rows = float(between.positives[0] + between.negatives[0])
    squares = curve.squares_at_each([low, high])
    if squares is not None:
        of_rows = float(-np.diff(squares.flagged())[0])
        rows = rows / of_rows * rows if of_rows > 0 else 1.0
    return bool(abs(between.observed[0] - between.mean_score[0]) * rows >= _SURPRISES)
