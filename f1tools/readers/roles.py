"""Which rows choose the threshold and which report, from what the parts of a table are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from f1tools.readers import names, vocabulary

_FOR_ROLES = ("tune", "either", "report")
_OF_TWO = ("train", "tune", "", "either", "report")


class Sides(NamedTuple):
    """What the parts are called that the threshold is chosen on, and those that report."""

    tune: tuple[str, ...]
    report: tuple[str, ...]


def stage(name: str) -> str:
    """Return what the rows of a part by this name served for: a key of `vocabulary.STAGES`, or "".

    Examples
    --------
    >>> stage("TrainingSet"), stage("valid_2"), stage("eval"), stage("Hold-out"), stage("Rome")
    ('train', 'tune', 'either', 'report', '')
    """
    tokens = names.tokens(name)
    letters = [token for token in tokens if not token.isdigit()]
    words = {*tokens, "".join(letters), *(token.removesuffix("set") for token in tokens)}
    return next((known for known, spellings in vocabulary.STAGES.items() if words & spellings), "")


def sides(labels: Sequence[str]) -> Sides | None:
    """Return which parts choose and which report; None where their names don't tell. Parts for training do neither.

    Examples
    --------
    >>> sides(["train", "test", "valid"])
    Sides(tune=('valid',), report=('test',))
    >>> sides(["train", "test"]) is None
    True
    """
    by_stage = [tuple(label for label in labels if stage(label) == each) for each in _FOR_ROLES]
    filled = [each for each in by_stage if each]
    return Sides(filled[0], filled[-1]) if len(filled) > 1 else None


def held_out(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the parts that no model was trained on, where others say that one was; none where that is not told.

    Examples
    --------
    >>> held_out(["train", "test"]), held_out(["Rome", "test"])
    (('test',), ())
    """
    trained = any(stage(label) == "train" for label in labels)
    return tuple(label for label in labels if stage(label) in _FOR_ROLES) if trained else ()


def of_two(first: str, second: str) -> Sides:
    """Return which of two files chooses and which reports: the first chooses unless their names say otherwise."""
    tune, report = sorted((first, second), key=lambda name: _OF_TWO.index(stage(name)))
    return Sides((tune,), (report,))
