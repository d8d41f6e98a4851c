"""Calibration: are the scores probabilities, and what if they were."""

import streamlit as st

from f1tools.ui import about_data, calibrating
from f1tools.ui.glossary import glossary
from f1tools.ui.shown import shown

st.title("Are the scores probabilities?", anchor=False)
now = shown()
about_data.data_bar(now.data)
calibrating.as_it_is(now)
calibrating.method_picker(now)
calibrating.result(now)
glossary("calibrated", "interval")
