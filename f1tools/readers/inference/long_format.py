"""Long formats: a column that stacks models, labels, folds or subsets on top of each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.counts import BoolArray
from f1tools.readers.inference import names
from f1tools.readers.inference.pairs import RankedCandidate, Target
from f1tools.readers.inference.profiles import MAX_LABELS, ColumnProfile, with_labels
from f1tools.readers.models import SPLIT_INTO_CLASSES, SPLIT_INTO_MODELS, Choices

MAX_PARTS = 4
MIN_PART_ROWS = 8
SAME_TRUTH = 0.9  # Cohen's kappa from which the parts have the same truth
MAX_STACKED = 1_000  # labels
TORN = 0.05  # share of rows whose key is missing or comes twice, up to which labels are still those of one row
FILLED = 0.9  # share of keys and labels that occur together from which the labels are those of one row
COINCIDENCE = 1e-5  # probability below which chance does not explain that rows recur
RECURRING = 1.5  # rows per id
EVEN = 1.5  # ratio of the sizes of parts in a sample up to which they may be equal in the table
HEAD_ROWS = 1000  # at most as many rows of a sample are from the beginning of a table
MAX_STACKS = 3
_HELD_OUT_STEMS = ("test", "val", "hold", "oof", "eval")

Content = Literal["models", "labels", "stack", "part", "fold"]
_BY_NAME: tuple[Content, ...] = ("stack", "part", "fold")


@dataclass(frozen=True, eq=False)
class Stack:
    """A column that parts the rows of a long format.

    Attributes
    ----------
    column : ColumnProfile
        Its labels are the parts.
    content : {"models", "labels", "stack", "part", "fold"}
        "models": the same rows with the same truth in each part. "labels": the same rows with another truth in each
        part. Otherwise the role that the column has by its name, where the parts do not hold the same rows.
    key : ColumnProfile or None
        A column that identifies the rows within each part.
    """

    column: ColumnProfile
    content: Content
    key: ColumnProfile | None = None


def find_stack(best: RankedCandidate, profiles: Sequence[ColumnProfile], *, is_complete: bool) -> Stack | None:
    """Return the column that parts the rows: by the rows that recur in each part, else by its name; None without one.

    Roles such as training and test rows, which a column names, are never models.

    Parameters
    ----------
    is_complete : bool
        Whether the profiles are those of the whole table.
    """
    return _find_stack(best.target, profiles, {best.target.name, *best.choices.columns()}, is_complete=is_complete)


def find_stack_within(
    best: RankedCandidate, profiles: Sequence[ColumnProfile], split: str, *, is_complete: bool
) -> Stack | None:
    """Return the column that parts the rows of each part of another column, as labels do for each of several models."""
    outer = next(each for each in profiles if each.name == split)
    rows = outer.codes == 0
    if not rows.any():
        return None
    parts = [each.part(rows) for each in profiles]
    target = replace(best.target, positive=best.target.positive[rows], usable=best.target.usable[rows])
    return _find_stack(target, parts, {target.name, split, *best.choices.columns()}, is_complete=is_complete)


def find_key_within(
    best: RankedCandidate, profiles: Sequence[ColumnProfile], split: str, *, is_complete: bool
) -> str | None:
    """Return the column that identifies the rows within each part of a column that stacks models."""
    used = {best.target.name, split, *best.choices.columns()}
    column = next(each for each in profiles if each.name == split)
    if len(column.labels) < 2 or column.n_missing:
        return None
    free = [each for each in profiles if each.name not in used]
    stack = _by_rows(column, best.target, free, is_complete=is_complete)
    return stack.key.name if stack is not None and stack.content == "models" and stack.key is not None else None


def find_key_of_labels(profiles: Sequence[ColumnProfile], choices: Choices) -> str | None:
    """Return the column that says which rows, each about one label, belong together."""
    column = next((with_labels(each, MAX_STACKED) for each in profiles if each.name == choices.split), None)
    if column is None or len(column.labels) < 2 or column.n_missing:
        return None
    free = [each for each in profiles if each.name not in choices.columns()]
    found = (each.name for torn in (0.0, TORN) for each in free if _recurring(column, each, torn=torn) is not None)
    return next(found, None)


def _find_stack(
    target: Target, profiles: Sequence[ColumnProfile], used: Collection[str], *, is_complete: bool
) -> Stack | None:
    possible = [with_labels(each, MAX_STACKED) if _may_hold_labels(each) else each for each in profiles]
    parting = [each for each in possible if len(each.labels) > 1 and each.name not in used and not each.n_missing]
    by_rows = [
        stack
        for each in parting
        if each.role != "part"
        and (each.counts[-1] >= MIN_PART_ROWS or len(each.labels) > MAX_LABELS)
        and (stack := _by_rows(each, target, profiles, is_complete=is_complete))
        and (stack.content == "labels" or len(each.labels) <= MAX_LABELS)
    ]
    by_name = [Stack(each, content) for content in _BY_NAME for each in parting if each.role == content]

    def likelihood(stack: Stack) -> tuple[int, bool, bool, int]:
        column = stack.column
        order = ("models", "labels", *_BY_NAME).index(stack.content)
        return -order, column.role == "stack", "model" in column.name.lower(), len(column.labels)

    return max([*by_rows, *by_name], key=likelihood, default=None)


def _may_hold_labels(column: ColumnProfile) -> bool:
    return (column.kind == "text" or column.is_integer) and names.may_name_labels(column.name)


def _by_rows(
    column: ColumnProfile, target: Target, profiles: Sequence[ColumnProfile], *, is_complete: bool
) -> Stack | None:
    """Return the column as a stack if the same rows recur in its parts: by a key, else by equal truths in order."""
    for key in profiles:
        if key is column or key.name == target.name or (rows := _recurring(column, key)) is None:
            continue
        if _has_same_truth(rows, target):
            return Stack(column, "models", key)
        n_cells = len(column.labels) * key.n_distinct
        if names.may_name_labels(column.name) and (len(column.codes) > FILLED * n_cells or not is_complete):
            return Stack(column, "labels", key)
    if repeats_truth(column.codes, target.positive):
        return Stack(column, "models")
    return _torn_labels(column, target, profiles) if is_complete else None


def _torn_labels(column: ColumnProfile, target: Target, profiles: Sequence[ColumnProfile]) -> Stack | None:
    """Return the labels of rows of which a few have no key, or a label twice: to pool them all would be wrong."""
    if not names.may_name_labels(column.name):
        return None
    for key in profiles:
        if (
            key is column
            or key.name == target.name
            or len(column.codes) <= FILLED * len(column.labels) * key.n_distinct
        ):
            continue
        if (rows := _recurring(column, key, torn=TORN)) is not None and not _has_same_truth(rows, target):
            return Stack(column, "labels", key)
    return None


def _recurring(column: ColumnProfile, key: ColumnProfile, *, torn: float = 0.0) -> list[NDArray[np.intp]] | None:
    """Return the rows of each key that recurs; None where a key comes twice in a part, or chance keeps it from that.

    Parameters
    ----------
    torn : float
        The share of rows up to which a key may be missing, or come twice in a part.
    """
    n, n_parts = len(column.codes), len(column.labels)
    is_discrete = key.is_integer or key.kind == "text"
    whole = (1 - torn) * n
    if not is_discrete or n - key.n_missing < whole or key.n_distinct == n or whole > n_parts * key.n_distinct:
        return None
    codes = _key_codes(key)
    if np.unique(codes * n_parts + column.codes).size < whole:
        return None
    sizes = np.bincount(codes)
    share_of_pairs_within_parts = float(np.sum((np.array(column.counts) / n) ** 2))
    if (1 - share_of_pairs_within_parts) ** float(np.sum(sizes * (sizes - 1) / 2)) > COINCIDENCE:
        return None
    return _recurring_rows(codes)


def _key_codes(key: ColumnProfile) -> NDArray[np.intp]:
    return np.unique(np.array(key.cells), return_inverse=True)[1]


def _recurring_rows(codes: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    groups = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])
    return [rows for rows in groups if rows.size > 1]


def recurring_key(target: Target, profiles: Sequence[ColumnProfile]) -> str:
    """Return the column of ids that most often recur, with the same class, although no column tells them apart."""
    for key in profiles:
        is_repeated = key.role == "id" and not key.n_missing and len(key.cells) >= RECURRING * key.n_distinct
        if is_repeated and _has_same_truth(_recurring_rows(_key_codes(key)), target):
            return key.name
    return ""


def _has_same_truth(groups: Sequence[NDArray[np.intp]], target: Target) -> bool:
    """Return whether rows with one key have the same class more often than chance explains (Cohen's kappa)."""
    one, other = (np.array([rows[at] for rows in groups], dtype=np.intp) for at in (0, -1))
    usable = target.usable[one] & target.usable[other]
    a, b = target.positive[one][usable], target.positive[other][usable]
    by_chance = a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean()) if a.size else 1.0
    return by_chance < 1 and bool(np.mean(a == b) - by_chance >= SAME_TRUTH * (1 - by_chance))


def repeats_truth(codes: NDArray[np.integer], positive: BoolArray) -> bool:
    """Return whether all parts have the same classes in the same order, which neither chance nor sorting explains.

    Parameters
    ----------
    codes : int array
        The part of each row, from 0 on.
    positive : bool array
        Whether a row is positive.
    """
    counts = np.bincount(codes) if codes.size and codes.min() >= 0 else np.empty(0)
    if counts.size < 2 or np.any(counts != counts[0]):
        return False
    first, *others = np.split(positive[np.argsort(codes, kind="stable")], counts.size)
    share = first.mean()
    is_sorted = np.count_nonzero(np.diff(first)) <= 1
    by_chance = float(share**2 + (1 - share) ** 2) ** (first.size * len(others))
    return not is_sorted and by_chance < COINCIDENCE and all(np.array_equal(first, each) for each in others)


def possible_stacks(best: RankedCandidate, profiles: Sequence[ColumnProfile]) -> list[Stack]:
    """Return the columns that may stack models in a table larger than its sample: those with parts of equal sizes."""
    used = {best.target.name, *best.choices.columns()}
    return [
        Stack(each, "models")
        for each in profiles
        if each.name not in used
        and len(each.labels) > 1
        and not each.n_missing
        and each.counts[1] < EVEN * each.counts[-1]
        and each.counts[0] < EVEN * each.counts[-1] + HEAD_ROWS
    ][:MAX_STACKS]


def long_format_candidates(best: RankedCandidate, stack: Stack) -> list[RankedCandidate]:
    """Return candidates that take apart what a column stacks, likeliest first."""
    column, key = stack.column, stack.key
    candidates = list(_with_roles(best, column)) if stack.content == "part" else []
    if stack.content == "models" and len(best.pairs) == 1:
        choices = replace(best.choices, split=column.name, split_value=SPLIT_INTO_MODELS, id=key.name if key else None)
        note = f"every {column.name} a model of its own"
        part = best.restricted(column.rows_with(column.labels[:1]))  # each has the same number of rows in each class
        candidates.append(replace(part, choices=choices, rank=best.rank + 2, note=note))
    for at, pair in enumerate(best.pairs[:MAX_PARTS] if stack.content == "labels" and key is not None else ()):
        choices = replace(
            best.choices, scores=(pair.score.name,), split=column.name, split_value=SPLIT_INTO_CLASSES,
            id=key.name if key else None, classes=tuple(sorted(column.labels)),
        )  # fmt: skip
        note = f"all labels of {column.name} together"
        candidates.append(replace(best, pairs=(pair,), choices=choices, rank=best.rank + 2 - 0.1 * at, note=note))
    by_order = sorted(column.labels, key=lambda label: not any(stem in label.lower() for stem in _HELD_OUT_STEMS))
    for at, label in enumerate(by_order[:MAX_PARTS]):
        choices = replace(best.choices, split=column.name, split_value=label, id=key.name if key else None)
        part = best.restricted(column.rows_with([label]))
        note = f"only {column.name} {label}"
        candidates.append(replace(part, choices=choices, rank=best.rank + 1 - 0.1 * at, note=note))
    return [replace(each, rank=each.rank - 3) for each in candidates] if stack.content == "fold" else candidates


def _with_roles(best: RankedCandidate, column: ColumnProfile) -> Iterator[RankedCandidate]:
    """Yield the candidate with a tuning and an evaluation set, where a column names both."""
    values = names.role_values(column.labels)
    if values is None or not all(best.restricted(column.rows_with(part)).target.has_both_classes for part in values):
        return
    used = values.tune + values.report
    unused = [label for label in column.labels if label not in used]
    choices = replace(best.choices, role=column.name, tune=values.tune, report=values.report)
    note = f"without {' and '.join(unused)}" if unused else ""
    yield replace(best.restricted(column.rows_with(used)), choices=choices, rank=best.rank + 1.5, note=note)


def long_format_ambiguities(stack: Stack | None, within: Stack | None = None) -> list[str]:
    """Return why the parts of a long format must not be pooled unasked; folds of different rows may be."""
    if stack is None or stack.content == "fold":
        return []
    inner = "" if within is None or within.content == "fold" else f"; within each, {_described(within)}"
    return [f"{_described(stack)}{inner}: which should be used?"]


def _described(stack: Stack) -> str:
    """Return which parts a column has, in the order of the file."""
    column = stack.column
    first_rows = [int(np.argmax(column.codes == code)) for code in range(len(column.labels))]
    parts = [formatting.truncate(label) for _, label in sorted(zip(first_rows, column.labels, strict=True))]
    if len(parts) > MAX_PARTS + 1:
        parts = [*parts[:MAX_PARTS], f"{len(parts) - MAX_PARTS:,} more"]
    what = {"models": ", models of the same rows", "labels": ", labels of the same rows"}.get(stack.content, "")
    return f'column "{column.name}" has {", ".join(parts[:-1])} and {parts[-1]}{what}'
