"""The protocol: which models are trained on which rows, how features are preprocessed, and which rows are scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from f1tools.core.counts import FloatArray
from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress
from f1tools.formatting import truncate
from f1tools.lab.binary_classifier import DivergedError
from f1tools.lab.splits import Holdout, derive_seed, holdout_splits
from f1tools.lab.task import Settings, Task

Features: TypeAlias = NDArray[np.float32]
Scorer: TypeAlias = Callable[[Features], FloatArray]
Trainer: TypeAlias = Callable[[Features, NDArray[np.int64], int], Scorer]
"""Takes features, classes (0 or 1) and a seed; returns a function that scores rows. May raise DivergedError."""

OOF, TEST, TRAIN = "oof", "test", "train"
"""Values of the column ``set``: scored out of fold, to choose the threshold; test rows; scored in sample."""

_DIGITS, _MAX_DECIMALS = 3, 15
_MAX_INPUT = 1e30  # rows this far from the training rows leave the range of float32


class ScoreStore(Protocol):
    """Stores the scores of each repeat and strategy, so that an interrupted run can resume."""

    def load(self, repeat: int, strategy: str) -> FloatArray | None:
        """Return stored scores, if there are any."""

    def save(self, repeat: int, strategy: str, scores: FloatArray) -> None:
        """Store scores."""


def run_protocol(
    task: Task,
    settings: Settings,
    strategies: Mapping[str, Trainer],
    *,
    store: ScoreStore,
    on_progress: OnProgress = ignore_progress,
) -> pd.DataFrame:
    """Train every strategy in every repeat.

    Parameters
    ----------
    task : Task
    settings : Settings
    strategies : mapping from name to Trainer
    store : ScoreStore
        Stored scores are not computed again.
    on_progress : callable
        Called with the finished share, first with the stored share.

    Returns
    -------
    DataFrame
        The columns ``id``, ``y_true``, ``repeat``, ``set`` and ``score_<strategy>``, sorted by row of the task, so
        that the beginning of the file is representative. Scores are rounded.

    Raises
    ------
    InvalidPredictions
        If the rows can't be split, or a training diverged.
    """
    splits = list(holdout_splits(task, settings))
    scores = {
        (repeat, name): _load(store, repeat, name, split)
        for repeat, split in enumerate(splits, start=1)
        for name in strategies
    }
    missing = [key for key, each in scores.items() if each is None]
    stored = len(scores) - len(missing)
    on_progress(stored / len(scores))
    for done, (repeat, name) in enumerate(missing, start=stored + 1):
        new = _train_and_score(task, settings.seed, splits[repeat - 1], repeat, name, strategies[name])
        store.save(repeat, name, new)
        scores[repeat, name] = new
        on_progress(done / len(scores))
    return _wide_table(task, settings, splits, scores)


def _load(store: ScoreStore, repeat: int, strategy: str, split: Holdout) -> FloatArray | None:
    stored = store.load(repeat, strategy)
    shape = (2 * split.train.size + split.test.size,)
    return stored if stored is not None and stored.shape == shape and np.isfinite(stored).all() else None


def _train_and_score(task: Task, seed: int, holdout: Holdout, repeat: int, strategy: str, train: Trainer) -> FloatArray:
    """Train one strategy in one repeat; return the scores of the out-of-fold, test and in-sample rows.

    Nothing is learned from held-out rows: neither the model nor the preprocessing.
    """
    out_of_fold = np.empty(task.n)
    try:
        for fold, (fit, held_out) in enumerate(holdout.inner_folds(), start=1):
            fold_seed = derive_seed(seed, repeat, strategy, fold)
            (out_of_fold[held_out],) = _fit_and_score(task, train, fit, fold_seed, held_out)
        final_seed = derive_seed(seed, repeat, strategy)
        test, in_sample = _fit_and_score(task, train, holdout.train, final_seed, holdout.test, holdout.train)
    except DivergedError as error:
        raise InvalidPredictions(
            f"The strategy {truncate(strategy)} gave scores that are not finite in repeat {repeat}: its training "
            "diverged. Use fewer updates, or check the features for extreme values."
        ) from error
    return np.concatenate([out_of_fold[holdout.train], test, in_sample])


def _fit_and_score(
    task: Task, train: Trainer, fit: NDArray[np.intp], seed: int, *parts: NDArray[np.intp]
) -> Iterator[FloatArray]:
    prepare = preprocessor(task).fit(task.X[fit])
    score = train(prepare.transform(task.X[fit]), task.y[fit].astype(np.int64), seed)
    for rows in parts:
        scores = np.asarray(score(prepare.transform(task.X[rows])), dtype=np.float64)
        if not np.isfinite(scores).all():
            raise DivergedError
        yield scores


def _wide_table(
    task: Task,
    settings: Settings,
    splits: Sequence[Holdout],
    scores: Mapping[tuple[int, str], FloatArray | None],
) -> pd.DataFrame:
    parts = [
        (repeat, role, rows)
        for repeat, split in enumerate(splits, start=1)
        for role, rows in ((OOF, split.train), (TEST, split.test), (TRAIN, split.train))
    ]
    sizes = [rows.size for _, _, rows in parts]
    row = np.concatenate([rows for _, _, rows in parts])
    roles = np.repeat(np.array([role for _, role, _ in parts], dtype=object), sizes)
    labels = np.array([task.neg_label, task.pos_label], dtype=object)
    columns: dict[str, NDArray[Any]] = {
        "id": np.array(task.ids, dtype=object)[row],
        "y_true": labels[task.y[row].astype(np.intp)],
        "repeat": np.repeat([repeat for repeat, _, _ in parts], sizes),
        "set": roles,
    }
    for name in dict.fromkeys(name for _, name in scores):
        of_strategy = [each for (_, strategy), each in scores.items() if strategy == name and each is not None]
        columns[f"score_{name}"] = round_scores(np.concatenate(of_strategy), settings.decimals)
    order = np.argsort(row, kind="stable")  # within a row by repeat, in-sample scores last
    if not settings.in_sample:
        order = order[roles[order] != TRAIN]
    return pd.DataFrame(columns).iloc[order].reset_index(drop=True)


def round_scores(scores: FloatArray, decimals: int) -> FloatArray:
    """Round scores; probabilities near 0 or 1 keep three significant digits of their distance from it.

    The probabilities of a network that has memorized its rows differ from 1 by less than any fixed number of decimals.

    Parameters
    ----------
    scores : ndarray of shape (n,)
    decimals : int
        The minimal number of decimals.

    Examples
    --------
    >>> round_scores(np.array([0.123456, 0.0000123456, 0.999987654, 1.0]), 4).tolist()
    [0.1235, 1.23e-05, 0.9999877, 1.0]
    >>> round_scores(np.array([-2.123456, 0.00001]), 4).tolist()
    [-2.1235, 0.0]
    """
    places = np.full(scores.size, decimals)
    if scores.size and scores.min() >= 0 and scores.max() <= 1:
        distance = np.minimum(scores, 1 - scores)
        inside = distance > 0
        digits = _DIGITS - 1 - np.floor(np.log10(distance[inside])).astype(np.intp)
        places[inside] = np.clip(digits, decimals, _MAX_DECIMALS)
    rounded = np.empty(scores.size)
    for each in np.unique(places):
        rounded[places == each] = np.round(scores[places == each], each)
    return rounded + 0.0  # -0.0 becomes 0.0


def preprocessor(task: Task) -> Pipeline:
    """Return the unfitted preprocessing of a task's features; fit it on training rows only.

    Missing numbers are imputed by the median and numbers are standardized: each column on its own, or all pixels
    together. Categories are one-hot encoded with the levels of the whole table, so that the width does not depend on
    the rows.

    Examples
    --------
    >>> task = Task(np.tile([[1.0, 0.0], [np.nan, 1.0], [3.0, 1.0]], (20, 1)), np.arange(60) % 3 == 0, n_levels=(0, 2))
    >>> preprocessor(task).fit_transform(task.X)[:3].round(2)
    array([[-1.22,  1.  ,  0.  ],
           [ 0.  ,  0.  ,  1.  ],
           [ 1.22,  0.  ,  1.  ]], dtype=float32)
    """
    imputer = SimpleImputer(strategy="median", keep_empty_features=True)
    numeric = make_pipeline(imputer, StandardScaler() if task.image_shape is None else PixelScaler())
    encoder = OneHotEncoder(categories=[np.arange(k) for k in task.n_levels if k], sparse_output=False)
    columns = ColumnTransformer(
        [
            ("numeric", numeric, [column for column, k in enumerate(task.n_levels) if not k]),
            ("categorical", encoder, [column for column, k in enumerate(task.n_levels) if k]),
        ]
    )
    return make_pipeline(columns, FunctionTransformer(_to_float32))


def _to_float32(features: FloatArray) -> Features:
    return np.clip(features, -_MAX_INPUT, _MAX_INPUT).astype(np.float32)


class PixelScaler(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Standardize all columns by one mean and one standard deviation, so that pixels stay comparable.

    Examples
    --------
    >>> PixelScaler().fit_transform(np.array([[0.0, 2.0], [2.0, 0.0]])).tolist()
    [[-1.0, 1.0], [1.0, -1.0]]
    """

    def fit(self, X: FloatArray, y: Any = None) -> PixelScaler:  # noqa: N803 (scikit-learn's names)
        """Compute the mean and the standard deviation."""
        self.mean_ = float(X.mean())
        self.scale_ = float(X.std()) or 1.0
        return self

    def transform(self, X: FloatArray) -> FloatArray:  # noqa: N803
        """Standardize."""
        return np.asarray((X - self.mean_) / self.scale_)
