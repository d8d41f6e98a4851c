"""Compare: which model to take, how sure that is, and what would change."""

import streamlit as st

from f1tools.ui.components import decision_notes
from f1tools.ui.components.layout import data_bar, glossary, page_notes
from f1tools.ui.sections.compare import answer, flips, models
from f1tools.ui.sections.compare.standings import drop_unknown, standings
from f1tools.ui.session import state
from f1tools.ui.session.page_context import page_context

st.title("Compare", anchor=False)
drop_unknown()
data_bar(state.dataset(), picker=False)
page_notes(page_context())
if len(state.dataset().predictions.models) == 1:
    models.only_one(page_context().model)
else:
    compared = standings()
    decision_notes.unscored_line(compared.context)
    found = answer.differences(compared)
    answer.headline(compared, found)
    models.toolbar(compared)
    models.table(compared, answer.interval_texts(compared, found))
    models.notes(compared)
    answer.in_sample_note(compared)
    flips.section(compared)
    glossary("interval", "calibrated", "resample")
