"""What keeps a file of repeated splits from being compared over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import roles
from f1tools.readers.formats.table import Categorical
from f1tools.readers.truths import BoolArray

MOSTLY = 0.5
MOST_NAMED = 4


class Lack(NamedTuple):
    """What was seen, and how to mend it."""

    what: str
    do: str

    def error(self, name: str) -> InvalidPredictions:
        """Return it as what people see of a table by this name."""
        return InvalidPredictions(f"In {name}, {self.what}: {self.do}.")


def of_a_stage(role: str, labels: Sequence[str], report: Sequence[str]) -> Lack:
    """Return that no rows choose the threshold: of those that were held out, all report.

    Examples
    --------
    >>> of_a_stage("set", ["train", "test"], ("test",)).what
    'set has train and test rows but none to choose a threshold on'
    """
    kinds = " and ".join(dict.fromkeys((*(each for each in labels if roles.stage(each) == "train"), *report)))
    if all(roles.stage(each) == "tune" for each in report):
        return Lack(f"{role} has {kinds} rows but none to test a threshold on", "score further rows, marked, say, test")
    do = "score the training rows out of fold, and mark these scores, say, oof"
    return Lack(f"{role} has {kinds} rows but none to choose a threshold on", do)


def of_roles(split: str, times: str) -> Lack:
    """Return that nothing tells rows that choose from rows that report."""
    what = f"{split} holds the same rows {times}, but no column says what a row served for in them"
    return Lack(what, "add one with, say, oof where a threshold may be chosen and test where it is tested")


def of_names(role: str, labels: Sequence[str]) -> Lack:
    """Return that a column parts the rows in ways whose names don't tell what they are for."""
    shown = " and ".join(labels[:MOST_NAMED]) + (" ..." if len(labels) > MOST_NAMED else "")
    what = f"{role} says {shown}, which doesn't tell where a threshold may be chosen and where it is tested"
    return Lack(what, "call these rows, say, oof and test, or choose what they mean")


class Keyed(NamedTuple):
    """Rows that choose or report, each with its key, its repeat and its truth."""

    key: str
    keys: Categorical
    split: str
    repeats: Categorical
    positive: BoolArray
    sides: tuple[str, str]


def differing(rows: Keyed, *, mostly: float = MOSTLY) -> Lack | None:
    """Return what keeps rows that come again by their keys from being the same ones in every repeat.

    None where nothing does, and where no more than a share `mostly` of the keys comes in several repeats, so that the
    rows are plainly others.
    """
    there = np.flatnonzero((rows.keys.codes >= 0) & (rows.repeats.codes >= 0))
    keys, repeats, positive = rows.keys.codes[there], rows.repeats.codes[there], rows.positive[there]
    pairs, times = np.unique(keys.astype(np.int64) * len(rows.repeats.labels) + repeats, return_counts=True)
    in_repeats = np.bincount(pairs // max(1, len(rows.repeats.labels)), minlength=len(rows.keys.labels))
    if np.count_nonzero(in_repeats > 1) <= mostly * np.count_nonzero(in_repeats):
        return None
    if np.any(times > 1):
        key, repeat = divmod(int(pairs[times > 1][0]), len(rows.repeats.labels))
        called = f"{rows.key} {rows.keys.labels[key]}"
        what = f"{called} comes more than once in {rows.split} {rows.repeats.labels[repeat]}"
        return Lack(what, f"give every row a key of its own, and one role in each {rows.split}")
    positives = np.bincount(keys, weights=positive, minlength=len(rows.keys.labels))
    mixed = np.flatnonzero((positives > 0) & (positives < in_repeats))
    if not mixed.size:
        return None
    of_key = keys == mixed[0]
    told = []
    for at in sorted(int(np.flatnonzero(of_key & (positive == side))[0]) for side in (True, False)):
        told.append(f"{rows.sides[int(not positive[at])]} in {rows.split} {rows.repeats.labels[repeats[at]]}")
    what = f"{rows.key} {rows.keys.labels[mixed[0]]} is {' and '.join(told)}"
    return Lack(what, f"give every row a key of its own, and the same truth in each {rows.split}")
