"""Calibration: reliability diagrams, the Brier score, a test of calibration, and recalibration."""

from f1tools.calibration.assessment import CalibrationAssessment, assess_calibration
from f1tools.calibration.recalibration import Method, out_of_fold, recalibrated
from f1tools.calibration.reliability import (
    Reliability,
    Strategy,
    brier_bounds,
    brier_score,
    brier_skill,
    reliability,
    scores_are_known,
)

__all__ = [
    "CalibrationAssessment",
    "Method",
    "Reliability",
    "Strategy",
    "assess_calibration",
    "brier_bounds",
    "brier_score",
    "brier_skill",
    "out_of_fold",
    "recalibrated",
    "reliability",
    "scores_are_known",
]
