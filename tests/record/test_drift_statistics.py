"""Statistics of drift: against numpy's counts, scipy's chi-squared distribution and published intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from f1tools.core.curve import ThresholdCurve
from f1tools.record import ScoreBins
from f1tools.record.drift_statistics import (
    EffectiveRows,
    bin_shares,
    proportion_difference,
    psi,
    psi_quantile,
    score_bins,
)
from tests.strategies import Rows, weighted_or_not


@given(weighted_or_not(both=False), st.integers(1, 12))
def test_shares_are_those_that_numpy_counts(rows: Rows, n_bins: int) -> None:
    """Each share is that of the rows, or of their weights, from one edge up to the next; no bin is empty."""
    if rows.sample_weight is not None and not rows.sample_weight.any():
        return
    score = rows.y_score.astype(np.float64)
    weight = np.ones(score.size) if rows.sample_weight is None else rows.sample_weight
    bins = score_bins(rows.curve(), n_bins)
    position = np.searchsorted(np.array(bins.edges), score, side="right")
    counted = np.bincount(position, weights=weight, minlength=len(bins.edges) + 1)
    assert np.allclose(bins.shares, counted / weight.sum(), rtol=1e-12, atol=0)
    assert min(bins.shares) > 0
    assert len(bins.edges) < n_bins
    assert list(bins.edges) == sorted(set(bins.edges))
    assert bins.span == (score[weight > 0].min(), score[weight > 0].max())


@given(st.integers(1, 12), st.integers(1, 20), st.randoms(use_true_random=False))
def test_bins_are_equal_where_scores_allow_it(n_bins: int, rows_each: int, random: object) -> None:
    """With a multiple of n_bins distinct scores, every bin holds the same number of rows."""
    scores = list(range(n_bins * rows_each))
    random.shuffle(scores)  # type: ignore[attr-defined]
    curve = ThresholdCurve.from_predictions([1, *[0] * (len(scores) - 1)], scores)
    bins = score_bins(curve, n_bins)
    assert bins.shares == pytest.approx([1 / n_bins] * n_bins)
    assert bins.edges == tuple(float(rows_each * position) for position in range(1, n_bins))


@pytest.mark.parametrize(
    ("scores", "edges", "shares"), [([0.9, 0.9, 0.1, 0.9], (0.9,), (0.25, 0.75)), ([0.5] * 4, (), (1.0,))]
)
def test_ties_make_fewer_bins(scores: list[float], edges: tuple[float, ...], shares: tuple[float, ...]) -> None:
    """Two scores make two bins, one score makes one."""
    bins = score_bins(ThresholdCurve.from_predictions([1, 0, 0, 0], scores))
    assert (bins.edges, bins.shares, bins.span) == (edges, shares, (min(scores), max(scores)))


def test_shares_at_edges_of_another_table() -> None:
    """A row at an edge is in the upper bin; bins without rows have the share 0."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    assert bin_shares(curve, [-1.0, 0.4, 5.0]) == (0.0, 0.25, 0.75, 0.0)


def recorded(edges: tuple[float, ...], shares: tuple[float, ...]) -> ScoreBins:
    """Return recorded bins with any span."""
    return ScoreBins.model_construct(span=(-math.inf, math.inf), edges=edges, shares=shares)


def by_rows(bins: ScoreBins, rows: Rows) -> float:
    """Compute the index from the weights of the rows in each bin."""
    weight = np.ones(len(rows.y_true)) if rows.sample_weight is None else rows.sample_weight
    weight = weight / weight.sum()
    position = np.searchsorted(bins.edges, rows.y_score.astype(np.float64), side="right")
    least = 0.5 * (weight**2).sum()
    now = np.maximum(np.bincount(position, weights=weight, minlength=len(bins.shares)), least)
    then = np.maximum(bins.shares, least)
    return float(np.sum((now - then) * np.log(now / then)))


@given(weighted_or_not(), st.lists(st.integers(0, 9), min_size=1, max_size=5), st.data())
def test_the_index_is_that_of_the_rows(rows: Rows, sizes: list[int], data: st.DataObject) -> None:
    """Each row is in one bin, an edge belongs to the bin above it, and an empty bin counts as half a row."""
    drawn = data.draw(st.lists(st.sampled_from(rows.y_score.astype(float).tolist()), min_size=len(sizes) - 1))
    edges = tuple(sorted(set(drawn))[: len(sizes) - 1])
    held = np.array([*sizes[: len(edges)], 1 + sizes[-1]])
    bins = recorded(edges, tuple((held / held.sum()).tolist()))
    index = psi(bins, rows.curve())
    assert index == pytest.approx(by_rows(bins, rows), rel=1e-9, abs=1e-12)
    assert index >= 0


def test_equal_shares_are_stable() -> None:
    """Rows that are distributed as recorded have the index 0, which is symmetric."""
    y_score = np.arange(100) / 100
    curve = ThresholdCurve.from_predictions(y_score > 0.6, y_score)
    assert psi(recorded((0.25, 0.5), (0.25, 0.25, 0.5)), curve) == pytest.approx(0, abs=1e-15)
    assert psi(recorded((0.25, 0.5), (0.5, 0.25, 0.25)), curve) == pytest.approx(0.5 * math.log(2), rel=1e-12)
    assert psi(recorded((), (1.0,)), curve) == 0


@pytest.mark.parametrize("freedom", [1, 2, 4, 9, 19])
def test_quantile_is_that_of_chi_squared(freedom: int) -> None:
    """The quantile is close to the exact one, times the sum of the inverse sample sizes."""
    quantile = psi_quantile(freedom + 1, 400, 100)
    assert quantile == pytest.approx(chi2.ppf(0.99, freedom) * (1 / 400 + 1 / 100), rel=0.01)
    assert psi_quantile(1, 400, 100) == 0  # of one bin


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
    """The interval is the published one, and swapping the samples mirrors it."""
    shares = one[0] / one[1], one[1], other[0] / other[1], other[1]
    interval = proportion_difference(*shares, confidence_level=0.95)
    assert (interval.low, interval.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    swapped = proportion_difference(*shares[2:], *shares[:2], confidence_level=0.95)
    assert (swapped.low, swapped.high) == (pytest.approx(-interval.high), pytest.approx(-interval.low))


@given(weighted_or_not())
def test_effective_rows(rows: Rows) -> None:
    """The effective number of weighted rows gives the variance of their weighted prevalence."""
    effective = EffectiveRows.from_curve(rows.curve())
    if rows.sample_weight is None:
        assert effective == EffectiveRows(*[len(rows.y_true)] * 3)
        return
    weight = rows.sample_weight
    share = float(weight @ rows.y_true) / float(weight.sum())
    variance = float((weight**2 * (rows.y_true - share) ** 2).sum()) / float(weight.sum()) ** 2
    assert effective.prevalence == pytest.approx(share * (1 - share) / variance)
    assert effective.scores == pytest.approx(float(weight.sum()) ** 2 / float((weight**2).sum()))
