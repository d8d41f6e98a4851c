"""Tests of the theoretical optimal threshold of calibrated scores, and of the evidence for miscalibration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from f1tools.calibration import Miscalibration, expected_threshold, miscalibration
from f1tools.core.constraints import Constraint
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum, best, plateau
from tests.calibration.populations import UNIFORM_BEST as T
from tests.calibration.populations import coarse, uniform

OBJECTIVES = [("f1", None), ("fbeta", 2.0), ("fbeta", 0.5), ("youden_j", None), ("balanced_accuracy", None)]


def check(curve: ThresholdCurve, optimum: Optimum) -> Miscalibration | None:
    """Test the calibration with the plateau of the optimum."""
    return miscalibration(curve, optimum, plateau(curve, optimum))


@pytest.mark.parametrize(("name", "beta"), OBJECTIVES)
def test_expected_threshold_of_uniform_scores(name: str, beta: float | None) -> None:
    """It is ((b² + 2) - √((b² + 2)² - 4)) / 2 for F-beta, and the prevalence for the other metrics."""
    curve = uniform()
    optimum = best(curve, name, beta=beta)
    squared = (1.0 if beta is None else beta) ** 2 + 2
    closed_form = (squared - (squared**2 - 4) ** 0.5) / 2 if name[0] == "f" else 0.5
    assert expected_threshold(curve, optimum) == pytest.approx(closed_form, abs=1e-3)
    assert optimum.point.threshold == pytest.approx(closed_form, abs=2e-3)


def test_expected_threshold_of_coarse_scores() -> None:
    """With probabilities .05, .15 ... .95 the best F1 is .7636364 at .45, and half of it decides as .45 does."""
    curve = coarse()
    optimum = best(curve)
    assert (optimum.value, optimum.point.threshold) == pytest.approx((0.7636364, 0.45), abs=1e-7)
    assert expected_threshold(curve, optimum) == pytest.approx(0.7636364 / 2, abs=1e-7)


@pytest.mark.parametrize("population", [uniform, coarse])
@pytest.mark.parametrize(("name", "beta"), OBJECTIVES)
def test_calibrated_populations_pass(population: Callable[[], ThresholdCurve], name: str, beta: float | None) -> None:
    """However many rows there are, exactly calibrated scores are not reported."""
    for curve in (population(), population().reweighted(1e6, 1e6)):
        assert check(curve, best(curve, name, beta=beta)) is None


def test_calibrated_samples_are_rarely_reported() -> None:
    """Of 300 calibrated samples of several sizes and prevalences at most 1% are reported."""
    generator = np.random.default_rng(6)
    reported = 0
    for number in range(300):
        n, rarity = (100, 300, 1000, 3000)[number % 4], (1, 3, 10)[number % 3]
        probability = generator.beta(0.7, 0.7 * rarity, n)
        y_true = generator.random(n) < probability
        curve = ThresholdCurve.from_predictions(y_true, probability)
        name, beta = OBJECTIVES[number % 5]
        reported += check(curve, best(curve, name, beta=beta)) is not None
    assert reported <= 3


@pytest.mark.parametrize(
    ("distort", "low", "high"),
    [
        # The best F1 is at the probability T, but a score of T is expected: the probabilities between the two.
        (lambda p: p**3, T, T ** (1 / 3)),
        (np.sqrt, T**2, T),
        (lambda p: 0.4 + 0.2 * p, 0.0, T),
        (lambda p: 0.2 * p, T, 1.0),
        (lambda p: 9 * p / (9 * p + 1 - p), T / (9 - 8 * T), T),
    ],
    ids=["cubed", "root", "squashed", "small", "balanced"],
)
def test_distorted_scores_are_reported(distort: Callable[[FloatArray], FloatArray], low: float, high: float) -> None:
    """The mean score and the share of positives are those of the rows between the two thresholds."""
    curve = uniform(distort)
    optimum = best(curve)
    report = check(curve, optimum)
    assert report is not None
    assert report.expected == pytest.approx(T, abs=1e-3)
    assert {report.low, report.high} == {report.expected, optimum.point.threshold}
    midpoints = low + (np.arange(100_000) + 0.5) / 100_000 * (high - low)
    assert report.promised == pytest.approx(distort(midpoints).mean(), abs=2e-3)
    assert report.observed == pytest.approx((low + high) / 2, abs=2e-3)


def test_distorted_scores_are_reported_for_youden() -> None:
    """For cubed scores the best threshold is 1/8 where 1/2 is expected: probabilities from 1/2 to its cube root."""
    curve = uniform(lambda probability: probability**3)
    report = check(curve, best(curve, "youden_j"))
    assert report is not None
    assert report.low == pytest.approx(0.125, abs=2e-3)
    assert report.high == 0.5
    assert report.observed == pytest.approx((0.5 + 0.5 ** (1 / 3)) / 2, abs=2e-3)


@pytest.mark.parametrize(
    ("count_scale", "square_scale", "reported"), [(1e-5, None, False), (1.0, 1e5, False), (1.0, 2.0, True)]
)
def test_few_rows_are_no_evidence(count_scale: float, square_scale: float | None, reported: bool) -> None:
    """The same distortion is not reported for few rows, nor for many rows with a small effective number."""
    curve = uniform(lambda probability: probability**3)
    optimum = best(curve)
    squares: list[Any] = [] if square_scale is None else [curve.tp * square_scale, curve.fp * square_scale]
    scaled = ThresholdCurve(curve.thresholds, curve.tp * count_scale, curve.fp * count_scale, *squares)
    assert (miscalibration(scaled, optimum, plateau(curve, optimum)) is not None) == reported


def test_one_positive_with_a_tiny_score_is_no_evidence() -> None:
    """A single positive among scores near 0 does not contradict them."""
    y_true = [1] * 40 + [0] * 10 + [1, 0]
    curve = ThresholdCurve.from_predictions(y_true, [0.8] * 50 + [0.001, 0.0001])
    optimum = best(curve, "fbeta", beta=3.0)
    assert optimum.point.threshold == 0.001
    assert miscalibration(curve, optimum, plateau(curve, optimum, 0.0)) is None


@pytest.mark.parametrize(
    ("distort", "name", "constraints"),
    [
        (lambda p: p**3, "mcc", []),
        (lambda p: p**3, "f1", [Constraint.at_least("precision", 0.8)]),
        (lambda p: 8 * p - 4, "f1", []),
    ],
    ids=["other metric", "constraint", "not probabilities"],
)
def test_without_a_theoretical_threshold(
    distort: Callable[[FloatArray], FloatArray], name: str, constraints: list[Constraint]
) -> None:
    """Other metrics, constraints and scores outside [0, 1] have no expected threshold."""
    curve = uniform(distort)
    optimum = best(curve, name, constraints=constraints)
    assert expected_threshold(curve, optimum) is None
    assert check(curve, optimum) is None
