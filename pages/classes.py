"""Classes: all classes or labels at once, each with its threshold, and what they achieve together."""

import streamlit as st

from f1tools.ui.components.layout import class_data_bar, glossary, link_note
from f1tools.ui.sections.classes import answer, choices, figures, overview, table
from f1tools.ui.sections.classes.context import class_context
from f1tools.ui.session import state
from f1tools.ui.session.data import ClassData, Dataset


def all_classes(data: ClassData) -> None:
    """Show which rule to take, and all classes under the chosen one."""
    class_data_bar(data)
    link_note()
    answer.problem(data)
    top = st.container()
    toolbar = st.container(horizontal=True, vertical_alignment="bottom", key="class toolbar")
    with toolbar:
        choices.average(data)
    context = class_context(data)
    if context is None:
        return
    with toolbar:
        choices.rule(context)
        if context.of_labels:
            choices.limits(context)
    estimates = answer.estimates(context)
    with top:
        answer.headline(context, estimates)
        answer.boxes(context, estimates)
    table.table(context, estimates)
    answer.notes(context)
    figures.confusion(context)
    if context.of_labels:
        figures.common_threshold(context)
    glossary("interval", "resample")


st.title("All classes", anchor=False)
whole = state.whole_data()
if isinstance(whole, Dataset):
    link_note()
    overview.two_classes(whole)
else:
    all_classes(whole)
