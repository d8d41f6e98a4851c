"""The checks of a best threshold: each returns what it found, or None where nothing is wrong."""

from __future__ import annotations

import math
from typing import Literal

from f1tools import formatting
from f1tools.advice.result import Result
from f1tools.calibration.reliability import scores_are_known
from f1tools.calibration.sentences import gap_text, misses_text
from f1tools.core.constraints import feasible_values
from f1tools.core.distribution import is_inverted
from f1tools.core.metrics import METRICS
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.optimum import Optimum
from f1tools.formatting.bounds import bound_text, known_value
from f1tools.groups.headline import far_worse
from f1tools.uncertainty.intervals import metric_interval

Level = Literal["warning", "note"]
Finding = tuple[Level, str, str, str, str]
"""Level, title, finding, action and brief of an :class:`~f1tools.Advice`."""

_UNRELIABLE, _ROUGH = 10, 30  # positives
_SUSPICIOUS_AUC = 0.999
_ENOUGH_FOR_AUC = 100  # rows for an AUC to be suspicious
_ZERO = 0.0005  # smaller values print as 0.000
_BARELY = 0.05  # of the way from flagging every case, or from guessing, to a perfect model
_WIDE, _MANY = 1 / 3, 0.1  # of the range of the scores, of the rows
_ONE_SIDED = ("recall", "predicted_positive_rate", "specificity")
_ZERO_BY_CHANCE = ("mcc", "kappa", "youden_j")


def training_rows(result: Result) -> Finding | None:
    """Check whether rows of the curve probably trained the model."""
    if not result.trained:
        return None
    return "warning", "Rows that trained the model", result.trained, "", "the numbers look better than on new data"


def few_positives(result: Result) -> Finding | None:
    """Check whether there are enough positives for numbers to mean anything."""
    curve, (size, _) = result.curve, result.class_sizes
    if size >= _ROUGH:
        return None
    rows = math.floor(size + 1e-9)
    who = f"Only {rows} row{' is' if rows == 1 else 's are'} positive"
    if curve.weighted:
        who = f"With their weights, the positives are worth only about {rows} row{'' if rows == 1 else 's'}"
    brief = who[:1].lower() + who[1:]
    example = _recall_text(result.optimum.point)
    if size < _UNRELIABLE:
        return (
            "warning",
            "Too few positives",
            f"{who}. With fewer than {_UNRELIABLE} the numbers here are mostly chance: {example}",
            "Collect more positives before you rely on any of them.",
            f"{brief}, so the numbers are mostly chance",
        )
    return (
        "note",
        "Few positives",
        f"{who}, so every number here is rough: {example}",
        "Read the numbers with their confidence intervals, or collect more positives.",
        f"{brief}, so every number is rough",
    )


def _recall_text(point: OperatingPoint) -> str:
    """Say how uncertain the recall is, by the interval that stands beside it elsewhere."""
    recall, interval = formatting.metric_value(float(point.counts.recall())), metric_interval("recall", point)
    uncertain = f"recall at the best threshold is {recall} on these rows"
    if interval is None:
        return f"{uncertain}."
    return f"{uncertain}, and its true value could be anything from {interval.text} ({interval.level_text} interval)."


def too_good(result: Result) -> Finding | None:
    """Check whether the scores separate the classes suspiciously well."""
    everything, (auc, _) = result.curve.at(-math.inf), result.roc_auc
    total = float(everything.counts.total())
    rows = total if everything.squares is None else total**2 / float(everything.squares.total())
    if not (auc >= _SUSPICIOUS_AUC and rows >= _ENOUGH_FOR_AUC):
        return None
    return (
        "warning",
        "Too good to be true?",
        f"The scores separate the two classes almost perfectly (ROC AUC {known_value(*result.roc_auc)}), which is rare "
        "in practice.",
        "Make sure that these rows did not train the model and that no feature leaks the label, or measure again on "
        "rows the model has never seen.",
        f"ROC AUC is {known_value(*result.roc_auc)}; make sure that these rows did not train the model",
    )


def inverted(result: Result) -> Finding | None:
    """Check whether high scores mean the negative class."""
    curve = result.curve
    if curve.has_unscored:  # missing scores of positives lower the AUC, whatever the scores are
        return None
    _, auc = result.roc_auc
    if not is_inverted(auc, *result.class_sizes):
        return None
    brief = f"positives tend to score lower than negatives (ROC AUC {known_value(*result.roc_auc)})"
    finding = f"{formatting.capitalized(brief)}, so the scores rank cases worse than random guessing."
    return "warning", "Scores may be inverted", finding, "Check that high scores mean the positive class.", brief


def failing_group(result: Result) -> Finding | None:
    """Check whether the model is far worse for one group than for the others."""
    answer = "" if result.groups is None else far_worse(result.groups)
    if result.groups is None or not answer:
        return None
    found = f"{formatting.at_threshold(result.groups.decision.threshold_text)}, {answer[:1].lower()}{answer[1:]}"
    return (
        "warning",
        "The model fails one group",
        formatting.capitalized(found),
        "Find out why before you use the model for this group; a threshold of its own may help.",
        found.removesuffix("."),
    )


def at_the_edge(result: Result) -> Finding | None:
    """Check whether the best threshold flags every case with a score, or none."""
    optimum, lowest = result.optimum, float(result.curve.thresholds[-1])
    if lowest < optimum.point.threshold < math.inf:
        return None
    flags_all = optimum.point.threshold <= lowest
    extreme = result.every_case if flags_all else "no case"
    errors, other = ("false alarms", "precision") if flags_all else ("missed cases", "recall")
    value = f" ({formatting.metric_value(optimum.value)})" if optimum.metric.name in METRICS else ""
    where = " on the rows that chose the threshold" if result.out_of_sample else value
    beaten = f"By {result.name}, no threshold beats flagging {extreme}{where}"
    if len(result.curve) == 2:
        rows = "All rows with a score have the same" if result.curve.has_unscored else "All rows have the same score"
        brief = f"all scores are {formatting.rounded_threshold(lowest)}"
        finding = f"{rows}, {formatting.rounded_threshold(lowest)}: a threshold flags {result.every_case} or none."
        action = "Choose another score column."
    elif optimum.metric.name in _ONE_SIDED:
        brief = f"{result.name} ignores {errors}"
        finding = (
            f"{result.name[:1].upper()}{result.name[1:]} ignores {errors}, so it is highest when {extreme} is flagged."
        )
        action = f"Choose F1 instead, or add a constraint on {other}."
    else:
        brief = f"this needs no {result.needless if flags_all else 'model'}"
        finding = f"{beaten}, which needs no {result.needless if flags_all else 'model'}."
        action = f"Choose a metric that penalizes {errors} more, or use a better model."
    return "warning", f"The best threshold flags {extreme}", finding, action, brief


def barely_above_everything(result: Result) -> Finding | None:
    """Check whether F-beta is hardly higher than that of flagging every case."""
    optimum, everything = result.optimum, result.curve.at(-math.inf).counts
    # Infeasible where the constraints do not allow it.
    reference = float(feasible_values(optimum.metric, everything, optimum.constraints, weighted=result.curve.weighted))
    if not _is_fbeta(optimum) or reference == -math.inf or result.value - reference >= _BARELY * (1 - reference):
        return None
    value_text, reference_text = formatting.metric_value(result.value), formatting.metric_value(reference)
    hardly = "hardly" if value_text != reference_text and result.value > reference else "no"
    return (
        "warning",
        f"Hardly better than flagging {result.every_case}",
        f"{result.value_text} {hardly} more than the {reference_text} of flagging {result.every_case}, which "
        f"needs no {result.needless}.",
        "A better model, or a metric that penalizes false alarms more, will help more than a finer threshold.",
        f"{result.brief_value}, and {reference_text} without any {result.needless}",
    )


def _is_fbeta(optimum: Optimum) -> bool:
    return optimum.metric.name == "f1" or optimum.metric.beta is not None


def close_to_guessing(result: Result) -> Finding | None:
    """Check whether a metric that is 0 by chance is hardly higher."""
    if result.optimum.metric.name not in _ZERO_BY_CHANCE or result.value >= _BARELY:
        return None
    hardly = "hardly" if result.value >= _ZERO else "no"
    return (
        "warning",
        "Close to random guessing",
        f"{result.value_text} {hardly} more than the 0 of random guessing; 1 would be perfect.",
        "A better model will help more than a finer threshold.",
        f"{result.brief_value}; random guessing gives 0",
    )


def coarse_table(result: Result) -> Finding | None:
    """Check whether a value between the table's thresholds could be visibly higher."""
    optimum, bound = result.optimum, bound_text(result.optimum)
    if not bound or formatting.metric_value(optimum.value) == formatting.metric_value(optimum.bound):
        return None
    return (
        "note",
        "The table is coarse",
        f"Rows were counted at {formatting.count(len(result.curve) - 1)} thresholds. {bound}",
        "Count the rows again, with more thresholds around the best one.",
        bound[:1].lower() + bound[1:-1],
    )


def not_calibrated(result: Result) -> Finding | None:
    """Check whether scores between 0 and 1 are probabilities."""
    if not (result.curve.is_probability and scores_are_known(result.curve)):
        return None
    assessment = result.assess(result.curve)
    if not assessment.is_significant or assessment.is_small:
        return None
    gap = gap_text(assessment)
    return (
        "note",
        "Scores are not calibrated",
        f"{gap} {misses_text(assessment)} The scores can't be read as probabilities.",
        "The ranking and this threshold remain valid; recalibrate the scores before you compute a threshold from costs "
        "or apply them where the share of positives differs.",
        gap[:1].lower() + gap[1:-1],
    )


def wide_plateau(result: Result) -> Finding | None:
    """Check whether thresholds that flag very different numbers of cases are about as good."""
    curve, plateau = result.curve, result.plateau
    lowest, highest = float(curve.thresholds[-1]), float(curve.thresholds[1])
    low, high = max(plateau.low, lowest), min(plateau.high, highest)
    most, least = (curve.at(threshold).counts for threshold in (math.nextafter(plateau.low, math.inf), high))
    changing = float((most.flagged() - least.flagged()) / most.total())
    if not (high - low > _WIDE * (highest - lowest) and changing > _MANY):
        return None
    margin = (high - low) / 64
    low_text = formatting.shortest_decimal(low, low + margin)
    high_text = formatting.shortest_decimal(high - margin, high)
    where = " on the rows that chose the threshold" if result.out_of_sample else ""
    shares = [formatting.percent(float(counts.predicted_positive_rate())) for counts in (most, least)]
    return (
        "note",
        "Many thresholds are as good",
        f"Every threshold from {low_text} to {high_text} comes within {plateau.within:g} of the best {result.name}"
        f"{where}, though the share of flagged cases falls from {shares[0]} to {shares[1]}. The exact threshold "
        "matters little.",
        "Choose one in this range by other criteria, such as the work that flagged cases cause.",
        "the exact threshold matters little",
    )
