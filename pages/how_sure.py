"""Trust: what the numbers are worth on new data."""

import streamlit as st

from f1tools.ui.components import decision_notes
from f1tools.ui.components.layout import data_bar, glossary, page_notes
from f1tools.ui.components.table_notes import bounds_line
from f1tools.ui.sections import how_sure
from f1tools.ui.sections.what_if import scenarios
from f1tools.ui.session.page_context import page_context

st.title("Trust", anchor=False)
context = page_context()
data_bar(context.data)
page_notes(context)
decision_notes.expected_line(context, suggested=scenarios.tuned_purpose(context), link=False)
decision_notes.unscored_line(context)
decision_notes.constraints_line(context)
bounds_line(context)
decision_notes.warnings_above_figures(context)

left, right = st.columns(2, gap="medium")
with left:
    how_sure.at_threshold(context)
with right:
    how_sure.out_of_sample(context)
how_sure.charts(context)
decision_notes.warnings(context)
how_sure.settings(context)
glossary("interval", "resample", "calibrated")
