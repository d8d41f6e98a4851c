"""Intervals of a mean over splits that overlap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from f1tools.repeats import corrected_interval
from f1tools.repeats.corrected import mean_known, student_quantile

VALUES = st.lists(st.integers(-100, 100).map(lambda k: k / 128), min_size=2, max_size=25)


@given(VALUES, st.floats(0.05, 4), st.sampled_from([0.5, 0.9, 0.95, 0.995]))
def test_it_is_the_corrected_t_test_turned_around(values: list[float], ratio: float, level: float) -> None:
    """Zero is ruled out exactly where Nadeau and Bengio's test, as scikit-learn's guide computes it, rejects."""
    found = corrected_interval(values, n_train=1000, n_test=1000 * ratio, confidence_level=level)
    deviation = np.std(values, ddof=1) * np.sqrt(1 / len(values) + ratio)
    assert found.mean == pytest.approx(np.mean(values), abs=1e-12)
    if deviation == 0:
        assert found.low == found.mean == found.high == values[0]
        assert found.holds_zero == (values[0] == 0)
        return
    statistic = np.mean(values) / deviation
    p_value = 2 * stats.t.sf(abs(statistic), len(values) - 1)
    if abs(p_value - (1 - level)) > 1e-9:
        assert found.holds_zero == (p_value > 1 - level)
    reach = stats.t.ppf((1 + level) / 2, len(values) - 1) * deviation
    assert [found.low, found.high] == pytest.approx([np.mean(values) - reach, np.mean(values) + reach], abs=1e-9)
    assert found.half_width == pytest.approx(reach)
    assert found.confidence_level == level


@given(VALUES)
def test_without_overlap_it_is_the_interval_of_a_mean(values: list[float]) -> None:
    """Where hardly anything is tested nothing is left of the correction, and SciPy gives the same interval."""
    found = corrected_interval(values, n_train=1e15, n_test=1e-9)
    error = stats.sem(values)
    if error > 0:
        expected = stats.t.interval(0.95, len(values) - 1, np.mean(values), error)
        assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


@given(VALUES, st.integers(-3, 3), st.sampled_from([-2.0, 0.5, 4.0]))
def test_it_moves_and_grows_with_the_values(values: list[float], shift: int, scale: float) -> None:
    """A shift moves it, a factor stretches it, a negative one turns it around."""
    base = corrected_interval(values, n_train=70, n_test=30)
    other = corrected_interval([scale * value + shift for value in values], n_train=70, n_test=30)
    ends = sorted((scale * base.low + shift, scale * base.high + shift))
    assert [other.low, other.high] == pytest.approx(ends, abs=1e-9)


def test_more_splits_of_the_same_rows_are_no_more_rows() -> None:
    """The interval does not shrink to nothing: what is left is z · sqrt(n_test / n_train) · s."""
    many = np.resize([0.1, 0.3], 100_000)
    found = corrected_interval(many, n_train=70, n_test=30)
    assert found.half_width == pytest.approx(stats.norm.ppf(0.975) * math.sqrt(30 / 70) * 0.1, rel=1e-3)


def test_unknown_values_are_left_out() -> None:
    """As where a metric is undefined in a split."""
    some = corrected_interval([0.2, math.nan, 0.4, 0.1], n_train=70, n_test=30)
    assert some == corrected_interval([0.2, 0.4, 0.1], n_train=70, n_test=30)


@pytest.mark.parametrize(
    ("values", "mean"), [([0.3], 0.3), ([math.nan, 0.3], 0.3), ([], math.nan), ([math.nan], math.nan)]
)
def test_too_few_splits_have_no_interval(values: list[float], mean: float) -> None:
    """One split says nothing about how much splits vary: nothing is ruled out."""
    found = corrected_interval(values, n_train=70, n_test=30)
    assert found.mean == pytest.approx(mean, nan_ok=True)
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert found.holds_zero


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"confidence_level": 1.0}, "confidence_level must be between 0 and 1, got 1.0"),
        ({"confidence_level": math.nan}, "confidence_level must be between 0 and 1"),
        ({"n_train": 0}, "n_train and n_test must be above 0, got 0 and 30"),
        ({"n_test": math.nan}, "n_train and n_test must be above 0"),
    ],
)
def test_senseless_questions_are_refused(changes: dict[str, float], message: str) -> None:
    """A level that is none, splits without rows."""
    with pytest.raises(ValueError, match=message):
        corrected_interval([0.1, 0.2], **({"n_train": 70, "n_test": 30} | changes))


@pytest.mark.parametrize("level", [0.5, 0.95, 1 - 0.05 / 9, 0.9999])
@pytest.mark.parametrize("freedom", [1, 2, 19, 1000])
def test_student(level: float, freedom: int) -> None:
    """The quantile is SciPy's."""
    assert student_quantile(level, freedom) == pytest.approx(stats.t.ppf((1 + level) / 2, freedom))


@given(st.lists(st.lists(st.one_of(st.just(math.nan), st.floats(-5, 5)), min_size=3, max_size=3), min_size=1))
def test_means_of_what_is_known(table: list[list[float]]) -> None:
    """As plain Python has it; equal values come out as they are."""
    for found, column in zip(mean_known(np.array(table)), zip(*table, strict=True), strict=True):
        known = [value for value in column if not math.isnan(value)]
        if known:
            assert found == pytest.approx(math.fsum(known) / len(known), abs=1e-12)
        else:
            assert math.isnan(found)
    assert mean_known(np.full(7, 0.1)) == 0.1
