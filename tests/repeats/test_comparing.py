"""Strategies compared, split by split."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import f1_score

from f1tools.core.metrics import Metric
from f1tools.repeats import (
    default_reference,
    differences,
    gain,
    gains,
    label,
    outcomes,
    ranks,
    reached,
    results_frame,
)
from f1tools.repeats.comparing import Difference, common_means
from f1tools.repeats.corrected import CorrectedInterval
from f1tools.repeats.cuts import CutName
from tests.repeats.making import ROWS, made, repeated

REPEATED = repeated(6, train=True)
FOUND = outcomes(REPEATED)
NAMES: dict[CutName, str] = {
    "half": "at_0_5",
    "tuned": "tuned",
    "in_sample": "in_sample",
    "in_sample_middle": "in_sample_middle",
}


def by_hand(model: str, cut: str) -> list[float]:
    """F1 of each test, by scikit-learn, at 0.5 or at the best threshold of the rows that choose."""
    values = []
    for j in range(6):
        split = REPEATED.split(j)
        threshold = 0.5
        if cut != "half":
            rows = split.tune if cut == "tuned" else split.train
            assert rows is not None
            scores = np.unique(rows.scores[model])
            tried = [(f1_score(rows.y_true, rows.scores[model] >= t), -t) for t in scores]
            threshold = -max(tried)[1]
            if cut == "in_sample_middle" and threshold > scores[0]:
                threshold = (threshold + scores[scores < threshold][-1]) / 2
        values.append(float(f1_score(split.test.y_true, split.test.scores[model] >= threshold)))
    return values


def interval_by_hand(values: list[float], level: float) -> tuple[float, float, float]:
    mean, reach = float(np.mean(values)), np.std(values, ddof=1) * math.sqrt(1 / 6 + 24 / 40)
    reach *= stats.t.ppf((1 + level) / 2, 5)
    return mean, mean - reach, mean + reach


def ends(interval: CorrectedInterval | None) -> tuple[float, float, float]:
    assert interval is not None
    return interval.mean, interval.low, interval.high


@pytest.mark.parametrize(
    ("cut", "against", "others"),
    [
        ("tuned", "tuned", ["score_noise", "score_ranknet"]),
        ("half", "tuned", ["score_noise"]),
        ("in_sample", "half", ["score_noise", "score_ranknet"]),
        ("in_sample_middle", "tuned", ["score_noise", "score_ranknet"]),
    ],
)
def test_differences_are_paired_and_hold_together(cut: CutName, against: CutName, others: list[str]) -> None:
    """Split by split, each of k with the level 1 - 0.05 / k; strategies without the cut are left out."""
    found = differences(FOUND, "score_plain", cut, against)
    assert [(each.model, each.against) for each in found] == [(other, "score_plain") for other in others]
    for each in found:
        values = np.subtract(by_hand(each.model, cut), by_hand("score_plain", against)).tolist()
        mean, low, high = interval_by_hand(values, 1 - 0.05 / len(others))
        assert ends(each.interval) == pytest.approx((mean, low, high))
        assert each.resolution == pytest.approx((high - low) / 2)
        assert each.detectable == (low > 0 or high < 0)


def test_what_is_reached_and_gained() -> None:
    """With the interval of this one number."""
    for model in FOUND.models:
        expected = interval_by_hand(by_hand(model, "tuned"), 0.95)
        assert ends(reached(FOUND, model)) == pytest.approx(np.clip(expected, 0, 1).tolist())
        values = np.subtract(by_hand(model, "in_sample"), by_hand(model, "tuned")).tolist()
        assert ends(gain(FOUND, model, "in_sample", "tuned")) == pytest.approx(interval_by_hand(values, 0.95))
    moved = np.subtract(by_hand("score_noise", "tuned"), by_hand("score_noise", "half")).tolist()
    assert ends(gain(FOUND, "score_noise")) == pytest.approx(interval_by_hand(moved, 0.95))
    assert gain(FOUND, "score_ranknet") is None
    assert reached(FOUND, "score_ranknet", "half") is None


def test_gains_of_all_hold_together() -> None:
    """One for each strategy that has both cuts."""
    found = gains(FOUND)
    assert [(each.model, each.against) for each in found] == [(name, name) for name in ("score_plain", "score_noise")]
    for each in found:
        values = np.subtract(by_hand(each.model, "tuned"), by_hand(each.model, "half")).tolist()
        assert ends(each.interval) == pytest.approx(interval_by_hand(values, 0.975))


def test_the_reference() -> None:
    """The strategy called plain, else the first; one that has no such cut has no differences, an unknown one fails."""
    assert {each.against for each in differences(FOUND)} == {"score_plain"}
    assert default_reference(("b", "Plain")) == "Plain"
    assert default_reference(("b", "plainer")) == "b"
    assert differences(FOUND, "score_ranknet", "half", "half") == ()
    with pytest.raises(KeyError):
        differences(FOUND, "nobody")
    with pytest.raises(KeyError):
        reached(FOUND, "nobody")


VALUE = st.integers(0, 4).map(lambda k: k / 4)


@given(st.integers(1, 6).flatmap(lambda k: st.lists(st.lists(VALUE, min_size=k, max_size=k), min_size=1, max_size=6)))
def test_ranks_are_those_of_scipy(table: list[list[float]]) -> None:
    """The best of a split has 1, equals share; a row a strategy, a column a split."""
    found = ranks(made({f"m{row}": values for row, values in enumerate(table)}))
    expected = stats.rankdata(-np.array(table), method="average", axis=0).mean(axis=1)
    assert list(found.values()) == pytest.approx(expected.tolist())


def test_ranks_leave_out_who_has_no_such_cut() -> None:
    """And put what is undefined last."""
    assert list(ranks(FOUND, "half")) == ["score_plain", "score_noise"]
    assert ranks(made({"a": [0.5]}), "half") == {}
    assert ranks(made({"a": [math.nan, 0.9], "b": [0.1, 0.2], "c": [math.nan, 0.1]})) == {
        "a": 1.75,
        "b": 1.5,
        "c": 2.75,
    }


def test_rounding_makes_no_ranks() -> None:
    """Values that differ in their last digit only are equal."""
    assert ranks(made({"a": [0.3], "b": [0.1 + 0.2]})) == {"a": 1.5, "b": 1.5}


def test_strategies_that_decide_alike_do_not_differ() -> None:
    """Their interval is a point at 0, and that rules nothing out."""
    (each,) = differences(made({"plain": [0.5, 0.6] * 3, "same": [0.5, 0.6] * 3}))
    assert ends(each.interval) == (0, 0, 0)
    assert not each.detectable
    assert each.resolution == 0


NAN = math.nan


@pytest.mark.parametrize(
    "far", [[0.9], [0.9] * 4, [0.9, 0.91, NAN, NAN, NAN], [0.9, 0.91, 0.9, 0.92] + [NAN] * 30], ids=str
)
def test_fewer_than_five_known_values_detect_nothing(far: list[float]) -> None:
    """However large the difference, and however many splits there are: there is a mean, and no interval."""
    some = made({"plain": [0.1] * len(far), "far": far}, {"far": [0.2] * len(far)})
    (each,) = differences(some)
    assert isinstance(each, Difference)
    assert each.interval.mean == pytest.approx(np.nanmean(far) - 0.1)
    assert not each.detectable
    assert math.isnan(each.resolution)
    for found in (each.interval, reached(some, "far"), gain(some, "far"), gains(some)[0].interval):
        assert np.isnan(ends(found)[1:]).all()


def test_five_known_values_have_an_interval() -> None:
    """Of the splits where both have a value; nothing rests on the others."""
    values = [0.9, 0.91, NAN, 0.9, 0.92, 0.9]
    (each,) = differences(made({"plain": [0.1] * 6, "far": values}))
    known = np.array(values)[~np.isnan(values)] - 0.1
    half_width = stats.t.ppf(0.975, 4) * math.sqrt(1 / 5 + 3 / 7) * np.std(known, ddof=1)
    assert each.resolution == pytest.approx(half_width)
    assert each.detectable


def test_both_sides_are_compared_where_both_have_a_value() -> None:
    """So that the difference of the two means is the mean of the differences, whatever is undefined elsewhere."""
    some = made({"plain": [0.9, 0.95, 0.3, NAN], "x": [NAN, NAN, 0.5, 0.8]})
    (each,) = differences(some)
    assert common_means(some, each) == pytest.approx((0.5, 0.3))
    assert each.interval.mean == pytest.approx(0.2)
    nowhere = made({"plain": [0.9, NAN], "x": [NAN, 0.8]})
    assert np.isnan(common_means(nowhere, differences(nowhere)[0])).all()
    assert np.isnan(common_means(some, each, "half")).all()


@pytest.mark.parametrize(
    ("objective", "low", "high"),
    [("f1", 0, 1), ("npv", 0, 1), ("mcc", -1, 1), ("kappa", -1, 1), ("youden_j", -1, 1), ("lift", 0, math.inf)],
)
def test_intervals_end_where_the_metric_does(objective: str, low: float, high: float) -> None:
    """Five splits that vary nearly from end to end reach beyond both; of differences nothing is cut off."""
    top = 2 if math.isinf(high) else high
    shares = np.array([0.01, 0.99, 0.01, 0.99, 0.99])
    values = low + (top - low) * shares
    stretched = Metric(objective, objective, lambda counts: low + (top - low) * counts.tp / ROWS)
    half_width = stats.t.ppf(0.975, 4) * math.sqrt(1 / 5 + 3 / 7) * np.std(values, ddof=1)
    found = ends(reached(replace(made({"a": shares}), objective=stretched), "a"))
    assert found == pytest.approx((np.mean(values), low, min(high, np.mean(values) + half_width)))
    (each,) = differences(replace(made({"plain": shares, "a": shares[::-1]}), objective=stretched))
    assert each.interval.high - each.interval.mean == pytest.approx(each.resolution)
    assert each.interval.high > top - low


def test_labels_are_for_people() -> None:
    """One line, no prefix, not too long, never empty."""
    assert label("score_balanced_batches") == "balanced batches"
    assert label("score_metacost") == "MetaCost"
    assert label("evil\u202e\nname") == "evil name"
    assert label("x" * 50) == "x" * 23 + "…"
    assert label("score_") == "score"
    assert label("_") == "_"


def test_the_frame_has_a_row_a_strategy() -> None:
    """Its numbers are those of the functions above; what does not apply is nan."""
    frame = results_frame(FOUND).set_index("model")
    assert frame.index.tolist() == list(FOUND.models)
    for model in FOUND.models:
        row = frame.loc[model]
        for cut, name in NAMES.items():
            if model == "score_ranknet" and cut == "half":
                assert row[[f"f1_{name}", f"f1_{name}_low", f"f1_{name}_high", f"rank_{name}"]].isna().all()
                continue
            expected = interval_by_hand(by_hand(model, cut), 0.95)
            found = [row[f"f1_{name}{end}"] for end in ("", "_low", "_high")]
            assert found == pytest.approx(np.clip(expected, 0, 1).tolist())
            assert row[f"rank_{name}"] == ranks(FOUND, cut)[model]
        each = FOUND.of(model)
        assert row["threshold"] == pytest.approx(np.mean(each.tuned.threshold))
        assert row["roc_auc"] == pytest.approx(np.mean(each.roc_auc))
        assert row["precision"] == pytest.approx(np.mean(each.tuned.counts.tp / each.tuned.counts.flagged()))
        assert row["recall"] == pytest.approx(np.mean(each.tuned.counts.tp / each.tuned.counts.positives()))
    for other in differences(FOUND):
        row = frame.loc[other.model]
        assert [row["difference"], row["difference_low"], row["difference_high"]] == pytest.approx(ends(other.interval))
        assert row["detectable"] == other.detectable
    assert frame.loc["score_plain", ["difference", "difference_low"]].isna().all()
    assert not frame.loc["score_plain", "detectable"]


def test_the_frame_names_its_objective() -> None:
    """Precision as what is asked for does not collide with precision as what is told."""
    frame = results_frame(outcomes(REPEATED, "precision"), "score_noise")
    assert frame.columns.is_unique
    assert frame["precision_tuned"].tolist() == pytest.approx(frame["precision"].tolist())
    assert frame.set_index("model")["difference"].isna().tolist() == [False, True, False]
