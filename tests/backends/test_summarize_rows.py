"""Which rows an engine counts: values, labels and groups of any type, and columns that no table can have."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools import InvalidPredictions, ThresholdCurve, best, summarize
from tests.backends.engine_rows import FRAMES, GOOD, require_true_counts, simulated
from tests.helpers import rejected
from tests.strategies import Rows, rows


@pytest.mark.parametrize("dtype", ["float32", "int64", "uint8", "bool", "decimal"])
def test_numbers_of_any_type_keep_their_value(dtype: str) -> None:
    """Thresholds are the doubles that numpy makes of the scores."""
    p = simulated(300)
    scores: dict[str, Any] = {
        "float32": p.y_score.astype(np.float32),
        "int64": (p.y_score * 1e6).astype(np.int64) - 500_000,
        "uint8": (p.y_score * 255).astype(np.uint8),
        "bool": p.y_score > 0.5,
        "decimal": pa.array(p.y_score.round(3)).cast(pa.decimal128(6, 3)),
    }
    expected = p.y_score.round(3) if dtype == "decimal" else scores[dtype]
    reference = ThresholdCurve.from_predictions(p.y_true, expected)
    for engine, frame in FRAMES.items():
        if (dtype, engine) == ("decimal", "pandas"):
            continue  # pandas has no decimals of its own
        curve = summarize(frame(pa.table({"y": p.y_true, "s": scores[dtype]})), y_true="y", y_score="s").curve()
        # Decimals are rounded to doubles by each engine, pyarrow's not always to the nearest one.
        tolerance = 2 * np.finfo(float).eps if dtype == "decimal" else 0.0
        np.testing.assert_allclose(curve.thresholds, reference.thresholds, rtol=tolerance, err_msg=engine)
        assert np.array_equal(curve.tp, reference.tp), engine


UNUSABLE: dict[str, list[Any]] = {
    "y": [1, 0, 1, 0, None, 1, 0, 1, 0, 1, 0],
    "s": [0.9, 0.4, None, float("nan"), 0.3, float("inf"), float("-inf"), 0.2, 0.3, 0.5, 0.1],
    "w": [1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, None, -1.0, float("inf"), 0.0],
}


@pytest.mark.parametrize("engine", FRAMES)
def test_rows_are_left_out_by_reason(engine: str) -> None:
    """Each row that cannot be used is counted once; a weight of 0 leaves the row but not its score."""
    table = summarize(FRAMES[engine](pa.table(UNUSABLE)), y_true="y", y_score="s", sample_weight="w")
    assert table.by_model["s"].dropped == {
        "missing truth": 1,
        "missing score": 2,
        "infinite score": 2,
        "missing weight": 1,
        "infinite weight": 1,
        "negative weight": 1,
    }
    assert (table.n, table.n_pos) == (3, 1)
    assert table.curve().thresholds.tolist() == [np.inf, 0.9, 0.4]
    assert table.curve().fp.tolist() == [0.0, 0.0, 2.0]


@pytest.mark.parametrize("engine", FRAMES)
def test_rows_without_a_score_count_as_not_flagged_where_asked(engine: str) -> None:
    """Null, nan and -inf are not scores; the reference has -inf for all of them."""
    frame = FRAMES[engine](pa.table({name: UNUSABLE[name] for name in ("y", "s")}))
    table = summarize(frame, y_true="y", y_score="s", count_unscored=True)
    usable = [(y, s) for y, s in zip(UNUSABLE["y"], UNUSABLE["s"], strict=True) if y is not None and s != np.inf]
    y_true, y_score = zip(*((y, -np.inf if s is None or np.isnan(s) else s) for y, s in usable), strict=True)
    reference = ThresholdCurve.from_predictions(y_true, y_score)
    assert table.by_model["s"].dropped == {"missing truth": 1, "infinite score": 1}
    assert (table.n, tuple(table.curve().unscored)) == (len(usable), tuple(reference.unscored))
    require_true_counts(table.curve(), reference)


@settings(max_examples=10)
@given(rows(most=60), st.randoms(use_true_random=False))
def test_groups_have_their_own_counts(p: Rows, random: Any) -> None:
    """At each threshold of all rows the counts of a group are those of its rows alone."""
    names = [random.choice(["a", "b", "c"]) for _ in p.y_true]
    frame = pl.DataFrame({"y": p.y_true, "s": p.y_score, "g": names}).lazy()
    table = summarize(frame, y_true="y", y_score="s", group="g", n_bins=2, objectives=["f1"])
    assert list(table.groups["s"]) == sorted(set(names))
    for name, counted in table.groups["s"].items():
        own = np.array(names) == name
        part = Rows(p.y_true[own], p.y_score[own], None)
        assert counted.n == own.sum()
        require_true_counts(counted.curve, part.curve())
        threshold = best(table.curve()).point.threshold
        assert vars(counted.curve.at(threshold).counts) == vars(part.curve().at(threshold).counts)


@pytest.mark.parametrize("engine", FRAMES)
def test_groups_are_named_as_in_memory(engine: str) -> None:
    """Whole numbers have no decimals, a missing value is a group of its own."""
    columns = {"y": [1, 0, 1, 0], "s": [0.9, 0.4, 0.3, 0.1], "g": [2, 10, None, 2]}
    table = summarize(FRAMES[engine](pa.table(columns)), y_true="y", y_score="s", group="g")
    assert list(table.groups["s"]) == ["2", "10", "(no value)"]
    assert [each.n for each in table.groups["s"].values()] == [2, 1, 1]


@pytest.mark.parametrize(
    ("labels", "pos_label", "names"),
    [
        ([True, False, True], None, ("True", "False")),
        ([1, -1, 1], None, ("1", "-1")),
        ([1.0, 0.0, 1.0], None, ("1.0", "0.0")),
        (["yes", "no", "yes"], "yes", ("yes", "no")),
        (["yes", "no", "maybe"], "maybe", ("maybe", "no, yes")),
        ([3, 7, 3], 7, ("7", "3")),
    ],
)
@pytest.mark.parametrize("engine", FRAMES)
def test_labels_follow_the_rules_of_rows_in_memory(
    engine: str, labels: list[Any], pos_label: Any, names: tuple[str, str]
) -> None:
    """The positive class, and the names of both."""
    frame = FRAMES[engine](pa.table({"y": labels, "s": [0.9, 0.4, 0.1]}))
    table = summarize(frame, y_true="y", y_score="s", pos_label=pos_label)
    positive = [label == (1 if pos_label is None else pos_label) for label in labels]
    assert (table.pos_label, table.neg_label) == names
    assert table.curve().tp.tolist() == [0, *np.cumsum(positive)]


def test_categories_are_text() -> None:
    """Labels of a categorical column are compared as text."""
    frame = pd.DataFrame({"y": pd.Categorical(["a", "b", "a"]), "s": [0.9, 0.4, 0.1]})
    assert summarize(frame, y_true="y", y_score="s", pos_label="b").curve().tp.tolist() == [0, 0, 1, 1]


ERRORS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"y": [1, 1, 1]}, {}, "All 3 rows have the label 1"),
    ({"y": [0, 0, 0]}, {}, "All 3 rows have the label 0"),
    ({"y": ["a", "b", "a"]}, {}, "it is not clear which one is positive"),
    ({"y": [1, 2, 3]}, {}, "it is not clear which one is positive"),
    ({}, {"pos_label": 5}, "pos_label 5 does not occur"),
    ({"y": pa.nulls(3, pa.int64())}, {}, "No row has both a label and a score"),
    ({"s": [None, 0.4, None]}, {}, "All 1 rows have the label 0"),
    ({"s": [None, 0.4, None]}, {"count_unscored": True}, "No row with the label '1' has a score"),
    ({"w": [0.0, 1.0, 0.0]}, {"sample_weight": "w"}, "'w' is 0 in all rows with the label '1'"),
    ({"s": ["x", "y", "z"]}, {}, "s must hold numbers"),
    ({"s": [2**53, 2**53 + 1, 5]}, {}, "too large to distinguish"),
    ({}, {"y_score": "t"}, "There is no column 't'. The columns are: y, s, w, g."),
]


@pytest.mark.parametrize(("changes", "options", "message"), ERRORS, ids=[each[2] for each in ERRORS])
@pytest.mark.parametrize("engine", ["duckdb", "lazy"])
def test_wrong_columns_are_refused_in_a_sentence(
    engine: str, changes: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    """What was found and what to do, from every engine."""
    frame = FRAMES[engine](pa.table(GOOD | changes))
    with pytest.raises(InvalidPredictions, match=re.escape(message)):
        summarize(frame, **({"y_true": "y", "y_score": "s"} | options))


def test_columns_of_many_values_are_no_labels_or_groups() -> None:
    """A column of scores or ids is refused before an engine counts its values."""
    columns = {"y": np.arange(2000) % 2, "s": np.arange(2000), "id": np.arange(2000)}
    with pytest.raises(InvalidPredictions, match="'id' has more than 1,000 different values"):
        summarize(pa.table(columns), y_true="id", y_score="s")
    with pytest.raises(InvalidPredictions, match="'id' has more than 1,000 different values"):
        summarize(pa.table(columns), y_true="y", y_score="s", group="id")


@pytest.mark.parametrize("column", ["y", "g"])
def test_texts_that_no_table_holds_are_refused_before_they_are_counted(column: str) -> None:
    """A table with longer names could not be read."""
    frame = pa.table({"y": ["a", "b"], "s": [0.1, 0.9], "g": ["c", "d"]})
    frame = frame.set_column(frame.column_names.index(column), column, pa.array(["a" * 1001, "b"]))
    with rejected(f"The column '{column}' has a text of 1,001 characters"):
        summarize(frame, y_true="y", y_score="s", group="g", pos_label="b")
