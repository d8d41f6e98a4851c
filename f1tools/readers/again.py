"""What became of a table that holds its rows again and again, once all of them have been read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from f1tools.readers.lacks import Lack
from f1tools.readers.load import Loaded
from f1tools.readers.result import Choices
from f1tools.readers.splits import Repeats, enough
from f1tools.readers.truths import BoolArray


def same_rows(seen: Repeats, loaded: Loaded, used: BoolArray | None = None) -> bool:
    """Say whether the table, now that all its rows were read, holds the same ones again in every repeat.

    Parameters
    ----------
    seen : Repeats
        What the sample showed.
    loaded : Loaded
        The rows of one repeat or of all, with the labels of key and repeat. The labels are those of the whole table,
        whichever rows were left out.
    used : bool array, optional
        The loaded rows that choose or report; all of them by default.
    """
    if seen.whole:
        return True
    if seen.key is None or seen.key not in loaded.labels:
        return False
    key, split = loaded.labels[seen.key], loaded.labels[seen.split]
    there = (key.codes >= 0) & (split.codes >= 0)
    rows = np.flatnonzero(there if used is None else there & used)
    taken = np.unique(split.codes[rows]).size
    pairs = key.codes[rows].astype(np.int64) * len(split.labels) + split.codes[rows]
    if taken == 0 or np.unique(pairs).size < rows.size:
        return False
    # Of rows that only report there may be few in a repeat: those that trained the model are the same again with them.
    times = loaded.n_rows if seen.lack is not None else int(rows.size / taken * len(split.labels))
    return enough(seen, times, len(split.labels), len(key.labels))


class Again(NamedTuple):
    """What became of a table that holds its rows again and again.

    Attributes
    ----------
    split : str
        The column that says which repeat a row is from.
    shown : str or None
        The only repeat that was taken; None where all are pooled.
    times : int
        Repeats.
    role : str or None
        The column that says what a row served for, where there is one.
    lack : Lack or None
        What keeps the scores from being compared over all repeats, as far as it is known.
    counted : bool
        Whether all rows of all repeats were counted, so that without a lack nothing keeps them from it.
    """

    split: str
    shown: str | None
    times: int
    role: str | None
    lack: Lack | None = None
    counted: bool = False


def again_in(seen: Repeats | None, chosen: Choices, loaded: Loaded) -> Again | None:
    """Return what became of repeated splits; None where the rows are not the same again, or that cannot be told."""
    if seen is None or (chosen.split is None and not seen.whole):
        return None
    if chosen.split is None:
        return Again(seen.split, None, len(seen.names), seen.role, seen.lack)
    if not same_rows(seen, loaded):
        return None
    times = len(loaded.labels[seen.split].labels)
    counted = seen.lack is None and loaded.census.complete
    lack = loaded.census.lack(chosen.tune, chosen.report) if counted else seen.lack
    return Again(seen.split, chosen.split_value, times, seen.role, lack, counted)
