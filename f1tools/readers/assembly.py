"""Assemble predictions from loaded columns: derive the scores, align stacked models, mark the roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions
from f1tools.predictions import Predictions
from f1tools.readers.formats.table import Categorical, is_label_of
from f1tools.readers.loader import LoadedColumns
from f1tools.readers.models import SPLIT_INTO_MODELS, Choices

IndexArray = NDArray[np.intp]
Cell = TypeVar("Cell", bound=np.generic)


def to_predictions(loaded: LoadedColumns, choices: Choices) -> Predictions:
    """Return the predictions in loaded columns.

    Raises
    ------
    InvalidPredictions
        If no rows are left, a class is missing, weights are unusable, or the parts of a long format are not the same
        rows.
    """
    scores = to_scores(loaded, choices)
    has_roles = choices.role is not None and bool(choices.tune)
    tuning = loaded.labels[choices.role or ""].isin(choices.tune) if has_roles else None
    rows: IndexArray | slice = slice(None)
    if choices.split_value == SPLIT_INTO_MODELS:
        parts = _parts(loaded, choices, [values for values in (loaded.y_true, tuning) if values is not None])
        rows, score = next(iter(parts.values())), next(iter(scores.values()))
        scores = {label: score[part] for label, part in parts.items()}
    group = _texts(loaded, choices.group)
    ids = _texts(loaded, choices.id) if loaded.ids is None else loaded.ids
    predictions = Predictions(
        loaded.y_true[rows], scores, choices.pos_label or "1", choices.negative_name, _take(loaded.weight, rows),
        _take(group, rows), _take(ids, rows), amount=_take(loaded.amount, rows),
    )  # fmt: skip
    names = ", ".join(choices.tune), ", ".join(choices.report)
    return predictions if tuning is None else predictions.with_roles(tuning[rows], names)


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
    _require_scored_classes(loaded, choices)
    return {name: _to_score(name, values, loaded, choices) for name, values in loaded.scores.items()}


def _require_scored_classes(loaded: LoadedColumns, choices: Choices) -> None:
    """Say so where a class has no row left because none has a score."""
    left = {choices.pos_label or "1": loaded.y_true.any(), choices.negative_name: not loaded.y_true.all()}
    for place, (label, is_left) in enumerate(left.items()):
        for name, counts in loaded.unscored.items():
            if not is_left and counts[place]:
                raise InvalidPredictions(
                    f"All {counts[place]:,} rows whose {choices.truth} is {label} lack a score in the column {name}. "
                    "Without one, no threshold can be judged: provide these scores, or another column."
                )


def _to_score(name: str, values: FloatArray, loaded: LoadedColumns, choices: Choices) -> FloatArray:
    scored = values[~np.isnan(values)] if choices.count_unscored else values
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


def _take(values: NDArray[Cell] | None, rows: IndexArray | slice) -> NDArray[Cell] | None:
    return None if values is None else values[rows]


def _texts(loaded: LoadedColumns, name: str | None) -> NDArray[np.str_] | None:
    if name is None or name not in loaded.labels:
        return None
    column = loaded.labels[name]
    return np.array([*column.labels, ""])[column.codes]


def _parts(loaded: LoadedColumns, choices: Choices, shared: Sequence[BoolArray]) -> dict[str, IndexArray]:
    """Return the rows of each part of a long format, those that all parts share; check columns that must be equal."""
    split = loaded.labels[choices.split or ""]
    parts = {label: np.flatnonzero(split.codes == code) for code, label in enumerate(split.labels)}
    parts = {label: rows for label, rows in parts.items() if rows.size}
    key = loaded.labels.get(choices.id or "")
    if key is not None:
        parts = _aligned_by_key(parts, key, choices)
    first = next(iter(parts.values()))
    if not first.size:
        raise InvalidPredictions(f"No {choices.id} occurs in all parts of {choices.split}. Choose one part.")
    for label, rows in parts.items():
        if len(rows) != len(first) or not all(np.array_equal(values[rows], values[first]) for values in shared):
            raise InvalidPredictions(
                f"The parts of {choices.split} are not the same rows ({label} differs), so they are not models. "
                "Choose one part."
            )
    return parts


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
