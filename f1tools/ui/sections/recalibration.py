"""Scores made into probabilities by rows that they are not judged on, and what follows from them."""

from dataclasses import dataclass

import numpy as np

from f1tools.calibration import Method, out_of_fold, recalibrated
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum, best, transfer
from f1tools.core.progress import OnProgress
from f1tools.predictions import Predictions


@dataclass(frozen=True, eq=False)
class Recalibrated:
    """New scores, and the best F1 with them.

    Attributes
    ----------
    rows
        The rows that the numbers are about.
    scores
        Their new scores: out of fold, or fitted on the rows that thresholds are chosen on where there are roles.
    curve
        Of the new scores.
    chosen, measured
        The best threshold for F1 where it was chosen, and on the rows; one and the same without roles.
    """

    rows: Predictions
    scores: FloatArray
    curve: ThresholdCurve
    chosen: Optimum
    measured: Optimum


def recalibrate(predictions: Predictions, model: str, method: Method, on_progress: OnProgress) -> Recalibrated:
    """Recalibrate the scores of a model; reports its progress.

    Raises
    ------
    InvalidPredictions
        When a class has too few rows to be dealt into folds.
    """
    tune, rows = predictions.tuning_set, predictions.evaluation_set
    inside = _out_of_fold(tune, model, method, on_progress)
    chosen = best(_curve(tune, inside))
    if predictions.tuning is None:
        return Recalibrated(rows, inside, _curve(rows, inside), chosen, chosen)
    # Two folds: each is fitted on the other, and the one that reports is taken.
    both = out_of_fold(
        predictions.y_true,
        predictions.scores[model],
        predictions.tuning.astype(np.intp),
        method=method,
        sample_weight=predictions.sample_weight,
        on_progress=on_progress,
    )
    scores = both[~predictions.tuning]
    curve = _curve(rows, scores)
    return Recalibrated(rows, scores, curve, chosen, transfer(chosen, curve))


def _out_of_fold(rows: Predictions, model: str, method: Method, on_progress: OnProgress) -> FloatArray:
    y_true, y_score, weight = rows.y_true, rows.scores[model], rows.sample_weight
    return recalibrated(y_true, y_score, method=method, sample_weight=weight, on_progress=on_progress)


def _curve(rows: Predictions, scores: FloatArray) -> ThresholdCurve:
    return ThresholdCurve.from_predictions(rows.y_true, scores, sample_weight=rows.sample_weight)
