"""Warnings about predictions that could be read: few rows, suspicious scores, dropped rows, repeated splits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from f1tools.core.counts import BoolArray
from f1tools.predictions import Predictions
from f1tools.readers.formats.parsing import FloatArray
from f1tools.readers.formats.table import GOLDEN
from f1tools.readers.inference import names
from f1tools.readers.inference.profiles import is_separable, roc_auc
from f1tools.readers.inference.repeated_layout import RepeatedLayout
from f1tools.readers.loader import LoadedColumns
from f1tools.readers.models import Choices, ColumnSummary, ReadingWarning

MAX_ROWS = 50_000
FEW_VALUES = 12


def find_warnings(
    predictions: Predictions,
    choices: Choices,
    loaded: LoadedColumns,
    columns: Sequence[ColumnSummary],
    layout: RepeatedLayout | None = None,
    n_repeats: int = 1,
) -> tuple[ReadingWarning, ...]:
    """Return the warnings for predictions that were read, the most serious first."""
    warnings = [*_few_rows(predictions)]
    for name, score in predictions.scores.items():
        warnings += _suspicious_score(name, score, predictions, choices)
    intended = sum(
        rows for reason, rows in loaded.dropped.items() if layout is not None and _is_intended(reason, layout)
    )
    n_dropped, n_expected = sum(loaded.dropped.values()) - intended, loaded.n_rows - intended
    if n_dropped > 0.05 * n_expected:
        warnings.append(ReadingWarning("many_dropped", f"{n_dropped:,} of {n_expected:,} rows were left out."))
    if choices.weight:
        warnings.append(ReadingWarning("weighted", f"Rows are weighted by the column {choices.weight}."))
    warnings += _training_rows(choices, columns)
    for column in columns:
        if column.role == "weight" and choices.weight is None:
            text = f"The column {column.name} may hold weights of the rows, and is not used"
            warnings.append(ReadingWarning("unused_weight", f"{text}: name it as the weight if it does."))
    if layout is not None and n_repeats > 1:
        warnings.append(ReadingWarning("repeats", _repeats_text(layout, choices.split_value, n_repeats, predictions.n)))
    return tuple(warnings)


def _is_intended(reason: str, layout: RepeatedLayout) -> bool:
    """Return whether rows are dropped because one repeat is shown, or because of their role in it."""
    return reason == f"other {layout.repeat}" or reason.startswith(f"{layout.role} is ")


def _repeats_text(layout: RepeatedLayout, shown: str | None, n_repeats: int, n: int) -> str:
    text = f"{layout.repeat} holds {n_repeats:,} splits of the same rows"
    if shown is None:
        return f"{text}, and all of them are pooled: a row may count up to {n_repeats:,} times."
    text = f"{text}: {layout.repeat} {shown} alone is shown ({n:,} rows), because together they would count"
    text = f"{text} a row up to {n_repeats:,} times."
    if layout.values.tune:
        return f"{text} The dashboard's Strategies page compares the scores over all {n_repeats:,}."
    return f"{text} They cannot be compared over all {n_repeats:,}, because there are no rows to choose a threshold on."


def _training_rows(choices: Choices, columns: Sequence[ColumnSummary]) -> Iterator[ReadingWarning]:
    """Warn of rows that probably trained the model, whether they were chosen or merely not left out."""
    for column in columns:
        used: Iterable[str] = ()
        if column.name == choices.role:
            used = (*choices.tune, *choices.report)
        elif names.suggested_role(column.name) == "stack":  # "fit" or "learning" in a model's name says nothing of rows
            continue
        elif column.name == choices.split and choices.split_value is not None:
            used = (choices.split_value,)
        elif column.role == "split":
            used = (label for label, _ in column.labels)
        for label in used:
            if names.stage(label) == "train":
                text = f"Rows whose {column.name} is {label} are used: they probably trained the model"
                yield ReadingWarning("train_rows", f"{text}, and its scores look better on them than on new rows.")


def _few_rows(predictions: Predictions) -> Iterator[ReadingWarning]:
    """Warn of classes with few rows, in tuning and evaluation set where there are both."""
    if predictions.tuning is None:
        yield from _few_in(predictions.y_true, "rows", predictions)
        return
    for name, part in zip(predictions.role_names, (predictions.tuning, ~predictions.tuning), strict=True):
        yield from _few_in(predictions.y_true[part], f"rows of {name}", predictions)


def _few_in(y_true: BoolArray, rows: str, predictions: Predictions) -> Iterator[ReadingWarning]:
    n_pos = int(np.count_nonzero(y_true))
    for name, count, label in (
        ("positive", n_pos, predictions.pos_label),
        ("negative", y_true.size - n_pos, predictions.neg_label),
    ):
        text = f"Only {count} {rows} are {name} ({label})"
        if count < 10:
            yield ReadingWarning(f"few_{name}s", f"{text}: no metric is reliable below 10.")
        elif count < 30:
            yield ReadingWarning(f"few_{name}s", f"{text}: metrics vary a lot by chance below 30.")


def _suspicious_score(
    name: str, score: FloatArray, predictions: Predictions, choices: Choices
) -> Iterator[ReadingWarning]:
    low, high = float(score.min()), float(score.max())
    if low == high:
        yield ReadingWarning("constant", f"{name} is {low:g} in every row, so no threshold tells rows apart.")
        return
    y_true, values = _subsample(predictions, score)
    auc = roc_auc(y_true, values)
    if auc < 0.5:
        text = f"{name} ranks the classes the wrong way round (ROC AUC about {auc:.2f})"
        meaning = f"low scores go with {predictions.pos_label}. Turn the score around if it was meant so."
        yield ReadingWarning("inverted", f"{text}: {meaning}")
    if is_separable(y_true, values) and is_separable(predictions.y_true, score):
        text = f"A threshold on {name} gives {choices.truth} without a single error: one may be made from the other."
        yield ReadingWarning("circular", text)
    n_distinct = len(np.unique(values))
    if n_distinct <= 2:
        text = f"{name} has two values only: these are hard predictions, and there is one threshold between them."
        yield ReadingWarning("hard_labels", text)
    elif n_distinct <= FEW_VALUES and len(values) > 4 * FEW_VALUES:
        text = f"{name} has {n_distinct} different values, so there are few thresholds to choose from."
        yield ReadingWarning("few_values", text)
    if low < 0 or high > 1:
        text = f"{name} ranges from {low:g} to {high:g}: these are not probabilities, and 0.5 has no meaning here."
        yield ReadingWarning("not_probabilities", text)


def _subsample(predictions: Predictions, score: FloatArray) -> tuple[BoolArray, FloatArray]:
    """Return rows from all over large predictions: enough to estimate a rank statistic to two digits."""
    if predictions.n <= MAX_ROWS:
        return predictions.y_true, score
    # Multiples of the golden ratio are evenly spread and aperiodic; importing numpy.random would be slow.
    rows = (np.arange(MAX_ROWS) * GOLDEN % 1 * predictions.n).astype(np.intp)
    rows = np.concatenate([rows, np.flatnonzero(predictions.y_true[: 20 * MAX_ROWS])[:1000]])
    return predictions.y_true[rows], score[rows]
