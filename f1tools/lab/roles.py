"""Columns with a role: the target with its positive class, row identifiers, and groups."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.readers.formats.table import Categorical, label_to_number, normalize_label
from f1tools.readers.inference import names
from f1tools.readers.inference.names import positive_by_convention, positive_by_words
from f1tools.readers.inference.profiles import ColumnProfile

_MAX_CLASSES = 20  # more distinct numbers are a quantity, not classes
_MAX_LABELS = 8  # in a message
# Such a column is an identifier even if "id" is not a separate word of its name.
_OWNERS = (
    *("account", "applicant", "borrower", "case", "child", "client", "company", "customer", "device", "donor"),
    *("driver", "employee", "family", "firm", "hospital", "house", "household", "machine", "member", "participant"),
    *("patient", "person", "player", "school", "store", "student", "subject", "user", "vehicle"),
)


@dataclass(frozen=True, eq=False)
class TargetClasses:
    """The two classes of a target.

    Attributes
    ----------
    positive, keep : ndarray of bool
        Whether each row is positive, and whether it has a class.
    pos_label, neg_label : str
        The labels of the classes.
    notes : tuple of str
        Sentences about the positive class and about rows without a class.
    """

    positive: BoolArray
    keep: BoolArray
    pos_label: str
    neg_label: str
    notes: tuple[str, ...]


def read_target(target: str, column: Categorical, positive: str | None) -> TargetClasses:
    """Determine the two classes of a target: two labels, or one label against the rest.

    Parameters
    ----------
    target : str
        The name of the column, for messages.
    column : Categorical
        Its labels; -1 marks a row without one.
    positive : str, optional
        The positive label; case and number format are ignored, so that 1.0 and 1 are one label.

    Raises
    ------
    InvalidPredictions
        If the positive class is not obvious.

    Examples
    --------
    >>> classes = read_target("y", Categorical(np.array([0, 1, 0, -1], dtype=np.int32), ["yes", "no"]), None)
    >>> classes.pos_label, classes.positive.tolist(), classes.keep.tolist()
    ('yes', [True, False, True, False], [True, True, True, False])
    """
    labels: dict[str, str] = {}  # by normalized label: Yes and yes, 1.0 and 1 are one class
    for code in np.unique(column.codes[column.codes >= 0]).tolist():
        labels.setdefault(_normalize(column.labels[code]), normalize_label(column.labels[code]))
    name = truncate(target)
    if len(labels) < 2:
        content = f"only the label {truncate(next(iter(labels.values())))}" if labels else "no labels"
        raise InvalidPredictions(f"The target {name} holds {content}. Add rows of both classes.")
    chosen = _positive_label(name, labels, positive)
    negative = [label for key, label in labels.items() if key != chosen]
    is_positive = np.array([*(_normalize(each) == chosen for each in column.labels), False])[column.codes]
    keep = np.asarray(column.codes >= 0)
    n, n_pos = int(keep.sum()), int(is_positive.sum())
    notes = [
        f"{name}: {truncate(labels[chosen])} is positive, {formatting.count(n_pos)} of {formatting.count(n)} rows "
        f"({formatting.percent(n_pos / n)})."
    ]
    if n < keep.size:
        notes.append(f"{formatting.count(keep.size - n)} rows without a class were left out.")
    neg_label = negative[0] if len(negative) == 1 else f"not {labels[chosen]}"
    return TargetClasses(is_positive, keep, labels[chosen], neg_label, tuple(notes))


def _normalize(label: str) -> str:
    return normalize_label(label).casefold()


def _positive_label(name: str, labels: dict[str, str], positive: str | None) -> str:
    """Return the normalized positive label."""
    values = list(labels.values())
    listed = _join_labels(values)
    if positive is not None:
        if _normalize(positive) not in labels:
            raise InvalidPredictions(f"{name} has no value {truncate(positive)!r}. Its values are: {listed}.")
        return _normalize(positive)
    if len(labels) > _MAX_CLASSES and all(label_to_number(each) is not None for each in labels.values()):
        raise InvalidPredictions(
            f"{name} holds {formatting.count(len(labels))} distinct numbers ({listed}): it looks like a measured "
            "quantity. Add a column with two classes, such as values above and below a limit, or choose another target."
        )
    if len(labels) > 2:
        raise InvalidPredictions(
            f"{name} holds {formatting.count(len(labels))} distinct values ({listed}). Choose the positive one with "
            "--positive, or another target."
        )
    obvious = positive_by_convention(values) or positive_by_words(values)
    if obvious is None:
        first, second = (shlex.quote(truncate(each, 60)) for each in values)
        raise InvalidPredictions(
            f"{name} holds {truncate(values[0])} and {truncate(values[1])}, and it is not obvious which one is "
            f"positive. Choose it: --positive {first} or --positive {second}."
        )
    return _normalize(obvious)


def _join_labels(labels: Sequence[str]) -> str:
    """Join some labels; numbers are rounded."""
    numbers = [(label, label_to_number(label)) for label in labels[:_MAX_LABELS]]
    texts = (
        truncate(label) if number is None or not math.isfinite(number) else formatting.decimal(float(f"{number:.4g}"))
        for label, number in numbers
    )
    return ", ".join(texts) + (", ..." if len(labels) > _MAX_LABELS else "")


def is_row_identifier(profile: ColumnProfile, values: FloatArray) -> bool:
    """Return whether a column counts the rows, or has the name of an identifier and distinct values.

    Parameters
    ----------
    profile : ColumnProfile
    values : ndarray of float
        The numbers of the column, or the codes of its texts; NaN if missing.
    """
    is_number = profile.kind == "number"
    if values.size < 3 or np.isnan(values).any() or (is_number and not profile.is_integer):
        return False
    if is_number and (np.diff(values) == 1).all():
        return True
    return names.suggested_role(profile.name) == "id" and np.unique(values).size == values.size


def row_names(name: str, column: Categorical) -> list[str]:
    """Return the row identifiers in a column.

    Raises
    ------
    InvalidPredictions
        If they are not unique, or some are missing.
    """
    if (column.codes < 0).any() or np.unique(column.codes).size < column.codes.size:
        raise InvalidPredictions(
            f"The column {truncate(name)!r} does not hold a unique identifier for each row. Choose another one with "
            f"--id, or keep rows that belong together on one side with --group {truncate(name)}."
        )
    return [column.labels[code] for code in column.codes.tolist()]


def group_numbers(column: Categorical) -> NDArray[np.intp]:
    """Return the groups as numbers; a row without one is a group of its own."""
    numbers = column.codes.astype(np.intp)
    missing = np.flatnonzero(numbers < 0)
    numbers[missing] = len(column.labels) + np.arange(missing.size)
    return numbers


def identifier_notes(profile: ColumnProfile, values: FloatArray) -> Iterator[str]:
    """Yield a note if a column has the name of an identifier and repeated values."""
    present = values[~np.isnan(values)]
    if profile.kind == "number" and not profile.is_integer:
        return
    if is_identifier_name(profile.name) and 2 < np.unique(present).size < present.size:
        column = shlex.quote(truncate(profile.name, 60))
        yield (
            f"{truncate(profile.name)} looks like an identifier with repeated values: --group {column} keeps its rows "
            f"on one side of every split, --ignore {column} leaves it out."
        )


def is_identifier_name(name: str) -> bool:
    """Return whether a column name is that of an identifier, such as a patient's, and does not just end with "id".

    Examples
    --------
    >>> columns = ("patient_id", "customer", "userid", "PatientID", "citric acid", "age", "paid")
    >>> [is_identifier_name(name) for name in columns]
    [True, True, True, True, False, False, False]
    """
    words = names.tokens(name)
    if words and "".join(words).removesuffix("id") in _OWNERS:
        return True
    return names.suggested_role(name) == "id" and (not name.lower().endswith("id") or words[-1] == "id")
