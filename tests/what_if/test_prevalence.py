"""Tests of prevalence shifts against scikit-learn's weighted metrics, Bayes' rule and exact brute force."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.core.optimum import best
from f1tools.uncertainty import metric_interval, tuned_estimate
from f1tools.what_if import Costs, at_prevalence, prior_shift, shift_odds, sweep_prevalence, tuned_sweep
from tests.exact import Cells, candidates, cells_at, exact, maximizers, plain
from tests.strategies import Rows, curve_of, weighted_or_not
from tests.what_if.strategies import PROBABILITY, SHARE, class_weights_for, probability_rows, scaled, weights_of

PAIR = ThresholdCurve.from_predictions([0, 1], [0.1, 0.9])


def matthews(y_true: Any, y_pred: Any, sample_weight: Any) -> float:
    """Return the correlation in exact arithmetic.

    scikit-learn's denominator, n² - Σ p², cancels where nearly all of the weight is predicted alike: with a share of
    3e-8 for the others, as at 0.1% positives, little more than half of its digits are left.
    """
    cells = dict.fromkeys(product((False, True), repeat=2), Fraction(0))
    for label, predicted, each in zip(y_true.tolist(), y_pred.tolist(), sample_weight.tolist(), strict=True):
        cells[bool(label), bool(predicted)] += Fraction(each)
    return plain("mcc", exact("mcc", Cells(*cells.values())) or Fraction(0))


REFERENCES: dict[str, Callable[..., Any]] = {
    "precision": lambda *rows, **weight: sklearn_metrics.precision_score(*rows, zero_division=0, **weight),
    "recall": sklearn_metrics.recall_score,
    "f1": sklearn_metrics.f1_score,
    "fbeta": lambda *rows, **weight: sklearn_metrics.fbeta_score(*rows, beta=2, **weight),
    "jaccard": lambda *rows, **weight: sklearn_metrics.jaccard_score(*rows, zero_division=0, **weight),
    "accuracy": sklearn_metrics.accuracy_score,
    "balanced_accuracy": sklearn_metrics.balanced_accuracy_score,
    "mcc": matthews,
    "kappa": sklearn_metrics.cohen_kappa_score,
}


@pytest.mark.parametrize("name", REFERENCES)
@given(sample=weighted_or_not(most=8), prevalence=st.one_of(SHARE, st.floats(1e-3, 0.999)))
@settings(max_examples=20)
def test_metrics_equal_scikit_learn_with_weights(name: str, sample: Rows, prevalence: float) -> None:
    """At every threshold each metric is scikit-learn's with rows weighted by pi'/pi and (1-pi')/(1-pi)."""
    weight = weights_of(sample) * np.where(sample.y_true, *class_weights_for(sample, prevalence))
    curve = at_prevalence(sample.curve(), prevalence)
    values = metric(name).evaluate(curve.counts)
    for threshold, value in zip(curve.thresholds.tolist(), values.tolist(), strict=True):
        expected = REFERENCES[name](sample.y_true, sample.y_score >= threshold, sample_weight=weight)
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(sample=weighted_or_not(), prevalence=st.one_of(SHARE, st.floats(1e-6, 1 - 1e-6)))
def test_only_the_class_mix_changes(sample: Rows, prevalence: float) -> None:
    """Recall, false-positive rate, thresholds and the total are unchanged; the prevalence is the requested one."""
    curve, shifted = sample.curve(), at_prevalence(sample.curve(), prevalence)
    np.testing.assert_array_equal(shifted.thresholds, curve.thresholds)
    for name in ("recall", "false_positive_rate"):
        np.testing.assert_allclose(getattr(shifted.counts, name)(), getattr(curve.counts, name)(), rtol=1e-14)
    counts = shifted.at(0.0).counts
    assert counts.total() == pytest.approx(curve.at(0.0).counts.total())
    assert counts.prevalence() == pytest.approx(prevalence)


@given(sample=weighted_or_not())
def test_own_prevalence_is_the_identity(sample: Rows) -> None:
    """The prevalence of the data returns the same curve object."""
    curve = sample.curve()
    assert at_prevalence(curve, curve.positives / (curve.positives + curve.negatives)) is curve


@pytest.mark.parametrize(("prevalence", "f1"), [(0.5, 0.769231), (0.3, 0.676692), (0.1, 0.422535), (0.01, 0.069606)])
def test_f1_follows_its_closed_form(prevalence: float, f1: float) -> None:
    """With TPR .75 and FPR .2, F1 is 2 pi TPR / (pi (1 + TPR) + (1 - pi) FPR)."""
    curve = ThresholdCurve.from_predictions([1, 1, 1, 1, 0, 0, 0, 0, 0], [9, 8, 7, 1, 8, 2, 2, 1, 0])
    assert at_prevalence(curve, prevalence).at(7).counts.f1() == pytest.approx(f1, abs=5e-7)


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -0.1, 1.5, np.nan, np.inf])
def test_prevalence_outside_0_to_1_raises(prevalence: float) -> None:
    """Both classes must occur, so 0 and 1 are excluded."""
    for call in (
        lambda: at_prevalence(PAIR, prevalence),
        lambda: prior_shift(0.5, prevalence, 0.5),
        lambda: prior_shift(0.5, 0.5, prevalence),
        lambda: sweep_prevalence(PAIR, [0.5, prevalence]),
    ):
        with pytest.raises(ValueError, match="prevalence must be between 0 and 1, both excluded"):
            call()


@pytest.mark.parametrize("y_true", [[1, 1], [0, 0]])
def test_one_class_raises(y_true: list[int]) -> None:
    """Rows of one class cannot be reweighted to another prevalence."""
    with pytest.raises(ValueError, match="Both classes must have rows"):
        at_prevalence(curve_of(y_true, [0.1, 0.9]), 0.3)


@pytest.mark.parametrize(("score", "old", "new", "expected"), [(0.9, 0.5, 0.05, 0.3214286), (0.2, 0.1, 0.3, 0.4909091)])
def test_prior_shift_of_worked_examples(score: float, old: float, new: float, expected: float) -> None:
    """The formula of the literature is b' p (1-b) / (b (1-b') (1-p) + b' (1-b) p)."""
    assert prior_shift(score, old, new) == pytest.approx(expected, abs=5e-8)


@given(likelihoods=st.tuples(st.integers(0, 50), st.integers(0, 50)).filter(any), old=SHARE, new=SHARE)
def test_prior_shift_is_bayes_rule(likelihoods: tuple[int, int], old: float, new: float) -> None:
    """The posterior under one prior becomes the posterior under the other."""

    def posterior(prior: float) -> Fraction:
        positive, negative = Fraction(prior) * likelihoods[0], (1 - Fraction(prior)) * likelihoods[1]
        return positive / (positive + negative)

    assert prior_shift(float(posterior(old)), old, new) == pytest.approx(float(posterior(new)), rel=1e-13)


@given(PROBABILITY, st.floats(1e-6, 1 - 1e-6))
def test_prior_shift_between_equal_priors_is_the_identity(p: float, prevalence: float) -> None:
    """Scores do not change, not even in the last digit."""
    assert prior_shift(p, prevalence, prevalence) == p


@given(sample=probability_rows(), prevalence=SHARE)
def test_prior_shift_is_a_shift_of_the_odds(sample: Rows, prevalence: float) -> None:
    """The factor of the odds is the ratio of the prior odds."""
    current = float(weights_of(sample)[sample.y_true].sum() / weights_of(sample).sum())
    expected = shift_odds(sample.y_score, prevalence / (1 - prevalence) / (current / (1 - current)))
    shifted = prior_shift(sample.y_score, current, prevalence)
    np.testing.assert_allclose(shifted, expected, rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("name", METRICS)
@given(sample=weighted_or_not(most=12), shares=st.lists(SHARE, min_size=1, max_size=4))
@settings(max_examples=30)
def test_sweep_equals_brute_force(name: str, sample: Rows, shares: list[float]) -> None:
    """At each prevalence the best value and threshold are those of all thresholds in exact arithmetic."""
    curve = sample.curve()
    sweep = sweep_prevalence(curve, shares, name)
    everything = cells_at(sample, -np.inf)
    total = sum(everything, Fraction(0))
    for position, share in enumerate(shares):
        weights = Fraction(share) * total / everything.tp, (1 - Fraction(share)) * total / everything.fp
        highest, ties = maximizers(
            (threshold, exact(name, scaled(cells_at(sample, threshold), *weights))) for threshold in candidates(sample)
        )
        assert sweep.value[position] == pytest.approx(plain(name, highest), rel=1e-11, abs=1e-11)
        assert sweep.threshold[position] == ties[-1]
        flag_everything = exact(name, scaled(everything, *weights))
        assert flag_everything is not None
        assert sweep.flag_everything[position] == pytest.approx(plain(name, flag_everything), rel=1e-11, abs=1e-11)
    fixed = best(curve, name).point.threshold
    unchanged = [metric(name).evaluate(at_prevalence(curve, share).at(fixed).counts) for share in shares]
    np.testing.assert_allclose(sweep.unchanged, unchanged, rtol=1e-11, atol=1e-11)
    assert (sweep.unchanged <= sweep.value + 1e-11).all()
    assert (sweep.prevalence.tolist(), sweep.metric.name) == (shares, name)


def test_flagging_everything_has_f1_of_2_pi_over_1_plus_pi() -> None:
    """F1 is .461538 at 30% positives and .095238 at 5%."""
    sweep = sweep_prevalence(ThresholdCurve.from_predictions([0, 1, 0, 1], [0.1, 0.9, 0.3, 0.2]), [0.3, 0.05])
    assert sweep.flag_everything.round(6).tolist() == [0.461538, 0.095238]


@pytest.mark.parametrize(
    "objective",
    [*(metric(name) for name in METRICS), metric("fbeta", 0.5), Costs(fp=2, fn=31, tp=1).metric()],
    ids=lambda objective: f"{objective.name}-{objective.beta}",
)
def test_hull_vertices_suffice_for_thousands_of_scores(objective: Metric) -> None:
    """Under an unknown name all thresholds are evaluated, with the same result."""
    rng = np.random.default_rng(5)
    score = rng.random(4_000)
    curve = ThresholdCurve.from_predictions(rng.random(score.size) < score**3, score)
    shares = np.geomspace(0.0005, 0.99, 25)
    sweep = sweep_prevalence(curve, shares, objective)
    expected = sweep_prevalence(curve, shares, Metric("unknown", objective.label, objective.evaluate))
    np.testing.assert_allclose(sweep.value, expected.value, rtol=1e-11, atol=1e-11)
    np.testing.assert_array_equal(sweep.threshold, expected.threshold)


def test_custom_metric_is_evaluated_at_all_thresholds() -> None:
    """A metric that is not best at a vertex of the hull is optimized as well."""
    curve = ThresholdCurve.from_predictions([1, 0, 0, 1, 0], [5, 4, 3, 2, 1])
    custom = Metric("custom", "Custom", lambda counts: -abs(counts.flagged() - 0.6 * counts.total()))
    assert sweep_prevalence(curve, [0.4], custom).threshold.tolist() == [3.0]


def test_empty_sweep() -> None:
    """No prevalences give empty arrays."""
    sweep = sweep_prevalence(PAIR, [])
    assert [x.size for x in (sweep.prevalence, sweep.value, sweep.threshold, sweep.unchanged)] == [0, 0, 0, 0]


@pytest.mark.parametrize("name", ["f1", "mcc", "accuracy"])
@given(sample=weighted_or_not(most=12), tuning=weighted_or_not(most=12), share=SHARE, data=st.data())
@settings(max_examples=20)
def test_sweep_with_a_tuning_set_and_a_constraint(
    name: str, sample: Rows, tuning: Rows, share: float, data: st.DataObject
) -> None:
    """The best feasible threshold of the tuning set is evaluated on the other rows; a fixed threshold is used as is."""
    evaluated, tuned = at_prevalence(sample.curve(), share), at_prevalence(tuning.curve(), share)
    fixed, recall = data.draw(st.sampled_from(sample.y_score.tolist())), data.draw(st.sampled_from([0.0, 0.5, 1.0]))
    values = metric(name).evaluate(tuned.counts)
    feasible = np.flatnonzero(tuned.counts.recall() >= recall - 1e-9)
    expected = tuned.thresholds[feasible[np.flatnonzero(values[feasible] >= values[feasible].max() - 1e-9)[-1]]]
    sweep = sweep_prevalence(
        sample.curve(),
        [share],
        name,
        threshold=fixed,
        tuning=tuning.curve(),
        constraints=[Constraint.at_least("recall", recall)],
    )
    assert sweep.threshold[0] == expected
    for value, threshold in ((sweep.value[0], expected), (sweep.unchanged[0], fixed)):
        assert value == pytest.approx(metric(name).evaluate(evaluated.at(threshold).counts), rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("constraints", [(), (Constraint.at_least("precision", 0.3),)])
@pytest.mark.parametrize("weighted", [False, True])
def test_tuned_sweep_equals_single_estimates(weighted: bool, constraints: tuple[Constraint, ...]) -> None:
    """Sharing the resamples changes nothing; at the prevalence of the data the estimate is the usual one."""
    rng = np.random.default_rng(1)
    y_true, weight = rng.random(150) < 0.4, rng.exponential(size=150) if weighted else None
    score = rng.normal(size=150) + y_true
    curve = ThresholdCurve.from_predictions(y_true, score, sample_weight=weight)
    shares = [0.1, float(curve.positives / (curve.positives + curve.negatives)), 0.8]
    for share, each in zip(shares, tuned_sweep(curve, shares, constraints=constraints, n_resamples=60), strict=True):
        single = tuned_estimate(at_prevalence(curve, share), constraints=constraints, n_resamples=60)
        assert each.threshold == single.threshold
        assert each.estimate == pytest.approx(single.estimate, rel=1e-9)
        assert each.interval is not None
        assert single.interval is not None
        assert (each.interval.low, each.interval.high) == pytest.approx((single.interval.low, single.interval.high))


@pytest.mark.parametrize(
    "name", ["fbeta", "precision", "accuracy", "mcc", "kappa", "lift", "predicted_positive_rate", "g_mean"]
)
def test_tuned_sweep_finds_the_thresholds_of_single_estimates(name: str) -> None:
    """In each resample the best threshold among the vertices of the ROC hull is the best one of all."""
    rng = np.random.default_rng(2)
    y_true = rng.random(120) < 0.3
    curve = ThresholdCurve.from_predictions(y_true, np.round(rng.normal(size=120) + y_true, 1))
    shares = [0.05, 0.7]
    for share, each in zip(shares, tuned_sweep(curve, shares, name, n_resamples=50), strict=True):
        single = tuned_estimate(at_prevalence(curve, share), name, n_resamples=50)
        assert each.thresholds.tolist() == single.thresholds.tolist()
        assert each.estimate == pytest.approx(single.estimate, rel=1e-9, abs=1e-12)


def test_a_sweep_with_a_tuning_set_has_intervals() -> None:
    """They are those of the evaluation set at the tuned thresholds; on the same rows there are none."""
    rng = np.random.default_rng(3)
    y_true = rng.random(400) < 0.3
    score = rng.normal(size=400) + 1.5 * y_true
    tuning, evaluation = (
        ThresholdCurve.from_predictions(y_true[rows], score[rows]) for rows in np.split(np.arange(400), 2)
    )
    shares = [0.001, 0.2]
    sweep = sweep_prevalence(evaluation, shares, tuning=tuning)
    assert sweep.low is not None
    assert sweep.high is not None
    for place, share in enumerate(shares):
        threshold = best(at_prevalence(tuning, share)).point.threshold
        interval = metric_interval("f1", at_prevalence(evaluation, share).at(threshold))
        assert interval is not None
        assert (sweep.low[place], sweep.high[place]) == pytest.approx((interval.low, interval.high))
    assert sweep.vague.tolist() == [True, False]
    alone = sweep_prevalence(evaluation, shares)
    assert alone.low is None
    assert not alone.vague.any()


def test_expected_values_replace_apparent_ones() -> None:
    """The best has its interval, except at the own prevalence; the kept threshold follows its rates.

    Where both thresholds are the same, as at the own prevalence, so are the values.
    """
    rng = np.random.default_rng(4)
    y_true = rng.random(300) < 0.3
    curve = ThresholdCurve.from_predictions(y_true, rng.normal(size=300) + 1.5 * y_true)
    own = float(y_true.mean())
    shares = [0.001, 0.02, own]
    estimates = tuned_sweep(curve, shares, n_resamples=100)
    apparent = sweep_prevalence(curve, shares)
    expected = apparent.expected(estimates, estimates[2])
    assert expected.low is not None
    assert expected.value.tolist() == [each.estimate for each in estimates]
    assert np.isnan(expected.low).tolist() == [False, False, True]
    assert expected.vague[0]
    recall, false_positive_rate = estimates[2].rates.recall, estimates[2].rates.false_positive_rate
    kept = np.array([2 * p * recall / (p * (1 + recall) + (1 - p) * false_positive_rate) for p in shares])
    np.testing.assert_allclose(expected.unchanged, kept * min(estimates[2].estimate / kept[2], 1), atol=2e-3)
    assert expected.unchanged[2] == expected.value[2] == estimates[2].estimate
    assert (expected.value < apparent.value).all()
    np.testing.assert_array_equal(apparent.expected(estimates).unchanged, apparent.unchanged)


def test_estimates_are_continuous_in_the_prevalence() -> None:
    """At the prevalence of the rows the estimates beside it lead to the one measured there, for few rows as well."""
    y_true = [1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0]
    curve = ThresholdCurve.from_predictions(y_true, np.arange(12, 0, -1))
    shares = [1 / 3 - 1e-9, 1 / 3, 1 / 3 + 1e-9]
    below, own, above = (each.estimate for each in tuned_sweep(curve, shares, n_resamples=1000))
    assert below == pytest.approx(own, abs=0.01)
    assert above == pytest.approx(own, abs=0.01)


def test_tuned_sweep_of_many_rows_joins_cells() -> None:
    """With 30,000 positives the estimates stay within a hundredth of single ones."""
    rng = np.random.default_rng(2)
    y_true = rng.random(60_000) < 0.5
    curve = ThresholdCurve.from_predictions(y_true, rng.normal(size=y_true.size) + 1.5 * y_true)
    shares = [0.001, 0.02, 0.3]
    for share, each in zip(shares, tuned_sweep(curve, shares, n_resamples=25), strict=True):
        single = tuned_estimate(at_prevalence(curve, share), n_resamples=25)
        assert each.threshold == single.threshold
        assert each.estimate == pytest.approx(single.estimate, abs=0.005)


def test_constraints_that_cannot_be_met_are_ignored() -> None:
    """The result is that without constraints."""
    curve = ThresholdCurve.from_predictions([0, 1, 1], [3, 2, 1])
    unmet = [Constraint.at_least("precision", 1.0), Constraint.at_least("recall", 1.0)]
    constrained, free = (sweep_prevalence(curve, [0.2, 0.5], constraints=each) for each in (unmet, []))
    np.testing.assert_array_equal(constrained.threshold, free.threshold)
    np.testing.assert_allclose(constrained.unchanged, free.unchanged)
