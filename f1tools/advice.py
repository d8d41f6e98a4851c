"""Warnings and notes about a result: few positives, a trivial best threshold, scores that are not calibrated.

Each piece of advice says what was found, what it means and what to do, for people who are not statisticians; a short
form fits beside the answer. There is none when nothing is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from f1tools import formatting
from f1tools.calibration.assessment import assess_calibration
from f1tools.calibration.reliability import scores_are_known
from f1tools.calibration.sentences import gap_text, misses_text
from f1tools.core.area_bounds import roc_auc_bounds
from f1tools.core.constraints import feasible_values
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import is_inverted
from f1tools.core.metrics import METRICS
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.optimum import Optimum, Plateau
from f1tools.formatting import lowercase_label, with_article
from f1tools.formatting.bounds import bound_text, known_value
from f1tools.groups import GroupReport
from f1tools.groups.headline import far_worse
from f1tools.uncertainty.class_rates import ClassRates
from f1tools.uncertainty.intervals import metric_interval

Kind = Literal[
    "training_rows", "few_positives", "too_good", "inverted", "failing_group", "at_the_edge",
    "barely_above_everything", "close_to_guessing", "coarse_table", "not_calibrated", "wide_plateau",
]  # fmt: skip
Level = Literal["warning", "note"]
_Finding = tuple[Level, str, str, str, str]  # level, title, finding, action and brief of an advice

_UNRELIABLE, _ROUGH = 10, 30  # positives
_SUSPICIOUS_AUC = 0.999
_ENOUGH_FOR_AUC = 100  # rows for an AUC to be suspicious
_ZERO = 0.0005  # smaller values print as 0.000
_BARELY = 0.05  # of the way from flagging every case, or from guessing, to a perfect model
_WIDE, _MANY = 1 / 3, 0.1  # of the range of the scores, of the rows
_ONE_SIDED = ("recall", "predicted_positive_rate", "specificity")
_ZERO_BY_CHANCE = ("mcc", "kappa", "youden_j")


@dataclass(frozen=True)
class Advice:
    """One thing to know before relying on a result.

    Parameters
    ----------
    kind : str
        The topic, for code.
    level : "warning" or "note"
        A warning puts the result itself in doubt; a note says how to read it.
    title : str
        A few words.
    finding : str
        What was found and what it means, in plain text.
    action : str
        What to do about it, without numbers of the data.
    brief : str
        What was found in one clause, which follows the title and a colon.
    """

    kind: Kind
    level: Level
    title: str
    finding: str
    action: str = ""
    brief: str = ""

    @property
    def sentence(self) -> str:
        """Finding and action."""
        return f"{self.finding} {self.action}".strip()

    @property
    def line(self) -> str:
        """Title and brief, in plain text."""
        return f"{self.title}{'' if self.title.endswith('?') else ':'} {self.brief}."


@dataclass(frozen=True, eq=False)
class _Result:
    """What the checks look at."""

    curve: ThresholdCurve
    optimum: Optimum
    plateau: Plateau
    out_of_sample: bool
    expected: float | None
    trained: str
    groups: GroupReport | None

    @cached_property
    def roc_auc(self) -> tuple[float, float]:
        """Between which values the area under the ROC curve lies."""
        return roc_auc_bounds(self.curve)

    @property
    def class_sizes(self) -> tuple[float, float]:
        """The positives and the negatives; effective numbers of rows where these are weighted."""
        rates = ClassRates.from_point(self.curve.at(-math.inf))
        return rates.positives, rates.negatives

    @property
    def name(self) -> str:
        """The metric as written within a sentence, with a remark about constraints."""
        label = lowercase_label(self.optimum.metric.label)
        return f"{label} under your constraints" if self.optimum.constraints else label

    @property
    def every_case(self) -> str:
        """What the lowest threshold flags."""
        return formatting.every_case(has_unscored=self.curve.has_unscored)

    @property
    def needless(self) -> str:
        """What flagging all of these does without: a model that gives some cases no score has selected the others."""
        return "threshold" if self.curve.has_unscored else "model"

    @property
    def value(self) -> float:
        """The least optimistic value known for the best threshold."""
        return self.optimum.value if self.expected is None else self.expected

    @property
    def value_text(self) -> str:
        """The start of a sentence about this value, which a comparison follows."""
        if self.expected is not None:
            return f"On new data, expect {with_article(self.name)} of {formatting.metric_value(self.expected)},"
        where = "At this threshold" if self.out_of_sample else "At the best threshold, on the rows that chose it"
        return f"{where}, {self.name} is {formatting.metric_value(self.value)},"

    @property
    def brief_value(self) -> str:
        """The start of a clause about this value."""
        value = formatting.metric_value(self.value)
        return f"{self.name} is {value}" if self.expected is None else f"expect {self.name} {value} on new data"


def advise(
    curve: ThresholdCurve,
    optimum: Optimum,
    plateau: Plateau,
    *,
    out_of_sample: bool,
    expected: float | None = None,
    trained: str = "",
    groups: GroupReport | None = None,
) -> list[Advice]:
    """Return advice on a best threshold, the most important first; empty when nothing is wrong.

    Warnings come before notes. Advice that a warning makes pointless is left out: with very few positives nothing else
    can be trusted.

    Parameters
    ----------
    curve : ThresholdCurve
        Not thinned; the one on which the optimum was found or measured.
    optimum : Optimum
    plateau : Plateau
        Of this optimum on this curve.
    out_of_sample : bool
        Whether the threshold was chosen on other rows than those of the curve.
    expected : float, optional
        The value to expect on new data, from :func:`f1tools.uncertainty.tuned_estimate`. It decides whether the scores
        are useful, instead of the optimistic value on the rows that chose the threshold.
    trained : str
        Why rows of the curve probably trained the model, as a sentence; empty where nothing indicates it.
    groups : GroupReport, optional
        From :func:`f1tools.by_group` with ``min_rows=30``, at the threshold in use.

    Examples
    --------
    >>> from f1tools.core.optimum import best, plateau
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> optimum = best(curve)
    >>> [(one.kind, one.level) for one in advise(curve, optimum, plateau(curve, optimum), out_of_sample=False)]
    [('few_positives', 'warning')]
    """
    expected = None if expected is None or math.isnan(expected) else expected
    result = _Result(curve, optimum, plateau, out_of_sample, expected, trained, groups)
    advice: list[Advice] = []
    for kind, (check, silenced_by) in _CHECKS.items():
        warned = {one.kind for one in advice if one.level == "warning"}
        if not warned & silenced_by and (found := check(result)):
            advice.append(Advice(kind, *found))
    return sorted(advice, key=lambda one: one.level != "warning")


def most_important(advice: Sequence[Advice]) -> Advice | None:
    """Return the advice that belongs beside the answer; None where nothing qualifies the result itself."""
    return next((one for one in advice if one.kind not in ("coarse_table", "wide_plateau")), None)


def _training_rows(result: _Result) -> _Finding | None:
    if not result.trained:
        return None
    return "warning", "Rows that trained the model", result.trained, "", "the numbers look better than on new data"


def _few_positives(result: _Result) -> _Finding | None:
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


def _too_good(result: _Result) -> _Finding | None:
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


def _inverted(result: _Result) -> _Finding | None:
    curve = result.curve
    if curve.has_unscored:  # missing scores of positives lower the AUC, whatever the scores are
        return None
    _, auc = result.roc_auc
    if not is_inverted(auc, *result.class_sizes):
        return None
    brief = f"positives tend to score lower than negatives (ROC AUC {known_value(*result.roc_auc)})"
    finding = f"{formatting.capitalized(brief)}, so the scores rank cases worse than random guessing."
    return "warning", "Scores may be inverted", finding, "Check that high scores mean the positive class.", brief


def _failing_group(result: _Result) -> _Finding | None:
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


def _at_the_edge(result: _Result) -> _Finding | None:
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


def _barely_above_everything(result: _Result) -> _Finding | None:
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


def _close_to_guessing(result: _Result) -> _Finding | None:
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


def _coarse_table(result: _Result) -> _Finding | None:
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


def _not_calibrated(result: _Result) -> _Finding | None:
    if not (result.curve.is_probability and scores_are_known(result.curve)):
        return None
    assessment = assess_calibration(result.curve)
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


def _wide_plateau(result: _Result) -> _Finding | None:
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


# In order of importance, each with the warnings that make it pointless.
_CHECKS: dict[Kind, tuple[Callable[[_Result], _Finding | None], set[Kind]]] = {
    "training_rows": (_training_rows, set()),
    "few_positives": (_few_positives, set()),
    "too_good": (_too_good, {"few_positives"}),
    "inverted": (_inverted, {"few_positives"}),
    "failing_group": (_failing_group, {"few_positives", "inverted"}),
    "at_the_edge": (_at_the_edge, {"few_positives", "inverted"}),
    "barely_above_everything": (_barely_above_everything, {"few_positives", "inverted", "at_the_edge"}),
    "close_to_guessing": (_close_to_guessing, {"few_positives", "inverted", "at_the_edge"}),
    "coarse_table": (_coarse_table, {"few_positives", "inverted"}),
    "not_calibrated": (_not_calibrated, {"few_positives", "too_good", "inverted"}),
    "wide_plateau": (
        _wide_plateau,
        {"few_positives", "inverted", "at_the_edge", "barely_above_everything", "close_to_guessing"},
    ),
}  # fmt: skip
