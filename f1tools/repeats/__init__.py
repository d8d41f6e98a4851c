"""Strategies compared over repeated splits: outcomes, corrected confidence intervals and findings."""

from f1tools.repeats.comparison import (
    Difference,
    default_reference,
    differences,
    gains,
    mean_objective,
    mean_ranks,
    results_frame,
)
from f1tools.repeats.corrected import CorrectedInterval, corrected_interval
from f1tools.repeats.curves import MeanCurve, mean_curves
from f1tools.repeats.outcomes import ChoiceName, ModelOutcomes, Outcomes, ThresholdChoice, outcomes
from f1tools.repeats.repeated import PARTS, TEST, TRAIN, TUNE, RepeatedPredictions, Split
from f1tools.repeats.sentences import Findings, findings, method
from f1tools.repeats.strategy_names import STRATEGY_INFO, StrategyInfo, label, strategy_key, title

__all__ = [
    "PARTS",
    "STRATEGY_INFO",
    "TEST",
    "TRAIN",
    "TUNE",
    "ChoiceName",
    "CorrectedInterval",
    "Difference",
    "Findings",
    "MeanCurve",
    "ModelOutcomes",
    "Outcomes",
    "RepeatedPredictions",
    "Split",
    "StrategyInfo",
    "ThresholdChoice",
    "corrected_interval",
    "default_reference",
    "differences",
    "findings",
    "gains",
    "label",
    "mean_curves",
    "mean_objective",
    "mean_ranks",
    "method",
    "outcomes",
    "results_frame",
    "strategy_key",
    "title",
]
