"""Share: a memo for people, a link for colleagues, a record and code for engineers."""

import streamlit as st

from f1tools.ui.components import decision_notes
from f1tools.ui.components.layout import class_data_bar, data_bar, link_note, page_notes
from f1tools.ui.components.table_notes import bounds_line
from f1tools.ui.sections import share, share_classes
from f1tools.ui.sections.classes import answer
from f1tools.ui.sections.classes.context import class_context
from f1tools.ui.sections.what_if import scenarios
from f1tools.ui.session import state
from f1tools.ui.session.data import ClassData, Dataset
from f1tools.ui.session.page_context import page_context


def one_class(data: ClassData | Dataset) -> None:
    """Share the threshold of one class, which is the only one where there are two classes."""
    context = page_context()
    data_bar(context.data, link=False)  # this page has a link of its own
    share_classes.choose(data)
    page_notes(context)
    decision_notes.most_important_advice(context)
    decision_notes.better_model_line(context)
    decision_notes.unscored_line(context)
    decision_notes.constraints_line(context)
    results = scenarios.results(context)
    share.decision(context, results)
    bounds_line(context)
    left, right = st.columns(2, gap="large")
    with left:
        included = share.memo(context, results)
        share.link_to_decide(context)
        draft = share.record(context, included)
    with right:
        if draft is not None:
            share.code(draft)


def all_classes(data: ClassData) -> None:
    """Share the decision about all classes."""
    class_data_bar(data, link=False)
    share_classes.choose(data)
    link_note()
    context = class_context(data)
    if context is None:
        return
    top = st.container()
    left, right = st.columns(2, gap="large")
    with left:
        share_classes.memo(context)
        share_classes.link(context)
        share_classes.record(context)
    with right:
        share_classes.tables(context)
        share_classes.code(context)
    estimates = answer.estimates(context)
    with top:
        share_classes.decision(context, estimates)


st.title("Share", anchor=False)
whole = state.whole_data()
if isinstance(whole, ClassData) and state.view().shared == "all":
    all_classes(whole)
else:
    one_class(whole)
