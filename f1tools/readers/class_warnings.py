"""Warnings about several classes that could be read: classes left out, few rows, columns that are used for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from f1tools import formatting
from f1tools.classes import ClassCurves
from f1tools.classes.sentences import absent_text
from f1tools.readers.class_rows import ClassRows
from f1tools.readers.inference import names
from f1tools.readers.models import SPLIT_INTO_CLASSES, Choices, ColumnSummary, ReadingWarning
from f1tools.readers.reading_warnings import Check, is_intended, training_rows, unclear_numbers, unused_weight

FEW_ROWS = 10


def find_class_warnings(
    curves: ClassCurves,
    rows: ClassRows,
    choices: Choices,
    columns: Sequence[ColumnSummary],
    left_out: Mapping[str, bool],
) -> tuple[ReadingWarning, ...]:
    """Return the warnings for several classes that were read, the most serious first.

    Parameters
    ----------
    left_out : mapping of str to bool
        Labels that no row or every row has, and whether every row has it.
    """
    checks = [
        *_absent(curves),
        *_left_out(left_out),
        *_unexpected(rows, choices),
        *_few_rows(curves),
        *_scores(curves),
        *_dropped(rows, choices),
        (
            rows.n_empty > 0,
            "empty_labels",
            f"{formatting.counted(rows.n_empty, 'row')} {'has' if rows.n_empty == 1 else 'have'} an empty cell in "
            f"{choices.truth}, which is read as no label at all.",
        ),
        (choices.weight is not None, "weighted", f"Rows are weighted by the column {choices.weight}."),
        *unclear_numbers(rows),
        *training_rows(choices, columns),
        *_unused(choices, columns),
        *_other_labels(rows, choices),
    ]
    return tuple(ReadingWarning(kind, sentence) for applies, kind, sentence in checks if applies)


def _absent(curves: ClassCurves) -> Iterator[Check]:
    """Tell how many rows have their highest score in a class that no row is of."""
    if not (curves.one_per_row and curves.absent):
        return
    n, n_rows = int(np.count_nonzero(~curves.has_rows[np.argmax(curves.y_score, axis=1)])), len(curves.y_true)
    it_has, it = ("it has", "it") if len(curves.absent) == 1 else ("they have", "one of them")
    have = "has" if n == 1 else "have"
    then = f"{n:,} of {formatting.counted(n_rows, 'row')} {have} the highest score for {it}, which is wrong"
    if not n:
        then = f"no row has the highest score for {it}"
    yield True, "classes_without_rows", f"{absent_text(curves)}: {it_has} no F1, and {then}."


def _left_out(left_out: Mapping[str, bool]) -> Iterator[Check]:
    for every_row, rows in ((False, "No row"), (True, "Every row")):
        names = [formatting.truncate(name) for name, all_have in left_out.items() if all_have == every_row]
        if names:
            noun, left = ("label", "it is") if len(names) == 1 else ("labels", "they are")
            text = f"{rows} has the {noun} {formatting.join_names(names)}: {left} left out."
            yield True, "classes_left_out", text


def _unexpected(rows: ClassRows, choices: Choices) -> Iterator[Check]:
    shown = ", ".join(
        f"{formatting.truncate(label)} ({formatting.counted(n, 'row')})" for label, n in rows.unexpected.most_common(5)
    )
    more = f" and {len(rows.unexpected) - 5:,} more" if len(rows.unexpected) > 5 else ""
    name = "The truth" if choices.truth is None else choices.truth
    text = f"{name} has values that are not classes, whose rows are left out: {shown}{more}."
    yield bool(rows.unexpected), "unexpected_classes", text


def _other_labels(rows: ClassRows, choices: Choices) -> Iterator[Check]:
    """Tell how many rows of a long table are about labels that are not read."""
    n = rows.dropped[f"other {choices.split}"] if choices.split_value == SPLIT_INTO_CLASSES else 0
    about = "1 row is about another label" if n == 1 else f"{n:,} rows are about other labels"
    is_left_out = "is left out" if n == 1 else "are left out"
    yield n > 0, "other_labels", f"{about} than the {len(choices.classes):,} that are read, and {is_left_out}."


def _few_rows(curves: ClassCurves) -> Iterator[Check]:
    supports = dict(zip(curves.classes, curves.supports.tolist(), strict=True))
    few = [f"{formatting.truncate(name)} ({n:,})" for name, n in supports.items() if 0 < n < FEW_ROWS]
    way = "threshold" if not curves.one_per_row else "weight" if curves.is_probability else "offset"
    one = f"{'an' if way == 'offset' else 'a'} {way} of its own is"
    has, own = ("has", one) if len(few) == 1 else ("have", f"{way}s of their own are")
    nouns = "classes" if curves.one_per_row else "labels"
    of = f"{len(few):,} of {len(supports):,} {nouns} {has} fewer than {FEW_ROWS} rows"
    yield bool(few), "few_positives", f"{of}, so that {own} mostly chance: {', '.join(few[:8])}."


def _scores(curves: ClassCurves) -> Iterator[Check]:
    low, high = float(curves.y_score.min()), float(curves.y_score.max())
    text = f"The scores range from {low:g} to {high:g}: these are not probabilities, and 0.5 has no meaning here."
    yield low < 0 or high > 1, "not_probabilities", text
    constant = np.flatnonzero(curves.y_score.min(axis=0) == curves.y_score.max(axis=0)).tolist()
    if constant:
        listed = formatting.join_names(formatting.truncate(curves.classes[at]) for at in constant)
        scores = "score" if len(constant) == 1 else "scores"
        same = f"{'is' if len(constant) == 1 else 'are'} the same in every row, so no threshold tells rows apart"
        yield True, "constant", f"The {scores} of {listed} {same}."


def _dropped(rows: ClassRows, choices: Choices) -> Iterator[Check]:
    intended = sum(count for reason, count in rows.dropped.items() if is_intended(reason, choices))
    n_dropped, n_expected = sum(rows.dropped.values()) - intended, rows.n_rows - intended
    text = f"{n_dropped:,} of {n_expected:,} rows {'was' if n_dropped == 1 else 'were'} left out."
    yield n_dropped > 0.05 * n_expected, "many_dropped", text


def _unused(choices: Choices, columns: Sequence[ColumnSummary]) -> Iterator[Check]:
    """Warn of columns that may say something about the rows and are used for nothing."""
    used = choices.columns()
    for column in columns:
        if column.name in used:
            continue
        if column.role == "split":
            pooled = f"The rows of all {len(column.labels)} parts of {column.name} are pooled."
            yield True, "pooled", pooled
        elif column.role == "group":
            text = f"{column.name} may name groups. With several classes they are not compared: read one class alone."
            yield True, "unused_group", text
        yield from unused_weight(column, choices)
    scores = [
        formatting.truncate(each.name)
        for each in columns
        if each.name not in used and each.kind == "number" and not each.role and names.score_points(each.name) >= 3
    ]
    text = f"Not used, although they look like scores: {formatting.join_names(scores or [''])}."
    yield bool(scores), "unused_columns", text
