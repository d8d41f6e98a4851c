"""Input validation: every message says what was found, and where."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from f1tools.core.curve import ThresholdCurve
from f1tools.core.histogram_search import best_threshold
from f1tools.core.validation import as_column, as_scores, as_weights, binarize_labels, require_finite
from f1tools.predictions import Predictions
from tests.helpers import rejected
from tests.strategies import Labelled, labels

NUMERIC: list[tuple[Callable[..., Any], str]] = [(as_scores, "y_score"), (as_weights, "sample_weight")]


@pytest.mark.parametrize(
    ("values", "part"),
    [([[1, 0]], "shape (1, 2)"), (1, "shape ()"), ([[1], [0, 1]], "different lengths"), ([], "y_true is empty")],
)
def test_a_column_is_required(values: Any, part: str) -> None:
    """Anything but one non-empty column is rejected."""
    with rejected("y_true", part):
        as_column(values, "y_true")


def test_a_table_of_one_column_is_a_column() -> None:
    """Nothing is copied."""
    table = np.array([[1.0], [2.0]])
    assert as_column(table, "x").tolist() == [1.0, 2.0]
    assert np.shares_memory(as_column(table, "x"), table)


@pytest.mark.parametrize(
    ("values", "shown", "row"),
    [
        (["0.5", "0.25"], "'0.5'", 0),
        (np.array([0.5, 1, "x"], dtype=object), "'x'", 2),
        ([1j, 0], "1j", 0),
        (np.array([0.5, Decimal("0.5")], dtype=object), "Decimal('0.5')", 1),
    ],
)
def test_scores_and_weights_must_be_numbers(values: Any, shown: str, row: int) -> None:
    """The first value that is not a number is shown with its row; of columns that differ in length, both lengths."""
    for check, name in NUMERIC:
        with rejected("y_true has 1,234 rows", f"{name} has 2"):
            check([0.5, 0.25], 1234)
        with rejected(f"{name} must hold numbers", f"{shown} in row {row}"):
            check(values, len(values))


@pytest.mark.parametrize("dtype", ["object", "Float64", "float32"])
def test_numbers_in_columns_of_any_type(dtype: str) -> None:
    """A column of numbers is accepted, whatever its type in a DataFrame; weights become doubles."""
    series = pd.Series([0.5, 0.25], dtype=dtype)
    assert as_scores(series, 2).tolist() == [0.5, 0.25]
    assert as_weights(series, 2).tolist() == [0.5, 0.25]
    assert as_weights(np.array([True, False]), 2).dtype == np.float64


@pytest.mark.parametrize(("value", "dtype"), [(2**53, "int64"), (2**53, "uint64"), (-(2**53), "int64")])
def test_integers_must_be_exact_as_doubles(value: int, dtype: str) -> None:
    """Beyond 2^53 two integers may become one double, and two thresholds one."""
    beyond = value + (1 if value > 0 else -1)
    with rejected("y_score holds integers beyond 9,007,199,254,740,992"):
        as_scores(np.array([beyond, 5], dtype=dtype), 2)
    assert as_scores(np.array([value, 5], dtype=dtype), 2).tolist() == [value, 5]


def test_scores_must_be_finite() -> None:
    """The first other one is shown with its row and the number of such rows; too wide floats become infinite."""
    with rejected("The score must be finite", "nan in row 1", "2 such rows"):
        require_finite(np.array([0.5, np.nan, -np.inf]), "The score")
    with rejected("y_score must be finite", "inf in row 1"):
        require_finite(as_scores(np.array(["0.5", "1e400"], dtype=np.longdouble), 2))
    assert require_finite(np.array([1, 2])).dtype == np.float64


@pytest.mark.parametrize(
    ("weights", "part"),
    [
        ([1, -1, -2], "-1.0 in row 1"),
        ([1, float("nan"), -2], "nan in row 1"),
        ([1, float("inf"), -2], "inf in row 1"),
        ([1, -5e-324, -2], "-5e-324 in row 1"),
        ([0, 0, 0], "finite sum above 0, got 0.0"),
        ([1.7e308, 1.7e308, 0], "finite sum above 0, got inf"),
    ],
)
def test_weights_must_be_finite_and_not_negative(weights: list[float], part: str) -> None:
    """The first invalid weight is shown with its row; weights must have a finite, positive sum."""
    with rejected("sample_weight", part):
        as_weights(weights, 3)


@given(drawn=labels())
def test_labels_of_every_kind(drawn: Labelled) -> None:
    """Numbers, booleans, words and mixtures, as arrays, lists or columns: rows with the positive label are positive."""
    positive = binarize_labels(drawn.y_true, drawn.pos_label)
    assert positive.dtype == np.bool_
    assert positive.tolist() == drawn.positive + [True] * (positive.size - len(drawn.positive))


@pytest.mark.parametrize(
    ("y_true", "pos_label"),
    [
        (pd.Series([True, False, True]), None),
        (pd.Series([True, False, True], dtype="boolean"), None),
        (pd.Series([1, 0, 1], dtype="Int64"), None),
        (pd.Series([1.0, 0.0, 1.0], index=[7, 8, 9]), None),
        (pd.Series([1, -1, 1], dtype="int8"), None),
        *((pd.Series(["a", "b", "a"], dtype=dtype), "a") for dtype in ("str", "category", "object")),
    ],
)
def test_labels_in_a_data_frame(y_true: Any, pos_label: str | None) -> None:
    """Columns of any type are accepted; those of numbers need no positive label."""
    assert binarize_labels(y_true, pos_label).tolist() == [True, False, True]


@pytest.mark.parametrize("pos_label", [False, 0, np.False_, np.int64(0), 0.0])
def test_the_positive_label_may_be_the_lower_one(pos_label: object) -> None:
    """0 and False may be positive; all other labels are negative."""
    assert binarize_labels([0, 1, 1], pos_label).tolist() == [True, False, False]
    assert binarize_labels(np.array([False, True, True]), pos_label).tolist() == [True, False, False]
    assert binarize_labels([3, 1, 2, 3], 3).tolist() == [True, False, False, True]


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_missing_labels(missing: object) -> None:
    """A missing label is rejected with its row and the number of such rows, with or without a positive label."""
    with rejected("y_true has no value in row 1", "2 such rows"):
        binarize_labels(np.array(["yes", missing, "no", missing], dtype=object), "yes")
    for pos_label in (None, 1):
        with rejected("y_true has no value in row 2", "1 such rows"):
            binarize_labels([1.0, 0.0, np.nan], pos_label)


@pytest.mark.parametrize("missing", [None, pd.NA, pd.NaT])
def test_missing_scores_and_weights(missing: object) -> None:
    """A missing number is rejected as a missing label is."""
    values = np.array([0.5, missing, 0.25, missing], dtype=object)
    for check, name in NUMERIC:
        with rejected(f"{name} has no value in row 1", "2 such rows"):
            check(values, 4)


def test_masked_values() -> None:
    """Masked labels, scores, weights and groups are missing; a mask that hides nothing is ignored."""
    numbers = [1.0, 0.0, 1.0, 0.0]
    masked: Any = np.ma.masked_array(numbers, mask=[False, False, True, True])
    whole: Any = np.ma.masked_array(numbers, mask=[False] * 4)
    for column in ("y_true", "y_score", "sample_weight"):
        parts: dict[str, Any] = dict.fromkeys(("y_true", "y_score", "sample_weight"), whole) | {column: masked}
        parts["sample_weight"] = None if column != "sample_weight" else masked
        for build in (ThresholdCurve.from_predictions, best_threshold, Predictions.from_arrays):
            with rejected("has no value in row 2", "2 such rows"):
                build(**parts)
    with rejected("group has no value in row 2"):
        Predictions.from_arrays(numbers, numbers, group=masked)
    assert ThresholdCurve.from_predictions(whole, whole).positives == 2


@pytest.mark.parametrize("y_true", [[0, 0, 0], [False, False, False], [-1, -1, -1]])
def test_rows_without_positives(y_true: list[Any]) -> None:
    """All doors refuse rows of which none is positive, or in which all positives weigh nothing."""
    for build in (ThresholdCurve.from_predictions, best_threshold, Predictions.from_arrays):
        with rejected("All 3 rows have the label", repr(y_true[0]), "Both classes are needed"):
            build(y_true, [0.1, 0.2, 0.3])
        with rejected("sample_weight is 0 in all rows with the label", "1"):
            build([*y_true[1:], 1], [0.1, 0.2, 0.3], sample_weight=[1, 2, 0])


@pytest.mark.parametrize(
    ("y_true", "listed"),
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
def test_ambiguous_labels(y_true: Any, listed: str) -> None:
    """Unless labels are {0, 1}, {-1, 1} or booleans, the positive one must be named; the message lists them."""
    with rejected(listed, "Pass pos_label"):
        binarize_labels(y_true)


@pytest.mark.parametrize(
    ("y_true", "pos_label", "listed"),
    [
        ([0, 1], 2, "0, 1"),
        ([0, 1], "1", "0, 1"),
        (["no", "yes"], "Yes", "'no', 'yes'"),
        ([True, False], "True", "True, False"),
        ([0, 0], 1, "0"),
    ],
)
def test_a_positive_label_that_does_not_occur(y_true: Any, pos_label: object, listed: str) -> None:
    """A misspelled positive label must not make all rows negative."""
    with rejected(f"pos_label {pos_label!r} does not occur", listed):
        binarize_labels(y_true, pos_label)
