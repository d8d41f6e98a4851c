"""What the owner of a file should know about predictions that could be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from f1tools.core.counts import BoolArray
from f1tools.predictions import Predictions
from f1tools.readers import names, roles
from f1tools.readers.again import Again
from f1tools.readers.auc import roc_auc, splits
from f1tools.readers.formats.parsing import FloatArray
from f1tools.readers.result import Choices, ColumnSeen, ReadingWarning

ROWS = 50_000
FEW_VALUES = 12


def warnings(
    predictions: Predictions,
    choices: Choices,
    dropped: Mapping[str, int],
    n_rows: int,
    columns: Sequence[ColumnSeen],
    again: Again | None = None,
) -> tuple[ReadingWarning, ...]:
    """Return the warnings for predictions that were read, the gravest first."""
    found = [*_few(predictions)]
    for name, score in predictions.scores.items():
        found += _score(name, score, predictions, choices)
    meant = {reason: rows for reason, rows in dropped.items() if again is not None and _meant(reason, again)}
    lost, of_rows = (count - sum(meant.values()) for count in (sum(dropped.values()), n_rows))
    if lost > 0.05 * of_rows:
        found.append(ReadingWarning("many_dropped", f"{lost:,} of {of_rows:,} rows were left out."))
    if choices.weight:
        found.append(ReadingWarning("weighted", f"Rows count with their weight from the column {choices.weight}."))
    found += _train_rows(choices, columns)
    for column in columns:
        if column.role == "weight" and choices.weight is None:
            told = f"The column {column.name} may hold weights of the rows, and is not used"
            found.append(ReadingWarning("unused_weight", f"{told}: name it as the weight if it does."))
    if again is not None and again.times > 1:
        found.append(ReadingWarning("repeats", _repeats(again, predictions.n)))
    return tuple(found)


def _meant(reason: str, again: Again) -> bool:
    """Say whether rows are left out because one repeat is shown, or because of what they served for in it."""
    return reason == f"other {again.split}" or (again.role is not None and reason.startswith(f"{again.role} is "))


def _repeats(again: Again, n: int) -> str:
    """Say that a table holds its rows again and again, and what that means for what is shown."""
    times = f"{again.times:,}"
    told = f"{again.split} holds {times} splits of the same rows"
    if again.shown is None:
        told = f"{told}, and all of them are pooled: a row may count up to {times} times"
    else:
        together = f"because together they would count a row up to {times} times"
        told = f"{told}: {again.split} {again.shown} alone is shown ({n:,} rows), {together}"
    return f"{told}.{_compared(again, times)}"


def _compared(again: Again, times: str) -> str:
    """Say where the scores are compared over all repeats, and promise it where nothing keeps them from it."""
    page = " The dashboard's Strategies page"
    if again.lack is not None:
        return f"{page} cannot compare the scores over all {times}: {again.lack.what}."
    if again.counted:
        return f"{page} compares the scores over all {times}."
    return f"{page} is for comparing the scores repeat by repeat." if again.role is not None else ""


def _train_rows(choices: Choices, columns: Sequence[ColumnSeen]) -> Iterator[ReadingWarning]:
    """Warn of rows that say they served for training, whether they were chosen or merely not left out."""
    for column in columns:
        used: Iterable[str] = ()
        if column.name == choices.role:
            used = (*choices.tune, *choices.report)
        elif names.role(column.name) == "stack":  # models: "fit" or "learning" in their names says nothing of the rows
            continue
        elif column.name == choices.split and choices.split_value is not None:
            used = (choices.split_value,)
        elif column.role == "split":
            used = (label for label, _ in column.labels)
        for label in used:
            if roles.stage(label) == "train":
                told = f"Rows whose {column.name} is {label} are used: they probably trained the model"
                yield ReadingWarning("train_rows", f"{told}, and its scores look better on them than on new rows.")


def _few(predictions: Predictions) -> Iterator[ReadingWarning]:
    """Warn of classes with few rows; in either part, where one chooses the threshold and the other reports."""
    if predictions.tuning is None:
        yield from _few_of(predictions.y_true, "rows", predictions)
        return
    for name, part in zip(predictions.role_names, (predictions.tuning, ~predictions.tuning), strict=True):
        yield from _few_of(predictions.y_true[part], f"rows of {name}", predictions)


def _few_of(y_true: BoolArray, rows: str, predictions: Predictions) -> Iterator[ReadingWarning]:
    positives = int(np.count_nonzero(y_true))
    for side, count, label in (
        ("positive", positives, predictions.pos_label),
        ("negative", y_true.size - positives, predictions.neg_label),
    ):
        told = f"Only {count} {rows} are {side} ({label})"
        if count < 10:
            yield ReadingWarning(f"few_{side}s", f"{told}: no figure is reliable below 10.")
        elif count < 30:
            yield ReadingWarning(f"few_{side}s", f"{told}: figures below 30 move a lot by chance.")


def _score(name: str, score: FloatArray, predictions: Predictions, choices: Choices) -> Iterator[ReadingWarning]:
    low, high = float(score.min()), float(score.max())
    if low == high:
        yield ReadingWarning("constant", f"{name} is {low:g} in every row, so no threshold tells rows apart.")
        return
    y_true, some = _some(predictions, score)
    auc = roc_auc(y_true, some)
    if auc < 0.5:
        told = f"{name} ranks the classes the wrong way round (ROC AUC about {auc:.2f})"
        yield ReadingWarning(
            "inverted", f"{told}: low scores go with {predictions.pos_label}. Turn the score around if it was meant so."
        )
    distinct = np.unique(some)
    if splits(y_true, some) and splits(predictions.y_true, score):
        yield ReadingWarning(
            "circular",
            f"A threshold on {name} gives {choices.truth} without a single error: one may be made from the other.",
        )
    if len(distinct) <= 2:
        yield ReadingWarning(
            "hard_labels", f"{name} has two values only: these are decisions, and there is one threshold between them."
        )
    elif len(distinct) <= FEW_VALUES and len(some) > 4 * FEW_VALUES:
        yield ReadingWarning(
            "few_values", f"{name} has {len(distinct)} different values, so there are as few thresholds."
        )
    if low < 0 or high > 1:
        yield ReadingWarning(
            "not_probabilities",
            f"{name} runs from {low:g} to {high:g}: these are no probabilities, and 0.5 means nothing here.",
        )


def _some(predictions: Predictions, score: FloatArray) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], FloatArray]:
    """Return rows from all over large predictions: enough to tell a rank statistic to two digits."""
    if predictions.n <= ROWS:
        return predictions.y_true, score
    # Multiples of the golden ratio fall everywhere and in step with nothing; numpy.random would take long to load.
    rows = (np.arange(ROWS) * 0.6180339887498949 % 1 * predictions.n).astype(np.intp)
    rows = np.concatenate([rows, np.flatnonzero(predictions.y_true[: 20 * ROWS])[:1000]])
    return predictions.y_true[rows], score[rows]
