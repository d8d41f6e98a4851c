"""Scores made into chances, out of fold: no row has a say in its own score."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.errors import InvalidPredictions
from f1tools.core.progress import OnProgress, ignore_progress
from f1tools.core.validation import as_scores, as_weights, binarize_labels, require_finite

Method = Literal["isotonic", "sigmoid"]
Map: TypeAlias = Callable[[FloatArray], FloatArray]

_NEAREST = 1e-12  # to 0 and to 1: what lies nearer has no more to say
_HARDLY_PENALISED = 1e6  # keeps the slope finite where the classes don't overlap


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
    """Make scores into chances by what was seen on other rows.

    The rows are dealt into stratified folds; the map for the rows of a fold is fitted on all other folds, so that no
    row has a say in its own score. Within a fold the order of the scores is kept (equal scores may come out where
    there were different ones, never the reverse); rows of different folds have slightly different maps.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Labels: booleans, {0, 1} or {-1, 1}.
    y_score : array-like of shape (n,)
        Finite scores of any range.
    method : "isotonic" or "sigmoid"
        A rising step function, which can mend any distortion and wants about a thousand rows; or Platt's logistic
        regression, on the log-odds of scores from 0 to 1 and on others as they are, which has two parameters and
        makes do with few rows.
    sample_weight : array-like of shape (n,), optional
        Rows of weight 0 get a score and have no say in any.
    n_splits : int
        Folds, 2 or more.
    random_state : int
        Deals the rows.
    on_progress : callable
        Called with the share that is done, up to 1, after each fold. What it raises ends the work and goes through.

    Returns
    -------
    ndarray of shape (n,)
        From 0 to 1.

    Raises
    ------
    InvalidPredictions
        When a column cannot be used, or a class has fewer rows than there are folds.
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
    """Deal the rows into folds with the same share of positives, as scikit-learn's ``StratifiedKFold`` does.

    Only rows that count are dealt; those of weight 0 are put into the first fold.

    Raises
    ------
    InvalidPredictions
        When a class has fewer rows than there are folds.
    """
    from sklearn.model_selection import StratifiedKFold  # slow to load

    rows = np.arange(positive.size) if sample_weight is None else np.flatnonzero(sample_weight)
    for side, label in ((True, "positive"), (False, "negative")):
        found = int(np.count_nonzero(positive[rows] == side))
        if found < n_splits:
            raise InvalidPredictions(
                f"Recalibrating in {n_splits} folds takes at least {n_splits} rows of each class, got {found:,} "
                f"{label}. Bring more rows."
            )
    fold = np.zeros(positive.size, dtype=np.intp)
    dealt = StratifiedKFold(n_splits, shuffle=True, random_state=random_state).split(rows, positive[rows])
    for number, (_, held_out) in enumerate(dealt):
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
    """Recalibrate each fold by a map fitted on all others, for folds that are given.

    Parameters
    ----------
    positive : ndarray of bool of shape (n,)
    y_score : ndarray of shape (n,)
    fold : ndarray of shape (n,)
        The fold of each row. In all but each one, both classes must have rows that count.
    method : "isotonic" or "sigmoid"
    sample_weight : ndarray of shape (n,), optional
    on_progress : callable
        See :func:`recalibrated`.
    """
    given = y_score if method == "isotonic" else _logistic_input(y_score)
    weight = np.ones(positive.size) if sample_weight is None else sample_weight
    chance = np.empty(positive.size)
    numbers = np.unique(fold)
    for done, number in enumerate(numbers, start=1):
        held_out = fold == number
        others = ~held_out & (weight > 0)
        fitted = _FITS[method](given[others], positive[others], weight[others])
        chance[held_out] = fitted(given[held_out])
        on_progress(done / numbers.size)
    return chance


def _isotonic(score: FloatArray, positive: BoolArray, weight: FloatArray) -> Map:
    from sklearn.isotonic import IsotonicRegression  # slow to load

    # The fit depends on the order alone: ranks spare it scores too near to each other, or too far apart, to subtract.
    distinct, rank = np.unique(score, return_inverse=True)
    model = IsotonicRegression(y_min=0, y_max=1).fit(rank.astype(np.float64), positive, sample_weight=weight)
    knots = distinct[model.X_thresholds_.astype(np.intp)]
    return lambda others: np.clip(np.interp(others, knots, model.y_thresholds_), 0.0, 1.0)


def _sigmoid(score: FloatArray, positive: BoolArray, weight: FloatArray) -> Map:
    from sklearn.linear_model import LogisticRegression  # slow to load

    weight = weight / weight.mean()
    model = LogisticRegression(C=_HARDLY_PENALISED, tol=1e-8, max_iter=1000)
    model.fit(score[:, np.newaxis], positive, sample_weight=weight)
    if model.coef_[0, 0] < 0:  # the best map that doesn't turn the order round is a constant: the share of positives
        share = float(weight[positive].sum() / weight.sum())
        return lambda others: np.full(others.size, share)
    return lambda others: np.asarray(model.predict_proba(others[:, np.newaxis])[:, 1], dtype=np.float64)


_FITS: dict[str, Callable[[FloatArray, BoolArray, FloatArray], Map]] = {"isotonic": _isotonic, "sigmoid": _sigmoid}


def _logistic_input(score: FloatArray) -> FloatArray:
    """Give what the logistic regression takes: log-odds or the scores as they are, centred, with a spread of 1."""
    if score.min() >= 0 and score.max() <= 1:
        score = _log_odds(score)
    score = score / (float(np.abs(score).max()) or 1.0)  # so that no square leaves the range of doubles
    spread = float(score.std())
    centred: FloatArray = score - score.mean()
    return centred / spread if spread > 0 else centred


def _log_odds(score: FloatArray) -> FloatArray:
    """Take the log-odds; 0 and 1, which have none, count as a third as far from the end as the nearest other score."""
    above, below = score[score > 0], 1 - score[score < 1]
    lowest = max(float(above.min(initial=1.0)) / 3, _NEAREST)
    highest = max(float(below.min(initial=1.0)) / 3, _NEAREST)
    inside = np.clip(score, lowest, 1 - highest)
    log_odds: FloatArray = np.log(inside) - np.log1p(-inside)
    return log_odds
