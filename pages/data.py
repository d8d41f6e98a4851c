"""Data: upload files, see and change how they were read, or choose a sample."""

import streamlit as st

from f1tools.ui.components.layout import link_note
from f1tools.ui.sections import reading_result, record, upload
from f1tools.ui.session import state

st.title("Data", anchor=False)
link_note()
if upload.is_missing("Data"):
    upload.missing_files("Data")
else:
    upload.current_data(state.dataset())
    upload.uploader()
upload.upload_problems()
record.imported_record()
reading_result.reading_result()

st.header("Samples", anchor=False)
upload.sample_picker()
