"""The sections of a memo: uncertainty, scenarios, and where the numbers come from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from f1tools import formatting
from f1tools.core.metrics import reported_metrics_with_f1
from f1tools.formatting import lowercase_label, single_line
from f1tools.formatting.bounds import bound_text, inside_bin_text
from f1tools.formatting.unscored import unscored_sentences
from f1tools.memo.context import LONGEST_CELL, MemoContext, metric_text, name_text
from f1tools.memo.snapshot import Section, Table
from f1tools.uncertainty import metric_interval
from f1tools.uncertainty.sentences import (
    best_of_models_text,
    evaluation_set_text,
    expected_value_text,
    interval_validity_text,
    measured_value_text,
    threshold_spread_text,
    widening_text,
)
from f1tools.version import __version__
from f1tools.what_if.scenario_table import ScenarioResult, table_rows

if TYPE_CHECKING:
    from f1tools.core.curve import ThresholdCurve
    from f1tools.memo.classes.context import ClassMemoContext
    from f1tools.record import FileDigest
    from f1tools.record.source import RecordedTable

_DIGEST_DIGITS = 16  # of a SHA-256: enough that no other file has the same by coincidence


def uncertainty_section(context: MemoContext) -> list[Section]:
    """Return the metrics at the threshold with their confidence intervals, and what to expect on new rows."""
    title, sentences = "How far to trust these numbers", tuple(_expectations(context))
    if context.shows_point:
        return [Section("uncertainty", title, sentences, _metrics_table(context), (_interval_note(context),))]
    reason = f"The metrics are withheld, because they would reveal a count below {context.minimum:,}."
    return [Section("uncertainty", title, (reason, *sentences))]


def _metrics_table(context: MemoContext) -> Table:
    point = context.decision.point
    rows = []
    for metric in reported_metrics_with_f1(context.decision.objective, by="label"):
        interval = metric_interval(metric, point)
        rows.append((metric.label, metric_text(metric, point.counts), interval.text if interval else "–"))
    at = formatting.at_threshold(context.decision.threshold_text)
    head = (formatting.capitalized(at), f"On {context.evaluation_rows}", "95% interval")
    return Table(head, tuple(rows))


def _expectations(context: MemoContext) -> Iterator[str]:
    """Yield how the threshold was chosen, and what the numbers mean for new rows."""
    decision, estimate = context.decision, context.usable_estimate
    if not decision.is_best:
        yield _chosen_by_hand(context)
    if decision.curves.role_names is not None:
        (tuning, evaluation), (n_tuning, n_evaluation) = decision.curves.role_names, decision.curves.n_rows
        yield evaluation_set_text(tuning, n_tuning, evaluation, n_evaluation, by_hand=not decision.is_best)
    yield from _measured(context)
    yield from _between_thresholds(context)
    if decision.curves.has_roles:
        pass  # the evaluation set has measured it
    elif estimate is not None:
        yield expected_value_text(estimate, "" if decision.is_best else decision.best_threshold_text)
        if wider := widening_text(estimate.widening, context.source.read_as.cluster or ""):
            yield wider
        if context.n_best_of and not math.isnan(estimate.estimate):
            yield best_of_models_text(context.n_best_of)
    elif decision.is_best:
        yield formatting.IN_SAMPLE
        if context.estimate is not None:
            yield (
                f"How much less is withheld, because the estimate uses every row and would reveal a count below "
                f"{context.minimum:,}."
            )
    if estimate is not None:
        yield threshold_spread_text(estimate)


def _measured(context: MemoContext) -> Iterator[str]:
    """Yield what to expect on new rows of a threshold that was not simply the best on these rows."""
    decision = context.decision
    if (decision.is_best and not decision.curves.has_roles) or not context.shows_point:
        return
    text = measured_value_text(
        decision.objective,
        decision.point,
        decision.threshold_text,
        by_hand=not decision.is_best,
        has_roles=decision.curves.has_roles,
        suggested=context.tuned_purpose,
    )
    if text:
        yield text


def _between_thresholds(context: MemoContext) -> Iterator[str]:
    """Yield what is not certain because rows were counted in bins; nothing with suppression: bounds are of counts."""
    decision = context.decision
    if context.suppresses:
        return
    if decision.manual_threshold is not None:
        yield from filter(
            None, [inside_bin_text(decision.curves.evaluation, decision.manual_threshold, decision.objective)]
        )
    yield from filter(None, [bound_text(decision.tuning)])


def _chosen_by_hand(context: MemoContext) -> str:
    """Return what the threshold costs compared with the best one."""
    decision = context.decision
    threshold = formatting.using_threshold(decision.threshold_text)
    chosen = f"{formatting.capitalized(threshold)} was set {context.origin}."
    if not context.shows_best:
        return chosen
    objective, best = decision.objective, decision.best_point.counts
    on = f" on {formatting.truncate(decision.curves.role_names[0])}" if decision.curves.role_names else ""
    return (
        f"{chosen} Its {lowercase_label(objective.label)} is {metric_text(objective, decision.point.counts)}; the best"
        f"{on}{context.constraints_text} is {formatting.using_threshold(decision.best_threshold_text)}, with "
        f"{metric_text(objective, best)}{context.where}."
    )


def _interval_note(context: MemoContext) -> str:
    decision = context.decision
    if decision.curves.has_roles:
        return (
            f"A 95% confidence interval is expected to contain the true value in 95 of 100 samples like "
            f"{context.evaluation_rows}."
        )
    return interval_validity_text(
        decision.threshold_text,
        chosen_here=decision.is_best,
        suggested=context.tuned_purpose,
        has_estimate=context.usable_estimate is not None,
    )


def scenario_sections(context: MemoContext) -> list[Section]:
    """Return one section per what-if; with suppression only a note, because each is another way to compute a count."""
    if context.suppresses:
        note = "Scenarios are left out of a memo in which small counts are suppressed."
        return [Section("scenario", "What if …?", (note,))] if context.scenarios else []
    return [_scenario_section(context, scenario) for scenario in context.scenarios]


def _scenario_section(context: MemoContext, scenario: ScenarioResult) -> Section:
    def clean(text: str) -> str:
        return formatting.with_minus_signs(single_line(text))

    table = None
    if scenario.columns:
        head = ("Figure", *(single_line(column.head) for column in scenario.columns))
        rows = table_rows(scenario.columns, context.decision.objective)
        table = Table(head, tuple(tuple(map(clean, (name, *cells))) for name, cells in rows))
    title = f"What if: {lowercase_label(single_line(scenario.title))}"
    return Section("scenario", title, tuple(map(clean, scenario.sentences)), table, (clean(scenario.assumption),))


def provenance_section(context: MemoContext) -> list[Section]:
    """Return the exact rule and where it comes from."""
    rows = tuple(row for write in (_rule, _data, _software) for row in write(context))
    return [Section("provenance", "Rule, data and files", table=Table(("Item", "Value"), rows))]


def _rule(context: MemoContext) -> Iterator[tuple[str, str]]:
    decision = context.decision
    label = name_text(decision.curves.pos_label)
    if math.isinf(decision.point.threshold):
        yield "Rule", f"No score is classified as “{label}”"
    else:
        rule = (
            f"A score of {formatting.displayed_threshold(decision.threshold_text)} or more is classified as “{label}”"
        )
        others = "a lower or missing score" if context.source.read_as.count_unscored else "any lower score"
        yield "Rule", f"{rule}, {others} is not"
    if not (context.suppresses or formatting.is_one_threshold(*decision.same_decisions)):
        # With suppression left out: the bounds are the scores of two rows.
        same = formatting.threshold_range_text(*decision.same_decisions)
        yield "Same decisions", f"Every threshold{same}"
    yield "Model", name_text(decision.curves.model)
    yield "Chosen", context.selection


def _data(context: MemoContext) -> Iterator[tuple[str, str]]:
    curves, source = context.decision.curves, context.source
    yield "Data", name_text(source.title)
    if source.table is not None:
        yield "Counted", _counted_text(source.table)
    if source.part:
        yield "Subset", f"Only {name_text(source.part, LONGEST_CELL)}"
    if curves.role_names is None:
        yield "Rows", _rows(context, curves.evaluation, curves.n_rows[1])
    else:
        sets = zip(
            ("Tuning set", "Evaluation set"),
            curves.role_names,
            (curves.tuning, curves.evaluation),
            curves.n_rows,
            strict=True,
        )
        for item, role, curve, n in sets:
            yield item, f"{name_text(role, LONGEST_CELL)}: {_rows(context, curve, n)}"
    if curves.evaluation.weighted:
        yield "Weights", "Cases are counted by their weights"
    dropped = [dropped_text(reason, rows, context.minimum) for reason, rows in source.dropped.items() if rows]
    if dropped:
        yield "Left out", "; ".join(dropped)
    if unscored := " ".join(_unscored(context)):
        yield "Without a score", unscored
    columns = _columns(context)
    if columns:
        yield "Columns", columns
    for file in source.files:
        yield "File", file_text(file)


def _counted_text(table: RecordedTable) -> str:
    """Return what was counted by which engine, and whether all counts are known."""
    by = f"by {name_text(table.engine, LONGEST_CELL)}" if table.engine else ""
    when = f"on {name_text(table.counted.partition('T')[0], LONGEST_CELL)}" if table.counted else ""
    how = "at every score" if table.exact else "in bins of several scores, inside which counts are not known"
    where = f"{name_text(table.source, LONGEST_CELL)}, " if table.source else ""
    return where + " ".join(filter(None, (by, when, how)))


def _rows(context: MemoContext, curve: ThresholdCurve, rows: int) -> str:
    """Return the number of rows and of positives; for weighted rows only the positive share of the weight."""
    share = float(curve.positives) / (float(curve.positives) + float(curve.negatives))
    label = f"“{name_text(context.decision.curves.pos_label, LONGEST_CELL)}”"
    if curve.weighted:
        return f"{rows:,}, {formatting.percent(share)} of their weight {label}"
    return f"{rows:,}, of which {formatting.count(curve.positives)} ({formatting.percent(share)}) are {label}"


def file_text(file: FileDigest) -> str:
    """Return the name, the size and the start of the digest of a file."""
    return f"{name_text(file.name)}, {file.size:,} bytes, SHA-256 {file.sha256[:_DIGEST_DIGITS]}…"


def dropped_text(reason: str, rows: int, minimum: int) -> str:
    """Return how many rows were left out and why; a number below the smallest that may be displayed is not exact."""
    if rows < minimum:
        return f"fewer than {minimum:,} rows ({name_text(reason)})"
    return f"{rows:,} row{'' if rows == 1 else 's'} ({name_text(reason)})"


def _unscored(context: MemoContext) -> list[str]:
    """Return how many rows have no score, by class; where small counts are suppressed, only what they count as."""
    source = context.source
    counted, model = source.read_as.count_unscored, context.decision.curves.model
    unscored = {name: (rows.positives, rows.negatives) for name, rows in source.unscored.items()}
    unscored = {model: unscored[model]} if model in unscored else {} if counted else unscored
    if context.suppresses and unscored:
        return [f"Some rows have no score and {'count as not flagged' if counted else 'were left out'}."]
    return unscored_sentences(unscored, counted=counted)


def _columns(context: MemoContext) -> str:
    choices = context.source.read_as
    score = context.decision.curves.model if context.decision.curves.model in choices.scores else ""
    columns = (("truth", choices.truth_column), ("score", score), ("weight", choices.weight), ("role", choices.role))
    return ", ".join(f"{use} “{name_text(column, LONGEST_CELL)}”" for use, column in columns if column)


def _software(context: MemoContext) -> Iterator[tuple[str, str]]:
    found, how = context.estimate, ""
    if found is not None:
        how = f"Estimated by the .632 bootstrap with {found.n_resamples:,} resamples, seed {found.random_state}"
    return software_rows(context, "New rows", how)


def software_rows(context: MemoContext | ClassMemoContext, what: str, how: str) -> Iterator[tuple[str, str]]:
    """Yield what is suppressed or how `what` was estimated, if that is known, and when the memo was written."""
    if context.suppresses:
        yield "Small counts", f"Numbers that would reveal a count below {context.minimum:,} are suppressed"
    elif how:
        yield what, how
    yield "Created", f"{context.created.replace('T', ' ').replace('Z', ' UTC')}, with f1tools {__version__}"
