"""Evidence from labels: which class is positive, and which subsets are for tuning and for evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from f1tools.readers.inference import names, vocabulary

_CONVENTIONS = (
    ("1", "0"), ("1", "-1"), ("true", "false"), ("t", "f"), ("yes", "no"), ("y", "n"), ("positive", "negative"),
    ("pos", "neg"), ("+", "-"), ("+1", "-1"), ("p", "n"),
)  # fmt: skip
_NEGATIONS = ("no", "not", "non", "un", "in", "ir", "without")
_HELD_OUT = ("tune", "either", "report")
_FILE_ORDER = ("train", "tune", "", "either", "report")


def positive_by_convention(labels: Sequence[str]) -> str | None:
    """Return the positive one of two labels where usage is universal, as in 0/1 or no/yes; else None."""
    lower = {label.strip().lower(): label for label in labels}
    for positive, negative in _CONVENTIONS:
        if set(lower) == {positive, negative}:
            return lower[positive]
    return _positive_by_negation(labels)


def _positive_by_negation(labels: Sequence[str]) -> str | None:
    """Return the label that the other one negates: Pep of noPep, spam of not_spam; abnormal, not normal."""
    plain = {"".join(char for char in label.lower() if char.isalnum()): label for label in labels}
    if len(plain) != 2 or "" in plain:
        return None
    short, long = sorted(plain, key=len)
    if long == f"ab{short}":
        return plain[long]
    return plain[short] if long in {f"{prefix}{short}" for prefix in _NEGATIONS} else None


def positive_by_words(labels: Sequence[str]) -> str | None:
    """Return the positive one of two labels where a word suggests it (malignant, not benign); else None."""
    if len(labels) != 2:
        return None
    points = [_points(label) for label in labels]
    if points[0] == points[1]:
        return None
    return labels[0] if points[0] > points[1] else labels[1]


def _points(label: str) -> int:
    words = set("".join(char if char.isalnum() else " " for char in label.lower()).split())
    return bool(words & vocabulary.POSITIVE) - 2 * bool(words & vocabulary.NEGATIVE)


class RoleValues(NamedTuple):
    """The values of a role column that mark the tuning set, which may be empty, and the evaluation set."""

    tune: tuple[str, ...]
    report: tuple[str, ...]


def role_values(labels: Sequence[str]) -> RoleValues | None:
    """Return the labels of tuning and evaluation set; None where the names do not tell. Training rows are in neither.

    Examples
    --------
    >>> role_values(["train", "test", "valid"])
    RoleValues(tune=('valid',), report=('test',))
    >>> role_values(["train", "test"]) is None
    True
    """
    by_stage = [tuple(label for label in labels if names.stage(label) == each) for each in _HELD_OUT]
    filled = [each for each in by_stage if each]
    return RoleValues(filled[0], filled[-1]) if len(filled) > 1 else None


def held_out(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the held-out subsets where another subset is a training set; empty otherwise.

    Examples
    --------
    >>> held_out(["train", "test"]), held_out(["Rome", "test"])
    (('test',), ())
    """
    has_training = any(names.stage(label) == "train" for label in labels)
    return tuple(label for label in labels if names.stage(label) in _HELD_OUT) if has_training else ()


def roles_of_files(first: str, second: str) -> RoleValues:
    """Return which of two files is the tuning set: the first, unless the names say otherwise."""
    tune, report = sorted((first, second), key=lambda name: _FILE_ORDER.index(names.stage(name)))
    return RoleValues((tune,), (report,))
