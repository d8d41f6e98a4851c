"""The zoo of prediction files: its register, and the plain pairs of a truth and a score.

Names and shapes are those of real files, the numbers are made up. Other shapes and layouts are in the
modules beside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.readers.making import rows, table

Y, P = rows()
N = len(Y)
Q = rows(seed=0, spread=0.8)[1]
RNG = np.random.default_rng(5)
IDS = [f"case_{i:04d}" for i in range(N)]


@dataclass(frozen=True)
class Right:
    """What a file means.

    Attributes
    ----------
    truth, scores, pos_label
        As in Choices. Truths that say the same may be alternatives, separated by a bar.
    sure : bool or None
        Whether the reader should be sure; None leaves it free.
    """

    truth: str
    scores: str
    pos_label: str = "1"
    sure: bool | None = True


ANIMALS: dict[str, tuple[bytes, Right]] = {}


def add(name: str, data: bytes, right: Right) -> None:
    """Put an animal into the zoo."""
    assert name not in ANIMALS
    ANIMALS[name] = (data, right)


def simple(name: str, truth: str, score: str, *, sure: bool | None = True, **more: Any) -> None:
    """Put a file of a truth, a score and further columns into the zoo."""
    add(name, table({truth: Y, score: P, **more}), Right(truth, score, sure=sure))


HARD = (P >= 0.5).astype(int)


for _truth, _score in (
    ("y_true", "y_pred_proba"), ("y_true", "y_prob"), ("y_true", "y_score"), ("target", "prediction"),
    ("label", "score"), ("actual", "predicted"), ("Actual", "Probability"), ("true_label", "pred_prob"),
    ("label", "pred"), ("y", "p"), ("y_test", "y_pred"), ("class", "prob"), ("ground_truth", "confidence"),
    ("Target", "Predicted"), ("truth", "estimate"), ("churn", "churn_probability"), ("Exited", "prob"),
    ("default", "PD_score"), ("is_fraud", "fraud_score"), ("Survived", "proba"),
    ("Actual_Label", "Predicted_Probability"), ("trueLabel", "predScore"), ("outcome", "risk_score"),
    ("obs", "pred"), ("real", "pred"), ("readmitted", "predicted_risk"), ("toxic", "toxicity_score"),
    ("gt", "logit_sigmoid"), ("answer", "forecast"), ("event", "phat"), ("is_duplicate", "is_duplicate_pred"),
    ("labels", "probs"), ("TARGET", "oof"), ("HeartDisease", "HeartDisease_prob"),
    ("First Attempt", "Predicted First Attempt"), ("clicked", "pctr"), ("won", "win_prob"),
    ("result", "model_output"),
):  # fmt: skip
    simple(f"two columns {_truth},{_score}", _truth, _score, sure=None)
    add(f"score first {_score},{_truth}", table({_score: P, _truth: Y}), Right(_truth, _score, sure=None))
