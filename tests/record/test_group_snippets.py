"""Snippets with one threshold for each group are executed: each decides as the record does, whatever the names are."""

from __future__ import annotations

import ast
import csv
import io
import math
import sqlite3
import tokenize
from contextlib import closing
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.svm import LinearSVC

from f1tools.decision import decide
from f1tools.groups.grouping import grouping
from f1tools.predictions import Predictions
from f1tools.readers import Choices, read_predictions
from f1tools.readers.formats.cells import is_missing
from f1tools.readers.formats.table import normalize_label
from f1tools.record import (
    DecisionRecord,
    GroupThreshold,
    GroupThresholds,
    build_record,
    data_source,
    group_thresholds,
    snippets,
)
from tests.record.helpers import HOSTILE, NAMES, as_data, by_region, changed, record_decision
from tests.record.test_snippets import in_sql, run

X, Y = make_classification(300, weights=[0.7], class_sep=0.7, random_state=0)


@cache
def some_record() -> tuple[DecisionRecord, GroupThresholds]:
    """Return a record, and thresholds of groups of its rows."""
    predictions = by_region(300)
    record = record_decision(predictions, n_resamples=0).record
    return record, group_thresholds(predictions, decide(predictions.curves()), min_rows=5)


def record_of(thresholds: dict[str | None, float], column: str = "region", common: float = 0.5) -> DecisionRecord:
    """Return a record of a column p with these thresholds by group."""
    record, groups = some_record()
    listed = tuple(GroupThreshold.model_construct(group=each, threshold=at) for each, at in thresholds.items())
    return changed(record, model="p", threshold=common, groups=changed(groups, column=column, thresholds=listed))


def group_text(value: Any) -> str | None:
    """Return the group of a value in a file, as the reader has it."""
    text = str(value).strip()
    return None if is_missing(text) else normalize_label(text)


def decided(record: DecisionRecord, group: str | None, score: float) -> bool:
    """Decide in plain Python."""
    assert record.groups is not None
    known = {each.group: each.threshold for each in record.groups.thresholds}
    return score >= known.get(group, record.threshold)


THRESHOLDS = st.sampled_from([0.0, 0.25, 0.3, -1.5, math.inf])


@given(
    st.dictionaries(
        NAMES.filter(lambda name: name and name == group_text(name)) | st.none(), THRESHOLDS, min_size=1, max_size=4
    ),
    THRESHOLDS,
    NAMES,
)
def test_python(thresholds: dict[str | None, float], common: float, column: str) -> None:
    """Groups of any name have their threshold, all others and rows without a value the common one."""
    record = record_of(thresholds, column, common)
    code = snippets(record)["Python"]
    rule = run(code)["decide"]
    for group in (*thresholds, "another", None):
        for score in (-2.0, 0.0, 0.25, 0.2999999, 0.3, 7.0):
            assert rule(score, group) is decided(record, group, score)
    if not all(map(math.isinf, (common, *thresholds.values()))):
        assert {rule(0.26, none) for none in ("", math.nan, pd.NA, pd.NaT, "N/A")} == {decided(record, None, 0.26)}


@given(
    st.dictionaries(
        st.sampled_from(["north", "New York", "größe", "50-59", "1", "v1.2"]) | st.none(), THRESHOLDS, min_size=1
    ),
    THRESHOLDS,
)
def test_sql(thresholds: dict[str | None, float], common: float) -> None:
    """Every row has the threshold of its group, in SQLite and in DuckDB; without a score it is undecided."""
    record = record_of(thresholds, "region", common)
    rows = [(group, score) for group in (*thresholds, "another", None) for score in (-2.0, 0.0, 0.25, 0.3, 7.0, None)]
    groups, scores = zip(*rows, strict=True)
    expected = [None if score is None else int(decided(record, group, score)) for group, score in rows]
    assert in_sql(record, {"region": groups, "p": scores}) == expected


def test_sql_of_a_column_of_integers() -> None:
    """Groups that are numbers are found in a column of integers, too; NULL is the group without a value."""
    record = record_of({"1": 0.3, "2": math.inf, None: 0.7})
    rule = snippets(record)["SQL"].splitlines()[-1]
    rows = [(1, 0.3), (1, 0.2), (2, 9.0), (3, 0.5), (None, 0.6), (None, 0.7), (1, None)]
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE t (region INTEGER, p REAL)")
        database.executemany("INSERT INTO t VALUES (?, ?)", rows)
        found = [row[0] for row in database.execute(f"SELECT {rule} FROM t ORDER BY rowid")]  # noqa: S608
    assert found == [1, 0, 0, 1, 0, 1, None]


@pytest.mark.parametrize("model", [LogisticRegression(), LinearSVC()], ids=["probabilities", "margins"])
@pytest.mark.parametrize("positive", [0, 1])
def test_scikit_learn(model: Any, positive: int) -> None:
    """A fitted model with the groups of its rows decides as the record does."""
    labels = ["well", "sick"]
    fitted = model.fit(X, np.array(labels)[Y])
    predictions = Predictions.from_estimator(fitted, X, np.array(labels)[Y], pos_label=labels[positive])
    group = np.where(X[:, 0] > 0.5, "a", "b")
    predictions = replace(predictions, group=group)
    decision = decide(predictions.curves())
    groups = group_thresholds(predictions, decision)
    record = build_record(decision, data_source(predictions), groups=groups)
    predict = run(snippets(record)["scikit-learn"], model=fitted)["predict_positive"]
    of = {each.group: each.threshold for each in groups.thresholds}
    flagged = predictions.scores[record.model] >= [of[each] for each in group.tolist()]
    assert len(set(of.values())) == 2
    assert (predict(X, group) == flagged).all()
    assert int((flagged & predictions.y_true).sum()) == groups.counts.tp
    others = predict(X, ["other"] * 300)
    assert (others == (predictions.scores[record.model] >= record.threshold)).all()


def test_groups_that_are_numbers() -> None:
    """A file has 1 where a program may have 1, 1.0, "1" or " 01 "; True is another group."""
    rule = run(snippets(record_of({"1": 0.1, "2.5": 0.2}))["Python"])["decide"]
    found = [rule(0.15, group) for group in (1, 1.0, "1", np.int64(1), " 01 ", True, "2.5", 2.5)]
    assert found == [True] * 5 + [False] * 3
    assert [rule(0.2, group) for group in ("2.5", 2.5, "other")] == [True, True, False]


@pytest.mark.parametrize(
    "name", [*HOSTILE, "%s", ":x", "'", '"', "\\", "it's", "a\u2028b", "'; DROP TABLE t; --", "\ud7ff"]
)
@pytest.mark.parametrize("key", ["Python", "scikit-learn"])
def test_names_do_not_break_out_of_python(name: str, key: str) -> None:
    """Names of groups and of their column are inside a literal or a comment, and not in the first two lines."""
    code = snippets(record_of({name: 0.3, "b": 0.4}, column=name))[key]
    plain = snippets(record_of({"a": 0.3, "b": 0.4}))[key]
    assert all(char.isprintable() or char == "\n" for char in code)
    assert len(code.splitlines()) == len(plain.splitlines())
    assert tokenize.ERRORTOKEN not in {token.type for token in tokenize.generate_tokens(io.StringIO(code).readline)}
    assert tokenize.detect_encoding(io.BytesIO(code.encode()).readline)[0] == "utf-8"
    assert [type(each) for each in ast.parse(code).body] == [type(each) for each in ast.parse(plain).body]


@pytest.mark.parametrize(
    "name", ["it's", 'a"b', "%s", ":x", "back\\slash", "a\nb", "", "a;b", "a--b", "65+", "\u02bcb"]
)
def test_names_that_databases_treat_differently(name: str) -> None:
    """Such groups and columns are numbered placeholders, which are syntax errors until somebody fills them in."""
    record = record_of({"a": 0.3, name: 0.4})
    *comments, rule = snippets(record)["SQL"].splitlines()
    assert "WHEN 'a' THEN 0.3 WHEN <group 2> THEN 0.4 ELSE 0.5 END" in rule
    assert any("<group 2> is the second group" in comment for comment in comments)
    assert all(comment.startswith("-- ") for comment in comments)
    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        in_sql(record, {"region": ["a"], "p": [0.9]})
    assert (
        "CASE TRIM(CAST(<group column> AS CHAR(255))) WHEN 'a' THEN"
        in snippets(record_of({"a": 0.3}, column=f"x{name};"))["SQL"]
    )


def test_flagging_nothing() -> None:
    """Where no threshold is within reach, all three say so or flag nothing."""
    record = record_of({"a": math.inf}, common=math.inf)
    assert not run(snippets(record)["Python"])["decide"](1e300, "a")
    assert in_sql(record, {"region": ["a", None], "p": [9.0, None]}) == [0, None]


def test_names_that_differ_only_in_case() -> None:
    """Some databases take them for equal: a comment warns of it."""
    assert "upper and lower case" in snippets(record_of({"North": 0.3, "north": 0.4}))["SQL"]
    assert "upper and lower case" not in snippets(record_of({"North": 0.3, "south": 0.4}))["SQL"]


def test_a_record_without_groups_has_the_old_snippets() -> None:
    """Nothing about groups is in them."""
    record = record_decision(by_region(), n_resamples=0).record
    assert "groups" not in as_data(record)
    assert not any("group" in code for code in snippets(record).values())


SPELLINGS = st.sampled_from(["1e5", "+7", "-0", "0x10", "1_000", ".50", "5.", "٣", "1e400", "NA", " <NA> ", "9" * 400])


@given(st.integers() | st.floats() | st.booleans() | st.none() | SPELLINGS | st.integers().map("{:05d} ".format))
def test_groups_are_read_as_in_files(value: Any) -> None:
    """The key of any value is the group that the reader has for it."""
    key = run(snippets(record_of({"a": 0.3}))["Python"])["group_key"]
    assert key(value) == group_text(value)


N = 400
CHOICES = Choices(truth="y", scores=("score",), pos_label="1", neg_label="0", group="g")
WRITTEN = {
    "text": [" a", "b ", "", "c"],
    "padded": ["000", "001", "010", "100"],
    "blanks among integers": ["1", "2", "", "3"],
    "fractions": ["0.5", "1.0", "1.5", "2.0"],
    "booleans": ["True", "False"],
    "small booleans": ["true", "false"],
    "dates": ["2024-01-01", "2024-03-01"],
    "no values": ["NULL", "None", "N/A", "a"],
    "beyond 2**53": [f"12345678901234567{digit}" for digit in "1239"],
}


@cache
def decided_by_group(kind: str) -> tuple[str, DecisionRecord]:
    """Return a file whose groups need thresholds far apart, and the record of them."""
    random = np.random.default_rng(1)
    group = random.integers(0, len(WRITTEN[kind]), N)
    y = random.random(N) < 0.4
    score = np.round(random.normal(1.5 * y + 2.0 * group, 1), 4)
    rows = zip(y.astype(int), score, [WRITTEN[kind][code] for code in group], strict=True)
    text = "y,score,g\n" + "".join(f"{truth},{value},{name}\n" for truth, value, name in rows)
    predictions = read_predictions(text.encode(), choices=CHOICES).predictions
    assert predictions is not None
    decision = decide(predictions.curves())
    groups = group_thresholds(predictions, decision, "g", min_rows=5)
    return text, build_record(decision, data_source(predictions), groups=groups)


def counts(y: Any, flagged: Any) -> dict[str, int]:
    """Return the confusion counts."""
    tn, fp, fn, tp = confusion_matrix(np.asarray(y, int), np.asarray(flagged, int)).ravel().tolist()
    return {"tn": tn, "fp": fp, "fn": fn, "tp": tp}


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_way_to_read_the_file_gives_the_counts_of_the_record(kind: str) -> None:
    """Text cells, inferred types, nullable types, Arrow's types and a database have the same groups as the reader."""
    text, record = decided_by_group(kind)
    assert record.groups is not None
    expected = {name: int(value) for name, value in vars(record.groups.counts).items()}
    rule = run(snippets(record)["Python"])["decide"]
    cells = list(csv.DictReader(io.StringIO(text)))
    frame = pd.read_csv(io.StringIO(text))
    arrow = pd.read_csv(io.StringIO(text), dtype_backend="pyarrow")
    columns: list[Any] = [
        [row["g"] for row in cells],
        frame["g"],
        frame["g"].convert_dtypes(),
        arrow["g"],
        frame["g"].to_numpy(),
    ]
    if kind == "dates":
        columns += [pd.to_datetime(frame["g"]), pd.to_datetime(frame["g"]).dt.date, pd.to_datetime(frame["g"]).values]
    for column in columns:
        found = [rule(score, group) for score, group in zip(frame["score"], column, strict=True)]
        assert counts(frame["y"], found) == expected
    texts = frame.assign(g=[row["g"] for row in cells])
    for table in (frame, texts):
        with closing(sqlite3.connect(":memory:")) as database:
            table.to_sql("t", database)
            *_, sql = snippets(record)["SQL"].splitlines()
            found = [row[0] for row in database.execute(f"SELECT {sql} FROM t ORDER BY rowid")]  # noqa: S608
        assert counts(frame["y"], found) == expected


def test_integers_beyond_float64_are_groups_of_their_own() -> None:
    """Neighbors beyond 2**53 are not merged, in text and in a data frame."""
    text, _ = decided_by_group("beyond 2**53")
    for source in (text.encode(), pd.read_csv(io.StringIO(text))):
        predictions = read_predictions(source, choices=replace(CHOICES, cluster="g")).predictions
        assert predictions is not None
        assert grouping(predictions).names == tuple(WRITTEN["beyond 2**53"])
        assert predictions.cluster_codes is not None
        assert predictions.cluster_codes.max() == 3


def test_a_row_without_a_score_is_not_flagged() -> None:
    """None, nan and pandas.NA are not scores."""
    record = record_of({"a": -1.0})
    source = changed(record.data, read_as=replace(record.data.read_as, count_unscored=True))
    rule = run(snippets(changed(record, data=source))["Python"])["decide"]
    assert [rule(score, "a") for score in (None, math.nan, pd.NA, 0.0)] == [False, False, False, True]
