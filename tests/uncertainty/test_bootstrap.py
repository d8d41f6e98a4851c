"""Tests of the out-of-sample estimate of a tuned threshold: intervals, seeds, progress and invalid arguments."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import ConstraintsNotMet, best
from f1tools.uncertainty import TunedEstimate, tuned_estimate
from f1tools.what_if import at_prevalence


def binormal_curve(n: int = 120, prevalence: float = 0.3, *, seed: int = 0) -> ThresholdCurve:
    """Draw rows with normal scores whose class means are 1.5 standard deviations apart."""
    rng = np.random.default_rng(seed)
    y_true = rng.random(n) < prevalence
    return ThresholdCurve.from_predictions(y_true, rng.normal(size=n) + 1.5 * y_true)


CURVE = binormal_curve()


def drawn(estimate: TunedEstimate) -> tuple[list[float], float]:
    """Return what depends on the resamples."""
    return estimate.thresholds.tolist(), estimate.estimate


def test_fields() -> None:
    """The estimate holds the best threshold with its in-sample value, and the options."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 1, 0, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3])
    tuned = tuned_estimate(curve, n_resamples=300, random_state=3)
    assert (tuned.threshold, tuned.apparent) == (0.6, 6 / 7)
    assert tuned.optimism == tuned.apparent - tuned.estimate
    assert (tuned.n_resamples, tuned.random_state, tuned.confidence_level) == (300, 3, 0.95)
    assert tuned.thresholds.shape == (300,)
    assert (tuned.metric.name, tuned.constraints) == ("f1", ())


def test_interval_is_wilsons_around_the_estimate() -> None:
    """It is Wilson's interval of J = F1 / (2 - F1) with the trials at the best threshold, converted to F1."""
    tuned = tuned_estimate(CURVE, n_resamples=100, confidence_level=0.9)
    counts = best(CURVE).point.counts
    trials, z = counts.tp + counts.fp + counts.fn, NormalDist().inv_cdf(0.95)
    share = tuned.estimate / (2 - tuned.estimate)
    center = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half_width = z / (1 + z**2 / trials) * math.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    assert tuned.interval is not None
    expected = [2 * bound / (1 + bound) for bound in (center - half_width, center + half_width)]
    assert [tuned.interval.low, tuned.interval.high] == pytest.approx(expected)
    assert tuned.interval.confidence_level == tuned.threshold_interval.confidence_level == 0.9


def test_threshold_interval_has_percentiles_of_the_resamples() -> None:
    """At most 2.5% of the best thresholds lie beyond each bound, and both bounds are observed thresholds."""
    tuned = tuned_estimate(CURVE, n_resamples=400)
    low, high = tuned.threshold_interval.low, tuned.threshold_interval.high
    assert {low, high} <= set(tuned.thresholds.tolist())
    assert np.mean(tuned.thresholds < low) <= 0.025
    assert np.mean(tuned.thresholds > high) <= 0.025
    narrow = tuned_estimate(CURVE, n_resamples=400, confidence_level=0.5).threshold_interval
    assert low <= narrow.low <= narrow.high <= high


def test_estimate_corrects_the_optimism() -> None:
    """Over 100 samples the in-sample F1 is too high by more than .03, and the estimate by less than a third of it."""
    errors = []
    for seed in range(100):
        tuned = tuned_estimate(binormal_curve(150, seed=seed), n_resamples=100, random_state=seed)
        recall, false_positive_rate = 1 - NormalDist(1.5).cdf(tuned.threshold), 1 - NormalDist().cdf(tuned.threshold)
        true_f1 = 2 * 0.3 * recall / (0.3 + 0.3 * recall + 0.7 * false_positive_rate)
        errors.append((tuned.apparent - true_f1, tuned.estimate - true_f1))
    apparent, corrected = np.mean(errors, axis=0)
    assert apparent > 0.03
    assert abs(corrected) < apparent / 3


def test_seed_determines_the_result() -> None:
    """The same seed gives the same result, also as a NumPy integer; another one gives another."""
    n_resamples, seed = np.array([60, 0])
    first, again, other = (tuned_estimate(CURVE, n_resamples=n_resamples, random_state=s) for s in (0, seed, 1))
    assert drawn(first) == drawn(again)
    assert other.random_state == 1
    assert drawn(first) != drawn(other)


@pytest.mark.parametrize("n_resamples", [1, 24, 25, 26, 60])
def test_first_resamples_do_not_depend_on_their_number(n_resamples: int) -> None:
    """A smaller number of resamples gives the first of a larger number, across batches."""
    fewer, more = (tuned_estimate(CURVE, n_resamples=n) for n in (n_resamples, 130))
    assert fewer.thresholds.tolist() == more.thresholds[:n_resamples].tolist()


def test_progress_increases_to_1() -> None:
    """Progress is reported several times, increases to exactly 1, and does not change the result."""
    progress: list[float] = []
    tuned = tuned_estimate(CURVE, n_resamples=110, on_progress=progress.append)
    assert len(progress) > 3
    assert progress == sorted(set(progress))
    assert 0 < progress[0] < progress[-1] == 1
    assert drawn(tuned) == drawn(tuned_estimate(CURVE, n_resamples=110))


def test_exception_in_the_callback_stops_the_computation() -> None:
    """What ``on_progress`` raises propagates, and no further resamples are drawn."""
    progress: list[float] = []

    def stop(done: float) -> None:
        progress.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tuned_estimate(CURVE, n_resamples=10**6, on_progress=stop)
    assert len(progress) == 1


@pytest.mark.parametrize("name", METRICS)
def test_metrics_with_an_interval(name: str) -> None:
    """Every metric has an estimate and a threshold interval; those with verified coverage have an interval."""
    tuned = tuned_estimate(binormal_curve(80), name, n_resamples=75)
    assert tuned.metric.name == name
    assert math.isfinite(tuned.estimate)
    assert tuned.threshold_interval.low <= tuned.threshold_interval.high
    verified = ("f1", "fbeta", "precision", "recall", "npv", "accuracy", "jaccard")
    assert (tuned.interval is not None) == (name in verified)
    if tuned.interval is not None:
        assert tuned.interval.low <= tuned.estimate <= tuned.interval.high


def test_beta_is_used_in_the_resamples() -> None:
    """F2 has a lower best threshold than F0.5 in nearly all resamples."""
    f2, f05 = (tuned_estimate(CURVE, "fbeta", beta=beta, n_resamples=100) for beta in (2, 0.5))
    assert f2.metric.beta == 2
    assert np.mean(f2.thresholds <= f05.thresholds) > 0.9


def test_constraints_are_used_in_the_resamples() -> None:
    """The best threshold satisfies a constraint, which shifts the thresholds of the resamples."""
    curve = binormal_curve(400)
    constraint = Constraint.at_least("precision", 0.8)
    constrained, free = (tuned_estimate(curve, constraints=each, n_resamples=200) for each in ([constraint], []))
    assert constrained.constraints == (constraint,)
    assert curve.at(constrained.threshold).counts.precision() >= 0.8
    assert constrained.apparent < free.apparent
    assert np.median(constrained.thresholds) > np.median(free.thresholds)


def test_constraints_that_cannot_be_met_raise() -> None:
    """The exception is that of :func:`best`."""
    with pytest.raises(ConstraintsNotMet):
        tuned_estimate(CURVE, constraints=[Constraint.at_least("recall", 1), Constraint.at_most("flagged", 2)])


def test_constant_weights_change_nothing() -> None:
    """Rows that all have weight 2 give the same thresholds, estimate and interval."""
    plain, weighted = (tuned_estimate(curve, n_resamples=100) for curve in (CURVE, CURVE.reweighted(2.0, 2.0)))
    assert plain.thresholds.tolist() == weighted.thresholds.tolist()
    assert plain.estimate == pytest.approx(weighted.estimate)
    assert plain.interval is not None
    assert weighted.interval is not None
    assert (plain.interval.low, plain.interval.high) == pytest.approx((weighted.interval.low, weighted.interval.high))


def test_another_prevalence_takes_the_uncertainty_of_both_rates() -> None:
    """Near the own prevalence little changes; far below it the interval is wide, as few false alarms were seen."""
    curve = binormal_curve(442)
    own = curve.positives / (curve.positives + curve.negatives)
    usual, near, far = (
        tuned_estimate(at_prevalence(curve, share), n_resamples=300) for share in (own, own + 1e-9, 0.001)
    )
    assert near.thresholds == pytest.approx(usual.thresholds, abs=0.5)
    assert near.estimate == pytest.approx(usual.estimate, abs=0.01)
    widths, ratios = [], []
    for each in (usual, near, far):
        assert each.interval is not None
        assert 0 < each.interval.low < each.estimate < each.interval.high
        widths.append(each.interval.high - each.interval.low)
        ratios.append(each.interval.high / each.interval.low)
    assert widths[1] < widths[0]
    assert ratios[2] > 3


def degenerate_curves() -> dict[str, ThresholdCurve]:
    """Return curves of few or uninformative rows."""
    score = np.linspace(0, 1, 40)
    return {
        name: ThresholdCurve.from_predictions(y_true, y_score)
        for name, y_true, y_score in (
            ("one positive", score == score[30], score),
            ("one negative", score != score[30], score),
            ("constant scores", score > 0.7, np.zeros(40)),
            ("positives on top", score > 0.7, score),
            ("positives at the bottom", score < 0.3, score),
            ("two rows", [1, 0], np.array([0.9, 0.1])),
        )
    }


@pytest.mark.parametrize("kind", degenerate_curves())
@pytest.mark.parametrize("name", ["f1", "mcc", "precision", "npv", "kappa"])
def test_degenerate_curves_have_an_estimate(kind: str, name: str) -> None:
    """The estimate is nan or in range, and inside its interval."""
    tuned = tuned_estimate(degenerate_curves()[kind], name, n_resamples=50)
    assert math.isnan(tuned.estimate) or -1 <= tuned.estimate <= 1
    assert not np.isnan(tuned.thresholds).any()
    if tuned.interval is not None and not math.isnan(tuned.estimate):
        assert 0 <= tuned.interval.low <= tuned.estimate <= tuned.interval.high <= 1


def test_perfect_separation_is_not_certain() -> None:
    """With all positives on top the interval starts well below 1."""
    tuned = tuned_estimate(degenerate_curves()["positives on top"], n_resamples=200)
    assert tuned.apparent == 1
    assert 0.9 < tuned.estimate < 1
    assert tuned.interval is not None
    assert tuned.interval.low < 0.85


def test_constant_scores_have_one_threshold_and_no_optimism() -> None:
    """Where all scores are equal, the threshold cannot be tuned."""
    tuned = tuned_estimate(degenerate_curves()["constant scores"], n_resamples=200)
    assert set(tuned.thresholds.tolist()) == {0.0}
    assert tuned.optimism == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    ("name", "least", "value"),
    [*(("n_resamples", 1, n) for n in (0, -5, 2.5)), *(("random_state", 0, seed) for seed in (-1, 0.5, None, "0"))],
)
def test_invalid_number_raises(name: str, least: int, value: Any) -> None:
    """The message names the parameter, its smallest value and the value received."""
    with pytest.raises(ValueError, match=f"^{name} must be an integer of at least {least}, got {value!r}\\.$"):
        tuned_estimate(CURVE, **{name: value})


def test_rows_instead_of_a_curve_raise() -> None:
    """The message says how to make a curve."""
    rows: Any = [1, 0]
    with pytest.raises(TypeError, match=r"needs a ThresholdCurve, got list\..*ThresholdCurve\.from_predictions\("):
        tuned_estimate(rows)


@pytest.mark.parametrize("name", ["f1", "mcc"])
def test_invalid_confidence_level_raises_before_resampling(name: str) -> None:
    """It is checked first, for metrics without an interval as well."""
    progress: list[float] = []
    with pytest.raises(ValueError, match="confidence_level must be between 0 and 1, got 95"):
        tuned_estimate(CURVE, name, confidence_level=95, on_progress=progress.append)
    assert not progress
