"""Strategies compared split by split."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from f1tools.core.counts import FloatArray
from f1tools.core.metrics import Metric
from f1tools.repeats import (
    ChoiceName,
    CorrectedInterval,
    default_reference,
    differences,
    gains,
    mean_objective,
    mean_ranks,
    outcomes,
    results_frame,
)
from tests.repeats.builders import NAN, ROWS, build, half_width, repeated

REPEATED = repeated(6, train=True)
OUTCOMES = outcomes(REPEATED)
COLUMNS: dict[ChoiceName, str] = {
    "half": "at_0_5",
    "tuned": "tuned",
    "in_sample": "in_sample",
    "in_sample_middle": "in_sample_middle",
}


def values_of(model: str, choice: ChoiceName) -> FloatArray:
    """Return F1 of a strategy in each repeat."""
    return OUTCOMES.results[model].choices[choice].value(OUTCOMES.objective)


def reference_interval(values: FloatArray, level: float = 0.95) -> tuple[float, float, float]:
    """Compute the mean and its corrected interval over the six repeats of 40 training and 24 test rows."""
    mean, margin = float(np.mean(values)), np.std(values, ddof=1) * math.sqrt(1 / 6 + 24 / 40)
    margin *= stats.t.ppf((1 + level) / 2, 5)
    return mean, mean - margin, mean + margin


def numbers(interval: CorrectedInterval) -> tuple[float, float, float]:
    return interval.mean, interval.low, interval.high


@pytest.mark.parametrize(
    ("choice", "reference_choice", "others"),
    [
        ("tuned", "tuned", ["score_noise", "score_ranknet"]),
        ("half", "tuned", ["score_noise"]),
        ("in_sample", "half", ["score_noise", "score_ranknet"]),
        ("in_sample_middle", "tuned", ["score_noise", "score_ranknet"]),
    ],
)
def test_differences_are_paired_and_simultaneous(
    choice: ChoiceName, reference_choice: ChoiceName, others: list[str]
) -> None:
    """Each of k intervals has the level 1 - 0.05 / k; strategies without the choice are left out."""
    actual = differences(OUTCOMES, "score_plain", choice, reference_choice)
    assert [(each.model, each.reference) for each in actual] == [(other, "score_plain") for other in others]
    for each in actual:
        values = values_of(each.model, choice) - values_of("score_plain", reference_choice)
        mean, low, high = reference_interval(values, 1 - 0.05 / len(others))
        assert numbers(each.interval) == pytest.approx((mean, low, high))
        assert each.resolution == pytest.approx((high - low) / 2)
        assert each.detectable == (low > 0 or high < 0)


def test_means_and_gains() -> None:
    """A single mean or gain has its own interval; gains of all strategies are simultaneous."""
    for model, result in OUTCOMES.results.items():
        for choice in result.choices:
            expected = np.clip(reference_interval(values_of(model, choice)), 0, 1)
            assert numbers(mean_objective(OUTCOMES, model, choice)) == pytest.approx(expected.tolist())
        (single,) = gains(OUTCOMES, "in_sample", "tuned", models=[model])
        values = values_of(model, "in_sample") - values_of(model, "tuned")
        assert numbers(single.interval) == pytest.approx(reference_interval(values))
    actual = gains(OUTCOMES)
    assert [(each.model, each.reference) for each in actual] == [(name,) * 2 for name in ("score_plain", "score_noise")]
    for each in actual:
        values = values_of(each.model, "tuned") - values_of(each.model, "half")
        assert numbers(each.interval) == pytest.approx(reference_interval(values, 0.975))
        (single,) = gains(OUTCOMES, models=[each.model])
        assert numbers(single.interval) == pytest.approx(reference_interval(values))
    assert gains(OUTCOMES, models=["score_ranknet"]) == ()
    assert np.isnan(numbers(mean_objective(OUTCOMES, "score_ranknet", "half"))).all()


def test_the_reference() -> None:
    """It is the strategy named plain, else the first; an unknown strategy raises."""
    assert {each.reference for each in differences(OUTCOMES)} == {"score_plain"}
    assert default_reference(("b", "Plain")) == "Plain"
    assert default_reference(("b", "plainer")) == "b"
    assert differences(OUTCOMES, "score_ranknet", "half", "half") == ()
    with pytest.raises(KeyError):
        differences(OUTCOMES, "nobody")
    with pytest.raises(KeyError):
        mean_objective(OUTCOMES, "nobody")


VALUE = st.integers(0, 4).map(lambda k: k / 4)


@given(st.integers(1, 6).flatmap(lambda k: st.lists(st.lists(VALUE, min_size=k, max_size=k), min_size=1, max_size=6)))
def test_ranks_are_those_of_scipy(table: list[list[float]]) -> None:
    """The best of a split has rank 1 and ties share the mean; a row per strategy, a column per split."""
    actual = mean_ranks(build({f"m{row}": values for row, values in enumerate(table)}))
    expected = stats.rankdata(-np.array(table), method="average", axis=0).mean(axis=1)
    assert list(actual.values()) == pytest.approx(expected.tolist())


def test_ranks_of_missing_undefined_and_nearly_equal_values() -> None:
    """Strategies without the choice are left out, undefined values rank last, rounding errors are ties."""
    assert list(mean_ranks(OUTCOMES, "half")) == ["score_plain", "score_noise"]
    assert mean_ranks(build({"a": [0.5]}), "half") == {}
    undefined = build({"a": [NAN, 0.9], "b": [0.1, 0.2], "c": [NAN, 0.1]})
    assert mean_ranks(undefined) == {"a": 1.75, "b": 1.5, "c": 2.75}
    assert mean_ranks(build({"a": [0.3], "b": [0.1 + 0.2]})) == {"a": 1.5, "b": 1.5}


def test_strategies_that_decide_alike_do_not_differ() -> None:
    """Their interval is the point 0, so no difference is detectable."""
    (each,) = differences(build({"plain": [0.5, 0.6] * 3, "same": [0.5, 0.6] * 3}))
    assert numbers(each.interval) == (0, 0, 0)
    assert not each.detectable
    assert each.resolution == 0


@pytest.mark.parametrize(
    "far", [[0.9], [0.9] * 4, [0.9, 0.91, NAN, NAN, NAN], [0.9, 0.91, 0.9, 0.92] + [NAN] * 30], ids=str
)
def test_fewer_than_five_values_detect_nothing(far: list[float]) -> None:
    """There is a mean but no interval, however large the difference and the number of splits; five values have one."""
    outcome = build({"plain": [0.1] * len(far), "far": far}, {"far": [0.2] * len(far)})
    (each,) = differences(outcome)
    assert each.interval.mean == pytest.approx(np.nanmean(far) - 0.1)
    assert not each.detectable
    assert math.isnan(each.resolution)
    for interval in (each.interval, mean_objective(outcome, "far"), gains(outcome)[0].interval):
        assert np.isnan(numbers(interval)[1:]).all()
    values = np.array([0.9, 0.91, NAN, 0.9, 0.92, 0.9])
    (each,) = differences(build({"plain": [0.1] * 6, "far": values}))
    assert each.resolution == pytest.approx(half_width(values - 0.1))
    assert each.detectable


def test_common_means_are_over_the_common_splits() -> None:
    """The difference of the means is the mean of the differences, whatever is undefined elsewhere."""
    outcome = build({"plain": [0.9, 0.95, 0.3, NAN], "x": [NAN, NAN, 0.5, 0.8]})
    (each,) = differences(outcome)
    assert (each.value, each.reference_value) == pytest.approx((0.5, 0.3))
    assert each.interval.mean == pytest.approx(0.2)
    nowhere = build({"plain": [0.9, NAN], "x": [NAN, 0.8]})
    (undefined,) = differences(nowhere)
    assert np.isnan((undefined.value, undefined.reference_value)).all()


@pytest.mark.parametrize(
    ("objective", "low", "high"),
    [("f1", 0, 1), ("npv", 0, 1), ("mcc", -1, 1), ("kappa", -1, 1), ("youden_j", -1, 1), ("lift", 0, math.inf)],
)
def test_intervals_are_clipped_to_the_range_of_the_metric(objective: str, low: float, high: float) -> None:
    """Five splits that vary over nearly the whole range exceed it at both ends; differences are not clipped."""
    top = 2 if math.isinf(high) else high
    shares = np.array([0.01, 0.99, 0.01, 0.99, 0.99])
    values = low + (top - low) * shares
    scaled = Metric(objective, objective, lambda counts: low + (top - low) * counts.tp / ROWS)
    interval = numbers(mean_objective(replace(build({"a": shares}), objective=scaled), "a"))
    assert interval == pytest.approx((np.mean(values), low, min(high, np.mean(values) + half_width(values))))
    (each,) = differences(replace(build({"plain": shares, "a": shares[::-1]}), objective=scaled))
    assert each.interval.high - each.interval.mean == pytest.approx(each.resolution)
    assert each.interval.high > top - low


def test_the_frame_has_a_row_per_strategy() -> None:
    """Its numbers are those of the functions above, NaN marks what does not apply, and no two columns share a name."""
    frame = results_frame(OUTCOMES).set_index("model")
    assert frame.index.tolist() == list(OUTCOMES.models)
    for model, result in OUTCOMES.results.items():
        row = frame.loc[model]
        for choice, name in COLUMNS.items():
            actual = [row[column] for column in (f"f1_{name}", f"f1_{name}_low", f"f1_{name}_high", f"rank_{name}")]
            rank = mean_ranks(OUTCOMES, choice).get(model, NAN)
            expected = [*numbers(mean_objective(OUTCOMES, model, choice)), rank]
            assert actual == pytest.approx(expected, nan_ok=True)
        tuned = result.choices["tuned"]
        assert row["threshold"] == pytest.approx(np.mean(tuned.threshold))
        assert row["roc_auc"] == pytest.approx(np.mean(result.roc_auc))
        assert row["precision"] == pytest.approx(np.mean(tuned.counts.tp / tuned.counts.flagged()))
        assert row["recall"] == pytest.approx(np.mean(tuned.counts.tp / tuned.counts.positives()))
    for other in differences(OUTCOMES):
        row = frame.loc[other.model]
        actual = [row["difference"], row["difference_low"], row["difference_high"]]
        assert actual == pytest.approx(numbers(other.interval))
        assert row["detectable"] == other.detectable
    assert frame.loc["score_plain", ["difference", "difference_low"]].isna().all()
    assert not frame.loc["score_plain", "detectable"]
    precision = results_frame(outcomes(REPEATED, "precision"), "score_noise")
    assert precision.columns.is_unique
    assert precision["precision_tuned"].tolist() == pytest.approx(precision["precision"].tolist())
    assert precision["difference"].isna().tolist() == [False, True, False]
