"""Files as they are found in the wild are understood: surely and rightly, or with the right answer on top."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_auc_score

from f1tools.readers import read_predictions
from tests.readers.zoo import ANIMALS

PUBLISHED = Path(__file__).parents[3] / "shared" / "real_predictions"


@pytest.mark.parametrize("name", ANIMALS)
def test_the_right_reading_is_taken_or_on_top(name: str) -> None:
    """Truth, scores and positive class are the right ones; the reader is sure where nothing is left open."""
    data, right = ANIMALS[name]
    reading = read_predictions(data, name=name)
    assert reading.proposal is not None, reading.reason
    assert reading.proposal.truth in right.truth.split("|")
    assert reading.proposal.scores == tuple(right.scores.split(" + "))
    assert reading.proposal.pos_label is not None
    assert reading.proposal.pos_label.lower() == right.pos_label.lower()
    if right.sure is not None:
        assert reading.outcome == ("sure" if right.sure else "ask"), reading.reason


@pytest.mark.parametrize("name", [name for name, (_, right) in ANIMALS.items() if right.sure])
def test_what_was_shown_is_what_was_read(name: str) -> None:
    """Class counts and ROC AUC of the candidate are those of the predictions, by scikit-learn."""
    data, _ = ANIMALS[name]
    reading = read_predictions(data)
    assert reading.predictions is not None
    top = reading.candidates[0]
    assert (top.n_pos, top.n_pos + top.n_neg) == (reading.predictions.n_pos, reading.predictions.n)
    for model, score in reading.predictions.scores.items():
        assert math.isclose(top.roc_auc[model], roc_auc_score(reading.predictions.y_true, score), abs_tol=1e-12)


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
    """Published prediction files are read surely, with every row, and give the best F1 known for them."""
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
