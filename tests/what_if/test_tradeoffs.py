"""Tests of review capacity and exchange rates against brute force over all thresholds."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.what_if import ExchangeRate, ThresholdMove, at_capacity, exchange_rate
from tests.exact import candidates, cells_at
from tests.strategies import Rows, weighted_or_not

PAIR = ThresholdCurve.from_predictions([0, 1], [0.1, 0.9])


@given(weighted_or_not(both=False), st.integers(0, 64).map(lambda parts: parts / 64))
def test_capacity_threshold_is_the_lowest_within_capacity(sample: Rows, share: float) -> None:
    """Of all thresholds that flag at most the share, the lowest is returned with its own counts."""
    total = sum(cells_at(sample, -math.inf), Fraction(0))
    by_threshold = {threshold: cells_at(sample, threshold) for threshold in candidates(sample)}
    feasible = [t for t, cells in by_threshold.items() if cells.tp + cells.fp <= Fraction(share) * total]
    point = at_capacity(sample.curve(), share)
    assert point.threshold == feasible[-1]
    assert (point.counts.tp, point.counts.fp) == (by_threshold[feasible[-1]].tp, by_threshold[feasible[-1]].fp)


@pytest.mark.parametrize("n", [10, 30, 70, 100, 1000])
def test_capacity_of_k_out_of_n_flags_k_rows(n: int) -> None:
    """A share k / n flags exactly k distinct scores, also where k / n is rounded as a double (29 / 100)."""
    curve = ThresholdCurve.from_predictions(np.arange(n) % 2, np.arange(n))
    for capacity in range(n + 1):
        assert at_capacity(curve, capacity / n).counts.flagged() == capacity


def test_capacity_tolerates_rounding() -> None:
    """1 - 0.9 is slightly below 0.1 as a double, and ten weights of 0.1 sum to slightly less than 1."""
    curve = ThresholdCurve.from_predictions([1, 0] * 5, np.arange(10))
    assert 1 - 0.9 < 0.1
    assert at_capacity(curve, 1 - 0.9).counts.flagged() == 1
    weighted = ThresholdCurve.from_predictions([1, 0] * 5, np.arange(10), sample_weight=[0.1] * 10)
    for capacity in range(11):
        assert at_capacity(weighted, capacity / 10).counts.flagged() == pytest.approx(capacity / 10)


def test_capacity_never_splits_ties() -> None:
    """Three rows with one score are not flagged where the capacity is two."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.7, 0.7, 0.7, 0.2])
    assert [at_capacity(curve, share).threshold for share in (0.5, 0.75, 1.0)] == [math.inf, 0.7, 0.2]


@pytest.mark.parametrize("share", [-0.01, 1.01, math.nan])
def test_capacity_outside_0_to_1_raises(share: float) -> None:
    """A capacity is a share of all rows."""
    with pytest.raises(ValueError, match="share must be between 0 and 1"):
        at_capacity(PAIR, share)


def exchange_by_scan(sample: Rows, threshold: float, catches: float) -> ExchangeRate:
    """Of all thresholds that change the positives by enough, take the smallest change, then the fewest false alarms."""
    now, by_threshold = cells_at(sample, threshold), {t: cells_at(sample, t) for t in candidates(sample)}
    lower = {t: cells for t, cells in by_threshold.items() if cells.tp - now.tp >= catches or cells.fn == 0}
    higher = {t: cells for t, cells in by_threshold.items() if now.tp - cells.tp >= catches or cells.tp == 0}
    more = fewer = None
    if now.fn > 0:
        to = min(lower, key=lambda t: (lower[t].tp, lower[t].fp))
        more = ThresholdMove(to, float(lower[to].tp - now.tp), float(lower[to].fp - now.fp))
    if now.tp > 0:
        to = min(higher, key=lambda t: (-higher[t].tp, higher[t].fp))
        fewer = ThresholdMove(to, float(now.tp - higher[to].tp), float(now.fp - higher[to].fp))
    return ExchangeRate(more, fewer)


@given(weighted_or_not(both=False), st.data(), st.integers(1, 64))
def test_exchange_rate_equals_a_scan(sample: Rows, data: st.DataObject, eighths: int) -> None:
    """Both moves are those of a search over all thresholds, starting at a score or between two."""
    finite = st.floats(allow_nan=False, allow_infinity=False)
    threshold = data.draw(st.one_of(st.sampled_from([*candidates(sample), -math.inf]), finite))
    assert exchange_rate(sample.curve(), threshold, eighths / 8) == exchange_by_scan(sample, threshold, eighths / 8)


def test_exchange_rate_of_a_worked_example() -> None:
    """The next ten positives lie among 37 negatives; giving up ten also saves the three negatives above them."""
    y_true = np.repeat([1, 0, 1, 0, 1, 0], [5, 3, 10, 37, 10, 50])
    curve = ThresholdCurve.from_predictions(y_true, np.arange(y_true.size, 0, -1))
    threshold = float(y_true.size - 17)
    next_ten = ThresholdMove(threshold - 47, tp=10, fp=37)
    for catches, fewer in (
        (10, ThresholdMove(threshold + 13, tp=10, fp=3)),
        (11, ThresholdMove(threshold + 14, tp=11, fp=3)),
        (1000, ThresholdMove(math.inf, tp=15, fp=3)),
    ):
        assert exchange_rate(curve, threshold, catches) == ExchangeRate(next_ten, fewer)


def test_exchange_rate_at_the_ends_of_the_curve() -> None:
    """There is no gain where every positive is caught, and nothing to give up where none is."""
    curve = ThresholdCurve.from_predictions([0, 1, 0], [3, 2, 1])
    assert exchange_rate(curve, 2).more is None
    assert exchange_rate(curve, 3).fewer is None
    assert exchange_rate(curve, math.inf) == ExchangeRate(more=ThresholdMove(2.0, tp=1, fp=1), fewer=None)


def test_exchange_rate_tolerates_rounded_sums_of_weights() -> None:
    """Ten rows of weight 0.1 make one catch, though their sum is slightly below 1 as a double."""
    assert sum([0.1] * 10) < 1
    curve = ThresholdCurve.from_predictions([1] * 20 + [0], np.arange(21, 0, -1), sample_weight=[0.1] * 21)
    step = exchange_rate(curve, math.inf, catches=1).more
    assert step is not None
    assert step.threshold == 12


@pytest.mark.parametrize(
    ("threshold", "catches", "message"),
    [*((0.5, catches, "catches must be above 0") for catches in (0, -3, math.nan)), (math.nan, 10, "must be a number")],
)
def test_invalid_exchange_rate_raises(threshold: float, catches: float, message: str) -> None:
    """The number of catches is above 0, and the threshold is a number."""
    with pytest.raises(ValueError, match=message):
        exchange_rate(PAIR, threshold, catches)
