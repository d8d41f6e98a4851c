"""Data: bring files, see what was recognised in them, change it; or take a sample."""

import streamlit as st

from f1tools.ui import about_data, arrivals, state

st.title("Data", anchor=False)
about_data.now_showing(state.dataset())

own, samples = st.columns([3, 2], gap="large")
with own:
    st.header("Your predictions", anchor=False)
    arrivals.uploader()
    arrivals.report()
with samples:
    st.header("Samples", anchor=False)
    about_data.sample_picker()
