"""One run of the lab, from a task to its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from f1tools.lab.contenders import contenders
from f1tools.lab.output import about, basis, write_about, write_scores
from f1tools.lab.parts import Parts
from f1tools.lab.protocol import run
from f1tools.lab.settings import Settings
from f1tools.lab.task import Task
from f1tools.progress import OnProgress, silent


def make(
    task: Task,
    settings: Settings,
    output: Path,
    *,
    strategies: Sequence[str] = (),
    restart: bool = False,
    on_progress: OnProgress = silent,
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
        When the task can't be split, there is no such strategy, or another run was stopped here.
    """
    trainers, network = contenders(task, settings, strategies)
    parts = Parts(output, basis(task, settings, network), restart=restart)
    table = run(task, settings, trainers, store=parts, on_progress=on_progress)
    write_scores(output, table)
    write_about(output, about(task, settings, network, tuple(trainers)))
    parts.remove()
    return tuple(trainers)
