"""Data: upload files, see and change how they were read, or choose a sample."""

import streamlit as st

from f1tools.ui.sections import upload
from f1tools.ui.session import state

st.title("Data", anchor=False)
upload.current_data(state.dataset())

left, right = st.columns([3, 2], gap="large")
with left:
    st.header("Your predictions", anchor=False)
    upload.uploader()
    upload.upload_result()
with right:
    st.header("Samples", anchor=False)
    upload.sample_picker()
