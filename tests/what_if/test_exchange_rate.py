"""What the next catches cost: against trying every lower and every higher threshold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.what_if import ExchangeRate, ThresholdMove, exchange_rate
from tests.exact import candidates, cells_at
from tests.strategies import Rows, weighted_or_not


def by_hand(drawn: Rows, threshold: float, catches: float) -> ExchangeRate:
    """Walk down, and up, one score at a time, until enough has changed or nothing is left."""
    now, thresholds = cells_at(drawn, threshold), candidates(drawn)
    more = fewer = None
    for lower in (t for t in thresholds if t < threshold):
        cells = cells_at(drawn, lower)
        if now.fn > 0 and (cells.tp - now.tp >= catches or cells.fn == 0):
            more = ThresholdMove(lower, float(cells.tp - now.tp), float(cells.fp - now.fp))
            break
    for higher in reversed([t for t in thresholds if t > threshold]):
        cells = cells_at(drawn, higher)
        if now.tp > 0 and (now.tp - cells.tp >= catches or cells.tp == 0):
            fewer = ThresholdMove(higher, float(now.tp - cells.tp), float(now.fp - cells.fp))
            break
    return ExchangeRate(more, fewer)


@given(weighted_or_not(both=False), st.data(), st.integers(1, 64))
def test_just_far_enough(drawn: Rows, data: st.DataObject, eighths: int) -> None:
    """Both steps are those of walking from score to score, from a score or from between two."""
    threshold = data.draw(
        st.one_of(st.sampled_from([*candidates(drawn), -math.inf]), st.floats(allow_nan=False, allow_infinity=False))
    )
    assert exchange_rate(drawn.curve(), threshold, eighths / 8) == by_hand(drawn, threshold, eighths / 8)


def test_ten_more_by_hand() -> None:
    """The ten catches after the threshold lie among 37 negatives; giving ten up saves the three above it."""
    y_true = np.repeat([1, 0, 1, 0, 1, 0], [5, 3, 10, 37, 10, 50])
    curve = ThresholdCurve.from_predictions(y_true, np.arange(y_true.size, 0, -1))
    threshold = float(y_true.size - 17)
    assert exchange_rate(curve, threshold) == ExchangeRate(
        more=ThresholdMove(threshold - 47, tp=10, fp=37), fewer=ThresholdMove(threshold + 10, tp=10, fp=0)
    )
    assert exchange_rate(curve, threshold, catches=11).fewer == ThresholdMove(threshold + 14, tp=11, fp=3)
    assert exchange_rate(curve, threshold, catches=1000) == ExchangeRate(
        more=ThresholdMove(threshold - 47, tp=10, fp=37), fewer=ThresholdMove(math.inf, tp=15, fp=3)
    )


def test_nothing_left() -> None:
    """Where every positive is caught there is no more, and where none is, nothing to give up."""
    curve = ThresholdCurve.from_predictions([0, 1, 0], [3, 2, 1])
    assert exchange_rate(curve, 2).more is None
    assert exchange_rate(curve, 3).fewer is None
    assert exchange_rate(curve, math.inf) == ExchangeRate(more=ThresholdMove(2.0, tp=1, fp=1), fewer=None)


def test_sums_of_weights_that_lack_a_last_digit() -> None:
    """Ten rows of weight 0.1 make one catch, though their sum as doubles is a little less."""
    assert sum([0.1] * 10) < 1
    curve = ThresholdCurve.from_predictions([1] * 20 + [0], np.arange(21, 0, -1), sample_weight=[0.1] * 21)
    step = exchange_rate(curve, math.inf, catches=1).more
    assert step is not None
    assert step.threshold == 12


@pytest.mark.parametrize("catches", [0, -3, math.nan])
def test_an_exchange_is_of_something(catches: float) -> None:
    """For no catches there is no price."""
    with pytest.raises(ValueError, match="catches must be above 0"):
        exchange_rate(ThresholdCurve.from_predictions([0, 1], [0.1, 0.9]), 0.5, catches)


def test_a_threshold_is_a_number() -> None:
    """Nan is nowhere on the curve."""
    with pytest.raises(ValueError, match="must be a number"):
        exchange_rate(ThresholdCurve.from_predictions([0, 1], [0.1, 0.9]), math.nan)
