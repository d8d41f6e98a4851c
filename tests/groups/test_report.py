"""Metrics by group: equal to scikit-learn and fairlearn; intervals and gaps."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from fairlearn import metrics as fairlearn
from hypothesis import given, settings
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn import metrics

from f1tools import ConfusionCounts, OperatingPoint, Predictions, by_group, decide, metric_interval
from f1tools.core.optimum import best
from f1tools.groups import GroupReport
from f1tools.groups.gaps import gaps
from tests.groups.data import Cases, cases, sample

SCORES: dict[str, Callable[..., float]] = {
    "predicted_positive_rate": fairlearn.selection_rate,
    "precision": metrics.precision_score,
    "recall": metrics.recall_score,
    "false_positive_rate": fairlearn.false_positive_rate,
    "f1": metrics.f1_score,
}


def flagged_rows(predictions: Predictions, report: GroupReport) -> tuple[Any, Any, Any, Any]:
    """Return labels, decisions, weights and groups of the evaluation set."""
    judged = predictions.evaluation_set
    flagged = judged.scores["score"] >= report.decision.point.threshold
    weight = np.ones(judged.n) if judged.sample_weight is None else judged.sample_weight
    group = np.where(judged.group == "", "(no value)", judged.group)  # type: ignore[arg-type]
    return judged.y_true, flagged, weight, group


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("roles", [False, True])
def test_metrics_are_those_of_scikit_learn_and_fairlearn(*, weighted: bool, roles: bool) -> None:
    """Each group equals fairlearn's ``MetricFrame``, and all others scikit-learn on the other rows."""
    predictions = sample(weighted=weighted, roles=roles)
    report = by_group(predictions, decide(predictions.curves()))
    y_true, flagged, weight, group = flagged_rows(predictions, report)
    frame = fairlearn.MetricFrame(
        metrics=SCORES, y_true=y_true, y_pred=flagged, sensitive_features=group,
        sample_params={name: {"sample_weight": weight} for name in SCORES},
    )  # fmt: skip
    assert [each.name for each in report.groups] == ["north", "south", "(no value)"]
    for each in report.groups:
        rest = group != each.name
        assert (each.rows.n, each.rows.n_pos) == ((~rest).sum(), y_true[~rest].sum())
        assert each.rows.n + each.others.n == y_true.size
        prevalence = np.average(y_true[~rest], weights=weight[~rest])
        assert each.rows.values["prevalence"] == pytest.approx(prevalence)
        for name, score in SCORES.items():
            assert each.rows.values[name] == pytest.approx(frame.by_group.loc[each.name, name])
            right = score(y_true[rest], flagged[rest], sample_weight=weight[rest])
            assert each.others.values[name] == pytest.approx(right)


def test_intervals() -> None:
    """Proportions have Wilson's interval, F1 that of the same counts."""
    predictions = sample()
    report = by_group(predictions, decide(predictions.curves()))
    y_true, flagged, _, group = flagged_rows(predictions, report)
    for each in report.groups:
        rows = group == each.name
        tn, fp, fn, tp = metrics.confusion_matrix(y_true[rows], flagged[rows]).ravel().tolist()
        trials = {
            "prevalence": (tp + fn, rows.sum()), "predicted_positive_rate": (tp + fp, rows.sum()),
            "precision": (tp, tp + fp), "recall": (tp, tp + fn), "false_positive_rate": (fp, fp + tn),
        }  # fmt: skip
        for name, (good, n) in trials.items():
            right = binomtest(int(good), int(n)).proportion_ci(method="wilson")
            assert [each.rows.intervals[name].low, each.rows.intervals[name].high] == pytest.approx([*right])
        f1 = metric_interval("f1", ConfusionCounts(tn, fp, fn, tp))
        assert f1 is not None
        assert (each.rows.intervals["f1"].low, each.rows.intervals["f1"].high) == (f1.low, f1.high)


def fairlearn_gaps(y_true: Any, flagged: Any, group: Any) -> dict[str, float]:
    more = {"sensitive_features": group}
    return {
        name: getattr(fairlearn, name)(y_true, flagged, **more)
        for name in (
            "demographic_parity_difference", "demographic_parity_ratio", "equalized_odds_difference",
            "equalized_odds_ratio", "equal_opportunity_difference", "equal_opportunity_ratio",
        )
    }  # fmt: skip


def test_gaps_are_those_of_fairlearn() -> None:
    predictions = sample()
    report = by_group(predictions, decide(predictions.curves()))
    y_true, flagged, _, group = flagged_rows(predictions, report)
    for name, value in fairlearn_gaps(y_true, flagged, group).items():
        assert getattr(report, name) == pytest.approx(value)
    precision = fairlearn.MetricFrame(
        metrics=metrics.precision_score, y_true=y_true, y_pred=flagged, sensitive_features=group
    )
    assert report.gaps["precision"].difference == pytest.approx(precision.difference())
    assert report.gaps["precision"].ratio == pytest.approx(precision.ratio())
    assert report.gaps["precision"].highest == precision.by_group.idxmax()


def rates(some: Cases, flagged: NDArray[np.bool_]) -> dict[str, list[float]]:
    """Return recall, false-positive rate and share flagged of each group."""
    rows = [some.group == each for each in np.unique(some.group)]
    return {
        "recall": [float(flagged[each & some.y_true].mean()) for each in rows],
        "false_positive_rate": [float(flagged[each & ~some.y_true].mean()) for each in rows],
        "predicted_positive_rate": [float(flagged[each].mean()) for each in rows],
    }


@settings(max_examples=40)
@given(cases())
def test_laws_of_gaps(some: Cases) -> None:
    """A gap is max - min over all groups and lies in its interval; probabilities are probabilities."""
    predictions = some.predictions()
    report = by_group(predictions, decide(predictions.curves(), threshold=2.5), min_rows=1, n_resamples=20)
    for name, values in rates(some, some.score >= 2.5).items():
        assert report.gaps[name].difference == pytest.approx(max(values) - min(values))
    for gap in report.gaps.values():
        if math.isnan(gap.difference):
            assert gap.rate == "precision"  # fewer than two groups have flagged rows
            continue
        assert 0 <= gap.interval.low <= gap.difference <= gap.interval.high <= 1
        assert 0 < gap.p_value <= 1
        assert 0 <= gap.by_chance <= 1


def test_chance_is_a_permutation_test() -> None:
    """The probability of the gap is that over all ways to deal the flagged positives to two groups."""
    y_true, group = [True] * 12 + [False] * 2, ["a"] * 7 + ["b"] * 5 + ["a", "b"]
    flagged = [1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0]
    predictions = Predictions.from_arrays(y_true, flagged, group=group)
    report = by_group(predictions, decide(predictions.curves(), threshold=1), min_rows=1, n_resamples=20_000)
    gap, dealt = report.gaps["recall"], []
    for places in combinations(range(12), 8):
        in_a = sum(place < 7 for place in places)
        dealt.append(abs(in_a / 7 - (8 - in_a) / 5))
    assert gap.difference == pytest.approx(6 / 7 - 2 / 5)
    assert gap.p_value == pytest.approx(np.mean(np.array(dealt) >= gap.difference - 1e-9), abs=0.015)
    assert gap.by_chance == pytest.approx(np.mean(dealt), abs=0.01)


def test_the_interval_of_a_gap_includes_none() -> None:
    """With four equal groups the interval excludes 0 in about 5% of samples, although the gap is never 0."""
    rng, n, excluded = np.random.default_rng(0), 60, 0
    for _ in range(200):
        points = [
            OperatingPoint(0.5, ConfusionCounts(tn=0, fp=0, fn=n - hits, tp=hits))
            for hits in rng.binomial(n, 0.6, size=4).tolist()
        ]
        options = {"min_rows": 1, "n_resamples": 300, "random_state": 0}
        recall, *_ = gaps("abcd", points, confidence_level=0.95, **options)
        excluded += recall.interval.low > 0
    assert excluded <= 21  # of 200 at 5%, with a probability of .999


def test_two_groups_have_newcombes_interval() -> None:
    """Of two groups there is one difference: nothing is widened, except for the noise of the resamples."""
    y_true = [True] * 90 + [False] * 2
    flagged = [1] * 36 + [0] * 14 + [1] * 15 + [0] * 25 + [0, 0]
    group = ["a"] * 50 + ["b"] * 40 + ["a", "b"]
    predictions = Predictions.from_arrays(y_true, flagged, group=group)
    report = by_group(predictions, decide(predictions.curves(), threshold=1), n_resamples=50_000)
    (low_a, high_a), (low_b, high_b) = (binomtest(k, n).proportion_ci(method="wilson") for k, n in ((36, 50), (15, 40)))
    low = 0.72 - 0.375 - math.hypot(0.72 - low_a, high_b - 0.375)
    high = 0.72 - 0.375 + math.hypot(high_a - 0.72, 0.375 - low_b)
    interval = report.gaps["recall"].interval
    assert [interval.low, interval.high] == pytest.approx([low, high], abs=0.005)


@pytest.mark.parametrize("roles", [False, True])
def test_own_thresholds_of_groups(*, roles: bool) -> None:
    """The own threshold is the best one of the group's tuning rows, its value that on its evaluation rows."""
    predictions = sample(roles=roles)
    report = by_group(predictions, decide(predictions.curves()))
    for each in report.groups:
        label = "" if each.name == "(no value)" else each.name
        tuning, judged = (
            rows.subset(rows.group == label) for rows in (predictions.tuning_set, predictions.evaluation_set)
        )
        assert each.own_threshold == best(tuning.curve()).point.threshold
        right = metrics.f1_score(judged.y_true, judged.scores["score"] >= each.own_threshold)
        assert each.own_value == pytest.approx(right)


def test_sizes() -> None:
    """Below 30 rows of a class a group is marked, below 10 it has no threshold of its own and no part in gaps."""
    sizes = {"a": (30, 40), "b": (29, 40), "c": (40, 10), "d": (9, 40), "e": (0, 5)}
    y_true = [label for n_pos, n_neg in sizes.values() for label in [1] * n_pos + [0] * n_neg]
    group = [name for name, each in sizes.items() for _ in range(sum(each))]
    score = np.random.default_rng(0).normal(size=len(group))
    predictions = Predictions.from_arrays(y_true, score, group=group)
    report = by_group(predictions, decide(predictions.curves()))
    assert [each.size for each in report.groups] == ["enough", "few", "few", "too few", "too few"]
    assert [each.own_threshold is None for each in report.groups] == [False, False, False, True, True]
    assert report.gaps["recall"].left_out == ("d", "e")
    assert report.gaps["false_positive_rate"].left_out == ("e",)
    assert math.isnan(report.groups[-1].rows.values["recall"])
    assert report.groups[-1].rows.intervals["recall"].text == "n/a"


@pytest.mark.parametrize("weight", [None, np.linspace(0.5, 2, 120)])
def test_two_resamples_are_the_fewest(weight: NDArray[np.float64] | None) -> None:
    """One resample has no spread: it is refused, and two give an interval around the gap without a warning."""
    y_true = np.arange(120) % 3 == 0
    score, group = np.sin(np.arange(120)), list("abc" * 20 + "d" * 60)
    predictions = Predictions.from_arrays(y_true, score, sample_weight=weight, group=group)
    decision = decide(predictions.curves(), threshold=0.0)
    with pytest.raises(ValueError, match="n_resamples must be at least 2, got 1"):
        by_group(predictions, decision, n_resamples=1)
    for gap in by_group(predictions, decision, min_rows=1, n_resamples=2).gaps.values():
        assert gap.interval.low <= gap.difference <= gap.interval.high


def test_one_group_has_no_gap() -> None:
    predictions = Predictions.from_arrays([1, 0, 1, 0], [0.9, 0.1, 0.4, 0.6], group=["a"] * 4)
    report = by_group(predictions, decide(predictions.curves()), min_rows=1)
    assert [math.isnan(each.difference) for each in report.gaps.values()] == [True] * 4
    assert math.isnan(report.groups[0].others.values["recall"])


def test_the_frame_has_all_numbers() -> None:
    predictions = sample(weighted=True)
    report = by_group(predictions, decide(predictions.curves(), "mcc"))
    frame = report.frame().set_index("group")
    for each in report.groups:
        row = frame.loc[each.name]
        assert (row["n"], row["recall"], row["mcc"]) == (
            each.rows.n, each.rows.values["recall"], each.rows.values["mcc"]
        )  # fmt: skip
        assert (row["recall_low"], row["precision_others"]) == (
            each.rows.intervals["recall"].low, each.others.values["precision"]
        )  # fmt: skip
        assert np.isnan(row["mcc_low"])


def test_the_same_seed_gives_the_same_numbers() -> None:
    predictions = sample()
    decision = decide(predictions.curves())
    one, two, other = (by_group(predictions, decision, random_state=seed).gaps["recall"] for seed in (1, 1, 2))
    assert (one.by_chance, one.interval.high) == (two.by_chance, two.interval.high)
    assert one.by_chance != other.by_chance
