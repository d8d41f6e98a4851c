"""The section of a memo about groups of rows at its threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.operating_point import OperatingPoint
from f1tools.groups.gaps import gaps
from f1tools.groups.grouping import FEW
from f1tools.groups.headline import headline
from f1tools.groups.report import GroupMetrics, rows_at_threshold
from f1tools.memo.context import LONGEST_CELL, MemoContext, name_text
from f1tools.memo.snapshot import Section, Table
from f1tools.memo.suppression import safe_groups

if TYPE_CHECKING:
    from f1tools.groups import GroupReport, RowsAtThreshold

_MOST_GROUPS = 20
_TITLE = "By group"
_N_RESAMPLES = 2000  # of gaps between the groups that suppression leaves
_MARK = " *"
_RATES = ("precision", "recall")  # with intervals


def groups_section(context: MemoContext) -> list[Section]:
    """Return the groups side by side at the memo's threshold; nothing where there are no groups.

    Groups whose counts may not be displayed, and the smallest of very many, are summed in a row of their own.
    """
    report = context.groups
    groups = [] if report is None else [each for each in report.groups if each.rows.n]
    if report is None or len(groups) < 2 or not context.show_groups:
        return []
    parts, has_sum = _parts(context, report)
    stated = displayed_groups(context)
    if stated is None:
        reason = f"The numbers of groups are withheld, because they would reveal a count below {context.minimum:,}."
        return [Section("groups", _TITLE, (reason,))]
    table, notes = _table(context, report, parts), _notes(context, parts, has_sum=has_sum)
    return [Section("groups", _TITLE, tuple(filter(None, headline(stated))), table, (notes,))]


def displayed_groups(context: MemoContext) -> GroupReport | None:
    """Return what may be said of the groups; with suppression the parts of the table, and the gaps between these.

    None where nothing may be displayed, or there are no groups.
    """
    report = context.groups
    if report is None or not context.suppresses:
        return report
    parts, _ = _parts(context, report)
    if not parts:
        return None
    between = gaps(
        [each.name for each in parts],
        [each.rows.point for each in parts],
        min_rows=FEW,
        n_resamples=_N_RESAMPLES,
        confidence_level=report.confidence_level,
        random_state=0,
    )
    return replace(report, groups=tuple(parts), gaps={each.rate: each for each in between})


def _parts(context: MemoContext, report: GroupReport) -> tuple[list[GroupMetrics], bool]:
    """Return the groups of the table, and whether the last one is the sum of several; none where none may be shown."""
    groups = [each for each in report.groups if each.rows.n]
    counts = [each.rows.point.counts for each in groups]
    shown, summed = safe_groups(counts, [each.rows.n for each in groups], context.minimum, _MOST_GROUPS)
    parts = [groups[place] for place in shown]
    if shown and summed:
        # The number of groups would reveal counts of rows where they are as many.
        name = "Other groups" if context.suppresses else f"{len(summed):,} other groups"
        parts.append(_sum(report, name, [groups[place] for place in summed], parts))
    return parts, bool(shown and summed)


def _table(context: MemoContext, report: GroupReport, parts: list[GroupMetrics]) -> Table:
    names = (name_text(each.name, LONGEST_CELL) + _MARK * _is_small(context, each) for each in parts)
    shown = [context.decision.objective.name] if _objective(context) else []
    rows = (_row(name, each.rows, shown) for name, each in zip(names, parts, strict=True))
    column = context.source.read_as.group
    level = f"{100 * report.confidence_level:g}% interval"
    name = "Group" if column is None else name_text(column, LONGEST_CELL)
    rates = (each for rate in _RATES for each in (rate.capitalize(), f"{rate.capitalize()}, {level}"))
    return Table((name, "Cases", "Positive", "Flagged", *rates, *_objective(context)), tuple(rows))


def _objective(context: MemoContext) -> tuple[str, ...]:
    """Return the label of the objective, unless it has a column already."""
    objective = context.decision.objective
    return () if objective.name in (*_RATES, "predicted_positive_rate") else (objective.label,)


def _row(name: str, rows: RowsAtThreshold, shown: Sequence[str]) -> tuple[str, ...]:
    share = rows.values["predicted_positive_rate"]
    flagged = formatting.UNDEFINED if math.isnan(share) else formatting.percent(share)
    sizes = formatting.count(rows.n), formatting.count(rows.n_pos)
    rates = (text for rate in _RATES for text in _with_interval(rows, rate))
    return name, *sizes, flagged, *rates, *(formatting.metric_value(rows.values[each]) for each in shown)


def _with_interval(rows: RowsAtThreshold, rate: str) -> tuple[str, str]:
    interval = rows.intervals.get(rate)
    return formatting.metric_value(rows.values[rate]), "–" if interval is None else interval.text


def _sum(report: GroupReport, name: str, groups: list[GroupMetrics], others: list[GroupMetrics]) -> GroupMetrics:
    """Return several groups as one, beside all others."""
    rows, rest = (_rows_of(report, each) for each in (groups, others))
    smaller = min(rows.n_pos, rows.n - rows.n_pos)
    return GroupMetrics(name, rows, rest, "enough" if smaller >= FEW else "few", None, None)


def _rows_of(report: GroupReport, groups: list[GroupMetrics]) -> RowsAtThreshold:
    points = [each.rows.point for each in groups]
    squares = [each.squares for each in points if each.squares is not None]
    point = OperatingPoint(
        report.decision.point.threshold,
        _total([each.counts for each in points]),
        _total(squares) if squares else None,
    )
    n, n_pos = sum(each.rows.n for each in groups), sum(each.rows.n_pos for each in groups)
    rows = rows_at_threshold(point, n, n_pos, report.decision.objective, report.confidence_level)
    # A cluster may have rows in several groups, so that its part in their sum is unknown.
    return rows if all(each.products is None for each in points) else replace(rows, intervals={})


def _total(counts: Sequence[ConfusionCounts]) -> ConfusionCounts:
    return ConfusionCounts(**{cell: sum(getattr(each, cell) for each in counts) for cell in ("tn", "fp", "fn", "tp")})


def _is_small(context: MemoContext, group: GroupMetrics) -> bool:
    """Return whether a group is marked. With suppression only displayed counts decide: those of the evaluation set."""
    if context.suppresses:
        return min(group.rows.n_pos, group.rows.n - group.rows.n_pos) < FEW
    return group.size != "enough"


def _notes(context: MemoContext, parts: list[GroupMetrics], *, has_sum: bool) -> str:
    threshold = formatting.capitalized(formatting.at_threshold(context.decision.threshold_text))
    notes = [f"{threshold}, the same threshold for all groups{context.where}."]
    if any(_is_small(context, each) for each in parts):
        notes.append(f"* fewer than {FEW} positives or negatives: these numbers are uncertain.")
    if has_sum and context.suppresses:
        notes.append(
            f"“Other groups” are summed and compared like one group, because some of them would reveal a count below "
            f"{context.minimum:,}."
        )
    return " ".join(notes)
