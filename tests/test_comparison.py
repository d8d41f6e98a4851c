"""Several models side by side, each at its own best threshold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, matthews_corrcoef, precision_score, roc_auc_score

from f1tools.core.constraints import Constraint
from f1tools.decision import compare, decide
from f1tools.predictions import Predictions
from tests.strategies import Rows, weighted_or_not

RNG = np.random.default_rng(5)
Y_TRUE = RNG.random(120) < 0.3
SCORES = {
    "probabilities": np.round(1 / (1 + np.exp(-RNG.normal(2 * Y_TRUE - 1, 1.5))), 2),
    "margins": np.round(RNG.normal(Y_TRUE * 2.0, 1.0), 1),
    "<b>noise</b>": np.round(RNG.random(120), 2),
}
PREDICTIONS = Predictions.from_arrays(Y_TRUE, SCORES)


@pytest.mark.parametrize(("name", "scorer"), [("f1", f1_score), ("mcc", matthews_corrcoef)])
def test_each_model_at_its_own_best_threshold(name: str, scorer: object) -> None:
    """The best value and both areas are scikit-learn's; 0.5 is evaluated only for probabilities."""
    assert callable(scorer)
    comparison = compare(PREDICTIONS, name)
    assert [each.curves.model for each in comparison.decisions] == list(SCORES)
    for each in comparison.decisions:
        score = SCORES[each.curves.model]
        assert each.evaluation.value == pytest.approx(max(scorer(Y_TRUE, score >= t) for t in np.unique(score)))
        assert scorer(Y_TRUE, score >= float(each.threshold_text)) == pytest.approx(each.evaluation.value)
        assert each.curves.roc_auc == pytest.approx(roc_auc_score(Y_TRUE, score))
        assert each.curves.average_precision == pytest.approx(average_precision_score(Y_TRUE, score))
        if each.curves.model == "margins":
            assert each.curves.counts_at_half is None
        else:
            assert each.curves.counts_at_half is not None
            assert comparison.objective.evaluate(each.curves.counts_at_half) == pytest.approx(
                scorer(Y_TRUE, score >= 0.5)
            )


def test_roles() -> None:
    """Thresholds are chosen on the tuning set; all numbers describe the evaluation set."""
    tuning = np.arange(120) < 70
    for each in compare(PREDICTIONS.with_roles(tuning, ("valid", "test"))).decisions:
        score, threshold = SCORES[each.curves.model], each.point.threshold
        chosen = max(f1_score(Y_TRUE[tuning], score[tuning] >= t) for t in np.unique(score[tuning]))
        assert f1_score(Y_TRUE[tuning], score[tuning] >= threshold) == pytest.approx(chosen)
        counts = each.point.counts
        assert float(counts.f1()) == pytest.approx(f1_score(Y_TRUE[~tuning], score[~tuning] >= threshold))
        assert each.curves.roc_auc == pytest.approx(roc_auc_score(Y_TRUE[~tuning], score[~tuning]))
        assert each.curves.role_names == ("valid", "test")


def test_constraints_that_one_model_cannot_meet() -> None:
    """They are dropped for that model only, and the table shows the reason."""
    constraints = [Constraint.at_least("precision", 0.9), Constraint.at_least("recall", 0.2)]
    comparison = compare(PREDICTIONS, constraints=constraints)
    margins, noise = comparison.decisions[1:]
    assert margins.tuning.not_met == ""
    assert margins.evaluation.constraints == tuple(constraints)
    assert precision_score(Y_TRUE, SCORES["margins"] >= margins.point.threshold) >= 0.9
    assert all(str(each) in noise.tuning.not_met for each in constraints)
    assert noise.evaluation.constraints == ()
    assert noise.evaluation.value == compare(PREDICTIONS).decisions[2].evaluation.value
    assert comparison.frame()["not_met"].tolist() == [each.tuning.not_met for each in comparison.decisions]


def test_the_frame_has_a_row_a_model() -> None:
    """Its numbers are scikit-learn's; undefined values are nan."""
    comparison = compare(PREDICTIONS, "fbeta", beta=0.5)
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
    """Other models do not change the decision for a model."""
    scores = {"one": drawn.y_score, "two": -drawn.y_score.astype(np.float64)}
    predictions = Predictions.from_arrays(drawn.y_true, scores, sample_weight=drawn.sample_weight)
    for each in compare(predictions, name).decisions:
        alone = decide(predictions.curves(each.curves.model), name)
        assert (each.threshold_text, each.evaluation.value) == (alone.threshold_text, alone.evaluation.value)
        assert each.is_best


def test_an_unknown_metric() -> None:
    """It is rejected with the known names."""
    with pytest.raises(ValueError, match="There is no metric 'nonsense'"):
        compare(PREDICTIONS, "nonsense")
