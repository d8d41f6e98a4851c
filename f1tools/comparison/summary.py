"""What a table of models shows of each one, so that the curves of all models need not be kept."""

from __future__ import annotations

import math
from dataclasses import dataclass

from f1tools import formatting
from f1tools.calibration import assess_calibration, brier_score
from f1tools.calibration.sentences import short_verdict
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.operating_point import OperatingPoint
from f1tools.decision import Decision


@dataclass(frozen=True, eq=False)
class ModelSummary:
    """One model on the evaluation set, at its best threshold and over all thresholds.

    Make it with :func:`model_summary`.

    Parameters
    ----------
    model : str
    point : OperatingPoint
        At the best threshold.
    threshold_text : str
        The best threshold.
    not_met : str
        Why the constraints were dropped; empty where they were not.
    extreme : str
        What the best threshold flags of the tuning set where that needs no ranking: every case, one case or no case;
        else empty.
    at_half : ConfusionCounts or None
        Counts at the threshold 0.5; None where the scores are not probabilities.
    roc_auc, average_precision : float
    brier : float
        The Brier score; nan where the scores are not probabilities.
    calibration : str
        The verdict on the calibration in a few words; empty where the scores are not probabilities.
    drawn : ThresholdCurve
        The curve with as many thresholds as a chart shows; the best one is among them.
    """

    model: str
    point: OperatingPoint
    threshold_text: str
    not_met: str
    extreme: str
    at_half: ConfusionCounts | None
    roc_auc: float
    average_precision: float
    brier: float
    calibration: str
    drawn: ThresholdCurve

    @property
    def is_probability(self) -> bool:
        """Whether all scores lie in [0, 1]."""
        return self.at_half is not None


@dataclass(frozen=True, eq=False)
class BestThreshold:
    """One model at its best threshold: what tells whether models can be told apart by their values.

    Parameters
    ----------
    model : str
    point : OperatingPoint
    extreme : str
        See :class:`ModelSummary`.
    """

    model: str
    point: OperatingPoint
    extreme: str

    @classmethod
    def of(cls, decision: Decision) -> BestThreshold:
        """Return the best threshold of the model of a decision."""
        return cls(decision.curves.model, decision.best_point, _extreme(decision))


def model_summary(decision: Decision, *, max_points: int) -> ModelSummary:
    """Summarize the model of a decision for its best threshold.

    Parameters
    ----------
    decision : Decision
    max_points : int
        Thresholds of the curve to draw.
    """
    curves, curve = decision.curves, decision.curves.evaluation
    point = decision.best_point
    is_probability = curves.is_probability
    return ModelSummary(
        model=curves.model,
        point=point,
        threshold_text=decision.best_threshold_text,
        not_met=decision.tuning.not_met,
        extreme=_extreme(decision),
        at_half=curves.counts_at_half,
        roc_auc=curves.roc_auc,
        average_precision=curves.average_precision,
        brier=brier_score(curve) if is_probability else math.nan,
        calibration=short_verdict(assess_calibration(curve)) if is_probability else "",
        drawn=curve.thinned(max_points, keep=[point.threshold]),
    )


def _extreme(decision: Decision) -> str:
    curve, point = decision.curves.tuning, decision.tuning.point
    if math.isinf(point.threshold):
        return "no case"
    if point.threshold <= float(curve.thresholds[-1]):
        return formatting.every_case(has_unscored=curve.has_unscored)
    return "one case" if not curve.weighted and point.counts.flagged() == 1 else ""
