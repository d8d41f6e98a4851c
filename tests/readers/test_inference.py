"""The evidence that inference uses: names, labels, statistics of a sample, and which columns are models."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from f1tools.readers import read_predictions
from f1tools.readers.formats.table import Sample
from f1tools.readers.inference import names
from f1tools.readers.inference.names import (
    positive_by_convention,
    positive_by_words,
    role_values,
    roles_of_files,
)
from f1tools.readers.inference.profiles import (
    are_complements,
    is_separable,
    monotone_columns,
    profile_columns,
    roc_auc,
)
from tests.readers.helpers import rows, table

Y, P = rows(300)
Q = rows(300, spread=0.7)[1]


@pytest.mark.parametrize(
    ("labels", "positive"),
    [
        (("0", "1"), "1"), (("-1", "1"), "1"), (("FALSE", "TRUE"), "TRUE"), (("No", "Yes"), "Yes"),
        (("noPep", "Pep"), "Pep"), (("abnormal", "normal"), "abnormal"), (("incorrect", "correct"), "correct"),
        (("cat", "dog"), None), (("a", "b"), None), (("x-", "x+"), None), (("spam", "not spam"), "spam"),
    ],
)  # fmt: skip
def test_positive_class_by_convention(labels: tuple[str, str], positive: str | None) -> None:
    """Numbers, booleans, yes and no, and a label that the other one negates have a conventional positive class."""
    assert positive_by_convention(labels) == positive


@pytest.mark.parametrize(
    ("labels", "positive"),
    [(("benign", "malignant"), "malignant"), (("AI", "Human"), "AI"), (("cat", "dog"), None), (("a", "b", "c"), None)],
)
def test_positive_class_by_words(labels: tuple[str, ...], positive: str | None) -> None:
    """The positive class is what people look for."""
    assert positive_by_words(labels) == positive


def test_names_suggest_targets_and_scores() -> None:
    """Words are recognized in any spelling."""
    targets = ("y_true", "trueLabel", "TARGET", "prob1_outcome", "GroundTruth", "mytargetcol")
    assert min(map(names.target_points, targets)) >= 3
    assert max(map(names.target_points, ("y_pred", "predicted_label", "sex", "fraud_score"))) < 0
    assert min(map(names.score_points, ("y_prob", "predScore", "decision_function", "p (other.csv)"))) >= 2
    assert max(map(names.score_points, ("age", "CreditScore", "timestamp", "id"))) < 0
    assert names.score_points("prob_loss") == 2.5
    assert names.target_points("mylabelcol") == 3
    assert names.suggested_role("sample_weights_2") == ""
    assert names.suggested_role("train_sample_weight") == "weight"
    assert names.is_named_after("anything", "") is False


def test_which_of_two_files_is_the_evaluation_set() -> None:
    """The file whose name says so is the evaluation set; else the second one is."""
    assert roles_of_files("a.csv", "b.csv") == (("a.csv",), ("b.csv",))
    assert roles_of_files("preds_test.csv", "preds_valid.csv") == (("preds_valid.csv",), ("preds_test.csv",))
    assert roles_of_files("holdout.csv", "mine.csv") == (("mine.csv",), ("holdout.csv",))
    assert roles_of_files("mine.csv", "dev.csv") == (("dev.csv",), ("mine.csv",))
    assert roles_of_files("eval.csv", "train.csv") == (("train.csv",), ("eval.csv",))
    assert role_values(["train", "A"]) is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_roc_auc_equals_scikit_learn(pairs: list[tuple[bool, int]]) -> None:
    """Ties count half; without both classes it is one half."""
    y_true, score = np.array([y for y, _ in pairs]), np.array([float(s) for _, s in pairs])
    auc = roc_auc(y_true, score)
    if y_true.all() or not y_true.any():
        assert auc == 0.5
        assert not is_separable(y_true, score)
    else:
        assert math.isclose(auc, roc_auc_score(y_true, score), abs_tol=1e-12)


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=3, max_size=30), st.integers(0, 29), st.integers(0, 4))
def test_columns_that_rise_or_fall_with_values(values: list[int], row: int, changed: int) -> None:
    """A column is monotone where no two rows contradict, whichever rows these are; missing cells never do."""
    base = [str(each) for each in values]
    columns = {
        "equal": list(base), "falling": [str(-each) for each in values], "coarse": [str(each // 2) for each in values],
        "folded": [str(abs(each - 2)) for each in values],
        "missing": [cell if at % 2 else "" for at, cell in enumerate(base)],
    }  # fmt: skip
    for cells in columns.values():
        cells[row % len(cells)] = str(changed)
    profiles = profile_columns(Sample(columns, is_complete=True))
    one = np.array(values, dtype=np.float64)
    signs = {each.name: np.sign(one[:, None] - one) * np.sign(each.values[:, None] - each.values) for each in profiles}
    expected = [name for name, sign in signs.items() if not (np.any(sign < 0) and np.any(sign > 0))]
    assert [each.name for each in monotone_columns(one, profiles)] == expected


def test_complements() -> None:
    """Complements sum to 1 up to the rounding of printed digits; empty columns are not complements."""
    assert are_complements(np.array([0.3, 0.2]), np.array([0.7, 0.8]))
    assert not are_complements(np.array([0.3, 0.2]), np.array([0.7, 0.7]))
    assert not are_complements(np.array([np.nan]), np.array([np.nan]))


@pytest.mark.parametrize("models", [("prob_m0", "prob_m1"), ("score_v0", "score_v1"), ("prob_seed0", "prob_seed1")])
def test_models_numbered_like_the_classes_are_two(models: tuple[str, str]) -> None:
    """Names that end like the labels 0 and 1 do not make two similar rankings the columns of two classes."""
    reading = read_predictions(table({"y_true": Y, models[0]: P, models[1]: Q}))
    assert reading.outcome == "sure"
    assert reading.predictions is not None
    assert reading.predictions.models == models


def test_many_models_are_all_read() -> None:
    """A hyperparameter search leaves dozens of models, and none is lost."""
    models = {f"prob_m{i}": np.round(P * (1 - i / 200) + Q * i / 200, 9) for i in range(60)}
    reading = read_predictions(table({"y_true": Y, **models}))
    assert reading.predictions is not None
    assert reading.predictions.models == tuple(models)


def test_a_possible_weight_column_is_mentioned() -> None:
    """A column named weight may hold a patient's weight: it is not used, and a warning says so."""
    reading = read_predictions(table({"true": Y, "prob": P, "weight": np.round(Q * 3, 6)}))
    assert reading.predictions is not None
    assert reading.predictions.sample_weight is None
    assert [warning.kind for warning in reading.warnings] == ["unused_weight"]


@pytest.mark.parametrize("name", ["weight", "w", "wts"])
def test_a_possible_weight_column_with_negative_numbers_is_mentioned(name: str) -> None:
    """It cannot hold weights as it is: a warning names the column and its lowest number, and says what to do."""
    values = np.round(Q * 3, 6)
    values[7] = -2.5
    reading = read_predictions(table({"true": Y, "prob": P, name: values}))
    assert reading.predictions is not None
    assert (reading.predictions.models, reading.predictions.sample_weight) == (("prob",), None)
    [sentence] = [warning.sentence for warning in reading.warnings if warning.kind == "unused_weight"]
    assert f"column {name} may hold weights" in sentence
    assert "lowest number is -2.5. Correct it" in sentence


def test_a_question_names_a_model_that_no_option_uses() -> None:
    """Whoever answers learns of a model that the answers leave out, as it has nothing to do with the truth."""
    parts = [("train", "valid", "test")[i // 7 % 3] for i in range(300)]
    margin = np.random.default_rng(0).normal(size=300).round(4)
    columns = {"split": parts, "y_true": Y, "forest_prob": P, "boosting_prob": Q, "net_margin": margin}
    reading = read_predictions(table(columns))
    assert reading.outcome == "ask"
    used = {name for candidate in reading.candidates for name in candidate.choices.columns()}
    assert used == columns.keys() - {"net_margin"}
    assert "net_margin" in reading.reason
