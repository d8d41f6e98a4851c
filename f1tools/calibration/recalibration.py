"""Out-of-fold recalibration of scores to probabilities: isotonic regression or Platt scaling."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.extras import needs_extra
from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress
from f1tools.core.validation import as_scores, as_weights, binarize_labels, require_finite

Method = Literal["isotonic", "sigmoid"]
Calibrator: TypeAlias = Callable[[FloatArray], FloatArray]

_MIN_PROBABILITY = 1e-12  # scores closer to 0 or 1 are clipped before taking log-odds
_WEAK_PENALTY = 1e6  # keeps the slope finite for separable classes
_MAX_STEPS, _PRECISION, _TINY = 100, 1e-10, 1e-15
_MAX_GROUPS = 1 << 14  # of neighboring scores


def recalibrated(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    method: Method,
    sample_weight: ArrayLike | None = None,
    n_splits: int = 5,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> FloatArray:
    """Recalibrate scores to probabilities out of fold.

    The calibrator for the rows of a fold is fitted on all other folds, so no row influences its own score. Within a
    fold the map is monotone (it may create ties, but never breaks them); rows of different folds have slightly
    different maps.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Labels: booleans, {0, 1} or {-1, 1}.
    y_score : array-like of shape (n,)
        Finite scores of any range.
    method : "isotonic" or "sigmoid"
        Isotonic regression, which corrects any monotone distortion and needs about a thousand rows; or Platt scaling, a
        logistic regression with two parameters on the log-odds of scores in [0, 1] and on other scores as they are,
        which works with few rows.
    sample_weight : array-like of shape (n,), optional
        Rows of weight 0 get a score but are not used for fitting.
    n_splits : int
        Number of folds, 2 or more.
    random_state : int
        Seed of the assignment of rows to folds.
    on_progress : callable
        Called with the completed share, up to 1, after each fold. An exception it raises propagates.

    Returns
    -------
    ndarray of shape (n,)
        Probabilities from 0 to 1.

    Raises
    ------
    InvalidPredictions
        When a column is invalid, or a class has fewer rows than there are folds.
    ValueError
        For an unknown method, or fewer than 2 folds.

    Examples
    --------
    >>> y_true, y_score = [0, 0, 0, 1] * 5, [0.1, 0.2, 0.3, 0.6] * 5
    >>> recalibrated(y_true, y_score, method="isotonic")[:4].tolist()
    [0.0, 0.0, 0.0, 1.0]
    """
    if method not in get_args(Method):
        raise ValueError(f"method must be 'isotonic' or 'sigmoid', got {method!r}.")
    if n_splits < 2:
        raise ValueError(f"n_splits must be 2 or more, got {n_splits}.")
    positive = binarize_labels(y_true)
    score = require_finite(as_scores(y_score, positive.size))
    weight = None if sample_weight is None else as_weights(sample_weight, positive.size)
    fold = stratified_folds(positive, weight, n_splits=n_splits, random_state=random_state)
    return out_of_fold(positive, score, fold, method=method, sample_weight=weight, on_progress=on_progress)


def stratified_folds(
    positive: BoolArray, sample_weight: FloatArray | None = None, *, n_splits: int, random_state: int
) -> NDArray[np.intp]:
    """Assign rows to the stratified folds of scikit-learn's ``StratifiedKFold`` with this seed, without loading it.

    Rows of weight 0 go into the first fold.

    Raises
    ------
    InvalidPredictions
        When a class has fewer rows than there are folds.
    """
    rows = np.arange(positive.size) if sample_weight is None else np.flatnonzero(sample_weight)
    for value, label in ((True, "positive"), (False, "negative")):
        available = int(np.count_nonzero(positive[rows] == value))
        if available < n_splits:
            raise InvalidPredictions(
                f"Recalibration with {n_splits} folds needs at least {n_splits} rows of each class, got {available:,} "
                f"{label}. Add more rows."
            )
    fold = np.zeros(positive.size, dtype=np.intp)
    rng = np.random.RandomState(random_state)  # scikit-learn's generator, for the same folds
    dealt = 0
    for value in (positive[rows[0]], ~positive[rows[0]]):  # in the order in which the classes appear
        of_class = rows[positive[rows] == value]
        turns = np.arange(dealt, dealt + of_class.size) % n_splits
        numbers = np.arange(n_splits).repeat(np.bincount(turns, minlength=n_splits))
        rng.shuffle(numbers)
        fold[of_class] = numbers
        dealt += of_class.size
    return fold


def out_of_fold(
    positive: BoolArray,
    y_score: FloatArray,
    fold: NDArray[np.intp],
    *,
    method: Method,
    sample_weight: FloatArray | None = None,
    on_progress: OnProgress = ignore_progress,
) -> FloatArray:
    """Recalibrate each given fold by a calibrator fitted on all other folds.

    Calibrators are fitted to the positives and negatives at each distinct score, which loses nothing, or where there
    are more than 16,384 in as many groups of neighboring scores, small ones near both ends. Each row is then scored by
    its own score, not by its group's.

    Parameters
    ----------
    positive : ndarray of bool of shape (n,)
    y_score : ndarray of shape (n,)
    fold : ndarray of shape (n,)
        The fold of each row. The rows outside of any fold must contain both classes with positive weight.
    method : "isotonic" or "sigmoid"
    sample_weight : ndarray of shape (n,), optional
    on_progress : callable
        See :func:`recalibrated`.
    """
    fit = _isotonic if method == "isotonic" else _sigmoid
    inputs = y_score if method == "isotonic" else _logistic_input(y_score)
    groups, counts = _count(inputs, positive, fold, sample_weight)
    probability = np.empty(positive.size)
    for number in range(len(counts)):
        held_out = fold == number
        positives, negatives = np.delete(counts, number, axis=0).sum(axis=0)
        probability[held_out] = fit(groups, positives, negatives)(inputs[held_out])
        on_progress((number + 1) / len(counts))
    return probability


class _Groups(NamedTuple):
    """Groups of neighboring scores, ascending: the lowest, mean and highest score of each."""

    low: FloatArray
    mean: FloatArray
    high: FloatArray


def _count(
    score: FloatArray, positive: BoolArray, fold: NDArray[np.intp], sample_weight: FloatArray | None
) -> tuple[_Groups, NDArray[Any]]:
    """Return groups of scores, and the positives and negatives in each as an array of shape (folds, 2, groups)."""
    ordered = np.sort(score)
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    if starts.size > _MAX_GROUPS:
        half, single = _MAX_GROUPS // 2, _MAX_GROUPS // 16
        depth = np.append(np.arange(single), np.geomspace(single, score.size / 2, half - single).astype(np.intp))
        starts = np.unique(np.searchsorted(ordered, ordered[np.append(depth, score.size - 1 - depth)]))
    low, high = ordered[starts], ordered[np.append(starts[1:], score.size) - 1]
    with np.errstate(over="ignore"):
        mean = np.add.reduceat(ordered, starts) / np.diff(np.append(starts, score.size))
    group = np.searchsorted(low, score, side="right") - 1
    cell = (fold * 2 + ~positive) * low.size + group
    counts = np.bincount(cell, sample_weight, minlength=(int(fold.max()) + 1) * 2 * low.size)
    return _Groups(low, mean, high), counts.reshape(-1, 2, low.size)


def _isotonic(groups: _Groups, positives: NDArray[Any], negatives: NDArray[Any]) -> Calibrator:
    """Fit isotonic regression to the counts in ascending groups of scores."""
    with needs_extra("app"):
        from sklearn.isotonic import IsotonicRegression  # slow to load

    total = positives + negatives
    used = np.flatnonzero(total)
    # The fit depends on the order only; ranks avoid subtracting scores that are too close or too far apart.
    model = IsotonicRegression(y_min=0, y_max=1)
    model.fit(used.astype(np.float64), positives[used] / total[used], sample_weight=total[used])
    ends = model.X_thresholds_.astype(np.intp)
    knots = np.stack([groups.low[ends], groups.high[ends]], axis=1).ravel()
    values = np.repeat(model.y_thresholds_, 2)
    return lambda scores: np.clip(np.interp(scores, knots, values), 0.0, 1.0)


def _sigmoid(groups: _Groups, positives: NDArray[Any], negatives: NDArray[Any]) -> Calibrator:
    """Fit a logistic regression to the counts in groups of inputs."""
    slope, intercept = _logistic(groups.mean, positives, negatives)
    if slope < 0:  # the best monotone map is then a constant: the share of positives
        share = float(positives.sum() / (positives.sum() + negatives.sum()))
        return lambda others: np.full(others.size, share)
    return lambda others: _expit(slope * others + intercept)


def _logistic(inputs: FloatArray, positives: NDArray[Any], negatives: NDArray[Any]) -> tuple[float, float]:
    """Return slope and intercept of the logistic regression on the counts at each input, by Newton's method.

    The slope has a weak penalty. Steps that do not lower the loss are halved.
    """
    total = float(positives.sum() + negatives.sum())
    positive, rows = positives / total, (positives + negatives) / total
    penalty = 1 / (_WEAK_PENALTY * (np.count_nonzero(positives) + np.count_nonzero(negatives)))

    # Sums of products rather than dot products, for which BLAS starts threads that cost more than they do.
    def loss(slope: float, intercept: float) -> float:
        logit = slope * inputs + intercept
        softplus = np.maximum(logit, 0.0) + np.log1p(np.exp(-np.abs(logit)))
        return float((rows * softplus - positive * logit).sum()) + penalty * slope**2 / 2

    share = float(positive.sum())
    slope, intercept = 0.0, math.log(share / (1 - share))
    lowest = loss(slope, intercept)
    for _ in range(_MAX_STEPS):
        probability = _expit(slope * inputs + intercept)
        excess, variance = rows * probability - positive, rows * probability * (1 - probability)
        gradient = np.array([float((excess * inputs).sum()) + penalty * slope, excess.sum()])
        product = variance * inputs
        covariance = product.sum()
        curvature = [[float((product * inputs).sum()) + penalty, covariance], [covariance, variance.sum() + _TINY]]
        step = np.linalg.solve(curvature, gradient)
        while (new := loss(slope - step[0], intercept - step[1])) > lowest and np.abs(step).max() > _PRECISION:
            step /= 2
        slope, intercept, lowest = slope - float(step[0]), intercept - float(step[1]), new
        if np.abs(step).max() <= _PRECISION * max(abs(slope), abs(intercept)):
            break
    return slope, intercept


def _expit(logit: FloatArray) -> FloatArray:
    """Return the probability of log-odds."""
    with np.errstate(over="ignore"):
        result: FloatArray = 1 / (1 + np.exp(-logit))
    return result


def _logistic_input(score: FloatArray) -> FloatArray:
    """Return standardized log-odds of scores in [0, 1], or standardized scores of any other range."""
    if score.min() >= 0 and score.max() <= 1:
        score = log_odds(score)
    score = score / (float(np.abs(score).max()) or 1.0)  # so that squares do not overflow
    deviation = float(score.std())
    centered: FloatArray = score - score.mean()
    return centered / deviation if deviation > 0 else centered


def log_odds(score: FloatArray, limits: tuple[float, float] | None = None) -> FloatArray:
    """Return the log-odds of scores in [0, 1], within limits, by default the ones of these scores."""
    clipped = np.clip(score, *(limits or log_odds_limits(score)))
    result: FloatArray = np.log(clipped) - np.log1p(-clipped)
    return result


def log_odds_limits(score: FloatArray) -> tuple[float, float]:
    """Return what stands for 0 and 1 in log-odds: a third of the distance of the nearest other score from that end."""
    above, below = score.min(initial=1.0, where=score > 0), 1 - score.max(initial=0.0, where=score < 1)
    return max(float(above) / 3, _MIN_PROBABILITY), 1 - max(float(below) / 3, _MIN_PROBABILITY)
