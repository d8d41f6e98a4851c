"""Predictions are valid by construction: from arrays, from a table's columns, from a classifier."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
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

from f1tools.core.errors import InvalidPredictions
from f1tools.predictions import Predictions
from tests.strategies import Rows, weighted_or_not

FEATURES, CLASSES = make_classification(n_samples=300, weights=[0.7], random_state=0)
TRAIN, TEST = slice(0, 200), slice(200, None)


def refusal(sentence: str) -> Any:
    """Expect exactly this sentence."""
    return pytest.raises(InvalidPredictions, match=f"^{re.escape(sentence)}$")


@given(drawn=weighted_or_not())
@settings(deadline=None)
def test_the_curve_of_predictions_equals_scikit_learn(drawn: Rows) -> None:
    """Predictions keep truth, scores and weights as they are: their curve is scikit-learn's."""
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
    """A mapping gives each model its name; each has its own curve, and the first is the one meant by default."""
    predictions = Predictions.from_arrays([1, 0, 1], {"forest": [0.9, 0.2, 0.4], "logistic": [3, 2, 1]})
    assert predictions.models == ("forest", "logistic")
    assert predictions.curve().thresholds.tolist() == [np.inf, 0.9, 0.4, 0.2]
    assert predictions.curve("logistic").thresholds.tolist() == [np.inf, 3, 2, 1]
    with pytest.raises(KeyError):
        predictions.curve("boosting")


def test_columns_of_a_data_frame_are_taken() -> None:
    """Truth, scores, weights, groups and ids may be columns of a table, whatever its index."""
    table = pd.DataFrame(
        {"truth": ["yes", "no", "yes"], "p": [0.9, 0.2, 0.4], "w": [1, 2, 3], "fold": ["a", "b", "a"], "id": [7, 8, 9]},
        index=[30, 20, 10],
    )
    predictions = Predictions.from_arrays(
        table["truth"], table["p"], sample_weight=table["w"], pos_label="yes", group=table["fold"], ids=table["id"]
    )
    assert predictions.y_true.tolist() == [True, False, True]
    assert (predictions.pos_label, predictions.neg_label) == ("yes", "no")
    assert predictions.sample_weight is not None
    assert predictions.sample_weight.tolist() == [1.0, 2.0, 3.0]
    assert predictions.group is not None
    assert predictions.group.tolist() == ["a", "b", "a"]
    assert predictions.ids is not None
    assert predictions.ids.tolist() == [7, 8, 9]


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
    """The two classes are called as in the data; of many negative labels the first three are named."""
    predictions = Predictions.from_arrays(y_true, np.arange(len(y_true)), pos_label=pos_label)
    assert (predictions.pos_label, predictions.neg_label) == names


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"y_score": {}}, "There is no score column. Name at least one."),
        (
            {"y_score": [0.5, 0.1]},
            "y_true has 3 rows and the score 'score' has 2. They must describe the same rows in one order.",
        ),
        (
            {"y_score": {"p": [0.5, np.nan, -np.inf]}},
            "The score 'p' must be finite, got nan in row 1 (2 such rows in all). Drop or fill them.",
        ),
        (
            {"y_score": ["high", "low", "low"]},
            "The score 'score' must hold numbers, got 'high' in row 0. Convert or change the column.",
        ),
        ({"y_true": [0, 0, 0]}, "All 3 rows have the label '0'. Both classes are needed: bring rows of the other one."),
        ({"y_true": [1, 1, 1]}, "All 3 rows have the label '1'. Both classes are needed: bring rows of the other one."),
        ({"sample_weight": [1, 0, 1]}, "sample_weight is 0 in all rows with the label '0'. Both classes must count."),
        ({"sample_weight": [0, 1, 0]}, "sample_weight is 0 in all rows with the label '1'. Both classes must count."),
        (
            {"sample_weight": [1, -2, 1]},
            "sample_weight must be finite and not negative, got -2.0 in row 1. Mend or drop that row.",
        ),
        (
            {"sample_weight": [1, 1]},
            "y_true has 3 rows and sample_weight has 2. They must describe the same rows in one order.",
        ),
        ({"group": ["a", "b"]}, "y_true has 3 rows and group has 2. Pass one a row."),
        ({"ids": [1, 2, 3, 4]}, "y_true has 3 rows and ids has 4. Pass one a row."),
        (
            {"pos_label": "yes"},
            "pos_label 'yes' does not occur in y_true, which holds 1, 0. Pass one of these.",
        ),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, Any], said: str) -> None:
    """Every refusal is one sentence: what was seen, where, and the mend."""
    arrays: dict[str, Any] = {"y_true": [1, 0, 1], "y_score": [0.9, 0.2, 0.4]} | options
    with refusal(said):
        Predictions.from_arrays(**arrays)


def test_rows_are_numbered_in_thousands() -> None:
    """Large numbers are set apart, as people write them."""
    with refusal("All 1,500 rows have the label '0'. Both classes are needed: bring rows of the other one."):
        Predictions.from_arrays([0] * 1500, np.zeros(1500))


def test_huge_scores_are_fine() -> None:
    """Finite scores whose sum is not are finite."""
    predictions = Predictions.from_arrays([1, 0, 1], [1.7e308, 1.7e308, -1.7e308])
    assert predictions.curve().thresholds.tolist() == [np.inf, 1.7e308, -1.7e308]


def test_predictions_are_frozen() -> None:
    """What was valid stays valid."""
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
    """Probabilities, else margins, of the positive class: the last one of the classifier, or the one that is named."""
    y = np.array(names)[CLASSES]
    fitted = model.fit(FEATURES[TRAIN], y[TRAIN])
    pos_label = None if positive is None else names[positive]
    predictions = Predictions.from_estimator(fitted, FEATURES[TEST], y[TEST], pos_label=pos_label)
    meant = sorted(names)[-1] if pos_label is None else pos_label
    if hasattr(fitted, "predict_proba"):
        expected = fitted.predict_proba(FEATURES[TEST])[:, list(fitted.classes_).index(meant)]
    else:
        expected = fitted.decision_function(FEATURES[TEST]) * (1 if meant == sorted(names)[-1] else -1)
    assert predictions.models == (type(model).__name__,)
    assert predictions.pos_label == str(meant)
    np.testing.assert_array_equal(predictions.scores[type(model).__name__], expected)
    np.testing.assert_array_equal(predictions.y_true, y[TEST] == meant)
    assert predictions.curve().roc_auc() == pytest.approx(roc_auc_score(y[TEST] == meant, expected))
    assert predictions.curve().roc_auc() > 0.6  # not the wrong way round


def test_a_classifier_scores_a_data_frame_with_weights() -> None:
    """Columns keep their names on the way into the classifier, and weights go into the counts."""
    table = pd.DataFrame(FEATURES, columns=[f"x{i}" for i in range(FEATURES.shape[1])])
    model = LogisticRegression().fit(table[TRAIN], CLASSES[TRAIN])
    predictions = Predictions.from_estimator(model, table[TEST], CLASSES[TEST], sample_weight=np.full(100, 2.0))
    assert predictions.curve().positives == 2 * CLASSES[TEST].sum()


class Silent:
    """A classifier that neither predicts probabilities nor margins."""

    classes_ = np.array([0, 1])


@pytest.mark.parametrize(
    ("model", "pos_label", "said"),
    [
        (LinearRegression().fit(FEATURES, CLASSES), None, "A fitted binary classifier is needed"),
        (LogisticRegression(), None, "A fitted binary classifier is needed"),
        (GaussianNB().fit(FEATURES, np.arange(300) % 3), None, "A fitted binary classifier is needed"),
        (
            MultiOutputClassifier(GaussianNB()).fit(FEATURES, np.stack([CLASSES, 1 - CLASSES], axis=1)),
            None,
            "A fitted binary classifier is needed",
        ),
        (
            RandomForestClassifier(2).fit(FEATURES, np.stack([CLASSES, np.arange(300) % 3], axis=1)),
            None,
            "A fitted binary classifier is needed",
        ),
        (
            GaussianNB().fit(FEATURES, CLASSES),
            "yes",
            "pos_label 'yes' is not one of the estimator's classes [0, 1].",
        ),
        (Silent(), None, "The estimator has neither predict_proba nor decision_function to score rows with."),
    ],
)
def test_what_cannot_score_two_classes_is_refused(model: Any, pos_label: object, said: str) -> None:
    """Regressors, unfitted, multiclass and multi-output models are refused in words."""
    with pytest.raises(InvalidPredictions, match=f"^{re.escape(said)}"):
        Predictions.from_estimator(model, FEATURES, CLASSES, pos_label=pos_label)


def test_a_truth_that_the_classifier_does_not_know_is_refused() -> None:
    """Labels of another spelling than the classifier's don't silently become negative."""
    model = GaussianNB().fit(FEATURES, np.where(CLASSES, "yes", "no"))
    with pytest.raises(InvalidPredictions, match=r"^pos_label 'yes' does not occur in y_true, which holds"):
        Predictions.from_estimator(model, FEATURES, CLASSES)
