"""Intervals from recall and false-positive rate apart, against scipy's beta distribution, integrals and simulation."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, defined_values, metric
from f1tools.core.operating_point import OperatingPoint
from f1tools.uncertainty import Interval, metric_interval
from f1tools.uncertainty.class_rates import ClassRates, beta_quantiles
from f1tools.what_if import WhatIf, at_prevalence
from tests.strategies import Rows, curve_of, weighted_or_not

NO_FALSE_ALARM = ConfusionCounts(tn=309, fp=0, fn=86, tp=47)
SOME_FALSE_ALARMS = ConfusionCounts(tn=289, fp=20, fn=43, tp=90)
SHARE = st.floats(1e-4, 0.99)


def rates_of(counts: ConfusionCounts) -> ClassRates:
    return ClassRates.from_point(OperatingPoint(0.5, counts))


def bounds(name: str, at: OperatingPoint | ThresholdCurve, level: float = 0.95) -> tuple[float, float]:
    """Return the bounds of an interval that exists."""
    interval = metric_interval(name, at, confidence_level=level)
    assert isinstance(interval, Interval)
    return interval.low, interval.high


@pytest.mark.parametrize(
    ("rate", "n"), [(0, 309), (1, 133), (0.35, 133), (0.5, 1), (0, 0), (0.3, 2.5), (1e-6, 1e9), (0.3, 1e10), (0, 1e9)]
)
def test_quantiles_of_beta(rate: float, n: float) -> None:
    """They are scipy's, from no row to billions."""
    probability = np.array([0.001, 0.025, 0.3, 0.5, 0.975, 0.999])
    reference = stats.beta(n * rate + 0.5, n * (1 - rate) + 0.5)
    np.testing.assert_allclose(reference.cdf(beta_quantiles(rate, n, probability)), probability, atol=1e-4)


@pytest.mark.parametrize("counts", [NO_FALSE_ALARM, SOME_FALSE_ALARMS])
@pytest.mark.parametrize("prevalence", [0.5, 0.05, 0.001])
def test_f1_has_the_percentiles_of_the_double_integral(counts: ConfusionCounts, prevalence: float) -> None:
    """P(F1 <= x) is the integral over recall r of P(FPR >= pi (2 r / x - 1 - r) / (1 - pi)), by quadrature."""
    recall = stats.beta(counts.tp + 0.5, counts.fn + 0.5)
    false_positive_rate = stats.beta(counts.fp + 0.5, counts.tn + 0.5)

    def at_most(x: float) -> float:
        def density(r: float) -> float:
            least = prevalence * (2 * r / x - 1 - r) / (1 - prevalence)
            return float(recall.pdf(r) * false_positive_rate.sf(least))

        return float(integrate.quad(density, *recall.ppf([1e-9, 1 - 1e-9]), limit=200)[0])

    low, high = rates_of(counts).at_prevalence(prevalence).bounds(metric("f1"), 0.95)
    assert (at_most(low), at_most(high)) == pytest.approx((0.025, 0.975), abs=1e-3)


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_rates_themselves_have_jeffreys_interval(level: float) -> None:
    """Recall and specificity do not depend on the prevalence: their bounds are quantiles of one distribution."""
    point = WhatIf(prevalence=0.01).apply(curve_from(SOME_FALSE_ALARMS)).at(0.5)
    for name, cells in (("recall", ("tp", "fn")), ("specificity", ("tn", "fp"))):
        hits, misses = (getattr(SOME_FALSE_ALARMS, cell) for cell in cells)
        expected = stats.beta(hits + 0.5, misses + 0.5).ppf([(1 - level) / 2, (1 + level) / 2])
        assert bounds(name, point, level) == pytest.approx(expected, abs=2e-4)


def curve_from(counts: ConfusionCounts) -> ThresholdCurve:
    """Return a curve that has these counts at 0.5."""
    cells = ((1, 1, counts.tp), (1, 0, counts.fn), (0, 1, counts.fp), (0, 0, counts.tn))
    labels, scores, sizes = zip(*cells, strict=True)
    return ThresholdCurve.from_predictions(np.repeat(labels, sizes), np.repeat(scores, sizes))


def test_no_false_alarm_is_not_taken_for_none_ever() -> None:
    """At 1 in 1,000 even 1% false positives would mean a precision below 0.04; Wilson's form stays where it was."""
    curve = curve_from(NO_FALSE_ALARM)
    point = at_prevalence(curve, 0.001).at(0.5)
    low, high = bounds("precision", point)
    assert low < 0.001 * 0.35 / (0.001 * 0.35 + 0.999 * 0.005)
    assert high == 1
    assert bounds("f1", point)[0] < 0.1
    assert bounds("f1", curve.at(0.5))[0] > 0.4


@given(name=st.sampled_from(METRICS), sample=weighted_or_not(), prevalence=SHARE)
@settings(max_examples=40)
def test_bounds_contain_the_value(name: str, sample: Rows, prevalence: float) -> None:
    """At every threshold and for every metric, for weighted rows too; undefined where the metric is."""
    curve = at_prevalence(sample.curve(), prevalence)
    for point in map(curve.at, curve.thresholds[:3].tolist()):
        value = float(defined_values(metric(name), point.counts))
        interval = metric_interval(name, point)
        if curve.class_mix == "assumed":
            assert interval is not None
            assert math.isnan(value) == math.isnan(interval.low)
            assert math.isnan(value) or interval.low - 1e-9 <= value <= interval.high + 1e-9


@pytest.mark.parametrize("name", ["f1", "precision"])
@pytest.mark.parametrize("counts", [NO_FALSE_ALARM, SOME_FALSE_ALARMS])
def test_bounds_rise_with_the_prevalence(name: str, counts: ConfusionCounts) -> None:
    """More positives among the same cases raise F1 and precision, whatever the two rates are."""
    shares = np.geomspace(0.001, 0.9, 12).tolist()
    lows, highs = zip(
        *(rates_of(counts).at_prevalence(each).bounds(metric(name), 0.95) for each in shares), strict=True
    )
    assert lows == tuple(sorted(lows))
    assert highs == tuple(sorted(highs))


@given(factor=st.floats(0.01, 100), prevalence=SHARE)
@settings(max_examples=10)
def test_only_rows_count_and_not_their_weight(factor: float, prevalence: float) -> None:
    """Rows that all weigh the same say as much as unweighted ones, and so do classes that weigh the same."""
    curve = curve_from(SOME_FALSE_ALARMS)
    scaled = curve.reweighted(factor, 1.0).reweighted(1.0, factor)
    for one in (curve, scaled):
        point = at_prevalence(one, prevalence).at(0.5)
        assert bounds("f1", point) == pytest.approx(bounds("f1", at_prevalence(curve, prevalence).at(0.5)), rel=1e-6)


def test_weighted_rows_count_by_their_effective_number() -> None:
    """Weights 1 and 3 in equal parts say as much as 0.8 times the rows: (1 + 3)² / (2 (1 + 9))."""
    y_true = np.repeat([True, True, False, False], [60, 40, 10, 90])
    y_score = np.repeat([1.0, 0.0, 1.0, 0.0], [60, 40, 10, 90])
    weights = np.tile([1.0, 3.0], 100)
    weighted = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=weights)
    effective = curve_from(ConfusionCounts(tn=72, fp=8, fn=32, tp=48))
    points = [at_prevalence(each, 0.02).at(0.5) for each in (weighted, effective)]
    assert bounds("f1", points[0]) == pytest.approx(bounds("f1", points[1]))


def test_every_scenario_that_changes_the_mix_is_recognized() -> None:
    """Nobody has to say so: points and curves know it. Class weights in training change scores, not the mix."""
    curve = curve_of([1, 0, 1, 0, 1, 0], [0.9, 0.8, 0.7, 0.3, 0.2, 0.1])
    for scenario, mix in (
        (WhatIf(prevalence=0.2), "assumed"),
        (WhatIf(prevalence=0.2, positive_weight=3), "assumed"),
        (WhatIf(positive_weight=3), "reweighted"),
        (WhatIf(class_weight=3), "measured"),
        (WhatIf(prevalence=0.5), "measured"),  # that of the rows
    ):
        changed = scenario.apply(curve)
        assert changed.class_mix == changed.at(0.7).class_mix == changed.thinned(3).class_mix == mix
        interval = metric_interval("mcc", changed)  # not a proportion
        assert (interval is None) == (mix == "measured")
        if interval is not None:
            assert (interval.low[2], interval.high[2]) == bounds("mcc", changed.at(float(changed.thresholds[2])))


def test_own_prevalence_gives_nearly_the_usual_interval() -> None:
    """It is narrower by what is not known about the prevalence, which weights in the evaluation leave unknown."""
    curve = curve_from(SOME_FALSE_ALARMS)
    usual = bounds("f1", curve.at(0.5))
    assumed, reweighted = (
        bounds("f1", each.apply(curve).at(0.5))
        for each in (WhatIf(prevalence=133 / 442 + 1e-9), WhatIf(positive_weight=1 + 1e-9))
    )
    assert reweighted == pytest.approx(usual, abs=0.01)
    assert 0.6 * np.ptp(usual) < np.ptp(assumed) < np.ptp(usual)


@pytest.mark.parametrize("prevalence", [0.05, 0.001])
def test_coverage(prevalence: float) -> None:
    """Of 200 samples with normal scores, nearly 95% of the intervals at the true optimum hold the true F1.

    The fixed-threshold form on reweighted counts holds it in 53% at 1 in 1,000; ``benchmarks/coverage.py`` has more.
    """
    rng, n, own = np.random.default_rng(3), 442, 0.3
    grid = np.arange(0, 5, 0.01)
    recall, false_positive_rate = 1 - stats.norm(1.5).cdf(grid), 1 - stats.norm.cdf(grid)
    f1 = 2 * prevalence * recall / (prevalence * (1 + recall) + (1 - prevalence) * false_positive_rate)
    covered = []
    for _ in range(200):
        y_true = rng.random(n) < own
        curve = ThresholdCurve.from_predictions(y_true, rng.normal(size=n) + 1.5 * y_true)
        low, high = bounds("f1", at_prevalence(curve, prevalence).at(float(grid[f1.argmax()])))
        covered.append(low <= f1.max() <= high)
    assert np.mean(covered) > 0.95 - NormalDist().inv_cdf(0.999) * math.sqrt(0.95 * 0.05 / 200)
