"""Sentences for the what-if scenarios: what each one assumes, and its result."""

from __future__ import annotations

import math

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts, Value
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import metric, rounding_tolerance
from f1tools.core.operating_point import OperatingPoint
from f1tools.uncertainty.class_rates import ClassRates
from f1tools.what_if.costs import Costs
from f1tools.what_if.scenario import WhatIf
from f1tools.what_if.tradeoffs import ExchangeRate
from f1tools.what_if.triage import Triage

PREVALENCE = (
    "Assumes that the cases of each class look like the ones here and only their mix changes. Recall and the "
    "false-positive rate then stay the same at every threshold; precision and F1 change, and so does the "
    "best threshold."
)
TRAINING = (
    "A model that is trained to be right most of the time gives a rare class low scores. Class weights in training "
    "raise them, and 0.5 catches more. Another threshold does the same without retraining."
)
TRAINING_WEIGHT = (
    "Assumes that training with this weight multiplies the odds of every case by it and changes nothing else. This "
    "approximates retraining. The ranking of the cases does not change, so the precision-recall curve stays the same: "
    "only the threshold moves."
)
EVALUATION_WEIGHT = (
    "Assumes that every positive counts this many times when the model is evaluated. Scores and decisions stay the "
    "same; precision and F1 are weighted, so the best threshold moves."
)
_FEW_FALSE_ALARMS = 10
_BEFORE_THE_NUMBER = ("$", "£", "¥", "₹")

COSTS = "Assumes that each outcome costs the same for every case, and that only the total cost matters."
AMOUNTS = (
    "Assumes that a missed case costs the amount in its row, that every false alarm costs the same, and that only the "
    "total cost matters."
)
CAPACITY = (
    "Assumes that only this many cases a day can be reviewed, that those with the highest scores are reviewed first, "
    "and that new cases look like the ones here."
)
TRIAGE = (
    "Assumes that cases at or above the upper threshold are acted on and cases below the lower one are ignored, both "
    "without review, and that reviewers decide the rest correctly."
)


def assumptions(what_if: WhatIf) -> dict[str, str]:
    """Describe what a scenario assumes, by the names of its parameters.

    Examples
    --------
    >>> assumptions(WhatIf(prevalence=0.05, class_weight=3))
    {'prevalence': '5.0% positives', 'class_weight': 'training weight 3'}
    """
    parts = {}
    if what_if.prevalence is not None:
        parts["prevalence"] = f"{formatting.percent(what_if.prevalence)} positives"
    if what_if.class_weight is not None:
        parts["class_weight"] = f"training weight {what_if.class_weight:.4g}"
    if what_if.positive_weight is not None:
        parts["positive_weight"] = f"evaluation weight {what_if.positive_weight:.4g}"
    return parts


def assumptions_text(what_if: WhatIf) -> str:
    """Describe what a scenario assumes; empty where it assumes nothing."""
    parts = assumptions(what_if)
    return f"Assumed: {', '.join(parts.values())}." if parts else ""


def vague_text(measured: OperatingPoint, prevalence: float) -> str:
    """Describe why the rows hardly determine what a threshold is worth at an assumed share of positives.

    Parameters
    ----------
    measured : OperatingPoint
        The threshold on the rows as they are.
    prevalence : float
        The assumed share.

    Examples
    --------
    >>> from f1tools.core.counts import ConfusionCounts
    >>> vague_text(OperatingPoint(0.6, ConfusionCounts(tn=309, fp=0, fn=86, tp=47)), 0.001)
    'This data cannot tell it more precisely: with no false alarm among 309 negatives, the false-positive rate may be \
anything from 0% to 0.81%, and at 0.10% positives the precision depends on it.'
    """
    rates, counts = ClassRates.from_point(measured).at_prevalence(prevalence), measured.counts
    if rates.positives < rates.false_positive_rate * rates.negatives:
        low, high = rates.bounds(metric("recall"), 0.95)
        few = "few positives" if measured.squares else f"{formatting.count(counts.positives())} positives"
        span = f"from {formatting.percent(low)} to {formatting.percent(high)}"
        return f"This data cannot tell it more precisely: with {few}, the recall may be anything {span}."
    low, high = rates.bounds(metric("specificity"), 0.95)
    few = "few false alarms"
    if measured.squares is None:
        alarms = f"{formatting.count(counts.fp) if counts.fp else 'no'} false alarm{'' if counts.fp <= 1 else 's'}"
        few = f"{alarms} among {formatting.count(counts.negatives())} negatives"
    return (
        f"This data cannot tell it more precisely: with {few}, the false-positive rate may be anything from "
        f"{formatting.percent(1 - high)} to {formatting.percent(1 - low)}, and at {formatting.percent(prevalence)} "
        "positives the precision depends on it."
    )


def exchange_size(curve: ThresholdCurve) -> int:
    """Return the number of catches to state an exchange rate for: 10, 1% of very many positives, or 1 of very few.

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


def zones_text(low: str, high: str) -> str:
    """Describe what is decided without review by two thresholds, given as text.

    Examples
    --------
    >>> zones_text("0.2", "0.9"), zones_text("0.2", "above all scores")
    ('Scores of 0.9 or more are flagged without review, scores below 0.2 are ignored.', \
'No score is flagged without review, scores below 0.2 are ignored.')
    >>> zones_text("0.7", "0.7")
    'One threshold is enough: scores of 0.7 or more are flagged without review, all others are ignored.'
    """
    if low == high != formatting.ABOVE_ALL_SCORES:
        start = f"One threshold is enough: scores of {formatting.displayed_threshold(low)} or more"
        return f"{start} are flagged without review, all others are ignored."
    low, high = map(formatting.displayed_threshold, (low, high))
    flagged = "No score is" if high == formatting.ABOVE_ALL_SCORES else f"Scores of {high} or more are"
    ignored = "all scores" if low == formatting.ABOVE_ALL_SCORES else f"scores below {low}"
    return f"{flagged} flagged without review, {ignored} are ignored."


def exchange_text(rate: ExchangeRate, *, has_unscored: bool = False) -> str:
    """Describe how many false alarms more catches mean and fewer avoid, in rows or in sums of weights.

    Parameters
    ----------
    rate : ExchangeRate
    has_unscored : bool
        Whether there are cases without a score, which no threshold catches.

    Examples
    --------
    >>> from f1tools.what_if.tradeoffs import ExchangeRate, ThresholdMove
    >>> exchange_text(ExchangeRate(ThresholdMove(0.3, 10, 37), ThresholdMove(0.5, 10, 22)))
    'Catching 10 more means 37 more false alarms; catching 10 fewer avoids 22 false alarms.'
    """
    steps = [step for step in (rate.more, rate.fewer) if step is not None]
    if not steps:
        return "There is nothing to catch."
    fewer = ""
    if rate.fewer is not None:
        noun = "false alarm" if rate.fewer.fp == 1 else "false alarms"
        tp, fp = (formatting.count(float(each)) for each in (rate.fewer.tp, rate.fewer.fp))
        fewer = f"; catching {tp} fewer avoids {fp} {noun}"
    if rate.more is None:
        more = f"Every positive{' with a score' if has_unscored else ''} is caught"
    else:
        first = rate.fewer is None
        tp, fp = (formatting.count(float(each)) for each in (rate.more.tp, rate.more.fp))
        caught = f"the first {tp}" if first else f"{tp} more"
        noun = "false alarm" if rate.more.fp == 1 else "false alarms"
        more = f"Catching {caught} means {fp} {'' if first else 'more '}{noun}"
    weighted = not all(float(number).is_integer() for step in steps for number in (step.tp, step.fp))
    return f"{more}{fewer}{' (sums of weights)' if weighted else ''}."


def ratio_text(costs: Costs, *, calibrated: bool = True) -> str:
    """Describe a cost ratio: the false alarms that cost as much as one miss, and the Bayes-optimal threshold.

    Parameters
    ----------
    costs : Costs
    calibrated : bool
        Whether to add the threshold for calibrated scores; False where the scores are not probabilities.

    Examples
    --------
    >>> from f1tools.what_if.costs import Costs
    >>> ratio_text(Costs(fp=1, fn=5))
    'One miss costs as much as 5 false alarms. For calibrated scores the cheapest threshold would be 0.167.'
    """
    if math.isinf(costs.ratio):
        return "False alarms cost nothing, so the lowest threshold is cheapest."
    worth = float(f"{costs.ratio:.3g}")
    text = f"One miss costs as much as {formatting.decimal(worth)} false alarm{'' if worth == 1 else 's'}."
    if not calibrated:
        return text
    return f"{text} For calibrated scores the cheapest threshold would be {formatting.metric_value(costs.threshold)}."


def money_text(value: float, currency: str = "", decimals: int | None = None) -> str:
    """Format an amount of money: the number and its currency, in the order that is usual for it.

    ``decimals`` are those of the other amounts beside it, see :func:`f1tools.formatting.common_decimals`.

    Examples
    --------
    >>> money_text(12_432, "EUR"), money_text(12_432, "$"), money_text(12_432)
    ('12,430 EUR', '$12,430', '12,430')
    """
    number = formatting.amount(value, decimals=decimals)
    if currency.endswith(_BEFORE_THE_NUMBER):
        return f"{currency}{number}"
    return f"{number} {currency}" if currency else number


def cost_text(value: float, currency: str = "", decimals: int | None = None) -> str:
    """Describe the cost of a threshold, or the gain where it is negative.

    Examples
    --------
    >>> cost_text(228.51), cost_text(-1200.0, "$"), cost_text(0.0)
    ('costs 228.5', 'earns $1,200', 'costs 0')
    """
    verb = "earns" if value < 0 else "costs"
    return f"{verb} {money_text(abs(value), currency, decimals)}"


def saving_text(current: float, cheapest: float, currency: str = "", decimals: int | None = None) -> str:
    """Describe what the cheapest threshold changes, from the costs of both for the same cases.

    Where it was chosen on other rows it may cost more.

    Examples
    --------
    >>> saving_text(527.1, 425.3), saving_text(-10.0, -25.0, "$"), saving_text(400.0, 425.0)
    ('saves 101.8', 'earns $15 more', 'costs 25 more')
    """
    if math.isclose(current, cheapest, rel_tol=1e-9, abs_tol=1e-9):
        return "saves nothing"
    change = money_text(abs(current - cheapest), currency, decimals)
    if current < cheapest:
        return f"costs {change} more"
    return f"earns {change} more" if cheapest < 0 else f"saves {change}"


def triage_text(zones: Triage) -> str:
    """Describe the review workload of a triage and the errors that are made without review."""
    if zones.workload == 0:
        work = "No case needs review"
    else:
        work = f"People review {formatting.percent(zones.workload)} of the cases"
        work += f" ({formatting.percent(zones.review_yield)} of these are positive)" if zones.review.total else ""
    if math.isnan(zones.error):
        return f"{work}; nothing is decided without review."
    missed = f"{_part(zones.auto_negative.positives, zones.positives, 'positives')} missed"
    error = formatting.percent(zones.error)
    return f"{work}. {missed}, and {_false_alarms(zones)}; {error} of all automatic decisions are wrong."


def exceeded_limits_text(zones: Triage, *, max_missed: float, max_false: float, where: str = "") -> str:
    """Say which limits on the errors of a triage are exceeded; empty where both are kept.

    Parameters
    ----------
    zones : Triage
        On the rows that evaluate it; the limits hold on those that tuned it.
    max_missed, max_false : float
        As for :func:`f1tools.what_if.optimal_triage`.
    where : str
        The name of these rows, if they have one.

    Examples
    --------
    >>> from f1tools.what_if.triage import Zone
    >>> zones = Triage(0.2, 0.8, auto_positive=Zone(18, 7), review=Zone(70, 40), auto_negative=Zone(12, 90))
    >>> exceeded_limits_text(zones, max_missed=0.05, max_false=0.3, where="test")
    'On test the limits are exceeded: 12.0% of the positives are missed, allowed are 5.0%.'
    """
    flagged = zones.auto_positive.total
    shares = [(float(zones.auto_negative.positives / zones.positives), max_missed, "of the positives are missed")]
    if flagged:
        alarms = float(zones.auto_positive.negatives / flagged)
        shares.append((alarms, max_false, "of the automatically flagged cases are false alarms"))
    exceeded = [
        f"{formatting.percent(share)} {what}, allowed are {formatting.percent(limit)}"
        for share, limit, what in shares
        if share > limit + rounding_tolerance(weighted=True)
    ]
    start = f"On {formatting.truncate(where)} the limits are" if where else "The limits are"
    return f"{start} exceeded: {'; '.join(exceeded)}." if exceeded else ""


def few_false_alarms_text(counts: ConfusionCounts, where: str = "") -> str:
    """Say on how few false alarms the upper threshold of a triage rests; empty where they are many.

    Parameters
    ----------
    counts : ConfusionCounts
        Numbers of rows at the upper threshold, where it was tuned.
    where : str
        The name of these rows, if they have one.

    Examples
    --------
    >>> few_false_alarms_text(ConfusionCounts(tn=90, fp=1, fn=20, tp=9), "valid")
    'The upper threshold rests on 1 false alarm among 10 flagged cases of valid, so that the share of false alarms \
above it is uncertain.'
    """
    fp, flagged = int(counts.fp), int(counts.flagged())
    if flagged == 0 or fp >= _FEW_FALSE_ALARMS:
        return ""
    alarms = (
        f"{fp or 'no'} false alarm{'' if fp == 1 else 's'} among {flagged:,} flagged case{'' if flagged == 1 else 's'}"
    )
    rows = f" of {formatting.truncate(where)}" if where else ""
    return f"The upper threshold rests on {alarms}{rows}, so that the share of false alarms above it is uncertain."


def _false_alarms(zones: Triage) -> str:
    """Describe the negatives that are decided positive."""
    if zones.auto_positive.total == 0:
        return "nothing is flagged automatically"
    alarms = zones.auto_positive.negatives
    noun = "a false alarm" if alarms <= 1 and float(alarms).is_integer() else "false alarms"
    return f"{_part(alarms, zones.auto_positive.total, 'automatically flagged cases').lower()} {noun}"


def _part(part: Value, total: Value, name: str) -> str:
    """Describe a part of a total as a count and a percentage; as a percentage alone for weights."""
    if part == 0:
        return f"Of {formatting.count(float(total)) if float(total).is_integer() else 'the'} {name} none is"
    share = formatting.percent(float(part / total))
    if not (float(part).is_integer() and float(total).is_integer()):
        return f"Of the {name} {share} are"
    return (
        f"Of {formatting.count(float(total))} {name} {formatting.count(float(part))} ({share}) "
        f"{'is' if part == 1 else 'are'}"
    )
