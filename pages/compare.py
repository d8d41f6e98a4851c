"""Compare: which model to take, for whom, how sure that is, and what would change."""

import streamlit as st

from f1tools.ui.components import decision_notes
from f1tools.ui.components.layout import data_bar, glossary, page_notes
from f1tools.ui.components.table_notes import needs_rows
from f1tools.ui.sections.compare import (
    answer,
    flips,
    group_thresholds,
    groups,
    groups_figures,
    groups_table,
    models,
    unpaired,
)
from f1tools.ui.sections.compare.standings import drop_unknown, standings
from f1tools.ui.session import state
from f1tools.ui.session.page_context import page_context


def compare_models() -> None:
    """Show which model to take, and which rows it decides differently."""
    classes = state.dataset().classes
    if classes is not None:
        models.only_one_of_classes(classes)
        return
    if len(state.dataset().models) == 1 and not state.dataset().apart:
        models.only_one(page_context().model)
        return
    compared = standings()
    if compared.paired:
        decision_notes.unscored_line(compared.context)
    decision_notes.clusters_line(compared.context)
    unpaired.note(compared)
    found = answer.differences(compared)
    answer.headline(compared, found)
    models.toolbar(compared)
    models.table(compared, answer.interval_texts(compared, found))
    models.notes(compared)
    answer.in_sample_note(compared)
    if compared.without_rows:
        needs_rows(compared.without_rows, "Intervals of differences and the cases that flip", verb="need")
    elif compared.paired:
        flips.section(compared)
    glossary("interval", "calibrated", "resample")


def compare_groups() -> None:
    """Show for whom the current model works, at one threshold for all groups."""
    context = page_context()
    decision_notes.unscored_line(context)
    decision_notes.clusters_line(context)
    groups.toolbar(context)
    report = groups.report(context)
    if report is not None:
        groups.headline(context, report)
        groups_table.table(context, report)
        groups_figures.values(context, report)
        groups_table.gaps(report)
        groups_figures.curves(context, report)
        if len(report.groups) > 1 and context.data.table is not None:
            needs_rows(context.data, "Thresholds of groups", verb="need")
        elif len(report.groups) > 1:
            group_thresholds.section(context, report)
        glossary("interval", "positives")


st.title("Compare", anchor=False)
drop_unknown()
by_group = state.view().compared == "groups"
data_bar(state.dataset(), picker=by_group or state.dataset().classes is not None, all_files=not by_group)
page_notes(page_context())
groups.tabs()
if by_group:
    compare_groups()
else:
    compare_models()
