"""What if positives were rarer or more common: recall and the false-positive rate stay, all else follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts, FloatArray, Value
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, metric
from f1tools.what_if.class_weight import require_both_classes, shift_odds
from f1tools.what_if.roc_hull import hull_positions
from f1tools.what_if.within import best_within

# In (FP, TP) these are quotients of linear functions, or, like Matthews' coefficient where it beats chance, of a linear
# and a concave one. On a polygon such a function is greatest at a corner, whatever the axes are stretched by, and of
# equally good points the lowest threshold is a corner too. The G-mean is none of them, and the negative predictive
# value jumps where everything is flagged: for these, and for metrics not known here, all thresholds are tried.
_BEST_AT_CORNERS = frozenset(
    (
        *("f1", "fbeta", "precision", "recall", "specificity", "accuracy", "balanced_accuracy"),
        *("mcc", "youden_j", "jaccard", "kappa", "predicted_positive_rate", "lift", "cost"),
    )
)


def at_prevalence(curve: ThresholdCurve, prevalence: float) -> ThresholdCurve:
    """Give the curve as it would be where another share of the cases is positive.

    It assumes that positives look like these positives and negatives like these negatives, and that only the mix
    differs. Counts are those of as many cases as there are now.

    Parameters
    ----------
    curve : ThresholdCurve
    prevalence : float
        Share of positives, in (0, 1).

    Raises
    ------
    ValueError
        When the share is out of range, or a class has no rows.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 1, 0, 0], [0.9, 0.4, 0.4, 0.1])
    >>> counts = at_prevalence(curve, 0.25).at(0.4).counts
    >>> counts.tp, counts.fp, round(float(counts.precision()), 6)
    (1.0, 1.5, 0.4)
    """
    positive, negative = _factors(curve, prevalence)
    return curve if positive == negative == 1 else curve.reweighted(positive, negative)


def prior_shift(score: ArrayLike, prevalence: float, new_prevalence: float) -> FloatArray:
    """Correct probabilities for another share of positives than the model learned from.

    From Saerens, Latinne and Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities"
    (Neural Computation, 2002): the odds are multiplied by the ratio of the odds of the two shares. What was
    calibrated stays calibrated; what was not does not become so.

    Parameters
    ----------
    score : array-like
        Probabilities, from 0 to 1.
    prevalence : float
        Share of positives the scores were made for, in (0, 1).
    new_prevalence : float
        Share of positives where they shall be used, in (0, 1).

    Raises
    ------
    ValueError
        When a score is not a probability, or a share out of range.

    Examples
    --------
    >>> prior_shift([0.9, 0.5], 0.5, 0.05).round(6).tolist()
    [0.321429, 0.05]
    """
    _check(prevalence)
    _check(new_prevalence)
    if prevalence == new_prevalence:
        return shift_odds(score, 1)
    return shift_odds(score, new_prevalence / (1 - new_prevalence) * ((1 - prevalence) / prevalence))


@dataclass(frozen=True, eq=False)
class PrevalenceSweep:
    """The best a metric can be at every share of positives, and what staying put gives.

    Parameters
    ----------
    metric : Metric
    prevalence : ndarray of shape (m,)
        Shares of positives.
    value, threshold : ndarray of shape (m,)
        The best threshold at each, and what it reaches.
    unchanged : ndarray of shape (m,)
        The value at the threshold that is kept.
    flag_everything : ndarray of shape (m,)
        The value where everything is flagged.
    """

    metric: Metric
    prevalence: FloatArray
    value: FloatArray
    threshold: FloatArray
    unchanged: FloatArray
    flag_everything: FloatArray


def sweep_prevalence(
    curve: ThresholdCurve,
    prevalences: ArrayLike,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    threshold: float | None = None,
    tuning: ThresholdCurve | None = None,
    constraints: Sequence[Constraint] = (),
) -> PrevalenceSweep:
    """Find the best threshold for each of many shares of positives.

    Parameters
    ----------
    curve : ThresholdCurve
    prevalences : array-like of shape (m,)
        Each in (0, 1).
    objective : str or Metric
        See :data:`f1tools.core.metrics.METRICS`. A metric is known by its name.
    beta : float, optional
        For ``"fbeta"``.
    threshold : float, optional
        The one that is kept; left out, the one that is best at the curve's own prevalence.
    tuning : ThresholdCurve, optional
        Of other rows, on which the thresholds are chosen; the values are those of ``curve`` all the same.
    constraints : sequence of Constraint
        What the best threshold must keep at each share of positives; where none does, they are left aside. All
        thresholds are tried then, which takes longer.

    Raises
    ------
    ValueError
        When a share is out of range, a class has no rows, or the metric is not known.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 1, 0, 0], [0.9, 0.4, 0.4, 0.1])
    >>> sweep = sweep_prevalence(curve, [0.05, 0.5, 0.9])
    >>> sweep.threshold.tolist(), sweep.unchanged.round(3).tolist()
    ([0.9, 0.4, 0.4], [0.174, 0.8, 0.973])
    """
    wanted = metric(objective, beta)
    shares = np.asarray(prevalences, dtype=np.float64)
    source = curve if tuning is None else tuning
    at_corners = wanted.name in _BEST_AT_CORNERS and not constraints
    tried = source.part(hull_positions(source)) if at_corners else source
    found = [best_within(at_prevalence(tried, share), wanted, constraints)[0] for share in shares.tolist()]
    thresholds = np.array([one.point.threshold for one in found], dtype=np.float64)
    kept = best_within(source, wanted, constraints)[0].point.threshold if threshold is None else threshold
    factors = np.array([_factors(curve, share) for share in shares.tolist()]).reshape(-1, 2).T
    points = curve.at_each(thresholds), curve.at(kept).counts, curve.at(-np.inf).counts
    value, unchanged, everything = (_at_each(wanted, counts, *factors) for counts in points)
    return PrevalenceSweep(wanted, shares, value, thresholds, unchanged, everything)


def _at_each(wanted: Metric, counts: ConfusionCounts, positive: FloatArray, negative: FloatArray) -> FloatArray:
    """Evaluate one point's counts under many weights of the two classes."""
    values: Value = wanted.evaluate(
        ConfusionCounts(
            tn=counts.tn * negative, fp=counts.fp * negative, fn=counts.fn * positive, tp=counts.tp * positive
        )
    )
    return np.asarray(values, dtype=np.float64)


def _factors(curve: ThresholdCurve, prevalence: float) -> tuple[float, float]:
    """Tell how many times a positive and a negative row count where another share is positive."""
    _check(prevalence)
    require_both_classes(curve)
    positives, negatives = float(curve.positives), float(curve.negatives)
    own = positives / (positives + negatives)
    if prevalence == own:
        return 1.0, 1.0
    return prevalence / own, (1 - prevalence) / (negatives / (positives + negatives))


def _check(prevalence: float) -> None:
    if not 0 < prevalence < 1:
        raise ValueError(f"A share of positives lies between 0 and 1, both excluded, got {prevalence}.")
