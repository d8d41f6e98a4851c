"""The section of a memo that compares its model with the others on the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from f1tools import formatting
from f1tools.comparison import BestThreshold, Headline, Lead, ModelDifferences, headline, no_choice_text
from f1tools.comparison.sentences import IN_SAMPLE, no_interval_text, verdicts_text
from f1tools.core.metrics import defined_values, reported_metrics
from f1tools.formatting import lowercase_label
from f1tools.formatting.bounds import known_value
from f1tools.memo.context import LONGEST_CELL, WITHHELD, MemoContext, metric_text, name_text
from f1tools.memo.snapshot import Section, Table
from f1tools.memo.suppression import safe_points

if TYPE_CHECKING:
    from f1tools.core.metrics import Metric
    from f1tools.decision import Comparison, Decision

_MOST_MODELS = 8
_OWN_BEST = "Each model is shown at its own best threshold."
_AREAS_NOTE = (
    "ROC AUC is the probability that a positive case scores higher than a negative one: 0.5 is random guessing, 1 is "
    "perfect. Average precision is the mean precision while recall goes from 0 to 1: random guessing gives the share "
    "of positive cases."
)


def comparison_section(context: MemoContext) -> list[Section]:
    """Return the models side by side, each at its own best threshold; nothing for a single model.

    With differences each other model has its difference from the memo's model, with interval and verdict; else, and
    where small counts are suppressed, its metric at 0.5 and the areas under its curves.
    """
    comparison, differences = context.comparison, context.usable_differences
    if comparison is None or len(comparison.decisions) < 2 or not context.show_comparison:
        return []
    results = _top_results(context, comparison)
    if differences is None:
        table, sentences = _plain_table(context, results), [_ranking(context, comparison.objective, results)]
    else:
        table = _table_of_differences(context, differences, results)
        sentences = [each for each in _recommendation(context, comparison, differences) if each]
    notes = _notes(context, differences, table, len(comparison.decisions) - len(results))
    return [Section("comparison", "Compared with the other models", tuple(sentences), table, tuple(notes))]


def _recommendation(context: MemoContext, comparison: Comparison, differences: ModelDifferences) -> Headline:
    """Return which model to take, in the words of the page Compare with the memo's model as the reference."""
    lead = Lead.of(dict(zip(differences.models, differences.values, strict=True)), differences.reference)
    if not differences.enough_rows:
        return Headline(f"{lead.text(differences.metric, 'The highest is')}.", no_interval_text(differences))
    met = [result for result in comparison.decisions if result.curves.model not in differences.unmet]
    constraints = dict.fromkeys(each for result in met for each in result.tuning.constraints)
    no_choice = ""
    if len(met) > 1:
        no_choice = no_choice_text(comparison.objective, [BestThreshold.of(each) for each in met], tuple(constraints))
    return Headline(no_choice, "") if no_choice else headline(differences, context.margin)


def _table_of_differences(context: MemoContext, differences: ModelDifferences, results: list[Decision]) -> Table:
    objective, *others = reported_metrics(differences.metric)
    found = {each.model: each for each in differences.differences}
    level = differences.differences[0].simultaneous.level_text
    rows = []
    for result in results:
        counts, compared = result.point.counts, found.get(result.curves.model)
        difference = ("–", "–", "–")
        if compared is not None:
            gap = formatting.difference(compared.model_value, compared.reference_value)
            difference = gap, compared.simultaneous.signed_text, compared.verdict(context.margin)
            if result.curves.model in differences.unmet or differences.reference in differences.unmet:
                difference = formatting.UNDEFINED, formatting.UNDEFINED, "not compared"
        metrics = (metric_text(each, counts) for each in others)
        rows.append((*_name_and_threshold(context, result), metric_text(objective, counts), *difference, *metrics))
    labels = (each.label for each in others)
    head = ("Model", "Threshold", objective.label, "Difference", f"{level} interval", "Verdict", *labels)
    return Table(head, tuple(rows))


def _plain_table(context: MemoContext, results: list[Decision]) -> Table:
    objective = context.decision.objective
    metrics = [metric.label for metric in reported_metrics(objective)]
    areas = [] if context.suppresses else ["ROC AUC", "Average precision"]
    return Table(
        ("Model", "Threshold", *metrics, f"{objective.label} at 0.5", *areas),
        tuple(_plain_row(context, objective, result) for result in results),
    )


def _plain_row(context: MemoContext, objective: Metric, result: Decision) -> tuple[str, ...]:
    curves = result.curves
    shows_best, shows_half = _displayed(context, result)
    best = [
        metric_text(metric, result.point.counts) if shows_best else WITHHELD for metric in reported_metrics(objective)
    ]
    half = "–"
    if curves.counts_at_half is not None:
        half = metric_text(objective, curves.counts_at_half) if shows_half else WITHHELD
    areas = (
        []
        if context.suppresses
        else [known_value(*each) for each in (curves.roc_auc_bounds, curves.average_precision_bounds)]
    )
    return *_name_and_threshold(context, result), *best, half, *areas


def _name_and_threshold(context: MemoContext, result: Decision) -> tuple[str, str]:
    name = name_text(result.curves.model, LONGEST_CELL) + (" (this memo)" if context.is_about(result) else "")
    return name, formatting.displayed_threshold(result.threshold_text)


def _notes(context: MemoContext, differences: ModelDifferences | None, table: Table, left_out: int) -> Iterator[str]:
    if differences is not None:
        yield _differences_note(context, differences, table)
        if not context.decision.curves.has_roles:
            yield IN_SAMPLE
    else:
        if not context.suppresses:
            yield _AREAS_NOTE
        if not context.decision.curves.has_roles:
            yield (
                "Each threshold was tuned on this data, so all of these values are slightly optimistic, and small "
                "differences do not show that one model is better."
            )
    if left_out:
        label = lowercase_label(context.decision.objective.label)
        models = "1 model" if left_out == 1 else f"{left_out:,} models"
        yield f"{models} with a lower {label} {'is' if left_out == 1 else 'are'} left out."
    if any(WITHHELD in row for row in table.rows):
        yield f"“{WITHHELD}”: the number would reveal a count below {context.minimum:,}."
    if context.suppresses:
        yield "Intervals of differences, ROC AUC and average precision are left out: they could reveal small counts."


def _differences_note(context: MemoContext, differences: ModelDifferences, table: Table) -> str:
    """Explain the columns of the differences."""
    n_others = len(differences.models) - 1
    several = "both other models" if n_others == 2 else f"all {n_others} other models"
    intervals = "The interval is" if n_others == 1 else f"The intervals hold together for {several}; they are"
    note = (
        f"{_OWN_BEST} Differences are from {name_text(differences.reference, LONGEST_CELL)}. {intervals} from "
        f"{differences.n_resamples:,} resamples of {'clusters' if differences.clustered else 'rows'}, with every "
        f"threshold tuned again (seed {differences.random_state})."
    )
    shown = table.head.index("Verdict")
    return f"{note} {verdicts_text((row[shown] for row in table.rows), context.margin)}"


def _top_results(context: MemoContext, comparison: Comparison) -> list[Decision]:
    """Return the memo's model and the best of the others, in their original order."""

    def rank(result: Decision) -> tuple[bool, float]:
        return not context.is_about(result), -_value(comparison.objective, result)

    top = {result.curves.model for result in sorted(comparison.decisions, key=rank)[:_MOST_MODELS]}
    return [result for result in comparison.decisions if result.curves.model in top]


def _value(objective: Metric, result: Decision) -> float:
    return float(np.nan_to_num(defined_values(objective, result.point.counts), nan=-np.inf))


def _displayed(context: MemoContext, result: Decision) -> tuple[bool, bool]:
    """Return whether a model's metrics at its best threshold, and at 0.5, may be displayed."""
    if not context.is_about(result):
        best, half = safe_points([result.point.counts, result.curves.counts_at_half], context.minimum)
        return best, half
    # The thresholds differ when the comparison had to drop constraints.
    same = result.best_threshold_text == context.decision.best_threshold_text
    return (context.shows_best if same else not context.suppresses), context.shows_half


def _ranking(context: MemoContext, objective: Metric, results: list[Decision]) -> str:
    """Return how the model of this memo ranks among the others."""
    own = next(filter(context.is_about, results), None)
    if own is None or not all(_displayed(context, result)[0] for result in results):
        return _OWN_BEST
    by = f"{_OWN_BEST} By {lowercase_label(objective.label)},"
    first = max(results, key=lambda result: (_value(objective, result), result is own))
    values = [formatting.metric_value(_value(objective, result)) for result in results]
    own_value, first_value = values[results.index(own)], values[results.index(first)]
    if first_value == own_value:
        rank = "as high as any other" if values.count(own_value) > 1 else "the highest"
        return f"{by} the value of this memo's model is {rank}."
    name = name_text(first.curves.model, LONGEST_CELL)
    return f"{by} {name} is ahead of the model of this memo: {first_value} against {own_value}."
