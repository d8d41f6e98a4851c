"""What is known about the rows before their scores are counted: labels, groups, rows that are left out, the range."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.backends.columns import GROUP, LABEL, REASON, REASONS, UNSCORED, USED, WEIGHT, ZERO_WEIGHT, Columns
from f1tools.backends.passes import HIGHEST, LOWEST, MAX_VALUES, ROWS, SQUARE, Arrays, Value, as_value, too_many_values
from f1tools.core.tally import Unscored
from f1tools.core.types import InvalidPredictions
from f1tools.core.validation import binarize_labels, class_names, only_one_class
from f1tools.formatting import truncate
from f1tools.groups.grouping import MAX_GROUPS, group_codes
from f1tools.threshold_table import LONGEST_NAME


@dataclass(frozen=True, eq=False)
class Stratum:
    """Rows of one group, or of all: how many there are, and which of them are not counted by score.

    Parameters
    ----------
    n : int
        Rows that are counted, whatever they weigh, with or without a score.
    n_pos : int
        The positive ones among them.
    dropped : mapping of str to int
        Rows left out, by reason.
    unscored : Unscored
        Rows without a score that count as not flagged.
    """

    n: int
    n_pos: int
    dropped: dict[str, int]
    unscored: Unscored


@dataclass(frozen=True, eq=False)
class Census:
    """The rows of all parts.

    Parameters
    ----------
    positive_labels : tuple
        The labels of the positive class, as the engine has them.
    pos_label, neg_label : str
        Names of the classes.
    groups : tuple of str
        Names of the groups; empty without groups.
    group_codes : mapping of str to int
        The position of each group in ``groups``, by the text of its value.
    all_rows : Stratum
    by_group : tuple of Stratum
    n_scored : int
        Rows that are counted by score.
    lowest, highest : float
        The range of their scores.
    all_used : bool
        Whether every row is counted by score.
    """

    positive_labels: tuple[Value, ...]
    pos_label: str
    neg_label: str
    groups: tuple[str, ...]
    group_codes: dict[str, int]
    all_rows: Stratum
    by_group: tuple[Stratum, ...]
    n_scored: int
    lowest: float
    highest: float
    all_used: bool

    @classmethod
    def of(cls, parts: Sequence[Arrays], columns: Columns, pos_label: object) -> Census:
        """Read the arrays that the first pass collected from each part.

        Raises
        ------
        InvalidPredictions
            When it is not clear which label is positive, a class has no rows or weights, there are too many labels or
            groups, or no row has a score.
        """
        names = set.intersection(*(set(part) for part in parts))
        records = {name: np.concatenate([part[name] for part in parts]) for name in names}
        reasons = records[REASON]
        texts, label_of = np.unique(records[LABEL], return_inverse=True)
        if texts.size > MAX_VALUES:
            raise too_many_values(columns.y_true)
        used = np.isin(reasons, list(REASONS), invert=True)
        rows = np.bincount(label_of[used], records[ROWS][used], minlength=texts.size).astype(np.int64)
        values = _short([as_value(text) for text in texts.tolist()], columns.y_true)
        kept = np.flatnonzero(rows > 0)
        positive = _positive([values[i] for i in kept], rows[kept], pos_label)
        is_positive = np.zeros(texts.size, np.bool_)
        is_positive[kept] = positive
        group_names, codes, group_of = _groups(records, columns)
        strata = [_stratum(records, is_positive[label_of], group_of == code) for code in range(len(group_names))]
        scored = reasons == USED
        label_names = class_names(_as_labels([values[i] for i in kept]), positive)
        for name, side in zip(label_names, (is_positive, ~is_positive), strict=True):
            if not (scored & side[label_of]).any():
                raise _nothing_scored(
                    name, columns, zero_weight=bool((side[label_of] & (reasons == ZERO_WEIGHT)).any())
                )
        return cls(
            tuple(values[i] for i in kept[positive]),
            *label_names,
            group_names,
            codes,
            _stratum(records, is_positive[label_of], np.ones(reasons.size, np.bool_)),
            tuple(strata),
            int(records[ROWS][scored].sum()),
            float(records[LOWEST][scored].min()),
            float(records[HIGHEST][scored].max()),
            bool(scored.all()),
        )


def _nothing_scored(label: str, columns: Columns, *, zero_weight: bool) -> InvalidPredictions:
    if zero_weight:
        return InvalidPredictions(
            f"{truncate(str(columns.sample_weight))!r} is 0 in all rows with the label {label!r} and a score. "
            "Both classes need a positive weight."
        )
    return InvalidPredictions(
        f"No row with the label {label!r} has a score of {truncate(columns.y_score)!r}, so no threshold can be judged. "
        "Choose another score, or other rows."
    )


def _positive(labels: list[Value], rows: NDArray[Any], pos_label: object) -> NDArray[Any]:
    """Return which of the distinct labels are positive."""
    if not labels:
        raise InvalidPredictions("No row has both a label and a score. Choose other columns.")
    if len(labels) == 1:
        raise only_one_class(int(rows.sum()), labels[0])
    positive = binarize_labels(_as_labels(labels), pos_label)
    if positive.all():
        raise only_one_class(int(rows.sum()), labels[0])
    return positive


def _short(values: list[Value], column: str) -> list[Value]:
    """Return labels or groups, none of which is a text too long for a table."""
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    if longest > LONGEST_NAME:
        raise InvalidPredictions(
            f"The column {truncate(column)!r} has a text of {longest:,} characters; labels and groups have at most "
            f"{LONGEST_NAME:,}. Choose a column of labels or groups, not of texts."
        )
    return values


def _as_labels(values: list[Value]) -> NDArray[Any]:
    """Return labels as an array; one of objects where texts and numbers are mixed."""
    mixed = len({isinstance(value, str) for value in values}) > 1
    return np.array(values, dtype=object if mixed else None)


def _groups(records: Arrays, columns: Columns) -> tuple[tuple[str, ...], dict[str, int], NDArray[Any]]:
    """Return the names of the groups, the position of each by the text of its value, and that of each record."""
    if columns.group is None:
        return (), {}, np.zeros(records[ROWS].size, np.int64)
    texts, inverse = np.unique(records[GROUP], return_inverse=True)
    if texts.size > MAX_VALUES:
        raise too_many_values(columns.group)
    values = _short([as_value(text) for text in texts.tolist()], columns.group)
    names, codes, _ = group_codes(_as_groups(values))
    if len(names) > MAX_GROUPS:
        raise InvalidPredictions(
            f"The column {columns.group!r} has {len(names):,} groups; at most {MAX_GROUPS} can be compared. Choose "
            "another column, or merge values."
        )
    return names, dict(zip(texts.tolist(), codes.tolist(), strict=True)), codes[inverse]


def _as_groups(values: list[Value]) -> NDArray[Any]:
    """Return values of groups as the column that holds them in memory: numbers with nan, or objects."""
    if all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values):
        return np.array([math.nan if value is None else value for value in values])
    return np.array(values, dtype=object)


def _stratum(records: Arrays, positive: NDArray[Any], chosen: NDArray[Any]) -> Stratum:
    rows, reasons = records[ROWS], records[REASON]
    dropped: Counter[str] = Counter()
    for number, reason in REASONS.items():
        dropped[reason] += int(rows[chosen & (reasons == number)].sum())
    counted = chosen & np.isin(reasons, list(REASONS), invert=True)
    without = [chosen & (reasons == UNSCORED) & side for side in (positive, ~positive)]
    if WEIGHT in records:
        sums = [float(records[name][side].sum()) for name in (WEIGHT, SQUARE) for side in without]
    else:
        sums = [int(rows[side].sum()) for _ in range(2) for side in without]
    n, n_pos = int(rows[counted].sum()), int(rows[counted & positive].sum())
    return Stratum(n, n_pos, {reason: count for reason, count in dropped.items() if count}, Unscored(*sums))
