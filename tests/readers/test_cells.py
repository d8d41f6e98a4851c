"""Cells, names and labels mean what people mean by them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from f1tools.readers import auc, names
from f1tools.readers.formats import parsing
from f1tools.readers.labels import by_convention, by_words


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", 1.0), (" .00025 ", 0.00025), ("1.25E-32", 1.25e-32), ("87 %", 0.87), ("12.3%", 0.123), ("1e-2%", 1e-4),
        ("[0.93]", 0.93), ("[[0.93]]", 0.93), ("tensor(0.5, device='cuda:0')", 0.5), ("(1,)", None),
        ("-inf", -math.inf),
        ("1_0", None), ("", None), ("NA", None), ("abc", None), ("1.2.3", None), ("0x1", None), ("5.", 5.0),
    ],
)  # fmt: skip
def test_number(cell: str, value: float | None) -> None:
    """Plain numbers, per cent, brackets; nothing that merely resembles one."""
    assert parsing.parse_number(cell) == value


def test_decimal_comma() -> None:
    """Only where the table is written so."""
    assert parsing.parse_number("12,5", decimal=",") == 12.5
    assert parsing.parse_number("12,5") is None


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_survives(value: float) -> None:
    """Printed with all digits and read again, a float64 is the same."""
    assert parsing.parse_number(repr(value)) == value
    assert parsing.label_to_number(parsing.number_to_label(value)) == value


@pytest.mark.parametrize(
    ("cell", "label"), [("1.0", "1"), (" yes ", "yes"), ("0.50", "0.5"), ("-1", "-1"), ("1e20", "1e+20")]
)
def test_label(cell: str, label: str) -> None:
    """1.0 and 1 are one value."""
    assert parsing.normalize_label(cell) == label


def test_labels_that_are_not_finite() -> None:
    """Whatever a number is, it can be called."""
    assert parsing.number_to_label(math.inf) == "inf"


@pytest.mark.parametrize(
    ("both", "positive"),
    [
        (("0", "1"), "1"), (("-1", "1"), "1"), (("FALSE", "TRUE"), "TRUE"), (("No", "Yes"), "Yes"),
        (("noPep", "Pep"), "Pep"),
        (("abnormal", "normal"), "abnormal"), (("incorrect", "correct"), "correct"), (("cat", "dog"), None),
        (("a", "b"), None), (("x-", "x+"), None), (("spam", "not spam"), "spam"),
    ],
)  # fmt: skip
def test_positive_by_convention(both: tuple[str, str], positive: str | None) -> None:
    """Numbers, booleans, yes and no, and a label whose negation is the other."""
    assert by_convention(both) == positive


@pytest.mark.parametrize(
    ("both", "positive"),
    [(("benign", "malignant"), "malignant"), (("AI", "Human"), "AI"), (("cat", "dog"), None), (("a", "b", "c"), None)],
)
def test_positive_by_words(both: tuple[str, ...], positive: str | None) -> None:
    """What is looked for is the positive class."""
    assert by_words(both) == positive


def test_names_speak_for_truth_and_score() -> None:
    """Evidence from words, whatever their spelling."""
    assert (
        min(map(names.truth_points, ("y_true", "trueLabel", "TARGET", "prob1_outcome", "GroundTruth", "mytargetcol")))
        >= 3
    )
    assert max(map(names.truth_points, ("y_pred", "predicted_label", "sex", "fraud_score"))) < 0
    assert min(map(names.score_points, ("y_prob", "predScore", "decision_function", "p (other.csv)"))) >= 2
    assert max(map(names.score_points, ("age", "CreditScore", "timestamp", "id"))) < 0
    assert names.score_points("prob_loss") == 2.5
    assert names.truth_points("mylabelcol") == 3
    assert names.role("sample_weights_2") == ""
    assert names.role("train_sample_weight") == "weight"
    assert names.names_label("anything", "") is False


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_roc_auc_equals_scikit_learn(pairs: list[tuple[bool, int]]) -> None:
    """With ties counted half; one half without both classes."""
    y_true, score = np.array([y for y, _ in pairs]), np.array([float(s) for _, s in pairs])
    found = auc.roc_auc(y_true, score)
    if y_true.all() or not y_true.any():
        assert found == 0.5
        assert not auc.splits(y_true, score)
    else:
        assert math.isclose(found, roc_auc_score(y_true, score), abs_tol=1e-12)


def test_complements() -> None:
    """Columns that sum to 1 up to printed digits; two empty ones do not."""
    assert auc.complements(np.array([0.3, 0.2]), np.array([0.7, 0.8]))
    assert not auc.complements(np.array([0.3, 0.2]), np.array([0.7, 0.7]))
    assert not auc.complements(np.array([np.nan]), np.array([np.nan]))
