"""What-ifs in words: what each one assumes, and what comes out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from f1tools import words

if TYPE_CHECKING:
    from f1tools.counts import Value
    from f1tools.curve import ThresholdCurve
    from f1tools.what_if.costs import Costs
    from f1tools.what_if.exchange import Exchange, Step
    from f1tools.what_if.triage import Triage

PREVALENCE = (
    "Assumes that real cases and others look like the ones here and only their mix changes. Then recall and the share "
    "of false alarms among the others stay at every threshold; precision and F1 move, and with them the best threshold."
)
TRAINING_WEIGHT = (
    "Assumes that training with this weight multiplies every case's odds by it and changes nothing else. That is an "
    "approximation of training again. The order of the cases stays, so the precision-recall curve does not move: only "
    "the threshold does."
)
EVALUATION_WEIGHT = (
    "Assumes that every real case counts so many times when the model is judged. Scores and decisions stay; precision "
    "and F1 are weighed, so the best threshold moves."
)
COSTS = "Assumes that every outcome has its price, whatever the case, and that the total is all that counts."
AMOUNTS = (
    "Assumes that a miss costs the amount in its own row and every false alarm the same, and that the total is all "
    "that counts."
)
CAPACITY = (
    "Assumes that only so many cases a day can be looked at and that the ones with the highest scores are. "
    "What comes in looks like the cases here."
)
TRIAGE = (
    "Assumes that cases from the upper threshold on are acted on and cases below the lower one are left alone, both "
    "without anybody looking, and that people decide the rest rightly."
)


def catches_to_speak_of(curve: ThresholdCurve) -> int:
    """Choose how many catches an exchange rate is told for: 10, or 1% of very many, or one by one of very few.

    Examples
    --------
    >>> from f1tools.curve import ThresholdCurve
    >>> catches_to_speak_of(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]))
    1
    """
    positives = float(curve.positives)
    if positives < 50:
        return 1
    return max(10, int(float(f"{positives / 100:.0e}")))


def exchange_text(rate: Exchange) -> str:
    """Say what the next catches cost and what giving some up would save.

    Examples
    --------
    >>> from f1tools.what_if.exchange import Exchange, Step
    >>> exchange_text(Exchange(Step(0.3, 10, 37), Step(0.5, 10, 22)))
    'From here the next 10 catches cost 37 more false alarms; giving up 10 saves 22.'
    """
    if rate.more is None and rate.fewer is None:
        return "There is nothing to catch."
    if rate.more is None:
        return f"Every real case is caught; {_given_up(rate.fewer)}."
    order = "next" if rate.fewer is not None else "first"
    start = f"From here the {order} {_catches(rate.more.tp)} {_cost(rate.more)}"
    return f"{start}; {_given_up(rate.fewer)}." if rate.fewer is not None else f"{start}."


def _catches(number: Value) -> str:
    return "catch" if number == 1 else f"{words.count(float(number))} catches"


def _cost(step: Step) -> str:
    verb = "costs" if step.tp == 1 else "cost"
    if step.fp == 0:
        return f"{verb} no false alarm"
    return f"{verb} {words.count(float(step.fp))} more false alarm{'' if step.fp == 1 else 's'}"


def _given_up(step: Step | None) -> str:
    if step is None:
        return ""
    saved = words.count(float(step.fp)) if step.fp else "nothing"
    return f"giving up {words.count(float(step.tp))} saves {saved}"


def ratio_text(costs: Costs) -> str:
    """Say what the costs amount to: how many false alarms a miss is worth, and where calibrated scores are cut.

    Examples
    --------
    >>> from f1tools.what_if.costs import Costs
    >>> ratio_text(Costs(fp=1, fn=5))
    'A miss is worth 5 false alarms. For calibrated scores the cheapest threshold would be 0.167.'
    """
    if math.isinf(costs.ratio):
        return "False alarms cost nothing, so flagging every case is cheapest."
    worth = float(f"{costs.ratio:.3g}")
    alarms = f"{words.decimal_text(worth)} false alarm{'' if worth == 1 else 's'}"
    calibrated = words.figure(costs.threshold)
    return f"A miss is worth {alarms}. For calibrated scores the cheapest threshold would be {calibrated}."


def triage_text(zones: Triage) -> str:
    """Say how much work a triage leaves and how good the rest is."""
    if zones.workload == 0:
        work = "Nobody has to look at a case"
    else:
        work = f"People look at {words.percent(zones.workload)} of the cases"
        work += f" ({words.percent(zones.review_yield)} of these are real)" if zones.review.total else ""
    if math.isnan(zones.error):
        return f"{work}; nothing is decided without them."
    return f"{work}. Of the cases decided automatically {words.percent(zones.error)} are decided wrongly."
