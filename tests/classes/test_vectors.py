"""Threshold vectors against brute force over all combinations, and against scikit-learn."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import fbeta_score, precision_score

from f1tools.classes import Average, ClassCurves, best_vector, common_threshold
from f1tools.core.constraints import Constraint
from tests.helpers import rejected

AVERAGES: tuple[Average, ...] = ("macro", "weighted", "micro")


@st.composite
def labelled(draw: st.DrawFn) -> ClassCurves:
    """Draw up to 8 rows with up to 3 labels, each of which some rows have and some have not, and scores with ties."""
    n, k = draw(st.integers(2, 8)), draw(st.integers(2, 3))
    y_true = np.array(draw(st.lists(st.lists(st.booleans(), min_size=k, max_size=k), min_size=n, max_size=n)))
    y_true[0], y_true[1] = True, False
    y_score = draw(st.lists(st.lists(st.integers(0, 5), min_size=k, max_size=k), min_size=n, max_size=n))
    return ClassCurves.from_predictions(y_true.astype(int), np.array(y_score) / 5)


def by_scikit_learn(curves: ClassCurves, thresholds: Any, average: str, beta: float) -> float:
    decided = curves.y_score >= np.asarray(thresholds)
    return float(fbeta_score(curves.y_true, decided, beta=beta, average=average, zero_division=0))


def highest_of(curves: ClassCurves, choices: list[Any], average: str, beta: float) -> float:
    """Return the highest value of all combinations of thresholds, from its definition."""
    support, found = curves.y_true.sum(axis=0), 0.0
    options = [
        [(int((column & (score >= each)).sum()), int((score >= each).sum())) for each in thresholds]
        for column, score, thresholds in zip(curves.y_true.T, curves.y_score.T, choices, strict=True)
    ]
    for combination in product(*options):
        tp, flagged = np.array(combination).T
        if average == "micro":
            value = (1 + beta**2) * tp.sum() / (beta**2 * support.sum() + flagged.sum())
        else:
            each = (1 + beta**2) * tp / (beta**2 * support + flagged)
            value = np.average(each, weights=support if average == "weighted" else None)
        found = max(found, float(value))
    return found


@given(curves=labelled(), average=st.sampled_from(AVERAGES), beta=st.sampled_from([0.5, 1.0, 2.0]))
def test_best_of_all_combinations(curves: ClassCurves, average: Average, beta: float) -> None:
    """No combination of thresholds has a higher value, and the value is scikit-learn's."""
    found = best_vector(curves, average, beta=beta, min_positives=0)
    choices = [np.append(np.unique(column), np.inf) for column in curves.y_score.T]
    assert found.value() == pytest.approx(by_scikit_learn(curves, found.thresholds, average, beta), abs=1e-12)
    assert found.value() == pytest.approx(highest_of(curves, choices, average, beta), abs=1e-12)
    for other in AVERAGES:
        assert found.value(other) == pytest.approx(by_scikit_learn(curves, found.thresholds, other, beta), abs=1e-12)


@given(curves=labelled(), at_least=st.sampled_from([0.5, 0.8]), average=st.sampled_from(AVERAGES))
def test_constraints_of_a_label(curves: ClassCurves, at_least: float, average: Average) -> None:
    """The best of all combinations whose first label is precise enough; a label that cannot be is named."""
    constraints = {curves.classes[0]: [Constraint.at_least("precision", at_least)]}
    found = best_vector(curves, average, constraints=constraints, min_positives=0)
    choices = [np.append(np.unique(column), np.inf) for column in curves.y_score.T]
    precise = [
        each for each in choices[0]
        if precision_score(curves.y_true[:, 0], curves.y_score[:, 0] >= each, zero_division=0) >= at_least
    ]  # fmt: skip
    assert bool(found.not_met) == (not precise)
    choices[0] = np.array(precise or choices[0])
    assert found.value() == pytest.approx(highest_of(curves, choices, average, 1.0), abs=1e-12)


def test_few_positives_keep_the_common_threshold() -> None:
    """A label with 3 positives has the common threshold; with min_positives of 3 it has its own."""
    rng = np.random.default_rng(0)
    y_true = np.zeros((200, 3), int)
    for column, n in enumerate((80, 40, 3)):
        y_true[rng.choice(200, n, replace=False), column] = 1
    curves = ClassCurves.from_predictions(y_true, rng.normal(size=(200, 3)) + y_true, classes=["a", "b", "rare"])
    for average in AVERAGES:
        found = best_vector(curves, average)
        assert found.kept == ("rare",)
        assert found.thresholds[2] == common_threshold(curves, average)
        alone = best_vector(curves, average, min_positives=3)
        assert alone.kept == ()
        assert alone.value() >= found.value()


def test_weights_are_numbers_of_copies() -> None:
    """Rows with weights have the same vector as rows that occur so many times."""
    rng = np.random.default_rng(2)
    y_true = (rng.random((60, 3)) < 0.4).astype(int)
    y_score, times = rng.random((60, 3)).round(2), rng.integers(1, 4, 60)
    weighted = ClassCurves.from_predictions(y_true, y_score, sample_weight=times)
    copied = ClassCurves.from_predictions(np.repeat(y_true, times, axis=0), np.repeat(y_score, times, axis=0))
    for average in AVERAGES:
        one, other = (best_vector(each, average, min_positives=0) for each in (weighted, copied))
        np.testing.assert_array_equal(one.thresholds, other.thresholds)
        assert one.value() == pytest.approx(other.value())
        assert common_threshold(weighted, average) == common_threshold(copied, average)


def test_columns_are_those_of_scikit_learn() -> None:
    """Without names the columns are the sorted classes; a memory order of columns changes nothing."""
    y_true, y_score = np.array(["b", "a", "c", "a"]), np.random.default_rng(3).random((4, 3))
    one, other = (ClassCurves.from_predictions(y_true, each) for each in (y_score, np.asfortranarray(y_score)))
    assert one.classes == ("a", "b", "c")
    np.testing.assert_array_equal(one.y_true[:, 0], [False, True, False, True])
    np.testing.assert_array_equal(one.y_score, other.y_score)
    assert common_threshold(one, "micro") == common_threshold(other, "micro")


@pytest.mark.parametrize(
    ("y_true", "columns", "classes", "message"),
    [
        ([0, 1, 2], 2, None, "3 classes and y_score 2 columns"),
        ([0, 1, 1], 2, [0, 2], "the class 1 in row 1"),
        ([[0, 1], [1, 2], [0, 0]], 2, None, "row 1 has others"),
        ([[0, 1], [1, 1], [0, 1]], 2, ["a", "b"], "Every row has the label 'b'"),
        ([[0, 1], [1, 0]], 2, None, "Pass the same rows"),
        ([[0, 1], [1, 0], [1, 0]], 2, ["a", "a"], "the same name"),
        ([0, 1, 0], 1, None, "at least two classes"),
    ],
)
def test_errors(y_true: Any, columns: int, classes: Any, message: str) -> None:
    """Labels and scores that do not fit are refused: what, where, and what to do."""
    with rejected(message):
        ClassCurves.from_predictions(y_true, np.arange(3.0 * columns).reshape(3, columns), classes=classes)
