"""Intervals at a threshold chosen elsewhere: against closed forms, scipy and simulation."""

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
# The cells that hit and those that miss, for every metric that is a plain share of rows.
PLAIN = {
    "precision": ("tp", "fp"),
    "recall": ("tp", "fn"),
    "specificity": ("tn", "fp"),
    "npv": ("tn", "fn"),
    "accuracy": ("tp tn", "fp fn"),
    "jaccard": ("tp", "fp fn"),
    "predicted_positive_rate": ("tp fp", "tn fn"),
}
SHARES = [*PLAIN, "f1", "fbeta"]
COUNT = st.one_of(st.integers(0, 3), st.integers(0, 10**6))
COUNTS = st.builds(ConfusionCounts, tn=COUNT, fp=COUNT, fn=COUNT, tp=COUNT)
LEVEL = st.sampled_from([0.5, 0.9, 0.95, 0.99])
VECTOR = ConfusionCounts(tn=40, fp=20, fn=10, tp=30)


def found(name: str, counts: ConfusionCounts, **options: object) -> Interval:
    """Ask for the interval of a metric that has one."""
    interval = metric_interval(name, counts, **options)  # type: ignore[arg-type]
    assert interval is not None
    return interval


def same(one: Interval, other: Interval, rel: float = 1e-9) -> bool:
    """Compare two intervals; nan is nan."""
    return bool(np.allclose([one.low, one.high], [other.low, other.high], rtol=rel, atol=1e-14, equal_nan=True))


def scipy_wilson(hits: int, trials: int, level: float) -> tuple[float, float]:
    """Give Wilson's interval as scipy computes it."""
    interval = binomtest(hits, trials).proportion_ci(confidence_level=level, method="wilson")
    return float(interval.low), float(interval.high)


def logit_form(beta: float, cells: dict[str, float], factors: dict[str, float], level: float) -> tuple[float, float]:
    """Give F-beta's interval straight from the formula; a factor is the sum of squares for each unit of weight."""
    tp, fp, fn = cells["tp"], cells["fp"], cells["fn"]
    x = fp + beta**2 * fn
    v_tp, v_x = factors["tp"] * tp, factors["fp"] * fp + beta**4 * factors["fn"] * fn
    z = NormalDist().inv_cdf((1 + level) / 2)
    middle = math.log((1 + beta**2) * tp / x)
    reach = 2 * math.asinh(z / 2 * math.sqrt(v_tp / tp**2 + v_x / x**2))
    return 1 / (1 + math.exp(reach - middle)), 1 / (1 + math.exp(-reach - middle))


@pytest.mark.parametrize(
    ("name", "counts", "low", "high"),
    [
        ("f1", VECTOR, 0.547937, 0.767448),
        ("fbeta", VECTOR, 0.588504, 0.813785),
        ("f1", ConfusionCounts(tn=20, fp=5, fn=7, tp=0), 0.0, 0.390334),
    ],
)
def test_vectors(name: str, counts: ConfusionCounts, low: float, high: float) -> None:
    """The worked examples come out to the last digit given."""
    interval = found(name, counts)
    assert (round(interval.low, 6), round(interval.high, 6)) == (low, high)
    assert interval.confidence_level == 0.95


@given(trials=st.integers(1, 10**7), share=st.floats(0, 1), level=LEVEL)
def test_wilson_is_scipys(trials: int, share: float, level: float) -> None:
    """Wilson's interval is the one of scipy."""
    hits = round(share * trials)
    interval = wilson_interval(hits, trials, confidence_level=level)
    assert (interval.low, interval.high) == pytest.approx(scipy_wilson(hits, trials, level), rel=1e-9, abs=1e-12)
    assert interval.confidence_level == level


def test_wilson_reaches_the_ends() -> None:
    """With no success the interval starts at exactly 0, with all it ends at exactly 1; without a trial it is nan."""
    interval = wilson_interval([0, 7, 0], [7, 7, 0])
    assert interval.low[0] == 0
    assert interval.high[1] == 1
    assert np.isnan([interval.low[2], interval.high[2]]).all()


@pytest.mark.parametrize("name", PLAIN)
@given(counts=COUNTS, level=LEVEL)
@settings(max_examples=60)
def test_shares_of_rows_are_wilsons(name: str, counts: ConfusionCounts, level: float) -> None:
    """Precision, recall and every other share of rows have Wilson's interval, also with no hit and with no miss."""
    hits, misses = (sum(getattr(counts, cell) for cell in cells.split()) for cells in PLAIN[name])
    interval = found(name, counts, confidence_level=level)
    if hits + misses == 0:
        assert math.isnan(interval.low)
        assert math.isnan(interval.high)
    else:
        expected = scipy_wilson(hits, hits + misses, level)
        assert (interval.low, interval.high) == pytest.approx(expected, rel=1e-8, abs=1e-12)


@given(counts=COUNTS, level=LEVEL)
def test_f1_follows_from_jaccard(counts: ConfusionCounts, level: float) -> None:
    """F1 is 2J / (1 + J), and so are the ends of its interval, of Wilson's for J; F-beta agrees at beta 1."""
    trials = counts.tp + counts.fp + counts.fn
    interval = found("f1", counts, confidence_level=level)
    if trials == 0:
        assert math.isnan(interval.low)
        return
    low, high = (2 * end / (1 + end) for end in scipy_wilson(counts.tp, trials, level))
    assert (interval.low, interval.high) == pytest.approx((low, high), rel=1e-8, abs=1e-12)
    assert same(interval, found("fbeta", counts, beta=1, confidence_level=level))


@given(
    cells=st.fixed_dictionaries({cell: st.integers(1, 10**5) for cell in CELLS}),
    beta=st.sampled_from([0.1, 0.5, 1, 2, 10]),
    weights=st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)),
    level=LEVEL,
)
def test_fbeta_is_the_closed_form(
    cells: dict[str, float], beta: float, weights: tuple[float, float], level: float
) -> None:
    """F-beta of rows, and of rows with one weight for each class, has the interval of the formula."""
    positive, negative = weights
    factors = {"tp": positive, "fn": positive, "fp": negative, "tn": negative}
    weighted = {cell: count * factors[cell] for cell, count in cells.items()}
    squares = ConfusionCounts(**{cell: size * factors[cell] for cell, size in weighted.items()})
    plain = found("fbeta", ConfusionCounts(**cells), beta=beta, confidence_level=level)
    assert (plain.low, plain.high) == pytest.approx(logit_form(beta, cells, dict.fromkeys(CELLS, 1.0), level), rel=1e-9)
    by_class = found("fbeta", ConfusionCounts(**weighted), beta=beta, squares=squares, confidence_level=level)
    assert (by_class.low, by_class.high) == pytest.approx(logit_form(beta, weighted, factors, level), rel=1e-9)


@given(beta=st.sampled_from([0.5, 1, 2]), fp=st.integers(0, 50), fn=st.integers(0, 50), tn=st.integers(0, 50))
def test_no_hit_is_the_limit_of_few(beta: float, fp: int, fn: int, tn: int) -> None:
    """With no true positive F-beta's interval is where those with ever smaller ones lead."""
    if fp + fn:
        none = found("fbeta", ConfusionCounts(tn=tn, fp=fp, fn=fn, tp=0), beta=beta)
        hardly = found("fbeta", ConfusionCounts(tn=tn, fp=fp, fn=fn, tp=1e-12), beta=beta)
        assert none.low == 0
        assert none.high == pytest.approx(hardly.high, rel=1e-5)


@pytest.mark.parametrize("beta", [0.5, 1, 2])
def test_no_miss_is_the_worse_of_two_limits(beta: float) -> None:
    """With no miss F-beta's interval ends at 1 and starts where ever fewer misses of the dearer kind lead."""
    none = found("fbeta", ConfusionCounts(tn=50, fp=0, fn=0, tp=20), beta=beta)
    hardly = [
        found("fbeta", ConfusionCounts(tn=50, fp=fp, fn=fn, tp=20), beta=beta).low
        for fp, fn in [(1e-12, 0), (0, 1e-12)]
    ]
    assert none.high == 1
    assert none.low == pytest.approx(min(hardly), rel=1e-5)


# Beside a weight of 1 the square of 1e-8 is lost in the rounding of the sums: such weights are left out here.
@given(
    drawn=rows(weight=st.floats(0.01, 100)),
    name=st.sampled_from(SHARES),
    scale=st.sampled_from([1e-3, 0.5, 3.0, 1e4]),
)
def test_the_scale_of_weights_does_not_matter(drawn: Rows, name: str, scale: float) -> None:
    """All weights times a number: the interval stays, because no row says more than before."""
    assert drawn.sample_weight is not None
    curves = [Rows(drawn.y_true, drawn.y_score, drawn.sample_weight * by).curve() for by in (1.0, scale)]
    for position in range(len(curves[0])):
        threshold = float(curves[0].thresholds[position])
        one, other = (found(name, curve.at(threshold).counts, squares=curve.at(threshold).squares) for curve in curves)
        assert same(one, other, rel=1e-5)


@given(drawn=rows(), name=st.sampled_from(SHARES))
def test_weights_of_one_are_none(drawn: Rows, name: str) -> None:
    """Rows that all weigh 1 are rows."""
    plain = drawn.curve()
    weighted = Rows(drawn.y_true, drawn.y_score, np.ones(drawn.y_true.size)).curve()
    assert plain.squares is None
    assert weighted.squares is not None
    assert same(found(name, plain.counts), found(name, weighted.counts, squares=weighted.squares))


def test_weights_of_many_rows_are_their_own() -> None:
    """In cells of thousands of rows the interval is that of the plain formula with each cell's own squares."""
    rng = np.random.default_rng(0)
    weights = {cell: rng.exponential(scale, 4000) for cell, scale in zip(CELLS, (1, 2, 3, 4), strict=True)}
    cells = {cell: float(weight.sum()) for cell, weight in weights.items()}
    factors = {cell: float((weight**2).sum() / weight.sum()) for cell, weight in weights.items()}
    squares = ConfusionCounts(**{cell: float((weight**2).sum()) for cell, weight in weights.items()})
    interval = found("fbeta", ConfusionCounts(**cells), beta=2, squares=squares)
    assert (interval.low, interval.high) == pytest.approx(logit_form(2, cells, factors, 0.95), abs=1e-5)


@pytest.mark.parametrize(("prevalence", "threshold"), [(0.3, 1.0), (0.05, 1.9)])
def test_weighted_rows_are_covered(prevalence: float, threshold: float) -> None:
    """With exponential weights 93.5 to 96.5 % of the intervals hold the true F1, with ten positives as with sixty."""
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
    truth = 2 * tp / (prevalence + tp + (1 - prevalence) * false_positive_rate)
    interval = found("f1", counts, squares=squares)
    assert 0.935 <= np.mean((interval.low <= truth) & (truth <= interval.high)) <= 0.965


def test_tiny_weights_are_not_taken_for_certainty() -> None:
    """One positive of three is caught, and weighs next to nothing: how little that tells depends on no last digit."""
    ends = []
    for tiny in (1e-6, 1e-7, 1e-8, 1e-9):
        # From both ends, because the sums of squares are cumulated from one of them.
        for order in (1, -1):
            weight = [tiny, 1, 1, 1, 1, 1][::order]
            y_true, y_score = [1, 1, 1, 0, 0, 0][::order], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
            point = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=weight).at(
                0.9 if order == 1 else 0.5
            )
            interval = found("recall" if order == 1 else "specificity", point.counts, squares=point.squares)
            ends.append((interval.low, interval.high))
    low, high = np.transpose(ends)
    assert (low < 1e-12).all()
    # Wilson's interval of none of two rows reaches to z² / (2 + z²) = .658.
    assert ((high > 0.5) & (high < 0.7)).all()


def test_another_prevalence_has_the_surety_of_its_rows() -> None:
    """At another share of positives the counts change, but not how many rows they come from."""
    curve = ThresholdCurve.from_predictions([1] * 40 + [0] * 60, [0.9] * 30 + [0.1] * 10 + [0.9] * 20 + [0.1] * 40)
    point = curve.reweighted(0.25, 1.5).at(0.5)
    interval = found("f1", point.counts, squares=point.squares)
    cells = {"tp": 7.5, "fn": 2.5, "fp": 30.0}
    expected = logit_form(1, cells, {"tp": 0.25, "fn": 0.25, "fp": 1.5}, 0.95)
    assert (interval.low, interval.high) == pytest.approx(expected, rel=1e-9)


@given(drawn=rows(weight=ANY_WEIGHT), name=st.sampled_from(SHARES))
def test_arrays_are_many_numbers(drawn: Rows, name: str) -> None:
    """What is asked for all thresholds at once is what each of them gives, as plain floats."""
    curve = drawn.curve()
    at_all = found(name, curve.counts, squares=curve.squares)
    for position, threshold in enumerate(curve.thresholds.tolist()):
        point = curve.at(threshold)
        alone = found(name, point.counts, squares=point.squares)
        assert type(alone.low) is type(alone.high) is float
        assert same(alone, Interval(at_all.low[position], at_all.high[position], 0.95))


@given(drawn=rows(weight=ANY_WEIGHT), name=st.sampled_from(SHARES))
def test_the_value_is_inside_and_surer_is_wider(drawn: Rows, name: str) -> None:
    """An interval lies in [0, 1], holds the value, and lies within that of every higher level."""
    curve = drawn.curve()
    value = np.asarray(metric(name).evaluate(curve.counts))
    narrow, wide = (found(name, curve.counts, squares=curve.squares, confidence_level=level) for level in (0.8, 0.95))
    known = ~np.isnan(narrow.low)
    order = np.array([0 * value, wide.low, narrow.low, value, narrow.high, wide.high, 0 * value + 1])[:, known]
    assert (np.diff(order, axis=0) >= -1e-12).all()
    assert (wide.low < wide.high)[known].all()


@pytest.mark.parametrize("name", [name for name in METRICS if name not in SHARES])
def test_what_is_no_share_has_none(name: str) -> None:
    """Metrics that are not hits out of hits and misses have no such interval."""
    assert metric_interval(name, VECTOR) is None
    assert interval_around(0.5, name, VECTOR) is None


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, math.nan])
def test_a_level_is_a_share(level: float) -> None:
    """A confidence level that is not between 0 and 1 is refused, with what was given."""
    with pytest.raises(ValueError, match=f"between 0 and 1, got {level}"):
        wilson_interval(1, 2, confidence_level=level)
    with pytest.raises(ValueError, match="confidence_level"):
        metric_interval("f1", VECTOR, confidence_level=level)


@given(counts=COUNTS, name=st.sampled_from(SHARES), class_weights=st.sampled_from([(1.0, 1.0), (3.0, 0.5)]))
def test_around_its_own_value_nothing_moves(
    counts: ConfusionCounts, name: str, class_weights: tuple[float, float]
) -> None:
    """The interval around the value that the counts have is the interval of the counts."""
    factors = dict(zip(CELLS, (class_weights[1], class_weights[1], class_weights[0], class_weights[0]), strict=True))
    sums, squares = (
        ConfusionCounts(**{cell: getattr(counts, cell) * factors[cell] ** power for cell in CELLS}) for power in (1, 2)
    )
    value = float(metric(name).evaluate(sums))
    plain = found(name, sums, squares=squares)
    around = interval_around(value, name, sums, squares=squares)
    assert around is not None
    if 0 < value < 1 or math.isnan(plain.low):
        assert same(plain, around, rel=1e-6)


@given(
    counts=st.builds(ConfusionCounts, **{cell: st.integers(0, 500) for cell in CELLS}),
    value=st.floats(0.0, 1.0),
)
def test_around_another_value_the_trials_stay(counts: ConfusionCounts, value: float) -> None:
    """Around another F1 it is Wilson's for J = F1 / (2 - F1) with TP + FP + FN trials, and so for precision."""
    f1, precision = (interval_around(value, name, counts) for name in ("f1", "precision"))
    assert f1 is not None
    assert precision is not None
    trials, flagged = counts.tp + counts.fp + counts.fn, counts.tp + counts.fp
    jaccard = wilson_interval(value / (2 - value) * trials, trials)
    expected = Interval(2 * jaccard.low / (1 + jaccard.low), 2 * jaccard.high / (1 + jaccard.high), 0.95)
    assert same(f1, expected, rel=1e-6)
    assert same(precision, wilson_interval(value * flagged, flagged), rel=1e-6)


def test_around_nothing_is_nothing() -> None:
    """Around an estimate that is not known the interval is not known either."""
    around = interval_around(math.nan, "f1", VECTOR)
    assert around is not None
    assert math.isnan(around.low)
    assert math.isnan(around.high)
