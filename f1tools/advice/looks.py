"""What is looked for: each function looks for one thing and tells of it."""

from __future__ import annotations

import math
from collections.abc import Callable

from f1tools import formatting
from f1tools.advice.seen import Advice, Kind, Seen
from f1tools.calibration.law import f_beta, miscalibration
from f1tools.core.constraints import allowed_values
from f1tools.core.counts import Count
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import Optimum
from f1tools.formatting.threshold import best_threshold_text
from f1tools.uncertainty.intervals import wilson_interval

_UNRELIABLE, _ROUGH = 10, 30  # positives
_TOO_GOOD, _REVERSED = 0.999, 0.4  # area under the ROC curve
_NOTHING = 0.0005  # below this a figure of three decimals is 0
_ENOUGH = 100  # rows to find an area too good
_BARELY = 0.05  # of the way from flagging everything to a perfect score, or from guessing
_WIDE, _MANY = 1 / 3, 0.1  # of the span of the scores, of the rows
_ONE_SIDED = ("recall", "predicted_positive_rate", "specificity")
_AGAINST_CHANCE = ("mcc", "kappa", "youden_j")


def _few_positives(seen: Seen) -> Advice | None:
    curve = seen.curve
    worth = _worth(curve.positives, None if curve.tp_squares is None else curve.tp_squares[-1].item())
    if worth >= _ROUGH:
        return None
    interval = wilson_interval(worth / 2, worth)
    low, high = formatting.percent(float(interval.low)), formatting.percent(float(interval.high))
    rows = math.floor(worth + 1e-9)
    who = f"Only {rows} rows are positive" if rows != 1 else "Only 1 row is positive"
    if curve.weighted:
        who = f"With their weights, the positives are worth only about {rows} row{'s' if rows != 1 else ''}"
    chance = f"a recall of 50% may in truth be anything from {low} to {high}"
    if worth < _UNRELIABLE:
        return Advice(
            "few_positives",
            "warning",
            "Too few positives",
            f"{who}, and with fewer than {_UNRELIABLE} chance decides most of what you see: {chance}. "
            "Don't rely on any number here before you have more positives.",
        )
    return Advice(
        "few_positives",
        "note",
        "Few positives",
        f"{who}, so every number here is rough: {chance}. Read them with their intervals, or bring more positives.",
    )


def _too_good(seen: Seen) -> Advice | None:
    curve = seen.curve
    squares = curve.squares_at_each([-math.inf])
    rows = _worth(curve.positives + curve.negatives, None if squares is None else squares.total().item())
    area = curve.roc_auc()
    if not (area >= _TOO_GOOD and rows >= _ENOUGH):
        return None
    return Advice(
        "too_good",
        "warning",
        "Too good to be true?",
        f"The scores part the two classes almost without error (ROC AUC "
        f"{formatting.metric_value(area)}), which real problems "
        "rarely allow. Make sure that these rows did not train the model and that no input gives the answer away, or "
        "measure again on rows the model has never seen.",
    )


def _at_the_edge(seen: Seen) -> Advice | None:
    threshold, lowest = seen.optimum.point.threshold, float(seen.curve.thresholds[-1])
    if lowest < threshold < math.inf:
        return None
    everything = threshold <= lowest
    act = "flag every case" if everything else "flag nothing at all"
    blind, other = ("false alarms", "precision") if everything else ("missed cases", "recall")
    if len(seen.curve) == 2:
        sentence = (
            f"All rows have the same score, {formatting.decimal(lowest)}, so a threshold can only flag every case or "
            "none. Choose another score column."
        )
    elif seen.optimum.metric.name in _ONE_SIDED:
        sentence = (
            f"{seen.name[:1].upper()}{seen.name[1:]} doesn't mind {blind}, so all that it can ask for is to {act}. "
            f"Choose F1 instead, or add a limit on {other}."
        )
    else:
        sentence = f"By {seen.name}, nothing beats the threshold that would {act}{_value(seen.optimum)}, "
        sentence += _why_at_the_edge(seen.curve.roc_auc(), blind)
    return Advice("at_the_edge", "warning", f"Best is to {act}", sentence)


def _why_at_the_edge(area: float, blind: str) -> str:
    if area < _REVERSED:
        return (
            f"because real cases tend to score lower than the others (ROC AUC "
            f"{formatting.metric_value(area)}). Check that high "
            "scores mean the positive class."
        )
    return f"which takes no model. Ask for a metric that minds {blind} more, or bring a better model."


def _barely_above_everything(seen: Seen) -> Advice | None:
    optimum, everything = seen.optimum, seen.curve.at(-math.inf).counts
    allowed = allowed_values(optimum.metric, everything, optimum.constraints, weighted=seen.curve.weighted) > -math.inf
    if f_beta(optimum) is None or not allowed:
        return None
    reference = float(optimum.metric.evaluate(everything))
    if seen.value - reference >= _BARELY * (1 - reference):
        return None
    hardly = (
        "hardly"
        if formatting.metric_value(seen.value) != formatting.metric_value(reference) and seen.value > reference
        else "no"
    )
    return Advice(
        "barely_above_everything",
        "warning",
        "Hardly better than flagging everything",
        f"{seen.reached} {hardly} more than the {formatting.metric_value(reference)} that flagging every "
        f"case gives without any "
        "model. A better model, or a metric that minds false alarms more, will help you more than a finer threshold.",
    )


def _close_to_guessing(seen: Seen) -> Advice | None:
    if seen.optimum.metric.name not in _AGAINST_CHANCE or seen.value >= _BARELY:
        return None
    hardly = "hardly" if seen.value >= _NOTHING else "no"
    return Advice(
        "close_to_guessing",
        "warning",
        "Close to guessing",
        f"{seen.reached} {hardly} more than the 0 that guessing gives; 1 would be perfect. A better model will help "
        "you more than a finer threshold.",
    )


def _not_calibrated(seen: Seen) -> Advice | None:
    wrong = miscalibration(seen.curve, seen.optimum, seen.near)
    if wrong is None:
        return None
    found = best_threshold_text(seen.optimum, seen.curve)
    law = _near(wrong.expected, (wrong.high - wrong.low) / 20)
    low, high = (law, found) if wrong.expected == wrong.low else (found, law)
    return Advice(
        "not_calibrated",
        "note",
        "Scores are not calibrated",
        f"Scores from {low} to {high} promise {formatting.percent(wrong.promised)} positives and hold "
        f"{formatting.percent(wrong.observed)}, so they can't be read as probabilities, and the threshold is {found} "
        f"instead of about {law}, {_law(seen.optimum)}. The ranking and this threshold hold all the same; "
        "recalibrate the scores before you compute a threshold from costs or move them to another share of positives.",
    )


def _wide_plateau(seen: Seen) -> Advice | None:
    curve, near = seen.curve, seen.near
    lowest, highest = float(curve.thresholds[-1]), float(curve.thresholds[1])
    low, high = max(near.low, lowest), min(near.high, highest)
    most, least = (curve.at(one).counts for one in (math.nextafter(near.low, math.inf), high))
    changing = float((most.flagged() - least.flagged()) / most.total())
    # Halves, because the whole range of doubles is wider than a double can be.
    if not (high / 2 - low / 2 > _WIDE * (highest / 2 - lowest / 2) and changing > _MANY):
        return None
    hair = (high / 2 - low / 2) / 32
    from_text, to_text = formatting.shortest_decimal(low, low + hair), formatting.shortest_decimal(high - hair, high)
    shares = [formatting.percent(float(counts.predicted_positive_rate())) for counts in (most, least)]
    return Advice(
        "wide_plateau",
        "note",
        "Many thresholds are as good",
        f"Every threshold from {from_text} to {to_text} comes within {near.within:g} of the best {seen.name}, though "
        f"the share of cases flagged falls from {shares[0]} to {shares[1]}. So the exact number means little: choose "
        "in there by what else matters to you, such as the work that flagged cases make.",
    )


# In the order of their weight, each with the warnings that leave it nothing to say.
LOOKS: tuple[tuple[Callable[[Seen], Advice | None], set[Kind]], ...] = (
    (_few_positives, set()),
    (_too_good, {"few_positives"}),
    (_at_the_edge, {"few_positives"}),
    (_barely_above_everything, {"few_positives", "at_the_edge"}),
    (_close_to_guessing, {"few_positives", "at_the_edge"}),
    (_not_calibrated, {"few_positives", "too_good"}),
    (_wide_plateau, {"few_positives", "at_the_edge", "barely_above_everything", "close_to_guessing"}),
)


def _worth(total: Count, squares: Count | None) -> float:
    """Give the number of rows, or how many equal rows weighted ones are worth."""
    return float(total) if not squares else float(total) / float(squares) * float(total)


def _value(optimum: Optimum) -> str:
    return f" ({formatting.metric_value(optimum.value)})" if optimum.metric.name in METRICS else ""


def _law(optimum: Optimum) -> str:
    """Name what the best threshold of calibrated scores is equal to."""
    beta, label = f_beta(optimum), optimum.metric.label
    if beta is None:
        return "the share of positives"
    return f"half of the best {label}" if beta == 1 else f"the best {label} divided by {1 + beta**2:.4g}"


def _near(score: float, error: float) -> str:
    """Write a score with two digits, or as many as it takes to come that close."""
    rounded = (float(f"{score:.{digits}g}") for digits in range(2, 18))
    return formatting.decimal(next(one for one in rounded if abs(one - score) <= error))
