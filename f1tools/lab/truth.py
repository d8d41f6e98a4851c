"""Which class of a target is the positive one."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from f1tools import formatting
from f1tools.core.counts import BoolArray
from f1tools.core.errors import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.readers.formats.parsing import label_to_number, normalize_label
from f1tools.readers.formats.table import Categorical
from f1tools.readers.inference.labels import positive_by_convention, positive_by_words

_MOST_CLASSES = 20  # where more different numbers are there, they are no classes but a quantity
_SHOWN = 8


@dataclass(frozen=True, eq=False)
class Sides:
    """The two classes of a target.

    Attributes
    ----------
    positive, keep : ndarray of bool
        Which rows are positive, and which have a class at all.
    pos_label, neg_label : str
        What the classes are called.
    notes : tuple of str
        Which is positive, and how many rows have none, a sentence each.
    """

    positive: BoolArray
    keep: BoolArray
    pos_label: str
    neg_label: str
    notes: tuple[str, ...]


def sides(target: str, coded: Categorical, positive: str | None) -> Sides:
    """Tell the two classes apart: two labels, or one against the rest.

    Parameters
    ----------
    target : str
        The column's name, for messages.
    coded : Coded
        Its labels; -1 where a row has none.
    positive : str, optional
        The positive one, as written in the table; 1.0 and 1 are one label.

    Raises
    ------
    InvalidPredictions
        When it is not plain which one is positive.

    Examples
    --------
    >>> found = sides("y", Categorical(np.array([0, 1, 0, -1], dtype=np.int32), ["yes", "no"]), None)
    >>> found.pos_label, found.positive.tolist(), found.keep.tolist()
    ('yes', [True, False, True, False], [True, True, True, False])
    """
    there = np.unique(coded.codes[coded.codes >= 0]).tolist()
    spelled: dict[str, str] = {}  # by what makes labels one: Yes and yes, 1.0 and 1
    for code in there:
        spelled.setdefault(_one(coded.labels[code]), normalize_label(coded.labels[code]))
    name = truncate(target)
    if len(spelled) < 2:
        seen = f"only the label {truncate(next(iter(spelled.values())))}" if spelled else "no label at all"
        raise InvalidPredictions(f"The target {name} holds {seen}. Bring rows of two classes.")
    chosen = _chosen(name, spelled, positive)
    others = [each for key, each in spelled.items() if key != chosen]
    is_positive = np.array([*(_one(each) == chosen for each in coded.labels), False])[coded.codes]
    keep = np.asarray(coded.codes >= 0)
    n, n_pos = int(keep.sum()), int(is_positive.sum())
    pos_label = spelled[chosen]
    notes = [
        f"{name}: {truncate(pos_label)} is positive, {formatting.count(n_pos)} of {formatting.count(n)} rows "
        f"({formatting.percent(n_pos / n)})."
    ]
    if n < keep.size:
        notes.append(f"{formatting.count(keep.size - n)} rows without a class were left out.")
    return Sides(is_positive, keep, pos_label, others[0] if len(others) == 1 else f"not {pos_label}", tuple(notes))


def _one(text: str) -> str:
    return normalize_label(text).casefold()


def _chosen(name: str, spelled: dict[str, str], positive: str | None) -> str:
    """Give the key of the positive label."""
    shown = _listed(list(spelled.values()))
    if positive is not None:
        if _one(positive) not in spelled:
            raise InvalidPredictions(f"{name} has no value {truncate(positive)!r}. Its values are: {shown}.")
        return _one(positive)
    if len(spelled) > _MOST_CLASSES and all(label_to_number(each) is not None for each in spelled.values()):
        raise InvalidPredictions(
            f"{name} holds {formatting.count(len(spelled))} different numbers ({shown}): it looks like a "
            f"measured quantity. "
            "Make two classes of it in a column of its own, such as those above a limit and the others, or name "
            "another target."
        )
    if len(spelled) > 2:
        raise InvalidPredictions(
            f"{name} holds {formatting.count(len(spelled))} different values ({shown}). Name the positive one with "
            "--positive, or another target."
        )
    labels = list(spelled.values())
    found = positive_by_convention(labels) or positive_by_words(labels)
    if found is None:
        one, other = (shlex.quote(truncate(each, 60)) for each in labels)
        raise InvalidPredictions(
            f"{name} holds {truncate(labels[0])} and {truncate(labels[1])}, and it is not plain which one is "
            f"positive. Name it: --positive {one} or --positive {other}."
        )
    return _one(found)


def _listed(labels: Sequence[str]) -> str:
    """Name some labels, numbers with few digits."""
    numbers = [label_to_number(each) for each in labels[:_SHOWN]]
    shown = [
        truncate(each) if number is None or not math.isfinite(number) else formatting.rounded_threshold(number)
        for each, number in zip(labels, numbers, strict=False)
    ]
    return ", ".join(shown) + (", ..." if len(labels) > _SHOWN else "")
