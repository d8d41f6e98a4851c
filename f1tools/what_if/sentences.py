"""What-ifs in words: what each one assumes, and what comes out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from f1tools import formatting

if TYPE_CHECKING:
    from f1tools.core.counts import Value
    from f1tools.core.curve import ThresholdCurve
    from f1tools.what_if.costs import Costs
    from f1tools.what_if.tradeoffs import ExchangeRate
    from f1tools.what_if.triage import Triage

PREVALENCE = (
    "Assumes that real cases and others look like the ones here and only their mix changes. Then recall and the share "
    "of false alarms among the others stay at every threshold; precision and F1 move, and with them the best threshold."
)
TRAINING = (
    "A model that is trained to be right most of the time plays a rare class down. Class weights in training make up "
    "for that: its scores rise, and 0.5 catches more. Another threshold does the same without training again."
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


def exchange_size(curve: ThresholdCurve) -> int:
    """Choose how many catches an exchange rate is told for: 10, or 1% of very many, or one by one of very few.

    Examples
    --------
    >>> from f1tools.core.curve import ThresholdCurve
    >>> exchange_size(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]))
    1
    """
    positives = float(curve.positives)
    if positives < 50:
        return 1
    return max(10, int(float(f"{positives / 100:.0e}")))


def exchange_text(rate: ExchangeRate) -> str:
    """Say what the next catches cost and what giving some up would save; of weights where they are not whole cases.

    Examples
    --------
    >>> from f1tools.what_if.tradeoffs import Exchange, Step
    >>> exchange_text(ExchangeRate(Step(0.3, 10, 37), Step(0.5, 10, 22)))
    'From here the next 10 catches cost 37 more false alarms; giving up 10 saves 22 false alarms.'
    """
    if rate.more is None and rate.fewer is None:
        return "There is nothing to catch."
    weighted = _weighted(rate)
    given_up = "" if rate.fewer is None else f"; giving up {formatting.count(float(rate.fewer.tp))} saves "
    given_up += "" if rate.fewer is None else _alarms(rate.fewer.fp, weighted, none="nothing")
    if rate.more is None:
        return f"Every real case is caught{given_up}."
    order = "next" if rate.fewer is not None else "first"
    if weighted:
        start = f"From here the {order} {formatting.count(float(rate.more.tp))} of weight to be caught costs"
    elif rate.more.tp == 1:
        start = f"From here the {order} catch costs"
    else:
        start = f"From here the {order} {formatting.count(float(rate.more.tp))} catches cost"
    return f"{start} {_alarms(rate.more.fp, weighted, more='more ', none='no false alarm')}{given_up}."


def _weighted(rate: ExchangeRate) -> bool:
    numbers = [float(number) for step in (rate.more, rate.fewer) if step is not None for number in (step.tp, step.fp)]
    return not all(number.is_integer() for number in numbers)


def _alarms(number: Value, weighted: bool, *, none: str, more: str = "") -> str:
    if number == 0:
        return none
    if weighted:
        return f"{formatting.count(float(number))} {more}of false alarms"
    return f"{formatting.count(float(number))} {more}false alarm{'' if number == 1 else 's'}"


def ratio_text(costs: Costs, *, calibrated: bool = True) -> str:
    """Say what the costs amount to: how many false alarms a miss is worth, and where calibrated scores are cut.

    Parameters
    ----------
    costs : Costs
    calibrated : bool
        Whether to speak of calibrated scores; to be left out where the scores are no probabilities of these cases.

    Examples
    --------
    >>> from f1tools.what_if.costs import Costs
    >>> ratio_text(Costs(fp=1, fn=5))
    'A miss is worth 5 false alarms. For calibrated scores the cheapest threshold would be 0.167.'
    """
    if math.isinf(costs.ratio):
        return "False alarms cost nothing, so flagging every case is cheapest."
    worth = float(f"{costs.ratio:.3g}")
    said = f"A miss is worth {formatting.decimal(worth)} false alarm{'' if worth == 1 else 's'}."
    if not calibrated:
        return said
    return f"{said} For calibrated scores the cheapest threshold would be {formatting.metric_value(costs.threshold)}."


def cost_text(value: float) -> str:
    """Say what a threshold costs, or earns where that is negative.

    Examples
    --------
    >>> cost_text(228.51), cost_text(-1200.0), cost_text(0.0)
    ('costs 228.5', 'earns 1,200', 'costs 0')
    """
    return f"earns {formatting.amount(-value)}" if value < 0 else f"costs {formatting.amount(value)}"


def triage_text(zones: Triage) -> str:
    """Say how much work a triage leaves, and which mistakes are made without people."""
    if zones.workload == 0:
        work = "Nobody has to look at a case"
    else:
        work = f"People look at {formatting.percent(zones.workload)} of the cases"
        work += f" ({formatting.percent(zones.review_yield)} of these are real)" if zones.review.total else ""
    if math.isnan(zones.error):
        return f"{work}; nothing is decided without them."
    return (
        f"{work}. {_lost(zones)}, and {_in_vain(zones)}: {formatting.percent(zones.error)} of what is "
        f"decided without them."
    )


def _lost(zones: Triage) -> str:
    """Say how many of all real cases end among the sure no."""
    return f"{_part(zones.auto_negative.positives, zones.positives, 'real cases')} lost"


def _in_vain(zones: Triage) -> str:
    """Say how many of the sure yes are false alarms."""
    if zones.auto_positive.total == 0:
        return "nothing is a sure yes"
    alarms = zones.auto_positive.negatives
    noun = "a false alarm" if alarms <= 1 and float(alarms).is_integer() else "false alarms"
    return f"{_part(alarms, zones.auto_positive.total, 'sure yes').lower()} {noun}"


def _part(some: Value, of: Value, name: str) -> str:
    """Say how many of the cases are something; as a share alone where they are not whole cases."""
    if some == 0:
        return f"Of {formatting.count(float(of)) if float(of).is_integer() else 'the'} {name} none is"
    share = formatting.percent(float(some / of))
    if not (float(some).is_integer() and float(of).is_integer()):
        return f"Of the {name} {share} are"
    return (
        f"Of {formatting.count(float(of))} {name} {formatting.count(float(some))} ({share}) "
        f"{'is' if some == 1 else 'are'}"
    )
