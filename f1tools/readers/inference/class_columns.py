"""Columns of several classes or labels, with a column of scores for each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import Choices


def find_classes(profiles: Sequence[ColumnProfile], choices: Choices) -> Choices | None:
    """Return which columns have the classes of a table and their scores; None where it has two classes."""
    if choices.scores or choices.pos_label is not None or choices.one_vs_rest:
        return None
    key = next((each.name for each in profiles if each.role == "id"), None)
    for truth in profiles:
        if len(truth.labels) < 3 or not (truth.kind == "text" or truth.is_integer):
            continue
        columns = {label: _score_of(label, truth, profiles) for label in sorted(truth.labels)}
        if all(columns.values()):
            scores = tuple(filter(None, columns.values()))
            return Choices(truth=truth.name, scores=scores, classes=tuple(columns), id=key)
    return _find_labels(profiles, key)


def _score_of(label: str, truth: ColumnProfile, profiles: Sequence[ColumnProfile]) -> str | None:
    pattern = re.compile(rf"(?:.*[^0-9a-z])?{re.escape(label.lower())}\W*")
    named = (each for each in profiles if each.kind == "number" and each.n_distinct > 2 and not each.is_integer)
    return next((each.name for each in named if pattern.fullmatch(each.name.lower())), None)


def _find_labels(profiles: Sequence[ColumnProfile], key: str | None) -> Choices | None:
    truths = [each for each in profiles if set(each.labels) == {"0", "1"}]
    columns = {each.name: _score_of(each.name, each, profiles) for each in truths}
    if len(truths) < 3 or not all(columns.values()):
        return None
    scores = tuple(filter(None, columns.values()))
    return Choices(truths=tuple(columns), scores=scores, classes=tuple(columns), pos_label="1", id=key)
