"""Data: upload files, see and change how they were read, or choose a sample."""

import streamlit as st

from f1tools.ui.sections import reading_result, upload
from f1tools.ui.session import state

st.title("Data", anchor=False)
upload.current_data(state.dataset())

st.header("Your predictions", anchor=False)
upload.uploader()
upload.upload_problems()
upload.imported_record()
reading_result.reading_result()

st.header("Samples", anchor=False)
upload.sample_picker()
