"""The mean curve of each strategy over the repeats."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from f1tools.predictions import Predictions
from f1tools.repeats import mean_curves, outcomes
from tests.repeats.builders import repeated

REPEATED = repeated(3)
OUTCOMES = outcomes(REPEATED)
TESTS = [REPEATED.split(j).test for j in range(3)]


def test_values_at_thresholds_are_exact_means() -> None:
    """At 0, 0.1 ... 1, some of which are scores: a row is flagged if its score is at least the threshold."""
    actual = mean_curves(REPEATED, OUTCOMES, points=11)
    assert [one.model for one in actual] == ["score_plain", "score_noise"]  # margins are not probabilities
    for one in actual:
        assert one.x == pytest.approx(np.linspace(0, 1, 11))
        expected = [np.mean([f1_score(t.y_true, t.scores[one.model] >= x) for t in TESTS]) for x in one.x]
        assert one.value.tolist() == pytest.approx(expected)


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_values_at_shares(seed: int, points: int) -> None:
    """Each repeat uses the lowest threshold that flags no more than the share, ties included."""
    drawn = repeated(2, seed=seed)
    shares = np.linspace(0, 1, points)
    for one in mean_curves(drawn, outcomes(drawn), by="flagged", points=points):
        expected = np.zeros(points)
        for j in range(2):
            test = drawn.split(j).test
            score = test.scores[one.model]
            for k in range(points):
                most = math.floor(test.n * k / (points - 1) + 1e-6)
                allowed = [t for t in [*np.unique(score), np.inf] if np.count_nonzero(score >= t) <= most]
                expected[k] += f1_score(test.y_true, score >= min(allowed)) / 2
        assert one.x == pytest.approx(shares)
        assert one.value.tolist() == pytest.approx(expected.tolist())


def test_points_are_means_over_the_repeats() -> None:
    """Of the thresholds or the shares flagged, and of the objective there."""
    curves = {by: {one.model: one for one in mean_curves(REPEATED, OUTCOMES, by=by)} for by in ("threshold", "flagged")}
    assert list(curves["flagged"]) == list(REPEATED.models)
    for model in REPEATED.models:
        thresholds = OUTCOMES.results[model].choices["tuned"].threshold
        decided = [test.scores[model] >= t for test, t in zip(TESTS, thresholds, strict=True)]
        value = np.mean([f1_score(test.y_true, each) for test, each in zip(TESTS, decided, strict=True)])
        assert curves["flagged"][model].tuned == pytest.approx((np.mean(decided), value))
        if model != "score_ranknet":
            assert curves["threshold"][model].tuned == pytest.approx((thresholds.mean(), value))
            at_half = [test.scores[model] >= 0.5 for test in TESTS]
            half = np.mean([f1_score(test.y_true, each) for test, each in zip(TESTS, at_half, strict=True)])
            assert curves["threshold"][model].half == pytest.approx((0.5, half))
            assert curves["flagged"][model].half == pytest.approx((np.mean(at_half), half))
    assert curves["flagged"]["score_ranknet"].half is None


def test_the_point_at_half_is_on_the_curve() -> None:
    """Every repeat has the same threshold there."""
    for one in mean_curves(REPEATED, OUTCOMES):
        assert one.half is not None
        assert one.value[100] == one.half[1]
        assert one.x[100] == 0.5


def test_flagging_nothing_is_drawn_at_one() -> None:
    """Where that is best, such as by accuracy for useless scores, the threshold is above all probabilities."""
    useless = replace(REPEATED, scores={"useless": np.where(REPEATED.y_true, 0.2, 0.3)})
    actual = outcomes(useless, "accuracy")
    assert np.isinf(actual.results["useless"].choices["tuned"].threshold).all()
    (one,) = mean_curves(useless, actual)
    assert one.tuned == pytest.approx((1.0, 16 / 24))


def test_undefined_values_are_nan() -> None:
    """Precision where no repeat flags anything."""
    low = replace(REPEATED, scores={"low": REPEATED.scores["score_plain"] / 2})
    (one,) = mean_curves(low, outcomes(low, "precision"), points=3)
    assert math.isnan(one.value[2])
    assert one.value[0] == pytest.approx(8 / 24)


@pytest.mark.parametrize("positive", [0.02, 0.03, 0.05])
def test_shares_end_where_all_curves_are_low(positive: float) -> None:
    """At the first multiple of 5 % above which no F1 exceeds half of the maximum and three times the prevalence."""
    rare = repeated(2, n=(400, 400), positive=positive)
    curves = mean_curves(rare, outcomes(rare), by="flagged")
    last = curves[0].x[-1]
    assert {one.x[-1] for one in curves} == {last}
    assert last == pytest.approx(0.05 * round(last / 0.05))
    assert 3 * positive <= last + 1e-9 < 1
    half = max(float(one.value.max()) for one in curves) / 2
    tests = [rare.split(j).test for j in range(2)]
    beyond = [
        np.mean([at_share(test, one.model, share) for test in tests])
        for one in curves
        for share in np.arange(last, 1.01, 0.05)
    ]
    assert max(beyond) <= half
    before = max(float(one.value[one.x > last - 0.05 - 1e-9].max()) for one in curves)
    assert before > half or last < 3 * positive + 0.05


def at_share(test: Predictions, model: str, share: float) -> float:
    """Compute F1 at the lowest threshold that flags at most a share of the rows."""
    score = test.scores[model]
    allowed = [t for t in [*np.unique(score), np.inf] if np.mean(score >= t) <= share]
    return float(f1_score(test.y_true, score >= min(allowed)))


@pytest.mark.parametrize("points", [41, 50, 201])
@pytest.mark.parametrize("positive", [0.02, 0.05, 0.09])
def test_rare_positives_have_denser_shares(positive: float, points: int) -> None:
    """About half of the shares are low ones; they ascend, and each has its exact value."""
    rare = repeated(2, n=(400, 400), positive=positive)
    actual = mean_curves(rare, outcomes(rare), by="flagged", points=points)[0]
    assert actual.x[0] == 0
    assert (np.diff(actual.x) > 0).all()
    assert actual.x.size <= points
    assert np.diff(actual.x)[0] <= 2 * (5 * positive + 0.05) / points * 1.5
    for place in range(0, actual.x.size, 7):
        tests = [rare.split(j).test for j in range(2)]
        expected = np.mean([at_share(test, actual.model, actual.x[place] + 1e-9) for test in tests])
        assert actual.value[place] == pytest.approx(expected)
