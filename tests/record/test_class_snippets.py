"""Snippets for several classes are executed: each decides as the decision does, ties and zeros included."""

from __future__ import annotations

import ast
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from f1tools.classes import ClassCurves, ClassDecision, decide_classes
from f1tools.record import ClassRecord, build_class_record, class_source, snippets
from tests.record.class_records import labels, one_class, record_classes, with_an_absent_class
from tests.record.helpers import HOSTILE

CASES = {
    "labels": lambda: record_classes(labels(), by_hand={"c": np.inf}),
    "labels, margins": lambda: record_classes(labels(scale=3.0)),
    "one class": lambda: record_classes(one_class()),
    "one class, logits": lambda: record_classes(one_class(logits=True)),
    "one class, another one without rows": lambda: record_classes(with_an_absent_class()),
    "one class, plain": lambda: record_classes(one_class(), "default"),
}


def run(code: str, **names: Any) -> dict[str, Any]:
    """Execute Python that consists of nothing but imports, assignments, functions and classes."""
    tree = ast.parse(code)
    assert all(isinstance(each, ast.ImportFrom | ast.Assign | ast.FunctionDef | ast.ClassDef) for each in tree.body)
    exec(compile(tree, "snippet", "exec"), names)  # noqa: S102
    return names


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[ClassRecord, ClassDecision, NDArray[np.float64]]:
    """Return a record, its decision, and scores on a coarse grid, where many are equal or 0."""
    record, decision = CASES[request.param]()
    scores = decision.curves.y_score[:120].round(1)
    scores[:3] = 0.0
    return record, decision, scores


def test_python(case: Any) -> None:
    """The function returns the class of each row, or which labels it gets."""
    record, decision, scores = case
    decide, expected = run(snippets(record)["Python"])["decide"], decision.rule.decide(scores)
    decided = decide(scores)
    single = scores.astype(np.float32)  # as many models return them; 1e-300 would be 0 there
    if record.one_per_row:
        assert (decide(single) == np.array(record.names)[decision.rule.decide(single).argmax(axis=1)]).all()
    if record.one_per_row:
        decided = decided[:, np.newaxis] == np.array(record.names)
    np.testing.assert_array_equal(decided, expected)


def query(engine: str, record: ClassRecord, rows: list[list[float | None]]) -> list[tuple[Any, ...]]:
    """Return what an engine decides about rows of scores."""
    names = ", ".join(f'"{name}" DOUBLE PRECISION' for name in record.names)
    values = ", ".join(f"({', '.join('NULL' if score is None else repr(score) for score in row)})" for row in rows)
    connect = sqlite3.connect if engine == "sqlite" else duckdb.connect
    with closing(connect(":memory:")) as database:
        database.execute(f"CREATE TABLE t ({names})")
        database.execute(f"INSERT INTO t VALUES {values}")  # noqa: S608
        found: list[tuple[Any, ...]] = database.execute(
            f"SELECT\n{snippets(record)['SQL']}\nFROM t ORDER BY rowid"
        ).fetchall()
    return found


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_sql(case: Any, engine: str) -> None:
    """Both engines decide alike; without a score nothing is decided."""
    record, decision, scores = case
    found = query(engine, record, [[None, *scores[0, 1:].tolist()], *scores.tolist()])
    expected = decision.rule.decide(scores)
    if record.one_per_row:
        assert found[0] == (None,)
        np.testing.assert_array_equal(np.array(found[1:]) == np.array(record.names), expected)
    else:
        assert found[0][0] is None
        assert None not in found[0][1:]
        np.testing.assert_array_equal(np.array(found[1:], dtype=bool), expected)


@given(
    seed=st.integers(0, 2**32 - 1), k=st.integers(2, 4), decimals=st.integers(1, 2), logits=st.booleans(),
    min_positives=st.sampled_from([0, 10]),
)  # fmt: skip
@settings(max_examples=12)
def test_rounded_scores_are_decided_alike(seed: int, k: int, decimals: int, logits: bool, min_positives: int) -> None:
    """Record, Python and SQL agree about every row, also about new ones and where all are 0, and on the value."""
    rng = np.random.default_rng(seed)
    y_true = np.append(np.arange(k), rng.choice(k, 120, p=rng.dirichlet(np.full(k, 2.0))))
    scores = rng.normal(size=(y_true.size, k)) + np.eye(k)[y_true]
    if not logits:
        scores = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        scores[::20] = 0.0
    scores = scores.round(decimals)
    decision = decide_classes(ClassCurves.from_predictions(y_true, scores), min_positives=min_positives)
    record = build_class_record(decision, class_source(decision.curves), min_positives=min_positives)
    decided = record.decide(scores).argmax(axis=1)
    value = f1_score(y_true, decided, average="macro", labels=np.arange(k), zero_division=0)
    assert decision.rule.value("macro") == pytest.approx(value, abs=1e-12)
    assert value >= decision.rules["default"].value("macro")
    rows = np.vstack([scores, rng.integers(0, 11, (200, k)) / 10])
    expected = record.decide(rows)
    np.testing.assert_array_equal(decision.rule.decide(rows), expected)
    names = np.array(record.names)[expected.argmax(axis=1)].tolist()
    assert run(snippets(record)["Python"])["decide"](rows).tolist() == names
    for engine in ("sqlite", "duckdb"):
        assert [name for (name,) in query(engine, record, rows.tolist())] == names


def test_classifiers_of_several_classes() -> None:
    """The wrapper decides as the record, whatever the order and type of the classes of the model."""
    X, y = load_iris(return_X_y=True)  # noqa: N806
    features = X[:, 1:2]
    for model in (LogisticRegression().fit(features, y), LinearSVC().fit(features, y)):
        is_probability = isinstance(model, LogisticRegression)
        scores = model.predict_proba(features) if is_probability else model.decision_function(features)
        order = [2, 0, 1]
        curves = ClassCurves.from_predictions(y, scores[:, order], classes=order)
        decision = decide_classes(curves)
        record = build_class_record(decision, class_source(curves))
        predicted = run(snippets(record)["scikit-learn"])["OffsetClassifier"](model).predict(features)
        expected = np.array(order)[decision.rule.decide(curves.y_score).argmax(axis=1)]
        np.testing.assert_array_equal(predicted, expected)
        assert record.cuts.any()


def test_classifiers_of_several_labels() -> None:
    """The wrapper takes the scores of one model for each label, of a forest, and of margins."""
    X, y = load_iris(return_X_y=True)  # noqa: N806
    truth = np.stack([y == 0, y >= 1, X[:, 0] > 6], axis=1).astype(int)
    features = X[:, 1:3] + np.random.default_rng(0).normal(0, 0.7, (len(X), 2))
    forest = RandomForestClassifier(5, max_depth=3, random_state=0)
    for model in (OneVsRestClassifier(LogisticRegression()), forest, OneVsRestClassifier(LinearSVC())):
        model.fit(features, truth)
        if hasattr(model, "predict_proba"):
            scores: Any = model.predict_proba(features)
            scores = np.stack([each[:, 1] for each in scores], axis=1) if isinstance(scores, list) else scores
        else:
            scores = model.decision_function(features)
        decision = decide_classes(ClassCurves.from_predictions(truth, scores))
        record = build_class_record(decision, class_source(decision.curves))
        wrapped = run(snippets(record)["scikit-learn"])["ThresholdedLabels"](model)
        np.testing.assert_array_equal(wrapped.predict(features), decision.rule.decide(scores))


@pytest.mark.parametrize("one_per_row", [True, False])
def test_hostile_names_are_literals_or_placeholders(one_per_row: bool) -> None:
    """Python holds each name as it is, and no database runs one that is not plain."""
    names = HOSTILE[:-1]
    rng = np.random.default_rng(0)
    codes = rng.integers(0, len(names), 200)
    y_true: Any = np.array(names, dtype=object)[codes] if one_per_row else np.eye(len(names), dtype=int)[codes]
    curves = ClassCurves.from_predictions(y_true, rng.random((200, len(names))).round(2), classes=list(names))
    decision = decide_classes(curves, rule="default")
    record = build_class_record(decision, class_source(curves))
    code = run(snippets(record)["Python"])
    assert tuple(code["weights" if one_per_row else "thresholds"]) == names
    run(snippets(record)["scikit-learn"])
    sql = snippets(record)["SQL"]
    assert "replace each <placeholder>" in sql
    assert "<score 1>" in sql
    assert not any(name in sql for name in names if name not in ("naïve größe",))


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_columns_with_the_names_of_the_code(engine: str) -> None:
    """No name that the SQL gives is one of a column, in any case: some databases would take it for the column."""
    rng = np.random.default_rng(0)
    for names in (["class", "Score", "PLACE", "offset_of_class"], ["a", "label a", "Label A_2", "b"]):
        codes = rng.integers(0, 4, 200)
        scores = (rng.random((200, 4)) + np.eye(4)[codes]) / 2
        y_true: Any = np.array(names)[codes] if names[0] == "class" else np.eye(4, dtype=int)[codes]
        decision = decide_classes(ClassCurves.from_predictions(y_true, scores.round(2), classes=names))
        record = build_class_record(decision, class_source(decision.curves))
        found = query(engine, record, decision.curves.y_score.tolist())
        decided = decision.rule.decide(decision.curves.y_score)
        if record.one_per_row:
            assert [name for (name,) in found] == np.array(names)[decided.argmax(axis=1)].tolist()
        else:
            np.testing.assert_array_equal(np.array(found, dtype=bool), decided)


def test_names_that_differ_in_case() -> None:
    """The SQL says that some databases take them for one."""
    for one_per_row in (True, False):
        codes = np.arange(30) % 3
        y_true: Any = np.array(["Cat", "cat", "dog"])[codes] if one_per_row else np.eye(3, dtype=int)[codes]
        curves = ClassCurves.from_predictions(y_true, np.eye(3)[codes], classes=["Cat", "cat", "dog"])
        decision = decide_classes(curves)
        sql = snippets(build_class_record(decision, class_source(curves)))["SQL"]
        assert '-- "Cat" and "cat" differ only in case: DuckDB, SQLite and MySQL take them for one column.' in sql
        assert one_per_row or 'AS "label cat_2"' in sql
    read_as = replace(class_source(curves).read_as, scores=("p_1", "p_2", "DOG"), truth="dog", truths=())
    record = build_class_record(decision, class_source(curves).model_copy(update={"read_as": read_as}))
    assert '-- "DOG" and "dog" differ only in case' in snippets(record)["SQL"]
