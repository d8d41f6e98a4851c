"""One run of the lab, from a task to its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from f1tools.core.progress import OnProgress, ignore_progress
from f1tools.lab.contenders import contenders, names_of
from f1tools.lab.lock import locked, refuse_if_locked
from f1tools.lab.notes import notes_of
from f1tools.lab.output import about, about_path, basis, settings_basis, write_about, write_scores
from f1tools.lab.parts import Parts, compare, folder_of
from f1tools.lab.protocol import run
from f1tools.lab.settings import Settings
from f1tools.lab.task import Task


def check(settings: Settings, output: Path, *, strategies: Sequence[str] = (), restart: bool = False) -> None:
    """Tell what is wrong with a run, as far as that is known before its data are read.

    Raises
    ------
    InvalidPredictions
        See :func:`make`.
    """
    names_of(strategies)
    about_path(output)
    folder = folder_of(output)
    refuse_if_locked(folder)
    if not restart:
        compare(folder, settings_basis(settings))


def make(
    task: Task,
    settings: Settings,
    output: Path,
    *,
    strategies: Sequence[str] = (),
    restart: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> tuple[str, ...]:
    """Train the strategies and write their scores, and beside them how they were made.

    Parameters
    ----------
    task : Task
    settings : Settings
    output : path
        Ends with .csv or .csv.gz.
    strategies : sequence of str
        Their names; all if left out.
    restart : bool
        Whether to begin anew instead of going on with a run that was stopped.
    on_progress : callable
        Called with the share done, from 0 to 1.

    Returns
    -------
    tuple of str
        The strategies, in the order of the file.

    Raises
    ------
    InvalidPredictions
        When the task can't be split, there is no such strategy, another run is at work or was stopped here, or a file
        would be overwritten that is none of the lab's.
    """
    about_path(output)
    trainers, network = contenders(task, settings, strategies)
    names = tuple(trainers)
    with locked(folder_of(output)):
        parts = Parts(output, basis(task, settings, network), restart=restart)
        table = run(task, settings, trainers, store=parts, on_progress=on_progress)
        write_scores(output, table)
        write_about(output, about(task, settings, network, names, notes_of(task, names)))
        parts.remove((repeat, name) for repeat in range(1, settings.repeats + 1) for name in names)
    return names
