"""Which readings of a file are offered for a comparison."""

from __future__ import annotations

from typing import Any

import pytest

from f1tools.cli.compare_choices import comparable_candidates
from f1tools.core.types import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Candidate, Choices


def candidate(*scores: str, **choices: Any) -> Candidate:
    """Return a reading with some scores."""
    return Candidate(Choices(scores=scores, **{"truth": "y", **choices}), "", 5, 5, {}, 0.0)


def scores(*candidates: Candidate) -> list[tuple[str, ...]]:
    """Return the scores of what is offered."""
    return [each.choices.scores for each in comparable_candidates(candidates)]


def test_the_first_has_all_scores() -> None:
    """Scores that are listed one by one become one choice; another truth stays another choice."""
    assert scores(candidate("a"), candidate("b"), candidate("a", truth="z")) == [("a", "b")]
    assert scores(candidate("a"), candidate("a", "b"), candidate("b", "c", truth="z")) == [("a", "b"), ("b", "c")]


def test_parts_may_be_models() -> None:
    """A column whose values are models needs one score only."""
    parts = candidate("a", split="model", split_value=SPLIT_INTO_MODELS)
    assert comparable_candidates([candidate("a"), parts]) == (parts,)


def test_one_model_however_the_file_is_read() -> None:
    """Nothing can be chosen, so nothing is offered."""
    with pytest.raises(InvalidPredictions, match="there is one model only"):
        comparable_candidates([candidate("a"), candidate("b", truth="z")])
