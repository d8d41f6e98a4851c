"""Thresholds of groups as CSV: exact, and nothing that a spreadsheet evaluates."""

import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from f1tools.export import group_thresholds_csv

thresholds = st.floats(allow_nan=False).filter(lambda value: value != -np.inf)


def parsed(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


@given(st.lists(thresholds, min_size=1, max_size=5), thresholds)
def test_thresholds_make_the_same_decisions(own: list[float], common: float) -> None:
    """Read again, they flag their own score and not the next lower one; inf flags nothing."""
    rows = parsed(group_thresholds_csv({f"group {place}": each for place, each in enumerate(own)}, common))
    assert [row["group"] for row in rows] == [f"group {place}" for place in range(len(own))]
    for row, threshold in zip(rows, own, strict=True):
        for text, exact in ((row["threshold"], threshold), (row["common_threshold"], common)):
            assert exact >= float(text)
            assert not np.nextafter(exact, -np.inf) >= float(text)


def test_names_are_no_formulas() -> None:
    """Groups are named in files, where anything can stand."""
    rows = parsed(group_thresholds_csv({"=1+1": 0.5, 'a,"b"': 0.25, "(no value)": 0.1}, 0.5))
    assert [row["group"] for row in rows] == ["'=1+1", 'a,"b"', "(no value)"]
