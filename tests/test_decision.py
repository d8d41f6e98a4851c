"""Decisions: the best threshold or one chosen by hand, on a tuning and an evaluation set; several models compared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, matthews_corrcoef, precision_score, roc_auc_score

from f1tools.core.bins import curve_from_bins
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import ConstraintsNotMet, plateau
from f1tools.decision import compare, decide
from f1tools.predictions import Predictions
from f1tools.what_if import WhatIf
from tests.strategies import Rows, weighted_or_not

RNG = np.random.default_rng(3)
Y = RNG.random(200) < 0.4
SCORE = np.round(np.clip(RNG.normal(0.3 + 0.3 * Y, 0.2), 0, 1), 3)
TUNING = np.arange(200) < 120
PREDICTIONS = Predictions.from_arrays(Y, {"model": SCORE})
WITH_ROLES = PREDICTIONS.with_roles(TUNING, ("valid", "test"))


def test_curves_of_a_model() -> None:
    """Each set is counted by itself; without roles both curves are one object."""
    curves = WITH_ROLES.curves("model")
    for curve, rows in ((curves.tuning, TUNING), (curves.evaluation, ~TUNING)):
        expected = ThresholdCurve.from_predictions(Y[rows], SCORE[rows])
        assert curve.thresholds.tolist() == expected.thresholds.tolist()
        assert (curve.tp.tolist(), curve.fp.tolist()) == (expected.tp.tolist(), expected.fp.tolist())
    assert (curves.n_rows, curves.n_total, curves.role_names) == ((120, 80), 200, ("valid", "test"))
    assert curves.roc_auc == pytest.approx(roc_auc_score(Y[~TUNING], SCORE[~TUNING]))
    assert curves.average_precision == pytest.approx(average_precision_score(Y[~TUNING], SCORE[~TUNING]))
    alone = PREDICTIONS.curves()
    assert alone.tuning is alone.evaluation
    assert (alone.n_rows, alone.n_total, alone.role_names, alone.has_roles) == ((200, 200), 200, None, False)
    with pytest.raises(KeyError):
        PREDICTIONS.curves("another")


def test_curves_from_counts_alone() -> None:
    """A weighted curve does not tell its number of rows."""
    curve = PREDICTIONS.curve()
    assert decide(ModelCurves.from_curve(curve)).evaluation.value == decide(PREDICTIONS.curves()).evaluation.value
    with pytest.raises(ValueError, match="Pass n_rows"):
        ModelCurves.from_curve(curve.reweighted(2, 1))
    assert ModelCurves.from_curve(curve.reweighted(2, 1), n_rows=200).n_rows == (200, 200)


def test_counts_at_one_half_need_probabilities() -> None:
    """Scores outside [0, 1] give 0.5 no meaning."""
    counts = WITH_ROLES.curves().counts_at_half
    assert counts is not None
    assert float(counts.f1()) == pytest.approx(f1_score(Y[~TUNING], SCORE[~TUNING] >= 0.5))
    assert Predictions.from_arrays(Y, SCORE * 3).curves().counts_at_half is None


def test_chosen_on_one_set_and_evaluated_on_the_other() -> None:
    """The threshold maximizes the metric on the tuning set; the evaluation is scikit-learn's on the other rows."""
    decision = decide(WITH_ROLES.curves(), "mcc")
    threshold = decision.tuning.point.threshold
    best = max(matthews_corrcoef(Y[TUNING], SCORE[TUNING] >= t) for t in np.unique(SCORE[TUNING]))
    assert decision.tuning.value == pytest.approx(best)
    assert decision.evaluation.value == pytest.approx(matthews_corrcoef(Y[~TUNING], SCORE[~TUNING] >= threshold))
    assert decision.evaluation.point.threshold == threshold
    assert decision.plateau == plateau(decision.curves.tuning, decision.tuning)


def test_a_threshold_chosen_by_hand() -> None:
    """The point moves, the best stays."""
    best = decide(WITH_ROLES.curves())
    decision = decide(WITH_ROLES.curves(), threshold=0.25)
    assert (decision.threshold_text, decision.is_best) == ("0.25", False)
    assert (decision.evaluation.value, decision.best_threshold_text) == (best.evaluation.value, best.threshold_text)
    assert float(decision.point.counts.f1()) == pytest.approx(f1_score(Y[~TUNING], SCORE[~TUNING] >= 0.25))
    with pytest.raises(ValueError, match="A threshold must be a number"):
        decide(WITH_ROLES.curves(), threshold=float("nan"))


@given(drawn=weighted_or_not())
def test_the_text_of_the_best_threshold_makes_the_best_decisions(drawn: Rows) -> None:
    """What is written reaches the best value, and so does every threshold with the same decisions."""
    decision = decide(Predictions.from_arrays(drawn.y_true, drawn.y_score, sample_weight=drawn.sample_weight).curves())
    assert float(decision.point.counts.f1()) == decision.evaluation.value
    low, high = decision.same_decisions
    assert low < decision.point.threshold <= high
    assert decision.curves.evaluation.at(high).counts.tp == decision.point.counts.tp
    assert decision.is_best


def test_constraints_that_cannot_be_met() -> None:
    """By default that is an error; relaxed, the best threshold without them is found, with the reason."""
    impossible = [Constraint.at_least("precision", 2)]
    with pytest.raises(ConstraintsNotMet) as raised:
        decide(WITH_ROLES.curves(), constraints=impossible)
    relaxed = decide(WITH_ROLES.curves(), constraints=impossible, on_unmet="relax")
    free = decide(WITH_ROLES.curves(), on_unmet="relax")
    assert relaxed.tuning.not_met == relaxed.evaluation.not_met == str(raised.value)
    assert (relaxed.tuning.constraints, relaxed.tuning.value) == ((), free.tuning.value)
    assert free.tuning.not_met == ""
    kept = decide(WITH_ROLES.curves(), constraints=[Constraint.at_least("recall", 0.9)], on_unmet="relax")
    assert kept.tuning.not_met == ""
    assert float(kept.tuning.point.counts.recall()) >= 0.9
    undefined = Metric("undefined", "Undefined", lambda counts: counts.tp * np.nan)
    with pytest.raises(ValueError, match="undefined at every threshold"):  # there is nothing to drop
        decide(PREDICTIONS.curves(), undefined, on_unmet="relax")


def test_a_what_if_changes_both_curves() -> None:
    """Curves under a what-if are decided on like any others."""
    curves = WITH_ROLES.curves()
    what_if = WhatIf(prevalence=0.1)
    changed = curves.map(what_if.apply)
    assert changed.n_rows == curves.n_rows
    for new, old in ((changed.tuning, curves.tuning), (changed.evaluation, curves.evaluation)):
        assert float(new.counts.prevalence()[0]) == pytest.approx(0.1)
        assert new.thresholds.tolist() == old.thresholds.tolist()
    once = PREDICTIONS.curves().map(what_if.apply)
    assert once.tuning is once.evaluation


RANDOM = np.random.default_rng(5)
Y_TRUE = RANDOM.random(120) < 0.3
SCORES = {
    "probabilities": np.round(1 / (1 + np.exp(-RANDOM.normal(2 * Y_TRUE - 1, 1.5))), 2),
    "margins": np.round(RANDOM.normal(Y_TRUE * 2.0, 1.0), 1),
    "<b>noise</b>": np.round(RANDOM.random(120), 2),
}
MODELS = Predictions.from_arrays(Y_TRUE, SCORES)


@pytest.mark.parametrize(("name", "scorer"), [("f1", f1_score), ("mcc", matthews_corrcoef)])
def test_each_model_at_its_own_best_threshold(name: str, scorer: object) -> None:
    """The best value and both areas are scikit-learn's; 0.5 is evaluated only for probabilities."""
    assert callable(scorer)
    comparison = compare(MODELS, name)
    assert [each.curves.model for each in comparison.decisions] == list(SCORES)
    for each in comparison.decisions:
        score = SCORES[each.curves.model]
        assert each.evaluation.value == pytest.approx(max(scorer(Y_TRUE, score >= t) for t in np.unique(score)))
        assert scorer(Y_TRUE, score >= float(each.threshold_text)) == pytest.approx(each.evaluation.value)
        assert each.curves.roc_auc == pytest.approx(roc_auc_score(Y_TRUE, score))
        assert each.curves.average_precision == pytest.approx(average_precision_score(Y_TRUE, score))
        assert (each.curves.counts_at_half is None) == (each.curves.model == "margins")
        if each.curves.counts_at_half is not None:
            at_half = comparison.objective.evaluate(each.curves.counts_at_half)
            assert at_half == pytest.approx(scorer(Y_TRUE, score >= 0.5))


def test_constraints_that_one_model_cannot_meet() -> None:
    """They are dropped for that model only, and the table shows the reason."""
    constraints = [Constraint.at_least("precision", 0.9), Constraint.at_least("recall", 0.2)]
    comparison = compare(MODELS, constraints=constraints)
    margins, noise = comparison.decisions[1:]
    assert margins.tuning.not_met == ""
    assert margins.evaluation.constraints == tuple(constraints)
    assert precision_score(Y_TRUE, SCORES["margins"] >= margins.point.threshold) >= 0.9
    assert all(str(each) in noise.tuning.not_met for each in constraints)
    assert noise.evaluation.constraints == ()
    assert noise.evaluation.value == compare(MODELS).decisions[2].evaluation.value
    assert comparison.frame()["not_met"].tolist() == [each.tuning.not_met for each in comparison.decisions]


def test_the_frame_has_a_row_a_model() -> None:
    """Its numbers are scikit-learn's; undefined values are nan."""
    comparison = compare(MODELS, "fbeta", beta=0.5)
    frame = comparison.frame().set_index("model")
    assert frame.index.tolist() == list(SCORES)
    areas, others = ["roc_auc", "average_precision", "not_met"], ["precision", "recall", "f1", "tn", "fp", "fn", "tp"]
    assert frame.columns.tolist() == ["threshold", "fbeta", *others, "fbeta_at_0_5", *areas]
    for each in comparison.decisions:
        row, score = frame.to_dict("index")[each.curves.model], SCORES[each.curves.model]
        called = score >= row["threshold"]
        assert row["precision"] == pytest.approx(precision_score(Y_TRUE, called))
        assert row["f1"] == pytest.approx(f1_score(Y_TRUE, called))
        assert row["fbeta"] == each.evaluation.value
        assert [row["tp"], row["fp"]] == [int((called & Y_TRUE).sum()), int((called & ~Y_TRUE).sum())]
        assert np.isnan(row["fbeta_at_0_5"]) == (each.curves.model == "margins")
    assert comparison.objective.label == "F0.5"


@given(drawn=weighted_or_not(), name=st.sampled_from(["f1", "accuracy", "precision", "youden_j"]))
def test_models_are_independent(drawn: Rows, name: str) -> None:
    """Other models do not change the decision for a model, with roles or without."""
    scores = {"one": drawn.y_score, "two": -drawn.y_score.astype(np.float64)}
    predictions = Predictions.from_arrays(drawn.y_true, scores, sample_weight=drawn.sample_weight)
    for rows in (predictions, MODELS.with_roles(np.arange(120) < 70, ("valid", "test"))):
        for each in compare(rows, name).decisions:
            alone = decide(rows.curves(each.curves.model), name)
            assert (each.threshold_text, each.evaluation.value) == (alone.threshold_text, alone.evaluation.value)
            assert (each.is_best, each.curves.role_names) == (True, alone.curves.role_names)


def test_a_threshold_inside_a_bin() -> None:
    """The table's lower threshold stands for it, as short as where it is the best; one outside of bins stays."""
    curve = curve_from_bins(
        [0.3000022025975897, 0.7500022025975897], [0.7499, 0.99], positives=[2, 8], negatives=[20, 1]
    )
    curves = ModelCurves.from_curve(curve)
    inside, best_one = decide(curves, threshold=0.7692), decide(curves)
    assert (inside.threshold_text, inside.point.threshold, inside.is_best) == ("0.75", 0.75, True)
    assert (inside.point.counts.tp, inside.same_decisions) == (8, best_one.same_decisions)
    assert decide(curves, threshold=0.4).threshold_text == "0.3"
    assert decide(curves, threshold=0.7499456).threshold_text == "0.7499456"
