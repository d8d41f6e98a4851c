"""Groups of rows: names of values, missing ones included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools import InvalidPredictions, Predictions
from f1tools.groups.grouping import grouping

NAN = float("nan")
MISSING = "(no value)"


def rows(n: int = 4) -> Predictions:
    return Predictions.from_arrays([index % 2 for index in range(n)], list(range(n)))


@pytest.mark.parametrize(
    ("values", "names", "codes"),
    [
        (["b", "a", " ", "b "], ("a", "b", MISSING), [1, 0, 2, 1]),
        ([10, 9, 10, 2], ("2", "9", "10"), [2, 1, 2, 0]),
        ([1.0, NAN, 2.5, NAN], ("1", "2.5", MISSING), [0, 2, 1, 2]),
        ([True, False, True, True], ("False", "True"), [1, 0, 1, 1]),
        (np.array(["x", None, NAN, ""], dtype=object), ("x", MISSING), [0, 1, 1, 1]),
        (np.array([1, "1", pd.NA, pd.NaT], dtype=object), ("1", MISSING), [0, 0, 1, 1]),
        (pd.Series(["u", None, "v", "u"]).astype("category"), ("u", "v", MISSING), [0, 2, 1, 0]),
        (pd.Series(["u", None, "v", "u"], dtype="string"), ("u", "v", MISSING), [0, 2, 1, 0]),
        ([MISSING, "", "a", "a"], (MISSING, "a", f"({MISSING})"), [0, 2, 1, 1]),
        (["nan", "None", "a", "a"], ("None", "a", "nan"), [2, 0, 1, 1]),
        (["", "", "", ""], (MISSING,), [0, 0, 0, 0]),
    ],
)
def test_names_of_groups(values: Any, names: tuple[str, ...], codes: list[int]) -> None:
    """Values are sorted; those that are missing are a group of their own, the last, whatever it must be called."""
    found = grouping(rows(), values)
    assert (found.names, found.codes.tolist()) == (names, codes)


@pytest.mark.parametrize(
    ("group", "message"),
    [
        (None, "The rows have no groups"),
        (["a", "b"], "y_true has 4 rows and group has 2"),
    ],
)
def test_unusable_groups(group: Any, message: str) -> None:
    with pytest.raises(InvalidPredictions, match=message):
        grouping(rows(), group)


def test_a_column_of_keys_is_no_group() -> None:
    with pytest.raises(InvalidPredictions, match="101 different values"):
        grouping(rows(101), list(range(101)))
    assert len(grouping(rows(100), list(range(100)))) == 100
