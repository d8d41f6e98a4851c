"""Tests of out-of-fold recalibration against scikit-learn's estimators fitted fold by fold, and of its invariants."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from sklearn.model_selection import StratifiedKFold

from f1tools.calibration import Method, brier_score, recalibrated
from f1tools.calibration.recalibration import out_of_fold, stratified_folds
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.types import InvalidPredictions
from tests.strategies import scores

METHODS: list[Method] = ["isotonic", "sigmoid"]
DISTORTIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "cubed": lambda p: p**3,
    "square root": np.sqrt,
    "squashed": lambda p: 0.4 + 0.2 * p,
    "balanced": lambda p: 6 * p / (6 * p + 1 - p),
    "scores of another range": lambda p: 1e5 * np.log(p / (1 - p)) - 3e6,
}
each_method = pytest.mark.parametrize("method", METHODS)


def draw_calibrated(n: int, seed: int = 0) -> tuple[BoolArray, FloatArray]:
    """Draw labels from uniform probabilities, and return both."""
    generator = np.random.default_rng(seed)
    probability = generator.uniform(0.001, 0.999, n)
    return generator.random(n) < probability, probability


def draw_weights(n: int) -> FloatArray:
    """Draw weights from 0.1 to 5."""
    return np.random.default_rng(9).uniform(0.1, 5.0, n)


@pytest.mark.parametrize("weighted", [False, True])
def test_isotonic_equals_scikit_learn(weighted: bool) -> None:
    """The scores of each fold are the predictions of ``IsotonicRegression`` fitted on the other folds."""
    y_true, probability = draw_calibrated(400)
    y_score = np.round(probability**2, 2)  # with ties
    weight = draw_weights(400) if weighted else np.ones(400)
    expected = np.empty(400)
    for train, test in StratifiedKFold(4, shuffle=True, random_state=7).split(y_score, y_true):
        model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
        model.fit(y_score[train], y_true[train], sample_weight=weight[train])
        expected[test] = model.predict(y_score[test])
    result = recalibrated(
        y_true, y_score, method="isotonic", sample_weight=weight if weighted else None, n_splits=4, random_state=7
    )
    np.testing.assert_allclose(result, expected, atol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("as_log_odds", [False, True])
def test_sigmoid_equals_scikit_learn(weighted: bool, as_log_odds: bool) -> None:
    """The scores of each fold are those of an unpenalized ``LogisticRegression`` on log-odds of the other folds."""
    y_true, probability = draw_calibrated(400)
    log_odds = np.log(probability**3 / (1 - probability**3))
    weight = draw_weights(400) if weighted else np.ones(400)
    expected = np.empty(400)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(probability, y_true):
        model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000)
        model.fit(log_odds[train, np.newaxis], y_true[train], sample_weight=weight[train])
        expected[test] = model.predict_proba(log_odds[test, np.newaxis])[:, 1]
    y_score = log_odds if as_log_odds else probability**3
    result = recalibrated(y_true, y_score, method="sigmoid", sample_weight=weight if weighted else None)
    np.testing.assert_allclose(result, expected, atol=1e-6)


@given(data=st.data(), n_splits=st.integers(2, 6), seed=st.integers(0, 2**32 - 1))
def test_folds_are_those_of_scikit_learn(data: st.DataObject, n_splits: int, seed: int) -> None:
    """Each row is held out in the fold in which ``StratifiedKFold`` holds it out."""
    counts = st.integers(n_splits, 20)
    labels = [True] * data.draw(counts) + [False] * data.draw(counts)
    y_true = np.array(data.draw(st.permutations(labels)))
    fold = stratified_folds(y_true, n_splits=n_splits, random_state=seed)
    splits = StratifiedKFold(n_splits, shuffle=True, random_state=seed).split(y_true, y_true)
    for number, (_, held_out) in enumerate(splits):
        assert np.flatnonzero(fold == number).tolist() == held_out.tolist()


@each_method
@pytest.mark.parametrize("n", [60, 20_001])
def test_labels_do_not_affect_their_own_fold(method: Method, n: int) -> None:
    """Changing a label changes scores of the other folds only, also where neighboring scores are grouped."""
    y_true, y_score = draw_calibrated(n)
    fold = np.arange(n) % 3
    before = out_of_fold(y_true, y_score, fold, method=method)
    for row in (0, n // 3, 2 * n // 3, n - 1):
        flipped = y_true.copy()
        flipped[row] = not flipped[row]
        changed = out_of_fold(flipped, y_score, fold, method=method) != before
        assert not changed[fold == fold[row]].any()
        assert changed[fold != fold[row]].any()


@pytest.mark.parametrize("rarity", [1.0, 0.03])
def test_groups_of_scores_approximate_scikit_learn(rarity: float) -> None:
    """With more distinct scores than groups, the scores stay close to those of fits to all rows, rare ones too."""
    generator = np.random.default_rng(4)
    probability = rarity * generator.beta(0.5, 2.0, 40_000)
    y_true, y_score = generator.random(40_000) < probability, probability**2
    fold = np.arange(40_000) % 2
    log_odds = np.log(y_score / (1 - y_score))[:, np.newaxis]
    results = [out_of_fold(y_true, y_score, fold, method=method) for method in METHODS]
    for number in range(2):
        rest, held_out = fold != number, fold == number
        isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(y_score[rest], y_true[rest])
        logistic = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(log_odds[rest], y_true[rest])
        expected = isotonic.predict(y_score[held_out]), logistic.predict_proba(log_odds[held_out])[:, 1]
        for result, of_rows, tolerance in zip(results, expected, (0.01, 1e-3), strict=True):
            assert np.abs(result[held_out] - of_rows).mean() < tolerance * y_true.mean()


@each_method
@settings(max_examples=25)
@given(data=st.data(), n=st.integers(6, 24))
def test_map_is_monotone_within_a_fold(method: Method, data: st.DataObject, n: int) -> None:
    """For any scores, tiny, huge or equal, the result are probabilities in the same order."""
    y_score = data.draw(scores(n)).astype(np.float64)
    y_true = np.array(data.draw(st.permutations([True] * 3 + [False] * 3 + [True] * (n - 6))))
    fold = stratified_folds(y_true, n_splits=3, random_state=1)
    probability = recalibrated(y_true, y_score, method=method, n_splits=3, random_state=1)
    assert ((probability >= 0) & (probability <= 1)).all()
    for number in range(3):
        order = np.argsort(y_score[fold == number])
        assert (np.diff(probability[fold == number][order]) >= -1e-12).all()


@each_method
@pytest.mark.parametrize("weight", [1.0, 1000.0])
def test_constant_weights_change_nothing(method: Method, weight: float) -> None:
    """Rows of equal weight give the result without weights."""
    y_true, y_score = draw_calibrated(200)
    expected = recalibrated(y_true, y_score, method=method)
    result = recalibrated(y_true, y_score, method=method, sample_weight=np.full(200, weight))
    np.testing.assert_allclose(result, expected, atol=1e-9)


@each_method
def test_rows_of_weight_0_are_not_fitted(method: Method) -> None:
    """They get a score, and do not affect that of any other row."""
    y_true, y_score = draw_calibrated(200)
    weight = np.where(np.arange(200) % 4 == 1, 0.0, 1.0)
    used = weight > 0
    result = recalibrated(y_true, y_score, method=method, sample_weight=weight)
    np.testing.assert_allclose(result[used], recalibrated(y_true[used], y_score[used], method=method), atol=1e-12)
    flipped = recalibrated(np.where(used, y_true, ~y_true), y_score, method=method, sample_weight=weight)
    np.testing.assert_array_equal(flipped, result)


@pytest.mark.parametrize("name", DISTORTIONS)
@each_method
def test_distorted_scores_are_recalibrated(method: Method, name: str) -> None:
    """The Brier score comes close to that of the true probabilities, whatever the distortion was."""
    y_true, probability = draw_calibrated(4000, seed=3)
    y_score = DISTORTIONS[name](probability)
    result = recalibrated(y_true, y_score, method=method)
    score = brier_score_loss(y_true, result)
    assert score == pytest.approx(brier_score_loss(y_true, probability), abs=0.004)
    assert brier_score(ThresholdCurve.from_predictions(y_true, result)) == pytest.approx(score)
    if y_score.min() >= 0:
        assert score < brier_score_loss(y_true, y_score) - 0.01


@each_method
def test_reversed_scores_become_the_prevalence(method: Method) -> None:
    """The order is never reversed: the best monotone map is nearly the constant share of positives of other folds."""
    y_true, probability = draw_calibrated(300)
    fold = stratified_folds(y_true, n_splits=5, random_state=0)
    result = recalibrated(y_true, 1 - probability, method=method)
    if method == "sigmoid":
        expected = np.array([y_true[fold != number].mean() for number in fold])
        np.testing.assert_allclose(result, expected, atol=1e-12)
    assert np.ptp(result) < 0.25


@each_method
def test_separable_classes(method: Method) -> None:
    """The calibrators stay finite, and their probabilities are close to 0 and 1."""
    y_true = np.arange(100) >= 70
    separable = np.arange(100) / 200 + 0.5 * y_true
    for y_score in (separable, np.where(y_true, 1.0, 0.0), separable * 1e8):
        result = recalibrated(y_true, y_score, method=method)
        assert result[~y_true].max() < 0.1
        assert result[y_true].min() > 0.9
        assert brier_score_loss(y_true, result) < 0.01


@each_method
@pytest.mark.parametrize("score", [0.0, 0.3, 0.5, 1.0, -7.0])
def test_constant_scores_become_the_prevalence(method: Method, score: float) -> None:
    """The result is the share of positives of the other folds."""
    y_true = np.arange(50) % 5 == 0
    result = recalibrated(y_true, np.full(50, score), method=method)
    np.testing.assert_allclose(result, np.full(50, 0.2), atol=1e-6)


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_log_odds_of_0_and_1(end: float) -> None:
    """Scores of exactly 0 and 1 are replaced by a third of the distance of the nearest other score."""
    y_true, probability = draw_calibrated(300)
    y_score = np.round(probability, 1)
    y_score[y_score == 1.0 - end] = abs(1.0 - end - 0.05)  # no score lies at the other end
    at_end = y_score == end
    replaced = np.where(at_end, abs(end - np.abs(y_score[~at_end] - end).min() / 3), y_score)
    result, expected = (recalibrated(y_true, column, method="sigmoid") for column in (y_score, replaced))
    np.testing.assert_allclose(result, expected, atol=1e-6)


def test_seed_determines_the_folds() -> None:
    """The same seed gives the same scores, another one gives others."""
    y_true, y_score = draw_calibrated(200)
    first, again, other = (recalibrated(y_true, y_score, method="isotonic", random_state=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("n_positives", "weight", "available"),
    [(4, None, "4 positive"), (8, None, "2 negative"), (5, [0.0] + [1.0] * 9, "4 positive")],
)
def test_every_fold_needs_both_classes(n_positives: int, weight: list[float] | None, available: str) -> None:
    """Fewer rows of a class than folds raise; rows of weight 0 do not count."""
    y_true = np.arange(10) < n_positives
    with pytest.raises(InvalidPredictions, match=rf"at least 5 rows of each class, got {available}\. Add more rows"):
        recalibrated(y_true, np.arange(10) / 10, method="isotonic", sample_weight=weight)


@pytest.mark.parametrize(
    ("y_score", "message"),
    [([0.1] * 9, "y_true has 10 rows and y_score has 9"), ([0.1] * 9 + [math.nan], "finite")],
)
def test_invalid_columns_raise(y_score: list[float], message: str) -> None:
    """Scores are finite and as many as the labels."""
    with pytest.raises(InvalidPredictions, match=message):
        recalibrated([1] * 5 + [0] * 5, y_score, method="isotonic")


@pytest.mark.parametrize(
    ("method", "n_splits", "message"),
    [("platt", 5, "method must be 'isotonic' or 'sigmoid', got 'platt'"), ("isotonic", 1, "n_splits must be 2 or")],
)
def test_invalid_options_raise(method: Method, n_splits: int, message: str) -> None:
    """The message names the option and what is allowed."""
    with pytest.raises(ValueError, match=f"^{message}"):
        recalibrated(*draw_calibrated(50), method=method, n_splits=n_splits)
