"""Tests of the reliability diagram and the Brier score, computed from the curve, against scikit-learn on the rows."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest, norm
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from f1tools.calibration import (
    Reliability,
    Strategy,
    assess_calibration,
    brier_bounds,
    brier_score,
    brier_skill,
    reliability,
    scores_are_known,
)
from f1tools.core import threshold_counts
from f1tools.core.curve import ThresholdCurve
from tests.calibration.populations import uniform
from tests.strategies import ANY_WEIGHT, EXACT_WEIGHT, Rows
from tests.tables import binned

FIELDS = ("mean_score", "observed", "positives", "negatives", "lowest", "highest", "low", "high", "trials")
STRATEGIES: list[Strategy] = ["quantile", "uniform", "mixed"]
# Includes the edges of bins, and the doubles beside them.
PROBABILITY = st.one_of(
    st.integers(0, 40).map(lambda fortieths: fortieths / 40),
    st.sampled_from(
        [0.1, 0.2, 0.30000000000000004, 0.7000000000000001, math.nextafter(0.5, 1), math.nextafter(0.5, 0)]
    ),
    st.floats(0.0, 1.0),
)


@st.composite
def weighted_rows(draw: st.DrawFn, weight: st.SearchStrategy[float] = ANY_WEIGHT) -> tuple[Rows, NDArray[np.float64]]:
    """Draw rows of both classes with probabilities as scores, and weights that are above 0 in each class."""
    n = draw(st.integers(2, 30))
    y_true = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    y_true[:2] = True, False
    sample_weight = np.array(draw(st.lists(weight, min_size=n, max_size=n)))
    sample_weight[:2] = np.maximum(sample_weight[:2], 1.0)
    y_score = np.array(draw(st.lists(PROBABILITY, min_size=n, max_size=n)))
    return Rows(y_true, y_score, sample_weight), sample_weight


def assert_close(bins: Reliability, expected: Reliability, fields: tuple[str, ...], rtol: float) -> None:
    """Compare fields of two diagrams."""
    for name in fields:
        np.testing.assert_allclose(getattr(bins, name), getattr(expected, name), rtol=rtol, atol=1e-12)


@given(weighted_rows(), st.integers(1, 25), st.sampled_from([1, 2, 1 << 15]))
def test_uniform_bins_equal_scikit_learn(drawn: tuple[Rows, object], n_bins: int, block: int) -> None:
    """Mean scores and shares of positives equal ``calibration_curve``, also for scores on an edge, in any blocks."""
    rows = drawn[0]._replace(sample_weight=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threshold_counts, "_BLOCK", block)
        bins = reliability(rows.curve(), n_bins, strategy="uniform")
    observed, mean_score = calibration_curve(rows.y_true, rows.y_score, n_bins=n_bins, strategy="uniform")
    np.testing.assert_allclose(bins.observed, observed, rtol=1e-12)
    np.testing.assert_allclose(bins.mean_score, mean_score, rtol=1e-12, atol=1e-15)


@given(
    n_bins=st.integers(1, 8), per_bin=st.integers(1, 6), levels=st.sampled_from([2, 8, 64]), seed=st.integers(0, 2**32)
)
def test_quantile_bins_equal_scikit_learn(n_bins: int, per_bin: int, levels: int, seed: int) -> None:
    """Where the bins divide the rows evenly, they equal ``calibration_curve``, with or without ties."""
    generator = np.random.default_rng(seed)
    n = max(n_bins * per_bin, 2 * n_bins)
    y_score, y_true = generator.integers(0, levels + 1, n) / levels, generator.random(n) < 0.5
    y_true[:2] = True, False
    bins = reliability(ThresholdCurve.from_predictions(y_true, y_score), n_bins)
    observed, mean_score = calibration_curve(y_true, y_score, n_bins=n_bins, strategy="quantile")
    np.testing.assert_allclose(bins.observed, observed, rtol=1e-12)
    np.testing.assert_allclose(bins.mean_score, mean_score, rtol=1e-12, atol=1e-15)


def quantile_groups(rows: Rows, weight: NDArray[np.float64], n_bins: int) -> list[NDArray[np.intp]]:
    """Return the rows of each bin by the definition: bin i ends at the lowest score with i / n_bins at or below it."""
    scores = sorted(set(rows.y_score[weight > 0].tolist()))
    at_or_below = [weight[rows.y_score <= score].sum() for score in scores]
    ends = [
        next(score for score, part in zip(scores, at_or_below, strict=True) if part * n_bins >= i * weight.sum())
        for i in range(1, n_bins)
    ]
    number = np.searchsorted(np.array(ends), rows.y_score)
    groups = [np.flatnonzero((number == i) & (weight > 0)) for i in range(n_bins)]
    return [group for group in groups if group.size]


@given(weighted_rows(weight=EXACT_WEIGHT), st.integers(1, 12))
def test_weighted_quantile_bins_follow_their_definition(drawn: tuple[Rows, NDArray[np.float64]], n_bins: int) -> None:
    """With weights, ties and any number of rows, each bin holds the rows that the definition assigns to it."""
    rows, weight = drawn
    bins = reliability(rows.curve(), n_bins, strategy="quantile")
    groups = quantile_groups(rows, weight, n_bins)
    np.testing.assert_array_equal(bins.positives, [weight[group][rows.y_true[group]].sum() for group in groups])
    np.testing.assert_array_equal(bins.negatives, [weight[group][~rows.y_true[group]].sum() for group in groups])
    means = [np.average(rows.y_score[group], weights=weight[group]) for group in groups]
    np.testing.assert_allclose(bins.mean_score, means, rtol=1e-12, atol=1e-15)


@given(weighted_rows(weight=st.integers(1, 4).map(float)), st.integers(1, 12), st.sampled_from(STRATEGIES))
def test_integer_weights_equal_repeated_rows(
    drawn: tuple[Rows, NDArray[np.float64]], n_bins: int, strategy: Strategy
) -> None:
    """A row of weight 3 equals three rows, apart from the interval."""
    rows, times = drawn[0], drawn[1].astype(int)
    repeated = ThresholdCurve.from_predictions(np.repeat(rows.y_true, times), np.repeat(rows.y_score, times))
    bins, expected = (reliability(curve, n_bins, strategy=strategy) for curve in (rows.curve(), repeated))
    assert_close(bins, expected, FIELDS[:6], rtol=1e-12)


@given(weighted_rows(), st.sampled_from(STRATEGIES))
def test_reweighted_curve_equals_weighted_rows(drawn: tuple[Rows, object], strategy: Strategy) -> None:
    """A curve with class weights has the diagram of rows with these weights."""
    rows = drawn[0]
    reweighted = rows._replace(sample_weight=None).curve().reweighted(2.0, 0.25)
    weighted = rows._replace(sample_weight=np.where(rows.y_true, 2.0, 0.25)).curve()
    bins, expected = (reliability(curve, 5, strategy=strategy) for curve in (reweighted, weighted))
    assert_close(bins, expected, FIELDS, rtol=1e-9)


@given(weighted_rows(), st.integers(1, 12), st.sampled_from(STRATEGIES))
def test_bins_partition_the_rows(drawn: tuple[Rows, object], n_bins: int, strategy: Strategy) -> None:
    """Bins ascend, none is empty, there are at most ``n_bins``, and each share lies within its interval."""
    curve = drawn[0].curve()
    bins = reliability(curve, n_bins, strategy=strategy)
    assert 1 <= bins.mean_score.size <= n_bins
    assert (np.diff(bins.mean_score) > -1e-15).all()  # adjacent doubles have equal means
    assert (bins.positives + bins.negatives > 0).all()
    assert (bins.positives.sum(), bins.negatives.sum()) == pytest.approx((curve.positives, curve.negatives))
    assert (bins.low <= bins.observed + 1e-12).all()
    assert (bins.observed <= bins.high + 1e-12).all()


@given(weighted_rows(), st.integers(1, 12), st.sampled_from([0.8, 0.95, 0.999]))
def test_intervals_equal_scipys_wilson(drawn: tuple[Rows, object], n_bins: int, level: float) -> None:
    """Each share has scipy's Wilson interval."""
    curve = drawn[0]._replace(sample_weight=None).curve()
    bins = reliability(curve, n_bins, confidence_level=level)
    for positives, negatives, low, high in zip(bins.positives, bins.negatives, bins.low, bins.high, strict=True):
        expected = binomtest(int(positives), int(positives + negatives)).proportion_ci(level, method="wilson")
        assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_intervals_of_weighted_rows_use_the_effective_number() -> None:
    """Each bound is 1.96 standard errors of (Σw)² / Σw² trials from the share, on any scale of the weights."""
    weight = np.array([1.0, 2.0, 0.5, 4.0, 1.0])
    trials = weight.sum() ** 2 / (weight**2).sum()
    for scale in (1.0, 3.0):
        curve = ThresholdCurve.from_predictions(
            [1, 0, 1, 1, 0], [0.1, 0.2, 0.3, 0.3, 0.4], sample_weight=weight * scale
        )
        bins = reliability(curve, 1)
        for bound in (bins.low[0], bins.high[0]):
            half_width = norm.ppf(0.975) * math.sqrt(bound * (1 - bound) / trials)
            assert abs(bound - 5.5 / 8.5) == pytest.approx(half_width, rel=1e-9)


def test_weights_lost_in_rounding() -> None:
    """A row too light to change a sum is in no bin; one whose square is lost counts as a single trial."""
    y_true, y_score = [1, 0, 1], [0.9, 0.8, 0.1]
    lost_sum = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=[1e20, 1e20, 1e-3])
    assert reliability(lost_sum, 10, strategy="uniform").mean_score.tolist() == pytest.approx([0.8, 0.9])
    lost_square = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=[1.0, 1.0, 1e-9])
    bins = reliability(lost_square, 10, strategy="uniform")
    expected = binomtest(1, 1).proportion_ci(0.95, method="wilson")
    assert (bins.low[0], bins.high[0]) == pytest.approx((expected.low, expected.high))


@given(weighted_rows(weight=EXACT_WEIGHT), st.integers(2, 12), st.sampled_from([1, 3, 1 << 15]))
def test_mixed_bins_follow_their_definition(drawn: tuple[Rows, NDArray[np.float64]], n_bins: int, block: int) -> None:
    """At and above bin i lies as much of the mixture of rows and expected rows of the rarer class as i / n allows."""
    rows, weight = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threshold_counts, "_BLOCK", block)
        bins = reliability(rows.curve(), n_bins, strategy="mixed")
    rare = weight[rows.y_true].sum() <= weight[~rows.y_true].sum()
    expected = weight * (rows.y_score if rare else 1 - rows.y_score)
    share = weight / weight.sum()
    if expected.sum() > 0:
        share = share / 2 + expected / expected.sum() / 2
    starts = {score: share[rows.y_score >= score].sum() for score in set(rows.y_score[weight > 0].tolist())}
    limits = [i / n_bins for i in range(1, n_bins)]
    edges = {min((s for s in starts if starts[s] <= limit + 1e-12), default=None) for limit in limits} - {None}
    assert set(bins.lowest[1:].tolist()) <= edges | {max(starts)}
    assert edges <= set(bins.lowest.tolist()) | {s for s, a in starts.items() if min(abs(a - i) for i in limits) < 1e-9}


def test_mixed_bins_of_a_rare_class() -> None:
    """With 0.2% positives the upper four of ten bins hold a tenth to a fifth of them each, whatever the labels are."""
    generator = np.random.default_rng(2)
    y_score = generator.beta(0.05, 25, 100_000)
    y_true = generator.random(y_score.size) < y_score
    bins = reliability(ThresholdCurve.from_predictions(y_true, y_score), strategy="mixed")
    share = [
        y_score[(y_score >= low) & (y_score <= high)].sum() / y_score.sum()
        for low, high in zip(bins.lowest[-4:], bins.highest[-4:], strict=True)
    ]
    assert 0.1 < min(share) < max(share) <= 0.2 + 1e-9
    assert bins.positives[-4:].min() > 10
    other = reliability(ThresholdCurve.from_predictions(generator.permutation(y_true), y_score), strategy="mixed")
    np.testing.assert_array_equal(other.lowest, bins.lowest)


@given(weighted_rows(), st.booleans(), st.sampled_from([1, 3, 1 << 15]))
def test_brier_score_equals_scikit_learn(drawn: tuple[Rows, object], weighted: bool, block: int) -> None:
    """With and without weights, in blocks of any size."""
    rows = drawn[0] if weighted else drawn[0]._replace(sample_weight=None)
    expected = brier_score_loss(rows.y_true, rows.y_score, sample_weight=rows.sample_weight)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threshold_counts, "_BLOCK", block)
        assert brier_score(rows.curve()) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_brier_skill_of_uniform_scores() -> None:
    """E p(1 - p) is 1/6 for uniform p, and 1/4 for the constant 1/2: the skill is a third."""
    assert brier_score(uniform()) == pytest.approx(1 / 6, abs=1e-6)
    assert brier_skill(uniform()) == pytest.approx(1 / 3, abs=1e-5)


@pytest.mark.parametrize(
    ("y_true", "y_score", "skill"),
    [
        ([1, 0, 0, 0], [1, 0, 0, 0], 1.0),
        ([1, 0, 0, 0], [0.25] * 4, 0.0),
        ([1, 0, 0, 0], [0, 1, 1, 1], 1 - 1 / 0.1875),
        ([1, 0, 0, 0], [0.5] * 4, -1 / 3),
        ([True, True], [0.9, 0.2], math.nan),
    ],
    ids=["labels", "prevalence", "reversed labels", "one half", "one class"],
)
def test_brier_skill_of_extremes(y_true: list[int], y_score: list[float], skill: float) -> None:
    """The labels have skill 1, the prevalence 0 and worse scores less; with one class it is undefined."""
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    assert brier_skill(curve) == pytest.approx(skill, nan_ok=True)


@pytest.mark.parametrize(
    ("y_score", "expected"),
    [([0.0, 1.0], True), ([0.2, 0.3], True), ([0.2, 1.0000000000000002], False), ([-5e-324, 0.3], False)],
)
def test_probabilities_lie_in_0_to_1(y_score: list[float], expected: bool) -> None:
    """Both ends are included, and no double beyond them."""
    assert ThresholdCurve.from_predictions([1, 0], y_score).is_probability is expected


@pytest.mark.parametrize("compute", [brier_score, brier_skill, reliability, assess_calibration])
def test_other_scores_raise(compute: Callable[[ThresholdCurve], object]) -> None:
    """Scores outside [0, 1] have no Brier score and no diagram."""
    with pytest.raises(ValueError, match=r"^Scores must be from 0 to 1 .*, got scores from -2"):
        compute(ThresholdCurve.from_predictions([1, 0], [3.5, -2.0]))


@pytest.mark.parametrize("n_bins", [0, -1, 201])
def test_invalid_number_of_bins_raises(n_bins: int) -> None:
    """The message gives the limits."""
    with pytest.raises(ValueError, match=f"^n_bins must be from 1 to 200, got {n_bins}"):
        reliability(uniform(), n_bins)


def test_unknown_strategy_raises() -> None:
    """The message lists the strategies."""
    with pytest.raises(ValueError, match=r"^strategy must be 'quantile', 'uniform' or 'mixed', got 'kmeans'"):
        reliability(uniform(), strategy="kmeans")  # type: ignore[arg-type]


@pytest.mark.parametrize("strategy", STRATEGIES[:2])
def test_calibrated_scores_lie_on_the_diagonal(strategy: Strategy) -> None:
    """With exactly calibrated scores the observed share of every bin is its mean score."""
    bins = reliability(uniform(), 20, strategy=strategy)
    np.testing.assert_allclose(bins.observed, bins.mean_score, atol=1e-12)
    np.testing.assert_allclose(bins.mean_score, (np.arange(20) + 0.5) / 20, atol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n_bins", [3, 40, 300])
def test_rows_in_bins(n_bins: int, *, weighted: bool) -> None:
    """The Brier score of the rows lies between the bounds; narrow bins are judged, and as their rows are."""
    rng = np.random.default_rng(n_bins)
    score = rng.random(2000)
    y_true, weight = rng.random(2000) < score**1.5, rng.integers(1, 5, 2000) / 2 if weighted else None
    exact = ThresholdCurve.from_predictions(y_true, score, sample_weight=weight)
    curve = binned(exact, n_bins, certain=False)
    low, high = brier_bounds(curve)
    assert low <= brier_score_loss(y_true, score, sample_weight=weight) <= high
    assert brier_bounds(exact) == pytest.approx((brier_score(exact), brier_score(exact)))
    assert scores_are_known(exact)
    assert scores_are_known(curve) == (n_bins == 300)
    if n_bins == 300:
        mine, theirs = map(assess_calibration, (curve, exact))
        assert (mine.is_significant, mine.trend) == (theirs.is_significant, theirs.trend)
        assert mine.bins.mean_score == pytest.approx(theirs.bins.mean_score, abs=0.01)
