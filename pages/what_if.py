"""What if: other cases, other prices, another training, fewer people; each beside what is."""

import streamlit as st

from f1tools.ui.components import data_bar
from f1tools.ui.components.glossary import glossary
from f1tools.ui.sections.what_if import scenario
from f1tools.ui.sections.what_if.scenarios import QUESTIONS
from f1tools.ui.session.page_context import page_context

st.title("What if …?", anchor=False)
now = page_context()
data_bar.data_bar(now.data)
question = scenario.picker(now)
then = page_context(scenario.supposition(now, question))

asked, answered = st.columns([2, 5], gap="large")
with asked:
    QUESTIONS[question].ask(now, then)
with answered:
    scenario.in_force(then.what_if)
    QUESTIONS[question].answer(now, then)
glossary("positives", "calibrated", "odds")
