"""Two unbounded scores of one model, a logit for each class: their difference is the score of the positive class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from f1tools.readers.formats.table import label_to_number
from f1tools.readers.inference import names
from f1tools.readers.inference.pairs import CLEAR_AUC, Pair, Target
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import MINUS, Choices

_NUMBERED = re.compile(r"(.*?)[ _.\-]?(?:\[(\d+)\]|(\d+))")


def resolve_differences(choices: Choices, profiles: Sequence[ColumnProfile]) -> Choices:
    """Return the choices with each score that names two columns, `a - b`, as a difference."""
    columns = {each.name for each in profiles}
    unknown = [name for name in choices.scores if name not in columns]
    differences = [name for name in unknown if len(parts := name.split(MINUS)) == 2 and columns.issuperset(parts)]
    return replace(choices, differences=tuple(dict.fromkeys((*choices.differences, *differences))))


def difference(positive: ColumnProfile, negative: ColumnProfile) -> ColumnProfile:
    """Return the profile of the first column minus the second."""
    values = positive.values - negative.values
    present = values[~np.isnan(values)]
    low, high = (float(present.min()), float(present.max())) if present.size else (np.nan, np.nan)
    return replace(
        positive, name=f"{positive.name}{MINUS}{negative.name}", values=values, codes=np.full(values.size, -1),
        labels=(), counts=(), n_distinct=np.unique(present).size, n_missing=values.size - present.size, low=low,
        high=high, is_integer=False, cells=[], separates_decision=positive.separates_decision, role="",
        operands=(positive.name, negative.name),
    )  # fmt: skip


def merge_logits(target: Target, scores: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """Return the scores with the logits of the two classes of a model replaced by their difference."""
    if target.neg_label is None:
        return list(scores)
    by_model: dict[str, dict[str, ColumnProfile]] = {}
    for score in scores:
        if score.operands is None and MINUS not in score.name:
            model, of_class = _model_and_class(score.name, target)
            by_model.setdefault(model, {})[of_class] = score
    merged = {score.name: score for score in scores}
    for model, by_class in by_model.items():
        if (pair := _positive_and_negative(model, by_class, target)) is not None:
            merged[min(pair, key=lambda each: each.position).name] = difference(*pair)
            del merged[max(pair, key=lambda each: each.position).name]
    return list(merged.values())


def _model_and_class(name: str, target: Target) -> tuple[str, str]:
    """Return a name without the class in it, and that class: the number at its end, else a label, else nothing."""
    if (match := _NUMBERED.fullmatch(name)) is not None:
        return (f"{match[1]}[]", match[2]) if match[2] else (match[1], match[3])
    for label in target.labels:
        parts = re.split(rf"(?<![^\W_]){re.escape(label)}(?![^\W_])", name, flags=re.IGNORECASE)
        if len(parts) == 2:
            return "*".join(parts), label
    return name, ""


def _positive_and_negative(
    model: str, by_class: dict[str, ColumnProfile], target: Target
) -> tuple[ColumnProfile, ColumnProfile] | None:
    """Return the logits of the positive and of the negative class; None where two scores are not such a pair."""
    if len(by_class) != 2 or all(each.low >= 0 for each in by_class.values()):
        return None
    aucs = [Pair(target, each).auc - 0.5 for each in by_class.values()]
    if "logit" not in model.lower() and not model.endswith("[]") and aucs[0] * aucs[1] >= 0:
        return None  # two models that are numbered like the classes rank the rows alike
    if set(by_class) == set(target.labels):
        return by_class[target.pos_label], by_class[target.labels[1]]
    if sorted(by_class) not in (["0", "1"], ["1", "2"]) or (model and names.score_points(model) < 2):
        return None
    first, second = (by_class[number] for number in sorted(by_class))
    pos_number, neg_number = map(label_to_number, target.labels)
    if pos_number is not None and neg_number is not None:
        is_second = pos_number > neg_number
    else:  # classes that are words are numbered in alphabetical order, unless the scores contradict it
        pair = Pair(target, difference(second, first))
        is_second = pair.auc > 0.5 if pair.strength > CLEAR_AUC else target.pos_label == max(target.labels)
    return (second, first) if is_second else (first, second)
