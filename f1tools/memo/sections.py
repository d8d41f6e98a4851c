"""The sections of a memo that interpret the decision: its uncertainty, scenarios, and the other models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from f1tools import formatting
from f1tools.core.metrics import defined_values, reported_metrics, reported_metrics_with_f1
from f1tools.formatting import lowercase_label, single_line
from f1tools.memo.context import WITHHELD, MemoContext, display, metric_text, name_text, with_minus_signs
from f1tools.memo.snapshot import Section, Table
from f1tools.memo.suppression import safe_points
from f1tools.uncertainty import metric_interval
from f1tools.uncertainty.sentences import (
    evaluation_set_text,
    expected_value_text,
    interval_validity_text,
    threshold_spread_text,
)
from f1tools.what_if.scenario_table import ScenarioResult, table_rows

if TYPE_CHECKING:
    from f1tools.decision import Comparison, Decision

_MOST_MODELS = 10
_LONGEST_MODEL = 60
_AREAS_NOTE = (
    "ROC AUC is the probability that a real case scores higher than one that is not real: 0.5 is random guessing, 1 is "
    "perfect. Average precision is the mean precision while recall goes from 0 to 1: random guessing gives the share "
    "of real cases."
)


def uncertainty_section(context: MemoContext) -> list[Section]:
    """Return the metrics at the threshold with their confidence intervals, and what to expect on new rows."""
    title, sentences = "How certain are these numbers?", _expectations(context)
    if context.shows_point:
        return [Section("uncertainty", title, sentences, _metrics_table(context), (_interval_note(context),))]
    reason = f"The metrics are withheld, because they would reveal a count below {context.minimum:,}."
    return [Section("uncertainty", title, (reason, *sentences))]


def _metrics_table(context: MemoContext) -> Table:
    point = context.decision.point
    rows = []
    for metric in reported_metrics_with_f1(context.decision.objective, by="label"):
        interval = metric_interval(metric, point.counts, squares=point.squares)
        rows.append((metric.label, metric_text(metric, point.counts), interval.text if interval else "–"))
    head = (f"At {display(context.decision.threshold_text)}", f"On {context.evaluation_rows}", "95% interval")
    return Table(head, tuple(rows))


def _expectations(context: MemoContext) -> tuple[str, ...]:
    """Return how the threshold was chosen, and what the numbers mean for new rows."""
    decision, estimate = context.decision, context.estimate
    sentences = [] if decision.is_best else [_chosen_by_hand(context)]
    if decision.curves.role_names is not None:
        (tuning, evaluation), (n_tuning, n_evaluation) = decision.curves.role_names, decision.curves.n_rows
        by_hand = not decision.is_best
        sentences.append(evaluation_set_text(tuning, n_tuning, evaluation, n_evaluation, by_hand=by_hand))
    elif estimate is not None and not context.suppresses:
        about = "" if decision.is_best else f"For the best threshold, {display(decision.best_threshold_text)}: "
        sentences.append(about + expected_value_text(estimate))
    elif decision.is_best:
        sentences.append(formatting.IN_SAMPLE)
        if estimate is not None:
            sentences.append(
                f"How much less is withheld, because the estimate uses every row and would reveal a count below "
                f"{context.minimum:,}."
            )
    if estimate is not None and not context.suppresses:  # the bounds are the scores of individual rows
        sentences.append(with_minus_signs(threshold_spread_text(estimate)))
    return tuple(sentences)


def _chosen_by_hand(context: MemoContext) -> str:
    """Return what the threshold costs compared with the best one."""
    decision = context.decision
    chosen = f"The threshold {display(decision.threshold_text)} was chosen by hand."
    if not context.shows_best:
        return chosen
    objective, best = decision.objective, decision.best_point.counts
    where = f" on {context.evaluation_rows}" if decision.curves.has_roles else ""
    return (
        f"{chosen} Its {lowercase_label(objective.label)} is {metric_text(objective, decision.point.counts)}; the best "
        f"threshold{context.constraints_text} is {display(decision.best_threshold_text)}, with "
        f"{metric_text(objective, best)}{where}."
    )


def _interval_note(context: MemoContext) -> str:
    decision = context.decision
    if decision.curves.has_roles:
        return (
            f"A 95% confidence interval is expected to contain the true value in 95 of 100 samples like "
            f"{context.evaluation_rows}."
        )
    return interval_validity_text(display(decision.threshold_text), chosen_here=decision.is_best)


def scenario_sections(context: MemoContext) -> list[Section]:
    """Return one section per what-if; with suppression only a note, because each is another way to compute a count."""
    if context.suppresses:
        note = "Scenarios are left out of a memo in which small counts are suppressed."
        return [Section("scenario", "What if …?", (note,))] if context.scenarios else []
    return [_scenario_section(context, scenario) for scenario in context.scenarios]


def _scenario_section(context: MemoContext, scenario: ScenarioResult) -> Section:
    def clean(text: str) -> str:
        return with_minus_signs(single_line(text))

    table = None
    if scenario.columns:
        head = ("Figure", *(single_line(column.head) for column in scenario.columns))
        rows = table_rows(scenario.columns, context.decision.objective)
        table = Table(head, tuple(tuple(map(clean, (name, *cells))) for name, cells in rows))
    title = f"What if: {lowercase_label(single_line(scenario.title))}"
    return Section("scenario", title, tuple(map(clean, scenario.sentences)), table, (clean(scenario.assumption),))


def comparison_section(context: MemoContext) -> list[Section]:
    """Return the models side by side, each at its own best threshold; nothing for a single model."""
    comparison = context.comparison
    if comparison is None or len(comparison.decisions) < 2:
        return []
    objective, results = comparison.objective, _top_results(context, comparison)
    head = [
        "Model",
        "Threshold",
        *(metric.label for metric in reported_metrics(objective)),
        f"{objective.label} at 0.5",
    ]
    head += [] if context.suppresses else ["ROC AUC", "Average precision"]
    rows = tuple(_comparison_row(context, comparison, result) for result in results)
    notes = [] if context.suppresses else [_AREAS_NOTE]
    if not context.decision.curves.has_roles:
        notes.append(
            "Each threshold was chosen on these rows, so all of these values are slightly optimistic, and small "
            "differences do not show that one model is better."
        )
    if len(results) < len(comparison.decisions):
        left_out = len(comparison.decisions) - len(results)
        notes.append(f"{left_out:,} models with a lower {lowercase_label(objective.label)} are left out.")
    if any(WITHHELD in row for row in rows):
        notes.append(f"“{WITHHELD}”: the number would reveal a count below {context.minimum:,}.")
    if context.suppresses:
        notes.append("ROC AUC and average precision are left out, because they could reveal small counts.")
    sentence = _ranking(context, comparison, results)
    return [Section("comparison", "Model comparison", (sentence,), Table(tuple(head), rows), tuple(notes))]


def _top_results(context: MemoContext, comparison: Comparison) -> list[Decision]:
    """Return the memo's model and the best of the others, in their original order."""
    ranked = sorted(
        comparison.decisions,
        key=lambda result: (
            result.curves.model != context.decision.curves.model,
            -_objective_value(comparison, result),
        ),
    )
    top = {result.curves.model for result in ranked[:_MOST_MODELS]}
    return [result for result in comparison.decisions if result.curves.model in top]


def _objective_value(comparison: Comparison, result: Decision) -> float:
    return float(np.nan_to_num(defined_values(comparison.objective, result.point.counts), nan=-np.inf))


def _comparison_row(context: MemoContext, comparison: Comparison, result: Decision) -> tuple[str, ...]:
    counts, objective = result.point.counts, comparison.objective
    shows_best, shows_half = _displayed(context, result)
    best = [metric_text(metric, counts) if shows_best else WITHHELD for metric in reported_metrics(objective)]
    half = "–"
    if result.curves.counts_at_half is not None:
        half = metric_text(objective, result.curves.counts_at_half) if shows_half else WITHHELD
    label = " (this memo)" if result.curves.model == context.decision.curves.model else ""
    areas = (
        []
        if context.suppresses
        else map(formatting.metric_value, (result.curves.roc_auc, result.curves.average_precision))
    )
    name = name_text(result.curves.model, _LONGEST_MODEL)
    return name + label, display(result.threshold_text), *best, half, *areas


def _displayed(context: MemoContext, result: Decision) -> tuple[bool, bool]:
    """Return whether a model's metrics at its best threshold, and at 0.5, may be displayed."""
    if result.curves.model != context.decision.curves.model:
        best, half = safe_points([result.point.counts, result.curves.counts_at_half], context.minimum)
        return best, best and half
    # The thresholds differ when the comparison had to drop constraints.
    same = result.best_threshold_text == context.decision.best_threshold_text
    return (context.shows_best if same else not context.suppresses), context.shows_half


def _ranking(context: MemoContext, comparison: Comparison, results: list[Decision]) -> str:
    """Return how the model of this memo ranks among the others."""
    own = next((result for result in results if result.curves.model == context.decision.curves.model), None)
    intro = "Each model is shown at its own best threshold."
    if own is None or not all(_displayed(context, result)[0] for result in results):
        return intro
    label = lowercase_label(comparison.objective.label)
    first = max(results, key=lambda result: (_objective_value(comparison, result), result is own))
    values = [formatting.metric_value(_objective_value(comparison, result)) for result in results]
    own_value, first_value = values[results.index(own)], values[results.index(first)]
    if first_value == own_value:
        rank = "as good as any other" if values.count(own_value) > 1 else "the best of them"
        return f"{intro} By {label}, the model of this memo is {rank}."
    return (
        f"{intro} By {label}, {name_text(first.curves.model, _LONGEST_MODEL)} is better than the model of this memo: "
        f"{first_value} against {own_value}."
    )
