"""The best threshold in words: what it reaches, what decides alike, what is nearly as good."""

import math

from f1tools import formatting
from f1tools.core.optimum import Optimum
from f1tools.core.plateau import Plateau
from f1tools.ui.session.cache import Best


def verdict(best: Best, roles: tuple[str, str] | None = None) -> list[str]:
    """Say it in a few plain sentences.

    Every range is printed with as few digits as still name thresholds inside of it. Where thresholds are chosen on
    other rows than the numbers are about, ``roles`` names both, and all but one number is about the choice.
    """
    said = [_what_is_best(best), _same_decisions(best.tuning)]
    if roles is not None:
        measured = formatting.metric_value(best.evaluation.value)
        said[0] = f"On {formatting.truncate(roles[0])}: {said[0][0].lower()}{said[0][1:]}"
        said.insert(
            0,
            f"On {formatting.truncate(roles[1])}, {best.tuning.metric.label} at {best.threshold_text} is {measured}.",
        )
    if math.isfinite(best.plateau.round_threshold):
        said += [_nearly_as_good(best.tuning, best.plateau)]
    return said


def _what_is_best(best: Best) -> str:
    optimum = best.tuning
    label, value = optimum.metric.label, formatting.metric_value(optimum.value)
    if optimum.constraints:
        label = f"{label} within your limits ({limits(optimum)})"
    if math.isinf(optimum.point.threshold):
        return f"The best {label} is {value}, reached by flagging nothing."
    ties = len(optimum.ties)
    others = f", the lowest of {ties:,} thresholds that reach it" if ties > 1 else ""
    return f"The best {label} is {value}, at {best.threshold_text}{others}."


def limits(optimum: Optimum) -> str:
    """Name what the best threshold had to keep: "recall at least 0.8, at most 100 flagged"; empty without limits."""
    return ", ".join(map(str, optimum.constraints))


def _same_decisions(optimum: Optimum) -> str:
    low, high = optimum.interval
    if math.isinf(high):
        return f"So does every threshold above {formatting.decimal(low)}."
    if math.isinf(low):
        return f"Every threshold up to {formatting.decimal(high)} flags everything as well."
    return f"From {_just_above(low, high)} to {_just_below(low, high)} all thresholds make the same decisions."


def _nearly_as_good(optimum: Optimum, plateau: Plateau) -> str:
    low, high = plateau.low, plateau.high
    if math.isinf(low) and math.isinf(high):
        where = "Any threshold"
    elif math.isinf(low):
        where = f"Anything up to {formatting.decimal(high)}"
    elif math.isinf(high):
        where = f"Anything above {formatting.decimal(low)}"
    else:
        where = f"Anything from {_just_above(low, high)} to {_just_below(low, high)}"
    return f"{where} comes within {plateau.within:g} of it; {_round_number(optimum, plateau)}."


def _round_number(optimum: Optimum, plateau: Plateau) -> str:
    gap = formatting.difference(optimum.value - plateau.round_cost, optimum.value)
    cost = "less than 0.001" if gap == "±0" else gap[1:]  # without its sign
    if plateau.round_cost == 0:
        cost = "nothing"
    return f"the round number {formatting.decimal(plateau.round_threshold)} costs you {cost}"


def _just_above(low: float, high: float) -> str:
    return formatting.shortest_decimal(low, low + (high - low) / 16)


def _just_below(low: float, high: float) -> str:
    return formatting.shortest_decimal(high - (high - low) / 16, high)
