"""Tests of the test of calibration: its statistic against the rows, its level and power, and what the verdict says."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import chi2

from f1tools.calibration import assess_calibration
from f1tools.calibration.assessment import chi_square_survival
from f1tools.calibration.sentences import verdict_texts
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from tests.calibration.populations import coarse, uniform
from tests.strategies import ANY_WEIGHT, Rows, rows

Odds = NDArray[np.float64]
DISTORTIONS: dict[str, Callable[[Odds], Odds]] = {
    "doubled slope": lambda odds: 2 * odds,
    "halved slope": lambda odds: odds / 2,
    "shifted": lambda odds: odds + 0.5,
    "S-shaped": lambda odds: odds + np.sin(2 * odds),
}


def expit(odds: Odds) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


def draw(seed: int, n: int, prevalence: float, distort: Callable[[Odds], Odds] = lambda odds: odds) -> ThresholdCurve:
    """Draw rows whose log-odds are normal around the prevalence's, and distort the scores around it."""
    generator = np.random.default_rng(seed)
    center, around = np.log(prevalence / (1 - prevalence)), generator.normal(0, 1.3, n)
    y_true = generator.random(n) < expit(center + around)
    y_true[:2] = True, False
    return ThresholdCurve.from_predictions(y_true, expit(center + distort(around)))


def test_chi_square_survival_equals_scipys() -> None:
    """For all numbers of bins, from no evidence to much."""
    for freedom in range(1, 12):
        for statistic in (0.0, 1e-9, 0.5, 3.0, 30.0, 300.0):
            assert chi_square_survival(statistic, freedom) == pytest.approx(chi2.sf(statistic, freedom), rel=1e-9)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("decimals", [2, 9])
def test_the_p_value_follows_from_the_rows(weighted: bool, decimals: int) -> None:
    """It is twice the smaller one of Cox's score test, from gradient and information, and of the test in bins."""
    for seed in range(5):
        generator = np.random.default_rng(seed)
        p = np.round(generator.beta(1, 3, 800), decimals)  # rounded to two decimals, some are 0
        y = generator.random(800) < np.clip(1.2 * p, 0.0, 1.0)
        w = generator.exponential(size=800) if weighted else np.ones(800)
        assessment = assess_calibration(ThresholdCurve.from_predictions(y, p, sample_weight=w if weighted else None))
        variance, odds = w**2 * p * (1 - p), np.log(np.maximum(p, 1e-12) / (1 - p))
        center = np.average(odds, weights=variance)
        deviation = np.sqrt(np.average((odds - center) ** 2, weights=variance))
        near = np.clip(odds, center - 3 * deviation, center + 3 * deviation)
        residual, centered = w * (y - p), near - np.average(near, weights=variance)
        squared = residual.sum() ** 2 + (residual @ centered) ** 2 / deviation**2
        of_regression = chi2.sf(squared / variance.sum(), 2)
        z = []
        for low, high in zip(assessment.bins.lowest, assessment.bins.highest, strict=True):
            inside = (p >= low) & (p <= high)
            trials, mean = w[inside].sum() ** 2 / (w[inside] ** 2).sum(), np.average(p[inside], weights=w[inside])
            gap = np.average(y[inside], weights=w[inside]) - mean
            z.append(trials * gap / np.sqrt(max(trials * mean * (1 - mean), 2.0)))
        expected = min(1.0, 2 * min(of_regression, chi2.sf(np.square(z).sum(), len(z))))
        assert assessment.p_value == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("distort", "trend"),
    [
        (DISTORTIONS["doubled slope"], "too extreme"),
        (DISTORTIONS["halved slope"], "not extreme enough"),
        (DISTORTIONS["shifted"], "too high"),
        (lambda odds: odds - 0.5, "too low"),
    ],
)
def test_the_test_that_decides_is_stated(distort: Callable[[Odds], Odds], trend: str) -> None:
    """Where intercept and slope give the smaller p-value, the sentences say what is off overall."""
    found = [assess_calibration(draw(seed, 800, 0.3, distort)) for seed in range(12)]
    decided = [each for each in found if each.is_significant and each.trend is not None]
    assert len(decided) >= 4
    assert {each.trend for each in decided} == {trend}
    assert all(f"scores are {trend}" in verdict_texts(each)[1] for each in decided)
    in_bins = [each for each in found if each.trend is None]
    assert not any("over the whole range" in verdict_texts(each)[1].lower() for each in in_bins)


def test_calibrated_samples_are_rejected_in_one_of_twenty() -> None:
    """Of 400 calibrated samples of several sizes and prevalences 2 to 8% are rejected."""
    sizes = [(100, 0.3), (442, 0.3), (1000, 0.05), (3000, 0.01)]
    rejected = sum(assess_calibration(draw(seed, *sizes[seed % 4])).is_significant for seed in range(400))
    assert 8 <= rejected <= 32


@pytest.mark.parametrize(("name", "n", "prevalence", "power"), [
    ("doubled slope", 442, 0.3, 0.95), ("doubled slope", 1000, 0.05, 0.95), ("halved slope", 442, 0.3, 0.9),
    ("shifted", 442, 0.3, 0.8), ("shifted", 5000, 0.05, 0.95), ("S-shaped", 1000, 0.3, 0.9),
])  # fmt: skip
def test_distortions_are_found(name: str, n: int, prevalence: float, power: float) -> None:
    """In most samples, also a distortion that slope and intercept do not describe."""
    found = sum(assess_calibration(draw(seed, n, prevalence, DISTORTIONS[name])).is_significant for seed in range(40))
    assert found >= power * 40


@pytest.mark.parametrize("population", [uniform, coarse])
def test_calibrated_populations_pass(population: Callable[[], ThresholdCurve]) -> None:
    """However many rows there are, exactly calibrated scores show no deviation."""
    for curve in (population(), population().reweighted(1e6, 1e6)):
        assessment = assess_calibration(curve)
        assert assessment.p_value > 0.99
        assert assessment.deviation == 0
        assert not assessment.bins.missed.any()


def test_a_small_deviation_of_many_rows() -> None:
    """Of 2 million rows with odds that are 5% too high, the test finds it, and says that it is small."""
    curve = uniform(lambda p: 1.05 * p / (1.05 * p + 1 - p))
    assessment = assess_calibration(curve)
    assert assessment.is_significant
    assert assessment.is_small
    assert assessment.deviation == pytest.approx(np.log(1.05), rel=0.05)
    assert "hardly changes anything" in verdict_texts(assessment)[1]
    assert not assess_calibration(uniform(lambda p: 1.2 * p / (1.2 * p + 1 - p))).is_small


def test_weights_of_any_size_are_the_same_evidence() -> None:
    """Only relative weights count; one heavy row is no more evidence than one row."""
    curve = draw(1, 500, 0.2, DISTORTIONS["shifted"])
    expected = assess_calibration(curve)
    for factor in (1e-3, 1e3):
        scaled = assess_calibration(curve.reweighted(factor, factor))
        assert (scaled.p_value, scaled.deviation) == pytest.approx((expected.p_value, expected.deviation), rel=1e-6)
    y_true = np.arange(300) % 5 == 0
    y_true[7] = True
    weight = np.where(np.arange(300) == 7, 1e4, 1.0)
    heavy = ThresholdCurve.from_predictions(y_true, np.full(300, 0.2), sample_weight=weight)
    assert not assess_calibration(heavy).is_significant


@pytest.mark.parametrize("extreme", [0.0, 1e-9])
def test_one_positive_with_a_tiny_score_is_no_evidence(extreme: float) -> None:
    """A single positive among scores at or near 0 does not contradict calibrated scores."""
    y_true = [1] * 50 + [0] * 50 + [1] + [0] * 99
    curve = ThresholdCurve.from_predictions(y_true, [0.5] * 100 + [extreme] * 100)
    assert not assess_calibration(curve).is_significant


@pytest.mark.parametrize("y_score", [[0.3] * 100, [0.0, 1.0] * 50, [0.0] * 100, [0.2, 0.2, 0.8, 0.9] * 25])
def test_scores_without_spread(y_score: list[float]) -> None:
    """Equal scores and hard labels have a p-value; labels as scores do not contradict themselves."""
    for y_true in (np.arange(100) % 2 == 1, np.arange(100) % 10 == 3):
        assessment = assess_calibration(ThresholdCurve.from_predictions(y_true, y_score))
        assert 0 <= assessment.p_value <= 1
        assert assessment.deviation >= 0
        if np.array_equal(y_true, y_score):
            assert assessment.p_value == 1


@settings(max_examples=60)
@given(st.one_of(rows(), rows(weight=ANY_WEIGHT)), st.integers(0, 2**32), st.sampled_from([20, 300, 4000]))
def test_the_verdict_says_what_the_chart_shows(sample: Rows, seed: int, n: int) -> None:
    """The text has the number of bins that miss, and the mean score and the share of positives of the largest gap."""
    distorted = draw(seed, n, 0.2, list(DISTORTIONS.values())[seed % 4] if seed % 3 else lambda odds: odds)
    low, high = sample.y_score.min(), sample.y_score.max()
    scaled = sample._replace(y_score=(sample.y_score / 2 - low / 2) / ((high / 2 - low / 2) or 1.0))
    for curve in (distorted, scaled.curve()):
        assessment = assess_calibration(curve)
        bins, (title, text) = assessment.bins, verdict_texts(assessment)
        missed = [place for place in range(bins.trials.size) if bins.missed[place]]
        named = re.search(r"In (\d+) of (\d+) bins? the 95% interval misses", text)
        assert (named is None) == (not missed)
        if named is not None:
            assert [int(number) for number in named.groups()] == [len(missed), bins.trials.size]
            assert assessment.worst in missed
            gaps = np.abs(bins.observed - bins.mean_score)
            assert gaps[assessment.worst] == max(gaps[missed])
        assert ("average" in text) == bool(missed or assessment.is_significant)
        assert title.startswith("No") != assessment.is_significant
        deviation = re.search(
            r"a score of ([\d.]+)% where ([\d.]+)% of the cases are positive could go undetected", text
        )
        if deviation is not None:
            score, actual = (float(number) / 100 for number in deviation.groups())
            expected = assessment.detectable_factor * score / (1 - score)
            assert actual == pytest.approx(expected / (1 + expected), rel=0.06)
