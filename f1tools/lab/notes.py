"""What to know about a run before its numbers are believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from f1tools import formatting
from f1tools.lab.equal import numbered
from f1tools.lab.splits import clusters
from f1tools.lab.task import Task, canonical

FEW_CLUSTERS = 30
"""With fewer groups the intervals hold the truth more rarely than they say."""


def notes_of(task: Task, strategies: Sequence[str]) -> tuple[str, ...]:
    """Give what was noted when the data were read, and what follows from them for the splits and the strategies.

    Parameters
    ----------
    task : Task
    strategies : sequence of str
        Those that are trained.

    Returns
    -------
    tuple of str
        A sentence each.
    """
    return (*task.notes, *_noted(task, strategies))


def _noted(task: Task, strategies: Sequence[str]) -> Iterator[str]:
    equal = numbered(canonical(task.X))
    copies = int(np.count_nonzero(np.bincount(equal)[equal] > 1))
    if copies:
        yield (
            f"{formatting.count(copies)} of {formatting.count(task.n)} rows equal another one in all "
            f"features: equal rows stay "
            "on one side of every split."
        )
    groups = int(clusters(task).max()) + 1
    if groups < FEW_CLUSTERS:
        yield (
            f"The rows make only {formatting.count(groups)} groups that stay together. Intervals over so few are too "
            f"narrow: bring {FEW_CLUSTERS} or more, or trust them less."
        )
    if any(task.levels) and "smote" in strategies:
        yield (
            "SMOTE takes categories for numbers: between two rows of different levels it makes rows that have a part "
            "of both."
        )
