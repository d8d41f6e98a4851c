"""Out-of-fold recalibration of scores to probabilities: isotonic regression or Platt scaling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

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
    if method not in _FITS:
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
    """Assign rows to stratified folds with scikit-learn's ``StratifiedKFold``; rows of weight 0 go into the first fold.

    Raises
    ------
    InvalidPredictions
        When a class has fewer rows than there are folds.
    """
    with needs_extra("app"):
        from sklearn.model_selection import StratifiedKFold  # slow to load

    rows = np.arange(positive.size) if sample_weight is None else np.flatnonzero(sample_weight)
    for value, label in ((True, "positive"), (False, "negative")):
        available = int(np.count_nonzero(positive[rows] == value))
        if available < n_splits:
            raise InvalidPredictions(
                f"Recalibration with {n_splits} folds needs at least {n_splits} rows of each class, got {available:,} "
                f"{label}. Add more rows."
            )
    fold = np.zeros(positive.size, dtype=np.intp)
    splits = StratifiedKFold(n_splits, shuffle=True, random_state=random_state).split(rows, positive[rows])
    for number, (_, held_out) in enumerate(splits):
        fold[rows[held_out]] = number
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
    inputs = y_score if method == "isotonic" else _logistic_input(y_score)
    weight = np.ones(positive.size) if sample_weight is None else sample_weight
    probability = np.empty(positive.size)
    numbers = np.unique(fold)
    for done, number in enumerate(numbers, start=1):
        held_out = fold == number
        others = ~held_out & (weight > 0)
        calibrator = _FITS[method](inputs[others], positive[others], weight[others])
        probability[held_out] = calibrator(inputs[held_out])
        on_progress(done / numbers.size)
    return probability


def _isotonic(score: FloatArray, positive: BoolArray, weight: FloatArray) -> Calibrator:
    with needs_extra("app"):
        from sklearn.isotonic import IsotonicRegression  # slow to load

    # The fit depends on the order only; ranks avoid subtracting scores that are too close or too far apart.
    distinct, rank = np.unique(score, return_inverse=True)
    model = IsotonicRegression(y_min=0, y_max=1).fit(rank.astype(np.float64), positive, sample_weight=weight)
    knots = distinct[model.X_thresholds_.astype(np.intp)]
    return lambda others: np.clip(np.interp(others, knots, model.y_thresholds_), 0.0, 1.0)


def _sigmoid(score: FloatArray, positive: BoolArray, weight: FloatArray) -> Calibrator:
    with needs_extra("app"):
        from sklearn.linear_model import LogisticRegression  # slow to load

    weight = weight / weight.mean()
    model = LogisticRegression(C=_WEAK_PENALTY, tol=1e-8, max_iter=1000)
    model.fit(score[:, np.newaxis], positive, sample_weight=weight)
    if model.coef_[0, 0] < 0:  # the best monotone map is then a constant: the share of positives
        share = float(weight[positive].sum() / weight.sum())
        return lambda others: np.full(others.size, share)
    return lambda others: np.asarray(model.predict_proba(others[:, np.newaxis])[:, 1], dtype=np.float64)


_FITS: dict[str, Callable[[FloatArray, BoolArray, FloatArray], Calibrator]] = {
    "isotonic": _isotonic,
    "sigmoid": _sigmoid,
}


def _logistic_input(score: FloatArray) -> FloatArray:
    """Return standardized log-odds of scores in [0, 1], or standardized scores of any other range."""
    if score.min() >= 0 and score.max() <= 1:
        score = _log_odds(score)
    score = score / (float(np.abs(score).max()) or 1.0)  # so that squares do not overflow
    deviation = float(score.std())
    centered: FloatArray = score - score.mean()
    return centered / deviation if deviation > 0 else centered


def _log_odds(score: FloatArray) -> FloatArray:
    """Return log-odds; 0 and 1 are replaced by a third of the distance of the nearest other score from that end."""
    above, below = score[score > 0], 1 - score[score < 1]
    lowest = max(float(above.min(initial=1.0)) / 3, _MIN_PROBABILITY)
    highest = max(float(below.min(initial=1.0)) / 3, _MIN_PROBABILITY)
    clipped = np.clip(score, lowest, 1 - highest)
    log_odds: FloatArray = np.log(clipped) - np.log1p(-clipped)
    return log_odds
