"""Where the best threshold of chances lies, and what shows that scores are none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from f1tools.calibration import expected_threshold, miscalibration
from f1tools.core.constraints import Constraint
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.core.plateau import plateau
from tests.calibration.populations import UNIFORM_BEST, coarse, uniform

OBJECTIVES = [("f1", None), ("fbeta", 2.0), ("fbeta", 0.5), ("youden_j", None), ("balanced_accuracy", None)]
# The chance where F1 is best; by the law the score where it is best as well.
T = UNIFORM_BEST


@pytest.mark.parametrize(("name", "beta"), OBJECTIVES)
def test_the_laws_hold_for_chances(name: str, beta: float | None) -> None:
    """With scores spread evenly: ((b² + 2) - √((b² + 2)² - 4)) / 2 for F-beta, the share of positives for the rest."""
    curve = uniform()
    optimum = best(curve, name, beta=beta)
    squared = (1.0 if beta is None else beta) ** 2 + 2
    closed = (squared - (squared**2 - 4) ** 0.5) / 2 if name[0] == "f" else 0.5
    assert expected_threshold(curve, optimum) == pytest.approx(closed, abs=1e-3)
    assert optimum.point.threshold == pytest.approx(closed, abs=2e-3)


def test_the_coarse_table_of_chances() -> None:
    """Chances of .05, .15 ... .95: the best F1 is .7636364 at .45, and half of it decides as .45 does."""
    curve = coarse()
    optimum = best(curve)
    assert optimum.value == pytest.approx(0.7636364, abs=1e-7)
    assert optimum.point.threshold == 0.45
    assert expected_threshold(curve, optimum) == pytest.approx(0.7636364 / 2, abs=1e-7)


@pytest.mark.parametrize("population", [uniform, coarse])
@pytest.mark.parametrize(("name", "beta"), OBJECTIVES)
def test_nothing_speaks_against_chances(
    population: Callable[[], ThresholdCurve], name: str, beta: float | None
) -> None:
    """However many rows there are, scores that are chances by construction are not suspected."""
    curve = population()
    optimum = best(curve, name, beta=beta)
    assert miscalibration(curve, optimum, plateau(curve, optimum)) is None
    heavy = curve.reweighted(1e6, 1e6)
    assert miscalibration(heavy, optimum, plateau(heavy, optimum)) is None


def test_chances_drawn_at_random_are_hardly_ever_suspected() -> None:
    """Of 300 samples of chances, rare and common, small and large, at most one in a hundred is."""
    generator = np.random.default_rng(6)
    suspected = 0
    for number in range(300):
        n, rarity = (100, 300, 1000, 3000)[number % 4], (1, 3, 10)[number % 3]
        chance = generator.beta(0.7, 0.7 * rarity, n)
        y_true = generator.random(n) < chance
        curve = ThresholdCurve.from_predictions(y_true, chance)
        name, beta = OBJECTIVES[number % 5]
        optimum = best(curve, name, beta=beta)
        suspected += miscalibration(curve, optimum, plateau(curve, optimum)) is not None
    assert suspected <= 3


def mean(distort: Callable[[FloatArray], FloatArray], low: float, high: float) -> float:
    """Average what is said of the chances from low to high, by the midpoint rule."""
    return float(distort(low + (np.arange(100_000) + 0.5) / 100_000 * (high - low)).mean())


@pytest.mark.parametrize(
    ("distort", "low", "high"),
    [
        # The best F1 is at T in chances and the law expects a score of T: the chances between the two.
        (lambda chance: chance**3, T, T ** (1 / 3)),
        (np.sqrt, T**2, T),
        (lambda chance: 0.4 + 0.2 * chance, 0.0, T),
        (lambda chance: 0.2 * chance, T, 1.0),
        (lambda chance: 9 * chance / (9 * chance + 1 - chance), T / (9 - 8 * T), T),
    ],
    ids=["cubed", "root", "squashed", "small", "balanced"],
)
def test_distorted_chances_are_found_out(distort: Callable[[FloatArray], FloatArray], low: float, high: float) -> None:
    """What the rows between the two thresholds promise and hold is the mean score and chance there."""
    curve = uniform(distort)
    optimum = best(curve)
    found = miscalibration(curve, optimum, plateau(curve, optimum))
    assert found is not None
    assert found.expected == pytest.approx(T, abs=1e-3)
    assert {found.low, found.high} == {found.expected, optimum.point.threshold}
    assert found.promised == pytest.approx(mean(distort, low, high), abs=2e-3)
    assert found.observed == pytest.approx((low + high) / 2, abs=2e-3)


def test_the_share_of_positives_is_expected_of_youden() -> None:
    """Cubed, the best threshold is 1/8 where 1/2 is expected: chances from 1/2 to the cube root of 1/2."""
    curve = uniform(lambda chance: chance**3)
    optimum = best(curve, "youden_j")
    found = miscalibration(curve, optimum, plateau(curve, optimum))
    assert found is not None
    assert found.low == pytest.approx(0.125, abs=2e-3)
    assert found.high == 0.5
    assert found.observed == pytest.approx((0.5 + 0.5 ** (1 / 3)) / 2, abs=2e-3)


def test_few_rows_prove_nothing() -> None:
    """The same distortion in a handful of rows, or in many that are worth a handful, is left alone."""
    curve = uniform(lambda chance: chance**3)
    optimum = best(curve)
    near = plateau(curve, optimum)
    few = ThresholdCurve(curve.thresholds, curve.tp / 1e5, curve.fp / 1e5)
    assert miscalibration(few, optimum, near) is None
    worth_few = ThresholdCurve(curve.thresholds, curve.tp * 1.0, curve.fp * 1.0, curve.tp * 1e5, curve.fp * 1e5)
    assert miscalibration(worth_few, optimum, near) is None
    worth_many = ThresholdCurve(curve.thresholds, curve.tp * 1.0, curve.fp * 1.0, curve.tp * 2.0, curve.fp * 2.0)
    assert miscalibration(worth_many, optimum, near) is not None


def test_one_surprise_among_tiny_scores_proves_nothing() -> None:
    """A positive with a score of .001 happens; it does not make the scores wrong."""
    y_true = [1] * 40 + [0] * 10 + [1, 0]
    curve = ThresholdCurve.from_predictions(y_true, [0.8] * 50 + [0.001, 0.0001])
    optimum = best(curve, "fbeta", beta=3.0)
    assert optimum.point.threshold == 0.001
    assert miscalibration(curve, optimum, plateau(curve, optimum, 0.0)) is None


def test_nothing_is_expected_without_a_law() -> None:
    """Of other metrics, under constraints, and of scores that cannot be chances."""
    curve = uniform(lambda chance: chance**3)
    limited = best(curve, constraints=[Constraint.at_least("precision", 0.8)])
    margins = uniform(lambda chance: 8 * chance - 4)
    for asked, optimum in ((curve, best(curve, "mcc")), (curve, limited), (margins, best(margins))):
        assert expected_threshold(asked, optimum) is None
        assert miscalibration(asked, optimum, plateau(asked, optimum)) is None
