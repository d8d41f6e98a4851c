"""What to expect of rules on new rows: each resample by scikit-learn, and the bias of simulated samples."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.metrics import f1_score, recall_score

from f1tools.classes import Average, ClassCurves, RuleEstimates, decide_classes, estimate_rules
from f1tools.classes import resampling as module
from f1tools.classes.estimates import AVERAGES
from f1tools.core.constraints import Constraint
from f1tools.uncertainty.intervals import metric_interval
from f1tools.uncertainty.tables import deal_rows
from tests.helpers import constants


def drawn_rows(seed: int, n: int, n_resamples: int) -> NDArray[np.int64]:
    """Return how often each row is drawn in the resamples of an estimate."""
    _, rng = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(2))
    return np.array([np.bincount(rng.integers(n, size=n), minlength=n) for _ in range(n_resamples)])


def two_labels() -> ClassCurves:
    rng = np.random.default_rng(1)
    y_true = rng.random((40, 2)) < [0.5, 0.3]
    return ClassCurves.from_predictions(y_true.astype(int), ((rng.normal(size=(40, 2)) + y_true).round() + 3) / 8)


def lowest_of_the_best(
    y_true: NDArray[Any], y_score: NDArray[Any], choices: list[Any], average: Average
) -> NDArray[np.float64]:
    """Return the best thresholds by brute force, of equally good ones the lowest for each label."""
    values = [f1_score(y_true, y_score >= each, average=average, zero_division=0) for each in choices]
    best = [each for each, value in zip(choices, values, strict=True) if value >= max(values) - 1e-12]
    return np.asarray(np.min(best, axis=0))


@pytest.mark.parametrize("average", AVERAGES)
def test_each_resample_by_scikit_learn(average: Average) -> None:
    """The rows that are not drawn are decided by the best thresholds of those that are; all of them are counted.

    What the default does differently on these rows than on all is subtracted.
    """
    curves, decided = two_labels(), {"own": list[Any](), "common": list[Any](), "default": list[Any]()}
    y_true, y_score = curves.y_true, curves.y_score
    estimates = estimate_rules(decide_classes(curves, average, min_positives=0), n_resamples=3, random_state=7)
    columns = [np.append(np.unique(column), np.inf) for column in y_score.T]
    choices: dict[str, list[Any]] = {
        "own": list(map(np.array, product(*columns))),
        "common": [np.full(2, each) for each in np.append(np.unique(y_score), np.inf)],
    }
    left = []
    for times in drawn_rows(7, 40, 3):
        rows, out = np.repeat(np.arange(40), times), times == 0
        left.append(y_true[out])
        for rule, found in decided.items():
            thresholds = np.full(2, 0.5)
            if rule != "default":
                thresholds = lowest_of_the_best(y_true[rows], y_score[rows], choices[rule], average)
            found.append(y_score[out] >= thresholds)
    truth = np.concatenate(left)
    by_default = rates(truth, np.concatenate(decided.pop("default"))) - rates(y_true, y_score >= 0.5)
    n_pos, n_neg = y_true.sum(axis=0), (~y_true).sum(axis=0)
    for rule, found in decided.items():
        recall, fpr = np.clip(rates(truth, np.concatenate(found)) - by_default, 0, 1)
        tp, fp = recall * n_pos, fpr * n_neg
        each, estimate = 2 * tp / (n_pos + tp + fp), estimates.rules[rule]  # type: ignore[index]
        values = estimate.values
        assert estimate.each.tolist() == pytest.approx(each.tolist())
        assert values["macro"] == pytest.approx(each.mean())
        assert values["weighted"] == pytest.approx(np.average(each, weights=n_pos))
        assert values["micro"] == pytest.approx(2 * tp.sum() / (n_pos + tp + fp).sum())


def rates(y_true: NDArray[np.bool_], decided: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the recall and the false-positive rate of both labels."""
    positive, negative = (recall_score(each, decided, average=None) for each in (y_true, ~y_true))
    return np.array([positive, negative])


def test_the_default_is_not_tuned() -> None:
    """Its estimate is its value on these rows, and its intervals are those of thresholds that were chosen elsewhere."""
    curves = two_labels()
    decision = decide_classes(curves, min_positives=0)
    found = estimate_rules(decision, n_resamples=400).rules["default"]
    np.testing.assert_allclose(found.each, f1_score(curves.y_true, curves.y_score >= 0.5, average=None))
    for average in AVERAGES:
        assert found.optimism(average) == pytest.approx(0, abs=1e-12)
    interval = metric_interval("f1", decision.rules["default"].counts)
    assert interval is not None
    np.testing.assert_allclose(found.each_interval.low, interval.low)
    np.testing.assert_allclose(found.each_interval.high, interval.high)


def simulated(seed: int, prevalence: Any, distance: float, n: int = 1000) -> ClassCurves:
    """Draw labels of given shares; the scores of those without are standard normal, as shares of that distribution."""
    rng = np.random.default_rng(seed)
    y_true = rng.random((n, len(prevalence))) < prevalence
    y_true[0], y_true[1] = True, False
    return ClassCurves.from_predictions(y_true.astype(int), norm.cdf(rng.normal(size=y_true.shape) + distance * y_true))


def test_less_biased_than_the_value_on_these_rows() -> None:
    """In samples with few positives the estimate is near the true value on average, which is known in closed form."""
    prevalence, distance, gaps = np.array([0.01, 0.02, 0.05, 0.1, 0.3]), 1.5, []
    for seed in range(20):
        decision = decide_classes(simulated(seed, prevalence, distance), min_positives=0)
        found = estimate_rules(decision, n_resamples=40, random_state=seed).rules["own"]
        thresholds = norm.ppf(np.asarray(found.rule.thresholds))
        tp = prevalence * norm.sf(thresholds - distance)
        flagged = tp + (1 - prevalence) * norm.sf(thresholds)
        truth = float(np.mean(2 * tp / (prevalence + flagged)))
        gaps.append((found.rule.value("macro") - truth, found.values["macro"] - truth))
    of_apparent, of_estimate = np.mean(gaps, axis=0)
    assert of_apparent > 0.03
    assert abs(of_estimate) < of_apparent / 3


def test_many_rows_are_dealt_into_blocks() -> None:
    """With blocks of rows and binned thresholds the estimates are nearly those of the rows."""
    decision = decide_classes(simulated(2, [0.3, 0.1, 0.05], 2.0, n=3000))
    rows = estimate_rules(decision)
    with constants(module, FEW_ROWS=1000, _MAX_CANDIDATES=64, _FEWEST_CANDIDATES=8, deal_rows=_in_blocks):
        blocks = estimate_rules(decision)
    for rule, found in blocks.rules.items():
        interval, other = (each.rules[rule].intervals["macro"] for each in (blocks, rows))
        assert found.values["macro"] == pytest.approx(rows.rules[rule].values["macro"], abs=0.005)
        assert interval.high - interval.low == pytest.approx(other.high - other.low, rel=0.25)


def _in_blocks(*args: Any) -> Any:
    return deal_rows(*args, few_rows=1000, n_blocks=500)


def assert_simplest_unless_beyond_chance(estimates: RuleEstimates) -> None:
    """Compare what is recommended with the differences of all pairs."""
    chosen = estimates.recommended()
    order = list(estimates.rules)
    for rule in order[order.index(chosen) + 1 :]:
        assert estimates.difference(rule, chosen).interval.low <= 0
    if chosen != order[0]:
        assert any(estimates.difference(chosen, rule).is_gain for rule in order[: order.index(chosen)])


def test_the_simplest_rule_is_recommended_unless_another_one_is_better_beyond_chance() -> None:
    """Labels alike need one threshold; labels on other scales need their own; where 0.5 is best nothing is tuned."""
    alike = simulated(1, [0.2, 0.2, 0.2], 2.0)
    scaled = ClassCurves.from_predictions(alike.y_true.astype(int), alike.y_score ** np.array([1, 8, 40]))
    best = np.asarray(decide_classes(alike).rules["common"].thresholds)[0]
    at_half = ClassCurves.from_predictions(alike.y_true.astype(int), alike.y_score ** (np.log(0.5) / np.log(best)))
    for curves, right in ((alike, "common"), (scaled, "own"), (at_half, "default")):
        estimates = estimate_rules(decide_classes(curves))
        assert estimates.recommended() == right
        assert_simplest_unless_beyond_chance(estimates)
    difference = estimates.difference("own", "common")
    own, common = (estimates.rules[rule].values["macro"] for rule in ("own", "common"))
    assert difference.value == own - common
    assert difference.interval.low < difference.value < difference.interval.high
    limited = decide_classes(at_half, constraints={"0": [Constraint.at_least("precision", 0.5)]})
    assert estimate_rules(limited, n_resamples=2).recommended() == "own"


def test_constraints_hold_in_resamples() -> None:
    """The threshold of a label that must be precise is tuned to be so in each resample, and so new rows are."""
    curves = simulated(3, [0.2, 0.1], 1.5, n=4000)
    asked = {"0": [Constraint.at_least("precision", 0.9)]}
    free, limited = (estimate_rules(decide_classes(curves, constraints=each)).rules["own"] for each in ({}, asked))
    assert limited.each[0] == pytest.approx(limited.rule.each[0], abs=0.03)
    assert limited.each[0] < free.each[0] - 0.1
    assert limited.each[1] == pytest.approx(free.each[1])


def test_a_label_that_is_never_flagged_is_worth_nothing_for_certain() -> None:
    """For micro F1 a rare label whose scores mislead is given up."""
    rng = np.random.default_rng(6)
    y_true = rng.random((300, 2)) < [0.4, 0.05]
    y_score = norm.cdf(rng.normal(size=(300, 2)) + y_true * [2, -0.5])
    estimates = estimate_rules(decide_classes(ClassCurves.from_predictions(y_true.astype(int), y_score), "micro"))
    own = estimates.rules["own"]
    assert np.asarray(own.rule.thresholds)[1] == np.inf
    assert (own.each[1], own.each_interval.low[1], own.each_interval.high[1]) == (0, 0, 0)
    assert own.values["macro"] == own.each[0] / 2


def test_labels_with_few_positives_have_the_common_threshold_of_each_resample() -> None:
    """Where all labels have few positives, their own rule is the common one."""
    estimates = estimate_rules(decide_classes(simulated(4, [0.006, 0.006], 2.0)), n_resamples=20)
    own, common = estimates.rules["own"], estimates.rules["common"]
    assert own.values == common.values
    np.testing.assert_array_equal(own.each, common.each)


def test_weights_are_copies_for_the_default() -> None:
    """Weights of 1 change nothing; twice the weight gives the same estimates and intervals."""
    curves = two_labels()
    found = [
        estimate_rules(
            decide_classes(
                ClassCurves.from_predictions(curves.y_true.astype(int), curves.y_score, sample_weight=weight),
                min_positives=0,
            ),
            n_resamples=20,
        )
        for weight in (None, np.ones(40), np.full(40, 2.0))
    ]
    for other in found[1:]:
        for rule, estimate in found[0].rules.items():
            assert other.rules[rule].values == pytest.approx(estimate.values)
            np.testing.assert_allclose(other.rules[rule].each_interval.low, estimate.each_interval.low)


def test_offsets_are_less_biased_than_on_these_rows() -> None:
    """Rows with one class: the estimate is near the macro F1 on many other rows, and the default is not tuned."""
    shares, gaps = np.array([0.7, 0.2, 0.1]), []

    def draw(rng: np.random.Generator, n: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        y_true = np.append(np.arange(3), rng.choice(3, n - 3, p=shares))
        return y_true, rng.normal(size=(n, 3)) + np.eye(3)[y_true] + np.log(shares)

    others, scores = draw(np.random.default_rng(99), 20_000)
    for seed in range(15):
        y_true, y_score = draw(np.random.default_rng(seed), 150)
        estimates = estimate_rules(decide_classes(ClassCurves.from_predictions(y_true, y_score)), n_resamples=12)
        plain, found = estimates.rules["default"], estimates.rules["own"]
        assert plain.values["macro"] == pytest.approx(f1_score(y_true, y_score.argmax(axis=1), average="macro"))
        decided = np.argmax(found.rule.decide(scores), axis=1)
        truth = f1_score(others, decided, average="macro")
        gaps.append((found.rule.value("macro") - truth, found.values["macro"] - truth))
        low, high = found.each_interval.low, found.each_interval.high
        np.testing.assert_array_less(low, found.each)
        np.testing.assert_array_less(found.each, high)
    of_apparent, of_estimate = np.mean(gaps, axis=0)
    assert of_apparent > 0.04
    assert abs(of_estimate) < of_apparent / 2


def test_classes_with_few_rows_have_no_offset_in_resamples() -> None:
    """Where no class has ten rows, nothing is tuned: both rules are the plain maximum."""
    rng = np.random.default_rng(5)
    y_true = np.repeat(np.arange(4), 6)
    curves = ClassCurves.from_predictions(y_true, rng.normal(size=(24, 4)) + 2 * np.eye(4)[y_true])
    decision = decide_classes(curves)
    assert decision.rules["own"].by.kept == curves.classes
    estimates = estimate_rules(decision, n_resamples=30)
    assert estimates.recommended() == "default"
    difference = estimates.difference("own", "default")
    assert [difference.value, difference.interval.low, difference.interval.high] == pytest.approx([0, 0, 0], abs=1e-12)


@pytest.mark.parametrize("one_per_row", [True, False])
def test_a_class_with_a_single_row_is_not_tuned_but_estimated(one_per_row: bool) -> None:
    """No resample can be tuned to the row and have it left: the averages of all rules are still over all classes."""
    rng, codes = np.random.default_rng(1), np.repeat([0, 1, 2], [60, 59, 1])
    is_class = np.eye(3, dtype=int)[codes]
    scores = rng.dirichlet([1, 1, 1], 120) / 2 + is_class / 4 + 0.05
    curves = ClassCurves.from_predictions(codes if one_per_row else is_class, scores)
    decision = decide_classes(curves, min_positives=0)
    assert decision.rules["own"].by.kept == ("2",)
    for rule in estimate_rules(decision, n_resamples=20).rules.values():
        assert rule.values["macro"] == pytest.approx(np.mean(rule.each))


def test_averages_of_all_rules_are_over_the_same_labels() -> None:
    """A limit has the threshold of a label with a single row tuned: nothing tells what that is worth elsewhere."""
    curves = two_labels()
    y_true = np.column_stack([curves.y_true, np.arange(40) == 7])
    curves = ClassCurves.from_predictions(y_true, np.column_stack([curves.y_score, curves.y_score[:, 0]]))
    decision = decide_classes(curves, constraints={"2": [Constraint.at_least("recall", 0.5)]}, min_positives=0)
    estimates = estimate_rules(decision, n_resamples=20)
    assert np.isnan(estimates.rules["own"].each).tolist() == [False, False, True]
    for rule in estimates.rules.values():
        assert rule.values["macro"] == pytest.approx(np.mean(rule.each[:2]))


def test_errors() -> None:
    """Too few resamples, and no level."""
    decision = decide_classes(two_labels())
    with pytest.raises(ValueError, match="at least 2"):
        estimate_rules(decision, n_resamples=1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        estimate_rules(decision, confidence_level=95)
