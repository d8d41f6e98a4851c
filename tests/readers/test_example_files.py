"""Files like real ones are read with the right mapping, or the right mapping is proposed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_auc_score

from f1tools.readers import read_predictions
from tests.readers.example_files import EXAMPLES

PUBLISHED = Path(__file__).parents[3] / "shared" / "real_predictions"


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_right_mapping_is_used_or_proposed(name: str) -> None:
    """Target, scores and positive class are the right ones; the reader is sure where nothing is ambiguous."""
    data, expected = EXAMPLES[name]
    reading = read_predictions(data, name=name)
    assert reading.proposal is not None, reading.reason
    assert reading.proposal.truth in expected.truth.split("|")
    assert reading.proposal.scores == expected.scores
    assert (reading.proposal.pos_label or "").lower() == expected.pos_label.lower()
    if expected.is_sure is not None:
        assert reading.outcome == ("sure" if expected.is_sure else "ask"), reading.reason


@pytest.mark.parametrize("name", [name for name, (_, expected) in EXAMPLES.items() if expected.is_sure])
def test_a_candidate_describes_what_is_read(name: str) -> None:
    """Class counts and ROC AUC of the candidate are those of the predictions, by scikit-learn."""
    reading = read_predictions(EXAMPLES[name][0])
    assert reading.predictions is not None
    candidate = reading.candidates[0]
    n_pos, n = reading.predictions.n_pos, reading.predictions.n
    assert (candidate.n_pos, candidate.n_pos + candidate.n_neg) == (n_pos, n)
    for model, score in reading.predictions.scores.items():
        assert math.isclose(candidate.roc_auc[model], roc_auc_score(reading.predictions.y_true, score), abs_tol=1e-12)


@pytest.mark.parametrize(
    ("file", "truth", "score", "rows", "positives", "best_f1", "threshold"),
    [
        ("california_housing.csv", "clf_target", "y_pred_proba", 5832, 3716, 0.8724550112, 0.35),
        ("employment.parquet", "employed", "predicted_probability", 68785, 34106, 0.8350008848, 0.4205307124206221),
        ("nba_games.csv", "prob1_outcome", "prob1", 8886, 5080, 0.7481855475, 0.3883920762955963),
        ("senate.csv", "winflag", "forecast_prob", 207, 103, 0.9615384615, 0.35),
        ("cancer_marker.csv", "cancer", "cancerpredmarker", 750, 105, 0.5829959514, 0.2531714),
    ],
)
def test_published_files(
    file: str, truth: str, score: str, rows: int, positives: int, best_f1: float, threshold: float
) -> None:
    """Published files need no question, lose no row, and give the best F1 known for them."""
    if not PUBLISHED.is_dir():
        pytest.skip(f"the published files are not at {PUBLISHED}")
    reading = read_predictions(PUBLISHED / file, name=file)
    assert reading.outcome == "sure", reading.reason
    assert reading.proposal is not None
    assert (reading.proposal.truth, reading.proposal.scores) == (truth, (score,))
    assert reading.predictions is not None
    assert (reading.predictions.n, reading.predictions.n_pos, reading.dropped) == (rows, positives, {})
    precision, recall, thresholds = precision_recall_curve(
        reading.predictions.y_true, reading.predictions.scores[score]
    )
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    assert math.isclose(f1.max(), best_f1, abs_tol=1e-9)
    assert math.isclose(thresholds[f1[:-1].argmax()], threshold, abs_tol=1e-9)
