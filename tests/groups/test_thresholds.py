"""Thresholds of groups: the highest F-beta by brute force, with and without parity; what own thresholds gain."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from f1tools import InvalidPredictions, Predictions, decide, own_thresholds, parity_thresholds
from f1tools.groups.gain import _deal
from f1tools.groups.grouping import ScoredRows, grouping
from f1tools.groups.thresholds import _best_low, _Terms, _window_maxima
from tests.groups.data import Cases, cases, sample

RATES = ("recall", "false_positive_rate", "predicted_positive_rate")
METRICS: list[tuple[str, float | None]] = [("f1", None), ("fbeta", 2.0), ("fbeta", 0.5), ("jaccard", None)]


def exact_metric(name: str, beta: float | None, tp: int, fp: int, fn: int) -> Fraction:
    if name == "jaccard":
        return Fraction(tp, tp + fp + fn)
    weight = Fraction(1 if beta is None else beta) ** 2
    return (1 + weight) * tp / ((1 + weight) * tp + fp + weight * fn)


def cells(y_true: NDArray[Any], flagged: NDArray[Any]) -> tuple[int, int, int, int]:
    """Return TP, FP, FN and TN."""
    masks = (y_true & flagged, ~y_true & flagged, y_true & ~flagged, ~y_true & ~flagged)
    tp, fp, fn, tn = (int(each.sum()) for each in masks)
    return tp, fp, fn, tn


def exact_rate(rate: str, tp: int, fp: int, fn: int, tn: int) -> Fraction:
    if rate == "recall":
        return Fraction(tp, tp + fn)
    return Fraction(fp, fp + tn) if rate == "false_positive_rate" else Fraction(tp + fp, tp + fp + fn + tn)


def brute_force(some: Cases, name: str, beta: float | None, rate: str, tolerance: Fraction) -> Fraction:
    """Return the highest value over all combinations of thresholds whose rates differ by at most the tolerance."""
    choices = []
    for each in np.unique(some.group):
        y_true, score = some.y_true[some.group == each], some.score[some.group == each]
        found = [cells(y_true, score >= threshold) for threshold in [np.inf, *np.unique(score)]]
        choices.append([(exact_rate(rate, *one), one[:3]) for one in found])
    highest = Fraction(0)
    for chosen in itertools.product(*choices):
        values = [each for each, _ in chosen]
        if max(values) - min(values) <= tolerance:
            tp, fp, fn = (sum(counts) for counts in zip(*(one for _, one in chosen), strict=True))
            highest = max(highest, exact_metric(name, beta, tp, fp, fn))
    return highest


@settings(max_examples=50)
@given(cases(), st.sampled_from(METRICS), st.sampled_from(RATES), st.integers(0, 20))
def test_parity_is_optimal(some: Cases, objective: tuple[str, float | None], rate: Any, twentieths: int) -> None:
    """Brute force finds no better thresholds, to the last count, and the rates are within the tolerance."""
    name, beta = objective
    predictions = some.predictions()
    decision = decide(predictions.curves(), name, beta=beta)
    tolerance = Fraction(twentieths, 20)
    found = parity_thresholds(predictions, decision, rate=rate, tolerance=float(tolerance), min_rows=1)
    thresholds = np.array([found.parity.thresholds[each] for each in some.group])
    flagged = some.score >= thresholds
    value = exact_metric(name, beta, *cells(some.y_true, flagged)[:3])
    assert value == brute_force(some, name, beta, rate, tolerance)
    groups = [some.group == each for each in np.unique(some.group)]
    rates = [exact_rate(rate, *cells(some.y_true[rows], flagged[rows])) for rows in groups]
    assert max(rates) - min(rates) <= tolerance
    assert found.parity.value == pytest.approx(float(value))
    assert found.parity.gap == pytest.approx(float(max(rates) - min(rates)))
    assert found.own.value == pytest.approx(float(brute_force(some, name, beta, rate, Fraction(1))))
    assert found.cost_against_own >= -1e-12


@settings(max_examples=20)
@given(cases(), st.sampled_from(RATES))
def test_a_larger_tolerance_costs_less(some: Cases, rate: Any) -> None:
    """The value never falls as the tolerance grows; with 1 it is that of own thresholds."""
    predictions = some.predictions()
    decision = decide(predictions.curves())
    found = [
        parity_thresholds(predictions, decision, rate=rate, tolerance=each, min_rows=1) for each in (0, 0.2, 0.5, 1)
    ]
    values = [each.parity.value for each in found]
    assert all(after >= before - 1e-12 for before, after in itertools.pairwise(values))
    assert values[-1] == pytest.approx(found[0].own.value)
    assert found[0].own.value >= found[0].common.value - 1e-12


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=12), st.data())
def test_window_maxima(values: list[int], data: st.DataObject) -> None:
    """The maxima of windows are those of Python's ``max``."""
    bound = st.integers(0, len(values))
    windows = data.draw(st.lists(st.tuples(bound, bound), min_size=1, max_size=8))
    start, end = (np.array(each, dtype=np.intp) for each in zip(*windows, strict=True))
    found = _window_maxima(np.array(values, dtype=np.float64), start, end)
    assert found.tolist() == [max(values[a:b], default=-np.inf) for a, b in windows]


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 400), st.sampled_from([0.0, 0.03, 0.3, 1.0]))
def test_windows_are_ruled_out_only_where_they_are_worse(seed: int, most: int, tolerance: float) -> None:
    """The search finds the last of the best windows, which trying all of them one by one finds as well."""
    rng = np.random.default_rng(seed)
    rates = [np.sort(np.append(0, rng.integers(0, 65, rng.integers(1, most + 1)))) / 64 for _ in range(3)]
    gains = [rng.integers(-9, 10, each.size).astype(np.float64) for each in rates]
    terms = [_Terms(gain, gain, rate) for gain, rate in zip(gains, rates, strict=True)]
    lows = np.unique(np.concatenate(rates))
    sums = []
    for low in lows:
        windows = [gain[(low <= rate) & (rate <= low + tolerance)] for gain, rate in zip(gains, rates, strict=True)]
        sums.append(sum(each.max(initial=-np.inf) for each in windows))
    assert _best_low(terms, gains, lows, tolerance) == max(lows[np.array(sums) == max(sums)])


def test_weights_are_repeated_rows() -> None:
    """Whole weights give the same thresholds as repeated rows."""
    plain = sample(120)
    weight = np.random.default_rng(1).integers(1, 4, plain.n)
    y_true, score, group = (np.repeat(each, weight) for each in (plain.y_true, plain.scores["score"], plain.group))  # type: ignore[arg-type]
    weighted = Predictions.from_arrays(
        plain.y_true, plain.scores["score"], sample_weight=weight.astype(float), group=plain.group
    )
    repeated = Predictions.from_arrays(y_true, score, group=group)
    one, two = (
        parity_thresholds(each, decide(each.curves()), tolerance=0.1, min_rows=1) for each in (weighted, repeated)
    )
    assert one.parity.thresholds == two.parity.thresholds
    assert one.parity.value == pytest.approx(two.parity.value)


def test_rows_without_a_score_are_never_flagged() -> None:
    """They count as positives and negatives of their group; a group without any score keeps the common threshold."""
    y_true = [1, 0, 1, 0, 1, 0, 1, 0]
    score = [0.9, 0.1, -np.inf, 0.2, 0.5, 0.1, -np.inf, -np.inf]
    predictions = Predictions.from_arrays(y_true, score, group=list("aaaabbcc"))
    found = parity_thresholds(predictions, decide(predictions.curves()), tolerance=0.0, min_rows=1)
    assert found.fixed == ("c",)
    assert found.parity.rates["a"] in (0.0, 0.5)
    assert found.parity.gap == 0


def test_small_groups_keep_the_common_threshold() -> None:
    predictions = sample(300)
    group = np.where(np.arange(300) < 12, "tiny", predictions.group)  # type: ignore[arg-type]
    decision = decide(predictions.curves())
    parity = parity_thresholds(predictions, decision, group)
    own = own_thresholds(predictions, decision, group)
    assert parity.fixed == own.fixed == ("tiny",)
    assert parity.parity.thresholds["tiny"] == decision.point.threshold
    assert own.thresholds["tiny"] == own.common_threshold


def test_thresholds_of_the_tuning_set_are_judged_on_the_evaluation_set() -> None:
    """Gain and costs are differences of scikit-learn's F1 on the evaluation set."""
    predictions = sample(roles=True)
    decision = decide(predictions.curves())
    own = own_thresholds(predictions, decision)
    parity = parity_thresholds(predictions, decision)
    judged = predictions.evaluation_set
    names = ["(no value)" if each == "" else each for each in judged.group.tolist()]  # type: ignore[union-attr]

    def value(thresholds: Any) -> float:
        flagged = judged.scores["score"] >= np.array([thresholds[each] for each in names])
        return float(f1_score(judged.y_true, flagged))

    common = dict.fromkeys(own.thresholds, own.common_threshold)
    assert own.evaluated_on == "evaluation set"
    assert (own.own_value, own.common_value) == pytest.approx((value(own.thresholds), value(common)))
    assert parity.cost == pytest.approx(parity.common.value - value(parity.parity.thresholds))
    assert own.in_sample >= 0
    assert not parity.in_sample
    for name, of_group in own.own_by_group.items():
        rows = np.array(names) == name
        flagged = judged.scores["score"][rows] >= own.thresholds[name]
        assert of_group.value == pytest.approx(f1_score(judged.y_true[rows], flagged))
        assert (of_group.counts.tp, of_group.counts.fp) == cells(judged.y_true[rows], flagged)[:2]


def best_by_trying(y_true: NDArray[Any], score: NDArray[Any], groups: list[NDArray[Any]]) -> list[float]:
    """Return one threshold per group with the highest F1 together, by trying all; the lowest of equally good ones."""
    every = [np.unique(score[rows]) for rows in groups]
    found = {}
    for chosen in itertools.product(*every):
        flagged = np.zeros(score.size, np.bool_)
        for rows, threshold in zip(groups, chosen, strict=True):
            flagged |= rows & (score >= threshold)
        found[chosen] = exact_metric("f1", None, *cells(y_true, flagged)[:3])
    highest = max(found.values())
    return [min(each) for each in zip(*(chosen for chosen, value in found.items() if value == highest), strict=True)]


def test_cross_fitting_by_trying_all_thresholds() -> None:
    """The rows of a fold get the thresholds that are best on the others; F1 is scikit-learn's over all rows."""
    rng = np.random.default_rng(5)
    y_true, group = np.tile([True, False, True, False, False], 8), np.repeat([0, 1], 20)
    score = np.round(rng.normal(y_true + group), 1)
    predictions = Predictions.from_arrays(y_true, score, group=group)
    found = own_thresholds(predictions, decide(predictions.curves()), min_rows=1, n_folds=2, n_repeats=2)
    rows, dealing = ScoredRows.of(predictions, "score", grouping(predictions)), np.random.default_rng(0)
    common, own = [], []
    for _ in range(2):
        fold = _deal(rows, 2, dealing)
        flagged = np.zeros((2, 40), np.bool_)
        for held in (fold == 0, fold == 1):
            everyone, of_groups = [~held], [~held & (group == 0), ~held & (group == 1)]
            assert [y_true[each].sum() for each in of_groups] == [4, 4]
            (threshold,) = best_by_trying(y_true[~held], score[~held], [each[~held] for each in everyone])
            thresholds = best_by_trying(y_true[~held], score[~held], [each[~held] for each in of_groups])
            flagged[0, held] = score[held] >= threshold
            flagged[1, held] = score[held] >= np.array(thresholds)[group[held]]
        common.append([f1_score(y_true[each], flagged[0][each]) for each in (slice(None), group == 0, group == 1)])
        own.append([f1_score(y_true[each], flagged[1][each]) for each in (slice(None), group == 0, group == 1)])
    for value, by_group, expected in (
        (found.common_value, found.common_by_group, common),
        (found.own_value, found.own_by_group, own),
    ):
        assert [value, *(each.value for each in by_group.values())] == pytest.approx(np.mean(expected, axis=0))
        assert all(each.counts.positives() == 8 and each.counts.negatives() == 12 for each in by_group.values())


@pytest.mark.parametrize(("shift", "gains"), [(0.0, False), (3.0, True)])
def test_own_thresholds_gain_where_groups_differ(shift: float, *, gains: bool) -> None:
    """On new rows they gain much where the scores of a group are shifted, and nothing where they are not."""
    rng = np.random.default_rng(3)
    group, y_true = rng.integers(0, 2, 600), rng.random(600) < 0.3
    predictions = Predictions.from_arrays(y_true, rng.normal(size=600) + 2 * y_true + shift * group, group=group)
    found = own_thresholds(predictions, decide(predictions.curves()))
    assert (found.interval.low > 0) == gains
    assert found.interval.low <= found.gain <= found.interval.high
    assert found.gain < found.in_sample  # which is optimistic


def test_copies_of_rows_in_two_groups_have_one_threshold() -> None:
    """Two groups with the same rows have the same best thresholds, the common one, and nothing to gain in sample."""
    one = sample(150)
    y_true, score = np.tile(one.y_true, 2), np.tile(one.scores["score"], 2)
    predictions = Predictions.from_arrays(y_true, score, group=np.repeat(["a", "b"], one.n))
    found = own_thresholds(predictions, decide(predictions.curves()))
    assert set(found.thresholds.values()) == {found.common_threshold}
    assert found.in_sample == 0


def test_options_out_of_range() -> None:
    predictions = sample(60)
    decision, by_mcc = decide(predictions.curves()), decide(predictions.curves(), "mcc")
    with pytest.raises(ValueError, match="for f1, fbeta, jaccard, not for mcc"):
        parity_thresholds(predictions, by_mcc)
    with pytest.raises(ValueError, match="not for mcc"):
        own_thresholds(predictions, by_mcc)
    with pytest.raises(ValueError, match="tolerance from 0 to 1"):
        parity_thresholds(predictions, decision, tolerance=1.5)
    with pytest.raises(ValueError, match="2 folds"):
        own_thresholds(predictions, decision, n_folds=1)
    with pytest.raises(InvalidPredictions, match="no groups"):
        own_thresholds(Predictions.from_arrays([1, 0], [0.5, 0.4]), decision)
