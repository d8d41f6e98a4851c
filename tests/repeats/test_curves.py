"""Each strategy's curve as a mean over the repeats."""

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
from tests.repeats.making import repeated

REPEATED = repeated(3)
FOUND = outcomes(REPEATED)
TESTS = [REPEATED.split(j).test for j in range(3)]


def test_values_at_thresholds_are_means_of_exact_ones() -> None:
    """At 0, 0.1 ... 1, some of which are scores: a row is flagged when its score is at least the threshold."""
    found = mean_curves(REPEATED, FOUND, points=11)
    assert [one.model for one in found] == ["score_plain", "score_noise"]  # margins are no probabilities
    for one in found:
        assert one.x == pytest.approx(np.linspace(0, 1, 11))
        expected = [np.mean([f1_score(t.y_true, t.scores[one.model] >= x) for t in TESTS]) for x in one.x]
        assert one.value.tolist() == pytest.approx(expected)


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_values_at_shares_flag_as_many_as_they_may(seed: int, points: int) -> None:
    """In each repeat the lowest threshold that flags no more than the share; ties may leave some of it unused."""
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
    """Of the thresholds, or of the shares that they flag, and of what they reach."""
    curves = {by: {one.model: one for one in mean_curves(REPEATED, FOUND, by=by)} for by in ("threshold", "flagged")}
    assert list(curves["flagged"]) == list(REPEATED.models)
    for model in REPEATED.models:
        thresholds = FOUND.of(model).tuned.threshold
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


def test_the_point_at_half_is_on_the_line() -> None:
    """Every repeat is cut at the same threshold there."""
    for one in mean_curves(REPEATED, FOUND):
        assert one.half is not None
        assert one.value[100] == one.half[1]
        assert one.x[100] == 0.5


def test_flagging_nothing_has_a_place_at_the_end() -> None:
    """Where that is best, as by accuracy among few positives, the threshold is above all probabilities."""
    useless = replace(REPEATED, scores={"useless": np.where(REPEATED.y_true, 0.2, 0.3)})
    found = outcomes(useless, "accuracy")
    assert np.isinf(found.of("useless").tuned.threshold).all()
    (one,) = mean_curves(useless, found)
    assert one.tuned == pytest.approx((1.0, 16 / 24))


def test_what_is_undefined_everywhere_is_a_gap() -> None:
    """Precision where no repeat flags anything."""
    low = replace(REPEATED, scores={"low": REPEATED.scores["score_plain"] / 2})
    (one,) = mean_curves(low, outcomes(low, "precision"), points=3)
    assert math.isnan(one.value[2])
    assert one.value[0] == pytest.approx(8 / 24)


@pytest.mark.parametrize("positive", [0.02, 0.03, 0.05])
def test_shares_end_where_nothing_happens_any_more(positive: float) -> None:
    """The first multiple of 5 % above which no F1 exceeds half of the best, from three times the positives on."""
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
    """Give F1 at the lowest threshold that flags at most a share of the rows."""
    score = test.scores[model]
    allowed = [t for t in [*np.unique(score), np.inf] if np.mean(score >= t) <= share]
    return float(f1_score(test.y_true, score >= min(allowed)))


@pytest.mark.parametrize("points", [41, 50, 201])
@pytest.mark.parametrize("positive", [0.02, 0.05, 0.09])
def test_rare_positives_have_more_shares(positive: float, points: int) -> None:
    """About half of the shares are where the positives are, rising, and each has its exact value."""
    rare = repeated(2, n=(400, 400), positive=positive)
    found = mean_curves(rare, outcomes(rare), by="flagged", points=points)[0]
    assert found.x[0] == 0
    assert (np.diff(found.x) > 0).all()
    assert found.x.size <= points
    assert np.diff(found.x)[0] <= 2 * (5 * positive + 0.05) / points * 1.5
    for place in range(0, found.x.size, 7):
        tests = [rare.split(j).test for j in range(2)]
        expected = np.mean([at_share(test, found.model, found.x[place] + 1e-9) for test in tests])
        assert found.value[place] == pytest.approx(expected)
