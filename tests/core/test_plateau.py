"""How far the threshold can move, and the roundest number on the way."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core import threshold_counts
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best, plateau
from tests.exact import candidates, cells_at, exact, plain
from tests.helpers import constants
from tests.strategies import Rows, rows, weighted_or_not

NAMES = ["f1", "mcc", "precision", "recall", "accuracy"]


@given(
    drawn=weighted_or_not(most=15),
    name=st.sampled_from(NAMES),
    within=st.sampled_from([0, 0.01, 0.1, 0.3, 1]),
    block=st.sampled_from([1, 3, 1 << 15]),
)
def test_the_plateau_ends_at_the_first_larger_loss(drawn: Rows, name: str, within: float, block: int) -> None:
    """From the best threshold up and down, to the first score that loses more than is allowed."""
    curve = drawn.curve()
    optimum = best(curve, name)
    scores = candidates(drawn)
    lost = [optimum.value - plain(name, exact(name, cells_at(drawn, score)) or 0) for score in scores]  # type: ignore[arg-type]
    position = scores.index(optimum.point.threshold)
    first = position
    while first > 0 and lost[first - 1] <= within + 1e-12:
        first -= 1
    after = position + 1
    while after < len(scores) and lost[after] <= within + 1e-12:
        after += 1
    with constants(threshold_counts, _BLOCK=block):
        region = plateau(curve, optimum, within)
    assert region.high == scores[first]
    assert region.low == (scores[after] if after < len(scores) else -math.inf)
    assert region.within == within


@given(drawn=weighted_or_not(), within=st.sampled_from([0, 0.01, 0.1]), name=st.sampled_from(NAMES))
def test_the_cost_of_the_round_number(drawn: Rows, within: float, name: str) -> None:
    """The round number lies in the plateau; its loss is exact and at most what is allowed."""
    curve = drawn.curve()
    optimum = best(curve, name)
    region = plateau(curve, optimum, within)
    assert region.low < region.round_threshold <= region.high
    value = plain(name, exact(name, cells_at(drawn, region.round_threshold)) or 0)  # type: ignore[arg-type]
    assert region.round_cost == pytest.approx(optimum.value - value, abs=1e-12)
    assert 0 <= region.round_cost <= within + 1e-12


def decimals_inside(low: float, high: float) -> list[Decimal]:
    """Return all numbers with the fewest decimals in (low, high], tens and hundreds first, by trying them all."""
    for digits in range(-3, 40):
        step = Decimal(1).scaleb(-digits)
        lowest = int(Decimal(low) / step) - 1
        highest = int(Decimal(high) / step) + 1
        inside = [n * step for n in range(lowest, highest + 1) if low < float(n * step) <= high]
        if inside:
            return inside
    raise AssertionError((low, high))


@given(
    drawn=rows(most=12).filter(lambda one: bool(np.abs(one.y_score.astype(float)).max() < 900)),
    within=st.sampled_from([0, 0.01, 0.1]),
)
def test_the_round_number_has_the_fewest_decimals(drawn: Rows, within: float) -> None:
    """No number of the plateau has fewer; of several, it is the nearest to the best threshold."""
    curve = drawn.curve()
    optimum = best(curve)
    region = plateau(curve, optimum, within)
    scores = candidates(drawn)
    low = max(region.low, math.nextafter(scores[-1], -math.inf))
    if low < 1e-15 and region.high > -1e-15:  # it contains 0, or numbers of 300 decimals
        return
    inside = decimals_inside(low, min(region.high, scores[1]))
    distances = [abs(float(number) - optimum.point.threshold) for number in inside]
    assert region.round_threshold in [float(number) for number in inside]
    assert abs(region.round_threshold - optimum.point.threshold) == min(distances)


@pytest.mark.parametrize(
    ("y_score", "within", "low", "high", "rounded", "cost"),
    [
        # The best F1, 6/7, is at .57; F1 at .62 is 2/3, at .83 is .4, at .91 is .5, at .2 it is .75.
        ([0.91, 0.83, 0.62, 0.57, 0.2], 0.01, 0.2, 0.57, 0.5, 0.0),
        ([0.91, 0.83, 0.62, 0.57, 0.2], 0.2, -math.inf, 0.62, 0.6, 6 / 7 - 2 / 3),
        ([91, 83, 62, 57, 20], 0.01, 20, 57, 50, 0.0),
        ([-9.1, -9.3, -9.62, -9.67, -9.8], 0.01, -9.8, -9.67, -9.7, 0.0),
        ([3e-8, 2.5e-8, 2e-8, 1.23e-8, 1.1e-8], 0.01, 1.1e-8, 1.23e-8, 1.2e-8, 0.0),
    ],
)
def test_examples(y_score: list[float], within: float, low: float, high: float, rounded: float, cost: float) -> None:
    """Examples computed by hand."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 1, 0], y_score)
    region = plateau(curve, best(curve), within)
    assert (region.low, region.high, region.round_threshold) == (low, high, rounded)
    assert region.round_cost == pytest.approx(cost, abs=1e-15)


def test_the_loss_that_is_allowed() -> None:
    """A hundredth by default; negative numbers and nan are rejected."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])
    assert plateau(curve, best(curve)).within == 0.01
    for within in (-0.01, math.nan):
        with pytest.raises(ValueError, match="within must be a number"):
            plateau(curve, best(curve), within)


def test_flagging_nothing_has_no_round_number() -> None:
    """The threshold +inf is returned."""
    curve = ThresholdCurve.from_predictions([0, 0, 0, 1], [0.9, 0.8, 0.7, 0.1])
    optimum = best(curve, "accuracy")
    region = plateau(curve, optimum, 0.1)
    assert optimum.point.threshold == math.inf
    assert (region.low, region.high, region.round_threshold, region.round_cost) == (0.9, math.inf, math.inf, 0.0)


def test_the_plateau_satisfies_the_constraints() -> None:
    """Thresholds that violate a constraint of the optimum are outside, whatever their value."""
    y_true, y_score = [1, 1, 0, 1, 0], [0.93, 0.82, 0.71, 0.64, 0.2]
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    optimum = best(curve, constraints=[Constraint.at_least("precision", 0.9)])
    assert optimum.point.threshold == 0.82
    for within in (0.2, 1.0, 1e300):
        region = plateau(curve, optimum, within)
        assert (region.low, region.round_threshold) == (0.71, 0.8)


@pytest.mark.parametrize(
    "y_score",
    [
        [1.7e308, 1.75e308, 1.6e308, 1.5e308],
        [1.7976931348623157e308, -1.0, -1.7976931348623157e308, -1.7e308],
        [-1.5e308, -1.6e308, -1.7976931348623157e308, -1.7976931348623157e308],
        [5e-324, 1e-323, 2e-323, 0.0],
        [-0.0, 5e-324, 0.0, -5e-324],
    ],
)
def test_extreme_scores(y_score: list[float]) -> None:
    """A number in the plateau is found even if rounding overflows."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], y_score)
    for within in (0.0, 0.3):
        region = plateau(curve, best(curve), within)
        assert region.low < region.round_threshold <= region.high


@pytest.mark.parametrize(("lowest", "rounded"), [(-1.25, -1.0), (-2.25, -1.0), (-0.75, -0.5)])
def test_the_round_number_beside_a_half(lowest: float, rounded: float) -> None:
    """Halfway between two round numbers, both are considered."""
    curve = ThresholdCurve.from_predictions([1, 0, 0, 1, 0, 0, 0], [0, 0, 0, -0.5, 0, 0, lowest])
    region = plateau(curve, best(curve), 0.0)
    assert (region.low, region.high) == (lowest, -0.5)
    assert region.round_threshold == rounded
