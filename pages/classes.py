"""Classes: all classes or labels at once, each with its threshold, and what they achieve together."""

import streamlit as st

from f1tools.ui.components.layout import class_data_bar, glossary, link_note
from f1tools.ui.sections.classes import answer, choices, figures, table
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
    profiles = table.profiles_of(context)
    middle = st.container()
    answer.notes(context)
    figures.confusion(context)
    if context.of_labels:
        figures.common_threshold(context)
    glossary("average", "interval", "resample")
    estimates = answer.estimates(context)  # the last job: it takes longest, and a page waits for no job behind others
    with top:
        answer.headline(context, estimates)
        answer.boxes(context, estimates)
    if profiles is not None:
        with middle:
            table.table(context, profiles, estimates)


whole = state.whole_data()
st.title("All classes" if isinstance(whole, Dataset) or whole.curves.one_per_row else "All labels", anchor=False)
if isinstance(whole, Dataset):
    link_note()
    answer.two_classes(whole)
else:
    all_classes(whole)
