"""Files that no threshold can be chosen from, and how they are told from those that can."""

from __future__ import annotations

import numpy as np
import pytest

from f1tools.readers import read_predictions
from tests.readers.making import labels, rows, table
from tests.readers.trapping import HARD, NOISE, RNG, N, P, Y, top

NUMBERED = RNG.integers(0, 6, N)
GUESSED = np.where(NOISE < 0.7, NUMBERED, RNG.integers(0, 6, N))
MEASURED = np.round(5 * P + NOISE, 5)


@pytest.mark.parametrize(
    "columns",
    [
        {"true_target": NUMBERED, "predicted_target": GUESSED, "correct": NUMBERED == GUESSED},
        {"true_target": NUMBERED, "true_kind": [f"k{i}" for i in NUMBERED], "predicted_target": GUESSED},
    ],
    ids=["judged", "with names"],
)
def test_numbered_classes_as_decisions_are_no_scores(columns: dict[str, object]) -> None:
    """Truth and decision among several classes, and no score: refuse."""
    assert read_predictions(table(columns)).outcome == "refuse"


def test_a_predicted_target_is_a_decision() -> None:
    """Beside a true target, the predicted one is not the truth, whatever its last word says."""
    reading = read_predictions(table({"predicted_target": HARD, "true_target": Y, "prob": P}))
    assert (reading.outcome, top(reading).truth) == ("sure", "true_target")


def test_a_measured_truth_is_regression_whatever_classes_stand_beside() -> None:
    """Kinds of cases are not set one against the rest when the truth is a measurement."""
    kinds = [f"metal {i}" for i in RNG.integers(0, 4, N)]
    reading = read_predictions(
        table({"logk_true": MEASURED, "logk_pred": np.round(MEASURED + NOISE, 5), "metal": kinds})
    )
    assert reading.outcome == "refuse"
    assert "regression" in reading.reason


def test_a_rank_is_no_truth() -> None:
    """An observed rank of a few places is not a truth of several classes."""
    ranks = RNG.integers(1, 6, N)
    data = table({"observed_rank": ranks, "observed_score": MEASURED, "predicted_score": P})
    assert read_predictions(data).outcome == "refuse"


def test_bands_of_the_score_are_no_truth() -> None:
    """Low, medium and high follow from the probability: there is no truth in the file."""
    bands = np.where(P < 0.3, "Low", np.where(P < 0.7, "Medium", "High"))
    reading = read_predictions(table({"provider": [f"p{i}" for i in range(N)], "RiskClass": bands, "Probability": P}))
    assert reading.outcome == "refuse"
    assert "no column with the two classes" in reading.reason


def test_what_stacks_detectors_is_no_truth() -> None:
    """Two detectors piled up are not two classes."""
    data = table({"id": [f"c{i}" for i in range(N)], "detector": labels(Y, "rules", "network"), "support": P})
    assert read_predictions(data).outcome == "refuse"


def test_a_few_decisions_give_no_score_away() -> None:
    """With less than ten rows, or one decision of its kind, a threshold between them may be chance."""
    y_true, score = rows(9)
    zz = np.round(40 * score - 9, 4)
    few = read_predictions(table({"truth": y_true, "zz": zz, "decision": (zz > np.median(zz)).astype(int)}))
    assert few.outcome != "sure"
    lone = (P.max() == P).astype(int)
    alone = read_predictions(table({"truth": Y, "zz": np.round(40 * P - 9, 4), "decision": lone}))
    assert alone.outcome != "sure"
