"""The protocol: which models are trained on which rows, and which rows they score."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray
from f1tools.core.errors import InvalidPredictions
from f1tools.core.progress import OnProgress, ignore_progress
from f1tools.formatting import truncate
from f1tools.lab.settings import Settings
from f1tools.lab.splits import Holdout, holdouts, seed_of
from f1tools.lab.task import Task, preprocessor

Features: TypeAlias = NDArray[np.float32]
Scorer: TypeAlias = Callable[[Features], FloatArray]
Trainer: TypeAlias = Callable[[Features, NDArray[np.int64], int], Scorer]
"""Takes features, classes (0 or 1) and a seed, and gives what scores further rows."""

OOF, TEST, TRAIN = "oof", "test", "train"
"""What ``set`` says of a row: scored by a model that did not see it, to choose the threshold; tested; trained on."""

_DIGITS, _MOST_DECIMALS = 3, 15


class CameApartError(Exception):
    """What a Trainer raises when its training gives no numbers any more."""


class Store(Protocol):
    """Keeps what is done, so that a run that was stopped can go on."""

    def load(self, repeat: int, strategy: str) -> FloatArray | None:
        """Give what was kept of a cell, if anything."""

    def save(self, repeat: int, strategy: str, scores: FloatArray) -> None:
        """Keep the scores of a cell."""


def cell(task: Task, settings: Settings, holdout: Holdout, repeat: int, strategy: str, train: Trainer) -> FloatArray:
    """Train one strategy in one repeat, and score its rows.

    Nothing is learned from a row that is scored as held out: neither the model nor how features are filled and scaled.

    Returns
    -------
    ndarray of shape (2 n_train + n_test,)
        The training rows scored by models of the other folds, the test rows scored by the model of all training rows,
        and the training rows scored by that one too.

    Raises
    ------
    InvalidPredictions
        When a score is no finite number.
    """
    held_out = np.empty(task.n)
    try:
        for fold, (fit, score) in enumerate(holdout.inner(), start=1):
            seed = seed_of(settings.seed, repeat, strategy, fold)
            (held_out[score],) = _trained(task, train, fit, seed, score)
        seed = seed_of(settings.seed, repeat, strategy)
        test, seen = _trained(task, train, holdout.train, seed, holdout.test, holdout.train)
    except CameApartError as error:
        raise _came_apart(strategy, repeat) from error
    scores = np.concatenate([held_out[holdout.train], test, seen])
    if not np.isfinite(scores).all():
        raise _came_apart(strategy, repeat)
    return scores


def _came_apart(strategy: str, repeat: int) -> InvalidPredictions:
    return InvalidPredictions(
        f"The strategy {truncate(strategy)} gave a score that is no finite number in repeat {repeat}: its training "
        "came apart. Use fewer updates, or look for extreme values among the features."
    )


def _trained(
    task: Task, train: Trainer, fit: NDArray[np.intp], seed: int, *scored: NDArray[np.intp]
) -> Iterator[FloatArray]:
    """Train on some rows and score others."""
    prepare = preprocessor(task).fit(task.X[fit])
    score = train(prepare.transform(task.X[fit]), task.y[fit].astype(np.int64), seed)
    return (np.asarray(score(prepare.transform(task.X[rows])), dtype=np.float64) for rows in scored)


def run(
    task: Task,
    settings: Settings,
    strategies: Mapping[str, Trainer],
    *,
    store: Store,
    on_progress: OnProgress = ignore_progress,
) -> pd.DataFrame:
    """Train every strategy in every repeat.

    Parameters
    ----------
    task : Task
    settings : Settings
    strategies : mapping from name to Trainer
    store : Store
        What it holds already is not trained again.
    on_progress : callable
        Called with the share that is there, at first with what the store holds.

    Returns
    -------
    DataFrame
        The columns ``id``, ``y_true``, ``repeat``, ``set`` and ``score_`` with each strategy's name; the rows of the
        task one after the other, each with its repeats, so that any part of the file shows what it holds. Scores are
        rounded.

    Raises
    ------
    InvalidPredictions
        When the rows can't be split, or a training came apart.
    """
    splits = list(
        holdouts(task, repeats=settings.repeats, test_size=settings.test_size, folds=settings.folds, seed=settings.seed)
    )
    cells = [(repeat, name) for repeat in range(1, len(splits) + 1) for name in strategies]
    found = {(repeat, name): _kept(store, repeat, name, splits[repeat - 1]) for repeat, name in cells}
    done = sum(each is not None for each in found.values())
    on_progress(done / len(cells))
    for repeat, name in cells:
        if found[repeat, name] is None:
            scores = cell(task, settings, splits[repeat - 1], repeat, name, strategies[name])
            store.save(repeat, name, scores)
            found[repeat, name] = scores
            done += 1
            on_progress(done / len(cells))
    scores_of = {name: [found[repeat, name] for repeat in range(1, len(splits) + 1)] for name in strategies}
    return _wide(task, settings, splits, scores_of)


def _kept(store: Store, repeat: int, strategy: str, split: Holdout) -> FloatArray | None:
    kept = store.load(repeat, strategy)
    wanted = 2 * split.train.size + split.test.size
    return kept if kept is not None and kept.shape == (wanted,) and np.isfinite(kept).all() else None


def _wide(
    task: Task, settings: Settings, splits: Sequence[Holdout], scores: Mapping[str, Sequence[FloatArray | None]]
) -> pd.DataFrame:
    """Put everything into one table."""
    repeats, sets, rows = [], [], []
    for repeat, split in enumerate(splits, start=1):
        for name, part in ((OOF, split.train), (TEST, split.test), (TRAIN, split.train)):
            repeats.append(np.full(part.size, repeat))
            sets.append(np.full(part.size, name, dtype=object))
            rows.append(part)
    place, role = np.concatenate(rows), np.concatenate(sets)
    labels = np.array([task.neg_label, task.pos_label], dtype=object)
    columns: dict[str, NDArray[Any]] = {
        "id": np.array(task.ids, dtype=object)[place],
        "y_true": labels[task.y[place].astype(np.intp)],
        "repeat": np.concatenate(repeats),
        "set": role,
    }
    for name, parts in scores.items():
        whole = np.concatenate([each for each in parts if each is not None])
        columns[f"score_{name}"] = rounded(whole, settings.decimals)
    order = np.argsort(place, kind="stable")  # within a row: by repeat, and what it was trained on last
    kept = order if settings.in_sample else order[role[order] != TRAIN]
    return pd.DataFrame(columns).iloc[kept].reset_index(drop=True)


def rounded(scores: FloatArray, decimals: int) -> FloatArray:
    """Round scores; of probabilities near 0 or 1 three digits of the distance stay, or they would become equal.

    A network that learned its rows by heart gives probabilities that differ from 1 by less than any fixed decimal.

    Parameters
    ----------
    scores : ndarray of shape (n,)
    decimals : int
        How many there are at least.

    Examples
    --------
    >>> rounded(np.array([0.123456, 0.0000123456, 0.999987654, 1.0]), 4).tolist()
    [0.1235, 1.23e-05, 0.9999877, 1.0]
    >>> rounded(np.array([-2.123456, 0.00001]), 4).tolist()
    [-2.1235, 0.0]
    """
    places = np.full(scores.size, decimals)
    if scores.size and scores.min() >= 0 and scores.max() <= 1:
        near = np.minimum(scores, 1 - scores)
        inside = near > 0
        digits = _DIGITS - 1 - np.floor(np.log10(near[inside])).astype(np.intp)
        places[inside] = np.clip(digits, decimals, _MOST_DECIMALS)
    found = np.empty(scores.size)
    for each in np.unique(places):
        found[places == each] = np.round(scores[places == each], each)
    return found + 0.0  # -0.0 becomes 0.0
