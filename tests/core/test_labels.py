"""From labels of any kind to "is this row positive?"."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.core import validation as module
from f1tools.core.errors import InvalidPredictions
from f1tools.core.validation import binarize_labels
from tests.strategies import Labelled, labels


@given(drawn=labels(), block=st.sampled_from([1, 3, 1 << 15]))
@settings(deadline=None, max_examples=120)
def test_labels_of_every_kind_are_told_apart(drawn: Labelled, block: int) -> None:
    """Numbers, booleans, words and mixtures, as arrays, lists or columns: the positive label is the positive one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        found = binarize_labels(drawn.y_true, drawn.pos_label)
    assert found.dtype == np.bool_
    assert found.tolist() == drawn.positive + [True] * (found.size - len(drawn.positive))


@pytest.mark.parametrize(
    "y_true",
    [
        pd.Series([True, False, True]),
        pd.Series([True, False, True], dtype="boolean"),
        pd.Series([1, 0, 1], dtype="Int64"),
        pd.Series([1.0, 0.0, 1.0], index=[7, 8, 9]),
        pd.Series([1, -1, 1], dtype="int8"),
    ],
)
def test_columns_of_a_data_frame_are_labels(y_true: Any) -> None:
    """A column of a DataFrame of any type of number works without a word on the positive label."""
    assert binarize_labels(y_true).tolist() == [True, False, True]


@pytest.mark.parametrize("dtype", ["str", "category", "object"])
def test_words_in_a_data_frame_are_labels(dtype: str) -> None:
    """A column of words works with a word on the positive label."""
    assert binarize_labels(pd.Series(["a", "b", "a"], dtype=dtype), "a").tolist() == [True, False, True]


@pytest.mark.parametrize("pos_label", [False, 0, np.False_, np.int64(0), 0.0])
def test_the_positive_label_may_be_the_lower_one(pos_label: object) -> None:
    """Whoever names 0 or False as positive gets the other side."""
    assert binarize_labels([0, 1, 1], pos_label).tolist() == [True, False, False]
    assert binarize_labels(np.array([False, True, True]), pos_label).tolist() == [True, False, False]


def test_every_other_label_is_negative() -> None:
    """One class against the rest: with pos_label there may be many labels."""
    assert binarize_labels([3, 1, 2, 3], 3).tolist() == [True, False, False, True]


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_a_missing_label_is_named_by_its_row(missing: object) -> None:
    """A label that is missing is refused with its row and the number of such rows, whatever stands for it."""
    said = re.escape("y_true has no label in row 1 (2 such rows in all). Drop or fill these rows.")
    with pytest.raises(InvalidPredictions, match=f"^{said}$"):
        binarize_labels(np.array(["yes", missing, "no", missing], dtype=object), "yes")


@pytest.mark.parametrize("pos_label", [None, 1])
def test_a_missing_number_is_named_by_its_row(pos_label: object) -> None:
    """Among numbers nan is a missing label, with or without pos_label."""
    with pytest.raises(InvalidPredictions, match=r"^y_true has no label in row 2 \(1 such rows in all\)\."):
        binarize_labels([1.0, 0.0, np.nan], pos_label)


@pytest.mark.parametrize(
    ("y_true", "seen"),
    [
        ([0, 1, 2], "0, 1, 2"),
        ([-1, 0, 1], "-1, 0, 1"),
        ([0.0, 0.5, 1.0], "0.0, 0.5, 1.0"),
        ([1, 2], "1, 2"),
        ([0, -1], "0, -1"),
        (["no", "yes"], "'no', 'yes'"),
        (list(range(9)), "0, 1, 2, 3, 4 and 4 more"),
        ([1.0, np.inf], "1.0, inf"),
    ],
)
def test_labels_that_are_not_plain_ask_for_pos_label(y_true: Any, seen: str) -> None:
    """Unless the labels are {0, 1}, {-1, 1} or booleans, the positive one has to be named; the labels are shown."""
    said = f"y_true holds the labels {seen}, and it is not clear which one is positive. Pass pos_label."
    with pytest.raises(InvalidPredictions, match=f"^{re.escape(said)}$"):
        binarize_labels(y_true)


@pytest.mark.parametrize(
    ("y_true", "pos_label", "seen"),
    [
        ([0, 1], 2, "0, 1"),
        ([0, 1], "1", "0, 1"),
        (["no", "yes"], "Yes", "'no', 'yes'"),
        ([True, False], "True", "True, False"),
        ([0, 0], 1, "0"),
    ],
)
def test_a_positive_label_that_does_not_occur_is_refused(y_true: Any, pos_label: object, seen: str) -> None:
    """A misspelt positive label must not make all rows negative."""
    said = f"pos_label {pos_label!r} does not occur in y_true, which holds {seen}. Pass one of these."
    with pytest.raises(InvalidPredictions, match=f"^{re.escape(said)}$"):
        binarize_labels(y_true, pos_label)
