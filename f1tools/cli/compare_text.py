"""The results of ``f1tools compare`` as text: a table of the models, and one of their differences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from f1tools import formatting
from f1tools.cli.best_text import align_columns, areas, data_lines, has_roles
from f1tools.cli.compare_aligned import AlignedModels, aligned_blocks
from f1tools.cli.compare_reading import unpaired_text, unread_text
from f1tools.cli.output import escape_controls
from f1tools.cli.reading import name_text, reading_notes
from f1tools.cli.tables import open_text
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric, defined_values, reported_metrics_with_f1
from f1tools.decision import comparable_values
from f1tools.formatting import count, metric_value

if TYPE_CHECKING:
    from f1tools.cli.compare_reading import ComparedRows
    from f1tools.comparison import ModelDifferences
    from f1tools.decision import Comparison, Decision


def to_text(
    compared: Sequence[ComparedRows], comparisons: Sequence[Comparison], reference: str,
    differences: ModelDifferences | None, aligned: AlignedModels | None, margin: float,
) -> str:  # fmt: skip
    """Return the comparison as text; verdicts are by the margin."""
    objective = comparisons[0].objective
    decisions = [decision for comparison in comparisons for decision in comparison.decisions]
    blocks = [
        *(list(_read(each)) for each in compared),
        [] if len(compared) == 1 else [unpaired_text(compared)],
        list(_models(objective, decisions, reference)),
        list(_at_half(objective, decisions)),
        [] if differences is None else list(_differences(differences, margin)),
        *([] if aligned is None else aligned_blocks(aligned, margin)),
        [formatting.IN_SAMPLE] if not all(has_roles(each.counted) for each in compared) else [],
    ]
    return "\n\n".join("\n".join(escape_controls(line) for line in block if line) for block in blocks if block)


def _read(rows: ComparedRows) -> Iterable[str]:
    """Yield what was read, and what was not."""
    yield from data_lines(rows.reading, rows.counted)
    yield from reading_notes(rows.reading)
    yield unread_text(rows.reading.other_numbers)


def _models(objective: Metric, decisions: Sequence[Decision], reference: str) -> Iterable[str]:
    """Yield the models at their own best thresholds, the differences from the reference, and unmet constraints."""
    metrics = reported_metrics_with_f1(objective, by="label")
    comparable = comparable_values(decisions)
    rows = [["", "threshold", *_headings(metrics), "ROC AUC", "average precision", "difference"]]
    for decision in decisions:
        curves = decision.curves
        gap = formatting.difference(comparable[curves.model], comparable[reference])
        rows.append([
            name_text(curves.model), formatting.displayed_threshold(decision.best_threshold_text),
            *_cells(metrics, decision.evaluation.point.counts), *areas(curves.evaluation),
            "reference" if curves.model == reference else gap,
        ])  # fmt: skip
    constraints = dict.fromkeys(str(each) for decision in decisions for each in decision.tuning.constraints)
    limits = f" with {' and '.join(constraints)}" if constraints else ""
    yield f"Each model at its own best {formatting.lowercase_label(objective.label)}{limits}:"
    yield from align_columns(rows)
    for decision in decisions:
        if bound := open_text(decision.tuning, decision.curves.tuning):
            yield f"{name_text(decision.curves.model)}: {bound}"
        if decision.tuning.not_met:
            yield f"{name_text(decision.curves.model)}: {decision.tuning.not_met} They were dropped for it."


def _at_half(objective: Metric, decisions: Sequence[Decision]) -> Iterable[str]:
    """Yield the models whose scores are probabilities at 0.5."""
    metrics = reported_metrics_with_f1(objective, by="label")
    rows = [
        [name_text(each.curves.model), *_cells(metrics, each.curves.counts_at_half)]
        for each in decisions
        if each.curves.counts_at_half is not None
    ]
    if rows:
        yield "At the threshold 0.5:"
        yield from align_columns([["", *_headings(metrics)], *rows])


def _differences(differences: ModelDifferences, margin: float) -> Iterable[str]:
    """Yield the differences from the reference, with intervals and verdicts, and the positives caught."""
    from f1tools.comparison.sentences import no_interval_text, same_workload_text, unmet_text  # slow to load

    found = differences.differences
    level = found[0].simultaneous.level_text
    unit = "clusters" if differences.clustered else "rows"
    several = "both" if len(found) == 2 else f"all {len(found)}"
    together = f", which hold together for {several} models" if len(found) > 1 else ""
    within = f", by a margin of {formatting.decimal(margin)}" if margin else ""
    label = formatting.lowercase_label(differences.metric.label)
    yield (
        f"Difference in {label} from {name_text(differences.reference)}, with {level} intervals{together} "
        f"({differences.n_resamples:,} resamples of {unit}){within}:"
    )
    rows = [["", "difference", f"{level} interval", "verdict", "detectable from"]]
    for each in found:
        is_compared = not math.isnan(each.value)
        gap = formatting.difference(each.model_value, each.reference_value) if is_compared else formatting.UNDEFINED
        verdict = each.verdict(margin) if is_compared else "not compared"
        rows.append([name_text(each.model), gap, each.simultaneous.signed_text, verdict, metric_value(each.detectable)])
    yield from align_columns(rows)
    yield unmet_text(differences)
    if all(math.isnan(each.simultaneous.low) for each in found):
        yield no_interval_text(differences)
    for each in found:
        yield from same_workload_text(each)


def _headings(metrics: Sequence[Metric]) -> list[str]:
    return [*(each.label for each in metrics), "flagged"]


def _cells(metrics: Sequence[Metric], counts: ConfusionCounts) -> list[str]:
    return [*(metric_value(float(defined_values(each, counts))) for each in metrics), count(float(counts.flagged()))]
