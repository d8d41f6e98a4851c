"""Data: a question about a file, the current data and how they were read, other files, samples."""

import streamlit as st

from f1tools.ui.components.layout import link_note, page_notes
from f1tools.ui.sections import reading_question, reading_result, record, upload
from f1tools.ui.session import state
from f1tools.ui.session.page_context import page_context

upload.open_next_page()
st.title("Data", anchor=False)
is_missing = upload.is_missing("Data")
if is_missing:
    link_note()
else:
    page_notes(page_context())
upload.upload_problems()
reading_question.question()
if is_missing:
    upload.missing_files("Data")
else:
    upload.current_data(state.whole_data())
record.imported_record()
reading_result.reading_result()

left, right = st.columns([3, 2], gap="large")
with left:
    st.header("Your predictions", anchor=False)
    if not is_missing:
        upload.uploader()
    upload.example_file()
with right:
    st.header("Samples", anchor=False)
    upload.sample_picker()
