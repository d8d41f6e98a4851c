"""The reliability diagram and the Brier score from the curve alone, against scikit-learn from the rows."""

from __future__ import annotations

import math
from typing import NamedTuple

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
    brier_score,
    brier_skill,
    reliability,
    reliability_between,
)
from f1tools.core import curve as curve_module
from f1tools.core.curve import ThresholdCurve
from tests.calibration.populations import uniform
from tests.strategies import ANY_WEIGHT, EXACT_WEIGHT

FIELDS = ("mean_score", "observed", "positives", "negatives", "low", "high")
# Also what lies on the edges of bins, and right beside them.
CHANCE = st.one_of(
    st.integers(0, 40).map(lambda fortieths: fortieths / 40),
    st.sampled_from(
        [0.1, 0.2, 0.30000000000000004, 0.7000000000000001, math.nextafter(0.5, 1), math.nextafter(0.5, 0)]
    ),
    st.floats(0.0, 1.0),
)
STRATEGIES: list[Strategy] = ["quantile", "uniform"]


class Drawn(NamedTuple):
    """Truth, scores that could be chances, and weights."""

    y_true: NDArray[np.bool_]
    y_score: NDArray[np.float64]
    sample_weight: NDArray[np.float64]

    def curve(self, *, weighted: bool = True) -> ThresholdCurve:
        """Build their curve."""
        return ThresholdCurve.from_predictions(
            self.y_true, self.y_score, sample_weight=self.sample_weight if weighted else None
        )


@st.composite
def drawn(
    draw: st.DrawFn, chance: st.SearchStrategy[float] = CHANCE, weight: st.SearchStrategy[float] = ANY_WEIGHT
) -> Drawn:
    """Draw rows of both classes; each class has weight."""
    n = draw(st.integers(2, 30))
    y_true = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    y_true[:2] = True, False
    sample_weight = np.array(draw(st.lists(weight, min_size=n, max_size=n)))
    sample_weight[:2] = np.maximum(sample_weight[:2], 1.0)
    return Drawn(y_true, np.array(draw(st.lists(chance, min_size=n, max_size=n))), sample_weight)


@given(drawn(), st.integers(1, 25), st.sampled_from([1, 2, 1 << 15]))
def test_bins_of_one_width_are_scikit_learns(rows: Drawn, n_bins: int, together: int) -> None:
    """Whatever lies on an edge, mean scores and shares of positives are those of `calibration_curve`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve_module, "_BLOCK", together)
        bins = reliability(rows.curve(weighted=False), n_bins, strategy="uniform")
    observed, mean_score = calibration_curve(rows.y_true, rows.y_score, n_bins=n_bins, strategy="uniform")
    np.testing.assert_allclose(bins.observed, observed, rtol=1e-12)
    np.testing.assert_allclose(bins.mean_score, mean_score, rtol=1e-12, atol=1e-15)


@given(
    n_bins=st.integers(1, 8), rows_a_bin=st.integers(1, 6), most=st.sampled_from([2, 8, 64]), seed=st.integers(0, 2**32)
)
def test_bins_of_equal_numbers_are_scikit_learns(n_bins: int, rows_a_bin: int, most: int, seed: int) -> None:
    """Where the bins divide the rows, and ties or not, they are those of `calibration_curve`."""
    generator = np.random.default_rng(seed)
    n = max(n_bins * rows_a_bin, 2 * n_bins)
    y_score, y_true = generator.integers(0, most + 1, n) / most, generator.random(n) < 0.5
    y_true[:2] = True, False
    bins = reliability(ThresholdCurve.from_predictions(y_true, y_score), n_bins)
    observed, mean_score = calibration_curve(y_true, y_score, n_bins=n_bins, strategy="quantile")
    np.testing.assert_allclose(bins.observed, observed, rtol=1e-12)
    np.testing.assert_allclose(bins.mean_score, mean_score, rtol=1e-12, atol=1e-15)


def by_rank(rows: Drawn, n_bins: int) -> list[list[int]]:
    """Put rows into bins by the definition: bin i ends with the lowest score that has i / n_bins of all at or below."""
    total = rows.sample_weight.sum()
    scores = sorted(set(rows.y_score[rows.sample_weight > 0].tolist()))
    below = [rows.sample_weight[rows.y_score <= score].sum() for score in scores]
    ends = [next(s for s, b in zip(scores, below, strict=True) if b * n_bins >= i * total) for i in range(1, n_bins)]
    number = np.searchsorted(np.array(ends), rows.y_score)
    groups = [np.flatnonzero((number == i) & (rows.sample_weight > 0)).tolist() for i in range(n_bins)]
    return [group for group in groups if group]


@given(drawn(weight=EXACT_WEIGHT), st.integers(1, 12))
def test_bins_of_equal_weight_follow_their_definition(rows: Drawn, n_bins: int) -> None:
    """With weights, ties and any number of rows, each bin holds the rows that the definition gives it."""
    bins = reliability(rows.curve(), n_bins, strategy="quantile")
    groups = by_rank(rows, n_bins)
    weights = [rows.sample_weight[group] for group in groups]
    positive = [rows.y_true[group] for group in groups]
    np.testing.assert_array_equal(bins.positives, [w[y].sum() for w, y in zip(weights, positive, strict=True)])
    np.testing.assert_array_equal(bins.negatives, [w[~y].sum() for w, y in zip(weights, positive, strict=True)])
    means = [np.average(rows.y_score[group], weights=w) for group, w in zip(groups, weights, strict=True)]
    np.testing.assert_allclose(bins.mean_score, means, rtol=1e-12, atol=1e-15)


@given(drawn(weight=st.integers(1, 4).map(float)), st.integers(1, 12), st.sampled_from(STRATEGIES))
def test_whole_weights_are_repeated_rows(rows: Drawn, n_bins: int, strategy: Strategy) -> None:
    """A row of weight 3 is the same as three rows, in all but how sure the share is."""
    times = rows.sample_weight.astype(int)
    repeated = ThresholdCurve.from_predictions(np.repeat(rows.y_true, times), np.repeat(rows.y_score, times))
    weighted, plain = (reliability(curve, n_bins, strategy=strategy) for curve in (rows.curve(), repeated))
    for name in FIELDS[:4]:
        np.testing.assert_allclose(getattr(weighted, name), getattr(plain, name), rtol=1e-12, atol=1e-15)


@given(drawn(), st.integers(1, 12), st.sampled_from(STRATEGIES))
def test_every_row_is_in_one_bin(rows: Drawn, n_bins: int, strategy: Strategy) -> None:
    """Bins rise, none is empty, there are no more than asked for, and together they hold all rows."""
    curve = rows.curve()
    bins = reliability(curve, n_bins, strategy=strategy)
    assert 1 <= bins.mean_score.size <= n_bins
    assert (np.diff(bins.mean_score) > -1e-15).all()  # neighbouring doubles have one mean
    assert (bins.positives + bins.negatives > 0).all()
    assert bins.positives.sum() == pytest.approx(curve.positives)
    assert bins.negatives.sum() == pytest.approx(curve.negatives)
    assert (bins.low <= bins.observed + 1e-12).all()
    assert (bins.observed <= bins.high + 1e-12).all()


@given(drawn(), st.integers(1, 12), st.sampled_from([0.8, 0.95, 0.999]))
def test_the_intervals_are_wilsons(rows: Drawn, n_bins: int, level: float) -> None:
    """Around each share lies the interval that `scipy.stats.binomtest` gives."""
    bins = reliability(rows.curve(weighted=False), n_bins, confidence_level=level)
    for hits, misses, low, high in zip(bins.positives, bins.negatives, bins.low, bins.high, strict=True):
        expected = binomtest(int(hits), int(hits + misses)).proportion_ci(level, method="wilson")
        assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_weighted_rows_are_worth_their_effective_number() -> None:
    """The ends are as far from the share as 1.96 standard errors of (Σw)² / Σw² trials, at the ends' own share."""
    weight = np.array([1.0, 2.0, 0.5, 4.0, 1.0])
    y_true = np.array([True, False, True, True, False])
    curve = ThresholdCurve.from_predictions(y_true, [0.1, 0.2, 0.3, 0.3, 0.4], sample_weight=weight)
    bins = reliability(curve, 1)
    trials = weight.sum() ** 2 / (weight**2).sum()
    for end in (bins.low[0], bins.high[0]):
        spread = norm.ppf(0.975) * math.sqrt(end * (1 - end) / trials)
        assert abs(end - 5.5 / 8.5) == pytest.approx(spread, rel=1e-9)


def test_the_scale_of_the_weights_does_not_matter() -> None:
    """Rows that all weigh 3 are as sure as rows that weigh 1."""
    y_true, y_score = [1, 0, 1, 1, 0, 0], [0.9, 0.8, 0.7, 0.4, 0.3, 0.1]
    plain = reliability(ThresholdCurve.from_predictions(y_true, y_score), 2)
    heavy = reliability(ThresholdCurve.from_predictions(y_true, y_score, sample_weight=[3.0] * 6), 2)
    for name in ("mean_score", "observed", "low", "high"):
        np.testing.assert_allclose(getattr(heavy, name), getattr(plain, name), rtol=1e-12)


@given(drawn(), st.sampled_from(STRATEGIES))
def test_a_reweighted_curve_is_one_of_weighted_rows(rows: Drawn, strategy: Strategy) -> None:
    """What-ifs that weigh the classes give the diagram of rows with these weights."""
    asked = rows.curve(weighted=False).reweighted(2.0, 0.25)
    weighted = ThresholdCurve.from_predictions(
        rows.y_true, rows.y_score, sample_weight=np.where(rows.y_true, 2.0, 0.25)
    )
    for name in FIELDS:
        found, expected = (getattr(reliability(curve, 5, strategy=strategy), name) for curve in (asked, weighted))
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_weights_that_vanish_beside_others_prove_nothing() -> None:
    """A row too light to change a sum is in no bin; one whose square is lost is a single trial, never a certainty."""
    lost = ThresholdCurve.from_predictions([1, 0, 1], [0.9, 0.8, 0.1], sample_weight=[1e20, 1e20, 1e-3])
    assert reliability(lost, 10, strategy="uniform").mean_score.tolist() == pytest.approx([0.8, 0.9])
    light = ThresholdCurve.from_predictions([1, 0, 1], [0.9, 0.8, 0.1], sample_weight=[1.0, 1.0, 1e-9])
    bins = reliability(light, 10, strategy="uniform")
    expected = binomtest(1, 1).proportion_ci(0.95, method="wilson")
    assert (bins.low[0], bins.high[0]) == pytest.approx((expected.low, expected.high))


@given(drawn(weight=EXACT_WEIGHT), CHANCE, CHANCE)
def test_a_bin_of_ones_own(rows: Drawn, low: float, high: float) -> None:
    """Between two scores, the lower included, lie the rows that do, or none."""
    low, high = sorted((low, high))
    bins = reliability_between(rows.curve(), low, high)
    inside = (rows.y_score >= low) & (rows.y_score < high) & (rows.sample_weight > 0)
    if not inside.any():
        assert all(getattr(bins, name).size == 0 for name in FIELDS)
        return
    weight, hit = rows.sample_weight[inside], rows.y_true[inside]
    assert bins.positives.tolist() == [weight[hit].sum()]
    assert bins.negatives.tolist() == [weight[~hit].sum()]
    assert bins.mean_score == pytest.approx([np.average(rows.y_score[inside], weights=weight)])


@given(drawn(), st.booleans(), st.sampled_from([1, 3, 1 << 15]))
def test_the_brier_score_is_scikit_learns(rows: Drawn, weighted: bool, together: int) -> None:
    """Weighted or not, in blocks of any size."""
    expected = brier_score_loss(rows.y_true, rows.y_score, sample_weight=rows.sample_weight if weighted else None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve_module, "_BLOCK", together)
        assert brier_score(rows.curve(weighted=weighted)) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_the_skill_of_chances_spread_evenly() -> None:
    """E p(1 - p) = 1/6 for p from 0 to 1, where always saying 1/2 scores 1/4: a third is saved."""
    assert brier_score(uniform()) == pytest.approx(1 / 6, abs=1e-6)
    assert brier_skill(uniform()) == pytest.approx(1 / 3, abs=1e-5)


@pytest.mark.parametrize(
    ("y_score", "skill"), [([1, 0, 0, 0], 1.0), ([0.25] * 4, 0.0), ([0, 1, 1, 1], 1 - 1 / 0.1875), ([0.5] * 4, -1 / 3)]
)
def test_the_skill_of_extremes(y_score: list[float], skill: float) -> None:
    """The truth itself has all, the share of positives none, what is worse than that less than none."""
    assert brier_skill(ThresholdCurve.from_predictions([1, 0, 0, 0], y_score)) == pytest.approx(skill)


def test_one_class_leaves_nothing_to_save() -> None:
    """Always saying the prevalence is perfect then, and the skill is undefined."""
    assert math.isnan(brier_skill(ThresholdCurve.from_predictions([True, True], [0.9, 0.2])))


@pytest.mark.parametrize(
    ("y_score", "expected"),
    [([0.0, 1.0], True), ([0.2, 0.3], True), ([0.2, 1.0000000000000002], False), ([-5e-324, 0.3], False)],
)
def test_chances_lie_from_0_to_1(y_score: list[float], expected: bool) -> None:
    """Both ends included, and not a hair beyond."""
    assert ThresholdCurve.from_predictions([1, 0], y_score).is_probability is expected


def test_other_scores_are_refused() -> None:
    """Margins have no Brier score and no diagram; the message says what was seen."""
    curve = ThresholdCurve.from_predictions([1, 0], [3.5, -2.0])
    for asked in (brier_score, brier_skill, reliability, lambda it: reliability_between(it, 0, 1)):
        with pytest.raises(
            ValueError, match=r"^Scores must be from 0 to 1 to be read as probabilities, got scores from -2"
        ):
            asked(curve)


@pytest.mark.parametrize("n_bins", [0, -1, 201])
def test_the_number_of_bins_has_bounds(n_bins: int) -> None:
    """The message says which."""
    with pytest.raises(ValueError, match=f"^n_bins must be from 1 to 200, got {n_bins}"):
        reliability(uniform(), n_bins)


def test_there_are_two_strategies() -> None:
    """Another one is refused by name."""
    with pytest.raises(ValueError, match=r"^strategy must be 'quantile' or 'uniform', got 'kmeans'"):
        reliability(uniform(), strategy="kmeans")  # type: ignore[arg-type]


def test_chances_are_what_they_say() -> None:
    """Scores that are chances by construction lie on the diagonal in every bin, of either kind."""
    for strategy in STRATEGIES:
        bins: Reliability = reliability(uniform(), 20, strategy=strategy)
        np.testing.assert_allclose(bins.observed, bins.mean_score, atol=1e-12)
        np.testing.assert_allclose(bins.mean_score, (np.arange(20) + 0.5) / 20, atol=1e-12)
