"""Tests of predictions over repeated splits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.types import InvalidPredictions
from f1tools.repeats import PARTS, TEST, TRAIN, TUNE, RepeatedPredictions
from tests.repeats.builders import repeated

Y_TRUE = [1, 0, 1, 0, 1, 0, 1, 0]
SCORE = [0.9, 0.2, 0.4, 0.6, 0.3, 0.1, 0.8, 0.7]
REPEAT = ["a", "a", "a", "a", "b", "b", "b", "b"]
PART = ["tune", "tune", "test", "test"] * 2
SMALL = RepeatedPredictions.from_arrays(Y_TRUE, {"s": SCORE}, REPEAT, PART)


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.booleans())
def test_every_row_is_in_exactly_one_part(seed: int, repeats: int, train: bool) -> None:
    """The splits together contain all rows with all scores, in their order within a part."""
    drawn = repeated(repeats, train=train, seed=seed)
    assert (drawn.n_repeats, drawn.has_train) == (repeats, train)
    for j in range(repeats):
        for code, rows in zip((TRAIN, TUNE, TEST), drawn.split(j), strict=True):
            inside = (drawn.repeat == j) & (drawn.part == code)
            if rows is None:
                assert code == TRAIN
                assert not train
                assert not inside.any()
                continue
            assert rows.y_true.tolist() == drawn.y_true[inside].tolist()
            for name, score in drawn.scores.items():
                assert rows.scores[name].tolist() == score[inside].tolist()
            assert drawn.n_rows(code)[j] == inside.sum()
            assert drawn.n_pos(code)[j] == (inside & drawn.y_true).sum()


def test_from_arrays_keeps_names_and_order() -> None:
    """Repeats are ordered by first appearance, unnamed ones are numbered from 1; labels and names are kept."""
    predictions = RepeatedPredictions.from_arrays(
        np.where(Y_TRUE, "ill", "well"), {"s": SCORE}, REPEAT[::-1], PART, pos_label="ill"
    )
    assert predictions.repeat_names == ("b", "a")
    assert repeated(3).repeat_names == ("1", "2", "3")
    assert predictions.repeat.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert [PARTS[code] for code in (TRAIN, TUNE, TEST)] == ["train", "tune", "test"]
    assert predictions.part.tolist() == [1, 1, 2, 2] * 2
    for rows in (predictions, predictions.split(0).test):
        assert (rows.pos_label, rows.neg_label) == ("ill", "well")
    assert predictions.models == ("s",)


def with_train(y_true: list[int], repeat: list[str]) -> dict[str, Any]:
    """Return the arrays of the example with additional training rows."""
    n = len(y_true)
    return {
        "y_true": [*Y_TRUE, *y_true],
        "y_score": {"s": [*SCORE, *[0.5] * n]},
        "repeat": [*REPEAT, *repeat],
        "part": [*PART, *["train"] * n],
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y_score": {}}, "There is no score column"),
        ({"y_score": {"s": [*SCORE[:-1], float("nan")]}}, "The score 's' must be finite, got nan in row 7"),
        ({"y_score": {"s": SCORE[:-1]}}, "y_true has 8 rows and the score 's' has 7"),
        ({"repeat": REPEAT[:-1]}, "y_true has 8 rows and repeat has 7"),
        ({"part": PART[:-1]}, "y_true has 8 rows and part has 7"),
        ({"part": [*PART[:-1], "valid"]}, "part must hold 'train', 'tune' or 'test', got 'valid' in row 7"),
        ({"y_true": [1, 0, 1, 0, 1, 0, 1, 1]}, "The repeat 'b' has no test row with the label '0'"),
        ({"y_true": [0, 0, 1, 0, 1, 0, 1, 0]}, "The repeat 'a' has no tune row with the label '1'"),
        ({"part": ["test", "test", *PART[2:]]}, "The repeat 'a' has no tune row"),
        ({"repeat": [*REPEAT[:-1], "red\x1b[31m"]}, "The repeat 'b' has no test row with the label '0'"),
        (with_train([1, 0], ["a", "a"]), "The repeat 'b' has no train rows, but others have. Provide them"),
        (with_train([1, 0, 0], ["a", "a", "b"]), "The repeat 'b' has no train row with the label '1'"),
    ],
)
def test_invalid_arrays_raise(change: dict[str, Any], message: str) -> None:
    """The message names the problem and ends as a sentence; training rows are in all repeats or in none."""
    arrays: dict[str, Any] = {"y_true": Y_TRUE, "y_score": {"s": SCORE}, "repeat": REPEAT, "part": PART} | change
    with pytest.raises(InvalidPredictions) as error:
        RepeatedPredictions.from_arrays(**arrays)
    assert str(error.value).startswith(message)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"repeat": np.array([0, 0, 0, 0, 1, 1, 1, 2])}, "repeat must hold integer codes from 0 to 1"),
        ({"repeat": np.array([0, 0, 0, 0, 1, 1, 1, -1])}, "repeat must hold integer codes from 0 to 1"),
        ({"part": np.array([1, 1, 2, 2, 1, 1, 2, 3])}, "part must hold integer codes from 0 to 2"),
        ({"repeat": np.full(8, 0.5)}, "repeat must hold integer codes from 0 to 1"),
        ({"repeat_names": ("a", "b", "c")}, "The repeat 'c' has no tune row"),
    ],
)
def test_invalid_codes_raise(change: dict[str, Any], message: str) -> None:
    """The constructor validates its codes."""
    with pytest.raises(InvalidPredictions, match=message):
        replace(SMALL, **change)
