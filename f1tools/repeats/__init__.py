"""Strategies compared over repeated splits: what each reaches, how sure that is, and what may be said about it."""

from f1tools.repeats.comparing import Difference, default_reference, differences, gain, gains, ranks, reached
from f1tools.repeats.corrected import CorrectedInterval, corrected_interval
from f1tools.repeats.curves import MeanCurve, mean_curves
from f1tools.repeats.cuts import Cut, CutName, ModelOutcomes
from f1tools.repeats.frame import results_frame
from f1tools.repeats.known import KNOWN, Known
from f1tools.repeats.naming import label, stripped, title
from f1tools.repeats.outcomes import Outcomes, outcomes
from f1tools.repeats.repeated import PARTS, TEST, TRAIN, TUNE, RepeatedPredictions, Split
from f1tools.repeats.sentences import Findings, findings, method

__all__ = [
    "KNOWN",
    "PARTS",
    "TEST",
    "TRAIN",
    "TUNE",
    "CorrectedInterval",
    "Cut",
    "CutName",
    "Difference",
    "Findings",
    "Known",
    "MeanCurve",
    "ModelOutcomes",
    "Outcomes",
    "RepeatedPredictions",
    "Split",
    "corrected_interval",
    "default_reference",
    "differences",
    "findings",
    "gain",
    "gains",
    "label",
    "mean_curves",
    "method",
    "outcomes",
    "ranks",
    "reached",
    "results_frame",
    "stripped",
    "title",
]
