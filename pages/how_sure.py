"""How sure: what the numbers are worth on rows that nobody has seen yet."""

import streamlit as st

from f1tools.ui.components import data_bar, widgets
from f1tools.ui.components.glossary import glossary
from f1tools.ui.sections import uncertainty
from f1tools.ui.session.page_context import page_context

st.title("How sure?", anchor=False)
now = page_context()
data_bar.data_bar(now.data)
widgets.limits_line(now)

left, right = st.columns([2, 3], gap="large")
with left:
    uncertainty.at_threshold(now)
with right:
    uncertainty.honestly(now)
uncertainty.pictures(now)
uncertainty.warnings(now)
uncertainty.settings(now)
glossary("interval", "resample", "calibrated")
