"""One experiment, from a task to its files: trainers, notes, checkpoints, progress and output."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.files import checkpoint_folder
from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress
from f1tools.formatting import truncate
from f1tools.lab.checkpoints import Checkpoints, check_fingerprint, check_unlocked, run_lock
from f1tools.lab.output import check_metadata_path, fingerprint, settings_fingerprint, write_metadata, write_scores
from f1tools.lab.protocol import Features, Scorer, Trainer, run_protocol
from f1tools.lab.sampling import cluster_ids, unique_row_ids
from f1tools.lab.task import Settings, Task, canonical
from f1tools.repeats import STRATEGY_INFO

MIN_GROUPS = 30
"""With fewer groups the confidence intervals are too narrow."""

_REQUIRED = ("filelock", "imblearn", "jax", "keras", "tqdm")


def require_packages() -> None:
    """Check that the packages are installed that are loaded during a run.

    Raises
    ------
    ModuleNotFoundError
        If one is missing.
    """
    for name in _REQUIRED:
        if find_spec(name) is None:
            raise ModuleNotFoundError(name=name)


def select_strategies(names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the named strategies in the order of the lab; all of them if none is named.

    Raises
    ------
    InvalidPredictions
        For an unknown name.
    """
    for name in names:
        if name not in STRATEGY_INFO:
            raise InvalidPredictions(
                f"There is no strategy {truncate(name)}. The strategies are: {', '.join(STRATEGY_INFO)}."
            )
    return tuple(name for name in STRATEGY_INFO if name in names or not names)


def build_trainers(
    task: Task, settings: Settings, strategies: Sequence[str] = ()
) -> tuple[dict[str, Trainer], Mapping[str, Any]]:
    """Return the trainer of each strategy, and the backend and parameters of the network that they share."""
    from f1tools.lab.losses import keras  # slow to import, like the libraries behind the strategies
    from f1tools.lab.network import NetworkClassifier
    from f1tools.lab.strategies import STRATEGIES

    network = NetworkClassifier(**settings.network, image_shape=task.image_shape)
    trainers: dict[str, Trainer] = {
        name: partial(_train, STRATEGIES[name](network, settings.positive_cost))
        for name in select_strategies(strategies)
    }
    return trainers, {"backend": keras.config.backend(), **network.get_params()}


def _train(estimator: Any, features: Features, y: NDArray[np.int64], seed: int) -> Scorer:
    from f1tools.lab.strategies import positive_scores, seeded

    return partial(positive_scores, seeded(estimator, seed).fit(features, y))


def check_output(settings: Settings, output: Path, *, restart: bool = False) -> None:
    """Check whether a run can write its output, before its data are read.

    Raises
    ------
    InvalidPredictions
        See :func:`run_experiment`.
    """
    check_metadata_path(output)
    folder = checkpoint_folder(output)
    check_unlocked(folder)
    if not restart:
        check_fingerprint(folder, settings_fingerprint(settings))


def run_experiment(
    task: Task,
    settings: Settings,
    output: Path,
    *,
    strategies: Sequence[str] = (),
    restart: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> tuple[str, ...]:
    """Train the strategies and write their scores, with a JSON file that documents the run.

    Parameters
    ----------
    task : Task
    settings : Settings
    output : path
        Ends with .csv or .csv.gz.
    strategies : sequence of str
        Their names; all by default.
    restart : bool
        Whether to start again instead of resuming an interrupted run.
    on_progress : callable
        Called with the finished share, from 0 to 1.

    Returns
    -------
    tuple of str
        The strategies, in the order of the file.

    Raises
    ------
    InvalidPredictions
        If the task can't be split, a strategy is unknown, another run holds the output or has left checkpoints, or a
        foreign file would be overwritten.
    """
    check_metadata_path(output)
    trainers, network = build_trainers(task, settings, strategies)
    names = tuple(trainers)
    with run_lock(checkpoint_folder(output)):
        checkpoints = Checkpoints(output, fingerprint(task, settings, network), restart=restart)
        table = run_protocol(task, settings, trainers, store=checkpoints, on_progress=on_progress)
        write_scores(output, table)
        notes = experiment_notes(task, names)
        write_metadata(output, task, settings, network=network, strategies=names, notes=notes)
        checkpoints.delete((repeat, name) for repeat in range(1, settings.repeats + 1) for name in names)
    return names


def experiment_notes(task: Task, strategies: Sequence[str]) -> tuple[str, ...]:
    """Return the notes of a task and further ones about its splits and strategies, one sentence each."""
    notes = list(task.notes)
    ids = unique_row_ids(canonical(task.X))
    duplicates = int(np.count_nonzero(np.bincount(ids)[ids] > 1))
    if duplicates:
        notes.append(
            f"{formatting.count(duplicates)} of {formatting.count(task.n)} rows equal another one in all features: "
            "equal rows stay on one side of every split."
        )
    groups = int(cluster_ids(task).max()) + 1
    if groups < MIN_GROUPS:
        notes.append(
            f"The rows form only {formatting.count(groups)} groups that stay together. Confidence intervals are too "
            f"narrow with so few: use {MIN_GROUPS} or more, or trust them less."
        )
    if any(task.n_levels) and "smote" in strategies:
        notes.append(
            "SMOTE treats categories as numbers: between two rows of different levels it creates rows that mix both."
        )
    return tuple(notes)


@contextmanager
def progress_bar() -> Iterator[OnProgress]:
    """Show the finished share of the training and the estimated time left on standard error.

    What is finished at the first call, such as checkpoints, does not count for the estimate. A closed terminal does not
    end the run.
    """
    from tqdm import tqdm

    bars: list[tqdm[Any]] = []

    def update(done: float) -> None:
        with suppress(OSError):
            if not bars:
                interval = 0.1 if sys.stderr.isatty() else 10.0
                layout = "{desc}: {percentage:.0f}%|{bar}| {elapsed}, {remaining} left"
                options = {"bar_format": layout, "mininterval": interval, "ascii": True}
                bars.append(tqdm(total=100, initial=100 * done, desc="Training", **options))
            bars[0].update(100 * done - bars[0].n)

    try:
        yield ignore_progress if sys.stderr is None else update
    finally:
        with suppress(OSError):
            for bar in bars:
                bar.close()
