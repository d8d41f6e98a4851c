"""Assemble predictions from loaded columns: derive the scores, put stacked models side by side, mark the roles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.clusters import unknown_cluster
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate, with_kind
from f1tools.predictions import Predictions
from f1tools.readers.formats.table import is_label_of
from f1tools.readers.loader import LoadedColumns
from f1tools.readers.models import Choices

IndexArray = NDArray[np.intp]


def to_predictions(loaded: LoadedColumns, choices: Choices) -> Predictions:
    """Return the predictions in loaded columns, in which stacked models are side by side.

    Raises
    ------
    InvalidPredictions
        If no rows are left, a class is missing, or weights are unusable.
    """
    scores = loaded.scores if choices.splits_into_models else to_scores(loaded, choices)
    tuning = _tuning_rows(loaded, choices)
    ids = _texts(loaded, choices.id) if loaded.ids is None else loaded.ids
    predictions = Predictions(
        loaded.y_true, scores, choices.pos_label or "1", choices.negative_name, loaded.weight,
        _texts(loaded, choices.group), ids, amount=loaded.amount, cluster=_clusters(loaded, choices.cluster),
    )  # fmt: skip
    names = ", ".join(choices.tune), ", ".join(choices.report)
    return predictions if tuning is None else predictions.with_roles(tuning, names)


def to_scores(loaded: LoadedColumns, choices: Choices) -> dict[str, FloatArray]:
    """Return the scores, flipped or derived from confidences where chosen.

    Raises
    ------
    InvalidPredictions
        If no rows are left, or a score cannot be a confidence.
    """
    if not loaded.y_true.size:
        why = ", ".join(f"{reason}: {count:,}" for reason, count in loaded.dropped.items()) or "there are none"
        raise InvalidPredictions(
            f"No usable rows are left with {with_kind('truth', choices.truth or '')} and "
            f"{with_kind('score', ', '.join(choices.scores))} ({why})."
        )
    _require_scored_classes(loaded, choices)
    return {name: _to_score(name, values, loaded, choices) for name, values in loaded.scores.items()}


def _require_scored_classes(loaded: LoadedColumns, choices: Choices) -> None:
    """Say so where a class has no row left because none has a score."""
    left = {choices.pos_label or "1": loaded.y_true.any(), choices.negative_name: not loaded.y_true.all()}
    for place, (label, is_left) in enumerate(left.items()):
        for name, counts in loaded.unscored.items():
            if not is_left and counts[place]:
                raise InvalidPredictions(
                    f"All {counts[place]:,} rows whose {choices.truth} is {label} lack a score of {name}. "
                    "Without one, no threshold can be judged: provide these scores, or another column."
                )


def _to_score(name: str, values: FloatArray, loaded: LoadedColumns, choices: Choices) -> FloatArray:
    scored = values[~np.isnan(values)] if choices.count_unscored or choices.splits_into_models else values
    in_unit_interval = bool(scored.min(initial=0.5) >= 0) and bool(scored.max(initial=0.5) <= 1)
    if choices.predicted is not None:
        if not in_unit_interval:
            raise InvalidPredictions(f"{name} is not within [0, 1], so it is not a confidence in {choices.predicted}.")
        predicted = loaded.labels[choices.predicted]
        positive = [label for label in predicted.labels if is_label_of(label, choices.pos_label or "")]
        values = np.where(predicted.isin(positive), values, 1 - values)
    if name in choices.flipped:
        values = 1 - values if in_unit_interval else -values
    return np.where(np.isnan(values), -np.inf, values) if scored.size < values.size else values


def _texts(loaded: LoadedColumns, name: str | None) -> NDArray[np.str_] | None:
    if name is None or name not in loaded.labels:
        return None
    column = loaded.labels[name]
    return np.array([*column.labels, ""])[column.codes]


def _clusters(loaded: LoadedColumns, name: str | None) -> NDArray[np.intp] | None:
    """Return the cluster of each row as a number.

    Raises
    ------
    InvalidPredictions
        If it is unknown in some row.
    """
    if name is None:
        return None
    codes = loaded.labels[name].codes.astype(np.intp, copy=False)
    if n_missing := int(np.count_nonzero(codes < 0)):
        raise unknown_cluster(n_missing, codes.size, truncate(name))
    return codes


def _tuning_rows(loaded: LoadedColumns, choices: Choices) -> BoolArray | None:
    has_roles = choices.role is not None and bool(choices.tune)
    return loaded.labels[choices.role or ""].isin(choices.tune) if has_roles else None


def models_side_by_side(loaded: LoadedColumns, choices: Choices) -> LoadedColumns:
    """Return columns in which stacked models have a score column each, derived where chosen; others as they are.

    A case that lacks the score of a model, as it has no row or an empty cell there, is left out unless it counts as not
    flagged.

    Raises
    ------
    InvalidPredictions
        If the parts are not the same rows, or no case is in all of them.
    """
    if not choices.splits_into_models:
        return loaded
    score = next(iter(to_scores(loaded, choices).values()))
    rows_of = _rows_of_models(loaded, choices)
    rows = np.array(list(rows_of.values()))  # a model in each row, a case in each column, -1 for none
    first = rows[np.argmax(rows >= 0, axis=0), np.arange(rows.shape[1])]
    _require_equal_rows(rows_of, first, loaded, choices)
    scores = np.where(rows >= 0, score[rows], -np.inf)
    is_missing, y_true = scores == -np.inf, loaded.y_true[first]
    unscored, dropped, keep = {}, loaded.dropped.copy(), np.ones(first.size, dtype=np.bool_)
    for name, missing in zip(rows_of, is_missing, strict=True):
        if missing.any():
            unscored[name] = int(np.count_nonzero(missing & y_true)), int(np.count_nonzero(missing & ~y_true))
        if not choices.count_unscored:
            dropped[f"missing score {name}"] += int(np.count_nonzero(rows[:, missing & keep] >= 0))
            keep &= ~missing
    cases = first[keep]
    models = replace(
        loaded, y_true=loaded.y_true[cases], scores=dict(zip(rows_of, scores[:, keep], strict=True)),
        weight=_take(loaded.weight, cases), amount=_take(loaded.amount, cases), ids=_take(loaded.ids, cases),
        labels={name: replace(column, codes=column.codes[cases]) for name, column in loaded.labels.items()},
        dropped=+dropped, unscored=unscored,
    )  # fmt: skip
    _require_scored_classes(models, choices)
    return models


def _take(values: NDArray[Any] | None, rows: IndexArray) -> NDArray[Any] | None:
    return None if values is None else values[rows]


def _rows_of_models(loaded: LoadedColumns, choices: Choices) -> dict[str, IndexArray]:
    """Return the row of each case in each part, -1 where it has none: by key, else in the order of the rows."""
    split = loaded.labels[choices.split or ""]
    parts = {label: np.flatnonzero(split.codes == code) for code, label in enumerate(split.labels)}
    parts = {label: rows for label, rows in parts.items() if rows.size}
    key = loaded.labels.get(choices.id or "")
    if key is None:
        n = len(next(iter(parts.values())))
        if other := next((label for label, rows in parts.items() if len(rows) != n), None):
            raise _different_rows(other, choices)
        return parts
    cases, case = np.unique(key.codes, return_inverse=True)
    row_of = {label: np.full(cases.size, -1, dtype=np.intp) for label in parts}
    for label, rows in parts.items():
        row_of[label][case[rows]] = rows
        if np.count_nonzero(row_of[label] >= 0) < rows.size:
            raise InvalidPredictions(
                f"The key {choices.id} occurs twice within {choices.split} {label}. Choose one part."
            )
    if not np.any(np.min(list(row_of.values()), axis=0) >= 0):
        raise InvalidPredictions(f"No {choices.id} occurs in all parts of {choices.split}. Choose one part.")
    return row_of


def _require_equal_rows(
    rows_of: dict[str, IndexArray], first: IndexArray, loaded: LoadedColumns, choices: Choices
) -> None:
    """Check that a case has the same class and role in all parts."""
    tuning = _tuning_rows(loaded, choices)
    for values in (loaded.y_true, tuning):
        for label, rows in rows_of.items():
            if values is not None and np.any((values[rows] != values[first]) & (rows >= 0)):
                raise _different_rows(label, choices)


def _different_rows(label: str, choices: Choices) -> InvalidPredictions:
    return InvalidPredictions(
        f"The parts of {choices.split} are not the same rows ({label} differs), so they are not models. "
        "Choose one part."
    )
