"""Calibration: reliability diagrams, the Brier score, evidence of miscalibration, and recalibration."""

from f1tools.calibration.recalibration import Method, out_of_fold, recalibrated
from f1tools.calibration.reliability import (
    Reliability,
    Strategy,
    brier_score,
    brier_skill,
    reliability,
    reliability_between,
)
from f1tools.calibration.threshold_check import Miscalibration, expected_threshold, miscalibration

__all__ = [
    "Method",
    "Miscalibration",
    "Reliability",
    "Strategy",
    "brier_score",
    "brier_skill",
    "expected_threshold",
    "miscalibration",
    "out_of_fold",
    "recalibrated",
    "reliability",
    "reliability_between",
]
