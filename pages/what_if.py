"""What if: other cases, other prices, another training, fewer people; each beside what is."""

import streamlit as st

from f1tools.ui import about_data
from f1tools.ui.glossary import glossary
from f1tools.ui.shown import shown
from f1tools.ui.what_if import questions
from f1tools.ui.what_if.suppositions import QUESTIONS

st.title("What if …?", anchor=False)
now = shown()
about_data.data_bar(now.data)
question = questions.picker(now)
then = shown(questions.supposition(now, question))

asked, answered = st.columns([2, 5], gap="large")
with asked:
    QUESTIONS[question].ask(now, then)
with answered:
    questions.in_force(then.what_if)
    QUESTIONS[question].answer(now, then)
glossary("positives", "calibrated", "odds")
