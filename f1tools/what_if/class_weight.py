"""Class weights in training: a weight on the positives multiplies the odds of every score."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve

_TINY_ODDS = 2.0**-1000  # a power of two, so that the two formulas below agree where they meet


def require_both_classes(curve: ThresholdCurve) -> None:
    """Raise a ValueError when the curve has no positives or no negatives."""
    if not (curve.positives and curve.negatives):
        missing = "negative" if curve.positives else "positive"
        raise ValueError(f"Both classes must have rows, but there is no {missing} one.")


def shift_odds(score: ArrayLike, factor: float) -> FloatArray:
    """Multiply the odds of probabilities: p becomes f p / (f p + 1 - p).

    The map is monotone in floating point too: no two scores change their order by rounding. 0 and 1 are fixed points,
    and a factor of 1 is the identity.

    Parameters
    ----------
    score : array-like
        Probabilities, from 0 to 1.
    factor : float
        Multiplier of the odds: finite, above 0.

    Raises
    ------
    ValueError
        When a score is outside [0, 1] or the factor is out of range.

    Examples
    --------
    >>> shift_odds([0.0, 0.25, 0.5, 1.0], 3).tolist()
    [0.0, 0.5, 0.75, 1.0]
    """
    if not 0 < factor < math.inf:
        raise ValueError(f"factor must be finite and above 0, got {factor}.")
    probability = np.asarray(score, dtype=np.float64) + 0.0  # a copy in which -0.0 is 0.0
    outside = ~((probability >= 0) & (probability <= 1))
    if outside.any():
        raise ValueError(
            f"Only probabilities have odds: scores must be from 0 to 1, got {probability[outside].flat[0]}."
        )
    if factor == 1:
        return probability
    # Each step is monotone in floating point; f p / (f p + (1 - p)) is not.
    scaled, complement = factor * probability, 1 - probability
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        odds_against = complement / scaled
        tiny = scaled / np.where(complement > 0, complement, 1.0)
        return np.asarray(np.where(odds_against > 1 / _TINY_ODDS, tiny, 1 / (1 + odds_against)))


def balanced_weight(curve: ThresholdCurve) -> float:
    """Return the weight on the positives that gives both classes the same total weight: negatives / positives.

    It is equivalent to scikit-learn's ``class_weight="balanced"``.

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
    """Return the curve as if the model had been trained with a weight on the positives.

    Weighted training multiplies the predicted odds by the weight. The ranking of the rows does not change, nor does any
    point of the precision-recall or ROC curve; only the scores and the thresholds shift. This is exact for a model that
    is calibrated before and after retraining, and an approximation for any other.

    Parameters
    ----------
    curve : ThresholdCurve
        Its scores must be probabilities.
    weight : float
        Weight of a positive row in training, relative to a negative one.

    Returns
    -------
    ThresholdCurve
        With the same counts. Scores that become equal in double precision are merged into one threshold.

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
    top = thresholds if curve.highest is None else np.append(np.inf, shift_odds(curve.highest[1:], weight))
    last_of_ties = np.flatnonzero(np.append(top[1:] < thresholds[:-1], True))  # bins that touch become one
    clusters = curve.clusters
    if clusters is not None:
        score = clusters.y_score
        scored = score != -np.inf
        shifted = np.where(scored, shift_odds(np.where(scored, score, 0.0), weight), -np.inf)
        clusters = replace(clusters, y_score=shifted)
    merged = curve.take(last_of_ties)
    highest = None if merged.highest is None else np.append(np.inf, shift_odds(merged.highest[1:], weight))
    return replace(merged, thresholds=thresholds[last_of_ties], clusters=clusters, highest=highest)
