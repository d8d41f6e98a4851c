"""From loaded columns to Predictions: scores turned around, derived from confidences, stacks taken apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.errors import InvalidPredictions
from f1tools.predictions import Predictions
from f1tools.readers.formats.parsing import FloatArray, normalize_label
from f1tools.readers.formats.table import Categorical
from f1tools.readers.load import BoolArray, Loaded
from f1tools.readers.result import SPLIT_INTO_MODELS, Choices, negatives


def assemble(loaded: Loaded, choices: Choices) -> Predictions:
    """Return the predictions behind loaded columns.

    Raises
    ------
    InvalidPredictions
        If no rows are left, a class is missing, weights are unusable, or a stack's parts are not the same rows.
    """
    scores, neg_label = scores_of(loaded, choices), negatives(choices)
    group, ids = (_labels(loaded, name) for name in (choices.group, choices.id))
    whole = Predictions(
        loaded.y_true, scores, choices.pos_label or "1", neg_label, loaded.weight, group, ids, amount=loaded.amount
    )
    if choices.role is not None and choices.tune:
        tuning = loaded.labels[choices.role].isin(choices.tune)
        whole = whole.with_roles(tuning, (", ".join(choices.tune), ", ".join(choices.report)))
    return whole if choices.split_value != SPLIT_INTO_MODELS else _unstacked(whole, loaded, choices)


def scores_of(loaded: Loaded, choices: Choices) -> dict[str, FloatArray]:
    """Return the scores as they are meant: turned around, or derived from confidences, where that was chosen.

    Raises
    ------
    InvalidPredictions
        If no rows are left, or a score cannot be a confidence.
    """
    _require_rows(loaded, choices)
    return {name: _score(name, values, loaded, choices) for name, values in loaded.scores.items()}


def _require_rows(loaded: Loaded, choices: Choices) -> None:
    if loaded.y_true.size:
        return
    why = ", ".join(f"{reason}: {times:,}" for reason, times in loaded.dropped.items()) or "there are none"
    raise InvalidPredictions(
        f"No usable rows are left with truth {choices.truth} and score {', '.join(choices.scores)} ({why})."
    )


def _score(name: str, values: FloatArray, loaded: Loaded, choices: Choices) -> FloatArray:
    unit = bool(values.min() >= 0) and bool(values.max() <= 1)
    if choices.predicted is not None:
        if not unit:
            raise InvalidPredictions(f"{name} is not within [0, 1], so it is no confidence in {choices.predicted}.")
        says = _is(loaded.labels[choices.predicted], choices.pos_label or "")
        values = np.where(says, values, 1 - values)
    if name in choices.flipped:
        values = 1 - values if unit else -values
    return values


def _is(coded: Categorical, value: str) -> BoolArray:
    matches = np.array(
        [*(normalize_label(each).casefold() == normalize_label(value).casefold() for each in coded.labels), False]
    )
    return np.asarray(matches[coded.codes], dtype=np.bool_)


def _labels(loaded: Loaded, name: str | None) -> NDArray[np.str_] | None:
    if name is None or name not in loaded.labels:
        return None
    coded = loaded.labels[name]
    return np.array([*coded.labels, ""])[coded.codes]


def _unstacked(whole: Predictions, loaded: Loaded, choices: Choices) -> Predictions:
    """Make a score of every part of a stack, over the rows that all parts share."""
    coded = loaded.labels[choices.split or ""]
    members = {each: np.flatnonzero(coded.codes == code) for code, each in enumerate(coded.labels)}
    members = {each: rows for each, rows in members.items() if rows.size}
    key = loaded.labels.get(choices.id or "")
    if key is not None:
        members = _by_key(members, key, choices)
    first = next(iter(members.values()))
    if not first.size:
        raise InvalidPredictions(f"No {choices.id} occurs in all parts of {choices.split}. Choose one part.")
    alike = [values for values in (whole.y_true, whole.tuning) if values is not None]
    for each, rows in members.items():
        if len(rows) != len(first) or not all(np.array_equal(values[rows], values[first]) for values in alike):
            raise InvalidPredictions(
                f"The parts of {choices.split} are not the same rows ({each} differs), so they are not models. "
                "Choose one part."
            )
    score = next(iter(whole.scores.values()))
    return replace(
        whole, y_true=whole.y_true[first], scores={each: score[rows] for each, rows in members.items()},
        sample_weight=_at(whole.sample_weight, first), group=_at(whole.group, first), ids=_at(whole.ids, first),
        tuning=_at(whole.tuning, first), amount=_at(whole.amount, first),
    )  # fmt: skip


def _at(values: NDArray[Any] | None, rows: NDArray[np.intp]) -> NDArray[Any] | None:
    return None if values is None else values[rows]


def _by_key(members: dict[str, NDArray[np.intp]], key: Categorical, choices: Choices) -> dict[str, NDArray[np.intp]]:
    shared = np.unique(key.codes)
    for each, rows in members.items():
        codes = key.codes[rows]
        if np.unique(codes).size < codes.size:
            raise InvalidPredictions(
                f"The key {choices.id} occurs twice within {choices.split} {each}. Choose one part."
            )
        shared = np.intersect1d(shared, codes)
    return {
        each: rows[np.argsort(key.codes[rows])][np.isin(np.sort(key.codes[rows]), shared)]
        for each, rows in members.items()
    }
