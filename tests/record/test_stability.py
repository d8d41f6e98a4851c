"""Whether rows have moved: against rows counted one by one, scipy's distribution and published intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from f1tools.core.curve import ThresholdCurve
from f1tools.record.record import ScoreShares
from f1tools.record.stability import EffectiveRows, psi, psi_by_chance, share_difference
from tests.strategies import Rows, weighted_or_not


def by_rows(recorded: ScoreShares, rows: Rows) -> float:
    """Add up the index row by row and bin by bin."""
    weight = np.ones(len(rows.y_true)) if rows.sample_weight is None else rows.sample_weight
    least = 0.5 * float((weight**2).sum()) / float(weight.sum()) ** 2
    bins = [sum(float(score) >= edge for edge in recorded.edges) for score in rows.y_score]
    index = 0.0
    for place, share in enumerate(recorded.shares):
        held = sum(w for w, each in zip(weight.tolist(), bins, strict=True) if each == place) / float(weight.sum())
        then, now = max(share, least), max(held, least)
        index += (now - then) * math.log(now / then)
    return index


@given(weighted_or_not(), st.lists(st.integers(0, 9), min_size=1, max_size=5), st.data())
def test_the_index_is_that_of_the_rows(rows: Rows, sizes: list[int], data: st.DataObject) -> None:
    """Each row lies in one bin, edges belong to the bin above them, and an empty bin holds half a row."""
    drawn = data.draw(st.lists(st.sampled_from(rows.y_score.astype(float).tolist()), min_size=len(sizes) - 1))
    edges = tuple(sorted(set(drawn))[: len(sizes) - 1])
    held = np.array([*sizes[: len(edges)], 1 + sizes[-1]])
    recorded = ScoreShares(edges, tuple((held / held.sum()).tolist()))
    found = psi(recorded, rows.curve())
    assert found == pytest.approx(by_rows(recorded, rows), rel=1e-9, abs=1e-12)
    assert found >= 0


def test_equal_shares_are_stable() -> None:
    """Rows that lie exactly as recorded have the index 0, and it knows no direction."""
    y_score = np.arange(100) / 100
    curve = ThresholdCurve.from_predictions(y_score > 0.6, y_score)
    assert psi(ScoreShares((0.25, 0.5), (0.25, 0.25, 0.5)), curve) == pytest.approx(0, abs=1e-15)
    assert psi(ScoreShares((0.25, 0.5), (0.5, 0.25, 0.25)), curve) == pytest.approx(0.5 * math.log(2), rel=1e-12)
    assert psi(ScoreShares((), (1.0,)), curve) == 0


@pytest.mark.parametrize("freedom", [1, 2, 4, 9, 19])
def test_chance_is_chi_squared(freedom: int) -> None:
    """The quantile is close to the exact one, times the sum of the inverse sizes."""
    found = psi_by_chance(freedom + 1, 400, 100)
    assert found == pytest.approx(chi2.ppf(0.99, freedom) * (1 / 400 + 1 / 100), rel=0.01)


def test_one_bin_has_no_chance() -> None:
    """Where all scores were equal nothing can lie differently among the bins."""
    assert psi_by_chance(1, 400, 100) == 0


# Newcombe (1998), table II, method 10: the 95 % intervals of eight differences.
@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_published_intervals(one: tuple[int, int], other: tuple[int, int], low: float, high: float) -> None:
    """The interval of a difference of shares is the published one, and turned round it is mirrored."""
    shares = one[0] / one[1], one[1], other[0] / other[1], other[1]
    found = share_difference(*shares, confidence_level=0.95)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    turned = share_difference(*shares[2:], *shares[:2], confidence_level=0.95)
    assert (turned.low, turned.high) == (pytest.approx(-found.high), pytest.approx(-found.low))


@given(weighted_or_not())
def test_effective_rows(rows: Rows) -> None:
    """Rows count by themselves; weighted ones give the variance of the weighted share of positives that rows give."""
    found = EffectiveRows.evaluate(rows.curve())
    if rows.sample_weight is None:
        assert found == EffectiveRows(len(rows.y_true), len(rows.y_true))
        return
    weight = rows.sample_weight
    share = float(weight @ rows.y_true) / float(weight.sum())
    variance = float((weight**2 * (rows.y_true - share) ** 2).sum()) / float(weight.sum()) ** 2
    assert found.prevalence == pytest.approx(share * (1 - share) / variance)
    assert found.scores == pytest.approx(float(weight.sum()) ** 2 / float((weight**2).sum()))
