"""How sure: what the numbers are worth on rows that nobody has seen yet."""

import streamlit as st

from f1tools.ui import about_data, sure, widgets
from f1tools.ui.glossary import glossary
from f1tools.ui.shown import shown

st.title("How sure?", anchor=False)
now = shown()
about_data.data_bar(now.data)
widgets.limits_line(now)

left, right = st.columns([2, 3], gap="large")
with left:
    sure.at_threshold(now)
with right:
    sure.honestly(now)
sure.pictures(now)
sure.warnings(now)
sure.settings(now)
glossary("interval", "resample", "calibrated")
