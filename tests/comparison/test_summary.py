"""What a table shows of a model: against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, roc_auc_score

from f1tools.comparison import model_summary
from f1tools.core.constraints import Constraint
from f1tools.decision import decide
from f1tools.predictions import Predictions


def rows(*, margins: bool = False) -> Predictions:
    """Return probabilities that are calibrated, or margins."""
    rng = np.random.default_rng(1)
    score = rng.random(400)
    y_true = rng.random(400) < score
    return Predictions.from_arrays(y_true, 10 * score if margins else score)


def test_numbers_are_those_of_scikit_learn() -> None:
    """At the best threshold, at 0.5 and over all thresholds."""
    predictions = rows()
    y_true, score = predictions.y_true, predictions.scores["score"]
    summary = model_summary(decide(predictions.curves()), max_points=50)
    flagged = score >= float(summary.threshold_text)
    assert float(summary.point.counts.f1()) == pytest.approx(f1_score(y_true, flagged), abs=1e-15)
    assert summary.roc_auc == pytest.approx(roc_auc_score(y_true, score), abs=1e-12)
    assert summary.average_precision == pytest.approx(average_precision_score(y_true, score), abs=1e-12)
    assert summary.brier == pytest.approx(brier_score_loss(y_true, score), abs=1e-12)
    assert summary.at_half is not None
    assert float(summary.at_half.f1()) == pytest.approx(f1_score(y_true, score >= 0.5), abs=1e-15)
    assert summary.calibration == "no sign of being off"
    assert len(summary.drawn) < 80
    assert summary.drawn.at(summary.point.threshold).counts.tp == summary.point.counts.tp


def test_margins_are_no_probabilities() -> None:
    """They have no value at 0.5, no Brier score and no calibration."""
    summary = model_summary(decide(rows(margins=True).curves()), max_points=50)
    assert not summary.is_probability
    assert summary.at_half is None
    assert math.isnan(summary.brier)
    assert summary.calibration == ""


def test_constraints_that_were_dropped() -> None:
    """The reason is kept."""
    constraints = [Constraint.at_least("recall", 1.0), Constraint.at_least("precision", 1.0)]
    summary = model_summary(decide(rows().curves(), constraints=constraints, on_unmet="relax"), max_points=50)
    assert "recall at least 1" in summary.not_met


def test_squashed_probabilities_are_not_calibrated() -> None:
    """Half of each score is far off."""
    predictions = rows()
    halves = Predictions.from_arrays(predictions.y_true, predictions.scores["score"] / 2)
    assert model_summary(decide(halves.curves()), max_points=50).calibration == "not calibrated"
