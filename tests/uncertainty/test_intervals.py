"""Tests of confidence intervals at a fixed threshold against closed forms, scipy and simulation."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, metric
from f1tools.uncertainty import Interval, metric_interval, wilson_interval
from f1tools.uncertainty.intervals import interval_around
from tests.strategies import ANY_WEIGHT, Rows, rows

CELLS = ("tn", "fp", "fn", "tp")
# Successes and failures of every metric that is an unweighted proportion of rows.
BINOMIAL = {
    "precision": ("tp", "fp"),
    "recall": ("tp", "fn"),
    "specificity": ("tn", "fp"),
    "npv": ("tn", "fn"),
    "accuracy": ("tp tn", "fp fn"),
    "jaccard": ("tp", "fp fn"),
    "predicted_positive_rate": ("tp fp", "tn fn"),
}
PROPORTIONS = [*BINOMIAL, "f1", "fbeta"]
COUNT = st.one_of(st.integers(0, 3), st.integers(0, 10**6))
COUNTS = st.builds(ConfusionCounts, tn=COUNT, fp=COUNT, fn=COUNT, tp=COUNT)
LEVEL = st.sampled_from([0.5, 0.9, 0.95, 0.99])
EXAMPLE = ConfusionCounts(tn=40, fp=20, fn=10, tp=30)


def interval_of(name: str, counts: ConfusionCounts, **options: object) -> Interval:
    """Return the interval of a metric that has one."""
    interval = metric_interval(name, counts, **options)  # type: ignore[arg-type]
    assert interval is not None
    return interval


def bounds(interval: Interval | None) -> tuple[float, float]:
    """Return the bounds of an interval that exists."""
    assert interval is not None
    return float(interval.low), float(interval.high)


def scipy_wilson(successes: int, trials: int, level: float) -> tuple[float, float]:
    """Return scipy's Wilson interval; nan without trials."""
    if trials == 0:
        return math.nan, math.nan
    interval = binomtest(successes, trials).proportion_ci(confidence_level=level, method="wilson")
    return float(interval.low), float(interval.high)


def logit_interval(
    beta: float, cells: dict[str, float], weights: dict[str, float], level: float = 0.95
) -> tuple[float, float]:
    """Return F-beta's interval by the published formula; a cell's weight is its sum of squares per unit of weight."""
    tp, fp, fn = cells["tp"], cells["fp"], cells["fn"]
    failures = fp + beta**2 * fn
    variance = weights["tp"] / tp + (weights["fp"] * fp + beta**4 * weights["fn"] * fn) / failures**2
    z = NormalDist().inv_cdf((1 + level) / 2)
    center = math.log((1 + beta**2) * tp / failures)
    half_width = 2 * math.asinh(z / 2 * math.sqrt(variance))
    return 1 / (1 + math.exp(half_width - center)), 1 / (1 + math.exp(-half_width - center))


@pytest.mark.parametrize(
    ("name", "counts", "low", "high"),
    [
        ("f1", EXAMPLE, 0.547937, 0.767448),
        ("fbeta", EXAMPLE, 0.588504, 0.813785),
        ("f1", ConfusionCounts(tn=20, fp=5, fn=7, tp=0), 0.0, 0.390334),
    ],
)
def test_worked_examples(name: str, counts: ConfusionCounts, low: float, high: float) -> None:
    """The worked examples are reproduced to all published digits."""
    interval = interval_of(name, counts)
    assert (round(interval.low, 6), round(interval.high, 6)) == (low, high)
    assert interval.confidence_level == 0.95


@given(trials=st.integers(1, 10**7), share=st.floats(0, 1), level=LEVEL)
def test_wilson_equals_scipy(trials: int, share: float, level: float) -> None:
    """Wilson's interval equals scipy's."""
    successes = round(share * trials)
    interval = wilson_interval(successes, trials, confidence_level=level)
    assert bounds(interval) == pytest.approx(scipy_wilson(successes, trials, level), rel=1e-9, abs=1e-12)
    assert interval.confidence_level == level


def test_wilson_at_the_ends() -> None:
    """The interval of 0 successes starts at exactly 0, that of only successes ends at exactly 1; 0 trials give nan."""
    interval = wilson_interval([0, 7, 0], [7, 7, 0])
    assert (interval.low[0], interval.high[1]) == (0, 1)
    assert np.isnan([interval.low[2], interval.high[2]]).all()


@pytest.mark.parametrize("name", BINOMIAL)
@given(counts=COUNTS, level=LEVEL)
@settings(max_examples=60)
def test_binomial_metrics_have_wilsons_interval(name: str, counts: ConfusionCounts, level: float) -> None:
    """Every unweighted proportion of rows has Wilson's interval, also without successes or failures."""
    successes, failures = (sum(getattr(counts, cell) for cell in cells.split()) for cells in BINOMIAL[name])
    expected = scipy_wilson(successes, successes + failures, level)
    interval = interval_of(name, counts, confidence_level=level)
    assert bounds(interval) == pytest.approx(expected, rel=1e-8, abs=1e-12, nan_ok=True)


@given(counts=COUNTS, level=LEVEL)
def test_f1_interval_follows_from_jaccard(counts: ConfusionCounts, level: float) -> None:
    """F1 is 2J / (1 + J), and so are the bounds of its interval; F-beta with beta 1 has the same interval."""
    jaccard = scipy_wilson(counts.tp, counts.tp + counts.fp + counts.fn, level)
    expected = [2 * bound / (1 + bound) for bound in jaccard]
    for name, options in (("f1", {}), ("fbeta", {"beta": 1})):
        interval = interval_of(name, counts, confidence_level=level, **options)
        assert bounds(interval) == pytest.approx(expected, rel=1e-8, abs=1e-12, nan_ok=True)


@given(
    cells=st.fixed_dictionaries({cell: st.integers(1, 10**5) for cell in CELLS}),
    beta=st.sampled_from([0.1, 0.5, 1, 2, 10]),
    class_weights=st.one_of(st.none(), st.tuples(st.floats(0.01, 100), st.floats(0.01, 100))),
    level=LEVEL,
)
def test_fbeta_interval_equals_its_closed_form(
    cells: dict[str, float], beta: float, class_weights: tuple[float, float] | None, level: float
) -> None:
    """F-beta's interval is that of the formula, for unweighted rows and for one weight per class."""
    positive, negative = class_weights or (1.0, 1.0)
    weights = {"tp": positive, "fn": positive, "fp": negative, "tn": negative}
    sums = {cell: count * weights[cell] for cell, count in cells.items()}
    squares = ConfusionCounts(**{cell: size * weights[cell] for cell, size in sums.items()})
    interval = interval_of(
        "fbeta",
        ConfusionCounts(**sums),
        beta=beta,
        squares=squares if class_weights else None,
        confidence_level=level,
    )
    assert bounds(interval) == pytest.approx(logit_interval(beta, sums, weights, level), rel=1e-9)


@given(beta=st.sampled_from([0.5, 1, 2]), fp=st.integers(0, 50), fn=st.integers(0, 50), tn=st.integers(0, 50))
def test_interval_without_true_positives_is_the_limit(beta: float, fp: int, fn: int, tn: int) -> None:
    """Without true positives F-beta's interval is the limit for ever smaller ones."""
    if fp + fn:
        none, nearly_none = (
            interval_of("fbeta", ConfusionCounts(tn=tn, fp=fp, fn=fn, tp=tp), beta=beta) for tp in (0, 1e-12)
        )
        assert none.low == 0
        assert none.high == pytest.approx(nearly_none.high, rel=1e-5)


@pytest.mark.parametrize("beta", [0.5, 1, 2])
def test_interval_without_errors_is_the_lower_limit(beta: float) -> None:
    """Without errors F-beta's interval ends at 1, and starts at the limit for ever fewer errors of the dearer kind."""
    none, *nearly_none = (
        interval_of("fbeta", ConfusionCounts(tn=50, fp=fp, fn=fn, tp=20), beta=beta)
        for fp, fn in [(0, 0), (1e-12, 0), (0, 1e-12)]
    )
    assert none.high == 1
    assert none.low == pytest.approx(min(interval.low for interval in nearly_none), rel=1e-5)


# Beside a weight of 1 the square of 1e-8 is lost in the rounding of the sums: such weights are left out here.
@given(
    sample=rows(weight=st.floats(0.01, 100)),
    name=st.sampled_from(PROPORTIONS),
    scale=st.sampled_from([1e-3, 0.5, 3.0, 1e4]),
)
def test_interval_does_not_depend_on_the_scale_of_the_weights(sample: Rows, name: str, scale: float) -> None:
    """Multiplying all weights by a number does not change the interval."""
    assert sample.sample_weight is not None
    curve, scaled = (sample._replace(sample_weight=sample.sample_weight * by).curve() for by in (1.0, scale))
    for threshold in curve.thresholds.tolist():
        expected, interval = (
            bounds(interval_of(name, point.counts, squares=point.squares))
            for point in (curve.at(threshold), scaled.at(threshold))
        )
        assert interval == pytest.approx(expected, rel=1e-5, abs=1e-14, nan_ok=True)


@given(sample=rows(), name=st.sampled_from(PROPORTIONS))
def test_weights_of_1_equal_no_weights(sample: Rows, name: str) -> None:
    """Rows that all have weight 1 have the interval of unweighted rows."""
    plain = sample.curve()
    weighted = sample._replace(sample_weight=np.ones(sample.y_true.size)).curve()
    assert plain.squares is None
    assert weighted.squares is not None
    expected, interval = (interval_of(name, curve.counts, squares=curve.squares) for curve in (plain, weighted))
    np.testing.assert_allclose([interval.low, interval.high], [expected.low, expected.high], rtol=1e-9, atol=1e-14)


def test_interval_of_many_weighted_rows_equals_the_formula() -> None:
    """In cells of thousands of rows each cell contributes its own sum of squares."""
    rng = np.random.default_rng(0)
    weights = {cell: rng.exponential(scale, 4000) for cell, scale in zip(CELLS, (1, 2, 3, 4), strict=True)}
    sums = {cell: float(weight.sum()) for cell, weight in weights.items()}
    squares = {cell: float((weight**2).sum()) for cell, weight in weights.items()}
    interval = interval_of("fbeta", ConfusionCounts(**sums), beta=2, squares=ConfusionCounts(**squares))
    expected = logit_interval(2, sums, {cell: squares[cell] / sums[cell] for cell in CELLS})
    assert bounds(interval) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("prevalence", "threshold"), [(0.3, 1.0), (0.05, 1.9)])
def test_coverage_with_weights(prevalence: float, threshold: float) -> None:
    """With exponential weights 93.5 to 96.5% of the intervals cover the true F1, with ten positives as with sixty."""
    rng, size = np.random.default_rng(0), (4000, 200)
    positive, weight = rng.random(size) < prevalence, rng.exponential(size=size)
    flagged = rng.normal(size=size) + 1.5 * positive >= threshold
    kinds = {"tn": ~positive & ~flagged, "fp": ~positive & flagged, "fn": positive & ~flagged, "tp": positive & flagged}
    counts, squares = (
        ConfusionCounts(**{cell: (weight**power * kind).sum(axis=1) for cell, kind in kinds.items()})
        for power in (1, 2)
    )
    recall, false_positive_rate = 1 - NormalDist(1.5).cdf(threshold), 1 - NormalDist().cdf(threshold)
    tp = prevalence * recall
    true_f1 = 2 * tp / (prevalence + tp + (1 - prevalence) * false_positive_rate)
    interval = interval_of("f1", counts, squares=squares)
    assert 0.935 <= np.mean((interval.low <= true_f1) & (true_f1 <= interval.high)) <= 0.965


@pytest.mark.parametrize("tiny", [1e-6, 1e-7, 1e-8, 1e-9])
@pytest.mark.parametrize(("name", "threshold", "order"), [("recall", 0.9, 1), ("specificity", 0.5, -1)])
def test_tiny_weights_are_not_certain(tiny: float, name: str, threshold: float, order: int) -> None:
    """A success of negligible weight beside two failures has nearly Wilson's interval of none of two rows.

    Both ends of the curve are tested, because the sums of squares are cumulated from one of them.
    """
    weight, y_true = [tiny, 1, 1, 1, 1, 1][::order], [1, 1, 1, 0, 0, 0][::order]
    curve = ThresholdCurve.from_predictions(y_true, [0.9, 0.8, 0.7, 0.6, 0.5, 0.4], sample_weight=weight)
    point = curve.at(threshold)
    interval = interval_of(name, point.counts, squares=point.squares)
    assert interval.low < 1e-12
    assert 0.5 < interval.high < 0.7  # Wilson's interval of none of two rows ends at z² / (2 + z²) = .658


def test_prevalence_shift_keeps_the_effective_number_of_rows() -> None:
    """At another prevalence the counts change, but not how many rows they come from."""
    curve = ThresholdCurve.from_predictions([1] * 40 + [0] * 60, [0.9] * 30 + [0.1] * 10 + [0.9] * 20 + [0.1] * 40)
    point = curve.reweighted(0.25, 1.5).at(0.5)
    interval = interval_of("f1", point.counts, squares=point.squares)
    sums, weights = {"tp": 7.5, "fn": 2.5, "fp": 30.0}, {"tp": 0.25, "fn": 0.25, "fp": 1.5}
    assert bounds(interval) == pytest.approx(logit_interval(1, sums, weights), rel=1e-9)


@given(sample=rows(weight=ANY_WEIGHT), name=st.sampled_from(PROPORTIONS))
def test_arrays_equal_scalars(sample: Rows, name: str) -> None:
    """Intervals at all thresholds together equal those at each threshold, whose bounds are plain floats."""
    curve = sample.curve()
    together = interval_of(name, curve.counts, squares=curve.squares)
    points = [curve.at(threshold) for threshold in curve.thresholds.tolist()]
    intervals = [interval_of(name, point.counts, squares=point.squares) for point in points]
    assert {type(bound) for each in intervals for bound in (each.low, each.high)} == {float}
    np.testing.assert_allclose([each.low for each in intervals], together.low, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose([each.high for each in intervals], together.high, rtol=1e-9, atol=1e-14)


@given(sample=rows(weight=ANY_WEIGHT), name=st.sampled_from(PROPORTIONS))
def test_intervals_contain_the_value_and_are_nested(sample: Rows, name: str) -> None:
    """An interval lies in [0, 1], contains the value, and lies within that of a higher confidence level."""
    curve = sample.curve()
    value = np.asarray(metric(name).evaluate(curve.counts))
    narrow, wide = (
        interval_of(name, curve.counts, squares=curve.squares, confidence_level=level) for level in (0.8, 0.95)
    )
    defined = ~np.isnan(narrow.low)
    ordered = np.array([0 * value, wide.low, narrow.low, value, narrow.high, wide.high, 0 * value + 1])[:, defined]
    assert (np.diff(ordered, axis=0) >= -1e-12).all()
    assert (wide.low < wide.high)[defined].all()


@pytest.mark.parametrize("name", [name for name in METRICS if name not in PROPORTIONS])
def test_other_metrics_have_no_interval(name: str) -> None:
    """Metrics that are not a proportion of successes have no interval."""
    assert metric_interval(name, EXAMPLE) is None
    assert interval_around(0.5, name, EXAMPLE) is None


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, math.nan])
def test_invalid_confidence_level_raises(level: float) -> None:
    """A confidence level lies between 0 and 1."""
    message = f"confidence_level must be between 0 and 1, got {level}"
    with pytest.raises(ValueError, match=message):
        wilson_interval(1, 2, confidence_level=level)
    with pytest.raises(ValueError, match=message):
        metric_interval("f1", EXAMPLE, confidence_level=level)


def test_a_value_of_1_up_to_rounding_has_the_interval_of_1() -> None:
    """F-beta without errors can be the next number above 1, as a quotient of rounded sums."""
    counts = ConfusionCounts(tn=40, fp=0, fn=0, tp=3)
    above = np.nextafter(1.0, 2.0)
    assert counts.fbeta(0.1) == above
    interval = interval_around(above, "f1", counts)
    assert interval is not None
    squared = NormalDist().inv_cdf(0.975) ** 2
    assert (interval.low, interval.high) == pytest.approx((2 * 3 / (2 * 3 + squared), 1.0))


@given(counts=COUNTS, name=st.sampled_from(PROPORTIONS), class_weights=st.sampled_from([(1.0, 1.0), (3.0, 0.5)]))
def test_interval_around_the_own_value_is_the_interval(
    counts: ConfusionCounts, name: str, class_weights: tuple[float, float]
) -> None:
    """The interval around the value of the counts is the interval of the counts."""
    positive, negative = class_weights
    weights = {"tn": negative, "fp": negative, "fn": positive, "tp": positive}
    sums, squares = (
        ConfusionCounts(**{cell: getattr(counts, cell) * weights[cell] ** power for cell in CELLS}) for power in (1, 2)
    )
    value = float(metric(name).evaluate(sums))
    expected, around = interval_of(name, sums, squares=squares), interval_around(value, name, sums, squares=squares)
    if 0 < value < 1 or math.isnan(expected.low):
        assert bounds(around) == pytest.approx(bounds(expected), rel=1e-6, abs=1e-14, nan_ok=True)


@given(
    counts=st.builds(ConfusionCounts, **{cell: st.integers(0, 500) for cell in CELLS}),
    value=st.floats(0.0, 1.0),
)
def test_interval_around_another_value_keeps_the_trials(counts: ConfusionCounts, value: float) -> None:
    """Around another F1 it is Wilson's for J = F1 / (2 - F1) with TP + FP + FN trials; likewise for precision."""
    trials, flagged = counts.tp + counts.fp + counts.fn, counts.tp + counts.fp
    jaccard = bounds(wilson_interval(value / (2 - value) * trials, trials))
    f1, precision = (bounds(interval_around(value, name, counts)) for name in ("f1", "precision"))
    assert f1 == pytest.approx([2 * bound / (1 + bound) for bound in jaccard], rel=1e-6, abs=1e-14, nan_ok=True)
    expected = bounds(wilson_interval(value * flagged, flagged))
    assert precision == pytest.approx(expected, rel=1e-6, abs=1e-14, nan_ok=True)


def test_interval_around_nan_is_nan() -> None:
    """An undefined estimate has an undefined interval."""
    assert np.isnan(bounds(interval_around(math.nan, "f1", EXAMPLE))).all()


def test_text_of_an_interval() -> None:
    """Undefined bounds are n/a; a confidence level has no superfluous decimals."""
    assert Interval(math.nan, 0.5, 0.95).text == "n/a"
    assert Interval(0, 1, 0.995).level_text == "99.5%"
