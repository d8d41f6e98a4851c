"""Whether the data have drifted since a decision was recorded: the best threshold, the prevalence, the scores."""

from __future__ import annotations

import math

from f1tools import formatting
from f1tools.core.optimum import ConstraintsNotMet, Optimum
from f1tools.decision import decide
from f1tools.formatting.bounds import bound_text
from f1tools.record.checks.inside_bin import extremes
from f1tools.record.checks.new_data import MIN_CLASS_SIZE, Level, NewData, Verdict
from f1tools.record.checks.performance import recorded_constraints
from f1tools.record.drift_statistics import CONFIDENCE_LEVEL, flagged_bounds, proportion_difference, psi, psi_quantile
from f1tools.record.model import Expected
from f1tools.uncertainty import Interval, tuned_estimate
from f1tools.uncertainty.intervals import normal_quantile

SCORES_LEVEL = 0.995
"""Of chi-squared; for some hundred rows the index has a longer tail, and exceeds the quantile in 1 % of samples."""

_SMALL_PSI = 0.1  # by convention
_LARGEST_GAP = 0.02  # share of the rows that may lie on either side of an edge
_MIN_COST = 0.001  # the last digit that is shown
_SMALL_LOG_ODDS = math.log(1.1)  # odds that differ by less than a tenth

Range = tuple[float, float]


def check_threshold(new: NewData) -> Verdict:
    """Test whether the best threshold has moved further than chance explains, given the new and the recorded rows."""
    record, constraints = new.record, recorded_constraints(new.record)
    try:
        decision = decide(new.curves, record.metric, constraints=constraints)
    except ConstraintsNotMet as error:
        unmet = f"No threshold gives {' and '.join(map(str, constraints))} on these rows."
        return "warn", unmet if new.curves.tuning.is_exact else str(error)  # inside a bin a threshold may give it
    tuning, rows = decision.tuning, "the tuning rows" if new.curves.has_roles else "these rows"
    if not tuning.is_certain:
        return "warn", f"The table is too coarse to know the best threshold of these rows. {bound_text(tuning)}"
    sentence = f"The best threshold of {rows} is {decision.best_threshold_text}"
    costs, cost = _cost_of_keeping(new, tuning)
    if record.expected is None:
        recorded = formatting.exact_threshold(record.objective.best_threshold)
        return "warn", f"{sentence}; the recorded one is {recorded}, without an interval; {cost}"
    low, high = record.expected.threshold_bounds
    if tuning.interval[1] >= low and tuning.interval[0] < high:
        return "ok", f"{sentence}, within the recorded interval, {_range_text(low, high)}; {cost}"
    interval = tuned_estimate(new.curves.tuning, record.metric, constraints=constraints).threshold_interval
    sentence += (
        f" ({interval.level_text} interval {_range_text(interval.low, interval.high)}), outside the recorded "
        f"interval, {_range_text(low, high)}"
    )
    ceiling = max(formatting.slider_bounds(new.curves.tuning)[1], record.scores.span[1])
    if _is_within_chance(record.objective.best_threshold, record.expected, tuning.interval, interval, ceiling):
        return "ok", f"{sentence}, and the difference may be due to chance; {cost}"
    return "fail" if costs else "warn", f"{sentence}; {cost}"


def _is_within_chance(recorded: float, expected: Expected, cell: Range, interval: Interval, ceiling: float) -> bool:
    """Return whether two intervals together reach from one best threshold to the other.

    The thresholds (low, high] of the cell make the same decisions on the new rows: the one nearest to the recorded
    threshold counts. Where flagging nothing is best, the ceiling, a number above all scores, stands for the threshold.
    """
    if cell[0] < recorded <= cell[1]:
        return True
    thresholds = recorded, *cell, *expected.threshold_bounds, interval.low, interval.high
    recorded, bottom, top, low, high, new_low, new_high = (min(each, ceiling) for each in thresholds)
    rises = bottom >= recorded
    distance = bottom - recorded if rises else recorded - top
    reach = (bottom - new_low if rises else new_high - top) * _stretch(interval.confidence_level)
    recorded_reach = (high - recorded if rises else recorded - low) * _stretch(expected.confidence_level)
    return distance <= math.hypot(max(reach, 0.0), max(recorded_reach, 0.0))


def _stretch(level: float) -> float:
    """Return the factor that widens a normal interval to the confidence level of a check."""
    return normal_quantile(CONFIDENCE_LEVEL) / normal_quantile(level)


def _cost_of_keeping(new: NewData, tuning: Optimum) -> tuple[bool, str]:
    """Return whether keeping the recorded threshold has a cost that can be shown, and a sentence about it."""
    record = new.record
    if tuning.interval[0] < record.threshold <= tuning.interval[1]:
        return False, "the recorded threshold makes the same decisions."
    curve, inside = new.curves.tuning, new.curves.tuning.is_inside_bin(record.threshold)
    # Inside a bin of a table the cost is at least that of the best counts that are possible there.
    point = extremes(curve, record.threshold, record.metric.name)[1] if inside else curve.at(record.threshold)
    best, kept = float(tuning.value), float(record.metric.evaluate(point.counts))
    cost, name = best - kept, record.metric.label
    keeping = "still flagging nothing"
    if math.isfinite(record.threshold):
        keeping = f"keeping the threshold {formatting.exact_threshold(record.threshold)}{', at best' if inside else ''}"
    if math.isnan(cost):
        return False, f"{keeping} leaves {name} undefined."
    if abs(cost) < _MIN_COST:
        return False, f"{keeping} changes {name} by less than {_MIN_COST}."
    text = f"{keeping}: {formatting.price(name, best, kept)}"
    return (False, f"{text}, outside the constraints.") if cost < 0 else (True, f"{text}.")


def _range_text(low: float, high: float) -> str:
    return f"{formatting.rounded_threshold(low)} to {formatting.rounded_threshold(high)}"


def check_prevalence(new: NewData) -> Verdict:
    """Test whether the prevalence has changed (Newcombe's interval of the difference)."""
    both = new.point.counts, new.record.counts
    now, recorded = (float(counts.prevalence()) for counts in both)
    difference = proportion_difference(now, new.effective.prevalence, recorded, new.recorded.prevalence)
    log_odds, recorded_log_odds = (
        math.log(float(each.positives())) - math.log(float(each.negatives())) for each in both
    )
    level: Level
    if difference.low <= 0 <= difference.high:
        level, verdict = "ok", "the difference may be due to chance"
    elif abs(log_odds - recorded_log_odds) < _SMALL_LOG_ODDS:
        level, verdict = "warn", "a significant difference, but the odds differ by less than a tenth"
    else:
        level, verdict = "fail", "the difference is larger than chance explains, and it changes the best threshold"
    shares = formatting.percent(now), formatting.percent(recorded)
    return level, f"{shares[0]} of these rows are positive, and {shares[1]} of the recorded ones: {verdict}."


def check_scores(new: NewData, max_psi: float) -> Verdict:
    """Test whether the score distribution has drifted (population stability index against its chance level)."""
    recorded = new.record.scores
    index, n_bins = psi(recorded, new.curves.evaluation), len(recorded.shares)
    low, high = flagged_bounds(new.curves.evaluation, recorded.edges)
    if index <= max_psi and (high - low).max(initial=0.0) > _LARGEST_GAP:
        return "warn", "The table is too coarse to compare the distribution of the scores with the recorded one."
    chance = psi_quantile(n_bins, new.recorded.scores, new.effective.scores, confidence_level=SCORES_LEVEL)
    level: Level
    if index <= chance:
        level, verdict = "ok", "no drift"
    elif index > max_psi:
        level, verdict = "fail", f"above {formatting.decimal(max_psi)}, the scores have drifted"
        if new.effective.scores < MIN_CLASS_SIZE * n_bins:
            level, verdict = "warn", f"{verdict} (with fewer than {MIN_CLASS_SIZE} rows per bin only a warning)"
    elif index > _SMALL_PSI:
        level, verdict = "warn", "a moderate drift"
    else:
        level, verdict = "ok", "a small drift"
    values = formatting.metric_value(index), formatting.metric_value(chance)
    return level, f"Population stability index {values[0]}: {verdict}; chance alone gives up to {values[1]}."
