"""Thresholds of groups as CSV: exact, and nothing that a spreadsheet evaluates."""

import csv
import io
import math

from hypothesis import given
from hypothesis import strategies as st

from f1tools.export import group_thresholds_csv

thresholds = st.floats(allow_nan=False).filter(lambda value: value != -math.inf)


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
            assert not math.nextafter(exact, -math.inf) >= float(text)


def test_names_are_no_formulas() -> None:
    """Groups are named in files, where anything can stand."""
    rows = parsed(group_thresholds_csv({"=1+1": 0.5, "\t@x": 0.5, "": 0.1}, 0.5))
    assert [row["group"] for row in rows] == ["'=1+1", "'\t@x", ""]
    for delimiter in ",;\t|":  # whatever a program splits lines at
        text = group_thresholds_csv({"a;=1+1": 0.5, "b|@x\t-y": 0.5}, 0.5).decode()
        cells = [each for row in csv.reader(io.StringIO(text), delimiter=delimiter) for each in row]
        assert not [each for each in cells if each[:1] in ("=", "+", "-", "@")]


def test_rows_can_be_joined_by_group() -> None:
    """Other names are those of the data; no value is an empty cell, unlike a group with that name."""
    values = ["O'Brien; DROP TABLE t;--", 'a,"b"', "line\nbreak", " lead ", "-5", "(no value)", None]
    rows = parsed(group_thresholds_csv(dict.fromkeys(values, 0.5), 0.5))
    assert [row["group"] or None for row in rows] == values
