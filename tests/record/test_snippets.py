"""Snippets are executed: each decides as the record does, whatever names it contains."""

from __future__ import annotations

import ast
import io
import math
import sqlite3
import tokenize
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from f1tools.decision import decide
from f1tools.predictions import Predictions
from f1tools.readers import Choices, read_predictions
from f1tools.record import DecisionRecord, build_record, data_source, snippets
from tests.record.helpers import HOSTILE, NAMES, record_decision, source

X, Y = make_classification(300, weights=[0.7], class_sep=0.7, random_state=0)


def run(code: str, **names: Any) -> dict[str, Any]:
    """Execute Python that consists of nothing but imports, assignments, conditions and functions."""
    tree = ast.parse(code)
    assert all(isinstance(each, ast.ImportFrom | ast.Assign | ast.If | ast.FunctionDef) for each in tree.body)
    exec(compile(tree, "snippet", "exec"), names)  # noqa: S102
    return names


def in_sql(record: DecisionRecord, columns: dict[str, Sequence[Any]]) -> list[int | None]:
    """Apply the rule to rows in a database."""
    *comments, rule = snippets(record)["SQL"].splitlines()
    assert all(line.startswith("-- ") for line in comments)
    names = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
    marks = ", ".join("?" * len(columns))
    query = "\n".join(["SELECT", *comments, rule, "FROM t ORDER BY rowid"])
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE TABLE t ({names})")
        database.executemany(f"INSERT INTO t VALUES ({marks})", zip(*columns.values(), strict=True))  # noqa: S608
        return [row[0] for row in database.execute(query)]


def record_by(name: str, y_true: Any, score: Any, threshold: float | None = None, **read_as: Any) -> DecisionRecord:
    """Record a decision on scores in a column of some name."""
    predictions = Predictions.from_arrays(y_true, {name: score})
    choices = Choices(truth="y", scores=(name,), pos_label="1", neg_label="0", **read_as)
    return build_record(decide(predictions.curves(), threshold=threshold), source(predictions, read_as=choices))


@pytest.mark.parametrize("model", [LogisticRegression(), LinearSVC()], ids=["probabilities", "margins"])
@pytest.mark.parametrize("labels", [[0, 1], [0.0, 1.0], [False, True], ["well", 'it\'s "sick"\n'], [2, -7]])
@pytest.mark.parametrize("positive", [0, 1])
def test_scikit_learn(model: Any, labels: list[Any], positive: int) -> None:
    """A fitted model of any kind with labels of any type, either of them positive, decides by the threshold."""
    fitted = model.fit(X, np.array(labels)[Y])
    predictions = Predictions.from_estimator(fitted, X, np.array(labels)[Y], pos_label=labels[positive])
    record = build_record(decide(predictions.curves()), data_source(predictions))
    classifier = run(snippets(record)["scikit-learn"], model=fitted, X=X[:50], y=np.array(labels)[Y[:50]])["classifier"]
    expected = predictions.scores[record.model] >= record.threshold
    assert ((classifier.predict(X) == labels[positive]) == expected).all()
    assert 0 < expected.sum() < expected.size


@pytest.mark.parametrize("model", [LogisticRegression(), LinearSVC()], ids=["probabilities", "margins"])
def test_scikit_learn_flags_nothing(model: Any) -> None:
    """Where the decision is to flag nothing, the classifier flags no row, however high its score is."""
    fitted = model.fit(X, Y)
    predictions = Predictions.from_estimator(fitted, X, Y)
    record = build_record(decide(predictions.curves(), threshold=math.inf), data_source(predictions))
    classifier = run(snippets(record)["scikit-learn"], model=fitted, X=X, y=Y)["classifier"]
    assert not classifier.predict(1000 * X).any()


@pytest.mark.parametrize("label", ["1", "1.0", "True", "true", "TRUE"])
@pytest.mark.parametrize("kind", [int, float, bool])
def test_labels_as_a_file_has_them(label: str, kind: type) -> None:
    """A file has 1.0, true or TRUE where the model has 1 or True, or the other way round."""
    fitted = LogisticRegression().fit(X, Y.astype(kind))
    predictions = replace(Predictions.from_estimator(fitted, X, Y.astype(kind)), pos_label=label)
    record = build_record(decide(predictions.curves()), data_source(predictions))
    classifier = run(snippets(record)["scikit-learn"], model=fitted, X=X, y=Y.astype(kind))["classifier"]
    assert (classifier.predict(X) == (predictions.scores[record.model] >= record.threshold)).all()


def test_a_model_without_the_label() -> None:
    """The error tells users to edit the labels."""
    fitted = LogisticRegression().fit(X, np.array(["a", "b"])[Y])
    record = record_by("p", [1, 0, 1], [0.9, 0.2, 0.4])
    with pytest.raises(ValueError, match=r"^Exactly one class of the model must be positive, got \[\]"):
        run(snippets(record)["scikit-learn"], model=fitted, X=X, y=Y)


@given(
    st.lists(st.tuples(st.booleans(), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=8),
    st.none() | st.just(math.inf) | st.floats(allow_nan=False, allow_infinity=False),
    NAMES,
)
def test_python(rows: list[tuple[bool, float]], threshold: float | None, name: str) -> None:
    """The function decides scores of all kinds, including neighbors of the threshold, for columns of any name."""
    y_true = [True, False, *(hit for hit, _ in rows)]
    score = [0.5, 0.25, *(value for _, value in rows)]
    record = record_by(name, y_true, score, threshold)
    near = [math.nextafter(record.threshold, end) for end in (-math.inf, math.inf)]
    rule = run(snippets(record)["Python"])["decide"]
    for value in filter(math.isfinite, (*score, record.threshold, *near)):
        assert rule(value) is (value >= record.threshold)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(-999, 999)), min_size=1, max_size=8),
    st.none() | st.just(math.inf) | st.integers(-2000, 2000),
)
def test_sql(rows: list[tuple[bool, int]], threshold: float | None) -> None:
    """The rule decides decimals of moderate length, including neighbors of the threshold, and leaves NULL undecided."""
    y_true = [True, False, *(hit for hit, _ in rows)]
    score = [0.5, 0.25, *(thousandths / 1000 for _, thousandths in rows)]
    record = record_by("p", y_true, score, None if threshold is None else threshold / 1000)
    score += filter(math.isfinite, (record.threshold + shift for shift in (0, -0.0005, 0.0005)))
    assert in_sql(record, {"p": [*score, None]}) == [*(int(value >= record.threshold) for value in score), None]


@pytest.mark.parametrize("name", ["p", "größe", "select", "prob sick", "p_1", "v1.2-b", "оценка", "スコア", "स्कोर"])
def test_names_that_sql_can_have(name: str) -> None:
    """Portable names are quoted as in the SQL standard."""
    record = record_by(name, [1, 0, 1], [0.9, 0.2, 0.4])
    assert f'"{name}"' in snippets(record)["SQL"]
    assert in_sql(record, {name: [0.9, 0.1, None]}) == [1, 0, None]


@pytest.mark.parametrize(
    "name",
    ["", "back\\slash", "a`b", "{{ x }}", "${x}", "a\nb", "a\x00b", "\u202eevil", " a", "a  b", 'a"b', "it's", "%s",
     ":x", "x :y", "a;b", "-- x", "a--b", "a/*b", "p(sick)", "@v", "a#b", "?", "a\u02bcb", "a\u02bab", "a\uff02b"],
)  # fmt: skip
def test_names_that_databases_treat_differently(name: str) -> None:
    """Other names become placeholders, which are syntax errors until somebody fills them in; a comment says so."""
    record = record_by(name, [1, 0, 1], [0.9, 0.2, 0.4])
    *comments, rule = snippets(record)["SQL"].splitlines()
    assert rule.startswith("CASE WHEN <score> >= ")
    assert any("<placeholder>" in comment for comment in comments)
    assert len(name) < 3 or name not in rule
    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        in_sql(record, {"score": [0.9, 0.1]})


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("key", ["Python", "scikit-learn"])
def test_names_do_not_break_out_of_python(name: str, key: str) -> None:
    """Every name is inside a literal or a comment, and not in the two lines that can declare an encoding."""
    predictions = Predictions(np.array([True, False]), {name: np.array([0.9, 0.1])}, name, f"not {name}")
    choices = Choices(truth=name, scores=(name,), pos_label=name, predicted=name, flipped=(name,), one_vs_rest=True)
    code = snippets(build_record(decide(predictions.curves()), source(predictions, read_as=choices)))[key]
    assert all(char.isprintable() or char == "\n" for char in code)
    kinds = {token.type for token in tokenize.generate_tokens(io.StringIO(code).readline)}
    assert tokenize.ERRORTOKEN not in kinds
    plain = snippets(record_decision().record)[key]
    assert len(code.splitlines()) == len(plain.splitlines()) + {"Python": 3, "scikit-learn": 1}[key]
    encoding, _ = tokenize.detect_encoding(io.BytesIO(code.encode()).readline)
    assert encoding == "utf-8"
    assert [type(each) for each in ast.parse(code).body] == [type(each) for each in ast.parse(plain).body]


@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_reversed_scores(shift: float) -> None:
    """The snippets take the column as in the file, where low values indicate the positive label."""
    random = np.random.default_rng(0)
    y_true = random.random(200) < 0.4
    column = np.clip(random.normal(0.6 - 0.3 * y_true, 0.2), 0, 1) + shift
    file = "\n".join(["y,risk", *(f"{int(hit)},{value!r}" for hit, value in zip(y_true, column.tolist(), strict=True))])
    reading = read_predictions(
        file.encode(), choices=Choices(truth="y", scores=("risk",), pos_label="1", neg_label="0", flipped=("risk",))
    )
    assert reading.predictions is not None
    record = build_record(decide(reading.predictions.curves()), data_source(reading))
    expected = (reading.predictions.scores["risk"] >= record.threshold).tolist()
    rule = run(snippets(record)["Python"])["decide"]
    assert [rule(value) for value in column.tolist()] == expected
    assert in_sql(record, {"risk": [*column.tolist(), None]}) == [*map(int, expected), None]
    assert 0 < sum(expected) < len(expected)


def test_scores_that_are_differences() -> None:
    """The snippets subtract the two columns of the file."""
    random = np.random.default_rng(0)
    y_true = random.random(200) < 0.4
    one, other = random.normal(y_true, 1), random.normal(~y_true, 1)
    lines = zip(y_true.tolist(), other.tolist(), one.tolist(), strict=True)
    reading = read_predictions(
        "\n".join(["y,logit_0,logit_1", *(f"{hit:d},{a!r},{b!r}" for hit, a, b in lines)]).encode()
    )
    assert reading.predictions is not None
    record = build_record(decide(reading.predictions.curves()), data_source(reading))
    expected = (one - other >= record.threshold).tolist()
    code = snippets(record)["Python"]
    assert "'logit_1' minus that of the column 'logit_0'" in code
    assert [run(code)["decide"](score) for score in (one - other).tolist()] == expected
    columns: dict[str, Sequence[Any]] = {"logit_1": [*one.tolist(), None, 1.0], "logit_0": [*other.tolist(), 1.0, None]}
    assert in_sql(record, columns) == [*map(int, expected), None, None]


def test_scores_that_are_confidences() -> None:
    """The snippets take the confidence in a predicted label, and that label."""
    random = np.random.default_rng(0)
    y_true = random.random(200) < 0.4
    probability = np.clip(random.normal(0.4 + 0.3 * y_true, 0.2), 0, 1)
    predicted = np.where(probability >= 0.5, "yes", "no")
    confidence = np.where(probability >= 0.5, probability, 1 - probability)
    truth = np.where(y_true, "yes", "no")
    lines = zip(truth.tolist(), predicted.tolist(), confidence.tolist(), strict=True)
    file = "\n".join(["y,guess,conf", *(f"{one},{two},{three!r}" for one, two, three in lines)])
    choices = Choices(truth="y", scores=("conf",), pos_label="yes", neg_label="no", predicted="guess")
    reading = read_predictions(file.encode(), choices=choices)
    assert reading.predictions is not None
    record = build_record(decide(reading.predictions.curves()), data_source(reading))
    expected = (reading.predictions.scores["conf"] >= record.threshold).tolist()
    rule = run(snippets(record)["Python"])["decide"]
    assert [rule(*row) for row in zip(confidence.tolist(), predicted.tolist(), strict=True)] == expected
    decisions = in_sql(record, {"conf": [*confidence.tolist(), 0.9], "guess": [*predicted.tolist(), None]})
    assert decisions == [*map(int, expected), None]


def test_stacked_models() -> None:
    """The score of every model is in one column."""
    stacked = Choices(truth="y", scores=("p",), pos_label="1", neg_label="0", split="model", split_value="*")
    predictions = Predictions.from_arrays([1, 0, 1], {"forest": [0.9, 0.2, 0.4]})
    record = build_record(decide(predictions.curves()), source(predictions, read_as=stacked))
    assert 'WHEN "p" >= ' in snippets(record)["SQL"]
    assert "the column 'p'." in snippets(record)["Python"]


def test_a_model_of_several_classes() -> None:
    """scikit-learn's class supports two; a comment says so."""
    record = record_by("p", [1, 0, 1], [0.9, 0.2, 0.4], one_vs_rest=True)
    assert "two classes" in snippets(record)["scikit-learn"]
    assert "two classes" not in snippets(record_decision().record)["scikit-learn"]
