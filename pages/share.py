"""Share: a memo for people, a link for colleagues, a record and code for engineers."""

import streamlit as st

from f1tools.ui.components import decision_notes
from f1tools.ui.components.layout import data_bar, page_notes
from f1tools.ui.components.table_notes import bounds_line
from f1tools.ui.sections import share
from f1tools.ui.sections.what_if import scenarios
from f1tools.ui.session.page_context import page_context

st.title("Share", anchor=False)
context = page_context()
data_bar(context.data, link=False)  # this page has a link of its own
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
