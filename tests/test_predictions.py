"""Predictions are valid by construction: from arrays, from columns of a table, from a classifier; with roles."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.metrics import confusion_matrix_at_thresholds, roc_auc_score
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV
from sklearn.multioutput import MultiOutputClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from f1tools.core.types import InvalidPredictions
from f1tools.predictions import Predictions
from tests.helpers import rejected
from tests.strategies import Rows, weighted_or_not

MATRIX, CLASSES = make_classification(n_samples=300, weights=[0.7], random_state=0)
FEATURES = pd.DataFrame(MATRIX).add_prefix("x")
TRAIN, TEST = slice(0, 200), slice(200, None)
TUNING = np.array([True, True, True, False, False, False])
Y, SCORE = [1, 0, 1, 0, 1, 0], [0.9, 0.2, 0.4, 0.3, 0.8, 0.1]
COLUMNS: dict[str, list[Any]] = {
    "sample_weight": [1, 2, 3, 4, 5, 6],
    "group": list("uvwxyz"),
    "ids": [10, 11, 12, 13, 14, 15],
    "amount": [0, 1, 2, 3, 4, 5],
}


@given(drawn=weighted_or_not())
def test_the_curve_of_predictions_equals_scikit_learn(drawn: Rows) -> None:
    """Predictions keep labels, scores and weights unchanged: their curve is scikit-learn's."""
    predictions = Predictions.from_arrays(drawn.y_true, drawn.y_score, sample_weight=drawn.sample_weight)
    curve = predictions.curve()
    with np.errstate(over="ignore", invalid="ignore"):
        _, fps, _, tps, thresholds = confusion_matrix_at_thresholds(
            drawn.y_true, drawn.y_score, pos_label=True, sample_weight=drawn.sample_weight
        )
    np.testing.assert_array_equal(curve.thresholds[1:], thresholds)
    np.testing.assert_array_equal(curve.tp[1:], tps)
    np.testing.assert_array_equal(curve.fp[1:], fps)
    assert (predictions.n, predictions.n_pos) == (drawn.y_true.size, int(drawn.y_true.sum()))
    assert all(score.dtype == np.float64 for score in predictions.scores.values())


def test_several_models_score_the_same_rows() -> None:
    """A mapping names the models; each has its own curve, and the first one is the default."""
    predictions = Predictions.from_arrays([1, 0, 1], {"forest": [0.9, 0.2, 0.4], "logistic": [3, 2, 1]})
    assert predictions.models == ("forest", "logistic")
    assert predictions.curve().thresholds.tolist() == [np.inf, 0.9, 0.4, 0.2]
    assert predictions.curve("logistic").thresholds.tolist() == [np.inf, 3, 2, 1]
    with pytest.raises(KeyError):
        predictions.curve("boosting")


def test_columns_of_a_data_frame() -> None:
    """All columns may come from a table, whatever its index."""
    table = pd.DataFrame(
        {"truth": ["yes", "no", "yes"], "p": [0.9, 0.2, 0.4], "w": [1, 2, 3], "fold": ["a", "b", "a"], "id": [7, 8, 9]},
        index=[30, 20, 10],
    )
    predictions = Predictions.from_arrays(
        table["truth"], table["p"], sample_weight=table["w"], pos_label="yes", group=table["fold"], ids=table["id"]
    )
    assert predictions.y_true.tolist() == [True, False, True]
    assert (predictions.pos_label, predictions.neg_label) == ("yes", "no")
    columns = {"sample_weight": [1.0, 2.0, 3.0], "group": ["a", "b", "a"], "ids": [7, 8, 9]}
    assert {name: getattr(predictions, name).tolist() for name in columns} == columns


@pytest.mark.parametrize(
    ("y_true", "pos_label", "names"),
    [
        ([0, 1, 1], None, ("1", "0")),
        ([-1, 1, 1], None, ("1", "-1")),
        ([True, False, True], None, ("True", "False")),
        ([True, False, True], False, ("False", "True")),
        (["ham", "spam", "ham"], "spam", ("spam", "ham")),
        ([3, 1, 2, 3], 3, ("3", "1, 2")),
        (list("abcdea"), "a", ("a", "b, c, d, ...")),
        ([[0], [1]], None, ("1", "0")),
    ],
)
def test_classes_keep_their_names(y_true: Any, pos_label: object, names: tuple[str, str]) -> None:
    """The classes are named as in the data; of many negative labels the first three are named."""
    predictions = Predictions.from_arrays(y_true, np.arange(len(y_true)), pos_label=pos_label)
    assert (predictions.pos_label, predictions.neg_label) == names


def test_predictions_are_frozen() -> None:
    """Valid predictions stay valid."""
    predictions = Predictions.from_arrays([1, 0], [0.9, 0.1])
    with pytest.raises(dataclasses.FrozenInstanceError):
        predictions.pos_label = "0"  # type: ignore[misc]


MODELS = [
    LogisticRegression(),
    LinearSVC(),
    RidgeClassifier(),
    GaussianNB(),
    DecisionTreeClassifier(max_depth=3, random_state=0),
    make_pipeline(StandardScaler(), LinearSVC()),
    GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2),
    FixedThresholdClassifier(LogisticRegression(), threshold=0.2),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("names", [(0, 1), (-1, 1), (False, True), ("good", "bad"), (2, 1)])
@pytest.mark.parametrize("positive", [None, 0, 1])
def test_a_fitted_classifier_scores_rows(model: Any, names: tuple[Any, Any], positive: int | None) -> None:
    """Probabilities, else margins, of the positive class: the last class of the classifier, or the named one.

    The classifier sees the names of the columns, and weights enter the counts.
    """
    y = np.array(names)[CLASSES]
    fitted = model.fit(FEATURES[TRAIN], y[TRAIN])
    pos_label = None if positive is None else names[positive]
    predictions = Predictions.from_estimator(
        fitted, FEATURES[TEST], y[TEST], pos_label=pos_label, sample_weight=np.full(100, 2.0)
    )
    positive_label = sorted(names)[-1] if pos_label is None else pos_label
    if hasattr(fitted, "predict_proba"):
        expected = fitted.predict_proba(FEATURES[TEST])[:, list(fitted.classes_).index(positive_label)]
    else:
        expected = fitted.decision_function(FEATURES[TEST]) * (1 if positive_label == sorted(names)[-1] else -1)
    assert predictions.models == (type(model).__name__,)
    assert predictions.pos_label == str(positive_label)
    np.testing.assert_array_equal(predictions.scores[type(model).__name__], expected)
    np.testing.assert_array_equal(predictions.y_true, y[TEST] == positive_label)
    curve = predictions.curve()
    assert curve.roc_auc() == pytest.approx(roc_auc_score(y[TEST] == positive_label, expected))
    assert curve.roc_auc() > 0.6  # not inverted
    assert curve.positives == 2 * (y[TEST] == positive_label).sum()


class WithoutScores:
    """A classifier that predicts neither probabilities nor margins."""

    classes_ = np.array([0, 1])


@pytest.mark.parametrize(
    ("model", "pos_label", "message"),
    [
        *(
            (model, None, "A fitted binary classifier is needed")
            for model in (
                LinearRegression().fit(FEATURES, CLASSES),
                LogisticRegression(),
                GaussianNB().fit(FEATURES, np.arange(300) % 3),
                MultiOutputClassifier(GaussianNB()).fit(FEATURES, np.stack([CLASSES, 1 - CLASSES], axis=1)),
                RandomForestClassifier(2).fit(FEATURES, np.stack([CLASSES, np.arange(300) % 3], axis=1)),
            )
        ),
        (GaussianNB().fit(FEATURES, CLASSES), "yes", "pos_label 'yes' is not one of the estimator's classes [0, 1]."),
        (GaussianNB().fit(FEATURES, np.where(CLASSES, "yes", "no")), None, "'yes' does not occur"),
        (WithoutScores(), None, "The estimator has neither predict_proba nor decision_function."),
    ],
)
def test_invalid_estimators(model: Any, pos_label: object, message: str) -> None:
    """Regressors, unfitted, multiclass and multi-output models are rejected; so are labels spelled differently."""
    with rejected(message):
        Predictions.from_estimator(model, FEATURES, CLASSES, pos_label=pos_label)


def test_a_subset_holds_its_rows_of_every_column() -> None:
    """Labels, scores and all other columns stay together; a subset has no roles."""
    predictions = Predictions.from_arrays(Y, {"a": SCORE, "b": SCORE[::-1]}, tuning=TUNING, **COLUMNS)
    every_other = predictions.subset(np.arange(6) % 3 < 2)
    for subset, rows in (
        (predictions.tuning_set, [0, 1, 2]),
        (predictions.evaluation_set, [3, 4, 5]),
        (every_other, [0, 1, 3, 4]),
    ):
        assert subset.y_true.astype(int).tolist() == [Y[row] for row in rows]
        assert subset.scores["a"].tolist() == [SCORE[row] for row in rows]
        assert subset.scores["b"].tolist() == [SCORE[::-1][row] for row in rows]
        for name, values in COLUMNS.items():
            assert getattr(subset, name).tolist() == [values[row] for row in rows]
        assert subset.tuning is None
        assert (subset.pos_label, subset.neg_label) == ("1", "0")
    with rejected("Both classes are needed"):
        predictions.subset(predictions.y_true)
    with rejected("rows must hold True or False"):
        predictions.subset([0, 1, 0, 1, 0, 1])


@given(drawn=weighted_or_not(), data=st.data())
def test_the_counts_of_both_sets_add_up(drawn: Rows, data: st.DataObject) -> None:
    """At every threshold the counts of both sets sum to those of all rows; a set without a class is rejected."""
    n = drawn.y_true.size
    tuning = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    all_rows = Predictions.from_arrays(drawn.y_true, drawn.y_score, sample_weight=drawn.sample_weight)
    counted = np.ones(n, dtype=bool) if drawn.sample_weight is None else drawn.sample_weight > 0
    cells = [(tuning == side) & (drawn.y_true == label) & counted for side in (True, False) for label in (True, False)]
    if not all(cell.any() for cell in cells):
        with pytest.raises(InvalidPredictions, match=r"^The set '(tune|report)' has no (row|weight on any row) with"):
            all_rows.with_roles(tuning)
        return
    curves = all_rows.with_roles(tuning).curves()
    for threshold in all_rows.curve().thresholds.tolist():
        parts = [curve.at(threshold).counts for curve in (curves.tuning, curves.evaluation)]
        together = all_rows.curve().at(threshold).counts
        for cell in ("tn", "fp", "fn", "tp"):
            assert sum(getattr(part, cell) for part in parts) == getattr(together, cell)


def test_roles_can_be_changed() -> None:
    """They can be set, named and removed; everything else stays. Amounts may all be 0."""
    split = Predictions.from_arrays(Y, SCORE, amount=[0] * 6).with_roles(TUNING.tolist(), ("valid", "test"))
    assert split.role_names == ("valid", "test")
    assert split.tuning is not None
    assert split.tuning.tolist() == TUNING.tolist()
    assert split.amount is not None
    assert split.amount.dtype == np.float64
    assert not split.amount.any()
    without = split.with_roles(None)
    assert without.tuning is None
    assert without.tuning_set is without.evaluation_set is without


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"y_score": {}}, ["no score column"]),
        ({"y_score": [0.5, 0.1]}, ["'score'", "6 rows", "2"]),
        ({"y_score": {"p": [0.5, np.nan, 0, 0, 0, np.inf]}}, ["'p'", "nan in row 1", "2 such rows"]),
        ({"y_score": ["high", *"abcde"]}, ["'score'", "'high' in row 0"]),
        ({"y_true": [0] * 6}, ["All 6 rows", "label 0"]),
        ({"y_true": [1] * 1500, "y_score": [0.5] * 1500}, ["All 1,500 rows", "'1'"]),
        ({"sample_weight": [1, 0] * 3}, ["sample_weight is 0", "'0'"]),
        ({"sample_weight": [0, 1] * 3}, ["sample_weight is 0", "'1'"]),
        ({"sample_weight": [1, -2] * 3}, ["sample_weight", "-2.0 in row 1"]),
        ({"sample_weight": [1, 1]}, ["sample_weight", "6 rows", "2"]),
        ({"group": ["a", "b"]}, ["group", "6 rows", "2"]),
        ({"ids": [1, 2, 3, 4]}, ["ids", "6 rows", "4"]),
        ({"pos_label": "yes"}, ["'yes' does not occur", "1, 0"]),
        ({"tuning": [True, False, True, True, True, True]}, ["'report'", "no row", "'1'"]),
        ({"tuning": [True, False, True, False, False, False]}, ["'tune'", "no row", "'0'"]),
        ({"tuning": TUNING, "sample_weight": [1, 0, 1, 1, 1, 1]}, ["'tune'", "no weight", "'0'"]),
        ({"tuning": [True, False]}, ["tuning", "6 rows", "2"]),
        ({"tuning": ["valid"] * 3 + ["test"] * 3}, ["tuning must hold True or False", "<U5"]),
        ({"amount": [1, 2, 3, -4, 5, 6]}, ["amount", "-4.0 in row 3"]),
        ({"amount": [1, 2, np.nan, 4, 5, 6]}, ["amount", "nan in row 2"]),
        ({"amount": [1, 2]}, ["amount", "6 rows", "2"]),
    ],
)
def test_invalid_columns(options: dict[str, Any], parts: list[str]) -> None:
    """The message names what was found, and where: the column, the set, the class or the row."""
    arrays: dict[str, Any] = {"y_true": Y, "y_score": SCORE} | options
    with rejected(*parts):
        Predictions.from_arrays(**arrays)
