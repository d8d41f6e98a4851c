"""What strategies are called in sentences, tables and figures."""

from __future__ import annotations

from collections.abc import Sequence

from f1tools import formatting
from f1tools.repeats.known import KNOWN

PLAIN = "plain"
"""The strategy that others are compared with, where there is one of this name."""

_PREFIX = "score_"
_LISTED = 5  # names in a sentence; the table has them all


def stripped(model: str) -> str:
    """Give the name of a strategy without what marks its column as a score.

    Examples
    --------
    >>> stripped("score_soft_f1"), stripped("forest"), stripped("score_")
    ('soft_f1', 'forest', 'score_')
    """
    return model.removeprefix(_PREFIX) or model


def label(model: str, longest: int = 24) -> str:
    """Write the name of a strategy for people, on one line and not too long.

    Examples
    --------
    >>> label("score_soft_f1"), label("score_smote"), label("my_own_idea")
    ('soft F1', 'SMOTE', 'my own idea')
    """
    known = KNOWN.get(stripped(model))
    name = known.name if known else " ".join(stripped(model).replace("_", " ").split())
    return formatting.truncate(name or model, longest)


def title(model: str, longest: int = 24) -> str:
    """Write the name of a strategy where it stands by itself.

    Examples
    --------
    >>> title("score_soft_f1"), title("score_smote"), title("my_own_idea")
    ('Soft F1', 'SMOTE', 'my own idea')
    """
    name = label(model, longest)
    return f"{name[0].upper()}{name[1:]}" if stripped(model) in KNOWN else name


def training(model: str) -> str:
    """Write the name of a strategy inside a sentence.

    Examples
    --------
    >>> training("score_plain"), training("score_ranknet")
    ('plain training', 'RankNet')
    """
    return f"{label(model)} training" if stripped(model).casefold() == PLAIN else label(model)


def verb(model: str, singular: str, plural: str) -> str:
    """Choose the form of a verb that goes with the name of a strategy.

    Examples
    --------
    >>> verb("score_class_weight", "reaches", "reach"), verb("score_smote", "reaches", "reach")
    ('reach', 'reaches')
    """
    return plural if stripped(model) in KNOWN and label(model).endswith("s") else singular


def listed(names: Sequence[str]) -> str:
    """Write several names, or the first of many.

    Examples
    --------
    >>> listed(["one"]), listed(["one", "two", "three"]), listed(list("abcdefg"))
    ('one', 'one, two and three', 'a, b, c, d and 3 more')
    """
    shown = list(names)
    if len(shown) > _LISTED:
        shown = [*shown[: _LISTED - 1], f"{len(shown) - _LISTED + 1} more"]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
