"""Share: a memo for people, a link for colleagues, a record and code for engineers."""

import streamlit as st

from f1tools.ui.components import data_bar, widgets
from f1tools.ui.sections import share
from f1tools.ui.session.page_context import page_context

st.title("Share", anchor=False)
now = page_context()
data_bar.data_bar(now.data, link=False)  # a better one follows
widgets.limits_line(now)
share.decision(now)

left, right = st.columns(2, gap="large")
with left:
    share.memo(now)
    share.a_link(now)
with right:
    share.for_machines(now)
