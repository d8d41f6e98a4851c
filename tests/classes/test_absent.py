"""Classes without rows: rows can be decided to be of them, which is wrong, and they have no F1 to average."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from f1tools.classes import ClassCurves, ClassOffsets, class_confusion, decide_classes, estimate_rules
from f1tools.classes.estimates import AVERAGES
from f1tools.classes.sentences import caution_sentences
from f1tools.classes.sweeps import class_profiles
from tests.helpers import rejected

NAMES = np.array(["a", "b", "c", "d"])


def rows(n: int = 300, lead: float = 0.4) -> tuple[Any, Any]:
    """Return the classes of rows, none of which is of the last one, and probabilities of all four."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, n)
    logits = rng.normal(size=(n, 4)) + 1.5 * np.eye(4)[codes] + [0, 0, 0, lead]
    return NAMES[codes], np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("average", AVERAGES)
def test_averages_are_those_of_scikit_learn(average: Any, weighted: bool) -> None:
    """Macro and weighted F1 are over the classes of the rows; micro F1 is the accuracy, as always."""
    y_true, y_score = rows()
    weight = np.random.default_rng(1).random(300) if weighted else None
    curves = ClassCurves.from_predictions(y_true, y_score, classes=list(NAMES), sample_weight=weight)
    decision = decide_classes(curves, average, min_positives=0)
    own = decision.rules["own"].by
    assert isinstance(own, ClassOffsets)
    assert (curves.absent, curves.with_rows, own.kept, own.offsets[3]) == (("d",), ("a", "b", "c"), ("d",), 0.0)
    for rule in decision.rules.values():
        decided = NAMES[np.argmax(rule.decide(y_score), axis=1)]
        assert (decided == "d").any() or rule.name == "own"
        for each in ("macro", "weighted"):
            theirs = f1_score(y_true, decided, labels=NAMES[:3], average=each, sample_weight=weight)
            assert rule.value(each) == pytest.approx(theirs)
        assert rule.value("micro") == pytest.approx(accuracy_score(y_true, decided, sample_weight=weight))
        of_each = f1_score(y_true, decided, labels=NAMES[:3], average=None, sample_weight=weight)
        np.testing.assert_allclose(rule.each, [*of_each, np.nan])
    assert decision.rule.value(average) >= decision.rules["default"].value(average)


@pytest.mark.parametrize("average", AVERAGES)
def test_a_class_that_no_row_gets_changes_nothing(average: Any) -> None:
    """With a probability of 0 everywhere, values and estimates are those without its column.

    Offsets have another mean then, so that a few resamples are searched along other paths.
    """
    y_true, y_score = rows()
    without = y_score[:, :3] / y_score[:, :3].sum(axis=1, keepdims=True)
    one = ClassCurves.from_predictions(y_true, without)
    other = ClassCurves.from_predictions(y_true, np.column_stack([without, np.zeros(300)]), classes=list(NAMES))
    found, also = (estimate_rules(decide_classes(each, average), n_resamples=10) for each in (one, other))
    for name, rule in found.rules.items():
        near = 1e-9 if name == "default" else 0.005
        assert also.rules[name].rule.value(average) == pytest.approx(rule.rule.value(average))
        assert also.rules[name].values == pytest.approx(rule.values, abs=near)
        for each in AVERAGES:
            theirs, ours = also.rules[name].intervals[each], rule.intervals[each]
            np.testing.assert_allclose([theirs.low, theirs.high], [ours.low, ours.high], atol=2 * near)
        np.testing.assert_allclose(also.rules[name].each, [*rule.each, np.nan], atol=2 * near)


def test_its_false_alarms_count_in_what_to_expect() -> None:
    """Where the class takes many rows whatever the weights, the accuracy on new rows is as low as on these rows."""
    y_true, y_score = rows()
    certain = np.arange(300) % 3 == 0
    y_score[certain] = [0, 0, 0, 1]
    curves = ClassCurves.from_predictions(y_true, y_score, classes=list(NAMES))
    found = estimate_rules(decide_classes(curves, "micro"), n_resamples=20)
    for rule in found.rules.values():
        assert rule.values["micro"] < 0.67  # one row in three is wrong for certain
        assert np.isnan(rule.each).tolist() == [False] * 3 + [True]


def test_it_is_named_with_its_rows() -> None:
    """The sentence counts the rows that get it; its row of the confusion matrix is empty, and so is its curve."""
    y_true, y_score = rows()
    decision = decide_classes(ClassCurves.from_predictions(y_true, y_score, classes=list(NAMES)), rule="default")
    n = int((y_score.argmax(axis=1) == 3).sum())
    text = f"No row is of the class d, so it has no F1 to average; {n} rows get it, wrongly."
    assert text in caution_sentences(decision)
    assert decision.few == ()
    matrix = class_confusion(decision.curves, decision.rule)
    assert (matrix[3].sum(), matrix[:, 3].sum()) == (0, n)
    profiles = class_profiles(decision.curves, decision.rule)
    assert np.isnan(profiles.values).all(axis=1).tolist() == [False] * 3 + [True]


@pytest.mark.parametrize(
    ("y_true", "weight", "message"),
    [
        (["a", "a", "a"], None, "Every row is of the class 'a'"),
        (["a", "a", "b"], [1, 1, 0], "Every row with a weight is of the class 'a'"),
        ([[1, 0], [0, 1], [0, 0]], [1, 0, 1], "No row with a weight has the label 'b'"),
        ([[1, 0], [1, 1], [0, 0]], [1, 1, 0], "Every row with a weight has the label 'a'"),
        ([[1, 0], [1, 0], [0, 0]], [1, 2, 3], "No row has the label 'b'"),
    ],
)
def test_labels_and_lone_classes_are_refused(y_true: Any, weight: Any, message: str) -> None:
    """A label without rows has no threshold; rows that weigh nothing do not count."""
    with rejected(message):
        ClassCurves.from_predictions(y_true, np.arange(6.0).reshape(3, 2), classes=["a", "b"], sample_weight=weight)
