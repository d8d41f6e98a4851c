"""One file or two: two side by side where they hold the same rows, else one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from f1tools.core.errors import InvalidPredictions
from f1tools.core.progress import ignore_progress
from f1tools.readers.formats import Readable
from f1tools.readers.formats.table import Progress
from f1tools.readers.join import join_predictions
from f1tools.readers.read import read_predictions
from f1tools.readers.result import Choices, Reading
from f1tools.readers.stack import stack_predictions, stackable

MOST_FILES = 2


def read_several(
    sources: Sequence[Readable],
    *,
    names: Sequence[str | None] | None = None,
    choices: Choices | None = None,
    on_progress: Progress = ignore_progress,
    extras: bool = True,
) -> Reading:
    """Read predictions from a file, or from two that belong together.

    Parameters
    ----------
    sources : sequence of path, bytes, binary file or DataFrame
        One or two. Two are joined where they hold the same rows; files of different rows, each complete, are read one
        below the other, and a further column says which file a row is from.
    names : sequence of str, optional
        What to call them; the files' names by default.
    choices : Choices, optional
        What is known already.
    on_progress : callable, optional
        Called with the share done, from 0 to 1, while the rows are read.
    extras : bool
        Whether to read the group and key columns as well. Of two files they are read in any case.

    Returns
    -------
    Reading
        With `outcome` "sure", "ask" or "refuse".

    Raises
    ------
    InvalidPredictions
        When there are more than two, they cannot be read as tables at all, don't belong together, or the choices don't
        fit.
    """
    if not 1 <= len(sources) <= MOST_FILES:
        raise InvalidPredictions(
            f"{len(sources)} files came at once. Bring one, or two that belong together: the truth and the scores, "
            "or rows to choose the threshold on and rows to report from."
        )
    called = [None] * len(sources) if names is None else list(names)
    if len(sources) == 1:
        return read_predictions(sources[0], name=called[0], choices=choices, on_progress=on_progress, extras=extras)
    both = called[0], called[1]
    first, second = sources
    read_both = stack_predictions if stackable(first, second, names=both) else join_predictions
    return read_both(first, second, names=both, choices=choices, on_progress=on_progress)
