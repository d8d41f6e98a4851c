"""Methods: how the numbers on the other pages are computed."""

from pathlib import Path

import streamlit as st

TEXT = Path(__file__).with_suffix(".md")

with st.container(horizontal_alignment="center"), st.container(width=760):
    st.markdown(TEXT.read_text(encoding="utf-8"))
