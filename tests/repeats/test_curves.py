"""The mean curve of each strategy over the repeats."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from f1tools.repeats import RepeatedPredictions, mean_curves, outcomes
from tests.repeats.builders import repeated

REPEATED = repeated(3)
OUTCOMES = outcomes(REPEATED)
TESTS = [REPEATED.split(j).test for j in range(3)]


def test_values_at_thresholds_are_exact_means() -> None:
    """The thresholds 0, 0.1, ..., 1, some of which are scores, flag the rows with at least that score."""
    actual = mean_curves(REPEATED, OUTCOMES, points=11)
    assert [one.model for one in actual] == ["score_plain", "score_noise"]  # margins are not probabilities
    for one in actual:
        assert one.x == pytest.approx(np.linspace(0, 1, 11))
        expected = [np.mean([f1_score(t.y_true, t.scores[one.model] >= x) for t in TESTS]) for x in one.x]
        assert one.value.tolist() == pytest.approx(expected)


def at_share(repeated: RepeatedPredictions, model: str, share: float) -> float:
    """Compute the mean F1 at the lowest threshold of each repeat that flags at most a share of the test rows."""
    values = []
    for test in (repeated.split(j).test for j in range(repeated.n_repeats)):
        score = test.scores[model]
        allowed = [t for t in [*np.unique(score), np.inf] if np.mean(score >= t) <= share + 1e-9]
        values.append(f1_score(test.y_true, score >= min(allowed)))
    return float(np.mean(values))


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_values_at_shares(seed: int, points: int) -> None:
    """Each repeat uses the lowest threshold that flags no more than the share, ties included."""
    drawn = repeated(2, seed=seed)
    shares = np.linspace(0, 1, points)
    for one in mean_curves(drawn, outcomes(drawn), by="flagged", points=points):
        assert one.x == pytest.approx(shares)
        assert one.value.tolist() == pytest.approx([at_share(drawn, one.model, share) for share in shares])


def test_points_are_means_over_the_repeats() -> None:
    """The points are means of the thresholds or the shares flagged, and of the objective there; 0.5 is on the grid."""
    curves = {by: {one.model: one for one in mean_curves(REPEATED, OUTCOMES, by=by)} for by in ("threshold", "flagged")}
    assert list(curves["flagged"]) == list(REPEATED.models)
    assert curves["flagged"]["score_ranknet"].half is None
    for model, result in OUTCOMES.results.items():
        for name, choice in result.choices.items():
            decided = [test.scores[model] >= t for test, t in zip(TESTS, choice.threshold, strict=True)]
            value = np.mean([f1_score(test.y_true, each) for test, each in zip(TESTS, decided, strict=True)])
            assert getattr(curves["flagged"][model], name) == pytest.approx((np.mean(decided), value))
            if model != "score_ranknet":
                assert getattr(curves["threshold"][model], name) == pytest.approx((choice.threshold.mean(), value))
    for one in curves["threshold"].values():
        assert one.half == (0.5, one.value[100])
        assert one.x[100] == 0.5


def test_flagging_nothing_is_drawn_at_one() -> None:
    """Where flagging nothing is best, such as by accuracy for useless scores, the threshold exceeds all scores."""
    useless = replace(REPEATED, scores={"useless": np.where(REPEATED.y_true, 0.2, 0.3)})
    actual = outcomes(useless, "accuracy")
    assert np.isinf(actual.results["useless"].choices["tuned"].threshold).all()
    (one,) = mean_curves(useless, actual)
    assert one.tuned == pytest.approx((1.0, 16 / 24))


def test_undefined_values_are_nan() -> None:
    """Precision is undefined where no repeat flags anything."""
    low = replace(REPEATED, scores={"low": REPEATED.scores["score_plain"] / 2})
    (one,) = mean_curves(low, outcomes(low, "precision"), points=3)
    assert math.isnan(one.value[2])
    assert one.value[0] == pytest.approx(8 / 24)


@pytest.mark.parametrize("positive", [0.02, 0.03, 0.05])
def test_shares_end_where_all_curves_are_low(positive: float) -> None:
    """The last share is the first multiple of 5% above three times the prevalence after which no F1 exceeds half."""
    rare = repeated(2, n=(400, 400), positive=positive)
    curves = mean_curves(rare, outcomes(rare), by="flagged")
    last = curves[0].x[-1]
    assert {one.x[-1] for one in curves} == {last}
    assert last == pytest.approx(0.05 * round(last / 0.05))
    assert 3 * positive <= last + 1e-9 < 1
    half = max(float(one.value.max()) for one in curves) / 2
    assert max(at_share(rare, one.model, share) for one in curves for share in np.arange(last, 1.01, 0.05)) <= half
    before = max(float(one.value[one.x > last - 0.05 - 1e-9].max()) for one in curves)
    assert before > half or last < 3 * positive + 0.05


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
    expected = [at_share(rare, actual.model, share) for share in actual.x[::7]]
    assert actual.value[::7].tolist() == pytest.approx(expected)
