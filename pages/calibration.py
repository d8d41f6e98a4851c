"""Calibration: are the scores probabilities, and what if they were."""

import streamlit as st

from f1tools.ui.components import data_bar
from f1tools.ui.components.glossary import glossary
from f1tools.ui.sections import calibration
from f1tools.ui.session.page_context import page_context

st.title("Are the scores probabilities?", anchor=False)
now = page_context()
data_bar.data_bar(now.data)
calibration.as_it_is(now)
calibration.method_picker(now)
calibration.result(now)
glossary("calibrated", "interval")
