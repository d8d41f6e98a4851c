"""The checks at the door: every refusal says what was seen, where, and the mend."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.core.validation import as_column, as_scores, as_weights, require_finite


def refusal(sentence: str) -> Any:
    """Expect exactly this sentence."""
    return pytest.raises(InvalidPredictions, match=f"^{re.escape(sentence)}$")


def test_a_table_is_no_column() -> None:
    """What has more than one column, or none, is refused with its shape."""
    with refusal("y_true must be one column of values, got an array of shape (1, 2). Pass a single column."):
        as_column([[1, 0]], "y_true")
    with refusal("y_true must be one column of values, got an array of shape (). Pass a single column."):
        as_column(1, "y_true")


def test_rows_of_unequal_length_are_no_column() -> None:
    """A ragged list is refused in words too."""
    with refusal("y_true must be one column, got rows of different lengths. Pass one value a row."):
        as_column([[1], [0, 1]], "y_true")


def test_no_rows_are_refused() -> None:
    """There is nothing to measure on no rows."""
    with refusal("y_true is empty. At least one row of each class is needed."):
        as_column([], "y_true")


def test_a_table_of_one_column_is_that_column() -> None:
    """Nothing is copied."""
    table = np.array([[1.0], [2.0]])
    assert as_column(table, "x").tolist() == [1.0, 2.0]
    assert np.shares_memory(as_column(table, "x"), table)


@pytest.mark.parametrize(
    ("values", "seen", "row"),
    [
        (["0.5", "0.25"], "'0.5'", 0),
        ([0.5, None], "None", 1),
        (np.array([0.5, 1, "x"], dtype=object), "'x'", 2),
        ([1j, 0], "1j", 0),
        (np.array([0.5, Decimal("0.5")], dtype=object), "Decimal('0.5')", 1),
    ],
)
def test_scores_and_weights_must_be_numbers(values: Any, seen: str, row: int) -> None:
    """The first value that is no number is shown with its row."""
    for check, name in ((as_scores, "y_score"), (as_weights, "sample_weight")):
        said = f"{name} must hold numbers, got {seen} in row {row}. Convert or change the column."
        with refusal(said):
            check(values, len(values))


@pytest.mark.parametrize("dtype", ["object", "Float64", "float32"])
def test_numbers_in_columns_of_any_type_are_numbers(dtype: str) -> None:
    """A column of numbers is taken, whatever a DataFrame keeps it as."""
    series = pd.Series([0.5, 0.25], dtype=dtype)
    assert as_scores(series, 2).tolist() == [0.5, 0.25]
    assert as_weights(series, 2).tolist() == [0.5, 0.25]


def test_lengths_must_agree() -> None:
    """Columns of different lengths are refused with both lengths, set apart by thousands."""
    for check, name in ((as_scores, "y_score"), (as_weights, "sample_weight")):
        said = f"y_true has 1,234 rows and {name} has 2. They must describe the same rows in one order."
        with refusal(said):
            check([0.5, 0.25], 1234)


@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_integers_that_a_double_cannot_tell_apart_are_refused(dtype: str) -> None:
    """Beyond 2^53 two integers may become one double, and two thresholds one: that is said, not done."""
    with refusal("y_score holds integers beyond 9,007,199,254,740,992, too large to distinguish. Scale the column."):
        as_scores(np.array([2**53 + 1, 5], dtype=dtype), 2)
    assert as_scores(np.array([2**53, 5], dtype=dtype), 2).tolist() == [2**53, 5]


def test_large_negative_integers_are_refused_too() -> None:
    """Below -2^53 it is the same."""
    with pytest.raises(InvalidPredictions, match="too large to distinguish"):
        as_scores(np.array([-(2**53) - 1, 5]), 2)
    assert as_scores(np.array([-(2**53), 5]), 2).tolist() == [-(2**53), 5]


def test_wide_floats_that_a_double_cannot_hold_are_refused() -> None:
    """A long double of 1e400 is infinite as a double, and is refused as that."""
    with pytest.raises(InvalidPredictions, match=r"^y_score must be finite, got inf in row 1 "):
        require_finite(as_scores(np.array(["0.5", "1e400"], dtype=np.longdouble), 2))


def test_scores_that_are_not_finite_are_counted() -> None:
    """The first is shown with its row, and how many there are."""
    with refusal("The score must be finite, got nan in row 1 (2 such rows in all). Drop or fill them."):
        require_finite(np.array([0.5, np.nan, -np.inf]), "The score")
    assert require_finite(np.array([1, 2])).dtype == np.float64


@pytest.mark.parametrize(
    ("bad", "shown"), [(-1, "-1.0"), (float("nan"), "nan"), (float("inf"), "inf"), (-5e-324, "-5e-324")]
)
def test_weights_must_be_finite_and_not_negative(bad: float, shown: str) -> None:
    """scikit-learn takes negative weights without a word; here they are named with their row."""
    with refusal(f"sample_weight must be finite and not negative, got {shown} in row 1. Correct or drop that row."):
        as_weights([1, bad, -2], 3)


@pytest.mark.parametrize(("weights", "total"), [([0, 0], "0.0"), ([1.7e308, 1.7e308], "inf")])
def test_weights_must_have_a_finite_sum_above_0(weights: list[float], total: str) -> None:
    """Weights of nothing, or beyond all numbers, have no shares."""
    with refusal(f"sample_weight must have a finite sum above 0, got {total}. Scale or correct the column."):
        as_weights(weights, 2)


def test_weights_may_be_integers_and_booleans() -> None:
    """They become doubles."""
    assert as_weights(np.array([True, False]), 2).dtype == np.float64
    assert as_weights([2, 1], 2).tolist() == [2.0, 1.0]
