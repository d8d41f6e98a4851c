"""Tables of several classes or labels: a column of scores for each; all are read, or one against all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.classes import ClassCurves
from f1tools.classes.curves import rows_that_weigh
from f1tools.core.types import InvalidPredictions, OnProgress
from f1tools.core.validation import as_weights
from f1tools.readers.class_long import load_rows
from f1tools.readers.class_rows import ClassRows
from f1tools.readers.class_warnings import find_class_warnings
from f1tools.readers.formats.table import ColumnRequest, Sample, Table, normalize_label, read_blocks
from f1tools.readers.inference import names
from f1tools.readers.inference.ambiguities import question
from f1tools.readers.inference.class_truth import sorted_labels
from f1tools.readers.inference.infer import infer
from f1tools.readers.inference.infer_classes import ClassInference, infer_classes
from f1tools.readers.inference.long_format import MAX_STACKED, find_key_of_labels
from f1tools.readers.inference.mapping_validation import only_of_two, validate_classes, validate_mapping
from f1tools.readers.inference.profiles import ColumnProfile, with_labels
from f1tools.readers.models import SPLIT_INTO_CLASSES, Choices, ColumnSummary, Reading

MAX_CANDIDATES = 8
MAX_STRAY_VALUES = 20
MAX_REASONS = 5


def read_classes(
    table: Table, sample: Sample, profiles: Sequence[ColumnProfile], choices: Choices,
    *, on_progress: OnProgress, keep_absent: bool = False,
) -> Reading | None:  # fmt: skip
    """Read a table of several classes or labels, or ask where it can be read so and otherwise.

    Parameters
    ----------
    keep_absent : bool
        Whether classes are kept that none or all rows have. It applies where the choices name the classes.

    Returns
    -------
    Reading or None
        None where a table has two classes, or is more likely to.

    Raises
    ------
    InvalidPredictions
        If the choices do not fit the table, or fewer than two classes have rows.
    """
    if choices.split_value == SPLIT_INTO_CLASSES and not choices.classes:
        choices = replace(choices, classes=tuple(sorted_labels(_stacked_labels(table, sample, profiles, choices))))
    if choices.split_value == SPLIT_INTO_CLASSES and choices.id is None:
        choices = replace(choices, id=find_key_of_labels(profiles, choices))
    if choices.classes:
        validate_classes(choices)
        validate_mapping(choices, profiles)
        rows = load_rows(table, profiles, choices, on_progress)
        return _to_reading(table, profiles, rows, choices, keep_absent=keep_absent)
    found = infer_classes(sample, profiles, choices, {})
    if found is None:
        if choices.one_class is not None:
            raise _not_of_classes(table, choices)
        return None
    validate_mapping(found.candidates[0].choices, profiles)
    return _read_inferred(table, sample, profiles, choices, found, on_progress)


def _stacked_labels(table: Table, sample: Sample, profiles: Sequence[ColumnProfile], choices: Choices) -> Sequence[str]:
    """Return the labels that the rows of a long table are about, from all rows: a sample may lack rare ones."""
    column = next((each for each in profiles if each.name == choices.split), None)
    if column is None or sample.is_complete:
        return () if column is None else with_labels(column, MAX_STACKED).labels
    found = dict.fromkeys(
        normalize_label(label)
        for block in read_blocks(table, ColumnRequest({}, (column.name,), ()))
        for label in block.texts[column.name].labels
    )
    if len(found) > MAX_STACKED:
        raise InvalidPredictions(
            f"{column.name} has {len(found):,} different values; up to {MAX_STACKED:,} labels are read together. Name "
            "the column that says which label a row is about."
        )
    return [*found]


def _not_of_classes(table: Table, choices: Choices) -> InvalidPredictions:
    """Return why one of several classes cannot be read."""
    if chosen := only_of_two(choices):
        return InvalidPredictions(
            f"One of several classes, {choices.one_class!r}, is read without {chosen}. Leave them out, or name its "
            "truth, its score and its label as the positive one instead."
        )
    return InvalidPredictions(
        f"{table.name} does not look like a file of several classes, so {choices.one_class!r} cannot be one of them. "
        "Name the columns of all classes, or the truth, the score and the positive class."
    )


def _read_inferred(
    table: Table, sample: Sample, profiles: Sequence[ColumnProfile], choices: Choices, found: ClassInference,
    on_progress: OnProgress,
) -> Reading | None:  # fmt: skip
    """Read a table by its likeliest mapping; ask where that is doubtful, or where not all labels have scores."""
    if found.ambiguities:
        return _ask(table, sample, profiles, choices, found)
    best = found.candidates[0]
    rows = load_rows(table, profiles, best.choices, on_progress)
    if not rows.unexpected:
        reading = _to_reading(table, profiles, rows, best.choices)
        return replace(reading, candidates=(best.public(),), warnings=(*reading.warnings, *best.doubts(), *best.notes))
    again = None
    if best.choices.truth is not None:
        again = infer_classes(sample, profiles, choices, {best.choices.truth: [*rows.unexpected]})
    if again is not None and set(rows.unexpected) <= {*again.candidates[0].choices.classes}:
        return _read_inferred(table, sample, profiles, choices, again, on_progress)
    strays = set(rows.unexpected) - set(() if again is None else again.candidates[0].choices.classes)
    if len(strays) > MAX_STRAY_VALUES:
        shown = formatting.join_names(map(formatting.truncate, sorted(strays)))
        raise InvalidPredictions(
            f"{table.name} has too many labels without a column of scores: {shown}. Provide a score for each class, "
            "or read one class alone."
        )
    return _ask(table, sample, profiles, choices, again or _without_strays(found, rows))


def _without_strays(found: ClassInference, rows: ClassRows) -> ClassInference:
    """Return an inference that asks whether rows with values that are neither yes nor no may be left out."""
    best, *others = found.candidates
    values = ", ".join(f"{value} ({formatting.counted(n, 'row')})" for value, n in rows.unexpected.most_common(5))
    dropped = tuple(dict.fromkeys((*best.choices.dropped_truth, *rows.unexpected)))
    first = replace(best, choices=replace(best.choices, dropped_truth=dropped))
    return replace(found, candidates=[first, *others], ambiguities=[f"the labels have further values, {values}"])


def _ask(
    table: Table, sample: Sample, profiles: Sequence[ColumnProfile], choices: Choices, found: ClassInference
) -> Reading | None:
    """Ask how a table is to be read: as several classes, or as two; None where two classes are certain."""
    inference = infer(sample, replace(choices, one_class=None), profiles)
    if inference.outcome == "sure" and choices.one_class is None:
        return None
    of_classes, of_two = ([each.public() for each in some] for some in (found.candidates, inference.candidates))
    best = found.candidates[0]
    is_of_two = bool(of_two) and not best.is_named and not best.is_clear and choices.one_class is None
    candidates = [*of_two[: MAX_CANDIDATES - 1], *of_classes] if is_of_two else [*of_classes, *of_two]
    listed = tuple({each.choices: each for each in candidates}.values())[:MAX_CANDIDATES]
    return Reading(
        "ask", table.name, table.layout, summaries(profiles, listed[0].choices), listed, listed[0].choices,
        reason=inference.reason if is_of_two else question(found.ambiguities), n_rows=sample.n_rows + sample.n_skipped,
    )  # fmt: skip


def _to_reading(
    table: Table, profiles: Sequence[ColumnProfile], rows: ClassRows, choices: Choices, *, keep_absent: bool = False
) -> Reading:
    """Return the reading of all rows."""
    curves, left_out = to_curves(rows, choices, keep_absent=keep_absent)
    columns = summaries(profiles, choices)
    kind = "classes, one a row" if curves.one_per_row else "labels, any number a row"
    reading = Reading(
        "sure", table.name, table.layout, columns, proposal=choices, dropped=dict(rows.dropped), n_rows=rows.n_rows,
        classes=curves, reason=f"Taken: {len(curves.classes):,} {kind}.",
        warnings=find_class_warnings(curves, rows, choices, columns, left_out),
    )  # fmt: skip
    return reading if choices.one_class is None else one_class(reading, choices.one_class)


def to_curves(rows: ClassRows, choices: Choices, *, keep_absent: bool = False) -> tuple[ClassCurves, dict[str, bool]]:
    """Return labels and scores, and which labels are left out, since no row or every row has them.

    Where each row has one class, those without rows stay: rows can be decided to be of them. With ``keep_absent`` all
    labels stay, too.

    Returns
    -------
    curves : ClassCurves
    left_out : dict of str to bool
        By label, whether every row has it.

    Raises
    ------
    InvalidPredictions
        If fewer than two classes tell rows apart, or weights are unusable.
    """
    n = len(rows.members)
    if not n:
        listed = [
            f"{formatting.truncate(reason)}: {count:,}" for reason, count in rows.dropped.most_common(MAX_REASONS)
        ]
        n_more = len(rows.dropped) - len(listed)
        why = ", ".join([*listed, *([f"{n_more:,} more reasons"] if n_more > 0 else [])]) or "there are none"
        raise InvalidPredictions(f"No usable rows are left for {len(choices.classes):,} classes ({why}).")
    weight, members, scores = None if rows.weight is None else as_weights(rows.weight, n), rows.members, rows.scores
    weighing = rows_that_weigh(members, weight)
    n_with = np.count_nonzero(weighing, axis=0)
    one_per_row = len(choices.classes) > 2 and bool(np.all(np.count_nonzero(members, axis=1) == 1))
    if not keep_absent:
        _require_two(n_with, len(weighing), choices, one_per_row=one_per_row)
    if one_per_row or keep_absent:  # a class without rows may still have the highest score
        return ClassCurves(members, scores, choices.classes, one_per_row, weight, rows.ids), {}
    is_used = (n_with > 0) & (n_with < len(weighing))
    left_out = {choices.classes[at]: bool(n_with[at]) for at in np.flatnonzero(~is_used).tolist()}
    if left_out:
        members, scores = members.T[is_used].T, scores.T[is_used].T
    classes = tuple(name for name, used in zip(choices.classes, is_used.tolist(), strict=True) if used)
    return ClassCurves(members, scores, classes, one_per_row, weight, rows.ids), left_out


def _require_two(n_with: NDArray[np.intp], n: int, choices: Choices, *, one_per_row: bool) -> None:
    """Raise where no threshold, or no offset, could tell two classes apart."""
    of_none, of_all = n_with == 0, n_with == n
    if np.count_nonzero(~of_none if one_per_row else ~(of_none | of_all)) >= 2:
        return
    nouns, has = ("classes", "is of") if one_per_row else ("labels", "has")
    listed = [
        f"{rows} {has} {formatting.join_names(formatting.truncate(choices.classes[at]) for at in places.tolist())}"
        for rows, places in (("no row", np.flatnonzero(of_none)), ("every row", np.flatnonzero(of_all)))
        if places.size
    ]
    raise InvalidPredictions(
        f"Of the {len(n_with):,} {nouns}, fewer than two tell rows apart: {', '.join(listed)}. Provide rows of all "
        f"{nouns}."
    )


def one_class(reading: Reading, name: str) -> Reading:
    """Return a reading of several classes as one of the class against all others.

    Raises
    ------
    InvalidPredictions
        If there is no such class.
    """
    curves, choices = reading.classes, reading.proposal
    if curves is None or choices is None:
        raise RuntimeError("The reading is not of several classes.")
    if name in choices.classes and name not in curves.classes:
        raise InvalidPredictions(f"No row has {name!r}, or every row does, so no threshold tells them apart.")
    if name in curves.absent:
        raise InvalidPredictions(f"No row is of the class {name!r}, so it has no threshold. Choose another class.")
    if name not in curves.classes:
        listed = formatting.join_names(map(formatting.truncate, curves.classes))
        raise InvalidPredictions(f"There is no class {name!r}. The classes are {listed}.")
    is_wide = len(choices.scores) == len(choices.classes)
    column = choices.scores[choices.classes.index(name)] if is_wide else f"score of {name}"
    return replace(
        reading,
        predictions=curves.predictions(name, model=column),
        proposal=replace(choices, one_class=name),
    )


def alone(choices: Choices, name: str) -> Choices:
    """Return the choices that read one of several classes against all others from its own columns, as two classes.

    Where a row names its labels in one cell, no choices do: there, `one_class` reads one of them.
    """
    shared = Choices(dropped_truth=choices.dropped_truth, weight=choices.weight, id=choices.id, split=choices.split)
    at = choices.classes.index(name)
    if choices.split_value == SPLIT_INTO_CLASSES:
        return replace(
            shared, truth=choices.truth, scores=choices.scores, pos_label=choices.pos_label,
            neg_label=choices.neg_label, split_value=name,
        )  # fmt: skip
    shared = replace(shared, scores=(choices.scores[at],), split_value=choices.split_value)
    if choices.truths:
        return replace(
            shared, truth=choices.truths[at], pos_label=choices.pos_label or "1", neg_label=choices.neg_label
        )
    return replace(shared, truth=choices.truth, pos_label=name, one_vs_rest=True)


def summaries(profiles: Sequence[ColumnProfile], choices: Choices) -> tuple[ColumnSummary, ...]:
    """Return each column with its role under the choices."""
    public = {"stack": "split", "fold": "split", "part": "split", "weight?": "weight", "ranked": ""}
    roles: dict[str | None, str] = dict.fromkeys(choices.scores, "score")
    roles |= dict.fromkeys((*choices.truths, choices.truth), "truth")
    roles |= {choices.weight: "weight", choices.id: "id", choices.split: "split"}
    classes = set(choices.classes)
    columns = []
    for each in profiles:
        role = roles.get(each.name) or public.get(each.role, each.role)
        predicts = names.is_decision_name(each.name) and (len(each.labels) == 2 or {*each.labels} <= classes)
        if each.name not in roles and each.labels and predicts:
            role = "hard prediction"
        columns.append(each.summary(role))
    return tuple(columns)
