"""The other models beside the one that a memo is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from f1tools import formatting
from f1tools.core.metrics import Metric, defined_values, reported_metrics
from f1tools.formatting import lowercase_label
from f1tools.memo.snapshot import Section, Table
from f1tools.memo.suppress import safe_together
from f1tools.memo.taken import WITHHELD, Taken, name, printed, value

if TYPE_CHECKING:
    from f1tools.comparison import ModelResult

_MOST = 10  # models
_WHOLE = (
    "ROC AUC is how often a real case scores higher than one that is not real: 0.5 is guessing, 1 perfect. Average "
    "precision is the mean precision while recall goes from 0 to 1: guessing gives the share of real cases."
)


def compared(taken: Taken) -> list[Section]:
    """Put the models side by side, each at its own best threshold; nothing where there is only one."""
    if taken.comparison is None or len(taken.comparison.results) < 2:
        return []
    objective, results = taken.comparison.objective, list(taken.comparison.results)
    shown = _foremost(taken, results, objective)
    head = ["Model", "Threshold", *(one.label for one in reported_metrics(objective))]
    head += [f"{objective.label} at 0.5", *([] if taken.suppresses else ["ROC AUC", "Average precision"])]
    rows = tuple(_row(taken, result, objective) for result in shown)
    return [
        Section(
            "compared",
            "The models side by side",
            (_sentence(taken, shown, objective),),
            Table(tuple(head), rows),
            tuple(_notes(taken, objective, len(results) - len(shown), rows)),
        )
    ]


def _foremost(taken: Taken, results: list[ModelResult], objective: Metric) -> list[ModelResult]:
    """Of very many models keep the one that the memo is about and the best of the others, in their order."""
    own = [result for result in results if result.model == taken.decision.model]
    others = sorted(
        (result for result in results if result.model != taken.decision.model),
        key=lambda result: -_reached(result, objective),
    )
    kept = {id(result) for result in [*own, *others][:_MOST]}
    return [result for result in results if id(result) in kept]


def _reached(result: ModelResult, objective: Metric) -> float:
    return float(np.nan_to_num(defined_values(objective, result.decision.point.counts), nan=-np.inf))


def _row(taken: Taken, result: ModelResult, objective: Metric) -> tuple[str, ...]:
    counts = result.decision.point.counts
    tells_best, tells_half = _tells(taken, result)
    at_best = [value(one, counts) if tells_best else WITHHELD for one in reported_metrics(objective)]
    at_half = "–"
    if result.half is not None:
        at_half = value(objective, result.half) if tells_half else WITHHELD
    own = " (this memo)" if result.model == taken.decision.model else ""
    whole = (
        []
        if taken.suppresses
        else [formatting.metric_value(result.roc_auc), formatting.metric_value(result.average_precision)]
    )
    return name(result.model, 60) + own, printed(result.decision.written), *at_best, at_half, *whole


def _tells(taken: Taken, result: ModelResult) -> tuple[bool, bool]:
    """Tell whether the model's best and its 0.5 may be told, beside all else that is told of it."""
    if result.model != taken.decision.model:
        best, half = safe_together([result.decision.point.counts, result.half], taken.below)
        return best, half
    same = result.decision.best_written == taken.decision.best_written  # else it was found without the limits
    return (taken.tells_best if same else not taken.suppresses), taken.tells_half


def _sentence(taken: Taken, shown: list[ModelResult], objective: Metric) -> str:
    """Say how the model of this memo does among the others."""
    own = next((result for result in shown if result.model == taken.decision.model), None)
    label = lowercase_label(objective.label)
    start = "Each model stands at its own best threshold."
    if own is None or not all(_tells(taken, result)[0] for result in shown):
        return start
    reached = {id(result): formatting.metric_value(_reached(result, objective)) for result in shown}
    first = max(shown, key=lambda result: (_reached(result, objective), result is own))
    if reached[id(first)] == reached[id(own)]:
        others = sum(text == reached[id(own)] for text in reached.values()) - 1
        rank = "as good as any other" if others else "the best of them"
        return f"{start} By {label}, the model of this memo is {rank}."
    return (
        f"{start} By {label}, {name(first.model, 60)} is better than the model of this memo: "
        f"{reached[id(first)]} against {reached[id(own)]}."
    )


def _notes(taken: Taken, objective: Metric, left_out: int, rows: tuple[tuple[str, ...], ...]) -> list[str]:
    notes = [] if taken.suppresses else [_WHOLE]
    if not taken.decision.has_roles:
        notes.append(
            "Each threshold was chosen on these very rows, so all of these values are a little too good, and close "
            "ones are no proof that one model is better."
        )
    if left_out:
        notes.append(f"{left_out:,} models with a lower {lowercase_label(objective.label)} are left out.")
    if any(WITHHELD in row for row in rows):
        notes.append(f"“{WITHHELD}” stands where fewer than {taken.below:,} cases could be told from the number.")
    if taken.suppresses:
        notes.append("ROC AUC and average precision are left out, because small counts can be worked out from them.")
    return notes
