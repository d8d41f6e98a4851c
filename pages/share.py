"""Share: a memo for people, a link for colleagues, a record and code for engineers."""

import streamlit as st

from f1tools.ui import about_data, share, widgets
from f1tools.ui.shown import shown

st.title("Share", anchor=False)
now = shown()
about_data.data_bar(now.data, link=False)  # a better one follows
widgets.limits_line(now)
share.decision(now)

left, right = st.columns(2, gap="large")
with left:
    share.memo(now)
    share.a_link(now)
with right:
    share.for_machines(now)
