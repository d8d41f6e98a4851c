"""All repeats of a file that holds its rows again and again, each time parted anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from f1tools.errors import InvalidPredictions
from f1tools.progress import silent
from f1tools.reading import roles
from f1tools.reading.assemble import negatives, scores_of
from f1tools.reading.cells import label
from f1tools.reading.given import complete
from f1tools.reading.load import Loaded
from f1tools.reading.read import Readable, load_chosen, open_table
from f1tools.reading.result import SPLIT_INTO_MODELS, Choices
from f1tools.reading.splits import Repeats, same_rows
from f1tools.reading.table import Coded, Progress
from f1tools.reading.understand import Understanding, understand
from f1tools.repeats.repeated import TEST, TRAIN, TUNE, RepeatedPredictions


def read_repeated(
    source: Readable,
    *,
    name: str | None = None,
    choices: Choices | None = None,
    on_progress: Progress = silent,
) -> RepeatedPredictions | None:
    """Read all repeats of a file of repeated splits, from the columns that `read_predictions` takes.

    Parameters
    ----------
    source : path, bytes, binary file or DataFrame
        As for `read_predictions`.
    name : str, optional
        What to call the source in messages.
    choices : Choices, optional
        What is known already, such as the proposal of a reading. Which repeat it shows makes no difference. A `split`
        and a `role` are believed; without them the file has to show its repeats by itself.
    on_progress : callable, optional
        Called with the share done, from 0 to 1.

    Returns
    -------
    RepeatedPredictions or None
        None where the file does not hold the same rows again and again, or not with the roles that they have in each
        repeat. Rows that choose the threshold, that report, and those that say that they trained the model are there;
        others are left out. Weights are not used.

    Raises
    ------
    InvalidPredictions
        If the source is no table or is damaged, the choices do not fit it or leave something open, or a repeat has no
        rows of a class to choose on or to report.
    """
    table = open_table(source, name)
    given = choices or Choices()
    seen = understand(table.sample(), given)
    wanted = _wanted(seen, given)
    if wanted is None:
        return None
    if seen.outcome != "sure":
        raise InvalidPredictions(f"{table.name} leaves open how to read it. {seen.reason}")
    loaded = load_chosen(table, wanted.choices, seen, on_progress, extras=wanted.check is not None)
    if loaded.strange and not complete(given):
        value = next(iter(loaded.strange))
        raise InvalidPredictions(
            f"The truth {wanted.choices.truth} has a third value, {value}, in some of its {loaded.n_rows:,} rows. "
            "Choose to leave these rows out, or one class against the rest."
        )
    return _repeated(loaded, wanted)


@dataclass(frozen=True)
class _Wanted:
    """What to load.

    Attributes
    ----------
    choices : Choices
        All repeats, with all rows whose role says something.
    train : tuple of str
        The roles of rows that trained the model.
    check : Repeats or None
        What remains to be seen when all rows have been read.
    """

    choices: Choices
    train: tuple[str, ...]
    check: Repeats | None


def _wanted(seen: Understanding, given: Choices) -> _Wanted | None:
    """Return what to load; None where there are no repeats with roles."""
    if not seen.drafts or given.split_value == SPLIT_INTO_MODELS:
        return None
    split, role, tune, report = given.split, given.role, given.tune, given.report
    check = None if seen.repeats is None or seen.repeats.whole or (split and role) else seen.repeats
    if seen.repeats is not None:
        split = split or seen.repeats.split
        if role is None and seen.repeats.sides is not None:
            role, (tune, report) = seen.repeats.role, seen.repeats.sides
    if split is None or role is None:
        return None
    labels = next(each.labels for each in seen.profiles if each.name == role)
    named = {label(each) for each in (*tune, *report)}
    train = tuple(each for each in labels if roles.stage(each) == "train" and each not in named)
    choices = replace(
        seen.drafts[0].choices, split=split, split_value=None, role=role, tune=tune, report=(*report, *train),
        id=check.key if check else None, group=None, weight=None, amount=None,
    )  # fmt: skip
    return _Wanted(choices, train, check)


def _repeated(loaded: Loaded, wanted: _Wanted) -> RepeatedPredictions | None:
    choices = wanted.choices
    scores, split = scores_of(loaded, choices), loaded.labels[choices.split or ""]
    part = _parts(loaded.labels[choices.role or ""], wanted)
    if wanted.check is not None and not same_rows(wanted.check, loaded, part != TRAIN):
        return None
    rows = slice(None) if bool((split.codes >= 0).all()) else np.flatnonzero(split.codes >= 0)
    there = np.flatnonzero(np.bincount(split.codes[rows], minlength=len(split.labels)))
    place = np.zeros(len(split.labels), dtype=np.intp)
    place[there] = np.arange(there.size)
    return RepeatedPredictions(
        y_true=loaded.y_true[rows],
        scores={name: score[rows] for name, score in scores.items()},
        repeat=place[split.codes[rows]],
        part=part[rows],
        pos_label=choices.pos_label or "1",
        neg_label=negatives(choices),
        repeat_names=tuple(split.labels[code] for code in there.tolist()),
    )


def _parts(role: Coded, wanted: _Wanted) -> NDArray[np.int8]:
    """Return what each row served for; only rows with such a role were loaded."""
    tune, train = ({label(each) for each in side} for side in (wanted.choices.tune, wanted.train))
    parts = [TUNE if each in tune else TRAIN if each in train else TEST for each in role.labels]
    return np.array(parts, dtype=np.int8)[role.codes]
