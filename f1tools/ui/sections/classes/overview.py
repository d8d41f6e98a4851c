"""The page Classes where the data have two classes only."""

import streamlit as st

from f1tools.ui.components.layout import data_text
from f1tools.ui.session.data import Dataset


def two_classes(data: Dataset) -> None:
    """Say why there is nothing to see."""
    st.markdown(f"{data_text(data)}: these data have two classes. Decide shows their threshold.")
    st.page_link("pages/decide.py", label="Decide →")
