"""Several classes as CSV: read by pandas and by the readers, against the rows and scikit-learn."""

import io

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix, f1_score, precision_score, recall_score

from f1tools.classes import ClassCurves, decide_classes, estimate_rules
from f1tools.export import class_decisions_csv, class_table_csv, classes
from tests.classes.test_decision import one_class, several_labels

FORMULA = '=HYPERLINK("http://a.b";"c")'
IDS = [f"@{row}" for row in range(400)]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a few rows at a time."""
    monkeypatch.setattr(classes, "_BLOCK", 100)


def frame_of(text: bytes) -> pd.DataFrame:
    frame = pd.read_csv(io.BytesIO(text), dtype=str)  # pandas' own numbers are not exact
    texts = [name for name in frame if frame[name].str.contains("[a-z@]", na=False).any()]
    return frame.astype({name: float for name in frame if name not in texts})


def test_decisions_of_labels() -> None:
    """Each label has truth, score and decision of each row, exactly; rows are numbered from 1."""
    y_true, score = several_labels()
    decision = decide_classes(ClassCurves.from_predictions(y_true, score, classes=["cat", "dog", FORMULA, "a,b"]))
    frame = frame_of(b"".join(class_decisions_csv(decision)))
    assert frame["row"].tolist() == list(range(1, 601))
    np.testing.assert_array_equal(frame.filter(like="true "), y_true)
    np.testing.assert_array_equal(frame.filter(like="score "), score)
    np.testing.assert_array_equal(frame.filter(like="flagged "), decision.rule.decide(score))


def test_decisions_of_classes() -> None:
    """Each row has the true class, the decided one, and the one with the highest score."""
    truth, score = one_class()
    names = ["cat", FORMULA, "a,b"]
    curves = ClassCurves.from_predictions(np.array(names)[truth], score, classes=names, ids=IDS)
    decision = decide_classes(curves)
    frame = frame_of(b"".join(class_decisions_csv(decision)))
    safe = np.array(["cat", f"'{FORMULA}", "a,b"])
    assert frame["id"].tolist() == [f"'{name}" for name in IDS]
    np.testing.assert_array_equal(frame["true class"], safe[truth])
    np.testing.assert_array_equal(frame["class with the highest score"], safe[np.argmax(score, axis=1)])
    decided = np.argmax(decision.rule.decide(score), axis=1)
    np.testing.assert_array_equal(frame["decided class"], safe[decided])


def test_no_cell_is_a_formula() -> None:
    """Names of classes, and ids, cannot start a formula, whatever separates cells."""
    truth, score = one_class()
    curves = ClassCurves.from_predictions(truth, score, ids=["+1+1", "\t=1", "x;=1"] + ["a"] * 397)
    text = b"".join(class_decisions_csv(decide_classes(curves))).decode()
    assert not any(part.lstrip('"\t').startswith(("=", "@", "+")) for part in text.replace(";", ",").split(","))


def test_table_of_labels() -> None:
    """Counts and metrics are scikit-learn's for the decisions of each rule."""
    y_true, score = several_labels()
    decision = decide_classes(ClassCurves.from_predictions(y_true, score), beta=2)
    estimates = estimate_rules(decision, n_resamples=20)
    frame = frame_of(class_table_csv(decision, estimates))
    decided = decision.rule.decide(score)
    np.testing.assert_array_equal(frame["positives"], y_true.sum(axis=0))
    np.testing.assert_array_equal(score >= frame["threshold"].to_numpy(), decided)
    cells = [confusion_matrix(y_true[:, i], decided[:, i]).ravel() for i in range(4)]
    np.testing.assert_array_equal(frame[["tn", "fp", "fn", "tp"]], cells)
    np.testing.assert_allclose(frame["recall"], recall_score(y_true, decided, average=None))
    precision = precision_score(y_true, decided, average=None, zero_division=np.nan)
    np.testing.assert_allclose(frame["precision"], precision)
    found = estimates.rules["own"]
    expected = [found.each, found.each_interval.low, found.each_interval.high]
    np.testing.assert_allclose(frame[["f2_expected", "f2_expected_low", "f2_expected_high"]].T, expected)
    by_hand = frame_of(class_table_csv(decision.with_thresholds({"1": 0.5}), estimates))
    assert by_hand["f2_expected"].isna().tolist() == [False, True, False, False]


def test_table_of_classes() -> None:
    """Offsets and the F1 with and without them."""
    truth, score = one_class()
    decision = decide_classes(ClassCurves.from_predictions(truth, score))
    frame = frame_of(class_table_csv(decision))
    plain, own = np.argmax(score, axis=1), np.argmax(score + frame["offset"].to_numpy(), axis=1)
    np.testing.assert_allclose(frame["f1_default"], f1_score(truth, plain, average=None))
    np.testing.assert_allclose(frame["f1_own"], f1_score(truth, own, average=None))
    np.testing.assert_allclose(frame["f1"], frame["f1_own"])


def test_a_class_without_rows_is_decided_and_has_no_f1() -> None:
    """Decisions name it; its recall and F1 are empty."""
    truth, score = one_class()
    score = np.column_stack([score, score.mean(axis=1) + 0.5])
    names = np.array(["0", "1", "2", "x"])
    decision = decide_classes(ClassCurves.from_predictions(names[truth], score, classes=list(names)), rule="default")
    frame = pd.read_csv(io.BytesIO(b"".join(class_decisions_csv(decision))), dtype=str)
    np.testing.assert_array_equal(frame["decided class"], names[np.argmax(score, axis=1)])
    table = pd.read_csv(io.BytesIO(class_table_csv(decision)))
    assert table["fp"][3] == (frame["decided class"] == "x").sum() > 0
    assert table.loc[3, ["recall", "f1", "f1_default", "f1_own"]].isna().all()
    assert table["recall"][:3].notna().all()
