"""How far the threshold can move, and the round number on the way."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.core import curve as curve_module
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.core.plateau import plateau
from tests.exact import candidates, cells_at, exact, plain
from tests.strategies import Rows, rows, weighted_or_not

NAMES = ["f1", "mcc", "precision", "recall", "accuracy"]


@given(
    drawn=weighted_or_not(most=15),
    name=st.sampled_from(NAMES),
    within=st.sampled_from([0, 0.01, 0.1, 0.3, 1]),
    together=st.sampled_from([1, 3, 1 << 15]),
)
@settings(deadline=None, max_examples=120)
def test_the_plateau_is_what_is_nearly_as_good(drawn: Rows, name: str, within: float, together: int) -> None:
    """From the best threshold up and down, to the first score that loses more than is allowed."""
    curve = drawn.curve()
    optimum = best(curve, name)
    scores = candidates(drawn)
    lost = [optimum.value - plain(name, exact(name, cells_at(drawn, score)) or 0) for score in scores]  # type: ignore[arg-type]
    place = scores.index(optimum.point.threshold)
    first = place
    while first > 0 and lost[first - 1] <= within + 1e-12:
        first -= 1
    after = place + 1
    while after < len(scores) and lost[after] <= within + 1e-12:
        after += 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve_module, "_BLOCK", together)
        wide = plateau(curve, optimum, within)
    assert wide.high == scores[first]
    assert wide.low == (scores[after] if after < len(scores) else -math.inf)
    assert wide.within == within


@given(drawn=weighted_or_not(), within=st.sampled_from([0, 0.01, 0.1]), name=st.sampled_from(NAMES))
@settings(deadline=None, max_examples=120)
def test_the_round_number_costs_what_it_says(drawn: Rows, within: float, name: str) -> None:
    """Whatever the scores are, the round number lies in the plateau and loses what is said, at most what is allowed."""
    curve = drawn.curve()
    optimum = best(curve, name)
    wide = plateau(curve, optimum, within)
    assert wide.low < wide.round_threshold <= wide.high
    value = plain(name, exact(name, cells_at(drawn, wide.round_threshold)) or 0)  # type: ignore[arg-type]
    assert wide.round_cost == pytest.approx(optimum.value - value, abs=1e-12)
    assert 0 <= wide.round_cost <= within + 1e-12


def decimals_inside(low: float, high: float) -> list[Decimal]:
    """Give all numbers with the fewest decimals in (low, high], tens and hundreds first, by trying them all."""
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
@settings(deadline=None, max_examples=120)
def test_the_round_number_has_the_fewest_decimals(drawn: Rows, within: float) -> None:
    """No number of the plateau, from the lowest score to the highest, is rounder; of equals the nearest is taken."""
    curve = drawn.curve()
    optimum = best(curve)
    wide = plateau(curve, optimum, within)
    scores = candidates(drawn)
    low = max(wide.low, math.nextafter(scores[-1], -math.inf))
    if low < 1e-15 < wide.high or -1e-15 < low < 1e-15:  # 0 is in there, or numbers of 300 decimals are
        return
    inside = decimals_inside(low, min(wide.high, scores[1]))
    distances = [abs(float(number) - optimum.point.threshold) for number in inside]
    assert wide.round_threshold in [float(number) for number in inside]
    assert abs(wide.round_threshold - optimum.point.threshold) == min(distances)


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
    """Half a dozen cases worked out by hand."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 1, 0], y_score)
    wide = plateau(curve, best(curve), within)
    assert (wide.low, wide.high, wide.round_threshold) == (low, high, rounded)
    assert wide.round_cost == pytest.approx(cost, abs=1e-15)


def test_the_default_loss_is_a_hundredth() -> None:
    """Left out, a loss of 0.01 is allowed."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 1, 0], [0.91, 0.83, 0.62, 0.57, 0.2])
    assert plateau(curve, best(curve)).within == 0.01


def test_where_flagging_nothing_is_best_there_is_no_round_number() -> None:
    """+inf is the threshold of flagging nothing, and stays it."""
    curve = ThresholdCurve.from_predictions([0, 0, 0, 1], [0.9, 0.8, 0.7, 0.1])
    optimum = best(curve, "accuracy")
    wide = plateau(curve, optimum, 0.1)
    assert optimum.point.threshold == math.inf
    assert (wide.low, wide.high, wide.round_threshold, wide.round_cost) == (0.9, math.inf, math.inf, 0.0)


def test_the_plateau_keeps_the_constraints() -> None:
    """Thresholds that break a constraint of the optimum are not nearly as good, whatever the metric says."""
    y_true, y_score = [1, 1, 0, 1, 0], [0.93, 0.82, 0.71, 0.64, 0.2]
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    optimum = best(curve, constraints=[Constraint.at_least("precision", 0.9)])
    assert optimum.point.threshold == 0.82
    for within in (0.2, 1.0, 1e300):
        wide = plateau(curve, optimum, within)
        assert (wide.low, wide.round_threshold) == (0.71, 0.8)


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
def test_the_ends_of_the_range_of_numbers(y_score: list[float]) -> None:
    """Where rounding leaves the range of doubles, there is still a number in the plateau."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], y_score)
    for within in (0.0, 0.3):
        wide = plateau(curve, best(curve), within)
        assert wide.low < wide.round_threshold <= wide.high


@pytest.mark.parametrize("within", [-0.01, math.nan])
def test_a_loss_must_be_a_number_from_0_up(within: float) -> None:
    """A negative loss has no plateau."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])
    with pytest.raises(ValueError, match=rf"^within must be a number from 0 up, got {within}\.$"):
        plateau(curve, best(curve), within)


@pytest.mark.parametrize(("lowest", "rounded"), [(-1.25, -1.0), (-2.25, -1.0), (-0.75, -0.5)])
def test_the_round_number_beside_a_half(lowest: float, rounded: float) -> None:
    """Half-way between two round numbers both are looked at."""
    curve = ThresholdCurve.from_predictions([1, 0, 0, 1, 0, 0, 0], [0, 0, 0, -0.5, 0, 0, lowest])
    wide = plateau(curve, best(curve), 0.0)
    assert (wide.low, wide.high) == (lowest, -0.5)
    assert wide.round_threshold == rounded
