"""What may have moved since a decision was recorded: the best threshold, the share of positives, the scores."""

from __future__ import annotations

import math

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.optimum import ConstraintsNotMet, Optimum
from f1tools.decision import decide
from f1tools.record.limits import limits_of
from f1tools.record.new_rows import FEW, Finding, Level, NewRows
from f1tools.record.record import Bounds, DecisionRecord, Expected
from f1tools.record.stability import CONFIDENCE_LEVEL, psi, psi_by_chance, share_difference
from f1tools.uncertainty import Interval, tuned_estimate
from f1tools.uncertainty.intervals import normal_quantile

SCORES_LEVEL = 0.995
"""Of chi-squared; the index of some hundred rows has a longer tail, and exceeds it in 1 % of all samples."""

_LITTLE_PSI = 0.1  # the custom
_LEAST_COST = 0.001  # that can be written
_LITTLE = math.log(1.1)  # of odds: less than a tenth more or less

Range = tuple[float, float]


def best_threshold(record: DecisionRecord, new: NewRows) -> Finding:
    """Ask whether the best threshold has moved further than recorded and new rows move it by themselves."""
    constraints = limits_of(record)
    try:
        decision = decide(new.curves, record.metric, constraints=constraints)
    except ConstraintsNotMet:
        asked = " and ".join(map(str, constraints))
        return _finding("warn", f"No threshold gives {asked} on these rows, so that none of them is the best.")
    chosen = decision.tuning
    judging = "the rows that choose it" if new.curves.has_roles else "these rows"
    told = f"The best threshold of {judging} is {decision.best_threshold_text}"
    costs, cost = _cost(record, new, chosen)
    if record.expected is None:
        was = f"{formatting.decimal(record.best_threshold)} was the recorded one"
        return _finding("warn", f"{told}; {was}, without an estimate of how far it moves by chance; {cost}")
    ranges = _finite(record.expected.threshold_interval)
    if _overlap(chosen.interval, ranges):
        return _finding("ok", f"{told}, within the recorded range of {_written(ranges)}; {cost}")
    spread = tuned_estimate(new.curves.tuning, record.metric, constraints=constraints).threshold_interval
    now = (float(spread.low), float(spread.high))
    told = f"{told} ({_written(now)} in {spread.level_text} of resamples), not the recorded {_written(ranges)}"
    if _by_chance(record, record.expected, chosen.interval, spread):
        return _finding("ok", f"{told}, and chance may explain the difference; {cost}")
    return _finding("fail" if costs else "warn", f"{told}; {cost}")


def _by_chance(record: DecisionRecord, expected: Expected, cell: Range, now: Interval) -> bool:
    """Say whether two ranges together reach from one best threshold to the other.

    The thresholds (low, high] of the cell decide alike on the new rows: the one next to the recorded threshold counts.
    """
    then = record.best_threshold
    if cell[0] < then <= cell[1]:
        return True
    rises = cell[0] >= then
    gap = cell[0] - then if rises else then - cell[1]
    reach = (cell[0] - now.low if rises else now.high - cell[1]) * _stretch(now.confidence_level)
    low, high = _finite(expected.threshold_interval)
    reach_then = (high - then if rises else then - low) * _stretch(expected.confidence_level)
    return gap <= math.hypot(max(reach, 0.0), max(reach_then, 0.0))


def _stretch(level: float) -> float:
    """Say how many times as wide an interval would be at the level of a gate, if it were normal."""
    return normal_quantile(CONFIDENCE_LEVEL) / normal_quantile(level)


def _finding(level: Level, sentence: str) -> Finding:
    return Finding("threshold", "best threshold", level, sentence)


def _cost(record: DecisionRecord, new: NewRows, chosen: Optimum) -> tuple[bool, str]:
    """Say whether keeping the recorded threshold costs anything that can be written, and how much."""
    cost = float(chosen.value) - float(record.metric.evaluate(new.curves.tuning.at(record.threshold).counts))
    keeping = f"keeping {formatting.decimal(record.threshold)}"
    if math.isnan(cost):
        return False, f"{keeping} leaves {record.metric.label} undefined."
    if abs(cost) < _LEAST_COST:
        return False, f"{keeping} costs less than {_LEAST_COST} in {record.metric.label}."
    if cost < 0:  # outside of the limits it may be better
        return (
            False,
            f"{keeping} gains {formatting.metric_value(-cost)} in {record.metric.label}, outside of the limits.",
        )
    return True, f"{keeping} costs {formatting.metric_value(cost)} in {record.metric.label}."


def _finite(bounds: Bounds) -> Range:
    """Give the ends of a range of thresholds: none is above all scores, where nothing is flagged."""
    low, high = (math.inf if end is None else end for end in bounds)
    return low, high


def _overlap(cell: Range, ranges: Range) -> bool:
    """Say whether one of the thresholds (low, high] that decide alike lies in the range, whose ends belong to it."""
    return cell[1] >= ranges[0] and cell[0] < ranges[1]


def _written(ranges: Range) -> str:
    return f"{formatting.rounded_threshold(ranges[0])} to {formatting.rounded_threshold(ranges[1])}"


def prevalence(record: DecisionRecord, new: NewRows) -> Finding:
    """Ask whether the share of positives has moved, more than chance explains."""
    then = float(record.counts.prevalence())
    now = float(new.point.counts.prevalence())
    told = f"{formatting.percent(now)} of these rows are positive, of the recorded ones {formatting.percent(then)} were"
    gap = share_difference(now, new.effective.prevalence, then, new.recorded.prevalence)
    name = "share of positives"
    if gap.low <= 0 <= gap.high:
        return Finding("prevalence", name, "ok", f"{told}: chance may explain the difference.")
    if abs(_log_odds(new.point.counts) - _log_odds(record.counts)) < _LITTLE:
        return Finding("prevalence", name, "warn", f"{told}: more than chance explains, but by less than a tenth.")
    return Finding(
        "prevalence", name, "fail", f"{told}: chance hardly explains that, and the best threshold moves with it."
    )


def _log_odds(counts: ConfusionCounts) -> float:
    return math.log(float(counts.positives())) - math.log(float(counts.negatives()))


def scores(record: DecisionRecord, new: NewRows, max_psi: float) -> Finding:
    """Ask whether the scores lie differently, much and more than chance explains."""
    index = psi(record.scores, new.curves.evaluation)
    bins = len(record.scores.shares)
    chance = psi_by_chance(bins, new.recorded.scores, new.effective.scores, confidence_level=SCORES_LEVEL)
    told = f"Population stability index {formatting.metric_value(index)}"
    by_chance = f"chance alone gives up to {formatting.metric_value(chance)}"
    name = "scores"
    if index <= chance:
        return Finding("scores", name, "ok", f"{told}: {by_chance}, so that nothing says the scores have moved.")
    if index > max_psi:
        told = f"{told}, above {formatting.decimal(max_psi)}: the scores lie differently; {by_chance}."
        if new.effective.scores < FEW * bins:
            return Finding("scores", name, "warn", f"{told} With fewer than {FEW} rows a bin that can't fail.")
        return Finding("scores", name, "fail", told)
    if index > _LITTLE_PSI:
        return Finding("scores", name, "warn", f"{told}: the scores have begun to move; {by_chance}.")
    return Finding("scores", name, "ok", f"{told}: the scores have moved a little; {by_chance}.")
