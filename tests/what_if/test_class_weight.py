"""Training with another weight on the positives: against exact odds, rescored rows and real reweighted models."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.utils.class_weight import compute_class_weight

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.what_if import balanced_weight, half_equivalent_threshold, shift_odds, with_class_weight
from tests.exact import cells_at, exact
from tests.strategies import Rows
from tests.what_if.strategies import EDGES, FACTOR, PROBABILITY, TENTHS, calibrated, probable_rows

TWENTIETHS = [Fraction(k, 20) for k in range(21)]


@given(PROBABILITY, FACTOR)
def test_odds_are_multiplied(p: float, factor: float) -> None:
    """The result is f p / (f p + 1 - p) to the last few digits, down to the smallest numbers there are."""
    top = Fraction(factor) * Fraction(p)
    expected = top / (top + 1 - Fraction(p))
    # Where f p itself is below the normal range it has fewer digits, and so has what is computed from it.
    coarse = 2 * 5e-324 / (1 - p) if p < 1 else 0.0
    assert float(shift_odds(p, factor)) == pytest.approx(float(expected), rel=1e-15, abs=max(coarse, 5e-324))


@given(st.lists(PROBABILITY, min_size=2, max_size=30), FACTOR)
def test_the_order_stays(p: list[float], factor: float) -> None:
    """Of two probabilities the larger one never becomes the smaller, neighbouring doubles included."""
    near = [np.nextafter(one, to) for one in p for to in (0.0, 1.0)]
    ordered = np.sort(np.array([*p, *near, *EDGES]))
    shifted = shift_odds(ordered, factor)
    assert all(low <= high for low, high in pairwise(shifted.tolist()))
    assert shifted[0] == 0.0
    assert shifted[-1] == 1.0


@pytest.mark.parametrize("factor", [0.01, 0.3, 7.0, 1000.0])
def test_neighbouring_doubles_never_change_places(factor: float) -> None:
    """Rounding keeps the order too, where the formula as it is written would turn one pair in thirty around."""
    low = np.random.default_rng(0).random(200_000)
    high = np.nextafter(low, 1)
    hits = factor * np.stack([low, high])
    as_written = hits / (hits + (1 - np.stack([low, high])))
    assert (as_written[0] > as_written[1]).any()
    assert (shift_odds(low, factor) <= shift_odds(high, factor)).all()


@given(st.lists(PROBABILITY, min_size=1, max_size=9))
def test_a_factor_of_one_changes_nothing(p: list[float]) -> None:
    """Odds times one are the same odds, to the last digit, in an array of their own."""
    given_scores = np.array(p)
    shifted = shift_odds(given_scores, 1)
    assert shifted.tolist() == p
    assert shifted is not given_scores


@pytest.mark.parametrize("score", [1.0000000000000002, -5e-324, np.nan, np.inf, [[0.5, 0.5], [2.0, 0.1]]])
def test_only_probabilities_have_odds(score: object) -> None:
    """Scores outside of 0 to 1 are refused, and the sentence names one."""
    with pytest.raises(ValueError, match=r"^Only probabilities have odds: scores must be from 0 to 1, got .+\.$"):
        shift_odds(score, 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("factor", [0.0, -1.0, np.inf, np.nan])
def test_factors_are_finite_and_above_zero(factor: float) -> None:
    """Odds multiplied by nothing, or without end, say nothing about the order; nor does such a weight."""
    curve = ThresholdCurve.from_predictions([0, 1], [0.2, 0.7])
    with pytest.raises(ValueError, match="factor must be finite and above 0"):
        shift_odds(0.5, factor)
    with pytest.raises(ValueError, match="factor must be finite and above 0"):
        with_class_weight(curve, factor)
    with pytest.raises(ValueError, match="must be finite and above 0"):
        half_equivalent_threshold(factor)


@given(probable_rows(), FACTOR)
def test_the_curve_is_that_of_the_rescored_rows(drawn: Rows, weight: float) -> None:
    """Shifting the thresholds gives, to the last bit, the curve of rows whose scores were shifted one by one."""
    rescored = drawn._replace(y_score=shift_odds(drawn.y_score, weight)).curve()
    found = with_class_weight(drawn.curve(), weight)
    for name in ("thresholds", "tp", "fp", "tp_squares", "fp_squares"):
        np.testing.assert_array_equal(getattr(found, name), getattr(rescored, name))


@given(probable_rows(score=TENTHS), st.floats(1e-3, 1e3))
def test_no_point_of_the_curves_moves(drawn: Rows, weight: float) -> None:
    """Precision, recall and false-positive rate of every threshold stay, and so do the areas scikit-learn gives."""
    curve, found = drawn.curve(), with_class_weight(drawn.curve(), weight)
    for point in ("precision", "recall", "false_positive_rate"):
        np.testing.assert_array_equal(getattr(found.counts, point)(), getattr(curve.counts, point)())
    scored = shift_odds(drawn.y_score, weight)
    for mine, theirs in ((found.average_precision(), average_precision_score), (found.roc_auc(), roc_auc_score)):
        assert mine == pytest.approx(theirs(drawn.y_true, scored, sample_weight=drawn.sample_weight))


def test_scores_that_doubles_cannot_tell_apart_are_one_threshold() -> None:
    """Close to 1 there is no room for larger odds: both ends keep their rows, as with ties."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [1.0, 1 - 2**-53, 0.5, 5e-324])
    up, down = with_class_weight(curve, 100), with_class_weight(curve, 0.01)
    assert up.thresholds.tolist() == [np.inf, 1.0, pytest.approx(100 / 101), pytest.approx(5e-322)]
    assert (up.tp.tolist(), up.fp.tolist()) == ([0, 1, 2, 2], [0, 1, 1, 2])
    assert down.thresholds.tolist()[-1] == 0.0
    assert len(down) == len(curve)


@pytest.mark.parametrize("score", [0.0, 1.0, 0.3, 5e-324])
def test_constant_scores(score: float) -> None:
    """A model that says the same about all rows still does after training with a weight."""
    found = with_class_weight(ThresholdCurve.from_predictions([1, 0, 0], [score] * 3), 7)
    assert found.thresholds.tolist() == [np.inf, pytest.approx(7 * score / (7 * score + 1 - score))]
    assert (found.tp.tolist(), found.fp.tolist()) == ([0, 1], [0, 2])


def test_margins_have_no_odds() -> None:
    """Class weights say nothing about scores that are no probabilities, not even a weight of 1."""
    curve = ThresholdCurve.from_predictions([0, 1], [-1.5, 3.5])
    with pytest.raises(ValueError, match=r"got 3\.5"):
        with_class_weight(curve, 1)


@given(probable_rows(weighted=False))
def test_balanced_is_what_scikit_learn_calls_balanced(drawn: Rows) -> None:
    """The weight is the ratio of the two that scikit-learn computes; 0.5 then decides as the prevalence does now."""
    negative, positive = compute_class_weight("balanced", classes=np.array([False, True]), y=drawn.y_true)
    weight = balanced_weight(drawn.curve())
    assert weight == pytest.approx(positive / negative)
    assert half_equivalent_threshold(weight) == pytest.approx(drawn.y_true.mean())


@pytest.mark.parametrize(("y_true", "missing"), [([1, 1], "negative"), ([0, 0], "positive")])
def test_one_class_cannot_be_balanced(y_true: list[int], missing: str) -> None:
    """There is nothing to weigh a class against when the other has no rows."""
    with pytest.raises(ValueError, match=f"there is no {missing} one"):
        balanced_weight(ThresholdCurve.from_predictions(y_true, [0.1, 0.9]))


@given(st.integers(1, 99), st.integers(1, 99), PROBABILITY)
def test_half_of_the_weighted_model_is_one_in_one_plus_w(above: int, below: int, p: float) -> None:
    """A probability gets to 0.5 exactly if it was at 1 / (1 + w)."""
    weight = Fraction(above, below)
    lands = 1 / (1 + weight)
    assert half_equivalent_threshold(float(weight)) == pytest.approx(float(lands))
    assume(abs(Fraction(p) - lands) > Fraction(1, 10**12))
    assert (shift_odds(p, float(weight)) >= 0.5) == (p >= lands)


@given(st.dictionaries(st.sampled_from(TWENTIETHS), st.integers(1, 4), min_size=2, max_size=8))
def test_half_after_balancing_is_best_only_where_the_best_f1_is_twice_the_prevalence(
    cells: dict[Fraction, int],
) -> None:
    """On calibrated rows it decides as pi does and F1 is best from F*/2 on: the rows between the two are wrong."""
    drawn = calibrated(cells)
    prevalence = Fraction(int(drawn.y_true.sum()), drawn.y_true.size)
    assume(0 < prevalence < 1 and prevalence not in cells)
    f1 = {float(p): exact("f1", cells_at(drawn, float(p))) for p in cells}
    highest = max(value for value in f1.values() if value is not None)
    low, high = sorted([prevalence, highest / 2])
    wrong = [p for p in cells if low < p < high]
    balanced = with_class_weight(drawn.curve(), balanced_weight(drawn.curve()))
    reached = float(balanced.at(0.5).counts.f1())
    assert best(balanced).value == pytest.approx(float(highest))
    assert (reached == pytest.approx(float(highest), rel=1e-12)) == (not wrong)


def test_half_after_balancing_by_hand() -> None:
    """F* = 2 pi on three rows, where 0.5 is best; on the calibrated grid F* is .7636 and pi .5, where it is not."""
    three = ThresholdCurve.from_predictions([1, 0, 0], [0.5, 0.5, 0.0])
    balanced = with_class_weight(three, balanced_weight(three))
    assert best(three).value == pytest.approx(2 * (1 / 3))
    assert balanced.at(0.5).counts.f1() == best(three).value
    grid = calibrated(dict.fromkeys(TWENTIETHS[1::2], 1)).curve()
    balanced = with_class_weight(grid, balanced_weight(grid))
    assert best(grid).value == pytest.approx(0.7636364, abs=1e-7)
    assert best(grid).point.threshold == 0.45
    assert balanced.at(0.5).counts.f1() == pytest.approx(0.75)


class Fitted(NamedTuple):
    """Rows that follow a logistic model, and what a model without weights says about them."""

    X: FloatArray
    y: NDArray[np.bool_]
    plain: FloatArray


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    rng = np.random.default_rng(20)
    features = rng.normal(size=(60_000, 3))
    y = rng.random(60_000) < 1 / (1 + np.exp(2 - features @ [1.0, -0.7, 0.4]))
    return Fitted(features, y, predicted(features, y, None))


def predicted(X: FloatArray, y: NDArray[np.bool_], class_weight: object) -> FloatArray:  # noqa: N803
    """Train scikit-learn's logistic regression, all but unregularised, and let it score the same rows."""
    model = LogisticRegression(C=1e6, class_weight=class_weight, tol=1e-8, max_iter=1000)
    probabilities: FloatArray = model.fit(X, y).predict_proba(X)[:, 1]
    return probabilities


@pytest.mark.parametrize("weight", [0.25, 3.0, 10.0, "balanced"])
def test_a_real_model_trained_with_a_weight(fitted: Fitted, weight: float | str) -> None:
    """A logistic regression trained with a weight scores as the shifted odds say, and 0.5 decides as 1 / (1 + w)."""
    curve = ThresholdCurve.from_predictions(fitted.y, fitted.plain)
    if isinstance(weight, str):
        factor, trained = balanced_weight(curve), predicted(fitted.X, fitted.y, weight)
    else:
        factor, trained = weight, predicted(fitted.X, fitted.y, {True: weight})
    difference = np.abs(trained - shift_odds(fitted.plain, factor))
    assert difference.max() < 0.03
    assert difference.mean() < 0.01
    # Not because nothing moved.
    assert np.abs(trained - fitted.plain).mean() > 0.05
    same = (trained >= 0.5) == (fitted.plain >= half_equivalent_threshold(factor))
    assert same.mean() > 0.99
    real, asked = ThresholdCurve.from_predictions(fitted.y, trained), with_class_weight(curve, factor)
    assert best(asked).value == pytest.approx(best(real).value, abs=0.005)
    assert asked.at(0.5).counts.f1() == pytest.approx(real.at(0.5).counts.f1(), abs=0.01)
