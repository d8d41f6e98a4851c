"""What a table of models shows of each one, so that the curves of all models need not be kept."""

from __future__ import annotations

import math
from dataclasses import dataclass

from f1tools import formatting
from f1tools.calibration import assess_calibration, brier_bounds, brier_score, scores_are_known
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
    bound : float
        No threshold has a higher value of the metric; see :class:`f1tools.Optimum`.
    is_uncertain : bool
        Whether a threshold between those of a table may be better than the best one.
    is_probability : bool
        Whether all scores lie in [0, 1].
    at_half : ConfusionCounts or None
        Counts at the threshold 0.5; None where the scores are not probabilities, or the counts are not known.
    roc_auc, average_precision : float
    brier : float
        The Brier score; nan where the scores are not probabilities, or not known.
    roc_auc_bounds, average_precision_bounds, brier_bounds : (float, float)
        Between which values these lie: twice the same, unless rows were counted in bins.
    calibration : str
        The verdict on the calibration in a few words; empty where there is no Brier score.
    drawn : ThresholdCurve
        The curve with as many thresholds as a chart shows; the best one is among them.
    """

    model: str
    point: OperatingPoint
    threshold_text: str
    not_met: str
    extreme: str
    bound: float
    is_uncertain: bool
    is_probability: bool
    at_half: ConfusionCounts | None
    roc_auc: float
    average_precision: float
    brier: float
    roc_auc_bounds: tuple[float, float]
    average_precision_bounds: tuple[float, float]
    brier_bounds: tuple[float, float]
    calibration: str
    drawn: ThresholdCurve


@dataclass(frozen=True, eq=False)
class BestThreshold:
    """One model at its best threshold: whether models can be distinguished by their values depends on it.

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
    are_known = curves.is_probability and scores_are_known(curve)
    brier = brier_score(curve) if are_known else math.nan
    return ModelSummary(
        model=curves.model,
        point=point,
        threshold_text=decision.best_threshold_text,
        not_met=decision.tuning.not_met,
        extreme=_extreme(decision),
        bound=decision.tuning.bound,
        is_uncertain=not decision.tuning.is_certain,
        is_probability=curves.is_probability,
        at_half=curves.counts_at_half,
        roc_auc=curves.roc_auc,
        average_precision=curves.average_precision,
        brier=brier,
        roc_auc_bounds=curves.roc_auc_bounds,
        average_precision_bounds=curves.average_precision_bounds,
        brier_bounds=brier_bounds(curve) if are_known and not curve.is_exact else (brier, brier),
        calibration=short_verdict(assess_calibration(curve)) if are_known else "",
        drawn=curve.thinned(max_points, keep=[point.threshold]),
    )


def _extreme(decision: Decision) -> str:
    curve, point = decision.curves.tuning, decision.tuning.point
    if math.isinf(point.threshold):
        return "no case"
    if point.threshold <= float(curve.thresholds[-1]):
        return formatting.every_case(has_unscored=curve.has_unscored)
    return "one case" if not curve.weighted and point.counts.flagged() == 1 else ""
