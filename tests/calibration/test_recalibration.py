"""Recalibration out of fold, against scikit-learn's own pieces run by hand, and its laws."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
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
    "cubed": lambda chance: chance**3,
    "square root": np.sqrt,
    "squashed": lambda chance: 0.4 + 0.2 * chance,
    "balanced": lambda chance: 6 * chance / (6 * chance + 1 - chance),
}


def chances(n: int, seed: int = 0) -> tuple[BoolArray, FloatArray]:
    """Draw truths of known chances, spread from 0 to 1 but for the ends."""
    generator = np.random.default_rng(seed)
    chance = generator.uniform(0.001, 0.999, n)
    return generator.random(n) < chance, chance


def weights(n: int) -> FloatArray:
    """Draw weights from 0.1 to 5."""
    return np.random.default_rng(9).uniform(0.1, 5.0, n)


@pytest.mark.parametrize("weighted", [False, True])
def test_isotonic_is_scikit_learns_fold_by_fold(weighted: bool) -> None:
    """Each fold gets what `IsotonicRegression`, fitted on the other folds, says."""
    y_true, chance = chances(400)
    y_score = np.round(chance**2, 2)  # with ties
    weight = weights(400) if weighted else np.ones(400)
    expected = np.empty(400)
    for train, test in StratifiedKFold(4, shuffle=True, random_state=7).split(y_score, y_true):
        model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
        model.fit(y_score[train], y_true[train], sample_weight=weight[train])
        expected[test] = model.predict(y_score[test])
    found = recalibrated(
        y_true, y_score, method="isotonic", sample_weight=weight if weighted else None, n_splits=4, random_state=7
    )
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("margins", [False, True])
def test_sigmoid_is_scikit_learns_fold_by_fold(weighted: bool, margins: bool) -> None:
    """Each fold gets what an unpenalised `LogisticRegression` says: on log-odds, or on margins as they are."""
    y_true, chance = chances(400)
    log_odds = np.log(chance**3 / (1 - chance**3))
    weight = weights(400) if weighted else np.ones(400)
    expected = np.empty(400)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(chance, y_true):
        model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000)
        model.fit(log_odds[train, np.newaxis], y_true[train], sample_weight=weight[train])
        expected[test] = model.predict_proba(log_odds[test, np.newaxis])[:, 1]
    y_score = log_odds if margins else chance**3
    found = recalibrated(y_true, y_score, method="sigmoid", sample_weight=weight if weighted else None)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_no_row_has_a_say_in_its_own_score(method: Method) -> None:
    """In folds that are given, another label changes the scores of other folds only."""
    y_true, y_score = chances(60)
    fold = np.arange(60) % 3
    before = out_of_fold(y_true, y_score, fold, method=method)
    for row in (0, 20, 40, 59):
        flipped = y_true.copy()
        flipped[row] = not flipped[row]
        changed = out_of_fold(flipped, y_score, fold, method=method) != before
        assert not changed[fold == fold[row]].any()
        assert changed[fold != fold[row]].any()


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25)
@given(data=st.data(), n=st.integers(6, 24))
def test_the_order_is_kept_within_a_fold(method: Method, data: st.DataObject, n: int) -> None:
    """Whatever the scores are, tiny, huge or equal, what comes out are chances in the same order."""
    y_score = data.draw(scores(n)).astype(np.float64)
    y_true = np.array(data.draw(st.permutations([True] * 3 + [False] * 3 + [True] * (n - 6))))
    fold = stratified_folds(y_true, n_splits=3, random_state=1)
    chance = recalibrated(y_true, y_score, method=method, n_splits=3, random_state=1)
    assert ((chance >= 0) & (chance <= 1)).all()
    for number in range(3):
        order = np.argsort(y_score[fold == number])
        assert (np.diff(chance[fold == number][order]) >= -1e-12).all()


@pytest.mark.parametrize("method", METHODS)
def test_rows_that_weigh_the_same_are_rows(method: Method) -> None:
    """Weights of 1, or all of 1,000, change nothing."""
    y_true, y_score = chances(200)
    plain = recalibrated(y_true, y_score, method=method)
    for weight in (1.0, 1000.0):
        found = recalibrated(y_true, y_score, method=method, sample_weight=np.full(200, weight))
        np.testing.assert_allclose(found, plain, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_rows_of_weight_0_have_no_say(method: Method) -> None:
    """They get a score, and nobody else's changes by them."""
    y_true, y_score = chances(200)
    weight = np.where(np.arange(200) % 4 == 1, 0.0, 1.0)
    found = recalibrated(y_true, y_score, method=method, sample_weight=weight)
    counted = weight > 0
    np.testing.assert_allclose(
        found[counted], recalibrated(y_true[counted], y_score[counted], method=method), atol=1e-12
    )
    flipped = recalibrated(np.where(counted, y_true, ~y_true), y_score, method=method, sample_weight=weight)
    np.testing.assert_array_equal(flipped, found)


@pytest.mark.parametrize("name", DISTORTIONS)
@pytest.mark.parametrize("method", METHODS)
def test_distorted_chances_are_mended(method: Method, name: str) -> None:
    """The Brier score comes close to that of the chances themselves, E p(1 - p), wherever the scores had been."""
    y_true, chance = chances(4000, seed=3)
    y_score = DISTORTIONS[name](chance)
    mended = recalibrated(y_true, y_score, method=method)
    reached = brier_score_loss(y_true, mended)
    assert reached < brier_score_loss(y_true, y_score) - 0.01
    assert reached == pytest.approx(brier_score_loss(y_true, chance), abs=0.004)
    assert brier_score(ThresholdCurve.from_predictions(y_true, mended)) == pytest.approx(reached)


def test_margins_become_chances() -> None:
    """Scores of any range come out as good as the chances behind them."""
    y_true, chance = chances(4000, seed=4)
    margins = 1e5 * np.log(chance / (1 - chance)) - 3e6
    for method in METHODS:
        reached = brier_score_loss(y_true, recalibrated(y_true, margins, method=method))
        assert reached == pytest.approx(brier_score_loss(y_true, chance), abs=0.004)


@pytest.mark.parametrize("method", METHODS)
def test_scores_the_wrong_way_round_say_the_share_of_positives(method: Method) -> None:
    """The order is never turned round: what is left of reversed scores is the share among the other folds."""
    y_true, chance = chances(300)
    fold = stratified_folds(y_true, n_splits=5, random_state=0)
    found = recalibrated(y_true, 1 - chance, method=method)
    if method == "sigmoid":
        expected = np.array([y_true[fold != number].mean() for number in fold])
        np.testing.assert_allclose(found, expected, atol=1e-12)
    assert np.ptp(found) < 0.25


@pytest.mark.parametrize("method", METHODS)
def test_classes_that_do_not_overlap(method: Method) -> None:
    """The maps stay finite, and say it clearly."""
    y_true = np.arange(100) >= 70
    apart = np.arange(100) / 200 + 0.5 * y_true
    for y_score in (apart, np.where(y_true, 1.0, 0.0), apart * 1e8):
        found = recalibrated(y_true, y_score, method=method)
        assert found[~y_true].max() < 0.1
        assert found[y_true].min() > 0.9
        assert brier_score_loss(y_true, found) < 0.01


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("score", [0.0, 0.3, 0.5, 1.0, -7.0])
def test_one_score_for_all_says_the_share_of_positives(method: Method, score: float) -> None:
    """That is all there is to know: the share among the other folds."""
    y_true = np.arange(50) % 5 == 0
    found = recalibrated(y_true, np.full(50, score), method=method)
    np.testing.assert_allclose(found, np.full(50, 0.2), atol=1e-6)


@pytest.mark.parametrize("ends", [0.0, 1.0])
def test_the_ends_have_log_odds_too(ends: float) -> None:
    """Scores of exactly 0 and 1, as forests give them, are taken as a third as far from there as the nearest."""
    y_true, chance = chances(300)
    rounded, replaced = np.round(chance, 1), np.round(chance, 1)
    at_the_end = rounded == ends
    nearest = np.abs(rounded[~at_the_end] - ends).min()
    replaced[at_the_end] = abs(ends - nearest / 3)
    other = 1.0 - ends  # the other end is replaced in both
    for column in (rounded, replaced):
        column[column == other] = abs(other - 0.05)
    found, expected = (recalibrated(y_true, column, method="sigmoid") for column in (rounded, replaced))
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_seed_deals_the_rows() -> None:
    """The same seed gives the same scores, another one other scores."""
    y_true, y_score = chances(200)
    first, again, other = (recalibrated(y_true, y_score, method="isotonic", random_state=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("y_true", "found"), [([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], "4 positive"), ([1] * 8 + [0] * 2, "2 negative")]
)
def test_each_fold_needs_both_classes(y_true: list[int], found: str) -> None:
    """Fewer rows of a class than folds are refused in one sentence that says how to go on."""
    with pytest.raises(InvalidPredictions, match=rf"at least 5 rows of each class, got {found}\. Add more rows"):
        recalibrated(y_true, np.arange(10) / 10, method="isotonic")


def test_rows_of_weight_0_do_not_count_for_a_fold() -> None:
    """Five positives of which one weighs nothing are four."""
    weight: NDArray[np.float64] = np.array([0.0] + [1.0] * 9)
    with pytest.raises(InvalidPredictions, match="got 4 positive"):
        recalibrated([1] * 5 + [0] * 5, np.arange(10) / 10, method="sigmoid", sample_weight=weight)


@pytest.mark.parametrize(
    ("given_score", "message"),
    [([0.1] * 9, "y_true has 10 rows and y_score has 9"), ([0.1] * 9 + [math.nan], "finite")],
)
def test_columns_are_checked(given_score: list[float], message: str) -> None:
    """As everywhere at the door."""
    with pytest.raises(InvalidPredictions, match=message):
        recalibrated([1] * 5 + [0] * 5, given_score, method="isotonic")


def test_options_are_checked() -> None:
    """A method by another name and a single fold are refused."""
    y_true, y_score = chances(50)
    with pytest.raises(ValueError, match=r"^method must be 'isotonic' or 'sigmoid', got 'platt'\.$"):
        recalibrated(y_true, y_score, method="platt")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^n_splits must be 2 or more, got 1\.$"):
        recalibrated(y_true, y_score, method="isotonic", n_splits=1)
