"""What puts the result of a memo in doubt, and what to keep in mind when reading it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from f1tools import formatting
from f1tools.advice import Advice, advise
from f1tools.comparison.sentences import verdict_of_model
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import defined_values
from f1tools.formatting import constrained_value, lowercase_label
from f1tools.memo.context import MemoContext, metric_text, name_text
from f1tools.memo.groups import displayed_groups
from f1tools.memo.snapshot import Section

_LONGEST_REASON = 400
_BEST_WHEN_ALL_FLAGGED = ("recall", "predicted_positive_rate")  # flagging every case maximizes these trivially
_CONSTRAINTS_NOT_MET = "No threshold meets all constraints on these rows, so the constraints were set aside."


def warning_sections(context: MemoContext) -> list[Section]:
    """Return warnings, then notes; a single section that says so when there are none."""
    advice = [
        Section("warnings", one.title, (formatting.with_minus_signs(one.sentence),), warning=one.level == "warning")
        for one in _advice(context)
    ]
    checks = (_unmet_constraints, _violated_constraints, _worse_than_everything)
    sections = [
        Section("warnings", title, (sentence,), warning=True) for check in checks for title, sentence in check(context)
    ]
    ordered = sorted([*advice, *sections, *_better_model(context)], key=lambda section: not section.warning)
    return ordered or [Section("warnings", "There are no warnings")]


def _better_model(context: MemoContext) -> Iterator[Section]:
    """Yield which model reaches a higher value; where small counts are suppressed, its counts may not be displayed."""
    better = context.better
    if better and (judged := verdict_of_model(context.usable_differences, better.name, context.margin)):
        better = better.judged(*judged)
    if better is not None and not context.suppresses:
        yield Section("warnings", better.title, (better.sentence,), warning=not better.could_be_chance)


def _unmet_constraints(context: MemoContext) -> Iterator[tuple[str, str]]:
    if reason := context.decision.tuning.not_met:
        sentence = formatting.with_minus_signs(formatting.single_line(reason))
        yield "Constraints that can't be met", _CONSTRAINTS_NOT_MET if context.suppresses else sentence


def _violated_constraints(context: MemoContext) -> Iterator[tuple[str, str]]:
    """Yield the constraints that the threshold violates: it was set by hand, or chosen on the tuning set."""
    decision = context.decision
    if not (context.shows_point and context.shows_constraints) or (decision.is_best and not decision.curves.has_roles):
        return
    counts = decision.point.counts
    violated = [each for each in decision.evaluation.constraints if not each.is_satisfied_by(counts)]
    if violated:
        limits = "; ".join(f"{each} (actual: {_actual(each, counts)})" for each in violated)
        threshold = formatting.using_threshold(decision.threshold_text)
        yield (
            "Constraints that are not met",
            f"{formatting.capitalized(threshold)} does not meet these constraints{context.where}: {limits}.",
        )


def _actual(constraint: Constraint, counts: ConfusionCounts) -> str:
    """Return the constrained value as text, with "just under" or "just over" where rounding hides the violation."""
    text = constrained_value(constraint, counts)
    if constraint.counts_rows or text != formatting.metric_value(constraint.bound):
        return text
    return f"just {'under' if constraint.sense == 'at least' else 'over'} {text}"


def _worse_than_everything(context: MemoContext) -> Iterator[tuple[str, str]]:
    """Yield a warning for a threshold by hand that flagging every case beats without violating more constraints."""
    decision, objective = context.decision, context.decision.objective
    if decision.is_best or not context.shows_point or objective.name in _BEST_WHEN_ALL_FLAGGED:
        return
    counts, everything = decision.point.counts, decision.curves.evaluation.at(-math.inf).counts
    constraints = decision.evaluation.constraints
    met = [each for each in constraints if each.is_satisfied_by(counts)]
    if constraints and not (context.shows_constraints and all(each.is_satisfied_by(everything) for each in met)):
        return
    here, there = metric_text(objective, counts), metric_text(objective, everything)
    if here != there and defined_values(objective, counts) < defined_values(objective, everything):
        at = formatting.capitalized(formatting.at_threshold(decision.threshold_text))
        has_unscored = decision.curves.evaluation.has_unscored
        every_case = formatting.every_case(has_unscored=has_unscored)
        yield (
            f"Worse than flagging {every_case}",
            f"{at}, {lowercase_label(objective.label)} is {here}{context.where}. Flagging {every_case} gives "
            f"{there}, without any {'threshold' if has_unscored else 'model'}.",
        )


def _advice(context: MemoContext) -> list[Advice]:
    decision, estimate = context.decision, context.estimate
    advice = advise(
        decision.curves.evaluation,
        decision.evaluation,
        decision.plateau,
        out_of_sample=decision.curves.has_roles,
        expected=None if estimate is None or decision.curves.has_roles else estimate.estimate,
        trained=name_text(context.source.trained, _LONGEST_REASON),
        groups=displayed_groups(context),
    )
    return _suppressed(context, advice) if context.suppresses else advice


def _suppressed(context: MemoContext, advice: list[Advice]) -> list[Advice]:
    """Return the advice that reveals no count: warnings without numbers, only where the best threshold is displayed.

    The number of positives is known, and the statements about groups follow from those that are displayed. Any other
    finding, or its absence, says something about individual rows, so the note on what is left out is the same for all
    data.
    """
    kept = ("training_rows", "few_positives", "failing_group")
    displayed = [_without_counts(one) for one in advice if one.kind in kept]
    if context.shows_best:
        warnings = [one for one in advice if one.level == "warning" and one.kind not in kept]
        displayed += [replace(one, finding="") for one in warnings]
    left_out = "calibration and equally good thresholds" if context.shows_best else "the model and the scores"
    finding = f"Checks of {left_out} are withheld, because they would reveal a count below {context.minimum:,}."
    return [*displayed, Advice("not_calibrated", "note", "What is left out", finding)]


def _without_counts(advice: Advice) -> Advice:
    """Return advice without recall, which with the number of positives tells how many were caught."""
    if advice.kind != "few_positives":
        return advice
    return replace(advice, finding=f"{formatting.capitalized(advice.brief)}.")
