"""Tests of class weights in training against exact odds, rescored rows and reweighted scikit-learn models."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.utils.class_weight import compute_class_weight

from f1tools.core.area_bounds import average_precision_bounds
from f1tools.core.bins import curve_from_bins
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.what_if import WhatIf, balanced_weight, shift_odds, with_class_weight
from tests.exact import cells_at, exact
from tests.strategies import Rows, curve_of
from tests.what_if.strategies import EDGES, FACTOR, PROBABILITY, TENTHS, calibrated, probability_rows

TWENTIETHS = [Fraction(k, 20) for k in range(21)]


@given(PROBABILITY, FACTOR)
def test_odds_are_multiplied(p: float, factor: float) -> None:
    """The result is f p / (f p + 1 - p) up to rounding, also for subnormal numbers."""
    numerator = Fraction(factor) * Fraction(p)
    expected = numerator / (numerator + 1 - Fraction(p))
    # Where f p is subnormal it has fewer digits, and so has the result.
    tolerance = max(2 * 5e-324 / (1 - p) if p < 1 else 0.0, 5e-324)
    assert float(shift_odds(p, factor)) == pytest.approx(float(expected), rel=1e-15, abs=tolerance)


@given(st.lists(PROBABILITY, min_size=2, max_size=30), FACTOR)
def test_shift_is_monotone(p: list[float], factor: float) -> None:
    """The order of probabilities never changes, that of adjacent doubles included; 0 and 1 are fixed points."""
    adjacent = [np.nextafter(value, toward) for value in p for toward in (0.0, 1.0)]
    shifted = shift_odds(np.sort(np.array([*p, *adjacent, *EDGES])), factor)
    assert (shifted[:-1] <= shifted[1:]).all()
    assert (shifted[0], shifted[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("factor", [0.01, 0.3, 7.0, 1000.0])
def test_shift_is_monotone_for_adjacent_doubles(factor: float) -> None:
    """Rounding keeps the order of many adjacent doubles, where the textbook formula reverses some pairs."""
    low = np.random.default_rng(0).random(200_000)
    pairs = np.stack([low, np.nextafter(low, 1)])
    textbook = factor * pairs / (factor * pairs + (1 - pairs))
    assert (textbook[0] > textbook[1]).any()
    shifted = shift_odds(pairs, factor)
    assert (shifted[0] <= shifted[1]).all()


@given(st.lists(PROBABILITY, min_size=1, max_size=9))
def test_factor_1_is_the_identity(p: list[float]) -> None:
    """The scores are returned unchanged, in a new array."""
    scores = np.array(p)
    shifted = shift_odds(scores, 1)
    assert shifted.tolist() == p
    assert shifted is not scores


@pytest.mark.parametrize("score", [1.0000000000000002, -5e-324, np.nan, np.inf, [[0.5, 0.5], [2.0, 0.1]]])
def test_scores_outside_0_to_1_raise(score: object) -> None:
    """Only probabilities have odds."""
    with pytest.raises(ValueError, match=r"^Only probabilities have odds"):
        shift_odds(score, 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("factor", [0.0, -1.0, np.inf, np.nan])
def test_invalid_factor_raises(factor: float) -> None:
    """Factors and weights are finite and above 0."""
    curve = ThresholdCurve.from_predictions([0, 1], [0.2, 0.7])
    for call in (lambda: shift_odds(0.5, factor), lambda: with_class_weight(curve, factor)):
        with pytest.raises(ValueError, match=r"^factor must be finite and above 0"):
            call()


@given(probability_rows(), FACTOR)
def test_curve_equals_that_of_rescored_rows(sample: Rows, weight: float) -> None:
    """Shifting the thresholds gives, bit for bit, the curve of rows whose scores were shifted one by one."""
    rescored = sample._replace(y_score=shift_odds(sample.y_score, weight)).curve()
    curve = with_class_weight(sample.curve(), weight)
    for name in ("thresholds", "tp", "fp", "tp_squares", "fp_squares"):
        np.testing.assert_array_equal(getattr(curve, name), getattr(rescored, name))


@given(probability_rows(score=TENTHS), st.floats(1e-3, 1e3))
def test_ranking_metrics_do_not_change(sample: Rows, weight: float) -> None:
    """Precision, recall, false-positive rate and scikit-learn's areas under the curves are unchanged."""
    curve, shifted = sample.curve(), with_class_weight(sample.curve(), weight)
    for name in ("precision", "recall", "false_positive_rate"):
        np.testing.assert_array_equal(getattr(shifted.counts, name)(), getattr(curve.counts, name)())
    scores = shift_odds(sample.y_score, weight)
    for area, reference in (
        (shifted.average_precision(), average_precision_score),
        (shifted.roc_auc(), roc_auc_score),
    ):
        assert area == pytest.approx(reference(sample.y_true, scores, sample_weight=sample.sample_weight))


def test_scores_that_become_equal_are_merged() -> None:
    """Close to 1, scores whose shifted odds round to the same double become one threshold, like ties."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [1.0, 1 - 2**-53, 0.5, 5e-324])
    up, down = with_class_weight(curve, 100), with_class_weight(curve, 0.01)
    assert up.thresholds.tolist() == [np.inf, 1.0, pytest.approx(100 / 101), pytest.approx(5e-322)]
    assert (up.tp.tolist(), up.fp.tolist()) == ([0, 1, 2, 2], [0, 1, 1, 2])
    assert down.thresholds.tolist()[-1] == 0.0
    assert len(down) == len(curve)


def test_bins_whose_ends_become_equal_are_merged() -> None:
    """The highest score of a bin may become that of the bin above; counts between the two are then unknown."""
    below_one = 1 - 2.0**-53
    curve = curve_from_bins([0.5, below_one], [1 - 2.0**-52, below_one], positives=[1, 0], negatives=[1, 1])
    shifted = with_class_weight(curve, 1000)
    rows = with_class_weight(ThresholdCurve.from_predictions([0, 1, 0], [below_one, 1 - 2.0**-52, 0.5]), 1000)
    assert shifted.thresholds.tolist() == rows.thresholds[[0, -1]].tolist()
    low, high = average_precision_bounds(shifted)
    assert low <= rows.average_precision() <= high


@pytest.mark.parametrize("score", [0.0, 1.0, 0.3, 5e-324])
def test_constant_scores_stay_constant(score: float) -> None:
    """One score for all rows becomes another single score."""
    curve = with_class_weight(ThresholdCurve.from_predictions([1, 0, 0], [score] * 3), 7)
    assert curve.thresholds.tolist() == [np.inf, pytest.approx(7 * score / (7 * score + 1 - score))]
    assert (curve.tp.tolist(), curve.fp.tolist()) == ([0, 1], [0, 2])


def test_curve_of_other_scores_raises() -> None:
    """Scores that are not probabilities have no class weight, not even a weight of 1."""
    curve = ThresholdCurve.from_predictions([0, 1], [-1.5, 3.5])
    with pytest.raises(ValueError, match=r"got 3\.5"):
        with_class_weight(curve, 1)


@given(probability_rows(weighted=False))
def test_balanced_weight_equals_scikit_learn(sample: Rows) -> None:
    """The weight is the ratio of scikit-learn's class weights; 0.5 then corresponds to the prevalence."""
    negative, positive = compute_class_weight("balanced", classes=np.array([False, True]), y=sample.y_true)
    weight = balanced_weight(sample.curve())
    assert weight == pytest.approx(positive / negative)
    assert WhatIf(class_weight=weight).from_scenario(0.5) == pytest.approx(sample.y_true.mean())


@pytest.mark.parametrize(("y_true", "missing"), [([1, 1], "negative"), ([0, 0], "positive")])
def test_balanced_weight_needs_both_classes(y_true: list[int], missing: str) -> None:
    """The message names the missing class."""
    with pytest.raises(ValueError, match=f"there is no {missing} one"):
        balanced_weight(curve_of(y_true, [0.1, 0.9]))


@given(st.integers(1, 99), st.integers(1, 99), PROBABILITY)
def test_half_equivalent_threshold(numerator: int, denominator: int, p: float) -> None:
    """A shifted probability reaches 0.5 exactly when the probability reaches 1 / (1 + w)."""
    weight = Fraction(numerator, denominator)
    expected = 1 / (1 + weight)
    assert WhatIf(class_weight=float(weight)).from_scenario(0.5) == pytest.approx(float(expected))
    assume(abs(Fraction(p) - expected) > Fraction(1, 10**12))
    assert (shift_odds(p, float(weight)) >= 0.5) == (p >= expected)


@given(st.dictionaries(st.sampled_from(TWENTIETHS), st.integers(1, 4), min_size=2, max_size=8))
def test_half_after_balancing_has_the_best_f1_only_without_scores_between(multiples: dict[Fraction, int]) -> None:
    """For calibrated rows, 0.5 after balancing has the best F1 unless scores lie between the prevalence and F1*/2."""
    sample = calibrated(multiples)
    prevalence = Fraction(int(sample.y_true.sum()), sample.y_true.size)
    assume(0 < prevalence < 1 and prevalence not in multiples)
    f1 = [exact("f1", cells_at(sample, float(p))) for p in multiples]
    highest = max(value for value in f1 if value is not None)
    low, high = sorted([prevalence, highest / 2])
    balanced = with_class_weight(sample.curve(), balanced_weight(sample.curve()))
    assert best(balanced).value == pytest.approx(float(highest))
    is_best = float(balanced.at(0.5).counts.f1()) == pytest.approx(float(highest), rel=1e-12)
    assert is_best == (not any(low < p < high for p in multiples))


def predicted_probabilities(X: FloatArray, y: NDArray[np.bool_], class_weight: object) -> FloatArray:  # noqa: N803
    """Fit a logistic regression with hardly any penalty, and predict the same rows."""
    model = LogisticRegression(C=1e6, class_weight=class_weight, tol=1e-8, max_iter=1000)
    probabilities: FloatArray = model.fit(X, y).predict_proba(X)[:, 1]
    return probabilities


@pytest.fixture(scope="module")
def logistic_data() -> tuple[FloatArray, NDArray[np.bool_], FloatArray]:
    """Return features and labels of a logistic model, and the probabilities of an unweighted fit."""
    rng = np.random.default_rng(20)
    features = rng.normal(size=(60_000, 3))
    y = rng.random(60_000) < 1 / (1 + np.exp(2 - features @ [1.0, -0.7, 0.4]))
    return features, y, predicted_probabilities(features, y, None)


@pytest.mark.parametrize("weight", [0.25, 3.0, 10.0, "balanced"])
def test_shift_approximates_a_reweighted_model(
    logistic_data: tuple[FloatArray, NDArray[np.bool_], FloatArray], weight: float | str
) -> None:
    """A logistic regression trained with a weight has nearly the shifted scores, decisions at 0.5, and F1."""
    features, y, unweighted = logistic_data
    curve = ThresholdCurve.from_predictions(y, unweighted)
    factor = balanced_weight(curve) if isinstance(weight, str) else weight
    retrained = predicted_probabilities(features, y, weight if isinstance(weight, str) else {True: weight})
    difference = np.abs(retrained - shift_odds(unweighted, factor))
    assert difference.max() < 0.03
    assert difference.mean() < 0.01
    assert np.abs(retrained - unweighted).mean() > 0.05  # the weight does change the scores
    assert np.mean((retrained >= 0.5) == (unweighted >= WhatIf(class_weight=factor).from_scenario(0.5))) > 0.99
    actual, shifted = ThresholdCurve.from_predictions(y, retrained), with_class_weight(curve, factor)
    assert best(shifted).value == pytest.approx(best(actual).value, abs=0.005)
    assert shifted.at(0.5).counts.f1() == pytest.approx(actual.at(0.5).counts.f1(), abs=0.01)
