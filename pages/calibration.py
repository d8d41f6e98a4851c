"""Calibration: whether the scores are probabilities, and what recalibration would change."""

import streamlit as st

from f1tools.ui.components.layout import data_bar, glossary, page_notes
from f1tools.ui.sections import calibration
from f1tools.ui.session.page_context import page_context

st.title("Are the scores probabilities?", anchor=False)
context = page_context()
data_bar(context.data)
page_notes(context)
calibration.assessment(context)
calibration.comparison(context)
glossary("calibrated", "interval")
