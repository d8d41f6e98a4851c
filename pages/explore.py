"""Explore: every metric at every threshold, the curves, and the table for download."""

import streamlit as st

from f1tools.ui.components import decision_notes, tables
from f1tools.ui.components.layout import data_bar, page_notes
from f1tools.ui.components.table_notes import bounds_line
from f1tools.ui.sections import explore
from f1tools.ui.sections.what_if import scenarios
from f1tools.ui.session import state
from f1tools.ui.session.page_context import page_context


@st.fragment
def explorer() -> None:
    """Show the curves; choosing a threshold reruns only this."""
    context = page_context()
    page_notes(context)
    decision_notes.unscored_line(context)
    explore.toolbar(context)
    decision_notes.constraints_line(context)
    bounds_line(context)
    explore.curves(context)
    tables.download_thresholds(context)
    decision_notes.exchange_line(context)
    decision_notes.expected_line(context, suggested=scenarios.tuned_purpose(context))


st.title("Explore", anchor=False)
data_bar(state.dataset())
explorer()
