"""Data: bring files, see what was recognised in them, change it; or take a sample."""

import streamlit as st

from f1tools.ui.components import data_bar
from f1tools.ui.sections import upload
from f1tools.ui.session import state

st.title("Data", anchor=False)
data_bar.now_showing(state.dataset())

own, samples = st.columns([3, 2], gap="large")
with own:
    st.header("Your predictions", anchor=False)
    upload.uploader()
    upload.report()
with samples:
    st.header("Samples", anchor=False)
    data_bar.sample_picker()
