"""Other shares of positives: against scikit-learn's weighted metrics, Bayes' rule and all thresholds tried exactly."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.core.optimum import best
from f1tools.what_if import Costs, at_prevalence, prior_shift, shift_odds, sweep_prevalence
from tests.exact import candidates, cells_at, exact, maximizers, plain
from tests.strategies import Rows, weighted_or_not
from tests.what_if.strategies import PROBABILITY, SHARE, probable_rows, scaled


def matthews(y_true: Any, y_pred: Any, **weight: Any) -> float:
    """scikit-learn's; 0 where all rows are called alike, when rounded weights can make it the root of less than 0."""
    alike = np.unique(y_pred).size == 1
    return 0.0 if alike else float(sklearn_metrics.matthews_corrcoef(y_true, y_pred, **weight))


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


def weights_for(drawn: Rows, prevalence: float) -> tuple[float, float]:
    """Give pi'/pi and (1-pi')/(1-pi) from the rows themselves."""
    weight = np.ones(drawn.y_true.size) if drawn.sample_weight is None else drawn.sample_weight
    own = weight[drawn.y_true].sum() / weight.sum()
    return prevalence / own, (1 - prevalence) / (1 - own)


@pytest.mark.parametrize("name", REFERENCES)
@given(drawn=weighted_or_not(most=8), prevalence=st.one_of(SHARE, st.floats(1e-3, 0.999)))
@settings(max_examples=20)
def test_it_is_scikit_learn_with_weights(name: str, drawn: Rows, prevalence: float) -> None:
    """At every threshold each metric equals scikit-learn's with rows weighted by pi'/pi and (1-pi')/(1-pi)."""
    positive, negative = weights_for(drawn, prevalence)
    weight = np.where(drawn.y_true, positive, negative)
    if drawn.sample_weight is not None:
        weight = weight * drawn.sample_weight
    curve = at_prevalence(drawn.curve(), prevalence)
    values = metric(name).evaluate(curve.counts)
    for threshold, value in zip(curve.thresholds.tolist(), values.tolist(), strict=True):
        expected = REFERENCES[name](drawn.y_true, drawn.y_score >= threshold, sample_weight=weight)
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(drawn=weighted_or_not(), prevalence=st.one_of(SHARE, st.floats(1e-6, 1 - 1e-6)))
def test_only_the_mix_changes(drawn: Rows, prevalence: float) -> None:
    """Recall, false-positive rate, thresholds and the number of cases stay; the share of positives is as asked."""
    curve = drawn.curve()
    found = at_prevalence(curve, prevalence)
    np.testing.assert_array_equal(found.thresholds, curve.thresholds)
    np.testing.assert_allclose(found.counts.recall(), curve.counts.recall(), rtol=1e-14)
    np.testing.assert_allclose(found.counts.false_positive_rate(), curve.counts.false_positive_rate(), rtol=1e-14)
    counts = found.at(0.0).counts
    assert counts.total() == pytest.approx(curve.at(0.0).counts.total())
    assert counts.prevalence() == pytest.approx(prevalence)


@given(drawn=weighted_or_not())
def test_its_own_prevalence_changes_nothing(drawn: Rows) -> None:
    """Asking for what is there gives the curve itself, to the last bit and with whole counts."""
    curve = drawn.curve()
    assert at_prevalence(curve, curve.positives / (curve.positives + curve.negatives)) is curve


@pytest.mark.parametrize(("prevalence", "f1"), [(0.5, 0.769231), (0.3, 0.676692), (0.1, 0.422535), (0.01, 0.069606)])
def test_f1_by_hand(prevalence: float, f1: float) -> None:
    """Recall .75 and false-positive rate .2 at four shares of positives: 2 pi TPR / (pi (1 + TPR) + (1 - pi) FPR)."""
    curve = ThresholdCurve.from_predictions([1, 1, 1, 1, 0, 0, 0, 0, 0], [9, 8, 7, 1, 8, 2, 2, 1, 0])
    assert at_prevalence(curve, prevalence).at(7).counts.f1() == pytest.approx(f1, abs=5e-7)


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -0.1, 1.5, np.nan, np.inf])
def test_shares_lie_between_none_and_all(prevalence: float) -> None:
    """With one class only there would be nothing to choose."""
    curve = ThresholdCurve.from_predictions([0, 1], [0.1, 0.9])
    for ask in (
        lambda: at_prevalence(curve, prevalence),
        lambda: prior_shift(0.5, prevalence, 0.5),
        lambda: prior_shift(0.5, 0.5, prevalence),
        lambda: sweep_prevalence(curve, [0.5, prevalence]),
    ):
        with pytest.raises(ValueError, match="prevalence must be between 0 and 1, both excluded"):
            ask()


@pytest.mark.parametrize("y_true", [[1, 1], [0, 0]])
def test_a_class_that_is_not_there_cannot_be_weighed(y_true: list[int]) -> None:
    """Rows of one class tell nothing about the other."""
    with pytest.raises(ValueError, match="Both classes must have rows"):
        at_prevalence(ThresholdCurve.from_predictions(y_true, [0.1, 0.9]), 0.3)


def test_prior_shift_by_hand() -> None:
    """The two values of the literature's formula, b' p (1-b) / (b (1-b') (1-p) + b' (1-b) p)."""
    assert prior_shift(0.9, 0.5, 0.05) == pytest.approx(0.3214286, abs=5e-8)
    assert prior_shift(0.2, 0.1, 0.3) == pytest.approx(0.4909091, abs=5e-8)


@given(likelihoods=st.tuples(st.integers(0, 50), st.integers(0, 50)).filter(any), shares=st.tuples(SHARE, SHARE))
def test_prior_shift_is_the_rule_of_bayes(likelihoods: tuple[int, int], shares: tuple[float, float]) -> None:
    """A score that is the posterior under one prior becomes the posterior under the other."""

    def posterior(prior: float) -> Fraction:
        hit, miss = Fraction(prior) * likelihoods[0], (1 - Fraction(prior)) * likelihoods[1]
        return hit / (hit + miss)

    own, new = shares
    assert prior_shift(float(posterior(own)), own, new) == pytest.approx(float(posterior(new)), rel=1e-13)


@given(PROBABILITY, st.floats(1e-6, 1 - 1e-6))
def test_no_shift_between_equal_priors(p: float, prevalence: float) -> None:
    """Scores made for a share of positives are right there, to the last digit."""
    assert prior_shift(p, prevalence, prevalence) == p


@pytest.mark.parametrize("name", METRICS)
@given(drawn=weighted_or_not(most=12), shares=st.lists(SHARE, min_size=1, max_size=4))
@settings(max_examples=30)
def test_the_sweep_tries_every_threshold(name: str, drawn: Rows, shares: list[float]) -> None:
    """Value and threshold are those of trying all thresholds in exact arithmetic at each share of positives."""
    sweep = sweep_prevalence(drawn.curve(), shares, name)
    everything = cells_at(drawn, -np.inf)
    total = sum(everything, Fraction(0))
    for place, share in enumerate(shares):
        positive, negative = Fraction(share) * total / everything.tp, (1 - Fraction(share)) * total / everything.fp
        highest, ties = maximizers(
            (t, exact(name, scaled(cells_at(drawn, t), positive, negative))) for t in candidates(drawn)
        )
        assert sweep.value[place] == pytest.approx(plain(name, highest), rel=1e-11, abs=1e-11)
        assert sweep.threshold[place] == ties[-1]
        flagged = exact(name, scaled(everything, positive, negative))
        assert flagged is not None
        assert sweep.flag_everything[place] == pytest.approx(plain(name, flagged), rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("name", METRICS)
@given(drawn=weighted_or_not(most=12), shares=st.lists(SHARE, min_size=1, max_size=4))
@settings(max_examples=20)
def test_the_unchanged_threshold_is_the_one_that_is_best_now(name: str, drawn: Rows, shares: list[float]) -> None:
    """It is measured at the other shares of positives, and never beats the best."""
    curve = drawn.curve()
    sweep = sweep_prevalence(curve, shares, name)
    now = best(curve, name).point.threshold
    expected = [metric(name).evaluate(at_prevalence(curve, share).at(now).counts) for share in shares]
    np.testing.assert_allclose(sweep.unchanged, expected, rtol=1e-11, atol=1e-11)
    assert (sweep.unchanged <= sweep.value + 1e-11).all()
    assert sweep.prevalence.tolist() == shares
    assert sweep.metric.name == name


def test_flagging_everything_scores_two_pi_in_one_plus_pi() -> None:
    """The known values of F1 where all is flagged, .461538 at 30 % positives and .095238 at 5 %."""
    curve = ThresholdCurve.from_predictions([0, 1, 0, 1], [0.1, 0.9, 0.3, 0.2])
    assert sweep_prevalence(curve, [0.3, 0.05]).flag_everything.round(6).tolist() == [0.461538, 0.095238]


@pytest.mark.parametrize(
    "wanted",
    [*(metric(name) for name in METRICS), metric("fbeta", 0.5), Costs(fp=2, fn=31, tp=1).metric()],
    ids=lambda wanted: f"{wanted.name}-{wanted.beta}",
)
def test_corners_are_enough_at_any_size(wanted: Metric) -> None:
    """Under a name that is not known all thresholds are tried: the values are the same for thousands of scores."""
    rng = np.random.default_rng(5)
    score = rng.random(4_000)
    curve = ThresholdCurve.from_predictions(rng.random(score.size) < score**3, score)
    shares = np.geomspace(0.0005, 0.99, 25)
    found = sweep_prevalence(curve, shares, wanted)
    tried = sweep_prevalence(curve, shares, Metric("unknown", wanted.label, wanted.evaluate))
    np.testing.assert_allclose(found.value, tried.value, rtol=1e-11, atol=1e-11)
    np.testing.assert_array_equal(found.threshold, tried.threshold)


def test_a_metric_of_ones_own_is_tried_everywhere() -> None:
    """A metric that is no polygon's business is not best at a corner, and found all the same."""
    curve = ThresholdCurve.from_predictions([1, 0, 0, 1, 0], [5, 4, 3, 2, 1])
    shy = Metric("shy", "Shy", lambda counts: -abs(counts.flagged() - 0.6 * counts.total()))
    assert sweep_prevalence(curve, [0.4], shy).threshold.tolist() == [3.0]


def test_a_sweep_over_nothing_is_empty() -> None:
    """No shares, no values."""
    sweep = sweep_prevalence(ThresholdCurve.from_predictions([0, 1], [0.1, 0.9]), [])
    assert [x.size for x in (sweep.prevalence, sweep.value, sweep.threshold, sweep.unchanged)] == [0, 0, 0, 0]


@given(drawn=probable_rows(), prevalence=SHARE)
def test_shifted_scores_of_another_mix_keep_their_rows(drawn: Rows, prevalence: float) -> None:
    """The prior shift is an odds shift: it moves thresholds and leaves what they decide."""
    weight = np.ones(drawn.y_true.size) if drawn.sample_weight is None else drawn.sample_weight
    own = float(weight[drawn.y_true].sum() / weight.sum())
    odds = prevalence / (1 - prevalence) / (own / (1 - own))
    np.testing.assert_allclose(
        prior_shift(drawn.y_score, own, prevalence), shift_odds(drawn.y_score, odds), rtol=1e-14, atol=1e-300
    )


def test_evaluation_weights_are_scikit_learns() -> None:
    """Counting every positive w times in the evaluation is F1 with sample_weight w, at every threshold."""
    rng = np.random.default_rng(2)
    y_true, y_score = rng.random(60) < 0.3, rng.integers(0, 20, 60) / 20
    for weight in (0.2, 1.0, 7.5):
        curve = ThresholdCurve.from_predictions(y_true, y_score).reweighted(weight, 1.0)
        for threshold, f1 in zip(curve.thresholds.tolist(), curve.counts.f1().tolist(), strict=True):
            sample_weight = np.where(y_true, weight, 1.0)
            assert f1 == pytest.approx(
                sklearn_metrics.f1_score(y_true, y_score >= threshold, sample_weight=sample_weight)
            )


def test_counts_are_those_of_the_other_mix() -> None:
    """A hundred cases of which ten are positive instead of fifty: one in five as many, and nine in five negatives."""
    curve = ThresholdCurve.from_predictions([1, 0] * 50, np.repeat(np.arange(50), 2))
    counts: ConfusionCounts = at_prevalence(curve, 0.1).at(25).counts
    assert (counts.tp, counts.fn, counts.fp, counts.tn) == pytest.approx((5, 5, 45, 45))


@pytest.mark.parametrize("name", ["f1", "mcc", "accuracy"])
@given(drawn=weighted_or_not(most=12), other=weighted_or_not(most=12), share=SHARE, data=st.data())
@settings(max_examples=20)
def test_thresholds_can_be_chosen_elsewhere_and_within_limits(
    name: str, drawn: Rows, other: Rows, share: float, data: st.DataObject
) -> None:
    """At each share the best on the other rows that keeps the limit there is measured here; a kept one is as given."""
    here, there = at_prevalence(drawn.curve(), share), at_prevalence(other.curve(), share)
    kept, least = data.draw(st.sampled_from(drawn.y_score.tolist())), data.draw(st.sampled_from([0.0, 0.5, 1.0]))
    values = metric(name).evaluate(there.counts)
    allowed = np.flatnonzero(there.counts.recall() >= least - 1e-9)
    highest = values[allowed].max()
    chosen = there.thresholds[[k for k in allowed if values[k] >= highest - 1e-9][-1]]
    sweep = sweep_prevalence(
        drawn.curve(),
        [share],
        name,
        threshold=kept,
        tuning=other.curve(),
        constraints=[Constraint.at_least("recall", least)],
    )
    assert sweep.threshold[0] == chosen
    assert sweep.value[0] == pytest.approx(metric(name).evaluate(here.at(chosen).counts), rel=1e-11, abs=1e-11)
    assert sweep.unchanged[0] == pytest.approx(metric(name).evaluate(here.at(kept).counts), rel=1e-11, abs=1e-11)


def test_limits_that_nothing_keeps_are_left_aside() -> None:
    """The best without them is told instead."""
    curve = ThresholdCurve.from_predictions([0, 1, 1], [3, 2, 1])
    asked = [Constraint.at_least("precision", 1.0), Constraint.at_least("recall", 1.0)]
    found, free = (sweep_prevalence(curve, [0.2, 0.5], constraints=limits) for limits in (asked, []))
    np.testing.assert_array_equal(found.threshold, free.threshold)
    np.testing.assert_allclose(found.unchanged, free.unchanged)
