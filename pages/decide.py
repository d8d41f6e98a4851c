"""Decide: one threshold, what it means in plain words, and what it costs."""

import streamlit as st

from f1tools.ui.components import decision_notes
from f1tools.ui.components.layout import data_bar, glossary, page_notes
from f1tools.ui.components.table_notes import bounds_line
from f1tools.ui.sections import decide
from f1tools.ui.sections.classes.on_decide import class_line
from f1tools.ui.sections.reading_result import mapping_line
from f1tools.ui.sections.what_if import scenarios
from f1tools.ui.session import state
from f1tools.ui.session.page_context import page_context


@st.fragment
def decision() -> None:
    """Show the decision; choosing a threshold reruns only this."""
    context = page_context()
    page_notes(context)
    decision_notes.constraints_line(context)
    decide.card(context)
    decide.origin_line(context)
    decision_notes.unscored_line(context)
    bounds_line(context)
    class_line(context)
    decision_notes.trivial_optimum_line(context)
    decision_notes.exchange_line(context)
    decision_notes.expected_line(context, suggested=scenarios.tuned_purpose(context))
    st.page_link("pages/share.py", label="Share it: a memo, a record, code →")


st.title("Where to draw the line?", anchor=False)
with data_bar(state.dataset()):
    decide.positive_class(page_context())
with st.container():  # the decision keeps its place when the line goes
    mapping_line()
lines = st.container()
decision()
with lines:  # filled last: for large data, the card does not wait for them
    decision_notes.most_important_advice(page_context())
    decision_notes.better_model_line(page_context())
glossary()
