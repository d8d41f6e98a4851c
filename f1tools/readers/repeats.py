"""All repeats of a file that holds its rows again and again, each time parted anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from f1tools.core.errors import InvalidPredictions
from f1tools.core.progress import ignore_progress
from f1tools.readers import roles
from f1tools.readers.again import same_rows
from f1tools.readers.assemble import scores_of
from f1tools.readers.formats import Readable, open_table
from f1tools.readers.formats.parsing import normalize_label
from f1tools.readers.formats.table import Categorical, Progress
from f1tools.readers.given import complete
from f1tools.readers.lacks import Keyed, Lack, differing, of_a_stage, of_roles
from f1tools.readers.load import Loaded
from f1tools.readers.read import load_chosen
from f1tools.readers.result import SPLIT_INTO_MODELS, Choices, negatives
from f1tools.readers.splits import Repeats
from f1tools.readers.truths import BoolArray
from f1tools.readers.understand import Understanding, understand
from f1tools.repeats.repeated import TEST, TRAIN, TUNE, RepeatedPredictions


def read_repeated(
    source: Readable,
    *,
    name: str | None = None,
    choices: Choices | None = None,
    on_progress: Progress = ignore_progress,
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
        and a `role` are believed, unless an `id` shows otherwise; without them the file has to show its repeats by
        itself.
    on_progress : callable, optional
        Called with the share done, from 0 to 1.

    Returns
    -------
    RepeatedPredictions or None
        None where the file does not hold the same rows again and again. Rows that choose the threshold, that report,
        and those that say that they trained the model are there; others are left out. Weights are not used.

    Raises
    ------
    InvalidPredictions
        If the source is no table or is damaged, the choices do not fit it or leave something open, or its repeats
        cannot be compared: no column tells which rows choose and which report, or a repeat has none of a class, for
        want of rows or of a score, or a row has another truth in another repeat.
    """
    table = open_table(source, name)
    given = choices or Choices()
    seen = understand(table.sample(), given)
    if given.split_value == SPLIT_INTO_MODELS:
        return None
    if (lack := _lack(seen, given)) is not None:
        raise lack.error(table.name)
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
    return _repeated(loaded, wanted, table.name)


def _lack(seen: Understanding, given: Choices) -> Lack | None:
    """Return what keeps the repeats from being compared, as far as the sample shows it."""
    if given.split and given.role:  # believed, as far as they go
        labels = next(each.labels for each in seen.profiles if each.name == given.role)
        return None if given.tune else of_a_stage(given.role, labels, given.report)
    if seen.different is not None:
        return seen.different.lack
    if seen.repeats is None or seen.repeats.lack is not None:
        return None if seen.repeats is None else seen.repeats.lack
    if seen.repeats.role is None:
        times = f"{len(seen.repeats.names):,} times" if seen.repeats.whole else "again and again"
        return of_roles(seen.repeats.split, times)
    return None


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
    believed : bool
        Whether the rows are taken for the same ones without a sign of it: somebody named repeats and roles.
    """

    choices: Choices
    train: tuple[str, ...]
    check: Repeats | None
    believed: bool


def _wanted(seen: Understanding, given: Choices) -> _Wanted | None:
    """Return what to load; None where there are no repeats with roles."""
    if not seen.drafts:
        return None
    split, role, tune, report = given.split, given.role, given.tune, given.report
    believed = split is not None and role is not None
    check = None if seen.repeats is None or seen.repeats.whole else seen.repeats
    if check is not None and believed and given.id != check.key:
        check = None
    if seen.repeats is not None:
        split = split or seen.repeats.split
        if role is None and seen.repeats.sides is not None:
            role, (tune, report) = seen.repeats.role, seen.repeats.sides
    if split is None or role is None:
        return None
    labels = next(each.labels for each in seen.profiles if each.name == role)
    named = {normalize_label(each) for each in (*tune, *report)}
    train = tuple(each for each in labels if roles.stage(each) == "train" and each not in named)
    choices = replace(
        seen.drafts[0].choices, split=split, split_value=None, role=role, tune=tune, report=(*report, *train),
        id=check.key if check else None, group=None, weight=None, amount=None,
    )  # fmt: skip
    return _Wanted(choices, train, check, believed)


def _repeated(loaded: Loaded, wanted: _Wanted, name: str) -> RepeatedPredictions | None:
    choices = wanted.choices
    split, part = loaded.labels[choices.split or ""], _parts(loaded.labels[choices.role or ""], wanted)
    if wanted.check is not None:
        if (lack := _different(loaded, wanted.check, part != TRAIN, choices)) is not None:
            raise lack.error(name)
        if not wanted.believed and not same_rows(wanted.check, loaded, part != TRAIN):
            return None
    report = tuple(each for each in choices.report if each not in wanted.train)
    if loaded.census.complete and (lack := loaded.census.lack(choices.tune, report)) is not None:
        raise lack.error(name)
    scores = scores_of(loaded, choices)
    rows = slice(None) if bool((split.codes >= 0).all()) else np.flatnonzero(split.codes >= 0)
    there = np.flatnonzero(np.bincount(split.codes[rows], minlength=len(split.labels)))
    place = np.zeros(len(split.labels), dtype=np.intp)
    place[there] = np.arange(there.size)
    return RepeatedPredictions(
        y_true=loaded.y_true[rows],
        scores={model: score[rows] for model, score in scores.items()},
        repeat=place[split.codes[rows]],
        part=part[rows],
        pos_label=choices.pos_label or "1",
        neg_label=negatives(choices),
        repeat_names=tuple(split.labels[code] for code in there.tolist()),
    )


def _different(loaded: Loaded, seen: Repeats, used: BoolArray, choices: Choices) -> Lack | None:
    """Return what differs in the rows of a large table, now that all of them have been read."""
    if seen.key is None or seen.key not in loaded.labels:
        return None
    split = loaded.labels[seen.split]
    repeats = Categorical(np.where(used, split.codes, -1).astype(np.int32), split.labels)
    sides = (choices.pos_label or "1", negatives(choices))
    return differing(Keyed(seen.key, loaded.labels[seen.key], seen.split, repeats, loaded.y_true, sides))


def _parts(role: Categorical, wanted: _Wanted) -> NDArray[np.int8]:
    """Return what each row served for; only rows with such a role were loaded."""
    tune, train = ({normalize_label(each) for each in side} for side in (wanted.choices.tune, wanted.train))
    parts = [TUNE if each in tune else TRAIN if each in train else TEST for each in role.labels]
    return np.array(parts, dtype=np.int8)[role.codes]
