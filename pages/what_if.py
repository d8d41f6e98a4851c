"""What if: other cases, other costs, another training, fewer reviewers; each beside the current threshold."""

import streamlit as st

from f1tools.ui.components import decision_notes
from f1tools.ui.components.layout import data_bar, glossary, link_note
from f1tools.ui.sections.what_if import scenarios, shared
from f1tools.ui.session.page_context import page_context

st.title("What if …?", anchor=False)
context = page_context()
data_bar(context.data)
link_note()
decision_notes.unscored_line(context)
decision_notes.most_important_advice(context)
scenario = scenarios.picker(context)
assumed = scenario.context(context)

left, right = st.columns(2, gap="large")
with left:
    scenario.inputs(context, assumed)
    shared.show_assumptions(assumed.what_if)
    scenario.show(context, assumed, right)
glossary("positives", "calibrated", "odds")
