"""Warnings about predictions that could be read: few rows, suspicious scores, dropped rows, repeated splits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from f1tools.core.clusters import MIN_CLUSTERS
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.distribution import is_inverted
from f1tools.formatting.unscored import unscored_sentences
from f1tools.predictions import Predictions
from f1tools.readers.class_rows import ClassRows
from f1tools.readers.formats.table import GOLDEN
from f1tools.readers.inference import names
from f1tools.readers.inference.ambiguities import copies_text
from f1tools.readers.inference.infer import Inference
from f1tools.readers.inference.profiles import is_separable, roc_auc
from f1tools.readers.inference.repeated_layout import RepeatedLayout
from f1tools.readers.loader import LoadedColumns
from f1tools.readers.models import Choices, ColumnSummary, ReadingWarning

Check = tuple[bool, str, str]  # whether a warning applies, its kind and its sentence
MAX_ROWS = 50_000
FEW_VALUES = 12
MAX_CELL = 40  # characters shown


def unused_cluster_text(name: str) -> str:
    """Say that rows may belong together, which no interval takes into account."""
    return (
        f"Several rows have the same {name}. Where these belong together, intervals that take them for independent are "
        "too narrow."
    )


def find_warnings(
    predictions: Predictions, choices: Choices, loaded: LoadedColumns, inference: Inference, n_repeats: int = 1
) -> tuple[ReadingWarning, ...]:
    """Return the warnings for predictions that were read, the most serious first."""
    columns, layout, unused = inference.columns, inference.layout, inference.unused
    intended = sum(count for reason, count in loaded.dropped.items() if is_intended(reason, choices))
    n_dropped, n_expected = sum(loaded.dropped.values()) - intended, loaded.n_rows - intended
    n_models = max(len(predictions.models), len(choices.scores))
    unscored = find_unscored(predictions, loaded, choices)
    sentences = unscored_sentences(unscored, counted=choices.count_unscored, n_models=n_models)
    checks = [
        *_few_rows(predictions),
        *_few_clusters(predictions, choices),
        *(
            each
            for name, score in predictions.scores.items()
            for each in _check_score(name, score, predictions, choices)
        ),
        (
            n_dropped > 0.05 * n_expected,
            "many_dropped",
            f"{n_dropped:,} of {n_expected:,} rows {'was' if n_dropped == 1 else 'were'} left out.",
        ),
        (
            choices.predicted is not None,
            "confidence",
            f"{', '.join(choices.scores)} is read as the confidence in {choices.predicted}: as p where that is "
            f"{choices.pos_label}, and as 1 - p elsewhere.",
        ),
        *((True, "unscored", sentence) for sentence in sentences),
        (choices.weight is not None, "weighted", f"Rows are weighted by the column {choices.weight}."),
        *unclear_numbers(loaded),
        *training_rows(choices, columns),
    ]
    text = f"Not used, although they look like scores or truths: {', '.join(unused)}. Choose the columns to use them."
    checks.append((bool(unused), "unused_columns", text))
    checks.append((bool(inference.copies), "copies", copies_text(inference.copies)))
    text = f"Values of {inference.recurring} occur several times with the same truth: such rows count several times."
    checks.append((inference.recurring not in ("", choices.cluster), "recurring_rows", text))
    is_pooled = layout is None and choices.role is None
    for column in columns:
        pooled = f"The rows of all {len(column.labels)} parts of {column.name} are pooled."
        checks.append((is_pooled and column.role == "split" and column.name != choices.split, "pooled", pooled))
        checks += unused_weight(column, choices)
    if layout is not None and n_repeats > 1:
        checks.append((True, "repeats", _repeats_text(layout, choices.split_value, n_repeats, predictions.n)))
    return tuple(ReadingWarning(kind, sentence) for applies, kind, sentence in checks if applies)


def stacked_files(tune: str, report: str) -> ReadingWarning:
    """Say what is done with two files of different rows, and what to do if that is not meant."""
    text = (
        f"The files have different rows: {tune} chooses the threshold, {report} has the rows to report. If each is "
        "another model, f1tools compare compares the two, unpaired."
    )
    return ReadingWarning("stacked_files", text)


def separate_files(first: str) -> ReadingWarning:
    """Say what is done with files of different rows that cannot be stacked, and what to do if that is not meant."""
    text = (
        f"The files have different rows, so each is read alone: the pages show {first}, and Compare shows the models "
        "of all files, unpaired. If they are the same rows, add a column such as id that identifies each row in all "
        "files."
    )
    return ReadingWarning("separate_files", text)


def unused_weight(column: ColumnSummary, choices: Choices) -> Iterator[Check]:
    """Warn of a column that may hold weights and is not used, such as one of that name with negative numbers."""
    if choices.weight is not None or column.name in choices.columns():
        return
    start = f"The column {column.name} may hold weights of the rows, and is not used: "
    is_named_weight = column.kind == "number" and names.suggested_role(column.name) in ("weight", "weight?")
    if column.low is not None and column.low < 0:
        text = f"{start}weights must not be negative, and its lowest number is {column.low:g}. Correct it if it does."
        yield column.role == "weight" or is_named_weight, "unused_weight", text
    else:
        yield column.role == "weight", "unused_weight", f"{start}name it as the weight if it does."


def is_intended(reason: str, choices: Choices) -> bool:
    """Return whether rows were left out because of the chosen labels, parts and roles, so that they are no loss."""
    labels = [f"truth is {label}" for label in choices.dropped_truth]
    parts = (f"other {choices.split}", f"other {choices.role}", f"{choices.role} is ")
    return reason in labels or reason.startswith(parts)


def find_unscored(predictions: Predictions, loaded: LoadedColumns, choices: Choices) -> dict[str, tuple[int, int]]:
    """Return the positive and negative rows without a score, by model: those counted, or those left out."""
    if not choices.count_unscored:
        return loaded.unscored
    return predictions.unscored


def _few_rows(predictions: Predictions) -> Iterator[Check]:
    """Check the number of rows in each class, in tuning and evaluation set where there are both."""
    tuning = predictions.tuning
    parts = [("rows", predictions.y_true)]
    if tuning is not None:
        sets = zip(predictions.role_names, (tuning, ~tuning), strict=True)
        parts = [(f"rows of {name}", predictions.y_true[part]) for name, part in sets]
    for rows, y_true in parts:
        n_pos = int(np.count_nonzero(y_true))
        for name, count, label in (
            ("positive", n_pos, predictions.pos_label), ("negative", y_true.size - n_pos, predictions.neg_label)
        ):  # fmt: skip
            limit = "no metric is reliable below 10" if count < 10 else "metrics vary a lot by chance below 30"
            yield count < 30, f"few_{name}s", f"Only {count} {rows} are {name} ({label}): {limit}."


def _few_clusters(predictions: Predictions, choices: Choices) -> Iterator[Check]:
    """Check the number of clusters, in the evaluation set where there is one."""
    codes = predictions.evaluation_set.cluster_codes
    if codes is not None:
        n = int(codes.max()) + 1
        text = f"The rows have only {n} values of {choices.cluster}: intervals are unreliable below {MIN_CLUSTERS}."
        yield n < MIN_CLUSTERS, "few_clusters", text


def _check_score(name: str, score: FloatArray, predictions: Predictions, choices: Choices) -> list[Check]:
    scored = score != -np.inf
    every_y_true, score = (predictions.y_true, score) if scored.all() else (predictions.y_true[scored], score[scored])
    low, high = float(score.min()), float(score.max())
    if low == high:
        return [(True, "constant", f"{name} is {low:g} in every row, so no threshold tells rows apart.")]
    y_true, values = _subsample(every_y_true, score)
    auc, n_distinct = roc_auc(y_true, values), len(np.unique(values))
    return [
        (
            is_inverted(auc, float(y_true.sum()), float((~y_true).sum())), "inverted",
            f"{name} ranks the classes the wrong way round (ROC AUC about {auc:.2f}): "
            f"low scores go with {predictions.pos_label}. Turn the score around if it was meant so.",
        ),
        (
            is_separable(y_true, values) and is_separable(every_y_true, score), "circular",
            f"A threshold on {name} gives {choices.truth} without a single error: one may be made from the other.",
        ),
        (
            n_distinct <= 2, "hard_labels",
            f"{name} has two values only: these are hard predictions, and there is one threshold between them.",
        ),
        (
            2 < n_distinct <= FEW_VALUES and len(values) > 4 * FEW_VALUES, "few_values",
            f"{name} has {n_distinct} different values, so there are few thresholds to choose from.",
        ),
        (
            low < 0 or high > 1, "not_probabilities",
            f"{name} ranges from {low:g} to {high:g}: these are not probabilities, and 0.5 has no meaning here.",
        ),
    ]  # fmt: skip


def unclear_numbers(loaded: LoadedColumns | ClassRows) -> Iterator[Check]:
    """Warn of cells that are not numbers, and of numbers like 1.234, whose mark may separate thousands."""
    for name, (row, cell) in loaded.unreadable.items():
        place = "" if loaded.dropped["wrong number of cells"] else f", in row {row:,}"
        yield True, "unreadable", f"The first cell of {name} that is not a number is {cell[:MAX_CELL]!r}{place}."
    for name, each in loaded.formats.items():
        if each.is_assumed:
            mark = "comma" if "," in each.example else "point"
            meaning = "separates thousands" if each.thousands else "is the decimal mark"
            text = f"{each.example} in {name} is read as {each.parse(each.example):.15g}"
            yield True, "number_format", f"{text}: no other number there shows whether the {mark} {meaning}."


def training_rows(choices: Choices, columns: Sequence[ColumnSummary]) -> Iterator[Check]:
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
            text = (
                f"Rows whose {column.name} is {label} are used: they probably trained the model, and its scores look "
            )
            yield names.stage(label) == "train", "train_rows", f"{text}better on them than on new rows."


def _repeats_text(layout: RepeatedLayout, shown: str | None, n_repeats: int, n: int) -> str:
    text = f"{layout.repeat} holds {n_repeats:,} splits of the same rows"
    if shown is None:
        return f"{text}, and all of them are pooled: a row may count up to {n_repeats:,} times."
    text = f"{text}: {layout.repeat} {shown} alone is shown ({n:,} rows), because together they would count"
    text = f"{text} a row up to {n_repeats:,} times."
    if layout.values.tune:
        return f"{text} The dashboard's Strategies page compares the scores over all {n_repeats:,}."
    return f"{text} They cannot be compared over all {n_repeats:,}, because there are no rows to choose a threshold on."


def _subsample(y_true: BoolArray, score: FloatArray) -> tuple[BoolArray, FloatArray]:
    """Return rows from all over many ones: enough to estimate a rank statistic to two digits."""
    if y_true.size <= MAX_ROWS:
        return y_true, score
    # Multiples of the golden ratio are evenly spread and aperiodic; importing numpy.random would be slow.
    rows = (np.arange(MAX_ROWS) * GOLDEN % 1 * y_true.size).astype(np.intp)
    rows = np.concatenate([rows, np.flatnonzero(y_true[: 20 * MAX_ROWS])[:1000]])
    return y_true[rows], score[rows]
