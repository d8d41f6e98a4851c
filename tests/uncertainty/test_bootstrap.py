"""What a tuned threshold is worth: the estimate, its intervals, and how the work is done."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import ConstraintsNotMet, best
from f1tools.uncertainty import TunedEstimate, tuned_estimate


def sample(n: int = 120, prevalence: float = 0.3, *, distance: float = 1.5, seed: int = 0) -> ThresholdCurve:
    """Draw rows whose scores are normal, ``distance`` apart for the two classes."""
    rng = np.random.default_rng(seed)
    y_true = rng.random(n) < prevalence
    return ThresholdCurve.from_predictions(y_true, rng.normal(size=n) + distance * y_true)


def same(one: TunedEstimate, other: TunedEstimate) -> bool:
    """Tell whether two estimates are equal in all that was drawn."""
    return one.thresholds.tolist() == other.thresholds.tolist() and one.estimate == other.estimate


def test_what_it_is_made_of() -> None:
    """It has the best threshold with its value, and what was asked for; the estimate is for test_against_rows."""
    y_true, y_score = [1, 0, 1, 1, 0, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
    found = tuned_estimate(ThresholdCurve.from_predictions(y_true, y_score), n_resamples=300, random_state=3)
    assert (found.threshold, found.apparent) == (0.6, 6 / 7)
    assert found.optimism == found.apparent - found.estimate
    assert (found.n_resamples, found.random_state, found.confidence_level) == (300, 3, 0.95)
    assert found.thresholds.shape == (300,)
    assert (found.metric.name, found.constraints) == ("f1", ())


def test_its_interval_is_wilsons_around_it() -> None:
    """The interval is Wilson's for J = F1 / (2 - F1), with the trials of the best threshold, turned into F1."""
    found = tuned_estimate(sample(), n_resamples=100, confidence_level=0.9)
    counts = best(sample()).point.counts
    trials, z = counts.tp + counts.fp + counts.fn, NormalDist().inv_cdf(0.95)
    share = found.estimate / (2 - found.estimate)
    middle = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    reach = z / (1 + z**2 / trials) * math.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    assert found.interval is not None
    expected = [2 * end / (1 + end) for end in (middle - reach, middle + reach)]
    assert [found.interval.low, found.interval.high] == pytest.approx(expected)
    assert found.interval.confidence_level == found.threshold_interval.confidence_level == 0.9


def test_the_thresholds_interval_is_of_percentiles() -> None:
    """At most 2.5 % of the resamples have a best threshold beyond either end, and both ends occur among them."""
    found = tuned_estimate(sample(), n_resamples=400)
    low, high = found.threshold_interval.low, found.threshold_interval.high
    assert {low, high} <= set(found.thresholds.tolist())
    assert np.mean((low <= found.thresholds) & (found.thresholds <= high)) >= 0.95
    assert np.mean(found.thresholds < low) <= 0.025
    assert np.mean(found.thresholds > high) <= 0.025
    narrow = tuned_estimate(sample(), n_resamples=400, confidence_level=0.5).threshold_interval
    assert low <= narrow.low <= narrow.high <= high


def test_it_corrects_the_optimism() -> None:
    """Over 100 samples the apparent F1 is too high by .03 and more, the estimate by less than a third of that."""
    excess: list[tuple[float, float]] = []
    for seed in range(100):
        found = tuned_estimate(sample(150, seed=seed), n_resamples=100, random_state=seed)
        recall, false_alarms = 1 - NormalDist(1.5).cdf(found.threshold), 1 - NormalDist().cdf(found.threshold)
        truth = 2 * 0.3 * recall / (0.3 + 0.3 * recall + 0.7 * false_alarms)
        excess.append((found.apparent - truth, found.estimate - truth))
    apparent, corrected = np.mean(excess, axis=0)
    assert apparent > 0.03
    assert abs(corrected) < apparent / 3


def test_a_seed_repeats_it() -> None:
    """The same seed gives the same result, another one another."""
    assert same(tuned_estimate(sample(), n_resamples=60), tuned_estimate(sample(), n_resamples=60))
    other = tuned_estimate(sample(), n_resamples=60, random_state=1)
    assert other.random_state == 1
    assert not same(tuned_estimate(sample(), n_resamples=60), other)


@pytest.mark.parametrize("fewer", [1, 24, 25, 26, 60])
def test_the_first_do_not_depend_on_how_many_follow(fewer: int) -> None:
    """The first resamples are the same however many are asked for, so it does not matter how they are parcelled."""
    many = tuned_estimate(sample(), n_resamples=130)
    assert tuned_estimate(sample(), n_resamples=fewer).thresholds.tolist() == many.thresholds[:fewer].tolist()


def test_progress_goes_to_the_end() -> None:
    """Progress is told often, grows, ends at exactly 1, and changes nothing."""
    told: list[float] = []
    found = tuned_estimate(sample(), n_resamples=110, on_progress=told.append)
    assert len(told) > 3
    assert told == sorted(set(told))
    assert told[0] > 0
    assert told[-1] == 1
    assert same(found, tuned_estimate(sample(), n_resamples=110))


def test_it_can_be_stopped() -> None:
    """What on_progress raises comes out, and no more work is done."""
    told: list[float] = []

    def stop(done: float) -> None:
        told.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tuned_estimate(sample(), n_resamples=10**6, on_progress=stop)
    assert len(told) == 1


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_can_be_asked_for(name: str) -> None:
    """All metrics have an estimate and an interval of the threshold; those whose interval holds one of the estimate."""
    curve = sample(80)
    found = tuned_estimate(curve, name, n_resamples=75)
    assert found.metric.name == name
    assert math.isfinite(found.estimate)
    assert found.threshold_interval.low <= found.threshold_interval.high
    has_one = ("f1", "fbeta", "precision", "recall", "npv", "accuracy", "jaccard")
    assert (found.interval is not None) == (name in has_one)
    if found.interval is not None:
        assert found.interval.low <= found.estimate <= found.interval.high


def test_beta_counts() -> None:
    """F2 asks for another threshold than F0.5, a lower one, in nearly all resamples."""
    low, high = (tuned_estimate(sample(), "fbeta", beta=beta, n_resamples=100) for beta in (2, 0.5))
    assert low.metric.beta == 2
    assert np.mean(low.thresholds <= high.thresholds) > 0.9


def test_constraints_are_kept() -> None:
    """With constraints the threshold keeps them, and in the resamples it moves around where they begin to hold."""
    curve = sample(400)
    asked = [Constraint.at_least("precision", 0.8)]
    found, free = (tuned_estimate(curve, constraints=each, n_resamples=200) for each in (asked, []))
    assert found.constraints == tuple(asked)
    assert curve.at(found.threshold).counts.precision() >= 0.8
    assert found.apparent < free.apparent
    assert np.median(found.thresholds) > np.median(free.thresholds)


def test_constraints_that_cannot_be_kept_are_told() -> None:
    """Where no threshold of all rows keeps the constraints it is said, as for the best threshold."""
    with pytest.raises(ConstraintsNotMet):
        tuned_estimate(sample(), constraints=[Constraint.at_least("recall", 1), Constraint.at_most("flagged", 2)])


def test_weights_of_a_constant_change_nothing() -> None:
    """All rows twice as heavy: the same draws, the same answer."""
    plain, heavy = sample(), sample().reweighted(2.0, 2.0)
    one, other = (tuned_estimate(curve, n_resamples=100) for curve in (plain, heavy))
    assert one.thresholds.tolist() == other.thresholds.tolist()
    assert one.estimate == pytest.approx(other.estimate)
    assert one.interval is not None
    assert other.interval is not None
    assert (one.interval.low, one.interval.high) == pytest.approx((other.interval.low, other.interval.high))


def degenerate() -> dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Make rows that tell little."""
    steps = np.linspace(0, 1, 40)
    return {
        "one positive": ((steps == steps[30]).astype(np.int64), steps),
        "one negative": ((steps != steps[30]).astype(np.int64), steps),
        "constant scores": ((steps > 0.7).astype(np.int64), np.zeros(40)),
        "positives on top": ((steps > 0.7).astype(np.int64), steps),
        "positives at the bottom": ((steps < 0.3).astype(np.int64), steps),
        "two rows": (np.array([1, 0]), np.array([0.9, 0.1])),
    }


@pytest.mark.parametrize("kind", degenerate())
@pytest.mark.parametrize("name", ["f1", "mcc", "precision", "npv", "kappa"])
def test_rows_that_tell_little_are_no_error(kind: str, name: str) -> None:
    """Whatever the rows are, there is an answer: not above the best value, in an interval, or not known."""
    y_true, y_score = degenerate()[kind]
    found = tuned_estimate(ThresholdCurve.from_predictions(y_true, y_score), name, n_resamples=50)
    assert math.isnan(found.estimate) or -1 <= found.estimate <= 1
    assert not np.isnan(found.thresholds).any()
    if found.interval is not None and not math.isnan(found.estimate):
        assert 0 <= found.interval.low <= found.estimate <= found.interval.high <= 1


def test_perfect_rows_leave_doubt() -> None:
    """All positives on top: the interval starts well below 1, and nothing lies beyond the scores."""
    y_true, y_score = degenerate()["positives on top"]
    found = tuned_estimate(ThresholdCurve.from_predictions(y_true, y_score), n_resamples=200)
    assert found.apparent == 1
    assert 0.9 < found.estimate < 1
    assert found.interval is not None
    assert found.interval.low < 0.85


def test_constant_scores_have_one_threshold() -> None:
    """Where all scores are equal nothing can be chosen, and the estimate is what flagging everything gives."""
    y_true, y_score = degenerate()["constant scores"]
    found = tuned_estimate(ThresholdCurve.from_predictions(y_true, y_score), n_resamples=200)
    assert set(found.thresholds.tolist()) == {0.0}
    assert found.optimism == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("n", [0, -5, 2.5])
def test_there_must_be_a_resample(n: Any) -> None:
    """A number of resamples below 1 is refused, with what was given."""
    with pytest.raises(ValueError, match=f"^n_resamples must be an integer of at least 1, got {n}\\.$"):
        tuned_estimate(sample(), n_resamples=n)


@pytest.mark.parametrize("seed", [-1, 0.5, None, "0"])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    """Any other is refused with one sentence."""
    with pytest.raises(ValueError, match=f"^random_state must be an integer of at least 0, got {seed!r}\\.$"):
        tuned_estimate(sample(), random_state=seed)


def test_numpys_whole_numbers_are_whole() -> None:
    """A seed that comes from an array is as good as any."""
    n_resamples, seed = np.array([25, 0])
    found = tuned_estimate(sample(), n_resamples=n_resamples, random_state=seed)
    assert same(found, tuned_estimate(sample(), n_resamples=25))


def test_a_curve_is_needed() -> None:
    """Rows instead of a curve are told how to become one."""
    rows: Any = [1, 0]
    with pytest.raises(TypeError, match=r"needs a ThresholdCurve, got list\..*ThresholdCurve\.from_predictions\("):
        tuned_estimate(rows)


def test_a_wrong_level_is_told_at_once() -> None:
    """A confidence level that is none is refused before the work, for metrics without an interval as well."""
    told: list[float] = []
    for name in ("f1", "mcc"):
        with pytest.raises(ValueError, match="confidence_level must be between 0 and 1, got 95"):
            tuned_estimate(sample(), name, confidence_level=95, on_progress=told.append)
    assert not told
