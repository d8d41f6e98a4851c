"""Decisions: the best threshold or one chosen by hand, on a tuning set and an evaluation set."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import average_precision_score, f1_score, matthews_corrcoef, roc_auc_score

from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import ConstraintsNotMet
from f1tools.core.plateau import plateau
from f1tools.decision import decide
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


def test_a_threshold_chosen_by_hand() -> None:
    """The point moves, the best stays; None goes back to the best."""
    best = decide(WITH_ROLES.curves())
    decision = decide(WITH_ROLES.curves(), threshold=0.25)
    assert (decision.threshold_text, decision.is_best) == ("0.25", False)
    assert (decision.evaluation.value, decision.best_threshold_text) == (best.evaluation.value, best.threshold_text)
    assert float(decision.point.counts.f1()) == pytest.approx(f1_score(Y[~TUNING], SCORE[~TUNING] >= 0.25))
    assert decision.with_threshold(None).is_best
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
    relaxed, free = (
        decide(WITH_ROLES.curves(), constraints=impossible, on_unmet="relax"),
        decide(WITH_ROLES.curves(), on_unmet="relax"),
    )
    assert relaxed.tuning.not_met == relaxed.evaluation.not_met == str(raised.value)
    assert (relaxed.tuning.constraints, relaxed.tuning.value) == ((), free.tuning.value)
    assert free.tuning.not_met == ""
    kept = decide(WITH_ROLES.curves(), constraints=[Constraint.at_least("recall", 0.9)], on_unmet="relax")
    assert kept.tuning.not_met == ""
    assert float(kept.tuning.point.counts.recall()) >= 0.9


def test_undefined_metrics_are_not_relaxed_away() -> None:
    """Without constraints there is nothing to drop."""
    undefined = Metric("undefined", "Undefined", lambda counts: counts.tp * np.nan)
    with pytest.raises(ValueError, match="undefined at every threshold"):
        decide(PREDICTIONS.curves(), undefined, on_unmet="relax")


def test_the_plateau_lies_where_the_threshold_was_chosen() -> None:
    """It is that of the tuning set."""
    decision = decide(WITH_ROLES.curves())
    assert decision.plateau == plateau(decision.curves.tuning, decision.tuning)


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
