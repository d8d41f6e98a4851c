"""The groups side by side, and the gaps between them."""

import math
from collections.abc import Iterable, Sequence

import streamlit as st

from f1tools import formatting
from f1tools.core.metrics import reported_metrics
from f1tools.groups import GroupMetrics, GroupReport, RowsAtThreshold
from f1tools.groups.gaps import Gap
from f1tools.groups.grouping import FEW, MIN_CLASS_SIZE
from f1tools.groups.report import rows_at_threshold
from f1tools.groups.sentences import counted_rows, rate_label
from f1tools.ui.components import decision_notes
from f1tools.ui.components.html_table import escape_html, figures_table, scrolling_table
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.session.page_context import PageContext

_MARKS = {"enough": "", "few": "few rows", "too few": "too few rows"}
_SCROLLED = 9  # groups fill the height of the table
_SHARES = ("prevalence", "predicted_positive_rate")
_GAPS = {
    "recall": " (equal opportunity)",
    "false_positive_rate": "",
    "predicted_positive_rate": " (demographic parity)",
    "precision": "",
}
_IN_SAMPLE = (
    "Thresholds were tuned on the rows that they are reported on: the values at best thresholds are too high, those at "
    "each group's own more than those at the common one, and most where rows are few."
)

Cell = tuple[str, ...]
"""The lines of a cell: the value, and below it in small print the interval and the value of all others."""


def overall(context: PageContext) -> RowsAtThreshold:
    """Return the metrics of all rows together at the current threshold."""
    return rows_at_threshold(context.point, *context.data.n_evaluation_rows(context.model), context.view.objective)


def drawn_value(context: PageContext) -> str:
    """Return the name of the value that is drawn for each group."""
    chosen = context.view.group_value
    return context.view.objective.name if chosen == "objective" else chosen


def ordered(context: PageContext, found: GroupReport) -> list[GroupMetrics]:
    """Return the groups by name, or by the drawn value, highest first, and then those with few rows by name."""
    if context.view.group_order == "name":
        return list(found.groups)

    def key(each: GroupMetrics) -> tuple[bool, bool, float]:
        number = each.rows.values[drawn_value(context)] if each.size == "enough" else 0.0
        return each.size != "enough", math.isnan(number), -number

    return sorted(found.groups, key=key)


def table(context: PageContext, found: GroupReport) -> None:
    """Show one row per group: sizes, metrics with intervals beside those of all others, and its own threshold."""
    columns = {each.name: each.label for each in reported_metrics(context.view.objective)}
    columns |= {"predicted_positive_rate": "Flagged", "prevalence": "Positives"}
    own = ("Best for this group alone", f"{context.view.objective.label} there")
    head = "".join(f'<th scope="col">{escape_html(each)}</th>' for each in ("Group", "Rows", *columns.values(), *own))
    every = overall(context)
    rows = [_row("All rows", "", [(f"{every.n:,}",), *(_value(every, None, name) for name in columns), ("",), ("",)])]
    for each in ordered(context, found):
        cells = [
            (f"{each.rows.n:,}",),
            *(_value(each.rows, each.others, name) for name in columns),
            *_own(context, each),
        ]
        rows.append(_row(each.name, _MARKS[each.size], cells))
    st.html(scrolling_table("Groups", f"<tr>{head}</tr>", "".join(rows), kind="f1groups"))
    decision_notes.in_sample_note(context, _IN_SAMPLE, several=True)
    notes = [f"Below each value: its {found.groups[0].rows.intervals['recall'].level_text} interval, and all others."]
    if len(found.groups) > _SCROLLED:
        notes.append(f"Scroll the table to see all {len(found.groups)} groups.")
    if any(each.size != "enough" for each in found.groups):
        notes.append(
            f"Few rows: fewer than {FEW} positives or negatives, so that numbers are uncertain; too few: fewer than "
            f"{MIN_CLASS_SIZE}, on which no threshold is tuned."
        )
    st.markdown(small(escape(" ".join(notes))))


def _row(name: str, mark: str, cells: Iterable[Cell]) -> str:
    marked = f"<br><small>{mark}</small>" if mark else ""
    body = "".join(f"<td>{_lines(each)}</td>" for each in cells)
    return f'<tr><th scope="row">{escape_html(formatting.truncate(name))}{marked}</th>{body}</tr>'


def _lines(cell: Cell) -> str:
    return "<br>".join([escape_html(cell[0]), *(f"<small>{escape_html(line)}</small>" for line in cell[1:])])


def _value(rows: RowsAtThreshold, others: RowsAtThreshold | None, name: str) -> Cell:
    """Return a value, its interval, and the value of all others."""
    lines = [_text(rows.values[name], name)]
    interval = rows.intervals.get(name)
    if interval is not None and not math.isnan(interval.low):
        lines.append(f"{_text(float(interval.low), name)} to {_text(float(interval.high), name)}")
    if others is not None:
        lines.append(f"others {_text(others.values[name], name)}")
    return tuple(lines)


def _text(value: float, name: str) -> str:
    return formatting.percent(value) if name in _SHARES and not math.isnan(value) else formatting.metric_value(value)


def _own(context: PageContext, group: GroupMetrics) -> tuple[Cell, Cell]:
    if group.own_threshold is None or group.own_value is None:
        return ("none",), ("",)
    inside = context.curves.tuning.is_inside_bin(group.own_threshold)  # of all rows: bins of a group may be others
    write = formatting.rounded_threshold if inside else context.threshold_text
    text = formatting.displayed_threshold(write(group.own_threshold))
    return (text,), (formatting.metric_value(group.own_value),)


def gaps(found: GroupReport) -> None:
    """Show the largest difference of each rate with its interval, and how large one by chance alone is."""
    st.header("Gaps between groups", anchor=False)
    first = found.gaps["recall"].interval.level_text
    header = ("Largest difference", "Lowest", "Highest", "Difference", f"{first} interval", "By chance", "Ratio")
    figures_table("Gaps between groups", header, (_gap_row(found, gap) for gap in found.gaps.values()))
    odds = formatting.metric_value(found.equalized_odds_difference)
    left_out = [
        f"{rate_label(gap.rate)} without {formatting.join_names(map(formatting.truncate, gap.left_out))}"
        for gap in found.gaps.values()
        if gap.left_out
    ]
    notes = [
        "By chance: the mean of the largest difference if all groups had one rate. In parentheses are fairlearn's "
        "names of these differences; its equalized odds difference, the larger one of recall and false-positive rate, "
        f"is {odds}."
    ]
    if left_out:
        counted = counted_rows(found.gaps["recall"])
        notes.append(
            f"Groups with fewer than {FEW} {counted} that count for a rate have no part: {'; '.join(left_out)}."
        )
    st.markdown(small(escape(" ".join(notes))))


def _gap_row(found: GroupReport, gap: Gap) -> tuple[str, Sequence[str]]:
    name = formatting.capitalized(f"{rate_label(gap.rate)}{_GAPS[gap.rate]}")
    if math.isnan(gap.difference):
        return name, [formatting.UNDEFINED] * 6
    values = {each.name: each.rows.values[gap.rate] for each in found.groups}
    ends = (f"{formatting.truncate(end)} {formatting.metric_value(values[end])}" for end in (gap.lowest, gap.highest))
    numbers = map(formatting.metric_value, (gap.by_chance, gap.ratio))
    return name, [*ends, formatting.metric_value(gap.difference), gap.interval.text, *numbers]
