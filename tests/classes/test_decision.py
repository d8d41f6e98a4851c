"""The ways to decide about several classes, against scikit-learn."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_score, recall_score

from f1tools.classes import Average, ClassCurves, ClassRule, best_vector, common_threshold, decide_classes
from f1tools.core.constraints import Constraint
from f1tools.core.types import InvalidPredictions

AVERAGES: tuple[Average, ...] = ("macro", "weighted", "micro")


def several_labels() -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return 600 rows of four labels, one of them with six positives."""
    rng = np.random.default_rng(3)
    y_true = rng.random((600, 4)) < [0.4, 0.1, 0.05, 0.01]
    return y_true, 1 / (1 + np.exp(2 - 2 * y_true - rng.normal(size=y_true.shape)))


def one_class() -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return 400 rows of three classes, one of them rare, and their logits."""
    rng = np.random.default_rng(4)
    classes = rng.choice(3, 400, p=[0.7, 0.25, 0.05])
    return classes, rng.normal(size=(400, 3)) + 1.2 * np.eye(3)[classes] + np.log([0.7, 0.25, 0.05])


def assert_equals_sklearn(rule: ClassRule, y_true: NDArray[np.bool_], y_score: NDArray[np.float64]) -> None:
    """Compare all numbers of a rule with scikit-learn's for its decisions."""
    decided = rule.decide(y_score)
    for average in AVERAGES:
        assert rule.value(average) == pytest.approx(f1_score(y_true, decided, average=average, zero_division=0))
    np.testing.assert_allclose(rule.each, f1_score(y_true, decided, average=None, zero_division=0))
    np.testing.assert_allclose(rule.counts.recall(), recall_score(y_true, decided, average=None))
    flagged = decided.any(axis=0)
    expected = precision_score(y_true[:, flagged], decided[:, flagged], average=None)
    np.testing.assert_allclose(np.asarray(rule.counts.precision())[flagged], expected)


@pytest.mark.parametrize("average", AVERAGES)
def test_labels_have_three_rules_of_which_own_thresholds_are_best_and_then_the_common_one(average: Average) -> None:
    y_true, y_score = several_labels()
    decision = decide_classes(ClassCurves.from_predictions(y_true, y_score), average, min_positives=0)
    assert list(decision.rules) == ["default", "common", "own"]
    for rule in decision.rules.values():
        assert_equals_sklearn(rule, y_true, y_score)
    values = [rule.value(average) for rule in decision.rules.values()]
    assert values == sorted(values)
    assert decision.few == ("3",)


def test_scores_that_are_no_probabilities_have_no_default_threshold() -> None:
    y_true, y_score = several_labels()
    decision = decide_classes(ClassCurves.from_predictions(y_true, 3 * y_score), rule="default")
    assert list(decision.rules) == ["common", "own"]
    assert decision.chosen == "own"


def test_the_highest_score_decides_with_and_without_offsets_where_a_row_has_one_class() -> None:
    classes, y_score = one_class()
    decision = decide_classes(ClassCurves.from_predictions(classes, y_score), rule="default")
    assert list(decision.rules) == ["default", "own"]
    y_true = classes[:, np.newaxis] == np.arange(3)
    for rule in decision.rules.values():
        assert_equals_sklearn(rule, y_true, y_score)
        assert rule.decide(y_score).sum(axis=1).tolist() == [1] * len(classes)
    np.testing.assert_array_equal(decision.rule.decide(y_score).argmax(axis=1), y_score.argmax(axis=1))
    assert decision.rules["own"].value("macro") > decision.rules["default"].value("macro")


def test_thresholds_set_by_hand_replace_those_of_the_chosen_rule() -> None:
    y_true, y_score = several_labels()
    curves = ClassCurves.from_predictions(y_true, y_score, classes="abcd")
    decision = decide_classes(curves, rule="common").with_thresholds({"b": 0.25})
    thresholds = decision.rule.thresholds
    assert thresholds is not None
    common = decision.rules["common"].thresholds
    assert common is not None
    assert thresholds.tolist() == [common[0], 0.25, common[2], common[3]]
    assert_equals_sklearn(decision.rule, y_true, y_score)


def test_limits_hold_and_unknown_labels_are_named() -> None:
    y_true, y_score = several_labels()
    curves = ClassCurves.from_predictions(y_true, y_score, classes="abcd")
    limited = decide_classes(curves, constraints={"b": [Constraint.at_least("precision", 0.9)]})
    assert np.asarray(limited.rules["own"].counts.precision())[1] >= 0.9
    with pytest.raises(InvalidPredictions, match="There is no label 'x'"):
        decide_classes(curves, constraints={"x": []})
    classes, logits = one_class()
    with pytest.raises(InvalidPredictions, match="'1' has no threshold"):
        decide_classes(ClassCurves.from_predictions(classes, logits)).with_thresholds({"1": 0.3})


def test_a_class_against_the_others_is_ordinary_predictions() -> None:
    classes, y_score = one_class()
    curves = ClassCurves.from_predictions(classes, y_score, classes=[0, 1, 2], ids=np.arange(400))
    rows = curves.predictions("2", model="logit_2")
    np.testing.assert_array_equal(rows.y_true, classes == 2)
    np.testing.assert_array_equal(rows.scores["logit_2"], y_score[:, 2])
    assert (rows.pos_label, rows.neg_label) == ("2", "not 2")
    with pytest.raises(InvalidPredictions, match="ids has 3"):
        ClassCurves.from_predictions(classes, y_score, ids=[1, 2, 3])


@pytest.mark.parametrize("average", AVERAGES)
def test_thresholds_are_short_decimals_that_decide_as_the_best_real_scores(average: Average) -> None:
    """Also the common one, which the label with few positives keeps."""
    y_true, y_score = several_labels()
    curves = ClassCurves.from_predictions(y_true, y_score)
    decision, best = decide_classes(curves, average), best_vector(curves, average)
    np.testing.assert_array_equal(decision.rule.decide(y_score), best.decide(y_score))
    thresholds, common = decision.rule.thresholds, decision.rules["common"].thresholds
    assert thresholds is not None
    assert common is not None
    assert thresholds[3] == common[0]
    assert all(len(repr(each)) < len(repr(score)) for each, score in zip(thresholds, best.thresholds, strict=True))
    np.testing.assert_array_equal(y_score >= common, y_score >= common_threshold(curves, average))
