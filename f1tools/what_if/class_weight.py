"""What if the model had been trained with another weight on the positives: the odds of every score shift."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve

_FAINT = 2.0**-1000  # a power of two, so that the two ways to divide meet without a step


def require_both_classes(curve: ThresholdCurve) -> None:
    """Refuse a curve without positives or without negatives."""
    if not (curve.positives and curve.negatives):
        missing = "negative" if curve.positives else "positive"
        raise ValueError(f"Both classes must have rows to be weighed against each other; there is no {missing} one.")


def shift_odds(score: ArrayLike, factor: float) -> FloatArray:
    """Multiply the odds of probabilities: p becomes f p / (f p + 1 - p).

    Larger probabilities stay larger, or at least as large: no two ever change places, not by rounding either. 0 and 1
    stay what they are, and a factor of 1 changes nothing.

    Parameters
    ----------
    score : array-like
        Probabilities, from 0 to 1.
    factor : float
        What the odds are multiplied by: finite, above 0.

    Raises
    ------
    ValueError
        When a score is not a probability or the factor is out of range.

    Examples
    --------
    >>> shift_odds([0.0, 0.25, 0.5, 1.0], 3).tolist()
    [0.0, 0.5, 0.75, 1.0]
    """
    if not 0 < factor < math.inf:
        raise ValueError(f"Odds can be multiplied by a finite number above 0, got {factor}.")
    given = np.asarray(score, dtype=np.float64) + 0.0  # a copy, in which -0.0 is 0.0
    outside = ~((given >= 0) & (given <= 1))
    if outside.any():
        raise ValueError(f"Only probabilities have odds: scores must be from 0 to 1, got {given[outside].flat[0]}.")
    if factor == 1:
        return given
    # Each step keeps the order, rounding included; f p / (f p + (1 - p)) would not.
    hits, rest = factor * given, 1 - given
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        against = rest / hits
        return np.asarray(np.where(against > 1 / _FAINT, hits / np.where(rest > 0, rest, 1.0), 1 / (1 + against)))


def balanced_weight(curve: ThresholdCurve) -> float:
    """Give the weight on the positives that makes both classes count alike: negatives / positives.

    It is what scikit-learn's ``class_weight="balanced"`` comes to.

    Raises
    ------
    ValueError
        When a class has no rows.

    Examples
    --------
    >>> balanced_weight(ThresholdCurve.from_predictions([1, 0, 0, 0], [0.9, 0.4, 0.3, 0.1]))
    3.0
    """
    require_both_classes(curve)
    return float(curve.negatives) / float(curve.positives)


def with_class_weight(curve: ThresholdCurve, weight: float) -> ThresholdCurve:
    """Give the curve as if the model had been trained with a weight on the positives.

    Training so multiplies the odds the model gives by the weight. The order of the rows stays, and with it every
    point of the precision-recall and the ROC curve; only the scores move, and thresholds with them. This is what
    retraining does to a model that gives true probabilities before and after, and an approximation for any other.

    Parameters
    ----------
    curve : ThresholdCurve
        Of probabilities.
    weight : float
        How many times more a positive row counts in training than a negative one.

    Returns
    -------
    ThresholdCurve
        With the same counts. Scores that come so close together that doubles cannot tell them apart are one
        threshold, as ties always are.

    Raises
    ------
    ValueError
        When scores are not probabilities, or the weight is not a finite number above 0.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.75, 0.5, 0.25, 0.1])
    >>> with_class_weight(curve, 3).thresholds.round(3).tolist()
    [inf, 0.9, 0.75, 0.5, 0.25]
    """
    thresholds = np.append(np.inf, shift_odds(curve.thresholds[1:], weight))
    if weight == 1:
        return curve
    lowest_of_its_ties = np.append(thresholds[1:] != thresholds[:-1], True)
    chosen = np.flatnonzero(lowest_of_its_ties)
    return replace(curve.part(chosen), thresholds=thresholds[chosen])


def half_equivalent_threshold(weight: float) -> float:
    """Tell which threshold decides as 0.5 does after training with a weight on the positives: 1 / (1 + w).

    Raises
    ------
    ValueError
        When the weight is not a finite number above 0.

    Examples
    --------
    >>> half_equivalent_threshold(3)
    0.25
    """
    if not 0 < weight < math.inf:
        raise ValueError(f"A weight on the positives is a finite number above 0, got {weight}.")
    return 1 / (1 + weight)
