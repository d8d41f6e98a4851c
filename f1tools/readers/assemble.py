"""From loaded columns to Predictions: flip scores, derive them from confidences, unstack models."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.types import InvalidPredictions
from f1tools.predictions import Predictions
from f1tools.readers.formats.parsing import FloatArray, normalize_label
from f1tools.readers.formats.table import Categorical
from f1tools.readers.loader import LoadedColumns
from f1tools.readers.models import SPLIT_INTO_MODELS, Choices

IndexArray = NDArray[np.intp]


def to_predictions(loaded: LoadedColumns, choices: Choices) -> Predictions:
    """Return the predictions in loaded columns.

    Raises
    ------
    InvalidPredictions
        If no rows are left, a class is missing, weights are unusable, or the parts of a long format are not the same
        rows.
    """
    scores = to_scores(loaded, choices)
    group, ids = (_texts(loaded, name) for name in (choices.group, choices.id))
    predictions = Predictions(
        loaded.y_true, scores, choices.pos_label or "1", choices.negative_name, loaded.weight, group, ids,
        amount=loaded.amount,
    )  # fmt: skip
    if choices.role is not None and choices.tune:
        is_tuning = loaded.labels[choices.role].isin(choices.tune)
        predictions = predictions.with_roles(is_tuning, (", ".join(choices.tune), ", ".join(choices.report)))
    return _unstack(predictions, loaded, choices) if choices.split_value == SPLIT_INTO_MODELS else predictions


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
            f"No usable rows are left with truth {choices.truth} and score {', '.join(choices.scores)} ({why})."
        )
    return {name: _to_score(name, values, loaded, choices) for name, values in loaded.scores.items()}


def _to_score(name: str, values: FloatArray, loaded: LoadedColumns, choices: Choices) -> FloatArray:
    in_unit_interval = bool(values.min() >= 0) and bool(values.max() <= 1)
    if choices.predicted is not None:
        if not in_unit_interval:
            raise InvalidPredictions(f"{name} is not within [0, 1], so it is not a confidence in {choices.predicted}.")
        predicted = loaded.labels[choices.predicted]
        pos_label = normalize_label(choices.pos_label or "").casefold()
        positive = [label for label in predicted.labels if normalize_label(label).casefold() == pos_label]
        values = np.where(predicted.isin(positive), values, 1 - values)
    if name in choices.flipped:
        values = 1 - values if in_unit_interval else -values
    return values


def _texts(loaded: LoadedColumns, name: str | None) -> NDArray[np.str_] | None:
    if name is None or name not in loaded.labels:
        return None
    column = loaded.labels[name]
    return np.array([*column.labels, ""])[column.codes]


def _unstack(stacked: Predictions, loaded: LoadedColumns, choices: Choices) -> Predictions:
    """Return each part of a long format as a model, over the rows that all parts share."""
    split = loaded.labels[choices.split or ""]
    parts = {label: np.flatnonzero(split.codes == code) for code, label in enumerate(split.labels)}
    parts = {label: rows for label, rows in parts.items() if rows.size}
    key = loaded.labels.get(choices.id or "")
    if key is not None:
        parts = _aligned_by_key(parts, key, choices)
    first = next(iter(parts.values()))
    if not first.size:
        raise InvalidPredictions(f"No {choices.id} occurs in all parts of {choices.split}. Choose one part.")
    shared = [values for values in (stacked.y_true, stacked.tuning) if values is not None]
    for label, rows in parts.items():
        if len(rows) != len(first) or not all(np.array_equal(values[rows], values[first]) for values in shared):
            raise InvalidPredictions(
                f"The parts of {choices.split} are not the same rows ({label} differs), so they are not models. "
                "Choose one part."
            )
    score = next(iter(stacked.scores.values()))
    return replace(
        stacked, y_true=stacked.y_true[first], scores={label: score[rows] for label, rows in parts.items()},
        sample_weight=_take(stacked.sample_weight, first), group=_take(stacked.group, first),
        ids=_take(stacked.ids, first), tuning=_take(stacked.tuning, first), amount=_take(stacked.amount, first),
    )  # fmt: skip


def _take(values: NDArray[Any] | None, rows: IndexArray) -> NDArray[Any] | None:
    return None if values is None else values[rows]


def _aligned_by_key(parts: dict[str, IndexArray], key: Categorical, choices: Choices) -> dict[str, IndexArray]:
    """Return the rows of each part whose key is in all parts, ordered by key."""
    shared = np.unique(key.codes)
    for label, rows in parts.items():
        codes = key.codes[rows]
        if np.unique(codes).size < codes.size:
            raise InvalidPredictions(
                f"The key {choices.id} occurs twice within {choices.split} {label}. Choose one part."
            )
        shared = np.intersect1d(shared, codes)
    ordered = {label: rows[np.argsort(key.codes[rows])] for label, rows in parts.items()}
    return {label: rows[np.isin(key.codes[rows], shared)] for label, rows in ordered.items()}
