"""What is said where a metric is undefined in some splits, as precision where nothing is flagged."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from f1tools.repeats import RepeatedPredictions, differences, findings, outcomes
from f1tools.repeats.telling import gap
from tests.repeats.making import made

NAN = math.nan


def written(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def between(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Write the difference of two means as these are written."""
    return written(round(float(np.mean(ours)), 3) - round(float(np.mean(theirs)), 3))


def interval(values: Sequence[float]) -> str:
    """Write the ends of the interval of the mean of what is known."""
    known = np.array([value for value in values if not math.isnan(value)])
    share = 1 / known.size + 3 / 7
    half = stats.t.ppf(0.975, known.size - 1) * math.sqrt(share) * np.std(known, ddof=1)
    return f"{written(known.mean() - half)} to {written(known.mean() + half)}"


def test_a_difference_and_its_interval_are_of_the_same_splits() -> None:
    """Where the other strategy is better in each split that tells, it is, whatever plain training reaches elsewhere."""
    plain = [0.3, 0.31, 0.29, 0.3, 0.3, 0.32] + [0.98] * 14
    other = [0.5, 0.5, 0.5, 0.5, 0.51, 0.5] + [NAN] * 14
    found = findings(made({"plain": plain, "x": other}, {"plain": plain}))
    moved = np.array(other[:6]) - plain[:6]
    assert found.headline == (
        "With every strategy at its own tuned threshold, x is detectably better than plain training (F1 "
        f"{np.mean(plain[:6]):.3f}): {between(other[:6], plain[:6])} "
        f"(95% interval {interval(moved.tolist())})."
    )
    assert found.details[-1] == (
        "F1 is undefined in some splits of x: differences are taken over the splits where both have a value."
    )


def test_too_few_values_are_told_as_chance() -> None:
    """As many splits as there may be, where both strategies have a value in only two."""
    found = findings(made({"plain": [0.9] * 20, "x": [0.5, 0.6] + [NAN] * 18}))
    assert found.headline == (
        "Fewer than 5 of 20 splits give both a value, too few to tell a difference from chance: at tuned thresholds x "
        "differs by −0.350 from plain training (F1 0.900). Take more splits to learn more."
    )
    never = findings(made({"plain": [0.9] * 20, "x": [NAN] * 20})).headline
    assert "at tuned thresholds plain training reaches F1 0.900." in never


def test_tuning_is_told_over_the_splits_where_both_thresholds_have_a_value() -> None:
    """From and to are means over these, so that they add up."""
    tuned, half = [0.9, 0.5, 0.52, 0.5, 0.51, 0.5], [NAN, 0.3, 0.3, 0.31, 0.3, 0.3]
    found = findings(made({"plain": tuned}, {"plain": half}))
    moved = np.subtract(tuned[1:], half[1:])
    assert found.details[0] == (
        f"Choosing the threshold detectably improves plain training: from F1 {np.mean(half[1:]):.3f} at 0.5 to "
        f"{np.mean(tuned[1:]):.3f}, {between(tuned[1:], half[1:])} "
        f"(95% interval {interval(moved.tolist())})."
    )
    assert found.details[-1].startswith("F1 is undefined in some splits of plain training: ")
    nowhere = findings(made({"plain": [0.9] * 5}, {"plain": [NAN] * 5})).details
    assert not any("Choosing" in each for each in nowhere)


VALUES = st.lists(st.one_of(st.just(NAN), st.integers(0, 10_000).map(lambda k: k / 10_000)), min_size=6, max_size=6)


@settings(max_examples=60)
@given(VALUES, VALUES)
def test_what_is_written_lies_within_its_interval(plain: list[float], other: list[float]) -> None:
    """Whatever is undefined where, and however narrow the interval is."""
    some = made({"plain": plain, "x": other})
    (each,) = differences(some)
    text = gap(some, each)
    if math.isnan(each.interval.mean):
        assert text == "n/a"
    else:
        number = float(text.replace("−", "-").replace("±", ""))
        assert number == pytest.approx(each.interval.mean, abs=0.0011)
        if not math.isnan(each.interval.low):
            assert each.interval.low - 0.00051 <= number <= each.interval.high + 0.00051
    for said in (findings(some).headline, *findings(some).details):
        assert not re.search(r"nan\b|n/a \(", said)


def test_precision_of_a_strategy_that_flags_hardly_ever() -> None:
    """From rows to sentences: nothing flagged in 18 of 20 tests."""
    rng = np.random.default_rng(3)
    rows = 40
    y_true = np.tile(np.arange(rows) < 12, 40)
    part = np.repeat(["tune", "test"] * 20, rows)
    repeat = np.repeat(np.arange(20), 2 * rows)
    plain = np.clip(0.3 * y_true + 0.7 * rng.random(y_true.size), 0, 1).round(2)
    rare = np.where((part == "test") & (repeat > 1), 0.1, plain)
    repeated = RepeatedPredictions.from_arrays(y_true, {"plain": plain, "rare": rare}, repeat, part)
    some = outcomes(repeated, "precision")
    assert np.isnan(some.of("rare").tuned.value(some.objective)).sum() >= 16
    found = findings(some)
    assert found.headline.startswith("Fewer than 5 of 20 splits give both a value, too few to tell")
    assert "Precision is undefined in some splits of rare: " in found.details[-1]
