"""Tests of the corrected confidence interval of a mean over overlapping splits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from f1tools.repeats import corrected_interval
from f1tools.repeats.corrected import nanmean

VALUES = st.lists(st.integers(-100, 100).map(lambda k: k / 128), min_size=2, max_size=25)


@given(VALUES, st.floats(0.05, 4), st.sampled_from([0.5, 0.9, 0.95, 0.995]))
def test_interval_inverts_the_corrected_t_test(values: list[float], ratio: float, level: float) -> None:
    """Zero is excluded exactly if Nadeau and Bengio's test, as in scikit-learn's user guide, rejects."""
    interval = corrected_interval(values, n_train=1000, n_test=1000 * ratio, confidence_level=level)
    mean, deviation = np.mean(values), np.std(values, ddof=1) * np.sqrt(1 / len(values) + ratio)
    assert interval.mean == pytest.approx(mean, abs=1e-12)
    if deviation == 0:
        assert interval.low == interval.mean == interval.high == values[0]
        assert interval.contains_zero == (values[0] == 0)
        return
    p_value = 2 * stats.t.sf(abs(mean / deviation), len(values) - 1)
    if abs(p_value - (1 - level)) > 1e-9:
        assert interval.contains_zero == (p_value > 1 - level)
    half_width = stats.t.ppf((1 + level) / 2, len(values) - 1) * deviation
    assert [interval.low, interval.high] == pytest.approx([mean - half_width, mean + half_width], abs=1e-9)
    assert interval.half_width == pytest.approx(half_width)
    assert interval.confidence_level == level


@given(VALUES)
def test_interval_without_overlap_equals_scipy(values: list[float]) -> None:
    """Without test rows the correction vanishes, and SciPy gives the same interval of a mean."""
    interval = corrected_interval(values, n_train=1e15, n_test=1e-9)
    error = stats.sem(values)
    if error > 0:
        expected = stats.t.interval(0.95, len(values) - 1, np.mean(values), error)
        assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-9)


@given(VALUES, st.integers(-3, 3), st.sampled_from([-2.0, 0.5, 4.0]))
def test_interval_is_equivariant(values: list[float], shift: int, scale: float) -> None:
    """Shifting and scaling the values shifts and scales the interval; undefined values do not count."""
    base = corrected_interval(values, n_train=70, n_test=30)
    transformed = corrected_interval([scale * value + shift for value in values], n_train=70, n_test=30)
    bounds = sorted((scale * base.low + shift, scale * base.high + shift))
    assert [transformed.low, transformed.high] == pytest.approx(bounds, abs=1e-9)
    assert corrected_interval([values[0], math.nan, *values[1:]], n_train=70, n_test=30) == base


def test_interval_of_many_splits_does_not_vanish() -> None:
    """The limit of its half width is z · sqrt(n_test / n_train) · s."""
    interval = corrected_interval(np.resize([0.1, 0.3], 100_000), n_train=70, n_test=30)
    assert interval.half_width == pytest.approx(stats.norm.ppf(0.975) * math.sqrt(30 / 70) * 0.1, rel=1e-3)


@pytest.mark.parametrize(
    ("values", "mean"), [([0.3], 0.3), ([math.nan, 0.3], 0.3), ([], math.nan), ([math.nan], math.nan)]
)
def test_one_split_has_no_interval(values: list[float], mean: float) -> None:
    """One defined value has no variance, so nothing is excluded."""
    interval = corrected_interval(values, n_train=70, n_test=30)
    assert interval.mean == pytest.approx(mean, nan_ok=True)
    assert np.isnan([interval.low, interval.high]).all()
    assert not interval.defined
    assert interval.contains_zero


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("confidence_level", 1.0, "confidence_level must be between 0 and 1, got 1.0"),
        ("confidence_level", math.nan, "confidence_level must be between 0 and 1"),
        ("n_train", 0, "n_train and n_test must be above 0, got 0 and 30"),
        ("n_test", math.nan, "n_train and n_test must be above 0"),
    ],
)
def test_invalid_arguments_raise(name: str, value: float, message: str) -> None:
    """Confidence levels lie in (0, 1), and both parts of a split have rows."""
    with pytest.raises(ValueError, match=message):
        corrected_interval([0.1, 0.2], **({"n_train": 70, "n_test": 30} | {name: value}))


@given(st.lists(st.lists(st.one_of(st.just(math.nan), st.floats(-5, 5)), min_size=3, max_size=3), min_size=1))
def test_mean_ignoring_nan(table: list[list[float]]) -> None:
    """It is the exact mean of the other values; the mean of equal values is that value."""
    for mean, column in zip(nanmean(np.array(table)), zip(*table, strict=True), strict=True):
        defined = [value for value in column if not math.isnan(value)]
        expected = math.fsum(defined) / len(defined) if defined else math.nan
        assert mean == pytest.approx(expected, abs=1e-12, nan_ok=True)
    assert nanmean(np.full(7, 0.1)) == 0.1
