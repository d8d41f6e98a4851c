"""Room for so many cases: against counting the flagged rows of every threshold."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.what_if import at_capacity
from tests.exact import candidates, cells_at
from tests.strategies import Rows, weighted_or_not


@given(weighted_or_not(both=False), st.integers(0, 64).map(lambda parts: parts / 64))
def test_the_lowest_threshold_that_leaves_room(drawn: Rows, share: float) -> None:
    """Of all thresholds that flag no more than the share it is the lowest, with its own counts."""
    total = sum(cells_at(drawn, -math.inf), Fraction(0))
    fits = [
        t for t in candidates(drawn) if sum((cells_at(drawn, t).tp, cells_at(drawn, t).fp)) <= Fraction(share) * total
    ]
    found = at_capacity(drawn.curve(), share)
    cells = cells_at(drawn, found.threshold)
    assert found.threshold == fits[-1]
    assert (found.counts.tp, found.counts.fp) == (cells.tp, cells.fp)


@pytest.mark.parametrize("rows", [10, 30, 70, 100, 1000])
def test_room_for_exactly_so_many_is_used_up(rows: int) -> None:
    """So many in so many is that many, also where the share is rounded as a double: 29 of 100 are 29."""
    curve = ThresholdCurve.from_predictions(np.arange(rows) % 2, np.arange(rows))
    for room in range(rows + 1):
        assert at_capacity(curve, room / rows).counts.flagged() == room


def test_a_share_that_was_rounded_is_the_share_that_was_meant() -> None:
    """1 - 0.9 is a little less than a tenth as a double, and ten weights of 0.1 are a little less than one."""
    curve = ThresholdCurve.from_predictions([1, 0] * 5, np.arange(10))
    assert 1 - 0.9 < 0.1
    assert at_capacity(curve, 1 - 0.9).counts.flagged() == 1
    weighted = ThresholdCurve.from_predictions([1, 0] * 5, np.arange(10), sample_weight=[0.1] * 10)
    for room in range(11):
        assert at_capacity(weighted, room / 10).counts.flagged() == pytest.approx(room / 10)


def test_ties_wait_together() -> None:
    """Three cases of one score do not fit where there is room for two."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.7, 0.7, 0.7, 0.2])
    assert at_capacity(curve, 0.5).threshold == math.inf
    assert at_capacity(curve, 0.75).threshold == 0.7
    assert at_capacity(curve, 1.0).threshold == 0.2


@pytest.mark.parametrize("share", [-0.01, 1.01, math.nan])
def test_a_share_is_a_share(share: float) -> None:
    """Less than no case and more than all cannot be looked at."""
    with pytest.raises(ValueError, match="share must be between 0 and 1"):
        at_capacity(ThresholdCurve.from_predictions([0, 1], [0.1, 0.9]), share)
