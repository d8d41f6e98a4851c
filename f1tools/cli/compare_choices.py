"""Which of the possible readings of a file have several models to compare, and which options choose them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from f1tools.core.types import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Candidate, Choices

_TUNING, _EVALUATION = "train", "test"  # names of parts that can have roles


def comparable_candidates(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates with two or more models, the first one with all scores.

    Where parts of the rows are called train and test, one more candidate gives them the roles of tuning set and
    evaluation set.

    Raises
    ------
    InvalidPredictions
        When no candidate has two models.
    """
    found = [each for each in (_with_all_scores(candidates), *candidates[1:]) if _has_several(each.choices)]
    if not found:
        raise InvalidPredictions(
            "However these files are read, there is one model only. Name two or more score columns with --score, or "
            "add files of the same rows with other models."
        )
    first = found[0].choices
    others = [
        each for each in found[1:] if not (_same_rows(each.choices, first) and each.choices.scores == first.scores)
    ]
    return (found[0], *others, *_with_roles(found))


def _has_several(choices: Choices) -> bool:
    return len(choices.scores) > 1 or choices.split_value == SPLIT_INTO_MODELS


def _same_rows(one: Choices, other: Choices) -> bool:
    """Return whether two candidates differ in their scores only."""
    return replace(one, scores=(), flipped=()) == replace(other, scores=(), flipped=())


def _with_all_scores(candidates: Sequence[Candidate]) -> Candidate:
    """Return the first candidate with the scores of all that differ from it in their scores only."""
    first, *_ = alike = [each for each in candidates if _same_rows(each.choices, candidates[0].choices)]
    scores = tuple(dict.fromkeys(name for each in alike for name in each.choices.scores))
    whole = next((each for each in alike if set(each.choices.scores) == set(scores)), None)
    if whole is not None:
        return whole
    flipped = tuple(dict.fromkeys(name for each in alike for name in each.choices.flipped))
    reason = f"all {len(scores)} columns that may be scores: {', '.join(scores)}"
    return replace(first, choices=replace(first.choices, scores=scores, flipped=flipped), reason=reason)


def _with_roles(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidate that tunes on the part called train; none without such parts, or with roles already."""
    if any(each.choices.role for each in candidates):
        return []
    parts = {(each.choices.split_value or "").lower(): each for each in candidates}
    tuning, evaluation = parts.get(_TUNING), parts.get(_EVALUATION)
    if tuning is None or evaluation is None or tuning.choices.split != evaluation.choices.split:
        return []
    values = str(tuning.choices.split_value), str(evaluation.choices.split_value)
    choices = replace(
        evaluation.choices,
        split=None,
        split_value=None,
        role=evaluation.choices.split,
        tune=values[:1],
        report=values[1:],
    )
    reason = (
        f"threshold chosen on {values[0]}, numbers from {values[1]}; if the models were trained on {values[0]}, their "
        "scores there are too good to choose a threshold"
    )
    return [replace(evaluation, choices=choices, reason=reason)]
